/* SPDX-License-Identifier: BSD-2-Clause */
/* The configuration blob (abi/console.h), read. Stands on libs/component's config. */
#pragma once

#include "components/console/console.h"

/* The UART. */
struct config_uart {
    const char *compatible; /* the first that libs/uart knows */
    volatile void *registers;
    uint32_t handler; /* slot of its interrupt's */
};

/* NULL, or the name of what is missing or wrong. `config` is a checked tree and stays. */
const char *config_read(const void *tree, struct console_config *config, struct config_uart *uart);
