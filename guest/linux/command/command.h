/* SPDX-License-Identifier: BSD-2-Clause */
/* What the parts of the command `vchan` share. */
#pragma once

enum { STATUS_FAILED = 1, STATUS_USAGE = 2 };

/* One line for errno, about the channel or program of that name: STATUS_FAILED. */
int complain(const char *name);

/* The channel's device, its peer there. A descriptor for read() and write(), or -1 and errno. */
int open_connected(const char *name);

/* `vchan bench`: the end that measures, all or so many rounds; and the one that serves it. */
int bench(const char *name);
int bench_ping(const char *name, unsigned rounds);
int bench_serve(const char *name);
