/*
 * JSON lines of an earlier run, read back to stand beside this one.
 *
 * A file may come from anywhere: what is no such line ends the reading, and
 * cases this suite does not have are counted only.
 */

#include "asr_conf_matrix.h"

#include <errno.h>
#include <stdlib.h>

#include "asr_conf_json.h"


#define ASR_CONF_WITH_LINE   (1u << 20)  /* bytes of a line */
#define ASR_CONF_WITH_CASES  (1u << 20)


struct asr_conf_with_s {
    json_t  *run;                        /* the first line */
    json_t  *cases;                      /* by id: {verdict, codes} */
};


static json_t *asr_conf_with_line(const char *line, size_t n, size_t number,
    char *err, size_t errlen);
static bool asr_conf_with_read(asr_conf_with_t *w, FILE *in, char *err,
    size_t errlen);
static bool asr_conf_with_case(asr_conf_with_t *w, const json_t *line);
static int asr_conf_with_verdict(const char *name);


static int
asr_conf_with_verdict(const char *name)
{
    int  i;

    for (i = 0; i < ASR_CONF_VERDICTS; i++) {
        if (strcmp(asr_conf_verdict_name((asr_conf_verdict_t) i), name) == 0) {
            return i;
        }
    }

    return ASR_CONF_NOT;
}


static json_t *
asr_conf_with_line(const char *line, size_t n, size_t number, char *err,
    size_t errlen)
{
    char     why[160];
    json_t  *v;

    while (n != 0 && (line[n - 1] == '\n' || line[n - 1] == '\r')) {
        n--;
    }

    if (n > ASR_CONF_WITH_LINE) {
        snprintf(err, errlen, "line %zu is too long", number);
        return NULL;
    }

    v = asr_conf_json_read(line, n, why, sizeof(why));

    if (v == NULL) {
        snprintf(err, errlen, "line %zu: %s", number, why);
        return NULL;
    }

    if (!json_is_object(v)) {
        snprintf(err, errlen, "line %zu is no object", number);
        json_decref(v);
        return NULL;
    }

    return v;
}


/* Only what a matrix needs is kept of a case. */

static bool
asr_conf_with_case(asr_conf_with_t *w, const json_t *line)
{
    json_t      *kept, *codes;
    const char  *id, *verdict;

    id = asr_conf_json_str(line, "id", NULL);
    verdict = asr_conf_json_str(line, "verdict", NULL);
    codes = json_object_get(line, "codes");

    if (id == NULL || verdict == NULL || !json_is_array(codes)
        || asr_conf_with_verdict(verdict) == ASR_CONF_NOT
        || json_object_size(w->cases) >= ASR_CONF_WITH_CASES)
    {
        return false;
    }

    if (!asr_conf_json_bool(line, "ran", true)) {
        return true;
    }

    kept = json_object();
    json_object_set_new(kept, "verdict",
                        json_integer(asr_conf_with_verdict(verdict)));
    json_object_set(kept, "codes", codes);
    json_object_set_new(w->cases, id, kept);

    return true;
}


static bool
asr_conf_with_read(asr_conf_with_t *w, FILE *in, char *err, size_t errlen)
{
    bool      ok;
    char     *line;
    size_t    size, number;
    json_t   *v;
    ssize_t   n;

    ok = true;
    line = NULL;
    size = 0;

    for (number = 1; ok; number++) {
        n = getline(&line, &size, in);

        if (n < 0) {
            break;
        }

        v = asr_conf_with_line(line, (size_t) n, number, err, errlen);

        if (v == NULL) {
            ok = false;
            break;
        }

        if (number == 1) {
            w->run = v;
            ok = asr_conf_json_str(v, "run", NULL) != NULL
                 && asr_conf_json_str(v, "date", NULL) != NULL
                 && json_is_object(json_object_get(v, "targets"));

        } else {
            ok = asr_conf_with_case(w, v);
            json_decref(v);
        }

        if (!ok) {
            snprintf(err, errlen, "line %zu is not of a report in JSON lines",
                     number);
        }
    }

    free(line);

    if (ok && w->run == NULL) {
        snprintf(err, errlen, "it is empty");
        return false;
    }

    return ok;
}


asr_conf_with_t *
asr_conf_with_load(const char *path, char *err, size_t errlen)
{
    FILE             *in;
    bool              ok;
    asr_conf_with_t  *w;

    in = fopen(path, "r");

    if (in == NULL) {
        snprintf(err, errlen, "%s", strerror(errno));
        return NULL;
    }

    w = asr_conf_alloc(sizeof(asr_conf_with_t));
    w->cases = json_object();

    ok = asr_conf_with_read(w, in, err, errlen);
    fclose(in);

    if (!ok) {
        asr_conf_with_free(w);
        return NULL;
    }

    return w;
}


void
asr_conf_with_free(asr_conf_with_t *w)
{
    json_decref(w->run);
    json_decref(w->cases);
    free(w);
}


void
asr_conf_with_column(const asr_conf_with_t *w, const asr_conf_cases_t *cases,
    asr_conf_column_t *column)
{
    size_t        i, found;
    const json_t  *kept, *targets;

    snprintf(column->date, sizeof(column->date), "%s",
             asr_conf_json_str(w->run, "date", ""));
    column->level = asr_conf_json_str(w->run, "level", "");
    targets = json_object_get(w->run, "targets");

    for (i = 0; i < ASR_CONF_NDOCS; i++) {
        if (asr_conf_docs[i].api != NULL) {
            column->targets[i] = asr_conf_json_str(targets,
                                                   asr_conf_docs[i].api, NULL);
        }
    }

    found = 0;

    for (i = 0; i < cases->n; i++) {
        kept = json_object_get(w->cases, cases->all[i].id);

        if (kept != NULL) {
            found++;
            column->verdicts[i] = (signed char)
                                  asr_conf_json_int(kept, "verdict", 0);
            column->codes[i] = json_object_get(kept, "codes");
        }
    }

    column->unknown = json_object_size(w->cases) - found;
}


json_t *
asr_conf_codes_seen(const asr_conf_case_t *c, const asr_conf_result_t *r)
{
    bool         *seen;
    json_t       *codes;
    size_t        i;

    codes = json_array();
    seen = asr_conf_alloc(c->doc->ncodes);

    if (r->status == ASR_CONF_PASS) {
        asr_conf_codes_expected(c, true, seen);
    }

    for (i = 0; i < c->doc->ncodes; i++) {
        if (seen[i] || ((r->status == ASR_CONF_PASS
                         || r->status == ASR_CONF_FAIL)
                        && r->code != NULL
                        && strcmp(r->code, c->doc->codes[i].code) == 0))
        {
            json_array_append_new(codes, json_string(c->doc->codes[i].code));
        }
    }

    free(seen);

    return codes;
}
