/* SPDX-License-Identifier: BSD-2-Clause */
/* Lines into a channel whose reader comes late, reads slowly, or begins anew. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <cmocka.h>

#include "libs/vchan/text.h"
#include "tests/unit/vchan/pair.h"

static struct pair pair;
static struct vchan_text text;

static int start(void **state)
{
    struct vchan_shape shape = pair_shape_a(&pair);

    memset(&pair, 0, sizeof(pair));
    memset(&text, 0, sizeof(text));
    assert_int_equal(vchan_open(&text.end, &shape), VCHAN_OK);
    return 0;
}

static void meet(void)
{
    (void)vchan_connect(&pair.b);
    vchan_text_send(&text);
    assert_int_equal(vchan_connect(&pair.b), VCHAN_OK);
    vchan_text_send(&text);
}

static void print(const char *words)
{
    for (; *words != '\0'; words++)
        assert_int_equal(vchan_text_put(&text, *words), *words == '\n');
}

static void assert_comes(const char *expected)
{
    char got[RING + 1];
    size_t count = 0;

    (void)vchan_read(&pair.b, got, RING, &count);
    got[count] = '\0';
    assert_string_equal(got, expected);
}

static void lines_go_when_they_are_whole(void **state)
{
    assert_int_equal(pair_open_b(&pair), VCHAN_OK);
    meet();
    print("a lin");
    assert_comes("");
    print("e\n");
    assert_comes("a line\r\n");
    print("no newline");
    assert_false(vchan_text_is_read(&text));
    assert_comes("no newline");
    assert_true(vchan_text_is_read(&text));
}

static void a_late_reader_gets_it_all(void **state)
{
    print("before anybody looked\n");
    assert_false(vchan_text_is_read(&text));
    assert_int_equal(pair_open_b(&pair), VCHAN_OK);
    meet();
    assert_comes("before anybody looked\r\n");
}

/* The reader rings when it has made room; until then nothing is lost that fits. */
static void a_full_channel_holds_nobody_up(void **state)
{
    char line[64];
    static char got[4 * RING];
    size_t count, total = 0;

    assert_int_equal(pair_open_b(&pair), VCHAN_OK);
    meet();
    for (unsigned i = 0; i < 100; i++) {
        snprintf(line, sizeof(line), "%060u\n", i);
        print(line);
    }
    (void)vchan_take_doorbell(&pair.b);
    assert_int_equal(vchan_read(&pair.b, got, RING, &total), VCHAN_OK);
    assert_int_equal(total, RING);
    assert_true(vchan_take_doorbell(&pair.b));
    vchan_text_send(&text);
    assert_int_equal(vchan_read(&pair.b, got + total, RING, &count), VCHAN_OK);
    assert_int_equal(total + count, 100 * 62);
    for (unsigned i = 0; i < 100; i++) {
        snprintf(line, sizeof(line), "%060u\r\n", i);
        assert_memory_equal(got + i * 62, line, 62);
    }
    assert_true(vchan_text_is_read(&text));
}

/* What is kept is the newest. */
static void too_much_loses_the_oldest(void **state)
{
    char line[64], got[RING];
    size_t count;

    for (unsigned i = 0; i < 1000; i++) {
        snprintf(line, sizeof(line), "%04u\n", i);
        print(line);
    }
    assert_int_equal(pair_open_b(&pair), VCHAN_OK);
    meet();
    assert_int_equal(vchan_read(&pair.b, got, RING, &count), VCHAN_OK);
    assert_true(count >= VCHAN_TEXT_KEPT / 2);
    assert_memory_equal(got + count - 6, "0999\r\n", 6);
}

static void a_new_reader_gets_what_comes_next(void **state)
{
    assert_int_equal(pair_open_b(&pair), VCHAN_OK);
    meet();
    print("one\n");
    assert_comes("one\r\n");
    assert_int_equal(pair_open_b(&pair), VCHAN_OK);
    print("two\n");
    meet();
    assert_comes("two\r\n");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(lines_go_when_they_are_whole, start),
        cmocka_unit_test_setup(a_late_reader_gets_it_all, start),
        cmocka_unit_test_setup(a_full_channel_holds_nobody_up, start),
        cmocka_unit_test_setup(too_much_loses_the_oldest, start),
        cmocka_unit_test_setup(a_new_reader_gets_what_comes_next, start),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
