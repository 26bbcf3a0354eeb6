/*
 * Names of audio that mean something, for clients that can set no header:
 * the last component of a URL's path, or a file's name.
 *
 *     fail-CODE.wav          the task fails with CODE; where that is no end
 *                            of a task, the request is refused with it
 *     never.wav              the task never ends
 *     slow-30s.wav           the task takes so long
 *     silence.wav            nothing is said in it
 *     say-hello-world.wav    "hello world" is said in it
 */

#ifndef ASR_MOCK_MAGIC_H
#define ASR_MOCK_MAGIC_H

#include "asr_mock_errors.h"


#define ASR_MOCK_MAGIC_TEXT_MAX  512


typedef enum {
    ASR_MOCK_MAGIC_FAIL = 0,     /* code */
    ASR_MOCK_MAGIC_NEVER,
    ASR_MOCK_MAGIC_SLOW,         /* ms */
    ASR_MOCK_MAGIC_SILENCE,
    ASR_MOCK_MAGIC_SAY           /* text */
} asr_mock_magic_kind_t;

typedef struct {
    asr_mock_magic_kind_t  kind;
    int64_t                ms;
    char                   code[ASR_MOCK_CODE_NAME_MAX];
    char                   text[ASR_MOCK_MAGIC_TEXT_MAX];    /* UTF-8 */
} asr_mock_magic_t;


/*
 * false: an ordinary name.  Query and fragment are cut off, %XX decoded; an
 * extension is cut off only when it is one of audio's, so that a code may
 * have dots.  A code keeps its case and need not exist: asr_mock_task_code
 * and asr_mock_error tell, which take '_' for '.' and '-' for '/'.
 */
bool asr_mock_magic(asr_str_t url_or_name, asr_mock_magic_t *out);


#endif /* ASR_MOCK_MAGIC_H */
