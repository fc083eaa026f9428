public import LuaRuntime

extension ScriptHost {
    /// What a host is made with. All waits, texts and streams come from here, so that a test can put its own in.
    public struct Configuration: Sendable {
        /// The most Lua states of one `workers.map`.
        public static let maxWorkerCount = WorkerPool.maxWorkerCount

        /// The VM's limits.
        public var vm: LuaVM.Configuration
        /// The longest that one run may take, of wall time; `nil` for no limit.
        public var timeout: Duration?
        /// Whether scripts are kept from files, processes and binary chunks.
        public var isSandboxed: Bool
        /// How many Lua states `workers.map` uses, each on a thread of its own, up to `maxWorkerCount`; asked at each
        /// call. One unless told otherwise.
        public var workerCount: @Sendable () -> Int
        /// The local record of writes behind `distribution.history` and `distribution.undo`.
        public var history: (any ChangeHistory)?
        /// What `env` sees of the process's environment.
        public var environmentVariable: @Sendable (String) -> String?
        /// Where `log` and `progress` write whole pieces of text; standard error by default.
        public var diagnostics: Diagnostics

        public init(
            vm: LuaVM.Configuration = LuaVM.Configuration(),
            timeout: Duration? = nil,
            isSandboxed: Bool = false,
            workerCount: @escaping @Sendable () -> Int = { 1 },
            history: (any ChangeHistory)? = nil,
            environmentVariable: @escaping @Sendable (String) -> String? = Diagnostics.processEnvironment,
            diagnostics: Diagnostics = Diagnostics()
        ) {
            self.vm = vm
            self.timeout = timeout
            self.isSandboxed = isSandboxed
            self.workerCount = workerCount
            self.history = history
            self.environmentVariable = environmentVariable
            self.diagnostics = diagnostics
        }
    }
}
