/*
 * The edges: of numbers, of lengths in the row's unit (texts of one to four
 * bytes a character), of counts of items and the lengths of those.
 */

#include "asr_conf_generate_int.h"

#include "asr_conf_json.h"

#include <stdlib.h>


#define QUERY_MAX  5000                  /* bytes of a value in a query */
#define FAR_MAX    100000                /* of one anywhere */
#define ITEMS_MAX  450
#define BYTES_MAX  6000                  /* of all items together */


static void
edge(asr_conf_gen_t *g, const char *slug, const char *words, json_t *v,
    const char *refusal, const char *level, asr_conf_level_t least)
{
    asr_conf_try_t  t = { 0 };

    t.kind = "boundary";
    t.slug = slug;
    t.words = words;
    t.value = v;
    t.refusal = refusal;
    t.level = level;
    t.least = least;
    (void) asr_conf_gen_try(g, &t);
}


/* Judges a whole number by the row; false: the row does not say. */

static bool
number_judge(const asr_conf_gen_t *g, int64_t n, const char **refusal,
    const char **level)
{
    bool     in;
    json_t  *v, *values, *min, *max;

    values = json_object_get(g->row, "values");
    min = json_object_get(g->row, "min");
    max = json_object_get(g->row, "max");

    v = json_integer(n);
    in = asr_conf_gen_in(values, v)
         || asr_conf_gen_in(json_object_get(g->row, "good"), v);
    json_decref(v);

    *refusal = NULL;
    *level = NULL;

    if (in) {
        return true;
    }

    if (values != NULL) {
        *refusal = "value";
        *level = "value_level";
        return true;
    }

    *level = "bound_level";

    if ((min != NULL && (double) n < json_number_value(min))
        || (max != NULL && (double) n > json_number_value(max)))
    {
        *refusal = "range";
        return true;
    }

    return min != NULL && max != NULL;
}


static void
number_edge(asr_conf_gen_t *g, const char *slug, int64_t n)
{
    const char  *refusal, *level;

    if (number_judge(g, n, &refusal, &level)) {
        edge(g, slug, NULL, json_integer(n), refusal, level, ASR_CONF_MUST);
    }
}


/* Numbers left out between those of a closed set. */

static void
number_holes(asr_conf_gen_t *g, int64_t min, int64_t max)
{
    char     *slug;
    int64_t   n;

    if (json_object_get(g->row, "values") == NULL || max - min > 64) {
        return;
    }

    for (n = min + 1; n < max; n++) {
        slug = asr_conf_print("%lld", (long long) n);
        number_edge(g, slug, n);
        free(slug);
    }
}


/* What no 64 bits hold can be said in text only. */

static void
number_beyond(asr_conf_gen_t *g)
{
    size_t           i;
    const char      *refusal, *level;
    asr_conf_try_t   t = { 0 };

    static const char *const  beyond[][2] = {
        { "int64-max+1", "9223372036854775808" },
        { "uint64-max", "18446744073709551615" },
        { "uint64-max+1", "18446744073709551616" },
        { "uint64-max+2", "18446744073709551617" },
        { "int64-min-1", "-9223372036854775809" },
        { "40-digits", "1000000000000000000000000000000000000000" },
    };

    if (!number_judge(g, INT64_MAX, &refusal, &level) || refusal == NULL) {
        return;
    }

    for (i = 0; i < sizeof(beyond) / sizeof(beyond[0]); i++) {
        t.kind = "boundary";
        t.slug = beyond[i][0];
        t.value = json_string(beyond[i][1]);
        t.refusal = refusal;
        t.also = "text";
        t.level = level;
        t.least = ASR_CONF_SHOULD;
        (void) asr_conf_gen_try(g, &t);
    }
}


/* The least and largest that are taken; false: the row names none. */

static bool
number_bounds(const asr_conf_gen_t *g, int64_t *min, int64_t *max,
    bool *has_min, bool *has_max)
{
    size_t   i;
    json_t  *v, *values;

    values = json_object_get(g->row, "values");
    *has_min = json_object_get(g->row, "min") != NULL;
    *has_max = json_object_get(g->row, "max") != NULL;
    *min = (int64_t) json_number_value(json_object_get(g->row, "min"));
    *max = (int64_t) json_number_value(json_object_get(g->row, "max"));

    json_array_foreach(values, i, v) {
        if (!*has_min || json_integer_value(v) < *min) {
            *min = json_integer_value(v);
            *has_min = true;
        }

        if (!*has_max || json_integer_value(v) > *max) {
            *max = json_integer_value(v);
            *has_max = true;
        }
    }

    return *has_min || *has_max;
}


static void
boundary_number(asr_conf_gen_t *g, bool whole)
{
    bool     has_min, has_max;
    size_t   i;
    int64_t  min, max;

    static const struct {
        const char  *slug;
        int64_t      n;
    }  edges[] = {
        { "0", 0 }, { "1", 1 }, { "-1", -1 }, { "-2", -2 },
        { "int8-max", 127 }, { "int8-max+1", 128 },
        { "uint8-max", 255 }, { "uint8-max+1", 256 },
        { "int16-max", 32767 }, { "uint16-max", 65535 },
        { "uint16-max+1", 65536 },
        { "int32-max", INT32_MAX },
        { "int32-max+1", (int64_t) INT32_MAX + 1 },
        { "int32-min", INT32_MIN },
        { "uint32-max", UINT32_MAX },
        { "uint32-max+1", (int64_t) UINT32_MAX + 1 },
        { "uint32-max+2", (int64_t) UINT32_MAX + 2 },
        { "2^53", 9007199254740992 }, { "2^53+1", 9007199254740993 },
        { "int64-max", INT64_MAX }, { "int64-min", INT64_MIN },
    };

    if (!number_bounds(g, &min, &max, &has_min, &has_max)) {
        asr_conf_gen_gap(g, "boundary", "no bound");
        return;
    }

    if (has_min) {
        number_edge(g, "min", min);
        number_edge(g, "min-1", min - 1);
        number_edge(g, "min+1", min + 1);
        number_edge(g, "min-1000", min - 1000);
    }

    if (has_max) {
        number_edge(g, "max", max);
        number_edge(g, "max+1", max + 1);
        number_edge(g, "max-1", max - 1);
        number_edge(g, "max+1000", max + 1000);
        number_edge(g, "max-times-10", max > INT64_MAX / 10 ? max : max * 10);
    }

    if (has_min && has_max) {
        number_edge(g, "middle", min + (max - min) / 2);
        number_holes(g, min, max);
    }

    for (i = 0; i < sizeof(edges) / sizeof(edges[0]); i++) {
        number_edge(g, edges[i].slug, edges[i].n);
    }

    if (whole && g->via->text) {
        number_beyond(g);
    }

    if (!whole && has_max) {
        edge(g, "max+0.001", NULL, json_real((double) max + 0.001), "range",
             "bound_level", ASR_CONF_MUST);
    }

    if (!whole && has_min) {
        edge(g, "min-0.001", NULL, json_real((double) min - 0.001), "range",
             "bound_level", ASR_CONF_MUST);
    }
}


static bool
in_bytes(const json_t *row)
{
    return strcmp(asr_conf_json_str(row, "unit", "characters"), "bytes") == 0;
}


/* Can a text of n units of that width stand where it has to? */

static bool
fits(const asr_conf_gen_t *g, size_t n, unsigned width, bool bytes)
{
    size_t  size;

    size = bytes ? n : n * width;

    return size <= FAR_MAX
           && (!g->via->query || (width == 1 ? size : 3 * size) <= QUERY_MAX);
}


static char *
length_words(size_t n, unsigned width, bool bytes, bool item)
{
    char  *of, *words;

    of = width == 1 ? asr_conf_copy("")
         : bytes ? asr_conf_print(", of characters of %u", width)
         : asr_conf_print(" of %u bytes", width);

    words = asr_conf_print("%sof %zu %s%s%s", item ? "with an item " : "", n,
                           bytes ? "byte" : "character", n == 1 ? "" : "s",
                           of);
    free(of);

    return words;
}


/* A text of n units, of each width, of the parameter or of its one item. */

static void
length_edges(asr_conf_gen_t *g, const char *slug, const json_t *row,
    const json_t *good, size_t n, const char *refusal)
{
    bool         bytes;
    char        *id, *words;
    json_t      *v;
    unsigned     width;
    const char  *head;

    bytes = in_bytes(row);
    head = asr_conf_gen_url(good) ? "http://example.com/" : "";

    for (width = 1; width <= 4; width++) {

        if (!fits(g, n, width, bytes) || (*head != '\0' && width > 1)
            || (n == 0 && width > 1)
            || (bytes && n < width))
        {
            continue;
        }

        v = asr_conf_gen_long(head, n, width, bytes);

        if (v == NULL) {
            continue;
        }

        id = width == 1 ? asr_conf_copy(slug)
                        : asr_conf_print("%s-of-%u-bytes", slug, width);
        words = length_words(n, width, bytes, row != g->row);

        if (row != g->row) {
            v = json_pack("[o]", v);
        }

        /* four bytes are two units of UTF-16; no text is none to some */

        edge(g, id, words, v, refusal, "bound_level",
             width == 4 && !bytes ? ASR_CONF_OBSERVED
             : n == 0 ? ASR_CONF_SHOULD : ASR_CONF_MUST);
        free(id);
        free(words);
    }
}


static void
boundary_length(asr_conf_gen_t *g, const json_t *row, const json_t *good)
{
    char        *slug;
    size_t       i;
    int64_t      min, max, far;
    const char  *of, *length;

    min = asr_conf_json_int(row, "min_length", -1);
    max = asr_conf_json_int(row, "max_length", -1);
    of = row == g->row ? "" : "item-";
    length = row == g->row ? "length" : "item";
    far = max > 10000 ? max + 1000 : max * 4;

    const struct {
        const char  *slug;
        int64_t      n;
        const char  *refusal;
        bool         told;
    }  edges[] = {
        { "max", max, NULL, max >= 0 },
        { "max+1", max + 1, length, max >= 0 },
        { "max-1", max - 1, NULL, max - 1 >= (min < 1 ? 1 : min) },
        { "max+2", max + 2, length, max >= 0 },
        { "max+100", max + 100, length, max >= 0 },
        { "far", far, length, max >= 0 && far > max },
        { "min", min, NULL, min >= 0 },
        { "min+1", min + 1, NULL, min >= 0 && (max < 0 || min < max) },
        { "min-1", min - 1, length, min >= 1 },
        { "half", max / 2, NULL, max / 2 > (min < 1 ? 1 : min) },
    };

    for (i = 0; i < sizeof(edges) / sizeof(edges[0]); i++) {
        if (edges[i].told) {
            slug = asr_conf_print("%s%s", of, edges[i].slug);
            length_edges(g, slug, row, good, (size_t) edges[i].n,
                         edges[i].refusal);
            free(slug);
        }
    }
}


/* Free text holds anything, however it is sent and signed. */

static void
boundary_content(asr_conf_gen_t *g)
{
    char    *slug;
    size_t   i;
    json_t  *v;
    int64_t  max;

    /* what is no plain text may be cleaned, or refused, anywhere */

    static const struct {
        const char        *slug;
        const char        *text;
        asr_conf_level_t   least;
    }  texts[] = {
        { "quotes", "a\"b'c`d", ASR_CONF_SHOULD },
        { "backslash", "a\\b\\\\c\\n", ASR_CONF_SHOULD },
        { "markup", "<b>&amp;</b>", ASR_CONF_OBSERVED },
        { "percent", "100%25%%2", ASR_CONF_SHOULD },
        { "plus", "a+b c", ASR_CONF_SHOULD },
        { "pairs", "a=b&c=d;e", ASR_CONF_SHOULD },
        { "reserved", "/?#[]@!$()*,:", ASR_CONF_SHOULD },
        { "unreserved", "-_.~", ASR_CONF_SHOULD },
        { "spaces", " a  b ", ASR_CONF_SHOULD },
        { "tab", "a\tb", ASR_CONF_OBSERVED },
        { "line", "a\nb\r\nc", ASR_CONF_OBSERVED },
        { "control", "a\x01\x1f" "b", ASR_CONF_OBSERVED },
        { "delete", "a\x7f" "b", ASR_CONF_OBSERVED },
        { "json", "{\"a\":[1,null]}", ASR_CONF_SHOULD },
        { "braces", "$%7B{a}%d%s", ASR_CONF_SHOULD },
        { "combining", "e\xCC\x81", ASR_CONF_SHOULD },
        { "no-break", "a\xC2\xA0" "b", ASR_CONF_OBSERVED },
        { "separator", "a\xE2\x80\xA8" "b", ASR_CONF_OBSERVED },
        { "right-to-left", "\xD7\xA9\xD7\x9C\xE2\x80\x8F",
          ASR_CONF_OBSERVED },
        { "joined", "\xF0\x9F\x91\xA9\xE2\x80\x8D\xF0\x9F\x94\xAC",
          ASR_CONF_OBSERVED },
        { "last-code-point", "\xF4\x8F\xBF\xBD", ASR_CONF_OBSERVED },
        { "byte-order-mark", "\xEF\xBB\xBF" "a", ASR_CONF_OBSERVED },
        { "number", "-1.5e3", ASR_CONF_SHOULD },
        { "null-text", "null", ASR_CONF_SHOULD },
        { "star", "*", ASR_CONF_SHOULD },
        { "tilde-star", "~*'()!", ASR_CONF_SHOULD },
    };

    max = asr_conf_json_int(g->row, "max_length", -1);

    if (max < 32 || asr_conf_json_int(g->row, "min_length", 0) > 1
        || json_object_get(g->row, "values") != NULL)
    {
        return;
    }

    for (i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
        v = json_string(texts[i].text);

        if (v != NULL) {
            slug = asr_conf_print("content-%s", texts[i].slug);
            edge(g, slug, NULL, v, NULL, NULL, texts[i].least);
            free(slug);
        }
    }
}


static void
boundary_text(asr_conf_gen_t *g)
{
    json_t  *good;

    if (json_object_get(g->row, "values") != NULL) {
        return;
    }

    if (json_object_get(g->row, "max_length") == NULL
        && json_object_get(g->row, "min_length") == NULL)
    {
        asr_conf_gen_gap(g, "boundary", "no length");
        return;
    }

    good = asr_conf_gen_good(g->op, g->param);
    boundary_length(g, g->row, good);

    if (!asr_conf_gen_url(good)
        && strcmp(asr_conf_gen_declared(g), "string") == 0)
    {
        boundary_content(g);
    }

    json_decref(good);
}


static void
items_edge(asr_conf_gen_t *g, const char *slug, const json_t *item,
    int64_t n, const char *refusal)
{
    char    *words;
    json_t  *v;

    if (n < 0 || (g->via->text && (n == 0 || n > 200))) {
        return;
    }

    v = n == 0 ? json_array()
        : n == 1 ? json_pack("[O]", item)
        : json_pack("{s:[O,I]}", "$items", item, (json_int_t) n);
    words = asr_conf_print("of %lld item%s", (long long) n,
                           n == 1 ? "" : "s");
    edge(g, slug, words, v, refusal, "bound_level",
         n == 0 ? ASR_CONF_SHOULD : ASR_CONF_MUST);
    free(words);
}


/*
 * Five times as many, if that is a request of a size nobody minds, which
 * would be another fault; -1: it is not.
 */

static int64_t
items_far(const json_t *item, int64_t max)
{
    char     *text;
    int64_t   n;

    text = asr_conf_json_text(item, BYTES_MAX);
    n = BYTES_MAX / (int64_t) (strlen(text) + 1);
    free(text);

    n = n > ITEMS_MAX ? ITEMS_MAX : n;

    return n >= max * 5 ? max * 5 : n > max * 2 ? n : -1;
}


static void
boundary_items(asr_conf_gen_t *g)
{
    json_t  *good, *item, *items;
    int64_t  min, max;

    good = asr_conf_gen_good(g->op, g->param);

    if (json_is_array(good) && json_array_size(good) == 0) {
        json_decref(good);
        good = json_array_get(json_object_get(g->row, "good"), 1);
        json_incref(good);
    }

    item = json_array_get(good, 0);
    items = json_object_get(g->row, "items");

    if (item == NULL) {
        asr_conf_gen_gap(g, "boundary", "no item");
        json_decref(good);
        return;
    }

    min = asr_conf_json_int(g->row, "min_items", -1);
    max = asr_conf_json_int(g->row, "max_items", -1);

    if (min < 0 && max < 0) {
        asr_conf_gen_gap(g, "boundary", "no count");
    }

    if (min >= 0) {
        items_edge(g, "min-items", item, min, NULL);
        items_edge(g, "min-1-items", item, min - 1, "items");
    }

    if (max >= 0) {
        items_edge(g, "1-item", item, 1, min > 1 ? "items" : NULL);
        items_edge(g, "half-of-items", item, max / 2 > min ? max / 2 : -1,
                   NULL);
        items_edge(g, "max-1-items", item, max - 1 >= min ? max - 1 : -1,
                   NULL);
        items_edge(g, "max-items", item, max, NULL);
        items_edge(g, "max+1-items", item, max + 1, "items");
        items_edge(g, "max+2-items", item, max + 2, "items");
        items_edge(g, "double-items", item, max > 2 ? max * 2 : -1, "items");
        items_edge(g, "far-items", item, items_far(item, max), "items");
    }

    if (strcmp(asr_conf_json_str(items, "type", ""), "string") == 0
        && json_object_get(items, "values") == NULL)
    {
        boundary_length(g, items, item);
    }

    json_decref(good);
}


void
asr_conf_gen_boundary(asr_conf_gen_t *g)
{
    const char  *declared;

    declared = asr_conf_gen_declared(g);

    if (strcmp(declared, "integer") == 0) {
        boundary_number(g, true);

    } else if (strcmp(declared, "number") == 0) {
        boundary_number(g, false);

    } else if (strcmp(declared, "string") == 0
               || strcmp(declared, "json") == 0)
    {
        boundary_text(g);

    } else if (strcmp(declared, "array") == 0) {
        boundary_items(g);
    }
}
