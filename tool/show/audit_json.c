/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The isolation report for programs. Its keys are listed in docs/audit.md and stay as they are.
 * Stands on tool/show/audit and json.
 */
#include <inttypes.h>

#include "tool/show/audit.h"
#include "tool/show/json.h"

#define FORMAT 1 /* raised when a key changes its meaning or goes */

static void write_set(struct json *json, const char *key, const struct audit *audit, uint64_t set)
{
    json_begin_array(json, key);
    for (uint32_t i = 0; i < audit->view.count[PLAN_COMPONENTS]; i++) {
        if (set >> i & 1)
            json_string(json, NULL, view_name(&audit->view, i));
    }
    json_end_array(json);
}

static void write_pair(struct json *json, const struct audit *audit, uint32_t one, uint32_t other)
{
    json_begin_array(json, "between");
    json_string(json, NULL, view_name(&audit->view, one));
    json_string(json, NULL, view_name(&audit->view, other));
    json_end_array(json);
}

static void write_address(struct json *json, uint64_t address)
{
    char text[24];

    snprintf(text, sizeof(text), "0x%" PRIx64, address);
    json_string(json, "address", text);
}

static void write_rights(struct json *json, unsigned rights)
{
    json_begin_array(json, NULL);
    for (unsigned right = 1; right <= REACH_CONTROL; right <<= 1) {
        char text[16];

        if (rights & right)
            json_string(json, NULL, reach_rights_text(right, text, sizeof(text)));
    }
    json_end_array(json);
}

static void write_components(struct json *json, const struct audit *audit)
{
    static const char *const kinds[] = {
        [PLAN_KIND_SYSTEM] = "init",
        [PLAN_KIND_VM] = "vm",
        [PLAN_KIND_NATIVE] = "native",
        [PLAN_KIND_CONSOLE] = "console",
    };

    json_begin_array(json, "components");
    for (uint32_t i = 0; i < audit->view.count[PLAN_COMPONENTS]; i++) {
        uint8_t kind = i == VIEW_INIT ? PLAN_KIND_SYSTEM : audit->view.components[i].kind;

        json_begin_object(json, NULL);
        json_string(json, "name", view_name(&audit->view, i));
        json_string(json, "kind", kind <= PLAN_KIND_CONSOLE ? kinds[kind] : "unknown");
        json_bool(json, "trusted", audit->trusted >> i & 1);
        json_end_object(json);
    }
    json_end_array(json);
}

static void write_share(struct json *json, const struct audit *audit,
                        const struct audit_share *share)
{
    const struct plan_object *object = &audit->view.objects[share->object];
    bool memory = share->kind == AUDIT_MEMORY || share->kind == AUDIT_FILE;

    json_begin_object(json, NULL);
    json_string(json, "name", view_string(&audit->view, object->name));
    json_string(json, "kind", audit_kind_name(share->kind));
    json_string(json, "type", view_type_name(object->type));
    if (object->flags & PLAN_AT_ADDRESS)
        write_address(json, share->address);
    json_number(json, "bytes", share->size);
    json_begin_array(json, "rights");
    write_rights(json, share->rights_one);
    write_rights(json, share->rights_other);
    json_end_array(json);
    json_bool(json, "forth", share->forth);
    json_bool(json, "back", share->back);
    if (memory)
        write_set(json, "writers", audit, share->writers);
    json_end_object(json);
}

static void write_pairs(struct json *json, const struct audit *audit)
{
    uint32_t count = audit->view.count[PLAN_COMPONENTS];

    json_begin_array(json, "pairs");
    for (uint32_t one = 0; one < count; one++) {
        for (uint32_t other = one + 1; other < count; other++) {
            json_begin_object(json, NULL);
            write_pair(json, audit, one, other);
            json_begin_array(json, "shared");
            for (size_t i = 0; i < audit->share_count; i++) {
                if (audit->shares[i].one == one && audit->shares[i].other == other)
                    write_share(json, audit, &audit->shares[i]);
            }
            json_end_array(json);
            json_end_object(json);
        }
    }
    json_end_array(json);
}

static void write_authorities(struct json *json, const struct audit *audit)
{
    const struct view *view = &audit->view;

    json_begin_array(json, "authority");
    for (size_t i = 0; i < audit->authority_count; i++) {
        const struct audit_authority *authority = &audit->authorities[i];

        json_begin_object(json, NULL);
        json_string(json, "power", audit_power_name(authority->power));
        json_string(json, "holder", view_name(view, authority->holder));
        json_bool(json, "guest", authority->guest);
        json_string(json, "object", view_string(view, view->objects[authority->object].name));
        json_string(json, "of", view_name(view, authority->victim));
        json_end_object(json);
    }
    json_end_array(json);
    json_begin_array(json, "controls");
    for (unsigned i = 0; AUDIT_CONTROLS[i].name != NULL; i++) {
        if (!audit_has_control(audit, &AUDIT_CONTROLS[i]))
            continue;
        json_begin_object(json, NULL);
        json_string(json, "name", AUDIT_CONTROLS[i].name);
        json_string(json, "holder", AUDIT_CONTROLS[i].holder);
        json_string(json, "why", AUDIT_CONTROLS[i].why);
        json_end_object(json);
    }
    json_end_array(json);
}

static void write_devices(struct json *json, const struct audit *audit)
{
    json_begin_array(json, "devices");
    for (size_t i = 0; i < audit->device_count; i++) {
        const struct audit_device *device = &audit->devices[i];

        json_begin_object(json, NULL);
        json_string(json, "path", device->device.path);
        json_string(json, "compatible", device->device.compatible);
        write_address(json, device->address);
        json_number(json, "bytes", device->size);
        write_set(json, "holders", audit, device->holders);
        json_string(json, "dma",
                    device->device.cpu_interface ? "no" : device_dma_name(device->device.dma));
        json_bool(json, "smmu", device->device.behind_smmu);
        json_bool(json, "protected", !audit_is_dma_threat(device));
        json_end_object(json);
    }
    json_end_array(json);
}

static void write_path(struct json *json, const struct audit *audit, const struct audit_path *path)
{
    char text[160];

    if (path->length == 0)
        return;
    json_begin_object(json, NULL);
    json_begin_array(json, "through");
    for (unsigned i = 0; i < path->length; i++)
        json_string(json, NULL, view_name(&audit->view, path->hops[i]));
    json_end_array(json);
    json_begin_array(json, "by");
    for (unsigned i = 0; i + 1 < path->length; i++)
        json_string(json, NULL, audit_hop_text(audit, path, i, text, sizeof(text)));
    json_end_array(json);
    json_end_object(json);
}

static bool write_rule(struct json *json, const struct audit *audit, const struct audit_rule *rule,
                       bool strict)
{
    struct audit_path forth = audit_find_path(audit, rule->one, rule->other, strict);
    struct audit_path back = audit_find_path(audit, rule->other, rule->one, strict);
    bool broken = forth.length > 0 || back.length > 0;

    json_begin_object(json, NULL);
    write_pair(json, audit, rule->one, rule->other);
    json_bool(json, "strict", strict);
    json_bool(json, "kept", !broken);
    json_begin_array(json, "paths");
    write_path(json, audit, &forth);
    write_path(json, audit, &back);
    json_end_array(json);
    json_end_object(json);
    return broken;
}

unsigned audit_print_json(const struct audit *audit, const struct audit_question *question,
                          FILE *stream)
{
    struct json json = {.stream = stream};
    const struct view *view = &audit->view;
    unsigned broken = 0;

    json_begin_object(&json, NULL);
    json_number(&json, "format", FORMAT);
    json_string(&json, "board", view_string(view, view->header->board));
    json_number(&json, "plan_bytes", view->header->size);
    json_number(&json, "plan_checksum", view->header->checksum);
    write_components(&json, audit);
    json_begin_array(&json, "rules");
    for (size_t i = 0; i < question->rule_count; i++)
        broken += write_rule(&json, audit, &question->rules[i], question->strict);
    json_end_array(&json);
    write_pairs(&json, audit);
    write_authorities(&json, audit);
    write_devices(&json, audit);
    json_end_object(&json);
    return broken;
}
