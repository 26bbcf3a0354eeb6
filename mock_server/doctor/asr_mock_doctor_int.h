/*
 * The doctor's inside; for asr_mock_doctor*.c only.
 *
 * A scheme says how a request is signed by a recipe of knobs.  A way is one
 * thing done otherwise at one knob: a text that stands in another's place, or
 * a code that the scheme knows.  A recipe without ways is the right one.
 */

#ifndef ASR_MOCK_DOCTOR_INT_H
#define ASR_MOCK_DOCTOR_INT_H

#include "core/base/asr_secret.h"
#include "asr_mock_doctor.h"


#define ASR_MOCK_WAYS_MAX   256
#define ASR_MOCK_BASES_MAX  4
#define ASR_MOCK_PAIRS_MAX  128      /* parameters that are looked at */
#define ASR_MOCK_NAMES_MAX  32       /* headers that are signed */
#define ASR_MOCK_NAMED_MAX  (1 + ASR_MOCK_DOCTOR_ALSO)
#define ASR_MOCK_SIGN_KEY   1600     /* a secret, percent-encoded, and more */


typedef enum {
    ASR_MOCK_M_NONE = 0,             /* the module takes it, too */

    ASR_MOCK_M_SECRET_NEWLINE,
    ASR_MOCK_M_SECRET_BLANK,
    ASR_MOCK_M_SECRET_QUOTED,
    ASR_MOCK_M_SECRET_ID,
    ASR_MOCK_M_SECRET_EMPTY,
    ASR_MOCK_M_SECRET_UNSET,
    ASR_MOCK_M_SECRET_CASE,
    ASR_MOCK_M_SECRET_BASE64,
    ASR_MOCK_M_SECRET_ENCODED,
    ASR_MOCK_M_SECRET_CUT,
    ASR_MOCK_M_SECRET_AMPERSAND,

    ASR_MOCK_M_HEX_UPPER,
    ASR_MOCK_M_BASE64,
    ASR_MOCK_M_HEX,
    ASR_MOCK_M_BASE64_HEX,
    ASR_MOCK_M_BASE64_URL,
    ASR_MOCK_M_SIGN_PLUS,
    ASR_MOCK_M_SIGN_ENCODED,
    ASR_MOCK_M_SIGN_QUOTED,
    ASR_MOCK_M_SIGN_METHOD,
    ASR_MOCK_M_SHA1,
    ASR_MOCK_M_SHA256,

    ASR_MOCK_M_AUTH_MISSING,
    ASR_MOCK_M_AUTH_SCHEME,
    ASR_MOCK_M_AUTH_FORM,
    ASR_MOCK_M_SIGNED_SEPARATOR,
    ASR_MOCK_M_SIGNED_UPPER,
    ASR_MOCK_M_SIGNED_ORDER,
    ASR_MOCK_M_SIGNED_HOST,
    ASR_MOCK_M_SIGNED_ABSENT,
    ASR_MOCK_M_SIGN_FORM,
    ASR_MOCK_M_ID_UNKNOWN,
    ASR_MOCK_M_ID_KIND,
    ASR_MOCK_M_ID_UNSET,
    ASR_MOCK_M_TOKEN,
    ASR_MOCK_M_CLOCK,
    ASR_MOCK_M_CLOCK_ZONE,
    ASR_MOCK_M_TIME_MS,
    ASR_MOCK_M_TIME_FORM,

    ASR_MOCK_M_METHOD,
    ASR_MOCK_M_METHOD_CASE,
    ASR_MOCK_M_PATH,
    ASR_MOCK_M_HOST_PORT,
    ASR_MOCK_M_HOST_VENDOR,
    ASR_MOCK_M_HOST_SCHEME,
    ASR_MOCK_M_HOST_LOCAL,
    ASR_MOCK_M_HOST_MISSING,
    ASR_MOCK_M_TYPE_SIGNED,
    ASR_MOCK_M_TYPE_SENT,
    ASR_MOCK_M_TYPE_FORM,
    ASR_MOCK_M_TYPE_OTHER,
    ASR_MOCK_M_HEADER_BLANK,
    ASR_MOCK_M_HEADER_NAMES,
    ASR_MOCK_M_HEADER_NEWLINE,
    ASR_MOCK_M_HEADER_EXTRA,
    ASR_MOCK_M_HEADER_ORDER,
    ASR_MOCK_M_HEADER_CASE,
    ASR_MOCK_M_HEADER_MIXED,
    ASR_MOCK_M_HEADER_LEFT,
    ASR_MOCK_M_SIGNED_LINE,
    ASR_MOCK_M_BODY_NEWLINE,
    ASR_MOCK_M_BODY_NO_NEWLINE,
    ASR_MOCK_M_BODY_CRLF,
    ASR_MOCK_M_BODY_EMPTY,
    ASR_MOCK_M_BODY_COMPACT,
    ASR_MOCK_M_BODY_SPACES,
    ASR_MOCK_M_BODY_INDENTED,
    ASR_MOCK_M_BODY_SORTED,
    ASR_MOCK_M_BODY_ASCII,
    ASR_MOCK_M_BODY_UTF8,
    ASR_MOCK_M_BODY_SLASHES,
    ASR_MOCK_M_BODY_HTML,
    ASR_MOCK_M_BODY_TWICE,
    ASR_MOCK_M_BODY_OBJECT,
    ASR_MOCK_M_BODY_BOM,
    ASR_MOCK_M_BODY_UNHASHED,
    ASR_MOCK_M_BODY_UPPER,
    ASR_MOCK_M_BODY_BASE64,
    ASR_MOCK_M_BODY_UNSIGNED,
    ASR_MOCK_M_BODY_QUERY,
    ASR_MOCK_M_TEXT_ALGORITHM,
    ASR_MOCK_M_TEXT_UPPER,
    ASR_MOCK_M_TEXT_UNHASHED,
    ASR_MOCK_M_TEXT_NEWLINE,
    ASR_MOCK_M_TEXT_LITERAL,
    ASR_MOCK_M_TEXT_CRLF,
    ASR_MOCK_M_TEXT_CANONICAL,
    ASR_MOCK_M_QUERY_MISSING,

    ASR_MOCK_M_CREDENTIAL,
    ASR_MOCK_M_SIGNED_TYPE,
    ASR_MOCK_M_DATE_LOCAL,
    ASR_MOCK_M_DATE_STALE,
    ASR_MOCK_M_DATE_SIGNED,
    ASR_MOCK_M_DATE_FORM,
    ASR_MOCK_M_TIME_TWICE,
    ASR_MOCK_M_TIME_ISO,
    ASR_MOCK_M_SERVICE,
    ASR_MOCK_M_SERVICE_ASR,
    ASR_MOCK_M_SCOPE,
    ASR_MOCK_M_TC3_PREFIX,
    ASR_MOCK_M_TC3_DIRECT,
    ASR_MOCK_M_TC3_TERMINATOR,
    ASR_MOCK_M_TC3_HEX,
    ASR_MOCK_M_TC3_SWAPPED,
    ASR_MOCK_M_TC3_ORDER,
    ASR_MOCK_M_TC3_AWS,
    ASR_MOCK_M_ACTION_SIGNED,
    ASR_MOCK_M_ACTION_UNSIGNED,
    ASR_MOCK_M_QUERY_SORTED,

    ASR_MOCK_M_V1_ENCODED,
    ASR_MOCK_M_V1_SLASH,
    ASR_MOCK_M_V1_TC3,

    ASR_MOCK_M_ACS_SHA_HEADER,
    ASR_MOCK_M_ACS_SHA_MISSING,
    ASR_MOCK_M_ACS_UNSIGNED,
    ASR_MOCK_M_ACS_DATE,
    ASR_MOCK_M_QUERY_RAW,
    ASR_MOCK_M_NONCE,

    ASR_MOCK_M_RPC_AMPERSAND,
    ASR_MOCK_M_RPC_SLASH,
    ASR_MOCK_M_RPC_ONCE,
    ASR_MOCK_M_RPC_RAW,
    ASR_MOCK_M_RPC_THRICE,
    ASR_MOCK_M_RPC_TIMESTAMP,
    ASR_MOCK_M_PARAM_PLACE,

    ASR_MOCK_M_PARAM_ORDER,
    ASR_MOCK_M_PARAM_NOCASE,
    ASR_MOCK_M_PARAM_EMPTY,
    ASR_MOCK_M_PARAM_TWICE,
    ASR_MOCK_M_PARAM_UNSIGNED,
    ASR_MOCK_M_PARAM_SIGNATURE,
    ASR_MOCK_M_PCT_PLUS,
    ASR_MOCK_M_PCT_TILDE,
    ASR_MOCK_M_PCT_STAR,
    ASR_MOCK_M_PCT_MARKS,
    ASR_MOCK_M_PCT_SLASH,
    ASR_MOCK_M_PCT_LOWER,
    ASR_MOCK_M_PCT_FORM,

    ASR_MOCK_M_BEARER_MISSING,
    ASR_MOCK_M_BEARER_PREFIX,
    ASR_MOCK_M_BEARER_SCHEME,
    ASR_MOCK_M_BEARER_SIGNED,
    ASR_MOCK_M_BEARER_TWICE,
    ASR_MOCK_M_BEARER_COLON,
    ASR_MOCK_M_BEARER_BLANK,
    ASR_MOCK_M_BEARER_QUOTED,
    ASR_MOCK_M_BEARER_ASCII,
    ASR_MOCK_M_BEARER_UNSET,
    ASR_MOCK_M_BEARER_ELSEWHERE,
    ASR_MOCK_M_BEARER_UNKNOWN,

    ASR_MOCK_M_UNKNOWN,
    ASR_MOCK_M_N
} asr_mock_m_t;


/* The places where something may be otherwise. */

enum {
    ASR_MOCK_K_SECRET = 0,
    ASR_MOCK_K_PREFIX,           /* before the secret; RPC: after it */
    ASR_MOCK_K_CHAIN,
    ASR_MOCK_K_DATE,
    ASR_MOCK_K_SERVICE,
    ASR_MOCK_K_STAMP,
    ASR_MOCK_K_METHOD,
    ASR_MOCK_K_PATH,
    ASR_MOCK_K_QUERY,            /* a text, or a code of encoding */
    ASR_MOCK_K_ORDER,            /* of parameters */
    ASR_MOCK_K_PAIRS,            /* which parameters */
    ASR_MOCK_K_TYPE,
    ASR_MOCK_K_HOST,
    ASR_MOCK_K_CASE,             /* of header values */
    ASR_MOCK_K_FORM,             /* of the headers' lines */
    ASR_MOCK_K_SET,              /* which headers */
    ASR_MOCK_K_BODY,             /* the line of the body's hash */
    ASR_MOCK_K_LINE,             /* string to sign */
    ASR_MOCK_KNOBS
};

typedef struct {
    uint8_t    knob;
    uint8_t    code;             /* 0: text is all there is to it */
    uint16_t   mistake;          /* asr_mock_m_t */
    asr_str_t  text;             /* what stands there instead */
} asr_mock_way_t;

typedef struct {
    const asr_mock_way_t  *knob[ASR_MOCK_KNOBS];     /* NULL: right */
} asr_mock_recipe_t;

static inline unsigned
asr_mock_code(const asr_mock_recipe_t *r, unsigned knob)
{
    return r->knob[knob] != NULL ? r->knob[knob]->code : 0;
}


static inline asr_str_t
asr_mock_instead(const asr_mock_recipe_t *r, unsigned knob, asr_str_t right)
{
    return r->knob[knob] != NULL ? r->knob[knob]->text : right;
}


/* What a recipe gives: the texts, and the key of the last HMAC. */

typedef struct {
    asr_buf_t      canonical;        /* empty: v1 kinds have none */
    asr_buf_t      text;             /* string to sign */
    unsigned char  key[ASR_MOCK_SIGN_KEY];
    size_t         key_len;
} asr_mock_draft_t;

typedef struct {
    asr_str_t  name;             /* decoded */
    asr_str_t  value;
    asr_str_t  raw_name;         /* as sent */
    asr_str_t  raw_value;
    asr_str_t  again;            /* value, decoded once more */
    bool       body;             /* of the form body, not of the query */
    uint16_t   order;
} asr_mock_pair_t;

typedef struct {
    asr_mock_pair_t  sent[ASR_MOCK_PAIRS_MAX];       /* as sent */
    asr_mock_pair_t  sorted[ASR_MOCK_PAIRS_MAX];
    asr_mock_pair_t  nocase[ASR_MOCK_PAIRS_MAX];
    size_t           n;
} asr_mock_pairs_t;

/* The parts of an Authorization header, as far as they can be told. */

typedef struct {
    asr_str_t  scheme;
    asr_str_t  credential;
    asr_str_t  signed_headers;
    asr_str_t  signature;
    asr_str_t  fault;            /* what of its form is wrong; empty: nothing */
} asr_mock_auth_t;

typedef struct asr_mock_case_s  asr_mock_case_t;

struct asr_mock_case_s {
    const asr_mock_exchange_t  *x;
    const asr_key_t            *key;
    int64_t                     now_ms;
    asr_arena_t                *arena;       /* of what is handed out */
    asr_arena_t                *work;        /* holds secrets; wiped */
    asr_mock_doctor_t          *out;
    asr_str_t                   secret_id;   /* as sent */
    asr_str_t                   signature;   /* as sent */
    asr_mock_auth_t             auth;
    asr_str_t                   names[ASR_MOCK_NAMES_MAX];
    size_t                      nnames;      /* SignedHeaders in lower case */
    asr_mock_pairs_t           *pairs;

    /* the HMAC that came */
    unsigned char               mac[ASR_SHA256_LEN];
    size_t                      mac_len;     /* 0: it is none */
    size_t                      want_len;
    bool                        want_hex;

    asr_mock_way_t              ways[ASR_MOCK_WAYS_MAX];
    size_t                      nways;
    asr_mock_recipe_t           bases[ASR_MOCK_BASES_MAX];
    size_t                      nbases;
    unsigned char               base_mac[ASR_MOCK_BASES_MAX][ASR_SHA256_LEN];
    bool                      (*build)(asr_mock_case_t *c,
                                       const asr_mock_recipe_t *r,
                                       asr_mock_draft_t *d);
    asr_mock_draft_t           *draft;
    uint64_t                    bytes;
    bool                        brief;       /* nothing is searched for */

    asr_mock_m_t                named[ASR_MOCK_NAMED_MAX];
    unsigned                    nnamed;

    /* of TC3 */
    asr_str_t                   date;
    asr_str_t                   service;
    asr_str_t                   stamp;
    const asr_mock_way_t       *derived[5];  /* what the signing key is of */
    unsigned char               signing[ASR_SHA256_LEN];
    bool                        has_signing;
};


/* ACS3 has no Signature among its parameters. */

static inline bool
asr_mock_is_acs3(const asr_mock_case_t *c)
{
    return asr_str_eq(c->out->scheme, asr_str("ACS3-HMAC-SHA256"));
}


/* asr_mock_doctor.c */

/* The first one named is the one; detail (may be empty) ends its title. */
void asr_mock_name(asr_mock_case_t *c, asr_mock_m_t m, asr_str_t detail,
    asr_str_t got, asr_str_t expected);

/* The same without words. */
void asr_mock_name_only(asr_mock_case_t *c, asr_mock_m_t m);

/* A key id that is no id ("undefined", "", "${ID}"), or of another cloud. */
void asr_mock_name_id(asr_mock_case_t *c);

/* The token that came is not the key's; pointer NULL: the mistake's own. */
void asr_mock_name_token(asr_mock_case_t *c, asr_str_t token,
    const char *pointer);

/* The id, and the name of a scheme, as far as they may be shown. */
asr_str_t asr_mock_shown_id(asr_mock_case_t *c);
asr_str_t asr_mock_shown_scheme(asr_str_t scheme);

/* Names what is wrong with the seconds sent; skew: how many are let pass. */
void asr_mock_name_clock(asr_mock_case_t *c, int64_t seconds, int64_t skew);
bool asr_mock_is_unset(asr_str_t s);
asr_str_t asr_mock_lower(asr_arena_t *a, asr_str_t s);
asr_str_t asr_mock_number(asr_arena_t *a, int64_t n);


/* asr_mock_doctor_auth.c */

/* Takes the header apart; what is wrong with its form is in fault. */
void asr_mock_auth_parse(asr_mock_case_t *c, asr_str_t header);

/* Names what the list of signed headers has wrong, and takes it apart. */
void asr_mock_name_signed(asr_mock_case_t *c, bool type);

/* The headers' lines, the empty line, the list of names, each with its
   newline; false: the recipe does not apply. */
bool asr_mock_put_headers(asr_mock_case_t *c, const asr_mock_recipe_t *r,
    asr_buf_t *b);

/* Codes of K_CASE, K_FORM and K_SET. */
enum { ASR_MOCK_CASE_LOWER = 1, ASR_MOCK_CASE_ACTION, ASR_MOCK_CASE_OTHERS };
enum { ASR_MOCK_FORM_BLANK = 1, ASR_MOCK_FORM_NAMES, ASR_MOCK_FORM_NEWLINE,
       ASR_MOCK_FORM_EXTRA, ASR_MOCK_FORM_ORDER, ASR_MOCK_FORM_NO_LINE,
       ASR_MOCK_FORM_COMMA };
enum { ASR_MOCK_SET_LEFT = 1, ASR_MOCK_SET_ADDED, ASR_MOCK_SET_LISTED,
       ASR_MOCK_SET_LOWER = 4 };     /* a bit: its value in lower case */

void asr_mock_header_ways(asr_mock_case_t *c);
void asr_mock_host_ways(asr_mock_case_t *c, const asr_str_t *vendors,
    size_t n);
void asr_mock_type_ways(asr_mock_case_t *c);


/* asr_mock_doctor_search.c */

void asr_mock_way(asr_mock_case_t *c, unsigned knob, unsigned code,
    asr_mock_m_t m, asr_str_t text);
void asr_mock_secret_ways(asr_mock_case_t *c);

/* hex: it should be hexadecimal, else base64; len: 20 or 32 bytes.  Names
   what else its form is. */
void asr_mock_signature(asr_mock_case_t *c, bool hex, size_t len);

/* One more base: the way is fine with the module. */
void asr_mock_base(asr_mock_case_t *c, unsigned knob, unsigned code,
    asr_str_t text);

/* Looks for what made the signature, names it, and fills in the texts. */
void asr_mock_search(asr_mock_case_t *c);

/* The common end of TC3's and ACS3's string to sign: hash of canonical. */
enum { ASR_MOCK_LINE_ALGORITHM = 1, ASR_MOCK_LINE_UPPER,
       ASR_MOCK_LINE_UNHASHED, ASR_MOCK_LINE_NEWLINE, ASR_MOCK_LINE_LITERAL,
       ASR_MOCK_LINE_CRLF, ASR_MOCK_LINE_CANONICAL, ASR_MOCK_LINE_DATE,
       ASR_MOCK_LINE_STAMP };
void asr_mock_line_ways(asr_mock_case_t *c);

/* Of canonical and what comes before its hash in the string to sign. */
bool asr_mock_put_text(asr_mock_draft_t *d, const asr_mock_recipe_t *r,
    asr_str_t algorithm, asr_str_t middle);
void asr_mock_put(asr_buf_t *b, asr_str_t s);


/* asr_mock_doctor_body.c: ways to have hashed another body than was sent. */

void asr_mock_body_ways(asr_mock_case_t *c);

/* Whatever the digest (hex) is of: a mistake, or NONE. */
asr_mock_m_t asr_mock_body_of(asr_mock_case_t *c, asr_str_t hex);


/* asr_mock_doctor_json.c: valid JSON in the i-th style; *m: which mistake. */

size_t asr_mock_json_styles(void);
bool asr_mock_json_write(asr_str_t json, size_t style, asr_buf_t *out,
    asr_mock_m_t *m);


/* asr_mock_doctor_pairs.c */

enum { ASR_MOCK_PCT_RIGHT = 0, ASR_MOCK_PCT_RAW, ASR_MOCK_PCT_SENT,
       ASR_MOCK_PCT_PLUS, ASR_MOCK_PCT_TILDE, ASR_MOCK_PCT_STAR,
       ASR_MOCK_PCT_MARKS, ASR_MOCK_PCT_SLASH, ASR_MOCK_PCT_LOWER,
       ASR_MOCK_PCT_FORM, ASR_MOCK_PCT_TWICE };
enum { ASR_MOCK_ORDER_SENT = 1, ASR_MOCK_ORDER_NOCASE };
enum { ASR_MOCK_PAIRS_LEFT = 1, ASR_MOCK_PAIRS_EMPTY,
       ASR_MOCK_PAIRS_SIGNATURE, ASR_MOCK_PAIRS_QUERY, ASR_MOCK_PAIRS_BODY,
       ASR_MOCK_PAIRS_AGAIN };

/* Of the query, of the form body; false: too many, no memory, or cut. */
bool asr_mock_pairs(asr_mock_case_t *c, bool query, bool body);

/* data NULL: it is not there. */
asr_str_t asr_mock_pair(const asr_mock_pairs_t *p, const char *name);
void asr_mock_put_pct(asr_buf_t *b, asr_str_t s, unsigned pct);

/* name=value&...; pct when the recipe says nothing; without Signature. */
void asr_mock_put_pairs(asr_mock_case_t *c, const asr_mock_recipe_t *r,
    asr_buf_t *b, unsigned pct);

/* Ways of order, of parameters left out, of encoding. */
void asr_mock_pairs_ways(asr_mock_case_t *c, bool encoded);


/* The schemes; each names what it finds. */

bool asr_mock_doctor_tc3(asr_mock_case_t *c);
bool asr_mock_doctor_v1(asr_mock_case_t *c);
bool asr_mock_doctor_acs3(asr_mock_case_t *c);
bool asr_mock_doctor_rpc(asr_mock_case_t *c);

/* x-acs-date or Timestamp: its form, and how far off it is. */
void asr_mock_name_acs_time(asr_mock_case_t *c, asr_str_t text);
bool asr_mock_doctor_bearer(asr_mock_case_t *c);


#endif /* ASR_MOCK_DOCTOR_INT_H */
