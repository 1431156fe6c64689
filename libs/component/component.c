/* SPDX-License-Identifier: BSD-2-Clause */
/* The component's side of abi/init.h. Stands on libs/rt and config.c. */
#include "libs/component/component.h"
#include "libs/rt/rt.h"

const void *component_config(void)
{
    static bool checked;
    const struct rt_component *own = rt_component();

    CHECK(own != NULL);
    if (!checked && !component_config_check(own->config, own->config_size))
        rt_panic("the configuration (%zu bytes at %p) is damaged: build the image anew",
                 own->config_size, own->config);
    checked = true;
    return own->config;
}

uint64_t component_starts(void)
{
    const struct rt_component *own = rt_component();

    CHECK(own != NULL);
    return own->starts;
}

void component_ready(void)
{
    seL4_Signal(COMPONENT_SLOT_READY);
}

_Noreturn void component_end(enum init_end reason, int status)
{
    rt_component_end(reason, status);
}

static bool ask(enum init_request request, uint32_t component)
{
    seL4_SetMR(0, component);
    seL4_MessageInfo_t answer = seL4_Call(COMPONENT_SLOT_INIT,
                                          seL4_MessageInfo_new(request, 0, 0, 1));
    return seL4_MessageInfo_get_label(answer) == INIT_OK;
}

bool component_look(uint32_t component, struct component_status *status)
{
    if (!ask(INIT_LOOK, component))
        return false;
    status->state = (enum init_state)seL4_GetMR(0);
    status->restarts = seL4_GetMR(1);
    status->end = (enum init_end)seL4_GetMR(2);
    return true;
}

bool component_start(uint32_t component)
{
    return ask(INIT_START, component);
}

bool component_stop(uint32_t component)
{
    return ask(INIT_STOP, component);
}
