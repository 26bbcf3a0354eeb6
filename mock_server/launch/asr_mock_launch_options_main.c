#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <arpa/inet.h>

#include "asr_mock_launch.h"


#define ASR_MOCK_LAUNCH_VERSION  "asr-mock 1.0"

#define asr_mock_launch_n(a)  (sizeof(a) / sizeof((a)[0]))


typedef struct asr_mock_launch_option_s  asr_mock_launch_option_t;

struct asr_mock_launch_option_s {
    const char  *name;
    const char  *value;                      /* NULL: takes none */

    /* returns NULL, or what was expected */
    const char  *(*set)(asr_mock_launch_options_t *o,
                        const asr_mock_launch_option_t *option,
                        const char *value);

    size_t       offset;                     /* of what set() sets */
    const char  *help;
};

#define asr_mock_launch_field(o, option, type)                               \
    (*(type *) ((char *) (o) + (option)->offset))


static const char *asr_mock_launch_set_flag(asr_mock_launch_options_t *o,
    const asr_mock_launch_option_t *option, const char *value);
static const char *asr_mock_launch_set_strict(asr_mock_launch_options_t *o,
    const asr_mock_launch_option_t *option, const char *value);
static const char *asr_mock_launch_set_string(asr_mock_launch_options_t *o,
    const asr_mock_launch_option_t *option, const char *value);
static const char *asr_mock_launch_set_port(asr_mock_launch_options_t *o,
    const asr_mock_launch_option_t *option, const char *value);
static const char *asr_mock_launch_set_address(asr_mock_launch_options_t *o,
    const asr_mock_launch_option_t *option, const char *value);
static const char *asr_mock_launch_set_engine(asr_mock_launch_options_t *o,
    const asr_mock_launch_option_t *option, const char *value);
static const char *asr_mock_launch_set_number(asr_mock_launch_options_t *o,
    const asr_mock_launch_option_t *option, const char *value);
static const char *asr_mock_launch_set_size(asr_mock_launch_options_t *o,
    const asr_mock_launch_option_t *option, const char *value);
static const char *asr_mock_launch_set_level(asr_mock_launch_options_t *o,
    const asr_mock_launch_option_t *option, const char *value);
static const char *asr_mock_launch_set_report(asr_mock_launch_options_t *o,
    const asr_mock_launch_option_t *option, const char *value);
static const char *asr_mock_launch_set_url(asr_mock_launch_options_t *o,
    const asr_mock_launch_option_t *option, const char *value);
static const char *asr_mock_launch_set_diff(asr_mock_launch_options_t *o,
    const asr_mock_launch_option_t *option, const char *value);

static bool asr_mock_launch_number(const char *text, uint64_t max,
    uint64_t *n, const char **rest);
static const asr_mock_launch_option_t *asr_mock_launch_find(const char *name,
    size_t len);
static int asr_mock_launch_option(asr_mock_launch_options_t *o, char **argv);
static void asr_mock_launch_usage(FILE *f);
static void asr_mock_launch_help(void);


static const asr_mock_launch_option_t  asr_mock_launch_table[] = {
    { "--port", "N", asr_mock_launch_set_port,
      offsetof(asr_mock_launch_options_t, port),
      "listens there; 0 takes a free port (default)" },
    { "--address", "A", asr_mock_launch_set_address,
      offsetof(asr_mock_launch_options_t, address),
      "of the host, IPv4 or IPv6 (127.0.0.1)" },
    { "--socket", "PATH", asr_mock_launch_set_string,
      offsetof(asr_mock_launch_options_t, socket),
      "listens on a unix socket too" },
    { "--tls", NULL, asr_mock_launch_set_flag,
      offsetof(asr_mock_launch_options_t, tls),
      "listens for TLS too, with a certificate made at start" },
    { "--tls-port", "N", asr_mock_launch_set_port,
      offsetof(asr_mock_launch_options_t, tls_port),
      "likewise, there; 0 takes a free port (default)" },
    { "--accounts", "FILE", asr_mock_launch_set_string,
      offsetof(asr_mock_launch_options_t, accounts),
      "accounts beside the keys test-..." },
    { "--scenario", "FILE", asr_mock_launch_set_string,
      offsetof(asr_mock_launch_options_t, scenario),
      "plans and faults that worlds begin with" },
    { "--engine", "E", asr_mock_launch_set_engine,
      offsetof(asr_mock_launch_options_t, engine),
      "of the words: scripted (default) or pocketsphinx" },
    { "--strict", NULL, asr_mock_launch_set_strict,
      offsetof(asr_mock_launch_options_t, lenient),
      "refuses what the documents forbid (default)" },
    { "--lenient", NULL, asr_mock_launch_set_flag,
      offsetof(asr_mock_launch_options_t, lenient),
      "takes what can be taken, with a warning" },
    { "--seed", "N", asr_mock_launch_set_number,
      offsetof(asr_mock_launch_options_t, seed),
      "of all that is made up: same seed, same bytes" },
    { "--memory", "SIZE", asr_mock_launch_set_size,
      offsetof(asr_mock_launch_options_t, memory),
      "what tasks and journal may take, such as 64m" },
    { "--report", "[FMT=]FILE", asr_mock_launch_set_report,
      offsetof(asr_mock_launch_options_t, reports),
      "writes the report there at the end: text, json, junit or\n"
      "html, else by its ending; - is stdout; may be repeated" },
    { "--fail-on", "LEVEL", asr_mock_launch_set_level,
      offsetof(asr_mock_launch_options_t, fail_on),
      "error (default), warning, never: what makes status 1" },
    { "--port-file", "FILE", asr_mock_launch_set_string,
      offsetof(asr_mock_launch_options_t, port_file),
      "writes the port there when ready, removes it at the end" },
    { "--record", "URL", asr_mock_launch_set_url,
      offsetof(asr_mock_launch_options_t, record),
      "passes all requests on to that endpoint and records them" },
    { "--recording", "FILE", asr_mock_launch_set_string,
      offsetof(asr_mock_launch_options_t, recording),
      "appends the recording there (asr-mock.jsonl)" },
    { "--record-ca", "FILE", asr_mock_launch_set_string,
      offsetof(asr_mock_launch_options_t, record_ca),
      "authorities the endpoint's certificate may be of" },
    { "--replay", "FILE", asr_mock_launch_set_string,
      offsetof(asr_mock_launch_options_t, replay),
      "answers what is in the recording out of it" },
    { "--replay-timing", NULL, asr_mock_launch_set_flag,
      offsetof(asr_mock_launch_options_t, replay_timing),
      "... as late as the endpoint did" },
    { "--diff", "FILE|URL", asr_mock_launch_set_diff,
      offsetof(asr_mock_launch_options_t, diff),
      "asks the mock what is in the recording, or was asked of\n"
      "that endpoint, and prints what the answers differ in;\n"
      "status 1: in their structure" },
    { "--diff-report", "FILE", asr_mock_launch_set_string,
      offsetof(asr_mock_launch_options_t, diff_report),
      "... and writes it there as JSON" },
    { "--nginx", "PATH", asr_mock_launch_set_string,
      offsetof(asr_mock_launch_options_t, nginx),
      "the nginx to run (/usr/sbin/nginx)" },
    { "--module", "PATH", asr_mock_launch_set_string,
      offsetof(asr_mock_launch_options_t, module),
      "the mock's module, when it is not beside this program" },
    { "--verbose", NULL, asr_mock_launch_set_flag,
      offsetof(asr_mock_launch_options_t, verbose),
      "nginx's log on stderr" },
    { "--help", NULL, NULL, 0, "this text" },
    { "--version", NULL, NULL, 0, "name and version" }
};

static const char *const  asr_mock_launch_formats[][2] = {
    { "text", ".txt" }, { "json", ".json" }, { "junit", ".xml" },
    { "html", ".html" }
};


int
asr_mock_launch_options(asr_mock_launch_options_t *o, int argc, char **argv)
{
    int  i, n;

    *o = (asr_mock_launch_options_t) {
        .address = "127.0.0.1",
        .engine = "scripted",
        .fail_on = "error",
        .recording = "asr-mock.jsonl",
        .nginx = "/usr/sbin/nginx"
    };

    for (i = 1; i < argc; i += n) {

        if (strcmp(argv[i], "--") == 0) {
            if (argv[i + 1] == NULL) {
                asr_mock_launch_say(0, "no command after --");
                asr_mock_launch_usage(stderr);
                return ASR_MOCK_LAUNCH_SETUP;
            }

            o->command = &argv[i + 1];
            return -1;
        }

        if (strcmp(argv[i], "--help") == 0) {
            asr_mock_launch_help();
            return 0;
        }

        if (strcmp(argv[i], "--version") == 0) {
            puts(ASR_MOCK_LAUNCH_VERSION);
            return 0;
        }

        n = asr_mock_launch_option(o, &argv[i]);

        if (n == 0) {
            asr_mock_launch_usage(stderr);
            return ASR_MOCK_LAUNCH_SETUP;
        }
    }

    return -1;
}


/* How many of argv it was; 0: it is wrong. */

static int
asr_mock_launch_option(asr_mock_launch_options_t *o, char **argv)
{
    size_t                           len;
    const char                      *value, *expected;
    const asr_mock_launch_option_t  *option;

    len = strcspn(argv[0], "=");
    value = argv[0][len] == '=' ? argv[0] + len + 1 : NULL;

    if (strncmp(argv[0], "--", 2) != 0) {
        asr_mock_launch_say(0, "unexpected \"%s\"; a command goes after --",
                            argv[0]);
        return 0;
    }

    option = asr_mock_launch_find(argv[0], len);

    if (option == NULL) {
        asr_mock_launch_say(0, "unknown option \"%s\"", argv[0]);
        return 0;
    }

    if (option->value == NULL) {
        if (value != NULL) {
            asr_mock_launch_say(0, "%s takes no value", option->name);
            return 0;
        }

        (void) option->set(o, option, NULL);
        return 1;
    }

    len = value == NULL;

    if (value == NULL) {
        value = argv[1];
    }

    if (value == NULL || *value == '\0') {
        asr_mock_launch_say(0, "%s needs a value", option->name);
        return 0;
    }

    expected = option->set(o, option, value);

    if (expected != NULL) {
        asr_mock_launch_say(0, "%s got \"%s\", expected %s", option->name,
                            value, expected);
        return 0;
    }

    return 1 + (int) len;
}


static const asr_mock_launch_option_t *
asr_mock_launch_find(const char *name, size_t len)
{
    size_t       i;
    const char  *s;

    for (i = 0; i < asr_mock_launch_n(asr_mock_launch_table); i++) {
        s = asr_mock_launch_table[i].name;

        if (strlen(s) == len && memcmp(s, name, len) == 0
            && asr_mock_launch_table[i].set != NULL)
        {
            return &asr_mock_launch_table[i];
        }
    }

    return NULL;
}


static bool
asr_mock_launch_number(const char *text, uint64_t max, uint64_t *n,
    const char **rest)
{
    const char  *p;

    *n = 0;

    for (p = text; *p >= '0' && *p <= '9'; p++) {
        if (*n > (max - (uint64_t) (*p - '0')) / 10) {
            return false;
        }

        *n = *n * 10 + (uint64_t) (*p - '0');
    }

    *rest = p;

    return p != text;
}


static const char *
asr_mock_launch_set_flag(asr_mock_launch_options_t *o,
    const asr_mock_launch_option_t *option, const char *value)
{
    asr_mock_launch_field(o, option, bool) = true;

    return NULL;
}


static const char *
asr_mock_launch_set_strict(asr_mock_launch_options_t *o,
    const asr_mock_launch_option_t *option, const char *value)
{
    asr_mock_launch_field(o, option, bool) = false;

    return NULL;
}


static const char *
asr_mock_launch_set_string(asr_mock_launch_options_t *o,
    const asr_mock_launch_option_t *option, const char *value)
{
    asr_mock_launch_field(o, option, const char *) = value;

    return NULL;
}


static const char *
asr_mock_launch_set_port(asr_mock_launch_options_t *o,
    const asr_mock_launch_option_t *option, const char *value)
{
    uint64_t     n;
    const char  *rest;

    if (!asr_mock_launch_number(value, 65535, &n, &rest) || *rest != '\0') {
        return "a port, 0 to 65535";
    }

    asr_mock_launch_field(o, option, int) = (int) n;

    if (option->offset == offsetof(asr_mock_launch_options_t, tls_port)) {
        o->tls = true;
    }

    return NULL;
}


static const char *
asr_mock_launch_set_address(asr_mock_launch_options_t *o,
    const asr_mock_launch_option_t *option, const char *value)
{
    struct in6_addr  a;

    if (inet_pton(AF_INET, value, &a) != 1
        && inet_pton(AF_INET6, value, &a) != 1)
    {
        return "an IPv4 or IPv6 address";
    }

    o->address = value;

    return NULL;
}


static const char *
asr_mock_launch_set_engine(asr_mock_launch_options_t *o,
    const asr_mock_launch_option_t *option, const char *value)
{
    if (strcmp(value, "scripted") != 0 && strcmp(value, "pocketsphinx") != 0) {
        return "scripted or pocketsphinx";
    }

    o->engine = value;

    return NULL;
}


static const char *
asr_mock_launch_set_number(asr_mock_launch_options_t *o,
    const asr_mock_launch_option_t *option, const char *value)
{
    uint64_t     n;
    const char  *rest;

    if (!asr_mock_launch_number(value, INT64_MAX, &n, &rest) || *rest != '\0')
    {
        return "a number, 0 to 2^63 - 1";
    }

    asr_mock_launch_field(o, option, const char *) = value;

    return NULL;
}


static const char *
asr_mock_launch_set_size(asr_mock_launch_options_t *o,
    const asr_mock_launch_option_t *option, const char *value)
{
    uint64_t     n;
    const char  *rest;

    /* as nginx reads sizes; the module knows the least that works */

    if (!asr_mock_launch_number(value, INT32_MAX, &n, &rest)
        || (*rest != '\0' && (strchr("kKmMgG", *rest) == NULL
                              || rest[1] != '\0')))
    {
        return "a size, such as 64m";
    }

    asr_mock_launch_field(o, option, const char *) = value;

    return NULL;
}


static const char *
asr_mock_launch_set_level(asr_mock_launch_options_t *o,
    const asr_mock_launch_option_t *option, const char *value)
{
    if (strcmp(value, "error") != 0 && strcmp(value, "warning") != 0
        && strcmp(value, "never") != 0)
    {
        return "error, warning or never";
    }

    o->fail_on = value;

    return NULL;
}


static const char *
asr_mock_launch_set_report(asr_mock_launch_options_t *o,
    const asr_mock_launch_option_t *option, const char *value)
{
    size_t                     i, len, end;
    asr_mock_launch_report_t  *r;

    if (o->nreports == ASR_MOCK_LAUNCH_REPORTS_MAX) {
        return "16 reports at most";
    }

    r = &o->reports[o->nreports];
    len = strlen(value);

    for (i = 0; i < asr_mock_launch_n(asr_mock_launch_formats); i++) {
        r->format = asr_mock_launch_formats[i][0];
        end = strlen(r->format);

        if (strncmp(value, r->format, end) == 0 && value[end] == '='
            && value[end + 1] != '\0')
        {
            r->file = value + end + 1;
            o->nreports++;
            return NULL;
        }
    }

    for (i = 0; i < asr_mock_launch_n(asr_mock_launch_formats); i++) {
        r->format = asr_mock_launch_formats[i][0];
        end = strlen(asr_mock_launch_formats[i][1]);

        if (len > end
            && strcmp(value + len - end, asr_mock_launch_formats[i][1]) == 0)
        {
            r->file = value;
            o->nreports++;
            return NULL;
        }
    }

    return "text=, json=, junit= or html= before it, or a name that ends"
           " with .txt, .json, .xml or .html";
}


/* Goes into nginx's configuration as it is. */

static const char *
asr_mock_launch_set_url(asr_mock_launch_options_t *o,
    const asr_mock_launch_option_t *option, const char *value)
{
    const char  *host;

    static const char  of_host[] =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789.-:[]";

    host = strstr(value, "://");

    if ((strncmp(value, "http://", 7) != 0 && strncmp(value, "https://", 8)
                                              != 0)
        || strspn(host + 3, of_host) != strlen(host + 3) || host[3] == '\0')
    {
        return "http:// or https:// and a host, without a path";
    }

    asr_mock_launch_field(o, option, const char *) = value;

    return NULL;
}


static const char *
asr_mock_launch_set_diff(asr_mock_launch_options_t *o,
    const asr_mock_launch_option_t *option, const char *value)
{
    return strstr(value, "://") != NULL
           ? asr_mock_launch_set_url(o, option, value)
           : asr_mock_launch_set_string(o, option, value);
}


static void
asr_mock_launch_usage(FILE *f)
{
    fputs("usage: asr-mock [OPTION ...] [-- COMMAND ...]\n", f);

    if (f == stderr) {
        fputs("asr-mock --help lists the options.\n", f);
    }
}


static void
asr_mock_launch_help(void)
{
    size_t                           i;
    const char                      *p, *end;
    char                             left[32];
    const asr_mock_launch_option_t  *o;

    asr_mock_launch_usage(stdout);
    puts("\nServes the four APIs of the ASR gateway for tests.  With a"
         " command it runs\nthat, with ASR_MOCK_URL and ASR_MOCK_PORT set,"
         " prints what it did wrong,\nand exits with its status.  Without one"
         " it prints \"ready URL pid N\" and\nserves until SIGTERM.\n");

    for (i = 0; i < asr_mock_launch_n(asr_mock_launch_table); i++) {
        o = &asr_mock_launch_table[i];
        (void) snprintf(left, sizeof(left), "%s %s", o->name,
                        o->value == NULL ? "" : o->value);

        for (p = o->help; p != NULL; p = *end == '\0' ? NULL : end + 1) {
            end = p + strcspn(p, "\n");
            printf("  %-20s %.*s\n", p == o->help ? left : "",
                   (int) (end - p), p);
        }
    }
}


void
asr_mock_launch_say(int error, const char *format, ...)
{
    int      n;
    char     text[2048];
    va_list  args;

    va_start(args, format);
    n = vsnprintf(text, sizeof(text), format, args);
    va_end(args);

    if (n < 0) {
        return;
    }

    (void) fprintf(stderr, "asr-mock: %s%s%s\n", text,
                   error == 0 ? "" : ": ",
                   error == 0 ? "" : strerror(error));
}
