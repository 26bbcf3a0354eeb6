/*
 * The name in a Host header.  Some SDKs sign the host with its port, some
 * without (Node's take URL.hostname), so verification tries both.
 */

#ifndef ASR_HOST_H
#define ASR_HOST_H

#include "../base/asr_base.h"


/* "name:8080" is "name", "[::1]:80" is "[::1]"; without a port, the same. */

static inline asr_str_t
asr_host_name(asr_str_t host)
{
    size_t  i;

    i = host.len;

    while (i != 0 && host.data[i - 1] >= '0' && host.data[i - 1] <= '9') {
        i--;
    }

    if (i < 2 || i == host.len || host.data[i - 1] != ':') {
        return host;
    }

    /* a bare IPv6 address ends in digits, too */

    if (host.data[i - 2] != ']' && memchr(host.data, ':', i - 1) != NULL) {
        return host;
    }

    host.len = i - 1;

    return host;
}


#endif /* ASR_HOST_H */
