/* SPDX-License-Identifier: BSD-2-Clause */
/* The virtual machine of tests/kernel/vcpu/guest.h. */
#include "tests/kernel/vcpu/guest.h"
#include "hw/gicv3.h"
#include "libs/fdt/devtree.h"

#define PAGE       4096UL
#define PRIORITY   50
#define SPSR_GUEST 0x3c5 /* EL1h, all masked */
#define REG_GICV   3     /* of GICD, GICC, GICH, GICV */

static void map_memory(struct guest *guest)
{
    for (seL4_Word i = 0; i < GUEST_BYTES / PAGE; i++) {
        seL4_Word address = GUEST_RAM + i * PAGE;
        seL4_CPtr copy = new_copy(guest->memory->first + i, seL4_AllRights);

        REQUIRE_OK(alloc_map_in(&test_alloc, guest->space, copy, address,
                                address == GUEST_READ_ONLY ? seL4_CanRead : seL4_ReadWrite,
                                seL4_ARM_Default_VMAttributes));
    }
}

/* A guest holds no capability but its own memory and a way to fault. */
static void bare_of_capabilities(struct guest *guest)
{
    seL4_CPtr node = new_object(seL4_CapTableObject, 1);
    seL4_CPtr handler = new_badged(guest->handler, seL4_AllRights, 0x99);

    REQUIRE_OK(seL4_TCB_SetSpace(guest->tcb, handler, node, 0, guest->space->root, 0));
    REQUIRE_OK(seL4_TCB_SetIPCBuffer(guest->tcb, 0, 0));
}

void guest_make(struct guest *guest)
{
    guest->handler = new_endpoint();
    guest->reply = new_reply();
    guest->memory = new_memory(GUEST_BYTES);
    guest->space = new_vspace();
    guest->thread = new_bare_thread(PRIORITY, 0);
    guest->tcb = guest->thread->tcb;
    guest->vcpu = new_object(seL4_ARM_VCPUObject, 0);
    memcpy((void *)guest->memory->vaddr, guest_code, (size_t)(guest_code_end - guest_code));
    *guest_words(guest, GUEST_RAM + (seL4_Word)(guest_interface - guest_code)) = guest_has_gicv()
                                                                                     ? GUEST_GICV
                                                                                     : 0;
    REQUIRE_OK(seL4_ARM_VSpace_Unify_Instruction(seL4_CapInitThreadVSpace, guest->memory->vaddr,
                                                 guest->memory->vaddr + PAGE));
    map_memory(guest);
    bare_of_capabilities(guest);
    REQUIRE_OK(seL4_ARM_VCPU_SetTCB(guest->vcpu, guest->tcb));
}

void guest_start(struct guest *guest, const char *routine, seL4_Word x0, seL4_Word x1)
{
    seL4_UserContext registers = {.pc = GUEST_RAM + (seL4_Word)(routine - guest_code),
                                  .spsr = SPSR_GUEST,
                                  .x0 = x0,
                                  .x1 = x1};

    REQUIRE_OK(seL4_TCB_WriteRegisters(guest->tcb, true, 0, seL4_UserContext_Length, &registers));
}

/* Where GICV is; 0 if the board has a GICv3. */
static uint64_t gicv_paddr(void)
{
    static const char *const names[] = {GICV2_COMPATIBLE_400, GICV2_COMPATIBLE_A15};
    struct devtree_range range;
    size_t size;
    const void *fdt = rt_bootinfo_fdt(rt_bootinfo(), &size);
    int node = -1;

    for (unsigned i = 0; i < 2; i++) {
        node = -1;
        if (devtree_next_compatible(fdt, names[i], &node) == DEVTREE_OK) {
            REQUIRE_OK(devtree_reg(fdt, node, REG_GICV, &range));
            return range.base;
        }
    }
    node = -1;
    REQUIRE_OK(devtree_next_compatible(fdt, GICV3_COMPATIBLE, &node));
    return 0;
}

bool guest_has_gicv(void)
{
    return gicv_paddr() != 0;
}

/* There is one frame of it, and all guests of a case map copies. */
static seL4_CPtr gicv_copy(void)
{
    static seL4_CPtr frame;
    static unsigned made_in;

    if (made_in != test_number)
        frame = new_object_at(seL4_ARM_SmallPageObject, 0, gicv_paddr());
    made_in = test_number;
    return new_copy(frame, seL4_AllRights);
}

void guest_map_gicv(struct guest *guest)
{
    if (!guest_has_gicv())
        return;
    seL4_CPtr frame = gicv_copy();

    REQUIRE_OK(alloc_map_in(&test_alloc, guest->space, frame, GUEST_GICV, seL4_ReadWrite,
                            seL4_ARM_ExecuteNever));
}

void guest_start_with_gic(struct guest *guest, bool tells_before_end)
{
    guest_make(guest);
    guest_map_gicv(guest);
    guest_start(guest, guest_interrupts, tells_before_end, 0);
    struct message ready = guest_call(guest, GUEST_READY);
    guest_return(guest, &ready);
    EXPECT(guest_is_silent(guest));
}

struct message guest_fault(struct guest *guest, seL4_Word label, seL4_Word length)
{
    struct message message = fault_take(guest->handler, guest->reply, label, length);

    if (message.came)
        EXPECT_EQ(message.badge, 0x99);
    return message;
}

struct message guest_call(struct guest *guest, seL4_Word number)
{
    struct message message = guest_fault(guest, seL4_Fault_UnknownSyscall,
                                         seL4_UnknownSyscall_Length);

    EXPECT_EQ(message.words[seL4_UnknownSyscall_Syscall], number);
    return message;
}

bool guest_is_silent(struct guest *guest)
{
    return !message_take(guest->handler, guest->reply).came;
}

void guest_return(struct guest *guest, const struct message *call)
{
    for (int i = 0; i < seL4_UnknownSyscall_Syscall; i++)
        seL4_SetMR(i, call->words[i]);
    seL4_SetMR(seL4_UnknownSyscall_FaultIP, call->words[seL4_UnknownSyscall_FaultIP] + 4);
    seL4_Send(guest->reply, seL4_MessageInfo_new(0, 0, 0, seL4_UnknownSyscall_FaultIP + 1));
}

void guest_retry(struct guest *guest)
{
    seL4_Send(guest->reply, seL4_MessageInfo_new(0, 0, 0, 0));
}

seL4_Word guest_register(struct guest *guest, seL4_Word field)
{
    seL4_ARM_VCPU_ReadRegs_t answer = seL4_ARM_VCPU_ReadRegs(guest->vcpu, field);

    EXPECT_OK(answer.error);
    return answer.value;
}
