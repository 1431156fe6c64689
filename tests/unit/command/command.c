/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What `bulkhead run` makes of bytes: a text found wherever they are cut, two consoles in one
 * stream. And files, which are regular ones to be read, and whole or not there when they were
 * written.
 */
#include "tests/unit/image/cmocka_includes.h"

#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include "tool/command/screen.h"
#include "tool/command/until.h"

/* Fed in pieces of each size. */
static bool appears(const char *text, const char *stream)
{
    static struct until until;
    size_t length = strlen(stream);
    bool found = false;

    for (size_t piece = 1; piece <= length; piece++) {
        bool now = false;

        assert_true(until_begin(&until, text));
        for (size_t at = 0; at < length; at += piece)
            now = until_feed(&until, stream + at, at + piece < length ? piece : length - at);
        assert_true(piece == 1 || now == found);
        found = now;
    }
    return found;
}

static void text_is_found_wherever_it_is_cut(void **state)
{
    assert_true(appears("login:", "debian login: "));
    assert_true(appears("abcabd", "abcabcabd"));
    assert_true(appears("aab", "aaaaab"));
    assert_true(appears("aaaa", "aabaaabaaaa"));
    assert_true(appears("abababc", "ababababc"));
    assert_true(appears("x", "x"));
    assert_false(appears("login:", "logi login"));
    assert_false(appears("abab", "abaabaaba"));
    assert_false(appears("longer than it", "longer than i"));
}

/* Against the obvious search, over all short strings of two letters. */
static void search_agrees_with_the_obvious_one(void **state)
{
    for (unsigned text_bits = 1; text_bits < 64; text_bits++) {
        for (unsigned stream_bits = 1; stream_bits < 1024; stream_bits++) {
            char text[8] = "", stream[16] = "";

            for (unsigned bits = text_bits; bits > 1; bits >>= 1)
                strcat(text, bits & 1 ? "a" : "b");
            for (unsigned bits = stream_bits; bits > 1; bits >>= 1)
                strcat(stream, bits & 1 ? "a" : "b");
            if (text[0] != '\0' && stream[0] != '\0')
                assert_int_equal(appears(text, stream), strstr(stream, text) != NULL);
        }
    }
}

static void texts_have_bounds(void **state)
{
    static struct until until;
    char text[UNTIL_MAX + 2] = "";

    assert_false(until_begin(&until, ""));
    memset(text, 'a', UNTIL_MAX + 1);
    assert_false(until_begin(&until, text));
    text[UNTIL_MAX] = '\0';
    assert_true(until_begin(&until, text));
    assert_true(until_feed(&until, text, UNTIL_MAX));
    assert_true(until_feed(&until, "b", 1)); /* it has come, whatever comes */
}

/* One call each: "+text" is the VMs' console, "-text" the log. */
static void expect_screen(bool terminal, const char *const *calls, const char *wanted)
{
    struct screen screen = {.terminal = terminal};
    struct bytes out = {0};

    for (; *calls != NULL; calls++)
        (**calls == '+' ? screen_feed : screen_feed_log)(&screen, *calls + 1, strlen(*calls + 1),
                                                         &out);
    screen_end(&screen, &out);
    bytes_add(&out, "", 1);
    assert_string_equal((char *)out.data, wanted);
    bytes_release(&out);
}

#define CALLS(...) ((const char *const[]){__VA_ARGS__, NULL})

static void log_lines_are_marked_and_whole(void **state)
{
    expect_screen(false, CALLS("-one\r\ntwo\r\n"), "[log] one\n[log] two\n");
    expect_screen(false, CALLS("-o", "+hello\n", "-ne\n"), "hello\n[log] one\n");
    expect_screen(false, CALLS("-no end"), "[log] no end\n");
    expect_screen(false, CALLS("+no line", "-log\n", "+ more\n"), "no line\n[log] log\n more\n");
    expect_screen(false, CALLS("-\033[2Jtext\007\n"), "[log] [2Jtext\n");
}

static void a_prompt_comes_back(void **state)
{
    expect_screen(true, CALLS("+~ # ls", "-log\n", "+\n"),
                  "~ # ls\r\033[K\033[90m[log] log\033[0m\n~ # ls\n");
    expect_screen(true, CALLS("+line\n", "-log\n", "+more\n"),
                  "line\n\033[90m[log] log\033[0m\nmore\n");
}

static void long_lines_are_cut(void **state)
{
    static char line[3 * SCREEN_LINE_MAX];
    struct screen screen = {.terminal = true};
    struct bytes out = {0};

    memset(line, 'x', sizeof(line));
    screen_feed_log(&screen, line, sizeof(line), &out);
    screen_feed(&screen, line, sizeof(line), &out);
    screen_feed_log(&screen, "\n", 1, &out);
    screen_end(&screen, &out);
    /* All of both, marks, and what is shown again of the line that was interrupted. */
    assert_in_range(out.size, 2 * sizeof(line), 2 * sizeof(line) + SCREEN_LINE_MAX + 100);
    bytes_release(&out);
}

/* ---- files ---- */

static char folder[] = "/tmp/command-XXXXXX";
static const struct bytes some_bytes = {.data = (uint8_t *)"some", .size = 4};

static int enter_folder(void **state)
{
    strcpy(folder + sizeof(folder) - 7, "XXXXXX");
    alarm(20); /* nothing here may wait for anybody */
    return mkdtemp(folder) != NULL ? chdir(folder) : -1;
}

static unsigned count_files(void)
{
    DIR *stream = opendir(".");
    unsigned count = 0;

    while (readdir(stream) != NULL)
        count++;
    closedir(stream);
    return count - 2;
}

static int leave_folder(void **state)
{
    static const char *const names[] = {"file", "link", "fifo"};

    alarm(0);
    for (unsigned i = 0; i < sizeof(names) / sizeof(names[0]); i++)
        unlink(names[i]);
    rmdir("directory");
    return rmdir(folder);
}

static void expect_file(const char *name, const char *wanted)
{
    struct file file;
    struct fault fault;

    if (!file_read(&file, name, &fault))
        fail_msg("%s", fault.text);
    assert_int_equal(file.size, strlen(wanted));
    assert_memory_equal(file.data, wanted, file.size);
    file_release(&file);
}

static void a_written_file_takes_the_others_place(void **state)
{
    struct fault fault;
    struct stat status;
    mode_t mask = umask(027);

    assert_true(file_write("file", &some_bytes, &fault));
    assert_true(file_write("file", &some_bytes, &fault));
    umask(mask);
    expect_file("file", "some");
    assert_int_equal(stat("file", &status), 0);
    assert_int_equal(status.st_mode & 0777, 0640);
    assert_int_equal(count_files(), 1);
}

static void a_link_stays_one(void **state)
{
    struct fault fault;
    struct stat status;

    assert_true(file_write("file", &(struct bytes){0}, &fault));
    assert_int_equal(symlink("file", "link"), 0);
    assert_true(file_write("link", &some_bytes, &fault));
    assert_int_equal(lstat("link", &status), 0);
    assert_true(S_ISLNK(status.st_mode));
    expect_file("file", "some");
    assert_int_equal(count_files(), 2);
}

/* Devices likewise; but who makes one needs rights that a test has not. */
static void a_fifo_stays_one(void **state)
{
    struct fault fault;
    struct file file;
    struct stat status;
    char read_back[8];
    int reader;

    assert_int_equal(mkfifo("fifo", 0600), 0);
    assert_false(file_read(&file, "fifo", &fault));
    assert_string_equal(fault.text, "fifo: is not a regular file");
    assert_false(file_write("fifo", &some_bytes, &fault));
    assert_string_equal(fault.text, "fifo: cannot write: No such device or address");
    reader = open("fifo", O_RDONLY | O_NONBLOCK);
    assert_true(file_write("fifo", &some_bytes, &fault));
    assert_int_equal(read(reader, read_back, sizeof(read_back)), 4);
    close(reader);
    assert_int_equal(lstat("fifo", &status), 0);
    assert_true(S_ISFIFO(status.st_mode));
    assert_int_equal(count_files(), 1);
}

static void what_cannot_be_written_leaves_nothing(void **state)
{
    struct fault fault;

    assert_int_equal(mkdir("directory", 0700), 0);
    assert_false(file_write("directory", &some_bytes, &fault));
    assert_string_equal(fault.text, "directory: cannot write: Is a directory");
    assert_false(file_write("no/such", &some_bytes, &fault));
    assert_string_equal(fault.text, "no/such: cannot write: No such file or directory");
    assert_false(file_write("/dev/full", &some_bytes, &fault));
    assert_string_equal(fault.text, "/dev/full: cannot write: No space left on device");
    assert_int_equal(count_files(), 1);
}

#define file_test(name) cmocka_unit_test_setup_teardown(name, enter_folder, leave_folder)

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(text_is_found_wherever_it_is_cut),
        cmocka_unit_test(search_agrees_with_the_obvious_one),
        cmocka_unit_test(texts_have_bounds),
        cmocka_unit_test(log_lines_are_marked_and_whole),
        cmocka_unit_test(a_prompt_comes_back),
        cmocka_unit_test(long_lines_are_cut),
        file_test(a_written_file_takes_the_others_place),
        file_test(a_link_stays_one),
        file_test(a_fifo_stays_one),
        file_test(what_cannot_be_written_leaves_nothing),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
