/*
 * How rows of the tables of wrong and of unusual signatures are written.
 */

#ifndef ASR_CONF_SIGN_ROWS_H
#define ASR_CONF_SIGN_ROWS_H


#include "asr_conf_doc.h"
#include "asr_conf_sign_int.h"


#define ASR_CONF_EDIT(where, what, ...)                                       \
    { .at = ASR_CONF_AT_##where, .act = ASR_CONF_DO_##what, __VA_ARGS__ }

#define ASR_CONF_PLAIN(where, what)                                           \
    { .at = ASR_CONF_AT_##where, .act = ASR_CONF_DO_##what }

#define ASR_CONF_MADE(...)                                                    \
    (const asr_conf_edit_t[]) { __VA_ARGS__, { .at = ASR_CONF_AT_END } }

#define ASR_CONF_ROW(scheme, name, words, code, clause, level, via, ...)      \
    { ASR_CONF_##scheme, name, words, code, clause, ASR_CONF_##level, via,    \
      __VA_ARGS__ }


#define ASR_CONF_COUNT(t)  (sizeof(t) / sizeof((t)[0]))


/* The tables, one for each scheme; asr_conf_wrong.c puts them together. */

extern const asr_conf_wrong_t   asr_conf_wrong_tc3[];
extern const asr_conf_wrong_t   asr_conf_wrong_tc1[];
extern const asr_conf_wrong_t   asr_conf_wrong_acs3[];
extern const asr_conf_wrong_t   asr_conf_wrong_rpc1[];
extern const asr_conf_wrong_t   asr_conf_wrong_key[];
extern const asr_conf_wrong_t   asr_conf_oddity[];

extern const size_t             asr_conf_wrong_ntc3;
extern const size_t             asr_conf_wrong_ntc1;
extern const size_t             asr_conf_wrong_nacs3;
extern const size_t             asr_conf_wrong_nrpc1;
extern const size_t             asr_conf_wrong_nkey;
extern const size_t             asr_conf_oddity_n;


#endif /* ASR_CONF_SIGN_ROWS_H */
