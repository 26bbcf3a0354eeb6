-- Sends the request of the file ASR_REQUEST, and counts answers that are not
-- 200 or hold an error (document 001 tells errors by the body alone).

local f = assert(io.open(os.getenv("ASR_REQUEST"), "rb"))
local text = f:read("*a")
f:close()

local head, body = text:match("^(.-)\n\n(.*)$")
local headers = {}

for name, value in head:gmatch("([^\n:]+): ([^\n]*)") do
    headers[name] = value
end

local method = headers["Method"]
headers["Method"] = nil

local threads = {}
bad = 0


function setup(thread)
    table.insert(threads, thread)
end


function init()
    wrk.method = method
    wrk.headers = headers
    wrk.body = body ~= "" and body or nil
    bytes = wrk.format()
end


function request()
    return bytes
end


function response(status, _, answer)
    if status ~= 200 or answer:find('"Error"', 1, true) then
        bad = bad + 1
    end
end


function done(summary)
    local n = summary.errors.connect + summary.errors.read
              + summary.errors.write + summary.errors.timeout

    for _, thread in ipairs(threads) do
        n = n + thread:get("bad")
    end

    print(string.format("RESULT %d %d %d", summary.requests,
                        summary.duration, n))
end
