import LuaSyntax
import TestSupport
import Testing

@Suite("Session locals")
struct SessionLocalsTests {
    @Test("typed entry by entry, a program prints what it prints as one file", arguments: SessionProgram.all)
    func entriesAreOneProgram(program: SessionProgram) throws {
        let expected = try outputOfFile(program.entries.joined(separator: "\n"))
        let session = try LuaSession()
        for entry in program.entries {
            let answer = try session.run(entry)
            #expect(answer.message == "", "\(entry)")
        }
        try #expect(session.finish() == expected)
        #expect(!expected.isEmpty || program.title.contains("to the end"))
    }

    @Test("there are at least sixty programs, with titles of their own")
    func programCount() {
        #expect(SessionProgram.all.count >= 60)
        #expect(Set(SessionProgram.all.map(\.title)).count == SessionProgram.all.count)
    }
}
