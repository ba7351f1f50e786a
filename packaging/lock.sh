#!/usr/bin/env bash
# Write requirements.lock (to run) and requirements-dev.lock (to run and to test) anew from pyproject.toml.
#
#   packaging/lock.sh              keep the locked versions that still fit
#   packaging/lock.sh --upgrade    take the newest that fit
#
# One lock serves Python 3.11 and later on Linux, macOS and Windows. It holds hashes and names no package index.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

tools="$(mktemp -d)"
trap 'rm -rf "$tools"' EXIT
python3 -m venv "$tools"
"$tools/bin/python" -m pip install --quiet uv

lock() { # lock OUTPUT [ARGUMENT...]
    local output="$1"
    shift
    "$tools/bin/uv" pip compile --quiet --universal --python-version 3.11 --generate-hashes \
        --no-emit-index-url --no-emit-find-links --no-header --no-annotate \
        pyproject.toml packaging/build.txt --output-file "$output" "$@" >/dev/null
    echo "wrote $output"
}

lock requirements.lock "$@"
lock requirements-dev.lock --extra dev "$@"
