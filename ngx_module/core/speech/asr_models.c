/*
 * Models in the master.
 *
 * sphinxbase ends the process (exit) on some broken files, and a master that
 * ends takes all of nginx with it.  So every model is first loaded in a
 * forked child that is thrown away: what kills it, by exit or by a signal, is
 * an error message here.  The child reports through a pipe and not by its
 * status, which nginx's SIGCHLD handler may have taken.
 *
 * The files' identities are noted when they are loaded: models replaced in
 * place are not "the same" at the next reload.
 */

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>
#include <sys/stat.h>
#include <sys/types.h>
#include <sys/wait.h>

#include <pocketsphinx.h>
#include <sphinxbase/err.h>

#include "asr_models.h"
#include "asr_recognize.h"


#define ASR_MODEL_FILES   (7 + ASR_MODEL_LMS)
#define ASR_MODEL_PATH    4096
#define ASR_MODELS_MAX    64
#define ASR_ENGINES_MAX   1024
#define ASR_COPIES_MAX    1024


typedef struct {
    dev_t            dev;
    ino_t            ino;
    off_t            size;
    struct timespec  mtime;
} asr_model_file_t;

typedef struct {
    char                   *name;
    char                   *hmm;
    char                   *lm;                  /* as configured */
    char                   *dict;
    char                   *paths;               /* those of lm, apart */
    asr_lm_t                lms[ASR_MODEL_LMS];
    asr_recognizer_conf_t   conf;
    asr_model_file_t        files[ASR_MODEL_FILES];
    asr_recognizer_t      **copies;
} asr_model_t;

typedef struct {
    char  *name;
    int    model;
} asr_engine_t;

struct asr_models_s {
    asr_model_t   *models;
    size_t         n;
    asr_engine_t  *engines;
    size_t         nengines;
    unsigned       copies;
};


/* Of an acoustic model's folder; the first is always there. */

static const char *const  asr_model_parts[] = {
    "mdef", "feat.params", "means", "variances", "transition_matrices",
    "sendump"
};


/* What is wrong with a model is told; what a decoder mutters is not. */
static bool  asr_models_loading;
static bool  asr_models_trying;


static void
asr_models_log(void *data, err_lvl_t level, const char *fmt, ...)
{
    char     line[1024];
    size_t   n;
    va_list  args;

    va_start(args, fmt);
    (void) vsnprintf(line, sizeof(line), fmt, args);
    va_end(args);

    n = strlen(line);

    while (n != 0 && line[n - 1] == '\n') {
        line[--n] = '\0';
    }

    if (n != 0) {
        asr_log(level == ERR_FATAL ? ASR_LOG_ERR
                : level == ERR_ERROR && asr_models_loading ? ASR_LOG_WARN
                : ASR_LOG_DEBUG, "pocketsphinx: %s", line);
    }

    /* exit() follows; the exit handlers are not this child's to run. */

    if (level == ERR_FATAL && asr_models_trying) {
        _exit(1);
    }
}


static char *
asr_models_dup(asr_str_t s)
{
    return strndup(s.data != NULL ? s.data : "", s.len);
}


static void
asr_model_identity(const char *path, asr_model_file_t *f)
{
    struct stat  st;

    memset(f, 0, sizeof(asr_model_file_t));

    if (stat(path, &st) == 0) {
        f->dev = st.st_dev;
        f->ino = st.st_ino;
        f->size = st.st_size;
        f->mtime = st.st_mtim;
    }
}


/* files: zeroed. */

static void
asr_model_identities(const asr_model_t *m, asr_model_file_t *files)
{
    char    path[ASR_MODEL_PATH];
    size_t  i;

    asr_model_identity(m->dict, files++);

    for (i = 0; i < asr_nelts(asr_model_parts); i++) {
        (void) snprintf(path, sizeof(path), "%s/%s", m->hmm,
                        asr_model_parts[i]);
        asr_model_identity(path, files++);
    }

    for (i = 0; i < m->conf.nlms; i++) {
        asr_model_identity(m->lms[i].path, files++);
    }
}


/* Takes the list of language models apart. */

static asr_err_t
asr_model_lms(asr_model_t *m, char *err, size_t errlen)
{
    char    *p, *comma;
    size_t   i, n;

    n = 0;

    for (p = m->paths; p != NULL; p = comma) {
        comma = strchr(p, ',');

        if (comma != NULL) {
            *comma++ = '\0';
        }

        if (n == ASR_MODEL_LMS) {
            (void) snprintf(err, errlen, "model \"%s\": more than %d language "
                            "models", m->name, ASR_MODEL_LMS);
            return ASR_TOOBIG;
        }

        m->lms[n++].path = p;
    }

    for (i = 0; i < n; i++) {
        m->lms[i].weight = 1.0f / (float) n;
    }

    m->conf.lms = m->lms;
    m->conf.nlms = n;

    return ASR_OK;
}


/* Can this process read all there is of the model? */

static bool
asr_model_open(const asr_model_t *m)
{
    char    path[ASR_MODEL_PATH];
    size_t  i;

    for (i = 0; i < asr_nelts(asr_model_parts); i++) {
        (void) snprintf(path, sizeof(path), "%s/%s", m->hmm,
                        asr_model_parts[i]);

        if (access(path, R_OK) != 0 && errno != ENOENT) {
            return false;
        }
    }

    return access(m->dict, R_OK) == 0;
}


static asr_err_t
asr_model_readable(const asr_model_t *m, const char *what, const char *path,
    char *err, size_t errlen)
{
    struct stat  st;

    if (access(path, R_OK) != 0 || stat(path, &st) != 0) {
        (void) snprintf(err, errlen, "model \"%s\": cannot read %s \"%s\": %s",
                        m->name, what, path, strerror(errno));
        return ASR_IO;
    }

    if (!S_ISREG(st.st_mode)) {
        (void) snprintf(err, errlen, "model \"%s\": %s \"%s\" is not a file",
                        m->name, what, path);
        return ASR_IO;
    }

    return ASR_OK;
}


static asr_err_t
asr_model_check(const asr_model_t *m, char *err, size_t errlen)
{
    int        n;
    char       mdef[ASR_MODEL_PATH];
    size_t     i;
    asr_err_t  rc;

    n = snprintf(mdef, sizeof(mdef), "%s/%s", m->hmm, asr_model_parts[0]);

    if (n < 0 || (size_t) n >= sizeof(mdef)) {
        (void) snprintf(err, errlen, "model \"%s\": path too long", m->name);
        return ASR_TOOBIG;
    }

    rc = asr_model_readable(m, "hmm", mdef, err, errlen);

    for (i = 0; i < m->conf.nlms && rc == ASR_OK; i++) {
        rc = asr_model_readable(m, "lm", m->lms[i].path, err, errlen);
    }

    if (rc == ASR_OK) {
        rc = asr_model_readable(m, "dict", m->dict, err, errlen);
    }

    return rc;
}


/* Loads it once in a child that is thrown away. */

static asr_err_t
asr_model_try(const asr_model_t *m, char *err, size_t errlen)
{
    int      fds[2];
    char     verdict;
    pid_t    pid;
    ssize_t  n;

    if (pipe(fds) != 0) {
        (void) snprintf(err, errlen, "pipe() failed: %s", strerror(errno));
        return ASR_IO;
    }

    pid = fork();

    if (pid < 0) {
        (void) snprintf(err, errlen, "fork() failed: %s", strerror(errno));
        close(fds[0]);
        close(fds[1]);
        return ASR_IO;
    }

    if (pid == 0) {
        close(fds[0]);
        asr_models_trying = true;

        if (asr_recognizer_create(&m->conf) != NULL) {
            (void) !write(fds[1], "y", 1);
        }

        _exit(0);
    }

    close(fds[1]);

    do {
        n = read(fds[0], &verdict, 1);
    } while (n < 0 && errno == EINTR);

    close(fds[0]);

    while (waitpid(pid, NULL, 0) < 0 && errno == EINTR) {
        /* void */
    }

    if (n != 1) {
        (void) snprintf(err, errlen, "model \"%s\" cannot be loaded from "
                        "\"%s\", \"%s\", \"%s\"", m->name, m->hmm, m->lm,
                        m->dict);
        return ASR_INVALID;
    }

    return ASR_OK;
}


/* Sets m->copies; the model was checked. */

static asr_err_t
asr_model_copies(asr_model_t *m, unsigned copies, char *err, size_t errlen)
{
    unsigned   i;
    asr_err_t  rc;

    rc = asr_model_try(m, err, errlen);

    if (rc != ASR_OK) {
        return rc;
    }

    asr_model_identities(m, m->files);

    m->copies = calloc(copies, sizeof(asr_recognizer_t *));

    i = 0;

    for ( /* void */ ; m->copies != NULL && i < copies; i++) {
        m->copies[i] = asr_recognizer_create(&m->conf);

        if (m->copies[i] == NULL) {
            break;
        }
    }

    if (i != copies) {
        (void) snprintf(err, errlen, "model \"%s\": no memory for %u copies",
                        m->name, copies);
        return ASR_NOMEM;
    }

    return ASR_OK;
}


static int
asr_models_find(const asr_models_t *m, asr_str_t name)
{
    size_t  i;

    for (i = 0; i < m->n; i++) {
        if (asr_str_eq(asr_cstr(m->models[i].name), name)) {
            return (int) i;
        }
    }

    return -1;
}


static asr_err_t
asr_models_engines(asr_models_t *m, const asr_engine_conf_t *engines,
    size_t n, char *err, size_t errlen)
{
    size_t         i;
    asr_engine_t  *e;

    for (i = 0; i < n; i++) {
        e = &m->engines[i];
        e->name = asr_models_dup(engines[i].engine);

        if (e->name == NULL) {
            (void) snprintf(err, errlen, "no memory for engines");
            return ASR_NOMEM;
        }

        m->nengines++;
        e->model = asr_models_find(m, engines[i].model);

        if (e->model < 0) {
            (void) snprintf(err, errlen, "engine \"%s\": no model \"%.*s\"",
                            e->name, asr_fmt(engines[i].model));
            return ASR_NOTFOUND;
        }
    }

    return ASR_OK;
}


static asr_err_t
asr_models_fill(asr_models_t *m, const asr_model_conf_t *models,
    size_t nmodels, char *err, size_t errlen)
{
    size_t        i;
    asr_err_t     rc;
    asr_model_t  *model;

    for (i = 0; i < nmodels; i++) {

        if (asr_models_find(m, models[i].name) >= 0) {
            (void) snprintf(err, errlen, "model \"%.*s\" is duplicate",
                            asr_fmt(models[i].name));
            return ASR_EXISTS;
        }

        model = &m->models[i];
        m->n++;

        model->name = asr_models_dup(models[i].name);
        model->hmm = asr_models_dup(models[i].hmm);
        model->lm = asr_models_dup(models[i].lm);
        model->dict = asr_models_dup(models[i].dict);
        model->paths = asr_models_dup(models[i].lm);

        if (model->name == NULL || model->hmm == NULL || model->lm == NULL
            || model->dict == NULL || model->paths == NULL)
        {
            (void) snprintf(err, errlen, "no memory for models");
            return ASR_NOMEM;
        }

        model->conf.hmm = model->hmm;
        model->conf.dict = model->dict;
        model->conf.effort = models[i].effort;

        rc = asr_model_lms(model, err, errlen);

        if (rc == ASR_OK) {
            rc = asr_model_check(model, err, errlen);
        }

        if (rc == ASR_OK && m->copies != 0) {
            asr_models_loading = true;
            rc = asr_model_copies(model, m->copies, err, errlen);
            asr_models_loading = false;
        }

        if (rc != ASR_OK) {
            return rc;
        }
    }

    return ASR_OK;
}


asr_models_t *
asr_models_create(const asr_model_conf_t *models, size_t nmodels,
    const asr_engine_conf_t *engines, size_t nengines, unsigned copies,
    char *err, size_t errlen)
{
    asr_models_t  *m;

    if (nmodels > ASR_MODELS_MAX || nengines > ASR_ENGINES_MAX
        || copies > ASR_COPIES_MAX)
    {
        (void) snprintf(err, errlen, "too many models, engines or copies");
        return NULL;
    }

    /* Messages have the callback; tables of settings are printed past it. */

    err_set_callback(asr_models_log, NULL);
    (void) err_set_logfp(NULL);

    m = calloc(1, sizeof(asr_models_t));

    if (m != NULL) {
        m->copies = copies;
        m->models = calloc(nmodels + 1, sizeof(asr_model_t));
        m->engines = calloc(nengines + 1, sizeof(asr_engine_t));
    }

    if (m == NULL || m->models == NULL || m->engines == NULL) {
        (void) snprintf(err, errlen, "no memory for models");
        asr_models_free(m);
        return NULL;
    }

    if (asr_models_fill(m, models, nmodels, err, errlen) != ASR_OK
        || asr_models_engines(m, engines, nengines, err, errlen) != ASR_OK)
    {
        asr_models_free(m);
        return NULL;
    }

    return m;
}


void
asr_models_free(asr_models_t *m)
{
    size_t        i;
    unsigned      k;
    asr_model_t  *model;

    if (m == NULL) {
        return;
    }

    for (i = 0; i < m->n; i++) {
        model = &m->models[i];

        for (k = 0; model->copies != NULL && k < m->copies; k++) {
            asr_recognizer_free(model->copies[k]);
        }

        free(model->copies);
        free(model->name);
        free(model->hmm);
        free(model->lm);
        free(model->dict);
        free(model->paths);
    }

    for (i = 0; i < m->nengines; i++) {
        free(m->engines[i].name);
    }

    free(m->models);
    free(m->engines);
    free(m);
}


bool
asr_models_same(const asr_models_t *m, const asr_model_conf_t *models,
    size_t nmodels, const asr_engine_conf_t *engines, size_t nengines,
    unsigned copies)
{
    size_t                   i;
    asr_model_file_t         files[ASR_MODEL_FILES];
    const asr_model_t       *a;
    const asr_model_conf_t  *b;

    if (m->n != nmodels || m->nengines != nengines || m->copies != copies) {
        return false;
    }

    for (i = 0; i < nengines; i++) {
        if (!asr_str_eq(asr_cstr(m->engines[i].name), engines[i].engine)
            || m->engines[i].model != asr_models_find(m, engines[i].model))
        {
            return false;
        }
    }

    for (i = 0; i < nmodels; i++) {
        a = &m->models[i];
        b = &models[i];

        if (!asr_str_eq(asr_cstr(a->name), b->name)
            || !asr_str_eq(asr_cstr(a->hmm), b->hmm)
            || !asr_str_eq(asr_cstr(a->lm), b->lm)
            || !asr_str_eq(asr_cstr(a->dict), b->dict)
            || a->conf.effort != b->effort)
        {
            return false;
        }

        if (copies == 0) {
            continue;
        }

        memset(files, 0, sizeof(files));
        asr_model_identities(a, files);

        if (memcmp(files, a->files, sizeof(files)) != 0) {
            return false;
        }
    }

    return true;
}


int
asr_models_engine(const asr_models_t *m, asr_str_t engine)
{
    int     any;
    size_t  i;

    any = -1;

    for (i = 0; i < m->nengines; i++) {

        if (asr_str_eq(asr_cstr(m->engines[i].name), engine)) {
            return m->engines[i].model;
        }

        if (asr_str_eq(asr_cstr(m->engines[i].name), asr_str("*"))) {
            any = m->engines[i].model;
        }
    }

    return any;
}


asr_recognizer_t *
asr_models_recognizer(asr_models_t *m, int model, unsigned copy)
{
    if (model < 0 || (size_t) model >= m->n || copy >= m->copies) {
        return NULL;
    }

    return m->models[model].copies[copy];
}


size_t
asr_models_n(const asr_models_t *m)
{
    return m->n;
}


asr_str_t
asr_models_name(const asr_models_t *m, int model)
{
    if (model < 0 || (size_t) model >= m->n) {
        return asr_str_null();
    }

    return asr_cstr(m->models[model].name);
}


const asr_recognizer_conf_t *
asr_models_conf(const asr_models_t *m, int model)
{
    return &m->models[model].conf;
}


bool
asr_models_unchanged(const asr_models_t *m, int model)
{
    asr_model_file_t  files[ASR_MODEL_FILES];

    /* sphinxbase ends the process over a file it cannot open */

    if (!asr_model_open(&m->models[model])) {
        return false;
    }

    memset(files, 0, sizeof(files));
    asr_model_identities(&m->models[model], files);

    return memcmp(files, m->models[model].files, sizeof(files)) == 0;
}
