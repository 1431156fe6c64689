// SPDX-License-Identifier: GPL-2.0
/*
 * What a process does with a channel. The first to open it begins a life of this end, the last to
 * close it ends that. `lock` is never held while one sleeps for the peer.
 */
#include <linux/fs.h>
#include <linux/mm.h>
#include <linux/poll.h>
#include <linux/sched/signal.h>
#include <linux/slab.h>
#include <linux/uaccess.h>

#include "channel.h"

int channel_enter(struct channel *channel)
{
	if (mutex_lock_interruptible(&channel->lock))
		return -ERESTARTSYS;
	if (!channel->is_gone)
		return 0;
	mutex_unlock(&channel->lock);
	return -ENODEV;
}

/* Rings before it lets go: whatever was promised to the peer is. */
void channel_leave(struct channel *channel)
{
	if (!channel->is_gone)
		channel_ring_if_asked(channel);
	mutex_unlock(&channel->lock);
}

/* ---- open and close ---- */

/* Who has it alone may be about to map it: then its life begins with the first other call. */
static int channel_begin_life(struct channel *channel, bool is_exclusive, bool is_framed)
{
	if (channel->users > 0 &&
	    (is_exclusive || channel->is_exclusive || is_framed != channel->is_framed))
		return -EBUSY;
	if (channel->users++ == 0)
		channel->room_for_message = channel->shape.own_ring / 4;
	channel->is_exclusive = is_exclusive;
	channel->is_framed = is_framed;
	if (!is_exclusive)
		channel_meet(channel);
	return 0;
}

int channel_open_by(struct channel *channel, struct inode *inode, struct file *file, bool is_framed)
{
	struct channel_file *own = kzalloc(sizeof(*own), GFP_KERNEL);
	int error;

	if (!own)
		return -ENOMEM;
	own->channel = channel;
	own->bells = atomic_read(&channel->bells);
	error = channel_enter(channel);
	if (error)
		goto free;
	error = channel_begin_life(channel, !is_framed && (file->f_flags & O_EXCL), is_framed);
	channel_leave(channel);
	if (error)
		goto free;
	file->private_data = own;
	return stream_open(inode, file);

free:
	kfree(own);
	return error;
}

static int channel_open(struct inode *inode, struct file *file)
{
	struct channel *channel = container_of(inode->i_cdev, struct channel, cdev);

	return channel_open_by(channel, inode, file, false);
}

/*
 * What a process sent by its mapping counts, as far as can be told. It may have been killed after
 * it closed its end itself and before it rang.
 */
static void channel_forget_mapping(struct channel *channel)
{
	const struct vchan_header *own = channel->shape.own;

	mutex_lock(&channel->map_lock);
	if (channel->mapping && !channel->is_gone) {
		channel->bytes_sent += READ_ONCE(own->produced);
		channel->bytes_received += READ_ONCE(own->consumed);
		if (VCHAN_LIFE_STATE(READ_ONCE(own->life)) == VCHAN_LIFE_CLOSED)
			channel_ring(channel);
	}
	channel->mapping = NULL;
	mutex_unlock(&channel->map_lock);
}

int channel_close(struct inode *inode, struct file *file)
{
	struct channel *channel = channel_of(file);

	mutex_lock(&channel->lock);
	if (--channel->users == 0) {
		channel_forget_mapping(channel);
		channel->is_exclusive = false;
		channel->is_begun = false;
		if (!channel->is_gone)
			channel_end_life(channel);
	}
	mutex_unlock(&channel->lock);
	kfree(file->private_data);
	return 0;
}

/* ---- sleeping ---- */

static bool has_rung(struct channel *channel, unsigned int since)
{
	return (unsigned int)atomic_read(&channel->bells) != since || READ_ONCE(channel->is_gone);
}

int channel_sleep(struct channel *channel, unsigned int since)
{
	atomic_inc(&channel->stalls);
	return wait_event_interruptible(channel->wait, has_rung(channel, since));
}

/* Room is asked for by the quarter of a ring, by all alike, as there is one wish for all. */
static size_t room_wish(const struct channel *channel)
{
	return channel->end.own_ring / 4;
}

/* ---- bytes ---- */

int channel_error(enum vchan_result result)
{
	switch (result) {
	case VCHAN_OK:
		return 0;
	case VCHAN_EMPTY:
	case VCHAN_FULL:
	case VCHAN_WAITING:
		return -EAGAIN;
	case VCHAN_CLOSED:
	case VCHAN_RESTARTED:
		return -EPIPE;
	case VCHAN_ONE_WAY:
		return -EBADF;
	default:
		return -EPROTO;
	}
}

static ssize_t take_some(struct channel *channel, char __user *to, size_t size)
{
	const void *data;
	size_t count, left;
	enum vchan_result result = vchan_peek(&channel->end, &data, &count);

	if (result == VCHAN_CLOSED)
		return 0;
	if (result != VCHAN_OK)
		return channel_error(result);
	count = min(count, size);
	left = copy_to_user(to, data, count);
	if (left == count)
		return -EFAULT;
	vchan_take(&channel->end, count - left);
	channel->bytes_received += count - left;
	return count - left;
}

static ssize_t give_some(struct channel *channel, const char __user *from, size_t size)
{
	void *room;
	size_t count, left;
	enum vchan_result result = vchan_reserve(&channel->end, &room, &count);

	if (result != VCHAN_OK)
		return channel_error(result);
	count = min(count, size);
	left = copy_from_user(room, from, count);
	if (left == count)
		return -EFAULT;
	vchan_commit(&channel->end, count - left);
	channel->bytes_sent += count - left;
	return count - left;
}

/*
 * As many bytes as go without sleeping, in pieces, and no more than a ring holds: a peer that goes
 * on and on keeps nobody in here. `*may_sleep`: nothing went, and the peer will ring when that
 * changes.
 */
static ssize_t move_bytes(struct channel *channel, const struct channel_bytes *bytes,
			  bool *may_sleep)
{
	size_t ring = bytes->is_read ? channel->shape.peer_ring : channel->shape.own_ring;
	size_t done = 0, size = min(bytes->size, ring);
	ssize_t moved;

	channel_meet(channel);
	do {
		moved = bytes->is_read ? take_some(channel, bytes->to + done, size - done)
				       : give_some(channel, bytes->from + done, size - done);
		if (moved > 0)
			done += moved;
	} while (moved > 0 && done < size);
	*may_sleep = moved == -EAGAIN && done == 0 &&
		     (bytes->is_read ? vchan_arm_data(&channel->end, 1)
				     : vchan_arm_part(&channel->end, room_wish(channel)));
	return done > 0 ? done : moved;
}

/* One turn: bytes moved, or slept and -EAGAIN, or an answer. */
static ssize_t channel_move(struct file *file, const struct channel_bytes *bytes)
{
	struct channel *channel = channel_of(file);
	unsigned int bells = atomic_read(&channel->bells);
	bool may_sleep = false;
	ssize_t moved = channel_enter(channel);
	int error;

	if (moved)
		return moved;
	moved = READ_ONCE(channel->mapping) ? -EBUSY : move_bytes(channel, bytes, &may_sleep);
	channel_leave(channel);
	if (!may_sleep || (file->f_flags & O_NONBLOCK))
		return moved;
	error = channel_sleep(channel, bells);
	return error ? error : -EAGAIN;
}

bool channel_goes_on(const struct file *file, ssize_t moved)
{
	cond_resched();
	return moved == -EAGAIN && !(file->f_flags & O_NONBLOCK) && !signal_pending(current);
}

ssize_t channel_result(const struct file *file, ssize_t moved)
{
	bool is_interrupted = moved == -EAGAIN && !(file->f_flags & O_NONBLOCK);

	return is_interrupted && signal_pending(current) ? -ERESTARTSYS : moved;
}

static ssize_t channel_read(struct file *file, char __user *to, size_t size, loff_t *offset)
{
	struct channel_bytes bytes = { .is_read = true, .to = to, .size = size };
	ssize_t moved;

	if (size == 0)
		return 0;
	do {
		moved = channel_move(file, &bytes);
	} while (channel_goes_on(file, moved));
	return channel_result(file, moved);
}

/* All of it, unless it may not sleep or something comes in between. */
static ssize_t channel_write(struct file *file, const char __user *from, size_t size,
			     loff_t *offset)
{
	size_t done = 0;
	ssize_t moved = 0;

	while (done < size && !fatal_signal_pending(current)) {
		struct channel_bytes bytes = { .from = from + done, .size = size - done };

		cond_resched();
		moved = channel_move(file, &bytes);
		if (moved > 0)
			done += moved;
		else if (!channel_goes_on(file, moved))
			break;
	}
	return done > 0 || size == 0 ? done : channel_result(file, moved);
}

/* ---- poll ---- */

/* Whether the peer will ring when what is not in `mask` comes. */
static bool arm_poll(struct channel *channel, __poll_t mask)
{
	bool is_armed = true;

	if (!(mask & EPOLLIN) && channel->end.peer_ring > 0)
		is_armed &= vchan_arm_data(&channel->end, 1);
	if (!(mask & (EPOLLOUT | EPOLLHUP)) && channel->end.own_ring > 0)
		is_armed &= vchan_arm_part(&channel->end, room_wish(channel));
	return is_armed;
}

/* Any is enough while the peer waits for more than was sent. */
static bool is_enough_room(const struct channel *channel, size_t space)
{
	return space >= room_wish(channel) || (space > 0 && vchan_is_awaited(&channel->end));
}

static __poll_t look_at_ring(struct channel *channel)
{
	size_t ready, space;
	enum vchan_result data, room;
	__poll_t mask = 0;

	channel_meet(channel);
	data = vchan_ready(&channel->end, &ready);
	room = vchan_space(&channel->end, &space);
	if (ready > 0 || (data != VCHAN_OK && data != VCHAN_WAITING && data != VCHAN_ONE_WAY))
		mask |= EPOLLIN | EPOLLRDNORM;
	if (room == VCHAN_OK && is_enough_room(channel, space))
		mask |= EPOLLOUT | EPOLLWRNORM;
	if (data == VCHAN_RESTARTED || data == VCHAN_CLOSED || room == VCHAN_RESTARTED ||
	    room == VCHAN_CLOSED)
		mask |= EPOLLHUP;
	if (data == VCHAN_BROKEN || room == VCHAN_BROKEN)
		mask |= EPOLLERR;
	return mask;
}

static __poll_t poll_ring(struct channel *channel)
{
	__poll_t mask;
	int i;

	for (i = 0; i < CHANNEL_LOOKS; i++) {
		mask = look_at_ring(channel);
		if (arm_poll(channel, mask))
			return mask;
	}
	/* Restless: let the process look itself. */
	return mask | EPOLLIN | EPOLLOUT;
}

static __poll_t channel_poll(struct file *file, poll_table *table)
{
	struct channel_file *own = file->private_data;
	struct channel *channel = own->channel;
	__poll_t mask = 0;

	poll_wait(file, &channel->wait, table);
	mutex_lock(&channel->lock);
	if (channel->is_gone)
		mask = EPOLLHUP | EPOLLERR;
	else if (!READ_ONCE(channel->mapping))
		mask = poll_ring(channel);
	else if (has_rung(channel, own->bells))
		mask = EPOLLIN | EPOLLRDNORM;
	channel_leave(channel);
	return mask;
}

/* ---- ioctl ---- */

static long channel_sizes(struct channel *channel, void __user *to)
{
	struct vchan_ioc_sizes sizes = {
		.own_region = PAGE_ALIGN(channel->own_size),
		.peer_region = PAGE_ALIGN(channel->peer_size),
		.own_ring = channel->shape.own_ring,
		.peer_ring = channel->shape.peer_ring,
	};

	return copy_to_user(to, &sizes, sizeof(sizes)) ? -EFAULT : 0;
}

static long channel_state(struct channel *channel, void __user *to)
{
	struct vchan_ioc_state state;
	int error = channel_enter(channel);

	if (error)
		return error;
	channel_describe(channel, &state);
	channel_leave(channel);
	return copy_to_user(to, &state, sizeof(state)) ? -EFAULT : 0;
}

static long channel_wait(struct file *file)
{
	struct channel_file *own = file->private_data;
	struct channel *channel = own->channel;
	int error;

	if ((file->f_flags & O_NONBLOCK) && !has_rung(channel, own->bells))
		return -EAGAIN;
	error = wait_event_interruptible(channel->wait, has_rung(channel, own->bells));
	if (error)
		return error;
	own->bells = atomic_read(&channel->bells);
	return READ_ONCE(channel->is_gone) ? -ENODEV : 0;
}

static long channel_notify(struct channel *channel)
{
	int error = channel_enter(channel);

	if (error)
		return error;
	channel_ring(channel);
	channel_leave(channel);
	return 0;
}

/* -EAGAIN: the peer is not there, and rings when it is. */
static int try_connect(struct channel *channel)
{
	size_t ready, space;
	enum vchan_result result;

	if (READ_ONCE(channel->mapping))
		return -EBUSY;
	channel_meet(channel);
	if (vchan_ready(&channel->end, &ready) == VCHAN_OK && ready > 0 &&
	    vchan_space(&channel->end, &space) == VCHAN_CLOSED)
		return -ENODATA;
	result = vchan_connect(&channel->end);
	if (result == VCHAN_RESTARTED)
		result = vchan_connect(&channel->end);
	return result == VCHAN_OK ? 0 : -EAGAIN;
}

static long channel_connect(struct file *file)
{
	struct channel *channel = channel_of(file);
	unsigned int bells;
	int error;

	for (;;) {
		bells = atomic_read(&channel->bells);
		error = channel_enter(channel);
		if (error)
			return error;
		error = try_connect(channel);
		channel_leave(channel);
		if (error != -EAGAIN || (file->f_flags & O_NONBLOCK))
			return error;
		error = channel_sleep(channel, bells);
		if (error)
			return error;
	}
}

long channel_ioctl(struct file *file, unsigned int command, unsigned long argument)
{
	struct channel *channel = channel_of(file);
	void __user *to = (void __user *)argument;

	switch (command) {
	case VCHAN_IOC_SIZES:
		return channel_sizes(channel, to);
	case VCHAN_IOC_STATE:
		return channel_state(channel, to);
	case VCHAN_IOC_WAIT:
		return channel_wait(file);
	case VCHAN_IOC_NOTIFY:
		return channel_notify(channel);
	case VCHAN_IOC_CONNECT:
		return channel_connect(file);
	default:
		return -ENOTTY;
	}
}

/* ---- mmap ---- */

static vm_fault_t map_fault(struct vm_fault *fault)
{
	struct vm_area_struct *area = fault->vma;
	struct channel *channel = area->vm_private_data;
	unsigned long own_pages = PAGE_ALIGN(channel->own_size) >> PAGE_SHIFT;
	unsigned long frame = fault->pgoff < own_pages
				      ? PHYS_PFN(channel->own_phys) + fault->pgoff
				      : PHYS_PFN(channel->peer_phys) + fault->pgoff - own_pages;
	vm_fault_t result = VM_FAULT_SIGBUS;

	mutex_lock(&channel->map_lock);
	if (!channel->is_gone)
		result = vmf_insert_pfn(area, fault->address, frame);
	mutex_unlock(&channel->map_lock);
	return result;
}

static int map_protect(struct vm_area_struct *area, unsigned long start, unsigned long end,
		       unsigned long flags)
{
	struct channel *channel = area->vm_private_data;
	bool is_own = area->vm_pgoff < PAGE_ALIGN(channel->own_size) >> PAGE_SHIFT;

	return (flags & VM_EXEC) || (!is_own && (flags & VM_WRITE)) ? -EACCES : 0;
}

static const struct vm_operations_struct map_operations = {
	.fault = map_fault,
	.mprotect = map_protect,
};

/* Whether the area is all of the own region or all of the peer's, or part of one. */
static bool is_within_region(const struct channel *channel, struct vm_area_struct *area)
{
	unsigned long own = PAGE_ALIGN(channel->own_size) >> PAGE_SHIFT;
	unsigned long all = own + (PAGE_ALIGN(channel->peer_size) >> PAGE_SHIFT);
	unsigned long first = area->vm_pgoff, pages = vma_pages(area);

	if (first < own)
		return pages <= own - first;
	return first < all && pages <= all - first;
}

/*
 * Pages come at the first access, as only then the area is where unbinding finds it. Mapping one
 * page for a moment gives the area the flags of one without struct pages, in any kernel's way.
 */
static int map_prepare(struct channel *channel, struct vm_area_struct *area)
{
	int error = remap_pfn_range(area, area->vm_start, PHYS_PFN(channel->own_phys), PAGE_SIZE,
				    area->vm_page_prot);

	if (error)
		return error;
	zap_vma_ptes(area, area->vm_start, PAGE_SIZE);
	area->vm_private_data = channel;
	area->vm_ops = &map_operations;
	return 0;
}

static int channel_mmap(struct file *file, struct vm_area_struct *area)
{
	struct channel *channel = channel_of(file);
	int error;

	if (!READ_ONCE(channel->is_exclusive) || !(area->vm_flags & VM_SHARED))
		return -EACCES;
	if (!is_within_region(channel, area))
		return -EINVAL;
	area->vm_private_data = channel;
	error = map_protect(area, area->vm_start, area->vm_end, area->vm_flags);
	if (error)
		return error;
	mutex_lock(&channel->map_lock);
	error = channel->is_gone ? -ENODEV : map_prepare(channel, area);
	if (!error)
		channel->mapping = file->f_mapping;
	mutex_unlock(&channel->map_lock);
	return error;
}

const struct file_operations channel_file_operations = {
	.owner = THIS_MODULE,
	.open = channel_open,
	.release = channel_close,
	.read = channel_read,
	.write = channel_write,
	.poll = channel_poll,
	.unlocked_ioctl = channel_ioctl,
	.mmap = channel_mmap,
};
