import Glibc

/// The time zone of whoever reads: `TZ`, or the system's.
enum LocalTime {
    static var style: TimeZoneStyle {
        tzset()
        return .local { secondsSince1970 in
            var time = time_t(secondsSince1970)
            var parts = tm()
            guard localtime_r(&time, &parts) != nil else { return 0 }
            return parts.tm_gmtoff
        }
    }
}
