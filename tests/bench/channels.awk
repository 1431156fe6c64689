# SPDX-License-Identifier: BSD-2-Clause
# Counts, in QEMU's log of exceptions, how often the guests left for EL2 and why, between the marks of
# tests/bench/channels.profile: first SHORT rounds, then LONG. Prints "exits_short NUMBER",
# "exits_long NUMBER" and what of these is whose. Stands on exceptions.awk.
#
# A system call from EL0 to EL2 is a native program's. An interrupt at EL0 may be, too: it counts as
# a guest's, so that the number is rather too high.

/^\.\.\.with ESR / {
    if (to == "EL1" && is_system_call() && syndrome[2] == "0x56000b0e" && ++marks == 3)
        exit
    if (to != "EL2" || marks == 0 || (from == "EL0" && is_system_call()))
        next
    reason = why()
    total[marks]++
    count[marks, reason == "irq" ? "irq_" from : reason]++
}

END {
    if (marks != 3) {
        print "bench: no marks in the log of exceptions: no rounds were counted" > "/dev/stderr"
        exit 1
    }
    for (i = 1; i <= 2; i++) {
        title = i == 1 ? "exits_short" : "exits_long"
        print title, total[i] + 0
        for (at in count) {
            split(at, part, SUBSEP)
            if (part[1] == i)
                print title "_" part[2], count[at]
        }
    }
}
