import DistributionAPI

/// In which zone the times of records are shown.
public enum TimeZoneStyle: Sendable {
    /// As they are stored.
    case asStored
    /// In the reader's zone, with the zone's offset: `2026-05-04 12:30:00 +02:00`.
    ///
    /// The closure gives the offset from UTC in seconds, east positive, at a time in seconds since 1970.
    case local(offsetSeconds: @Sendable (Int64) -> Int)
}

/// The texts of times that are shown in another zone than they are stored in.
struct TimeText: Sendable {
    let style: TimeZoneStyle

    /// The time in the reader's zone; `nil` when the text is to be shown as it is.
    func text(of bytes: [UInt8]) -> String? {
        guard case .local(let offsetSeconds) = style,
            let time = bytes.withUnsafeBytes({ DateTime(rfc3339UTF8: $0) })
        else { return nil }
        let offset = offsetSeconds(time.secondsSince1970)
        let local = DateTime(secondsSince1970: time.secondsSince1970 + Int64(offset)).rfc3339
        return "\(local.prefix(10)) \(local.dropFirst(11).prefix(8)) \(Self.text(ofOffset: offset))"
    }

    /// Whether a member of this name holds a time; a `value` does when its table's name says so.
    static func isTime(_ name: [UInt8], inTime isInTime: Bool) -> Bool {
        if name == Array("value".utf8) { return isInTime }
        let text = String(decoding: name, as: UTF8.self).lowercased()
        return names.contains(text) || text.hasSuffix("_at") || text.hasSuffix("_time") || text.hasSuffix("_on")
    }

    private static let names: Set<String> = [
        "at", "created", "date", "deleted", "expires", "modified", "published", "read", "received", "scheduled", "seen",
        "sent", "since", "time", "timestamp", "undone", "until", "updated", "viewed", "written",
    ]

    private static func text(ofOffset seconds: Int) -> String {
        let minutes = abs(seconds) / 60
        return (seconds < 0 ? "-" : "+") + twoDigits(minutes / 60) + ":" + twoDigits(minutes % 60)
    }

    private static func twoDigits(_ value: Int) -> String {
        (value < 10 ? "0" : "") + String(value)
    }
}
