// The one thread that touches the disk.
//
// An fsync on an SD card takes half a second on a bad day; a heartbeat must leave every second. So whatever writes does
// it here, in order, and says how it went. A second one, which touches no disk, does what the processor is long at.
// Work that failed for want of disk may ask to be tried again later.
#pragma once

#include <condition_variable>
#include <deque>
#include <functional>
#include <mutex>
#include <thread>

#include "base/time.hpp"

namespace shell {

class Clerk {
 public:
  /// How a piece of work went; `again_after` zero: it is finished.
  struct Outcome {
    base::Duration again_after{};
  };
  using Work = std::function<Outcome()>;

  Clerk() = default;
  /// Does everything that is still queued, tries once more what waits for another attempt, and ends.
  ~Clerk();
  Clerk(const Clerk&) = delete;
  Clerk& operator=(const Clerk&) = delete;

  /// Queues work. The thread starts with the first. At most 64 pieces wait; false: the queue is full and nothing was
  /// queued.
  [[nodiscard]] bool post(Work work);
  /// … however many wait, for who never has more than one piece there.
  void insist(Work work);
  /// Waits until nothing is queued and nothing runs, for tests and for whoever must know; work that waits for another
  /// attempt counts as done.
  void settle();

 private:
  struct Waiting {
    std::chrono::steady_clock::time_point when;
    Work work;
  };
  void run();
  void queue(Work work);   ///< with the mutex held
  void take_due(std::unique_lock<std::mutex>& lock);

  std::mutex mutex_;
  std::condition_variable woken_;
  std::condition_variable idle_;
  std::deque<Work> queue_;
  std::deque<Waiting> waiting_;
  std::thread thread_;
  bool busy_ = false;
  bool ending_ = false;
};

}  // namespace shell
