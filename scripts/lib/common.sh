# shellcheck shell=bash
# What every script here starts with: strict mode, the repository's root, and messages.

set -euo pipefail

repository=$(cd -- "$(dirname -- "${BASH_SOURCE[0]}")/../.." && pwd)
script_name=$(basename -- "$0")

# note TEXT…: one line for the user; standard output belongs to what the script runs.
note() {
    printf '%s: %s\n' "$script_name" "$*" >&2
}

# fail TEXT…: the reason, then the end.
fail() {
    note "$*"
    exit 1
}

# usage: the script's leading comment, without its marks.
usage() {
    sed -n '2,/^$/{ s/^# \{0,1\}//; p; }' "$0"
}
