/*
 * See asr_libraries.h.
 */

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include "asr_libraries.h"
#include "../base/asr_file.h"
#include "../base/asr_json.h"


/* the largest file's nodes and strings */
#define ASR_LIBRARIES_ARENA  (64 * 1024 * 1024)


struct asr_libraries_s {
    asr_arena_t     arena;
    asr_library_t  *list;
    size_t          n;
};

typedef struct {
    asr_libraries_t  *l;
    size_t            index;         /* of the library that is read */
    char             *err;
    size_t            errlen;
} asr_libraries_build_t;


static const char *const  asr_library_fields[] = {
    "id", "name", "type", "account", "words"
};


static asr_err_t
asr_libraries_fail(asr_libraries_build_t *b, const char *fmt, ...)
{
    int      n;
    va_list  args;

    n = snprintf(b->err, b->errlen, "library %zu: ", b->index);

    if (n > 0 && (size_t) n < b->errlen) {
        va_start(args, fmt);
        (void) vsnprintf(b->err + n, b->errlen - (size_t) n, fmt, args);
        va_end(args);
    }

    return ASR_INVALID;
}


/* A string of 1 to ASR_LIBRARY_ID_MAX bytes; *out stays if it is absent. */

static asr_err_t
asr_libraries_string(asr_libraries_build_t *b, const asr_json_t *object,
    const char *name, asr_str_t *out)
{
    const asr_json_t  *v;

    v = asr_json_get(object, asr_cstr(name));

    if (v == NULL) {
        return ASR_OK;
    }

    if (v->type != ASR_JSON_STRING || v->u.string.len == 0
        || v->u.string.len > ASR_LIBRARY_ID_MAX)
    {
        return asr_libraries_fail(b, "\"%s\" must be a string of 1 to %d "
                                  "bytes", name, ASR_LIBRARY_ID_MAX);
    }

    *out = v->u.string;

    return ASR_OK;
}


/* "term" or "term|weight" */

static asr_err_t
asr_libraries_word(asr_libraries_build_t *b, asr_str_t text,
    asr_hotword_t *word)
{
    int64_t    weight;
    asr_str_t  rest;

    rest = text;
    weight = ASR_HOTWORD_DEFAULT;
    word->term = asr_str_trim(asr_str_cut(&rest, '|'));

    if (word->term.len == 0 || word->term.len > ASR_LIBRARY_ID_MAX) {
        return asr_libraries_fail(b, "a word must be of 1 to %d bytes",
                                  ASR_LIBRARY_ID_MAX);
    }

    if (rest.data != NULL
        && (asr_str_int(asr_str_trim(rest), &weight) != ASR_OK || weight < 1
            || (weight > ASR_HOTWORD_SUPER && weight != ASR_HOTWORD_FORCED)))
    {
        return asr_libraries_fail(b, "the weight of \"%.*s\" must be 1 to %d "
                                  "or %d", asr_fmt(word->term),
                                  ASR_HOTWORD_SUPER, ASR_HOTWORD_FORCED);
    }

    word->weight = (int32_t) weight;

    return ASR_OK;
}


static asr_err_t
asr_libraries_words(asr_libraries_build_t *b, const asr_json_t *object,
    asr_library_t *lib)
{
    size_t             max;
    asr_err_t          rc;
    const asr_json_t  *list, *v;

    list = asr_json_get(object, asr_str("words"));
    max = lib->type == ASR_LIBRARY_HOTWORDS ? ASR_HOTWORDS_MAX
                                            : ASR_LIBRARY_WORDS_MAX;

    if (list == NULL || list->type != ASR_JSON_ARRAY || list->n == 0
        || list->n > max)
    {
        return asr_libraries_fail(b, "\"words\" must be an array of 1 to %zu",
                                  max);
    }

    lib->words = asr_arena_alloc(&b->l->arena,
                                 list->n * sizeof(asr_hotword_t));
    if (lib->words == NULL) {
        return asr_libraries_fail(b, "no memory");
    }

    for (v = list->child; v != NULL; v = v->next) {
        if (v->type != ASR_JSON_STRING) {
            return asr_libraries_fail(b, "a word is not a string");
        }

        rc = asr_libraries_word(b, v->u.string, &lib->words[lib->nwords]);

        if (rc != ASR_OK) {
            return rc;
        }

        lib->nwords++;
    }

    return ASR_OK;
}


static asr_err_t
asr_libraries_type(asr_libraries_build_t *b, const asr_json_t *object,
    asr_library_t *lib)
{
    asr_err_t  rc;
    asr_str_t  type;

    type = asr_str_null();
    rc = asr_libraries_string(b, object, "type", &type);

    if (rc != ASR_OK) {
        return rc;
    }

    if (asr_str_eq(type, asr_str("keywords"))) {
        lib->type = ASR_LIBRARY_KEYWORDS;

    } else if (asr_str_eq(type, asr_str("hotwords"))) {
        lib->type = ASR_LIBRARY_HOTWORDS;

    } else {
        return asr_libraries_fail(b, "\"type\" must be \"keywords\" or "
                                  "\"hotwords\"");
    }

    return ASR_OK;
}


static asr_err_t
asr_libraries_known(asr_libraries_build_t *b, const asr_json_t *object)
{
    size_t             i;
    const asr_json_t  *m;

    for (m = object->child; m != NULL; m = m->next) {

        for (i = 0; i < asr_nelts(asr_library_fields); i++) {
            if (asr_str_eq(m->key, asr_cstr(asr_library_fields[i]))) {
                break;
            }
        }

        if (i == asr_nelts(asr_library_fields)) {
            return asr_libraries_fail(b, "unknown field \"%.*s\"",
                                      asr_fmt(m->key));
        }
    }

    return ASR_OK;
}


static asr_err_t
asr_libraries_one(asr_libraries_build_t *b, const asr_json_t *object)
{
    size_t          i;
    asr_err_t       rc;
    asr_library_t  *lib;

    if (object->type != ASR_JSON_OBJECT) {
        return asr_libraries_fail(b, "not an object");
    }

    lib = &b->l->list[b->l->n];
    rc = asr_libraries_known(b, object);

    if (rc == ASR_OK) {
        rc = asr_libraries_string(b, object, "id", &lib->id);
    }

    if (rc == ASR_OK && lib->id.len == 0) {
        rc = asr_libraries_fail(b, "\"id\" is missing");
    }

    for (i = 0; rc == ASR_OK && i < b->l->n; i++) {
        if (asr_str_eq(b->l->list[i].id, lib->id)) {
            rc = asr_libraries_fail(b, "\"id\" \"%.*s\" is duplicate",
                                    asr_fmt(lib->id));
        }
    }

    lib->name = lib->id;

    if (rc == ASR_OK) {
        rc = asr_libraries_string(b, object, "name", &lib->name);
    }

    if (rc == ASR_OK) {
        rc = asr_libraries_string(b, object, "account", &lib->account);
    }

    if (rc == ASR_OK) {
        rc = asr_libraries_type(b, object, lib);
    }

    if (rc == ASR_OK) {
        rc = asr_libraries_words(b, object, lib);
    }

    if (rc == ASR_OK) {
        b->l->n++;
    }

    return rc;
}


static asr_err_t
asr_libraries_read(asr_libraries_build_t *b, asr_str_t text)
{
    asr_err_t          rc;
    const asr_json_t  *root, *list, *v;
    asr_json_error_t   error;

    root = asr_json_parse(&b->l->arena, text, &error);

    if (root == NULL) {
        (void) snprintf(b->err, b->errlen, "%s",
                        error.fault == ASR_JSON_SIZE ? "too many values"
                        : error.fault == ASR_JSON_DUPLICATE
                        ? "a field is given twice" : "not valid JSON");
        return ASR_INVALID;
    }

    list = asr_json_get(root, asr_str("libraries"));

    if (list == NULL || list->type != ASR_JSON_ARRAY || root->n != 1) {
        (void) snprintf(b->err, b->errlen, "must be an object with an array "
                        "\"libraries\" alone");
        return ASR_INVALID;
    }

    if (list->n > ASR_LIBRARIES_MAX) {
        (void) snprintf(b->err, b->errlen, "more than %d libraries",
                        ASR_LIBRARIES_MAX);
        return ASR_INVALID;
    }

    b->l->list = asr_arena_zalloc(&b->l->arena,
                                  (list->n + 1) * sizeof(asr_library_t));
    if (b->l->list == NULL) {
        (void) snprintf(b->err, b->errlen, "no memory");
        return ASR_NOMEM;
    }

    for (v = list->child; v != NULL; v = v->next) {
        b->index++;
        rc = asr_libraries_one(b, v);

        if (rc != ASR_OK) {
            return rc;
        }
    }

    return ASR_OK;
}


asr_libraries_t *
asr_libraries_parse(asr_str_t text, char *err, size_t errlen)
{
    asr_libraries_build_t  b;

    memset(&b, 0, sizeof(asr_libraries_build_t));

    b.err = err;
    b.errlen = errlen;
    b.l = calloc(1, sizeof(asr_libraries_t));

    if (b.l == NULL) {
        (void) snprintf(err, errlen, "no memory");
        return NULL;
    }

    asr_arena_init(&b.l->arena, ASR_LIBRARIES_ARENA);

    if (asr_libraries_read(&b, text) != ASR_OK) {
        asr_libraries_free(b.l);
        return NULL;
    }

    return b.l;
}


asr_libraries_t *
asr_libraries_load(const char *path, char *err, size_t errlen)
{
    char             *text, reason[512];
    ssize_t           n;
    asr_libraries_t  *l;

    text = malloc(ASR_LIBRARIES_FILE_MAX + 1);
    if (text == NULL) {
        (void) snprintf(err, errlen, "%s: no memory", path);
        return NULL;
    }

    l = NULL;
    n = asr_file_read(path, text, ASR_LIBRARIES_FILE_MAX + 1);

    if (n < 0) {
        (void) snprintf(err, errlen, "%s: %s", path, strerror(errno));

    } else if (n > ASR_LIBRARIES_FILE_MAX) {
        (void) snprintf(err, errlen, "%s: larger than %d bytes", path,
                        ASR_LIBRARIES_FILE_MAX);

    } else {
        l = asr_libraries_parse((asr_str_t) { (size_t) n, text }, reason,
                                sizeof(reason));
        if (l == NULL) {
            (void) snprintf(err, errlen, "%s: %s", path, reason);
        }
    }

    free(text);

    return l;
}


void
asr_libraries_free(asr_libraries_t *l)
{
    if (l != NULL) {
        asr_arena_free(&l->arena);
        free(l);
    }
}


const asr_library_t *
asr_libraries_get(const asr_libraries_t *l, size_t i)
{
    return i < l->n ? &l->list[i] : NULL;
}


const asr_library_t *
asr_libraries_find(const asr_libraries_t *l, asr_library_type_t type,
    asr_str_t id, asr_str_t account)
{
    size_t                i;
    const asr_library_t  *lib;

    for (i = 0; l != NULL && i < l->n; i++) {
        lib = &l->list[i];

        if (lib->type == type && asr_str_eq(lib->id, id)
            && (lib->account.len == 0 || asr_str_eq(lib->account, account)))
        {
            return lib;
        }
    }

    return NULL;
}


asr_err_t
asr_libraries_hotwords(const asr_libraries_t *l, asr_arena_t *a,
    asr_str_t account, asr_ask_t *ask)
{
    size_t                i;
    asr_err_t             rc;
    asr_str_t             term;
    const asr_library_t  *lib;

    rc = ASR_OK;
    lib = asr_libraries_find(l, ASR_LIBRARY_HOTWORDS, ask->hotword_library,
                             account);

    for (i = 0; lib != NULL && i < lib->nwords && rc == ASR_OK; i++) {
        term = asr_arena_str(a, lib->words[i].term);
        rc = term.data == NULL ? ASR_NOMEM
             : asr_ask_hotword(ask, a, term, lib->words[i].weight);
    }

    return rc;
}
