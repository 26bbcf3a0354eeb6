/* A plan as it is kept.  Internal to asr_mock_plan*.c and asr_mock_course.c. */

#ifndef ASR_MOCK_PLAN_INT_H
#define ASR_MOCK_PLAN_INT_H

#include "asr_mock_plan.h"


#define ASR_MOCK_WHEN_MAX    2048        /* bytes of a pattern */
#define ASR_MOCK_PLAN_MAX    (1024 * 1024)       /* a plan's text */
#define ASR_MOCK_PLAN_ARENA  (16 * 1024 * 1024)


typedef struct {
    char               *sha256;
    char               *url;
    char               *filename;
    char               *api;
    int64_t             call;            /* 0: any */
    asr_mock_course_t   course;
} asr_mock_fixture_t;

typedef struct {
    asr_mock_course_t    dflt;
    asr_mock_course_t   *tasks;
    size_t               ntasks;
    size_t               used;           /* of these */
    asr_mock_fixture_t  *fixtures;
    size_t               nfixtures;
    asr_accounts_t      *accounts;       /* of one; NULL: as made */
    asr_buf_t            text;           /* the plan as it was given */
} asr_mock_plan_t;


/* Of worlds that have no plan. */
extern asr_mock_course_t  asr_mock_default;


#endif /* ASR_MOCK_PLAN_INT_H */
