/// The sequences that change how a terminal draws (ECMA-48, SGR).
enum StyleSequence {
    static let reset = "\u{1B}[m"

    /// The shortest sequence that makes one style of another; empty when they are the same.
    static func change(from old: Style, to new: Style) -> String {
        guard old != new else { return "" }
        guard new != .plain else { return reset }
        let whole = ["0"] + changes(from: .plain, to: new)
        let parts = old == .plain ? Array(whole.dropFirst()) : changes(from: old, to: new)
        let shorter = [whole.joined(separator: ";"), parts.joined(separator: ";")].min { $0.utf8.count < $1.utf8.count }
        return "\u{1B}[\(shorter ?? "")m"
    }

    private static func changes(from old: Style, to new: Style) -> [String] {
        var codes: [String] = []
        // One code takes both bold and dim away.
        let losesWeight = old.isBold && !new.isBold || old.isDim && !new.isDim
        if losesWeight { codes.append("22") }
        if new.isBold, losesWeight || !old.isBold { codes.append("1") }
        if new.isDim, losesWeight || !old.isDim { codes.append("2") }
        if new.isUnderlined != old.isUnderlined { codes.append(new.isUnderlined ? "4" : "24") }
        if new.isReversed != old.isReversed { codes.append(new.isReversed ? "7" : "27") }
        if new.color != old.color { codes.append(code(of: new.color)) }
        return codes
    }

    private static func code(of color: Style.Color?) -> String {
        guard let color else { return "39" }
        return String(color.rawValue < 8 ? 30 + color.rawValue : 82 + color.rawValue)
    }
}
