# shellcheck shell=bash
# Sourced by ./demo and ./test, in the root of the repository: packages and the release build.

# Prints the packages of packages.txt that serve one of the given purposes.
packages_for() {
    local name purposes purpose wanted
    while read -r name purposes; do
        case "$name" in '' | '#'*) continue ;; esac
        for purpose in $purposes; do
            for wanted in "$@"; do
                if [ "$purpose" = "$wanted" ]; then
                    echo "$name"
                    continue 3
                fi
            done
        done
    done <packages.txt
}

is_installed() {
    [ "$(dpkg-query -W -f '${db:Status-Status}' "$1" 2>/dev/null)" = installed ]
}

# Installs what is missing for the given purposes, or says how.
install_packages() {
    local missing=() package as_root=()
    if ! command -v dpkg-query >/dev/null; then
        echo "This is no Debian system: please install what packages.txt lists." >&2
        return
    fi
    for package in $(packages_for "$@"); do
        is_installed "$package" || missing+=("$package")
    done
    if [ ${#missing[@]} -eq 0 ]; then
        return
    fi
    if [ "$(id -u)" -ne 0 ]; then
        if ! command -v sudo >/dev/null; then
            echo "Packages are missing; as root: apt-get install ${missing[*]}" >&2
            exit 2
        fi
        as_root=(sudo)
    fi
    echo "Installing ${missing[*]}"
    "${as_root[@]}" apt-get update -q
    "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive \
        apt-get install -q -y --no-install-recommends "${missing[@]}"
}

# Configures a preset; further arguments go to cmake.
configure_preset() {
    local preset=$1
    shift
    cmake --preset "$preset" "$@" >/dev/null
}

# Builds all of a preset, or the targets that are named.
build_preset() {
    local preset=$1
    shift
    if [ $# -eq 0 ]; then
        cmake --build --preset "$preset"
    else
        cmake --build --preset "$preset" --target "$@"
    fi
}
