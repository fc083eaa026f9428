# shellcheck shell=bash
# Builds the release binary when the sources are newer. Needs common.sh and swift.sh.

source "$repository/scripts/lib/link.sh"

release_binary=$release_scratch/release/distsh
release_stamp=$release_scratch/distsh.stamp
release_inputs=("$repository/Sources" "$repository/Package.swift" "$repository/scripts/lib")

# build_release: makes `release_binary` current; silent unless it builds.
build_release() {
    if [[ -x $release_binary ]] && ! is_stale "$release_stamp" "${release_inputs[@]}"; then
        return
    fi
    source "$repository/scripts/lib/packages.sh"
    require_packages "distsh is built with them" "${build_packages[@]}"
    require_swift
    if [[ -e $release_stamp ]]; then
        note "sources changed: building"
    else
        note "first build: this takes some minutes"
    fi
    mkdir -p "$release_scratch"
    local log=$release_scratch/build.log started=$release_stamp.$$
    # Made before the build: what is edited while it runs is newer.
    touch "$started"
    prepare_link
    if ! swift build "${release_flags[@]}" "${link_flags[@]}" >"$log" 2>&1 </dev/null; then
        cat "$log" >&2
        rm -f "$started"
        fail "the build failed"
    fi
    mv "$started" "$release_stamp"
}
