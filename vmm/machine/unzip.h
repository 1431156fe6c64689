/* SPDX-License-Identifier: BSD-2-Clause */
/* Unpacks gzip files from memory to memory. Stands on zlib; never writes past the given space. */
#ifndef VMM_MACHINE_UNZIP_H
#define VMM_MACHINE_UNZIP_H

#include <stddef.h>

enum unzip_result {
    UNZIP_OK,
    UNZIP_DAMAGED,   /* not gzip, cut short, or its checksum does not match */
    UNZIP_TOO_LARGE, /* it unpacks to more than `space` */
    UNZIP_NO_MEMORY, /* for the unpacker itself */
};

/* The whole file; `*size` is what it unpacked to. What follows the first gzip member is ignored. */
enum unzip_result unzip(const void *file, size_t file_size, void *to, size_t space, size_t *size)
    __attribute__((warn_unused_result));

/* The same to nowhere: whether unzip() could. */
enum unzip_result unzip_try(const void *file, size_t file_size, size_t space)
    __attribute__((warn_unused_result));

/* Its first `wanted` bytes alone; UNZIP_DAMAGED if it has fewer. */
enum unzip_result unzip_head(const void *file, size_t file_size, void *to, size_t wanted)
    __attribute__((warn_unused_result));

#endif
