/* A small document and its cases, fed to the loaders as files. */

#ifndef CONF_ENGINE_H
#define CONF_ENGINE_H


#include "unit.h"

#include "asr_conf_doc_int.h"
#include "conf_json.h"


#define CONF_FILES_MAX  16


/* A subset of U2, with a limit of its own. */

#define CONF_DOC                                                              \
    "{\"api\": \"u2\", \"title\": \"A test\", \"source\": \"none\","          \
    " \"date\": \"2026-11-26\","                                              \
    " \"operations\": ["                                                      \
    "  {\"name\": \"create\", \"clause\": \"U-001\", \"method\": \"POST\","   \
    "   \"path\": \"/tasks\", \"form\": \"json\", \"creates\": \"task\","     \
    "   \"bucket\": \"u2.create\", \"limit\": \"3r/s\","                      \
    "   \"reply\": {\"ok\": \"create\", \"error\": \"error\"},"               \
    "   \"poll\": {\"op\": \"query\","                                        \
    "              \"set\": {\"task_id\": \"${saved.task}\"}},"               \
    "   \"task\": \"/task_id\", \"base\": {\"model\": \"u2-asr\"},"           \
    "   \"params\": [{\"name\": \"model\", \"clause\": \"U-001\","            \
    "     \"level\": \"must\", \"words\": \"w\", \"type\": \"string\"}]},"    \
    "  {\"name\": \"query\", \"clause\": \"U-002\", \"method\": \"GET\","     \
    "   \"path\": \"/tasks/{task_id}\", \"form\": \"path\","                  \
    "   \"reply\": {\"ok\": \"task\", \"error\": \"error\"},"                 \
    "   \"base\": {}, \"params\": []},"                                       \
    "  {\"name\": \"upload\", \"clause\": \"U-001\", \"method\": \"POST\","   \
    "   \"path\": \"/upload\", \"form\": \"multipart\","                      \
    "   \"creates\": \"file\", \"base\": {\"purpose\": \"p\"},"               \
    "   \"reply\": {\"ok\": \"file\", \"error\": \"error\"},"                 \
    "   \"params\": []},"                                                     \
    "  {\"name\": \"read\", \"clause\": \"U-001\", \"method\": \"GET\","      \
    "   \"path\": \"/read\", \"form\": \"query\", \"base\": {},"              \
    "   \"reply\": {\"ok\": \"bytes\", \"error\": \"error\"},"                \
    "   \"params\": []}],"                                                    \
    " \"clauses\": ["                                                         \
    "  {\"id\": \"U-001\", \"words\": \"one\", \"level\": \"must\"},"         \
    "  {\"id\": \"U-002\", \"words\": \"two\", \"level\": \"observed\"}],"    \
    " \"codes\": ["                                                           \
    "  {\"code\": \"100001\", \"http\": 400, \"clause\": \"U-001\","          \
    "   \"words\": \"parameter\", \"level\": \"must\"},"                      \
    "  {\"code\": \"100002\", \"http\": 0, \"words\": \"any status\","        \
    "   \"level\": \"must\"},"                                                \
    "  {\"code\": \"200001\", \"http\": 200, \"words\": \"failed\","          \
    "   \"level\": \"must\"},"                                                \
    "  {\"code\": \"100501\", \"http\": 429, \"words\": \"limit\","           \
    "   \"http_level\": \"observed\", \"level\": \"must\"},"                 \
    "  {\"code\": \"100999\", \"http\": 500, \"words\": \"a guess\","         \
    "   \"level\": \"observed\"}]}"

#define CONF_BASE                                                             \
    "\"base_resp\": {\"type\": \"object\","                                   \
    " \"required\": [\"status_code\", \"status_msg\"]}"


static asr_conf_file_t  conf_files[CONF_FILES_MAX];
static size_t           conf_nfiles;


static inline void
conf_file(const char *name, const char *text)
{
    assert_true(conf_nfiles < CONF_FILES_MAX);

    conf_files[conf_nfiles].name = name;
    conf_files[conf_nfiles].data = (const unsigned char *) text;
    conf_files[conf_nfiles].len = strlen(text);

    conf_nfiles++;
}


/* The document and its schemas. */

static inline void
conf_document(void)
{
    conf_nfiles = 0;

    conf_file("u2/document.json", CONF_DOC);
    conf_file("u2/schemas/create.json",
              "{\"type\": \"object\", \"required\": [\"task_id\"],"
              " \"properties\": {\"task_id\": {\"type\": \"string\"},"
              CONF_BASE "}}");
    conf_file("u2/schemas/task.json",
              "{\"type\": \"object\", \"required\": [\"status\"],"
              " \"properties\": {" CONF_BASE "}}");
    conf_file("u2/schemas/file.json",
              "{\"type\": \"object\", \"required\": [\"file\"]}");
    conf_file("u2/schemas/error.json",
              "{\"type\": \"object\", \"required\": [\"base_resp\"],"
              " \"properties\": {" CONF_BASE "}}");
}


/* Everything a loader says, for a test to look at. */

typedef struct {
    char    *text;
    size_t   size;
} conf_said_t;


static inline void
conf_faults(asr_conf_faults_t *f, conf_said_t *said)
{
    said->text = NULL;
    said->size = 0;

    f->n = 0;
    f->out = open_memstream(&said->text, &said->size);

    assert_non_null(f->out);
}


static inline void
conf_docs(void)
{
    conf_said_t        said;
    asr_conf_faults_t  f;

    conf_document();
    conf_faults(&f, &said);

    asr_conf_docs_load_from(conf_files, conf_nfiles, &f);

    (void) fclose(f.out);

    if (f.n != 0) {
        fail_msg("%s", said.text);
    }

    free(said.text);
}


#endif /* CONF_ENGINE_H */
