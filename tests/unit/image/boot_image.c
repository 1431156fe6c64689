/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The boot image: the packer against the loader's reader, and both against hostile input.
 */
#include <elf.h>
#include <stdio.h>

#include "abi/crc32.h"
#include "abi/linux_image.h"
#include "loader/image.h"
#include "tests/unit/image/cmocka_includes.h"
#include "tool/image/image.h"
#include "tool/image/program.h"

#define KERNEL 0x8040000000ull

/* A program of two segments: 0x1234 bytes, then 0x100 and zeros. */
struct program_file {
    Elf64_Ehdr header;
    Elf64_Phdr segments[3];
    uint8_t bytes[0x1400];
};

static struct program_file kernel, init;
static uint8_t loader[1000];

static void make_program(struct program_file *program, uint64_t vaddr, uint64_t paddr)
{
    *program = (struct program_file){
        .header = {.e_ident = {0x7f, 'E', 'L', 'F', ELFCLASS64, ELFDATA2LSB, 1},
                   .e_type = ET_EXEC,
                   .e_machine = EM_AARCH64,
                   .e_entry = vaddr + 0x2040,
                   .e_phoff = offsetof(struct program_file, segments),
                   .e_phentsize = sizeof(Elf64_Phdr),
                   .e_phnum = 3},
        .segments = {{.p_type = PT_LOAD,
                      .p_offset = offsetof(struct program_file, bytes) + 0x1234,
                      .p_vaddr = vaddr + 0x2000,
                      .p_paddr = paddr + 0x2000,
                      .p_filesz = 0x100,
                      .p_memsz = 0x3000},
                     {.p_type = PT_NOTE, .p_offset = UINT64_MAX, .p_filesz = UINT64_MAX},
                     {.p_type = PT_LOAD,
                      .p_offset = offsetof(struct program_file, bytes),
                      .p_vaddr = vaddr,
                      .p_paddr = paddr,
                      .p_filesz = 0x1234,
                      .p_memsz = 0x1234}},
    };
    for (unsigned i = 0; i < sizeof(program->bytes); i++)
        program->bytes[i] = i * 7 + 1;
}

static void make_loader(void)
{
    struct linux_image_header header = {.image_size = 0x5000, .magic = LINUX_IMAGE_MAGIC};
    uint64_t magic = IMAGE_MAGIC;
    uint32_t version = IMAGE_VERSION;

    memset(loader, 0x55, sizeof(loader));
    memcpy(loader, &header, sizeof(header));
    memcpy(loader + 64, &magic, 8);
    memcpy(loader + 72, &version, 4);
}

static struct image_inputs make_inputs(void)
{
    static const struct payload_file payload = {"file", {"file", (uint8_t *)"text", 4}};

    make_loader();
    make_program(&kernel, KERNEL, 0x40000000);
    make_program(&init, 0x400000, 0x400000);
    return (struct image_inputs){
        .loader = {"loader", loader, sizeof(loader)},
        .kernel = {"kernel", (uint8_t *)&kernel, sizeof(kernel)},
        .init = {"init", (uint8_t *)&init, sizeof(init)},
        .cores = 4,
        .payload = &payload,
        .payload_count = 1,
    };
}

static uint32_t checksum(const void *data, uint64_t size)
{
    return crc32_feed(0, data, size);
}

/* A good image in memory as aligned as a loaded one. */
static uint8_t *make_image(struct image_header *header)
{
    struct image_inputs inputs = make_inputs();
    struct bytes out = {0};
    struct fault fault;
    uint8_t *image;

    assert_true(image_make(&inputs, &out, header, &fault));
    image = aligned_alloc(4096, (out.size + 4095) & ~4095ull);
    memcpy(image, out.data, out.size);
    bytes_release(&out);
    return image;
}

static void checksum_is_that_of_zlib(void **state)
{
    assert_int_equal(checksum("123456789", 9), 0xcbf43926);
    assert_int_equal(crc32_feed(checksum("1234", 4), "56789", 5), 0xcbf43926);
    assert_int_equal(checksum("", 0), 0);
}

static void loader_accepts_what_mkimage_makes(void **state)
{
    struct image_header header;
    uint8_t *image = make_image(&header);
    struct linux_image linux_image;

    assert_int_equal(image_check_header(image, checksum), IMAGE_OK);
    assert_memory_equal(image + 64, &header, sizeof(header));
    assert_true(image_has_end(image));
    assert_int_equal(header.part_count, 5);
    for (unsigned i = 0; i < header.part_count; i++)
        assert_true(image_part_is_whole(image, &header.parts[i], checksum));
    assert_int_equal(header.kernel_vaddr, KERNEL);
    assert_int_equal(header.kernel_paddr, 0x40000000);
    assert_int_equal(header.kernel_memory_size, 0x5000);
    assert_int_equal(header.kernel_entry, KERNEL + 0x2040);
    assert_int_equal(header.user_vaddr, 0x400000);
    assert_int_equal(header.cores, 4);
    assert_int_equal(linux_image_parse(image, header.length, &linux_image), LINUX_IMAGE_OK);
    assert_int_equal(linux_image.text_offset, 0x200000);
    free(image);
}

/* A header whose checksum is right, but that says what cannot be. */
static void expect_impossible(uint8_t *image, const struct image_header *header)
{
    struct image_header bad = *header;

    memcpy(image + 64, &bad, sizeof(bad));
    bad.checksum = image_header_checksum(image, checksum);
    memcpy(image + 64, &bad, sizeof(bad));
    assert_int_equal(image_check_header(image, checksum), IMAGE_HEADER_IMPOSSIBLE);
}

/* A good image with a plan and files, of which `*header` is the header. */
static uint8_t *make_planned_image(struct image_header *header)
{
    static uint8_t content[2 * IMAGE_FILES_ALIGNMENT] = "files";
    struct image_inputs inputs = make_inputs();
    struct bytes plan = {(uint8_t *)"the plan", 8, 8};
    struct bytes files = {content, sizeof(content), sizeof(content)};
    struct bytes out = {0};
    struct fault fault;
    uint8_t *image;

    inputs.plan = &plan;
    inputs.files = &files;
    assert_true(image_make(&inputs, &out, header, &fault));
    image = aligned_alloc(4096, (out.size + 4095) & ~4095ull);
    memcpy(image, out.data, out.size);
    bytes_release(&out);
    return image;
}

static void files_follow_the_plan(void **state)
{
    struct image_header header;
    uint8_t *image = make_planned_image(&header);
    const struct image_part *payload = image_find_part(&header, IMAGE_PART_PAYLOAD);
    const struct image_part *files = image_find_part(&header, IMAGE_PART_FILES);
    struct image_payload_head head;

    assert_int_equal(image_check_header(image, checksum), IMAGE_OK);
    assert_true(image_has_end(image));
    assert_int_equal(payload->size, IMAGE_PAGE);
    memcpy(&head, image + payload->offset, sizeof(head));
    assert_true(head.magic == IMAGE_PAYLOAD_MAGIC);
    assert_int_equal(head.files_start, 0);
    assert_int_equal(head.files_size, files->size);
    assert_int_equal(head.plan_size, 8);
    assert_memory_equal(image + payload->offset + sizeof(head), "the plan", 8);
    assert_int_equal(files->offset % IMAGE_FILES_ALIGNMENT, 0);
    assert_memory_equal(image + files->offset, "files", 6);
    free(image);
}

static void impossible_files_are_found(void **state)
{
    struct image_header good, bad;
    uint8_t *image = make_planned_image(&good);
    unsigned files = good.part_count - 1;

    bad = good;
    bad.parts[files].offset += IMAGE_PAGE;
    bad.parts[files].size -= IMAGE_FILES_ALIGNMENT;
    expect_impossible(image, &bad);
    bad = good;
    bad.parts[files].size -= IMAGE_PAGE;
    expect_impossible(image, &bad);
    bad = good;
    bad.parts[files].size += IMAGE_FILES_ALIGNMENT;
    expect_impossible(image, &bad);
    free(image);
}

static void files_in_part_of_a_block_are_refused(void **state)
{
    struct image_inputs inputs = make_inputs();
    struct bytes plan = {(uint8_t *)"the plan", 8, 8};
    struct bytes out = {0};
    struct image_header header;
    struct fault fault;

    inputs.plan = &plan;
    inputs.files = &plan;
    assert_false(image_make(&inputs, &out, &header, &fault));
    assert_string_equal(fault.text, "the plan's files have 8 bytes, not whole 2 MiB");
    bytes_release(&out);
}

static void lays_programs_out_as_memory(void **state)
{
    struct image_header header;
    uint8_t *image = make_image(&header);
    const struct image_part *part = image_find_part(&header, IMAGE_PART_KERNEL);
    const uint8_t *bytes = image + part->offset;

    assert_int_equal(part->size, 0x2100); /* no zeros at the end */
    assert_memory_equal(bytes, kernel.bytes, 0x1234);
    for (unsigned i = 0x1234; i < 0x2000; i++)
        assert_int_equal(bytes[i], 0);
    assert_memory_equal(bytes + 0x2000, kernel.bytes + 0x1234, 0x100);
    part = image_find_part(&header, IMAGE_PART_INIT);
    bytes = image + part->offset;
    assert_int_equal(part->size, 0x5000); /* zeros included */
    assert_memory_equal(bytes + 0x2000, init.bytes + 0x1234, 0x100);
    for (unsigned i = 0x2100; i < 0x5000; i++)
        assert_int_equal(bytes[i], 0);
    assert_int_equal(image_find_part(&header, IMAGE_PART_PAYLOAD)->offset, part->offset + 0x5000);
    free(image);
}

static void any_flipped_bit_is_found(void **state)
{
    struct image_header header;
    uint8_t *image = make_image(&header);

    for (uint64_t at = 0; at < 512; at++) {
        image[at] ^= 1 << at % 8;
        assert_int_equal(image_check_header(image, checksum), IMAGE_HEADER_DAMAGED);
        image[at] ^= 1 << at % 8;
    }
    for (unsigned i = 0; i < header.part_count; i++) {
        const struct image_part *part = &header.parts[i];

        for (uint64_t at = 0; at < part->size; at += 97) {
            image[part->offset + at] ^= 0x10;
            assert_false(image_part_is_whole(image, part, checksum));
            image[part->offset + at] ^= 0x10;
        }
    }
    free(image);
}

static void impossible_headers_are_found(void **state)
{
    struct image_header good, bad;
    uint8_t *image = make_image(&good);

#define EXPECT_IMPOSSIBLE(change)       \
    do {                                \
        bad = good;                     \
        bad.change;                     \
        expect_impossible(image, &bad); \
    } while (0)
    EXPECT_IMPOSSIBLE(magic++);
    EXPECT_IMPOSSIBLE(version++);
    EXPECT_IMPOSSIBLE(cores = 0);
    EXPECT_IMPOSSIBLE(cores = 9);
    EXPECT_IMPOSSIBLE(part_count = 9);
    EXPECT_IMPOSSIBLE(part_count = 4);
    EXPECT_IMPOSSIBLE(length = 0);
    EXPECT_IMPOSSIBLE(length = UINT64_MAX - 15);
    EXPECT_IMPOSSIBLE(length -= 16);
    EXPECT_IMPOSSIBLE(parts[0].kind = IMAGE_PART_DEVICE_TREE);
    EXPECT_IMPOSSIBLE(parts[1].kind = IMAGE_PART_LOADER);
    EXPECT_IMPOSSIBLE(parts[1].kind = 7);
    EXPECT_IMPOSSIBLE(parts[0].offset = 0);
    EXPECT_IMPOSSIBLE(parts[1].offset += 8);
    EXPECT_IMPOSSIBLE(parts[1].offset = 0);
    EXPECT_IMPOSSIBLE(parts[1].size = UINT64_MAX);
    EXPECT_IMPOSSIBLE(parts[1].size = bad.kernel_memory_size + 1);
    EXPECT_IMPOSSIBLE(parts[2].size -= 1);
    EXPECT_IMPOSSIBLE(parts[2].size -= 4096);
    EXPECT_IMPOSSIBLE(parts[4].offset += 4096);
    EXPECT_IMPOSSIBLE(kernel_vaddr += 4096);
    EXPECT_IMPOSSIBLE(kernel_vaddr = 0x40000000);
    EXPECT_IMPOSSIBLE(kernel_vaddr = UINT64_MAX);
    EXPECT_IMPOSSIBLE(kernel_paddr += 4096);
    EXPECT_IMPOSSIBLE(kernel_memory_size = 0x40000001);
    EXPECT_IMPOSSIBLE(kernel_memory_size = 0);
    EXPECT_IMPOSSIBLE(kernel_entry = bad.kernel_vaddr - 4);
    EXPECT_IMPOSSIBLE(kernel_entry = bad.kernel_vaddr + bad.kernel_memory_size);
    EXPECT_IMPOSSIBLE(user_vaddr += 8);
    EXPECT_IMPOSSIBLE(user_entry = 0);
    EXPECT_IMPOSSIBLE(user_entry = UINT64_MAX);
    free(image);
}

static void expect_refused(struct image_inputs *inputs, const char *sentence)
{
    struct image_header header;
    struct bytes out = {0};
    struct fault fault = {""};

    assert_false(image_make(inputs, &out, &header, &fault));
    if (strstr(fault.text, sentence) == NULL)
        fail_msg("'%s' does not say '%s'", fault.text, sentence);
    bytes_release(&out);
}

static void bad_programs_are_refused(void **state)
{
    struct image_inputs inputs = make_inputs();
    struct program_file good = kernel;
    char next_version[64];

#define EXPECT_REFUSED(change, sentence)   \
    do {                                   \
        kernel = good;                     \
        kernel.change;                     \
        expect_refused(&inputs, sentence); \
    } while (0)
    EXPECT_REFUSED(header.e_ident[1] = 'F', "kernel: no ELF file");
    EXPECT_REFUSED(header.e_ident[EI_CLASS] = ELFCLASS32, "not a little-endian arm64 program");
    EXPECT_REFUSED(header.e_ident[EI_DATA] = ELFDATA2MSB, "not a little-endian arm64 program");
    EXPECT_REFUSED(header.e_machine = EM_X86_64, "not a little-endian arm64 program");
    EXPECT_REFUSED(header.e_type = ET_DYN, "not a program linked to fixed addresses");
    EXPECT_REFUSED(header.e_phoff = UINT64_MAX, "program headers are not in the file");
    EXPECT_REFUSED(header.e_phoff = sizeof(kernel) - 100, "program headers are not in the file");
    EXPECT_REFUSED(header.e_phnum = UINT16_MAX, "program headers are not in the file");
    EXPECT_REFUSED(header.e_phnum = 0, "program headers are not in the file");
    EXPECT_REFUSED(header.e_phentsize = 1, "program headers are not in the file");
    EXPECT_REFUSED(segments[1].p_type = PT_INTERP, "wants a dynamic linker");
    EXPECT_REFUSED(segments[0].p_filesz = 0x3001, "larger in the file than in memory");
    EXPECT_REFUSED(segments[0].p_offset = UINT64_MAX, "segment 0 is not in the file");
    EXPECT_REFUSED(segments[0].p_offset = sizeof(kernel), "segment 0 is not in the file");
    EXPECT_REFUSED(segments[0].p_memsz = UINT64_MAX, "impossible addresses");
    EXPECT_REFUSED(segments[0].p_vaddr = UINT64_MAX, "impossible addresses");
    EXPECT_REFUSED(segments[0].p_vaddr = KERNEL + 0x1233, "two segments overlap");
    EXPECT_REFUSED(segments[0].p_vaddr = KERNEL + 0x40000000, "more than 1 GiB apart");
    EXPECT_REFUSED(header.e_entry = KERNEL + 0x5000, "entry point 0x8040005000 is in no segment");
    EXPECT_REFUSED(segments[0].p_paddr += 4096, "do not follow the virtual ones");
    EXPECT_REFUSED(segments[0].p_type = PT_NULL, "is in no segment");
    make_program(&kernel, KERNEL + 4096, 0x40000000);
    expect_refused(&inputs, "which a map of 2 MiB blocks cannot reach");
    make_program(&kernel, KERNEL + 4096, KERNEL + 4096);
    expect_refused(&inputs, "which a map of 2 MiB blocks cannot reach");
    make_program(&kernel, KERNEL + 0x3fffe000, 0x3fffe000);
    expect_refused(&inputs, "crosses a multiple of 1 GiB");
    make_program(&kernel, 0x40000000, 0x40000000);
    expect_refused(&inputs, "linked at 0x40000000, not between");
    inputs.kernel.size = 63;
    expect_refused(&inputs, "kernel: no ELF file");
    inputs = make_inputs();
    inputs.cores = 9;
    expect_refused(&inputs, "number of cores");
    inputs = make_inputs();
    snprintf(next_version, sizeof(next_version), "a loader for image version %d",
             IMAGE_VERSION + 1);
    loader[72]++;
    expect_refused(&inputs, next_version);
    inputs = make_inputs();
    inputs.tree = (struct file){"tree", (uint8_t *)"\xd0\x0d\xfe\xed\0\0\x10\0", 8};
    expect_refused(&inputs, "tree: no device tree blob");
}

static void kernel_without_physical_address_goes_anywhere(void **state)
{
    struct image_inputs inputs = make_inputs();
    struct image_header header;
    struct bytes out = {0};
    struct fault fault;

    make_program(&kernel, KERNEL, KERNEL);
    assert_true(image_make(&inputs, &out, &header, &fault));
    assert_true(header.kernel_paddr == IMAGE_ANYWHERE);
    assert_int_equal(image_check_header(out.data, checksum), IMAGE_OK);
    bytes_release(&out);
}

/* Whatever is in the file: an answer, and no access outside it. */
static void garbage_programs_do_no_harm(void **state)
{
    uint64_t random = 1;
    unsigned accepted = 0;

    for (unsigned round = 0; round < 30000; round++) {
        size_t size = sizeof(kernel) - (round % 7 == 0 ? round % sizeof(kernel) : 0);
        struct program_file *copy = malloc(sizeof(kernel));
        struct file file = {"garbage", (uint8_t *)copy, size};
        struct program program;
        struct fault fault;

        make_program(copy, KERNEL, 0x40000000);
        for (unsigned change = 0; change <= round % 3; change++) {
            random = random * 6364136223846793005u + 1442695040888963407u;
            ((uint8_t *)copy)[(random >> 33) % offsetof(struct program_file, bytes)] = random >> 24;
        }
        file.data = realloc(copy, size); /* as small as it claims to be */
        if (program_read(&program, &file, &fault)) {
            struct bytes out = {0};

            accepted++;
            if (program_end(&program) - program_start(&program) < 0x1000000)
                program_lay_out(&program, program_start(&program), &out);
            bytes_release(&out);
        }
        free(file.data);
    }
    assert_in_range(accepted, 1000, 29000);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(checksum_is_that_of_zlib),
        cmocka_unit_test(loader_accepts_what_mkimage_makes),
        cmocka_unit_test(files_follow_the_plan),
        cmocka_unit_test(impossible_files_are_found),
        cmocka_unit_test(files_in_part_of_a_block_are_refused),
        cmocka_unit_test(lays_programs_out_as_memory),
        cmocka_unit_test(any_flipped_bit_is_found),
        cmocka_unit_test(impossible_headers_are_found),
        cmocka_unit_test(bad_programs_are_refused),
        cmocka_unit_test(kernel_without_physical_address_goes_anywhere),
        cmocka_unit_test(garbage_programs_do_no_harm),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
