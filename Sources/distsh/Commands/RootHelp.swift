/// `distsh --help`: the page that introduces everything else.
enum RootHelp {
    static let text = """
        NAME
          distsh - a scriptable shell for the Distribution API

        USAGE
          distsh [options] [script.lua | -] [argument…]
          distsh [options] command [argument…]

          Runs a Lua 5.4 script with the libraries distribution, json, task, input, progress and log. Without a
          script: the REPL on a terminal, else the program on standard input. help() in the REPL tells of the libraries.

        COMMANDS
          get ID…            print distributions
          update [FILE]      replace distributions, read as JSON, one a line
          list               list every distribution
          create [FILE]      create distributions from their seeds
          delete ID…         delete distributions
          apply [PLAN]       carry out the plan of a dry run
          migrate COMMAND    change many distributions, so that none is lost and none changed twice
          diff A B           show what differs between two ids or files
          undo [N]           take back the latest writes
          import FILE        put distributions into a store
          export             print every distribution, one a line
          sample N           make realistic distributions
          serve              offer a store as the REST API
          doctor             find out what works here, and what to do about the rest
          run FILE           run a script that is named like a command
          help COMMAND       tell more of a command

        OPTIONS OF LUA
          -e CODE            run code                         -i   start the REPL after the script
          -l MODULE          require a module                 -v   show the version
          -l NAME=MODULE     require it as the global NAME    -E   ignore LUA_INIT, LUA_PATH and LUA_CPATH
          -W                 turn warnings on                 --   end of the options;  - is standard input

        CONNECTION
          --url URL          the service (DISTSH_URL; http://localhost:1000)
          --store FILE       a store in place of it: a SQLite file, :memory:, or sample:N (DISTSH_STORE)
          --app-id ID        the application id, a secret (DISTSH_APP_ID), or --app-id-file FILE
          --timeout 10s      for one operation, retries included     --retries 3
          --ca-file FILE     authorities to trust                    --unix-socket PATH

          --profile NAME     the settings of a profile of ~/.config/distsh/init.lua

        PROMPT
          --norc             do not run ~/.config/distsh/init.lua    --vi             edit with the keys of vi

        SAFETY
          --dry-run          change nothing, list at the end what would have been written
          --plan FILE        with --dry-run: write the plan there, for distsh apply
          --read-only        refuse writes
          --history FILE     keep writes for undo there; none keeps none
          --sandbox          keep the script from files, processes and C modules
          --memory-limit 512M, --max-time 30s        --workers N   how many Lua states workers.map uses

        OUTPUT
          --json             JSON, one value a line                  --quiet
          --color WHEN       auto, always, never (NO_COLOR)          --log-level error|warn|info|debug
          --trace            show each request and answer            --help, --version

          These options come before a script's name, and anywhere in a command. A script can name its own defaults in
          one of its first five lines: -- distsh: --store sample:1000 --dry-run

        EXIT CODES
        \(ExitStatus.table.split(separator: "\n").map { "  \($0)" }.joined(separator: "\n"))

        EXAMPLES
          distsh --store sample:1000                                a place to try things
          distsh -e 'print(distribution.get(arg[1]).share.link)' ID
          distsh --dry-run rename.lua                               see first, write later
          distsh list | jq -r .id | head -5
          distsh serve --store demo.db --port 8080

        """
}
