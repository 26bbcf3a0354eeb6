/*
 * What every part of asr-conformance stands on: memory, text, time, JSON.
 *
 * The suite shares no code with the module or the mock it holds to the
 * documents: a fault in a shared reader would hide itself.  It is a program of
 * one run, so memory that cannot be had ends it (status 2), and what lives as
 * long as the run (documents, cases, accounts) is not freed one by one.
 *
 * Threads: all functions may be called from any thread on values of its own.
 * JSON values shared between threads (documents, cases) are never changed
 * after loading; jansson's counts are atomic.
 */

#ifndef ASR_CONF_H
#define ASR_CONF_H


#include <jansson.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>


#define ASR_CONF_OK      0               /* exit: all cases hold */
#define ASR_CONF_FINDS   1               /* exit: findings */
#define ASR_CONF_SETUP   2               /* exit: cannot run */

#define ASR_CONF_JSON_MAX   (16u << 20)  /* bytes of a JSON text, a reply */
#define ASR_CONF_DEPTH_MAX  64           /* levels of arrays and objects */
#define ASR_CONF_VALUES_MAX 100000u      /* of one JSON text, a reply */

#define ASR_CONF_PRINTF(f, a)  __attribute__ ((format (printf, f, a)))


/* Text that grows up to `max` bytes; more is cut and remembered. */

typedef struct {
    char    *data;                       /* always ends with NUL; may be NULL */
    size_t   len;                        /* without the NUL */
    size_t   size;
    size_t   max;
    bool     cut;
} asr_conf_buf_t;


/* Never NULL: the program ends with status 2 instead. */

void *asr_conf_alloc(size_t n);          /* zeroed */
void *asr_conf_grow(void *p, size_t count, size_t size);
char *asr_conf_copy(const char *s);
char *asr_conf_copy_n(const char *s, size_t n);
char *asr_conf_print(const char *fmt, ...) ASR_CONF_PRINTF(1, 2);

/* Says why on stderr and exits with status 2. */

_Noreturn void asr_conf_die(const char *fmt, ...) ASR_CONF_PRINTF(1, 2);

void asr_conf_buf_init(asr_conf_buf_t *b, size_t max);
void asr_conf_buf_add(asr_conf_buf_t *b, const void *p, size_t n);
void asr_conf_buf_str(asr_conf_buf_t *b, const char *s);
void asr_conf_buf_fmt(asr_conf_buf_t *b, const char *fmt, ...)
    ASR_CONF_PRINTF(2, 3);
void asr_conf_buf_free(asr_conf_buf_t *b);

/* Percent-encodes all but A-Z a-z 0-9 - _ . ~ (RFC 3986), in upper case. */

void asr_conf_buf_pct(asr_conf_buf_t *b, const char *s, size_t n);

/* One shell word in single quotes. */

void asr_conf_buf_shell(asr_conf_buf_t *b, const char *s, size_t n);

/* Escapes < > & " ' for XML and HTML; drops what XML 1.0 cannot hold. */

void asr_conf_buf_xml(asr_conf_buf_t *b, const char *s, size_t n);

/* Characters of UTF-8: bytes that begin one. */

size_t asr_conf_characters(const char *s, size_t n);

/* The value of a hex digit of either case; -1: none. */

int asr_conf_hex_digit(char ch);

int64_t asr_conf_now_us(void);           /* monotonic */
int64_t asr_conf_time(void);             /* Unix seconds */
void asr_conf_sleep_ms(unsigned ms);

/* Lower-case hex of n bytes into out[2n + 1]. */

void asr_conf_hex(char *out, const uint8_t *p, size_t n);

/* Base64 with padding, without line breaks; to be freed. */

char *asr_conf_base64(const void *p, size_t n);


#endif /* ASR_CONF_H */
