/*
 * libcurl for the mock's module, loaded when it is first needed: it brings
 * thirty libraries along, which take as long as all the rest of the start.
 * That is in the I/O thread, when there is a first transfer.
 *
 * These stand in for what the core calls; the version script keeps them from
 * everybody else.  A multi handle is one of ours until it is used.
 */

#define CURL_DISABLE_TYPECHECK

#include <dlfcn.h>
#include <poll.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdlib.h>
#include <unistd.h>
#include <sys/eventfd.h>
#include <curl/curl.h>

#include "core/base/asr_base.h"


#undef curl_easy_setopt
#undef curl_easy_getinfo

#define ASR_MOCK_CURL_SO  "libcurl.so.4"


#define ASR_MOCK_CURL_ALL(X)                                                  \
    X(curl_easy_cleanup)                                                      \
    X(curl_easy_getinfo)                                                      \
    X(curl_easy_init)                                                         \
    X(curl_easy_setopt)                                                       \
    X(curl_easy_strerror)                                                     \
    X(curl_free)                                                              \
    X(curl_global_init)                                                       \
    X(curl_multi_add_handle)                                                  \
    X(curl_multi_cleanup)                                                     \
    X(curl_multi_info_read)                                                   \
    X(curl_multi_init)                                                        \
    X(curl_multi_perform)                                                     \
    X(curl_multi_poll)                                                        \
    X(curl_multi_remove_handle)                                               \
    X(curl_multi_wakeup)                                                      \
    X(curl_slist_append)                                                      \
    X(curl_slist_free_all)                                                    \
    X(curl_url)                                                               \
    X(curl_url_cleanup)                                                       \
    X(curl_url_get)                                                           \
    X(curl_url_set)

#define ASR_MOCK_CURL_FIELD(name)  __typeof__(name)  *name;
#define ASR_MOCK_CURL_FIND(name)                                              \
    asr_mock_curl.name = (__typeof__(name) *) dlsym(lib, #name);              \
    found = found && asr_mock_curl.name != NULL;


static void asr_mock_curl_open(void);
static bool asr_mock_curl_there(void);
static CURLM *asr_mock_curl_multi(CURLM *multi);


typedef struct {
    CURLM  *real;                            /* NULL: nothing was added yet */
    int     wake;                            /* an eventfd; for until then */
} asr_mock_curl_multi_t;

static struct {
    ASR_MOCK_CURL_ALL(ASR_MOCK_CURL_FIELD)
} asr_mock_curl;

static bool             asr_mock_curl_found;
static long             asr_mock_curl_flags;
static pthread_once_t   asr_mock_curl_once = PTHREAD_ONCE_INIT;
static pthread_mutex_t  asr_mock_curl_mutex = PTHREAD_MUTEX_INITIALIZER;


static void
asr_mock_curl_open(void)
{
    bool   found;
    void  *lib;

    lib = dlopen(ASR_MOCK_CURL_SO, RTLD_NOW|RTLD_LOCAL);

    if (lib == NULL) {
        asr_log(ASR_LOG_ERR, "%s", dlerror());
        return;
    }

    found = true;
    ASR_MOCK_CURL_ALL(ASR_MOCK_CURL_FIND)

    if (!found || asr_mock_curl.curl_global_init(asr_mock_curl_flags)
                  != CURLE_OK)
    {
        asr_log(ASR_LOG_ERR, ASR_MOCK_CURL_SO " cannot be used");
        return;
    }

    asr_mock_curl_found = true;
}


static bool
asr_mock_curl_there(void)
{
    (void) pthread_once(&asr_mock_curl_once, asr_mock_curl_open);

    return asr_mock_curl_found;
}


/*
 * The library's own of one of ours, made by the thread that uses it; NULL:
 * there is none.  A wake-up that came before is passed on.
 */

static CURLM *
asr_mock_curl_multi(CURLM *multi)
{
    CURLM                  *real;
    uint64_t                n;
    asr_mock_curl_multi_t  *m = multi;

    if (!asr_mock_curl_there()) {
        return NULL;
    }

    (void) pthread_mutex_lock(&asr_mock_curl_mutex);

    if (m->real == NULL) {
        m->real = asr_mock_curl.curl_multi_init();

        if (m->real != NULL && read(m->wake, &n, sizeof(n)) > 0) {
            (void) asr_mock_curl.curl_multi_wakeup(m->real);
        }
    }

    real = m->real;

    (void) pthread_mutex_unlock(&asr_mock_curl_mutex);

    return real;
}


CURLcode
curl_global_init(long flags)
{
    asr_mock_curl_flags = flags;

    return CURLE_OK;
}


CURLM *
curl_multi_init(void)
{
    asr_mock_curl_multi_t  *m;

    m = calloc(1, sizeof(asr_mock_curl_multi_t));

    if (m != NULL) {
        m->wake = eventfd(0, EFD_NONBLOCK|EFD_CLOEXEC);

        if (m->wake == -1) {
            free(m);
            return NULL;
        }
    }

    return m;
}


CURLMcode
curl_multi_cleanup(CURLM *multi)
{
    CURLMcode               rc;
    asr_mock_curl_multi_t  *m = multi;

    rc = m->real != NULL ? asr_mock_curl.curl_multi_cleanup(m->real)
                         : CURLM_OK;
    (void) close(m->wake);
    free(m);

    return rc;
}


CURLMcode
curl_multi_add_handle(CURLM *multi, CURL *easy)
{
    CURLM  *real;

    real = asr_mock_curl_multi(multi);

    return real == NULL ? CURLM_INTERNAL_ERROR
                        : asr_mock_curl.curl_multi_add_handle(real, easy);
}


CURLMcode
curl_multi_remove_handle(CURLM *multi, CURL *easy)
{
    CURLM  *real;

    real = asr_mock_curl_multi(multi);

    return real == NULL ? CURLM_INTERNAL_ERROR
                        : asr_mock_curl.curl_multi_remove_handle(real, easy);
}


/* With nothing added there is nothing to do, and no library to ask. */

CURLMcode
curl_multi_perform(CURLM *multi, int *running)
{
    asr_mock_curl_multi_t  *m = multi;

    if (m->real == NULL) {
        *running = 0;
        return CURLM_OK;
    }

    return asr_mock_curl.curl_multi_perform(m->real, running);
}


CURLMsg *
curl_multi_info_read(CURLM *multi, int *n)
{
    asr_mock_curl_multi_t  *m = multi;

    if (m->real == NULL) {
        *n = 0;
        return NULL;
    }

    return asr_mock_curl.curl_multi_info_read(m->real, n);
}


CURLMcode
curl_multi_poll(CURLM *multi, struct curl_waitfd *fds, unsigned int nfds,
    int ms, int *n)
{
    uint64_t                woken;
    struct pollfd           pfd;
    asr_mock_curl_multi_t  *m = multi;

    if (m->real != NULL) {
        return asr_mock_curl.curl_multi_poll(m->real, fds, nfds, ms, n);
    }

    pfd.fd = m->wake;
    pfd.events = POLLIN;

    if (poll(&pfd, 1, ms) > 0) {
        (void) !read(m->wake, &woken, sizeof(woken));
    }

    if (n != NULL) {
        *n = 0;
    }

    return CURLM_OK;
}


/* Any thread. */

CURLMcode
curl_multi_wakeup(CURLM *multi)
{
    CURLMcode               rc;
    uint64_t                one;
    asr_mock_curl_multi_t  *m = multi;

    one = 1;
    rc = CURLM_OK;

    (void) pthread_mutex_lock(&asr_mock_curl_mutex);

    if (m->real != NULL) {
        rc = asr_mock_curl.curl_multi_wakeup(m->real);

    } else if (write(m->wake, &one, sizeof(one)) == -1) {
        rc = CURLM_WAKEUP_FAILURE;
    }

    (void) pthread_mutex_unlock(&asr_mock_curl_mutex);

    return rc;
}


CURL *
curl_easy_init(void)
{
    return asr_mock_curl_there() ? asr_mock_curl.curl_easy_init() : NULL;
}


/*
 * Of what is called with an easy handle, a list or an URL, the library is
 * there.  The one argument is a pointer, a long or a curl_off_t: all are
 * passed alike where this is built for.
 */

CURLcode
curl_easy_setopt(CURL *easy, CURLoption option, ...)
{
    void     *value;
    va_list   args;

    va_start(args, option);
    value = va_arg(args, void *);
    va_end(args);

    return asr_mock_curl.curl_easy_setopt(easy, option, value);
}


CURLcode
curl_easy_getinfo(CURL *easy, CURLINFO info, ...)
{
    void     *value;
    va_list   args;

    va_start(args, info);
    value = va_arg(args, void *);
    va_end(args);

    return asr_mock_curl.curl_easy_getinfo(easy, info, value);
}


void
curl_easy_cleanup(CURL *easy)
{
    if (easy != NULL) {
        asr_mock_curl.curl_easy_cleanup(easy);
    }
}


const char *
curl_easy_strerror(CURLcode code)
{
    return asr_mock_curl_there() ? asr_mock_curl.curl_easy_strerror(code)
                                 : "libcurl is not there";
}


void
curl_free(void *p)
{
    if (p != NULL) {
        asr_mock_curl.curl_free(p);
    }
}


struct curl_slist *
curl_slist_append(struct curl_slist *list, const char *text)
{
    return asr_mock_curl_there() ? asr_mock_curl.curl_slist_append(list, text)
                                 : NULL;
}


void
curl_slist_free_all(struct curl_slist *list)
{
    if (list != NULL) {
        asr_mock_curl.curl_slist_free_all(list);
    }
}


CURLU *
curl_url(void)
{
    return asr_mock_curl_there() ? asr_mock_curl.curl_url() : NULL;
}


void
curl_url_cleanup(CURLU *url)
{
    if (url != NULL) {
        asr_mock_curl.curl_url_cleanup(url);
    }
}


CURLUcode
curl_url_get(CURLU *url, CURLUPart what, char **part, unsigned int flags)
{
    return asr_mock_curl.curl_url_get(url, what, part, flags);
}


CURLUcode
curl_url_set(CURLU *url, CURLUPart what, const char *part, unsigned int flags)
{
    return asr_mock_curl.curl_url_set(url, what, part, flags);
}
