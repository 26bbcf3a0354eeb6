/*
 * The four schemes' signatures, made right, and wrong in each way a case asks
 * for.
 *
 *   bearer   u2: Authorization: Bearer KEY; memories: Authorization: KEY
 *   tc3      Tencent, TC3-HMAC-SHA256 in headers
 *   tc1      Tencent v1, HmacSHA1 or HmacSHA256 in the parameters
 *   acs3     Alibaba, ACS3-HMAC-SHA256 in headers
 *   rpc1     Alibaba v1, HMAC-SHA1 in the parameters; what it calls its
 *            canonicalized query is `canonical` of asr_conf_signed_t
 *
 * Signing is the last step before sending: it adds headers, or parameters to
 * the query or the form body, and changes nothing else.
 */

#ifndef ASR_CONF_SIGN_H
#define ASR_CONF_SIGN_H


#include "asr_conf_account.h"
#include "asr_conf_case.h"
#include "asr_conf_http.h"


typedef enum {
    ASR_CONF_BEARER = 0,
    ASR_CONF_RAW_KEY,                    /* memories */
    ASR_CONF_TC3,
    ASR_CONF_TC1_SHA1,
    ASR_CONF_TC1_SHA256,
    ASR_CONF_ACS3,
    ASR_CONF_RPC1
} asr_conf_scheme_t;


typedef struct {
    asr_conf_scheme_t           scheme;
    const asr_conf_account_t   *account;
    const char                 *action;  /* NULL: none */
    const char                 *version; /* NULL: none */
    const char                 *region;  /* NULL: none */
    const char                 *service; /* tc3's scope; NULL: "asr" */
    const char                 *format;  /* rpc1: "JSON", "XML"; NULL none */
    const char                 *wrong;   /* a name of asr_conf_wrongs or NULL */
    int64_t                     time;    /* Unix seconds, signed */
    uint64_t                    nonce;   /* of this request */
    const char                 *nonce_text; /* sent instead; or NULL */
    const char                 *headers; /* tc3: signed ones; NULL:
                                            "content-type;host" */
    bool                        unsigned_payload;    /* tc3 */
    bool                        in_body; /* tc1, rpc1: parameters in a form */
} asr_conf_signing_t;


/*
 * What was hashed and signed, for vectors and findings; strings to be freed
 * by asr_conf_signed_clean.
 */

typedef struct {
    char                       *canonical;       /* NULL: scheme has none */
    char                       *to_sign;
    char                       *signature;
} asr_conf_signed_t;


/*
 * out may be NULL.  False: the scheme, or this request, has no such way to be
 * wrong, and the request is of no use.  A request of tc3 without Content-Type
 * gets one, and so does one whose parameters go into a form.
 */

bool asr_conf_sign(asr_conf_request_t *rq, const asr_conf_signing_t *how,
    asr_conf_signed_t *out);
void asr_conf_signed_clean(asr_conf_signed_t *s);


/*
 * The ways a signature can be wrong.  Each is one mistake a client really
 * makes; `words` says it, as a finding prints it.  Rows of tc1 stand at
 * ASR_CONF_TC1_SHA256 and serve both of its digests.
 */

struct asr_conf_edit_s;                  /* asr_conf_sign_int.h */

typedef struct {
    asr_conf_scheme_t           scheme;
    const char                 *name;    /* "stale", "upper-case-hex" */
    const char                 *words;
    const char                 *code;    /* "A|B": either; "" is taken */
    const char                 *clause;
    int                         level;   /* asr_conf_level_t */
    const char                 *via;     /* a step's; NULL: the scheme's */
    const struct asr_conf_edit_s  *edits;    /* what is done to make it */
} asr_conf_wrong_t;


/* A right endpoint refuses each of these with the row's code; NULL past all. */

const asr_conf_wrong_t *asr_conf_wrong_nth(size_t i);

/*
 * What is unusual and yet right: stock SDKs do it, or the document lets them.
 * A right endpoint takes each; code is "".
 */

const asr_conf_wrong_t *asr_conf_oddity_nth(size_t i);

/* The row of either table; NULL: none. */

const asr_conf_wrong_t *asr_conf_wrong(asr_conf_scheme_t scheme,
    const char *name);

/* "tc3"; tc1 for both of its digests. */

const char *asr_conf_scheme_name(asr_conf_scheme_t scheme);

/*
 * A case for each row of both tables that is of the document's API:
 * "<api>/signature/<scheme>/<name>", of a cheap operation that makes no task.
 */

void asr_conf_wrong_cases(asr_conf_cases_t *c, const asr_conf_doc_t *d);


/*
 * The vectors of common/vectors: written to a directory, how many (it ends the
 * program when it cannot); and all signed anew, faults said on out.
 */

unsigned asr_conf_vectors_write(const char *dir);
bool asr_conf_vectors_hold(FILE *out);


#endif /* ASR_CONF_SIGN_H */
