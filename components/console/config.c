/* SPDX-License-Identifier: BSD-2-Clause */
/* The tool made the blob, so what is missing is a mistake of ours: it is named, nothing is mended.
 */
#include "components/console/config.h"

#include "libs/component/config.h"
#include "libs/uart/uart.h"

static const char *known_name(const void *tree, int node)
{
    const char *name;

    for (unsigned i = 0; (name = component_string_at(tree, node, "compatible", i)) != NULL; i++) {
        if (uart_is_known(name))
            return name;
    }
    return NULL;
}

static bool read_uart(const void *tree, struct config_uart *uart)
{
    int node = component_child(tree, COMPONENT_CONFIG_ROOT, "uart");
    uint64_t address;

    if (node == COMPONENT_NO_NODE || !component_u64(tree, node, "address", &address) ||
        !component_u32(tree, node, "handler", &uart->handler))
        return false;
    uart->registers = (volatile void *)(uintptr_t)address;
    uart->compatible = known_name(tree, node);
    return uart->compatible != NULL;
}

static bool read_source(const void *tree, int node, struct source_config *source)
{
    uint64_t own, peer, status = 0;

    source->name = component_string(tree, node, "name");
    if (source->name == NULL || !component_u32(tree, node, "component", &source->component) ||
        !component_u32(tree, node, "doorbell", &source->doorbell) ||
        !component_u64(tree, node, "own", &own) || !component_u64(tree, node, "peer", &peer))
        return false;
    (void)component_u64(tree, node, "status", &status);
    source->own = (void *)(uintptr_t)own;
    source->peer = (const void *)(uintptr_t)peer;
    source->status = (const struct vmm_status *)(uintptr_t)status;
    return true;
}

const char *config_read(const void *tree, struct console_config *config, struct config_uart *uart)
{
    int node;

    *config = (struct console_config){
        .is_mixed = component_has(tree, COMPONENT_CONFIG_ROOT, "mixed"),
        .has_counters = component_has(tree, COMPONENT_CONFIG_ROOT, "counters"),
    };
    if (!read_uart(tree, uart))
        return "/uart";
    for (unsigned i = 0; i < CONSOLE_CHANNEL_MAX; i++) {
        node = component_child_number(tree, COMPONENT_CONFIG_ROOT, i);
        if (node == COMPONENT_NO_NODE)
            break;
        if (!read_source(tree, node, &config->sources[i]))
            return "a channel";
        config->source_count++;
    }
    return NULL;
}
