/// What a line editor needs of a terminal: a device, or a stand-in for it.
protocol EditingTerminal: AnyObject {
    var size: TerminalSize { get }
    @discardableResult func enter() -> Bool
    func leave()
    func suspend()
    func read(timeoutMilliseconds: Int?) -> TerminalDevice.ReadResult
    @discardableResult func write(_ bytes: [UInt8]) -> Bool
}

extension TerminalDevice: EditingTerminal {}
