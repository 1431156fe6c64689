# What the guests beside the native monitor do in place of a shell (tests/bench/deadline.yaml.in): one
# floods its channel for a while and resets itself; the other is busy, and tells how the monitor did when
# the first has begun anew.
export PATH=/sbin:/usr/sbin:/bin:/usr/bin
state() { echo $(($(devmem "$1" 64))); }
while :; do :; done &
if [ "$role" = flood ]; then
    yes flood | vchan cat telemetry2 > /dev/null &
    usleep 300000
    reboot -f
fi
{ echo hot; usleep 1000000; } | vchan cat telemetry1
echo "deadline: worst=$(state 0x30000010) late=$(state 0x30000018) turns=$(state 0x30000008) lines=$(state 0x30000020)"
echo "deadline-told:"
