/// `input.*`: files and standard input, streamed.
enum InputLibrary {
    private static let file = Parameter(
        "file",
        .string,
        "a path; \"-\", or nothing, for standard input",
        isOptional: true
    )

    static let library = PreludeLibrary(
        entries: [
            DocumentationEntry(
                "input.lines",
                [file],
                returns: "iterator of line, number",
                summary: "Reads lines without their ends.",
                text: "Line ends are LF or CRLF; a byte order mark is skipped. A line may be 16 MiB long.",
                example: #"for id in input.lines "ids.txt" do print(id) end"#
            ),
            DocumentationEntry(
                "input.jsonl",
                [file],
                returns: "iterator of value, line number",
                summary: "Reads one JSON value a line; blank lines are skipped.",
                example: #"for d in input.jsonl "export.jsonl" do distribution.update(d) end"#,
                errors: ["a line that is no JSON: the message has file, line and column"]
            ),
            DocumentationEntry(
                "input.csv",
                [
                    file,
                    Parameter(options: [
                        .init("separator", "one character; a comma when left out"),
                        .init("header", "whether the first row names the columns; true when left out"),
                    ]),
                ],
                returns: "iterator of row, number",
                summary: "Reads CSV (RFC 4180): rows as tables by column name, or lists with header = false.",
                text: "Quoted fields may hold separators and line ends. Empty lines are skipped.",
                example: #"for row in input.csv "recipients.csv" do print(row.email) end"#,
                errors: ["a row with too many fields, or a quote that never ends: the message has file and row"]
            ),
        ],
        source: #"""
            local host = ...
            local library = {}
            local MAX_LINE_BYTES = 16 * 1024 * 1024
            local CHUNK_BYTES = 64 * 1024

            local function open(name, path)
              if path == nil or path == "-" then return io.stdin, "stdin", function() end end
              local file, problem = io.open(path, "rb")
              if not file then host.fail(name .. ": " .. problem) end
              return file, path, function() file:close() end
            end

            local function closing(close)
              local is_closed = false
              local function once()
                if not is_closed then
                  is_closed = true
                  close()
                end
              end
              return setmetatable({}, { __close = once, __gc = once }), once
            end

            -- The next line of `file` with its end taken off, from a buffer that never holds more than one long line.
            local function line_reader(file, path)
              local buffer, position = "", 1
              return function()
                while true do
                  local stop = string.find(buffer, "\n", position, true)
                  if stop and stop - position <= MAX_LINE_BYTES then
                    local line = string.sub(buffer, position, stop - 1)
                    position = stop + 1
                    return line
                  end
                  buffer, position = string.sub(buffer, position), 1
                  if #buffer > MAX_LINE_BYTES then
                    host.fail(path .. ": a line is longer than " .. MAX_LINE_BYTES .. " bytes")
                  end
                  local chunk = file:read(#buffer > CHUNK_BYTES and #buffer or CHUNK_BYTES)
                  if not chunk then
                    if buffer == "" then return nil end
                    local line = buffer
                    buffer = ""
                    return line
                  end
                  buffer = buffer .. chunk
                end
              end
            end

            local function lines(name, path)
              local file, shown, close = open(name, path)
              local guard, finish = closing(close)
              local read, number = line_reader(file, shown), 0
              local has_ended = false
              return function()
                local _ = guard
                if has_ended then return nil end
                local line = read()
                if not line then
                  has_ended = true
                  finish()
                  return nil
                end
                number = number + 1
                if number == 1 and string.sub(line, 1, 3) == "\u{FEFF}" then line = string.sub(line, 4) end
                if string.byte(line, -1) == 13 then return string.sub(line, 1, -2), number, "\r\n" end
                return line, number, "\n"
              end, guard, shown
            end

            library["input.lines"] = function(path)
              host.check("input.lines", path)
              local read, guard = lines("input.lines", path)
              return function()
                local line, number = read()
                return line, number
              end, nil, nil, guard
            end

            library["input.jsonl"] = function(path)
              host.check("input.jsonl", path)
              local read, guard, shown = lines("input.jsonl", path)
              return function()
                while true do
                  local line, number = read()
                  if not line then return nil end
                  if string.find(line, "%S") then return host.decode_line(line, shown, number), number end
                end
              end, nil, nil, guard
            end

            -- One row as a list of fields, or nil at the end. A quoted field may hold separators and line ends.
            local function row_reader(read_line, separator, shown)
              local plain = "^([^\"" .. (separator == "^" and "%^" or "%" .. separator) .. "]*)"
              return function()
                local line, number, ending
                repeat
                  line, number, ending = read_line()
                  if not line then return nil end
                until line ~= ""
                local fields, position, _ = {}, 1, nil
                while true do
                  if string.sub(line, position, position) == '"' then
                    local parts = {}
                    position = position + 1
                    while true do
                      local quote = string.find(line, '"', position, true)
                      if not quote then
                        parts[#parts + 1] = string.sub(line, position) .. ending
                        position, line, _, ending = 1, read_line()
                        if not line then host.fail(shown .. ":" .. number .. ": a quote is never closed") end
                      elseif string.sub(line, quote + 1, quote + 1) == '"' then
                        parts[#parts + 1] = string.sub(line, position, quote)
                        position = quote + 2
                      else
                        parts[#parts + 1] = string.sub(line, position, quote - 1)
                        position = quote + 1
                        break
                      end
                    end
                    fields[#fields + 1] = table.concat(parts)
                  else
                    local _, stop = string.find(line, plain, position)
                    fields[#fields + 1] = string.sub(line, position, stop)
                    position = stop + 1
                  end
                  local after = string.sub(line, position, position)
                  if after == "" then return fields, number end
                  if after ~= separator then
                    host.fail(shown .. ":" .. number .. ": expected " .. separator .. " after field " .. #fields)
                  end
                  position = position + 1
                end
              end
            end

            library["input.csv"] = function(path, options)
              host.check("input.csv", path, options)
              local separator = options and options.separator or ","
              if type(separator) ~= "string" or #separator ~= 1 or string.find(separator, '[%w"\r\n]') then
                host.fail("input.csv: options.separator: expected one character that is no letter, digit, quote or line end")
              end
              local read_line, guard, shown = lines("input.csv", path)
              local read = row_reader(read_line, separator, shown)
              if options and options.header == false then return read, nil, nil, guard end
              local names = read()
              return function()
                local fields, number = read()
                if not fields then return nil end
                if #fields > #names then
                  host.fail(shown .. ":" .. number .. ": " .. #fields .. " fields, but the header names " .. #names)
                end
                local row = {}
                for position, name in ipairs(names) do row[name] = fields[position] end
                return row, number
              end, nil, nil, guard
            end

            return library
            """#
    )
}
