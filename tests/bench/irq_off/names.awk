# SPDX-License-Identifier: BSD-2-Clause
# Reads the headers that name labels, system calls, exception classes and capability types, and
# logs with lines "stretch INSTRUCTIONS WAY FIRST SECOND"; writes the longest of each kind as
# "INSTRUCTIONS|kind|kind_as_a_name|log".

# ARMASIDPoolAssign is arm_asid_pool_assign: a word ends before a capital letter that follows a
# small one or begins a word.
function lower(text,    i, c, before, out)
{
    sub(/^ARM/, "ARM_", text)
    sub(/CNode/, "Cnode", text)
    sub(/VSpace/, "Vspace", text)
    for (i = 1; i <= length(text); i++) {
        c = substr(text, i, 1)
        before = substr(text, i - 1, 1)
        if (i > 1 && c ~ /[A-Z]/ && (before ~ /[a-z]/ || (before ~ /[A-Z]/ && substr(text, i + 1, 1) ~ /[a-z]/)))
            out = out "_"
        out = out tolower(c)
    }
    gsub(/[^a-z0-9]+/, "_", out)
    return out
}

function hexadecimal(text,    i, value)
{
    text = tolower(text)
    for (i = 1; i <= length(text); i++)
        value = value * 16 + index("0123456789abcdef", substr(text, i, 1)) - 1
    return value
}

function invocation(number)
{
    return number == 0 || !(number in label) ? "InvalidInvocation" : label[number]
}

# Debug calls are unknown to a release kernel; what is no message has no use for a capability.
function system_call(number, on)
{
    if (!(number in call) || call[number] ~ /^(Debug|Benchmark)/) return "unknown system call"
    if (call[number] == "Yield" || type[on] !~ /^(endpoint|notification|reply)$/) return call[number]
    return call[number] " on " type[on]
}

function exception(number)
{
    return "exception " (number in class ? class[number] : number)
}

FILENAME ~ /invocations\.h$/ && /^ *[A-Z][A-Za-z_]+ = [0-9]+,/ { label[$3 + 0] = $1 }
FILENAME ~ /syscalls\.h$/ && $2 ~ /^seL4_Sys/ {
    gsub(/[()-]/, "", $3)
    call[$3 + 0] = substr($2, 9)
}
FILENAME ~ /cap\.h$/ && /^ *CAP_[A-Z_]+ = [0-9]+,/ { type[$3 + 0] = tolower(substr($1, 5)) }
FILENAME ~ /sysreg\.h$/ && $2 ~ /^ESR_EC_/ && match($3, /\(0x[0-9a-f]+\)/) {
    class[hexadecimal(substr($3, RSTART + 3, RLENGTH - 4))] = tolower(substr($2, 8))
}

{ sub(/\r$/, "") }
$1 == "stretch" && NF == 5 {
    if ($3 == "invocation") kind = invocation($5 + 0)
    else if ($3 == "syscall") kind = system_call($5 + 0, $4 + 0)
    else if ($3 == "exception") kind = exception($5 + 0)
    else kind = $3
    if ($2 > longest[kind]) {
        longest[kind] = $2
        log_of[kind] = FILENAME
        sub(/.*\//, "", log_of[kind])
        sub(/\.log$/, "", log_of[kind])
    }
}

END { for (kind in longest) printf "%d|%s|%s|%s\n", longest[kind], kind, lower(kind), log_of[kind] }
