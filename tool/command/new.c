/* SPDX-License-Identifier: BSD-2-Clause */
/* bulkhead new: a folder with a manifest to start from. */
#include <dirent.h>
#include <errno.h>
#include <getopt.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "tool/command/tree.h"
#include "tool/command/usage.h"
#include "tool/image/bytes.h"

#define USAGE                                                                         \
    "usage: bulkhead new DIR\n"                                                       \
    "Makes DIR, which must be empty if it is there, with a commented bulkhead.yaml\n" \
    "that runs as it is and a README.md that tells what to do with it.\n"

static const char MANIFEST[] =
    "# A system: which board, which virtual machines. 'bulkhead check' tells what is wrong with "
    "it.\n"
    "board: zcu102            # 'bulkhead boards' lists them\n"
    "\n"
    "vms:\n"
    "  - name: linux1\n"
    "    kernel: debian       # Debian's arm64 kernel, or a path to an arm64 Image\n"
    "    initrd: demo         # a busybox shell, or a path\n"
    "    memory: 512M\n"
    "    # cores: [3]         # the core of the board that it runs on\n"
    "    # bootargs: console=ttyAMA0 quiet   # in place of the kernel's console=ttyAMA0\n"
    "    # restart: never     # stays off after a panic or a reboot; on-failure if not told\n"
    "\n"
    "  - name: linux2\n"
    "    memory: 256M         # kernel and initrd: debian and demo, if not told\n"
    "    # budget: 5ms        # at most half of its core, with:\n"
    "    # period: 10ms\n"
    "\n"
    "# Programs that run beside the VMs, without an operating system under them:\n"
    "# components:\n"
    "#   - name: app\n"
    "#     elf: app.elf\n"
    "\n"
    "# A stream of bytes each way between two. In the guests: 'vchan list', 'vchan cat talk'.\n"
    "# channels:\n"
    "#   - name: talk\n"
    "#     between: [linux1, linux2]\n"
    "\n"
    "# Memory that both of two can reach. Without it and channels they share nothing:\n"
    "# shared:\n"
    "#   - name: mailbox\n"
    "#     size: 64K\n"
    "#     between: {linux1: rw, linux2: r}\n";

static const char README[] =
    "# A system of your own\n"
    "\n"
    "`bulkhead.yaml` says what is on the board. Change it, and:\n"
    "\n"
    "    bulkhead check bulkhead.yaml      # what is wrong with it\n"
    "    bulkhead run bulkhead.yaml        # boot it on an emulated board; Ctrl-A x leaves\n"
    "    bulkhead audit bulkhead.yaml      # who can reach what\n"
    "    bulkhead graph bulkhead.yaml -o system.svg\n"
    "    bulkhead explain bulkhead.yaml    # every value you did not write, and its reason\n"
    "    bulkhead build bulkhead.yaml      # the boot image, and how a board boots it\n"
    "\n"
    "In the running system Ctrl-] and a digit show another VM, Ctrl-] ? tells all keys. A VM's\n"
    "`poweroff` ends that VM, and the last one's switches the board off.\n"
    "\n"
    "Every key of the manifest is explained in Bulkhead's `docs/manifest.md`.\n";

/* True also when it is not there at all. */
static bool is_empty(const char *folder)
{
    DIR *stream = opendir(folder);
    const struct dirent *entry;
    bool empty = true;

    if (stream == NULL)
        return errno == ENOENT;
    while (empty && (entry = readdir(stream)) != NULL)
        empty = strcmp(entry->d_name, ".") == 0 || strcmp(entry->d_name, "..") == 0;
    closedir(stream);
    return empty;
}

static bool write_text(const char *folder, const char *name, const char *text, struct fault *fault)
{
    char path[PATH_MAX];
    struct bytes bytes = {0};
    int length = snprintf(path, sizeof(path), "%s/%s", folder, name);
    bool fine;

    if (length < 0 || (size_t)length >= sizeof(path))
        return fault_set(fault, "%s: its name is too long", folder);
    bytes_add(&bytes, text, strlen(text));
    fine = file_write(path, &bytes, fault);
    bytes_release(&bytes);
    return fine;
}

static int make(const char *folder)
{
    struct fault fault;

    if (!is_empty(folder))
        return usage_fail("%s: is no empty folder: choose a name that is free", folder);
    if (mkdir(folder, 0777) != 0 && errno != EEXIST)
        return usage_fail("%s: cannot make it: %s", folder, strerror(errno));
    if (!write_text(folder, "bulkhead.yaml", MANIFEST, &fault) ||
        !write_text(folder, "README.md", README, &fault))
        return usage_fail("%s", fault.text);
    printf("%s/bulkhead.yaml: two Linux VMs to start from. Next: bulkhead run %s/bulkhead.yaml\n",
           folder, folder);
    return usage_flush();
}

int command_new(int count, char **arguments)
{
    static const struct option known[] = {{"help", no_argument, NULL, 'h'}, {NULL, 0, NULL, 0}};
    int option;

    while ((option = getopt_long(count, arguments, "h", known, NULL)) != -1) {
        if (option != 'h')
            return usage_show(USAGE);
        fputs(USAGE, stdout);
        return COMMAND_DONE;
    }
    if (optind + 1 != count)
        return usage_refuse("new", USAGE,
                            optind < count ? "one folder at a time" : "which folder?");
    return make(arguments[optind]);
}
