/*
 * What the program carries: all files below conformance/<api>/ and
 * conformance/common/ but READMEs, by their path there ("u2/document.json").
 * The table is made by base/embed from the list of files in the Makefile.
 */

#ifndef ASR_CONF_EMBED_H
#define ASR_CONF_EMBED_H


#include <stddef.h>


typedef struct {
    const char           *name;
    const unsigned char  *data;          /* followed by a NUL */
    size_t                len;           /* without it */
} asr_conf_file_t;


extern const asr_conf_file_t  asr_conf_files[];      /* sorted by name */
extern const size_t           asr_conf_nfiles;


/* NULL: not there. */

const asr_conf_file_t *asr_conf_file(const char *name);


#endif /* ASR_CONF_EMBED_H */
