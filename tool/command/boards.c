/* SPDX-License-Identifier: BSD-2-Clause */
/* bulkhead boards: what boards there are, and what they have. */
#include <getopt.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "tool/command/board_list.h"
#include "tool/command/system.h"
#include "tool/command/usage.h"
#include "tool/show/size.h"

#define USAGE                                                                              \
    "usage: bulkhead boards [--names]\n"                                                   \
    "  --names  their names alone, a line each\n"                                          \
    "What a manifest can say behind 'board:', from boards/NAME.conf and the board's own\n" \
    "device tree. To add one, see boards/README.md.\n"

static void print_uart(const struct board *board, const struct board_device *uart)
{
    printf("    UART     0x%" PRIx64 " %s%s%s%s%s\n", uart->registers[0].base,
           uart->alias[0] != '\0' ? uart->alias : uart->path, board->log == uart ? ", log" : "",
           board->vms == uart ? ", VMs" : "", uart->alias[0] != '\0' ? ", " : "",
           uart->alias[0] != '\0' ? uart->path : "");
}

static void print_facts(const struct board *board)
{
    char size[SIZE_TEXT_MAX];

    for (unsigned i = 0; i < board->ram_count; i++)
        printf("    RAM      %s at 0x%" PRIx64 "\n", size_text(board->ram[i].size, size),
               board->ram[i].base);
    printf("    cores    %u\n", board->core_count);
    printf("    GIC      version %u%s\n", board->gic_version,
           board->gicv[0] == 0 ? ", without the virtual CPU interface that guests need" : "");
    for (unsigned i = 0; i < board->uart_count; i++)
        print_uart(board, &board->uarts[i]);
}

static int print_board(const char *name)
{
    struct tree_path tree = tree_path("build/boards/%s.dtb", name);
    char *description = board_list_describe(name);
    struct board board;
    struct fault fault;
    int status = COMMAND_DONE;

    printf("%s\n    %s\n", name, description);
    free(description);
    if (board_open(&board, name, tree.text, &fault)) {
        print_facts(&board);
        board_close(&board);
    } else {
        fflush(stdout);
        status = usage_fail("%s", fault.text);
    }
    return status;
}

int command_boards(int count, char **arguments)
{
    static const struct option known[] = {
        {"names", no_argument, NULL, 'n'}, {"help", no_argument, NULL, 'h'}, {NULL, 0, NULL, 0}};
    struct board_list list;
    int option, status = COMMAND_DONE;
    bool names = false;

    while ((option = getopt_long(count, arguments, "h", known, NULL)) != -1) {
        if (option == 'h') {
            fputs(USAGE, stdout);
            return COMMAND_DONE;
        }
        if (option != 'n')
            return usage_show(USAGE);
        names = true;
    }
    if (optind != count)
        return usage_refuse("boards", USAGE, "no argument is wanted, not '%s'", arguments[optind]);
    board_list_read(&list);
    for (size_t i = 0; i < list.count; i++) {
        if (names)
            puts(list.names[i]);
        else if (print_board(list.names[i]) != COMMAND_DONE)
            status = COMMAND_BAD_SYSTEM;
    }
    board_list_release(&list);
    return status != COMMAND_DONE ? status : usage_flush();
}
