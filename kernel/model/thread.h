/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A thread: five capability slots, saved registers, and where it waits.
 *
 * 2 KiB. The slots come first so that deletion treats a thread like a CNode of five; the registers
 * follow, and assembly knows their offsets (arch/context.h).
 */
#pragma once

#include "abi/sel4/objects.h"
#include "arch/context.h"
#include "kernel/model/cap.h"
#include "kernel/model/objects.h"
#include "kernel/model/sched_context.h"

struct vcpu;

enum thread_slot {
    THREAD_SLOT_CSPACE,
    THREAD_SLOT_VSPACE,
    THREAD_SLOT_BUFFER,
    THREAD_SLOT_FAULT_HANDLER,
    THREAD_SLOT_TIMEOUT_HANDLER,
    THREAD_SLOT_COUNT,
};

enum thread_state {
    THREAD_INACTIVE,
    THREAD_RUNNING,
    THREAD_WAITING_FOR_VIRQ, /* a guest's WFI: runnable to the API, asleep to the scheduler */
    THREAD_BLOCKED_RECEIVE,
    THREAD_BLOCKED_SEND,
    THREAD_BLOCKED_REPLY,
    THREAD_BLOCKED_NOTIFICATION,
    THREAD_IDLE,
};

/* Why a capability lookup failed; numbered and detailed as abi/sel4/errors.h has it. */
struct lookup_failure {
    uint64_t type;
    uint64_t bits_left;
    uint64_t found; /* bits found, or guard found */
    uint64_t guard_size;
};

enum fault_type {
    FAULT_NONE = 0,
    FAULT_CAP = 1,
    FAULT_UNKNOWN_SYSCALL = 2,
    FAULT_USER_EXCEPTION = 3,
    FAULT_TIMEOUT = 5,
    FAULT_VM = 6,
    FAULT_VGIC_MAINTENANCE = 7,
    FAULT_VCPU = 8,
    FAULT_VPPI = 9,
};

/* A pending fault; which fields count depends on the type (ipc/fault.c writes the messages). */
struct fault {
    enum fault_type type;
    bool receive_phase; /* cap */
    bool prefetch;      /* VM */
    uint16_t answer;    /* VM, vCPU: what an answer may set (ipc/rich.h) */
    uint64_t address;   /* cap: the pointer; VM: the address */
    uint64_t code;      /* syscall number, exception number, ESR, list register, interrupt, badge */
    struct lookup_failure lookup;
};

struct thread {
    struct slot slots[THREAD_SLOT_COUNT];
    struct registers registers;

    enum thread_state state;
    uint8_t priority;
    uint8_t max_priority; /* MCP: the most it may give */
    uint8_t domain;
    uint16_t flags; /* seL4_TCBFlag_*, TCB_FLAG_* */
    bool queued;    /* in a ready queue */
    bool delayed;   /* in a release queue: until its next refill, or its virtual timer */

    /* What a blocked sender carries. */
    bool send_is_call;
    bool send_can_grant;
    bool send_can_grant_reply;
    uint64_t send_badge;
    uint64_t send_swept; /* the CancelBadgedSends that last sent it away (ipc/endpoint.c) */
    uint64_t blocked_on; /* the endpoint or notification's address, by state */

    /* Place in a ready, release, endpoint or notification queue: a thread is in one at most. */
    struct thread *next, *previous;
    uint64_t wake_time; /* in a release queue */

    struct sched_context *sched_context;
    struct sched_context *yielding_to;
    struct notification *bound_notification;
    struct reply *reply; /* waits for its answer (blocked on reply) or receives with it */
    struct vcpu *vcpu;
    uint64_t vttbr; /* of its address space, as of that generation (mem/asid.h) */
    uint64_t vttbr_generation;
    uint64_t buffer_address; /* IPC buffer in user space, 0 none */
    uint32_t core;

    struct fault fault;

    /* Valid while no core owns it: `fpu_core` is 0, or that core's number and 1. */
    uint32_t fpu_core;
    uint32_t fpu_eager; /* how often its registers are still loaded before they are asked for */
    struct fpu_state fpu;

    char name[64]; /* debug builds */
};

_Static_assert(sizeof(struct thread) <= 1UL << seL4_TCBBits, "a thread fits its object");
