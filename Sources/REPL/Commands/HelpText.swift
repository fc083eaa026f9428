/// What `.help` says.
enum HelpText {
    /// Half a screen to begin with.
    static let lesson = """
        Try these, one after the other
          d = distribution.list()()             the first record; Tab completes names, members, ids
          d.share.name = "new name"             change it here
          distribution.update(d)                write it: what changed is shown
          undo()                                take it back
          for d in distribution.list() do print(d.id, d.share.link) end

        An expression shows its value; _ is the last one, _1 _2 … all of them, _err the last error.
        A local at the prompt lives on. What is not complete goes on in the next line.
        NAME? tells what a function does: distribution.get? or string.gsub?

        help()           the functions that scripts can call
        .help commands   what the prompt itself can do: .load .save .edit .time .dry .undo …
        .help keys       the keys

        """

    /// The dot commands, one a line.
    static var commands: String {
        let width = (DotCommand.all.map(\.usage.count).max() ?? 0) + 2
        return DotCommand.all.map { command in
            command.usage + String(repeating: " ", count: width - command.usage.count) + command.summary + "\n"
        }.joined()
    }

    static let keys = """
        Tab           complete; again for the menu        Ctrl-R, Ctrl-S   search earlier entries
        Up, Down      lines, then earlier entries         Alt-P, Alt-N     earlier entries that begin so
        →, End        take the grey suggestion            Alt-Enter        break the line
        Ctrl-A, E     start and end of the line           Alt-B, Alt-F     a word back, forward
        Ctrl-K, U, W  cut to the end, start, a word       Ctrl-Y, Alt-Y    put back; an earlier cut
        Ctrl-_        undo typing; Alt-_ redo             Ctrl-L           clear the screen
        Ctrl-X Ctrl-E edit in $VISUAL or $EDITOR          Ctrl-O           hand in as it is
        Ctrl-C        clear, or stop what runs            Ctrl-D           leave
        Ctrl-Z        suspend                             distsh --vi      the keys of vi

        """
}
