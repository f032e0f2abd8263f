// Threads beside the loop: for files, for libraries that wait, and for what must not hold up the connectors.
#pragma once

#include <pthread.h>

#include <csignal>
#include <thread>
#include <utility>

namespace shell {

/// A thread that no signal interrupts: they are for the loop's thread, and a new one inherits the mask it is born with. What goes
/// wrong in it ends the program all the same.
template <class Work>
[[nodiscard]] std::thread thread_beside(Work work) {
  sigset_t all, before;
  sigfillset(&all);
  for (const int fatal : {SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGABRT}) sigdelset(&all, fatal);
  ::pthread_sigmask(SIG_SETMASK, &all, &before);
  std::thread thread(std::move(work));
  ::pthread_sigmask(SIG_SETMASK, &before, nullptr);
  return thread;
}

}  // namespace shell
