/*
 * What an API sends when a task has ended: one POST, delivered at least once.
 */

#ifndef ASR_DELIVERY_H
#define ASR_DELIVERY_H

#include "../base/asr_base.h"


#define ASR_DELIVERY_ATTEMPTS  8         /* when attempts_max is 0 */
#define ASR_DELIVERY_HEADERS   4
#define ASR_DELIVERY_BODY_MAX  (96 * 1024 * 1024)


typedef struct {
    asr_str_t  name;             /* static or in the arena */
    asr_str_t  value;
} asr_header_t;

typedef struct {
    asr_str_t     url;
    asr_str_t     content_type;
    asr_header_t  headers[ASR_DELIVERY_HEADERS];
    unsigned      nheaders;
    asr_str_t     body;
    unsigned      attempts_max;
    bool          reply_code;    /* a reply whose JSON has a "code" other than
                                    0 is a failure, whatever its status */
} asr_delivery_t;


#endif /* ASR_DELIVERY_H */
