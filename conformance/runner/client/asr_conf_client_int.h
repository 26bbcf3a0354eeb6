/*
 * What the files of the client mode share.
 */

#ifndef ASR_CONF_CLIENT_INT_H
#define ASR_CONF_CLIENT_INT_H


#include "asr_conf_client.h"
#include "asr_conf_json.h"


/*
 * name=value&... into members of an object, arrays of "Name.0"; false with
 * what is wrong in *fault, to be freed.
 */

bool asr_conf_client_pairs(json_t *to, const char *s, size_t n,
    char **fault);

/*
 * multipart/form-data into params: a field's text; of a file, an object
 * {"filename", "type", "size"}.
 */

void asr_conf_client_multipart(asr_conf_seen_t *s);

/* The reply's code and JSON. */

void asr_conf_client_answered(asr_conf_seen_t *s);

/* Whether the operation is how another one's tasks are asked for. */

bool asr_conf_client_polls(const asr_conf_doc_t *d, const asr_conf_op_t *op);

/*
 * Runs the command with the relay's address in its environment, its output on
 * our stderr; at most timeout_s, then its process group is killed.  Ends the
 * program when it cannot be run.
 */

void asr_conf_client_command(asr_conf_outcome_t *o, char **argv,
    const char *url, const char *scenario, unsigned timeout_s);


#endif /* ASR_CONF_CLIENT_INT_H */
