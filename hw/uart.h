/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Register maps of the UARTs Bulkhead knows: Arm PL011, Cadence (Zynq UltraScale+) and i.MX.
 * Stands on <stdint.h> alone; holds offsets and bits, never behaviour.
 *
 * All registers are 32 bits wide and little-endian. Offsets are from the device's base, which the
 * board's device tree gives; the clock and baud rate are the firmware's work and are left alone.
 */
#ifndef HW_UART_H
#define HW_UART_H

#include <stdint.h>

#define UART_BIT(n)                   (UINT64_C(1) << (n))
#define UART_FIELD(high, low)         ((UINT64_C(1) << ((high) + 1)) - (UINT64_C(1) << (low)))

/* What the device tree calls them. */
#define PL011_COMPATIBLE              "arm,pl011"
#define CADENCE_UART_COMPATIBLE_PS    "xlnx,xuartps"
#define CADENCE_UART_COMPATIBLE_MP    "xlnx,zynqmp-uart"
#define CADENCE_UART_COMPATIBLE_R1P8  "cdns,uart-r1p8"
#define CADENCE_UART_COMPATIBLE_R1P12 "cdns,uart-r1p12"
#define IMX_UART_COMPATIBLE_6Q        "fsl,imx6q-uart"
#define IMX_UART_COMPATIBLE_8MP       "fsl,imx8mp-uart"

/*
 * PL011 (DDI 0183, 3.2)           access  what
 */
enum pl011_register {
    PL011_DR = 0x000,    /*          rw    data; a read carries error bits 8..11 */
    PL011_RSR = 0x004,   /*          rw    receive status; any write clears the errors */
    PL011_FR = 0x018,    /*          ro    flags */
    PL011_ILPR = 0x020,  /*          rw    IrDA low-power counter */
    PL011_IBRD = 0x024,  /*          rw    baud rate divisor, integer part */
    PL011_FBRD = 0x028,  /*          rw    baud rate divisor, fraction */
    PL011_LCRH = 0x02c,  /*          rw    line control; writing it latches IBRD and FBRD */
    PL011_CR = 0x030,    /*          rw    control */
    PL011_IFLS = 0x034,  /*          rw    FIFO levels that raise interrupts */
    PL011_IMSC = 0x038,  /*          rw    interrupt mask: a set bit lets the interrupt through */
    PL011_RIS = 0x03c,   /*          ro    raw interrupts */
    PL011_MIS = 0x040,   /*          ro    masked interrupts */
    PL011_ICR = 0x044,   /*          wo    interrupt clear */
    PL011_DMACR = 0x048, /*          rw    DMA control */
    PL011_PERIPH_ID0 = 0xfe0, /*     ro    four identification bytes, 4 bytes apart */
    PL011_PCELL_ID0 = 0xff0,  /*     ro    four more */
    PL011_SIZE = 0x1000,
};

/* Reset values of the identification bytes, first byte lowest. Revision r1p5. */
#define PL011_PERIPH_ID   UINT64_C(0x00341011)
#define PL011_PCELL_ID    UINT64_C(0xb105f00d)

#define PL011_DR_DATA     UART_FIELD(7, 0)
#define PL011_DR_FE       UART_BIT(8)  /* framing error */
#define PL011_DR_PE       UART_BIT(9)  /* parity error */
#define PL011_DR_BE       UART_BIT(10) /* break */
#define PL011_DR_OE       UART_BIT(11) /* overrun */

#define PL011_FR_CTS      UART_BIT(0)
#define PL011_FR_DSR      UART_BIT(1)
#define PL011_FR_DCD      UART_BIT(2)
#define PL011_FR_BUSY     UART_BIT(3) /* still shifting bits out */
#define PL011_FR_RXFE     UART_BIT(4) /* receive FIFO empty */
#define PL011_FR_TXFF     UART_BIT(5) /* transmit FIFO full */
#define PL011_FR_RXFF     UART_BIT(6) /* receive FIFO full */
#define PL011_FR_TXFE     UART_BIT(7) /* transmit FIFO empty */
#define PL011_FR_RI       UART_BIT(8)

#define PL011_LCRH_BRK    UART_BIT(0)
#define PL011_LCRH_PEN    UART_BIT(1)
#define PL011_LCRH_EPS    UART_BIT(2)
#define PL011_LCRH_STP2   UART_BIT(3)
#define PL011_LCRH_FEN    UART_BIT(4) /* FIFOs on; off means one byte each way */
#define PL011_LCRH_WLEN   UART_FIELD(6, 5)
#define PL011_LCRH_WLEN_8 UART_FIELD(6, 5)
#define PL011_LCRH_SPS    UART_BIT(7)

#define PL011_CR_UARTEN   UART_BIT(0)
#define PL011_CR_LBE      UART_BIT(7) /* loop back */
#define PL011_CR_TXE      UART_BIT(8)
#define PL011_CR_RXE      UART_BIT(9)
#define PL011_CR_RTS      UART_BIT(11)
#define PL011_CR_RTSEN    UART_BIT(14)
#define PL011_CR_CTSEN    UART_BIT(15)
#define PL011_CR_RESET    (PL011_CR_TXE | PL011_CR_RXE)

/* IFLS: 0..4 stand for 1/8, 1/4, 1/2, 3/4 and 7/8 of the FIFO. */
#define PL011_IFLS_TX     UART_FIELD(2, 0)
#define PL011_IFLS_RX     UART_FIELD(5, 3)
#define PL011_IFLS_RESET  UINT64_C(0x12)

/* The same bits in IMSC, RIS, MIS and ICR. */
#define PL011_INT_RI      UART_BIT(0)
#define PL011_INT_CTS     UART_BIT(1)
#define PL011_INT_DCD     UART_BIT(2)
#define PL011_INT_DSR     UART_BIT(3)
#define PL011_INT_RX      UART_BIT(4)
#define PL011_INT_TX      UART_BIT(5)
#define PL011_INT_RT      UART_BIT(6) /* receive timeout */
#define PL011_INT_FE      UART_BIT(7)
#define PL011_INT_PE      UART_BIT(8)
#define PL011_INT_BE      UART_BIT(9)
#define PL011_INT_OE      UART_BIT(10)
#define PL011_INT_ALL     UART_FIELD(10, 0)

/*
 * Cadence UART (Zynq UltraScale+ UG1085 chapter 21, UG1087 UART)   access  what
 */
enum cadence_uart_register {
    CADENCE_UART_CR = 0x00,      /* rw  control */
    CADENCE_UART_MR = 0x04,      /* rw  mode */
    CADENCE_UART_IER = 0x08,     /* wo  interrupt enable: ones set bits of the mask */
    CADENCE_UART_IDR = 0x0c,     /* wo  interrupt disable: ones clear bits of the mask */
    CADENCE_UART_IMR = 0x10,     /* ro  interrupt mask: a set bit lets the interrupt through */
    CADENCE_UART_ISR = 0x14,     /* rw  raw interrupts; ones clear */
    CADENCE_UART_BAUDGEN = 0x18, /* rw  baud rate generator */
    CADENCE_UART_RXTOUT = 0x1c,  /* rw  receive timeout in 4 bit times; 0 is off */
    CADENCE_UART_RXWM = 0x20,    /* rw  receive FIFO trigger level, 1..63; 0 is off */
    CADENCE_UART_MODEMCR = 0x24, /* rw  modem control */
    CADENCE_UART_MODEMSR = 0x28, /* rw  modem status */
    CADENCE_UART_SR = 0x2c,      /* ro  channel status */
    CADENCE_UART_FIFO = 0x30,    /* rw  data */
    CADENCE_UART_BAUDDIV = 0x34, /* rw  baud rate divider */
    CADENCE_UART_FLOWDEL = 0x38, /* rw  flow control delay */
    CADENCE_UART_TXWM = 0x44,    /* rw  transmit FIFO trigger level */
    CADENCE_UART_SIZE = 0x1000,
};

#define CADENCE_UART_FIFO_BYTES  64

#define CADENCE_UART_CR_RXRST    UART_BIT(0) /* empties the receive FIFO; clears itself */
#define CADENCE_UART_CR_TXRST    UART_BIT(1) /* empties the transmit FIFO; clears itself */
#define CADENCE_UART_CR_RXEN     UART_BIT(2)
#define CADENCE_UART_CR_RXDIS    UART_BIT(3) /* wins over RXEN */
#define CADENCE_UART_CR_TXEN     UART_BIT(4)
#define CADENCE_UART_CR_TXDIS    UART_BIT(5) /* wins over TXEN */
#define CADENCE_UART_CR_RSTTO    UART_BIT(6) /* restarts the receive timeout */
#define CADENCE_UART_CR_STTBRK   UART_BIT(7)
#define CADENCE_UART_CR_STPBRK   UART_BIT(8)

/* SR and the interrupt registers name the first five bits alike; the rest differ. */
#define CADENCE_UART_SR_RXTRIG   UART_BIT(0)
#define CADENCE_UART_SR_RXEMPTY  UART_BIT(1)
#define CADENCE_UART_SR_RXFULL   UART_BIT(2)
#define CADENCE_UART_SR_TXEMPTY  UART_BIT(3)
#define CADENCE_UART_SR_TXFULL   UART_BIT(4)
#define CADENCE_UART_SR_RACTIVE  UART_BIT(10)
#define CADENCE_UART_SR_TACTIVE  UART_BIT(11) /* still shifting bits out */
#define CADENCE_UART_SR_TTRIG    UART_BIT(13)
#define CADENCE_UART_SR_TNFUL    UART_BIT(14) /* fewer than two free places */

#define CADENCE_UART_INT_RXTRIG  UART_BIT(0)
#define CADENCE_UART_INT_RXEMPTY UART_BIT(1)
#define CADENCE_UART_INT_RXFULL  UART_BIT(2)
#define CADENCE_UART_INT_TXEMPTY UART_BIT(3)
#define CADENCE_UART_INT_TXFULL  UART_BIT(4)
#define CADENCE_UART_INT_RXOVR   UART_BIT(5)
#define CADENCE_UART_INT_FRAMING UART_BIT(6)
#define CADENCE_UART_INT_PARITY  UART_BIT(7)
#define CADENCE_UART_INT_TOUT    UART_BIT(8)
#define CADENCE_UART_INT_MODEM   UART_BIT(9)
#define CADENCE_UART_INT_TTRIG   UART_BIT(10)
#define CADENCE_UART_INT_TNFUL   UART_BIT(11)
#define CADENCE_UART_INT_TOVR    UART_BIT(12)
#define CADENCE_UART_INT_ALL     UART_FIELD(12, 0)

/*
 * i.MX UART (i.MX 8M Plus reference manual, chapter UART)   access  what
 */
enum imx_uart_register {
    IMX_UART_URXD = 0x00,  /* ro  receive data and its errors */
    IMX_UART_UTXD = 0x40,  /* wo  transmit data */
    IMX_UART_UCR1 = 0x80,  /* rw  control 1 */
    IMX_UART_UCR2 = 0x84,  /* rw  control 2 */
    IMX_UART_UCR3 = 0x88,  /* rw  control 3 */
    IMX_UART_UCR4 = 0x8c,  /* rw  control 4 */
    IMX_UART_UFCR = 0x90,  /* rw  FIFO control */
    IMX_UART_USR1 = 0x94,  /* rw  status 1; ones clear the latched bits */
    IMX_UART_USR2 = 0x98,  /* rw  status 2; ones clear the latched bits */
    IMX_UART_UESC = 0x9c,  /* rw  escape character */
    IMX_UART_UTIM = 0xa0,  /* rw  escape timer */
    IMX_UART_UBIR = 0xa4,  /* rw  baud rate, incremental */
    IMX_UART_UBMR = 0xa8,  /* rw  baud rate, modulator */
    IMX_UART_UBRC = 0xac,  /* ro  baud rate count */
    IMX_UART_ONEMS = 0xb0, /* rw  one millisecond in reference clocks */
    IMX_UART_UTS = 0xb4,   /* rw  test */
    IMX_UART_UMCR = 0xb8,  /* rw  RS-485 mode */
    IMX_UART_SIZE = 0x10000,
};

#define IMX_UART_URXD_DATA     UART_FIELD(7, 0)
#define IMX_UART_URXD_PRERR    UART_BIT(10)
#define IMX_UART_URXD_BRK      UART_BIT(11)
#define IMX_UART_URXD_FRMERR   UART_BIT(12)
#define IMX_UART_URXD_OVRRUN   UART_BIT(13)
#define IMX_UART_URXD_ERR      UART_BIT(14)
#define IMX_UART_URXD_CHARRDY  UART_BIT(15) /* the data is a character */

#define IMX_UART_UCR1_UARTEN   UART_BIT(0)
#define IMX_UART_UCR1_RTSDEN   UART_BIT(5)
#define IMX_UART_UCR1_TXMPTYEN UART_BIT(6)
#define IMX_UART_UCR1_RRDYEN   UART_BIT(9)
#define IMX_UART_UCR1_TRDYEN   UART_BIT(13)

#define IMX_UART_UCR2_SRST     UART_BIT(0) /* a zero resets */
#define IMX_UART_UCR2_RXEN     UART_BIT(1)
#define IMX_UART_UCR2_TXEN     UART_BIT(2)
#define IMX_UART_UCR2_ATEN     UART_BIT(3) /* ageing timer interrupt */
#define IMX_UART_UCR2_WS       UART_BIT(5) /* 8 data bits */
#define IMX_UART_UCR2_IRTS     UART_BIT(14)

#define IMX_UART_UCR4_DREN     UART_BIT(0) /* receive data ready interrupt */
#define IMX_UART_UCR4_OREN     UART_BIT(1)
#define IMX_UART_UCR4_TCEN     UART_BIT(3) /* transmit complete interrupt */

#define IMX_UART_UFCR_RXTL     UART_FIELD(5, 0)
#define IMX_UART_UFCR_TXTL     UART_FIELD(15, 10)

#define IMX_UART_USR1_AGTIM    UART_BIT(8)
#define IMX_UART_USR1_RRDY     UART_BIT(9)
#define IMX_UART_USR1_TRDY     UART_BIT(13)

#define IMX_UART_USR2_RDR      UART_BIT(0) /* a character waits */
#define IMX_UART_USR2_ORE      UART_BIT(1)
#define IMX_UART_USR2_BRCD     UART_BIT(2)
#define IMX_UART_USR2_TXDC     UART_BIT(3)  /* all is shifted out */
#define IMX_UART_USR2_TXFE     UART_BIT(14) /* transmit FIFO empty */

#define IMX_UART_UTS_RXFULL    UART_BIT(3)
#define IMX_UART_UTS_TXFULL    UART_BIT(4)
#define IMX_UART_UTS_RXEMPTY   UART_BIT(5)
#define IMX_UART_UTS_TXEMPTY   UART_BIT(6)

#endif
