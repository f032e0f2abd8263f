// Tasks for the thread of the loop, in tests that have none: given on any thread, done on the test's.
#pragma once

#include <deque>
#include <functional>
#include <mutex>
#include <utility>

namespace app_test {

class Tasks {
 public:
  void soon(std::function<void()> task) {
    const std::lock_guard lock(mutex_);
    waiting_.push_back(std::move(task));
  }
  /// Those that wait, and what they queue.
  void work() {
    while (const auto task = next()) task();
  }

 private:
  std::function<void()> next() {
    const std::lock_guard lock(mutex_);
    if (waiting_.empty()) return {};
    auto task = std::move(waiting_.front());
    waiting_.pop_front();
    return task;
  }
  std::mutex mutex_;
  std::deque<std::function<void()>> waiting_;
};

}  // namespace app_test
