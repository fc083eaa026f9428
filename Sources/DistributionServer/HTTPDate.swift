import Synchronization

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#endif

/// The value of the `Date` header, which an origin server with a clock must send (RFC 9110 section 6.6.1).
enum HTTPDate {
    private struct Cached {
        var second: Int
        var text: String
    }

    private static let cached = Mutex(Cached(second: .min, text: ""))

    /// The current time; formatted once a second.
    static func now() -> String {
        var time = timespec()
        clock_gettime(CLOCK_REALTIME_COARSE, &time)
        let second = time.tv_sec
        return cached.withLock { cached in
            if cached.second != second {
                cached = Cached(second: second, text: text(secondsSince1970: second))
            }
            return cached.text
        }
    }

    private static let weekdays = ["Thu", "Fri", "Sat", "Sun", "Mon", "Tue", "Wed"]
    private static let months = [
        "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
    ]

    /// The IMF-fixdate of RFC 9110 section 5.6.7, such as `Sun, 06 Nov 1994 08:49:37 GMT`.
    static func text(secondsSince1970: Int) -> String {
        var broken = tm()
        var seconds = time_t(secondsSince1970)
        gmtime_r(&seconds, &broken)
        let days = Int((Double(secondsSince1970) / 86_400).rounded(.down))
        let weekday = weekdays[((days % 7) + 7) % 7]
        let month = months[Int(broken.tm_mon)]
        let clock = [broken.tm_hour, broken.tm_min, broken.tm_sec].map(twoDigits).joined(separator: ":")
        return "\(weekday), \(twoDigits(broken.tm_mday)) \(month) \(1900 + broken.tm_year) \(clock) GMT"
    }

    private static func twoDigits(_ value: Int32) -> String {
        value < 10 ? "0\(value)" : "\(value)"
    }
}
