/* SPDX-License-Identifier: BSD-2-Clause */
/* The kernel's reading of a device tree, against bytes that are none: it reads not a byte beyond,
 * and either believes the tree or refuses it in a sentence. */
#include "tests/fuzz/fuzz.h"
#include "tests/unit/kernel-boot/support.h"

static void read_tree(const void *tree, size_t size)
{
    static struct board board;
    bool refused;
    memset(&board, 0, sizeof(board));
    CATCH_PANIC(refused, (void)board_find_console(&board, tree, size));
    if (refused) {
        abort(); /* finding the console is silent */
    }
    CATCH_PANIC(refused, (void)board_read(&board, tree, size));
    if (refused && panic_message[0] == '\0') {
        abort();
    }
    if (!refused && board.ram.count == 0) {
        abort(); /* no kernel runs there */
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    void *tree = malloc(size); /* of exactly its size, and aligned */
    memcpy(tree, data, size);
    read_tree(tree, size);
    free(tree);
    return 0;
}
