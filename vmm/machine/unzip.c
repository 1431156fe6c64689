/* SPDX-License-Identifier: BSD-2-Clause */
/* Feeds zlib's inflate() in pieces, since it counts in 32 bits. */
#include "vmm/machine/unzip.h"

#include <limits.h>
#include <string.h>
#include <zlib.h>

/* Window bits 15, plus 16: a gzip header and trailer. */
enum { UNZIP_WINDOW = 15 + 16 };

static uInt unzip_piece(size_t left)
{
    return left < UINT_MAX ? (uInt)left : UINT_MAX;
}

/* Until the stream's end or an error: without progress inflate() answers Z_BUF_ERROR. Even with
 * the space full it goes on, to the checksum behind the data. Returns zlib's code. */
static int unzip_run(z_stream *stream, size_t file_size, size_t space)
{
    int code = Z_OK;

    while (code == Z_OK) {
        uInt offered = unzip_piece(file_size), room = unzip_piece(space);

        stream->avail_in = offered;
        stream->avail_out = room;
        code = inflate(stream, Z_NO_FLUSH);
        file_size -= offered - stream->avail_in;
        space -= room - stream->avail_out;
    }
    return code == Z_BUF_ERROR && space > 0 ? Z_DATA_ERROR : code; /* the input ended too early */
}

static enum unzip_result unzip_into(const void *file, size_t file_size, void *to, size_t space,
                                    size_t *size)
{
    z_stream stream;

    memset(&stream, 0, sizeof(stream));
    if (inflateInit2(&stream, UNZIP_WINDOW) != Z_OK)
        return UNZIP_NO_MEMORY;
    stream.next_in = (z_const Bytef *)file;
    stream.next_out = to;

    int code = unzip_run(&stream, file_size, space);
    *size = (size_t)(stream.next_out - (Bytef *)to);
    (void)inflateEnd(&stream);
    switch (code) {
    case Z_STREAM_END:
        return UNZIP_OK;
    case Z_BUF_ERROR:
        return UNZIP_TOO_LARGE;
    case Z_MEM_ERROR:
        return UNZIP_NO_MEMORY;
    default:
        return UNZIP_DAMAGED;
    }
}

enum unzip_result unzip(const void *file, size_t file_size, void *to, size_t space, size_t *size)
{
    return unzip_into(file, file_size, to, space, size);
}

enum unzip_result unzip_head(const void *file, size_t file_size, void *to, size_t wanted)
{
    size_t size;
    enum unzip_result result = unzip_into(file, file_size, to, wanted, &size);

    /* Stopping because the space is full is what was asked for. */
    if (result == UNZIP_TOO_LARGE)
        return UNZIP_OK;
    if (result == UNZIP_OK && size < wanted)
        return UNZIP_DAMAGED;
    return result;
}
