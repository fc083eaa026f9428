// Warnings as the stock interpreter writes them (Lua manual, section 4.2, lua_setwarnf): off until `warn("@on")`, each
// on a line of standard error.
#include "bridge_internal.h"

#include <stdio.h>
#include <string.h>

// Whether `message` is a control message, which it then obeys. Those of other programs are ignored.
static bool obey_control(bridge_vm *vm, const char *message, bool is_continuation, bool continues) {
    if (is_continuation || continues || message[0] != '@') return false;
    if (strcmp(message, "@on") == 0) vm->warns = true;
    if (strcmp(message, "@off") == 0) vm->warns = false;
    return true;
}

static void warn(void *context, const char *message, int continues) {
    bridge_vm *vm = context;
    bool is_continuation = vm->warning_continues;
    if (obey_control(vm, message, is_continuation, continues != 0)) return;
    vm->warning_continues = continues != 0;
    if (!vm->warns) return;
    if (!is_continuation) {
        fflush(stdout);
        fputs("Lua warning: ", stderr);
    }
    fputs(message, stderr);
    if (!continues) {
        fputc('\n', stderr);
        fflush(stderr);
    }
}

void bridge_open_warnings(bridge_vm *vm) { lua_setwarnf(vm->main, warn, vm); }
