/* SPDX-License-Identifier: BSD-2-Clause */
/* The three UART drivers on registers that are plain memory: which bits they ask and set. What
 * needs a real device (FIFOs, latches) is tested on the emulated boards. */
#include <setjmp.h>
#include <stdarg.h>
#include <string.h>
#include <cmocka.h>

#include "hw/uart.h"
#include "libs/uart/uart.h"

/* What a status register says, for each model: its offset, and the values for each state. */
struct model {
    const char *compatible;
    uint32_t tx_status, tx_ready, tx_full, tx_data;
    uint32_t rx_status, rx_waiting, rx_empty, rx_data;
    uint32_t enable, enabled;
    uint32_t irq_enable, irq_on, irq_tx;
};

static const struct model models[] = {
    {PL011_COMPATIBLE, PL011_FR, 0, PL011_FR_TXFF, PL011_DR, PL011_FR, 0, PL011_FR_RXFE, PL011_DR,
     PL011_CR, PL011_CR_UARTEN | PL011_CR_TXE | PL011_CR_RXE, PL011_IMSC,
     PL011_INT_RX | PL011_INT_RT, PL011_INT_TX},
    {CADENCE_UART_COMPATIBLE_PS, CADENCE_UART_SR, 0, CADENCE_UART_SR_TXFULL, CADENCE_UART_FIFO,
     CADENCE_UART_SR, 0, CADENCE_UART_SR_RXEMPTY, CADENCE_UART_FIFO, CADENCE_UART_CR,
     CADENCE_UART_CR_RXEN | CADENCE_UART_CR_TXEN, CADENCE_UART_IER, CADENCE_UART_INT_RXTRIG,
     CADENCE_UART_INT_TXEMPTY},
    {IMX_UART_COMPATIBLE_8MP, IMX_UART_UTS, 0, IMX_UART_UTS_TXFULL, IMX_UART_UTXD, IMX_UART_USR2,
     IMX_UART_USR2_RDR, 0, IMX_UART_URXD, IMX_UART_UCR2, IMX_UART_UCR2_RXEN | IMX_UART_UCR2_TXEN,
     IMX_UART_UCR1, IMX_UART_UCR1_UARTEN | IMX_UART_UCR1_RRDYEN, IMX_UART_UCR1_TRDYEN},
};
#define MODEL_COUNT (sizeof(models) / sizeof(models[0]))

static uint32_t registers[1024];

static uint32_t *at(uint32_t offset)
{
    return &registers[offset / 4];
}

static struct uart open_model(const struct model *model)
{
    struct uart uart;

    memset(registers, 0, sizeof(registers));
    assert_int_equal(uart_open(&uart, model->compatible, registers), UART_OK);
    return uart;
}

static void unknown_devices_are_refused(void **state)
{
    struct uart uart;

    assert_false(uart_is_known("ns16550a"));
    assert_int_equal(uart_open(&uart, "ns16550a", registers), UART_UNKNOWN);
    assert_int_equal(uart_open(&uart, "", registers), UART_UNKNOWN);
    assert_true(uart_is_known("xlnx,zynqmp-uart")); /* what the ZCU102 says first */
    assert_true(uart_is_known(CADENCE_UART_COMPATIBLE_R1P12));
    assert_true(uart_is_known(IMX_UART_COMPATIBLE_6Q));
}

static void opening_lets_both_ways_through(void **state)
{
    for (size_t i = 0; i < MODEL_COUNT; i++) {
        open_model(&models[i]);
        assert_int_equal(*at(models[i].enable) & models[i].enabled, models[i].enabled);
    }
}

/* A Cadence UART ignores its enable bits while its disable bits are set, as they are at reset. */
static void opening_clears_what_disables(void **state)
{
    struct uart uart;

    *at(CADENCE_UART_CR) = 0x128;
    assert_int_equal(uart_open(&uart, CADENCE_UART_COMPATIBLE_PS, registers), UART_OK);
    assert_int_equal(*at(CADENCE_UART_CR) & (CADENCE_UART_CR_TXDIS | CADENCE_UART_CR_RXDIS), 0);
    assert_int_equal(*at(CADENCE_UART_IDR), CADENCE_UART_INT_ALL);
}

/* Firmware's line format is kept where the UART is on. */
static void opening_keeps_the_format_of_a_uart_in_use(void **state)
{
    struct uart uart;

    memset(registers, 0, sizeof(registers));
    *at(PL011_CR) = PL011_CR_UARTEN;
    *at(PL011_LCRH) = PL011_LCRH_PEN;
    assert_int_equal(uart_open(&uart, PL011_COMPATIBLE, registers), UART_OK);
    assert_int_equal(*at(PL011_LCRH), PL011_LCRH_PEN);
}

static void sending_waits_for_room(void **state)
{
    for (size_t i = 0; i < MODEL_COUNT; i++) {
        const struct model *model = &models[i];
        struct uart uart = open_model(model);

        *at(model->tx_status) = model->tx_full;
        assert_false(uart_try_putc(&uart, 'x'));
        assert_int_equal(uart_try_write(&uart, "xy", 2), 0);
        assert_int_equal(*at(model->tx_data), 0);
        *at(model->tx_status) = model->tx_ready;
        assert_true(uart_try_putc(&uart, (char)0xe4));
        assert_int_equal(*at(model->tx_data), 0xe4);
        assert_int_equal(uart_try_write(&uart, "xy", 2), 2);
        assert_int_equal(*at(model->tx_data), 'y');
    }
}

static void receiving_tells_empty_from_data(void **state)
{
    for (size_t i = 0; i < MODEL_COUNT; i++) {
        const struct model *model = &models[i];
        struct uart uart = open_model(model);

        *at(model->rx_status) = model->rx_empty;
        *at(model->rx_data) = 0xffffffff;
        assert_int_equal(uart_getc(&uart), -1);
        *at(model->rx_status) = model->rx_waiting;
        assert_int_equal(uart_getc(&uart), 0xff);
    }
}

static void interrupts_are_for_receiving_alone(void **state)
{
    for (size_t i = 0; i < MODEL_COUNT; i++) {
        const struct model *model = &models[i];
        struct uart uart = open_model(model);

        uart_irq_enable_rx(&uart);
        assert_int_equal(*at(model->irq_enable), model->irq_on);
        uart_irq_disable_rx(&uart);
        if (model->irq_enable == CADENCE_UART_IER)
            assert_int_equal(*at(CADENCE_UART_IDR), CADENCE_UART_INT_RXTRIG);
        else
            assert_int_not_equal(*at(model->irq_enable), model->irq_on);
    }
}

/* A Cadence UART has no mask that can be read back: each write of IER and IDR is all there is. */
static void sending_interrupts_come_and_go_beside_receiving(void **state)
{
    for (size_t i = 0; i < MODEL_COUNT; i++) {
        const struct model *model = &models[i];
        struct uart uart = open_model(model);
        bool has_mask = model->irq_enable != CADENCE_UART_IER;

        uart_irq_enable_rx(&uart);
        uart_irq_enable_tx(&uart);
        assert_int_equal(*at(model->irq_enable), (has_mask ? model->irq_on : 0) | model->irq_tx);
        uart_irq_disable_tx(&uart);
        if (has_mask)
            assert_int_equal(*at(model->irq_enable), model->irq_on);
        else
            assert_int_equal(*at(CADENCE_UART_IDR), model->irq_tx);
    }
}

/* Reading takes no note of what was sent: the interrupt of an empty FIFO would be lost. */
static void receiving_keeps_the_latch_of_sending(void **state)
{
    struct uart uart = open_model(&models[1]);

    *at(CADENCE_UART_SR) = CADENCE_UART_SR_RXEMPTY;
    assert_int_equal(uart_getc(&uart), -1);
    assert_int_equal(*at(CADENCE_UART_ISR) & CADENCE_UART_INT_TXEMPTY, 0);
    uart_irq_ack(&uart);
    assert_int_not_equal(*at(CADENCE_UART_ISR) & CADENCE_UART_INT_TXEMPTY, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(unknown_devices_are_refused),
        cmocka_unit_test(opening_lets_both_ways_through),
        cmocka_unit_test(opening_clears_what_disables),
        cmocka_unit_test(opening_keeps_the_format_of_a_uart_in_use),
        cmocka_unit_test(sending_waits_for_room),
        cmocka_unit_test(receiving_tells_empty_from_data),
        cmocka_unit_test(interrupts_are_for_receiving_alone),
        cmocka_unit_test(sending_interrupts_come_and_go_beside_receiving),
        cmocka_unit_test(receiving_keeps_the_latch_of_sending),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
