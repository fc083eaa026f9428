/// `progress` and `help`.
enum ReportLibrary {
    static let library = PreludeLibrary(
        entries: [
            DocumentationEntry(
                "progress",
                [
                    Parameter("total", .integer, "how many steps there are, when known", isOptional: true),
                    Parameter("label", .string, "what is counted", isOptional: true),
                ],
                returns: "an object with add([n]) and finish()",
                summary: "Shows how far a long job is, on standard error.",
                text: "A bar on a terminal; elsewhere a line every ten seconds. --quiet shows none.",
                example: """
                    local bar = progress(#ids, "records")
                    for id, d in distribution.get_many(ids) do bar:add() end
                    bar:finish()
                    """
            ),
            DocumentationEntry(
                "help",
                [Parameter("topic", .any, "a function, or a name; everything when left out", isOptional: true)],
                summary: "Prints what there is, or how to use one function.",
                example: #"help "distribution.get""#
            ),
        ],
        source: #"""
            local host = ...
            local library = {}
            local Progress = { __name = "progress" }
            Progress.__index = Progress
            local BAR_COLUMNS = 24
            local REDRAW_SECONDS, LINE_SECONDS = 0.1, 10

            local function duration(seconds)
              seconds = math.floor(seconds + 0.5)
              if seconds < 60 then return seconds .. " s" end
              if seconds < 3600 then return string.format("%d:%02d min", seconds // 60, seconds % 60) end
              return string.format("%d:%02d h", seconds // 3600, seconds % 3600 // 60)
            end

            local function grouped(n)
              local text = tostring(n)
              local count
              repeat text, count = string.gsub(text, "^(%d+)(%d%d%d)", "%1,%2") until count == 0
              return text
            end

            function Progress:line(now)
              local elapsed = now - self.started
              local rate = elapsed > 0 and self.done / elapsed or 0
              local text = grouped(self.done)
              if self.total then
                local share = self.total > 0 and self.done / self.total or 1
                if share > 1 then share = 1 end
                local filled = math.floor(share * BAR_COLUMNS)
                text = string.format("%s%s %3d%% %s/%s", string.rep("█", filled), string.rep("░", BAR_COLUMNS - filled),
                  math.floor(share * 100), text, grouped(self.total))
                if rate > 0 and self.done < self.total then
                  text = text .. " · " .. duration((self.total - self.done) / rate) .. " left"
                end
              end
              return string.format("%s %s · %s/s", text, self.label, grouped(math.floor(rate)))
            end

            function Progress:show(now)
              self.shown = now
              if self.is_terminal then
                host.write("\r" .. self:line(now) .. "\27[K")
              else
                host.write(self:line(now) .. "\n")
              end
            end

            function Progress:add(n)
              self.done = self.done + (n or 1)
              if not self.is_shown or self.is_finished then return end
              local now = host.monotonic()
              if now - self.shown >= (self.is_terminal and REDRAW_SECONDS or LINE_SECONDS) then self:show(now) end
            end

            function Progress:finish()
              if self.is_finished then return end
              self.is_finished = true
              if not self.is_shown then return end
              self:show(host.monotonic())
              if self.is_terminal then host.write("\n") end
            end

            Progress.__close = Progress.finish

            library["progress"] = function(total, label)
              host.check("progress", total, label)
              local is_shown, is_terminal = host.diagnostics()
              local now = host.monotonic()
              return setmetatable({ total = total, label = label or "done", done = 0, started = now, shown = now,
                is_shown = is_shown, is_terminal = is_terminal, is_finished = false }, Progress)
            end

            local function value_at(name)
              local value = _G
              for part in string.gmatch(name, "[^.]+") do
                if type(value) ~= "table" then return nil end
                value = rawget(value, part)
              end
              return value
            end

            -- As the script prints, if it still does.
            local function show(text)
              (rawget(_G, "print") or print)(text)
            end

            library["help"] = function(topic)
              if topic ~= nil and type(topic) ~= "string" then
                for _, name in ipairs(host.documented_names()) do
                  if value_at(name) == topic then return show(host.help_text(name)) end
                  local parent = string.match(name, "^(.*)%.")
                  if parent and value_at(parent) == topic then return show(host.help_text(parent)) end
                end
                host.fail("help: nothing is known of this " .. type(topic))
              end
              show(host.help_text(topic))
            end

            return library
            """#
    )
}
