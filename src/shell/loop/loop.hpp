// The real world before the core's door: one thread, one timer, one port.
//
// Everything that enters the core goes through `feed`, which also hands it to the recorder; everything the core asks for
// is performed here or passed on. The port is read when an answer is due and before the core speaks, never byte by byte:
// after a frame nothing watches it until the answer is there, so a heartbeat and its answer cost two wake-ups.
//
// All members are for the loop's thread, but `post`.
#pragma once

#include <deque>
#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "shell/loop/door.hpp"
#include "shell/serial/bus.hpp"

namespace shell {

/// What the loop needs from others. What is empty is not done.
struct LoopNeeds {
  std::optional<BusSettings> bus;                                       ///< nothing: no line at all
  std::function<void(const core::Memory&)> remember;
  std::function<void(const core::Announcement&)> announce;
  std::function<void(core::CallHook)> call_hook;
  std::function<void(std::string)> tell;                                ///< sentences about the port, for the log
  std::function<void(base::Now, const core::Event&)> record;            ///< before the core sees the event
};

/// How busy the loop was since it started.
struct Pulse {
  std::uint64_t wake_ups = 0;        ///< timers and bursts on the port; HTTP is not counted
  std::uint64_t steps = 0;           ///< events fed
  std::uint64_t dropped = 0;         ///< frames that did not leave although the port was open
  base::Duration latest{};           ///< the most that the timer was late
};

/// Monotonic time since the machine started, and the system's wall time; both rounded down to a millisecond.
[[nodiscard]] base::Now read_clocks();

class Loop {
 public:
  /// `io` and `door` outlive the loop. SIGPIPE is ignored from here on.
  Loop(boost::asio::io_context& io, Door& door, LoopNeeds needs);
  ~Loop();
  Loop(const Loop&) = delete;
  Loop& operator=(const Loop&) = delete;

  /// Opens the port and starts the timer; io.run() does the rest.
  void start();

  /// The one way into the core. Called while the core is being served it is kept until that is done; its bytes are
  /// copied then.
  void feed(const core::Event& event);

  /// A person's or program's wish: the core's objection, or empty when it was fed.
  [[nodiscard]] std::string command(const core::Command& command);
  [[nodiscard]] core::Snapshot snapshot() const { return door_.snapshot(read_clocks()); }
  [[nodiscard]] Pulse pulse() const;
  [[nodiscard]] bool bus_open() const { return bus_open_; }

  /// Leaves the bus in a defined state (spec/twc-protocol §3.3): feeds Part, waits until the core has parted, at most
  /// 3 s, closes the port and calls `done` once. A second call does nothing.
  void part(std::function<void()> done);
  /// part() on SIGTERM or SIGINT; a second signal ends the waiting.
  void part_on_signals(std::function<void()> done);

  /// Runs `work` on the loop's thread, soon. The only member for other threads.
  void post(std::function<void()> work);

 private:
  struct Timers;
  struct Kept {
    core::Event event;
    std::string bytes;   // what the event's view pointed to
  };

  void step(const core::Event& event);
  void perform(core::Action& action, base::Now now);
  void transmit(const core::Transmit& what, base::Now now);
  void read_port();
  void due();
  void rearm();
  void finish();
  void await_signal();
  BusEvents bus_events();

  Door& door_;
  LoopNeeds needs_;
  std::unique_ptr<Timers> timers_;
  std::unique_ptr<Bus> bus_;
  core::Actions actions_;
  std::deque<Kept> kept_;
  std::shared_ptr<Loop*> self_;   // cleared when we go, for answers that come later
  std::optional<base::Instant> armed_;
  base::Instant answer_due_;
  base::Instant expected_;   // when the timer is to fire
  base::Instant not_before_ = base::Instant::long_ago();
  std::function<void()> done_;
  Pulse pulse_;
  bool quiet_ = false;      // an answer is awaited: nothing watches the port
  bool stepping_ = false;
  bool bus_open_ = false;
  bool parting_ = false;
};

}  // namespace shell
