/*
 * The operator's libraries of words, which requests name by id: keywords that
 * are looked for in results, hotwords that recognition is to prefer.
 */

#ifndef ASR_LIBRARIES_H
#define ASR_LIBRARIES_H

#include "asr_ask.h"


#define ASR_LIBRARIES_FILE_MAX  (4 * 1024 * 1024)
#define ASR_LIBRARIES_MAX       1000
#define ASR_LIBRARY_WORDS_MAX   1000     /* of keywords; ASR_HOTWORDS_MAX */
#define ASR_LIBRARY_ID_MAX      128      /* bytes; of a name and a word, too */


typedef enum { ASR_LIBRARY_KEYWORDS = 0, ASR_LIBRARY_HOTWORDS }
    asr_library_type_t;

typedef struct {
    asr_str_t            id;
    asr_str_t            name;           /* the id, if it has none */
    asr_str_t            account;        /* empty: of all accounts */
    asr_library_type_t   type;
    asr_hotword_t       *words;          /* keywords' weights mean nothing */
    size_t               nwords;
} asr_library_t;

typedef struct asr_libraries_s  asr_libraries_t;


/*
 * {"libraries": [{"id": "kw-1", "name": "Products", "type": "keywords",
 * "account": "demo", "words": ["cloud", "Tencent Cloud|10"]}]}; name and
 * account may be absent.  NULL on error, with a line in err that names file,
 * library and field.  Refused: unknown fields, an id that is there twice,
 * weights but 1 to 11 and 100, what is over a ceiling.
 */
asr_libraries_t *asr_libraries_load(const char *path, char *err,
    size_t errlen);

/* The same of a text in memory; the line in err names no file. */
asr_libraries_t *asr_libraries_parse(asr_str_t text, char *err,
    size_t errlen);

void asr_libraries_free(asr_libraries_t *l);             /* NULL is fine */

/* The i-th, in the file's order; NULL: no more. */
const asr_library_t *asr_libraries_get(const asr_libraries_t *l, size_t i);

/* NULL: the account has none of that type; l may be NULL. */
const asr_library_t *asr_libraries_find(const asr_libraries_t *l,
    asr_library_type_t type, asr_str_t id, asr_str_t account);

/*
 * Copies of the words of the library that ask names become its hotwords;
 * none when it is not there.  ASR_NOMEM.
 */
asr_err_t asr_libraries_hotwords(const asr_libraries_t *l, asr_arena_t *a,
    asr_str_t account, asr_ask_t *ask);


#endif /* ASR_LIBRARIES_H */
