/*
 * The files in the program.
 */

#include <stdlib.h>
#include <string.h>

#include "asr_conf_embed.h"


static int
asr_conf_file_cmp(const void *name, const void *file)
{
    return strcmp(name, ((const asr_conf_file_t *) file)->name);
}


const asr_conf_file_t *
asr_conf_file(const char *name)
{
    return bsearch(name, asr_conf_files, asr_conf_nfiles,
                   sizeof(asr_conf_file_t), asr_conf_file_cmp);
}
