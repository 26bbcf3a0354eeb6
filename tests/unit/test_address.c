/* Public or not, by a table; the list of what is allowed all the same. */

#include "unit.h"

#include <arpa/inet.h>
#include <netinet/in.h>

#include "task/asr_address.h"


typedef union {
    struct sockaddr      sa;
    struct sockaddr_in   in;
    struct sockaddr_in6  in6;
} address_t;


static socklen_t
address(const char *text, address_t *a)
{
    memset(a, 0, sizeof(*a));

    if (inet_pton(AF_INET, text, &a->in.sin_addr) == 1) {
        a->in.sin_family = AF_INET;
        a->in.sin_port = htons(80);
        return sizeof(a->in);
    }

    if (inet_pton(AF_INET6, text, &a->in6.sin6_addr) != 1) {
        fail_msg("no address: %s", text);
    }

    a->in6.sin6_family = AF_INET6;
    a->in6.sin6_port = htons(80);

    return sizeof(a->in6);
}


static void
test_table(void **state)
{
    size_t      i;
    socklen_t   len;
    address_t   a;

    static const struct {
        const char  *text;
        bool         public;
    } table[] = {
        { "0.0.0.0", false }, { "0.1.2.3", false }, { "0.255.255.255", false },
        { "1.0.0.0", true }, { "1.1.1.1", true }, { "8.8.8.8", true },
        { "9.255.255.255", true }, { "10.0.0.0", false },
        { "10.255.255.255", false }, { "11.0.0.0", true },
        { "100.63.255.255", true }, { "100.64.0.0", false },
        { "100.100.100.200", false }, { "100.127.255.255", false },
        { "100.128.0.0", true },
        { "126.255.255.255", true }, { "127.0.0.0", false },
        { "127.0.0.1", false }, { "127.255.255.255", false },
        { "128.0.0.0", true },
        { "169.253.255.255", true }, { "169.254.0.0", false },
        { "169.254.169.254", false }, { "169.254.255.255", false },
        { "169.255.0.0", true },
        { "172.15.255.255", true }, { "172.16.0.0", false },
        { "172.31.255.255", false }, { "172.32.0.0", true },
        { "191.255.255.255", true }, { "192.0.0.0", false },
        { "192.0.0.170", false }, { "192.0.1.0", true },
        { "192.0.2.0", false }, { "192.0.2.255", false },
        { "192.0.3.0", true }, { "192.88.98.255", true },
        { "192.88.99.1", false }, { "192.88.100.0", true },
        { "192.167.255.255", true }, { "192.168.0.0", false },
        { "192.168.255.255", false }, { "192.169.0.0", true },
        { "198.17.255.255", true }, { "198.18.0.0", false },
        { "198.19.255.255", false }, { "198.20.0.0", true },
        { "198.51.99.255", true }, { "198.51.100.7", false },
        { "198.51.101.0", true }, { "203.0.112.255", true },
        { "203.0.113.0", false }, { "203.0.114.0", true },
        { "223.255.255.255", true }, { "224.0.0.0", false },
        { "239.255.255.255", false }, { "240.0.0.0", false },
        { "255.255.255.254", false }, { "255.255.255.255", false },

        { "::", false }, { "::1", false }, { "::2", false },
        { "::7f00:1", false }, { "::10.0.0.1", false },
        { "::8.8.8.8", true },
        { "::ffff:127.0.0.1", false }, { "::ffff:10.1.2.3", false },
        { "::ffff:169.254.169.254", false }, { "::ffff:8.8.8.8", true },
        { "::ffff:0:127.0.0.1", false }, { "::ffff:0:8.8.8.8", false },
        { "64:ff9b::127.0.0.1", false }, { "64:ff9b::192.168.1.1", false },
        { "64:ff9b::8.8.8.8", true }, { "64:ff9b:1::8.8.8.8", false },
        { "100::1", false }, { "1fff:ffff::1", false },
        { "2000::1", true }, { "2001::1", false },
        { "2001:0:4136:e378:8000:63bf:3fff:fdd2", false },
        { "2001:10::1", false }, { "2001:20::1", false },
        { "2001:1ff:ffff::1", false }, { "2001:200::1", true },
        { "2001:4860:4860::8888", true },
        { "2001:db7:ffff::1", true }, { "2001:db8::1", false },
        { "2001:db8:ffff::1", false }, { "2001:db9::1", true },
        { "2002:7f00:1::1", false }, { "2002:a00:1::", false },
        { "2002:c0a8:101::1", false }, { "2002:a9fe:a9fe::1", false },
        { "2002:808:808::1", true },
        { "2400:cb00::1", true }, { "2606:4700::1111", true },
        { "3ffe::1", true }, { "3fff::1", false },
        { "3fff:fff::1", false }, { "3fff:1000::1", true },
        { "4000::1", false }, { "5f00::1", false },
        { "fbff::1", false }, { "fc00::1", false }, { "fd00:ec2::254", false },
        { "fdff:ffff::1", false }, { "fe80::1", false },
        { "febf::1", false }, { "fec0::1", false }, { "ff02::1", false },
        { "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff", false },
    };

    assert_true(asr_nelts(table) >= 60);

    for (i = 0; i < asr_nelts(table); i++) {
        len = address(table[i].text, &a);

        if (asr_address_public(&a.sa, len) != table[i].public
            || asr_allow_address(NULL, &a.sa, len) != table[i].public)
        {
            fail_msg("%s", table[i].text);
        }
    }
}


static void
test_other(void **state)
{
    char        *p;
    socklen_t    len;
    address_t    a;
    asr_allow_t  allow = { 0 };

    assert_int_equal(asr_allow_add(&allow, asr_str("0.0.0.0/0")), ASR_OK);
    assert_int_equal(asr_allow_add(&allow, asr_str("::/0")), ASR_OK);

    /* not an internet address, or cut short, whatever is allowed */

    memset(&a, 0, sizeof(a));
    a.sa.sa_family = AF_UNIX;
    assert_false(asr_address_public(&a.sa, sizeof(a)));
    assert_false(asr_allow_address(&allow, &a.sa, sizeof(a)));

    len = address("8.8.8.8", &a);
    assert_false(asr_address_public(&a.sa, len - 1));
    assert_false(asr_allow_address(&allow, &a.sa, len - 1));
    assert_true(asr_allow_address(&allow, &a.sa, len));

    len = address("2400::1", &a);
    assert_false(asr_address_public(&a.sa, len - 1));

    /* reads no further than it may, at any alignment */

    p = unit_guard(&a, len);
    assert_true(asr_address_public((struct sockaddr *) p, len));
    unit_unguard(p, len);
}


static void
test_allow(void **state)
{
    size_t       i;
    socklen_t    len;
    address_t    a;
    asr_allow_t  allow = { 0 };

    static const struct {
        const char  *text;
        bool         allowed;
    } table[] = {
        { "127.0.0.1", true }, { "127.0.0.2", false }, { "10.1.2.3", false },
        { "10.1.128.0", true }, { "10.1.255.255", true },
        { "10.2.0.0", false }, { "::ffff:10.1.200.1", true },
        { "::ffff:10.1.2.3", false }, { "::1", true }, { "::2", false },
        { "fd12:3400::1", true }, { "fd12:3500::1", false },
        { "8.8.8.8", true }, { "169.254.169.254", false },
        { "64:ff9b::127.0.0.1", false }
    };

    assert_int_equal(asr_allow_add(&allow, asr_str("127.0.0.1")), ASR_OK);
    assert_int_equal(asr_allow_add(&allow, asr_str("10.1.128.0/17")), ASR_OK);
    assert_int_equal(asr_allow_add(&allow, asr_str("::1")), ASR_OK);
    assert_int_equal(asr_allow_add(&allow, asr_str("fd12:3400::/24")), ASR_OK);
    assert_int_equal(asr_allow_add(&allow, asr_str("Media.Example.org")),
                     ASR_OK);

    for (i = 0; i < asr_nelts(table); i++) {
        len = address(table[i].text, &a);

        if (asr_allow_address(&allow, &a.sa, len) != table[i].allowed) {
            fail_msg("%s", table[i].text);
        }
    }

    assert_true(asr_allow_host(&allow, asr_str("media.example.org")));
    assert_true(asr_allow_host(&allow, asr_str("MEDIA.EXAMPLE.ORG.")));
    assert_false(asr_allow_host(&allow, asr_str("x.media.example.org")));
    assert_false(asr_allow_host(&allow, asr_str("example.org")));
    assert_false(asr_allow_host(&allow, asr_str("127.0.0.1")));
    assert_false(asr_allow_host(&allow, asr_str("")));
    assert_false(asr_allow_host(NULL, asr_str("media.example.org")));
}


static void
test_allow_bad(void **state)
{
    char         many[512];
    size_t       i;
    asr_allow_t  allow = { 0 };

    static const char  *bad[] = {
        "", "10.0.0.1/8", "10.0.0.0/33", "10.0.0.0/-1", "10.0.0.0/",
        "10.0.0.0/8/8", "10.0.0", "1.2.3.4.5", "::/129", "fd00::1/8",
        "fd00:::", "a..b", ".a", "a.", "a b", "a/8", "http://a", "a:80",
        "*", "256.1.1.1", "10.0.0.0/8x", "0x7f.1.2.3", "127.1"
    };

    for (i = 0; i < asr_nelts(bad); i++) {
        if (asr_allow_add(&allow, asr_cstr(bad[i])) != ASR_INVALID) {
            fail_msg("%s", bad[i]);
        }
    }

    assert_int_equal(allow.n, 0);

    memset(many, 'a', sizeof(many));
    assert_int_equal(asr_allow_add(&allow, (asr_str_t) { 254, many }),
                     ASR_INVALID);
    assert_int_equal(asr_allow_add(&allow, (asr_str_t) { 253, many }), ASR_OK);

    for (i = 1; i < ASR_ALLOW_MAX; i++) {
        assert_int_equal(asr_allow_add(&allow, asr_str("localhost")), ASR_OK);
    }

    assert_int_equal(asr_allow_add(&allow, asr_str("localhost")), ASR_TOOBIG);
    assert_int_equal(allow.n, ASR_ALLOW_MAX);
}


int
main(void)
{
    const struct CMUnitTest  tests[] = {
        cmocka_unit_test(test_table),
        cmocka_unit_test(test_other),
        cmocka_unit_test(test_allow),
        cmocka_unit_test(test_allow_bad),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
