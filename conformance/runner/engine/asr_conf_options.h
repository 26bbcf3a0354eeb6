/* The command line of asr-conformance. */

#ifndef ASR_CONF_OPTIONS_H
#define ASR_CONF_OPTIONS_H


#include "asr_conf_doc.h"
#include "asr_conf_run.h"


#define ASR_CONF_REPORTS_MAX  8
#define ASR_CONF_WITHS_MAX    7


typedef struct {
    asr_conf_options_t   run;
    const char          *accounts;       /* a file; NULL: the mock's */
    const char          *listen;
    const char          *public_url;
    const char          *webhook;        /* of --print-accounts */
    const char          *replay;         /* a case's id, or NULL */
    const char          *vectors;        /* a directory, or NULL */
    const char          *formats[ASR_CONF_REPORTS_MAX];
    const char          *files[ASR_CONF_REPORTS_MAX];
    size_t               nreports;
    const char          *withs[ASR_CONF_WITHS_MAX];
    size_t               nwiths;
    char               **known;          /* lines of --known-failing */
    size_t               nknown;
    char               **prefixes;
    size_t               nprefixes;
    asr_conf_level_t     level;
    unsigned             verbose;
    unsigned             every;          /* generated cases: one of so many */
    bool                 list;
    bool                 mock;           /* asr-mock is to be started */
    bool                 no_tasks;       /* none of the cases that make one */
    bool                 audit;
    bool                 print_accounts;
    bool                 targeted;       /* any --target was given */
} asr_conf_command_t;


/* Reads them; ends the program on --help, --version and what is wrong. */

void asr_conf_options_read(asr_conf_command_t *c, int argc, char **argv);

/* Values of options of both modes; they end the program on what is wrong. */

unsigned asr_conf_options_number(const char *name, const char *text);
asr_conf_level_t asr_conf_options_level(const char *text);

/* As --target does; ends the program on what is no URL. */

void asr_conf_options_target(asr_conf_command_t *c, const char *text);

/* Whether a line of --known-failing names the case. */

bool asr_conf_known_names(const asr_conf_command_t *c, const char *id);


#endif /* ASR_CONF_OPTIONS_H */
