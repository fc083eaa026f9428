/// Curves over time, as an SVG picture whose colours are the page's (`--ink`, `--faint`, `--curve-1`, …), so that it is
/// readable on light and on dark pages.
struct LinePlot: Sendable {
    struct Point: Sendable, Equatable {
        /// Seconds since the start.
        var x: Double
        var y: Double
    }

    struct Curve: Sendable {
        var name: String
        /// The number of its colour, from 1.
        var color: Int
        /// Told apart without colours as well.
        var isDashed = false
        /// Pieces without gaps.
        var pieces: [[Point]]
    }

    /// A moment to be pointed out.
    struct Mark: Sendable {
        var x: Double
        var label: String
    }

    var title: String
    /// What the plot shows, in words, for who cannot see it.
    var summary: String
    var xLabel: String
    var yLabel: String
    var x: PlotScale
    var y: PlotScale
    var curves: [Curve]
    var marks: [Mark] = []

    private static let width = 760.0
    private static let height = 300.0
    private static let left = 78.0
    private static let right = 24.0
    private static let top = 62.0
    private static let bottom = 50.0
    private static let legendStep = 150.0

    /// The picture; its texts are escaped.
    ///
    /// - Parameter id: names the picture among those of a page.
    func svg(id: String) -> String {
        var lines = [
            "<svg viewBox=\"0 0 \(Self.number(Self.width)) \(Self.number(Self.height))\" role=\"img\" "
                + "aria-labelledby=\"\(id)-title \(id)-summary\">",
            "<title id=\"\(id)-title\">\(HTMLText.escaped(title))</title>",
            "<desc id=\"\(id)-summary\">\(HTMLText.escaped(summary))</desc>",
            Self.text(Self.left, 22, title, "title"),
        ]
        lines += xAxis + yAxis
        for (index, curve) in curves.enumerated() { lines += legend(curve, at: index) }
        for mark in marks { lines += self.lines(of: mark) }
        for curve in curves { lines += curve.pieces.map { self.line($0, of: curve) } }
        return (lines + ["</svg>"]).joined(separator: "\n")
    }

    private var xAxis: [String] {
        let end = Self.height - Self.bottom
        var lines: [String] = []
        for tick in x.ticks {
            let at = placeX(tick.value)
            lines.append(Self.stroke(at, Self.top, at, end, "grid"))
            lines.append(Self.text(at, end + 18, tick.label, "tick middle"))
        }
        lines.append(Self.stroke(Self.left, end, Self.width - Self.right, end, "axis"))
        lines.append(Self.text((Self.left + Self.width - Self.right) / 2, Self.height - 10, xLabel, "tick middle"))
        return lines
    }

    private var yAxis: [String] {
        var lines: [String] = []
        for tick in y.ticks {
            let at = placeY(tick.value)
            lines.append(Self.stroke(Self.left, at, Self.width - Self.right, at, "grid"))
            lines.append(Self.text(Self.left - 8, at + 4, tick.label, "tick end"))
        }
        lines.append(Self.stroke(Self.left, Self.top, Self.left, Self.height - Self.bottom, "axis"))
        let middle = Self.number((Self.top + Self.height - Self.bottom) / 2)
        lines.append(
            "<text x=\"14\" y=\"\(middle)\" class=\"tick middle\" transform=\"rotate(-90 14 \(middle))\">"
                + "\(HTMLText.escaped(yLabel))</text>"
        )
        return lines
    }

    private func lines(of mark: Mark) -> [String] {
        let at = placeX(mark.x)
        let isRight = x.fraction(of: mark.x) > 0.85
        return [
            Self.stroke(at, Self.top, at, Self.height - Self.bottom, "axis dashed"),
            Self.text(isRight ? at - 5 : at + 5, Self.top + 12, mark.label, isRight ? "mark end" : "mark"),
        ]
    }

    private func legend(_ curve: Curve, at index: Int) -> [String] {
        let at = Self.left + Self.legendStep * Double(index)
        return [
            Self.stroke(at, 42, at + 28, 42, Self.style(of: curve)),
            Self.text(at + 35, 46, curve.name, "tick"),
        ]
    }

    private func line(_ points: [Point], of curve: Curve) -> String {
        // A line of one point would not be seen.
        let visible = points.count == 1 ? [points[0], points[0]] : points
        let places = visible.map { "\(Self.number(placeX($0.x))),\(Self.number(placeY($0.y)))" }
        return "<polyline points=\"\(places.joined(separator: " "))\" class=\"\(Self.style(of: curve))\"/>"
    }

    private static func style(of curve: Curve) -> String {
        "curve curve-\(curve.color)" + (curve.isDashed ? " dashed" : "")
    }

    private func placeX(_ value: Double) -> Double {
        Self.left + (Self.width - Self.right - Self.left) * x.fraction(of: value)
    }

    private func placeY(_ value: Double) -> Double {
        let end = Self.height - Self.bottom
        return end - (end - Self.top) * y.fraction(of: value)
    }

    private static func text(_ x: Double, _ y: Double, _ content: String, _ style: String) -> String {
        "<text x=\"\(number(x))\" y=\"\(number(y))\" class=\"\(style)\">\(HTMLText.escaped(content))</text>"
    }

    private static func stroke(_ x1: Double, _ y1: Double, _ x2: Double, _ y2: Double, _ style: String) -> String {
        "<line x1=\"\(number(x1))\" y1=\"\(number(y1))\" x2=\"\(number(x2))\" y2=\"\(number(y2))\" class=\"\(style)\"/>"
    }

    /// A coordinate with at most one decimal.
    private static func number(_ value: Double) -> String {
        let tenths = Int((value * 10).rounded())
        let sign = tenths < 0 ? "-" : ""
        let whole = tenths.magnitude / 10
        return tenths % 10 == 0 ? "\(sign)\(whole)" : "\(sign)\(whole).\(tenths.magnitude % 10)"
    }
}
