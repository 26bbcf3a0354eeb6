/*
 * Runs a fuzz target over the files named on the command line, so that what a
 * fuzzer once found is tested with any compiler.  Each input is a block of its
 * own of exactly its size, for the sanitizer's sake.
 */

#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>


#define REGRESS_MAX  (16 << 20)


int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);


static int
regress_file(const char *name)
{
    long      size;
    FILE     *f;
    uint8_t  *data;

    f = fopen(name, "rb");
    if (f == NULL) {
        perror(name);
        return -1;
    }

    data = NULL;

    if (fseek(f, 0, SEEK_END) != 0
        || (size = ftell(f)) < 0
        || size > REGRESS_MAX
        || fseek(f, 0, SEEK_SET) != 0
        || (data = malloc(size != 0 ? (size_t) size : 1)) == NULL
        || fread(data, 1, (size_t) size, f) != (size_t) size)
    {
        fprintf(stderr, "%s: cannot be read\n", name);
        free(data);
        fclose(f);
        return -1;
    }

    fclose(f);

    (void) LLVMFuzzerTestOneInput(data, (size_t) size);

    free(data);

    return 0;
}


int
main(int argc, char **argv)
{
    int  i;

    for (i = 1; i < argc; i++) {
        if (regress_file(argv[i]) != 0) {
            return 1;
        }
    }

    /* no input at all is no success */

    if (argc < 2) {
        fprintf(stderr, "usage: %s FILE ...\n", argv[0]);
        return 1;
    }

    printf("%d inputs\n", argc - 1);

    return 0;
}
