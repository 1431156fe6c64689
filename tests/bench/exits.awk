# SPDX-License-Identifier: BSD-2-Clause
# Counts, in QEMU's log of exceptions, how often the guest left for EL2 and why, by the marks that
# tests/bench/mark.c sets: from its first instruction to the prompt, and while it is left alone. Of the
# latter also the interrupts that it took, and how often anybody else called the kernel. Prints
# "NAME NUMBER". Stands on exceptions.awk.
#
# EL0 is the guest's or the VMM's. The VMM is left by its own system calls (SVC to EL2, which a
# guest's never is) and by interrupts, and goes on where it stopped; the guest does so too.

BEGIN {
    mark["0x56000b0b"] = "prompt"
    mark["0x56000b0c"] = "idle_begins"
    mark["0x56000b0d"] = "idle_ends"
    period = "guest_boot"
}

/^Exception return from AArch64 EL2 to / {
    if (/ EL1 PC /)
        started = guest = 1
    else
        guest = started && guest_el == "EL0" && $NF == guest_pc && $NF != native_pc
    next
}

/^\.\.\.with ELR / {
    if (to == "EL1") {
        if (kind ~ /\[(Virtual )?IRQ\]/)
            interrupts[period]++
        else if (syndrome[2] in mark)
            period = mark[syndrome[2]]
        if (period == "idle_ends")
            exit
    }
    if (to != "EL2")
        next
    if (!guest || from == "EL0" && is_system_call()) {
        if (is_system_call())
            calls[period]++
        native_pc = $3
        next
    }
    count[period, why()]++
    total[period]++
    guest_pc = $3
    guest_el = from
}

function print_period(period, title,    at, part) {
    print title, total[period] + 0
    for (at in count) {
        split(at, part, SUBSEP)
        if (part[1] == period)
            print title "_" part[2], count[at]
    }
}

END {
    if (period != "idle_ends") {
        print "bench: no marks in the log of exceptions: the guest got no prompt" > "/dev/stderr"
        exit 1
    }
    print_period("guest_boot", "guest_boot_exits")
    print_period("idle_begins", "idle_exits")
    print "idle_interrupts", interrupts["idle_begins"] + 0
    print "idle_calls", calls["idle_begins"] + 0
}
