/* Each value a row lists, and what is nearly one. */

#include "asr_conf_generate_int.h"

#include "asr_conf_json.h"

#include <ctype.h>
#include <stdlib.h>


static void
enum_taken(asr_conf_gen_t *g, const json_t *v)
{
    char            *slug;
    asr_conf_try_t   t = { 0 };

    slug = asr_conf_gen_slug(v);

    t.kind = "enum";
    t.slug = slug;
    t.value = json_deep_copy(v);
    t.least = asr_conf_gen_level_value(g->param, v);
    (void) asr_conf_gen_try(g, &t);

    free(slug);
}


/* `text` is no value, unless it happens to be one. */

static void
enum_refused(asr_conf_gen_t *g, const char *slug, const char *text,
    const json_t *values, asr_conf_level_t least)
{
    json_t          *v;
    asr_conf_try_t   t = { 0 };

    v = json_string(text);

    if (v == NULL || asr_conf_gen_in(values, v)
        || asr_conf_gen_in(json_object_get(g->row, "good"), v))
    {
        json_decref(v);
        return;
    }

    t.kind = "enum";
    t.slug = slug;
    t.value = v;
    t.refusal = "value";
    t.level = "value_level";
    t.least = least;
    (void) asr_conf_gen_try(g, &t);
}


static void
enum_near(asr_conf_gen_t *g, const char *how, const char *text,
    const json_t *v, const json_t *values, asr_conf_level_t least)
{
    char  *slug;

    slug = asr_conf_gen_slug_of(how, v);
    enum_refused(g, slug, text, values, least);
    free(slug);
}


/* Whether capitals count no document says, nor what a dash is. */

static void
enum_cases(asr_conf_gen_t *g, const json_t *v, const json_t *values)
{
    bool         start;
    char        *upper, *lower, *title, *swapped;
    size_t       i;
    const char  *s;

    s = json_string_value(v);
    upper = asr_conf_copy(s);
    lower = asr_conf_copy(s);
    title = asr_conf_copy(s);
    swapped = asr_conf_copy(s);
    start = true;

    for (i = 0; s[i] != '\0'; i++) {
        upper[i] = (char) toupper((unsigned char) s[i]);
        lower[i] = (char) tolower((unsigned char) s[i]);

        if (start && isalpha((unsigned char) s[i])) {
            title[i] = (char) (islower((unsigned char) s[i])
                               ? toupper((unsigned char) s[i])
                               : tolower((unsigned char) s[i]));
            start = false;
        }

        swapped[i] = s[i] == '_' ? '-' : s[i] == '-' ? '_' : s[i];
    }

    enum_near(g, "upper", upper, v, values, ASR_CONF_OBSERVED);
    enum_near(g, "lower", lower, v, values, ASR_CONF_OBSERVED);
    enum_near(g, "first-letter", title, v, values, ASR_CONF_OBSERVED);
    enum_near(g, "dash", swapped, v, values, ASR_CONF_OBSERVED);

    free(upper);
    free(lower);
    free(title);
    free(swapped);
}


static void
enum_around(asr_conf_gen_t *g, const json_t *v, const json_t *values)
{
    char        *text;
    size_t       i;
    const char  *s;

    static const struct {
        const char        *how;
        const char        *before;
        const char        *after;
        asr_conf_level_t   least;
    }  around[] = {
        { "space-before", " ", "", ASR_CONF_OBSERVED },
        { "space-after", "", " ", ASR_CONF_OBSERVED },
        { "tab-after", "", "\t", ASR_CONF_OBSERVED },
        { "line-after", "", "\n", ASR_CONF_OBSERVED },
        { "quoted", "\"", "\"", ASR_CONF_OBSERVED },
        { "longer", "", "x", ASR_CONF_MUST },
        { "later", "x", "", ASR_CONF_MUST },
    };

    s = json_string_value(v);

    for (i = 0; i < sizeof(around) / sizeof(around[0]); i++) {
        text = asr_conf_print("%s%s%s", around[i].before, s, around[i].after);
        enum_near(g, around[i].how, text, v, values, around[i].least);
        free(text);
    }

    if (strlen(s) > 1) {
        text = asr_conf_copy_n(s, strlen(s) - 1);
        enum_near(g, "shorter", text, v, values, ASR_CONF_MUST);
        free(text);

        enum_near(g, "without-first", s + 1, v, values, ASR_CONF_MUST);
    }
}


static void
enum_none(asr_conf_gen_t *g, const json_t *values)
{
    char    *text;
    json_t  *first, *last;

    enum_refused(g, "empty", "", values, ASR_CONF_SHOULD);
    enum_refused(g, "space", " ", values, ASR_CONF_OBSERVED);
    enum_refused(g, "none-such", "none-such", values, ASR_CONF_MUST);
    enum_refused(g, "star", "*", values, ASR_CONF_MUST);
    enum_refused(g, "null-text", "null", values, ASR_CONF_SHOULD);
    enum_refused(g, "digit", "0", values, ASR_CONF_MUST);

    first = json_array_get(values, 0);
    last = json_array_get(values, json_array_size(values) - 1);

    if (first != last) {
        text = asr_conf_print("%s,%s", json_string_value(first),
                              json_string_value(last));
        enum_refused(g, "two-of-them", text, values, ASR_CONF_SHOULD);
        free(text);
    }
}


/* An array whose items are of a closed set. */

static void
enum_items(asr_conf_gen_t *g, const json_t *values)
{
    char            *slug;
    size_t           i;
    json_t          *v;
    asr_conf_try_t   t = { 0 };

    json_array_foreach(values, i, v) {
        slug = asr_conf_gen_slug_of("item", v);
        t.kind = "enum";
        t.slug = slug;
        t.value = json_pack("[O]", v);
        (void) asr_conf_gen_try(g, &t);
        free(slug);
    }

    if (json_is_string(json_array_get(values, 0))) {
        t.slug = "item-none-such";
        t.value = json_pack("[s]", "none-such");
        t.refusal = "value";
        t.level = "value_level";
        (void) asr_conf_gen_try(g, &t);
    }
}


void
asr_conf_gen_enum(asr_conf_gen_t *g)
{
    size_t   i;
    json_t  *values, *good, *v, *yes, *no;

    values = json_object_get(g->row, "values");
    good = json_object_get(g->row, "good");

    json_array_foreach(values, i, v) {
        enum_taken(g, v);
    }

    json_array_foreach(good, i, v) {
        enum_taken(g, v);
    }

    if (strcmp(asr_conf_gen_declared(g), "boolean") == 0) {
        yes = json_true();
        no = json_false();
        enum_taken(g, yes);
        enum_taken(g, no);
    }

    enum_items(g, json_object_get(json_object_get(g->row, "items"), "values"));

    if (!json_is_string(json_array_get(values, 0))) {
        return;
    }

    json_array_foreach(values, i, v) {
        enum_cases(g, v, values);
        enum_around(g, v, values);
    }

    enum_none(g, values);
}
