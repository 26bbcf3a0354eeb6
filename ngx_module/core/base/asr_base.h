/*
 * What every file of the core shares: strings that are not terminated, the
 * few error values, the log hook.  The core never includes an nginx header.
 */

#ifndef ASR_BASE_H
#define ASR_BASE_H

#include <stddef.h>
#include <stdint.h>
#include <stdbool.h>
#include <string.h>


/* Bytes with a length; never owner of them; data may be NULL when len is 0. */

typedef struct {
    size_t       len;
    const char  *data;
} asr_str_t;

#define ASR_STR(lit)    { sizeof(lit) - 1, (lit) }
#define asr_str(lit)    ((asr_str_t) { sizeof(lit) - 1, (lit) })
#define asr_str_null()  ((asr_str_t) { 0, NULL })

/* A string for "%.*s". */
#define asr_fmt(s)      (int) (s).len, (s).data != NULL ? (s).data : ""

#define asr_nelts(a)    (sizeof(a) / sizeof((a)[0]))


typedef enum {
    ASR_OK = 0,
    ASR_AGAIN,           /* more input, or later */
    ASR_NOMEM,           /* malloc failed, or a ceiling was reached */
    ASR_TOOBIG,          /* the input is over a limit of its document */
    ASR_INVALID,         /* the input is malformed */
    ASR_NOTFOUND,
    ASR_EXISTS,
    ASR_IO,              /* a system call failed; errno was logged */
    ASR_STORE,           /* the store failed or is closed; nothing was kept */
    ASR_STOPPED          /* the process is stopping; try elsewhere */
} asr_err_t;


static inline bool
asr_str_eq(asr_str_t a, asr_str_t b)
{
    return a.len == b.len && (a.len == 0 || memcmp(a.data, b.data, a.len) == 0);
}


/* ASCII only. */
bool asr_str_caseeq(asr_str_t a, asr_str_t b);
asr_str_t asr_cstr(const char *s);

/* Without the blanks and tabs around it. */
asr_str_t asr_str_trim(asr_str_t s);

/* What stands before c; s becomes what stands after it, data NULL: no c. */
asr_str_t asr_str_cut(asr_str_t *s, char c);

/*
 * Decimal, the whole string, an optional leading '-'; no blanks, no '+'.
 * ASR_INVALID for anything else, ASR_TOOBIG when it does not fit.
 */
asr_err_t asr_str_int(asr_str_t s, int64_t *out);

/* Is it well-formed UTF-8 (no overlong form, no surrogate, <= U+10FFFF)? */
bool asr_utf8_valid(asr_str_t s);

/* Length of the longest prefix that is well-formed. */
size_t asr_utf8_prefix(asr_str_t s);

/* Code points of a valid UTF-8 string. */
size_t asr_utf8_length(asr_str_t s);

/* Bytes written, 1..4; code is at most U+10FFFF and no surrogate. */
size_t asr_utf8_encode(uint32_t code, char out[4]);

/* 0..15, or -1 when c is no hexadecimal digit. */
int asr_hex_digit(char c);


/*
 * Log hook: nginx's error log, or stderr.  Any thread; errno is kept.  Never
 * give it a secret.  Control characters become '?', a line over 2047 bytes is
 * cut.
 */

enum { ASR_LOG_ERR = 0, ASR_LOG_WARN, ASR_LOG_NOTICE, ASR_LOG_INFO,
       ASR_LOG_DEBUG };

typedef void (*asr_log_pt)(int level, const char *line);

void asr_log_set(asr_log_pt handler);       /* NULL: stderr; before threads */
void asr_log(int level, const char *fmt, ...)
    __attribute__((format(printf, 2, 3)));


#endif /* ASR_BASE_H */
