/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The console's logic: VMs' output to the screen or into their histories, keys to the VM that is
 * shown, commands behind ctrl+]. Bytes in, bytes out: what it needs of the machine is struct
 * console_ops. Stands on source, lines and screen; one thread.
 */
#pragma once

#include "abi/console.h"
#include "abi/init.h"
#include "components/console/source.h"

#define CONSOLE_HISTORY_BYTES 65536     /* of a VM, at most */
#define CONSOLE_HISTORY_POOL  (1 << 19) /* of all; many VMs have less each */
#define CONSOLE_TYPING_LOOKS  16        /* after a key, output is rung for so many times */

struct console_config {
    bool is_mixed;
    bool has_counters; /* the counter may be read: uptime and exits per second are listed */
    unsigned source_count;
    struct source_config sources[CONSOLE_CHANNEL_MAX];
};

struct console_look {
    enum init_state state;
    enum init_end end; /* of its last life */
    uint64_t restarts;
};

/* What init does for a console (abi/init.h), and the counter; false: init refused. */
struct console_ops {
    bool (*look)(uint32_t component, struct console_look *look);
    bool (*start)(uint32_t component);
    bool (*stop)(uint32_t component);
    uint64_t (*now)(void);
    uint64_t (*frequency)(void);
};

enum console_keys {
    CONSOLE_KEYS_TYPED,   /* go to the VM */
    CONSOLE_KEYS_COMMAND, /* ctrl+] was pressed */
    CONSOLE_KEYS_RESTART, /* waits for y */
    CONSOLE_KEYS_OFF,     /* waits for y */
};

struct console {
    struct console_config config;
    const struct console_ops *ops;
    struct source sources[CONSOLE_CHANNEL_MAX];
    unsigned vms[CONSOLE_CHANNEL_MAX]; /* sources that are VMs, in order */
    unsigned vm_count;
    unsigned shown;          /* an index of `vms` */
    bool has_looked, is_off; /* whether that one was off, if it was looked at since the last turn */
    uint64_t busy;           /* a bit a source: it may have something for us */
    uint64_t resting;        /* those that are not asked to ring: looked at after a rest */
    unsigned typing;         /* looks that found output until one may rest again */
    unsigned begins;         /* the source that is first in the next turn */
    enum console_keys keys;
    unsigned listed; /* VMs of a list that are printed; vm_count: no list under way */
    struct lines lines;
    struct screen screen;
    char history[CONSOLE_HISTORY_POOL];
};

/* `console` is all zeros before. The configuration is copied. NULL, or the name of a source whose
 * regions are unusable. */
const char *console_init(struct console *console, const struct console_config *config,
                         const struct console_ops *ops);

/* These sources rang: a bit each, CONSOLE_BADGE_CHANNEL(). */
void console_rung(struct console *console, uint64_t sources);

void console_key(struct console *console, char key);

/* Moves what can be moved now, a bounded amount. Then the caller sends what console->screen holds.
 */
void console_turn(struct console *console);

/* Whether another turn would move something, without anybody's ringing or sending. */
bool console_wants_turn(const struct console *console);

/* Whether sources that sent something are to be looked at again though nobody rings: after a rest,
 * which gathers what they send. Then console_rested() and a turn. */
bool console_rests(const struct console *console);
void console_rested(struct console *console);

/* The sources whose owners are to be rung, a bit each; told once. */
uint64_t console_take_doorbells(struct console *console);
