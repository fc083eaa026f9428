import DistributionAPI
import JSONDocument
import LuaRuntime

/// Makes request bodies of tables, and checks them against the schema before they are sent.
struct DocumentEncoder {
    let call: HostCall
    let operation: String

    /// The longest body that is sent.
    static let maxBodyBytes = JSONLimits.default.maxBytes

    /// The JSON text of the table at `index`.
    ///
    /// - Throws: an `invalid` error object that lists every finding.
    func body(at index: Int, as schema: SchemaName) throws(LuaError) -> [UInt8] {
        let text = try text(at: index)
        let findings = try findings(in: text, as: schema)
        if findings.isEmpty { return text }
        throw invalid(findings.joined(separator: "\n  "))
    }

    /// What is wrong with the table at `index`, a line each.
    func findings(at index: Int, as schema: SchemaName) throws(LuaError) -> [String] {
        let text: [UInt8]
        do throws(LuaError) {
            text = try self.text(at: index)
        } catch {
            return [error.message]
        }
        return try findings(in: text, as: schema)
    }

    func document(at index: Int) throws(LuaError) -> JSONDocument {
        let text = try text(at: index)
        do {
            return try JSONDocument(parsing: text)
        } catch {
            throw invalid(error.message)
        }
    }

    private func text(at index: Int) throws(LuaError) -> [UInt8] {
        do throws(LuaError) {
            return try call.mergedJSON(at: index, maxBytes: Self.maxBodyBytes)
        } catch {
            guard error.code == .runtime else { throw error }
            throw invalid(error.message)
        }
    }

    private func findings(in text: [UInt8], as schema: SchemaName) throws(LuaError) -> [String] {
        var tape = JSONTape()
        do throws(JSONError) {
            try tape.parse(text)
        } catch {
            throw invalid(error.message)
        }
        return text.withUnsafeBytes { SchemaValidator.validate(tape, text: $0, as: schema) }.map(\.description)
    }

    private func invalid(_ message: String) -> LuaError {
        ErrorObjects.luaError(DistributionError(.invalid, message, operation: operation))
    }
}
