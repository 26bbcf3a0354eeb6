/*
 * Names of those who hold leases: "host/pidns:pid:start:random".  The machine
 * part has the pid namespace in it, since a pid says nothing in another one;
 * the start time (of /proc/PID/stat) tells a process from a later one with
 * its pid; the random part, stores of one process from each other.
 */

#ifndef ASR_OWNER_H
#define ASR_OWNER_H

#include "../base/asr_base.h"


#define ASR_OWNER_MAX  320               /* a host name has up to 255 bytes */

/* The name of this process, a new one at every call. */
void asr_owner_name(char out[ASR_OWNER_MAX]);

/*
 * Has the process of that owner surely ended?  Only one of this machine (as
 * told by self's name) can be known to; false when in doubt.
 */
bool asr_owner_gone(const char *owner, const char *self);


#endif /* ASR_OWNER_H */
