/* Placeholders and short forms of values. */

#include "asr_conf_value.h"

#include <inttypes.h>
#include <stdlib.h>

#include "asr_conf_embed.h"
#include "asr_conf_json.h"


#define TEXT_MAX      ASR_CONF_JSON_MAX
#define REPEAT_BLOCK  4096


static json_t *
missing(asr_conf_scope_t *s, bool skip, char *why)
{
    free(s->why);

    s->why = why;
    s->skip = skip;

    return NULL;
}


/* NULL: not there. */

static const asr_conf_file_t *
recording(asr_conf_scope_t *s, const char *name, size_t len)
{
    char                    path[128];
    const asr_conf_file_t  *f;

    if (len >= sizeof(path) - sizeof("common/audio/")) {
        return NULL;
    }

    (void) snprintf(path, sizeof(path), "common/audio/%.*s", (int) len, name);

    f = asr_conf_file(path);

    if (f != NULL) {
        s->audio = f->name + sizeof("common/audio/") - 1;
    }

    return f;
}


/* tiny.wav.url, tiny.wav.base64, tiny.wav.size */

static json_t *
audio_value(asr_conf_scope_t *s, const char *what)
{
    char                   *text;
    json_t                 *v;
    const char             *dot;
    const asr_conf_file_t  *f;

    dot = strrchr(what, '.');

    if (dot == NULL) {
        return missing(s, false, asr_conf_print("\"audio.%s\" has no member",
                                                what));
    }

    f = recording(s, what, (size_t) (dot - what));

    if (strcmp(dot, ".url") == 0) {
        if (s->server == NULL) {
            return missing(s, true, asr_conf_copy("it needs the suite's "
                                                  "server"));
        }

        text = asr_conf_print("%s/audio/%.*s", s->server, (int) (dot - what),
                              what);

    } else if (f == NULL) {
        return missing(s, false, asr_conf_print("no recording \"%.*s\"",
                                                (int) (dot - what), what));

    } else if (strcmp(dot, ".size") == 0) {
        return json_integer((json_int_t) f->len);

    } else if (strcmp(dot, ".base64") == 0) {
        text = asr_conf_base64(f->data, f->len);

    } else {
        return missing(s, false, asr_conf_print("no \"audio.%s\"", what));
    }

    v = json_string(text);
    free(text);

    return v;
}


static json_t *
server_value(asr_conf_scope_t *s, const char *prefix, const char *rest)
{
    char    *text;
    json_t  *v;

    if (s->server == NULL) {
        return missing(s, true, asr_conf_copy("it needs the suite's server"));
    }

    text = asr_conf_print("%s%s%s", s->server, prefix, rest);
    v = json_string(text);
    free(text);

    return v;
}


static json_t *
account_value(asr_conf_scope_t *s, const char *what)
{
    const asr_conf_account_t  *a;
    const char                *t;

    a = s->account;

    if (a == NULL) {
        return missing(s, false, asr_conf_print("no account for \"%s\"",
                                                what));
    }

    if (strcmp(what, "app_id") == 0) {
        return json_integer((json_int_t) a->app_id);
    }

    t = strcmp(what, "name") == 0 ? a->name
        : strcmp(what, "bearer") == 0 ? a->bearer
        : strcmp(what, "secret_id") == 0 ? a->secret_id
        : strcmp(what, "access_key_id") == 0 ? a->access_key_id
        : strcmp(what, "webhook") == 0 ? a->webhook
        : NULL;

    if (t == NULL) {
        return missing(s, true, asr_conf_print("the account has no %s",
                                               what));
    }

    return json_string(t);
}


static json_t *
fixture_value(asr_conf_scope_t *s, const char *kind, const char *name)
{
    char    *why;
    json_t  *v;

    if (recording(s, name, strlen(name)) == NULL) {
        return missing(s, false, asr_conf_print("no recording \"%s\"", name));
    }

    if (s->fixture == NULL) {
        return missing(s, false, asr_conf_copy("nothing uploads here"));
    }

    why = NULL;
    v = s->fixture(s->data, kind, name, &why);

    return v != NULL ? v : missing(s, false, why);
}


static json_t *
time_value(asr_conf_scope_t *s, const char *offset)
{
    char       *end;
    long long   n;

    if (offset[0] == '\0') {
        return json_integer(s->time);
    }

    n = strtoll(offset, &end, 10);

    if ((offset[0] != '+' && offset[0] != '-') || *end != '\0') {
        return missing(s, false, asr_conf_print("no \"time%s\"", offset));
    }

    return json_integer(s->time + n);
}


/* The value of one name between ${ and }. */

static json_t *
named(asr_conf_scope_t *s, const char *name)
{
    json_t  *v;

    if (strncmp(name, "audio.", 6) == 0) {
        return audio_value(s, name + 6);
    }

    if (strncmp(name, "file.", 5) == 0) {
        return fixture_value(s, "file", name + 5);
    }

    if (strncmp(name, "asset.", 6) == 0) {
        return fixture_value(s, "asset", name + 6);
    }

    if (strncmp(name, "media.", 6) == 0) {
        (void) recording(s, name + 6, strlen(name + 6));
        return server_value(s, "/audio/", name + 6);
    }

    if (strcmp(name, "callback") == 0) {
        s->called = true;
        return server_value(s, "/callback/", s->callback);
    }

    if (strcmp(name, "server") == 0) {
        return server_value(s, "", "");
    }

    if (strncmp(name, "account.", 8) == 0) {
        return account_value(s, name + 8);
    }

    if (strcmp(name, "unique") == 0) {
        return json_string(s->unique);
    }

    if (strncmp(name, "time", 4) == 0) {
        return time_value(s, name + 4);
    }

    if (strncmp(name, "saved.", 6) == 0) {
        v = json_object_get(s->saved, name + 6);

        if (v == NULL) {
            return missing(s, false, asr_conf_print("no step saved \"%s\"",
                                                    name + 6));
        }

        return json_incref(v);
    }

    return missing(s, false, asr_conf_print("no placeholder ${%s}", name));
}


static void
add_text(asr_conf_buf_t *b, const json_t *v)
{
    char  *text;

    if (json_is_string(v)) {
        asr_conf_buf_add(b, json_string_value(v), json_string_length(v));
        return;
    }

    text = asr_conf_json_text(v, TEXT_MAX);
    asr_conf_buf_str(b, text);
    free(text);
}


static json_t *
text_value(asr_conf_scope_t *s, const json_t *text)
{
    json_t          *v;
    const char      *p, *open, *close;
    char            *name;
    asr_conf_buf_t   b;

    p = json_string_value(text);
    open = strstr(p, "${");

    if (open == NULL) {
        return json_incref((json_t *) text);
    }

    asr_conf_buf_init(&b, TEXT_MAX);

    for ( ; open != NULL; open = strstr(p, "${")) {
        close = strchr(open, '}');

        if (close == NULL) {
            break;
        }

        name = asr_conf_copy_n(open + 2, (size_t) (close - open - 2));
        v = named(s, name);
        free(name);

        if (v == NULL) {
            asr_conf_buf_free(&b);
            return NULL;
        }

        if (open == json_string_value(text) && close[1] == '\0') {
            asr_conf_buf_free(&b);
            return v;
        }

        asr_conf_buf_add(&b, p, (size_t) (open - p));
        add_text(&b, v);
        json_decref(v);

        p = close + 1;
    }

    asr_conf_buf_str(&b, p);

    v = json_stringn(b.data == NULL ? "" : b.data, b.len);
    asr_conf_buf_free(&b);

    return v;
}


/* [what, count] of $repeat and $items. */

static bool
counted(const json_t *pair, json_t **what, size_t *count, size_t max)
{
    json_int_t   n;

    if (!json_is_array(pair) || json_array_size(pair) != 2
        || !json_is_integer(json_array_get(pair, 1)))
    {
        return false;
    }

    n = json_integer_value(json_array_get(pair, 1));

    if (n < 0 || (uint64_t) n > max) {
        return false;
    }

    *what = json_array_get(pair, 0);
    *count = (size_t) n;

    return true;
}


static json_t *
repeat_value(asr_conf_scope_t *s, const json_t *pair)
{
    size_t           i, n, len, left;
    json_t          *what, *v;
    asr_conf_buf_t   b, text, block;

    if (!counted(pair, &what, &n, ASR_CONF_REPEAT_MAX)) {
        return missing(s, false, asr_conf_copy("$repeat is no [text, count]"));
    }

    what = asr_conf_value(s, what);

    if (what == NULL) {
        return NULL;
    }

    asr_conf_buf_init(&b, ASR_CONF_REPEAT_MAX);
    asr_conf_buf_init(&text, ASR_CONF_REPEAT_MAX);
    asr_conf_buf_init(&block, ASR_CONF_REPEAT_MAX);
    add_text(&text, what);
    json_decref(what);

    left = text.len * n;

    /* megabytes of single characters: by the block */

    for (i = 0; i < n && block.len < REPEAT_BLOCK; i++) {
        asr_conf_buf_add(&block, text.data, text.len);
    }

    for ( /* void */ ; left != 0 && !b.cut; left -= len) {
        len = left < block.len ? left : block.len;
        asr_conf_buf_add(&b, block.data, len);
    }

    asr_conf_buf_free(&text);
    asr_conf_buf_free(&block);

    v = b.cut ? missing(s, false, asr_conf_copy("$repeat is too long"))
              : json_stringn(b.data == NULL ? "" : b.data, b.len);

    asr_conf_buf_free(&b);

    if (v == NULL && s->why == NULL) {
        return missing(s, false, asr_conf_copy("$repeat is no UTF-8"));
    }

    return v;
}


static json_t *
items_value(asr_conf_scope_t *s, const json_t *pair)
{
    size_t   i, n;
    json_t  *what, *list;

    if (!counted(pair, &what, &n, ASR_CONF_ITEMS_MAX)) {
        return missing(s, false, asr_conf_copy("$items is no "
                                               "[value, count]"));
    }

    what = asr_conf_value(s, what);

    if (what == NULL) {
        return NULL;
    }

    list = json_array();

    for (i = 0; i < n; i++) {
        (void) json_array_append(list, what);
    }

    json_decref(what);

    return list;
}


static json_t *
json_value(asr_conf_scope_t *s, const json_t *inner)
{
    char    *text;
    json_t  *v;

    v = asr_conf_value(s, inner);

    if (v == NULL) {
        return NULL;
    }

    text = asr_conf_json_text(v, TEXT_MAX);
    json_decref(v);

    v = json_string(text);
    free(text);

    return v;
}


static json_t *
object_value(asr_conf_scope_t *s, const json_t *o)
{
    json_t      *out, *member, *v;
    const char  *name;

    if (json_object_size(o) == 1) {
        if ((v = json_object_get(o, "$repeat")) != NULL) {
            return repeat_value(s, v);
        }

        if ((v = json_object_get(o, "$items")) != NULL) {
            return items_value(s, v);
        }

        if ((v = json_object_get(o, "$json")) != NULL) {
            return json_value(s, v);
        }
    }

    out = json_object();

    json_object_foreach((json_t *) o, name, member) {
        v = asr_conf_value(s, member);

        if (v == NULL) {
            json_decref(out);
            return NULL;
        }

        (void) json_object_set_new(out, name, v);
    }

    return out;
}


json_t *
asr_conf_value(asr_conf_scope_t *s, const json_t *v)
{
    size_t   i;
    json_t  *out, *item;

    if (json_is_string(v)) {
        return text_value(s, v);
    }

    if (json_is_object(v)) {
        return object_value(s, v);
    }

    if (!json_is_array(v)) {
        return json_incref((json_t *) v);
    }

    out = json_array();

    for (i = 0; i < json_array_size(v); i++) {
        item = asr_conf_value(s, json_array_get(v, i));

        if (item == NULL) {
            json_decref(out);
            return NULL;
        }

        (void) json_array_append_new(out, item);
    }

    return out;
}


/*
 * The data are tried with made-up answers for all that only a run knows, so
 * that a misspelt placeholder ends a load and not a case.
 */

static json_t *
any_fixture(void *data, const char *kind, const char *name, char **why)
{
    (void) data;
    (void) kind;
    (void) name;
    (void) why;

    return json_integer(1);
}


static bool
names_saved(const char *why)
{
    return strncmp(why, "no step saved", sizeof("no step saved") - 1) == 0;
}


char *
asr_conf_value_fault(const json_t *v)
{
    size_t              i;
    json_t             *out, *member;
    const char         *name;
    char               *why;
    asr_conf_scope_t    s;

    static const asr_conf_account_t  any;

    if (json_is_array(v)) {
        for (i = 0; i < json_array_size(v); i++) {
            why = asr_conf_value_fault(json_array_get(v, i));

            if (why != NULL) {
                return why;
            }
        }

        return NULL;
    }

    if (json_is_object(v) && (json_object_size(v) != 1
                              || json_object_get(v, "$json") != NULL))
    {
        json_object_foreach((json_t *) v, name, member) {
            why = asr_conf_value_fault(member);

            if (why != NULL) {
                return why;
            }
        }

        return NULL;
    }

    memset(&s, 0, sizeof(s));

    s.account = &any;
    s.server = "http://server";
    s.callback = "key";
    s.fixture = any_fixture;

    out = asr_conf_value(&s, v);

    if (out != NULL) {
        json_decref(out);
        return NULL;
    }

    if (s.skip || names_saved(s.why)) {
        free(s.why);
        return NULL;
    }

    return s.why;
}
