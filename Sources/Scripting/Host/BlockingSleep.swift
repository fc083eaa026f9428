import Glibc
import LuaRuntime

/// Sleeps where a script cannot be suspended.
enum BlockingSleep {
    private static let sliceSeconds = 0.02

    /// Sleeps for `seconds`, or until the script is interrupted.
    static func sleep(seconds: Double, interrupter: Interrupter) {
        let end = ContinuousClock.now.advanced(by: .seconds(seconds))
        while interrupter.reason == nil {
            let left = ContinuousClock.now.duration(to: end) / .seconds(1)
            guard left > 0 else { return }
            usleep(UInt32(min(left, sliceSeconds) * 1_000_000))
        }
    }
}
