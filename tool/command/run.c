/* SPDX-License-Identifier: BSD-2-Clause */
/* bulkhead run: boots a system on an emulated board, at this terminal. */
#include <errno.h>
#include <getopt.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "tool/command/board_list.h"
#include "tool/command/boot_file.h"
#include "tool/command/session.h"
#include "tool/command/system.h"
#include "tool/command/until.h"
#include "tool/command/usage.h"

#define USAGE                                                                            \
    "usage: bulkhead run MANIFEST|IMAGE [OPTION]... [-- QEMU-ARGUMENT...]\n"             \
    "  --until TEXT       end with status 0 as soon as TEXT appears on a console\n"      \
    "  --timeout SECONDS  end with status 124 when they are over\n"                      \
    "  --log FILE         write what the consoles show to FILE, too\n"                   \
    "  --gdb              let gdb attach before the first instruction\n"                 \
    "  --debug            with the debug build of Bulkhead's own programs\n"             \
    "  --kernel FILE      ELF file of another kernel with the seL4 ABI\n"                \
    "  --board BOARD      in place of the manifest's, or of an image's\n"                \
    "The VMs' console is this terminal; Ctrl-A x leaves the emulator. On a board with\n" \
    "two UARTs the lines of kernel and init are shown too, marked [log].\n"              \
    "Status: QEMU's own, 0 when the board was powered off; with --until, 1 if the end\n" \
    "came before TEXT.\n"

struct run_options {
    struct system_options system; /* `manifest` may be an image */
    struct session_options session;
    bool help;
};

/* An image that lies in a folder of ours for as long as we run. */
struct made_image {
    char folder[64];
    char path[80];
};

enum {
    OPTION_UNTIL = 1,
    OPTION_TIMEOUT,
    OPTION_LOG,
    OPTION_GDB,
    OPTION_DEBUG,
    OPTION_KERNEL,
    OPTION_BOARD,
};

static bool parse_seconds(const char *text, double *seconds)
{
    char *end;

    *seconds = strtod(text, &end);
    return end != text && *end == '\0' && isfinite(*seconds) && *seconds > 0 && *seconds < 1e9;
}

static int take_option(struct run_options *options, int option)
{
    struct until until;

    switch (option) {
    case OPTION_UNTIL:
        options->session.until = optarg;
        if (!until_begin(&until, optarg))
            return usage_refuse("run", USAGE, "--until wants a text of 1 to %u bytes", UNTIL_MAX);
        break;
    case OPTION_TIMEOUT:
        if (!parse_seconds(optarg, &options->session.timeout))
            return usage_refuse("run", USAGE, "--timeout wants seconds, not '%s'", optarg);
        break;
    case OPTION_LOG:
        options->session.log_file = optarg;
        break;
    case OPTION_GDB:
        options->session.emulator.debugger = true;
        break;
    case OPTION_DEBUG:
        options->system.debug = true;
        break;
    case OPTION_KERNEL:
        options->system.kernel = optarg;
        break;
    case OPTION_BOARD:
        options->system.board = optarg;
        break;
    case 'h':
        options->help = true;
        break;
    default:
        return usage_show(USAGE);
    }
    return COMMAND_DONE;
}

static int parse(struct run_options *options, int count, char **arguments)
{
    static const struct option known[] = {
        {"until", required_argument, NULL, OPTION_UNTIL},
        {"timeout", required_argument, NULL, OPTION_TIMEOUT},
        {"log", required_argument, NULL, OPTION_LOG},
        {"gdb", no_argument, NULL, OPTION_GDB},
        {"debug", no_argument, NULL, OPTION_DEBUG},
        {"kernel", required_argument, NULL, OPTION_KERNEL},
        {"board", required_argument, NULL, OPTION_BOARD},
        {"help", no_argument, NULL, 'h'},
        {NULL, 0, NULL, 0},
    };
    int option, status = COMMAND_DONE;

    /* What stands behind "--" is QEMU's. */
    for (int i = 1; i < count; i++) {
        if (strcmp(arguments[i], "--") == 0) {
            options->session.emulator.more = arguments + i + 1;
            count = i;
        }
    }
    while (status == COMMAND_DONE &&
           (option = getopt_long(count, arguments, "h", known, NULL)) != -1)
        status = take_option(options, option);
    if (status != COMMAND_DONE || options->help)
        return status;
    if (optind + 1 != count)
        return usage_refuse("run", USAGE,
                            optind < count ? "one system at a time" : "which manifest or image?");
    options->system.manifest = arguments[optind];
    return COMMAND_DONE;
}

/* A UART's number among QEMU's serial lines: the boards' aliases count them. */
static unsigned uart_number(const struct board *board, const struct board_device *uart)
{
    unsigned number;
    char rest;

    if (sscanf(uart->alias, "serial%u%c", &number, &rest) == 1 && number < EMULATOR_UART_MAX)
        return number;
    return uart - board->uarts;
}

/* Which UARTs are shown and how. Without a plan all there is comes on the log's. */
static void choose_uarts(struct run_options *options, const struct board *board, bool planned)
{
    options->session.console = 0;
    options->session.log = SESSION_NO_LOG;
    if (board->log == NULL || board->vms == NULL)
        return;
    options->session.console = uart_number(board, planned ? board->vms : board->log);
    if (planned && board->log != board->vms)
        options->session.log = uart_number(board, board->log);
}

static void tell_debugger(const struct run_options *options)
{
    struct tree_path ours = tree_path("build/%s/kernel/kernel.elf",
                                      options->system.debug ? "debug" : "release");
    const char *kernel = options->system.kernel != NULL ? options->system.kernel : ours.text;

    if (options->session.emulator.debugger)
        fprintf(stderr,
                "Waiting for a debugger. In another terminal:\n"
                "  gdb-multiarch %s -ex 'target remote localhost:1234'\n",
                kernel);
}

static int start(struct run_options *options, const char *board, const char *image)
{
    struct tree_path script = tree_path("boards/qemu");

    options->session.emulator.script = script.text;
    options->session.emulator.board = board;
    options->session.emulator.image = image;
    tell_debugger(options);
    return session_run(&options->session);
}

static int run_on(struct run_options *options, const char *name, bool planned)
{
    struct tree_path tree = tree_path("build/boards/%s.dtb", name);
    struct board board;
    struct fault fault;

    if (!board_open(&board, name, tree.text, &fault))
        return usage_fail("%s", fault.text);
    choose_uarts(options, &board, planned);
    board_close(&board);
    return start(options, name, options->system.manifest);
}

static int run_image(struct run_options *options)
{
    const char *image = options->system.manifest, *name = options->system.board;
    struct board_list boards;
    struct boot_file boot;
    struct fault fault;
    int status;

    if (options->system.debug || options->system.kernel != NULL)
        return usage_refuse("run", USAGE, "--debug and --kernel are for building: %s is built",
                            image);
    if (!boot_file_open(&boot, image, &fault))
        return usage_fail("%s", fault.text);
    board_list_read(&boards);
    if (name == NULL && boot.tree != NULL)
        name = board_list_find(&boards, boot.tree, boot.tree_size);
    if (name == NULL)
        status = usage_fail("%s: its device tree is no known board's: name one by --board", image);
    else if (!board_list_has(&boards, name))
        status = usage_fail("there is no board '%s': 'bulkhead boards' lists them", name);
    else
        status = run_on(options, name, boot.plan != NULL);
    board_list_release(&boards);
    boot_file_close(&boot);
    return status;
}

static bool make_folder(struct made_image *made)
{
    const char *where = getenv("TMPDIR");
    int length = snprintf(made->folder, sizeof(made->folder), "%s/bulkhead-XXXXXX",
                          where != NULL && where[0] != '\0' ? where : "/tmp");

    if (length < 0 || (size_t)length >= sizeof(made->folder))
        snprintf(made->folder, sizeof(made->folder), "/tmp/bulkhead-XXXXXX");
    if (mkdtemp(made->folder) == NULL)
        return false;
    snprintf(made->path, sizeof(made->path), "%s/image", made->folder);
    return true;
}

static int run_made(struct run_options *options, const struct system *system)
{
    struct made_image made;
    struct image_header header;
    struct bytes image = {0};
    struct fault fault;
    bool written;
    int status;

    if (!system_make_image(system, &image, &header))
        return COMMAND_BAD_SYSTEM;
    if (!make_folder(&made)) {
        status = usage_fail("%s: cannot make a folder: %s", made.folder, strerror(errno));
        bytes_release(&image);
        return status;
    }
    choose_uarts(options, &system->board, true);
    written = file_write(made.path, &image, &fault);
    bytes_release(&image);
    status = written ? start(options, system->board.name, made.path) : usage_fail("%s", fault.text);
    unlink(made.path);
    rmdir(made.folder);
    return status;
}

static int run_manifest(struct run_options *options)
{
    struct system system;
    int status;

    if (!system_open(&system, &options->system))
        return COMMAND_BAD_SYSTEM;
    status = run_made(options, &system);
    system_close(&system);
    return status;
}

int command_run(int count, char **arguments)
{
    struct run_options options = {0};
    int status = parse(&options, count, arguments);

    if (status != COMMAND_DONE)
        return status;
    if (options.help) {
        fputs(USAGE, stdout);
        return COMMAND_DONE;
    }
    if (boot_file_is_image(options.system.manifest))
        return run_image(&options);
    return run_manifest(&options);
}
