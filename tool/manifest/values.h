/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Single values of a manifest: words, numbers with units, paths. Stands on storage, units and the
 * schema; knows no YAML.
 */
#ifndef TOOL_MANIFEST_VALUES_H
#define TOOL_MANIFEST_VALUES_H

#include "tool/manifest/complaints.h"
#include "tool/manifest/schema.h"
#include "tool/manifest/storage.h"

/* Where values go, and what is wrong with them. */
struct reader {
    struct storage *storage;
    struct complaints *complaints;
    const char *folder; /* of the manifest, ending in '/', or empty */
    bool lost;          /* a list, or an entry of one, could not be read at all */
};

struct value {
    const char *label;   /* what complaints call it: "'memory'" */
    const char *example; /* of how to write one */
    const char *text;    /* stays as long as the storage */
    struct place place;  /* line 0: a default */
};

/* Reads one value of a kind that is written as one, into its field in the struct at `base`. False:
 * complained, and the field stays as it was. */
bool value_read(struct reader *reader, const struct key *key, const struct value *value,
                void *base);

/* The same for parts of lists, of no key's own. */
bool value_read_name(struct reader *reader, const struct value *value, struct text *name);
bool value_read_rights(struct reader *reader, const struct value *value, unsigned *rights);
bool value_read_device(struct reader *reader, const struct value *value, struct text *path);
bool value_read_core(struct reader *reader, const struct key *key, const struct value *value,
                     struct core *core);

/* A number in the key's range, in its smallest unit; and a budget, whose period is in `time`
 * already. (quantities.c) */
bool value_read_quantity(struct reader *reader, const struct key *key, const struct value *value,
                         uint64_t *number);
bool value_read_budget(struct reader *reader, const struct key *key, const struct value *value,
                       struct time_share *time);

/* As much of a text as a complaint should show. */
const char *value_show(struct reader *reader, const char *text);

#endif
