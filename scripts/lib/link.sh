# shellcheck shell=bash disable=SC2034
# (SC2034: not every script uses everything here.)
# How the release binary is linked: with the libraries inside it, so that starting it loads and relocates next to
# nothing, and Lua's code runs as it does in the stock interpreter. Needs common.sh and swift.sh.

link_folder=$release_scratch/link

# The linker looks here first and finds archives only. Lua is one object file: the static Swift runtime comes with a flag
# that hides what is in archives, but C modules for Lua need its API.
link_flags=(
    --pkg-config-path "$link_folder"
    -Xlinker "$link_folder/lua.o"
    -Xlinker --no-export-dynamic -Xlinker "--dynamic-list=$repository/scripts/lib/lua-api.list"
    -Xlinker -no-pie
)

# archive_of LIBRARY: where the archive is; fails when there is none.
archive_of() {
    local path
    path=$(clang --print-file-name="lib$1.a")
    [[ -e $path ]] || return 1
    printf '%s\n' "$path"
}

# make_lua_object ARCHIVE: makes lua.o, the archive as one object file.
#
# The interpreter's loop gets the place within a cache line that it has in Debian's lua5.4: at others the same
# instructions take up to a fifth longer.
make_lua_object() {
    local archive=$1 object=$link_folder/lua.o line_bytes=64 wanted=32 place
    ld -r --whole-archive "$archive" -o "$object"
    place=$((16#$(nm "$object" | awk '$3 == "luaV_execute" { print $1 }')))
    printf '.balign %d\n.skip %d\n.section .note.GNU-stack,"",@progbits\n' \
        "$line_bytes" $(((wanted - place % line_bytes + line_bytes) % line_bytes)) | as -o "$link_folder/padding.o"
    ld -r "$link_folder/padding.o" --whole-archive "$archive" -o "$object"
}

# prepare_link: makes `link_folder`. Where a library has no archive, the binary is linked to the shared ones.
prepare_link() {
    local lua sqlite stdc gcc
    if ! lua=$(archive_of lua5.4) || ! sqlite=$(archive_of sqlite3) || ! stdc=$(archive_of stdc++) ||
        ! gcc=$(archive_of gcc_eh); then
        note "this system lacks the archives of Lua, SQLite or the C++ library: linking to the shared ones"
        link_flags=()
        return
    fi
    mkdir -p "$link_folder"
    make_lua_object "$lua"
    ln -sf "$sqlite" "$stdc" "$link_folder/"
    # The name that the compiler asks for; what a program needs of that shared library is in this archive.
    ln -sf "$gcc" "$link_folder/libgcc_s.a"
    cat >"$link_folder/lua5.4.pc" <<END
Name: Lua
Description: Lua, from the object file that the linker is given
Version: $(pkg-config --modversion lua5.4)
Cflags: $(pkg-config --cflags lua5.4)
Libs: -L$link_folder
END
}
