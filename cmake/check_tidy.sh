#!/usr/bin/env bash
# check_tidy.sh BUILD_FOLDER: fails if clang-tidy complains about a source of the product. A source
# is checked again only if it, a header or the configuration has changed since it was clean.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
build=$1
clean=$build/tidy
mkdir -p "$clean"

mapfile -t sources < <(git ls-files '*.cpp' | grep -vE '^tests/')
if [ ${#sources[@]} -eq 0 ]; then
    echo "no sources found" >&2
    exit 1
fi
common=$({
    clang-tidy --version
    cat .clang-tidy CMakeLists.txt cmake/AslogCompiler.cmake
    git ls-files -z '*.h' | xargs -0 cat
} | sha256sum)

tidy_one() {
    local source=$1 stamp output
    # A source that no target compiles has no flags to be checked with.
    grep -q "/$source\"" "$build/compile_commands.json" || return 0
    stamp=$clean/$({ echo "$common" "$source" && cat "$source"; } | sha256sum | cut -c 1-64)
    [ -e "$stamp" ] && return 0
    if output=$(clang-tidy --quiet -p "$build" --extra-arg=-Wno-error \
        --extra-arg=-Wno-unknown-warning-option "$source" 2>/dev/null); then
        touch "$stamp"
    else
        echo "$output"
        return 1
    fi
}
export -f tidy_one
export build clean common

# shellcheck disable=SC2016 # the inner shell expands it
printf '%s\0' "${sources[@]}" | xargs -0 -n 1 -P "$(nproc)" bash -c 'tidy_one "$1"' tidy
