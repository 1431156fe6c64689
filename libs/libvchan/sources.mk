# SPDX-License-Identifier: BSD-2-Clause
LIBVCHAN_SOURCES := libs/libvchan/libvchan.c
