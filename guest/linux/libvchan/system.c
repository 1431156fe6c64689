/* SPDX-License-Identifier: BSD-2-Clause */
/* libvchan in a Linux guest: the device's rings are mapped, its doorbell and interrupt are
 * ioctls. */
#include "libs/libvchan/system.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <unistd.h>

#include "guest/linux/vchan/vchan_ioctl.h"

static int open_device(const char *name)
{
    char path[PATH_MAX];

    if (name[0] == '\0' || strchr(name, '/') != NULL || strlen(name) > NAME_MAX) {
        errno = EINVAL;
        return -1;
    }
    snprintf(path, sizeof(path), "/dev/vchan/%s", name);
    return open(path, O_RDWR | O_EXCL | O_CLOEXEC);
}

static int map_regions(struct libvchan *vchan)
{
    vchan->own = mmap(NULL, vchan->own_size, PROT_READ | PROT_WRITE, MAP_SHARED, vchan->descriptor,
                      0);
    if (vchan->own == MAP_FAILED)
        return -1;
    vchan->peer = mmap(NULL, vchan->peer_size, PROT_READ, MAP_SHARED, vchan->descriptor,
                       (off_t)vchan->own_size);
    if (vchan->peer != MAP_FAILED)
        return 0;
    munmap(vchan->own, vchan->own_size);
    return -1;
}

int system_open(struct libvchan *vchan, const char *name, struct vchan_shape *shape)
{
    struct vchan_ioc_sizes sizes;
    int error;

    vchan->descriptor = open_device(name);
    if (vchan->descriptor < 0)
        return -1;
    if (ioctl(vchan->descriptor, VCHAN_IOC_SIZES, &sizes) != 0)
        goto close_device;
    vchan->own_size = sizes.own_region;
    vchan->peer_size = sizes.peer_region;
    if (map_regions(vchan) != 0)
        goto close_device;
    *shape = (struct vchan_shape){.own = vchan->own,
                                  .peer = vchan->peer,
                                  .own_ring = sizes.own_ring,
                                  .peer_ring = sizes.peer_ring};
    return 0;

close_device:
    error = errno;
    close(vchan->descriptor);
    errno = error;
    return -1;
}

void system_close(struct libvchan *vchan)
{
    munmap(vchan->own, vchan->own_size);
    munmap(vchan->peer, vchan->peer_size);
    close(vchan->descriptor);
}

int system_wait(struct libvchan *vchan)
{
    return ioctl(vchan->descriptor, VCHAN_IOC_WAIT);
}

void system_ring(struct libvchan *vchan)
{
    (void)ioctl(vchan->descriptor, VCHAN_IOC_NOTIFY);
}
