/*
 * params: prints the tables of the documents, parameters, rules and codes, as
 * Markdown, for the README.  Each table is preceded by a line "= NAME".
 */

#include <stdio.h>

#include "api/asr_ice.h"
#include "api/asr_memories.h"
#include "api/asr_tencent.h"
#include "api/asr_u2.h"


#define PARAMS_MAX  (1024 * 1024)


static void
params_table(asr_buf_t *out, const char *name, const asr_param_t *table,
    size_t n)
{
    asr_buf_printf(out, "= %s\n", name);
    asr_params_markdown(table, n, out);
}


static void
params_u2(asr_buf_t *out)
{
    size_t                i;
    const asr_u2_code_t  *c;
    const asr_u2_rule_t  *r;

    params_table(out, "u2 create", asr_u2_params, asr_u2_params_n);
    params_table(out, "u2 query", asr_u2_query_params, asr_u2_query_params_n);
    params_table(out, "u2 upload", asr_u2_upload_params,
                 asr_u2_upload_params_n);
    params_table(out, "u2 retrieve", asr_u2_retrieve_params,
                 asr_u2_retrieve_params_n);
    params_table(out, "u2 list", asr_u2_list_params, asr_u2_list_params_n);
    params_table(out, "u2 delete", asr_u2_delete_params,
                 asr_u2_delete_params_n);

    asr_buf_printf(out, "= u2 rules\n"
                   "| clause | rule |\n| --- | --- |\n");

    for (i = 0; i < asr_nelts(asr_u2_rules); i++) {
        r = &asr_u2_rules[i];
        asr_buf_printf(out, "| %s | %s%s |\n", r->clause, r->words,
                       r->guess ? " (guess)" : "");
    }

    asr_buf_printf(out, "= u2 causes\n"
                   "| code | a task failed because |\n| --- | --- |\n");

    for (i = 1; i < asr_nelts(asr_u2_causes); i++) {
        asr_buf_printf(out, "| %d | %s |\n", asr_u2_causes[i].code,
                       asr_u2_causes[i].meaning);
    }

    asr_buf_printf(out, "= u2 codes\n"
                   "| code | HTTP | meaning |\n| --- | --- | --- |\n");

    for (i = 0; i < asr_nelts(asr_u2_codes); i++) {
        c = &asr_u2_codes[i];

        /* rows that differ by the vendor's finer code alone */

        if (i != 0 && asr_str_eq(c->code, c[-1].code)
            && c->status == c[-1].status)
        {
            continue;
        }

        asr_buf_printf(out, "| %.*s | %d | %s%s |\n", asr_fmt(c->code),
                       c->status, c->meaning, c->guess ? " (guess)" : "");
    }
}


static void
params_tencent(asr_buf_t *out)
{
    size_t                          i;
    const asr_tencent_rule_t       *r;
    const asr_tencent_error_row_t  *e;

    params_table(out, "tencent CreateRecTask", asr_tencent_create_params,
                 asr_nelts(asr_tencent_create_params));
    params_table(out, "tencent DescribeTaskStatus",
                 asr_tencent_describe_params,
                 asr_nelts(asr_tencent_describe_params));

    asr_buf_printf(out, "= tencent rules\n"
                   "| clause | parameter | rule |\n| --- | --- | --- |\n");

    for (i = 0; i < asr_tencent_rules_n; i++) {
        r = &asr_tencent_rules[i];
        asr_buf_printf(out, "| %s | %s%s%s | %s%s%s |\n", r->clause,
                       r->param != NULL ? "`" : "",
                       r->param != NULL ? r->param : "",
                       r->param != NULL ? "`" : "", r->words,
                       (r->flags & ASR_P_EXTENSION) ? " (extension)" : "",
                       (r->flags & ASR_P_GUESS) ? " (guess)" : "");
    }

    asr_buf_printf(out, "= tencent errors\n"
                   "| code | message | clause |\n| --- | --- | --- |\n");

    for (i = 0; i < asr_nelts(asr_tencent_errors); i++) {
        e = &asr_tencent_errors[i];
        asr_buf_printf(out, "| `%s` | %s | %s%s |\n", e->code, e->en,
                       e->clause != NULL ? e->clause : "",
                       e->guess ? " (guess)" : "");
    }
}


static void
params_ice(asr_buf_t *out)
{
    size_t                      i;
    const asr_ice_rule_t       *r;
    const asr_ice_cause_t      *c;
    const asr_ice_error_row_t  *e;

    params_table(out, "ice SubmitASRJob", asr_ice_submit_params,
                 asr_nelts(asr_ice_submit_params));
    params_table(out, "ice GetSmartHandleJob", asr_ice_get_params,
                 asr_nelts(asr_ice_get_params));
    params_table(out, "ice ListSmartJobs", asr_ice_list_params,
                 asr_nelts(asr_ice_list_params));
    params_table(out, "ice DeleteSmartJob", asr_ice_delete_params,
                 asr_nelts(asr_ice_delete_params));

    asr_buf_printf(out, "= ice rules\n"
                   "| clause | parameter | rule |\n| --- | --- | --- |\n");

    for (i = 0; i < asr_ice_rules_n; i++) {
        r = &asr_ice_rules[i];
        asr_buf_printf(out, "| %s | %s%s%s | %s%s%s |\n", r->clause,
                       r->param != NULL ? "`" : "",
                       r->param != NULL ? r->param : "",
                       r->param != NULL ? "`" : "", r->words,
                       (r->flags & ASR_P_EXTENSION) ? " (extension)" : "",
                       (r->flags & ASR_P_GUESS) ? " (guess)" : "");
    }

    asr_buf_printf(out, "= ice causes\n"
                   "| ErrorCode | ErrorMessage |\n| --- | --- |\n");

    for (i = 0; i < asr_nelts(asr_ice_causes); i++) {
        c = &asr_ice_causes[i];
        asr_buf_printf(out, "| `%s` | %s |\n", c->code, c->text);
    }

    asr_buf_printf(out, "= ice errors\n"
                   "| code | HTTP | message | clause |\n"
                   "| --- | --- | --- | --- |\n");

    for (i = 0; i < asr_nelts(asr_ice_errors); i++) {
        e = &asr_ice_errors[i];
        asr_buf_printf(out, "| `%s` | %d | %s | %s%s |\n", e->code,
                       e->status, e->text,
                       e->clause != NULL ? e->clause : "",
                       e->guess ? " (guess)" : "");
    }
}


static void
params_memories(asr_buf_t *out)
{
    size_t                      i;
    const asr_memories_code_t  *c;
    const asr_memories_rule_t  *r;

    params_table(out, "memories generate-audio", asr_memories_params,
                 asr_memories_params_n);
    params_table(out, "memories signed-url", asr_memories_sign_params,
                 asr_memories_sign_params_n);
    params_table(out, "memories upload", asr_memories_upload_params,
                 asr_memories_upload_params_n);

    asr_buf_printf(out, "= memories rules\n"
                   "| clause | rule |\n| --- | --- |\n");

    for (i = 0; i < asr_nelts(asr_memories_rules); i++) {
        r = &asr_memories_rules[i];
        asr_buf_printf(out, "| %s | %s%s |\n", r->clause, r->words,
                       r->guess ? " (guess)" : "");
    }

    asr_buf_printf(out, "= memories codes\n"
                   "| code | HTTP | meaning |\n| --- | --- | --- |\n");

    for (i = 0; i < asr_nelts(asr_memories_codes); i++) {
        c = &asr_memories_codes[i];
        asr_buf_printf(out, "| %.*s | %d | %s%s |\n", asr_fmt(c->code),
                       c->status, c->meaning, c->guess ? " (guess)" : "");
    }

    asr_buf_printf(out, "= memories causes\n"
                   "| a task failed because |\n| --- |\n");

    for (i = 1; i < asr_nelts(asr_memories_causes); i++) {
        asr_buf_printf(out, "| %s |\n", asr_memories_causes[i].meaning);
    }
}


int
main(void)
{
    asr_buf_t  out;

    asr_buf_init(&out, PARAMS_MAX);
    params_u2(&out);
    params_tencent(&out);
    params_memories(&out);
    params_ice(&out);

    if (out.failed || fwrite(out.data, 1, out.len, stdout) != out.len) {
        return 1;
    }

    asr_buf_free(&out);

    return 0;
}
