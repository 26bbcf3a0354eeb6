#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "asr_mock_launch.h"


#define ASR_MOCK_LAUNCH_REPORT_MS  30000


/* Looks for the member "ok" with the value false in JSON that comes in
   pieces.  In strings it cannot be found: their quotes are escaped. */

typedef struct {
    size_t  at;
    bool    escaped;
    bool    found;
} asr_mock_launch_scan_t;


static bool asr_mock_launch_report(asr_mock_launch_t *l, const char *format,
    const char *file);
static int asr_mock_launch_fetch(asr_mock_launch_t *l, const char *format,
    asr_mock_launch_sink_pt sink, void *ctx);
static bool asr_mock_launch_write(void *ctx, const char *data, size_t len);
static bool asr_mock_launch_scan(void *ctx, const char *data, size_t len);


static const char  asr_mock_launch_member[] = "\"ok\":false";


bool
asr_mock_launch_reports(asr_mock_launch_t *l, bool text)
{
    bool                       ok;
    size_t                     i;
    asr_mock_launch_report_t  *r;

    ok = !text || asr_mock_launch_report(l, "text", NULL);

    for (i = 0; i < l->options.nreports; i++) {
        r = &l->options.reports[i];
        ok = asr_mock_launch_report(l, r->format, r->file) && ok;
    }

    return ok;
}


/* file NULL: stderr */

static bool
asr_mock_launch_report(asr_mock_launch_t *l, const char *format,
    const char *file)
{
    int  fd, status;

    fd = file == NULL ? STDERR_FILENO : STDOUT_FILENO;

    if (file != NULL && strcmp(file, "-") != 0) {
        fd = open(file, O_WRONLY|O_CREAT|O_TRUNC|O_CLOEXEC, 0666);

        if (fd == -1) {
            asr_mock_launch_say(errno, "%s", file);
            return false;
        }
    }

    status = asr_mock_launch_fetch(l, format, asr_mock_launch_write, &fd);

    if (fd > STDERR_FILENO && close(fd) == -1) {
        asr_mock_launch_say(errno, "%s", file);
        return false;
    }

    return status == 200;
}


int
asr_mock_launch_fails(asr_mock_launch_t *l)
{
    asr_mock_launch_scan_t  scan = { 0, false, false };

    if (strcmp(l->options.fail_on, "never") == 0) {
        return 0;
    }

    if (asr_mock_launch_fetch(l, "json", asr_mock_launch_scan, &scan) != 200) {
        return -1;
    }

    return scan.found;
}


static int
asr_mock_launch_fetch(asr_mock_launch_t *l, const char *format,
    asr_mock_launch_sink_pt sink, void *ctx)
{
    int   status;
    char  path[80];

    (void) snprintf(path, sizeof(path), "/_mock/report?format=%s&fail_on=%s",
                    format, l->options.fail_on);

    status = asr_mock_launch_get(l, path, ASR_MOCK_LAUNCH_REPORT_MS, sink,
                                 ctx);

    if (status != -1 && status != 200) {
        asr_mock_launch_say(0, "%s%s: status %d", l->url, path, status);
    }

    return status;
}


static bool
asr_mock_launch_write(void *ctx, const char *data, size_t len)
{
    int      *fd = ctx;
    ssize_t   n;

    while (len > 0) {
        n = write(*fd, data, len);

        if (n == -1) {
            if (errno == EINTR) {
                continue;
            }

            asr_mock_launch_say(errno, "the report");
            return false;
        }

        data += n;
        len -= (size_t) n;
    }

    return true;
}


static bool
asr_mock_launch_scan(void *ctx, const char *data, size_t len)
{
    size_t                   i;
    asr_mock_launch_scan_t  *s = ctx;

    for (i = 0; i < len && !s->found; i++) {

        if (s->escaped) {
            s->escaped = false;
            s->at = 0;
            continue;
        }

        if (data[i] == ' ' || data[i] == '\n') {
            continue;
        }

        if (data[i] != asr_mock_launch_member[s->at]) {
            s->at = 0;
        }

        if (data[i] == asr_mock_launch_member[s->at]) {
            s->at++;
        }

        s->escaped = data[i] == '\\';
        s->found = asr_mock_launch_member[s->at] == '\0';
    }

    return true;
}
