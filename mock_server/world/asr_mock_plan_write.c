/* Plans as they are shown. */

#include "asr_mock_plan_int.h"


/* The course that holds where nothing else is said. */

static void
asr_mock_course_write(const asr_mock_course_t *c, asr_json_out_t *o)
{
    asr_jo_key(o, "progress");

    switch (c->progress) {

    case ASR_MOCK_ONCE:
        asr_jo_str(o, asr_str("once"));
        break;

    case ASR_MOCK_TOLD:
        asr_jo_str(o, asr_str("told"));
        break;

    default:
        asr_jo_object(o);

        if (c->progress == ASR_MOCK_POLLS) {
            asr_jo_key(o, "polls");
            asr_jo_int(o, c->n);

        } else {
            asr_jo_key(o, "seconds");
            asr_jo_fixed(o, (double) c->n / 1000, 3);
        }

        asr_jo_object_end(o);
    }

    asr_jo_key(o, "end");

    if (c->end == ASR_MOCK_FAILS) {
        asr_jo_object(o);
        asr_jo_key(o, "fail");
        asr_jo_str(o, asr_cstr(c->code));
        asr_jo_object_end(o);

    } else {
        asr_jo_str(o, c->end == ASR_MOCK_NEVER ? asr_str("never")
                                               : asr_str("success"));
    }

    asr_jo_key(o, "text");

    if (c->text != NULL) {
        asr_jo_str(o, asr_cstr(c->text));

    } else {
        asr_jo_null(o);
    }

    asr_jo_key(o, "wer");
    asr_jo_fixed(o, c->wer, 3);
    asr_jo_key(o, "callback");
    asr_jo_object(o);
    asr_jo_key(o, "delay_ms");
    asr_jo_int(o, c->callback_delay_ms);
    asr_jo_object_end(o);
}


void
asr_mock_plan_write(asr_mock_world_t *w, asr_json_out_t *o)
{
    asr_arena_t        a;
    asr_json_t        *m, *tree;
    asr_mock_plan_t   *p;
    asr_json_error_t   error;

    static const char *const  kept[] = { "tasks", "fixtures", "account" };

    size_t  i;

    p = w->plan;

    asr_jo_object(o);
    asr_mock_course_write(p != NULL ? &p->dflt : &asr_mock_default, o);
    asr_jo_key(o, "seed");
    asr_jo_int(o, (int64_t) w->seed);
    asr_jo_key(o, "strict");
    asr_jo_bool(o, !w->lenient);

    if (p != NULL) {
        asr_arena_init(&a, ASR_MOCK_PLAN_ARENA);
        tree = asr_json_parse(&a, asr_buf_str(&p->text), &error);

        for (i = 0; i < asr_nelts(kept); i++) {
            m = asr_json_get(tree, asr_cstr(kept[i]));

            if (m != NULL) {
                asr_jo_key(o, kept[i]);
                asr_mock_tree_write(o, m);
            }
        }

        asr_arena_free(&a);
    }

    asr_jo_object_end(o);
}
