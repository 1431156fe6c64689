/* SPDX-License-Identifier: BSD-2-Clause */
/* Files to make plans of, and plans of manifests given as text. */
#include "tests/unit/plan/support.h"

#include <elf.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include "abi/linux_image.h"

#define PAGE      4096u
#define NAMES_MAX 64

static char folder[] = "/tmp/bulkhead-plan-XXXXXX";
static char names[NAMES_MAX][64];
static unsigned name_count;

static const char *path_of(const char *name)
{
    static char path[128];

    snprintf(path, sizeof(path), "%s/%s", folder, name);
    return path;
}

void files_write(const char *name, const void *data, size_t size)
{
    FILE *file = fopen(path_of(name), "w");

    assert_non_null(file);
    assert_int_equal(fwrite(data, 1, size, file), size);
    assert_int_equal(fclose(file), 0);
    for (unsigned i = 0; i < name_count; i++) {
        if (strcmp(names[i], name) == 0)
            return;
    }
    assert_true(name_count < NAMES_MAX);
    snprintf(names[name_count++], sizeof(names[0]), "%s", name);
}

/* Each segment's bytes tell the file and the segment, so that no two are the same. */
void files_write_program(const char *name, const struct test_segment *segments, unsigned count)
{
    size_t size = PAGE;
    uint8_t *data;

    for (unsigned i = 0; i < count; i++)
        size += (segments[i].file_size + 2 * PAGE - 1) / PAGE * PAGE;
    data = calloc(1, size);
    Elf64_Ehdr header = {
        .e_ident = {ELFMAG0, ELFMAG1, ELFMAG2, ELFMAG3, ELFCLASS64, ELFDATA2LSB, EV_CURRENT},
        .e_type = ET_EXEC,
        .e_machine = EM_AARCH64,
        .e_entry = segments[0].address,
        .e_phoff = sizeof(header),
        .e_phentsize = sizeof(Elf64_Phdr),
        .e_phnum = (uint16_t)count,
    };
    memcpy(data, &header, sizeof(header));
    size_t at = PAGE;
    for (unsigned i = 0; i < count; i++) {
        Elf64_Phdr program = {
            .p_type = PT_LOAD,
            .p_flags = segments[i].flags,
            .p_offset = at + segments[i].address % PAGE,
            .p_vaddr = segments[i].address,
            .p_paddr = segments[i].address,
            .p_filesz = segments[i].file_size,
            .p_memsz = segments[i].memory_size,
        };

        memcpy(data + sizeof(header) + i * sizeof(program), &program, sizeof(program));
        memset(data + program.p_offset, name[0] + (int)i, segments[i].file_size);
        at += (segments[i].file_size + 2 * PAGE - 1) / PAGE * PAGE;
    }
    files_write(name, data, size);
    free(data);
}

void files_write_kernel(const char *name, uint64_t image_size)
{
    struct linux_image_header header = {.image_size = image_size, .magic = LINUX_IMAGE_MAGIC};
    size_t size = image_size < 3 << 20 ? image_size : 3 << 20;
    uint8_t *data = calloc(1, size);

    memcpy(data, &header, sizeof(header));
    memset(data + sizeof(header), 0xd5, size - sizeof(header));
    files_write(name, data, size);
    free(data);
}

int files_make(void **state)
{
    static const struct test_segment program[] = {
        {0x400000, 0x4800, 0x4800, PF_R | PF_X},
        {0x405000, 0x1200, 0x1200, PF_R},
        {0x407000, 0x1010, 0x3000, PF_R | PF_W},
        {0x40b000, 0, 0x9000, PF_R | PF_W},
    };
    static uint8_t initrd[300000];

    if (mkdtemp(folder) == NULL)
        return 1;
    files_write_program("vmm", program, 4);
    files_write_program("console", program, 4);
    files_write_program("app", program, 4);
    files_write_kernel("Image", 16 << 20);
    memset(initrd, 0x1d, sizeof(initrd));
    files_write("initrd", initrd, sizeof(initrd));
    return 0;
}

int files_remove(void **state)
{
    for (unsigned i = 0; i < name_count; i++)
        unlink(path_of(names[i]));
    return rmdir(folder);
}

static char *make_text(const char *text)
{
    char path[128];

    snprintf(path, sizeof(path), "%s/m.yaml", folder);
    return strdup(path);
}

/* Without the folder's name, which is another each time. */
static void print_complaints(struct plan_test *test, struct complaints *complaints)
{
    size_t size, length = strlen(folder) + 1;
    FILE *stream = open_memstream(&test->complaints, &size);
    char *at;

    complaints_print(complaints, stream);
    fclose(stream);
    while ((at = strstr(test->complaints, folder)) != NULL)
        memmove(at, at + length, strlen(at + length) + 1);
}

void plan_open(struct plan_test *test, const char *text)
{
    char paths[4][128], *path = make_text(text);
    struct complaints complaints = {.file = "m.yaml"};
    struct fault fault;
    struct plan_inputs inputs = {paths[0], paths[1], paths[2], paths[3], 4 << 20};
    static const char *const files[] = {"vmm", "console", "Image", "initrd"};

    *test = (struct plan_test){0};
    for (unsigned i = 0; i < 4; i++)
        snprintf(paths[i], sizeof(paths[i]), "%s/%s", folder, files[i]);
    test->manifest = manifest_read_text(path, text, strlen(text), &complaints);
    if (!board_open(&test->board, "test", TREE_FILE, &fault))
        fail_msg("%s", fault.text);
    if (test->manifest != NULL)
        test->fine = plan_make(test->manifest, &test->board, &inputs, &test->plan, &complaints);
    print_complaints(test, &complaints);
    complaints_release(&complaints);
    free(path);
}

void plan_close(struct plan_test *test)
{
    plan_release(&test->plan);
    board_close(&test->board);
    manifest_release(test->manifest);
    free(test->complaints);
}

/* ---- manifests ---- */

const char two_vms[] = "board: test\n"
                       "vms:\n"
                       "  - name: linux1\n"
                       "    memory: 128M\n"
                       "  - name: linux2\n"
                       "    memory: 64M\n";

const char everything[] = "board: test\n"
                          "vms:\n"
                          "  - name: linux1\n"
                          "    memory: 128M\n"
                          "    cores: [1]\n"
                          "    budget: 30%\n"
                          "    events: 2ms\n"
                          "    bootargs: quiet\n"
                          "    report-exits: yes\n"
                          "    restart: on-failure:3\n"
                          "components:\n"
                          "  - name: sensor\n"
                          "    elf: app\n"
                          "    arguments: [--rate, \"10\"]\n"
                          "    devices: [timer0, /bus/video@2400000]\n"
                          "  - name: logger\n"
                          "    elf: app\n"
                          "shared:\n"
                          "  - name: frames\n"
                          "    size: 8K\n"
                          "    between: {linux1: r, sensor: rw}\n"
                          "  - name: bulk\n"
                          "    size: 4M\n"
                          "    between:\n"
                          "      - {name: sensor, rights: r, address: 0x30000000}\n"
                          "      - {name: logger, rights: rw}\n";
