# SPDX-License-Identifier: BSD-2-Clause
# What exits.awk and channels.awk have in common, both of which read QEMU's log of exceptions (-d int): give
# it to awk before them. `kind`, `from` and `to` are the exception's; why() names its cause as the
# figures do, by the class in its syndrome (Arm ARM D17.2.37), and "irq" for an interrupt.

BEGIN {
    class["0x1"] = "wfx"
    class["0x7"] = "fp"
    class["0x16"] = "hvc"
    class["0x17"] = "smc"
    class["0x18"] = "sysreg"
    class["0x20"] = "fetch"
    class["0x24"] = "mmio"
}

/^Taking exception / { kind = $0; next }
/^\.\.\.from EL/ { from = $2; to = $4; next }
/^\.\.\.with ESR / { split($3, syndrome, "/") } # class and all of it

function is_system_call() { return kind ~ /\[SVC\]/ }

function why()
{
    if (kind ~ /\[(IRQ|FIQ)\]/)
        return "irq"
    return syndrome[1] in class ? class[syndrome[1]] : "other"
}
