/*
 * The list of all codes, made once from the tables of the APIs and those of
 * the files beside this one, so that a text stands in one place only.
 */

#include "asr_mock_errors_int.h"

#include <pthread.h>
#include <stdio.h>
#include <unistd.h>


#define ASR_MOCK_CODES_MEMORY  (64 * 1024)
#define ASR_MOCK_CODE_TEXT     1024


typedef struct {
    const asr_api_t  *api;
    void            (*codes)(void);
    void            (*error)(asr_call_t *call, const asr_mock_code_t *c);
} asr_mock_vendor_t;


static void asr_mock_codes_make(void);
static const asr_mock_vendor_t *asr_mock_vendor(asr_str_t api);
static bool asr_mock_code_named(const char *own, asr_str_t name, bool exact);


static pthread_once_t    asr_mock_codes_once = PTHREAD_ONCE_INIT;
static asr_arena_t       asr_mock_codes_arena;
static asr_mock_code_t   asr_mock_list[ASR_MOCK_CODES_MAX];
static size_t            asr_mock_list_n;


static const asr_mock_vendor_t  asr_mock_vendors[] = {
    { &asr_api_u2, asr_mock_u2_codes, asr_mock_u2_error },
    { &asr_api_tencent, asr_mock_tencent_codes, asr_mock_tencent_error },
    { &asr_api_memories, asr_mock_memories_codes, asr_mock_memories_error },
    { &asr_api_ice, asr_mock_ice_codes, asr_mock_ice_error },
};


static void
asr_mock_codes_make(void)
{
    size_t  i;

    asr_arena_init(&asr_mock_codes_arena, ASR_MOCK_CODES_MEMORY);

    for (i = 0; i < asr_nelts(asr_mock_vendors); i++) {
        asr_mock_vendors[i].codes();
    }
}


static const char *
asr_mock_code_copy(const char *s, size_t len)
{
    asr_str_t  copy;

    copy = asr_arena_str(&asr_mock_codes_arena, (asr_str_t) { len, s });

    return (copy.data != NULL) ? copy.data : "";
}


void
asr_mock_code_add(const asr_mock_code_t *c)
{
    asr_mock_code_t  *v;

    /* the tables are ours, a test sees to it that all of them fit */

    if (asr_mock_list_n == ASR_MOCK_CODES_MAX) {
        return;
    }

    v = &asr_mock_list[asr_mock_list_n++];

    *v = *c;
    v->name = asr_mock_code_copy(c->name, strlen(c->name));
    v->meaning = asr_mock_code_copy(c->meaning, strlen(c->meaning));

    v->code = (c->code != NULL)
              ? asr_mock_code_copy(c->code, strlen(c->code))
              : asr_mock_code_copy(c->name, strcspn(c->name, "/"));
}


const char *
asr_mock_code_text(const char *text, const char *a, const char *b)
{
    char         out[ASR_MOCK_CODE_TEXT];
    size_t       n, len;
    const char  *piece;

    for (len = 0; *text != '\0'; len += n) {

        if (text[0] == '{' && (text[1] == '0' || text[1] == '1')
            && text[2] == '}')
        {
            piece = (text[1] == '0') ? a : b;
            piece = (piece != NULL) ? piece : "";
            n = strlen(piece);
            text += 3;

        } else {
            piece = text++;
            n = 1;
        }

        n = (n < sizeof(out) - len) ? n : sizeof(out) - len;
        memcpy(out + len, piece, n);
    }

    return asr_mock_code_copy(out, len);
}


const asr_param_t *
asr_mock_required(const asr_param_t *table, size_t n)
{
    size_t  i;

    for (i = 0; i < n; i++) {
        if (table[i].flags & ASR_P_REQUIRED) {
            return &table[i];
        }
    }

    return (n != 0) ? table : NULL;
}


const char *
asr_mock_cause_name(asr_cause_t cause)
{
    static const char *const  names[] = {
        [ASR_CAUSE_NONE] = "none",
        [ASR_CAUSE_INTERNAL] = "internal",
        [ASR_CAUSE_FORMAT] = "format",
        [ASR_CAUSE_CORRUPT] = "corrupt",
        [ASR_CAUSE_TOO_SHORT] = "too_short",
        [ASR_CAUSE_TOO_LONG] = "too_long",
        [ASR_CAUSE_CHANNELS] = "channels",
        [ASR_CAUSE_SAMPLE_RATE] = "sample_rate",
        [ASR_CAUSE_DOWNLOAD] = "download",
        [ASR_CAUSE_NO_MODEL] = "no_model",
        [ASR_CAUSE_RECOGNITION] = "recognition",
        [ASR_CAUSE_FILE_GONE] = "file_gone"
    };

    return names[cause];
}


const asr_mock_code_t *
asr_mock_codes(size_t *n)
{
    pthread_once(&asr_mock_codes_once, asr_mock_codes_make);

    *n = asr_mock_list_n;

    return asr_mock_list;
}


static bool
asr_mock_code_named(const char *own, asr_str_t name, bool exact)
{
    size_t  i;
    char    a, b;

    if (strlen(own) != name.len) {
        return false;
    }

    for (i = 0; i < name.len; i++) {
        a = own[i];
        b = name.data[i];

        if (a != b
            && (exact || !((a == '.' && b == '_') || (a == '/' && b == '-'))))
        {
            return false;
        }
    }

    return true;
}


const asr_mock_code_t *
asr_mock_code_find(asr_str_t api, asr_str_t name, bool task)
{
    size_t                  i, n, pass;
    const asr_mock_code_t  *c;

    c = asr_mock_codes(&n);

    for (pass = 0; pass < 3; pass++) {
        for (i = 0; i < n; i++) {

            if (c[i].task != task || !asr_str_eq(asr_cstr(c[i].api), api)) {
                continue;
            }

            if (pass == 1 ? asr_str_eq(asr_cstr(c[i].code), name)
                          : asr_mock_code_named(c[i].name, name, pass == 0))
            {
                return &c[i];
            }
        }
    }

    return NULL;
}


bool
asr_mock_code_known(asr_str_t name, bool task)
{
    size_t       i;
    asr_str_t    message;
    asr_cause_t  cause;

    for (i = 0; i < asr_nelts(asr_mock_vendors); i++) {
        message = asr_cstr(asr_mock_vendors[i].api->name);

        if (task ? asr_mock_task_code(message, name, &cause, &message)
                 : asr_mock_code_find(message, name, false) != NULL)
        {
            return true;
        }
    }

    return false;
}


static const asr_mock_vendor_t *
asr_mock_vendor(asr_str_t api)
{
    size_t  i;

    for (i = 0; i < asr_nelts(asr_mock_vendors); i++) {
        if (asr_str_eq(asr_cstr(asr_mock_vendors[i].api->name), api)) {
            return &asr_mock_vendors[i];
        }
    }

    return NULL;
}


bool
asr_mock_is_limit(asr_str_t code)
{
    size_t  i;

    static const asr_str_t  codes[] = {
        ASR_STR("100501"), ASR_STR("0429"), ASR_STR("429"),
        ASR_STR("RequestsTooFrequent"), ASR_STR("Throttling"),
        ASR_STR("RequestLimitExceeded")
    };

    for (i = 0; i < asr_nelts(codes); i++) {

        /* and what is finer: "Throttling.User" */

        if (code.len >= codes[i].len
            && memcmp(code.data, codes[i].data, codes[i].len) == 0
            && (code.len == codes[i].len || code.data[codes[i].len] == '.'))
        {
            return true;
        }
    }

    return false;
}


bool
asr_mock_error_status(asr_call_t *call, asr_str_t name, int status)
{
    asr_str_t                 api;
    const asr_mock_code_t    *c;
    const asr_mock_vendor_t  *vendor;

    api = asr_cstr(call->api->name);
    vendor = asr_mock_vendor(api);
    c = asr_mock_code_find(api, name, false);

    if (vendor == NULL || c == NULL) {
        return false;
    }

    /* what end() said of the reply it would have made is void */

    call->clause = NULL;
    call->task_id = 0;

    vendor->error(call, c);

    if (call->clause == NULL) {
        call->clause = c->clause;
    }

    if (asr_mock_is_limit(call->error)) {
        call->limit_status = ASR_LIMIT_REJECTED;
    }

    if (status != 0) {
        call->reply.status = status;
    }

    return true;
}


bool
asr_mock_error(asr_call_t *call, asr_str_t name)
{
    return asr_mock_error_status(call, name, 0);
}


/*
 * Some tasks' ends are known by other names: those of replies that would have
 * said so at once, and the integers beside the strings.
 */

bool
asr_mock_task_code(asr_str_t api, asr_str_t name, asr_cause_t *cause,
    asr_str_t *message)
{
    size_t                  i;
    const asr_mock_code_t  *c;

    static const struct {
        const asr_api_t  *api;
        const char       *name;
        asr_cause_t       cause;
    } others[] = {
        { &asr_api_tencent, "FailedOperation.ErrorDownFile",
          ASR_CAUSE_DOWNLOAD },
        { &asr_api_tencent, "InternalError.ErrorDownFile",
          ASR_CAUSE_DOWNLOAD },
        { &asr_api_tencent, "FailedOperation.ErrorRecognize",
          ASR_CAUSE_RECOGNITION },
        { &asr_api_tencent, "InternalError.ErrorRecognize",
          ASR_CAUSE_RECOGNITION },
        { &asr_api_tencent, "InternalError", ASR_CAUSE_INTERNAL },
        { &asr_api_memories, "400", ASR_CAUSE_FORMAT },
        { &asr_api_memories, "500", ASR_CAUSE_INTERNAL },
    };

    *message = asr_str_null();
    c = asr_mock_code_find(api, name, true);

    if (c != NULL) {
        *cause = c->cause;

        /* the name is a code, no cause's: no rendering of a cause has it */

        if (strcmp(c->name, asr_mock_cause_name(c->cause)) != 0) {
            *message = asr_cstr(c->name);
        }

        return true;
    }

    for (i = 0; i < asr_nelts(others); i++) {
        if (asr_str_eq(asr_cstr(others[i].api->name), api)
            && asr_mock_code_named(others[i].name, name, false))
        {
            *cause = others[i].cause;
            return true;
        }
    }

    return false;
}


void
asr_mock_gateway_page(asr_call_t *call, int status)
{
    size_t        i;
    const char   *words;
    asr_reply_t  *r;

    static const struct {
        int          status;
        const char  *words;
    } pages[] = {
        { 403, "Forbidden" },
        { 404, "Not Found" },
        { 413, "Request Entity Too Large" },
        { 429, "Too Many Requests" },
        { 500, "Internal Server Error" },
        { 502, "Bad Gateway" },
        { 503, "Service Temporarily Unavailable" },
        { 504, "Gateway Time-out" },
    };

    words = (status >= 500) ? "Server Error" : "Error";

    for (i = 0; i < asr_nelts(pages); i++) {
        if (pages[i].status == status) {
            words = pages[i].words;
        }
    }

    r = &call->reply;

    if (r->fd != -1) {
        close(r->fd);
        r->fd = -1;
    }

    call->error = asr_str_null();
    call->clause = NULL;
    call->why = "what stands before the service answered";
    call->task_id = 0;

    r->status = status;
    r->content_type = asr_str("text/html");
    r->nheaders = 0;
    r->body.len = 0;
    r->body.failed = false;

    asr_buf_printf(&r->body,
                   "<html>\r\n<head><title>%d %s</title></head>\r\n<body>\r\n"
                   "<center><h1>%d %s</h1></center>\r\n"
                   "<hr><center>nginx</center>\r\n</body>\r\n</html>\r\n",
                   status, words, status, words);
}


void
asr_mock_codes_write(asr_json_out_t *o)
{
    size_t                  i, n;
    char                    fault[ASR_MOCK_CODE_NAME_MAX];
    const asr_mock_code_t  *c;

    c = asr_mock_codes(&n);

    asr_jo_object(o);
    asr_jo_key(o, "codes");
    asr_jo_array(o);

    for (i = 0; i < n; i++) {
        snprintf(fault, sizeof(fault), "%s%s", c[i].task ? "task=" : "",
                 c[i].name);

        asr_jo_object(o);
        asr_jo_key(o, "api");
        asr_jo_str(o, asr_cstr(c[i].api));
        asr_jo_key(o, "code");
        asr_jo_str(o, asr_cstr(c[i].code));
        asr_jo_key(o, "kind");
        asr_jo_str(o, c[i].task ? asr_str("task") : asr_str("error"));
        asr_jo_key(o, "status");
        asr_jo_int(o, c[i].status);
        asr_jo_key(o, "meaning");
        asr_jo_str(o, asr_cstr(c[i].meaning));
        asr_jo_key(o, "documented");
        asr_jo_bool(o, c[i].documented);
        asr_jo_key(o, "fault");
        asr_jo_str(o, asr_cstr(fault));
        asr_jo_object_end(o);
    }

    asr_jo_array_end(o);
    asr_jo_object_end(o);
}
