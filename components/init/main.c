/* SPDX-License-Identifier: BSD-2-Clause */
/* Init: makes the running system that the plan describes, and nothing else. Read aloud from main()
 * on. Stands on everything else in this folder. */
#include "abi/image.h"
#include "components/init/authority.h"
#include "components/init/log.h"
#include "components/init/memory.h"
#include "components/init/replay.h"
#include "components/init/rescue.h"
#include "components/init/serve.h"
#include "components/init/words.h"
#include "libs/rt/rt.h"

static struct init init;

/* A boot that cannot go on: its sentence was said. */
static _Noreturn void stop(const seL4_BootInfo *bootinfo)
{
    (void)rescue_log(bootinfo);
    rt_poweroff();
}

static bool find_plan(const seL4_BootInfo *bootinfo)
{
    const struct image_payload_head *head = (const void *)__payload_start;
    size_t image = (size_t)(bootinfo->userImageFrames.end - bootinfo->userImageFrames.start) *
                   seL4_BootInfoFrameSize;
    size_t own = (size_t)(__payload_start - __image_start);
    struct plan_verdict verdict;

    if (image < own + sizeof(*head) || head->magic != IMAGE_PAYLOAD_MAGIC)
        return words_refuse("this image has no plan: build it by 'bulkhead build'");
    if (head->plan_size > image - own - sizeof(*head))
        return words_refuse("the plan is refused: cut short: build the image anew");
    verdict = plan_check(head + 1, head->plan_size);
    if (verdict.fault != PLAN_GOOD)
        return words_refuse("the plan is refused: %s (%s[%u]): build the image anew",
                            plan_fault_text(verdict.fault), plan_table_name(verdict.table),
                            verdict.record);
    init.plan = (const struct plan_header *)(head + 1);
    init.files_start = head->files_start;
    return true;
}

static bool check_machine(const seL4_BootInfo *bootinfo)
{
    const struct plan_header *plan = init.plan;
    seL4_Word slots = bootinfo->empty.end - bootinfo->empty.start;

    init.slots = bootinfo->empty.start;
    init.sched_control = bootinfo->schedcontrol.start;
    if (plan->core_count > bootinfo->schedcontrol.end - bootinfo->schedcontrol.start)
        return words_refuse("the plan for board '%s' uses %u cores, the kernel runs on %lu: use "
                            "fewer",
                            plan_string(plan, plan->board), plan->core_count,
                            bootinfo->schedcontrol.end - bootinfo->schedcontrol.start);
    if (plan->slot_count + INIT_SLOT_COUNT > slots)
        return words_refuse("the plan needs %u capabilities, the kernel has room for %lu: use "
                            "fewer VMs or less memory",
                            plan->slot_count + INIT_SLOT_COUNT, slots);
    return true;
}

static bool make_components(void)
{
    bool fine = true;

    for (uint32_t i = 1; i < plan_count(init.plan, PLAN_COMPONENTS) && fine; i++)
        fine = replay_make(&init, i);
    return fine;
}

static void start_components(void)
{
    for (uint32_t i = 1; i < plan_count(init.plan, PLAN_COMPONENTS); i++)
        replay_start(&init, i);
}

int main(void)
{
    const seL4_BootInfo *bootinfo = rt_bootinfo();

    if (!find_plan(bootinfo) || !check_machine(bootinfo) || !memory_make_roots(&init, bootinfo) ||
        !replay_make(&init, INIT_SYSTEM) || !log_open(&init))
        stop(bootinfo);
    words_say("plan for board '%s': %u components", plan_string(init.plan, init.plan->board),
              plan_count(init.plan, PLAN_COMPONENTS) - 1);
    if (!make_components() || !log_hand_over(&init))
        stop(bootinfo);
    authority_give_up(&init, bootinfo);
    start_components();
    if (!authority_settle(&init))
        rt_poweroff();
    serve(&init);
}
