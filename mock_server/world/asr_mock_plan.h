/*
 * What a world is told to do: its plan, as JSON comes and goes, and the file
 * that has plans of several worlds.  The lock is held.
 *
 *     {"progress": {"polls": 1} | {"seconds": 2.5} | "once" | "told",
 *      "end": "success" | "never" | {"fail": "CODE"},
 *      "text": "...", "wer": 0.15, "callback": {"delay_ms": 0},
 *      "seed": 7, "strict": true,
 *      "tasks": [{a course of its own}, ...],       once each, in order
 *      "fixtures": [{"when": {"sha256", "url", "filename", "api", "call"},
 *                    a course of its own}, ...],    the first that fits
 *      "account": {"status", "limits", "app_id", "webhook"}}
 *
 * "url" and "filename" are patterns as of a shell.
 */

#ifndef ASR_MOCK_PLAN_H
#define ASR_MOCK_PLAN_H

#include "asr_mock_world.h"


#define ASR_MOCK_PLAN_LIST  1000         /* tasks, and fixtures */

/* Once, before worlds are made. */
void asr_mock_plan_init(void);

/*
 * v replaces the plan, or (patch) the members that it has.  Nothing is changed
 * on error, and err says why.
 */
asr_err_t asr_mock_plan_set(asr_mock_world_t *w, const asr_json_t *v,
    bool patch, char *err, size_t errlen);
void asr_mock_plan_write(asr_mock_world_t *w, asr_json_out_t *o);

/* The course of worlds that have no plan; nothing but a course. */
asr_err_t asr_mock_plan_default(const asr_json_t *v, char *err,
    size_t errlen);

/*
 * A scenario: {"defaults": a course, "worlds": {"KEY": {"plan", "faults",
 * "clock"}}}; faults, clock: handlers for those, ASR_OK or err is set.
 */
typedef asr_err_t (*asr_mock_part_pt)(asr_mock_world_t *w,
    const asr_json_t *v, char *err, size_t errlen);
asr_err_t asr_mock_scenario(asr_str_t text, asr_mock_part_pt faults,
    asr_mock_part_pt clock, char *err, size_t errlen);

/* {"freeze": true, "set": "2026-11-26T00:00:00Z" | ms, "advance": "5m"} */
asr_err_t asr_mock_clock_set(asr_mock_world_t *w, const asr_json_t *v,
    char *err, size_t errlen);
void asr_mock_clock_write(asr_mock_world_t *w, asr_json_out_t *o);

/* Unix ms of what asr_mock_time_text writes, its fraction of any length. */
asr_err_t asr_mock_time_parse(asr_str_t s, int64_t *ms);

/* A tree as text again. */
void asr_mock_tree_write(asr_json_out_t *o, const asr_json_t *v);


#endif /* ASR_MOCK_PLAN_H */
