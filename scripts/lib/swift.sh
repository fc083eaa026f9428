# shellcheck shell=bash disable=SC2034
# (SC2034: not every script uses everything here.)
# Where builds go, and with which flags. Each kind has its own scratch path, so that none undoes another's work.

debug_scratch=$repository/.build
release_scratch=$repository/.build-release
asan_scratch=$repository/.build-asan
example_scratch=$repository/.build-example

# The release binary carries the Swift runtime, so that it starts faster and runs where no Swift is. Tests run with the
# checks of exclusive access to memory on; they are a twelfth of the instructions of a read over HTTP.
release_flags=(
    --configuration release --product distsh --static-swift-stdlib
    -Xswiftc -enforce-exclusivity=unchecked -Xswiftc -cross-module-optimization
    --package-path "$repository" --scratch-path "$release_scratch"
)

require_swift() {
    command -v swift >/dev/null || fail "swift is not on the PATH: install Swift 6.3 (https://www.swift.org/install/linux)"
}

# is_stale STAMP PATH…: whether anything in the paths changed, appeared or went since STAMP was written.
is_stale() {
    local stamp=$1
    shift
    [[ ! -e $stamp ]] || [[ -n $(find "$@" -newer "$stamp" -print -quit) ]]
}
