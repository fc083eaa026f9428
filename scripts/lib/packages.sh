# shellcheck shell=bash disable=SC2034
# (SC2034: not every script uses everything here.)
# The system packages that the build and the tests need.

# Lua, SQLite and LZ4 with their headers, pkg-config, which tells the build where they are, and git, which fetches the rest.
build_packages=(liblua5.4-dev libsqlite3-dev liblz4-dev pkg-config git)
# The stock interpreter is what ours is compared with; the contract test runs in a Python environment; shellcheck checks
# the scripts.
test_packages=(lua5.4 python3-venv shellcheck)

# missing_packages PACKAGE…: prints those that are not installed.
missing_packages() {
    local package
    for package in "$@"; do
        case $(dpkg-query --show --showformat='${db:Status-Status}' "$package" 2>/dev/null) in
            installed) ;;
            *) printf '%s\n' "$package" ;;
        esac
    done
}

# as_root COMMAND…: runs it with the privileges that installing needs.
as_root() {
    if [[ $(id -u) -eq 0 ]]; then
        "$@"
    elif command -v sudo >/dev/null; then
        sudo "$@"
    else
        fail "installing packages needs root, and there is no sudo: as root, run: apt-get install ${missing[*]}"
    fi
}

# A system that has just started may be updating itself, and a server may be slow for a moment: apt's own waits.
apt_patience=(-o DPkg::Lock::Timeout=300 -o Acquire::Retries=3)

# apt_install PACKAGE…: installs without questions; what apt says is shown only when it fails.
apt_install() {
    local log
    log=$(mktemp)
    if ! as_root env DEBIAN_FRONTEND=noninteractive apt-get "${apt_patience[@]}" install --yes \
        --no-install-recommends "$@" >"$log" 2>&1 </dev/null; then
        cat "$log" >&2
        rm -f "$log"
        return 1
    fi
    rm -f "$log"
}

# require_packages WHY PACKAGE…: installs the packages that are missing.
require_packages() {
    local why=$1 missing=()
    shift
    if ! command -v dpkg-query >/dev/null || ! command -v apt-get >/dev/null; then
        # Another system: its packages have other names, so look for what they bring instead.
        require_without_apt "$why" "$@"
        return
    fi
    mapfile -t missing < <(missing_packages "$@")
    [[ ${#missing[@]} -gt 0 ]] || return 0
    note "installing ${missing[*]} with apt: $why"
    # The lists of a fresh system are empty; those of an old one may name versions that are gone.
    if [[ -z $(apt-cache policy "${missing[0]}" 2>/dev/null) ]] || ! apt_install "${missing[@]}" 2>/dev/null; then
        as_root apt-get "${apt_patience[@]}" update --quiet=2 >&2 || fail "apt-get update failed"
        apt_install "${missing[@]}" || fail "apt could not install ${missing[*]}"
    fi
}

require_without_apt() {
    local why=$1
    shift
    if command -v pkg-config >/dev/null && pkg-config --exists lua5.4 sqlite3 liblz4; then return 0; fi
    fail "this system has no apt: install what Debian calls $* ($why), so that pkg-config finds lua5.4, sqlite3 and liblz4"
}
