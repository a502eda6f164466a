// Keeps what a library says on standard error out of the tests' own words.
#pragma once

#include <fcntl.h>
#include <unistd.h>

namespace check {

/// The libraries below talk on standard error of every device that is not there.
class Quiet {
 public:
  Quiet() : said_(::dup(2)) {
    const int nowhere = ::open("/dev/null", O_WRONLY);
    ::dup2(nowhere, 2);
    ::close(nowhere);
  }
  ~Quiet() {
    ::dup2(said_, 2);
    ::close(said_);
  }
  Quiet(const Quiet&) = delete;
  Quiet& operator=(const Quiet&) = delete;

 private:
  int said_;
};

}  // namespace check
