/*
 * /_mock/audio/: what Url, file_url and InputFile are to fetch.  The sound is
 * made by a program of its own (asr-mock-audio), so that no codec is in this
 * process: it writes to a file without a name, and its end is seen by a pipe.
 * The last ones made are kept.  How it is delivered (slowly, cut short, after
 * redirects) is nginx's.
 */

#include "ngx_http_asr_mock.h"

#include <fcntl.h>
#include <spawn.h>
#include <sys/mman.h>
#include <sys/wait.h>


#define NGX_HTTP_ASR_MOCK_SOUNDS     32
#define NGX_HTTP_ASR_MOCK_SOUND_MAX  (16 * 1024 * 1024)   /* one that is kept */
#define NGX_HTTP_ASR_MOCK_CALL       4096
#define NGX_HTTP_ASR_MOCK_MAKING     8
#define NGX_HTTP_ASR_MOCK_REDIRECTS  100
#define NGX_HTTP_ASR_MOCK_WHY        400
#define NGX_HTTP_ASR_MOCK_MAKE_MS    30000
#define NGX_HTTP_ASR_MOCK_NO_CHILD   -1

/* The generator's exit status when the call is at fault. */
#define NGX_HTTP_ASR_MOCK_REFUSED    2


extern char  **environ;


typedef struct {
    char        call[NGX_HTTP_ASR_MOCK_CALL];    /* NAME.EXT, NUL, QUERY */
    size_t      len;
    int         fd;
    off_t       size;
    ngx_uint_t  used;
} ngx_http_asr_mock_sound_t;


/* One that is being made; it outlives a client that goes. */

typedef struct {
    ngx_http_asr_mock_admin_t  *admin;   /* NULL: gone */
    ngx_connection_t           *end;
    ngx_event_t                 late;
    ngx_int_t                   slot;    /* of ngx_processes */
    int                         fd;
    int                         err;
    size_t                      len;
    char                        call[NGX_HTTP_ASR_MOCK_CALL];
} ngx_http_asr_mock_making_t;


static ngx_http_asr_mock_sound_t  ngx_http_asr_mock_sounds[
                                      NGX_HTTP_ASR_MOCK_SOUNDS];
static ngx_uint_t                 ngx_http_asr_mock_sound_clock;
static ngx_uint_t                 ngx_http_asr_mock_makings;


static size_t ngx_http_asr_mock_call(ngx_http_asr_mock_admin_t *a,
    char *call);
static void ngx_http_asr_mock_make(ngx_http_asr_mock_admin_t *a,
    const char *call, size_t len);
static ngx_int_t ngx_http_asr_mock_spawn(ngx_http_asr_mock_making_t *k,
    int end);
static int ngx_http_asr_mock_reap(ngx_http_asr_mock_making_t *k, int signal);
static void ngx_http_asr_mock_made(ngx_event_t *ev);
static void ngx_http_asr_mock_late(ngx_event_t *ev);
static void ngx_http_asr_mock_made_by(ngx_http_asr_mock_making_t *k,
    int status);
static void ngx_http_asr_mock_unmade(ngx_http_asr_mock_admin_t *a, int err,
    int status);
static void ngx_http_asr_mock_serve(ngx_http_asr_mock_admin_t *a, int fd,
    off_t size);
static bool ngx_http_asr_mock_redirect(ngx_http_asr_mock_admin_t *a);


void
ngx_http_asr_mock_audio(ngx_http_asr_mock_admin_t *a)
{
    char                        call[NGX_HTTP_ASR_MOCK_CALL];
    size_t                      len;
    int64_t                     status;
    ngx_uint_t                  i;
    ngx_http_asr_mock_sound_t  *s;

    if (!ngx_http_asr_mock_allow(a, "GET")) {
        return;
    }

    if (asr_str_int(ngx_http_asr_mock_arg(a, "status"), &status) == ASR_OK
        && status >= 300 && status <= 599)
    {
        ngx_http_asr_mock_refuse(a, (int) status, "as it was asked for");
        return;
    }

    if (ngx_http_asr_mock_redirect(a)) {
        return;
    }

    len = ngx_http_asr_mock_call(a, call);

    if (len == 0) {
        ngx_http_asr_mock_refuse(a, 414, "the name or the query is too long");
        return;
    }

    for (i = 0; i < NGX_HTTP_ASR_MOCK_SOUNDS; i++) {
        s = &ngx_http_asr_mock_sounds[i];

        if (s->len == len && memcmp(s->call, call, len) == 0) {
            s->used = ++ngx_http_asr_mock_sound_clock;
            ngx_http_asr_mock_serve(a, s->fd, s->size);
            return;
        }
    }

    ngx_http_asr_mock_make(a, call, len);
}


/* The generator's two arguments; 0: too long.  Delivery is left out. */

static size_t
ngx_http_asr_mock_call(ngx_http_asr_mock_admin_t *a, char *call)
{
    size_t       n;
    ngx_uint_t   i;
    asr_str_t    args, pair, key;

    static const char *const  ours[] = {
        "slow", "truncate", "type", "redirect", "status", NULL
    };

    if (a->rest.len + 2 > NGX_HTTP_ASR_MOCK_CALL) {
        return 0;
    }

    memcpy(call, a->rest.data, a->rest.len);
    n = a->rest.len;
    call[n++] = '\0';

    for (args = a->args; args.len != 0 && args.data != NULL; /* void */ ) {
        pair = asr_str_cut(&args, '&');
        key = pair;
        key = asr_str_cut(&key, '=');

        for (i = 0; ours[i] != NULL; i++) {
            if (asr_str_eq(key, asr_cstr(ours[i]))) {
                break;
            }
        }

        if (ours[i] != NULL) {
            continue;
        }

        if (n + pair.len + 2 > NGX_HTTP_ASR_MOCK_CALL) {
            return 0;
        }

        if (call[n - 1] != '\0') {
            call[n++] = '&';
        }

        memcpy(call + n, pair.data, pair.len);
        n += pair.len;
    }

    call[n] = '\0';

    return n;
}


/* redirect=N: N times to itself. */

static bool
ngx_http_asr_mock_redirect(ngx_http_asr_mock_admin_t *a)
{
    char                *p;
    size_t               n;
    int64_t              left;
    asr_str_t            args, pair, key;
    ngx_table_elt_t     *h;
    ngx_http_request_t  *r;

    r = a->request;

    if (asr_str_int(ngx_http_asr_mock_arg(a, "redirect"), &left) != ASR_OK
        || left <= 0 || left > NGX_HTTP_ASR_MOCK_REDIRECTS)
    {
        return false;
    }

    p = ngx_pnalloc(r->pool, r->unparsed_uri.len + 32);
    h = ngx_list_push(&r->headers_out.headers);

    if (p == NULL || h == NULL) {
        return false;
    }

    key = ngx_http_asr_str(r->unparsed_uri);
    key = asr_str_cut(&key, '?');
    n = (size_t) ((char *) ngx_cpymem(p, key.data, key.len) - p);
    n += (size_t) snprintf(p + n, 24, "?redirect=%d", (int) left - 1);

    for (args = a->args; args.len != 0 && args.data != NULL; /* void */ ) {
        pair = asr_str_cut(&args, '&');
        key = pair;
        key = asr_str_cut(&key, '=');

        if (!asr_str_eq(key, asr_str("redirect"))) {
            p[n++] = '&';
            n = (size_t) ((char *) ngx_cpymem(p + n, pair.data, pair.len) - p);
        }
    }

    h->hash = 1;
    ngx_str_set(&h->key, "Location");
    h->value.data = (u_char *) p;
    h->value.len = n;
#if (nginx_version >= 1023000)
    h->next = NULL;
#endif

    a->status = NGX_HTTP_MOVED_TEMPORARILY;
    ngx_http_asr_mock_reply(a);

    return true;
}


static void
ngx_http_asr_mock_make(ngx_http_asr_mock_admin_t *a, const char *call,
    size_t len)
{
    int                              end[2];
    ngx_connection_t                *c;
    ngx_http_asr_mock_making_t      *k;
    ngx_http_asr_mock_main_conf_t   *mcf;

    mcf = ngx_http_get_module_main_conf(a->request, ngx_http_asr_mock_module);

    if (mcf->audio.len == 0 || mcf->prefix.len == 0) {
        ngx_http_asr_mock_refuse(a, 501, "no sound is made here: no "
                                 "\"asr_mock_audio\" or \"asr_mock_prefix\"");
        return;
    }

    if (ngx_http_asr_mock_makings == NGX_HTTP_ASR_MOCK_MAKING) {
        ngx_http_asr_mock_refuse(a, 503, "too much is being made");
        return;
    }

    k = ngx_calloc(sizeof(ngx_http_asr_mock_making_t), ngx_cycle->log);

    if (k == NULL || pipe2(end, O_CLOEXEC|O_NONBLOCK) == -1) {
        ngx_free(k);
        ngx_http_asr_mock_refuse(a, 500, "no memory");
        return;
    }

    memcpy(k->call, call, len);
    k->len = len;
    k->admin = a;
    k->slot = NGX_HTTP_ASR_MOCK_NO_CHILD;
    k->fd = open((char *) mcf->prefix.data, O_TMPFILE|O_RDWR|O_CLOEXEC, 0600);
    k->err = memfd_create("asr-mock-audio", MFD_CLOEXEC);

    c = k->fd != -1 && k->err != -1 ? ngx_get_connection(end[0],
                                                         ngx_cycle->log)
                                    : NULL;

    if (c == NULL || ngx_http_asr_mock_spawn(k, end[1]) != NGX_OK) {
        (void) close(end[0]);
        (void) close(end[1]);

        if (c != NULL) {
            ngx_free_connection(c);
        }

        if (k->fd != -1) {
            (void) close(k->fd);
        }

        if (k->err != -1) {
            (void) close(k->err);
        }

        ngx_free(k);
        ngx_http_asr_mock_refuse(a, 500, "the sound could not be made");
        return;
    }

    (void) close(end[1]);

    ngx_http_asr_mock_makings++;
    k->end = c;
    c->data = k;
    c->log = ngx_cycle->log;
    c->read->log = c->log;
    c->read->handler = ngx_http_asr_mock_made;
    c->read->channel = 1;
    c->write->channel = 1;

    a->data = &k->admin;
    a->request->read_event_handler = ngx_http_test_reading;
    a->request->write_event_handler = ngx_http_request_empty_handler;

    k->late.handler = ngx_http_asr_mock_late;
    k->late.data = k;
    k->late.log = c->log;
    k->late.cancelable = 1;
    ngx_add_timer(&k->late, NGX_HTTP_ASR_MOCK_MAKE_MS);

    (void) ngx_add_event(c->read, NGX_READ_EVENT, NGX_LEVEL_EVENT);
}


/* A free entry of the table in which nginx notes how its children ended. */

static ngx_int_t
ngx_http_asr_mock_slot(void)
{
    ngx_int_t  i;

    for (i = 0; i < ngx_last_process; i++) {
        if (ngx_processes[i].pid == -1) {
            break;
        }
    }

    if (i == NGX_MAX_PROCESSES) {
        return NGX_HTTP_ASR_MOCK_NO_CHILD;
    }

    if (i == ngx_last_process) {
        ngx_last_process++;
    }

    ngx_memzero(&ngx_processes[i], sizeof(ngx_process_t));
    ngx_processes[i].pid = -1;
    ngx_processes[i].channel[0] = -1;
    ngx_processes[i].channel[1] = -1;
    ngx_processes[i].name = "asr-mock-audio";

    return i;
}


/*
 * nginx may reap it at any time.  SIGCHLD waits until its pid is where that
 * will look.  A shell is not asked.
 */

static ngx_int_t
ngx_http_asr_mock_spawn(ngx_http_asr_mock_making_t *k, int end)
{
    int                              rc;
    char                            *argv[4], *name, *query;
    pid_t                            pid;
    sigset_t                         set, old;
    posix_spawnattr_t                attr;
    posix_spawn_file_actions_t       actions;
    ngx_http_asr_mock_main_conf_t   *mcf;

    mcf = ngx_http_get_module_main_conf(k->admin->request,
                                        ngx_http_asr_mock_module);

    name = k->call;
    query = k->call + strlen(k->call) + 1;

    argv[0] = (char *) mcf->audio.data;
    argv[1] = name;
    argv[2] = query;
    argv[3] = NULL;

    if (posix_spawn_file_actions_init(&actions) != 0) {
        return NGX_ERROR;
    }

    if (posix_spawnattr_init(&attr) != 0) {
        posix_spawn_file_actions_destroy(&actions);
        return NGX_ERROR;
    }

    sigemptyset(&set);
    posix_spawnattr_setsigmask(&attr, &set);
    posix_spawnattr_setflags(&attr, POSIX_SPAWN_SETSIGMASK);

    posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0);
    posix_spawn_file_actions_adddup2(&actions, k->fd, 1);
    posix_spawn_file_actions_adddup2(&actions, k->err, 2);
    posix_spawn_file_actions_adddup2(&actions, end, 3);

    /* else it would keep connections open that we have closed */

    posix_spawn_file_actions_addclosefrom_np(&actions, 4);

    sigaddset(&set, SIGCHLD);
    sigprocmask(SIG_BLOCK, &set, &old);

    k->slot = ngx_http_asr_mock_slot();
    rc = k->slot == NGX_HTTP_ASR_MOCK_NO_CHILD
         ? EAGAIN : posix_spawn(&pid, argv[0], &actions, &attr, argv, environ);

    if (rc == 0) {
        ngx_processes[k->slot].pid = pid;
    }

    sigprocmask(SIG_SETMASK, &old, NULL);

    posix_spawnattr_destroy(&attr);
    posix_spawn_file_actions_destroy(&actions);

    return rc == 0 ? NGX_OK : NGX_ERROR;
}


/* Its status; -1: not known. */

static int
ngx_http_asr_mock_reap(ngx_http_asr_mock_making_t *k, int signal)
{
    int             status;
    sigset_t        set, old;
    ngx_process_t  *p;

    p = &ngx_processes[k->slot];

    sigemptyset(&set);
    sigaddset(&set, SIGCHLD);
    sigprocmask(SIG_BLOCK, &set, &old);

    if (p->exited) {
        status = p->status;

    } else {
        if (signal != 0) {
            (void) kill(p->pid, signal);
        }

        if (waitpid(p->pid, &status, 0) == -1) {
            status = -1;
        }
    }

    p->pid = -1;

    sigprocmask(SIG_SETMASK, &old, NULL);

    return status;
}


static void
ngx_http_asr_mock_keep_sound(ngx_http_asr_mock_making_t *k, off_t size)
{
    ngx_uint_t                  i;
    ngx_http_asr_mock_sound_t  *s, *oldest;

    oldest = &ngx_http_asr_mock_sounds[0];

    for (i = 0; i < NGX_HTTP_ASR_MOCK_SOUNDS; i++) {
        s = &ngx_http_asr_mock_sounds[i];

        if (s->used < oldest->used) {
            oldest = s;
        }
    }

    if (oldest->len != 0) {
        (void) close(oldest->fd);
    }

    memcpy(oldest->call, k->call, k->len);
    oldest->len = k->len;
    oldest->fd = k->fd;
    oldest->size = size;
    oldest->used = ++ngx_http_asr_mock_sound_clock;
}


/* The program has ended: its end of the pipe is closed. */

static void
ngx_http_asr_mock_made(ngx_event_t *ev)
{
    ngx_connection_t            *c;
    ngx_http_asr_mock_making_t  *k;

    c = ev->data;
    k = c->data;

    ngx_http_asr_mock_made_by(k, ngx_http_asr_mock_reap(k, 0));
}


static void
ngx_http_asr_mock_late(ngx_event_t *ev)
{
    ngx_http_asr_mock_making_t  *k = ev->data;

    ngx_http_asr_mock_made_by(k, ngx_http_asr_mock_reap(k, SIGKILL));
}


static void
ngx_http_asr_mock_made_by(ngx_http_asr_mock_making_t *k, int status)
{
    bool                        ok;
    struct stat                 st;
    ngx_connection_t           *client;
    ngx_http_asr_mock_admin_t  *a;

    a = k->admin;
    client = a != NULL ? a->request->connection : NULL;

    ok = status == 0 && fstat(k->fd, &st) == 0 && st.st_size != 0;

    if (a != NULL) {
        a->data = NULL;

        if (ok) {
            ngx_http_asr_mock_serve(a, k->fd, st.st_size);

        } else {
            ngx_http_asr_mock_unmade(a, k->err, status);
        }
    }

    if (ok && st.st_size <= NGX_HTTP_ASR_MOCK_SOUND_MAX) {
        ngx_http_asr_mock_keep_sound(k, st.st_size);

    } else {
        (void) close(k->fd);
    }

    (void) close(k->err);

    if (k->late.timer_set) {
        ngx_del_timer(&k->late);
    }

    ngx_http_asr_mock_makings--;
    ngx_close_connection(k->end);
    ngx_free(k);

    if (client != NULL) {
        ngx_http_run_posted_requests(client);
    }
}


/* It has said why. */

static void
ngx_http_asr_mock_unmade(ngx_http_asr_mock_admin_t *a, int err, int status)
{
    char     why[NGX_HTTP_ASR_MOCK_WHY];
    ssize_t  n;

    n = pread(err, why, sizeof(why), 0);

    if (n > 0 && why[n - 1] == '\n') {
        n--;
    }

    if (status != -1 && WIFSIGNALED(status)) {
        ngx_http_asr_mock_refuse(a, WTERMSIG(status) == SIGKILL ? 504 : 500,
                                 "the generator was ended by signal %d",
                                 WTERMSIG(status));

    } else if (n <= 0) {
        ngx_http_asr_mock_refuse(a, 500, "the generator ended without a word");

    } else {
        ngx_http_asr_mock_refuse(a, status != -1 && WEXITSTATUS(status)
                                            == NGX_HTTP_ASR_MOCK_REFUSED
                                    ? 400 : 500,
                                 "%.*s", (int) n, why);
    }
}


static const char *
ngx_http_asr_mock_sound_type(asr_str_t name)
{
    size_t  i, n;

    static const struct {
        const char  *ext;
        const char  *type;
    }  types[] = {
        { ".wav", "audio/wav" }, { ".mp3", "audio/mpeg" },
        { ".flac", "audio/flac" }, { ".ogg", "audio/ogg" },
        { ".opus", "audio/ogg" }, { ".m4a", "audio/mp4" },
        { ".aac", "audio/aac" }, { ".amr", "audio/amr" }
    };

    for (i = 0; i < asr_nelts(types); i++) {
        n = strlen(types[i].ext);

        if (name.len > n
            && memcmp(name.data + name.len - n, types[i].ext, n) == 0)
        {
            return types[i].type;
        }
    }

    return "application/octet-stream";
}


/* A copy of the descriptor is the request's. */

static void
ngx_http_asr_mock_serve(ngx_http_asr_mock_admin_t *a, int fd, off_t size)
{
    int                         own;
    int64_t                     n;
    ngx_int_t                   rc;
    ngx_buf_t                  *b;
    asr_str_t                   type;
    ngx_chain_t                 out;
    ngx_pool_cleanup_t         *cln;
    ngx_http_request_t         *r;
    ngx_pool_cleanup_file_t    *file;

    r = a->request;
    own = fcntl(fd, F_DUPFD_CLOEXEC, 0);
    cln = ngx_pool_cleanup_add(r->pool, sizeof(ngx_pool_cleanup_file_t));
    b = ngx_calloc_buf(r->pool);

    if (own == -1 || cln == NULL || b == NULL
        || (b->file = ngx_pcalloc(r->pool, sizeof(ngx_file_t))) == NULL)
    {
        if (own != -1) {
            (void) close(own);
        }

        ngx_http_finalize_request(r, NGX_HTTP_INTERNAL_SERVER_ERROR);
        return;
    }

    cln->handler = ngx_pool_cleanup_file;
    file = cln->data;
    file->fd = own;
    file->name = (u_char *) "made sound";
    file->log = r->pool->log;

    b->file->fd = own;
    b->file->log = r->connection->log;
    ngx_str_set(&b->file->name, "made sound");

    type = ngx_http_asr_mock_arg(a, "type");

    if (type.len == 0 || strpbrk(type.data, "\r\n") != NULL) {
        type = asr_cstr(ngx_http_asr_mock_sound_type(a->rest));
    }

    if (asr_str_int(ngx_http_asr_mock_arg(a, "slow"), &n) == ASR_OK && n > 0) {
        r->limit_rate = (size_t) n;
        r->limit_rate_set = 1;
        r->limit_rate_after_set = 1;
    }

    r->headers_out.status = NGX_HTTP_OK;
    r->headers_out.content_length_n = size;
    r->headers_out.content_type.data = (u_char *) type.data;
    r->headers_out.content_type.len = type.len;
    r->headers_out.content_type_len = type.len;
    r->allow_ranges = 1;

    /* it says how much there would be, and ends before */

    if (asr_str_int(ngx_http_asr_mock_arg(a, "truncate"), &n) == ASR_OK
        && n >= 0 && n < size)
    {
        size = n;
        r->keepalive = 0;
        r->allow_ranges = 0;
    }

    rc = ngx_http_send_header(r);

    if (rc == NGX_ERROR || rc > NGX_OK || r->header_only) {
        ngx_http_finalize_request(r, rc);
        return;
    }

    b->file_last = size;
    b->in_file = (size != 0);
    b->last_buf = 1;
    b->last_in_chain = 1;

    out.buf = b;
    out.next = NULL;

    ngx_http_finalize_request(r, ngx_http_output_filter(r, &out));
}


/* Of the cleanup: nobody is there to serve what is being made. */

void
ngx_http_asr_mock_unmake(ngx_http_asr_mock_admin_t *a)
{
    if (a->data != NULL) {
        *(ngx_http_asr_mock_admin_t **) a->data = NULL;
    }
}
