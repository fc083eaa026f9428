import CLuaBridge

/// Stops the scripts of a VM. Usable from any thread and from a signal handler, while the VM lives.
public struct Interrupter: @unchecked Sendable {
    // `@unchecked Sendable`: the bridge's interrupt functions are made for any thread.
    private let handle: OpaquePointer

    init(handle: OpaquePointer) {
        self.handle = handle
    }

    /// Why scripts are stopped.
    public enum Reason: UInt32, Sendable {
        case user = 1
        case deadline = 2
        case instructionLimit = 3
    }

    /// Stops whatever Lua code runs; a script cannot catch it. Code that is not running is stopped when it goes on.
    public func interrupt(_ reason: Reason) {
        bridge_interrupt_vm(handle, bridge_interrupt(reason.rawValue))
    }

    /// The reason of the interrupt that is in force.
    public var reason: Reason? {
        Reason(rawValue: bridge_interrupt_reason(handle).rawValue)
    }

    /// Lets scripts run again.
    public func clear() {
        bridge_interrupt_clear(handle)
    }
}
