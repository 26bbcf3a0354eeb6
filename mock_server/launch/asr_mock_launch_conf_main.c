#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif

#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>
#include <sys/socket.h>
#include <sys/wait.h>

#include "asr_mock_launch.h"


/* Where what belongs to the program is: from its own folder when it does not
   begin with "/".  As built, as installed below any root, as installed. */

#define ASR_MOCK_LAUNCH_PLACES    4

#define ASR_MOCK_LAUNCH_REMOVALS  1000

typedef struct {
    const char  *name;
    const char  *places[ASR_MOCK_LAUNCH_PLACES];
} asr_mock_launch_part_t;


static bool asr_mock_launch_find_part(const asr_mock_launch_part_t *part,
    char *path, size_t len);
static bool asr_mock_launch_file(const char *name, char *path);
static void asr_mock_launch_word(FILE *f, const char *path);
static void asr_mock_launch_path(FILE *f, const char *directive,
    const char *path);
static void asr_mock_launch_record(asr_mock_launch_t *l, FILE *f);
static bool asr_mock_launch_recordings(asr_mock_launch_t *l, FILE *f);
static bool asr_mock_launch_main(asr_mock_launch_t *l, FILE *f,
    unsigned connections);
static bool asr_mock_launch_http(asr_mock_launch_t *l, FILE *f);
static void asr_mock_launch_server(asr_mock_launch_t *l, FILE *f,
    const char *page);
static void asr_mock_launch_alias(FILE *f, const char *path);
static int asr_mock_launch_unlink(const char *path, const struct stat *st,
    int type, struct FTW *ftw);


static const asr_mock_launch_part_t  asr_mock_launch_module = {
    "ngx_http_asr_mock_module.so",
    { "", "../lib/nginx/modules/", "/usr/lib/nginx/modules/" }
};

static const asr_mock_launch_part_t  asr_mock_launch_decode = {
    "asr-decode", { "", "../lib/asr/", "/usr/lib/asr/" }
};

static const asr_mock_launch_part_t  asr_mock_launch_audio = {
    "asr-mock-audio", { "", "../lib/asr/", "/usr/lib/asr/" }
};

static const asr_mock_launch_part_t  asr_mock_launch_cert = {
    "asr-mock-cert", { "", "../lib/asr/", "/usr/lib/asr/" }
};

static const asr_mock_launch_part_t  asr_mock_launch_page = {
    "page", { "../mock_server/", "../../mock_server/", "../share/asr-mock/",
              "/usr/share/asr-mock/" }
};


/* "alias" has variables in it, and "$" can be had by one alone. */

static const char  asr_mock_launch_dollar[] =
    "    geo $asr_mock_dollar { default \"$\"; }\n\n";

/* nginx writes nowhere else: all relative paths are below its prefix. */

static const char  asr_mock_launch_paths[] =
    "    access_log off;\n"
    "    client_body_temp_path temp_body;\n"
    "    proxy_temp_path temp_proxy;\n"
    "    fastcgi_temp_path temp_fastcgi;\n"
    "    uwsgi_temp_path temp_uwsgi;\n"
    "    scgi_temp_path temp_scgi;\n"
    "\n"
    "    keepalive_requests 1000000000;\n"
    "    request_pool_size 16k;\n"
    "    client_header_buffer_size 4k;\n"
    "    large_client_header_buffers 4 40k;\n"
    "    absolute_redirect off;\n"
    "\n";

static const char  asr_mock_launch_locations[] =
    "        location = /_mock { return 302 /_mock/; }\n"
    "        location = /_mock/ { rewrite ^ /_mock/page/index.html last; }\n"
    "        location /_mock/ { asr_mock_admin; client_max_body_size 16m; }\n"
    "\n"
    "        location /_mock/page/ {\n"
    "            charset utf-8;\n"
    "            default_type application/octet-stream;\n"
    "            types {\n"
    "                text/html html;\n"
    "                text/css css;\n"
    "                text/javascript js mjs;\n"
    "                image/svg+xml svg;\n"
    "                image/png png;\n"
    "                font/woff2 woff2;\n"
    "                application/json json;\n"
    "            }\n"
    "            charset_types text/css text/javascript application/json;\n"
    "            add_header Cache-Control no-cache;\n"
    "            add_header X-Content-Type-Options nosniff;\n"
    "            add_header Content-Security-Policy\n"
    "                \"default-src 'self'; img-src 'self' data:;"
    " media-src 'self' blob:; object-src 'none'; base-uri 'none';"
    " form-action 'none'; frame-ancestors 'none'\";\n";


static const char  asr_mock_launch_apis[] =
    "        location /v1/           { asr u2; }\n"
    "        location /serve/api/v2/ { asr memories; }\n"
    "        location /              { asr tencent ice; }\n"
    "\n";

/* The requests as they are but for who the endpoint is, and for what could not
   be read of the replies. */

static const char  asr_mock_launch_proxy[] =
    "            client_max_body_size 16m;\n"
    "            client_body_buffer_size 1m;\n"
    "            proxy_http_version 1.1;\n"
    "            proxy_set_header Connection \"\";\n"
    "            proxy_set_header Host $asr_mock_host;\n"
    "            proxy_set_header Authorization $asr_mock_authorization;\n"
    "            proxy_set_header Accept-Encoding \"\";\n"
    "            proxy_set_header X-Mock-Fault \"\";\n"
    "            proxy_pass_header Date;\n"
    "            proxy_pass_header Server;\n"
    "            proxy_redirect off;\n"
    "            proxy_max_temp_file_size 0;\n"
    "            proxy_next_upstream error;\n"
    "            proxy_ssl_server_name on;\n"
    "            proxy_ssl_verify on;\n"
    "            proxy_ssl_verify_depth 8;\n";

static const char  asr_mock_launch_authorities[] =
    "/etc/ssl/certs/ca-certificates.crt";


bool
asr_mock_launch_prefix(asr_mock_launch_t *l)
{
    int          n;
    char         name[PATH_MAX];
    const char  *tmp;

    tmp = getenv("TMPDIR");
    if (tmp == NULL || *tmp == '\0') {
        tmp = "/tmp";
    }

    n = snprintf(name, sizeof(name), "%s/asr-mock-XXXXXX", tmp);

    if (n < 0 || (size_t) n >= sizeof(name)) {
        asr_mock_launch_say(ENAMETOOLONG, "%s", tmp);
        return false;
    }

    if (mkdtemp(name) == NULL) {
        asr_mock_launch_say(errno, "%s", name);
        return false;
    }

    if (realpath(name, l->prefix) == NULL) {
        asr_mock_launch_say(errno, "%s", name);
        (void) rmdir(name);
        l->prefix[0] = '\0';
        return false;
    }

    return true;
}


bool
asr_mock_launch_differ(char *path, size_t len)
{
    static const asr_mock_launch_part_t  differ = {
        "asr-mock-diff", { "", "../lib/asr/", "/usr/lib/asr/" }
    };

    return asr_mock_launch_find_part(&differ, path, len);
}


bool
asr_mock_launch_certificate(asr_mock_launch_t *l)
{
    int    status;
    char   path[PATH_MAX];
    pid_t  pid;

    if (!asr_mock_launch_find_part(&asr_mock_launch_cert, path, sizeof(path)))
    {
        return false;
    }

    pid = fork();

    if (pid == 0) {
        (void) execl(path, path, l->prefix, l->options.address,
                     (char *) NULL);
        asr_mock_launch_say(errno, "%s", path);
        _exit(127);
    }

    if (pid == -1 || waitpid(pid, &status, 0) != pid) {
        asr_mock_launch_say(errno, "%s", path);
        return false;
    }

    (void) snprintf(l->ca, sizeof(l->ca), "%s/ca.pem", l->prefix);

    return status == 0;
}


bool
asr_mock_launch_conf(asr_mock_launch_t *l, unsigned connections)
{
    int    fd, bad;
    bool   ok;
    char   path[PATH_MAX + 16];
    FILE  *f;

    (void) snprintf(path, sizeof(path), "%s/nginx.conf", l->prefix);

    fd = open(path, O_WRONLY|O_CREAT|O_EXCL|O_CLOEXEC, 0600);
    f = fd == -1 ? NULL : fdopen(fd, "w");

    if (f == NULL) {
        asr_mock_launch_say(errno, "%s", path);
        return false;
    }

    ok = asr_mock_launch_main(l, f, connections);

    bad = ferror(f);

    if (fclose(f) != 0 || bad) {
        asr_mock_launch_say(errno, "%s", path);
        return false;
    }

    return ok;
}


static bool
asr_mock_launch_main(asr_mock_launch_t *l, FILE *f, unsigned connections)
{
    char         path[PATH_MAX];
    const char  *module;

    module = path;

    if (l->options.module != NULL) {
        if (!asr_mock_launch_file(l->options.module, path)) {
            return false;
        }

    } else if (!asr_mock_launch_find_part(&asr_mock_launch_module, path,
                                          sizeof(path)))
    {
        return false;
    }

    asr_mock_launch_path(f, "load_module", module);

    /* else root's folders would be given to somebody else */

    if (geteuid() == 0) {
        fputs("user root;\n", f);
    }

    fprintf(f, "daemon off;\n"
               "master_process off;\n"
               "pid nginx.pid;\n"
               "error_log %s notice;\n"
               "\n"
               "events {\n"
               "    worker_connections %u;\n"
               "}\n"
               "\n"
               "http {\n",
            l->options.verbose ? "stderr" : "error.log", connections);

    if (!asr_mock_launch_http(l, f)) {
        return false;
    }

    fputs("}\n", f);

    return true;
}


static bool
asr_mock_launch_http(asr_mock_launch_t *l, FILE *f)
{
    char                       path[PATH_MAX];
    asr_mock_launch_options_t  *o;

    o = &l->options;

    fputs(asr_mock_launch_dollar, f);
    fputs(asr_mock_launch_paths, f);

    fputs("    asr_zone zone=asr:1m;\n"
          "    asr_spool spool;\n"
          "    asr_fetch_allow 127.0.0.0/8 ::1/128;\n", f);

    if (!asr_mock_launch_find_part(&asr_mock_launch_decode, path,
                                   sizeof(path)))
    {
        return false;
    }

    asr_mock_launch_path(f, "    asr_decode", path);

    if (!asr_mock_launch_find_part(&asr_mock_launch_audio, path, sizeof(path)))
    {
        return false;
    }

    asr_mock_launch_path(f, "    asr_mock_audio", path);

    if (o->accounts != NULL) {
        if (!asr_mock_launch_file(o->accounts, path)) {
            return false;
        }

        asr_mock_launch_path(f, "    asr_accounts", path);
    }

    if (o->scenario != NULL) {
        if (!asr_mock_launch_file(o->scenario, path)) {
            return false;
        }

        asr_mock_launch_path(f, "    asr_mock_scenario", path);
    }

    fprintf(f, "    asr_mock_engine %s;\n"
               "    asr_mock_lenient %s;\n"
               "    asr_mock_url %s;\n",
            o->engine, o->lenient ? "on" : "off", l->url);

    asr_mock_launch_path(f, "    asr_mock_prefix", l->prefix);

    /* made up words have no names, and to read the list takes longer than all
       the rest of the start; they need no model, so no engine lacks one */

    if (strcmp(o->engine, "scripted") == 0) {
        fputs("    asr_names off;\n"
              "    asr_engine_default en;\n", f);
    }

    if (o->seed != NULL) {
        fprintf(f, "    asr_mock_seed %s;\n", o->seed);
    }

    if (o->memory != NULL) {
        fprintf(f, "    asr_mock_memory %s;\n", o->memory);
    }

    if (!asr_mock_launch_recordings(l, f)
        || !asr_mock_launch_find_part(&asr_mock_launch_page, path,
                                      sizeof(path)))
    {
        return false;
    }

    asr_mock_launch_server(l, f, path);

    return true;
}


static void
asr_mock_launch_server(asr_mock_launch_t *l, FILE *f, const char *page)
{
    char         name[PATH_MAX + 8];
    const char  *open, *close;

    open = strchr(l->options.address, ':') != NULL ? "[" : "";
    close = *open == '\0' ? "" : "]";

    /* the backlog, since nginx would make it smaller */

    fprintf(f, "\n    server {\n"
               "        listen %s%s%s:%d backlog=%d;\n",
            open, l->options.address, close, l->port, SOMAXCONN);

    if (l->options.tls) {
        fprintf(f, "        listen %s%s%s:%d ssl backlog=%d;\n"
                   "        ssl_certificate cert.pem;\n"
                   "        ssl_certificate_key key.pem;\n",
                open, l->options.address, close, l->tls_port, SOMAXCONN);
    }

    if (l->socket[0] != '\0') {
        (void) snprintf(name, sizeof(name), "unix:%s", l->socket);
        asr_mock_launch_path(f, "        listen", name);
    }

    fputs("        server_name _;\n\n", f);

    if (l->options.record == NULL) {
        fputs(asr_mock_launch_apis, f);

    } else {
        asr_mock_launch_record(l, f);
    }

    fputs(asr_mock_launch_locations, f);
    asr_mock_launch_alias(f, page);
    fputs("        }\n    }\n", f);
}


static void
asr_mock_launch_record(asr_mock_launch_t *l, FILE *f)
{
    const char  *url, *host;

    url = l->options.record;
    host = strstr(url, "://") + 3;

    fprintf(f, "        location / {\n"
               "            asr_mock_record \"%s\";\n"
               "            proxy_pass %s;\n", host, url);
    fputs(asr_mock_launch_proxy, f);

    if (host - url == 8) {
        asr_mock_launch_path(f, "            proxy_ssl_trusted_certificate",
                             l->authorities);
    }

    fputs("        }\n\n", f);
}


/* Both files of a recording; the one that is written need not be there. */

static bool
asr_mock_launch_recordings(asr_mock_launch_t *l, FILE *f)
{
    int                         n;
    char                        path[PATH_MAX], cwd[PATH_MAX];
    asr_mock_launch_options_t  *o;

    o = &l->options;

    if (o->diff != NULL && o->record != NULL) {
        (void) snprintf(l->compared, sizeof(l->compared), "%s/compared.jsonl",
                        l->prefix);
        o->recording = l->compared;
    }

    if (o->record != NULL) {
        n = o->recording[0] == '/'
            ? snprintf(path, sizeof(path), "%s", o->recording)
            : snprintf(path, sizeof(path), "%s/%s",
                       getcwd(cwd, sizeof(cwd)) != NULL ? cwd : ".",
                       o->recording);

        if (n < 0 || (size_t) n >= sizeof(path)) {
            asr_mock_launch_say(ENAMETOOLONG, "%s", o->recording);
            return false;
        }

        asr_mock_launch_path(f, "    asr_mock_recording", path);

        if (strncmp(o->record, "https", 5) == 0
            && !asr_mock_launch_file(o->record_ca != NULL
                                     ? o->record_ca
                                     : asr_mock_launch_authorities,
                                     l->authorities))
        {
            return false;
        }
    }

    if (o->replay != NULL) {
        if (!asr_mock_launch_file(o->replay, path)) {
            return false;
        }

        fputs("    asr_mock_replay", f);
        asr_mock_launch_word(f, path);
        fputs(o->replay_timing ? " timing;\n" : ";\n", f);
    }

    return true;
}


static void
asr_mock_launch_alias(FILE *f, const char *path)
{
    const char  *p;

    fputs("            alias \"", f);

    for (p = path; *p != '\0'; p++) {
        if (*p == '$') {
            fputs("${asr_mock_dollar}", f);
            continue;
        }

        if (*p == '"' || *p == '\\') {
            fputc('\\', f);
        }

        fputc(*p, f);
    }

    fputs("/\";\n", f);
}


/* As one word of nginx's language, whatever is in it. */

static void
asr_mock_launch_word(FILE *f, const char *path)
{
    const char  *p;

    fputs(" \"", f);

    for (p = path; *p != '\0'; p++) {
        if (*p == '"' || *p == '\\') {
            fputc('\\', f);
        }

        fputc(*p, f);
    }

    fputc('"', f);
}


static void
asr_mock_launch_path(FILE *f, const char *directive, const char *path)
{
    fputs(directive, f);
    asr_mock_launch_word(f, path);
    fputs(";\n", f);
}


/* A file of the user's, as nginx finds it from any folder. */

static bool
asr_mock_launch_file(const char *name, char *path)
{
    if (realpath(name, path) == NULL || access(path, R_OK) == -1) {
        asr_mock_launch_say(errno, "%s", name);
        return false;
    }

    return true;
}


static bool
asr_mock_launch_find_part(const asr_mock_launch_part_t *part, char *path,
    size_t len)
{
    int          n;
    char         self[PATH_MAX], name[2 * PATH_MAX];
    size_t       i;
    ssize_t      end;
    const char  *place;

    end = readlink("/proc/self/exe", self, sizeof(self) - 1);
    if (end == -1) {
        asr_mock_launch_say(errno, "/proc/self/exe");
        return false;
    }

    self[end] = '\0';
    *strrchr(self, '/') = '\0';

    for (i = 0; i < ASR_MOCK_LAUNCH_PLACES; i++) {
        place = part->places[i];
        if (place == NULL) {
            break;
        }

        n = place[0] == '/'
            ? snprintf(name, sizeof(name), "%s%s", place, part->name)
            : snprintf(name, sizeof(name), "%s/%s%s", self, place,
                       part->name);

        if (n > 0 && (size_t) n < len && access(name, R_OK) == 0
            && realpath(name, path) != NULL)
        {
            return true;
        }
    }

    asr_mock_launch_say(0, "%s is neither beside %s nor installed",
                        part->name, self);

    return false;
}


/* Without following links.  A program of nginx's that was killed a moment ago
   may have made another file meanwhile. */

void
asr_mock_launch_remove(asr_mock_launch_t *l)
{
    int              i;
    struct timespec  pause;

    if (l->port_file[0] != '\0') {
        (void) unlink(l->port_file);
    }

    if (l->socket[0] != '\0') {
        (void) unlink(l->socket);
    }

    if (l->prefix[0] == '\0') {
        return;
    }

    pause.tv_sec = 0;
    pause.tv_nsec = 1000000;

    for (i = 0; i < ASR_MOCK_LAUNCH_REMOVALS; i++) {
        (void) nftw(l->prefix, asr_mock_launch_unlink, 8,
                    FTW_DEPTH|FTW_PHYS);

        if (access(l->prefix, F_OK) == -1) {
            return;
        }

        (void) nanosleep(&pause, NULL);
    }

    asr_mock_launch_say(0, "%s cannot be removed", l->prefix);
}


static int
asr_mock_launch_unlink(const char *path, const struct stat *st, int type,
    struct FTW *ftw)
{
    (void) remove(path);

    return 0;
}
