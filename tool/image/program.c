/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Reads an arm64 ELF program and lays it out as it lies in memory.
 * Stands on <elf.h>; believes no number in the file.
 */
#include <elf.h>
#include <inttypes.h>
#include <string.h>

#include "tool/image/program.h"

/* More than any program here; keeps a hostile file from asking for the host's whole memory. */
#define MEMORY_MAX (1ull << 30)

static bool check_header(const Elf64_Ehdr *header, const struct file *file, struct fault *fault)
{
    if (memcmp(header->e_ident, ELFMAG, SELFMAG) != 0)
        return fault_set(fault, "%s: no ELF file", file->name);
    if (header->e_ident[EI_CLASS] != ELFCLASS64 || header->e_ident[EI_DATA] != ELFDATA2LSB ||
        header->e_machine != EM_AARCH64)
        return fault_set(fault, "%s: not a little-endian arm64 program", file->name);
    if (header->e_type != ET_EXEC)
        return fault_set(fault, "%s: not a program linked to fixed addresses", file->name);
    if (header->e_phentsize != sizeof(Elf64_Phdr) || header->e_phnum == 0 ||
        header->e_phoff > file->size ||
        (file->size - header->e_phoff) / sizeof(Elf64_Phdr) < header->e_phnum)
        return fault_set(fault, "%s: cut short or damaged: program headers are not in the file",
                         file->name);
    return true;
}

static bool check_segment(const Elf64_Phdr *header, unsigned index, const struct file *file,
                          struct fault *fault)
{
    if (header->p_filesz > header->p_memsz)
        return fault_set(fault, "%s: damaged: segment %u is larger in the file than in memory",
                         file->name, index);
    if (header->p_offset > file->size || header->p_filesz > file->size - header->p_offset)
        return fault_set(fault, "%s: cut short or damaged: segment %u is not in the file",
                         file->name, index);
    if (header->p_memsz > MEMORY_MAX || header->p_vaddr > UINT64_MAX - MEMORY_MAX ||
        header->p_paddr > UINT64_MAX - MEMORY_MAX)
        return fault_set(fault, "%s: segment %u takes impossible addresses", file->name, index);
    return true;
}

/* Keeps segments ascending. */
static bool add_segment(struct program *program, const Elf64_Phdr *header, struct fault *fault)
{
    unsigned i = program->segment_count;
    struct segment *segments = program->segments;

    if (i == PROGRAM_SEGMENT_MAX)
        return fault_set(fault, "%s: has more than %u segments", program->file->name,
                         PROGRAM_SEGMENT_MAX);
    for (; i > 0 && segments[i - 1].vaddr > header->p_vaddr; i--)
        segments[i] = segments[i - 1];
    segments[i] = (struct segment){
        .vaddr = header->p_vaddr,
        .paddr = header->p_paddr,
        .file_offset = header->p_offset,
        .file_size = header->p_filesz,
        .memory_size = header->p_memsz,
        .flags = header->p_flags,
    };
    program->segment_count++;
    return true;
}

static bool check_whole(const struct program *program, struct fault *fault)
{
    const char *name = program->file->name;

    if (program->segment_count == 0)
        return fault_set(fault, "%s: has nothing to load", name);
    for (unsigned i = 1; i < program->segment_count; i++) {
        const struct segment *below = &program->segments[i - 1];

        if (program->segments[i].vaddr - below->vaddr < below->memory_size)
            return fault_set(fault, "%s: two segments overlap at 0x%" PRIx64, name,
                             program->segments[i].vaddr);
    }
    if (program_end(program) - program_start(program) > MEMORY_MAX)
        return fault_set(fault, "%s: its segments are more than 1 GiB apart", name);
    if (program->entry < program_start(program) || program->entry >= program_end(program))
        return fault_set(fault, "%s: its entry point 0x%" PRIx64 " is in no segment", name,
                         program->entry);
    return true;
}

bool program_read(struct program *program, const struct file *file, struct fault *fault)
{
    Elf64_Ehdr header;

    *program = (struct program){.file = file};
    if (file->size < sizeof(header))
        return fault_set(fault, "%s: no ELF file", file->name);
    memcpy(&header, file->data, sizeof(header));
    if (!check_header(&header, file, fault))
        return false;
    program->entry = header.e_entry;
    program->table = file->data + header.e_phoff;
    program->table_count = header.e_phnum;
    for (unsigned i = 0; i < header.e_phnum; i++) {
        Elf64_Phdr segment;

        memcpy(&segment, program->table + i * sizeof(segment), sizeof(segment));
        if (segment.p_type == PT_INTERP)
            return fault_set(fault, "%s: wants a dynamic linker: link it statically", file->name);
        if (segment.p_type != PT_LOAD || segment.p_memsz == 0)
            continue;
        if (!check_segment(&segment, i, file, fault) || !add_segment(program, &segment, fault))
            return false;
    }
    return check_whole(program, fault);
}

uint64_t program_start(const struct program *program)
{
    return program->segments[0].vaddr;
}

uint64_t program_end(const struct program *program)
{
    const struct segment *last = &program->segments[program->segment_count - 1];

    return last->vaddr + last->memory_size;
}

void program_lay_out(const struct program *program, uint64_t start, struct bytes *out)
{
    size_t base = out->size;

    for (unsigned i = 0; i < program->segment_count; i++) {
        const struct segment *segment = &program->segments[i];

        if (segment->file_size == 0)
            continue;
        bytes_add(out, NULL, segment->vaddr - start - (out->size - base));
        bytes_add(out, program->file->data + segment->file_offset, segment->file_size);
    }
}
