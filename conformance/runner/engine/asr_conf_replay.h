/* One case again, with every exchange whole. */

#ifndef ASR_CONF_REPLAY_H
#define ASR_CONF_REPLAY_H


#include "asr_conf_options.h"


/* The program's status. */

int asr_conf_replay(const asr_conf_command_t *c,
    const asr_conf_cases_t *cases);


#endif /* ASR_CONF_REPLAY_H */
