// The one thread that touches the disk. See clerk.hpp.
#include "shell/store/clerk.hpp"

#include <algorithm>

#include "shell/loop/thread.hpp"

namespace shell {
namespace {

constexpr std::size_t most_queued = 64;

}  // namespace

Clerk::~Clerk() {
  {
    const std::lock_guard lock(mutex_);
    ending_ = true;
  }
  woken_.notify_one();
  if (thread_.joinable()) thread_.join();
}

bool Clerk::post(Work work) {
  const std::lock_guard lock(mutex_);
  if (queue_.size() >= most_queued) return false;
  queue(std::move(work));
  return true;
}

void Clerk::insist(Work work) {
  const std::lock_guard lock(mutex_);
  queue(std::move(work));
}

void Clerk::queue(Work work) {
  queue_.push_back(std::move(work));
  if (!thread_.joinable()) thread_ = thread_beside([this] { run(); });
  woken_.notify_one();
}

void Clerk::settle() {
  std::unique_lock lock(mutex_);
  idle_.wait(lock, [this] { return queue_.empty() && !busy_; });
}

void Clerk::take_due(std::unique_lock<std::mutex>& lock) {
  const auto next = std::min_element(waiting_.begin(), waiting_.end(),
                                     [](const Waiting& a, const Waiting& b) { return a.when < b.when; });
  if (!ending_ && next == waiting_.end()) {
    woken_.wait(lock);
  } else if (!ending_ && next->when > std::chrono::steady_clock::now()) {
    const auto when = next->when;
    woken_.wait_until(lock, when);
  } else if (next != waiting_.end()) {
    queue_.push_back(std::move(next->work));
    waiting_.erase(next);
  }
}

void Clerk::run() {
  std::unique_lock lock(mutex_);
  while (!ending_ || !queue_.empty() || !waiting_.empty()) {
    if (queue_.empty()) {
      idle_.notify_all();
      take_due(lock);
      continue;
    }
    Work work = std::move(queue_.front());
    queue_.pop_front();
    busy_ = true;
    lock.unlock();
    const Outcome outcome = work();
    lock.lock();
    busy_ = false;
    if (outcome.again_after > base::Duration{} && !ending_)
      waiting_.push_back({std::chrono::steady_clock::now() + outcome.again_after, std::move(work)});
  }
  idle_.notify_all();
}

}  // namespace shell
