# Sourced by scripts/run and scripts/test: `environment LOCKFILE` makes .venv hold what LOCKFILE pins.
# A stamp in .venv with the lock file's checksum makes the second call cost a few milliseconds.

# What Python compiles is kept (in __pycache__, which git ignores), also where the surroundings say otherwise: each server that
# the tests start, and each of their processes, would compile all of Hilo anew.
export PYTHONDONTWRITEBYTECODE=

find_python() {
    for name in ${HILO_PYTHON:-python3.13 python3.12 python3.11 python3}; do
        # Run it: a version manager's shim is found on the path and yet may start nothing.
        "$name" -c 'import sys; sys.exit(not (3, 11) <= sys.version_info < (3, 14))' 2>/dev/null || continue
        command -v "$name" && return
    done
    echo "Hilo needs Python 3.11, 3.12 or 3.13, and none was found (HILO_PYTHON=/path/to/python names one)." >&2
    return 1
}

environment() {
    lock=$1
    # What has been installed: the dependencies of one lock, and the project (whose metadata is pyproject.toml).
    sum=$(cat "$lock" pyproject.toml | cksum)
    [ "$(cat ".venv/stamp-$lock" 2>/dev/null)" = "$sum" ] && return
    if ! .venv/bin/python -m pip --version >/dev/null 2>&1; then
        python=$(find_python)
        echo "Making .venv with $python ..." >&2
        "$python" -m venv --clear .venv || {
            echo "'$python -m venv' failed; on Debian and Ubuntu: apt install python3-venv" >&2
            return 1
        }
    fi
    echo "Installing $lock into .venv (once; takes about a minute) ..." >&2
    rm -f .venv/stamp-*
    pip() { .venv/bin/python -m pip --quiet --disable-pip-version-check "$@"; }
    pip install --require-hashes --only-binary :all: -r "$lock"
    pip install --no-deps --no-build-isolation --editable .
    # The development lock holds all of the other, so scripts/run has nothing left to do after scripts/test.
    [ "$lock" = requirements.lock ] || cat requirements.lock pyproject.toml | cksum > .venv/stamp-requirements.lock
    echo "$sum" > ".venv/stamp-$lock"
}
