/* SPDX-License-Identifier: ((GPL-2.0 WITH Linux-syscall-note) OR BSD-2-Clause) */
/*
 * What a program asks of /dev/vchan/NAME beside read(), write() and poll().
 *
 * mmap() needs O_EXCL at open(): offset 0 is the own region, writable; behind it, at `own_region`,
 * the peer's, read-only. abi/vchan.h tells what is in them. From the first mmap() on the process
 * follows that protocol itself: read() and write() answer EBUSY, and poll() says POLLIN when a
 * doorbell came that VCHAN_IOC_WAIT has not taken.
 */
#ifndef VCHAN_IOCTL_H
#define VCHAN_IOCTL_H

#include <linux/ioctl.h>
#include <linux/types.h>

struct vchan_ioc_sizes {
	__u64 own_region; /* bytes of each mapping */
	__u64 peer_region;
	__u32 own_ring; /* what can be on its way to the peer; 0: this end only receives */
	__u32 peer_ring; /* what can be on its way from the peer; 0: this end only sends */
};

enum vchan_ioc_states {
	VCHAN_STATE_CLOSED, /* nobody has this end open */
	VCHAN_STATE_LISTENING, /* the peer is not there yet */
	VCHAN_STATE_CONNECTED,
	VCHAN_STATE_PEER_CLOSED, /* what it sent can still be read */
	VCHAN_STATE_PEER_DIED, /* it began anew; what was under way is dropped */
};

struct vchan_ioc_state {
	__u32 state;
	__u32 own_generation;
	__u32 peer_generation; /* 0: none yet */
	__u32 reserved;
};

#define VCHAN_IOC_MAGIC 0xb7

#define VCHAN_IOC_SIZES _IOR(VCHAN_IOC_MAGIC, 0, struct vchan_ioc_sizes)
#define VCHAN_IOC_STATE _IOR(VCHAN_IOC_MAGIC, 1, struct vchan_ioc_state)

/* Waits for a doorbell that this file has not taken, and takes it; EAGAIN with O_NONBLOCK. */
#define VCHAN_IOC_WAIT _IO(VCHAN_IOC_MAGIC, 2)

/* Rings the peer. */
#define VCHAN_IOC_NOTIFY _IO(VCHAN_IOC_MAGIC, 3)

/*
 * Waits until the peer is there: at first, or again after an end of file or EPIPE. EAGAIN with
 * O_NONBLOCK; ENODATA while bytes of a peer that has closed wait to be read.
 */
#define VCHAN_IOC_CONNECT _IO(VCHAN_IOC_MAGIC, 4)

#endif
