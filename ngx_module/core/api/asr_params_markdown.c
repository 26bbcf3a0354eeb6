/* Parameter tables as Markdown, for the README. */

#include "asr_params.h"


static void
asr_params_markdown_range(const asr_param_t *p, asr_buf_t *out)
{
    int64_t      i;
    size_t       k;
    const char  *unit;

    if (p->set != NULL) {
        for (k = 0; p->set[k] != NULL; k++) {
            asr_buf_printf(out, "%s`%s`", k ? " " : "", p->set[k]);
        }

        return;
    }

    if (p->iset != NULL) {
        for (i = 1; i <= p->iset[0]; i++) {
            asr_buf_printf(out, "%s%lld", i > 1 ? ", " : "",
                           (long long) p->iset[i]);
        }

        return;
    }

    unit = (p->type == ASR_P_STRING) ? " characters"
           : (p->type == ASR_P_STRINGS) ? " items" : "";

    if (p->min != 0 || p->max != 0) {

        if (p->max < p->min) {
            asr_buf_printf(out, "%lld or more%s", (long long) p->min, unit);

        } else {
            asr_buf_printf(out, "%lld to %lld%s", (long long) p->min,
                           (long long) p->max, unit);
        }
    }

    if (p->item_max != 0) {
        asr_buf_printf(out, ", each at most %lld characters",
                       (long long) p->item_max);
    }
}


void
asr_params_markdown(const asr_param_t *table, size_t n, asr_buf_t *out)
{
    size_t              i;
    const asr_param_t  *p;

    static const char  head[] =
        "| parameter | type | required | range | default | clause | rule |\n"
        "| --- | --- | --- | --- | --- | --- | --- |\n";

    static const char *const  types[] = {
        "integer", "boolean", "string", "string[]", "string"
    };

    asr_buf_append(out, head, sizeof(head) - 1);

    for (i = 0; i < n; i++) {
        p = &table[i];

        asr_buf_printf(out, "| `%.*s` | %s%s | %s | ", asr_fmt(p->name),
                       types[p->type],
                       (p->flags & ASR_P_NUMSTR) ? " (or decimal string)" : "",
                       (p->flags & ASR_P_REQUIRED) ? "yes" : "no");
        asr_params_markdown_range(p, out);
        asr_buf_printf(out, " | %s%s%s | %s | %s%s%s%s |\n",
                       p->dflt != NULL ? "`" : "",
                       p->dflt != NULL ? p->dflt : "",
                       p->dflt != NULL ? "`" : "",
                       p->clause, p->words,
                       (p->flags & ASR_P_IGNORED) ? " (checked, unused)" : "",
                       (p->flags & ASR_P_EXTENSION) ? " (extension)" : "",
                       (p->flags & ASR_P_GUESS) ? " (guess)" : "");
    }
}
