# SPDX-License-Identifier: BSD-2-Clause
# Completion of the command `bulkhead` in bash: source this file, from ~/.bashrc for instance.
# shellcheck shell=bash

# Words that begin as `current` does.
_bulkhead_words()
{
    mapfile -t COMPREPLY < <(compgen -W "$1" -- "$current")
}

# Files whose names match one of the endings, and folders.
_bulkhead_files()
{
    local pattern=$1 name
    compopt -o filenames 2> /dev/null
    COMPREPLY=()
    while IFS= read -r name; do
        [[ -d $name || $name =~ \.($pattern)$ ]] && COMPREPLY+=("$name")
    done < <(compgen -f -- "$current")
}

_bulkhead()
{
    local current=${COMP_WORDS[COMP_CWORD]} previous=${COMP_WORDS[COMP_CWORD - 1]}
    local program=${COMP_WORDS[0]} command=${COMP_WORDS[1]} word
    local commands="new boards check build run explain graph audit help"

    COMPREPLY=()
    if ((COMP_CWORD == 1)); then
        _bulkhead_words "$commands --help --version"
        return
    fi
    # What stands behind "--" is QEMU's.
    for word in "${COMP_WORDS[@]:2:COMP_CWORD-2}"; do
        [[ $word == -- ]] && return
    done
    case $command:$previous in
    build:--board | run:--board) _bulkhead_words "$("$program" boards --names 2> /dev/null)"; return ;;
    run:--until | run:--timeout | audit:--forbid) return ;;
    graph:-o) _bulkhead_files 'svg|dot'; return ;;
    build:-o) _bulkhead_files 'img'; return ;;
    build:--kernel | run:--kernel) _bulkhead_files 'elf'; return ;;
    run:--log) _bulkhead_files '.*'; return ;;
    esac
    if [[ $current == -* ]]; then
        case $command in
        build) _bulkhead_words "-o --board --kernel --debug --help" ;;
        run) _bulkhead_words "--until --timeout --log --gdb --debug --kernel --board --help --" ;;
        graph) _bulkhead_words "-o --help" ;;
        audit) _bulkhead_words "--json --forbid --strict --help" ;;
        boards) _bulkhead_words "--names --help" ;;
        new | check | explain) _bulkhead_words "--help" ;;
        esac
        return
    fi
    case $command in
    help) _bulkhead_words "$commands" ;;
    new) compopt -o filenames 2> /dev/null; mapfile -t COMPREPLY < <(compgen -d -- "$current") ;;
    check | build) _bulkhead_files 'yaml|yml' ;;
    run | explain | graph | audit) _bulkhead_files 'yaml|yml|img' ;;
    esac
}

complete -F _bulkhead bulkhead
