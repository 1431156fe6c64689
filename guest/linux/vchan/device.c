// SPDX-License-Identifier: GPL-2.0
/*
 * Channels of Bulkhead, a static-partitioning system: a device tree node (binding.md) becomes
 * /dev/vchan/NAME and /sys/class/vchan.
 */
#include <linux/delay.h>
#include <linux/idr.h>
#include <linux/interrupt.h>
#include <linux/log2.h>
#include <linux/mm.h>
#include <linux/module.h>
#include <linux/of.h>
#include <linux/platform_device.h>
#include <linux/pm.h>
#include <linux/pm_wakeup.h>
#include <linux/slab.h>

#include "channel.h"

#define CHANNELS_MAX 64

/* A millisecond or two apart, for whoever is in a call. */
#define SHUTDOWN_LOOKS 100

/* Of each: its own, and behind all of these two for its port. */
#define NUMBERS_MAX (CHANNELS_MAX * (1 + PORT_WAYS))

static dev_t first_number;
static DEFINE_IDA(minors);

static struct channel *to_channel(struct device *dev)
{
	return container_of(dev, struct channel, dev);
}

/* ---- state ---- */

static u64 look(const u64 *field)
{
	return READ_ONCE(*field);
}

void channel_describe(const struct channel *channel, struct vchan_ioc_state *state)
{
	const struct vchan_header *own = channel->shape.own;
	const struct vchan_header *peer = channel->shape.peer;
	u64 life = look(&own->life), peer_life = look(&peer->life), seen = look(&own->seen);
	u32 generation = VCHAN_LIFE_GENERATION(life);
	u32 peer_generation = VCHAN_LIFE_GENERATION(peer_life);

	*state = (struct vchan_ioc_state){
		.own_generation = generation,
		.peer_generation = peer_generation,
	};
	if (VCHAN_LIFE_STATE(life) != VCHAN_LIFE_OPEN)
		state->state = VCHAN_STATE_CLOSED;
	else if (seen == 0)
		state->state = VCHAN_STATE_LISTENING;
	else if (seen != peer_generation)
		state->state = VCHAN_STATE_PEER_DIED;
	else if (VCHAN_LIFE_STATE(peer_life) != VCHAN_LIFE_OPEN)
		state->state = VCHAN_STATE_PEER_CLOSED;
	else if (look(&peer->seen) == generation)
		state->state = VCHAN_STATE_CONNECTED;
	else
		state->state = VCHAN_STATE_LISTENING;
}

static const char *const state_names[] = {
	[VCHAN_STATE_CLOSED] = "closed",       [VCHAN_STATE_LISTENING] = "listening",
	[VCHAN_STATE_CONNECTED] = "connected", [VCHAN_STATE_PEER_CLOSED] = "peer-closed",
	[VCHAN_STATE_PEER_DIED] = "peer-died",
};

/* ---- attributes ---- */

/*
 * The regions stay where they are until the attributes are gone: those are taken away first, and
 * that waits for whoever reads one.
 */
static ssize_t state_show(struct device *dev, struct device_attribute *attribute, char *text)
{
	struct vchan_ioc_state state;

	channel_describe(to_channel(dev), &state);
	return sysfs_emit(text, "%s\n", state_names[state.state]);
}
static DEVICE_ATTR_RO(state);

static ssize_t peer_show(struct device *dev, struct device_attribute *attribute, char *text)
{
	return sysfs_emit(text, "%s\n", to_channel(dev)->peer_name);
}
static DEVICE_ATTR_RO(peer);

/* "SENT RECEIVED"; a mapping's bytes are those of its present connection. */
static ssize_t bytes_show(struct device *dev, struct device_attribute *attribute, char *text)
{
	struct channel *channel = to_channel(dev);
	const struct vchan_header *own = channel->shape.own;
	u64 sent = READ_ONCE(channel->bytes_sent), received = READ_ONCE(channel->bytes_received);

	if (READ_ONCE(channel->mapping)) {
		sent += look(&own->produced);
		received += look(&own->consumed);
	}
	return sysfs_emit(text, "%llu %llu\n", sent, received);
}
static DEVICE_ATTR_RO(bytes);

/* "RUNG HEARD" */
static ssize_t doorbells_show(struct device *dev, struct device_attribute *attribute, char *text)
{
	struct channel *channel = to_channel(dev);

	return sysfs_emit(text, "%u %u\n", (u32)atomic_read(&channel->bells_rung),
			  (u32)atomic_read(&channel->bells_heard));
}
static DEVICE_ATTR_RO(doorbells);

static ssize_t stalls_show(struct device *dev, struct device_attribute *attribute, char *text)
{
	return sysfs_emit(text, "%u\n", (u32)atomic_read(&to_channel(dev)->stalls));
}
static DEVICE_ATTR_RO(stalls);

static struct attribute *channel_attrs[] = {
	&dev_attr_state.attr,	  &dev_attr_peer.attr,	 &dev_attr_bytes.attr,
	&dev_attr_doorbells.attr, &dev_attr_stalls.attr, NULL,
};
ATTRIBUTE_GROUPS(channel);

static struct class vchan_class = {
	.name = "vchan",
	.dev_groups = channel_groups,
};

/* ---- the device ---- */

static irqreturn_t channel_interrupt(int irq, void *data)
{
	struct channel *channel = data;

	atomic_inc(&channel->bells_heard);
	channel_wake(channel);
	return READ_ONCE(channel->end.phase) == VCHAN_WAITING ? IRQ_WAKE_THREAD : IRQ_HANDLED;
}

/* Two that have opened are connected, whatever their processes do. */
static irqreturn_t channel_answer(int irq, void *data)
{
	struct channel *channel = data;

	mutex_lock(&channel->lock);
	if (!channel->is_gone && channel->is_begun) {
		channel_meet(channel);
		channel_ring_if_asked(channel);
	}
	mutex_unlock(&channel->lock);
	channel_wake(channel);
	return IRQ_HANDLED;
}

void channel_end_life(struct channel *channel)
{
	if (vchan_bury(channel->shape.own))
		channel_ring(channel);
}

static void channel_release(struct device *dev)
{
	struct channel *channel = to_channel(dev);

	kfree_const(channel->peer_name);
	mutex_destroy(&channel->lock);
	mutex_destroy(&channel->map_lock);
	kfree(channel);
}

static struct channel *channel_new(struct device *parent)
{
	struct channel *channel = kzalloc(sizeof(*channel), GFP_KERNEL);

	if (!channel)
		return ERR_PTR(-ENOMEM);
	mutex_init(&channel->lock);
	mutex_init(&channel->map_lock);
	init_waitqueue_head(&channel->wait);
	device_initialize(&channel->dev);
	channel->dev.class = &vchan_class;
	channel->dev.parent = parent;
	channel->dev.release = channel_release;
	cdev_init(&channel->cdev, &channel_file_operations);
	channel->cdev.owner = THIS_MODULE;
	return channel;
}

static void channel_put(void *data)
{
	struct channel *channel = data;

	put_device(&channel->dev);
}

static void channel_free_number(void *data)
{
	struct channel *channel = data;

	ida_free(&minors, MINOR(channel->dev.devt) - MINOR(first_number));
}

/* The device's, not the structure's: files that are open still are no reason not to bind anew. */
static int channel_number(struct channel *channel, struct device *parent)
{
	int minor = ida_alloc_max(&minors, CHANNELS_MAX - 1, GFP_KERNEL);

	if (minor < 0)
		return minor;
	channel->dev.devt = MKDEV(MAJOR(first_number), MINOR(first_number) + minor);
	return devm_add_action_or_reset(parent, channel_free_number, channel);
}

static bool is_name(const char *name)
{
	size_t length = strlen(name);

	return length > 0 && length <= 31 &&
	       strspn(name, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_") ==
		       length;
}

static bool is_ring(u32 size)
{
	return size == 0 ||
	       (is_power_of_2(size) && size >= VCHAN_RING_MIN && size <= VCHAN_RING_MAX);
}

/* What the node says in words and numbers. */
static int channel_configure(struct channel *channel, struct device *parent)
{
	struct device_node *node = parent->of_node;
	const char *name, *peer = "";
	u32 own_ring = 0, peer_ring = 0;

	if (of_property_read_string(node, "bulkhead,name", &name) || !is_name(name))
		return dev_err_probe(parent, -EINVAL, "bulkhead,name is missing or is no name\n");
	of_property_read_string(node, "bulkhead,peer", &peer);
	of_property_read_u32(node, "bulkhead,send-ring", &own_ring);
	of_property_read_u32(node, "bulkhead,receive-ring", &peer_ring);
	channel->doorbell_value = 1;
	of_property_read_u32(node, "bulkhead,doorbell", &channel->doorbell_value);
	of_property_read_u32(node, "bulkhead,compat-port", &channel->port);

	if (!is_ring(own_ring) || !is_ring(peer_ring) || own_ring + peer_ring == 0)
		return dev_err_probe(parent, -EINVAL, "no ring is of that size\n");
	channel->shape.own_ring = own_ring;
	channel->shape.peer_ring = peer_ring;
	channel->own_size = VCHAN_REGION_BYTES((resource_size_t)own_ring);
	channel->peer_size = VCHAN_REGION_BYTES((resource_size_t)peer_ring);
	channel->peer_name = kstrdup_const(peer, GFP_KERNEL);
	if (!channel->peer_name)
		return -ENOMEM;
	/* A '!' becomes a folder in /dev. */
	return dev_set_name(&channel->dev, "vchan!%s", name);
}

static int channel_map_region(struct platform_device *pdev, const char *name, resource_size_t size,
			      phys_addr_t *start, void **address)
{
	struct resource *range = platform_get_resource_byname(pdev, IORESOURCE_MEM, name);

	/* Whole pages, of whatever size: what lies behind is no process's to map. */
	if (!range || !PAGE_ALIGNED(range->start) || resource_size(range) < PAGE_ALIGN(size))
		return dev_err_probe(&pdev->dev, -EINVAL, "region %s is missing or too small\n",
				     name);
	*start = range->start;
	*address = devm_memremap(&pdev->dev, range->start, PAGE_ALIGN(size), MEMREMAP_WB);
	return PTR_ERR_OR_ZERO(*address);
}

/* Channels may share a register, which nobody has alone then. */
static int channel_map_doorbell(struct channel *channel, struct platform_device *pdev)
{
	struct resource *range = platform_get_resource_byname(pdev, IORESOURCE_MEM, "doorbell");

	if (!range || resource_size(range) < sizeof(u32))
		return dev_err_probe(&pdev->dev, -EINVAL, "the doorbell is missing\n");
	channel->doorbell = devm_ioremap(&pdev->dev, range->start, resource_size(range));
	return channel->doorbell ? 0 : -ENOMEM;
}

static int channel_map(struct channel *channel, struct platform_device *pdev)
{
	void *peer;
	int error;

	error = channel_map_region(pdev, "own", channel->own_size, &channel->own_phys,
				   &channel->shape.own);
	if (error)
		return error;
	error = channel_map_region(pdev, "peer", channel->peer_size, &channel->peer_phys, &peer);
	if (error)
		return error;
	channel->shape.peer = peer;
	return channel_map_doorbell(channel, pdev);
}

/* No process comes in any more. */
static void channel_refuse(struct channel *channel)
{
	mutex_lock(&channel->map_lock);
	WRITE_ONCE(channel->is_gone, true);
	mutex_unlock(&channel->map_lock);
}

static void channel_unmap(struct channel *channel)
{
	if (channel->mapping)
		unmap_mapping_range(channel->mapping, 0, 0, 1);
}

/*
 * No process comes in any more, and none that is in stays asleep or keeps a mapping; the structure
 * lasts until the last has closed its file.
 */
static void channel_withdraw(void *data)
{
	struct channel *channel = data;

	mutex_lock(&channel->lock);
	channel_refuse(channel);
	channel_unmap(channel);
	channel_end_life(channel);
	mutex_unlock(&channel->lock);
	channel_wake(channel);
	ports_remove(channel);
	cdev_device_del(&channel->cdev, &channel->dev);
}

static int channel_listen(struct channel *channel, struct platform_device *pdev)
{
	int irq = platform_get_irq(pdev, 0);

	if (irq < 0)
		return irq;
	return devm_request_threaded_irq(&pdev->dev, irq, channel_interrupt, channel_answer, 0,
					 dev_name(&channel->dev), channel);
}

static dev_t first_port(const struct channel *channel)
{
	unsigned int minor = MINOR(channel->dev.devt) - MINOR(first_number);

	return MKDEV(MAJOR(first_number), MINOR(first_number) + CHANNELS_MAX + minor * PORT_WAYS);
}

static int channel_probe(struct platform_device *pdev)
{
	struct device *parent = &pdev->dev;
	struct channel *channel = channel_new(parent);
	int error;

	if (IS_ERR(channel))
		return PTR_ERR(channel);
	/* The last to go: what comes after is undone before. */
	error = devm_add_action_or_reset(parent, channel_put, channel);
	if (error)
		return error;
	error = channel_number(channel, parent);
	if (error)
		return error;
	error = channel_configure(channel, parent);
	if (error)
		return error;
	error = channel_map(channel, pdev);
	if (error)
		return error;
	/* Whoever held this end before, such as a kernel that crashed, is dead. */
	channel_end_life(channel);
	error = channel_listen(channel, pdev);
	if (error)
		return error;
	error = cdev_device_add(&channel->cdev, &channel->dev);
	if (error)
		return error;
	platform_set_drvdata(pdev, channel);
	device_init_wakeup(parent, of_property_read_bool(parent->of_node, "wakeup-source"));
	error = devm_add_action_or_reset(parent, channel_withdraw, channel);
	if (error)
		return error;
	error = ports_add(channel, first_port(channel));
	return error ? dev_err_probe(parent, error, "port %u is taken\n", channel->port) : 0;
}

/*
 * The peer learns of a reboot when it begins, not when this end is back. Processes may still
 * run: what they sent from now on would be lost to a peer that was told it has heard all. Whoever
 * has `lock` may wait for a page that never comes, and a reboot does not wait for that.
 */
static void channel_shutdown(struct platform_device *pdev)
{
	struct channel *channel = platform_get_drvdata(pdev);
	bool is_locked = mutex_trylock(&channel->lock);
	int i;

	channel_refuse(channel);
	for (i = 0; i < SHUTDOWN_LOOKS && !is_locked; i++) {
		usleep_range(1000, 2000);
		is_locked = mutex_trylock(&channel->lock);
	}
	if (is_locked)
		channel_unmap(channel);
	channel_end_life(channel);
	if (is_locked)
		mutex_unlock(&channel->lock);
	channel_wake(channel);
}

/* Bytes and doorbells wait in the meantime; processes are frozen. */
static int channel_suspend(struct device *dev)
{
	int irq = platform_get_irq(to_platform_device(dev), 0);

	if (device_may_wakeup(dev))
		enable_irq_wake(irq);
	return 0;
}

/* As though a doorbell had come, in case one was lost on the way. */
static int channel_resume(struct device *dev)
{
	int irq = platform_get_irq(to_platform_device(dev), 0);

	if (device_may_wakeup(dev))
		disable_irq_wake(irq);
	channel_wake(dev_get_drvdata(dev));
	return 0;
}

static DEFINE_SIMPLE_DEV_PM_OPS(channel_pm, channel_suspend, channel_resume);

static const struct of_device_id channel_match[] = { { .compatible = "bulkhead,vchan-1" }, {} };
MODULE_DEVICE_TABLE(of, channel_match);

static struct platform_driver channel_driver = {
	.probe = channel_probe,
	.shutdown = channel_shutdown,
	.driver = {
		.name = "vchan",
		.of_match_table = channel_match,
		.pm = pm_sleep_ptr(&channel_pm),
	},
};

static int __init vchan_module_init(void)
{
	int error = class_register(&vchan_class);

	if (error)
		return error;
	error = class_register(&port_class);
	if (error)
		goto no_ports;
	error = alloc_chrdev_region(&first_number, 0, NUMBERS_MAX, "vchan");
	if (error)
		goto no_numbers;
	error = platform_driver_register(&channel_driver);
	if (error)
		goto no_driver;
	return 0;

no_driver:
	unregister_chrdev_region(first_number, NUMBERS_MAX);
no_numbers:
	class_unregister(&port_class);
no_ports:
	class_unregister(&vchan_class);
	return error;
}
module_init(vchan_module_init);

static void __exit vchan_module_exit(void)
{
	platform_driver_unregister(&channel_driver);
	unregister_chrdev_region(first_number, NUMBERS_MAX);
	class_unregister(&port_class);
	class_unregister(&vchan_class);
	ida_destroy(&minors);
}
module_exit(vchan_module_exit);

MODULE_DESCRIPTION("Channels between the partitions of a Bulkhead system");
MODULE_AUTHOR("The Bulkhead project");
MODULE_LICENSE("GPL");
