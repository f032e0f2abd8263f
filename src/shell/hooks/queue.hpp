// The webhooks that are to be called, and those under way.
//
// The problem: a program that a person wants to be called may be slow, gone, or on a machine that sleeps, and what
// happened meanwhile is to be told later, in order, and once. The idea: a short queue in which nothing waits for
// others. One call at a time goes to a host, so that what was left is told before what was entered; at most four are
// under way. One that failed tries again after a pause, during which only its own address waits. A call that waits and
// says the same as a newer one is the newer one's. When the queue is full the oldest that waits is dropped, and that is
// said. Spec/policy.md §11.
//
// All on the loop's thread.
#pragma once

#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <string>

#include "core/door.hpp"

namespace shell::hooks {

inline constexpr std::size_t most_waiting = 64;
inline constexpr std::size_t most_under_way = 4;
inline constexpr int most_attempts = 3;
inline constexpr core::Duration patience = core::Duration{5000};
/// After the first failure, and after the second.
inline constexpr core::Duration pauses[most_attempts - 1] = {core::Duration{2000}, core::Duration{10'000}};

/// What became of one attempt.
struct Outcome {
  int status = 0;       ///< of the answer; 0: there was none
  std::string trouble;  ///< one sentence when there was none; tells no secret
};

/// How addresses are called (config.webhookMethod).
enum class Method : std::uint8_t { post, get };

class Queue {
 public:
  struct Needs {
    /// Begins one attempt; `done` is called once, later on the loop's thread, after `patience` at the latest.
    std::function<void(const core::CallHook&, std::function<void(Outcome)> done)> send;
    /// Calls `work` on the loop's thread after a pause, unless the loop has ended.
    std::function<void(core::Duration, std::function<void()> work)> later;
    std::function<void(core::Severity, std::string)> say;
  };

  explicit Queue(Needs needs);
  Queue(const Queue&) = delete;
  Queue& operator=(const Queue&) = delete;
  /// What waits is not called any more; nothing that is called back later reaches this.
  ~Queue();

  void add(core::CallHook hook);

  /// Those that are not over yet.
  [[nodiscard]] std::size_t waiting() const;
  [[nodiscard]] std::size_t under_way() const;

 private:
  struct Entry {
    std::uint64_t number = 0;
    core::CallHook hook;
    std::string host;  ///< and its port
    int attempts = 0;  ///< begun
    enum class Is : std::uint8_t { waiting, sent, resting } is = Is::waiting;
  };

  void go_on();
  [[nodiscard]] bool may_go(std::size_t place) const;
  void send(Entry& entry);
  void ended(std::uint64_t number, const Outcome& outcome);
  void drop_oldest();
  void tell(const Entry& entry, const std::string& what) const;

  Needs needs_;
  std::deque<Entry> entries_;  ///< in the order in which they came
  std::uint64_t next_ = 0;
  std::shared_ptr<Queue*> self_;  ///< cleared when we go
};

/// "the webhook enter of the policy Track Green Energy at http://ha.local:8123/…"
[[nodiscard]] std::string words(const core::CallHook& hook);

}  // namespace shell::hooks
