/*
 * The SQLite database: its making, its version, its connections.
 *
 * No AUTOINCREMENT: ids come from the row of "state", which is written once
 * per transaction anyway and gives the same promise (rising, never again).
 * The indexes are partial, so that a row is indexed only while somebody looks
 * for it that way: creating a task writes to one index, finishing it moves it
 * to another.  Inline audio has its own tables, so that a page of tasks holds
 * many.
 */

#include "asr_store_sqlite.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>


#define ASR_SQLITE_BUSY_MS  5000


static void asr_sqlite_config(void);
static asr_err_t asr_sqlite_pragmas(sqlite3 *db, bool writer);
static asr_err_t asr_sqlite_create(sqlite3 *db, const char *path, char *err,
    size_t errlen);
static asr_err_t asr_sqlite_upgrade(sqlite3 *db, const char *path, char *err,
    size_t errlen);
static asr_err_t asr_sqlite_folder(const char *path, unsigned uid,
    unsigned gid, char *err, size_t errlen);
static bool asr_sqlite_writable(const struct stat *st, unsigned uid,
    unsigned gid);
static bool asr_sqlite_folder_ours(int fd, const char *base);
static asr_err_t asr_sqlite_give(const char *path, unsigned uid, unsigned gid,
    char *err, size_t errlen);
static int asr_sqlite_pragma(sqlite3 *db, const char *sql, int64_t *value);


static pthread_once_t  asr_sqlite_once = PTHREAD_ONCE_INIT;

static const char  asr_sqlite_schema[] =
    "CREATE TABLE state ("
    "  id INTEGER PRIMARY KEY,"
    "  next_task INTEGER NOT NULL, next_file INTEGER NOT NULL,"
    "  next_owner INTEGER NOT NULL, next_delivery INTEGER NOT NULL,"
    "  rank INTEGER NOT NULL,"
    "  queued INTEGER NOT NULL, queued_samples INTEGER NOT NULL,"
    "  claimed INTEGER NOT NULL, files INTEGER NOT NULL,"
    "  file_bytes INTEGER NOT NULL, to_fetch INTEGER NOT NULL,"
    "  deliveries INTEGER NOT NULL, undelivered INTEGER NOT NULL,"
    "  created INTEGER NOT NULL,"
    "  fetching INTEGER NOT NULL, decoding INTEGER NOT NULL,"
    "  recognising INTEGER NOT NULL, finishing INTEGER NOT NULL,"
    "  succeeded INTEGER NOT NULL, failed INTEGER NOT NULL);"
    "INSERT INTO state VALUES (1, 1,1,1,1, 0,0,0,0,0,0, 0,0,0,"
    "  0,0,0,0,0,0,0);"

    "CREATE TABLE owners ("
    "  id INTEGER PRIMARY KEY, name TEXT NOT NULL,"
    "  deadline INTEGER NOT NULL);"

    "CREATE TABLE files ("
    "  id INTEGER PRIMARY KEY, account TEXT NOT NULL, purpose TEXT NOT NULL,"
    "  bytes INTEGER NOT NULL, created INTEGER NOT NULL,"
    "  expires INTEGER NOT NULL, spool TEXT NOT NULL, filename TEXT NOT NULL,"
    "  content_type TEXT NOT NULL);"
    "CREATE INDEX files_account ON files(account);"
    "CREATE INDEX files_expires ON files(expires) WHERE expires > 0;"
    "CREATE INDEX files_spool ON files(spool) WHERE spool <> '';"
    "CREATE TABLE file_audio (file_id INTEGER PRIMARY KEY, data BLOB NOT NULL);"

    "CREATE TABLE tasks ("
    "  id INTEGER PRIMARY KEY, owner INTEGER, state INTEGER NOT NULL,"
    "  cause INTEGER NOT NULL DEFAULT 0, fetches INTEGER NOT NULL DEFAULT 0,"
    "  decodes INTEGER NOT NULL DEFAULT 0,"
    "  finishes INTEGER NOT NULL DEFAULT 0,"
    "  segments INTEGER NOT NULL DEFAULT 0, done INTEGER NOT NULL DEFAULT 0,"
    "  audio_ms INTEGER NOT NULL DEFAULT 0, created INTEGER NOT NULL,"
    "  started INTEGER NOT NULL DEFAULT 0,"
    "  finished INTEGER NOT NULL DEFAULT 0, expires INTEGER NOT NULL,"
    "  file_id INTEGER NOT NULL, sample_rate INTEGER NOT NULL,"
    "  channels INTEGER NOT NULL, strict INTEGER NOT NULL,"
    "  api TEXT NOT NULL, account TEXT NOT NULL, spool TEXT NOT NULL,"
    "  engine TEXT NOT NULL, format TEXT NOT NULL, params TEXT NOT NULL,"
    "  url TEXT NOT NULL, listed INTEGER NOT NULL, small INTEGER NOT NULL,"
    "  message TEXT NOT NULL DEFAULT '', result TEXT NOT NULL DEFAULT '');"
    "CREATE INDEX tasks_work ON tasks(owner, state, small)"
    "  WHERE owner IS NOT NULL;"
    "CREATE INDEX tasks_expires ON tasks(expires)"
    "  WHERE state >= 5 AND expires > 0;"
    "CREATE INDEX tasks_spool ON tasks(spool) WHERE spool <> '';"
    "CREATE INDEX tasks_listed ON tasks(account, api) WHERE listed = 1;"
    "CREATE TABLE task_audio (task_id INTEGER PRIMARY KEY, data BLOB NOT NULL);"

    "CREATE TABLE segments ("
    "  task_id INTEGER NOT NULL, idx INTEGER NOT NULL, owner INTEGER,"
    "  rank INTEGER NOT NULL, attempts INTEGER NOT NULL DEFAULT 0,"
    "  channel INTEGER NOT NULL, start INTEGER NOT NULL,"
    "  length INTEGER NOT NULL, result TEXT NOT NULL DEFAULT '',"
    "  PRIMARY KEY (task_id, idx)) WITHOUT ROWID;"
    "CREATE INDEX segments_queued ON segments(rank) WHERE owner = 0;"
    "CREATE INDEX segments_claimed ON segments(owner) WHERE owner > 0;"

    "CREATE TABLE deliveries ("
    "  id INTEGER PRIMARY KEY, owner INTEGER, next INTEGER NOT NULL,"
    "  expires INTEGER NOT NULL, attempts INTEGER NOT NULL DEFAULT 0,"
    "  attempts_max INTEGER NOT NULL, status INTEGER NOT NULL DEFAULT 0,"
    "  reply_code INTEGER NOT NULL, task_id INTEGER NOT NULL,"
    "  account TEXT NOT NULL, name TEXT NOT NULL, url TEXT NOT NULL,"
    "  content_type TEXT NOT NULL, headers TEXT NOT NULL,"
    "  body BLOB NOT NULL);"
    "CREATE INDEX deliveries_due ON deliveries(next) WHERE owner = 0;"
    "CREATE INDEX deliveries_claimed ON deliveries(owner) WHERE owner > 0;"
    "CREATE INDEX deliveries_expires ON deliveries(expires);";


/*
 * Before the first connection of the process; where somebody else was faster,
 * it stays as that one had it.
 */

static void
asr_sqlite_config(void)
{
    (void) sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0);
}


sqlite3 *
asr_sqlite_connect(const char *path, bool writer, char *err, size_t errlen)
{
    sqlite3  *db;

    pthread_once(&asr_sqlite_once, asr_sqlite_config);

    if (sqlite3_open_v2(path, &db,
                        SQLITE_OPEN_READWRITE|SQLITE_OPEN_NOMUTEX, NULL)
        != SQLITE_OK)
    {
        snprintf(err, errlen, "cannot open \"%s\": %s", path,
                 db != NULL ? sqlite3_errmsg(db) : "no memory");
        sqlite3_close(db);
        return NULL;
    }

    (void) sqlite3_extended_result_codes(db, 1);
    (void) sqlite3_busy_timeout(db, ASR_SQLITE_BUSY_MS);

    if (asr_sqlite_pragmas(db, writer) != ASR_OK) {
        snprintf(err, errlen, "cannot set up \"%s\": %s", path,
                 sqlite3_errmsg(db));
        sqlite3_close(db);
        return NULL;
    }

    return db;
}


/*
 * secure_delete is fast (transcripts are zeroed where that costs no write),
 * not on as Debian has it.  No mmap: an I/O error would be a SIGBUS in a
 * worker.  Checkpoints are the writer's own business, after the done calls.
 */

static asr_err_t
asr_sqlite_pragmas(sqlite3 *db, bool writer)
{
    const char  *sql;

    sql = writer ? "PRAGMA synchronous = FULL;"
                   "PRAGMA secure_delete = FAST;"
                   "PRAGMA cache_size = -8192;"
                   "PRAGMA temp_store = MEMORY;"
                   "PRAGMA mmap_size = 0;"
                   "PRAGMA journal_size_limit = 67108864;"
                   "PRAGMA wal_autocheckpoint = 0;"
                 : "PRAGMA query_only = 1;"
                   "PRAGMA cache_size = -4096;"
                   "PRAGMA temp_store = MEMORY;"
                   "PRAGMA mmap_size = 0;";

    return sqlite3_exec(db, sql, NULL, NULL, NULL) == SQLITE_OK ? ASR_OK
                                                                : ASR_STORE;
}


/* *version is 0 for an empty database. */

asr_err_t
asr_sqlite_check(sqlite3 *db, const char *path, int *version, char *err,
    size_t errlen)
{
    int64_t  application, user, tables;

    if (asr_sqlite_pragma(db, "PRAGMA application_id", &application) == -1
        || asr_sqlite_pragma(db, "PRAGMA user_version", &user) == -1
        || asr_sqlite_pragma(db, "SELECT count(*) FROM sqlite_master", &tables)
           == -1)
    {
        snprintf(err, errlen, "cannot read \"%s\": %s", path,
                 sqlite3_errmsg(db));
        return ASR_STORE;
    }

    *version = (int) user;

    if (tables == 0 && user == 0) {
        return ASR_OK;
    }

    if (application != ASR_SQLITE_APPLICATION) {
        snprintf(err, errlen, "\"%s\" is another program's database", path);
        return ASR_INVALID;
    }

    if (user != ASR_SQLITE_VERSION) {
        snprintf(err, errlen, "\"%s\" has schema version %lld, this program"
                 " knows %d", path, (long long) user, ASR_SQLITE_VERSION);
        return ASR_INVALID;
    }

    return ASR_OK;
}


static int
asr_sqlite_pragma(sqlite3 *db, const char *sql, int64_t *value)
{
    int            rc;
    sqlite3_stmt  *stmt;

    if (sqlite3_prepare_v2(db, sql, -1, &stmt, NULL) != SQLITE_OK) {
        return -1;
    }

    rc = -1;

    if (sqlite3_step(stmt) == SQLITE_ROW) {
        *value = sqlite3_column_int64(stmt, 0);
        rc = 0;
    }

    return sqlite3_finalize(stmt) == SQLITE_OK ? rc : -1;
}


asr_err_t
asr_sqlite_prepare(const char *path, unsigned uid, unsigned gid, char *err,
    size_t errlen)
{
    int                 fd;
    char                side[PATH_MAX];
    size_t              i;
    sqlite3            *db;
    asr_err_t           rc;
    static const char  *sides[] = { "", "-wal", "-shm", "-writer" };

    if (path[0] != '/' || strlen(path) > PATH_MAX - sizeof("-writer")) {
        snprintf(err, errlen, "the store's path \"%s\" is not absolute", path);
        return ASR_INVALID;
    }

    rc = asr_sqlite_folder(path, uid, gid, err, errlen);
    if (rc != ASR_OK) {
        return rc;
    }

    /* made here for its mode, which SQLite gives to the side files too */

    fd = open(path, O_RDWR|O_CREAT|O_EXCL|O_CLOEXEC, 0600);
    if (fd != -1) {
        close(fd);

    } else if (errno != EEXIST) {
        snprintf(err, errlen, "cannot make \"%s\": %s", path,
                 strerror(errno));
        return ASR_IO;
    }

    fd = asr_sqlite_lock_open(path, err, errlen);
    if (fd == -1) {
        return ASR_IO;
    }

    close(fd);

    db = asr_sqlite_connect(path, true, err, errlen);
    if (db == NULL) {
        return ASR_STORE;
    }

    rc = asr_sqlite_upgrade(db, path, err, errlen);

    if (rc == ASR_OK) {
        rc = asr_sqlite_create(db, path, err, errlen);
    }

    for (i = 0; rc == ASR_OK && i < asr_nelts(sides); i++) {
        snprintf(side, sizeof(side), "%s%s", path, sides[i]);
        rc = asr_sqlite_give(side, uid, gid, err, errlen);
    }

    sqlite3_close(db);

    return rc;
}


/*
 * From version 3, which had not tasks.small.  Workers that still run with it
 * go on: they name the columns they write, and this one has a default.
 */

static asr_err_t
asr_sqlite_upgrade(sqlite3 *db, const char *path, char *err, size_t errlen)
{
    int64_t  application, version;

    static const char  sql[] =
        "BEGIN IMMEDIATE;"
        "ALTER TABLE tasks ADD COLUMN small INTEGER NOT NULL DEFAULT 1;"
        "DROP INDEX tasks_work;"
        "CREATE INDEX tasks_work ON tasks(owner, state, small)"
        "  WHERE owner IS NOT NULL;"
        "PRAGMA user_version = 4;"
        "COMMIT";

    if (asr_sqlite_pragma(db, "PRAGMA application_id", &application) == -1
        || asr_sqlite_pragma(db, "PRAGMA user_version", &version) == -1
        || application != ASR_SQLITE_APPLICATION || version != 3)
    {
        return ASR_OK;           /* what else is wrong is told by the check */
    }

    if (sqlite3_exec(db, sql, NULL, NULL, NULL) != SQLITE_OK) {
        snprintf(err, errlen, "cannot bring \"%s\" from version 3 to %d: %s",
                 path, ASR_SQLITE_VERSION, sqlite3_errmsg(db));
        (void) sqlite3_exec(db, "ROLLBACK", NULL, NULL, NULL);
        return ASR_STORE;
    }

    return ASR_OK;
}


static asr_err_t
asr_sqlite_create(sqlite3 *db, const char *path, char *err, size_t errlen)
{
    int        version;
    char       sql[64];
    asr_err_t  rc;

    rc = asr_sqlite_check(db, path, &version, err, errlen);
    if (rc != ASR_OK || version != 0) {
        return rc;
    }

    /* 8 KB: inline audio is written in half as many pieces as with 4 */

    if (sqlite3_exec(db, "PRAGMA page_size = 8192;"
                     "PRAGMA journal_mode = WAL; BEGIN IMMEDIATE", NULL, NULL,
                     NULL)
        != SQLITE_OK)
    {
        goto failed;
    }

    /* another process may have made it while this one waited */

    rc = asr_sqlite_check(db, path, &version, err, errlen);
    if (rc != ASR_OK || version != 0) {
        (void) sqlite3_exec(db, "ROLLBACK", NULL, NULL, NULL);
        return rc;
    }

    snprintf(sql, sizeof(sql), "PRAGMA application_id = %d;"
             "PRAGMA user_version = %d", ASR_SQLITE_APPLICATION,
             ASR_SQLITE_VERSION);

    if (sqlite3_exec(db, asr_sqlite_schema, NULL, NULL, NULL) != SQLITE_OK
        || sqlite3_exec(db, sql, NULL, NULL, NULL) != SQLITE_OK
        || sqlite3_exec(db, "COMMIT", NULL, NULL, NULL) != SQLITE_OK)
    {
        goto failed;
    }

    return ASR_OK;

failed:

    snprintf(err, errlen, "cannot make the tables of \"%s\": %s", path,
             sqlite3_errmsg(db));
    (void) sqlite3_exec(db, "ROLLBACK", NULL, NULL, NULL);

    return ASR_STORE;
}


int
asr_sqlite_lock_open(const char *path, char *err, size_t errlen)
{
    int   fd;
    char  name[PATH_MAX];

    snprintf(name, sizeof(name), "%s-writer", path);

    fd = open(name, O_RDWR|O_CREAT|O_CLOEXEC|O_NOFOLLOW, 0600);
    if (fd == -1) {
        snprintf(err, errlen, "cannot open \"%s\": %s", name,
                 strerror(errno));
    }

    return fd;
}


/*
 * The workers make and remove -wal and -shm, so they must own the folder.
 * One that was there before, and in which others keep their things, is not
 * taken: /var/lib does not become the workers' by a short path.
 */

static asr_err_t
asr_sqlite_folder(const char *path, unsigned uid, unsigned gid, char *err,
    size_t errlen)
{
    int           fd;
    bool          made;
    char          dir[PATH_MAX];
    char         *slash;
    asr_err_t     rc;
    struct stat   st;

    snprintf(dir, sizeof(dir), "%s", path);
    slash = strrchr(dir, '/');

    if (slash == dir) {
        snprintf(err, errlen, "the store \"%s\" needs a folder of its own",
                 path);
        return ASR_INVALID;
    }

    *slash = '\0';

    made = (mkdir(dir, 0700) == 0);
    if (!made && errno != EEXIST) {
        snprintf(err, errlen, "cannot make the folder \"%s\": %s", dir,
                 strerror(errno));
        return ASR_IO;
    }

    if (uid == (unsigned) -1) {
        return ASR_OK;
    }

    fd = open(dir, O_RDONLY|O_DIRECTORY|O_CLOEXEC);
    if (fd == -1 || fstat(fd, &st) != 0) {
        snprintf(err, errlen, "cannot open the folder \"%s\": %s", dir,
                 strerror(errno));
        if (fd != -1) {
            close(fd);
        }

        return ASR_IO;
    }

    rc = ASR_OK;

    if (!asr_sqlite_writable(&st, uid, gid)) {

        if (!made && !asr_sqlite_folder_ours(fd, slash + 1)) {
            snprintf(err, errlen, "the folder \"%s\" is not writable by the"
                     " workers' user; give it to them, or give the store a"
                     " folder of its own", dir);
            rc = ASR_IO;

        } else if (fchown(fd, uid, gid) != 0) {
            snprintf(err, errlen, "cannot give \"%s\" to user %u: %s", dir,
                     uid, strerror(errno));
            rc = ASR_IO;
        }
    }

    close(fd);

    return rc;
}


static bool
asr_sqlite_writable(const struct stat *st, unsigned uid, unsigned gid)
{
    mode_t  need;

    need = S_IWOTH|S_IXOTH;

    if (st->st_uid == uid) {
        need = S_IWUSR|S_IXUSR;

    } else if (st->st_gid == gid) {
        need = S_IWGRP|S_IXGRP;
    }

    return uid == 0 || (st->st_mode & need) == need;
}


/* Empty, or nothing but the database's own files. */

static bool
asr_sqlite_folder_ours(int fd, const char *base)
{
    int             own;
    bool            ours;
    DIR            *dir;
    struct dirent  *e;

    own = openat(fd, ".", O_RDONLY|O_DIRECTORY|O_CLOEXEC);
    if (own == -1) {
        return false;
    }

    dir = fdopendir(own);
    if (dir == NULL) {
        close(own);
        return false;
    }

    ours = true;

    while (ours && (e = readdir(dir)) != NULL) {
        ours = strcmp(e->d_name, ".") == 0 || strcmp(e->d_name, "..") == 0
               || strncmp(e->d_name, base, strlen(base)) == 0;
    }

    closedir(dir);

    return ours;
}


static asr_err_t
asr_sqlite_give(const char *path, unsigned uid, unsigned gid, char *err,
    size_t errlen)
{
    struct stat  st;

    if (uid == (unsigned) -1 || lstat(path, &st) != 0 || st.st_uid == uid) {
        return ASR_OK;
    }

    if (lchown(path, uid, gid) != 0 && errno != ENOENT) {
        snprintf(err, errlen, "cannot give \"%s\" to user %u: %s", path, uid,
                 strerror(errno));
        return ASR_IO;
    }

    return ASR_OK;
}
