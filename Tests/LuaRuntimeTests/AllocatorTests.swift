import CLua
import Testing

@testable import LuaRuntime

@Suite("Lua's memory", .timeLimit(.minutes(4)))
struct AllocatorTests {
    @Test func `blocks keep their bytes when they grow and shrink across every size`() throws {
        let harness = try LuaHarness()
        let values = try harness.run(
            """
            local kept = {}
            for size = 0, 1500 do kept[size] = (("%04d"):format(size)):rep(size // 4 + 1) end
            for size = 0, 1500, 3 do kept[size] = nil end
            collectgarbage()
            for size = 0, 1500 do
              local expected = (("%04d"):format(size)):rep(size // 4 + 1)
              if size % 3 ~= 0 and kept[size] ~= expected then return "broken at " .. size end
            end
            local list = {}
            for round = 1, 3 do
              for i = 1, 300 do list[i] = i * round end
              for i = 1, 300 do if list[i] ~= i * round then return "list broken at " .. i end end
              for i = 300, 1, -1 do list[i] = nil end
              collectgarbage()
              list.x = round
            end
            return "right"
            """
        )
        #expect(values == ["right"])
    }

    @Test func `a module of C frees a block without its size`() throws {
        let vm = try LuaVM()
        var context: UnsafeMutableRawPointer?
        let allocate = try #require(lua_getallocf(vm.mainState, &context))
        for size in [1, 8, 9, 100, 512, 513, 5000] {
            for _ in 0..<3 {
                let block = try #require(allocate(context, nil, 0, size))
                block.initializeMemory(as: UInt8.self, repeating: 0xAA, count: size)
                #expect(allocate(context, block, 0, 0) == nil)
            }
        }
        #expect(try vm.runNow("return #('x'):rep(3) .. #('y'):rep(600)", name: "=test") == .string("3600"))
    }

    @Test func `the count goes back to where it was`() throws {
        let harness = try LuaHarness()
        let source =
            "local t = {} for i = 1, 10000 do t[i] = { ('x'):rep(i % 700) } end t = nil collectgarbage() collectgarbage()"
        _ = try harness.run(source)
        let before = harness.vm.memoryBytes
        for _ in 0..<3 { _ = try harness.run(source) }
        #expect(abs(harness.vm.memoryBytes - before) < 20_000)
    }
}
