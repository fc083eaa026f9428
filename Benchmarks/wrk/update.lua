-- For wrk: POSTs updates of the records in turn; update N gives its record the name "LABEL N".
-- Usage: wrk … -s update.lua URL -- FILE LABEL: each line of FILE is a record with a tab where the name belongs.
local head = "POST /distribution/update HTTP/1.1\r\nHost: localhost\r\n"
  .. "Content-Type: application/json\r\nContent-Length: "
local records, label, number = {}, nil, 0

function init(arguments)
  for line in io.lines(arguments[1]) do
    local before, after = line:match("^(.-)\t(.*)$")
    records[#records + 1] = { before = before, after = after }
  end
  label = arguments[2]
end

function request()
  number = number + 1
  local record = records[(number - 1) % #records + 1]
  local body = record.before .. label .. " " .. number .. record.after
  return head .. #body .. "\r\n\r\n" .. body
end
