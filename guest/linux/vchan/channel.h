/* SPDX-License-Identifier: GPL-2.0 */
/*
 * One channel of this guest's. The protocol is libs/vchan's, compiled in; device.c is what Linux
 * sees of the device, file.c what a process does with it, compat.c the older interface.
 */
#ifndef CHANNEL_H
#define CHANNEL_H

#include <linux/atomic.h>
#include <linux/cdev.h>
#include <linux/device.h>
#include <linux/fs.h>
#include <linux/io.h>
#include <linux/mutex.h>
#include <linux/wait.h>

#include "libs/vchan/vchan.h"

#include "vchan_ioctl.h"

/* The older interface, a node each way: compat.c. */
enum port_way { PORT_SEND, PORT_RECEIVE, PORT_WAYS };

struct channel_port {
	struct cdev cdev;
	dev_t number; /* 0: not there */
};

struct channel {
	struct device dev; /* counts who still uses this structure */
	struct cdev cdev;

	/* Fixed since the device was found. */
	const char *peer_name;
	struct vchan_shape shape;
	phys_addr_t own_phys, peer_phys;
	resource_size_t own_size, peer_size; /* of the mappings */
	void __iomem *doorbell;
	u32 doorbell_value;
	u32 port; /* 0: none */
	struct channel_port ports[PORT_WAYS];

	/* Taken before a process's memory is touched, so never below its mmap lock. */
	struct mutex lock;
	struct vchan end; /* meaningful while open and not mapped */
	unsigned int users;
	bool is_exclusive;
	bool is_framed; /* opened by its port: what goes is messages */
	size_t room_for_message; /* what those who wait for room all ask for; it only grows */
	bool is_begun; /* this end's life, by the driver: whoever maps begins it itself */
	u64 bytes_sent, bytes_received;

	/* Below the mmap lock; below `lock`. */
	struct mutex map_lock;
	struct address_space *mapping; /* of the file that mapped; NULL: none did */
	bool is_gone; /* written under both locks, by a shutdown under this one */

	/* Doorbells that came. Whoever will sleep remembers it, looks at the ring, then waits. */
	atomic_t bells;
	wait_queue_head_t wait;
	atomic_t bells_rung, bells_heard, stalls;
};

/* Of an open file, by either interface. */
struct channel_file {
	struct channel *channel;
	unsigned int bells; /* of the channel's, those that VCHAN_IOC_WAIT has taken */
};

static inline struct channel *channel_of(struct file *file)
{
	return ((struct channel_file *)file->private_data)->channel;
}

/* A process's, either way. */
struct channel_bytes {
	bool is_read; /* by read(): `to`, else `from` is meant; any address may be NULL */
	char __user *to;
	const char __user *from;
	size_t size;
};

extern const struct file_operations channel_file_operations;

/* Takes `lock`, and gives it back; whoever leaves rings if the peer is to be rung. */
int channel_enter(struct channel *channel);
void channel_leave(struct channel *channel);

/* How often a poll looks again at a peer that always changes something before it gives up. */
#define CHANNEL_LOOKS 4

/* One more has this end open, by its name or by its port. */
int channel_open_by(struct channel *channel, struct inode *inode, struct file *file,
		    bool is_framed);
int channel_close(struct inode *inode, struct file *file);
long channel_ioctl(struct file *file, unsigned int command, unsigned long argument);

/* Until a doorbell comes that was not among `since`. */
int channel_sleep(struct channel *channel, unsigned int since);
int channel_error(enum vchan_result result);

/*
 * After a turn of read() or write() that moved nothing: whether another follows. One that was no
 * sleep is one in which the peer did something. Then what the call answers.
 */
bool channel_goes_on(const struct file *file, ssize_t moved);
ssize_t channel_result(const struct file *file, ssize_t moved);

/* /dev/vchan<port>_tx and _rx, of a channel with a port: theirs are two numbers from `number`. */
extern struct class port_class;
int ports_add(struct channel *channel, dev_t number);
void ports_remove(struct channel *channel);

/* Makes what was stored visible to the peer and rings. */
static inline void channel_ring(struct channel *channel)
{
	atomic_inc(&channel->bells_rung);
	writel(channel->doorbell_value, channel->doorbell);
}

static inline void channel_ring_if_asked(struct channel *channel)
{
	if (vchan_take_doorbell(&channel->end))
		channel_ring(channel);
}

static inline void channel_wake(struct channel *channel)
{
	atomic_inc(&channel->bells);
	wake_up_all(&channel->wait);
}

/*
 * Begins a life where there is none yet, and meets the peer. Leaves a connection that has ended as
 * it is: a new one is for VCHAN_IOC_CONNECT to ask for. Under `lock`.
 */
static inline void channel_meet(struct channel *channel)
{
	if (READ_ONCE(channel->mapping))
		return;
	if (!channel->is_begun)
		channel->is_begun = vchan_open(&channel->end, &channel->shape) == VCHAN_OK;
	if (channel->end.phase == VCHAN_WAITING)
		(void)vchan_connect(&channel->end);
}

/* Ends this end's life, whoever led it; under `lock`. */
void channel_end_life(struct channel *channel);

/* From what both headers say: for people and programs, not for the protocol. */
void channel_describe(const struct channel *channel, struct vchan_ioc_state *state);

#endif
