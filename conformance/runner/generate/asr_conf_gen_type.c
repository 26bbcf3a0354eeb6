/*
 * Values of other types.  Over JSON they are JSON's; where all is text, they
 * are texts that are no number, or no boolean, but look like one.
 */

#include "asr_conf_generate_int.h"

#include "asr_conf_json.h"

#include <stdlib.h>


enum {
    STRING = 1,
    INTEGER = 2,
    REAL = 4,
    BOOLEAN = 8,
    ARRAY = 16,
    OBJECT = 32,
    DIGITS = 64,                         /* a string that is a number */
    NUL = 128
};


typedef struct {
    const char  *slug;
    const char  *json;
    unsigned     type;
} type_value_t;


static const type_value_t  type_values[] = {
    { "text", "\"text\"", STRING },
    { "text-empty", "\"\"", STRING },
    { "text-true", "\"true\"", STRING },
    { "text-digits", "\"1\"", DIGITS },
    { "text-real", "\"1.5\"", STRING },
    { "text-object", "\"{}\"", STRING },
    { "zero", "0", INTEGER },
    { "integer", "1", INTEGER },
    { "negative", "-1", INTEGER },
    { "large", "9007199254740993", INTEGER },
    { "real", "1.5", REAL },
    { "negative-real", "-0.5", REAL },
    { "huge", "1e300", REAL },
    { "tiny", "1e-300", REAL },
    { "true", "true", BOOLEAN },
    { "false", "false", BOOLEAN },
    { "array-empty", "[]", ARRAY },
    { "array", "[\"text\"]", ARRAY },
    { "array-integer", "[1]", ARRAY },
    { "array-null", "[null]", ARRAY },
    { "array-nested", "[[[1]]]", ARRAY },
    { "array-object", "[{\"a\":1}]", ARRAY },
    { "object-empty", "{}", OBJECT },
    { "object", "{\"value\":1}", OBJECT },
    { "object-nested", "{\"a\":{\"b\":[1,{\"c\":null}]}}", OBJECT },
};

#define NVALUES  (sizeof(type_values) / sizeof(type_values[0]))


static const type_value_t  type_items[] = {
    { "text", "\"text\"", STRING },
    { "integer", "1", INTEGER },
    { "real", "1.5", REAL },
    { "true", "true", BOOLEAN },
    { "null", "null", NUL },
    { "array", "[\"a\"]", ARRAY },
    { "array-empty", "[]", ARRAY },
    { "object", "{\"a\":1}", OBJECT },
};

#define NITEMS  (sizeof(type_items) / sizeof(type_items[0]))


/* The types a declared one takes; 0: all, nothing is known of it. */

static unsigned
takes(const char *declared, bool also_text)
{
    size_t  i;

    static const struct {
        const char  *name;
        unsigned     types;
    }  types[] = {
        { "string", STRING | DIGITS },
        { "json", STRING | DIGITS },
        { "integer", INTEGER },
        { "number", INTEGER | REAL },
        { "boolean", BOOLEAN },
        { "array", ARRAY },
        { "object", OBJECT },
    };

    for (i = 0; i < sizeof(types) / sizeof(types[0]); i++) {
        if (strcmp(types[i].name, declared) == 0) {
            return types[i].types | (also_text ? DIGITS : 0);
        }
    }

    return 0;
}


static json_t *
value_of(const char *json)
{
    return json_loads(json, JSON_DECODE_ANY, NULL);
}


static void
type_try(asr_conf_gen_t *g, const char *slug, json_t *value,
    const char *refusal, const char *also, asr_conf_level_t least)
{
    asr_conf_try_t  t = { 0 };

    t.kind = "type";
    t.slug = slug;
    t.value = value;
    t.refusal = refusal;
    t.also = also;
    t.level = "type_level";
    t.least = least;
    (void) asr_conf_gen_try(g, &t);
}


/* A wrong item alone, before good ones and behind them. */

static void
type_item(asr_conf_gen_t *g, const type_value_t *item, const json_t *good)
{
    char    *slug;
    json_t  *v, *array;

    v = value_of(item->json);

    slug = asr_conf_print("item-%s", item->slug);
    type_try(g, slug, json_pack("[O]", v), "type", NULL, ASR_CONF_SHOULD);
    free(slug);

    if (json_array_size(good) != 0) {
        slug = asr_conf_print("item-%s-first", item->slug);
        array = json_deep_copy(good);
        (void) json_array_insert(array, 0, v);
        type_try(g, slug, array, "type", NULL, ASR_CONF_SHOULD);
        free(slug);

        slug = asr_conf_print("item-%s-last", item->slug);
        array = json_deep_copy(good);
        (void) json_array_append(array, v);
        type_try(g, slug, array, "type", NULL, ASR_CONF_SHOULD);
        free(slug);
    }

    json_decref(v);
}


/* A good array with items, which need not be the first of those listed. */

static json_t *
good_items(const asr_conf_gen_t *g)
{
    size_t   i;
    json_t  *v, *good;

    json_array_foreach(json_object_get(g->row, "good"), i, v) {
        if (json_array_size(v) != 0) {
            return json_deep_copy(v);
        }
    }

    good = asr_conf_gen_good(g->op, g->param);

    if (!json_is_array(good)) {
        json_decref(good);
        return NULL;
    }

    return good;
}


static void
type_items_of(asr_conf_gen_t *g)
{
    size_t       i;
    json_t      *good, *items;
    unsigned     may;

    items = json_object_get(g->row, "items");
    may = takes(asr_conf_json_str(items, "type", ""),
                asr_conf_json_bool(items, "also_text", false));

    if (may == 0) {
        return;
    }

    good = good_items(g);

    for (i = 0; i < NITEMS; i++) {
        if ((type_items[i].type & may) == 0) {
            type_item(g, &type_items[i], good);
        }
    }

    json_decref(good);
}


static void
type_json(asr_conf_gen_t *g)
{
    bool         number;
    size_t       i;
    json_t      *good;
    unsigned     may;
    const char  *declared;

    declared = asr_conf_gen_declared(g);
    number = strcmp(declared, "integer") == 0;
    may = takes(declared, asr_conf_json_bool(g->row, "also_text", false));

    if (may == 0) {
        return;
    }

    for (i = 0; i < NVALUES; i++) {
        if ((type_values[i].type & may) == 0) {
            type_try(g, type_values[i].slug, value_of(type_values[i].json),
                     "type", number && strcmp(type_values[i].slug, "huge") == 0
                             ? "range" : NULL, ASR_CONF_SHOULD);
        }
    }

    good = asr_conf_gen_good(g->op, g->param);

    if (good != NULL && (may & ARRAY) == 0) {
        type_try(g, "good-in-array", json_pack("[O]", good), "type", NULL,
                 ASR_CONF_SHOULD);
    }

    if (good != NULL && (may & OBJECT) == 0) {
        type_try(g, "good-in-object", json_pack("{s:O}", "value", good),
                 "type", NULL, ASR_CONF_SHOULD);
    }

    json_decref(good);

    if ((may & ARRAY) != 0) {
        type_items_of(g);
    }
}


/* A number, written as none: about a good one, so that only the form fails. */

static void
type_number_text(asr_conf_gen_t *g, bool whole)
{
    char     *text;
    size_t    i;
    json_t   *good;
    int64_t   n;

    static const struct {
        const char  *slug;
        const char  *form;               /* # is the number */
        bool         real;               /* is one, of a real */
        bool         loose;              /* many a reader takes it */
    }  forms[] = {
        { "text", "abc", false, false },
        { "with-point", "#.0", true, true },
        { "with-half", "#.5", true, false },
        { "with-point-alone", "#.", true, true },
        { "with-exponent", "#e0", true, true },
        { "space-before", " #", false, true },
        { "space-after", "# ", false, true },
        { "tab-before", "\t#", false, true },
        { "line-after", "#\n", false, true },
        { "plus", "+#", false, true },
        { "hex", "0x#", false, true },
        { "letter-after", "#a", false, false },
        { "quoted", "\"#\"", false, true },
        { "two", "#,#", false, false },
        { "bracketed", "[#]", false, false },
        { "nan", "NaN", false, false },
        { "infinity", "Infinity", false, false },
        { "true", "true", false, false },
        { "null", "null", false, true },
        { "minus", "-", false, false },
        { "wide-digit", "\xEF\xBC\x91", false, true },
    };

    good = asr_conf_gen_good(g->op, g->param);
    n = json_is_integer(good) ? json_integer_value(good) : 1;
    json_decref(good);

    for (i = 0; i < sizeof(forms) / sizeof(forms[0]); i++) {
        asr_conf_buf_t  b;
        const char     *s;

        if (forms[i].real && !whole) {
            continue;
        }

        asr_conf_buf_init(&b, 256);

        for (s = forms[i].form; *s != '\0'; s++) {
            if (*s == '#') {
                asr_conf_buf_fmt(&b, "%lld", (long long) n);

            } else {
                asr_conf_buf_add(&b, s, 1);
            }
        }

        text = asr_conf_copy(b.data);
        asr_conf_buf_free(&b);
        type_try(g, forms[i].slug, json_string(text), "text", NULL,
                 forms[i].loose ? ASR_CONF_OBSERVED : ASR_CONF_SHOULD);
        free(text);
    }
}


static void
type_boolean_text(asr_conf_gen_t *g)
{
    size_t  i;

    static const char *const  texts[][2] = {
        { "title", "True" }, { "upper", "TRUE" }, { "yes", "yes" },
        { "on", "on" }, { "two", "2" }, { "minus-one", "-1" },
        { "space-before", " true" }, { "space-after", "true " },
        { "null", "null" }, { "text", "abc" }, { "quoted", "\"true\"" },
    };

    for (i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
        type_try(g, texts[i][0], json_string(texts[i][1]), "text", NULL,
                 ASR_CONF_OBSERVED);
    }
}


/* A text that should hold JSON. */

static void
type_json_text(asr_conf_gen_t *g)
{
    size_t  i;

    static const char *const  texts[][2] = {
        { "word", "text" }, { "open", "{" }, { "closed", "}" },
        { "no-value", "{\"a\":}" }, { "no-colon", "{\"a\"}" },
        { "comma-last", "{\"a\":1,}" }, { "single-quotes", "{'a':1}" },
        { "no-quotes", "{a:1}" }, { "behind", "{} x" },
        { "two", "{}{}" }, { "comment", "{/* */}" },
        { "nan", "{\"a\":NaN}" }, { "leading-zero", "{\"a\":01}" },
        { "line-in-text", "{\"a\":\"\n\"}" }, { "half-escape", "{\"a\":\"\\" },
        { "xml", "<a/>" }, { "pairs", "a=1&b=2" },
    };

    for (i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
        type_try(g, texts[i][0], json_string(texts[i][1]), "json", NULL,
                 ASR_CONF_SHOULD);
    }
}


void
asr_conf_gen_type(asr_conf_gen_t *g)
{
    const char  *declared;

    declared = asr_conf_gen_declared(g);

    if (strcmp(declared, "json") == 0) {
        type_json_text(g);
    }

    if (!g->via->text) {
        type_json(g);
        return;
    }

    if (strcmp(declared, "integer") == 0) {
        type_number_text(g, true);

    } else if (strcmp(declared, "number") == 0) {
        type_number_text(g, false);

    } else if (strcmp(declared, "boolean") == 0) {
        type_boolean_text(g);
    }
}
