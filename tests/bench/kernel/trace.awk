# SPDX-License-Identifier: BSD-2-Clause
# Reads program counters in order of execution; prints each way through the kernel that was taken
# at least four times, by function, as it was taken the last time but one. A way is known by where
# the kernel was entered and where it was left to.
#   -v names=FILE   "ADDRESS FUNCTION": overrides what the symbols say
#   -v symbols=FILE nm's output of program and kernel, in order of addresses
#   -v code=FILE    objdump's, for -v list=1
#   -v all=1        also ways that neither begin nor end in what is measured

function value(hex,    i, v) {
    v = 0
    for (i = 1; i <= length(hex); i++)
        v = v * 16 + index("0123456789abcdef", substr(hex, i, 1)) - 1
    return v
}

# The symbol that an address lies behind: the last one not above it.
function symbol(hex,    low, high, middle, v) {
    if (hex in name)
        return name[hex]
    v = value(hex); low = 1; high = symbols_count
    while (low < high) {
        middle = int((low + high + 1) / 2)
        if (start[middle] <= v) low = middle; else high = middle - 1
    }
    offset[hex] = v - start[low]
    return name[hex] = label[low]
}

function place(hex,    s) {
    s = symbol(hex)
    return s "+" offset[hex]
}

function in_kernel(hex) { return length(hex) == 10 && hex >= "8000000000" && hex < "9000000000" }

function leave(to,    way, i) {
    way = place(entered_at) " -> " place(to)
    if (!(way in times))
        ways[++way_count] = way
    times[way]++
    # The last but one is complete and warm.
    delete_old(way)
    size[way, "old"] = size[way, "new"]
    for (i = 1; i <= size[way, "new"]; i++) body[way, "old", i] = body[way, "new", i]
    size[way, "new"] = length_now
    for (i = 1; i <= length_now; i++) body[way, "new", i] = now[i]
}

function delete_old(way,    i) {
    for (i = 1; i <= size[way, "old"]; i++) delete body[way, "old", i]
}

function print_way(way,    i, n, f, hex, order, best) {
    n = size[way, "old"]
    split("", per); split("", order)
    for (i = 1; i <= n; i++) per[symbol(body[way, "old", i])]++
    printf "\n%s: %d instructions in the kernel (%d times)\n", way, n, times[way]
    while (length(per) > 0) {
        best = ""
        for (f in per)
            if (best == "" || per[f] > per[best] || (per[f] == per[best] && f < best)) best = f
        printf "  %5d  %s\n", per[best], best
        delete per[best]
    }
    if (!list)
        return
    f = ""
    for (i = 1; i <= n; i++) {
        hex = body[way, "old", i]
        if (symbol(hex) != f)
            printf "    %s:\n", f = symbol(hex)
        printf "      %s  %s\n", hex, text[hex]
    }
}

BEGIN {
    # The program's symbols first, for they lie lower; each file is in order of addresses.
    while ((getline line < symbols) > 0) {
        split(line, part, " ")
        if (part[3] ~ /^\$/)
            continue
        start[++symbols_count] = value(part[1])
        label[symbols_count] = part[3]
    }
    while ((getline line < names) > 0) {
        split(line, part, " ")
        name[part[1]] = part[2]
    }
    while ((getline line < code) > 0)
        if (match(line, /^ *[0-9a-f]+:\t/)) {
            split(line, part, ":")
            gsub(/ /, "", part[1])
            text[part[1]] = substr(line, RLENGTH + 1)
        }
}

# QEMU executes an access to a device again, alone, and logs it twice.
$1 == previous { next }
{ previous = $1 }

in_kernel($1) {
    if (!inside) { inside = 1; entered_at = last; length_now = 0 }
    now[++length_now] = $1
    next
}
{
    if (inside && last_user != "") leave($1)
    inside = 0
    last = last_user = $1
}
END {
    for (i = 1; i <= way_count; i++)
        if (times[ways[i]] >= 4 && (all || ways[i] ~ /_loop\+/)) print_way(ways[i])
}
