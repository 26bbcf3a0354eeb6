/* Networks that are not public, and the list of those allowed all the same. */

#include "asr_address.h"

#include <arpa/inet.h>
#include <netinet/in.h>


#define ASR_ADDRESS_TEXT  64             /* INET6_ADDRSTRLEN and a mask */

typedef struct {
    unsigned char  address[16];
    unsigned       bits;
} asr_network_t;


/* IANA's special-purpose registry, and multicast; the rest is unicast. */

static const asr_network_t  asr_address_v4[] = {
    { { 0 }, 8 },                        /* this network */
    { { 10 }, 8 },                       /* private */
    { { 100, 64 }, 10 },                 /* carrier-grade NAT */
    { { 127 }, 8 },                      /* loopback */
    { { 169, 254 }, 16 },                /* link-local, metadata services */
    { { 172, 16 }, 12 },                 /* private */
    { { 192, 0, 0 }, 24 },               /* protocol assignments */
    { { 192, 0, 2 }, 24 },               /* documentation */
    { { 192, 88, 99 }, 24 },             /* 6to4 relays */
    { { 192, 168 }, 16 },                /* private */
    { { 198, 18 }, 15 },                 /* benchmarks */
    { { 198, 51, 100 }, 24 },            /* documentation */
    { { 203, 0, 113 }, 24 },             /* documentation */
    { { 224 }, 4 },                      /* multicast */
    { { 240 }, 4 }                       /* reserved, broadcast */
};

/* Within 2000::/3, which is all of IPv6 that is given out. */

static const asr_network_t  asr_address_v6[] = {
    { { 0x20, 0x01 }, 23 },              /* protocol assignments, Teredo */
    { { 0x20, 0x01, 0x0d, 0xb8 }, 32 },  /* documentation */
    { { 0x3f, 0xff }, 20 }               /* documentation */
};

/* Where an IPv4 address is carried, and after how many bytes. */

static const struct {
    asr_network_t  network;
    unsigned       at;
} asr_address_carriers[] = {
    { { { 0 }, 96 }, 12 },                               /* compatible, ::1 */
    { { { 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff }, 96 }, 12 },
    { { { 0, 0x64, 0xff, 0x9b }, 96 }, 12 },             /* NAT64 */
    { { { 0x20, 0x02 }, 16 }, 2 }                        /* 6to4 */
};


static bool
asr_network_has(const unsigned char *network, unsigned bits,
    const unsigned char *address)
{
    unsigned       n;
    unsigned char  mask;

    n = bits / 8;

    if (memcmp(network, address, n) != 0) {
        return false;
    }

    if (bits % 8 == 0) {
        return true;
    }

    mask = (unsigned char) (0xff << (8 - bits % 8));

    return (network[n] & mask) == (address[n] & mask);
}


static bool
asr_address_public_v4(const unsigned char *p)
{
    size_t  i;

    for (i = 0; i < asr_nelts(asr_address_v4); i++) {
        if (asr_network_has(asr_address_v4[i].address, asr_address_v4[i].bits,
                            p))
        {
            return false;
        }
    }

    return true;
}


static bool
asr_address_public_v6(const unsigned char *p)
{
    size_t                i;
    const asr_network_t  *n;

    for (i = 0; i < asr_nelts(asr_address_carriers); i++) {
        n = &asr_address_carriers[i].network;

        if (asr_network_has(n->address, n->bits, p)) {
            return asr_address_public_v4(p + asr_address_carriers[i].at);
        }
    }

    if ((p[0] & 0xe0) != 0x20) {
        return false;
    }

    for (i = 0; i < asr_nelts(asr_address_v6); i++) {
        if (asr_network_has(asr_address_v6[i].address, asr_address_v6[i].bits,
                            p))
        {
            return false;
        }
    }

    return true;
}


/* Copies, as the structure may be anywhere in memory; 0: not one of ours. */

static int
asr_address_bytes(const struct sockaddr *sa, socklen_t len,
    unsigned char out[16])
{
    struct sockaddr_in   in;
    struct sockaddr_in6  in6;

    static const unsigned char  mapped[12] = {
        0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff
    };

    if (len >= (socklen_t) sizeof(in) && sa->sa_family == AF_INET) {
        memcpy(&in, sa, sizeof(in));
        memcpy(out, &in.sin_addr, 4);
        return AF_INET;
    }

    if (len >= (socklen_t) sizeof(in6) && sa->sa_family == AF_INET6) {
        memcpy(&in6, sa, sizeof(in6));
        memcpy(out, &in6.sin6_addr, 16);

        if (memcmp(out, mapped, sizeof(mapped)) == 0) {
            memmove(out, out + sizeof(mapped), 4);
            return AF_INET;
        }

        return AF_INET6;
    }

    return 0;
}


bool
asr_address_public(const struct sockaddr *sa, socklen_t len)
{
    unsigned char  p[16];

    switch (asr_address_bytes(sa, len, p)) {

    case AF_INET:
        return asr_address_public_v4(p);

    case AF_INET6:
        return asr_address_public_v6(p);

    default:
        return false;
    }
}


bool
asr_allow_address(const asr_allow_t *allow, const struct sockaddr *sa,
    socklen_t len)
{
    int            family;
    size_t         i;
    unsigned char  p[16];

    family = asr_address_bytes(sa, len, p);

    if (family == 0) {
        return false;
    }

    for (i = 0; allow != NULL && i < allow->n; i++) {
        if (allow->entries[i].host.len == 0
            && allow->entries[i].family == family
            && asr_network_has(allow->entries[i].address,
                               allow->entries[i].bits, p))
        {
            return true;
        }
    }

    return asr_address_public(sa, len);
}


bool
asr_allow_host(const asr_allow_t *allow, asr_str_t host)
{
    size_t  i;

    if (host.len != 0 && host.data[host.len - 1] == '.') {
        host.len--;
    }

    for (i = 0; allow != NULL && i < allow->n; i++) {
        if (allow->entries[i].host.len != 0
            && asr_str_caseeq(allow->entries[i].host, host))
        {
            return true;
        }
    }

    return false;
}


/*
 * Letters, digits, '-', '_' and '.', with a letter in the last label: what is
 * almost an address ("10.0.0", "1.2.3.4.5") must not pass for a name.
 */

static bool
asr_allow_is_host(asr_str_t s)
{
    char    c;
    bool    letter;
    size_t  i;

    letter = false;

    if (s.len == 0 || s.len > 253 || s.data[0] == '.'
        || s.data[s.len - 1] == '.')
    {
        return false;
    }

    for (i = 0; i < s.len; i++) {
        c = s.data[i];

        if (c == '.') {
            if (s.data[i - 1] == '.') {
                return false;
            }

            letter = false;

        } else if ((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z')) {
            letter = true;

        } else if ((c < '0' || c > '9') && c != '-' && c != '_') {
            return false;
        }
    }

    return letter;
}


static asr_err_t
asr_allow_network(asr_allow_entry_t *e, asr_str_t text)
{
    char         buf[ASR_ADDRESS_TEXT];
    char        *slash;
    int64_t      bits, most;
    unsigned     i;

    if (text.len >= sizeof(buf) || memchr(text.data, '\0', text.len) != NULL) {
        return ASR_INVALID;
    }

    memcpy(buf, text.data, text.len);
    buf[text.len] = '\0';

    slash = strchr(buf, '/');
    if (slash != NULL) {
        *slash++ = '\0';
    }

    e->family = AF_INET;
    most = 32;

    if (inet_pton(AF_INET, buf, e->address) != 1) {
        e->family = AF_INET6;
        most = 128;

        if (inet_pton(AF_INET6, buf, e->address) != 1) {
            return ASR_INVALID;
        }
    }

    bits = most;

    if (slash != NULL
        && (asr_str_int(asr_cstr(slash), &bits) != ASR_OK || bits < 0
            || bits > most))
    {
        return ASR_INVALID;
    }

    /* "10.0.0.1/8" was meant otherwise */

    for (i = (unsigned) bits; i < (unsigned) most; i++) {
        if (e->address[i / 8] & (0x80 >> i % 8)) {
            return ASR_INVALID;
        }
    }

    e->bits = (unsigned) bits;

    return ASR_OK;
}


asr_err_t
asr_allow_add(asr_allow_t *allow, asr_str_t text)
{
    asr_allow_entry_t  *e;

    if (allow->n == ASR_ALLOW_MAX) {
        return ASR_TOOBIG;
    }

    e = &allow->entries[allow->n];
    memset(e, 0, sizeof(asr_allow_entry_t));

    if (text.len == 0) {
        return ASR_INVALID;
    }

    if (asr_allow_is_host(text)) {
        e->host = text;

    } else if (asr_allow_network(e, text) != ASR_OK) {
        return ASR_INVALID;
    }

    allow->n++;

    return ASR_OK;
}
