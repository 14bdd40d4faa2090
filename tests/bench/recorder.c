/* Writes down, in order, what a program does to the files under one folder.
 *
 * Loaded before the C library's own functions (LD_PRELOAD). RECORD_FOLDER is watched, RECORD_LOG written:
 * one record an act, as tests/bench/power.py reads it. One lock is held over an act and its record, so that
 * the records stand in the order of the acts.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <fcntl.h>
#include <limits.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/types.h>
#include <unistd.h>

static pthread_mutex_t turn = PTHREAD_MUTEX_INITIALIZER;
static int record_fd = -1;
static char folder[PATH_MAX];
static size_t folder_length;
static __thread int inside;

#define REAL(name, type) \
    static type real; \
    if (!real) real = (type)dlsym(RTLD_NEXT, name)

typedef ssize_t (*write_t)(int, const void *, size_t);

static void write_all(const void *what, size_t n) {
    REAL("write", write_t);
    for (const char *at = what; n;) {
        ssize_t done = real(record_fd, at, n);
        if (done <= 0) _exit(97);
        at += done;
        n -= (size_t)done;
    }
}

__attribute__((constructor)) static void begin(void) {
    const char *log = getenv("RECORD_LOG"), *watched = getenv("RECORD_FOLDER");
    if (!log || !watched || !realpath(watched, folder)) return;
    folder_length = strlen(folder);
    inside = 1;
    record_fd = open(log, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
    inside = 0;
}

/* The name inside the folder, "" for the folder itself; NULL for what is elsewhere. */
static const char *own(const char *path) {
    if (record_fd < 0 || strncmp(path, folder, folder_length)) return NULL;
    if (!path[folder_length]) return "";
    return path[folder_length] == '/' ? path + folder_length + 1 : NULL;
}

static const char *own_fd(int fd, char *path) {
    char link[64];
    if (record_fd < 0 || fd == record_fd) return NULL;
    snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
    ssize_t n = readlink(link, path, PATH_MAX - 1);
    if (n <= 0) return NULL;
    path[n] = 0;
    return own(path);
}

static void record(char act, const char *name, int64_t at, const void *what, uint64_t n) {
    uint32_t length = (uint32_t)strlen(name);
    char head[1 + 4 + 8 + 8];
    head[0] = act;
    memcpy(head + 1, &length, 4);
    memcpy(head + 5, &at, 8);
    memcpy(head + 13, &n, 8);
    write_all(head, sizeof head);
    write_all(name, length);
    write_all(what, n);
}

#define WATCHED(fd) \
    char path[PATH_MAX]; \
    const char *name = inside ? NULL : own_fd(fd, path)

static ssize_t placed(int fd, const void *what, size_t n, off64_t at) {
    typedef ssize_t (*pwrite_t)(int, const void *, size_t, off64_t);
    REAL("pwrite64", pwrite_t);
    WATCHED(fd);
    if (!name) return real(fd, what, n, at);
    pthread_mutex_lock(&turn);
    ssize_t done = real(fd, what, n, at);
    if (done > 0) record('w', name, at, what, (uint64_t)done);
    pthread_mutex_unlock(&turn);
    return done;
}

ssize_t pwrite64(int fd, const void *what, size_t n, off64_t at) { return placed(fd, what, n, at); }
ssize_t pwrite(int fd, const void *what, size_t n, off_t at) { return placed(fd, what, n, at); }

ssize_t write(int fd, const void *what, size_t n) {
    REAL("write", write_t);
    WATCHED(fd);
    if (!name) return real(fd, what, n);
    pthread_mutex_lock(&turn);
    ssize_t done = real(fd, what, n);
    if (done > 0) record('w', name, lseek(fd, 0, SEEK_CUR) - done, what, (uint64_t)done);
    pthread_mutex_unlock(&turn);
    return done;
}

static int cut(int fd, off64_t length) {
    typedef int (*cut_t)(int, off64_t);
    REAL("ftruncate64", cut_t);
    WATCHED(fd);
    if (!name) return real(fd, length);
    pthread_mutex_lock(&turn);
    int done = real(fd, length);
    if (!done) record('t', name, length, "", 0);
    pthread_mutex_unlock(&turn);
    return done;
}

int ftruncate64(int fd, off64_t length) { return cut(fd, length); }
int ftruncate(int fd, off_t length) { return cut(fd, length); }

static int synced(const char *function, int fd) {
    typedef int (*sync_t)(int);
    sync_t real = (sync_t)dlsym(RTLD_NEXT, function);
    WATCHED(fd);
    if (!name) return real(fd);
    pthread_mutex_lock(&turn);
    int done = real(fd);
    if (!done) record('s', name, 0, "", 0);
    pthread_mutex_unlock(&turn);
    return done;
}

int fsync(int fd) { return synced("fsync", fd); }
int fdatasync(int fd) { return synced("fdatasync", fd); }

static const char *whole(const char *path, char *into) {
    if (path[0] == '/') return own(path);
    if (!getcwd(into, PATH_MAX)) return NULL;
    size_t n = strlen(into);
    snprintf(into + n, PATH_MAX - n, "/%s", path);
    return own(into);
}

int unlink(const char *path) {
    typedef int (*unlink_t)(const char *);
    REAL("unlink", unlink_t);
    char into[PATH_MAX];
    const char *name = inside ? NULL : whole(path, into);
    if (!name) return real(path);
    pthread_mutex_lock(&turn);
    int done = real(path);
    if (!done) record('u', name, 0, "", 0);
    pthread_mutex_unlock(&turn);
    return done;
}

int rename(const char *from, const char *to) {
    typedef int (*rename_t)(const char *, const char *);
    REAL("rename", rename_t);
    char into[PATH_MAX], into_to[PATH_MAX];
    const char *name = inside ? NULL : whole(from, into), *name_to = inside ? NULL : whole(to, into_to);
    if (!name || !name_to) return real(from, to);
    pthread_mutex_lock(&turn);
    int done = real(from, to);
    if (!done) record('r', name, 0, name_to, strlen(name_to));
    pthread_mutex_unlock(&turn);
    return done;
}

static int opened(const char *path, int flags, mode_t mode) {
    typedef int (*open_t)(const char *, int, ...);
    REAL("open64", open_t);
    char into[PATH_MAX];
    const char *name = inside || !(flags & (O_CREAT | O_TRUNC)) ? NULL : whole(path, into);
    if (!name) return real(path, flags, mode);
    pthread_mutex_lock(&turn);
    struct stat before;
    int there = !stat(path, &before);
    int fd = real(path, flags, mode);
    if (fd >= 0 && !there) record('c', name, 0, "", 0);
    if (fd >= 0 && there && flags & O_TRUNC) record('t', name, 0, "", 0);
    pthread_mutex_unlock(&turn);
    return fd;
}

#define MODE(flags) \
    mode_t mode = 0; \
    if ((flags) & O_CREAT) { \
        va_list more; \
        va_start(more, flags); \
        mode = va_arg(more, mode_t); \
        va_end(more); \
    }

int open64(const char *path, int flags, ...) {
    MODE(flags)
    return opened(path, flags, mode);
}

int open(const char *path, int flags, ...) {
    MODE(flags)
    return opened(path, flags, mode);
}
