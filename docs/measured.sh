# shellcheck shell=bash
# Sourced by the scripts of this folder that take hours, so that one that was interrupted goes on.

# measured RUN TECHNOLOGY MHZ FILE...: the run folder has a synthesis in this technology, at this
# clock, by this very aslog, and these files beside it. Never of sources that were changed.
measured() {
    local run=$1 technology=$2 mhz=$3 version file
    shift 3
    version=$(build/release/aslog --version | sed -n '1s/^aslog //p')
    case $version in *-dirty) return 1 ;; esac
    grep -qs "\"aslog\": \"$version\"" "$run/synth/$technology/area.json" || return 1
    grep -Eqs "\"clock_mhz\": $mhz(\.0)?,?$" "$run/synth/$technology/area.json" || return 1
    for file in "$@"; do
        [ "$run/$file" -nt "$run/synth/$technology/area.json" ] || return 1
    done
}
