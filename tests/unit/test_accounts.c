/* The accounts file. */

#include "unit.h"

#include <fcntl.h>
#include <sys/stat.h>

#include "auth/asr_accounts.h"
#include "base/asr_crypto.h"


#define SHA256_OF_HASHED                                                      \
    "c291001835042e213221b2f9fca79c9c"                                        \
    "91D08813D599B717BC695A268EDB2EA6"


static char  err[512];


static asr_accounts_t *
parse(const char *text)
{
    char            *p;
    size_t           n;
    asr_accounts_t  *a;

    n = strlen(text);
    p = unit_guard(text, n);

    memset(err, 0, sizeof(err));
    a = asr_accounts_parse((asr_str_t) { n, p }, err, sizeof(err));
    unit_unguard(p, n);

    return a;
}


/* The digest: printf %s sk-hashed | sha256sum, with capitals mixed in. */

static const char  full[] =
    "{\"accounts\": [{"
    "  \"name\": \"demo\", \"app_id\": 1300000001, \"status\": \"active\","
    "  \"keys\": [{\"bearer\": \"sk-demo\"},"
    "    {\"bearer_sha256\": \"" SHA256_OF_HASHED "\"},"
    "    {\"secret_id\": \"AKIDdemo\", \"secret_key\": \"made-up-1\"},"
    "    {\"access_key_id\": \"LTAIdemo\","
    "     \"access_key_secret\": \"made-up-2\"}],"
    "  \"limits\": {\"u2.create\": \"20r/m\","
    "    \"tencent.CreateRecTask\": \"1000000r/s\", \"ice.all\": \"off\"},"
    "  \"webhook\": \"https://example.org/hook\"},"
    " {\"name\": \"d\\u00e9mo 2\", \"status\": \"isolated\","
    "  \"keys\": [{\"token\": \"made-up-token\","
    "     \"secret_key\": \"made-up-3\", \"secret_id\": \"AKIDtemp\"},"
    "    {\"security_token\": \"made/up+token==\","
    "     \"access_key_id\": \"STS.temp\","
    "     \"access_key_secret\": \"made-up-4\"},"
    "    {\"bearer\": \"sk-\\\"2\\\\\"}]}]}";


static void
test_full(void **state)
{
    asr_str_t             action;
    asr_rate_t            rate;
    asr_accounts_t       *a;
    const asr_key_t      *k, *t, *x, *y;
    const asr_account_t  *one, *two;

    static const asr_rate_t  dflt = { 7, 1000 };

    a = parse(full);

    if (a == NULL) {
        fail_msg("%s", err);
    }

    assert_int_equal(asr_accounts_n(a), 2);

    one = asr_accounts_bearer(a, asr_str("sk-demo"));
    assert_non_null(one);
    assert_true(asr_str_eq(one->name, asr_str("demo")));
    assert_true(one->app_id == 1300000001);
    assert_int_equal(one->status, ASR_ACCOUNT_ACTIVE);
    assert_int_equal(one->index, 0);
    assert_true(asr_str_eq(one->webhook, asr_str("https://example.org/hook")));
    assert_ptr_equal(asr_accounts_bearer(a, asr_str("sk-hashed")), one);

    two = asr_accounts_bearer(a, asr_str("sk-\"2\\"));
    assert_non_null(two);
    assert_true(asr_str_eq(two->name, asr_str("d\xc3\xa9mo 2")));
    assert_true(two->app_id == 0);
    assert_int_equal(two->status, ASR_ACCOUNT_ISOLATED);
    assert_int_equal(two->index, 1);
    assert_int_equal(two->webhook.len, 0);
    assert_int_equal(two->nlimits, 0);

    k = asr_accounts_secret_id(a, asr_str("AKIDdemo"));
    assert_non_null(k);
    assert_ptr_equal(k->account, one);
    assert_true(asr_str_eq(k->id, asr_str("AKIDdemo")));
    assert_true(asr_str_eq(k->secret, asr_str("made-up-1")));
    assert_int_equal(k->token.len, 0);

    t = asr_accounts_secret_id(a, asr_str("AKIDtemp"));
    assert_non_null(t);
    assert_ptr_equal(t->account, two);
    assert_true(asr_str_eq(t->secret, asr_str("made-up-3")));
    assert_true(asr_str_eq(t->token, asr_str("made-up-token")));

    x = asr_accounts_access_key_id(a, asr_str("LTAIdemo"));
    assert_non_null(x);
    assert_ptr_equal(x->account, one);
    assert_true(asr_str_eq(x->secret, asr_str("made-up-2")));
    assert_int_equal(x->token.len, 0);

    y = asr_accounts_access_key_id(a, asr_str("STS.temp"));
    assert_non_null(y);
    assert_ptr_equal(y->account, two);
    assert_true(asr_str_eq(y->token, asr_str("made/up+token==")));

    assert_true(k->index != t->index && k->index != x->index
                && k->index != y->index && t->index != x->index
                && t->index != y->index && x->index != y->index);

    rate = asr_account_rate(one, asr_str("u2.create"), dflt);
    assert_int_equal(rate.count, 20);
    assert_int_equal(rate.window_ms, 60000);
    rate = asr_account_rate(one, asr_str("tencent.CreateRecTask"), dflt);
    assert_int_equal(rate.count, 1000000);
    assert_int_equal(rate.window_ms, 1000);
    rate = asr_account_rate(one, asr_str("ice.all"), dflt);
    assert_int_equal(rate.count, 0);
    rate = asr_account_rate(one, asr_str("u2.creat"), dflt);
    assert_int_equal(rate.count, 7);
    rate = asr_account_rate(two, asr_str("u2.create"), dflt);
    assert_int_equal(rate.count, 7);

    assert_true(asr_accounts_limit(a, 0, &action));
    assert_true(asr_str_eq(action, asr_str("u2.create")));
    assert_true(asr_accounts_limit(a, 2, &action));
    assert_true(asr_str_eq(action, asr_str("ice.all")));
    assert_false(asr_accounts_limit(a, 3, &action));

    asr_accounts_free(a);
    asr_accounts_free(NULL);
}


/* One kind of key does not open another's door. */

static void
test_unknown(void **state)
{
    size_t           i;
    asr_accounts_t  *a;

    static const char  *const keys[] = {
        "", "s", "sk-dem", "sk-demoo", "sk-demO", "SK-DEMO", "AKIDdemo",
        "LTAIdemo", "made-up-1", "made-up-2", SHA256_OF_HASHED
    };

    static const char  *const ids[] = {
        "", "A", "AKIDdem", "AKIDdemoo", "akiddemo", "sk-demo", "made-up-1",
        "demo", "null"
    };

    a = parse(full);
    assert_non_null(a);

    for (i = 0; i < asr_nelts(keys); i++) {
        assert_null(asr_accounts_bearer(a, asr_cstr(keys[i])));
    }

    for (i = 0; i < asr_nelts(ids); i++) {
        assert_null(asr_accounts_secret_id(a, asr_cstr(ids[i])));
        assert_null(asr_accounts_access_key_id(a, asr_cstr(ids[i])));
    }

    assert_null(asr_accounts_secret_id(a, asr_str("LTAIdemo")));
    assert_null(asr_accounts_access_key_id(a, asr_str("AKIDdemo")));
    assert_null(asr_accounts_bearer(a, asr_str_null()));
    assert_null(asr_accounts_secret_id(a, asr_str_null()));

    /* a NUL counts, and a digest as such is no id */

    assert_null(asr_accounts_bearer(a, asr_str("sk-demo\0")));
    assert_null(asr_accounts_secret_id(a, asr_str("AKIDdemo\0")));

    asr_accounts_free(a);
}


static void
test_empty(void **state)
{
    asr_accounts_t  *a;

    a = parse("{\"accounts\": []}");
    assert_non_null(a);
    assert_int_equal(asr_accounts_n(a), 0);
    assert_null(asr_accounts_bearer(a, asr_str("k")));
    assert_null(asr_accounts_secret_id(a, asr_str("k")));
    asr_accounts_free(a);
}


static void
test_statuses(void **state)
{
    char             text[256];
    size_t           i;
    asr_accounts_t  *a;

    static const char  *const names[] = {
        "active", "disabled", "isolated", "no_amount", "no_free_amount",
        "not_registered"
    };

    for (i = 0; i < asr_nelts(names); i++) {
        (void) snprintf(text, sizeof(text), "{\"accounts\":[{\"name\":\"n\","
                        "\"keys\":[{\"bearer\":\"k\"}],\"status\":\"%s\"}]}",
                        names[i]);
        a = parse(text);
        assert_non_null(a);
        assert_int_equal(asr_accounts_bearer(a, asr_str("k"))->status, i);
        asr_accounts_free(a);
    }
}


static void
test_limits_max(void **state)
{
    char             text[8192];
    size_t           i, k, n;
    asr_rate_t       rate;
    asr_accounts_t  *a;

    for (k = ASR_ACCOUNTS_LIMITS_MAX; k <= ASR_ACCOUNTS_LIMITS_MAX + 1; k++) {
        n = (size_t) snprintf(text, sizeof(text), "{\"accounts\":[{\"name\":"
                              "\"n\",\"keys\":[{\"bearer\":\"k\"}],"
                              "\"limits\":{");

        for (i = 0; i < k; i++) {
            n += (size_t) snprintf(text + n, sizeof(text) - n,
                                   "%s\"u2.a%zu\":\"%zur/m\"",
                                   i == 0 ? "" : ",", i, i + 1);
        }

        (void) snprintf(text + n, sizeof(text) - n, "}}]}");

        a = parse(text);

        if (k > ASR_ACCOUNTS_LIMITS_MAX) {
            assert_null(a);
            continue;
        }

        assert_non_null(a);
        rate = asr_account_rate(asr_accounts_bearer(a, asr_str("k")),
                                asr_str("u2.a63"), (asr_rate_t) { 0, 0 });
        assert_int_equal(rate.count, 64);
        asr_accounts_free(a);
    }
}


/* Every prefix of a good file is refused. */

static void
test_prefixes(void **state)
{
    char    *p;
    size_t   i;

    for (i = 0; i < sizeof(full) - 1; i++) {
        p = unit_guard(full, i);
        assert_null(asr_accounts_parse((asr_str_t) { i, p }, err,
                                       sizeof(err)));
        unit_unguard(p, i);
    }
}


/* The message is cut, not overrun. */

static void
test_short_message(void **state)
{
    char    small[8];
    size_t  n;

    for (n = 1; n <= sizeof(small); n++) {
        memset(small, 'x', sizeof(small));
        assert_null(asr_accounts_parse(asr_str("{"), small, n));
        assert_int_equal(strlen(small), n - 1);
    }
}


static void
write_file(const char *path, const char *text, size_t n)
{
    int  fd;

    fd = open(path, O_WRONLY|O_CREAT|O_TRUNC, 0600);
    assert_true(fd >= 0);
    assert_true(write(fd, text, n) == (ssize_t) n);
    assert_int_equal(close(fd), 0);
}


static void
test_load(void **state)
{
    int              i;
    char             dir[] = "/tmp/asr-accounts-XXXXXX", path[64], *big;
    asr_accounts_t  *a;

    assert_non_null(mkdtemp(dir));
    (void) snprintf(path, sizeof(path), "%s/accounts.json", dir);

    assert_null(asr_accounts_load(path, err, sizeof(err)));
    assert_non_null(strstr(err, path));
    assert_non_null(strstr(err, "No such file"));

    assert_null(asr_accounts_load(dir, err, sizeof(err)));
    assert_non_null(strstr(err, "Is a directory"));

    write_file(path, full, sizeof(full) - 1);

    for (i = 0; i < 3; i++) {
        a = asr_accounts_load(path, err, sizeof(err));
        assert_non_null(a);
        assert_non_null(asr_accounts_bearer(a, asr_str("sk-demo")));
        asr_accounts_free(a);
    }

    write_file(path, "{\"accounts\": [1]}", 17);
    assert_null(asr_accounts_load(path, err, sizeof(err)));
    assert_non_null(strstr(err, path));
    assert_non_null(strstr(err, "accounts[0]: not an object"));

    write_file(path, "", 0);
    assert_null(asr_accounts_load(path, err, sizeof(err)));
    assert_non_null(strstr(err, "not valid JSON"));

    /* exactly at the ceiling, and a byte over */

    big = malloc(ASR_ACCOUNTS_FILE_MAX + 1);
    assert_non_null(big);
    memset(big, ' ', ASR_ACCOUNTS_FILE_MAX + 1);
    memcpy(big, full, sizeof(full) - 1);

    write_file(path, big, ASR_ACCOUNTS_FILE_MAX);
    a = asr_accounts_load(path, err, sizeof(err));
    assert_non_null(a);
    asr_accounts_free(a);

    write_file(path, big, ASR_ACCOUNTS_FILE_MAX + 1);
    assert_null(asr_accounts_load(path, err, sizeof(err)));
    assert_non_null(strstr(err, "larger than 4194304 bytes"));

    assert_null(asr_accounts_parse((asr_str_t) { ASR_ACCOUNTS_FILE_MAX + 1,
                                                 big },
                                   err, sizeof(err)));
    free(big);

    /* a fifo nobody writes to does not hang us */

    assert_int_equal(unlink(path), 0);
    assert_int_equal(mkfifo(path, 0600), 0);
    assert_null(asr_accounts_load(path, err, sizeof(err)));

    assert_int_equal(unlink(path), 0);
    assert_int_equal(rmdir(dir), 0);
}


/* Many accounts: each found by each of its keys, none by another's. */

static void
test_many(void **state)
{
    int                   n;
    char                 *text, id[32];
    size_t                i, len, size;
    asr_accounts_t       *a;
    const asr_key_t      *k, *last;
    const asr_account_t  *account;

    enum { MANY = 15000 };

    size = ASR_ACCOUNTS_FILE_MAX;
    text = malloc(size);
    assert_non_null(text);

    len = (size_t) snprintf(text, size, "{\"accounts\":[");

    for (i = 0; i < MANY; i++) {
        n = snprintf(text + len, size - len, "%s{\"name\":\"account-%zu\","
                     "\"app_id\":%zu,\"keys\":[{\"bearer\":\"sk-%zu\"},"
                     "{\"secret_id\":\"AKID%zu\",\"secret_key\":\"s-%zu\"},"
                     "{\"access_key_id\":\"LTAI%zu\","
                     "\"access_key_secret\":\"a-%zu\"}]}",
                     i == 0 ? "" : ",", i, i, i, i, i, i, i);
        len += (size_t) n;
        assert_true(len < size);
    }

    len += (size_t) snprintf(text + len, size - len, "]}");

    a = asr_accounts_parse((asr_str_t) { len, text }, err, sizeof(err));

    if (a == NULL) {
        fail_msg("%s", err);
    }

    assert_int_equal(asr_accounts_n(a), MANY);
    last = NULL;

    for (i = 0; i < MANY; i++) {
        (void) snprintf(id, sizeof(id), "sk-%zu", i);
        account = asr_accounts_bearer(a, asr_cstr(id));
        assert_non_null(account);
        assert_int_equal(account->index, i);
        assert_true(account->app_id == (int64_t) i);

        (void) snprintf(id, sizeof(id), "AKID%zu", i);
        k = asr_accounts_secret_id(a, asr_cstr(id));
        assert_non_null(k);
        assert_ptr_equal(k->account, account);
        assert_true(last == NULL || last->index < k->index);
        last = k;

        (void) snprintf(id, sizeof(id), "LTAI%zu", i);
        k = asr_accounts_access_key_id(a, asr_cstr(id));
        assert_non_null(k);
        assert_ptr_equal(k->account, account);
    }

    assert_null(asr_accounts_bearer(a, asr_str("sk-15000")));
    assert_null(asr_accounts_secret_id(a, asr_str("AKID15000")));

    asr_accounts_free(a);
    free(text);
}


/* The pages that hold a secret are read-only and marked "do not dump". */

static void
test_secret_pages(void **state)
{
    int                fd;
    char               line[512], perms[8], flags[512];
    FILE              *f;
    bool               inside, seen;
    uintptr_t          at;
    unsigned long      from, to;
    asr_accounts_t    *a;
    const asr_key_t   *k;

    a = parse(full);
    assert_non_null(a);
    k = asr_accounts_secret_id(a, asr_str("AKIDdemo"));
    at = (uintptr_t) k->secret.data;

    f = fopen("/proc/self/smaps", "r");
    assert_non_null(f);

    inside = false;
    seen = false;
    perms[0] = '\0';

    while (fgets(line, sizeof(line), f) != NULL) {
        if (sscanf(line, "%lx-%lx %7s", &from, &to, flags) == 3) {
            inside = at >= from && at < to;

            if (inside) {
                memcpy(perms, flags, sizeof(perms));
            }

        } else if (inside && strncmp(line, "VmFlags:", 8) == 0) {
            seen = true;
            assert_non_null(strstr(line, " dd"));
        }
    }

    assert_int_equal(fclose(f), 0);
    assert_string_equal(perms, "r--p");

    if (!seen) {
        print_message("             no VmFlags here: not checked\n");
    }

    /* unmapped when freed: a read of it through the kernel fails */

    asr_accounts_free(a);

    fd = open("/proc/self/mem", O_RDONLY);
    assert_true(fd >= 0);
    assert_int_equal(pread(fd, line, 8, (off_t) at), -1);
    assert_int_equal(close(fd), 0);
}


/*
 * How often a secret, here masked by 0x55, is in the memory of the process.
 * Larger mappings are the sanitizer's shadow.
 */

static size_t
copies(const unsigned char *masked, size_t len)
{
    int             mem;
    char            line[512], perms[8];
    FILE           *f;
    size_t          i, k, n, found;
    ssize_t         got;
    unsigned long   from, to, at;

    static unsigned char  buf[65536];

    mem = open("/proc/self/mem", O_RDONLY);
    f = fopen("/proc/self/maps", "r");
    assert_true(mem >= 0 && f != NULL);
    found = 0;

    while (fgets(line, sizeof(line), f) != NULL) {
        if (sscanf(line, "%lx-%lx %7s", &from, &to, perms) != 3
            || perms[0] != 'r' || to - from > 64 * 1024 * 1024)
        {
            continue;
        }

        for (at = from; at < to; at += sizeof(buf) - len) {
            n = to - at < sizeof(buf) ? to - at : sizeof(buf);
            got = pread(mem, buf, n, (off_t) at);

            if (got <= 0) {
                break;
            }

            for (i = 0; i + len <= (size_t) got; i++) {
                for (k = 0; k < len && buf[i + k] == (masked[k] ^ 0x55); k++) {
                    /* void */
                }

                /* an overlap of len is read twice, found once */

                if (k == len && i < sizeof(buf) - len
                    && (at + i + len <= (uintptr_t) buf
                        || at + i >= (uintptr_t) buf + sizeof(buf)))
                {
                    found++;
                }
            }

            memset(buf, 0, sizeof(buf));
        }
    }

    assert_int_equal(fclose(f), 0);
    assert_int_equal(close(mem), 0);

    return found;
}


/* Neither a file that is taken nor one that is refused leaves a copy. */

static void
test_no_copies(void **state)
{
    char            *text, *p;
    size_t           i, n, size;
    asr_accounts_t  *a;
    unsigned char    masked[32];

    static const char  *const ends[] = { "}]}]}", "}]}]", "}]},{}]}" };
    static const char   start[] =
        "{\"accounts\":[{\"name\":\"n\",\"keys\":["
        "{\"bearer\":\"a-long-key-so-that-its-digest-does-not-cover-it"
        "-and-neither-does-what-comes-after-it-in-the-same-pages-of-memory"
        "********************************\"},"
        "{\"secret_id\":\"A\",\"secret_key\":"
        "\"********************************\"";

    for (i = 0; i < sizeof(masked); i++) {
        masked[i] = (unsigned char) (('a' + (i * 7) % 26) ^ 0x55);
    }

    size = 4096;

    for (i = 0; i < asr_nelts(ends); i++) {
        text = mmap(NULL, size, PROT_READ|PROT_WRITE,
                    MAP_PRIVATE|MAP_ANONYMOUS, -1, 0);
        assert_true(text != MAP_FAILED);

        n = sizeof(start) - 1;
        memcpy(text, start, n);
        memcpy(text + n, ends[i], strlen(ends[i]));
        n += strlen(ends[i]);

        for (p = text, n = 0; (p = strchr(p, '*')) != NULL; p++, n++) {
            *p = (char) (masked[n % sizeof(masked)] ^ 0x55);
        }

        assert_int_equal(copies(masked, sizeof(masked)), 2);

        a = asr_accounts_parse(asr_cstr(text), err, sizeof(err));
        assert_true((a != NULL) == (i == 0));
        assert_int_equal(munmap(text, size), 0);

        assert_int_equal(copies(masked, sizeof(masked)), i == 0 ? 1 : 0);

        if (a != NULL) {
            assert_true(asr_accounts_secret_id(a, asr_str("A"))->secret.len
                        == sizeof(masked));
            asr_accounts_free(a);
            assert_int_equal(copies(masked, sizeof(masked)), 0);
        }
    }
}


int
main(void)
{
    const struct CMUnitTest  tests[] = {
        cmocka_unit_test(test_full),
        cmocka_unit_test(test_unknown),
        cmocka_unit_test(test_empty),
        cmocka_unit_test(test_statuses),
        cmocka_unit_test(test_limits_max),
        cmocka_unit_test(test_prefixes),
        cmocka_unit_test(test_short_message),
        cmocka_unit_test(test_load),
        cmocka_unit_test(test_many),
        cmocka_unit_test(test_secret_pages),
        cmocka_unit_test(test_no_copies)
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
