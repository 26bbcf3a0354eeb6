/*
 * How an English word that no dictionary has is pronounced, by the letter to
 * sound rules of flite, in the phones of the CMU dictionary: "S IH N T R AH".
 */

#ifndef ASR_G2P_H
#define ASR_G2P_H

#include "../base/asr_base.h"


#define ASR_G2P_WORD_MAX  32         /* letters */
#define ASR_G2P_SIZE      256        /* room that is always enough */


/*
 * The word has letters a to z, and apostrophes inside.  Writes the phones,
 * separated by blanks, terminated.  ASR_NOTFOUND: it has none; ASR_INVALID:
 * another character or too long; ASR_TOOBIG: no room.  Any thread; the calls
 * wait for each other.
 */
asr_err_t asr_g2p_word(asr_str_t word, char *out, size_t size);

/* The name of a letter or digit: "Z IY"; NULL: c is none. */
const char *asr_g2p_letter(char c);


#endif /* ASR_G2P_H */
