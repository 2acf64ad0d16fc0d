#!/usr/bin/env bash
# check_includes.sh: fails if a folder includes a header of one that comes behind it in the list of
# CMakeLists.txt. Dependencies point one way (docs/architecture.md, "Folders").
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
mapfile -t folders < <(tr '\n' ' ' <CMakeLists.txt |
    sed -n 's/.*foreach(folder \([^)]*\)).*/\1/p' | tr -s ' ' '\n')
if [ ${#folders[@]} -lt 2 ]; then
    echo "no list of folders found in CMakeLists.txt" >&2
    exit 1
fi
code=0
for ((i = 0; i < ${#folders[@]}; ++i)); do
    later=$(IFS='|' && echo "${folders[*]:i + 1}")
    [ -n "$later" ] || continue
    if git ls-files -z "${folders[i]}/*.h" "${folders[i]}/*.cpp" |
        xargs -0 grep -HnE "^#include \"($later)/"; then
        echo "${folders[i]}/ includes what comes behind it in CMakeLists.txt" >&2
        code=1
    fi
done
exit $code
