/*
 * See asr_hotwords.h.
 *
 * A list's recogniser shares the language model of the thread's plain one.
 * Its dictionary has the words which that model or the list knows, as no
 * other can be recognised: 40 % less.  The library reads files, so both are
 * written to memory that has a name below /proc, and is gone with its
 * descriptor.  The library may end the process on files that are broken:
 * those of the model are looked at again, whether they are still the ones
 * that were loaded.
 */

#define _GNU_SOURCE

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

#include "asr_hotlist.h"
#include "asr_hotwords.h"
#include "asr_recognize.h"


#define ASR_HOT_WEIGHT   0.1f        /* of the list's language model */
#define ASR_HOT_KEY_MAX  (1024 * 1024)
#define ASR_HOT_PATH     64


typedef struct {
    asr_buf_t          key;          /* what was asked for, and of what */
    uint64_t           used;         /* 0: free */
    asr_hotlist_t     *list;
    asr_recognizer_t  *base;
    asr_recognizer_t  *recognizer;   /* NULL: base does */
    asr_lexicon_t      lexicon;
} asr_hot_entry_t;

struct asr_hot_s {
    asr_models_t     *models;
    uint64_t          calls;
    unsigned          made;
    asr_hot_entry_t   entries[ASR_HOT_DECODERS];
};


asr_hot_t *
asr_hot_create(asr_models_t *m)
{
    asr_hot_t  *h;

    h = calloc(1, sizeof(asr_hot_t));
    if (h != NULL) {
        h->models = m;
    }

    return h;
}


static void
asr_hot_forget(asr_hot_entry_t *e)
{
    asr_recognizer_free(e->recognizer);
    asr_hotlist_free(e->list);
    asr_buf_free(&e->key);
    memset(e, 0, sizeof(asr_hot_entry_t));
}


void
asr_hot_free(asr_hot_t *h)
{
    size_t  i;

    if (h == NULL) {
        return;
    }

    for (i = 0; i < ASR_HOT_DECODERS; i++) {
        asr_hot_forget(&h->entries[i]);
    }

    free(h);
}


static int
asr_hot_compare_terms(const void *one, const void *two)
{
    int                    c;
    size_t                 n;
    const asr_hotword_t   *a = one, *b = two;

    n = a->term.len < b->term.len ? a->term.len : b->term.len;
    c = n == 0 ? 0 : memcmp(a->term.data, b->term.data, n);

    if (c != 0) {
        return c;
    }

    if (a->term.len != b->term.len) {
        return a->term.len < b->term.len ? -1 : 1;
    }

    return (a->weight > b->weight) - (a->weight < b->weight);
}


/* Equal keys, equal recognisers; the order of terms makes no difference. */

static asr_err_t
asr_hot_key(asr_buf_t *key, int model, unsigned copy, const asr_ask_t *ask)
{
    size_t          i;
    asr_hotword_t  *terms;

    terms = calloc(ask->nhotwords + 1, sizeof(asr_hotword_t));
    if (terms == NULL) {
        return ASR_NOMEM;
    }

    if (ask->nhotwords != 0) {
        memcpy(terms, ask->hotwords, ask->nhotwords * sizeof(asr_hotword_t));
    }

    qsort(terms, ask->nhotwords, sizeof(asr_hotword_t),
          asr_hot_compare_terms);

    (void) asr_buf_printf(key, "%d %u", model, copy);

    for (i = 0; i < ask->nhotwords; i++) {
        (void) asr_buf_printf(key, " %d %zu ", (int) terms[i].weight,
                              terms[i].term.len);
        (void) asr_buf_append(key, terms[i].term.data, terms[i].term.len);
    }

    (void) asr_buf_append(key, "\n", 1);
    (void) asr_buf_append(key, ask->context.data, ask->context.len);

    free(terms);

    return key->failed ? ASR_NOMEM : ASR_OK;
}


static asr_err_t
asr_hot_sound(const void *data, const char *word, unsigned n, char *out,
    size_t size)
{
    return asr_recognizer_sound(data, word, n, out, size);
}


static float
asr_hot_prob(const void *data, const char *word)
{
    return asr_recognizer_prob(data, word);
}


/* A file in memory; path has room for ASR_HOT_PATH.  -1: failed. */

static int
asr_hot_file(const asr_buf_t *text, char *path)
{
    int      fd;
    size_t   done;
    ssize_t  n;

    fd = memfd_create("asr-hotwords", MFD_CLOEXEC);
    if (fd < 0) {
        asr_log(ASR_LOG_ERR, "memfd_create() failed: %s", strerror(errno));
        return -1;
    }

    for (done = 0; done < text->len; done += (size_t) n) {
        n = write(fd, text->data + done, text->len - done);

        if (n < 0 && errno == EINTR) {
            n = 0;

        } else if (n <= 0) {
            asr_log(ASR_LOG_ERR, "write() to memory failed: %s",
                    strerror(errno));
            (void) close(fd);
            return -1;
        }
    }

    (void) snprintf(path, ASR_HOT_PATH, "/proc/self/fd/%d", fd);

    return fd;
}


/* May the line of the dictionary be left out? */

static bool
asr_hot_useless(const asr_hot_entry_t *e, const char *line)
{
    char    word[256];
    size_t  n;

    n = strcspn(line, " \t\r\n");

    if (n >= sizeof(word)) {
        return true;
    }

    memcpy(word, line, n);
    word[n] = '\0';

    /* "read(2)" goes with "read" */

    if (n > 3 && word[n - 1] == ')') {
        while (n > 1 && word[n - 1] != '(') {
            n--;
        }

        if (n > 1) {
            word[n - 1] = '\0';
        }
    }

    return !asr_recognizer_known(e->base, word)
           && !asr_hotlist_has(e->list, word);
}


static asr_err_t
asr_hot_dict(const asr_hot_entry_t *e, const char *path, asr_buf_t *out)
{
    FILE     *f;
    char     *line;
    size_t    size;
    ssize_t   n;

    f = fopen(path, "re");
    if (f == NULL) {
        asr_log(ASR_LOG_ERR, "hotwords: cannot read \"%s\": %s", path,
                strerror(errno));
        return ASR_IO;
    }

    line = NULL;
    size = 0;

    while ((n = getline(&line, &size, f)) > 0) {
        if (!asr_hot_useless(e, line)) {
            (void) asr_buf_append(out, line, (size_t) n);
        }
    }

    free(line);
    (void) fclose(f);

    return asr_hotlist_dict(e->list, out);
}


static asr_recognizer_t *
asr_hot_load(const asr_hot_entry_t *e, const asr_recognizer_conf_t *model,
    const asr_buf_t *dict, const asr_buf_t *arpa)
{
    int                     dict_fd, arpa_fd;
    char                    dict_path[ASR_HOT_PATH], arpa_path[ASR_HOT_PATH];
    asr_recognizer_t       *r;
    asr_recognizer_conf_t   conf;

    r = NULL;
    dict_fd = asr_hot_file(dict, dict_path);
    arpa_fd = asr_hot_file(arpa, arpa_path);

    if (dict_fd >= 0 && arpa_fd >= 0) {
        conf = *model;
        conf.dict = dict_path;
        r = asr_recognizer_extend(e->base, &conf, arpa_path, ASR_HOT_WEIGHT);
    }

    if (dict_fd >= 0) {
        (void) close(dict_fd);
    }

    if (arpa_fd >= 0) {
        (void) close(arpa_fd);
    }

    return r;
}


static asr_err_t
asr_hot_words(void *data, asr_arena_t *a, asr_sentence_t *s)
{
    asr_hot_entry_t  *e = data;

    return asr_hotlist_apply(e->list, &e->lexicon, a, s);
}


/* Sets e->recognizer, or leaves it NULL. */

static void
asr_hot_make(asr_hot_t *h, asr_hot_entry_t *e, int model,
    const asr_ask_t *ask)
{
    asr_buf_t  dict, arpa;

    e->lexicon.data = e->base;
    e->lexicon.sound = asr_hot_sound;
    e->lexicon.prob = asr_hot_prob;
    e->list = asr_hotlist_create(ask, &e->lexicon);

    if (e->list != NULL && asr_hotlist_n(e->list) == 0) {
        asr_log(ASR_LOG_INFO, "none of the hotwords can be said in English");
        return;
    }

    asr_buf_init(&dict, ASR_HOTLIST_FILE);
    asr_buf_init(&arpa, ASR_HOTLIST_FILE);

    if (e->list != NULL && asr_models_unchanged(h->models, model)
        && asr_hot_dict(e, asr_models_conf(h->models, model)->dict, &dict)
           == ASR_OK
        && asr_hotlist_arpa(e->list, &arpa) == ASR_OK)
    {
        h->made++;
        e->recognizer = asr_hot_load(e, asr_models_conf(h->models, model),
                                     &dict, &arpa);
    }

    asr_buf_free(&dict);
    asr_buf_free(&arpa);

    if (e->recognizer == NULL) {
        asr_log(ASR_LOG_WARN, "hotwords have no effect: the files of model "
                "\"%.*s\" cannot be read again, or have changed",
                asr_fmt(asr_models_name(h->models, model)));
        return;
    }

    asr_recognizer_handler(e->recognizer, asr_hot_words, e);
}


/* The one with this key, or else the one to replace. */

static asr_hot_entry_t *
asr_hot_find(asr_hot_t *h, const asr_buf_t *key)
{
    size_t            i;
    asr_hot_entry_t  *e, *oldest;

    oldest = &h->entries[0];

    for (i = 0; i < ASR_HOT_DECODERS; i++) {
        e = &h->entries[i];

        if (e->used != 0 && asr_str_eq(asr_buf_str(&e->key),
                                       asr_buf_str(key)))
        {
            return e;
        }

        if (e->used < oldest->used) {
            oldest = e;
        }
    }

    asr_hot_forget(oldest);

    return oldest;
}


asr_recognizer_t *
asr_hot_recognizer(asr_hot_t *h, int model, unsigned copy,
    const asr_ask_t *ask)
{
    asr_buf_t          key;
    asr_hot_entry_t   *e;
    asr_recognizer_t  *base;

    base = asr_models_recognizer(h->models, model, copy);

    if (base == NULL || (ask->nhotwords == 0 && ask->context.len == 0)) {
        return base;
    }

    asr_buf_init(&key, ASR_HOT_KEY_MAX);

    if (asr_hot_key(&key, model, copy, ask) != ASR_OK) {
        asr_log(ASR_LOG_WARN, "no memory for hotwords");
        asr_buf_free(&key);
        return base;
    }

    e = asr_hot_find(h, &key);

    if (e->used == 0) {
        e->key = key;
        e->base = base;
        asr_hot_make(h, e, model, ask);

    } else {
        asr_buf_free(&key);
    }

    e->used = ++h->calls;

    return e->recognizer != NULL ? e->recognizer : base;
}


unsigned
asr_hot_made(const asr_hot_t *h)
{
    return h->made;
}
