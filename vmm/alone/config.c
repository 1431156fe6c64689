/* SPDX-License-Identifier: BSD-2-Clause */
/* Reads and checks a VM's configuration blob. */
#include "vmm/alone/config.h"

#include <inttypes.h>
#include <libfdt.h>
#include <string.h>

#include "vmm/mem/layout.h"

/* A string property: NUL at its end and nowhere before. NULL with `*size` 0 if it is absent. */
static bool config_string(const void *blob, const char *name, size_t limit, const char **value,
                          struct complaint *complaint)
{
    int length;
    const char *text = fdt_getprop(blob, 0, name, &length);

    *value = NULL;
    if (text == NULL)
        return true;
    if (length < 1 || memchr(text, '\0', (size_t)length) != text + length - 1)
        return complain(complaint, "config: '%s' is not one string", name);
    if ((size_t)length > limit)
        return complain(complaint, "config: '%s' has %d bytes: shorten it to %zu", name, length - 1,
                        limit - 1);
    *value = text;
    return true;
}

static bool config_memory(const void *blob, uint64_t *memory, struct complaint *complaint)
{
    int length;
    const void *value = fdt_getprop(blob, 0, "memory", &length);

    if (value == NULL)
        return complain(complaint, "config: no 'memory': give the guest's RAM in bytes");
    if (length == (int)sizeof(fdt64_t))
        *memory = fdt64_ld(value);
    else if (length == (int)sizeof(fdt32_t))
        *memory = fdt32_ld(value);
    else
        return complain(complaint, "config: 'memory' has %d bytes: give one 64-bit number", length);
    if (*memory == 0 || *memory % LAYOUT_RAM_PAGE != 0)
        return complain(complaint, "config: memory of %" PRIu64 " bytes: give a multiple of 2 MiB",
                        *memory);
    if (*memory > LAYOUT_RAM_SIZE_MAX)
        return complain(complaint,
                        "config: memory of %" PRIu64 " bytes: at most %" PRIu64 " can be addressed",
                        *memory, (uint64_t)LAYOUT_RAM_SIZE_MAX);
    return true;
}

static bool config_seed(const void *blob, struct config *config, struct complaint *complaint)
{
    int length;

    config->seed = fdt_getprop(blob, 0, "rng-seed", &length);
    config->seed_size = config->seed != NULL ? (size_t)length : 0;
    if (config->seed_size > CONFIG_SEED_SIZE_MAX)
        return complain(complaint, "config: 'rng-seed' has %d bytes: give at most %d", length,
                        CONFIG_SEED_SIZE_MAX);
    if (config->seed_size == 0)
        config->seed = NULL;
    return true;
}

bool config_read(const void *blob, size_t size, struct config *config, struct complaint *complaint)
{
    const char *name;

    if (size > INT32_MAX || fdt_check_full(blob, size) != 0)
        return complain(complaint, "config: not a device tree blob: make it with dtc");
    if (!config_memory(blob, &config->memory, complaint) ||
        !config_string(blob, "bootargs", CONFIG_BOOTARGS_SIZE, &config->bootargs, complaint) ||
        !config_string(blob, "model", CONFIG_NAME_SIZE, &name, complaint) ||
        !config_seed(blob, config, complaint))
        return false;
    if (config->bootargs == NULL)
        config->bootargs = "";
    memset(config->name, 0, sizeof(config->name));
    strcpy(config->name, name != NULL ? name : "guest");
    config->report_exits = fdt_getprop(blob, 0, "report-exits", NULL) != NULL;
    return true;
}
