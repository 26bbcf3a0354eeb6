/*
 * The mock's store: transcripts that are made up, what is remembered of an
 * audio, what the admin API is told.
 */

#define _GNU_SOURCE

#include "mock_store.h"

#include "base/asr_crypto.h"


static void
test_exact(void **state)
{
    int64_t       id;
    asr_op_t      op;
    asr_result_t  result;

    fx_open(true, 0, 0);
    fx.exact = true;
    fx.course.text = strdup("just these words");
    id = fx_create();

    assert_int_equal(fx_claim(&op), ASR_CLAIM_DECODE);
    assert_int_equal(fx_decoded(id, 3, 16000, &op), ASR_OK);
    assert_false(op.last);
    assert_int_equal(fx_claim(&op), ASR_CLAIM_NONE);

    assert_int_equal(fx_get(id, &op), ASR_OK);
    assert_int_equal(op.task.state, ASR_TASK_SUCCEEDED);
    assert_int_equal(op.task.audio_ms, 1234);
    assert_int_equal(op.task.segments, 3);
    assert_int_equal(asr_result_read(&fx.arena, op.task.result, &result),
                     ASR_OK);
    assert_int_equal(result.nsentences, 3);
    assert_int_equal(result.sentences[2].start_ms, 2000);
    assert_true(asr_str_eq(result.sentences[2].text,
                           asr_str("just these words")));

    /* with no voice in it the thread goes on as if it were to finish */

    id = fx_create_of(KEY, "silence", "{}");
    assert_int_equal(fx_claim(&op), ASR_CLAIM_DECODE);
    assert_int_equal(fx_decoded(id, 0, 0, &op), ASR_OK);
    assert_true(op.last);
    assert_int_equal(fx_done(id), ASR_NOTFOUND);
    assert_int_equal(fx_get(id, &op), ASR_OK);
    assert_true(op.task.result.len > strlen("{\"text\":\"all\"}"));
}


/* What is made up becomes segments, which the product finishes. */

static void
test_made_up(void **state)
{
    int             i;
    int64_t         id;
    asr_op_t        op;
    asr_sentence_t  s;

    fx_open(true, 0, 0);
    id = fx_create();
    fx_decode(id, 2, 16000);
    assert_int_equal(fx_state(id), ASR_TASK_FINISHING);
    assert_int_equal(atomic_load(&fx.units), 0);
    assert_int_equal(atomic_load(&fx.tasks), 2);

    assert_int_equal(fx_claim(&op), ASR_CLAIM_FINISH);
    assert_int_equal(op.task.id, id);
    assert_int_equal(op.task.attempts, 1);

    fx_op(&op, ASR_OP_SEGMENTS_GET);
    op.task.id = id;
    assert_int_equal(asr_store_call(fx.s, &op), ASR_OK);
    assert_int_equal(op.nsegments, 2);

    for (i = 0; i < 2; i++) {
        assert_int_equal(op.segments[i].channel, i);
        assert_int_equal(op.segments[i].start, 16000 * i);
        assert_int_equal(op.segments[i].length, 16000);
        assert_int_equal(asr_sentence_read(&fx.arena, op.segments[i].result,
                                           &s),
                         ASR_OK);
        assert_true(asr_str_eq(s.text, asr_str("made up")));
        assert_int_equal(s.start_ms, 1000 * i);
    }

    assert_int_equal(fx_done(id), ASR_OK);
    assert_int_equal(fx_get(id, &op), ASR_OK);
    assert_true(asr_str_eq(op.task.result, asr_str("{\"text\":\"all\"}")));

    /* no voice: held by the thread that decoded it */

    id = fx_create_of(KEY, "silence", "{}");
    fx_decode(id, 0, 0);
    assert_int_equal(fx_state(id), ASR_TASK_FINISHING);
    assert_int_equal(fx_claim(&op), ASR_CLAIM_NONE);
    assert_int_equal(fx_done(id), ASR_OK);
}


static void
test_script_fails(void **state)
{
    int64_t   id;
    asr_op_t  op;

    fx_open(true, 0, 0);
    fx.script_rc = ASR_INVALID;
    id = fx_create();
    fx_decode(id, 1, 100);
    assert_int_equal(fx_get(id, &op), ASR_OK);
    assert_int_equal(op.task.state, ASR_TASK_FAILED);
    assert_int_equal(op.task.cause, ASR_CAUSE_INTERNAL);

    /* no memory: the thread tries again */

    fx.script_rc = ASR_NOMEM;
    id = fx_create_of(KEY, "other", "{}");
    assert_int_equal(fx_claim(&op), ASR_CLAIM_DECODE);
    assert_int_equal(fx_decoded(id, 1, 100, &op), ASR_NOMEM);
    fx.script_rc = ASR_OK;
    assert_int_equal(fx_decoded(id, 1, 100, &op), ASR_OK);
    assert_int_equal(fx_state(id), ASR_TASK_FINISHING);
}


static void
digest(const char *audio, char out[2 * ASR_SHA256_LEN + 1])
{
    unsigned char  md[ASR_SHA256_LEN];

    asr_sha256(audio, strlen(audio), md);
    asr_hex(md, sizeof(md), out);
    out[2 * ASR_SHA256_LEN] = '\0';
}


/* The audio's digest, wherever the audio is. */

static void
test_digest(void **state)
{
    int                i;
    char               want[2 * ASR_SHA256_LEN + 1];
    int64_t            file;
    asr_op_t           op;
    asr_spool_file_t   f;

    fx_open(true, 0, 0);
    fx.exact = true;
    digest("audio", want);

    (void) fx_create();
    fx_run();
    assert_string_equal(fx.sha256, want);
    assert_string_equal(fx.text, "made up");

    for (i = 0; i < 3; i++) {
        fx.sha256[0] = '\0';
        fx_task(&op, KEY);

        if (i == 2) {
            op.type = ASR_OP_FILE_CREATE;
            op.file.account = asr_str(KEY);
        }

        fx_audio(&op, &f, "audio", 5, i == 0 ? 100 : 0);
        assert_int_equal(asr_store_call(fx.s, &op), ASR_OK);

        if (i == 2) {
            file = op.file.id;
            fx_task(&op, KEY);
            op.task.file_id = file;
            assert_int_equal(asr_store_call(fx.s, &op), ASR_OK);
        }

        fx_run();
        assert_string_equal(fx.sha256, want);
    }
}


/* An audio that is known is decoded no more, if all else is the same. */

static void
test_facts(void **state)
{
    int64_t            id;
    asr_op_t           op;
    asr_spool_file_t   f;

    fx_open(true, 0, 0);
    fx.exact = true;
    id = fx_create();
    fx_decode(id, 2, 16000);
    assert_int_equal(atomic_load(&fx.tasks), 1);

    id = fx_create();
    assert_int_equal(atomic_load(&fx.tasks), 1);
    assert_int_equal(atomic_load(&fx.scripts), 2);
    assert_int_equal(fx_get(id, &op), ASR_OK);
    assert_int_equal(op.task.state, ASR_TASK_SUCCEEDED);
    assert_int_equal(op.task.audio_ms, 1234);
    assert_int_equal(op.task.segments, 2);

    /* made up: to be finished all the same */

    fx.exact = false;
    id = fx_create();
    assert_int_equal(fx_claim(&op), ASR_CLAIM_FINISH);
    assert_int_equal(op.task.id, id);
    assert_int_equal(op.task.audio_ms, 1234);
    assert_int_equal(fx_done(id), ASR_OK);

    /* other audio, other channels, a window, speakers: decoded */

    fx_task(&op, KEY);
    op.task.channels = 2;
    fx_audio(&op, &f, "audio", 5, 100);
    assert_int_equal(asr_store_call(fx.s, &op), ASR_OK);
    assert_int_equal(fx_claim(&op), ASR_CLAIM_DECODE);

    (void) fx_create_of(KEY, "audiO", "{}");
    assert_int_equal(fx_claim(&op), ASR_CLAIM_DECODE);
    (void) fx_create_of(KEY, "audio", "{\"window_start_ms\":5}");
    assert_int_equal(fx_claim(&op), ASR_CLAIM_DECODE);
    (void) fx_create_of(KEY, "audio", "{\"SpeakerDiarization\":1}");
    assert_int_equal(fx_claim(&op), ASR_CLAIM_DECODE);
    (void) fx_create_of(KEY, "audio", "{}");
    assert_int_equal(fx_claim(&op), ASR_CLAIM_FINISH);

    /* a file in the spool: once the digest is known */

    fx_op(&op, ASR_OP_FILE_CREATE);
    op.file.account = asr_str(KEY);
    fx_audio(&op, &f, "audio", 5, 0);
    assert_int_equal(asr_store_call(fx.s, &op), ASR_OK);
    id = op.file.id;
    fx_task(&op, KEY);
    op.task.file_id = id;
    assert_int_equal(asr_store_call(fx.s, &op), ASR_OK);
    assert_int_equal(fx_claim(&op), ASR_CLAIM_DECODE);
    assert_int_equal(fx_decoded(op.task.id, 1, 16000, &op), ASR_OK);
    assert_int_equal(fx_claim(&op), ASR_CLAIM_FINISH);
    fx_task(&op, KEY);
    op.task.file_id = id;
    assert_int_equal(asr_store_call(fx.s, &op), ASR_OK);
    assert_int_equal(fx_claim(&op), ASR_CLAIM_FINISH);
}


/* As many as there is room for; the one longest unused goes. */

static void
test_facts_ceiling(void **state)
{
    int       i;
    char      audio[20];
    asr_op_t  op;

    fx_open(true, 0, 0);
    fx.exact = true;

    for (i = 0; i <= ASR_MOCK_FACTS; i++) {
        snprintf(audio, sizeof(audio), "audio %d", i);
        (void) fx_create_of(KEY, audio, "{}");
        fx_run();

        if (i == ASR_MOCK_FACTS - 1) {
            (void) fx_create_of(KEY, "audio 0", "{}");
            assert_int_equal(fx_claim(&op), ASR_CLAIM_NONE);
        }
    }

    (void) fx_create_of(KEY, "audio 0", "{}");
    assert_int_equal(fx_claim(&op), ASR_CLAIM_NONE);
    (void) fx_create_of(KEY, "audio 1", "{}");
    assert_int_equal(fx_claim(&op), ASR_CLAIM_DECODE);
}


/* The loudest of each part. */

static void
test_peaks(void **state)
{
    int       i, fd;
    int16_t   pcm[16 * 400];
    int64_t   id;
    asr_op_t  op;

    fx_open(true, 0, 0);
    fx.exact = true;
    id = fx_create();
    assert_int_equal(fx_claim(&op), ASR_CLAIM_DECODE);

    memset(pcm, 0, sizeof(pcm));
    pcm[3] = -32768;
    pcm[16 * 399 + 1] = 16384;
    fd = asr_spool_open_pcm(fx.spool, id, 0, O_CREAT|O_WRONLY);
    assert_int_equal(write(fd, pcm, sizeof(pcm)), sizeof(pcm));
    close(fd);

    fx_op(&op, ASR_OP_DECODED);
    op.task.id = id;
    op.task.audio_ms = 400;
    assert_int_equal(asr_store_call(fx.s, &op), ASR_OK);
    assert_int_equal(fx_files("pcm"), 0);
    assert_non_null(fx_peek(id)->peaks);
    assert_int_equal(fx_peek(id)->peaks[0], 100);
    assert_int_equal(fx_peek(id)->peaks[399], 50);

    for (i = 1; i < 399; i++) {
        assert_int_equal(fx_peek(id)->peaks[i], 0);
    }

    /* those of a known audio are remembered with it */

    id = fx_create();
    assert_int_equal(fx_state(id), ASR_TASK_SUCCEEDED);
    assert_int_equal(fx_peek(id)->peaks[0], 100);
}


static void
test_admin(void **state)
{
    int64_t                  id, never;
    asr_op_t                 op;
    asr_buf_t                b;
    asr_json_t              *v, *t, *s, *cb;
    asr_json_out_t           o;
    asr_json_error_t         err;
    asr_mock_found_t         found;
    asr_mock_store_counts_t  c;

    fx_open(true, 0, 0);
    fx.exact = true;
    fx_freeze(KEY, 1000000);
    id = fx_create_of(KEY, "audio", "{\"hook\":1}");
    fx_run();
    assert_int_equal(fx_claim_io(&op, ASR_WANT_DELIVERY),
                     ASR_CLAIM_DELIVERY);
    op.type = ASR_OP_DELIVERY_RETRY;
    op.outgoing.status = 500;
    op.outgoing.next_ms = 0;
    assert_int_equal(asr_store_call(fx.s, &op), ASR_OK);

    fx.course.progress = ASR_MOCK_POLLS;
    fx.course.n = 3;
    fx.course.end = ASR_MOCK_FAILS;
    fx.course.code = strdup("too_short");
    never = fx_create_url("{}");
    assert_int_equal(fx_get(never, &op), ASR_OK);

    asr_mock_store_counts(fx_world(), &c);
    assert_int_equal(c.tasks, 2);
    assert_int_equal(c.unfinished, 1);
    assert_int_equal(c.succeeded, 1);
    assert_int_equal(c.unseen, 1);
    assert_int_equal(c.pending, 1);
    assert_true(c.bytes > 1000);

    asr_buf_init(&b, 1000000);
    assert_int_equal(asr_json_out_begin(&o, &b), ASR_OK);
    asr_jo_array(&o);
    asr_mock_store_tasks_write(fx_world(), 100, &o);
    asr_mock_store_tasks_write(fx_world(), 1, &o);
    assert_true(asr_mock_store_task_write(fx_world(), id, &o));
    assert_false(asr_mock_store_task_write(fx_world(), 1, &o));
    asr_mock_store_callbacks_write(fx_world(), 0, &o);
    asr_mock_store_callbacks_write(fx_world(), never, &o);
    asr_jo_array_end(&o);
    assert_int_equal(asr_json_out_end(&o), ASR_OK);

    v = asr_json_parse(&fx.arena, asr_buf_str(&b), &err);
    assert_non_null(v);
    assert_int_equal(v->n, 5);
    assert_int_equal(v->child->n, 2);

    t = v->child->child;
    assert_int_equal(asr_json_get_int(t, "id", 0), id);
    assert_int_equal(asr_json_get_int(t, "public_id", 0), id);
    assert_true(asr_str_eq(asr_json_get_str(t, "state"),
                           asr_str("succeeded")));
    assert_true(asr_str_eq(asr_json_get_str(t, "end"), asr_str("success")));
    assert_true(asr_str_eq(asr_json_get_str(t, "text"),
                           asr_str("made up\nmade up")));
    assert_null(asr_json_get(t, asr_str("sentences")));

    t = t->next;
    assert_int_equal(asr_json_get_int(t, "id", 0), never);
    assert_int_equal(asr_json_get_int(t, "polls", 0), 1);
    assert_int_equal(asr_json_get_int(asr_json_get(t, asr_str("progress")),
                                      "polls", 0),
                     3);
    assert_true(asr_str_eq(asr_json_get_str(asr_json_get(t, asr_str("end")),
                                            "fail"),
                           asr_str("too_short")));
    assert_true(asr_str_eq(asr_json_get_str(t, "url"),
                           asr_str("https://example.org/a.wav")));

    assert_int_equal(v->child->next->n, 1);
    assert_int_equal(asr_json_get_int(v->child->next->child, "id", 0), never);

    t = v->child->next->next;
    s = asr_json_get(t, asr_str("sentences"));
    assert_int_equal(s->n, 2);
    assert_int_equal(asr_json_get_int(s->child->next, "start_ms", 0), 1000);
    assert_int_equal(asr_json_get(s->child, asr_str("words"))->n, 1);
    assert_int_equal(asr_json_get(t, asr_str("peaks"))->n, 0);
    cb = asr_json_get(t, asr_str("callbacks"))->child;
    assert_non_null(cb);

    assert_int_equal(t->next->n, 1);
    assert_int_equal(asr_json_get_int(cb, "id", -1),
                     asr_json_get_int(t->next->child, "id", -2));
    assert_int_equal(asr_json_get_int(cb, "task", 0), id);
    assert_int_equal(asr_json_get_int(cb, "attempt", 0), 1);
    assert_int_equal(asr_json_get_int(cb, "status", 0), 500);
    assert_int_equal(asr_json_get_int(cb, "at_ms", 0), 1000000);
    assert_true(asr_str_eq(asr_json_get_str(cb, "state"),
                           asr_str("pending")));
    s = asr_json_get(cb, asr_str("attempts"))->child;
    assert_int_equal(asr_json_get_int(s, "attempt", 0), 1);
    assert_int_equal(asr_json_get_int(s, "status", 0), 500);
    assert_int_equal(t->next->next->n, 0);
    asr_buf_free(&b);

    assert_true(asr_mock_store_audio(fx_world(), id, &found));
    assert_true(asr_str_eq(found.bytes, asr_str("audio")));
    assert_int_equal(found.spool.len, 0);
    assert_false(asr_mock_store_audio(fx_world(), never, &found));
    assert_false(asr_mock_store_audio(fx_world(), 1, &found));

    /* a delivery is a way of seeing it */

    assert_int_equal(fx_claim_io(&op, ASR_WANT_DELIVERY),
                     ASR_CLAIM_DELIVERY);
    op.type = ASR_OP_DELIVERED;
    assert_int_equal(asr_store_call(fx.s, &op), ASR_OK);
    asr_mock_store_counts(fx_world(), &c);
    assert_int_equal(c.unseen, 0);
    assert_int_equal(c.pending, 0);
}


static void
meanwhile_deleted(const asr_mock_ask_t *ask)
{
    fx.meanwhile = NULL;
    asr_mock_lock();
    asr_mock_world_delete(asr_mock_world_find(ask->world));
    asr_mock_worlds_reap();
    asr_mock_unlock();
}


/* The world is another one, with a task of the very id. */

static void
meanwhile_again(const asr_mock_ask_t *ask)
{
    meanwhile_deleted(ask);
    fx.course.end = ASR_MOCK_NEVER;
    fx.course.progress = ASR_MOCK_TOLD;
    assert_int_equal(fx_create_of(KEY, "audio", "{}"), ask->task->id);
}


/* Words are made without the lock: what they are for may have gone. */

static void
test_gone(void **state)
{
    int64_t   id;
    asr_op_t  op;

    fx_open(true, 0, 0);

    /* while the thread that decoded it has it */

    id = fx_create();
    assert_int_equal(fx_claim(&op), ASR_CLAIM_DECODE);
    fx.meanwhile = meanwhile_deleted;
    assert_int_equal(fx_decoded(id, 2, 16000, &op), ASR_NOTFOUND);
    assert_null(fx.meanwhile);
    assert_int_equal(fx_get(id, &op), ASR_NOTFOUND);

    /* of what is known */

    id = fx_create();
    fx_decode(id, 2, 16000);
    assert_int_equal(fx_claim(&op), ASR_CLAIM_FINISH);
    assert_int_equal(fx_done(id), ASR_OK);

    fx.meanwhile = meanwhile_deleted;
    id = fx_create();
    assert_null(fx.meanwhile);
    assert_int_equal(fx_get(id, &op), ASR_NOTFOUND);
    assert_int_equal(fx_claim(&op), ASR_CLAIM_NONE);

    fx.meanwhile = meanwhile_again;
    id = fx_create();
    assert_null(fx.meanwhile);
    assert_int_equal(fx_get(id, &op), ASR_OK);
    assert_int_equal(op.task.state, ASR_TASK_CREATED);
    assert_int_equal(fx_peek(id)->npieces, 0);
    assert_int_equal(fx_claim(&op), ASR_CLAIM_NONE);
}


static int
group(void **state)
{
    return asr_crypto_init() == ASR_OK ? fx_group(state) : -1;
}


int
main(void)
{
    const struct CMUnitTest  tests[] = {
        STORE_TEST(test_exact), STORE_TEST(test_made_up),
        STORE_TEST(test_script_fails), STORE_TEST(test_digest),
        STORE_TEST(test_facts), STORE_TEST(test_facts_ceiling),
        STORE_TEST(test_peaks), STORE_TEST(test_admin),
        STORE_TEST(test_gone),
    };

    return cmocka_run_group_tests(tests, group, NULL);
}
