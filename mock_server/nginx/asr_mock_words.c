/*
 * ICU and flite for the mock's module, loaded when they are first needed, as
 * libcurl is (asr_mock_curl.c): numbers and pronunciations are of texts, and
 * the first text is long after the start.
 *
 * These stand in for what the core calls; the version script keeps them from
 * everybody else.  Without a library they say what the core takes for "not
 * there": it goes on without numbers in digits, or without hotwords.
 */

#include <dlfcn.h>
#include <pthread.h>
#include <stddef.h>
#include <flite/flite.h>
#include <unicode/unum.h>

#include "core/base/asr_base.h"


#define ASR_MOCK_TEXT(s)    #s
#define ASR_MOCK_NAME(s)    ASR_MOCK_TEXT(s)     /* with ICU's suffix */
#define ASR_MOCK_ICU_SO     "libicui18n.so." U_ICU_VERSION_SHORT
#define ASR_MOCK_ICU_UC_SO  "libicuuc.so." U_ICU_VERSION_SHORT
#define ASR_MOCK_FLITE_SO   "libflite.so.1"
#define ASR_MOCK_CMU_SO     "libflite_cmulex.so.1"

#define ASR_MOCK_WORDS_ALL(X)                                                 \
    X(icu, unum_open)                                                         \
    X(icu, unum_close)                                                        \
    X(icu, unum_formatInt64)                                                  \
    X(icu, unum_parseInt64)                                                   \
    X(icu, unum_setTextAttribute)                                             \
    X(icu_uc, u_errorName)                                                    \
    X(cmu, cmu_lex_init)                                                      \
    X(flite, lex_lookup)                                                      \
    X(flite, delete_val)                                                      \
    X(flite, val_car)                                                         \
    X(flite, val_cdr)                                                         \
    X(flite, val_string)

#define ASR_MOCK_WORDS_FIELD(lib, name)  __typeof__(name)  *name;
#define ASR_MOCK_WORDS_FIND(lib, name)                                        \
    if (lib != NULL) {                                                        \
        asr_mock_words.name = (__typeof__(name) *)                            \
                              dlsym(lib, ASR_MOCK_NAME(name));                \
    }


cst_lexicon *cmu_lex_init(void);


static void asr_mock_words_open(void);
static void *asr_mock_words_load(const char *name);
static void asr_mock_words_need(void);


static struct {
    ASR_MOCK_WORDS_ALL(ASR_MOCK_WORDS_FIELD)
} asr_mock_words;

static pthread_once_t  asr_mock_words_once = PTHREAD_ONCE_INIT;


static void *
asr_mock_words_load(const char *name)
{
    void  *lib;

    lib = dlopen(name, RTLD_NOW|RTLD_LOCAL);

    if (lib == NULL) {
        asr_log(ASR_LOG_ERR, "%s", dlerror());
    }

    return lib;
}


static void
asr_mock_words_open(void)
{
    void  *icu, *icu_uc, *flite, *cmu;

    icu_uc = asr_mock_words_load(ASR_MOCK_ICU_UC_SO);
    icu = asr_mock_words_load(ASR_MOCK_ICU_SO);
    flite = asr_mock_words_load(ASR_MOCK_FLITE_SO);
    cmu = asr_mock_words_load(ASR_MOCK_CMU_SO);

    ASR_MOCK_WORDS_ALL(ASR_MOCK_WORDS_FIND)
}


static void
asr_mock_words_need(void)
{
    (void) pthread_once(&asr_mock_words_once, asr_mock_words_open);
}


UNumberFormat *
unum_open(UNumberFormatStyle style, const UChar *pattern, int32_t len,
    const char *locale, UParseError *where, UErrorCode *status)
{
    asr_mock_words_need();

    if (asr_mock_words.unum_open == NULL
        || asr_mock_words.unum_close == NULL
        || asr_mock_words.unum_formatInt64 == NULL
        || asr_mock_words.unum_parseInt64 == NULL
        || asr_mock_words.unum_setTextAttribute == NULL)
    {
        *status = U_FILE_ACCESS_ERROR;
        return NULL;
    }

    return asr_mock_words.unum_open(style, pattern, len, locale, where,
                                    status);
}


/* Of a format that was opened: the library is there. */

void
unum_close(UNumberFormat *format)
{
    asr_mock_words.unum_close(format);
}


int32_t
unum_formatInt64(const UNumberFormat *format, int64_t number, UChar *result,
    int32_t len, UFieldPosition *pos, UErrorCode *status)
{
    return asr_mock_words.unum_formatInt64(format, number, result, len, pos,
                                           status);
}


int64_t
unum_parseInt64(const UNumberFormat *format, const UChar *text, int32_t len,
    int32_t *pos, UErrorCode *status)
{
    return asr_mock_words.unum_parseInt64(format, text, len, pos, status);
}


void
unum_setTextAttribute(UNumberFormat *format, UNumberFormatTextAttribute tag,
    const UChar *value, int32_t len, UErrorCode *status)
{
    asr_mock_words.unum_setTextAttribute(format, tag, value, len, status);
}


const char *
u_errorName(UErrorCode code)
{
    asr_mock_words_need();

    return asr_mock_words.u_errorName != NULL
           ? asr_mock_words.u_errorName(code) : "ICU is not there";
}


cst_lexicon *
cmu_lex_init(void)
{
    asr_mock_words_need();

    if (asr_mock_words.lex_lookup == NULL || asr_mock_words.delete_val == NULL
        || asr_mock_words.val_car == NULL || asr_mock_words.val_cdr == NULL
        || asr_mock_words.val_string == NULL
        || asr_mock_words.cmu_lex_init == NULL)
    {
        return NULL;
    }

    return asr_mock_words.cmu_lex_init();
}


/* Of a lexicon that was made: likewise. */

cst_val *
lex_lookup(const cst_lexicon *lexicon, const char *word, const char *pos,
    const cst_features *features)
{
    return asr_mock_words.lex_lookup(lexicon, word, pos, features);
}


void
delete_val(cst_val *val)
{
    asr_mock_words.delete_val(val);
}


const cst_val *
val_car(const cst_val *val)
{
    return asr_mock_words.val_car(val);
}


const cst_val *
val_cdr(const cst_val *val)
{
    return asr_mock_words.val_cdr(val);
}


const char *
val_string(const cst_val *val)
{
    return asr_mock_words.val_string(val);
}
