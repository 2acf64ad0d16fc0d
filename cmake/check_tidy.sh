#!/usr/bin/env bash
# check_tidy.sh BUILD_FOLDER: fails if clang-tidy complains about a source of the product. Sources
# that are compiled together are checked together, since most of the time goes into headers of
# libraries; a batch is checked again only if it, a header or the configuration has changed since
# it was clean.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
build=$1
clean=$build/tidy
mkdir -p "$clean"

# What is compiled for the product, without what the build itself writes.
mapfile -t batches < <(sed -n 's/^ *"file": "\(.*\)",\{0,1\}$/\1/p' "$build/compile_commands.json" |
    grep -vE '/tests/|/build_info\.cpp$' | sort -u)
if [ ${#batches[@]} -eq 0 ]; then
    echo "no sources found in $build/compile_commands.json" >&2
    exit 1
fi
common=$({
    clang-tidy --version
    cat .clang-tidy CMakeLists.txt cmake/AslogCompiler.cmake cmake/check_tidy.sh
    git ls-files -z '*.h' | xargs -0 cat
} | sha256sum)

# The sources of a batch.
sources_of() {
    case "$1" in
        */Unity/*) sed -n 's/^#include "\(.*\)"$/\1/p' "$1" ;;
        *) echo "$1" ;;
    esac
}

tidy_one() {
    local batch=$1 stamp output
    stamp=$clean/$({ echo "$common" && sources_of "$batch" | xargs cat; } | sha256sum | cut -c 1-64)
    [ -e "$stamp" ] && return 0
    if output=$(clang-tidy --quiet --config-file=.clang-tidy -p "$build" --checks=-bugprone-suspicious-include \
        --extra-arg=-Wno-error --extra-arg=-Wno-unknown-warning-option "$batch" 2>/dev/null); then
        touch "$stamp"
    else
        echo "$output"
        return 1
    fi
}
export -f sources_of tidy_one
export build clean common

# shellcheck disable=SC2016 # the inner shell expands it
printf '%s\0' "${batches[@]}" | xargs -0 -n 1 -P "$(nproc)" bash -c 'tidy_one "$1"' tidy
