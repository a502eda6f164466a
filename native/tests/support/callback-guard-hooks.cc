// What the build "callback" puts in the place of malloc, locks and sleeps: the same, unless the thread is inside the
// audio callback; then the program says what was called, from where, and ends. glibc alone lets a program replace its
// malloc and its locks so simply: elsewhere `new` and `delete` are watched and nothing else.
#include "callback-guard.h"

#ifdef TWOPOP_CALLBACK_GUARD

#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <new>

#if __has_include(<execinfo.h>)
#include <execinfo.h>
#define TWOPOP_HAS_BACKTRACE 1
#endif

namespace {

[[noreturn]] void refuse(const char* what) {
  twopop::insideCallback = false;  // what follows may allocate
  char line[128];
  const int length = std::snprintf(line, sizeof(line), "%s was called inside the audio callback\n", what);
  if (::write(2, line, static_cast<size_t>(length)) < 0) std::abort();
#ifdef TWOPOP_HAS_BACKTRACE
  void* frames[64];
  ::backtrace_symbols_fd(frames, ::backtrace(frames, 64), 2);
#endif
  std::abort();
}

inline void watch(const char* what) {
  if (twopop::insideCallback) refuse(what);
}

}  // namespace

#ifdef __GLIBC__

#include <dlfcn.h>
#include <pthread.h>
#include <time.h>

extern "C" {

void* __libc_malloc(size_t);
void __libc_free(void*);
void* __libc_calloc(size_t, size_t);
void* __libc_realloc(void*, size_t);
void* __libc_memalign(size_t, size_t);

void* malloc(size_t size) {
  watch("malloc");
  return __libc_malloc(size);
}

void free(void* what) {
  if (what) watch("free");
  __libc_free(what);
}

void* calloc(size_t count, size_t size) {
  watch("calloc");
  return __libc_calloc(count, size);
}

void* realloc(void* what, size_t size) {
  watch("realloc");
  return __libc_realloc(what, size);
}

void* memalign(size_t alignment, size_t size) {
  watch("memalign");
  return __libc_memalign(alignment, size);
}

void* aligned_alloc(size_t alignment, size_t size) {
  watch("aligned_alloc");
  return __libc_memalign(alignment, size);
}

int posix_memalign(void** to, size_t alignment, size_t size) {
  watch("posix_memalign");
  *to = __libc_memalign(alignment, size);
  return *to ? 0 : ENOMEM;
}

}  // extern "C"

namespace {

template <class Function>
Function next(const char* name) {
  return reinterpret_cast<Function>(::dlsym(RTLD_NEXT, name));
}

}  // namespace

#define TWOPOP_WATCHED(result, name, parameters, arguments)            \
  extern "C" result name parameters {                                  \
    watch(#name);                                                      \
    static const auto real = next<result(*) parameters>(#name);        \
    return real arguments;                                             \
  }

TWOPOP_WATCHED(int, pthread_mutex_lock, (pthread_mutex_t * mutex), (mutex))
TWOPOP_WATCHED(int, pthread_rwlock_rdlock, (pthread_rwlock_t * lock), (lock))
TWOPOP_WATCHED(int, pthread_rwlock_wrlock, (pthread_rwlock_t * lock), (lock))
TWOPOP_WATCHED(int, pthread_cond_wait, (pthread_cond_t * condition, pthread_mutex_t* mutex), (condition, mutex))
TWOPOP_WATCHED(int, pthread_cond_signal, (pthread_cond_t * condition), (condition))
TWOPOP_WATCHED(int, pthread_cond_broadcast, (pthread_cond_t * condition), (condition))
TWOPOP_WATCHED(int, nanosleep, (const timespec* wanted, timespec* left), (wanted, left))
TWOPOP_WATCHED(int, clock_nanosleep, (clockid_t clock, int flags, const timespec* wanted, timespec* left),
               (clock, flags, wanted, left))
TWOPOP_WATCHED(int, sched_yield, (), ())
TWOPOP_WATCHED(ssize_t, pread, (int file, void* to, size_t length, off_t at), (file, to, length, at))
TWOPOP_WATCHED(ssize_t, pwrite, (int file, const void* from, size_t length, off_t at), (file, from, length, at))

#else

void* operator new(size_t size) {
  watch("operator new");
  if (void* made = std::malloc(size ? size : 1)) return made;
  throw std::bad_alloc();
}
void* operator new[](size_t size) { return operator new(size); }
void operator delete(void* what) noexcept {
  if (what) watch("operator delete");
  std::free(what);
}
void operator delete[](void* what) noexcept { operator delete(what); }
void operator delete(void* what, size_t) noexcept { operator delete(what); }
void operator delete[](void* what, size_t) noexcept { operator delete(what); }

#endif

#endif
