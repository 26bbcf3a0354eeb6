/* Matchers of JSON values. */

#include "asr_conf_judge.h"

#include <regex.h>
#include <stdlib.h>

#include "asr_conf_json.h"


#define SHOWN_MAX    400                 /* bytes of a value in a finding */
#define POINTER_MAX  256


static const char *const  matchers[] = {
    "type", "min", "max", "in", "absent", "contains", "same", "not",
    "length", "pattern", "has", NULL
};


static bool
is_matcher(const json_t *want)
{
    size_t       i;
    json_t      *v;
    const char  *name;

    if (!json_is_object(want) || json_object_size(want) == 0) {
        return false;
    }

    json_object_foreach((json_t *) want, name, v) {
        for (i = 0; matchers[i] != NULL; i++) {
            if (strcmp(matchers[i], name) == 0) {
                break;
            }
        }

        if (matchers[i] == NULL) {
            return false;
        }
    }

    return true;
}


/* 1 and 1.0 are one number: a vendor may write either. */

static bool
equal(const json_t *a, const json_t *b)
{
    if (json_is_number(a) && json_is_number(b)
        && (json_is_real(a) || json_is_real(b)))
    {
        return json_number_value(a) == json_number_value(b);
    }

    return json_equal((json_t *) a, (json_t *) b) == 1;
}


static char *
shown(const json_t *v)
{
    return v == NULL ? asr_conf_copy("nothing there")
                     : asr_conf_json_text(v, SHOWN_MAX);
}


static char *
shown_as(const char *before, const json_t *v)
{
    char  *text, *out;

    text = shown(v);
    out = asr_conf_print("%s%s", before, text);
    free(text);

    return out;
}


static bool
has_type(const json_t *v, const char *type)
{
    return strcmp(type, "integer") == 0 ? json_is_integer(v)
           : strcmp(type, "number") == 0 ? json_is_number(v)
           : strcmp(type, "string") == 0 ? json_is_string(v)
           : strcmp(type, "boolean") == 0 ? json_is_boolean(v)
           : strcmp(type, "array") == 0 ? json_is_array(v)
           : strcmp(type, "object") == 0 ? json_is_object(v)
           : strcmp(type, "null") == 0 && json_is_null(v);
}


static bool
match_type(const json_t *want, const json_t *got, char **expected)
{
    size_t   i;
    json_t  *one;

    if (json_is_string(want)) {
        if (got != NULL && has_type(got, json_string_value(want))) {
            return true;
        }

        *expected = asr_conf_print("type %s", json_string_value(want));
        return false;
    }

    json_array_foreach(want, i, one) {
        if (got != NULL && json_is_string(one)
            && has_type(got, json_string_value(one)))
        {
            return true;
        }
    }

    *expected = shown_as("a type of ", want);
    return false;
}


/* Characters of a text, items of an array, members of an object. */

static size_t
length_of(const json_t *v)
{
    if (json_is_array(v)) {
        return json_array_size(v);
    }

    if (json_is_object(v)) {
        return json_object_size(v);
    }

    return asr_conf_characters(json_string_value(v), json_string_length(v));
}


static bool
match_length(const json_t *want, const json_t *got, const json_t *saved,
    char **expected)
{
    bool     held;
    char    *inner;
    json_t  *n;

    if (json_is_string(got) || json_is_array(got) || json_is_object(got)) {
        n = json_integer((json_int_t) length_of(got));
        inner = NULL;
        held = asr_conf_match(want, n, saved, &inner);

        json_decref(n);

        if (held) {
            return true;
        }

        *expected = asr_conf_print("a length of %s", inner);
        free(inner);

        return false;
    }

    *expected = shown_as("a length of ", want);
    return false;
}


static bool
match_pattern(const json_t *want, const json_t *got, char **expected)
{
    int      rc;
    regex_t  re;

    rc = REG_NOMATCH;

    if (json_is_string(got)
        && regcomp(&re, json_string_value(want), REG_EXTENDED | REG_NOSUB)
           == 0)
    {
        rc = regexec(&re, json_string_value(got), 0, NULL, 0);
        regfree(&re);
    }

    if (rc == 0) {
        return true;
    }

    *expected = asr_conf_print("a text like %s", json_string_value(want));
    return false;
}


static bool
match_contains(const json_t *want, const json_t *got, char **expected)
{
    size_t   i;
    json_t  *one;

    if (json_is_string(got) && json_is_string(want)
        && strstr(json_string_value(got), json_string_value(want)) != NULL)
    {
        return true;
    }

    if (json_is_array(got)) {
        json_array_foreach(got, i, one) {
            if (equal(want, one)) {
                return true;
            }
        }
    }

    *expected = shown_as("something with ", want);
    return false;
}


/* An item of the array with all of those members. */

static bool
match_has(const json_t *want, const json_t *got, const json_t *saved,
    char **expected)
{
    size_t                    i;
    json_t                   *one;
    asr_conf_verdict_text_t   v;

    json_array_foreach(got, i, one) {
        memset(&v, 0, sizeof(v));

        if (asr_conf_match_members(want, one, saved, "", &v)) {
            return true;
        }

        asr_conf_verdict_text_clean(&v);
    }

    *expected = shown_as("an item with ", want);
    return false;
}


static bool
match_in(const json_t *want, const json_t *got, char **expected)
{
    size_t   i;
    json_t  *one;

    json_array_foreach(want, i, one) {
        if (got != NULL && equal(one, got)) {
            return true;
        }
    }

    *expected = shown_as("one of ", want);
    return false;
}


static bool
match_bound(bool low, const json_t *want, const json_t *got, char **expected)
{
    double  a, b;

    if (json_is_number(got)) {
        a = json_number_value(got);
        b = json_number_value(want);

        if (low ? a >= b : a <= b) {
            return true;
        }
    }

    *expected = shown_as(low ? "at least " : "at most ", want);
    return false;
}


static bool
match_not(const json_t *want, const json_t *got, const json_t *saved,
    char **expected)
{
    char  *inner;

    inner = NULL;

    if (got != NULL && !asr_conf_match(want, got, saved, &inner)) {
        free(inner);
        return true;
    }

    *expected = shown_as("not ", want);
    return false;
}


static bool
match_same(const json_t *want, const json_t *got, const json_t *saved,
    char **expected)
{
    json_t  *v;

    v = json_object_get(saved, json_string_value(want));

    if (v != NULL && got != NULL && equal(v, got)) {
        return true;
    }

    *expected = v == NULL ? asr_conf_print("what a step saved as \"%s\"",
                                           json_string_value(want))
                          : shown_as("the same as before, ", v);
    return false;
}


static bool
match_one(const char *name, const json_t *want, const json_t *got,
    const json_t *saved, char **expected)
{
    if (strcmp(name, "absent") == 0) {
        if (json_is_true(want) == (got == NULL)) {
            return true;
        }

        *expected = asr_conf_copy(json_is_true(want) ? "nothing there"
                                                     : "something there");
        return false;
    }

    return strcmp(name, "type") == 0 ? match_type(want, got, expected)
           : strcmp(name, "min") == 0 ? match_bound(true, want, got, expected)
           : strcmp(name, "max") == 0 ? match_bound(false, want, got, expected)
           : strcmp(name, "in") == 0 ? match_in(want, got, expected)
           : strcmp(name, "contains") == 0 ? match_contains(want, got,
                                                            expected)
           : strcmp(name, "same") == 0 ? match_same(want, got, saved, expected)
           : strcmp(name, "not") == 0 ? match_not(want, got, saved, expected)
           : strcmp(name, "has") == 0 ? match_has(want, got, saved, expected)
           : strcmp(name, "length") == 0 ? match_length(want, got, saved,
                                                        expected)
           : match_pattern(want, got, expected);
}


bool
asr_conf_match(const json_t *want, const json_t *got, const json_t *saved,
    char **expected)
{
    json_t      *v;
    const char  *name;

    if (!is_matcher(want)) {
        if (got != NULL && equal(want, got)) {
            return true;
        }

        *expected = shown(want);
        return false;
    }

    json_object_foreach((json_t *) want, name, v) {
        if (!match_one(name, v, got, saved, expected)) {
            return false;
        }
    }

    return true;
}


bool
asr_conf_match_members(const json_t *members, const json_t *body,
    const json_t *saved, const char *check, asr_conf_verdict_text_t *v)
{
    char        *expected;
    json_t      *want, *got;
    const char  *pointer;

    json_object_foreach((json_t *) members, pointer, want) {
        got = asr_conf_json_at(body, pointer);
        expected = NULL;

        if (!asr_conf_match(want, got, saved, &expected)) {
            return asr_conf_verdict_set(v,
                                        asr_conf_print("%s %s", check,
                                                       pointer),
                                        expected, shown(got));
        }
    }

    return true;
}


/* Faults of the data: a matcher whose argument can never be right. */

static bool
argument_fits(const char *name, const json_t *v)
{
    regex_t  re;

    if (strcmp(name, "absent") == 0) {
        return json_is_boolean(v);
    }

    if (strcmp(name, "min") == 0 || strcmp(name, "max") == 0) {
        return json_is_number(v);
    }

    if (strcmp(name, "in") == 0) {
        return json_is_array(v);
    }

    if (strcmp(name, "same") == 0) {
        return json_is_string(v);
    }

    if (strcmp(name, "has") == 0) {
        return json_is_object(v);
    }

    if (strcmp(name, "type") == 0) {
        return json_is_string(v) || json_is_array(v);
    }

    if (strcmp(name, "pattern") == 0) {
        if (!json_is_string(v)
            || regcomp(&re, json_string_value(v), REG_EXTENDED | REG_NOSUB)
               != 0)
        {
            return false;
        }

        regfree(&re);
    }

    return true;
}


static char *
matcher_fault(const char *where, const json_t *want)
{
    json_t      *v;
    const char  *name;

    if (!is_matcher(want)) {
        return NULL;
    }

    json_object_foreach((json_t *) want, name, v) {
        if (!argument_fits(name, v)) {
            return asr_conf_print("%s: \"%s\" has an argument it cannot use",
                                  where, name);
        }
    }

    return NULL;
}


char *
asr_conf_expect_fault(const json_t *expect)
{
    char        *why;
    size_t       i;
    json_t      *v, *member;
    const char  *name, *key;

    static const char *const  names[] = {
        "outcome", "code", "http", "headers", "json", "schema", "form", "bytes",
        NULL
    };

    if (expect == NULL) {
        return NULL;
    }

    if (!json_is_object(expect)) {
        return asr_conf_copy("\"expect\" is no object");
    }

    json_object_foreach((json_t *) expect, name, v) {

        for (i = 0; names[i] != NULL && strcmp(names[i], name) != 0; i++) {
            /* void */
        }

        if (names[i] == NULL) {
            return asr_conf_print("\"expect\" has no \"%s\"", name);
        }

        if (strcmp(name, "outcome") == 0) {
            key = json_is_string(v) ? json_string_value(v) : "";

            if (strcmp(key, "ok") != 0 && strcmp(key, "error") != 0
                && strcmp(key, "any") != 0)
            {
                return asr_conf_copy("\"outcome\" is none of ok, error, any");
            }
        }

        if (strcmp(name, "json") != 0 && strcmp(name, "headers") != 0
            && strcmp(name, "form") != 0)
        {
            continue;
        }

        json_object_foreach(v, key, member) {
            if (strcmp(name, "json") == 0
                && ((key[0] != '\0' && key[0] != '/')
                    || strlen(key) > POINTER_MAX))
            {
                return asr_conf_print("\"%s\" is no JSON pointer", key);
            }

            why = matcher_fault(key, member);

            if (why != NULL) {
                return why;
            }
        }
    }

    return NULL;
}
