/* What each strategy makes of a small table: ids and requests, all of them. */

#include "unit.h"
#include "conf_generate.h"


/* The lines of a kind, without "demo/make/", are these; NULL at the end. */

static void
made(const char *kind, const char *const *want)
{
    bool        differs;
    size_t      i, n;
    const char *line;

    n = 0;
    differs = false;

    for (i = 0; i < nlines; i++) {
        if (strcmp(cases[i].kind, kind) != 0) {
            continue;
        }

        line = lines[i] + strlen("demo/make/");
        differs = differs || want[n] == NULL || strcmp(want[n], line) != 0;

        if (want[n] == NULL || strcmp(want[n], line) != 0) {
            print_error("%zu: %s\n", n, line);
        }

        n += want[n] != NULL;
    }

    if (want[n] != NULL) {
        print_error("not made: %s\n", want[n]);
    }

    assert_false(differs || want[n] != NULL);
}


static void
test_enum(void **unused)
{
    static const char *const  want[] = {
        "kind/enum/a_b {\"kind\":\"a_b\"} -> ok",
        "kind/enum/C {\"kind\":\"C\",\"x\":1} -> ok",
        "kind/enum/upper-a_b {\"kind\":\"A_B\"} -> \"VALUE\"",
        "kind/enum/first-letter-a_b {\"kind\":\"A_b\"} -> \"VALUE\"",
        "kind/enum/dash-a_b {\"kind\":\"a-b\"} -> \"VALUE\"",
        "kind/enum/space-before-a_b {\"kind\":\" a_b\"} -> \"VALUE\"",
        "kind/enum/space-after-a_b {\"kind\":\"a_b \"} -> \"VALUE\"",
        "kind/enum/tab-after-a_b {\"kind\":\"a_b\\t\"} -> \"VALUE\"",
        "kind/enum/line-after-a_b {\"kind\":\"a_b\\n\"} -> \"VALUE\"",
        "kind/enum/quoted-a_b {\"kind\":\"\\\"a_b\\\"\"} -> \"VALUE\"",
        "kind/enum/longer-a_b {\"kind\":\"a_bx\"} -> \"VALUE\"",
        "kind/enum/later-a_b {\"kind\":\"xa_b\"} -> \"VALUE\"",
        "kind/enum/shorter-a_b {\"kind\":\"a_\"} -> \"VALUE\"",
        "kind/enum/without-first-a_b {\"kind\":\"_b\"} -> \"VALUE\"",
        "kind/enum/lower-C {\"kind\":\"c\"} -> \"VALUE\"",
        "kind/enum/space-before-C {\"kind\":\" C\"} -> \"VALUE\"",
        "kind/enum/space-after-C {\"kind\":\"C \"} -> \"VALUE\"",
        "kind/enum/tab-after-C {\"kind\":\"C\\t\"} -> \"VALUE\"",
        "kind/enum/line-after-C {\"kind\":\"C\\n\"} -> \"VALUE\"",
        "kind/enum/quoted-C {\"kind\":\"\\\"C\\\"\"} -> \"VALUE\"",
        "kind/enum/longer-C {\"kind\":\"Cx\"} -> \"VALUE\"",
        "kind/enum/later-C {\"kind\":\"xC\"} -> \"VALUE\"",
        "kind/enum/empty {\"kind\":\"\"} -> \"VALUE\"",
        "kind/enum/space {\"kind\":\" \"} -> \"VALUE\"",
        "kind/enum/none-such {\"kind\":\"none-such\"} -> \"VALUE\"",
        "kind/enum/star {\"kind\":\"*\"} -> \"VALUE\"",
        "kind/enum/null-text {\"kind\":\"null\"} -> \"VALUE\"",
        "kind/enum/digit {\"kind\":\"0\"} -> \"VALUE\"",
        "kind/enum/two-of-them {\"kind\":\"a_b,C\"} -> \"VALUE\"",
        "on/enum/true {\"on\":true} -> ok",
        "on/enum/false {\"on\":false} -> ok",
        "list/enum/item-u {\"list\":[\"u\"]} -> ok",
        "list/enum/item-none-such {\"list\":[\"none-such\"]} -> \"VALUE\"",
        NULL
    };

    (void) unused;

    generate("{" REFUSALS ", \"creates\": \"task\", \"base\": {},"
             "\"params\": [{\"name\": \"kind\", \"values\": [\"a_b\", \"C\"],"
             "  \"value_with\": {\"C\": {\"set\": {\"x\": 1}}},"
             "  \"level\": \"must\", \"value_level\": \"should\"},"
             " {\"name\": \"on\", \"type\": \"boolean\"},"
             " {\"name\": \"list\", \"type\": \"array\","
             "  \"items\": {\"type\": \"string\", \"values\": [\"u\"]}}]}");
    made("enum", want);

    assert_int_equal(find("kind/enum/C")->level, ASR_CONF_MUST);
    assert_int_equal(find("kind/enum/C")->creates, 1);
    assert_string_equal(find("kind/enum/C")->name, "kind \"C\" is taken");
    assert_string_equal(find("kind/enum/C")->value, "C");
    assert_string_equal(find("kind/enum/C")->param, "kind");
    assert_string_equal(find("kind/enum/C")->clause, "D-001");
    assert_int_equal(find("kind/enum/star")->level, ASR_CONF_SHOULD);
    assert_int_equal(find("kind/enum/star")->creates, 0);
    assert_string_equal(find("kind/enum/star")->name, "kind \"*\" is refused");
}


static void
test_boundary_numbers(void **unused)
{
    static const char *const  want[] = {
        "n/boundary/min {\"n\":2} -> ok",
        "n/boundary/min-1 {\"n\":1} -> \"RANGE\"",
        "n/boundary/min+1 {\"n\":3} -> ok",
        "n/boundary/min-1000 {\"n\":-998} -> \"RANGE\"",
        "n/boundary/max {\"n\":9} -> ok",
        "n/boundary/max+1 {\"n\":10} -> \"RANGE\"",
        "n/boundary/max-1 {\"n\":8} -> ok",
        "n/boundary/max+1000 {\"n\":1009} -> \"RANGE\"",
        "n/boundary/max-times-10 {\"n\":90} -> \"RANGE\"",
        "n/boundary/middle {\"n\":5} -> ok",
        "n/boundary/-1 {\"n\":-1} -> \"RANGE\"",
        "n/boundary/-2 {\"n\":-2} -> \"RANGE\"",
        "n/boundary/int8-max {\"n\":127} -> \"RANGE\"",
        "n/boundary/int8-max+1 {\"n\":128} -> \"RANGE\"",
        "n/boundary/uint8-max {\"n\":255} -> \"RANGE\"",
        "n/boundary/uint8-max+1 {\"n\":256} -> \"RANGE\"",
        "n/boundary/int16-max {\"n\":32767} -> \"RANGE\"",
        "n/boundary/uint16-max {\"n\":65535} -> \"RANGE\"",
        "n/boundary/uint16-max+1 {\"n\":65536} -> \"RANGE\"",
        "n/boundary/int32-max {\"n\":2147483647} -> \"RANGE\"",
        "n/boundary/int32-max+1 {\"n\":2147483648} -> \"RANGE\"",
        "n/boundary/int32-min {\"n\":-2147483648} -> \"RANGE\"",
        "n/boundary/uint32-max {\"n\":4294967295} -> \"RANGE\"",
        "n/boundary/uint32-max+1 {\"n\":4294967296} -> \"RANGE\"",
        "n/boundary/uint32-max+2 {\"n\":4294967297} -> \"RANGE\"",
        "n/boundary/2^53 {\"n\":9007199254740992} -> \"RANGE\"",
        "n/boundary/2^53+1 {\"n\":9007199254740993} -> \"RANGE\"",
        "n/boundary/int64-max {\"n\":9223372036854775807} -> \"RANGE\"",
        "n/boundary/int64-min {\"n\":-9223372036854775808} -> \"RANGE\"",
        "set/boundary/min-1 {\"set\":-1} -> \"VALUE\"",
        "set/boundary/min-1000 {\"set\":-1000} -> \"VALUE\"",
        "set/boundary/max+1 {\"set\":4} -> \"VALUE\"",
        "set/boundary/max-1 {\"set\":2} -> \"VALUE\"",
        "set/boundary/max+1000 {\"set\":1003} -> \"VALUE\"",
        "set/boundary/max-times-10 {\"set\":30} -> \"VALUE\"",
        "set/boundary/-2 {\"set\":-2} -> \"VALUE\"",
        "set/boundary/int8-max {\"set\":127} -> \"VALUE\"",
        "set/boundary/int8-max+1 {\"set\":128} -> \"VALUE\"",
        "set/boundary/uint8-max {\"set\":255} -> \"VALUE\"",
        "set/boundary/uint8-max+1 {\"set\":256} -> \"VALUE\"",
        "set/boundary/int16-max {\"set\":32767} -> \"VALUE\"",
        "set/boundary/uint16-max {\"set\":65535} -> \"VALUE\"",
        "set/boundary/uint16-max+1 {\"set\":65536} -> \"VALUE\"",
        "set/boundary/int32-max {\"set\":2147483647} -> \"VALUE\"",
        "set/boundary/int32-max+1 {\"set\":2147483648} -> \"VALUE\"",
        "set/boundary/int32-min {\"set\":-2147483648} -> \"VALUE\"",
        "set/boundary/uint32-max {\"set\":4294967295} -> \"VALUE\"",
        "set/boundary/uint32-max+1 {\"set\":4294967296} -> \"VALUE\"",
        "set/boundary/uint32-max+2 {\"set\":4294967297} -> \"VALUE\"",
        "set/boundary/2^53 {\"set\":9007199254740992} -> \"VALUE\"",
        "set/boundary/2^53+1 {\"set\":9007199254740993} -> \"VALUE\"",
        "set/boundary/int64-max {\"set\":9223372036854775807} -> \"VALUE\"",
        "set/boundary/int64-min {\"set\":-9223372036854775808} -> \"VALUE\"",
        "free/boundary/min-1 {\"free\":0} -> \"RANGE\"",
        "free/boundary/min-1000 {\"free\":-999} -> \"RANGE\"",
        "free/boundary/-1 {\"free\":-1} -> \"RANGE\"",
        "free/boundary/-2 {\"free\":-2} -> \"RANGE\"",
        "free/boundary/int32-min {\"free\":-2147483648} -> \"RANGE\"",
        "free/boundary/int64-min {\"free\":-9223372036854775808} -> \"RANGE"
        "\"",
        NULL
    };

    (void) unused;

    generate("{" REFUSALS ", \"base\": {}, \"params\": ["
             " {\"name\": \"n\", \"type\": \"integer\", \"min\": 2,"
             "  \"max\": 9, \"good\": [0]},"
             " {\"name\": \"set\", \"type\": \"integer\","
             "  \"values\": [0, 1, 3]},"
             " {\"name\": \"free\", \"type\": \"integer\", \"min\": 1},"
             " {\"name\": \"none\", \"type\": \"integer\"}]}");
    made("boundary", want);
}


static void
test_boundary_lengths(void **unused)
{
    static const char *const  want[] = {
        "c/boundary/max {\"c\":\"aaa\"} -> ok",
        "c/boundary/max-of-2-bytes {\"c\":\"\303\251\303\251\303\251\"} -> "
        "ok",
        "c/boundary/max-of-3-bytes {\"c\":\"\345\255\227\345\255\227\345"
        "\255\227\"} -> ok",
        "c/boundary/max-of-4-bytes {\"c\":\"\360\237\216\244\360\237\216"
        "\244\360\237\216\244\"} -> ok",
        "c/boundary/max+1 {\"c\":\"aaaa\"} -> \"LONG\"",
        "c/boundary/max+1-of-2-bytes {\"c\":\"\303\251\303\251\303\251\303"
        "\251\"} -> \"LONG\"",
        "c/boundary/max+1-of-3-bytes {\"c\":\"\345\255\227\345\255\227\345"
        "\255\227\345\255\227\"} -> \"LONG\"",
        "c/boundary/max+1-of-4-bytes {\"c\":\"\360\237\216\244\360\237\216"
        "\244\360\237\216\244\360\237\216\244\"} -> \"LONG\"",
        "c/boundary/max-1 {\"c\":\"aa\"} -> ok",
        "c/boundary/max-1-of-2-bytes {\"c\":\"\303\251\303\251\"} -> ok",
        "c/boundary/max-1-of-3-bytes {\"c\":\"\345\255\227\345\255\227\"} -"
        "> ok",
        "c/boundary/max-1-of-4-bytes {\"c\":\"\360\237\216\244\360\237\216"
        "\244\"} -> ok",
        "c/boundary/max+2 {\"c\":\"aaaaa\"} -> \"LONG\"",
        "c/boundary/max+2-of-2-bytes {\"c\":\"\303\251\303\251\303\251\303"
        "\251\303\251\"} -> \"LONG\"",
        "c/boundary/max+2-of-3-bytes {\"c\":\"\345\255\227\345\255\227\345"
        "\255\227\345\255\227\345\255\227\"} -> \"LONG\"",
        "c/boundary/max+2-of-4-bytes {\"c\":\"\360\237\216\244\360\237\216"
        "\244\360\237\216\244\360\237\216\244\360\237\216\244\"} -> \"LONG"
        "\"",
        "c/boundary/max+100 {\"c\":{\"$repeat\":[\"a\",103]}} -> \"LONG\"",
        "c/boundary/max+100-of-2-bytes {\"c\":{\"$repeat\":[\"\303\251\",10"
        "3]}} -> \"LONG\"",
        "c/boundary/max+100-of-3-bytes {\"c\":{\"$repeat\":[\"\345\255\227"
        "\",103]}} -> \"LONG\"",
        "c/boundary/max+100-of-4-bytes {\"c\":{\"$repeat\":[\"\360\237\216"
        "\244\",103]}} -> \"LONG\"",
        "c/boundary/far {\"c\":\"aaaaaaaaaaaa\"} -> \"LONG\"",
        "c/boundary/far-of-2-bytes {\"c\":\"\303\251\303\251\303\251\303"
        "\251\303\251\303\251\303\251\303\251\303\251\303\251\303\251\303"
        "\251\"} -> \"LONG\"",
        "c/boundary/far-of-3-bytes {\"c\":\"\345\255\227\345\255\227\345"
        "\255\227\345\255\227\345\255\227\345\255\227\345\255\227\345\255"
        "\227\345\255\227\345\255\227\345\255\227\345\255\227\"} -> \"LONG"
        "\"",
        "c/boundary/far-of-4-bytes {\"c\":\"\360\237\216\244\360\237\216"
        "\244\360\237\216\244\360\237\216\244\360\237\216\244\360\237\216"
        "\244\360\237\216\244\360\237\216\244\360\237\216\244\360\237\216"
        "\244\360\237\216\244\360\237\216\244\"} -> \"LONG\"",
        "c/boundary/min {\"c\":\"a\"} -> ok",
        "c/boundary/min-of-2-bytes {\"c\":\"\303\251\"} -> ok",
        "c/boundary/min-of-3-bytes {\"c\":\"\345\255\227\"} -> ok",
        "c/boundary/min-of-4-bytes {\"c\":\"\360\237\216\244\"} -> ok",
        "c/boundary/min-1 {\"c\":\"\"} -> \"LONG\"",
        "b/boundary/max {\"b\":{\"$repeat\":[\"a\",70]}} -> ok",
        "b/boundary/max-of-2-bytes {\"b\":{\"$repeat\":[\"\303\251\",35]}} "
        "-> ok",
        "b/boundary/max-of-3-bytes {\"b\":{\"$repeat\":[\"aa\345\255\227\","
        "14]}} -> ok",
        "b/boundary/max-of-4-bytes {\"b\":{\"$repeat\":[\"a\360\237\216\244"
        "\",14]}} -> ok",
        "b/boundary/max+1 {\"b\":{\"$repeat\":[\"a\",71]}} -> \"LONG\"",
        "b/boundary/max+1-of-2-bytes {\"b\":\"a\303\251\303\251\303\251\303"
        "\251\303\251\303\251\303\251\303\251\303\251\303\251\303\251\303"
        "\251\303\251\303\251\303\251\303\251\303\251\303\251\303\251\303"
        "\251\303\251\303\251\303\251\303\251\303\251\303\251\303\251\303"
        "\251\303\251\303\251\303\251\303\251\303\251\303\251\303\251\"} ->"
        " \"LONG\"",
        "b/boundary/max+1-of-3-bytes {\"b\":\"aa\345\255\227\345\255\227"
        "\345\255\227\345\255\227\345\255\227\345\255\227\345\255\227\345"
        "\255\227\345\255\227\345\255\227\345\255\227\345\255\227\345\255"
        "\227\345\255\227\345\255\227\345\255\227\345\255\227\345\255\227"
        "\345\255\227\345\255\227\345\255\227\345\255\227\345\255\227\"} ->"
        " \"LONG\"",
        "b/boundary/max+1-of-4-bytes {\"b\":\"aaa\360\237\216\244\360\237"
        "\216\244\360\237\216\244\360\237\216\244\360\237\216\244\360\237"
        "\216\244\360\237\216\244\360\237\216\244\360\237\216\244\360\237"
        "\216\244\360\237\216\244\360\237\216\244\360\237\216\244\360\237"
        "\216\244\360\237\216\244\360\237\216\244\360\237\216\244\"} -> \"L"
        "ONG\"",
        "b/boundary/max-1 {\"b\":{\"$repeat\":[\"a\",69]}} -> ok",
        "b/boundary/max-1-of-2-bytes {\"b\":{\"$repeat\":[\"a\303\251\",23]"
        "}} -> ok",
        "b/boundary/max-1-of-3-bytes {\"b\":{\"$repeat\":[\"\345\255\227\","
        "23]}} -> ok",
        "b/boundary/max-1-of-4-bytes {\"b\":{\"$repeat\":[\"aaaaaaaaaaaaaaa"
        "aaaa\360\237\216\244\",3]}} -> ok",
        "b/boundary/max+2 {\"b\":{\"$repeat\":[\"a\",72]}} -> \"LONG\"",
        "b/boundary/max+2-of-2-bytes {\"b\":{\"$repeat\":[\"\303\251\",36]}"
        "} -> \"LONG\"",
        "b/boundary/max+2-of-3-bytes {\"b\":{\"$repeat\":[\"\345\255\227\","
        "24]}} -> \"LONG\"",
        "b/boundary/max+2-of-4-bytes {\"b\":{\"$repeat\":[\"\360\237\216"
        "\244\",18]}} -> \"LONG\"",
        "b/boundary/max+100 {\"b\":{\"$repeat\":[\"a\",170]}} -> \"LONG\"",
        "b/boundary/max+100-of-2-bytes {\"b\":{\"$repeat\":[\"\303\251\",85"
        "]}} -> \"LONG\"",
        "b/boundary/max+100-of-3-bytes {\"b\":{\"$repeat\":[\"aa\345\255"
        "\227\",34]}} -> \"LONG\"",
        "b/boundary/max+100-of-4-bytes {\"b\":{\"$repeat\":[\"a\360\237\216"
        "\244\",34]}} -> \"LONG\"",
        "b/boundary/far {\"b\":{\"$repeat\":[\"a\",280]}} -> \"LONG\"",
        "b/boundary/far-of-2-bytes {\"b\":{\"$repeat\":[\"\303\251\",140]}}"
        " -> \"LONG\"",
        "b/boundary/far-of-3-bytes {\"b\":{\"$repeat\":[\"a\345\255\227\",7"
        "0]}} -> \"LONG\"",
        "b/boundary/far-of-4-bytes {\"b\":{\"$repeat\":[\"\360\237\216\244"
        "\",70]}} -> \"LONG\"",
        "b/boundary/half {\"b\":\"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\"} ->"
        " ok",
        "b/boundary/half-of-2-bytes {\"b\":\"aaa\303\251aaa\303\251aaa\303"
        "\251aaa\303\251aaa\303\251aaa\303\251aaa\303\251\"} -> ok",
        "b/boundary/half-of-3-bytes {\"b\":\"aa\345\255\227aa\345\255\227aa"
        "\345\255\227aa\345\255\227aa\345\255\227aa\345\255\227aa\345\255"
        "\227\"} -> ok",
        "b/boundary/half-of-4-bytes {\"b\":\"a\360\237\216\244a\360\237\216"
        "\244a\360\237\216\244a\360\237\216\244a\360\237\216\244a\360\237"
        "\216\244a\360\237\216\244\"} -> ok",
        "b/boundary/content-quotes {\"b\":\"a\\\"b'c`d\"} -> ok",
        "b/boundary/content-backslash {\"b\":\"a\\\\b\\\\\\\\c\\\\n\"} -> o"
        "k",
        "b/boundary/content-markup {\"b\":\"<b>&amp;</b>\"} -> ok",
        "b/boundary/content-percent {\"b\":\"100%25%%2\"} -> ok",
        "b/boundary/content-plus {\"b\":\"a+b c\"} -> ok",
        "b/boundary/content-pairs {\"b\":\"a=b&c=d;e\"} -> ok",
        "b/boundary/content-reserved {\"b\":\"/?#[]@!$()*,:\"} -> ok",
        "b/boundary/content-unreserved {\"b\":\"-_.~\"} -> ok",
        "b/boundary/content-spaces {\"b\":\" a  b \"} -> ok",
        "b/boundary/content-tab {\"b\":\"a\\tb\"} -> ok",
        "b/boundary/content-line {\"b\":\"a\\nb\\r\\nc\"} -> ok",
        "b/boundary/content-control {\"b\":\"a\\u0001\\u001Fb\"} -> ok",
        "b/boundary/content-delete {\"b\":\"a\177b\"} -> ok",
        "b/boundary/content-json {\"b\":\"{\\\"a\\\":[1,null]}\"} -> ok",
        "b/boundary/content-braces {\"b\":\"$%7B{a}%d%s\"} -> ok",
        "b/boundary/content-combining {\"b\":\"e\314\201\"} -> ok",
        "b/boundary/content-no-break {\"b\":\"a\302\240b\"} -> ok",
        "b/boundary/content-separator {\"b\":\"a\342\200\250b\"} -> ok",
        "b/boundary/content-right-to-left {\"b\":\"\327\251\327\234\342\200"
        "\217\"} -> ok",
        "b/boundary/content-joined {\"b\":\"\360\237\221\251\342\200\215"
        "\360\237\224\254\"} -> ok",
        "b/boundary/content-last-code-point {\"b\":\"\364\217\277\275\"} ->"
        " ok",
        "b/boundary/content-byte-order-mark {\"b\":\"\357\273\277a\"} -> ok",
        "b/boundary/content-number {\"b\":\"-1.5e3\"} -> ok",
        "b/boundary/content-null-text {\"b\":\"null\"} -> ok",
        "b/boundary/content-star {\"b\":\"*\"} -> ok",
        "b/boundary/content-tilde-star {\"b\":\"~*'()!\"} -> ok",
        "list/boundary/1-item {\"list\":[\"aa\"]} -> ok",
        "list/boundary/max-items {\"list\":{\"$items\":[\"aa\",2]}} -> ok",
        "list/boundary/max+1-items {\"list\":{\"$items\":[\"aa\",3]}} -> \""
        "LONG\"",
        "list/boundary/max+2-items {\"list\":{\"$items\":[\"aa\",4]}} -> \""
        "LONG\"",
        "list/boundary/far-items {\"list\":{\"$items\":[\"aa\",10]}} -> \"L"
        "ONG\"",
        "list/boundary/item-max-of-2-bytes {\"list\":[\"\303\251\303\251\"]"
        "} -> ok",
        "list/boundary/item-max-of-3-bytes {\"list\":[\"\345\255\227\345"
        "\255\227\"]} -> ok",
        "list/boundary/item-max-of-4-bytes {\"list\":[\"\360\237\216\244"
        "\360\237\216\244\"]} -> ok",
        "list/boundary/item-max+1 {\"list\":[\"aaa\"]} -> \"LONG\"",
        "list/boundary/item-max+1-of-2-bytes {\"list\":[\"\303\251\303\251"
        "\303\251\"]} -> \"LONG\"",
        "list/boundary/item-max+1-of-3-bytes {\"list\":[\"\345\255\227\345"
        "\255\227\345\255\227\"]} -> \"LONG\"",
        "list/boundary/item-max+1-of-4-bytes {\"list\":[\"\360\237\216\244"
        "\360\237\216\244\360\237\216\244\"]} -> \"LONG\"",
        "list/boundary/item-max-1 {\"list\":[\"a\"]} -> ok",
        "list/boundary/item-max-1-of-2-bytes {\"list\":[\"\303\251\"]} -> o"
        "k",
        "list/boundary/item-max-1-of-3-bytes {\"list\":[\"\345\255\227\"]} "
        "-> ok",
        "list/boundary/item-max-1-of-4-bytes {\"list\":[\"\360\237\216\244"
        "\"]} -> ok",
        "list/boundary/item-max+2 {\"list\":[\"aaaa\"]} -> \"LONG\"",
        "list/boundary/item-max+2-of-2-bytes {\"list\":[\"\303\251\303\251"
        "\303\251\303\251\"]} -> \"LONG\"",
        "list/boundary/item-max+2-of-3-bytes {\"list\":[\"\345\255\227\345"
        "\255\227\345\255\227\345\255\227\"]} -> \"LONG\"",
        "list/boundary/item-max+2-of-4-bytes {\"list\":[\"\360\237\216\244"
        "\360\237\216\244\360\237\216\244\360\237\216\244\"]} -> \"LONG\"",
        "list/boundary/item-max+100 {\"list\":[{\"$repeat\":[\"a\",102]}]} "
        "-> \"LONG\"",
        "list/boundary/item-max+100-of-2-bytes {\"list\":[{\"$repeat\":[\""
        "\303\251\",102]}]} -> \"LONG\"",
        "list/boundary/item-max+100-of-3-bytes {\"list\":[{\"$repeat\":[\""
        "\345\255\227\",102]}]} -> \"LONG\"",
        "list/boundary/item-max+100-of-4-bytes {\"list\":[{\"$repeat\":[\""
        "\360\237\216\244\",102]}]} -> \"LONG\"",
        "list/boundary/item-far {\"list\":[\"aaaaaaaa\"]} -> \"LONG\"",
        "list/boundary/item-far-of-2-bytes {\"list\":[\"\303\251\303\251"
        "\303\251\303\251\303\251\303\251\303\251\303\251\"]} -> \"LONG\"",
        "list/boundary/item-far-of-3-bytes {\"list\":[\"\345\255\227\345"
        "\255\227\345\255\227\345\255\227\345\255\227\345\255\227\345\255"
        "\227\345\255\227\"]} -> \"LONG\"",
        "list/boundary/item-far-of-4-bytes {\"list\":[\"\360\237\216\244"
        "\360\237\216\244\360\237\216\244\360\237\216\244\360\237\216\244"
        "\360\237\216\244\360\237\216\244\360\237\216\244\"]} -> \"LONG\"",
        NULL
    };

    (void) unused;

    generate("{" REFUSALS ", \"base\": {}, \"params\": ["
             " {\"name\": \"c\", \"min_length\": 1, \"max_length\": 3,"
             "  \"unit\": \"characters\"},"
             " {\"name\": \"b\", \"max_length\": 70, \"unit\": \"bytes\"},"
             " {\"name\": \"list\", \"type\": \"array\", \"max_items\": 2,"
             "  \"items\": {\"type\": \"string\", \"max_length\": 2}}]}");
    made("boundary", want);
}


static void
test_optional(void **unused)
{
    static const char *const  want[] = {
        "id/optional/absent {} -[\"id\"] -> \"MISS\"",
        "id/optional/empty {\"id\":\"\"} -> \"EMPTY\"",
        "id/optional/null {\"id\":null} -> \"MISS\"",
        "extra/optional/absent {\"a\":true,\"size\":4,\"sized\":true} -[\"e"
        "xtra\"] -> ok",
        "extra/optional/null {\"extra\":null} -> ok",
        "a/optional/absent {\"size\":4,\"sized\":true} -> ok",
        "a/optional/null {\"a\":null} -> ok",
        "b/optional/null {\"b\":null} -> ok",
        "size/optional/absent {\"a\":true,\"sized\":true} -> ok",
        "size/optional/null {\"size\":null} -> ok",
        "sized/optional/absent {\"a\":true,\"size\":4} -> ok",
        "sized/optional/null {\"sized\":null} -> ok",
        "all/optional/only-required {} -[\"extra\"] -> ok",
        "all/optional/everything {\"a\":true,\"size\":4,\"sized\":true} -> "
        "ok",
        NULL
    };

    (void) unused;

    generate("{\"base\": {\"id\": 7, \"extra\": 1},"
             "\"refusals\": {\"missing\": \"MISS\", \"null\": \"unset\","
             "  \"empty\": \"EMPTY\"},"
             "\"rules\": [{\"when\": {\"a\": [true], \"b\": [true]},"
             "  \"code\": \"RULE\"}],"
             "\"params\": [{\"name\": \"id\", \"required\": true},"
             " {\"name\": \"extra\", \"type\": \"integer\"},"
             " {\"name\": \"a\", \"type\": \"boolean\"},"
             " {\"name\": \"b\", \"type\": \"boolean\"},"
             " {\"name\": \"size\", \"type\": \"integer\", \"max\": 4,"
             "  \"with\": {\"sized\": true}},"
             " {\"name\": \"sized\", \"type\": \"boolean\"}]}");
    made("optional", want);
}


static void
test_type(void **unused)
{
    static const char *const  want[] = {
        "n/type/text {\"n\":\"text\"} -> \"TYPE\"",
        "n/type/text-empty {\"n\":\"\"} -> \"TYPE\"",
        "n/type/text-true {\"n\":\"true\"} -> \"TYPE\"",
        "n/type/text-digits {\"n\":\"1\"} -> \"TYPE\"",
        "n/type/text-real {\"n\":\"1.5\"} -> \"TYPE\"",
        "n/type/text-object {\"n\":\"{}\"} -> \"TYPE\"",
        "n/type/real {\"n\":1.5} -> \"TYPE\"",
        "n/type/negative-real {\"n\":-0.5} -> \"TYPE\"",
        "n/type/huge {\"n\":1e300} -> [\"TYPE\",\"RANGE\"]",
        "n/type/tiny {\"n\":1e-300} -> \"TYPE\"",
        "n/type/true {\"n\":true} -> \"TYPE\"",
        "n/type/false {\"n\":false} -> \"TYPE\"",
        "n/type/array-empty {\"n\":[]} -> \"TYPE\"",
        "n/type/array {\"n\":[\"text\"]} -> \"TYPE\"",
        "n/type/array-integer {\"n\":[1]} -> \"TYPE\"",
        "n/type/array-null {\"n\":[null]} -> \"TYPE\"",
        "n/type/array-nested {\"n\":[[[1]]]} -> \"TYPE\"",
        "n/type/array-object {\"n\":[{\"a\":1}]} -> \"TYPE\"",
        "n/type/object-empty {\"n\":{}} -> \"TYPE\"",
        "n/type/object {\"n\":{\"value\":1}} -> \"TYPE\"",
        "n/type/object-nested {\"n\":{\"a\":{\"b\":[1,{\"c\":null}]}}} -> "
        "\"TYPE\"",
        "n/type/good-in-array {\"n\":[5]} -> \"TYPE\"",
        "n/type/good-in-object {\"n\":{\"value\":5}} -> \"TYPE\"",
        "list/type/text {\"list\":\"text\"} -> \"TYPE\"",
        "list/type/text-empty {\"list\":\"\"} -> \"TYPE\"",
        "list/type/text-true {\"list\":\"true\"} -> \"TYPE\"",
        "list/type/text-digits {\"list\":\"1\"} -> \"TYPE\"",
        "list/type/text-real {\"list\":\"1.5\"} -> \"TYPE\"",
        "list/type/text-object {\"list\":\"{}\"} -> \"TYPE\"",
        "list/type/zero {\"list\":0} -> \"TYPE\"",
        "list/type/integer {\"list\":1} -> \"TYPE\"",
        "list/type/negative {\"list\":-1} -> \"TYPE\"",
        "list/type/large {\"list\":9007199254740993} -> \"TYPE\"",
        "list/type/real {\"list\":1.5} -> \"TYPE\"",
        "list/type/negative-real {\"list\":-0.5} -> \"TYPE\"",
        "list/type/huge {\"list\":1e300} -> \"TYPE\"",
        "list/type/tiny {\"list\":1e-300} -> \"TYPE\"",
        "list/type/true {\"list\":true} -> \"TYPE\"",
        "list/type/false {\"list\":false} -> \"TYPE\"",
        "list/type/object-empty {\"list\":{}} -> \"TYPE\"",
        "list/type/object {\"list\":{\"value\":1}} -> \"TYPE\"",
        "list/type/object-nested {\"list\":{\"a\":{\"b\":[1,{\"c\":null}]}}"
        "} -> \"TYPE\"",
        "list/type/good-in-object {\"list\":{\"value\":[\"a\"]}} -> \"TYPE"
        "\"",
        "list/type/item-integer {\"list\":[1]} -> \"TYPE\"",
        "list/type/item-integer-first {\"list\":[1,\"a\"]} -> \"TYPE\"",
        "list/type/item-integer-last {\"list\":[\"a\",1]} -> \"TYPE\"",
        "list/type/item-real {\"list\":[1.5]} -> \"TYPE\"",
        "list/type/item-real-first {\"list\":[1.5,\"a\"]} -> \"TYPE\"",
        "list/type/item-real-last {\"list\":[\"a\",1.5]} -> \"TYPE\"",
        "list/type/item-true {\"list\":[true]} -> \"TYPE\"",
        "list/type/item-true-first {\"list\":[true,\"a\"]} -> \"TYPE\"",
        "list/type/item-true-last {\"list\":[\"a\",true]} -> \"TYPE\"",
        "list/type/item-null {\"list\":[null]} -> \"TYPE\"",
        "list/type/item-null-first {\"list\":[null,\"a\"]} -> \"TYPE\"",
        "list/type/item-null-last {\"list\":[\"a\",null]} -> \"TYPE\"",
        "list/type/item-array {\"list\":[[\"a\"]]} -> \"TYPE\"",
        "list/type/item-array-first {\"list\":[[\"a\"],\"a\"]} -> \"TYPE\"",
        "list/type/item-array-last {\"list\":[\"a\",[\"a\"]]} -> \"TYPE\"",
        "list/type/item-array-empty {\"list\":[[]]} -> \"TYPE\"",
        "list/type/item-array-empty-first {\"list\":[[],\"a\"]} -> \"TYPE\"",
        "list/type/item-array-empty-last {\"list\":[\"a\",[]]} -> \"TYPE\"",
        "list/type/item-object {\"list\":[{\"a\":1}]} -> \"TYPE\"",
        "list/type/item-object-first {\"list\":[{\"a\":1},\"a\"]} -> \"TYPE"
        "\"",
        "list/type/item-object-last {\"list\":[\"a\",{\"a\":1}]} -> \"TYPE"
        "\"",
        "n/type/text@tc3-get {\"n\":\"abc\"} -> \"TYPE\"",
        "n/type/with-point@tc3-get {\"n\":\"5.0\"} -> \"TYPE\"",
        "n/type/with-half@tc3-get {\"n\":\"5.5\"} -> \"TYPE\"",
        "n/type/with-point-alone@tc3-get {\"n\":\"5.\"} -> \"TYPE\"",
        "n/type/with-exponent@tc3-get {\"n\":\"5e0\"} -> \"TYPE\"",
        "n/type/space-before@tc3-get {\"n\":\" 5\"} -> \"TYPE\"",
        "n/type/space-after@tc3-get {\"n\":\"5 \"} -> \"TYPE\"",
        "n/type/tab-before@tc3-get {\"n\":\"\\t5\"} -> \"TYPE\"",
        "n/type/line-after@tc3-get {\"n\":\"5\\n\"} -> \"TYPE\"",
        "n/type/plus@tc3-get {\"n\":\"+5\"} -> \"TYPE\"",
        "n/type/hex@tc3-get {\"n\":\"0x5\"} -> \"TYPE\"",
        "n/type/letter-after@tc3-get {\"n\":\"5a\"} -> \"TYPE\"",
        "n/type/quoted@tc3-get {\"n\":\"\\\"5\\\"\"} -> \"TYPE\"",
        "n/type/two@tc3-get {\"n\":\"5,5\"} -> \"TYPE\"",
        "n/type/bracketed@tc3-get {\"n\":\"[5]\"} -> \"TYPE\"",
        "n/type/nan@tc3-get {\"n\":\"NaN\"} -> \"TYPE\"",
        "n/type/infinity@tc3-get {\"n\":\"Infinity\"} -> \"TYPE\"",
        "n/type/true@tc3-get {\"n\":\"true\"} -> \"TYPE\"",
        "n/type/null@tc3-get {\"n\":\"null\"} -> \"TYPE\"",
        "n/type/minus@tc3-get {\"n\":\"-\"} -> \"TYPE\"",
        "n/type/wide-digit@tc3-get {\"n\":\"\357\274\221\"} -> \"TYPE\"",
        NULL
    };

    (void) unused;

    generate("{" REFUSALS ", \"base\": {},"
             "\"generate\": {\"vias\": [\"tc3-post\", \"tc3-get\"]},"
             "\"params\": [{\"name\": \"n\", \"type\": \"integer\","
             "  \"good\": [5]},"
             " {\"name\": \"list\", \"type\": \"array\","
             "  \"items\": {\"type\": \"string\"}, \"good\": [[\"a\"]]}]}");
    made("type", want);
}


static void
test_negative(void **unused)
{
    static const char *const  want[] = {
        "an_id/negative/2b6417f5 {\"an_id\":\"nobody's\"} -> \"NONE\"",
        "an_id/negative/empty {\"an_id\":\"\"} -> \"VALUE\"",
        "an_id/negative/name-upper {\"AN_ID\":\"${file.x}\",\"an_id\":\"${f"
        "ile.x}\"} -> ok",
        "an_id/negative/instead-name-upper {\"AN_ID\":\"${file.x}\"} -[\"an"
        "_id\"] -> \"MISS\"",
        "an_id/negative/name-first-letter {\"An_id\":\"${file.x}\",\"an_id"
        "\":\"${file.x}\"} -> ok",
        "an_id/negative/instead-name-first-letter {\"An_id\":\"${file.x}\"}"
        " -[\"an_id\"] -> \"MISS\"",
        "an_id/negative/name-dash {\"an-id\":\"${file.x}\",\"an_id\":\"${fi"
        "le.x}\"} -> ok",
        "an_id/negative/instead-name-dash {\"an-id\":\"${file.x}\"} -[\"an_"
        "id\"] -> \"MISS\"",
        "an_id/negative/name-longer {\"an_id\":\"${file.x}\",\"an_ids\":\"$"
        "{file.x}\"} -> ok",
        "an_id/negative/instead-name-longer {\"an_ids\":\"${file.x}\"} -[\""
        "an_id\"] -> \"MISS\"",
        "an_id/negative/name-shorter {\"an_i\":\"${file.x}\",\"an_id\":\"${"
        "file.x}\"} -> ok",
        "an_id/negative/instead-name-shorter {\"an_i\":\"${file.x}\"} -[\"a"
        "n_id\"] -> \"MISS\"",
        "an_id/negative/name-space {\"an_id\":\"${file.x}\",\"an_id \":\"${"
        "file.x}\"} -> ok",
        "an_id/negative/instead-name-space {\"an_id \":\"${file.x}\"} -[\"a"
        "n_id\"] -> \"MISS\"",
        "n/negative/name-upper {\"N\":1,\"n\":1} -> ok",
        "n/negative/name-longer {\"n\":1,\"ns\":1} -> ok",
        "n/negative/name-space {\"n\":1,\"n \":1} -> ok",
        "m/negative/name-upper {\"M\":1} -> ok",
        "m/negative/name-longer {\"ms\":1} -> ok",
        "m/negative/name-space {\"m \":1} -> ok",
        "all/negative/n=2,m=absent {\"n\":2} -> \"RULE\"",
        "all/negative/n=3,m=absent {\"n\":3} -> \"RULE\"",
        "all/negative/unknown-pascal {\"NoSuchParameter\":\"value\"} -> ok",
        "all/negative/unknown-snake {\"no_such_parameter\":\"value\"} -> ok",
        "all/negative/unknown-dollar {\"$schema\":\"value\"} -> ok",
        "all/negative/unknown-proto {\"__proto__\":\"value\"} -> ok",
        "all/negative/unknown-constructor {\"constructor\":\"value\"} -> ok",
        "all/negative/unknown-space {\"no such\":\"value\"} -> ok",
        "all/negative/unknown-quote {\"no\\\"such\":\"value\"} -> ok",
        "all/negative/unknown-letter {\"x\":\"value\"} -> ok",
        "all/negative/unknown-digit {\"1\":\"value\"} -> ok",
        "all/negative/unknown-wide {\"\345\217\202\346\225\260\":\"value\"}"
        " -> ok",
        "all/negative/unknown-slash {\"a/b\":\"value\"} -> ok",
        "all/negative/unknown-percent {\"a%20b\":\"value\"} -> ok",
        "all/negative/unknown-plus {\"a+b\":\"value\"} -> ok",
        "all/negative/unknown-long {\"xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx"
        "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx"
        "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx"
        "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx\":\"value\"} -> ok",
        "all/negative/unknown-of-integer {\"NoSuchParameter\":1} -> ok",
        "all/negative/unknown-of-real {\"NoSuchParameter\":1.5} -> ok",
        "all/negative/unknown-of-true {\"NoSuchParameter\":true} -> ok",
        "all/negative/unknown-of-false {\"NoSuchParameter\":false} -> ok",
        "all/negative/unknown-of-array {\"NoSuchParameter\":[]} -> ok",
        "all/negative/unknown-of-object {\"NoSuchParameter\":{}} -> ok",
        "all/negative/unknown-of-nested {\"NoSuchParameter\":{\"a\":[{\"b\""
        ":[[1]]}]}} -> ok",
        "all/negative/unknown-of-empty {\"NoSuchParameter\":\"\"} -> ok",
        NULL
    };

    const asr_conf_case_t  *c;

    (void) unused;

    generate("{" REFUSALS ", \"form\": \"json\","
             "\"base\": {\"an_id\": \"${file.x}\", \"n\": 1},"
             "\"rules\": [{\"when\": {\"n\": [2, 3], \"m\": [null]},"
             "  \"code\": \"RULE\", \"clause\": \"D-009\","
             "  \"level\": \"should\", \"name\": \"n wants m\"}],"
             "\"params\": [{\"name\": \"an_id\", \"required\": true,"
             "  \"skip\": [\"type\", \"boundary\", \"optional\", \"enum\"],"
             "  \"bad\": [{\"value\": \"nobody's\", \"code\": \"NONE\","
             "    \"clause\": \"D-005\", \"level\": \"must\","
             "    \"name\": \"An id of nobody\"}, {\"value\": \"\"}]},"
             " {\"name\": \"n\", \"type\": \"integer\"},"
             " {\"name\": \"m\", \"type\": \"integer\"}]}");
    made("negative", want);

    c = find("an_id/negative/2b6417f5");
    assert_non_null(c);
    assert_string_equal(c->name, "An id of nobody");
    assert_string_equal(c->clause, "D-005");
    assert_int_equal(c->level, ASR_CONF_MUST);

    c = find("all/negative/n=2,m=absent");
    assert_string_equal(c->clause, "D-009");
    assert_string_equal(c->name, "n wants m: n 2 m absent");
    assert_int_equal(c->level, ASR_CONF_SHOULD);
    assert_null(c->param);
}


static int
teardown(void **unused)
{
    (void) unused;
    forget();

    return 0;
}


int
main(void)
{
    const struct CMUnitTest  tests[] = {
        cmocka_unit_test(test_enum),
        cmocka_unit_test(test_boundary_numbers),
        cmocka_unit_test(test_boundary_lengths),
        cmocka_unit_test(test_optional),
        cmocka_unit_test(test_type),
        cmocka_unit_test(test_negative),
    };

    return cmocka_run_group_tests(tests, NULL, teardown);
}
