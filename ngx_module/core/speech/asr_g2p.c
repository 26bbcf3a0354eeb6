/*
 * See asr_g2p.h.
 *
 * flite keeps its lexicon in static memory that is set up at the first use,
 * so one thread is in it at a time.  It ends the process when it finds no
 * memory, as the recogniser's library does: words have a ceiling.
 */

#include <ctype.h>
#include <pthread.h>

#include <flite/flite.h>

#include "asr_g2p.h"


cst_lexicon *cmu_lex_init(void);


typedef struct {
    const char  *flite;
    const char  *cmu;
} asr_g2p_phone_t;


/* Those that differ by more than capitals. */

static const asr_g2p_phone_t  asr_g2p_phones[] = {
    { "ax", "AH" }, { "ix", "IH" }, { "axr", "ER" }, { "dx", "T" },
    { "el", "AH L" }, { "em", "AH M" }, { "en", "AH N" }, { "pau", "" }
};

static const char *const  asr_g2p_letters[] = {
    "EY", "B IY", "S IY", "D IY", "IY", "EH F", "JH IY", "EY CH", "AY",
    "JH EY", "K EY", "EH L", "EH M", "EH N", "OW", "P IY", "K Y UW", "AA R",
    "EH S", "T IY", "Y UW", "V IY", "D AH B AH L Y UW", "EH K S", "W AY",
    "Z IY"
};

static const char *const  asr_g2p_digits[] = {
    "Z IY R OW", "W AH N", "T UW", "TH R IY", "F AO R", "F AY V", "S IH K S",
    "S EH V AH N", "EY T", "N AY N"
};

static pthread_mutex_t  asr_g2p_mutex = PTHREAD_MUTEX_INITIALIZER;


/* "ax0" is "AH": without the stress.  out has room for 8. */

static const char *
asr_g2p_phone(const char *name, char *out)
{
    size_t  i, n;

    for (n = 0; n < 4 && name[n] >= 'a' && name[n] <= 'z'; n++) {
        out[n] = name[n];
    }

    out[n] = '\0';

    for (i = 0; i < asr_nelts(asr_g2p_phones); i++) {
        if (strcmp(out, asr_g2p_phones[i].flite) == 0) {
            return asr_g2p_phones[i].cmu;
        }
    }

    for (i = 0; i < n; i++) {
        out[i] = (char) toupper((unsigned char) out[i]);
    }

    return out;
}


/* Mutex held. */

static asr_err_t
asr_g2p_lookup(const char *word, char *out, size_t size)
{
    char               mem[8];
    size_t             n, len;
    cst_val           *phones;
    const char        *phone;
    cst_lexicon       *lexicon;
    const cst_val     *v;

    lexicon = cmu_lex_init();

    if (lexicon == NULL) {
        return ASR_NOTFOUND;
    }

    phones = lex_lookup(lexicon, word, NULL, NULL);
    n = 0;

    for (v = phones; v != NULL; v = val_cdr(v)) {
        phone = asr_g2p_phone(val_string(val_car(v)), mem);
        len = strlen(phone);

        if (n + len + 2 > size) {
            delete_val(phones);
            return ASR_TOOBIG;
        }

        if (len != 0 && n != 0) {
            out[n++] = ' ';
        }

        memcpy(out + n, phone, len);
        n += len;
    }

    delete_val(phones);
    out[n] = '\0';

    return n == 0 ? ASR_NOTFOUND : ASR_OK;
}


asr_err_t
asr_g2p_word(asr_str_t word, char *out, size_t size)
{
    char       buf[ASR_G2P_WORD_MAX + 1];
    bool       letter;
    size_t     i;
    asr_err_t  rc;

    if (word.len == 0 || word.len > ASR_G2P_WORD_MAX) {
        return ASR_INVALID;
    }

    for (i = 0; i < word.len; i++) {
        letter = word.data[i] >= 'a' && word.data[i] <= 'z';

        if (!letter && (word.data[i] != '\'' || i == 0
                        || i + 1 == word.len))
        {
            return ASR_INVALID;
        }
    }

    memcpy(buf, word.data, word.len);
    buf[word.len] = '\0';

    pthread_mutex_lock(&asr_g2p_mutex);
    rc = asr_g2p_lookup(buf, out, size);
    pthread_mutex_unlock(&asr_g2p_mutex);

    return rc;
}


const char *
asr_g2p_letter(char c)
{
    if (c >= 'a' && c <= 'z') {
        return asr_g2p_letters[c - 'a'];
    }

    if (c >= 'A' && c <= 'Z') {
        return asr_g2p_letters[c - 'A'];
    }

    if (c >= '0' && c <= '9') {
        return asr_g2p_digits[c - '0'];
    }

    return NULL;
}
