# What the guests that measure channels do in place of a shell (tests/bench/channels.yaml.in). The
# marks divide the emulator's log of exceptions: between the first two are SHORT rounds, then LONG, each
# with the start and the end of the program.
export PATH=/sbin:/usr/sbin:/bin:/usr/bin
if [ "$role" = serve ]; then
    for i in 1 2 3; do vchan bench -s talk; done
else
    vchan bench talk
    mark split
    vchan bench talk 100
    mark split
    vchan bench talk 1100
    mark split
fi
poweroff -f
