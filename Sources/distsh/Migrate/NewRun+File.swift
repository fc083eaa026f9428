import Migration

extension NewRun {
    /// A run of a migration's file on the target in force, without a plan and with no options.
    init(_ file: MigrationFile, _ context: CommandContext) {
        self.init(
            kind: .migration,
            migration: file.description.name,
            script: file.text,
            scriptSHA: file.sha,
            engineVersion: Version.number,
            target: context.settings.target.text,
            approvedBy: Operator.name
        )
    }
}
