/* The table of asr_mock_rules.h. */

#include "asr_mock_rules.h"


#define E  ASR_MOCK_ERROR
#define W  ASR_MOCK_WARNING
#define N  ASR_MOCK_NOTE


const asr_mock_rule_t  asr_mock_rules[ASR_MOCK_RULES] = {

    [ASR_MOCK_D_REFUSED] = { "D-refused", E, true,
        "The request was refused, by no clause of a document.",
        "The reply says why." },

    [ASR_MOCK_D_PATH] = { "D-path", E, false,
        "There is no such path.",
        "Correct the path; letters, plurals and the version in it count." },

    [ASR_MOCK_D_METHOD] = { "D-method", E, false,
        "The path is there, but not for this method.",
        "Use the method that the document gives for it." },

    [ASR_MOCK_D_TYPE] = { "D-type", W, false,
        "Content-Type should tell what the body is.",
        "Set it to the type that the document asks for." },

    [ASR_MOCK_D_GET_BODY] = { "D-get-body", W, false,
        "A GET has no body.",
        "It is not read here, and gateways drop it; parameters of a GET go "
        "into the query." },

    [ASR_MOCK_D_LENGTH] = { "D-length", W, false,
        "Content-Length is the number of bytes of the body.",
        "Take the length of the encoded bytes, not of the characters." },

    [ASR_MOCK_D_HOST] = { "D-host", W, false,
        "Host is a name or address, and a port when it is not the default.",
        "Leave out the scheme, the path and the user name." },

    [ASR_MOCK_D_PLAIN] = { "D-plain-http", N, false,
        "The vendor serves this name with https.",
        "The key and the audio go over the net as they are; use https." },

    [ASR_MOCK_D_TWICE] = { "D-twice", N, false,
        "A parameter stands both in the query and in the body.",
        "Send it once; here the query's is taken." },

    [ASR_MOCK_D_NAME] = { "D-name", W, false,
        "A name that no parameter has, but one nearly has.",
        "Names are case-sensitive; this one is ignored, and what was meant "
        "is not set." },

    [ASR_MOCK_D_UNKNOWN] = { "D-unknown", N, false,
        "A name that no parameter of this call has.",
        "It is ignored." },

    [ASR_MOCK_D_NUMBER] = { "D-number", W, true,
        "A number that comes as a string is taken, but the document says "
        "number.",
        "Send it without quotes." },

    [ASR_MOCK_D_CALLBACK] = { "D-callback-http", N, true,
        "A callback to an http address brings the transcript over the net "
        "unencrypted.",
        "Give an https address." },

    [ASR_MOCK_D_BEARER] = { "D-bearer", W, true,
        "The vendor's header has the key alone.",
        "Send \"Authorization: KEY\", without \"Bearer \"." },

    [ASR_MOCK_D_TENCENT_V1] = { "D-tencent-v1", N, false,
        "For the signature the document refers to version 3 (TC3).",
        "Version 1 still works; its body has at most 1 MB." },

    [ASR_MOCK_D_TENCENT_REGION] = { "D-tencent-region", N, false,
        "A region that was never set.",
        "The region is not required: leave X-TC-Region out." },

    [ASR_MOCK_D_TENCENT_ENGINE] = { "D-tencent-engine", N, false,
        "An engine that the document does not name; other SDKs do.",
        "See that your account's region has it." },

    [ASR_MOCK_D_ICE_DATA] = { "D-ice-data", N, true,
        "A sibling's page gives UserData at most 512 bytes.",
        "Keep it short: a reference to your own record is enough." },

    [ASR_MOCK_D_FORM_PERCENT] = { "D-form-percent", E, false,
        "In a query or form two hexadecimal digits follow a percent sign.",
        "Encode the values; a % itself is %25." },

    [ASR_MOCK_D_JSON_EMPTY] = { "D-json-empty", E, false,
        "The body is a JSON object.",
        "Nothing was sent; set the body, and its length or chunking." },

    [ASR_MOCK_D_JSON_FORM] = { "D-json-form", E, false,
        "The body is a JSON object.",
        "These are name=value pairs of a form: serialise the parameters as "
        "JSON." },

    [ASR_MOCK_D_JSON_BOM] = { "D-json-bom", E, false,
        "JSON text has no byte order mark.",
        "Write it as UTF-8 without a BOM." },

    [ASR_MOCK_D_JSON_ENCODING] = { "D-json-encoding", E, false,
        "JSON text is UTF-8.",
        "This looks like UTF-16; encode it as UTF-8." },

    [ASR_MOCK_D_JSON_UTF8] = { "D-json-utf8", E, false,
        "JSON text is well-formed UTF-8, without half a surrogate pair.",
        "Encode the text as UTF-8; cut strings between characters." },

    [ASR_MOCK_D_JSON_NUL] = { "D-json-nul", E, false,
        "A string has no NUL character.",
        "Remove it; it often comes from a buffer that is longer than its "
        "text." },

    [ASR_MOCK_D_JSON_COMMA] = { "D-json-comma", E, false,
        "A comma stands between two members, not after the last.",
        "Remove the comma." },

    [ASR_MOCK_D_JSON_QUOTES] = { "D-json-quotes", E, false,
        "Names and strings stand in double quotes.",
        "Use a JSON serialiser; Python's is json.dumps(x), not str(x)." },

    [ASR_MOCK_D_JSON_NAME] = { "D-json-name", E, false,
        "A member's name stands in double quotes.",
        "Put the name in quotes; JavaScript's JSON.stringify does." },

    [ASR_MOCK_D_JSON_LITERAL] = { "D-json-literal", E, false,
        "Words without quotes are true, false and null, in small letters.",
        "True, None, NaN and undefined are not JSON: use a serialiser, or "
        "leave the member out." },

    [ASR_MOCK_D_JSON_COMMENT] = { "D-json-comment", E, false,
        "JSON has no comments.",
        "Remove the comment." },

    [ASR_MOCK_D_JSON_CONTROL] = { "D-json-control", E, false,
        "Line breaks and other control characters are escaped in a string.",
        "Write \\n for a line break, \\t for a tab." },

    [ASR_MOCK_D_JSON_ESCAPE] = { "D-json-escape", E, false,
        "After a backslash come \" \\ / b f n r t or uXXXX.",
        "Double the backslash when you mean one, as in a path of Windows." },

    [ASR_MOCK_D_JSON_NUMBER] = { "D-json-number", E, false,
        "A number has no sign +, no leading zero, and digits on both sides "
        "of its point.",
        "Write it as 0.5, 7 or -1; ids with leading zeros are strings." },

    [ASR_MOCK_D_JSON_CUT] = { "D-json-cut", E, false,
        "The JSON text ends too early.",
        "Something is missing at its end: a quote or a bracket, or bytes "
        "that Content-Length did not count." },

    [ASR_MOCK_D_JSON_AFTER] = { "D-json-after", E, false,
        "Nothing comes after the JSON object.",
        "Send one object in a request." },

    [ASR_MOCK_D_JSON_DEPTH] = { "D-json-depth", E, true,
        "JSON is nested at most 32 deep.",
        "No parameter needs more than two." },

    [ASR_MOCK_D_JSON_DUPLICATE] = { "D-json-duplicate", E, true,
        "A member is given once.",
        "Remove one of the two; which of them counted would be chance." },

    [ASR_MOCK_D_JSON_OBJECT] = { "D-json-object", E, false,
        "The body is a JSON object.",
        "Send {...}; a string that holds JSON was serialised twice." },

    [ASR_MOCK_D_JSON_SYNTAX] = { "D-json-syntax", E, false,
        "The body is valid JSON.",
        "See the place; use a JSON serialiser." },

    [ASR_MOCK_M_POLL] = { "M-poll", W, true,
        "A task is asked for at most once a second; where its document names "
        "no interval, that is our figure.",
        "Wait between two polls, longer for a long recording." },

    [ASR_MOCK_M_END] = { "M-poll-end", W, true,
        "A task that has ended does not change: its result is fetched once.",
        "Stop polling at success and at failure alike, and keep the "
        "result." },

    [ASR_MOCK_M_BACKOFF] = { "M-backoff", W, false,
        "After a limit the next request waits as long as the reply says; "
        "where it does not, a second (our figure).",
        "Back off, and double the wait when it happens again." },

    [ASR_MOCK_M_RESUBMIT] = { "M-resubmit", W, true,
        "A recording is submitted once; the same was submitted and has not "
        "ended.",
        "Keep the task's id and ask for it; each task is billed." },

    [ASR_MOCK_M_NONCE] = { "M-nonce", W, false,
        "A signature nonce is used once.",
        "Make a new nonce for each request, retries too." },

    [ASR_MOCK_M_REPLAY] = { "M-replay", W, true,
        "A request is signed when it is sent: the same signature came again, "
        "later.",
        "Sign each attempt anew; a kept signature expires after some "
        "minutes." },

    [ASR_MOCK_M_RETRY] = { "M-retry", W, true,
        "After a failure of the server a creation is not sent again at once: "
        "a second at least, that is our figure.",
        "Wait, with a growing pause; the task may have been made "
        "nevertheless." },

    [ASR_MOCK_M_REFUSED] = { "M-refused", W, false,
        "What was refused for its content will be refused again.",
        "Do not retry it: only limits and failures of the server pass." },

    [ASR_MOCK_M_EXTENSION] = { "M-extension", W, false,
        "The vendor has no query of a task, only the callback.",
        "Polls work here and nowhere else: receive the callback." },

    [ASR_MOCK_M_UNUSED] = { "M-unused", N, false,
        "A file that is uploaded is used.",
        "Submit it, or do not upload it." },

    [ASR_MOCK_M_KEPT] = { "M-kept", N, true,
        "A file that is done with is deleted.",
        "Delete uploads once their tasks have ended." },

    [ASR_MOCK_M_UNFETCHED] = { "M-unfetched", W, false,
        "The result of a task is fetched, or called back.",
        "Ask for each task that you make; results are kept for a limited "
        "time." },

    [ASR_MOCK_M_UNFINISHED] = { "M-unfinished", N, false,
        "A task is followed to its end.",
        "Poll until success or failure, with a limit of your own." },

    [ASR_MOCK_M_CODES] = { "M-codes", N, false,
        "Error codes of the document that this client's tests never met.",
        "Provoke each by its name: the header X-Mock-Fault does." }
};
