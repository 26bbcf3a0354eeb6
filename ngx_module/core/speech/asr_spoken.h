/*
 * The ways in which a written term is said in English: "5G" is "five G",
 * "ASR" is "A S R" and "asr", "Zürich 2024" is "zurich twenty twenty four" and
 * "zurich two thousand twenty four".
 */

#ifndef ASR_SPOKEN_H
#define ASR_SPOKEN_H

#include "../base/asr_base.h"


#define ASR_SPOKEN_WAYS   4
#define ASR_SPOKEN_SIZE   256


/*
 * Words separated by one blank, terminated: of a to z and apostrophes, or one
 * capital, which is the name of that letter.  "'s" is the ending of the word
 * before it.  The likeliest way comes first.
 */

typedef struct {
    size_t  n;
    char    ways[ASR_SPOKEN_WAYS][ASR_SPOKEN_SIZE];
} asr_spoken_t;


/*
 * ASR_INVALID: not UTF-8.  ASR_NOTFOUND: nothing to say, or characters that
 * are neither Latin nor a known sign.  ASR_TOOBIG.
 */
asr_err_t asr_spoken(asr_str_t term, asr_spoken_t *out);

/*
 * The term in ASCII: letters without their accents, other signs that have no
 * sound dropped, white space and control characters as blanks.  Terminated;
 * errors as above.
 */
asr_err_t asr_spoken_fold(asr_str_t term, char *out, size_t size);


#endif /* ASR_SPOKEN_H */
