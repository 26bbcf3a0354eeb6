/* The store: made, given to the workers' user, opened, refused. */

#define _GNU_SOURCE

#include "store_fixture.h"


static void
test_prepare(void **state)
{
    char         err[256], url[200];
    struct stat  st;

    assert_int_equal(stat(fx.db, &st), 0);
    assert_int_equal(st.st_mode & 0777, 0600);

    /* again */
    assert_int_equal(asr_store_prepare(fx.url, (unsigned) -1, (unsigned) -1,
                                       err, sizeof(err)),
                     ASR_OK);

    assert_int_equal(asr_store_prepare("oracle:x:secret@y", 0, 0, err,
                                       sizeof(err)),
                     ASR_INVALID);
    assert_string_equal(err, "unknown kind of store \"oracle\"");

    assert_int_equal(asr_store_prepare("sqlite:relative.db", 0, 0, err,
                                       sizeof(err)),
                     ASR_INVALID);
    assert_int_equal(asr_store_prepare("sqlite:/asr.db", 0, 0, err,
                                       sizeof(err)),
                     ASR_INVALID);

    /* only the last component is made */
    snprintf(url, sizeof(url), "sqlite:%s/a/b/asr.db", fx.dir);
    assert_int_equal(asr_store_prepare(url, 0, 0, err, sizeof(err)), ASR_IO);
}


static void
test_open_refuses(void **state)
{
    char              err[256], url[200];
    asr_store_conf_t  conf;

    memset(&conf, 0, sizeof(conf));

    conf.url = "nothing";
    assert_null(asr_store_open(&conf, err, sizeof(err)));
    assert_non_null(strstr(err, "unknown kind of store"));

    snprintf(url, sizeof(url), "sqlite:%s/absent.db", fx.dir);
    conf.url = url;
    assert_null(asr_store_open(&conf, err, sizeof(err)));
    assert_non_null(strstr(err, "absent.db"));

    /* empty: not prepared */
    snprintf(url, sizeof(url), "%s/empty.db", fx.dir);
    close(open(url, O_CREAT|O_WRONLY, 0600));
    snprintf(url, sizeof(url), "sqlite:%s/empty.db", fx.dir);
    assert_null(asr_store_open(&conf, err, sizeof(err)));
    assert_non_null(strstr(err, "no tables"));

    (void) fx_sql("PRAGMA user_version = 99");
    conf.url = fx.url;
    assert_null(asr_store_open(&conf, err, sizeof(err)));
    assert_non_null(strstr(err, "schema version 99"));
    assert_int_equal(asr_store_prepare(fx.url, (unsigned) -1, (unsigned) -1,
                                       err, sizeof(err)),
                     ASR_INVALID);

    (void) fx_sql("PRAGMA application_id = 7");
    assert_null(asr_store_open(&conf, err, sizeof(err)));
    assert_non_null(strstr(err, "another program"));
}


/* A database of the version before, with a task in it, is taken over. */

static void
test_upgrade(void **state)
{
    size_t    i;
    int64_t   id;
    asr_op_t  op;

    static const char *const  back[] = {
        "DROP INDEX tasks_work",
        "ALTER TABLE tasks DROP COLUMN small",
        "CREATE INDEX tasks_work ON tasks(owner, state)"
            " WHERE owner IS NOT NULL",
        "PRAGMA user_version = 3"
    };

    fx.s = fx_open(0);
    id = fx_create(fx.s);
    asr_store_close(fx.s);

    for (i = 0; i < asr_nelts(back); i++) {
        (void) fx_sql(back[i]);
    }

    assert_int_equal(asr_store_prepare(fx.url, (unsigned) -1, (unsigned) -1,
                                       fx.err, sizeof(fx.err)),
                     ASR_OK);
    assert_int_equal(fx_sql("PRAGMA user_version"), 4);

    fx.s = fx_open(0);
    assert_int_equal(fx_claim(fx.s, &op), ASR_CLAIM_DECODE);
    assert_int_equal(op.task.id, id);
    assert_int_equal(fx_create(fx.s), id + 1);
}


static void
test_prepare_gives(void **state)
{
    int          status;
    char         err[256], path[200], url[220];
    pid_t        pid;
    unsigned     i;
    struct stat  st;

    static const char  *made[] = { "own", "own/asr.db", "own/asr.db-writer" };

    if (geteuid() != 0) {
        skip();
    }

    assert_int_equal(chmod(fx.dir, 0755), 0);
    snprintf(url, sizeof(url), "sqlite:%s/own/asr.db", fx.dir);
    assert_int_equal(asr_store_prepare(url, 33, 33, err, sizeof(err)), ASR_OK);

    for (i = 0; i < asr_nelts(made); i++) {
        snprintf(path, sizeof(path), "%s/%s", fx.dir, made[i]);
        assert_int_equal(stat(path, &st), 0);
        assert_int_equal(st.st_uid, 33);
        assert_int_equal(st.st_gid, 33);
    }

    /* that user can work with it */

    pid = fork();
    assert_int_not_equal(pid, -1);

    if (pid == 0) {
        asr_op_t           op;
        asr_store_t       *s;
        asr_store_conf_t   conf;

        memset(&conf, 0, sizeof(conf));
        conf.url = url;

        if (setgid(33) != 0 || setuid(33) != 0) {
            _exit(1);
        }

        s = asr_store_open(&conf, err, sizeof(err));
        if (s == NULL) {
            _exit(2);
        }

        fx_op(&op, ASR_OP_HOUSEKEEP);
        if (asr_store_call(s, &op) != ASR_OK) {
            _exit(3);
        }

        asr_store_close(s);
        _exit(0);
    }

    assert_int_equal(waitpid(pid, &status, 0), pid);
    assert_int_equal(status, 0);

    /* root again, while the folder is theirs */
    assert_int_equal(asr_store_prepare(url, 33, 33, err, sizeof(err)), ASR_OK);

    /* a folder of others is not taken, an empty one is */

    snprintf(path, sizeof(path), "%s/shared", fx.dir);
    assert_int_equal(mkdir(path, 0755), 0);
    snprintf(path, sizeof(path), "%s/shared/else", fx.dir);
    assert_int_equal(mkdir(path, 0755), 0);
    snprintf(url, sizeof(url), "sqlite:%s/shared/asr.db", fx.dir);
    assert_int_equal(asr_store_prepare(url, 33, 33, err, sizeof(err)), ASR_IO);
    assert_non_null(strstr(err, "not writable"));
    assert_int_equal(rmdir(path), 0);
    assert_int_equal(asr_store_prepare(url, 33, 33, err, sizeof(err)), ASR_OK);
}


int
main(void)
{
    const struct CMUnitTest  tests[] = {
        STORE_TEST(test_prepare), STORE_TEST(test_upgrade),
        STORE_TEST(test_prepare_gives),
        STORE_TEST(test_open_refuses),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
