/* SPDX-License-Identifier: BSD-2-Clause */
/* The configuration blob as the tool writes it (abi/console.h), and with things missing. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <libfdt.h>
#include <cmocka.h>

#include "components/console/config.h"

static char blob[65536];
static struct console_config config;
static struct config_uart uart;

static void number64(const char *name, uint64_t value)
{
    assert_int_equal(fdt_property_u64(blob, name, value), 0);
}

static void number32(const char *name, uint32_t value)
{
    assert_int_equal(fdt_property_u32(blob, name, value), 0);
}

static void write_uart(const char *without)
{
    static const char names[] = "vendor,uart\0arm,pl011\0arm,primecell";

    fdt_begin_node(blob, "uart");
    if (strcmp(without, "compatible") != 0)
        fdt_property(blob, "compatible", names, sizeof(names));
    if (strcmp(without, "address") != 0)
        number64("address", 0x20000000);
    number32("handler", CONSOLE_SLOT_UART_HANDLER);
    number64("badge", CONSOLE_BADGE_UART);
    fdt_end_node(blob);
}

static void write_channel(unsigned number, const char *name, const char *without)
{
    char node[12];

    snprintf(node, sizeof(node), "%u", number);
    fdt_begin_node(blob, node);
    if (strcmp(without, "name") != 0)
        fdt_property_string(blob, "name", name);
    if (strcmp(without, "component") != 0)
        number32("component", number + 1);
    if (strcmp(without, "own") != 0)
        number64("own", 0x20100000 + number * 0x10000);
    if (strcmp(without, "peer") != 0)
        number64("peer", 0x20108000 + number * 0x10000);
    if (strcmp(without, "doorbell") != 0)
        number32("doorbell", CONSOLE_SLOT_DOORBELL + number);
    if (strcmp(without, "status") != 0)
        number64("status", 0x20200000 + number * 0x1000);
    fdt_end_node(blob);
}

static void write_blob(unsigned channels, const char *without, bool flags)
{
    assert_int_equal(fdt_create(blob, sizeof(blob)), 0);
    fdt_finish_reservemap(blob);
    fdt_begin_node(blob, "");
    if (flags) {
        fdt_property(blob, "mixed", NULL, 0);
        fdt_property(blob, "counters", NULL, 0);
    }
    write_uart(without);
    for (unsigned i = 0; i < channels; i++)
        write_channel(i, i == 0 ? "linux1" : "linux2", without);
    fdt_end_node(blob);
    assert_int_equal(fdt_finish(blob), 0);
}

static void everything_is_read(void **state)
{
    write_blob(2, "", true);
    assert_null(config_read(blob, &config, &uart));
    assert_true(config.is_mixed && config.has_counters);
    assert_string_equal(uart.compatible, "arm,pl011");
    assert_int_equal((uintptr_t)uart.registers, 0x20000000);
    assert_int_equal(uart.handler, CONSOLE_SLOT_UART_HANDLER);
    assert_int_equal(config.source_count, 2);
    assert_string_equal(config.sources[1].name, "linux2");
    assert_int_equal(config.sources[1].component, 2);
    assert_int_equal((uintptr_t)config.sources[1].own, 0x20110000);
    assert_int_equal((uintptr_t)config.sources[1].peer, 0x20118000);
    assert_int_equal(config.sources[1].doorbell, CONSOLE_SLOT_DOORBELL + 1);
    assert_int_equal((uintptr_t)config.sources[1].status, 0x20201000);
}

static void flags_and_status_may_be_absent(void **state)
{
    write_blob(1, "status", false);
    assert_null(config_read(blob, &config, &uart));
    assert_false(config.is_mixed || config.has_counters);
    assert_null(config.sources[0].status);
}

static void no_more_channels_than_badges(void **state)
{
    write_blob(CONSOLE_CHANNEL_MAX + 1, "", false);
    assert_null(config_read(blob, &config, &uart));
    assert_int_equal(config.source_count, CONSOLE_CHANNEL_MAX);
}

static void what_is_missing_is_named(void **state)
{
    static const char *const uart_needs[] = {"compatible", "address"};
    static const char *const channel_needs[] = {"name", "component", "own", "peer", "doorbell"};

    for (size_t i = 0; i < 2; i++) {
        write_blob(1, uart_needs[i], false);
        assert_string_equal(config_read(blob, &config, &uart), "/uart");
    }
    for (size_t i = 0; i < 5; i++) {
        write_blob(2, channel_needs[i], false);
        assert_string_equal(config_read(blob, &config, &uart), "a channel");
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(everything_is_read),
        cmocka_unit_test(flags_and_status_may_be_absent),
        cmocka_unit_test(no_more_channels_than_badges),
        cmocka_unit_test(what_is_missing_is_named),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
