/* SPDX-License-Identifier: BSD-2-Clause */
/* bulkhead build: the boot image of a system, and how to boot it. */
#include <getopt.h>
#include <stdio.h>
#include <string.h>

#include "tool/command/command.h"
#include "tool/command/system.h"

#define USAGE                                                                              \
    "usage: bulkhead build MANIFEST [-o FILE] [--board BOARD] [--kernel FILE] [--debug]\n" \
    "  -o FILE        the image; without it, the manifest's name with .img, in\n"          \
    "                 this folder\n"                                                       \
    "  --board BOARD  in place of the manifest's\n"                                        \
    "  --kernel FILE  ELF file of another kernel with the seL4 ABI\n"                      \
    "  --debug        with the debug build of Bulkhead's own programs\n"

struct build_options {
    struct system_options system;
    const char *output;
    bool help;
};

static bool parse(struct build_options *options, int count, char **arguments)
{
    static const struct option known[] = {
        {"board", required_argument, NULL, 'b'},
        {"kernel", required_argument, NULL, 'k'},
        {"debug", no_argument, NULL, 'd'},
        {"help", no_argument, NULL, 'h'},
        {NULL, 0, NULL, 0},
    };
    int option;

    while ((option = getopt_long(count, arguments, "o:h", known, NULL)) != -1) {
        if (option == 'o')
            options->output = optarg;
        else if (option == 'b')
            options->system.board = optarg;
        else if (option == 'k')
            options->system.kernel = optarg;
        else if (option == 'd')
            options->system.debug = true;
        else if (option == 'h')
            options->help = true;
        else
            return false;
    }
    if (!options->help && optind + 1 != count) {
        fputs(optind < count ? "bulkhead build: one manifest at a time\n"
                             : "bulkhead build: which manifest?\n",
              stderr);
        return false;
    }
    options->system.manifest = arguments[optind];
    return true;
}

/* The manifest's name, or its folder's where it has the usual one. */
static void choose_output(const char *manifest, char *name, size_t size)
{
    const char *slash = strrchr(manifest, '/'), *file = slash == NULL ? manifest : slash + 1;
    const char *folder = slash;
    int length = (int)strcspn(file, ".");

    while (folder != NULL && folder > manifest && folder[-1] != '/')
        folder--;
    if (strncmp(file, "bulkhead.", 9) == 0 && folder != slash && *folder != '.') {
        file = folder;
        length = (int)(slash - folder);
    }
    snprintf(name, size, "%.*s.img", length, file);
}

static void print_sizes(const char *output, const struct image_header *header)
{
    static const char *const names[] = {
        [IMAGE_PART_LOADER] = "loader", [IMAGE_PART_DEVICE_TREE] = "device tree",
        [IMAGE_PART_KERNEL] = "kernel", [IMAGE_PART_INIT] = "init",
        [IMAGE_PART_PAYLOAD] = "plan",  [IMAGE_PART_PROGRAM_HEADERS] = NULL,
        [IMAGE_PART_FILES] = "files",
    };

    printf("%s: %.1f MiB for %u core%s\n", output, (double)header->length / 1048576, header->cores,
           header->cores == 1 ? "" : "s");
    for (unsigned i = 0; i < header->part_count; i++) {
        const char *name = names[header->parts[i].kind];

        if (name != NULL)
            printf("  %-14s%10.1f KiB\n", name, (double)header->parts[i].size / 1024);
    }
}

/* QEMU counts serial lines as the board does: those below the VMs' go nowhere. */
static void print_boot(const struct system *system, const char *output)
{
    const struct board *board = &system->board;
    const char *slash = strrchr(output, '/');

    printf("\nUnder QEMU:\n  %s %s -kernel %s", tree_path("boards/qemu").text, board->name, output);
    for (const struct board_device *uart = board->uarts; uart < board->vms; uart++)
        printf(" -serial null");
    printf(" -serial mon:stdio\n");
    printf("On hardware, at U-Boot's prompt, with the image in the TFTP server's folder:\n"
           "  dhcp\n  tftpboot $kernel_addr_r %s\n  booti $kernel_addr_r - $fdtcontroladdr\n",
           slash == NULL ? output : slash + 1);
}

static bool build(const struct system *system, const char *output)
{
    struct bytes image = {0};
    struct image_header header;
    struct fault fault;
    bool fine = system_make_image(system, &image, &header);

    if (fine && !file_write(output, &image, &fault)) {
        fprintf(stderr, "bulkhead: %s\n", fault.text);
        fine = false;
    }
    if (fine) {
        print_sizes(output, &header);
        print_boot(system, output);
    }
    bytes_release(&image);
    return fine;
}

int command_build(int count, char **arguments)
{
    struct build_options options = {0};
    struct system system;
    char name[PATH_MAX];
    bool fine;

    if (!parse(&options, count, arguments)) {
        fputs(USAGE, stderr);
        return COMMAND_BAD_USAGE;
    }
    if (options.help) {
        fputs(USAGE, stdout);
        return COMMAND_DONE;
    }
    if (!system_open(&system, &options.system))
        return COMMAND_BAD_SYSTEM;
    choose_output(options.system.manifest, name, sizeof(name));
    fine = build(&system, options.output != NULL ? options.output : name);
    system_close(&system);
    return fine ? COMMAND_DONE : COMMAND_BAD_SYSTEM;
}
