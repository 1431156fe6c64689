/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Bad manifests, each with exactly what is said of it. Those that are text stand in bad.txt, one
 * test each:
 *
 *   ## name of the test
 *   the manifest's lines
 *   > m.yaml:LINE:COLUMN: what is said, a line each
 *
 * Those that are not, or are large, are made here. Runs from the top of the tree.
 */
#include <stdio.h>

#include "tests/unit/manifest/cmocka_includes.h"
#include "tests/unit/manifest/style.h"
#include "tool/manifest/complaints.h"

#define FOLDER     "tests/unit/manifest/"
#define CASE_MAX   400
#define OUTPUT_MAX 4096

/* ---- what is said ---- */

static void print_complaints(struct complaints *complaints, char output[OUTPUT_MAX])
{
    FILE *stream = fmemopen(output, OUTPUT_MAX, "w");

    complaints_print(complaints, stream);
    fclose(stream);
}

static void assert_refused(const void *text, size_t size, const char *wanted)
{
    struct complaints complaints = {.file = "m.yaml"};
    struct manifest *manifest = manifest_read_text("m.yaml", text, size, &complaints);
    char output[OUTPUT_MAX] = "";

    assert_null(manifest);
    print_complaints(&complaints, output);
    assert_string_equal(output, wanted);
    assert_style(output);
    complaints_release(&complaints);
}

/* ---- bad.txt ---- */

struct bad {
    char *name;
    char *text;
    char *wanted;
};

static struct bad cases[CASE_MAX];
static unsigned case_count;

static void add_line(char **text, const char *line)
{
    size_t before = *text == NULL ? 0 : strlen(*text);

    *text = realloc(*text, before + strlen(line) + 1);
    strcpy(*text + before, line);
}

static void read_cases(const char *path)
{
    FILE *file = fopen(path, "r");
    struct bad *bad = NULL;
    size_t size = 0;
    char *line = NULL;

    if (file == NULL)
        exit(1);
    while (getline(&line, &size, file) >= 0) {
        if (strncmp(line, "## ", 3) == 0 && case_count < CASE_MAX) {
            bad = &cases[case_count++];
            line[strcspn(line, "\n")] = '\0';
            *bad = (struct bad){strdup(line + 3), strdup(""), strdup("")};
        } else if (bad != NULL && strncmp(line, "> ", 2) == 0) {
            add_line(&bad->wanted, line + 2);
        } else if (bad != NULL && bad->wanted[0] == '\0') {
            add_line(&bad->text, line);
        }
    }
    free(line);
    fclose(file);
}

static void release_cases(void)
{
    for (unsigned i = 0; i < case_count; i++) {
        free(cases[i].name);
        free(cases[i].text);
        free(cases[i].wanted);
    }
}

static void is_refused(void **state)
{
    const struct bad *bad = *state;

    assert_string_not_equal(bad->wanted, "");
    assert_refused(bad->text, strlen(bad->text), bad->wanted);
}

/* ---- bytes ---- */

#define BYTES(text) (text), sizeof(text) - 1

static void refuses_what_is_no_text(void **state)
{
    static const struct {
        const char *text;
        size_t size;
        const char *wanted;
    } bytes[] = {
        {BYTES("board: \xff\n"),
         "m.yaml:1:8: the byte 0xff here is not UTF-8: save the file as UTF-8\n"},
        {BYTES("# m\xc3\xbc\n# m\xfc\n"), /* Latin 1 */
         "m.yaml:2:4: the byte 0xfc here is not UTF-8: save the file as UTF-8\n"},
        {BYTES("\xff\xfe"
               "b\0o\0"), /* UTF-16 */
         "m.yaml:1:1: the byte 0xff here is not UTF-8: save the file as UTF-8\n"},
        {BYTES("a: \xc0\xaf\n"), /* overlong */
         "m.yaml:1:4: the byte 0xc0 here is not UTF-8: save the file as UTF-8\n"},
        {BYTES("a: \xed\xa0\x80\n"), /* half of a surrogate pair */
         "m.yaml:1:4: the byte 0xed here is not UTF-8: save the file as UTF-8\n"},
        {BYTES("a: \xf4\x90\x80\x80\n"), /* beyond Unicode */
         "m.yaml:1:4: the byte 0xf4 here is not UTF-8: save the file as UTF-8\n"},
        {BYTES("a: \xe2\x82"), /* cut off */
         "m.yaml:1:4: the byte 0xe2 here is not UTF-8: save the file as UTF-8\n"},
        {BYTES("board: a\0b\n"),
         "m.yaml:1:9: there is a control character here, U+0000: take it out\n"},
        {BYTES("board: \033[31m\n"),
         "m.yaml:1:8: there is a control character here, U+001B: take it out\n"},
        {BYTES("board: \x7f\n"),
         "m.yaml:1:8: there is a control character here, U+007F: take it out\n"},
        {BYTES("\xc3\xa4: \xc2\x9b\n"),
         "m.yaml:1:4: there is a control character here, U+009B: take it out\n"},
        {BYTES("a: b\xef\xbb\xbf\n"), /* a byte order mark, not in front */
         "m.yaml:1:5: there is a control character here, U+FEFF: take it out\n"},
        /* Each of these begins a line. */
        {BYTES("a\r\nb\rc\nd\xc2\x85"
               "e\xe2\x80\xa8"
               "f\xe2\x80\xa9g\xff"),
         "m.yaml:7:2: the byte 0xff here is not UTF-8: save the file as UTF-8\n"},
    };

    for (unsigned i = 0; i < sizeof(bytes) / sizeof(bytes[0]); i++)
        assert_refused(bytes[i].text, bytes[i].size, bytes[i].wanted);
}

/* ---- size ---- */

static void refuses_large_files(void **state)
{
    size_t size = (1 << 20) + 1;
    char *text = malloc(size);

    memset(text, '#', size);
    assert_refused(
        text, size,
        "m.yaml: is larger than 1 MiB, which no manifest needs to be: give the path of a "
        "manifest\n");
    assert_refused(text, size - 1,
                   "m.yaml:1:1: the manifest is empty: give it a 'board' and at least one VM under "
                   "'vms'\n");
    free(text);
}

/* `count` times `entry`, where "%u" is a number, between `before` and `after`. */
static char *make_list(const char *before, const char *entry, unsigned count, const char *after)
{
    char *text = strdup(before);

    for (unsigned i = 0; i < count; i++) {
        char number[16];
        const char *place = strstr(entry, "%u");
        char *head = strndup(entry, place - entry);

        snprintf(number, sizeof(number), "%u", i);
        add_line(&text, head);
        add_line(&text, number);
        add_line(&text, place + 2);
        free(head);
    }
    add_line(&text, after);
    return text;
}

static void assert_list_refused(const char *before, const char *entry, unsigned count,
                                const char *after, const char *wanted)
{
    char *text = make_list(before, entry, count, after);

    assert_refused(text, strlen(text), wanted);
    free(text);
}

static void refuses_long_lists(void **state)
{
    assert_list_refused(
        "board: a\nvms:\n", "- {name: a%u, memory: 2M}\n", 61, "",
        "m.yaml:63:3: 61 VMs and components beside the console: leave at most 60\n");
    assert_list_refused("board: a\nconsole: none\ncomponents:\n- {name: b, elf: b}\nvms:\n",
                        "- {name: a%u, memory: 2M}\n", 61, "",
                        "m.yaml:4:3: 62 VMs and components: leave at most 61\n");
    assert_list_refused("board: a\nvms:\n", "- {name: a%u, memory: 2M}\n", 62, "",
                        "m.yaml:3:1: 'vms' has 62 entries: leave at most 61\n");
    assert_list_refused("board: a\nvms: [{name: a, memory: 2M, devices: [", "d%u, ", 65, "]}]\n",
                        "m.yaml:2:38: 'devices' has 65 entries: leave at most 64\n");
    assert_list_refused("board: a\ncomponents: [{name: a, elf: a, arguments: [", "d%u, ", 65,
                        "]}]\n", "m.yaml:2:43: 'arguments' has 65 entries: leave at most 64\n");
    assert_list_refused("board: a\nvms: [{name: a, memory: 2M}]\nshared:\n",
                        "- {name: s%u, size: 4K, between: {a: rw}}\n", 65, "",
                        "m.yaml:4:1: 'shared' has 65 entries: leave at most 64\n");
    assert_list_refused("board: a\nvms: [{name: a, memory: 2M}]\nshared:\n"
                        "- {name: s, size: 4K, between: {",
                        "a%u: rw, ", 62, "}}\n",
                        "m.yaml:4:32: 'between' has 62 entries: leave at most 61\n");
}

static void refuses_long_texts(void **state)
{
    assert_list_refused("board: a\nvms: [{name: a, memory: 2M, bootargs: ", "%u", 1000, "}]\n",
                        "m.yaml:2:39: 'bootargs' is longer than 2047 bytes: shorten it\n");
    assert_list_refused("board: a\nvms: [{name: a, memory: 2M, kernel: ", "%u", 1000, "}]\n",
                        "m.yaml:2:37: 'kernel' is longer than 1023 bytes: shorten it\n");
    assert_list_refused(
        "board: a\nvms: [{name: a, memory: 2M, devices: [/", "%u", 1000, "]}]\n",
        "m.yaml:2:39: an entry of 'devices' is longer than 1023 bytes: shorten it\n");
    assert_list_refused(
        "board: a\ncomponents: [{name: a, elf: a, arguments: [", "%u", 1000, "]}]\n",
        "m.yaml:2:44: an entry of 'arguments' is longer than 255 bytes: shorten it\n");
}

/* ---- files ---- */

static void assert_file_refused(const char *path, const char *wanted)
{
    struct complaints complaints = {.file = path};
    char output[OUTPUT_MAX] = "";

    assert_null(manifest_read(path, &complaints));
    print_complaints(&complaints, output);
    assert_string_equal(output, wanted);
    complaints_release(&complaints);
}

static void refuses_what_is_no_file(void **state)
{
    assert_file_refused(FOLDER "none.yaml",
                        FOLDER "none.yaml: cannot be opened (No such file or directory): give the "
                               "path of a manifest that exists\n");
    assert_file_refused("tests", "tests: cannot be read (Is a directory): give the path of a "
                                 "manifest's file\n");
    assert_file_refused("/dev/zero",
                        "/dev/zero: is larger than 1 MiB, which no manifest needs to be: "
                        "give the path of a manifest\n");
}

/* ---- complaints ---- */

/* By place, then as they came; and nothing that would steer a terminal. */
static void prints_in_order(void **state)
{
    struct complaints complaints = {.file = "a\033b"};
    char output[OUTPUT_MAX] = "";

    assert_false(complain_at(&complaints, (struct place){2, 1}, "second: %d", 2));
    complain_at(&complaints, (struct place){1, 9}, "first\n: of one line");
    complain_at(&complaints, (struct place){2, 1}, "third: \xc2\x9b\xc2\xa0\x7f");
    complain_at(&complaints, (struct place){0, 0}, "the whole: first of all");
    complain_at(&complaints, (struct place){1, 10}, "after: it");
    print_complaints(&complaints, output);
    assert_string_equal(output, "a\\x1bb: the whole: first of all\n"
                                "a\\x1bb:1:9: first\\x0a: of one line\n"
                                "a\\x1bb:1:10: after: it\n"
                                "a\\x1bb:2:1: second: 2\n"
                                "a\\x1bb:2:1: third: \\x9b\xc2\xa0\\x7f\n");
    complaints_release(&complaints);
    assert_int_equal(complaints.count, 0);
}

int main(void)
{
    static struct CMUnitTest tests[CASE_MAX + 6] = {
        cmocka_unit_test(refuses_what_is_no_text), cmocka_unit_test(refuses_large_files),
        cmocka_unit_test(refuses_long_lists),      cmocka_unit_test(refuses_long_texts),
        cmocka_unit_test(refuses_what_is_no_file), cmocka_unit_test(prints_in_order),
    };
    int failed;

    read_cases(FOLDER "bad.txt");
    for (unsigned i = 0; i < case_count; i++)
        tests[6 + i] = (struct CMUnitTest){cases[i].name, is_refused, NULL, NULL, &cases[i]};
    failed = _cmocka_run_group_tests("bad manifests", tests, 6 + case_count, NULL, NULL);
    release_cases();
    return failed != 0;
}
