/* SPDX-License-Identifier: BSD-2-Clause */
/* Feeds zlib's inflate() in pieces, since it counts in 32 bits. */
#include "vmm/machine/unzip.h"

#include <limits.h>
#include <string.h>
#include <zlib.h>

/* Window bits 15, plus 16: a gzip header and trailer. */
enum { UNZIP_WINDOW = 15 + 16, UNZIP_TRY_BYTES = 1 << 16 };

static uInt unzip_piece(size_t left)
{
    return left < UINT_MAX ? (uInt)left : UINT_MAX;
}

/* Where the bytes go: behind each other, or to the same place again and again. */
struct unzip_sink {
    Bytef *to;
    size_t space;  /* for all of them */
    size_t window; /* for one piece, if to the same place; else 0 */
};

static uInt unzip_room(const struct unzip_sink *sink)
{
    return unzip_piece(sink->window > 0 && sink->window < sink->space ? sink->window : sink->space);
}

/* Until the stream's end or an error: without progress inflate() answers Z_BUF_ERROR. Even with
 * the space full it goes on, to the checksum behind the data. Returns zlib's code. */
static int unzip_run(z_stream *stream, size_t file_size, const struct unzip_sink *where)
{
    struct unzip_sink sink = *where;
    int code = Z_OK;

    stream->next_out = sink.to;
    while (code == Z_OK) {
        uInt offered = unzip_piece(file_size), room = unzip_room(&sink);

        if (sink.window > 0)
            stream->next_out = sink.to;
        stream->avail_in = offered;
        stream->avail_out = room;
        code = inflate(stream, Z_NO_FLUSH);
        file_size -= offered - stream->avail_in;
        sink.space -= room - stream->avail_out;
    }
    /* The input ended too early. */
    if (code == Z_BUF_ERROR && (sink.space > 0 || file_size == 0))
        return Z_DATA_ERROR;
    return code;
}

static enum unzip_result unzip_into(const void *file, size_t file_size,
                                    const struct unzip_sink *sink, size_t *size)
{
    z_stream stream;

    memset(&stream, 0, sizeof(stream));
    if (inflateInit2(&stream, UNZIP_WINDOW) != Z_OK)
        return UNZIP_NO_MEMORY;
    stream.next_in = (z_const Bytef *)file;

    int code = unzip_run(&stream, file_size, sink);
    *size = (size_t)(stream.next_out - sink->to);
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
    return unzip_into(file, file_size, &(struct unzip_sink){to, space, 0}, size);
}

enum unzip_result unzip_head(const void *file, size_t file_size, void *to, size_t wanted)
{
    size_t size;
    enum unzip_result result = unzip_into(file, file_size, &(struct unzip_sink){to, wanted, 0},
                                          &size);

    /* Stopping because the space is full is what was asked for. */
    if (result == UNZIP_TOO_LARGE)
        return UNZIP_OK;
    if (result == UNZIP_OK && size < wanted)
        return UNZIP_DAMAGED;
    return result;
}

enum unzip_result unzip_try(const void *file, size_t file_size, size_t space)
{
    static Bytef window[UNZIP_TRY_BYTES];
    size_t size;

    return unzip_into(file, file_size, &(struct unzip_sink){window, space, sizeof(window)}, &size);
}
