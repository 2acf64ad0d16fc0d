#!/usr/bin/env bash
# Fails if a C++ source under version control is not as clang-format writes it.
# With --fix: formats the sources instead.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

mode=(--dry-run --Werror)
[ "${1:-}" = --fix ] && mode=(-i)
mapfile -t sources < <(git ls-files '*.cpp' '*.h')
if [ ${#sources[@]} -eq 0 ]; then
    echo "no sources found" >&2
    exit 1
fi
clang-format "${mode[@]}" "${sources[@]}"
