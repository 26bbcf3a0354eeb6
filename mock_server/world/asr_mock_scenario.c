/*
 * Clocks of worlds and the scenario file: what both need of times and trees.
 */

#include "asr_mock_faults.h"
#include "asr_mock_plan.h"

#include <stdio.h>
#include <stdlib.h>
#include <time.h>


#define ASR_MOCK_SCENARIO_ARENA  (64 * 1024 * 1024)

/* A clock stays within 1970 and 2500. */

#define ASR_MOCK_TIME_MAX        (INT64_C(16725225600) * 1000)


void
asr_mock_tree_write(asr_json_out_t *o, const asr_json_t *v)
{
    asr_json_t  *m;

    switch (v->type) {

    case ASR_JSON_NULL:
        asr_jo_null(o);
        break;

    case ASR_JSON_BOOL:
        asr_jo_bool(o, v->u.boolean);
        break;

    case ASR_JSON_INT:
        asr_jo_int(o, v->u.integer);
        break;

    case ASR_JSON_NUMBER:
        asr_jo_fixed(o, v->u.number, 9);
        break;

    case ASR_JSON_STRING:
        asr_jo_str(o, v->u.string);
        break;

    case ASR_JSON_ARRAY:
        asr_jo_array(o);

        for (m = v->child; m != NULL; m = m->next) {
            asr_mock_tree_write(o, m);
        }

        asr_jo_array_end(o);
        break;

    default: /* ASR_JSON_OBJECT */
        asr_jo_object(o);

        for (m = v->child; m != NULL; m = m->next) {
            asr_jo_str(o, m->key);
            asr_mock_tree_write(o, m);
        }

        asr_jo_object_end(o);
        break;
    }
}


/* "200ms", "5m", "1.5h", or a number of milliseconds. */

static bool
asr_mock_clock_by(const asr_json_t *v, int64_t *ms)
{
    if (v->type == ASR_JSON_INT) {
        *ms = v->u.integer;
        return *ms >= 0 && *ms <= ASR_MOCK_TIME_MAX;
    }

    return v->type == ASR_JSON_STRING && asr_mock_duration(v->u.string, ms);
}


/* "2026-11-26T00:00:00Z", with or without a fraction; UTC alone. */

asr_err_t
asr_mock_time_parse(asr_str_t s, int64_t *ms)
{
    int         n, digits;
    char        text[40];
    unsigned    fraction;
    struct tm   tm;

    if (s.len >= sizeof(text)) {
        return ASR_INVALID;
    }

    memcpy(text, s.data, s.len);
    text[s.len] = '\0';
    memset(&tm, 0, sizeof(struct tm));

    n = 0;

    if (sscanf(text, "%4d-%2d-%2dT%2d:%2d:%2d%n", &tm.tm_year, &tm.tm_mon,
               &tm.tm_mday, &tm.tm_hour, &tm.tm_min, &tm.tm_sec, &n) != 6
        || tm.tm_year < 1970 || tm.tm_year > 2499
        || tm.tm_mon < 1 || tm.tm_mon > 12 || tm.tm_mday < 1
        || tm.tm_mday > 31 || tm.tm_hour < 0 || tm.tm_hour > 23
        || tm.tm_min < 0 || tm.tm_min > 59 || tm.tm_sec < 0
        || tm.tm_sec > 60)
    {
        return ASR_INVALID;
    }

    fraction = 0;

    if (text[n] == '.') {
        for (n++, digits = 0;
             text[n] >= '0' && text[n] <= '9' && digits < 9;
             n++, digits++)
        {
            if (digits < 3) {
                fraction = fraction * 10 + (unsigned) (text[n] - '0');
            }
        }

        for ( /* void */ ; digits < 3; digits++) {
            fraction *= 10;
        }
    }

    if (strcmp(text + n, "Z") != 0 && strcmp(text + n, "+00:00") != 0) {
        return ASR_INVALID;
    }

    tm.tm_year -= 1900;
    tm.tm_mon -= 1;
    *ms = (int64_t) timegm(&tm) * 1000 + fraction;

    return ASR_OK;
}


/* What the clock would show; ASR_INVALID: err says why. */

static asr_err_t
asr_mock_clock_read(asr_mock_world_t *w, const asr_json_t *v, int64_t *now,
    bool *freeze, char *err, size_t errlen)
{
    int64_t      by;
    asr_json_t  *m;

    for (m = v->child; m != NULL; m = m->next) {

        if (asr_str_eq(m->key, asr_str("set"))) {
            if ((m->type != ASR_JSON_STRING
                 || asr_mock_time_parse(m->u.string, now) != ASR_OK)
                && (m->type != ASR_JSON_INT
                    || (*now = m->u.integer) <= 0))
            {
                snprintf(err, errlen, "\"set\" must be a UTC time as "
                         "\"2026-11-26T00:00:00Z\", or Unix milliseconds");
                return ASR_INVALID;
            }

        } else if (asr_str_eq(m->key, asr_str("freeze"))
                   && m->type == ASR_JSON_BOOL)
        {
            *freeze = m->u.boolean;

        } else if (!asr_str_eq(m->key, asr_str("advance"))) {
            snprintf(err, errlen, "a clock has \"freeze\" (true or false), "
                     "\"set\" and \"advance\"");
            return ASR_INVALID;
        }
    }

    m = asr_json_get(v, asr_str("advance"));

    if (m != NULL) {
        if (!asr_mock_clock_by(m, &by)) {
            snprintf(err, errlen, "\"advance\" must be as \"90s\", \"5m\", "
                     "\"36h\", or milliseconds");
            return ASR_INVALID;
        }

        *now += by;
    }

    if (*now <= 0 || *now > ASR_MOCK_TIME_MAX) {
        snprintf(err, errlen, "the time is out of range");
        return ASR_INVALID;
    }

    return ASR_OK;
}


asr_err_t
asr_mock_clock_set(asr_mock_world_t *w, const asr_json_t *v, char *err,
    size_t errlen)
{
    bool         freeze;
    int64_t      now, machine;
    asr_clock_t  plain;

    if (v == NULL || v->type != ASR_JSON_OBJECT) {
        snprintf(err, errlen, "a clock is set by an object");
        return ASR_INVALID;
    }

    now = asr_clock_of(&w->clock);
    freeze = w->clock.frozen_ms != 0;

    if (asr_mock_clock_read(w, v, &now, &freeze, err, errlen) != ASR_OK) {
        return ASR_INVALID;
    }

    asr_clock_init(&plain);
    machine = asr_clock_of(&plain);

    w->clock.offset_ms = now - machine;
    w->clock.frozen_ms = freeze ? now : 0;

    return ASR_OK;
}


void
asr_mock_clock_write(asr_mock_world_t *w, asr_json_out_t *o)
{
    char         text[ASR_MOCK_TIME_LEN];
    int64_t      now;
    asr_clock_t  plain;

    asr_clock_init(&plain);
    now = asr_clock_of(&w->clock);
    asr_mock_time_text(now, text);

    asr_jo_key(o, "now_ms");
    asr_jo_int(o, now);
    asr_jo_key(o, "now");
    asr_jo_str(o, asr_cstr(text));
    asr_jo_key(o, "frozen");
    asr_jo_bool(o, w->clock.frozen_ms != 0);
    asr_jo_key(o, "offset_ms");
    asr_jo_int(o, now - asr_clock_of(&plain));
}


static asr_err_t
asr_mock_scenario_world(const asr_json_t *v, asr_mock_part_pt faults,
    asr_mock_part_pt clock, char *err, size_t errlen)
{
    asr_err_t          rc;
    asr_json_t        *m;
    asr_mock_world_t  *w;

    w = asr_mock_world(v->key);

    if (w == NULL || v->type != ASR_JSON_OBJECT) {
        snprintf(err, errlen, "\"worlds\" must hold objects by key");
        return ASR_INVALID;
    }

    for (m = v->child; m != NULL; m = m->next) {

        if (asr_str_eq(m->key, asr_str("plan"))) {
            rc = asr_mock_plan_set(w, m, false, err, errlen);

        } else if (asr_str_eq(m->key, asr_str("faults"))) {
            rc = faults(w, m, err, errlen);

        } else if (asr_str_eq(m->key, asr_str("clock"))) {
            rc = clock(w, m, err, errlen);

        } else {
            snprintf(err, errlen, "a world has \"plan\", \"faults\" and "
                     "\"clock\"");
            rc = ASR_INVALID;
        }

        if (rc != ASR_OK) {
            return rc;
        }
    }

    return ASR_OK;
}


asr_err_t
asr_mock_scenario(asr_str_t text, asr_mock_part_pt faults,
    asr_mock_part_pt clock, char *err, size_t errlen)
{
    asr_err_t          rc;
    asr_json_t        *tree, *m, *world;
    asr_arena_t        a;
    asr_json_error_t   error;

    asr_arena_init(&a, ASR_MOCK_SCENARIO_ARENA);
    tree = asr_json_parse(&a, text, &error);

    if (tree == NULL || tree->type != ASR_JSON_OBJECT) {
        snprintf(err, errlen, "it is not a JSON object");
        asr_arena_free(&a);
        return ASR_INVALID;
    }

    rc = ASR_OK;

    /* first, so that worlds begin with it */

    m = asr_json_get(tree, asr_str("defaults"));

    if (m != NULL) {
        rc = asr_mock_plan_default(m, err, errlen);
    }

    for (m = tree->child; m != NULL && rc == ASR_OK; m = m->next) {

        if (asr_str_eq(m->key, asr_str("worlds"))) {
            for (world = m->child; world != NULL && rc == ASR_OK;
                 world = world->next)
            {
                rc = asr_mock_scenario_world(world, faults, clock, err,
                                             errlen);
            }

        } else if (!asr_str_eq(m->key, asr_str("defaults"))) {
            snprintf(err, errlen, "a scenario has \"defaults\" and "
                     "\"worlds\"");
            rc = ASR_INVALID;
        }
    }

    asr_arena_free(&a);

    return rc;
}
