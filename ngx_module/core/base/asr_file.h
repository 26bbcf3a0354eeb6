/*
 * Small files of the operator: accounts, libraries.
 */

#ifndef ASR_FILE_H
#define ASR_FILE_H

#include "asr_base.h"

#include <sys/types.h>


/*
 * Reads at most size bytes of the file's begin; how many, -1 with errno.  The
 * caller asks for one more than it takes, to tell a file that is too large.
 */
ssize_t asr_file_read(const char *path, char *buf, size_t size);


#endif /* ASR_FILE_H */
