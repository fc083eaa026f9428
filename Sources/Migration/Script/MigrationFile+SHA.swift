extension MigrationFile {
    /// SHA-256 of the text, in hexadecimal digits: what a run and a plan are bound to.
    public var sha: String { SHA256.hexadecimal(of: SHA256.digest(of: text)) }
}
