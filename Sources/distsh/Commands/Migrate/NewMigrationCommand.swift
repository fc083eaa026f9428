import ArgumentParser
import Glibc
import Migration

struct NewMigrationCommand: MigrationCommand {
    static let configuration = CommandConfiguration(
        commandName: "new",
        abstract: "Write a migration file to begin with.",
        discussion: """
            Writes NAME.lua, a migration that runs as it is and changes nothing; a file that is there already is left \
            alone.

            EXAMPLES
              distsh migrate new gists-private
            """
    )

    @OptionGroup var host: HostOptions
    @Argument(help: "Letters, digits, -, _ and .; also the file's name, with .lua.") var name: String

    static var needsRecords: Bool { false }
    static var changesAnything: Bool { true }

    private static let suffix = ".lua"

    /// The migration's name: also when its file was named.
    private var migrationName: String {
        name.hasSuffix(Self.suffix) ? String(name.dropLast(Self.suffix.count)) : name
    }

    func validate() throws {
        guard MigrationDescription.isName(migrationName), migrationName.contains(where: { $0.isLetter || $0.isNumber })
        else {
            throw ValidationError("\"\(name)\" is no name: use up to 80 letters, digits, -, _ and .")
        }
    }

    func adviceForDryRun(_ context: CommandContext) -> String { "leave --dry-run out" }

    func carryOut(_ context: CommandContext) async throws -> ExitStatus {
        let path = migrationName + Self.suffix
        let descriptor = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o666)
        if descriptor < 0, errno == EEXIST {
            throw UsageError("\(path) is there already and was left as it is: give another name")
        }
        guard descriptor >= 0 else { throw FileProblem(path: path, action: "make", errorNumber: errno) }
        defer { close(descriptor) }
        let problem = StandardStreams.write(Array(Self.template(name: migrationName).utf8), to: descriptor)
        guard problem == 0 else { throw FileProblem(path: path, action: "write", errorNumber: problem) }
        let settings = context.settings
        let check = settings.commands.check(file: path, target: settings.target.nameableText)
        context.tell("wrote \(path); edit it, then: \(check)")
        return .done
    }

    static func template(name: String) -> String {
        """
        -- What this migration is for, and why.
        --
        --   distsh migrate check \(name).lua
        --   distsh migrate plan \(name).lua
        --   distsh migrate run \(name).lua --plan \(name).plan.json
        return migration {
          name = "\(name)",

          -- Which records: all of them, or ids from a file: input.lines "ids.txt", input.jsonl "ids.jsonl",
          -- input.csv("rows.csv", { id = "uuid" }). A row of a file is the second argument of where and up.
          select = distribution.list,

          -- Leaves out the records for which it gives false.
          where = function(d, row)
            return d.github ~= nil and d.github.gist ~= nil and d.github.gist.public == true
          end,

          -- Changes a record. It sees the record and its row, and nothing else: no clock, no files, no requests.
          -- skip("reason") leaves the record alone.
          up = function(d, row)
            -- d.github.gist.public = false
            return d
          end,

          -- Whether the record is as it should be, once the service has stored it.
          -- verify = function(after, before) return after.github.gist.public == false end,

          limits = { concurrency = 16, max_errors = "1%" },
        }

        """
    }
}
