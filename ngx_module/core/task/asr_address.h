/*
 * Which network addresses the server may connect to on a client's behalf.
 *
 * A client names an audio URL or a callback URL; without a check it could
 * make the server ask its own loopback, its neighbours, or a cloud's metadata
 * service.  What counts is the address that is connected to, looked at after
 * the name was resolved: a name proves nothing.  Only what is known to be
 * global unicast is public; an IPv6 address that carries an IPv4 one (mapped,
 * compatible, NAT64, 6to4) is judged by that.
 */

#ifndef ASR_ADDRESS_H
#define ASR_ADDRESS_H

#include "../base/asr_base.h"

#include <sys/socket.h>


#define ASR_ALLOW_MAX  64

typedef struct {
    asr_str_t      host;         /* a name; empty: a network */
    int            family;
    unsigned       bits;
    unsigned char  address[16];
} asr_allow_entry_t;

typedef struct {
    size_t             n;
    asr_allow_entry_t  entries[ASR_ALLOW_MAX];
} asr_allow_t;


/* AF_INET and AF_INET6; anything else is not public. */
bool asr_address_public(const struct sockaddr *sa, socklen_t len);

/*
 * "10.0.0.0/8", "::1", "fd00::/8", or a host name, which is kept, not copied.
 * ASR_INVALID: neither, or bits set under the mask; ASR_TOOBIG: too many.
 */
asr_err_t asr_allow_add(asr_allow_t *allow, asr_str_t text);

/* Is it public or in a network of the list?  allow may be NULL. */
bool asr_allow_address(const asr_allow_t *allow, const struct sockaddr *sa,
    socklen_t len);

/* Is the name itself in the list?  Then any address of it will do. */
bool asr_allow_host(const asr_allow_t *allow, asr_str_t host);


#endif /* ASR_ADDRESS_H */
