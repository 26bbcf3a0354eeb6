/*
 * What is wrong in a way of its own: values the row calls bad, names nobody
 * knows or written otherwise, broken rules.
 */

#include "asr_conf_generate_int.h"

#include "asr_conf_json.h"

#include <ctype.h>
#include <stdlib.h>


#define COMBINATIONS_MAX  64             /* of one rule's values */


/*
 * The code of a bad value; sent in some way it may be another ("by_via", of
 * the value or of all of the row): a text that is signed as it is read, say.
 */

static const json_t *
bad_code(const asr_conf_gen_t *g, const json_t *bad)
{
    size_t         i;
    const json_t  *code, *from[2];

    from[0] = bad;
    from[1] = g->row;

    for (i = 0; i < 2 && g->via->name != NULL; i++) {
        code = json_object_get(json_object_get(from[i], "by_via"),
                               g->via->name);

        if (code != NULL) {
            return code;
        }
    }

    return json_object_get(bad, "code");
}


static void
negative_bad(asr_conf_gen_t *g)
{
    char            *slug;
    size_t           i;
    json_t          *bad, *value, *base;
    asr_conf_try_t   t = { 0 };

    json_array_foreach(json_object_get(g->row, "bad"), i, bad) {
        value = json_object_get(bad, "value");

        if (value == NULL
            || (g->via->text && (json_is_null(value) || json_is_boolean(value)
                                 || json_is_real(value)
                                 || json_is_array(value)
                                 || json_is_object(value))
                && json_object_get(value, "$repeat") == NULL
                && json_object_get(value, "$json") == NULL))
        {
            continue;
        }

        slug = json_is_string(json_object_get(bad, "slug"))
               ? asr_conf_copy(asr_conf_json_str(bad, "slug", ""))
               : asr_conf_gen_slug(value);

        base = json_object_get(bad, "with");

        t.kind = "negative";
        t.slug = slug;
        t.name = asr_conf_json_str(bad, "name", NULL);
        t.value = json_deep_copy(value);
        t.set = json_object_get(bad, "set");
        t.unset = json_object_get(bad, "unset");
        t.base = base;
        t.refusal = "value";
        t.code = bad_code(g, bad);
        t.level = "value_level";
        t.from = bad;
        t.ruled = true;
        (void) asr_conf_gen_try(g, &t);

        free(slug);
    }
}


/*
 * Whether a name in another form is the same one nobody documents; what is
 * told of unknown ones, the operation's "unknown_level" may say.
 */

static asr_conf_level_t
unknown_least(const asr_conf_gen_t *g, bool form)
{
    return form ? ASR_CONF_OBSERVED
           : asr_conf_gen_level(g->op->row, "unknown_level",
                                ASR_CONF_OBSERVED);
}


static bool
known(const asr_conf_op_t *op, const char *name)
{
    size_t  i;

    for (i = 0; i < op->nparams; i++) {
        if (strcmp(op->params[i].name, name) == 0) {
            return true;
        }
    }

    return false;
}


/* The name in another form, with a good value, beside the right one. */

static void
negative_name(asr_conf_gen_t *g, const char *slug, const char *name,
    const json_t *good)
{
    char            *words;
    json_t          *set;
    asr_conf_try_t   t = { 0 };

    if (known(g->op, name) || *name == '\0') {
        return;
    }

    set = json_object();
    (void) json_object_set(set, name, (json_t *) good);
    words = asr_conf_print("under the name \"%s\"", name);

    t.kind = "negative";
    t.slug = slug;
    t.words = words;
    t.value = ASR_CONF_SAME;
    t.set = set;
    t.refusal = "unknown";
    t.level = "unknown_level";
    t.least = unknown_least(g, true);
    (void) asr_conf_gen_try(g, &t);

    free(words);
    json_decref(set);
}


/* A required one under that name only is missing, or unknown. */

static void
negative_instead(asr_conf_gen_t *g, const char *slug, const char *name,
    const json_t *good)
{
    char            *words;
    json_t          *set, *unset;
    const json_t    *code;
    asr_conf_try_t   t = { 0 };

    code = asr_conf_gen_code(g, "unknown");

    if (known(g->op, name) || *name == '\0' || code == NULL) {
        return;
    }

    set = json_object();
    (void) json_object_set(set, name, (json_t *) good);
    unset = json_pack("[s]", g->param->name);
    words = asr_conf_print("called \"%s\" instead", name);

    t.kind = "negative";
    t.slug = slug;
    t.words = words;
    t.value = ASR_CONF_SAME;
    t.set = set;
    t.unset = unset;
    t.refusal = "missing";
    t.also = json_is_string(code)
             && strcmp(json_string_value(code), "ok") == 0 ? NULL : "unknown";
    t.level = "unknown_level";
    t.least = unknown_least(g, true);
    (void) asr_conf_gen_try(g, &t);

    free(words);
    json_decref(unset);
    json_decref(set);
}


static void
negative_names(asr_conf_gen_t *g)
{
    char    *forms[7], *slug;
    size_t   i, j;
    json_t  *good;

    static const char *const  slugs[] = {
        "name-lower", "name-upper", "name-first-letter", "name-dash",
        "name-longer", "name-shorter", "name-space"
    };

    /* members have no names of their own in a request, nor have paths */

    good = asr_conf_gen_good(g->op, g->param);

    if (good == NULL || strchr(g->param->name, '.') != NULL
        || strcmp(g->op->form, "path") == 0)
    {
        json_decref(good);
        return;
    }

    for (i = 0; i < 4; i++) {
        forms[i] = asr_conf_copy(g->param->name);
    }

    for (j = 0; forms[0][j] != '\0'; j++) {
        forms[0][j] = (char) tolower((unsigned char) forms[0][j]);
        forms[1][j] = (char) toupper((unsigned char) forms[1][j]);
        forms[3][j] = forms[3][j] == '_' ? '-' : forms[3][j];
    }

    forms[2][0] = (char) (islower((unsigned char) forms[2][0])
                          ? toupper((unsigned char) forms[2][0])
                          : tolower((unsigned char) forms[2][0]));
    forms[4] = asr_conf_print("%ss", g->param->name);
    forms[5] = asr_conf_copy_n(g->param->name, strlen(g->param->name) - 1);
    forms[6] = asr_conf_print("%s ", g->param->name);

    for (i = 0; i < 7; i++) {
        negative_name(g, slugs[i], forms[i], good);

        if (asr_conf_gen_required(g->row)) {
            slug = asr_conf_print("instead-%s", slugs[i]);
            negative_instead(g, slug, forms[i], good);
            free(slug);
        }

        free(forms[i]);
    }

    json_decref(good);
}


void
asr_conf_gen_negative(asr_conf_gen_t *g)
{
    negative_bad(g);
    negative_names(g);
}


static void
unknown_try(asr_conf_gen_t *g, const char *slug, const char *name,
    json_t *value)
{
    char            *sentence;
    json_t          *set;
    asr_conf_try_t   t = { 0 };

    set = json_object();
    (void) json_object_set_new(set, name, value);

    sentence = strlen(name) > 40
               ? asr_conf_print("A parameter nobody knows, of %zu bytes,",
                                strlen(name))
               : asr_conf_print("\"%s\", a parameter nobody knows, of %s",
                                name, json_is_string(value) ? "text" : slug
                                + strlen("unknown-of-"));

    t.kind = "negative";
    t.slug = slug;
    t.words = sentence;
    t.value = ASR_CONF_SAME;
    t.set = set;
    t.refusal = "unknown";
    t.level = "unknown_level";
    t.least = unknown_least(g, false);
    (void) asr_conf_gen_try(g, &t);

    free(sentence);
    json_decref(set);
}


static void
negative_unknown(asr_conf_gen_t *g)
{
    char    *slug, *longest;
    size_t   i;

    static const char *const  names[][2] = {
        { "pascal", "NoSuchParameter" }, { "snake", "no_such_parameter" },
        { "dollar", "$schema" }, { "proto", "__proto__" },
        { "constructor", "constructor" }, { "space", "no such" },
        { "quote", "no\"such" }, { "letter", "x" }, { "digit", "1" },
        { "wide", "\xE5\x8F\x82\xE6\x95\xB0" },
        { "slash", "a/b" }, { "percent", "a%20b" }, { "plus", "a+b" },
    };

    static const char *const  values[][2] = {
        { "integer", "1" }, { "real", "1.5" }, { "true", "true" },
        { "false", "false" }, { "array", "[]" }, { "object", "{}" },
        { "nested", "{\"a\":[{\"b\":[[1]]}]}" }, { "empty", "\"\"" },
    };

    for (i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
        slug = asr_conf_print("unknown-%s", names[i][0]);
        unknown_try(g, slug, names[i][1], json_string("value"));
        free(slug);
    }

    longest = asr_conf_alloc(201);
    memset(longest, 'x', 200);
    unknown_try(g, "unknown-long", longest, json_string("value"));
    free(longest);

    for (i = 0; i < sizeof(values) / sizeof(values[0]) && !g->via->text; i++) {
        slug = asr_conf_print("unknown-of-%s", values[i][0]);
        unknown_try(g, slug, "NoSuchParameter",
                    json_loads(values[i][1], JSON_DECODE_ANY, NULL));
        free(slug);
    }
}


/* The text of a base with one member said twice; to be freed. */

static char *
twice_body(const json_t *base, const char *twice)
{
    char            *value;
    json_t          *v;
    const char      *name;
    asr_conf_buf_t   body;

    asr_conf_buf_init(&body, 65536);

    json_object_foreach((json_t *) base, name, v) {
        value = json_dumps(v, JSON_ENCODE_ANY | JSON_COMPACT);
        asr_conf_buf_fmt(&body, "%s\"%s\":%s", body.len == 0 ? "{" : ",",
                         name, value);
        free(value);
    }

    value = json_dumps(json_object_get(base, twice),
                       JSON_ENCODE_ANY | JSON_COMPACT);
    asr_conf_buf_fmt(&body, ",\"%s\":%s}", twice, value);
    free(value);

    return body.data;
}


/* Only as raw text can a member stand twice. */

static void
negative_twice(asr_conf_gen_t *g)
{
    char            *slug, *body, *sentence;
    json_t          *base, *v;
    const char      *name;
    asr_conf_try_t   t = { 0 };

    if (g->via->text || asr_conf_gen_code(g, "duplicate") == NULL) {
        return;
    }

    base = json_object_get(g->op->row, "base");

    json_object_foreach(base, name, v) {
        body = twice_body(base, name);
        slug = asr_conf_print("twice-%s", name);
        sentence = asr_conf_print("A body that has %s twice", name);

        t.kind = "negative";
        t.slug = slug;
        t.words = sentence;
        t.value = ASR_CONF_SAME;
        t.body = body;
        t.refusal = "duplicate";
        t.least = ASR_CONF_OBSERVED;
        (void) asr_conf_gen_try(g, &t);

        free(body);
        free(slug);
        free(sentence);
    }
}


/*
 * What a rule's parameters need besides ("value_with"), as far as the rule
 * itself does not say it: so that no other rule is broken.
 */

static void
rule_needs(const asr_conf_gen_t *g, const json_t *when, const char *name,
    const json_t *value, json_t *set)
{
    char        *key;
    size_t       i;
    json_t      *with, *v;
    const char  *other;

    for (i = 0; i < g->op->nparams; i++) {
        if (strcmp(g->op->params[i].name, name) == 0) {
            break;
        }
    }

    if (i == g->op->nparams) {
        return;
    }

    key = json_is_string(value) ? asr_conf_copy(json_string_value(value))
                                : asr_conf_json_text(value, 256);
    with = json_object_get(json_object_get(g->op->params[i].row,
                                           "value_with"), key);
    with = json_object_get(with, "set");
    free(key);

    json_object_foreach(with, other, v) {
        if (json_object_get(when, other) == NULL) {
            (void) json_object_set(set, other, v);
        }
    }
}


static void
rule_try(asr_conf_gen_t *g, const json_t *rule, const json_t *chosen)
{
    json_t          *v, *base, *set, *unset;
    const char      *name;
    asr_conf_buf_t   slug, sentence;
    asr_conf_try_t   t = { 0 };

    base = json_object();
    set = json_object();
    unset = json_array();
    asr_conf_buf_init(&slug, 512);
    asr_conf_buf_init(&sentence, 1024);
    asr_conf_buf_fmt(&sentence, "%s:",
                     asr_conf_json_str(rule, "name", "A rule is broken"));

    json_object_foreach((json_t *) chosen, name, v) {
        char  *value;

        value = json_is_null(v) ? asr_conf_copy("absent")
                                : asr_conf_gen_slug(v);
        asr_conf_buf_fmt(&slug, "%s%s=%s", slug.len == 0 ? "" : ",", name,
                         value);
        free(value);

        value = json_is_null(v) ? asr_conf_copy("absent")
                                : asr_conf_gen_words(v);
        asr_conf_buf_fmt(&sentence, " %s %s", name, value);
        free(value);

        if (json_is_null(v)) {
            (void) json_array_append_new(unset, json_string(name));

        } else {
            (void) json_object_set(set, name, v);
            rule_needs(g, chosen, name, v, base);
        }
    }

    t.kind = "negative";
    t.slug = slug.data;
    t.name = sentence.data;
    t.value = ASR_CONF_SAME;
    t.base = base;
    t.set = set;
    t.unset = unset;
    t.refusal = "value";
    t.code = json_object_get(rule, "code");
    t.from = rule;
    t.ruled = true;
    (void) asr_conf_gen_try(g, &t);

    json_decref(base);
    json_decref(set);
    json_decref(unset);
    asr_conf_buf_free(&slug);
    asr_conf_buf_free(&sentence);
}


/* The one of a rule's values of a name that stands at `at`, as a value. */

static json_t *
rule_value(const asr_conf_gen_t *g, const char *name, const json_t *want,
    size_t at)
{
    size_t  i;

    if (json_is_array(want)) {
        return json_incref(json_array_get(want, at));
    }

    if (json_object_get(want, "absent") != NULL) {
        return json_null();
    }

    if (json_object_get(want, "present") == NULL) {
        return json_incref((json_t *) want);
    }

    for (i = 0; i < g->op->nparams; i++) {
        if (strcmp(g->op->params[i].name, name) == 0) {
            return asr_conf_gen_good(g->op, &g->op->params[i]);
        }
    }

    return NULL;
}


static void
negative_rule(asr_conf_gen_t *g, const json_t *rule)
{
    bool         whole;
    size_t       count, i, rest, size;
    json_t      *when, *want, *chosen, *v;
    const char  *name;

    when = json_object_get(rule, "when");
    count = 1;

    json_object_foreach(when, name, want) {
        count *= json_is_array(want) ? json_array_size(want) : 1;

        if (count > COMBINATIONS_MAX) {
            count = COMBINATIONS_MAX;
        }
    }

    for (i = 0; i < count && json_object_size(when) != 0; i++) {
        chosen = json_object();
        whole = true;
        rest = i;

        json_object_foreach(when, name, want) {
            size = json_is_array(want) ? json_array_size(want) : 1;
            v = rule_value(g, name, want, rest % size);
            rest /= size;
            whole = whole && v != NULL;

            if (v != NULL) {
                (void) json_object_set_new(chosen, name, v);
            }
        }

        if (whole) {
            rule_try(g, rule, chosen);
        }

        json_decref(chosen);
    }
}


void
asr_conf_gen_negative_op(asr_conf_gen_t *g)
{
    size_t   i;
    json_t  *rule;

    json_array_foreach(json_object_get(g->op->row, "rules"), i, rule) {
        negative_rule(g, rule);
    }

    if (strcmp(g->op->form, "path") != 0 && g->op->nparams != 0
        && asr_conf_gen_code(g, "unknown") != NULL)
    {
        negative_unknown(g);
        negative_twice(g);
    }
}
