/* The formats of a report. */

#include <errno.h>

#include "asr_conf_report_int.h"


typedef struct {
    const char  *name;
    void       (*write)(FILE *out, const asr_conf_report_t *rep);
} asr_conf_format_t;


static const asr_conf_format_t *asr_conf_format(const char *name);


static const asr_conf_format_t  asr_conf_formats[] = {

    { "tap", asr_conf_report_tap },
    { "junit", asr_conf_report_junit },
    { "jsonl", asr_conf_report_jsonl },
    { "matrix.md", asr_conf_report_matrix_md },
    { "matrix.html", asr_conf_report_matrix_html },

    { NULL, NULL }
};


static const asr_conf_format_t *
asr_conf_format(const char *name)
{
    const asr_conf_format_t  *f;

    for (f = asr_conf_formats; f->name != NULL; f++) {
        if (strcmp(f->name, name) == 0) {
            return f;
        }
    }

    return NULL;
}


bool
asr_conf_report_known(const char *fmt)
{
    return asr_conf_format(fmt) != NULL;
}


void
asr_conf_report_write(FILE *out, const char *fmt, const asr_conf_report_t *rep)
{
    const asr_conf_format_t  *f;

    f = asr_conf_format(fmt);

    if (f != NULL) {
        f->write(out, rep);
        return;
    }

    asr_conf_die("no format of a report: \"%s\"", fmt);
}


FILE *
asr_conf_report_open(const char *path)
{
    FILE  *f;

    f = strcmp(path, "-") == 0 ? stdout : fopen(path, "w");

    if (f == NULL) {
        asr_conf_die("%s: %s", path, strerror(errno));
    }

    return f;
}


void
asr_conf_report_save(FILE *out, const char *path, const char *fmt,
    const asr_conf_report_t *rep)
{
    asr_conf_report_write(out, fmt, rep);

    if (fflush(out) != 0 || ferror(out)
        || (out != stdout && fclose(out) != 0))
    {
        asr_conf_die("%s: %s", path, strerror(errno));
    }
}
