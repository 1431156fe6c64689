/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The tables in docs/manifest.md say what the schema says, word for word, and its example is good.
 * With the argument --print the program prints them, to be pasted there. Runs from the top of the
 * tree.
 */
#include <inttypes.h>
#include <stdio.h>

#include "tests/unit/manifest/cmocka_includes.h"
#include "tool/manifest/complaints.h"
#include "tool/manifest/schema.h"
#include "tool/manifest/units.h"

#define PAGE      "docs/manifest.md"
#define PAGE_MAX  65536
#define TABLE_MAX 8192

static void print_quantity(FILE *out, const struct key *key, uint64_t value)
{
    char text[QUANTITY_TEXT_SIZE];
    enum unit_system units = key->kind == KEY_SIZE     ? UNITS_SIZE
                             : key->kind == KEY_PERIOD ? UNITS_TIME
                             : key->kind == KEY_BUDGET ? UNITS_TIME
                                                       : UNITS_NONE;

    if (key->kind == KEY_ADDRESS)
        fprintf(out, "0x%" PRIx64, value);
    else
        fputs(quantity_print(value, units, text), out);
}

static void print_range(FILE *out, const struct key *key)
{
    char text[QUANTITY_TEXT_SIZE];

    print_quantity(out, key, key->least);
    fputs(" to ", out);
    print_quantity(out, key, key->most);
    if (key->step != 0)
        fprintf(out, ", a multiple of %s", quantity_print(key->step, UNITS_SIZE, text));
}

static void print_file(FILE *out, const struct key *key)
{
    if (key->built_in != NULL)
        fprintf(out, "`%s`, ", key->built_in);
    if (key->may_be_none)
        fputs("`none`, ", out);
    fputs(key->built_in != NULL ? "or a path" : "a path", out);
}

static void print_kind(FILE *out, const struct key *key)
{
    static const char *const words[] = {
        [KEY_NAME] = "a name",
        [KEY_DEVICE] = "a device",
        [KEY_SWITCH] = "`yes` or `no`",
        [KEY_RIGHTS] = "`r` or `rw`",
        [KEY_BOARD_OFF] = "`idle` or `never`",
        [KEY_MAPPING] = "a mapping",
        [KEY_CONSOLE] = "`none`, `mixed`, or a mapping",
        [KEY_DEVICES] = "a list of devices",
        [KEY_ARGUMENTS] = "a list of texts",
        [KEY_ENDS] = "a list of names or mappings",
        [KEY_DIRECTION] = "`both` or `a-to-b`",
        [KEY_LIST] = "a list of mappings",
        [KEY_BETWEEN] = "a mapping, or a list of mappings",
        [KEY_CORES] = "a list of numbers from ",
        [KEY_RESTART] = "`never`, `on-failure`, `on-failure:N`, `always`; N is ",
        [KEY_SEED] = "`none`, `random`, or 64 hexadecimal digits",
        [KEY_CONSOLE + 1] = NULL,
    };

    if (words[key->kind] != NULL)
        fputs(words[key->kind], out);
    switch (key->kind) {
    case KEY_FILE:
        print_file(out, key);
        break;
    case KEY_TEXT:
        fprintf(out, "text, %" PRIu64 " bytes at most", key->most);
        break;
    case KEY_BUDGET:
        print_quantity(out, key, key->least);
        fputs(" to the period, or 1% to 100% of it", out);
        break;
    case KEY_NUMBER:
    case KEY_SIZE:
    case KEY_ADDRESS:
    case KEY_PERIOD:
    case KEY_CORE:
    case KEY_CORES:
    case KEY_RESTART:
        print_range(out, key);
        break;
    case KEY_DEVICES:
    case KEY_ARGUMENTS:
    case KEY_ENDS:
    case KEY_LIST:
    case KEY_BETWEEN:
        fprintf(out, ", %" PRIu64 " at most", key->most);
        break;
    default:
        break;
    }
}

static void print_row(FILE *out, const struct key *key)
{
    fprintf(out, "| `%s` | ", key->name);
    print_kind(out, key);
    if (key->required)
        fputs(" | must be given", out);
    else if (key->fallback != NULL)
        fprintf(out, " | `%s`", key->fallback);
    else
        fprintf(out, " | %s", key->derived);
    fprintf(out, " | %s |\n", key->help);
}

static void print_table(FILE *out, const struct mapping *mapping)
{
    fputs("| key | value | default | meaning |\n| --- | --- | --- | --- |\n", out);
    for (size_t i = 0; i < mapping->key_count; i++)
        print_row(out, &mapping->keys[i]);
}

/* Calls `visit` for a mapping and all below it. */
static void visit_all(const struct mapping *mapping, void (*visit)(const struct mapping *mapping))
{
    visit(mapping);
    for (size_t i = 0; i < mapping->key_count; i++) {
        if (mapping->keys[i].entries != NULL)
            visit_all(mapping->keys[i].entries, visit);
    }
}

static void print_to_paste(const struct mapping *mapping)
{
    print_table(stdout, mapping);
    putchar('\n');
}

static char page[PAGE_MAX];

static int read_page(void **state)
{
    FILE *file = fopen(PAGE, "r");

    if (file == NULL)
        return 1;
    page[fread(page, 1, PAGE_MAX - 1, file)] = '\0';
    fclose(file);
    return 0;
}

static void find_table(const struct mapping *mapping)
{
    char table[TABLE_MAX];
    FILE *out = fmemopen(table, TABLE_MAX, "w");

    print_table(out, mapping);
    fclose(out);
    if (strstr(page, table) == NULL)
        fail_msg(PAGE " lacks this table of %s:\n%s", mapping->what, table);
}

static void page_has_every_table(void **state)
{
    visit_all(&SCHEMA_MANIFEST, find_table);
}

/* The first example is a good manifest. */
static void example_is_read(void **state)
{
    struct complaints complaints = {.file = PAGE};
    struct manifest *manifest;
    char *text = strstr(page, "```yaml\n");
    char *end = text == NULL ? NULL : strstr(text, "\n```\n");

    assert_non_null(end);
    text += strlen("```yaml\n");
    manifest = manifest_read_text(PAGE, text, (size_t)(end - text), &complaints);
    complaints_print(&complaints, stderr);
    assert_non_null(manifest);
    assert_int_equal(manifest->vm_count, 2);
    manifest_release(manifest);
    complaints_release(&complaints);
}

static void check_key(const struct key *key)
{
    assert_non_null(key->example);
    assert_non_null(key->help);
    assert_true(key->required || key->fallback != NULL || key->derived != NULL);
    assert_true(key->least <= key->most);
    assert_true(key->step == 0 || (key->least % key->step == 0 && key->most % key->step == 0));
}

static void check_mapping(const struct mapping *mapping)
{
    assert_in_range(mapping->key_count, 1, MAPPING_KEY_MAX);
    for (size_t i = 0; i < mapping->key_count; i++)
        check_key(&mapping->keys[i]);
}

/* What the reader and the sentences rely on. */
static void schema_is_whole(void **state)
{
    visit_all(&SCHEMA_MANIFEST, check_mapping);
}

int main(int count, char **arguments)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(page_has_every_table),
        cmocka_unit_test(example_is_read),
        cmocka_unit_test(schema_is_whole),
    };

    if (count == 2 && strcmp(arguments[1], "--print") == 0) {
        visit_all(&SCHEMA_MANIFEST, print_to_paste);
        return 0;
    }
    return cmocka_run_group_tests(tests, read_page, NULL);
}
