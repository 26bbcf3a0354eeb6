/* Data files against the schemas of their form. */

#include "asr_conf_doc_int.h"

#include "asr_conf_json.h"


json_t *
asr_conf_file_json(const asr_conf_file_t *f, asr_conf_faults_t *faults)
{
    char     err[256];
    json_t  *v;

    v = asr_conf_json_read((const char *) f->data, f->len, err, sizeof(err));

    if (v == NULL) {
        asr_conf_fault(faults, f->name, "JSON", "%s", err);
    }

    return v;
}


static asr_conf_schema_t *
schema_of(const char *name, asr_conf_faults_t *faults)
{
    char                    err[256];
    json_t                 *v;
    asr_conf_schema_t      *s;
    const asr_conf_file_t  *f;

    f = asr_conf_file(name);

    if (f == NULL) {
        asr_conf_fault(faults, name, "file", "is not there");
        return NULL;
    }

    v = asr_conf_file_json(f, faults);

    if (v == NULL) {
        return NULL;
    }

    s = asr_conf_schema_new(v, err, sizeof(err));
    json_decref(v);

    if (s == NULL) {
        asr_conf_fault(faults, name, "schema", "%s", err);
    }

    return s;
}


static bool
ends_with(const char *name, const char *end)
{
    size_t  a, b;

    a = strlen(name);
    b = strlen(end);

    return a >= b && strcmp(name + a - b, end) == 0;
}


void
asr_conf_data_check(const asr_conf_file_t *files, size_t n,
    asr_conf_faults_t *faults)
{
    char                err[400];
    size_t              i, k;
    json_t             *v;
    asr_conf_schema_t  *s;
    bool                fits;

    static const char *const  forms[][2] = {
        { "common/document.schema.json", "/document.json" },
        { "common/case.schema.json", "/cases/" },
        { "common/causes.schema.json", "/causes.json" }
    };

    for (k = 0; k < 3; k++) {
        s = schema_of(forms[k][0], faults);

        if (s == NULL) {
            continue;
        }

        for (i = 0; i < n; i++) {
            fits = k == 1 ? strstr(files[i].name, forms[k][1]) != NULL
                          : ends_with(files[i].name, forms[k][1]);

            if (!fits) {
                continue;
            }

            v = asr_conf_file_json(&files[i], faults);

            if (v != NULL && !asr_conf_schema_holds(s, v, err, sizeof(err))) {
                asr_conf_fault(faults, files[i].name, forms[k][0], "%s", err);
            }

            json_decref(v);
        }

        asr_conf_schema_free(s);
    }
}
