/* SPDX-License-Identifier: BSD-2-Clause */
/* Opens a system: reads its manifest and its board's tree, and makes the plan. */
#include "tool/command/system.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "tool/image/program.h"
#include "tool/manifest/nearest.h"

#define BLOCK        0x200000u
#define PAGE         0x1000u
/* What a kernel makes for init before it enters it: a CNode of 2 MiB, page tables, the board's tree
 * and what it boots from. */
#define BOOT_OBJECTS (3u << 20)

static void find_files(struct system_files *files, const struct system_options *options)
{
    const char *mode = options->debug ? "debug" : "release";

    files->loader = tree_path("build/%s/loader/loader.bin", mode);
    files->kernel = tree_path("build/%s/kernel/kernel.elf", mode);
    files->init = tree_path("build/%s/components/init/init.elf", mode);
    files->console = tree_path("build/%s/components/console/console.elf", mode);
    files->vmm = tree_path("build/%s/vmm/vmm.elf", mode);
    files->debian = tree_path("build/guest/Image");
    files->demo = tree_path("build/guest/initrd.cpio.gz");
    if (options->kernel != NULL)
        snprintf(files->kernel.text, sizeof(files->kernel.text), "%s", options->kernel);
}

static bool complain_board(struct complaints *complaints, const struct text *board)
{
    struct nearest nearest = {.text = board->value};
    struct dirent **entries = NULL;
    int count = scandir(tree_path("boards").text, &entries, NULL, alphasort);
    char names[512] = "";

    for (int i = 0; i < count; i++) {
        char *dot = strrchr(entries[i]->d_name, '.');

        if (dot == NULL || strcmp(dot, ".conf") != 0)
            continue;
        *dot = '\0';
        nearest_offer(&nearest, entries[i]->d_name);
        snprintf(names + strlen(names), sizeof(names) - strlen(names), "%s%s",
                 names[0] == '\0' ? "" : ", ", entries[i]->d_name);
    }
    if (nearest.word != NULL)
        complain_at(complaints, board->place, "there is no board '%s': did you mean '%s'?",
                    board->value, nearest.word);
    else
        complain_at(complaints, board->place, "there is no board '%s': choose one of %s",
                    board->value, names);
    for (int i = 0; i < count; i++)
        free(entries[i]);
    free(entries);
    return false;
}

static bool open_board(struct board *board, const struct text *name, struct complaints *complaints)
{
    struct tree_path path = tree_path("build/boards/%s.dtb", name->value);
    struct fault fault;

    if (access(tree_path("boards/%s.conf", name->value).text, R_OK) != 0)
        return complain_board(complaints, name);
    if (!board_open(board, name->value, path.text, &fault))
        return complain_at(
            complaints, name->place,
            "the board's device tree cannot be used (%s): run make in Bulkhead's folder",
            fault.text);
    return true;
}

/* What kernel and init take of RAM for as long as the system runs. */
static bool measure(const char *path, uint64_t alignment, uint64_t *bytes,
                    struct complaints *complaints)
{
    struct program program;
    struct fault fault;
    struct file file;
    bool fine = file_read(&file, path, &fault) && program_read(&program, &file, &fault);

    if (fine)
        *bytes += (program_end(&program) - program_start(&program) + alignment - 1) / alignment *
                  alignment;
    else
        complain_at(complaints, (struct place){0, 0},
                    "a part of the system cannot be used (%s): build it, or name another",
                    fault.text);
    file_release(&file);
    return fine;
}

static bool make_plan(struct system *system, struct complaints *complaints)
{
    struct plan_inputs inputs = {
        .vmm = system->files.vmm.text,
        .console = system->files.console.text,
        .kernel = system->files.debian.text,
        .initrd = system->files.demo.text,
        .boot_bytes = BOOT_OBJECTS,
    };

    return measure(system->files.kernel.text, BLOCK, &inputs.boot_bytes, complaints) &&
           measure(system->files.init.text, PAGE, &inputs.boot_bytes, complaints) &&
           plan_make(system->manifest, &system->board, &inputs, &system->plan, complaints);
}

static bool open_all(struct system *system, const struct system_options *options,
                     struct complaints *complaints)
{
    system->manifest = manifest_read(options->manifest, complaints);
    if (system->manifest == NULL)
        return false;
    if (options->board != NULL)
        system->manifest->board = (struct text){.value = options->board};
    if (!open_board(&system->board, &system->manifest->board, complaints)) {
        manifest_release(system->manifest);
        return false;
    }
    if (make_plan(system, complaints))
        return true;
    system_close(system);
    return false;
}

bool system_open(struct system *system, const struct system_options *options)
{
    struct complaints complaints = {.file = options->manifest};
    bool fine;

    *system = (struct system){0};
    find_files(&system->files, options);
    fine = open_all(system, options, &complaints);
    complaints_print(&complaints, stderr);
    complaints_release(&complaints);
    return fine;
}

void system_close(struct system *system)
{
    plan_release(&system->plan);
    board_close(&system->board);
    manifest_release(system->manifest);
}

static bool read_inputs(const struct system *system, struct image_inputs *inputs,
                        struct fault *fault)
{
    return file_read(&inputs->loader, system->files.loader.text, fault) &&
           file_read(&inputs->kernel, system->files.kernel.text, fault) &&
           file_read(&inputs->init, system->files.init.text, fault);
}

bool system_make_image(const struct system *system, struct bytes *out, struct image_header *header)
{
    struct image_inputs inputs = {
        .tree = system->board.tree,
        .cores = system->plan.core_count,
        .plan = &system->plan.plan,
        .files = &system->plan.files,
    };
    struct fault fault;
    bool fine = read_inputs(system, &inputs, &fault) && image_make(&inputs, out, header, &fault);

    if (!fine)
        fprintf(stderr, "bulkhead: %s\n", fault.text);
    file_release(&inputs.loader);
    file_release(&inputs.kernel);
    file_release(&inputs.init);
    return fine;
}
