/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Decides where in RAM each part of the image belongs, and checks that none is in another's way.
 * Stands on the image's checked header and the machine; never writes to memory.
 *
 *      RAM ... [kernel] [device tree] [init | payload | program headers] ...
 *      ... [loader | device tree | kernel | init | payload | program headers | files | end] ...
 *
 * The order is the usual one of seL4's loaders, so that any kernel finds all parts in the memory it
 * was built for. What takes most room, the files, is used where the boot loader put it. All else of
 * the image is free again once the kernel runs.
 */
#ifndef LOADER_LAYOUT_H
#define LOADER_LAYOUT_H

#include "loader/image.h"
#include "loader/machine.h"

struct layout {
    struct range image;   /* the whole file, and the loader's memory in it */
    struct range loader;  /* the header, the loader's code and working memory */
    struct range kernel;  /* where it goes */
    struct range tree;    /* where the kernel will find the device tree */
    struct range user;    /* where init and payload go, and behind them their program headers */
    struct range headers; /* that page */
    struct range files;   /* empty if there are none */
};

struct layout_request {
    const struct image_header *header; /* checked */
    const struct machine *machine;
    uint64_t image;       /* where the image lies */
    uint64_t loader_size; /* bytes of it that the loader's code and memory take */
    struct range tree;    /* where the device tree lies now */
};

/* Why it cannot be: `part` does not fit, or is in the way of `other`. */
struct layout_fault {
    const char *part;
    struct range place;
    const char *other; /* NULL: it does not lie in RAM, or no free place was found */
    struct range other_place;
};

/* True if all parts have their place; else `fault` tells what is wrong. */
bool layout_decide(const struct layout_request *request, struct layout *layout,
                   struct layout_fault *fault);

#endif
