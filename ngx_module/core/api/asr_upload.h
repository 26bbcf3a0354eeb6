/*
 * What the uploads of all APIs share: the names and types that clients give
 * to files, made fit to be shown again.
 */

#ifndef ASR_UPLOAD_H
#define ASR_UPLOAD_H

#include "../base/asr_arena.h"


#define ASR_UPLOAD_TYPE_MAX  127         /* of a Content-Type that is kept */


/* "application/json; charset=utf-8" is of type "application/json". */
bool asr_upload_is_type(asr_str_t content_type, asr_str_t type);

/*
 * The name without folders, control characters and broken UTF-8, "audio" when
 * nothing is left.  It is only ever shown again, never used as a path; data
 * NULL: no memory.
 */
asr_str_t asr_upload_name(asr_arena_t *arena, asr_str_t name);

/* A copy of the type when it could be sent back as a header, else empty. */
asr_str_t asr_upload_type(asr_arena_t *arena, asr_str_t type);

/* What a file goes out as: no page or script may run in this origin. */
asr_str_t asr_upload_safe_type(asr_str_t type);

/* Content-Disposition of a file of that name; data NULL: no memory. */
asr_str_t asr_upload_disposition(asr_arena_t *arena, asr_str_t name);


#endif /* ASR_UPLOAD_H */
