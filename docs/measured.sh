# shellcheck shell=bash
# Sourced by the scripts of this folder that take hours, so that one that was interrupted goes on.
# What was measured to the end has a stamp in the run folder, measured/NAME: the program, the design
# and the words that decide about it, and the hashes of the result files as they were written.

stamp_of() { # RUN WORDS FILE...: all that makes results the same
    local run=$1 words=$2
    shift 2
    sha256sum <build/release/aslog
    sed -n 's/.*"design_hash": "\(.*\)".*/\1/p' "$run/design.json"
    echo "$words"
    (cd "$run" && sha256sum "$@")
}

is_measured() { # RUN NAME WORDS FILE...
    local run=$1 name=$2 file
    for file in "${@:4}"; do
        [ -f "$run/$file" ] || return 1
    done
    [ "$(stamp_of "$run" "${@:3}")" = "$(cat "$run/measured/$name" 2>/dev/null)" ]
}

set_measured() { # RUN NAME WORDS FILE...
    mkdir -p "$1/measured"
    stamp_of "$1" "${@:3}" >"$1/measured/$2"
}
