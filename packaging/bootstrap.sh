#!/usr/bin/env bash
# Set GradStudio up on a fresh Debian or Ubuntu machine, and start it or test it.
#
#   packaging/bootstrap.sh run [FILE]       set up, then open FILE (or the first example)
#   packaging/bootstrap.sh test [ARG...]    set up, then check everything; ARGs go to pytest
#
# It needs python3 and apt, makes its own environment in .venv beside this folder, touches nothing else in the
# checkout, may be repeated at any time, and needs no network once it has run.
set -euo pipefail

root="$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd -P)"
venv="$root/.venv"
log="$venv/install.log"
python="$venv/bin/python"
unset PYTHONHOME PYTHONPATH
export PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_ROOT_USER_ACTION=ignore PIP_USER=0 PIP_NO_INPUT=1

# What Qt loads from the system, and the package that brings it.
qt_libraries="
libEGL.so.1 libegl1
libGL.so.1 libgl1
libX11-xcb.so.1 libx11-xcb1
libdbus-1.so.3 libdbus-1-3
libfontconfig.so.1 libfontconfig1
libglib-2.0.so.0 libglib2.0-0
libxcb-cursor.so.0 libxcb-cursor0
libxcb-icccm.so.4 libxcb-icccm4
libxcb-image.so.0 libxcb-image0
libxcb-keysyms.so.1 libxcb-keysyms1
libxcb-randr.so.0 libxcb-randr0
libxcb-render-util.so.0 libxcb-render-util0
libxcb-shape.so.0 libxcb-shape0
libxcb-sync.so.1 libxcb-sync1
libxcb-xfixes.so.0 libxcb-xfixes0
libxcb-xkb.so.1 libxcb-xkb1
libxkbcommon-x11.so.0 libxkbcommon-x11-0
libxkbcommon.so.0 libxkbcommon0
"

say() { printf 'gradstudio: %s\n' "$*" >&2; }

fail() {
    say "$*"
    exit 1
}

# Install system packages if this user may, else say the one line to type. False if they are still missing.
install_packages() {
    local become=() line="apt-get install -y $*"
    if ! command -v apt-get >/dev/null; then
        say "missing on this machine: $*. Install them with your system's package manager, then repeat the command."
        return 1
    fi
    if [ "$(id -u)" != 0 ]; then
        if ! sudo -n true 2>/dev/null; then
            say "missing on this machine: $*. Type this line, then repeat the command: sudo $line"
            return 1
        fi
        become=(sudo -n)
    fi
    say "installing from the system's packages: $*"
    local report
    report="$(mktemp)"
    if ! "${become[@]}" env DEBIAN_FRONTEND=noninteractive apt-get update >"$report" 2>&1 ||
        ! "${become[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends "$@" >>"$report" 2>&1; then
        say "apt-get could not install $* ($(grep -E '^(E|Err|W):' "$report" | head -n 1 || true)). Check the network, then repeat the command."
        rm -f "$report"
        return 1
    fi
    rm -f "$report"
}

is_new_enough() { "$1" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; }

can_make_environments() { "$1" -c 'import ensurepip, venv' 2>/dev/null; }

# Print a Python of version 3.11 or later that can make environments, installing one if need be.
find_python() {
    local name
    for name in "${PYTHON:-python3}" python3.13 python3.12 python3.11; do
        if is_new_enough "$name"; then
            if ! can_make_environments "$name"; then
                install_packages "$("$name" -c 'import sys; print("python%d.%d-venv" % sys.version_info[:2])')" || return 1
                can_make_environments "$name" || fail "$name cannot make environments (its ensurepip module is missing)."
            fi
            command -v "$name"
            return 0
        fi
    done
    say "needs Python 3.11 or newer; this machine has $(python3 --version 2>/dev/null || echo none)."
    install_packages python3.11 python3.11-venv || return 1
    command -v python3.11
}

# The packages of the wanted system libraries that the loader does not find.
missing_libraries() {
    local ldconfig known library package
    ldconfig="$(PATH="$PATH:/usr/sbin:/sbin" command -v ldconfig)" || return 0
    known="$("$ldconfig" -p 2>/dev/null)"
    while read -r library package; do
        if [ -n "$library" ] && [[ "$known" != *"$library"* ]]; then
            echo "$package"
        fi
    done <<<"$qt_libraries"
}

# What the environment must match: lock, project settings, Python and place. $1 is the lock file.
fingerprint() {
    {
        cat "$root/$1" "$root/pyproject.toml"
        readlink -f "$python"
        echo "$root"
    } | sha256sum | cut -d ' ' -f 1
}

has_installed() { [ -f "$venv/installed-$1" ] && [ "$(cat "$venv/installed-$1")" = "$(fingerprint "$1")" ]; }

# Bring .venv to the state of the lock file $1.
install_environment() {
    local lock="$1" base
    if ! is_new_enough "$python"; then
        base="$(find_python)" || exit 1
        say "making an environment with $("$base" --version) in $venv"
        "$base" -m venv --clear "$venv" || fail "could not make an environment in $venv."
    fi
    has_installed "$lock" && return 0
    say "installing the locked libraries (some 250 MB to download the first time, a few minutes) ..."
    if ! "$python" -m pip install --require-hashes --only-binary :all: --retries 2 -r "$root/$lock" >"$log" 2>&1; then
        if grep -qiE 'connection|resolve|network|timed out|no matching distribution' "$log"; then
            fail "could not download the locked libraries. Check the network, then repeat the command (details: $log)."
        fi
        fail "could not install the locked libraries: $(grep -m 1 '^ERROR' "$log" || tail -n 1 "$log") (details: $log)"
    fi
    "$python" -m pip install --no-deps --no-build-isolation --no-index --editable "$root" >>"$log" 2>&1 ||
        fail "could not install GradStudio itself: $(tail -n 1 "$log") (details: $log)"
    fingerprint "$lock" >"$venv/installed-$lock"
    if [ "$lock" = requirements-dev.lock ]; then # it holds the other one
        fingerprint requirements.lock >"$venv/installed-requirements.lock"
    fi
}

set_up() { # set_up LOCK; only one at a time in one checkout
    if command -v flock >/dev/null; then
        exec 9<"$root"
        flock 9
    fi
    install_environment "$1"
    if command -v flock >/dev/null; then
        exec 9<&-
    fi
}

run() {
    local packages
    packages="$(missing_libraries)"
    if [ -n "$packages" ]; then
        # shellcheck disable=SC2086  # one word a package
        install_packages $packages || { [ -n "${DISPLAY:-}${WAYLAND_DISPLAY:-}" ] && exit 1; }
    fi
    set_up requirements.lock
    exec "$python" -P -m gradstudio "$@"
}

check() { # check WHAT COMMAND...
    local what="$1"
    shift
    echo "== $what"
    if ! "$@"; then
        failed+=("$what")
    fi
}

# What drives windows and processes, and meanwhile everything else: once as it is, and once without the shortcuts of the
# engine, which the first lane does not need to know of.
test_in_two_lanes() {
    local driven="tests/app tests/stories tests/studio tests/worker tests/safety tests/cli" others="" output
    for folder in $driven; do
        others="$others --ignore $folder"
    done
    output="$(mktemp)"
    # shellcheck disable=SC2086
    {
        local is_well=0
        "$python" -m pytest -p no:cacheprovider $others || is_well=1
        echo "== tests without short ways"
        GRADSTUDIO_SHORT_WAYS=0 "$python" -m pytest -q -p no:cacheprovider $others || is_well=1
        exit "$is_well"
    } >"$output" 2>&1 &
    # shellcheck disable=SC2086
    check "tests of windows and processes" "$python" -m pytest $driven
    echo "== tests of everything else"
    wait "$!" || failed+=("tests of everything else")
    cat "$output"
    rm -f "$output"
}

test_everything() {
    local packages failed=()
    packages="$(missing_libraries)"
    command -v Xvfb >/dev/null || packages="$packages xvfb"
    command -v xdotool >/dev/null || packages="$packages xdotool"
    if [ -n "${packages// /}" ]; then
        # shellcheck disable=SC2086
        install_packages $packages || exit 1
    fi
    set_up requirements-dev.lock
    cd "$root"
    export QT_QPA_PLATFORM=offscreen
    check "format" "$python" -m ruff format --check
    check "lint" "$python" -m ruff check
    check "types" "$python" -m mypy
    if [ "$#" != 0 ]; then
        check "tests" "$python" -m pytest "$@"
    else
        test_in_two_lanes
    fi
    if [ "${#failed[@]}" != 0 ]; then
        echo "FAILED: ${failed[*]}" >&2
        exit 1
    fi
}

case "${1:-}" in
    run)
        shift
        run "$@"
        ;;
    test)
        shift
        test_everything "$@"
        ;;
    *)
        fail "usage: packaging/bootstrap.sh run [FILE]  or  packaging/bootstrap.sh test"
        ;;
esac
