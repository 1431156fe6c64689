/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * mkimage: packs a loader, a kernel, init and a payload into one boot image.
 * Stands on tool/image; status 1 for a bad input, 2 for a bad command line.
 */
#include <errno.h>
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tool/image/image.h"

#define USAGE                                                                                   \
    "usage: mkimage -o OUT --loader LOADER --kernel KERNEL --init INIT\n"                       \
    "               [--dtb DTB] [--cores N] [--payload NAME=FILE]...\n"                         \
    "  OUT     the boot image to write\n"                                                       \
    "  LOADER  loader.bin\n"                                                                    \
    "  KERNEL  ELF file of the kernel; goes where its physical addresses say, or anywhere if\n" \
    "          they are the virtual ones\n"                                                     \
    "  INIT    ELF file of the first native program\n"                                          \
    "  DTB     device tree of the board; without it, the boot loader must bring one\n"          \
    "  N       cores to start, 1 if not told\n"                                                 \
    "  FILE    goes along with init, which finds it as NAME\n"

struct command {
    const char *output;
    const char *loader;
    const char *kernel;
    const char *init;
    const char *tree;
    unsigned cores;
    struct payload_file payload[PAYLOAD_ENTRY_MAX];
    unsigned payload_count;
};

static _Noreturn void bad_usage(const char *what, const char *argument)
{
    fprintf(stderr, "mkimage: %s%s\n%s", what, argument, USAGE);
    exit(2);
}

static unsigned parse_cores(const char *text)
{
    char *end;
    unsigned long cores;

    errno = 0;
    cores = strtoul(text, &end, 10);
    if (errno != 0 || *text < '0' || *text > '9' || *end != '\0' || cores == 0 ||
        cores > IMAGE_CORE_MAX)
        bad_usage("--cores takes a number from 1 to 8, not ", text);
    return cores;
}

static void parse_payload(struct command *command, char *argument)
{
    char *equals = strchr(argument, '=');

    if (equals == NULL || equals == argument || equals[1] == '\0')
        bad_usage("--payload takes NAME=FILE, not ", argument);
    if (command->payload_count == PAYLOAD_ENTRY_MAX)
        bad_usage("too many payload files: ", argument);
    *equals = '\0';
    command->payload[command->payload_count].name = argument;
    command->payload[command->payload_count].file.name = equals + 1;
    command->payload_count++;
}

_Static_assert(IMAGE_CORE_MAX == 8, "the message about --cores says 8");

static void parse_command(struct command *command, int count, char **arguments)
{
    static const struct option options[] = {
        {"output", required_argument, NULL, 'o'},
        {"loader", required_argument, NULL, 'l'},
        {"kernel", required_argument, NULL, 'k'},
        {"init", required_argument, NULL, 'i'},
        {"dtb", required_argument, NULL, 'd'},
        {"cores", required_argument, NULL, 'c'},
        {"payload", required_argument, NULL, 'p'},
        {"help", no_argument, NULL, 'h'},
        {NULL, 0, NULL, 0},
    };
    int option;

    while ((option = getopt_long(count, arguments, "o:h", options, NULL)) != -1) {
        switch (option) {
        case 'o':
            command->output = optarg;
            break;
        case 'l':
            command->loader = optarg;
            break;
        case 'k':
            command->kernel = optarg;
            break;
        case 'i':
            command->init = optarg;
            break;
        case 'd':
            command->tree = optarg;
            break;
        case 'c':
            command->cores = parse_cores(optarg);
            break;
        case 'p':
            parse_payload(command, optarg);
            break;
        case 'h':
            fputs(USAGE, stdout);
            exit(0);
        default:
            fputs(USAGE, stderr);
            exit(2);
        }
    }
    if (optind < count)
        bad_usage("cannot make sense of ", arguments[optind]);
    if (command->output == NULL || command->loader == NULL || command->kernel == NULL ||
        command->init == NULL)
        bad_usage("-o, --loader, --kernel and --init must be given", "");
}

static bool read_inputs(struct command *command, struct image_inputs *inputs, struct fault *fault)
{
    inputs->cores = command->cores;
    inputs->payload = command->payload;
    inputs->payload_count = command->payload_count;
    if (!file_read(&inputs->loader, command->loader, fault) ||
        !file_read(&inputs->kernel, command->kernel, fault) ||
        !file_read(&inputs->init, command->init, fault))
        return false;
    if (command->tree != NULL && !file_read(&inputs->tree, command->tree, fault))
        return false;
    for (unsigned i = 0; i < command->payload_count; i++) {
        struct file *file = &command->payload[i].file;

        if (!file_read(file, file->name, fault))
            return false;
    }
    return true;
}

static void print_summary(const struct command *command, const struct image_header *header)
{
    static const char *const names[] = {
        [IMAGE_PART_LOADER] = "loader",   [IMAGE_PART_DEVICE_TREE] = "device tree",
        [IMAGE_PART_KERNEL] = "kernel",   [IMAGE_PART_INIT] = "init",
        [IMAGE_PART_PAYLOAD] = "payload", [IMAGE_PART_PROGRAM_HEADERS] = "program headers",
    };

    printf("%s: %.1f MiB for %u core%s\n", command->output, header->length / 1048576.0,
           header->cores, header->cores == 1 ? "" : "s");
    for (unsigned i = 0; i < header->part_count; i++)
        printf("  %-16s%8.1f KiB\n", names[header->parts[i].kind], header->parts[i].size / 1024.0);
    for (unsigned i = 0; i < command->payload_count; i++)
        printf("    %-14s%8.1f KiB\n", command->payload[i].name,
               command->payload[i].file.size / 1024.0);
}

static void release_inputs(struct command *command, struct image_inputs *inputs)
{
    file_release(&inputs->loader);
    file_release(&inputs->kernel);
    file_release(&inputs->init);
    file_release(&inputs->tree);
    for (unsigned i = 0; i < command->payload_count; i++)
        file_release(&command->payload[i].file);
}

int main(int count, char **arguments)
{
    static struct command command = {.cores = 1};
    struct image_inputs inputs = {0};
    struct image_header header;
    struct bytes out = {0};
    struct fault fault;
    bool ok;

    parse_command(&command, count, arguments);
    ok = read_inputs(&command, &inputs, &fault) && image_make(&inputs, &out, &header, &fault) &&
         file_write(command.output, &out, &fault);
    if (ok)
        print_summary(&command, &header);
    else
        fprintf(stderr, "mkimage: %s\n", fault.text);
    release_inputs(&command, &inputs);
    bytes_release(&out);
    return ok ? 0 : 1;
}
