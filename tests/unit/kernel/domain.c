/* SPDX-License-Identifier: BSD-2-Clause */
/* The schedule of domains, entry by entry. Times are ticks. */
#include "tests/unit/kernel/support.h"
#include "kernel/sched/domain.h"

#define LAST (seL4_NumDomainSchedules - 1)

static int fresh(void **state)
{
    (void)state;
    for (unsigned i = 0; i < LAST; i++) {
        domain_configure(i, 0, 0);
    }
    domain_init(1000);
    return 0;
}

static void at_boot(void **state)
{
    (void)state;
    assert_int_equal(domain_start(), 0);
    assert_int_equal(domain_end(), 1000 + seL4_MaxDomainDuration);
    assert_int_equal(domain_at(seL4_MaxDomainDuration), 0);
    for (unsigned i = 1; i <= LAST; i++) {
        assert_true(domain_is_end_marker(i));
    }
    /* Alone it follows itself. */
    assert_int_equal(domain_at(1000 + seL4_MaxDomainDuration), 0);
    assert_int_equal(domain_end(), 1000 + 2 * seL4_MaxDomainDuration);
}

static void expect_at(uint64_t now, uint8_t domain, uint64_t end)
{
    assert_int_equal(domain_at(now), domain);
    assert_int_equal(domain_end(), end);
}

static void entries_follow_each_other(void **state)
{
    (void)state;
    domain_configure(3, 5, 100);
    domain_configure(4, 15, 1);
    domain_configure(5, 0, 50);
    domain_set_start(3, 7000);
    expect_at(7000, 5, 7100);
    expect_at(7099, 5, 7100);
    expect_at(7100, 15, 7101);
    expect_at(7101, 0, 7151);
    expect_at(7151, 5, 7251);
    expect_at(7251, 15, 7252);
}

/* However late the kernel looks, the ends stay where they are. */
static void lateness_does_not_add_up(void **state)
{
    uint64_t end = 0;

    (void)state;
    domain_configure(0, 1, 100);
    domain_configure(1, 2, 60);
    domain_set_start(0, 0);
    for (unsigned i = 0; i < 10000; i++) {
        end += i % 2 == 0 ? 100 : 60;
        assert_int_equal(domain_end(), end);
        assert_int_equal(domain_at(end + random_below(60)), i % 2 == 0 ? 2 : 1);
    }
}

/* An entry that is over before anybody looks is had in full, later; the next one is not skipped. */
static void an_entry_that_was_missed(void **state)
{
    (void)state;
    domain_configure(0, 1, 100);
    domain_configure(1, 2, 10);
    domain_configure(2, 3, 1);
    domain_set_start(0, 0);
    expect_at(110, 2, 120);
    expect_at(5000, 3, 5001);
    expect_at(5001, 1, 5101);
}

static void a_running_entry_stays(void **state)
{
    (void)state;
    domain_configure(0, 1, 100);
    domain_configure(1, 2, 100);
    domain_set_start(0, 0);
    domain_configure(0, 7, 5);
    expect_at(99, 1, 100);
    expect_at(100, 2, 200);
    domain_configure(1, 0, 0);
    expect_at(199, 2, 200);
    expect_at(200, 7, 205);
    expect_at(205, 7, 210);
}

static void the_start_is_now(void **state)
{
    (void)state;
    domain_configure(0, 1, 100);
    domain_configure(1, 2, 100);
    domain_configure(2, 3, 100);
    domain_set_start(1, 50);
    assert_int_equal(domain_start(), 1);
    expect_at(50, 2, 150);
    expect_at(150, 3, 250);
    expect_at(250, 2, 350);
}

static void all_entries(void **state)
{
    (void)state;
    for (unsigned i = 0; i < LAST; i++) {
        domain_configure(i, (uint8_t)(i % seL4_NumDomains), 10 + i);
    }
    domain_set_start(40, 0);
    uint64_t now = 0;
    for (unsigned round = 0; round < 3; round++) {
        for (unsigned i = 40; i < LAST; i++) {
            assert_int_equal(domain_at(now), i % seL4_NumDomains);
            now += 10 + i;
            assert_int_equal(domain_end(), now);
        }
    }
}

#define TEST(function) cmocka_unit_test_setup(function, fresh)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(at_boot),
        TEST(entries_follow_each_other),
        TEST(lateness_does_not_add_up),
        TEST(an_entry_that_was_missed),
        TEST(a_running_entry_stays),
        TEST(the_start_is_now),
        TEST(all_entries),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
