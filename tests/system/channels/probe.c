/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What the vchan driver answers in a VM whose peer is another VM, and what the peer is told: it
 * does what this program types into a shell at the other end of `talk`. The channel `probe` is what
 * is tried, with rings of 16 KiB; `feed` goes one way alone; `old` is port 81, with a native
 * component at the other end.
 *
 *   probe            everything but
 *   probe died       until the other VM ends and is back
 *   probe answer     at the other end: sends back what comes on all of `many`, until all are closed
 */
#include <limits.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <time.h>

#include "tests/system/vchan/cases.h"

#define PROBE      "/dev/vchan/probe"
#define RING       16384
#define ATTRIBUTES "/sys/class/vchan/vchan!probe/"
#define LONG_MS    60000
#define MANY       60 /* channels of 4 KiB: many01 and on */

static int shell;

/* ---- the other VM ---- */

/* Types a line there and reads what it prints, up to the mark that tells its end. */
static void ask_there(const char *line, char *answer, size_t size)
{
    size_t used = 0;

    dprintf(shell, "%s\necho done-$((6*7))\n", line);
    while (used + 1 < size && polls(shell, POLLIN, LONG_MS)) {
        ssize_t count = read(shell, answer + used, size - 1 - used);

        if (count <= 0)
            break;
        used += (size_t)count;
        answer[used] = '\0';
        char *mark = strstr(answer, "done-42\n");

        if (mark != NULL) {
            *mark = '\0';
            return;
        }
    }
    puts("[  FAILED  ] the other VM answers");
    exit(1);
}

static bool says_there(const char *line, const char *expected)
{
    char answer[256] = "";

    ask_there(line, answer, sizeof(answer));
    if (strcmp(answer, expected) != 0)
        printf("there: '%s' said '%s'\n", line, answer);
    return strcmp(answer, expected) == 0;
}

#define OPEN_THERE  "exec 3<>/dev/vchan/probe"
#define CLOSE_THERE "exec 3>&-"

static int open_both(int flags)
{
    int file = open_end(PROBE, flags);

    CHECK_THAT(says_there(OPEN_THERE, ""));
    CHECK_THAT(polls(file, POLLOUT, LONG_MS));
    return file;
}

static bool hears(int file, const char *text)
{
    char got[64] = "";

    return polls(file, POLLIN, LONG_MS) && read(file, got, sizeof(got)) == (ssize_t)strlen(text) &&
           strcmp(got, text) == 0;
}

/* Starts it there and does not wait; `wait` in a later line does. */
static void begin_there(const char *line)
{
    char whole[256];

    snprintf(whole, sizeof(whole), "{ %s; } > /dev/null 2>&1 &", line);
    CHECK_THAT(says_there(whole, ""));
}

static void close_there(int file)
{
    CHECK_THAT(says_there("wait; " CLOSE_THERE, ""));
    close(file);
}

/* ---- reading and writing ---- */

static char bytes[4 * RING], got[4 * RING];

static void alone(void)
{
    int file = open_end(PROBE, O_NONBLOCK), again;
    char byte = 0;

    CHECK_THAT(fails_with(read(file, &byte, 1), EAGAIN));
    CHECK_THAT(fails_with(write(file, &byte, 1), EAGAIN));
    CHECK_THAT(fails_with(ioctl(file, VCHAN_IOC_CONNECT), EAGAIN));
    CHECK_THAT(poll_now(file) == 0);
    CHECK_THAT(state_of(file) == VCHAN_STATE_LISTENING);
    CHECK_THAT(fails_with(open(PROBE, O_RDWR | O_EXCL), EBUSY));
    again = open_end(PROBE, 0);
    close(file);
    close(again);
    file = open_end(PROBE, O_EXCL);
    CHECK_THAT(fails_with(open(PROBE, O_RDWR), EBUSY));
    CHECK_THAT(fails_with(open(PROBE, O_RDWR | O_EXCL), EBUSY));
    close(file);
    CHECK_THAT(says_there("cat /sys/class/vchan/vchan!probe/state", "closed\n"));
}

static void when_poll_says_what(void)
{
    int file = open_both(O_NONBLOCK);

    CHECK_THAT(state_of(file) == VCHAN_STATE_CONNECTED);
    CHECK_THAT(poll_now(file) == POLLOUT);
    CHECK_THAT(says_there("echo hello >&3", "") && polls(file, POLLIN, LONG_MS));
    CHECK_THAT(poll_now(file) == (POLLIN | POLLOUT));
    CHECK_THAT(hears(file, "hello\n"));
    CHECK_THAT(poll_now(file) == POLLOUT);
    CHECK_THAT(write(file, bytes, sizeof(bytes)) == RING);
    CHECK_THAT(fails_with(write(file, bytes, 1), EAGAIN));
    CHECK_THAT(poll_now(file) == 0);
    /* Room is told of by the quarter of a ring, though a byte would go. */
    CHECK_THAT(says_there("dd bs=1000 count=1 <&3 2>/dev/null | wc -c", "1000\n"));
    CHECK_THAT(poll_now(file) == 0);
    CHECK_THAT(says_there("dd bs=4096 count=1 <&3 2>/dev/null | wc -c", "4096\n"));
    CHECK_THAT(polls(file, POLLOUT, LONG_MS));
    CHECK_THAT(says_there("echo bye >&3; " CLOSE_THERE, ""));
    CHECK_THAT(polls(file, POLLHUP, LONG_MS));
    CHECK_THAT(poll_now(file) == (POLLIN | POLLHUP));
    CHECK_THAT(hears(file, "bye\n"));
    CHECK_THAT(poll_now(file) == (POLLIN | POLLHUP)); /* an end of file is there to read */
    close(file);
}

static void nothing_and_too_much(void)
{
    struct vchan_ioc_sizes sizes;
    int file = open_both(O_NONBLOCK);
    char *edge = mmap(NULL, 8192, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

    CHECK_THAT(ioctl(file, VCHAN_IOC_SIZES, &sizes) == 0);
    CHECK_THAT(sizes.own_ring == RING && sizes.peer_ring == RING);
    CHECK_THAT(sizes.own_region == 4096 + RING && sizes.peer_region == 4096 + RING);
    CHECK_THAT(read(file, got, 0) == 0 && write(file, bytes, 0) == 0);
    CHECK_THAT(fails_with(read_raw(file, got, SIZE_MAX), EFAULT));
    CHECK_THAT(fails_with(read_raw(file, NULL, 8), EAGAIN));
    CHECK_THAT(munmap(edge + 4096, 4096) == 0);
    CHECK_THAT(write(file, edge + 4096 - 100, 4096) == 100); /* as far as there is memory */
    CHECK_THAT(fails_with(write(file, edge + 4096, 4096), EFAULT));
    CHECK_THAT(write_raw(file, bytes, INT_MAX) == RING - 100);
    CHECK_THAT(says_there("head -c 16384 <&3 | wc -c; echo few >&3", "16384\n"));
    CHECK_THAT(polls(file, POLLIN, LONG_MS) && read_raw(file, got, INT_MAX) == 4);
    munmap(edge, 4096);
    close_there(file);
}

static void fill(void)
{
    for (size_t i = 0; i < sizeof(bytes); i++)
        bytes[i] = (char)(i * 31 >> 3);
}

/* A writer that sleeps for room, and a reader that sleeps for bytes. */
static void sleeping(void)
{
    int file = open_both(0);
    size_t count = 0;

    fill();
    begin_there("sleep 1; head -c 65536 <&3 > /tmp/p; sleep 1; cat /tmp/p >&3");
    CHECK_THAT(write(file, bytes, sizeof(bytes)) == sizeof(bytes));
    memset(got, 0, sizeof(got));
    while (count < sizeof(got)) {
        ssize_t some = read(file, got + count, sizeof(got) - count);

        CHECK_THAT(some > 0);
        if (some <= 0)
            break;
        count += (size_t)some;
    }
    CHECK_THAT(memcmp(bytes, got, sizeof(got)) == 0);
    close_there(file);
}

static volatile sig_atomic_t alarms;

static void on_alarm(int signal)
{
    (void)signal;
    alarms++;
}

static void expect_alarm(int flags)
{
    struct sigaction action = {.sa_handler = on_alarm, .sa_flags = flags};

    alarms = 0;
    sigaction(SIGALRM, &action, NULL);
    alarm(1);
}

static void signals(void)
{
    int file = open_both(0);
    char byte;

    expect_alarm(0);
    CHECK_THAT(fails_with(read(file, &byte, 1), EINTR) && alarms == 1);
    expect_alarm(0);
    CHECK_THAT(write(file, bytes, sizeof(bytes)) == RING && alarms == 1); /* what went, went */
    expect_alarm(0);
    CHECK_THAT(fails_with(write(file, bytes, 1), EINTR) && alarms == 1);
    while (fcntl(file, F_SETFL, O_NONBLOCK), ioctl(file, VCHAN_IOC_WAIT) == 0)
        ;
    fcntl(file, F_SETFL, 0);
    expect_alarm(0);
    CHECK_THAT(fails_with(ioctl(file, VCHAN_IOC_WAIT), EINTR) && alarms == 1);
    /* Who asked to go on after a signal does. */
    begin_there("sleep 3; echo x >&3");
    expect_alarm(SA_RESTART);
    CHECK_THAT(read(file, got, sizeof(got)) == 2 && alarms == 1);
    CHECK_THAT(says_there("wait; head -c 16384 <&3 | wc -c; " CLOSE_THERE, "16384\n"));
    CHECK_THAT(read(file, &byte, 1) == 0);
    expect_alarm(0);
    CHECK_THAT(fails_with(ioctl(file, VCHAN_IOC_CONNECT), EINTR) && alarms == 1);
    close(file);
}

static void forks_and_duplicates(void)
{
    int file = open_both(0), second = dup(file), status = 1;
    pid_t child = fork();

    if (child == 0) {
        close(second);
        _exit(write(file, "child\n", 6) == 6 ? 0 : 1);
    }
    close(file);
    CHECK_THAT(waitpid(child, &status, 0) == child && status == 0);
    CHECK_THAT(
        says_there("head -n 1 <&3; cat /sys/class/vchan/vchan!probe/state", "child\nconnected\n"));
    CHECK_THAT(write(second, "still\n", 6) == 6);
    CHECK_THAT(says_there("head -n 1 <&3", "still\n"));
    close(second);
    CHECK_THAT(says_there("cat <&3; cat /sys/class/vchan/vchan!probe/state; " CLOSE_THERE,
                          "peer-closed\n"));
}

static void one_way(void)
{
    int file = open_end("/dev/vchan/feed", O_NONBLOCK);

    CHECK_THAT(says_there("exec 4<>/dev/vchan/feed", "") && polls(file, POLLOUT, LONG_MS));
    CHECK_THAT(says_there("echo x 2> /dev/null >&4; echo $?", "1\n"));
    CHECK_THAT(write(file, "fed\n", 4) == 4);
    CHECK_THAT(says_there("head -n 1 <&4", "fed\n"));
    CHECK_THAT(fails_with(read(file, got, 1), EBADF));
    CHECK_THAT(poll_now(file) == POLLOUT);
    CHECK_THAT(says_there("exec 4>&-", "") && polls(file, POLLHUP, LONG_MS));
    CHECK_THAT(fails_with(write(file, "x", 1), EPIPE));
    close(file);
}

/* ---- ends that go and come ---- */

/* A reader is asleep while the other end's process is killed. */
static void a_killed_peer(void)
{
    int file = open_end(PROBE, 0), status = 1;

    CHECK_THAT(says_there("sleep 1000 3<>/dev/vchan/probe > /dev/null 2>&1 & sleep 1", ""));
    CHECK_THAT(polls(file, POLLOUT, LONG_MS));

    pid_t child = fork();

    if (child == 0)
        _exit(read(file, got, 1) == 0 ? 0 : 1);
    sleep(1);
    CHECK_THAT(waitpid(child, &status, WNOHANG) == 0);
    CHECK_THAT(says_there("kill -9 $!; wait", ""));
    CHECK_THAT(waitpid(child, &status, 0) == child && status == 0);
    CHECK_THAT(fails_with(write(file, "x", 1), EPIPE));
    close(file);
}

static void after_the_peer_closed(void)
{
    int file = open_both(O_NONBLOCK);

    CHECK_THAT(says_there("echo last >&3; " CLOSE_THERE, ""));
    CHECK_THAT(polls(file, POLLHUP, LONG_MS));
    CHECK_THAT(state_of(file) == VCHAN_STATE_PEER_CLOSED);
    CHECK_THAT(fails_with(write(file, "x", 1), EPIPE));
    CHECK_THAT(fails_with(ioctl(file, VCHAN_IOC_CONNECT), ENODATA));
    CHECK_THAT(hears(file, "last\n"));
    CHECK_THAT(read(file, got, sizeof(got)) == 0 && read(file, got, sizeof(got)) == 0);
    CHECK_THAT(fails_with(ioctl(file, VCHAN_IOC_CONNECT), EAGAIN));
    CHECK_THAT(says_there(OPEN_THERE, ""));
    begin_there("echo new >&3");
    CHECK_THAT(fcntl(file, F_SETFL, 0) == 0);
    CHECK_THAT(ioctl(file, VCHAN_IOC_CONNECT) == 0);
    CHECK_THAT(hears(file, "new\n"));
    close_there(file);
}

static void by_mapping(void)
{
    struct mapped mapped;
    size_t count = 0;
    char text[16] = "", byte = 0;

    map_end(&mapped, PROBE);

    struct vchan_shape shape = {
        .own = mapped.own, .peer = mapped.peer, .own_ring = RING, .peer_ring = RING};

    CHECK_THAT(fails_with(read(mapped.file, &byte, 1), EBUSY));
    CHECK_THAT(fails_with(mprotect(mapped.peer, 4096, PROT_READ | PROT_WRITE), EACCES));
    CHECK_THAT(vchan_open(&mapped.end, &shape) == VCHAN_OK);
    CHECK_THAT(ioctl(mapped.file, VCHAN_IOC_NOTIFY) == 0);
    CHECK_THAT(says_there(OPEN_THERE, ""));
    for (int i = 0; i < 10 && vchan_connect(&mapped.end) != VCHAN_OK; i++) {
        CHECK_THAT(ioctl(mapped.file, VCHAN_IOC_NOTIFY) == 0);
        CHECK_THAT(polls(mapped.file, POLLIN, LONG_MS) && ioctl(mapped.file, VCHAN_IOC_WAIT) == 0);
    }
    CHECK_THAT(ioctl(mapped.file, VCHAN_IOC_NOTIFY) == 0);
    CHECK_THAT(vchan_write(&mapped.end, "by hand\n", 8, &count) == VCHAN_OK && count == 8);
    CHECK_THAT(ioctl(mapped.file, VCHAN_IOC_NOTIFY) == 0);
    CHECK_THAT(says_there("head -n 1 <&3", "by hand\n"));
    while (ioctl(mapped.file, VCHAN_IOC_WAIT) == 0)
        ;
    CHECK_THAT(errno == EAGAIN);
    CHECK_THAT(vchan_arm_data(&mapped.end, 8));
    CHECK_THAT(says_there("echo to hand >&3", ""));
    CHECK_THAT(polls(mapped.file, POLLIN, LONG_MS) && ioctl(mapped.file, VCHAN_IOC_WAIT) == 0);
    CHECK_THAT(vchan_read(&mapped.end, text, sizeof(text), &count) == VCHAN_OK && count == 8);
    CHECK_THAT(memcmp(text, "to hand\n", 8) == 0);
    unmap(&mapped);
    CHECK_THAT(says_there("cat <&3; " CLOSE_THERE, ""));
}

static const char *device_name(void)
{
    static char path[PATH_MAX];
    ssize_t length = readlink(ATTRIBUTES "device", path, sizeof(path) - 1);

    CHECK_THAT(length > 0);
    path[length < 0 ? 0 : length] = '\0';
    return strrchr(path, '/') == NULL ? "" : strrchr(path, '/') + 1;
}

/* Its file and a process asleep in it, and then its mapping; the peer is told, and meets the
 * next. */
static void unbind_while_open(void)
{
    const char *device = device_name();
    struct mapped mapped;
    int file = open_both(0), status = 1;
    char byte;
    pid_t child = fork();

    if (child == 0)
        _exit(fails_with(read(file, &byte, 1), ENODEV) ? 0 : 1);
    sleep(1);
    tell_driver("unbind", device);
    CHECK_THAT(waitpid(child, &status, 0) == child && status == 0);
    CHECK_THAT(says_there("cat <&3; " CLOSE_THERE, "")); /* told of an end */
    CHECK_THAT(poll_now(file) & POLLHUP);
    CHECK_THAT(fails_with(write(file, "x", 1), ENODEV));
    CHECK_THAT(fails_with(read(file, &byte, 1), ENODEV));
    CHECK_THAT(fails_with(ioctl(file, VCHAN_IOC_CONNECT), ENODEV));
    CHECK_THAT(fails_with(open(PROBE, O_RDWR), ENOENT));
    tell_driver("bind", device);
    close(file);
    map_end(&mapped, PROBE);
    CHECK_THAT(!faults(mapped.own) && !faults(mapped.peer));
    while (ioctl(mapped.file, VCHAN_IOC_WAIT) == 0)
        ;
    CHECK_THAT(fcntl(mapped.file, F_SETFL, 0) == 0);
    child = fork();
    if (child == 0)
        _exit(fails_with(ioctl(mapped.file, VCHAN_IOC_WAIT), ENODEV) && faults(mapped.own) ? 0 : 1);
    sleep(1);
    tell_driver("unbind", device);
    CHECK_THAT(waitpid(child, &status, 0) == child && status == 0);
    CHECK_THAT(faults(mapped.own) && faults(mapped.peer));
    CHECK_THAT(fails_with(ioctl(mapped.file, VCHAN_IOC_NOTIFY), ENODEV));
    tell_driver("bind", device);
    unmap(&mapped);
    file = open_both(O_NONBLOCK);
    CHECK_THAT(says_there("echo again >&3", "") && hears(file, "again\n"));
    close_there(file);
}

static void read_attribute(const char *name, char *text, size_t size)
{
    char path[64];
    ssize_t length;
    int file;

    snprintf(path, sizeof(path), ATTRIBUTES "%s", name);
    file = open(path, O_RDONLY);
    length = file < 0 ? -1 : read(file, text, size - 1);
    CHECK_THAT(length > 0);
    text[length < 0 ? 0 : length] = '\0';
    close(file);
}

static void attributes(void)
{
    unsigned long long numbers[2] = {0, 0};
    char text[64];
    int file = open_both(O_NONBLOCK);

    CHECK_THAT(write(file, "count me\n", 9) == 9);
    CHECK_THAT(says_there("head -n 1 <&3; echo so >&3", "count me\n") && hears(file, "so\n"));
    read_attribute("state", text, sizeof(text));
    CHECK_THAT(strcmp(text, "connected\n") == 0);
    read_attribute("peer", text, sizeof(text));
    CHECK_THAT(strcmp(text, "linux2\n") == 0);
    read_attribute("bytes", text, sizeof(text));
    CHECK_THAT(sscanf(text, "%llu %llu", &numbers[0], &numbers[1]) == 2);
    CHECK_THAT(numbers[0] >= 9 && numbers[1] >= 3);
    read_attribute("doorbells", text, sizeof(text));
    CHECK_THAT(sscanf(text, "%llu %llu", &numbers[0], &numbers[1]) == 2);
    CHECK_THAT(numbers[0] > 0 && numbers[1] > 0);
    read_attribute("stalls", text, sizeof(text));
    CHECK_THAT(sscanf(text, "%llu", &numbers[0]) == 1);
    CHECK_THAT(says_there(CLOSE_THERE, ""));
    CHECK_THAT(polls(file, POLLHUP, LONG_MS));
    read_attribute("state", text, sizeof(text));
    CHECK_THAT(strcmp(text, "peer-closed\n") == 0);
    close(file);
    read_attribute("state", text, sizeof(text));
    CHECK_THAT(strcmp(text, "closed\n") == 0);
}

static void write_file(const char *path, const char *text)
{
    int file = open(path, O_WRONLY);

    CHECK_THAT(file >= 0 && write(file, text, strlen(text)) == (ssize_t)strlen(text));
    close(file);
}

/* The bell comes while all devices are suspended, for five seconds. */
static void suspend(void)
{
    int file = open_both(O_NONBLOCK);

    write_file("/sys/power/pm_test", "devices");
    begin_there("sleep 2; echo awake >&3");
    write_file("/sys/power/state", "freeze");
    CHECK_THAT(hears(file, "awake\n"));
    write_file("/sys/power/pm_test", "none");
    close_there(file);
}

/* ---- a native component by its port ---- */

static bool comes_back_turned(int to, int from, size_t size)
{
    if (write(to, bytes, size) != (ssize_t)size || read(from, got, sizeof(got)) != (ssize_t)size)
        return false;
    for (size_t i = 0; i < size; i++) {
        if (got[i] != bytes[size - 1 - i])
            return false;
    }
    return true;
}

static void messages_and_a_component(void)
{
    static const size_t sizes[] = {1, 2, 3, 4, 5, 1000, 4092};
    static const uint32_t no_length = 0xffffffff;

    fill();
    for (unsigned life = 0; life < 2; life++) {
        int to = open("/dev/vchan81_tx", O_WRONLY), from = open("/dev/vchan81_rx", O_RDONLY), file;

        CHECK_THAT(fails_with(write(to, bytes, 4093), EMSGSIZE));
        for (unsigned i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++)
            CHECK_THAT(comes_back_turned(to, from, sizes[i]));
        for (unsigned i = 1; i < 300; i++)
            CHECK_THAT(comes_back_turned(to, from, i));
        close(to);
        close(from);
        /* What is no message ends its life for it, and it meets the next. */
        file = open_end("/dev/vchan/old", 0);
        CHECK_THAT(write(file, &no_length, sizeof(no_length)) == sizeof(no_length));
        close(file);
    }
}

/* ---- as many as there can be ---- */

static void open_many(int files[MANY])
{
    char path[32];

    for (int i = 0; i < MANY; i++) {
        snprintf(path, sizeof(path), "/dev/vchan/many%02d", i + 1);
        files[i] = open_end(path, O_NONBLOCK);
    }
}

/* Everything is under way at once; each gets its own back. */
static void exchange_with_many(const int files[MANY], size_t size)
{
    for (int i = 0; i < MANY; i++) {
        CHECK_THAT(polls(files[i], POLLOUT, LONG_MS));
        CHECK_THAT(write(files[i], bytes + i, size) == (ssize_t)size);
    }
    for (int i = 0; i < MANY; i++) {
        for (size_t count = 0; count < size;) {
            ssize_t some = polls(files[i], POLLIN, LONG_MS) ? read(files[i], got, size - count) : 0;

            CHECK_THAT(some > 0 && memcmp(got, bytes + i + count, (size_t)some) == 0);
            if (some <= 0)
                return;
            count += (size_t)some;
        }
    }
}

static void many_at_once(void)
{
    int files[MANY];

    begin_there("/probe answer");
    fill();
    open_many(files);
    exchange_with_many(files, 10);
    exchange_with_many(files, 4000);
    for (int i = 0; i < MANY; i++)
        close(files[i]);
    CHECK_THAT(says_there("wait", ""));
}

/* At the other end. */
static int answer(void)
{
    struct pollfd asks[MANY];
    int files[MANY], left = MANY;

    open_many(files);
    for (int i = 0; i < MANY; i++)
        asks[i] = (struct pollfd){.fd = files[i], .events = POLLIN};
    while (left > 0 && poll(asks, MANY, 6 * LONG_MS) > 0) {
        for (int i = 0; i < MANY; i++) {
            if (asks[i].revents == 0)
                continue;

            ssize_t count = read(asks[i].fd, bytes, sizeof(bytes));

            if (count > 0 && write(asks[i].fd, bytes, (size_t)count) == count)
                continue;
            close(asks[i].fd);
            asks[i].fd = -1;
            left--;
        }
    }
    return left;
}

/* ---- the other VM dies ---- */

static void when_the_other_vm_died(void)
{
    int file = open_end(PROBE, 0), status = 1;
    pid_t reader, writer;

    CHECK_THAT(polls(file, POLLOUT, LONG_MS));
    reader = fork();
    if (reader == 0)
        _exit(read(file, got, 1) == 0 ? 0 : 1);
    writer = fork();
    if (writer == 0)
        _exit(write(file, bytes, sizeof(bytes)) == RING && fails_with(write(file, "x", 1), EPIPE)
                  ? 0
                  : 1);
    CHECK_THAT(polls(file, POLLHUP, 10 * LONG_MS));
    CHECK_THAT(waitpid(reader, &status, 0) == reader && status == 0);
    CHECK_THAT(waitpid(writer, &status, 0) == writer && status == 0);
    CHECK_THAT(ioctl(file, VCHAN_IOC_CONNECT) == 0); /* until it is back */
    CHECK_THAT(state_of(file) == VCHAN_STATE_CONNECTED);
    CHECK_THAT(write(file, "to the new one", 14) == 14);
    close(file);
}

int main(int count, char **arguments)
{
    setvbuf(stdout, NULL, _IOLBF, 0);
    if (count > 1 && strcmp(arguments[1], "answer") == 0)
        return answer();
    if (count > 1 && strcmp(arguments[1], "died") == 0) {
        run("a reader and a writer asleep while the other VM dies", when_the_other_vm_died);
        puts("probe: done");
        return 0;
    }
    shell = open_end("/dev/vchan/talk", 0);
    run("an end alone", alone);
    run("when poll says what", when_poll_says_what);
    run("no bytes, and too many", nothing_and_too_much);
    run("sleeping for bytes and for room", sleeping);
    run("signals", signals);
    run("forks and duplicates", forks_and_duplicates);
    run("one way alone", one_way);
    run("after the peer closed", after_the_peer_closed);
    run("a reader asleep while the peer is killed", a_killed_peer);
    run("by mapping", by_mapping);
    run("unbind while open, while a process sleeps in it, while it is mapped", unbind_while_open);
    run("attributes", attributes);
    run("suspended while the peer rings", suspend);
    run("messages by port, with a native component", messages_and_a_component);
    run("64 channels, 60 of them at once", many_at_once);
    puts("probe: done");
    return 0;
}
