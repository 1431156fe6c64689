# SPDX-License-Identifier: BSD-2-Clause
# Counts, in QEMU's log of exceptions (-d int), how often the guest left for EL2 and why, from its
# first instruction to the mark that tests/bench/mark.c sets at the prompt. Prints "NAME NUMBER".
#
# EL0 is the guest's or the VMM's. The VMM is left by its own system calls (SVC to EL2, which a
# guest's never is) and by interrupts, and goes on where it stopped; the guest does so too.

BEGIN {
    name["0x1"] = "wfx"
    name["0x7"] = "fp"
    name["0x16"] = "hvc"
    name["0x17"] = "smc"
    name["0x18"] = "sysreg"
    name["0x20"] = "fetch"
    name["0x24"] = "mmio"
}

/^Exception return from AArch64 EL2 to / {
    if (/ EL1 PC /)
        started = guest = 1
    else
        guest = started && guest_el == "EL0" && $NF == guest_pc && $NF != native_pc
    next
}

/^Taking exception / { kind = $4; next }
/^\.\.\.from EL/ { from = $2; to = $4; next }
/^\.\.\.with ESR / { split($3, syndrome, "/"); next }

/^\.\.\.with ELR / {
    if (to == "EL1" && syndrome[2] == "0x56000b0b") {
        marked = 1
        exit
    }
    if (to != "EL2")
        next
    if (!guest || from == "EL0" && kind == "[SVC]") {
        native_pc = $3
        next
    }
    if (kind == "[IRQ]" || kind == "[FIQ]")
        reason = "irq"
    else
        reason = syndrome[1] in name ? name[syndrome[1]] : "other"
    count[reason]++
    total++
    guest_pc = $3
    guest_el = from
}

END {
    if (!marked) {
        print "bench: no mark in the log of exceptions: the guest got no prompt" > "/dev/stderr"
        exit 1
    }
    print "guest_boot_exits", total
    for (reason in count)
        print "guest_boot_exits_" reason, count[reason]
}
