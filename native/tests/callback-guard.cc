// The build that watches the callback is only worth its name if it catches what it is there for.
#include "callback-guard.h"

#include "check.h"

#ifdef TWOPOP_CALLBACK_GUARD

#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <mutex>
#include <vector>

namespace {

/// Whether `work`, done inside the callback of a process of its own, ends that process.
template <class Work>
bool endsTheProcess(Work work) {
  const pid_t child = ::fork();
  if (child == 0) {
    ::close(2);
    {
      twopop::CallbackGuard guard;
      work();
    }
    ::_exit(0);
  }
  int status = 0;
  ::waitpid(child, &status, 0);
  return WIFSIGNALED(status) && WTERMSIG(status) == SIGABRT;
}

std::vector<int>* volatile made = nullptr;

}  // namespace

TEST("an allocation inside the callback ends the program") {
  CHECK(endsTheProcess([] { made = new std::vector<int>(1000); }));
}

TEST("freeing inside the callback ends the program") {
  made = new std::vector<int>(1000);
  CHECK(endsTheProcess([] { delete made; }));
}

#ifdef __GLIBC__
TEST("a lock inside the callback ends the program") {
  std::mutex mutex;
  CHECK(endsTheProcess([&] { std::lock_guard<std::mutex> lock(mutex); }));
}
#endif

TEST("arithmetic inside the callback goes on") {
  volatile double sum = 0;
  CHECK(!endsTheProcess([&] {
    for (int i = 0; i < 1000; i++) sum = sum + i;
  }));
}

#else

TEST("the callback is watched in the build that watches it") {
  SKIP("npm run test:native -- --sanitize callback");
}

#endif
