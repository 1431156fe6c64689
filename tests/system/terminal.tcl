# SPDX-License-Identifier: BSD-2-Clause
# What expect scripts share that use a system as a person would, at the terminal of `bulkhead run`:
# source this, then terminal_run. Ends the emulator it started by its process id. Reports each case as
# cmocka does.
set prompt "bulkhead:~# "
set timeout 120
set failed 0
log_user 0
set transcript [exec mktemp]
set emulator 0
set at_end {} ;# what else a script wants done when it ends

proc report {name good} {
    global failed
    if {$good} {
        puts "\[       OK \] $name"
    } else {
        puts "\[  FAILED  \] $name"
        set failed 1
    }
}

# Ends it all: nothing can be asked of a guest that is gone or does not answer.
proc finish {} {
    global failed transcript emulator at_end
    if {$emulator} {catch {exec kill -KILL $emulator}}
    log_file
    if {$failed} {
        puts "----- the end of the transcript:"
        puts [exec tail -c 3000 $transcript | tr -d "\r"]
    }
    exec rm -f $transcript
    eval $at_end
    exit $failed
}

proc give_up {why} {
    report $why 0
    finish
}

proc read_file {path} {
    if {[catch {open $path} file]} {return ""}
    set text [read $file]
    close $file
    return [string trim $text]
}

# QEMU is the child of bulkhead, which we started.
proc find_emulator {run} {
    for {set i 0} {$i < 100} {incr i} {
        foreach pid [read_file /proc/$run/task/$run/children] {
            if {[string match qemu-system* [read_file /proc/$pid/comm]]} {return $pid}
        }
        after 100
    }
    give_up "QEMU starts"
}

# The rest of the arguments is `bulkhead run`'s.
proc terminal_run {args} {
    global spawn_id transcript emulator
    spawn -noecho build/host/bulkhead run {*}$args
    log_file -noappend -a $transcript
    set emulator [find_emulator [exp_pid]]
}

# Types a line, and waits for an answer and then for the prompt. What the shell echoes must not
# match: let the shell compute a part of it.
proc ask {name line answer {seconds 30}} {
    global spawn_id prompt expect_out
    send -- "$line\r"
    set good 0
    expect {
        -timeout $seconds
        -re $answer {set good 1}
        timeout {}
        eof {give_up "$name: the emulator ended"}
    }
    report $name $good
    if {!$good} finish
    set match $expect_out(0,string)
    expect {
        $prompt {}
        timeout {give_up "$name: prompt afterwards"}
        eof {give_up "$name: the emulator ended"}
    }
    return $match
}

# Waits for a text without which nothing else can be asked.
proc wait_for {name text} {
    global spawn_id expect_out
    expect {
        -re $text {report $name 1}
        timeout {give_up $name}
        eof {give_up "$name: the emulator ended"}
    }
    return $expect_out(0,string)
}

proc wait_prompt {name} {
    global spawn_id prompt
    expect {
        -re "vmm: \[^\r\]*: powered off" {give_up "$name: the VM is off"}
        $prompt {report $name 1}
        timeout {give_up $name}
        eof {give_up "$name: the emulator ended"}
    }
}

# The console shows the VM of that number from now on, beginning with what it printed before; its shell
# answers.
proc show_vm {number} {
    global spawn_id prompt
    send "\035$number"
    after 500
    send "\r"
    expect {
        $prompt {}
        timeout {give_up "VM $number has a prompt"}
        eof {give_up "VM $number: the emulator ended"}
    }
    ask "VM $number is shown" "echo shown=\$((40+$number))=" "shown=4$number=\r"
}

# The board switches itself off, and so the run ends.
proc wait_end {name} {
    global spawn_id emulator
    expect {
        eof {}
        timeout {give_up $name}
    }
    lassign [wait] pid id os status
    report "$name with status 0" [expr {$os == 0 && $status == 0}]
    set emulator 0
}
