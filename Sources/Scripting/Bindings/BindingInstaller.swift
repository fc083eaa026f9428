import LuaRuntime

/// Registers everything that scripts can call.
struct BindingInstaller {
    unowned let host: ScriptHost

    func install() throws(LuaError) {
        try ErrorObjects.register(in: host.vm)
        for binding in DistributionBindings.all + JSONBindings.all + EnvironmentBindings.all {
            try install(binding)
        }
        try installLibraries()
        try JSONBindings.installValues(in: host.vm)
        try DiffValue.register(in: host.vm)
        if host.configuration.isSandboxed {
            try host.vm.runNow(SandboxSource.text, name: "=[distsh]")
        }
    }

    private func install(_ binding: Binding) throws(LuaError) {
        let check = ArgumentCheck(entry: binding.entry)
        let body = binding.body
        try host.vm.register(binding.entry.name) { [unowned host] (call) throws(LuaError) in
            try check.check(call)
            return try body(host, call)
        }
    }

    /// The functions written in Lua see the host's primitives as their chunk's argument; scripts cannot.
    private func installLibraries() throws(LuaError) {
        let table = "__distsh"
        try host.vm.registerTaskFunctions(in: table)
        for (name, body) in Primitives.all + WorkerBindings.primitives {
            try host.vm.register("\(table).\(name)") { [unowned host] (call) throws(LuaError) in
                try body(host, call)
            }
        }
        let primitives = try host.vm.hideGlobal(table)
        host.primitives = primitives
        for library in PreludeLibrary.all {
            try host.vm.registerLibrary(
                library.entries.map(\.name),
                source: library.source,
                name: "=[distsh]",
                argument: primitives
            )
        }
    }
}
