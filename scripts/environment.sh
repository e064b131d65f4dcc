# Sourced by the other scripts: makes .venv and installs the pinned requirements whenever they changed.
set -euo pipefail
root="$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)"
python="$root/.venv/bin/python"
export PYTHONPATH="$root"

find_python() {
    local candidate
    for candidate in python3 python3.14 python3.13 python3.12 python3.11; do
        if "$candidate" -c 'import sys, venv, ensurepip; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
            echo "$candidate"
            return
        fi
    done
    echo "Python 3.11 or newer with its venv module is needed (Debian: apt-get install python3-venv)." >&2
    exit 2
}

make_environment() {
    local chosen
    "$python" -m pip --version >/dev/null 2>&1 && return
    chosen="$(find_python)"
    echo "Making .venv"
    "$chosen" -m venv --clear "$root/.venv"
}

# uv installs in seconds what takes pip half a minute; its pin and hashes stand in the development lock.
pinned_uv() {
    sed -n '/^uv==/,/[^\\]$/p' "$root/requirements-dev.txt"
}

install_with_uv() {
    local requirements; requirements="$(mktemp)"
    pinned_uv > "$requirements"
    "$python" -m pip install --quiet --disable-pip-version-check -r "$requirements" >/dev/null 2>&1 &&
        "$python" -m uv pip install --quiet --python "$python" --compile-bytecode --require-hashes -r "$1" 2>/dev/null
    local result=$?
    rm -f "$requirements"
    return $result
}

# install requirements.txt | requirements-dev.txt
install() {
    local lock="$root/$1" stamp="$root/.venv/installed-$1"
    cmp -s "$lock" "$stamp" && [ -x "$python" ] && return
    make_environment
    echo "Installing $1"
    install_with_uv "$lock" ||
        "$python" -m pip install --quiet --disable-pip-version-check --require-hashes -r "$lock"
    # Otherwise the first start would compile every module that it imports, and each start of an account that may not write here.
    "$python" -m compileall -q "$root/admin" "$root/notice_site" "$root/config.py" || true
    cp "$lock" "$stamp"
}
