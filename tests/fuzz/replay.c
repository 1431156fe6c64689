/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * In place of libFuzzer, for `make test`: runs the kept inputs, then a number of inputs made from
 * them, the same ones every time. What it was running when it failed is kept.
 *
 *   PROGRAM CORPUS_DIRECTORY RUNS
 */
#include <dirent.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/fuzz/fuzz.h"

#define INPUT_MOST  8192
#define CORPUS_MOST 512
#define FAILED_FILE "build/tests/fuzz-failed"

/* Not there without sanitizers. */
__attribute__((weak)) void __sanitizer_set_death_callback(void (*callback)(void));

struct item {
    size_t size;
    uint8_t data[INPUT_MOST];
};

static struct item corpus[CORPUS_MOST];
static unsigned corpus_count;
static struct item running;
static uint64_t random_state = 0x9e3779b97f4a7c15;

static unsigned below(unsigned limit)
{
    random_state ^= random_state >> 12;
    random_state ^= random_state << 25;
    random_state ^= random_state >> 27;
    return (unsigned)((random_state * UINT64_C(2685821657736338717) >> 33) % limit);
}

static void keep_input(void)
{
    FILE *file = fopen(FAILED_FILE, "wb");
    if (file != NULL) {
        fwrite(running.data, 1, running.size, file);
        fclose(file);
        fprintf(stderr, "the input is kept in " FAILED_FILE "\n");
    }
}

static void on_abort(int signal_number)
{
    (void)signal_number;
    keep_input();
    _Exit(1);
}

static int by_name(const struct dirent **a, const struct dirent **b)
{
    return strcmp((*a)->d_name, (*b)->d_name);
}

static void read_item(const char *directory, const char *name)
{
    char path[4096];
    snprintf(path, sizeof(path), "%s/%s", directory, name);
    FILE *file = fopen(path, "rb");
    if (file == NULL || corpus_count == CORPUS_MOST) {
        fprintf(stderr, "%s: cannot be read, or is one too many\n", path);
        exit(1);
    }
    struct item *item = &corpus[corpus_count++];
    item->size = fread(item->data, 1, INPUT_MOST, file);
    fclose(file);
}

static void read_corpus(const char *directory)
{
    struct dirent **names;
    int count = scandir(directory, &names, NULL, by_name);
    for (int i = 0; i < count; i++) {
        if (names[i]->d_name[0] != '.') {
            read_item(directory, names[i]->d_name);
        }
        free(names[i]);
    }
    if (count > 0) {
        free(names);
    }
}

static void mutate(struct item *item)
{
    unsigned at = item->size == 0 ? 0 : below((unsigned)item->size);
    const struct item *other = &corpus[below(corpus_count)];
    switch (below(4)) {
    case 0:
        item->data[at] = (uint8_t)below(256);
        break;
    case 1:
        item->data[at] ^= (uint8_t)(1u << below(8));
        break;
    case 2: /* goes on as another does */
        if (other->size > 0) {
            size_t from = below((unsigned)other->size);
            size_t count = other->size - from;
            count = count > INPUT_MOST - at ? INPUT_MOST - at : count;
            memcpy(item->data + at, other->data + from, count);
            item->size = at + count;
        }
        break;
    default: /* twice the same */
        if (item->size > 0 && item->size + 8 <= INPUT_MOST) {
            memmove(item->data + at + 8, item->data + at, item->size - at);
            item->size += 8;
        }
        break;
    }
}

static void run(void)
{
    uint8_t *exact = malloc(running.size + 1); /* reading past the end is noticed */
    memcpy(exact, running.data, running.size);
    (void)LLVMFuzzerTestOneInput(exact, running.size);
    free(exact);
}

int main(int count, char **arguments)
{
    if (count != 3) {
        fprintf(stderr, "usage: %s CORPUS_DIRECTORY RUNS\n", arguments[0]);
        return 2;
    }
    if (__sanitizer_set_death_callback != NULL) {
        __sanitizer_set_death_callback(keep_input);
    }
    signal(SIGABRT, on_abort);
    read_corpus(arguments[1]);
    for (unsigned i = 0; i < corpus_count; i++) {
        running = corpus[i];
        run();
    }
    for (unsigned long i = strtoul(arguments[2], NULL, 10); corpus_count > 0 && i > 0; i--) {
        running = corpus[below(corpus_count)];
        for (unsigned changes = 1 + below(6); changes > 0; changes--) {
            mutate(&running);
        }
        run();
    }
    printf("%u inputs kept, all run\n", corpus_count);
    return corpus_count > 0 ? 0 : 1;
}
