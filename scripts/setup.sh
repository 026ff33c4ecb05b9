#!/bin/sh
# Makes .venv with this project and the extras named as arguments; does nothing when
# that is already done and nothing that it depends on has changed.
set -eu
cd "$(dirname "$0")/.."
extras=${1:?"usage: scripts/setup.sh EXTRA[,EXTRA]"}

python=""
for candidate in "${PYTHON:-}" python3 python3.14 python3.13 python3.12 python3.11; do
    [ -n "$candidate" ] || continue
    if "$candidate" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null
    then python=$candidate; break; fi
done
if [ -z "$python" ]; then
    echo "Python 3.11 or newer is needed. On Debian: apt-get install python3" >&2
    exit 1
fi

as_root() {
    if [ "$(id -u)" = 0 ]; then "$@"
    elif command -v sudo >/dev/null && sudo -n true 2>/dev/null; then sudo "$@"
    else return 1; fi
}

if [ ! -x .venv/bin/python ]; then
    if ! "$python" -c 'import ensurepip, venv' 2>/dev/null; then
        # Debian ships venv apart from Python.
        as_root apt-get update -q && as_root apt-get install -y -q python3-venv || {
            echo "Python's venv module is missing. Type: sudo apt-get install python3-venv" >&2
            exit 1
        }
    fi
    echo "Making .venv with $("$python" --version)"
    "$python" -m venv .venv
fi
[ -x .venv/bin/uv ] || .venv/bin/python -m pip install -q "uv>=0.5"

stamp=".venv/installed-$extras"
inputs="pyproject.toml hatch_build.py $(find js -path js/node_modules -prune -o -type f -print)"
wanted=$(cat $inputs | cksum)
if [ "$(cat "$stamp" 2>/dev/null)" != "$wanted" ]; then
    echo "Installing codex_jupyter[$extras] and building its front end"
    # Compiled once here: every process of the tests would do it again otherwise.
    .venv/bin/uv pip install -q --compile-bytecode --python .venv/bin/python -e ".[$extras]"
    echo "$wanted" >"$stamp"
fi
