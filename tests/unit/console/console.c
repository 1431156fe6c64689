/* SPDX-License-Identifier: BSD-2-Clause */
/* The console's logic between a keyboard, a screen and VMs that are nobody's threads: bytes in,
 * bytes out. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "components/console/console.h"
#include "tests/unit/vmm/random.h"

#define VM_COUNT 3 /* and init */
#define SOURCES  (VM_COUNT + 1)
#define RESET    "\030\017\033[!p\033[0m"

/* ---- a machine ---- */

struct region_out {
    _Alignas(4096) uint8_t bytes[VCHAN_REGION_BYTES(CONSOLE_OUTPUT_BYTES)];
};

struct region_in {
    _Alignas(4096) uint8_t bytes[VCHAN_REGION_BYTES(CONSOLE_INPUT_BYTES)];
};

static struct region_out outs[SOURCES];
static struct region_in ins[SOURCES];
static struct vmm_status statuses[SOURCES];
static struct vchan vms[SOURCES]; /* the others' ends */
static struct console console;
static struct console_look looks[SOURCES];
static uint64_t counter;
static uint32_t started, stopped;
static unsigned asked;
static bool refuses;
static char screen[1 << 20];
static size_t screen_count;

static bool fake_look(uint32_t component, struct console_look *look)
{
    asked++;
    *look = looks[component - 1];
    return true;
}

static bool fake_start(uint32_t component)
{
    started = component;
    return !refuses;
}

static bool fake_stop(uint32_t component)
{
    stopped = component;
    return !refuses;
}

static uint64_t fake_now(void)
{
    return counter;
}

static uint64_t fake_frequency(void)
{
    return 1000;
}

static const struct console_ops ops = {fake_look, fake_start, fake_stop, fake_now, fake_frequency};

static void open_vm(unsigned number)
{
    struct vchan_shape shape = {outs[number].bytes, ins[number].bytes, CONSOLE_OUTPUT_BYTES,
                                CONSOLE_INPUT_BYTES};

    assert_int_equal(vchan_open(&vms[number], &shape), VCHAN_OK);
    vchan_connect(&vms[number]);
}

static void ring_console(unsigned number)
{
    if (vchan_take_doorbell(&vms[number]))
        console_rung(&console, CONSOLE_BADGE_CHANNEL(number));
}

static void clear_screen(void)
{
    screen[screen_count = 0] = '\0';
}

/* The UART takes `most` bytes at a time. */
static void send_screen(size_t most)
{
    const char *bytes;
    size_t size = screen_next(&console.screen, &bytes);

    size = size < most ? size : most;
    memcpy(screen + screen_count, bytes, size);
    screen_count += size;
    screen[screen_count] = '\0';
    screen_sent(&console.screen, size);
}

static void answer_doorbells(void)
{
    uint64_t doorbells = console_take_doorbells(&console);

    for (unsigned i = 0; i < SOURCES; i++) {
        if (doorbells & CONSOLE_BADGE_CHANNEL(i))
            vchan_connect(&vms[i]);
        ring_console(i);
    }
}

/* Runs until nothing more happens; bounded, or the console turns for ever. */
static void run(void)
{
    for (int turns = 0; turns < 100000; turns++) {
        console_turn(&console);
        send_screen(64);
        answer_doorbells();
        if (!console_wants_turn(&console) && console.screen.count == 0) {
            if (!console_rests(&console))
                return;
            console_rested(&console);
        }
    }
    fail_msg("the console does not come to rest");
}

static void boot(bool is_mixed, bool has_counters)
{
    static const char *const names[SOURCES] = {"linux1", "linux2", "linux3", "init"};
    static struct console_config config;

    memset(outs, 0, sizeof(outs));
    memset(ins, 0, sizeof(ins));
    memset(statuses, 0, sizeof(statuses));
    memset(looks, 0, sizeof(looks));
    memset(&console, 0, sizeof(console));
    counter = 0, started = stopped = 0, refuses = false;
    config = (struct console_config){
        .is_mixed = is_mixed, .has_counters = has_counters, .source_count = SOURCES};
    for (unsigned i = 0; i < SOURCES; i++) {
        looks[i].state = INIT_STATE_RUNNING;
        config.sources[i] = (struct source_config){
            .name = names[i],
            .component = i == VM_COUNT ? 0 : i + 1,
            .own = ins[i].bytes,
            .peer = outs[i].bytes,
            .status = i == VM_COUNT ? NULL : &statuses[i],
        };
    }
    assert_null(console_init(&console, &config, &ops));
    for (unsigned i = 0; i < SOURCES; i++) {
        open_vm(i);
        ring_console(i);
    }
    run();
    clear_screen();
}

static int start_plain(void **state)
{
    boot(false, true);
    return 0;
}

static int start_mixed(void **state)
{
    boot(true, true);
    return 0;
}

/* ---- what people do ---- */

static size_t vm_writes(unsigned number, const char *text, size_t size)
{
    size_t count;

    vchan_write(&vms[number], text, size, &count);
    ring_console(number);
    return count;
}

static void vm_prints(unsigned number, const char *text)
{
    assert_int_equal(vm_writes(number, text, strlen(text)), strlen(text));
    run();
}

static void type(const char *keys)
{
    for (; *keys != '\0'; keys++)
        console_key(&console, *keys);
    run();
}

static void assert_screen(const char *text)
{
    assert_string_equal(screen, text);
    clear_screen();
}

static void assert_screen_has(const char *text)
{
    if (strstr(screen, text) == NULL)
        fail_msg("\"%s\" is not in \"%s\"", text, screen);
}

static void assert_typed(unsigned number, const char *keys)
{
    char got[256] = "";
    size_t count;

    vchan_read(&vms[number], got, sizeof(got) - 1, &count);
    assert_string_equal(got, keys);
    ring_console(number);
}

/* ---- one VM shown ---- */

static void shown_output_goes_out_as_it_is(void **state)
{
    vm_prints(0, "hello\r\n\033[31mred");
    assert_screen("hello\r\n\033[31mred");
}

static void keys_go_to_the_shown_vm_alone(void **state)
{
    type("ls\r");
    assert_typed(0, "ls\r");
    assert_typed(1, "");
    type("\0352");
    type("id\r");
    assert_typed(0, "");
    assert_typed(1, "id\r");
    type("\035\035");
    assert_typed(1, "\035");
}

static void hidden_output_is_kept_and_replayed(void **state)
{
    vm_prints(1, "one\r\n");
    vm_prints(1, "two\r\n$ ");
    assert_screen("");
    type("\0352");
    assert_screen(RESET "[linux2]\r\none\r\ntwo\r\n$ ");
    vm_prints(0, "behind\r\n");
    type("\035n");
    assert_screen(RESET "\r\n[linux3]\r\n");
    type("\035n");
    assert_screen(RESET "[linux1]\r\nbehind\r\n");
}

static void the_oldest_is_dropped_and_told(void **state)
{
    char line[32];
    uint64_t total = 0;

    for (unsigned i = 0; total < 2 * CONSOLE_HISTORY_BYTES; i++) {
        snprintf(line, sizeof(line), "line %07u\r\n", i);
        vm_prints(1, line);
        total += strlen(line);
    }
    type("\0352");
    assert_screen_has("[linux2: ");

    uint64_t missing = strtoull(strstr(screen, "linux2: ") + 8, NULL, 10);
    const char *first = strstr(screen, "\r\n") + 2;

    assert_in_range(missing, total - CONSOLE_HISTORY_BYTES, total - CONSOLE_HISTORY_BYTES + 32);
    assert_memory_equal(first, "line ", 5); /* a whole line */
    assert_int_equal(strlen(first), total - missing);
    assert_screen_has(line);
    clear_screen();
    type("\0351\0352");
    assert_null(strstr(screen, "lost")); /* once */
}

/* Capitals are the VM's, all else is the console's. */
static size_t only_capitals(char *text)
{
    size_t count = 0;

    for (const char *at = text; *at != '\0'; at++) {
        if (*at >= 'A' && *at <= 'Z')
            text[count++] = *at;
    }
    return count;
}

static char capitals[60000];

static void fill_capitals(void)
{
    for (size_t i = 0; i < sizeof(capitals); i++)
        capitals[i] = (char)('A' + i % 26);
}

static void switching_in_the_middle_keeps_every_byte_in_order(void **state)
{
    uint64_t random = 5;
    size_t written = 0;

    fill_capitals();
    while (written < sizeof(capitals)) {
        written += vm_writes(0, capitals + written, sizeof(capitals) - written);
        for (unsigned turns = random_below(&random, 9); turns > 0; turns--) {
            console_turn(&console);
            send_screen(random_below(&random, 700));
        }
        console_key(&console, '\035');
        console_key(&console, (char)('1' + random_below(&random, 2)));
    }
    run();
    type("\0352\0351");
    assert_int_equal(only_capitals(screen), sizeof(capitals));
    assert_memory_equal(screen, capitals, sizeof(capitals));
}

/* A UART that takes nothing: the ring fills, nothing is lost, and hidden ones go on. */
static void a_slow_uart_holds_the_shown_vm_back(void **state)
{
    size_t written = 0;

    fill_capitals();
    for (int i = 0; i < 100; i++) {
        written += vm_writes(0, capitals + written, sizeof(capitals) - written);
        console_turn(&console);
    }
    assert_false(console_wants_turn(&console));
    assert_in_range(written, CONSOLE_OUTPUT_BYTES, CONSOLE_OUTPUT_BYTES + SCREEN_BYTES);
    vm_writes(1, "hidden", 6);
    assert_true(console_wants_turn(&console));
    console_turn(&console);
    assert_int_equal(history_count(&console.sources[1].history), 6);
    while (written < sizeof(capitals)) {
        run();
        written += vm_writes(0, capitals + written, sizeof(capitals) - written);
    }
    run();
    assert_int_equal(screen_count, sizeof(capitals));
    assert_memory_equal(screen, capitals, sizeof(capitals));
}

static void a_vm_that_takes_no_keys_is_heard(void **state)
{
    for (int i = 0; i < CONSOLE_INPUT_BYTES; i++)
        console_key(&console, 'x');
    run();
    assert_screen("");
    type("x");
    assert_screen("\a");
    type("\035?"); /* commands go on */
    assert_screen_has("restart who is shown");
}

static void init_is_heard_at_once(void **state)
{
    vm_prints(0, "$ half a li");
    vm_prints(VM_COUNT, "linux3: off\n");
    assert_screen("$ half a li" RESET "\r\ninit: linux3: off\r\n");
    vm_prints(VM_COUNT, "init: again\n");
    assert_screen(RESET "init: again\r\n");
    vm_prints(VM_COUNT, "no newl");
    assert_screen("");
    vm_prints(VM_COUNT, "ine\n");
    assert_screen(RESET "init: no newline\r\n");
}

/* ---- commands ---- */

static void a_list(void **state)
{
    looks[0] = (struct console_look){INIT_STATE_RUNNING, INIT_END_NONE, 2};
    looks[1] = (struct console_look){INIT_STATE_OFF, INIT_END_POWER_OFF, 0};
    looks[2] = (struct console_look){INIT_STATE_OFF, INIT_END_FAULT, 7};
    counter = 3723 * 1000;
    statuses[0].exits[3] = 3723 * 50;
    type("\035l");
    assert_screen(RESET "    name                 state        restarts        up  exits/s\r\n"
                        "* 1 linux1               running             2   1:02:03       50\r\n"
                        "  2 linux2               powered off         0\r\n"
                        "  3 linux3               off (fault)         7\r\n");
    counter += 2000;
    statuses[0].exits[0] = 200;
    type("\035l");
    assert_screen_has("1:02:05      100\r\n"); /* since the last list */
}

static void a_list_without_counters(void **state)
{
    boot(false, false);
    looks[0] = (struct console_look){INIT_STATE_RUNNING, INIT_END_NONE, 0};
    type("\035l");
    assert_screen_has(
        "state        restarts\r\n* 1 linux1               running             0\r\n");
}

/* It ends, and nobody switches its power off; and it has no exits to tell of. */
static void a_native_component_in_the_list(void **state)
{
    console.sources[1].config.status = NULL;
    console.sources[2].config.status = NULL;
    looks[2] = (struct console_look){INIT_STATE_OFF, INIT_END_POWER_OFF, 1};
    counter = 3723 * 1000;
    type("\035l");
    assert_screen_has("\r\n  2 linux2               running             0   1:02:03\r\n"
                      "  3 linux3               ended               1\r\n");
}

/* What the keys do is told in words that are true of VMs and native components. */
static void help_says_nothing_of_vms_alone(void **state)
{
    type("\035?");
    assert_screen_has("l  list all");
    assert_null(strstr(screen, "VM"));
    type("\035l\0359\035rn\035on");
    assert_null(strstr(screen, "VM"));
    assert_null(strstr(screen, "power"));
}

static void a_list_is_whole_while_its_vm_prints(void **state)
{
    looks[2].state = INIT_STATE_OFF;
    vm_writes(0, "12345", 5);
    type("\035l");
    assert_screen_has("3 linux3               off                 0\r\n12345");
}

static void a_life_begins_its_own_uptime(void **state)
{
    looks[0] = (struct console_look){INIT_STATE_RUNNING, INIT_END_NONE, 1};
    counter = 500000;
    open_vm(0);
    ring_console(0);
    run();
    counter += 61000;
    type("\035l");
    assert_screen_has("0:01:01");
}

static void restart_and_power_off_want_a_yes(void **state)
{
    type("\0352\035r");
    assert_int_equal(started, 0);
    assert_screen_has("[restart linux2? y/n] ");
    type("n");
    assert_int_equal(started, 0);
    type("\035ry");
    assert_int_equal(started, 2);
    type("\035o\r");
    assert_int_equal(stopped, 0);
    refuses = true;
    type("\035oy");
    assert_int_equal(stopped, 2);
    assert_screen_has("[init refused]");
    type("y");
    assert_typed(1, "y"); /* the answers were not for the VM */
}

static void other_commands_get_a_hint(void **state)
{
    type("\035x");
    assert_screen(RESET "[no such command: ctrl+] ? for help]\r\n");
    type("\0359");
    assert_screen(RESET "[there is no number 9: ctrl+] l lists all]\r\n");
    type("\0350");
    assert_screen_has("no such command");
    assert_typed(0, "");
}

/* ---- lives ---- */

static void a_restarted_vm_is_connected_again(void **state)
{
    vm_prints(0, "old \033[31m");
    clear_screen();
    open_vm(0);
    ring_console(0);
    run();
    vm_prints(0, "new");
    assert_screen(RESET "\r\nnew");
    type("k");
    assert_typed(0, "k");
}

static void keys_for_a_vm_that_is_off_ring_the_bell(void **state)
{
    vchan_close(&vms[0]);
    ring_console(0);
    run();
    type("k");
    assert_screen("\a");
}

/* As init does it for who ended. */
static void keys_for_a_vm_that_died_go_nowhere(void **state)
{
    looks[0] = (struct console_look){INIT_STATE_OFF, INIT_END_FAULT, 0};
    assert_true(vchan_bury(vms[0].own));
    ring_console(0);
    run();
    type("k");
    assert_screen("\a");
    type("\r");
    assert_screen(RESET "[linux1 is off: ctrl+] r starts it]\r\n");
    assert_typed(0, "");
    looks[0].state = INIT_STATE_RUNNING;
    open_vm(0);
    ring_console(0);
    run();
    type("k");
    assert_typed(0, "k");
}

/* A key costs init nothing. */
static void a_key_that_is_taken_asks_nobody(void **state)
{
    asked = 0;
    type("k");
    assert_typed(0, "k");
    assert_int_equal(asked, 0);
}

static void turn(void)
{
    console_turn(&console);
    send_screen(64);
}

static void who_goes_on_sending_rings_once(void **state)
{
    vm_writes(0, "a", 1);
    turn();
    assert_screen("a");
    for (char c = 'b'; c <= 'y'; c++) {
        vm_writes(0, &c, 1);
        assert_int_equal(console.busy, 0); /* it did not ring */
    }
    assert_false(console_wants_turn(&console));
    assert_true(console_rests(&console));
    console_rested(&console);
    turn();
    assert_screen("bcdefghijklmnopqrstuvwxy");
    assert_true(console_rests(&console));
    console_rested(&console);
    turn(); /* silence */
    assert_false(console_rests(&console));
    vm_writes(0, "z", 1);
    assert_true(console_wants_turn(&console));
}

/* A paste with its echo never finds the console at rest, and a stream does again after it. */
static void nothing_rests_while_keys_come(void **state)
{
    for (unsigned i = 0; i < 100; i++) {
        console_key(&console, 'k');
        vm_writes(0, "k", 1);
        assert_true(console_wants_turn(&console)); /* it rang */
        turn();
        assert_false(console_rests(&console));
    }
    for (unsigned i = 1; i < CONSOLE_TYPING_LOOKS; i++) {
        vm_writes(0, "o", 1);
        turn();
    }
    assert_false(console_rests(&console));
    vm_writes(0, "o", 1);
    turn();
    assert_true(console_rests(&console));
}

/* Each rest, also one that begins with the last byte, ends with a look or with a bell. */
static void no_byte_waits_for_the_next(void **state)
{
    uint64_t random = 7;

    for (unsigned i = 0; i < 2000; i++) {
        bool rings = !console_rests(&console);

        vm_writes(0, "x", 1);
        assert_int_equal(console_wants_turn(&console), rings);
        if (random_below(&random, 2)) {
            console_rested(&console);
            turn();
        }
        if (random_below(&random, 2))
            run();
        clear_screen();
        assert_true(console_rests(&console) || console.busy != 0 ||
                    vms[0].produced == console.sources[0].channel.consumed);
    }
    run();
    assert_int_equal(vms[0].produced, console.sources[0].channel.consumed);
}

/* Stopped after it had stored bytes and before it rang: they are shown all the same. */
static void what_a_vm_said_before_it_was_ended_is_shown(void **state)
{
    size_t count;

    assert_int_equal(vchan_write(&vms[0], "last words", 10, &count), VCHAN_OK);
    type("\035oy");
    assert_int_equal(stopped, 1);
    assert_screen_has("last words");
}

/* Whoever floods, and wherever it stands, the others' lines come, in the time that a few of its
 * screens take. */
static void a_flood_leaves_the_others_room(void **state)
{
    for (unsigned flooder = 0; flooder < VM_COUNT; flooder++) {
        unsigned other = (flooder + 1) % VM_COUNT;
        unsigned turns = 0;

        vm_writes(other, "heard\n", 6);
        while (strstr(screen, "heard") == NULL && turns++ < 200) {
            while (vm_writes(flooder, "flood flood flood flood\n", 24) == 24)
                continue;
            console_turn(&console);
            send_screen(64);
        }
        assert_non_null(strstr(screen, "heard"));
        run();
        clear_screen();
    }
}

static void a_broken_channel_is_told_once(void **state)
{
    struct vchan_header *header = (struct vchan_header *)outs[1].bytes;

    header->produced = UINT64_MAX;
    for (int i = 0; i < 5; i++) {
        console_rung(&console, CONSOLE_BADGE_CHANNEL(1));
        run();
    }
    assert_screen(RESET "[linux2 broke its channel to the console: ctrl+] r restarts it]\r\n");
    vm_prints(0, "fine\r\n");
    assert_screen("fine\r\n");
    open_vm(1);
    ring_console(1);
    run();
    vm_prints(1, "back");
    header->produced = UINT64_MAX;
    console_rung(&console, CONSOLE_BADGE_CHANNEL(1));
    run();
    assert_screen(""); /* it cannot fill others' screens so */
    type("\0352");
    assert_screen_has("back");
    assert_screen_has("linux2 broke its channel");
}

/* ---- mixed ---- */

#define NAME1 "\033[32mlinux1:\033[0m "
#define NAME2 "\033[33mlinux2:\033[0m "
#define NAME3 "\033[34mlinux3:\033[0m "

static void lines_carry_names(void **state)
{
    vm_prints(0, "one\r\n");
    vm_prints(1, "two\r\nthree\n");
    assert_screen(NAME1 "one\r\n" NAME2 "two\r\n" NAME2 "three\r\n");
}

static void the_prompt_of_the_vm_with_the_keys_shows(void **state)
{
    vm_prints(0, "$ ");
    assert_screen(NAME1 "$ ");
    vm_prints(0, "ls"); /* an echo */
    assert_screen("ls");
    vm_prints(1, "login: ");
    assert_screen(""); /* another's waits for its end */
    vm_prints(1, "x\r\n");
    assert_screen("\033[0m\r\n" NAME2 "login: x\r\n" NAME1 "$ ls");
    vm_prints(0, "\r\nfile\r\n");
    assert_screen("\r\n" NAME1 "file\r\n");
    vm_prints(1, "# ");
    type("\0352");
    assert_screen("[linux2]\r\n" NAME2 "# ");
    type("a");
    assert_typed(1, "a");
}

static void letters_of_two_vms_do_not_mingle(void **state)
{
    for (const char *at = "abcdef\r\n"; *at != '\0'; at++) {
        char letter[2] = {*at, '\0'};

        vm_prints(1, letter);
        vm_prints(2, letter);
    }
    assert_screen(NAME2 "abcdef\r\n" NAME3 "abcdef\r\n");
}

static void a_carriage_return_begins_the_line_anew(void **state)
{
    vm_prints(1, "10%\r20%\r100%\r\n");
    assert_screen(NAME2 "100%\r\n");
    vm_prints(0, "$ ca");
    vm_prints(0, "\r$ cat");
    assert_screen(NAME1 "$ ca\r\033[K" NAME1 "$ cat");
}

static void others_lines_are_not_touched(void **state)
{
    vm_prints(1, "\033[2J\033[1;1Ha\033]0;title\007b\033[6nc\033Pq\033\\d\033[?1049h\033(0e"
                 "\033[1;31mred\033[999999999999999999999999999999Cf\001\n");
    assert_screen(NAME2 "abcde\033[1;31mredf\033[0m\r\n");
    vm_prints(1, "\033]0;never ended\nnext\n");
    assert_screen(NAME2 "\r\n" NAME2 "next\r\n");
}

static void long_lines_are_broken(void **state)
{
    static char text[LINE_BYTES + 101];

    memset(text, 'x', sizeof(text) - 2);
    text[sizeof(text) - 2] = '\n';
    vm_prints(1, text);
    assert_int_equal(screen_count, sizeof(text) - 2 + 2 * strlen(NAME2 "\r\n"));
}

static void init_is_heard_among_lines(void **state)
{
    vm_prints(0, "$ ");
    vm_prints(VM_COUNT, "linux3: off\n");
    assert_screen(NAME1 "$ \033[0m\r\ninit: linux3: off\r\n" NAME1 "$ ");
}

/* ---- everything at once ---- */

static void spoil(unsigned number, uint64_t *random)
{
    ((uint64_t *)outs[number].bytes)[8 * random_below(random, 6)] = random_next(random);
}

static void one_random_round(uint64_t *random)
{
    static char bytes[600];
    unsigned number = random_below(random, SOURCES);

    for (size_t i = 0; i < sizeof(bytes); i++)
        bytes[i] = (char)random_next(random);
    vm_writes(number, bytes, random_below(random, sizeof(bytes)));
    console_key(&console, random_below(random, 3) > 0 ? (char)random_next(random) : '\035');
    if (random_below(random, 50) == 0)
        open_vm(number);
    if (random_below(random, 50) == 0)
        spoil(number, random);
    ring_console(number);
    console_turn(&console);
    assert_true(console.screen.count <= SCREEN_BYTES);
    send_screen(random_below(random, 2000));
    clear_screen();
}

static void random_bytes_and_keys(void **state)
{
    uint64_t random = 3;

    for (int mixed = 0; mixed < 2; mixed++) {
        boot(mixed, true);
        for (int round = 0; round < 5000; round++)
            one_random_round(&random);
        for (unsigned i = 0; i < SOURCES; i++) {
            open_vm(i);
            ring_console(i);
        }
        run();
        type("\035?");
        assert_screen_has("restart who is shown");
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(shown_output_goes_out_as_it_is, start_plain),
        cmocka_unit_test_setup(keys_go_to_the_shown_vm_alone, start_plain),
        cmocka_unit_test_setup(hidden_output_is_kept_and_replayed, start_plain),
        cmocka_unit_test_setup(the_oldest_is_dropped_and_told, start_plain),
        cmocka_unit_test_setup(switching_in_the_middle_keeps_every_byte_in_order, start_plain),
        cmocka_unit_test_setup(a_slow_uart_holds_the_shown_vm_back, start_plain),
        cmocka_unit_test_setup(a_vm_that_takes_no_keys_is_heard, start_plain),
        cmocka_unit_test_setup(init_is_heard_at_once, start_plain),
        cmocka_unit_test_setup(a_list, start_plain),
        cmocka_unit_test_setup(a_list_without_counters, start_plain),
        cmocka_unit_test_setup(a_native_component_in_the_list, start_plain),
        cmocka_unit_test_setup(help_says_nothing_of_vms_alone, start_plain),
        cmocka_unit_test_setup(a_list_is_whole_while_its_vm_prints, start_plain),
        cmocka_unit_test_setup(a_life_begins_its_own_uptime, start_plain),
        cmocka_unit_test_setup(restart_and_power_off_want_a_yes, start_plain),
        cmocka_unit_test_setup(other_commands_get_a_hint, start_plain),
        cmocka_unit_test_setup(a_restarted_vm_is_connected_again, start_plain),
        cmocka_unit_test_setup(keys_for_a_vm_that_is_off_ring_the_bell, start_plain),
        cmocka_unit_test_setup(keys_for_a_vm_that_died_go_nowhere, start_plain),
        cmocka_unit_test_setup(a_key_that_is_taken_asks_nobody, start_plain),
        cmocka_unit_test_setup(who_goes_on_sending_rings_once, start_plain),
        cmocka_unit_test_setup(nothing_rests_while_keys_come, start_plain),
        cmocka_unit_test_setup(no_byte_waits_for_the_next, start_plain),
        cmocka_unit_test_setup(what_a_vm_said_before_it_was_ended_is_shown, start_plain),
        cmocka_unit_test_setup(a_broken_channel_is_told_once, start_plain),
        cmocka_unit_test_setup(a_flood_leaves_the_others_room, start_mixed),
        cmocka_unit_test_setup(lines_carry_names, start_mixed),
        cmocka_unit_test_setup(the_prompt_of_the_vm_with_the_keys_shows, start_mixed),
        cmocka_unit_test_setup(letters_of_two_vms_do_not_mingle, start_mixed),
        cmocka_unit_test_setup(a_carriage_return_begins_the_line_anew, start_mixed),
        cmocka_unit_test_setup(others_lines_are_not_touched, start_mixed),
        cmocka_unit_test_setup(long_lines_are_broken, start_mixed),
        cmocka_unit_test_setup(init_is_heard_among_lines, start_mixed),
        cmocka_unit_test(random_bytes_and_keys),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
