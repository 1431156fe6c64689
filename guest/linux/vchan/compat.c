// SPDX-License-Identifier: GPL-2.0
/*
 * The older interface to a channel that the device tree gives a port: /dev/vchan<port>_tx and
 * _rx. One write() is one message, one read() is one message. In the ring a message is its length,
 * 32 bits with the low byte first, and its bytes, filled up to a multiple of four.
 *
 * A message is sent whole or not at all, and taken whole or not at all: what fails or is
 * interrupted has changed nothing. As the interface has one channel and one life for both
 * directions, the end begins with the first node that is opened and ends with the last that is
 * closed.
 */
#include <linux/fs.h>
#include <linux/poll.h>
#include <linux/sched/signal.h>
#include <linux/uaccess.h>

#include "channel.h"

#define LENGTH_BYTES sizeof(__le32)

struct class port_class = {
	.name = "vchan-port",
};

static size_t record_size(size_t length)
{
	return LENGTH_BYTES + ALIGN(length, LENGTH_BYTES);
}

static size_t longest(size_t ring)
{
	return ring - LENGTH_BYTES;
}

/* ---- open ---- */

static int port_open(struct inode *inode, struct file *file, unsigned int way)
{
	struct channel *channel = container_of(inode->i_cdev, struct channel, ports[way].cdev);

	return channel_open_by(channel, inode, file, true);
}

static int port_open_send(struct inode *inode, struct file *file)
{
	return port_open(inode, file, PORT_SEND);
}

static int port_open_receive(struct inode *inode, struct file *file)
{
	return port_open(inode, file, PORT_RECEIVE);
}

/* ---- one message ---- */

/* The byte of a ring that is `offset` behind `start`, which is in it. */
static size_t ring_offset(const void *ring, size_t ring_size, const void *start, size_t offset)
{
	return ((const u8 *)start - (const u8 *)ring + offset) & (ring_size - 1);
}

/* The length at the head of the ring, when the whole message is there; `*wish` is what it lacks. */
static ssize_t head_length(struct channel *channel, const void **head, size_t *wish)
{
	size_t ring = channel->shape.peer_ring, ready, count, length;
	bool is_last = vchan_is_peer_closed(&channel->end);
	enum vchan_result result = vchan_ready(&channel->end, &ready);

	*wish = LENGTH_BYTES;
	if (result == VCHAN_CLOSED)
		return 0;
	if (result != VCHAN_OK)
		return channel_error(result);
	if (ready < LENGTH_BYTES)
		return is_last && ready > 0 ? -EPIPE : -EAGAIN;
	result = vchan_peek(&channel->end, head, &count);
	if (result != VCHAN_OK)
		return channel_error(result);
	/* Once: the peer may write another at any time. */
	length = le32_to_cpu(READ_ONCE(*(const __le32 *)*head));
	if (length == 0 || length > longest(ring))
		return -EPROTO;
	*wish = record_size(length);
	if (ready < *wish)
		return is_last ? -EPIPE : -EAGAIN;
	return length;
}

static bool copies_out(struct channel *channel, char __user *to, const void *head, size_t length)
{
	const u8 *ring = (const u8 *)channel->shape.peer + VCHAN_HEADER_BYTES;
	size_t size = channel->shape.peer_ring;
	size_t at = ring_offset(ring, size, head, LENGTH_BYTES);
	size_t first = min(length, size - at);

	return copy_to_user(to, ring + at, first) == 0 &&
	       copy_to_user(to + first, ring, length - first) == 0;
}

static ssize_t take_message(struct channel *channel, char __user *to, size_t size, size_t *wish)
{
	const void *head;
	ssize_t length;

	channel_meet(channel);
	length = head_length(channel, &head, wish);
	if (length <= 0)
		return length;
	if (length > size)
		return -EMSGSIZE;
	if (!copies_out(channel, to, head, length))
		return -EFAULT;
	vchan_take(&channel->end, record_size(length));
	channel->bytes_received += length;
	return length;
}

static bool copies_in(struct channel *channel, void *head, const char __user *from, size_t length)
{
	u8 *ring = (u8 *)channel->shape.own + VCHAN_HEADER_BYTES;
	size_t size = channel->shape.own_ring;
	size_t at = ring_offset(ring, size, head, LENGTH_BYTES);
	size_t first = min(length, size - at);
	size_t padding = record_size(length) - LENGTH_BYTES - length;

	if (copy_from_user(ring + at, from, first) ||
	    copy_from_user(ring, from + first, length - first))
		return false;
	/* What was there before is nobody's to see; four bytes at a time never cross the end. */
	memset(ring + ring_offset(ring, size, head, LENGTH_BYTES + length), 0, padding);
	return true;
}

static ssize_t give_message(struct channel *channel, const char __user *from, size_t length,
			    size_t *wish)
{
	size_t space, count;
	void *head;
	enum vchan_result result;

	channel_meet(channel);
	result = vchan_space(&channel->end, &space);
	if (result == VCHAN_OK && space < record_size(length))
		channel->room_for_message = max(channel->room_for_message, record_size(length));
	*wish = channel->room_for_message;
	if (result == VCHAN_OK && space < record_size(length))
		return -EAGAIN;
	if (result == VCHAN_OK)
		result = vchan_reserve(&channel->end, &head, &count);
	if (result != VCHAN_OK)
		return channel_error(result);
	if (!copies_in(channel, head, from, length))
		return -EFAULT;
	WRITE_ONCE(*(__le32 *)head, cpu_to_le32(length));
	vchan_commit(&channel->end, record_size(length));
	channel->bytes_sent += length;
	return length;
}

/* ---- read and write ---- */

/* One turn: a message went, or slept and -EAGAIN, or an answer. */
static ssize_t port_move(struct file *file, const struct channel_bytes *bytes)
{
	struct channel *channel = channel_of(file);
	unsigned int bells = atomic_read(&channel->bells);
	bool may_sleep = false, is_read = bytes->is_read;
	ssize_t moved = channel_enter(channel);
	size_t wish;
	int error;

	if (moved)
		return moved;
	moved = is_read ? take_message(channel, bytes->to, bytes->size, &wish)
			: give_message(channel, bytes->from, bytes->size, &wish);
	if (moved == -EAGAIN)
		may_sleep = is_read ? vchan_arm_data(&channel->end, wish)
				    : vchan_arm_room(&channel->end, wish);
	channel_leave(channel);
	if (!may_sleep || (file->f_flags & O_NONBLOCK))
		return moved;
	error = channel_sleep(channel, bells);
	return error ? error : -EAGAIN;
}

static ssize_t port_transfer(struct file *file, const struct channel_bytes *bytes)
{
	ssize_t moved;

	/* No message has no bytes: 0 is what a reader is told of a peer that closed. */
	if (bytes->size == 0)
		return -EINVAL;
	do {
		moved = port_move(file, bytes);
	} while (channel_goes_on(file, moved));
	return channel_result(file, moved);
}

static ssize_t port_read(struct file *file, char __user *to, size_t size, loff_t *offset)
{
	struct channel_bytes bytes = { .is_read = true, .to = to, .size = size };

	return port_transfer(file, &bytes);
}

static ssize_t port_write(struct file *file, const char __user *from, size_t size, loff_t *offset)
{
	struct channel_bytes bytes = { .from = from, .size = size };

	if (size > longest(channel_of(file)->shape.own_ring))
		return -EMSGSIZE;
	return port_transfer(file, &bytes);
}

/* ---- poll ---- */

static __poll_t look_for_message(struct channel *channel, bool *is_armed)
{
	const void *head;
	size_t wish;
	ssize_t length = head_length(channel, &head, &wish);

	*is_armed = length != -EAGAIN || vchan_arm_data(&channel->end, wish);
	if (length == -EAGAIN)
		return 0;
	if (length == 0 || length == -EPIPE)
		return EPOLLIN | EPOLLRDNORM | EPOLLHUP;
	return EPOLLIN | EPOLLRDNORM | (length < 0 ? EPOLLERR : 0);
}

static __poll_t look_for_room(struct channel *channel, bool *is_armed)
{
	size_t space;
	enum vchan_result result = vchan_space(&channel->end, &space);

	*is_armed = true;
	if (result == VCHAN_CLOSED || result == VCHAN_RESTARTED)
		return EPOLLHUP;
	if (result == VCHAN_BROKEN)
		return EPOLLERR;
	if (result == VCHAN_OK && space >= channel->room_for_message)
		return EPOLLOUT | EPOLLWRNORM;
	*is_armed = vchan_arm_room(&channel->end, channel->room_for_message);
	return 0;
}

static __poll_t port_poll(struct file *file, poll_table *table, unsigned int way)
{
	struct channel *channel = channel_of(file);
	__poll_t mask = EPOLLHUP | EPOLLERR;
	bool is_armed = false;
	int i;

	poll_wait(file, &channel->wait, table);
	mutex_lock(&channel->lock);
	for (i = 0; i < CHANNEL_LOOKS && !channel->is_gone && !is_armed; i++) {
		channel_meet(channel);
		mask = way == PORT_RECEIVE ? look_for_message(channel, &is_armed)
					   : look_for_room(channel, &is_armed);
	}
	/* Restless: let the process look itself. */
	if (!channel->is_gone && !is_armed)
		mask = way == PORT_RECEIVE ? EPOLLIN : EPOLLOUT;
	channel_leave(channel);
	return mask;
}

static __poll_t port_poll_send(struct file *file, poll_table *table)
{
	return port_poll(file, table, PORT_SEND);
}

static __poll_t port_poll_receive(struct file *file, poll_table *table)
{
	return port_poll(file, table, PORT_RECEIVE);
}

static const struct file_operations port_operations[PORT_WAYS] = {
	[PORT_SEND] = {
		.owner = THIS_MODULE,
		.open = port_open_send,
		.release = channel_close,
		.write = port_write,
		.poll = port_poll_send,
		.unlocked_ioctl = channel_ioctl,
	},
	[PORT_RECEIVE] = {
		.owner = THIS_MODULE,
		.open = port_open_receive,
		.release = channel_close,
		.read = port_read,
		.poll = port_poll_receive,
		.unlocked_ioctl = channel_ioctl,
	},
};

/* ---- the nodes ---- */

static int port_add(struct channel *channel, dev_t number, unsigned int way)
{
	struct channel_port *port = &channel->ports[way];
	struct device *dev;
	int error;

	cdev_init(&port->cdev, &port_operations[way]);
	port->cdev.owner = THIS_MODULE;
	cdev_set_parent(&port->cdev, &channel->dev.kobj);
	error = cdev_add(&port->cdev, number + way, 1);
	if (error)
		return error;
	dev = device_create(&port_class, channel->dev.parent, number + way, channel, "vchan%u_%s",
			    channel->port, way == PORT_SEND ? "tx" : "rx");
	if (IS_ERR(dev)) {
		cdev_del(&port->cdev);
		return PTR_ERR(dev);
	}
	port->number = number + way;
	return 0;
}

void ports_remove(struct channel *channel)
{
	unsigned int way;

	for (way = 0; way < PORT_WAYS; way++) {
		if (!channel->ports[way].number)
			continue;
		device_destroy(&port_class, channel->ports[way].number);
		cdev_del(&channel->ports[way].cdev);
		channel->ports[way].number = 0;
	}
}

int ports_add(struct channel *channel, dev_t number)
{
	int error = 0;

	if (channel->port == 0)
		return 0;
	if (channel->shape.own_ring > 0)
		error = port_add(channel, number, PORT_SEND);
	if (!error && channel->shape.peer_ring > 0)
		error = port_add(channel, number, PORT_RECEIVE);
	if (error)
		ports_remove(channel);
	return error;
}
