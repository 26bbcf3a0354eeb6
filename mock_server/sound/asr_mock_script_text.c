/*
 * A text's sentences, words and marks.  All of them are pieces of one copy of
 * it, so that put together again they are the text.
 */

#include "asr_mock_script_int.h"


typedef enum {
    ASR_MOCK_NO_MARK = 0,
    ASR_MOCK_MARK,
    ASR_MOCK_CLOSER,             /* may stand after an end */
    ASR_MOCK_END
} asr_mock_mark_t;

static const struct {
    asr_str_t        mark;
    asr_mock_mark_t  kind;
} asr_mock_mark_list[] = {
    { ASR_STR("."), ASR_MOCK_END },
    { ASR_STR("?"), ASR_MOCK_END },
    { ASR_STR("!"), ASR_MOCK_END },
    { ASR_STR("\xe2\x80\xa6"), ASR_MOCK_END },           /* ellipsis */
    { ASR_STR("\xe3\x80\x82"), ASR_MOCK_END },           /* full width: . */
    { ASR_STR("\xef\xbc\x9f"), ASR_MOCK_END },           /* ? */
    { ASR_STR("\xef\xbc\x81"), ASR_MOCK_END },           /* ! */
    { ASR_STR(","), ASR_MOCK_MARK },
    { ASR_STR(";"), ASR_MOCK_MARK },
    { ASR_STR(":"), ASR_MOCK_MARK },
    { ASR_STR("\xef\xbc\x8c"), ASR_MOCK_MARK },          /* , */
    { ASR_STR("\xe3\x80\x81"), ASR_MOCK_MARK },          /* between items */
    { ASR_STR("\xef\xbc\x9b"), ASR_MOCK_MARK },          /* ; */
    { ASR_STR("\xef\xbc\x9a"), ASR_MOCK_MARK },          /* : */
    { ASR_STR(")"), ASR_MOCK_CLOSER },
    { ASR_STR("]"), ASR_MOCK_CLOSER },
    { ASR_STR("\""), ASR_MOCK_CLOSER },
    { ASR_STR("'"), ASR_MOCK_CLOSER },
    { ASR_STR("\xe2\x80\x99"), ASR_MOCK_CLOSER },        /* quotes */
    { ASR_STR("\xe2\x80\x9d"), ASR_MOCK_CLOSER },
    { ASR_STR("\xc2\xbb"), ASR_MOCK_CLOSER },
    { ASR_STR("\xef\xbc\x89"), ASR_MOCK_CLOSER },        /* ) */
    { ASR_STR("\xe3\x80\x8d"), ASR_MOCK_CLOSER },
};


static asr_str_t asr_mock_script_line(asr_str_t *rest);
static size_t asr_mock_script_words(asr_str_t text);
static void asr_mock_script_word(asr_mock_script_t *s, asr_str_t token);
static bool asr_mock_script_ends(asr_str_t token);
static asr_mock_mark_t asr_mock_mark_at_end(asr_str_t s, size_t *len);


asr_err_t
asr_mock_script_text(asr_mock_script_t *s, asr_str_t text)
{
    bool               end;
    asr_err_t          rc;
    asr_str_t          rest, line, token;
    asr_mock_piece_t  *piece;

    if (text.len > ASR_MOCK_SCRIPT_TEXT) {
        return ASR_TOOBIG;
    }

    if (!asr_utf8_valid(text)) {
        return ASR_INVALID;
    }

    rest = asr_arena_str(s->arena, text);

    if (rest.data == NULL) {
        return ASR_NOMEM;
    }

    rc = asr_mock_script_room(s, asr_mock_script_words(rest));

    while (rc == ASR_OK && rest.data != NULL) {
        line = asr_mock_script_line(&rest);
        end = true;
        piece = NULL;

        while (line.len != 0) {
            token = asr_str_cut(&line, ' ');

            if (end) {
                piece = &s->pieces[s->npieces++];
                piece->word = s->nwords;
                piece->n = 0;
            }

            asr_mock_script_word(s, token);
            piece->n++;
            end = asr_mock_script_ends(token);

            /* one blank is what a join puts there, more of them are marks */

            while (line.len != 0 && line.data[0] == ' ') {
                s->words[s->nwords - 1].tail.len++;
                line.data++;
                line.len--;
            }
        }
    }

    return rc;
}


static asr_str_t
asr_mock_script_line(asr_str_t *rest)
{
    asr_str_t  line;

    line = asr_str_cut(rest, '\n');

    while (line.len != 0
           && memchr(" \t\r", line.data[line.len - 1], 3) != NULL)
    {
        line.len--;
    }

    while (line.len != 0 && memchr(" \t\r", line.data[0], 3) != NULL) {
        line.data++;
        line.len--;
    }

    return line;
}


/* As many or more. */

static size_t
asr_mock_script_words(asr_str_t text)
{
    size_t  i, n;

    for (n = 1, i = 1; i < text.len; i++) {
        n += (text.data[i - 1] == ' ' || text.data[i - 1] == '\n')
             && text.data[i] != ' ' && text.data[i] != '\n';
    }

    return n;
}


static void
asr_mock_script_word(asr_mock_script_t *s, asr_str_t token)
{
    size_t       marks;
    asr_word_t  *w;

    w = &s->words[s->nwords++];
    marks = asr_mock_marks(token);
    w->text = (asr_str_t) { token.len - marks, token.data };
    w->tail = (asr_str_t) { marks, token.data + token.len - marks };
}


static asr_mock_mark_t
asr_mock_mark_at_end(asr_str_t s, size_t *len)
{
    size_t  i, n;

    for (i = 0; i < asr_nelts(asr_mock_mark_list); i++) {
        n = asr_mock_mark_list[i].mark.len;

        if (n <= s.len
            && memcmp(s.data + s.len - n, asr_mock_mark_list[i].mark.data, n)
               == 0)
        {
            *len = n;
            return asr_mock_mark_list[i].kind;
        }
    }

    return ASR_MOCK_NO_MARK;
}


size_t
asr_mock_marks(asr_str_t word)
{
    size_t  n, all;

    all = word.len;

    while (word.len != 0
           && asr_mock_mark_at_end(word, &n) != ASR_MOCK_NO_MARK)
    {
        word.len -= n;
    }

    return word.len != 0 ? all - word.len : 0;
}


static bool
asr_mock_script_ends(asr_str_t token)
{
    size_t           n;
    asr_mock_mark_t  kind;

    n = 0;
    kind = asr_mock_mark_at_end(token, &n);

    while (kind == ASR_MOCK_CLOSER) {
        token.len -= n;
        kind = asr_mock_mark_at_end(token, &n);
    }

    return kind == ASR_MOCK_END;
}
