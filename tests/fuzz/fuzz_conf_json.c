/*
 * The suite's reader: what is taken has one text, which reads back the same;
 * each value is found by its pointer; schemas hold for no other reason than
 * they say.  The input is a document, a pointer and a schema, with NULs
 * between them.
 */

#include "fuzz.h"

#include "asr_conf_json.h"
#include "asr_conf_schema.h"


/* Every keyword, put to whatever comes. */

static const char  every[] =
    "{\"type\":[\"object\",\"array\",\"string\",\"number\",\"null\","
    "\"boolean\"],\"properties\":{\"a\":{\"$ref\":\"#/definitions/n\"},"
    "\"b\":{\"type\":\"string\",\"minLength\":1,\"maxLength\":9,"
    "\"pattern\":\"^[a-z]+(-[0-9]{2,4})*$\"}},\"required\":[\"a\"],"
    "\"additionalProperties\":{\"anyOf\":[{\"type\":\"array\","
    "\"items\":{\"$ref\":\"#\"},\"minItems\":1,\"maxItems\":9,"
    "\"uniqueItems\":true},{\"enum\":[1,\"x\",null,[2.0]]},"
    "{\"not\":{\"const\":{}}},{\"oneOf\":[{\"multipleOf\":0.01},"
    "{\"minimum\":1,\"maximum\":1e300}]}]},"
    "\"definitions\":{\"n\":{\"type\":\"integer\",\"minimum\":-5,"
    "\"exclusiveMaximum\":1e18}}}";


static void
check_text(const json_t *v, size_t max)
{
    char    *text, err[200];
    size_t   n;
    json_t  *whole;

    text = asr_conf_json_text(v, max);
    n = strlen(text);
    fuzz_check(n <= max);

    if (n > 3) {
        whole = json_stringn(text, n);
        fuzz_check(whole != NULL);       /* no character is halved */
        json_decref(whole);
    }

    /* what was not cut is the value */

    if (max == ASR_CONF_JSON_MAX) {
        whole = asr_conf_json_read(text, n, err, sizeof(err));
        fuzz_check(whole != NULL);
        fuzz_check(json_equal(whole, v));
        json_decref(whole);
    }

    free(text);
}


static void
check_pointers(const json_t *root, const json_t *v, const char *at)
{
    size_t           i;
    json_t          *one;
    const char      *name, *p;
    asr_conf_buf_t   b;

    fuzz_check(asr_conf_json_at(root, at) == v);

    if (strlen(at) > 1000) {
        return;
    }

    asr_conf_buf_init(&b, 1 << 16);

    json_array_foreach(v, i, one) {
        b.len = 0;
        asr_conf_buf_fmt(&b, "%s/%zu", at, i);
        check_pointers(root, one, b.data);
    }

    json_object_foreach((json_t *) v, name, one) {
        if (strlen(name) > 200) {
            continue;
        }

        b.len = 0;
        asr_conf_buf_fmt(&b, "%s/", at);

        for (p = name; *p != '\0'; p++) {
            asr_conf_buf_fmt(&b, *p == '~' ? "~0" : *p == '/' ? "~1" : "%c",
                             *p);
        }

        check_pointers(root, one, b.data);
    }

    asr_conf_buf_free(&b);
}


static void
check_schema(const char *text, size_t n, const json_t *v)
{
    char                err[64];
    bool                held;
    json_t             *root;
    asr_conf_schema_t  *s;

    root = asr_conf_json_read(text, n, err, sizeof(err));

    if (root == NULL) {
        return;
    }

    err[0] = '\0';
    s = asr_conf_schema_new(root, err, sizeof(err));
    json_decref(root);

    fuzz_check((s == NULL) == (err[0] != '\0'));

    if (s != NULL) {
        held = asr_conf_schema_holds(s, v, err, sizeof(err));
        fuzz_check(held || strlen(err) < sizeof(err));
        fuzz_check(held == asr_conf_schema_holds(s, v, err, sizeof(err)));
        asr_conf_schema_free(s);
    }
}


int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    char    *text, *pointer, *schema, err[64];
    size_t   n, m;
    json_t  *v;

    n = strnlen((const char *) data, size);
    m = n == size ? n : n + 1 + strnlen((const char *) data + n + 1,
                                        size - n - 1);

    text = fuzz_piece(data, n);
    memset(err, 'x', sizeof(err));
    err[0] = '\0';
    v = asr_conf_json_read(text, n, err, sizeof(err));
    free(text);

    fuzz_check((v == NULL) == (err[0] != '\0'));

    if (v == NULL) {
        fuzz_check(memchr(err, '\0', sizeof(err)) != NULL);
        return 0;
    }

    check_text(v, ASR_CONF_JSON_MAX);
    check_text(v, 1 + size % 50);
    check_pointers(v, v, "");
    check_schema(every, sizeof(every) - 1, v);

    if (m > n) {
        pointer = asr_conf_copy_n((const char *) data + n + 1, m - n - 1);
        (void) asr_conf_json_at(v, pointer);
        free(pointer);
    }

    if (m < size) {
        schema = fuzz_piece(data + m + 1, size - m - 1);
        check_schema(schema, size - m - 1, v);
        free(schema);
    }

    json_decref(v);

    return 0;
}
