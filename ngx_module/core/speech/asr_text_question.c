/*
 * Which sentences ask: those that begin as a question does, and those that
 * end in "isn't it".  What only the voice makes a question is none here.
 */

#include "asr_text_int.h"


#define ASR_QUESTION_LONGEST  30
#define ASR_QUESTION_LEADS    3


static bool
asr_token_in(const asr_token_t *t, const char *words)
{
    asr_str_t  rest, word;

    rest = asr_cstr(words);

    while (rest.data != NULL) {
        word = asr_str_cut(&rest, ' ');

        if (word.len == t->text.len && asr_str_caseeq(word, t->text)) {
            return true;
        }
    }

    return false;
}


/* "what is", "where did", "how many"; not "which is why", "how to". */

static bool
asr_asks_wh(const asr_token_t *v, size_t n)
{
    uint32_t  next;

    if (n == 1) {
        return (v->bits & ASR_W_WHOLE) != 0;
    }

    next = v[1].bits;

    if (asr_token_in(v, "how") && (next & ASR_W_HOW)) {
        return true;
    }

    if (asr_token_in(v, "what")
        && asr_token_in(&v[1], "about if kind sort time else"))
    {
        return true;
    }

    if (asr_token_in(v, "why") && asr_token_in(&v[1], "not")) {
        return true;
    }

    if (asr_token_in(v, "which whose whom what") && n > 3
        && !(next & (ASR_W_AUX | ASR_W_SUBJECT))
        && (v[2].bits & ASR_W_AUX) && (v[3].bits & ASR_W_PRONOUN))
    {
        return true;             /* "which book did you" */
    }

    if (!(next & (ASR_W_AUX | ASR_W_AUX_MAYBE))) {
        return false;
    }

    /* these two begin what hangs on another sentence as often */

    if (asr_token_in(v, "which")) {
        return n > 2 && (v[2].bits & ASR_W_PRONOUN);
    }

    if (asr_token_in(v, "who")) {
        return !asr_token_in(&v[1], "is are was were has have had")
               || (n > 2 && (v[2].bits & ASR_W_SUBJECT));
    }

    return true;
}


/* "do you", "is there", "can the"; not "do it", "had he known". */

static bool
asr_asks_aux(const asr_token_t *v, size_t n)
{
    uint32_t  next;

    if (n < 2) {
        return false;
    }

    next = v[1].bits;

    if (!(next & ASR_W_SUBJECT)) {
        return false;
    }

    if (v->bits & ASR_W_AUX_MAYBE) {
        return asr_token_in(v, "may") ? asr_token_in(&v[1], "i we")
                                      : (next & ASR_W_PRONOUN) != 0;
    }

    if (asr_token_in(v, "do don't")) {
        return asr_token_in(&v[1], "you i we they these those people any");
    }

    if (asr_token_in(v, "was were")) {
        return ((next & ASR_W_PRONOUN)
                || asr_token_in(&v[1], "this that these those"))
               && (n < 3 || !asr_token_in(&v[2], "not"));
    }

    return true;
}


bool
asr_text_asks(const asr_token_t *v, size_t n)
{
    size_t  i;

    if (n > ASR_QUESTION_LONGEST) {
        return false;
    }

    if (n > 2 && (v[n - 2].bits & ASR_W_TAG)
        && (v[n - 1].bits & ASR_W_PRONOUN))
    {
        return true;
    }

    for (i = 0; i < ASR_QUESTION_LEADS && i + 1 < n; i++) {
        if (!(v[i].bits & ASR_W_LEAD)) {
            break;
        }
    }

    v += i;
    n -= i;

    if (v->bits & ASR_W_WH_IS) {
        return n > 1 && !asr_token_in(&v[1], "more done worse");
    }

    if (v->bits & ASR_W_WH) {
        return asr_asks_wh(v, n);
    }

    return (v->bits & (ASR_W_AUX | ASR_W_AUX_MAYBE)) && asr_asks_aux(v, n);
}
