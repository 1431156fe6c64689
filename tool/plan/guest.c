/* SPDX-License-Identifier: BSD-2-Clause */
/* Whether a guest's files fit into its RAM, as its VMM will judge: by the VMM's own code. */
#include <stdio.h>
#include <string.h>

#include "tool/image/bytes.h"
#include "tool/plan/guest.h"
#include "vmm/machine/guest_dt.h"
#include "vmm/machine/image.h"

_Static_assert(GUEST_TREE_BYTES_MAX == GUEST_DT_SIZE, "as the VMM has room for");

static struct image_file file_of(const struct file *file)
{
    return file == NULL ? (struct image_file){0} : (struct image_file){file->data, file->size};
}

static uint64_t wish_of(const struct number *address)
{
    return address->place.line == 0 ? IMAGE_ANYWHERE : address->value;
}

/* The VMM's words begin with what they are about: "kernel: a damaged gzip file: ...", or where that
 * is wished to be: "tree-address: 0x41000000, which ...". */
static void refuse(const char *text, struct guest_refusal *refusal)
{
    static const char *const subjects[] = {"'kernel'", "'initrd'", "the device tree"};
    static const char *const keys[] = {"'kernel'", "'initrd'", "'dtb'"};
    const char *rest = strstr(text, ": ");

    refusal->about = strncmp(text, "kernel", 6) == 0   ? GUEST_KERNEL
                     : strncmp(text, "initrd", 6) == 0 ? GUEST_INITRD
                                                       : GUEST_TREE;
    refusal->no_room = strstr(text, "does not fit") != NULL;
    refusal->wished = rest != NULL && rest - text > 8 && strncmp(rest - 8, "-address", 8) == 0;
    snprintf(refusal->text, sizeof(refusal->text), "%s %s %s",
             (refusal->wished ? keys : subjects)[refusal->about],
             refusal->no_room ? "with its" : "is", rest == NULL ? text : rest + 2);
}

bool guest_place(const struct manifest_vm *vm, const struct file *kernel, const struct file *initrd,
                 struct guest_places *places, struct guest_refusal *refusal)
{
    struct ram ram = {.base = IPA(vm->map.ram.value), .size = vm->memory.value};
    struct image_wish wish = {
        .kernel = wish_of(&vm->map.kernel),
        .tree = wish_of(&vm->map.tree),
        .initrd = wish_of(&vm->map.initrd),
    };
    struct image_file kernel_file = file_of(kernel), initrd_file = file_of(initrd);
    struct complaint complaint;
    struct image_plan plan;

    if (!image_plan(&ram, &kernel_file, &initrd_file, &wish, &plan, &complaint)) {
        refuse(complaint.text, refusal);
        return false;
    }
    *places = (struct guest_places){
        .kernel = plan.kernel.address.value,
        .kernel_size = plan.kernel.size,
        .tree = plan.tree.address.value,
        .initrd = plan.initrd.address.value,
        .initrd_size = plan.initrd.size,
        .packed = plan.packed,
    };
    return true;
}

bool guest_unpacks(const struct file *kernel, const struct guest_places *places,
                   struct guest_refusal *refusal)
{
    const struct image_plan plan = {.packed = places->packed,
                                    .kernel = {.size = places->kernel_size}};
    struct image_file file = file_of(kernel);
    struct complaint complaint;

    if (image_try(&file, &plan, &complaint))
        return true;
    refuse(complaint.text, refusal);
    return false;
}
