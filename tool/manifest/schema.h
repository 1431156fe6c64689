/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What a manifest may say: every key of every mapping, with its kind, range and default. The reader
 * goes by this, and so do complaints and the tables in docs/manifest.md. Stands on the C library.
 */
#ifndef TOOL_MANIFEST_SCHEMA_H
#define TOOL_MANIFEST_SCHEMA_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* How a value is written, and what it is in the struct. */
enum key_kind {
    KEY_NAME,      /* struct text: MANIFEST_NAME_MAX at most, see manifest.h */
    KEY_TEXT,      /* struct text: most bytes at most */
    KEY_DEVICE,    /* struct text: a device-tree path or alias */
    KEY_FILE,      /* struct file_use */
    KEY_NUMBER,    /* struct number */
    KEY_SIZE,      /* struct number, bytes */
    KEY_ADDRESS,   /* struct number */
    KEY_PERIOD,    /* struct number, microseconds */
    KEY_BUDGET,    /* struct time_share, whose period is read before */
    KEY_SWITCH,    /* struct switch_field below */
    KEY_CORE,      /* struct core */
    KEY_CORES,     /* struct core[MANIFEST_CORE_MAX] */
    KEY_RESTART,   /* struct restart */
    KEY_SEED,      /* struct seed */
    KEY_RIGHTS,    /* unsigned */
    KEY_DIRECTION, /* bool: one way */
    KEY_BOARD_OFF, /* struct manifest */
    KEY_DEVICES,   /* an array of struct device_use and its count */
    KEY_ARGUMENTS, /* an array of struct text and its count */
    KEY_LIST,      /* an array of `entries` and its count */
    KEY_ENDS,      /* likewise, or of names */
    KEY_BETWEEN,   /* likewise, or a mapping of names to rights */
    KEY_MAPPING,   /* the struct of `entries` */
    KEY_CONSOLE,   /* likewise, or a word */
};

struct mapping;

struct key {
    const char *name;
    enum key_kind kind;
    size_t offset;        /* of the field in the mapping's struct */
    size_t count_offset;  /* of an array's count; of a switch's place */
    uint64_t least, most; /* of a number; of a list's entries; of a text's bytes */
    uint64_t step;        /* it must be a multiple of this; 0: of anything */
    bool required;
    const char *fallback; /* the default, as one would write it; NULL: the field stays zero */
    const char *derived;  /* for the page: what holds where there is no fallback */
    const char *built_in; /* of a file: the word that means the one the build brings */
    bool may_be_none;     /* of a file: `none` means no file */
    const char *example;
    const char *entry_example; /* of a list */
    const char *help;          /* for the page */
    const struct mapping *entries;
};

#define MAPPING_KEY_MAX 20 /* in any mapping */

struct mapping {
    const char *what; /* "a VM" */
    const char *noun; /* "VM", to be followed by its name */
    const struct key *keys;
    size_t key_count;
    size_t size;         /* of the struct */
    size_t place_offset; /* of where the whole entry stands in it; 0: nowhere */
};

extern const struct mapping SCHEMA_MANIFEST;

#endif
