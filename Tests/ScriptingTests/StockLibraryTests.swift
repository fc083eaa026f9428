import Foundation
import Scripting
import Testing

/// Compares the documentation of Lua's own library with the stock interpreter, `lua5.4`.
@Suite("Documentation of the stock library")
struct StockLibraryTests {
    @Test("Names what the stock interpreter has, and nothing else")
    func namesAreComplete() throws {
        let output = try StockInterpreter.output(of: Self.listing)
        let stock = Set(output.split(separator: "\n").map(String.init))
        let documented = Set(StockLibrary.entries.map { "\($0.isFunction ? "function" : "value") \($0.name)" })
        #expect(stock.count > 150)
        #expect(stock.subtracting(documented).sorted() == [])
        #expect(documented.subtracting(stock).sorted() == [])
    }

    @Test("Names are unique and found")
    func namesAreUnique() {
        let names = StockLibrary.entries.map(\.name)
        #expect(Set(names).count == names.count)
        #expect(names.filter { StockLibrary.entry(named: $0)?.name != $0 } == [])
        #expect(StockLibrary.entry(named: "string.find")?.signature == "string.find(s, pattern, [init], [plain])")
        #expect(StockLibrary.entry(named: "table.insert")?.signature == "table.insert(list, [pos], value)")
        #expect(StockLibrary.entry(named: "math.pi")?.signature == "math.pi")
        #expect(StockLibrary.entry(named: "string") == nil)
    }

    @Test("Texts have the house form", arguments: StockLibrary.entries.map(\.name))
    func textsHaveForm(name: String) throws {
        let entry = try #require(StockLibrary.entry(named: name))
        #expect(entry.summary.hasSuffix(".") && entry.summary.count <= 90 && !entry.summary.contains("\n"))
        #expect(entry.summary.first?.isUppercase == true)
        #expect(entry.text.isEmpty || entry.text.hasSuffix("."))
        #expect(!entry.returns.isEmpty && !entry.returns.hasSuffix("."))
        #expect(Set(entry.parameters.map(\.name)).count == entry.parameters.count)
        for parameter in entry.parameters {
            #expect(!parameter.text.isEmpty && parameter.text.count <= 90 && !parameter.text.hasSuffix("."))
            #expect((parameter.type == .rest) == (parameter.name == "..."))
        }
        let lastName = try #require(name.split(whereSeparator: { $0 == "." || $0 == ":" }).last)
        #expect(entry.example.contains(lastName))
    }

    @Test("Examples compile, run and print what they say")
    func examplesRun() throws {
        let output = try StockInterpreter.output(of: StockInterpreter.batch(of: examples, harness: Self.exampleHarness))
        #expect(output == "\(StockLibrary.entries.count) examples\n")
    }

    @Test("Functions of string that take s first are methods")
    func stringFunctionsAreMethods() throws {
        let methods = StockLibrary.entries.filter { $0.name.hasPrefix("string.") && $0.parameters.first?.name == "s" }
        let cases = methods.map { entry in
            let needed = entry.parameters.dropFirst().filter { !$0.isOptional }
            return [String(entry.name.dropFirst("string.".count))] + needed.map { $0.type == .integer ? "i" : "s" }
        }
        #expect(cases.count == 11)
        let output = try StockInterpreter.output(of: StockInterpreter.batch(of: cases, harness: Self.methodHarness))
        #expect(output == "11 methods\n")
    }

    @Test("Parameters that are needed are missed")
    func neededParametersAreMissed() throws {
        // This one gives nil instead; the others raise errors.
        let lenient = "debug.getuservalue"
        let needing = StockLibrary.entries.filter { entry in
            entry.parameters.contains { !$0.isOptional } && !entry.name.contains(":") && entry.name != lenient
        }
        let cases = needing.map { [$0.name] }
        let output = try StockInterpreter.output(of: StockInterpreter.batch(of: cases, harness: Self.missingHarness))
        #expect(output == "\(needing.count) functions\n")
    }

    private var examples: [[String]] {
        StockLibrary.entries.map { entry in
            // One would end the interpreter before the others are run.
            [entry.name, entry.name == "os.exit" ? "compile" : "run", entry.example, Self.promised(by: entry.example)]
        }
    }

    /// What an example says that it prints: the texts behind `-->`.
    private static func promised(by example: String) -> String {
        let lines = example.split(separator: "\n").compactMap { line in
            line.range(of: "--> ").map { line[$0.upperBound...] }
        }
        return lines.joined(separator: " ")
    }
}

extension StockLibraryTests {
    /// Lists the library as `function NAME` and `value NAME`. The libraries themselves and `arg`, which is the
    /// interpreter's, are no entries.
    private static let listing = #"""
        local function list(prefix, library)
          for name, value in pairs(library) do
            local is_entry = type(value) ~= "table" or library ~= _G or name == "_G"
            if is_entry then print((type(value) == "function" and "function " or "value ") .. prefix .. name) end
          end
        end
        list("", _G)
        for _, name in ipairs { "coroutine", "package", "string", "utf8", "table", "math", "io", "os", "debug" } do
          list(name .. ".", _G[name])
        end
        list("file:", getmetatable(io.stdout).__index)
        """#

    private static let exampleHarness = #"""
        local sink = io.tmpfile()
        io.output(sink)
        local quiet_io = setmetatable({ stdout = sink }, { __index = io })
        for _, case in ipairs(cases) do
          local name, way, example, promised = table.unpack(case)
          local printed = {}
          local function capture(...)
            local values = table.pack(...)
            for position = 1, values.n do values[position] = tostring(values[position]) end
            printed[#printed + 1] = table.concat(values, " ")
          end
          local env = setmetatable({ print = capture, io = quiet_io }, { __index = _G })
          local program, problem = load(example, "=" .. name, "t", env)
          if not program then
            print(problem)
          elseif way == "run" then
            local ok, failure = pcall(program)
            local text = table.concat(printed, " ")
            if not ok then print(failure) end
            if promised ~= "" and text ~= promised then print(name, "prints " .. text, "promised " .. promised) end
          end
        end
        print(#cases .. " examples")
        """#

    private static let methodHarness = #"""
        for _, case in ipairs(cases) do
          local name, arguments = case[1], {}
          for position = 2, #case do arguments[position - 1] = case[position] == "i" and 1 or "a" end
          local text = "banana"
          local ok, result = pcall(function() return text[name](text, table.unpack(arguments)) end)
          local as_method = assert(load("local text, arguments = ... return text:" .. name .. "(table.unpack(arguments))"))
          local is_method, by_method = pcall(as_method, text, arguments)
          local is_equal = result == by_method or type(result) == "function" and type(by_method) == "function"
          if not (ok and is_method and is_equal) then print(name, result, by_method) end
        end
        print(#cases .. " methods")
        """#

    private static let missingHarness = #"""
        for _, case in ipairs(cases) do
          local name = case[1]
          local f = assert(load("return " .. name))()
          if pcall(f) then print(name .. " needs no argument") end
        end
        print(#cases .. " functions")
        """#
}

/// The stock interpreter, `lua5.4`, as a process.
private enum StockInterpreter {
    struct Failure: Error, CustomStringConvertible {
        let description: String
    }

    /// After this many seconds a program is ended.
    static let timeLimitSeconds = 30

    /// A program that runs the harness with `cases`, a list of lists of strings.
    static func batch(of cases: [[String]], harness: String) -> String {
        let rows = cases.map { row in "{" + row.map(literal).joined(separator: ",") + "}" }
        return "local cases = {\(rows.joined(separator: ",\n"))}\n" + harness
    }

    /// What a program writes to standard output. Its standard input is empty.
    static func output(of program: String) throws -> String {
        let file = FileManager.default.temporaryDirectory.appending(path: "stock-library-\(UUID().uuidString).lua")
        defer { try? FileManager.default.removeItem(at: file) }
        try program.write(to: file, atomically: true, encoding: .utf8)
        let process = Process()
        let pipe = Pipe()
        process.executableURL = URL(filePath: "/usr/bin/env")
        process.arguments = ["LC_ALL=C", "timeout", "\(timeLimitSeconds)", "lua5.4", file.path]
        process.standardInput = FileHandle.nullDevice
        process.standardOutput = pipe
        process.standardError = FileHandle.nullDevice
        try process.run()
        let output = try pipe.fileHandleForReading.readToEnd() ?? Data()
        process.waitUntilExit()
        let text = String(decoding: output, as: UTF8.self)
        guard process.terminationStatus == 0 else {
            throw Failure(description: "lua5.4 ended with \(process.terminationStatus); is it installed? \(text)")
        }
        return text
    }

    private static func literal(_ text: String) -> String {
        "\"" + text.utf8.map { String(format: "\\%03d", $0) }.joined() + "\""
    }
}
