// The real world before the core's door. See loop.hpp.
#include "shell/loop/loop.hpp"

#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/signal_set.hpp>
#include <boost/asio/steady_timer.hpp>

#include <algorithm>
#include <array>
#include <csignal>
#include <ctime>

namespace shell {
namespace {

using base::Instant;
using base::Now;

constexpr base::Duration longest_parting = 3s;
constexpr base::Duration last_frame = 50ms;    // 20 bytes leave in 21 ms
constexpr base::Duration overdue_pause = 10ms; // a deadline that stays in the past must not spin
constexpr base::Duration not_worth_watching = 100ms;   // before a deadline, which reads the port anyway
constexpr base::Duration worth_waiting = 35ms;         // for a deadline just after an answer: one wake-up reads and speaks
constexpr int most_chunks = 8;                 // a peer that never stops talking must not starve the timer

base::Duration read_clock(clockid_t which) {
  timespec t{};
  ::clock_gettime(which, &t);
  return base::Duration{static_cast<std::int64_t>(t.tv_sec) * 1000 + t.tv_nsec / 1'000'000};
}

/// The same clock as CLOCK_MONOTONIC, so a timer set to a millisecond never fires before it.
std::chrono::steady_clock::time_point point_of(Instant at) {
  const base::Duration far = 24h * 365 * 100;
  return std::chrono::steady_clock::time_point(std::clamp(at.since_origin(), base::Duration{}, far));
}

}  // namespace

Now read_clocks() {
  return {Instant::at(read_clock(CLOCK_MONOTONIC)), base::WallTime::at(read_clock(CLOCK_REALTIME))};
}

struct Loop::Timers {
  explicit Timers(boost::asio::io_context& context)
      : io(context), due(context), parting(context), signals(context) {}
  boost::asio::io_context& io;
  boost::asio::steady_timer due;
  boost::asio::steady_timer parting;
  boost::asio::signal_set signals;
};

Loop::Loop(boost::asio::io_context& io, Door& door, LoopNeeds needs)
    : door_(door), needs_(std::move(needs)), timers_(std::make_unique<Timers>(io)),
      self_(std::make_shared<Loop*>(this)) {
  std::signal(SIGPIPE, SIG_IGN);
  if (needs_.bus) bus_ = make_bus(io, *needs_.bus, bus_events());
}

Loop::~Loop() {
  *self_ = nullptr;
  if (bus_) bus_->close();
}

BusEvents Loop::bus_events() {
  BusEvents events;
  events.opened = [this](bool networked) {
    bus_open_ = true;
    quiet_ = false;
    feed(core::BusOpened{networked});
    if (!quiet_) bus_->watch(true);
  };
  events.closed = [this](std::string why) {
    bus_open_ = quiet_ = false;
    if (needs_.tell) needs_.tell(std::move(why));
    feed(core::BusClosed{});
  };
  events.waiting = [this](std::string why) {
    if (needs_.tell) needs_.tell(std::move(why));
  };
  events.readable = [this] {
    ++pulse_.wake_ups;   // the first byte woke us…
    ++pulse_.wake_ups;   // …and the end of the gathering
    read_port();
    rearm();
  };
  return events;
}

void Loop::start() {
  if (bus_) bus_->open();
  rearm();
}

void Loop::feed(const core::Event& event) {
  if (stepping_) {
    Kept kept{event, {}};
    if (const auto* bytes = std::get_if<core::BusBytes>(&event))
      kept.bytes.assign(reinterpret_cast<const char*>(bytes->bytes.data()), bytes->bytes.size());
    kept_.push_back(std::move(kept));
    return;
  }
  step(event);
  while (!kept_.empty()) {
    Kept kept = std::move(kept_.front());
    kept_.pop_front();
    if (auto* bytes = std::get_if<core::BusBytes>(&kept.event))
      bytes->bytes = {reinterpret_cast<const std::uint8_t*>(kept.bytes.data()), kept.bytes.size()};
    step(kept.event);
  }
  rearm();
}

void Loop::step(const core::Event& event) {
  const Now now = read_clocks();
  ++pulse_.steps;
  stepping_ = true;
  if (needs_.record) needs_.record(now, event);
  door_.step(event, now, actions_);
  for (core::Action& action : actions_) perform(action, now);
  actions_.clear();
  stepping_ = false;
  if (parting_ && done_ && door_.parted()) finish();
}

void Loop::perform(core::Action& action, Now now) {
  if (const auto* transmit_this = std::get_if<core::Transmit>(&action)) transmit(*transmit_this, now);
  else if (const auto* remember = std::get_if<core::Remember>(&action)) {
    if (needs_.remember) needs_.remember(remember->memory);
  } else if (const auto* announce = std::get_if<core::Announce>(&action)) {
    if (needs_.announce) needs_.announce(announce->what);
  } else if (auto* hook = std::get_if<core::CallHook>(&action)) {
    if (needs_.call_hook) needs_.call_hook(std::move(*hook));
  }
}

void Loop::transmit(const core::Transmit& what, Now now) {
  if (!bus_) return;
  bus_->write(what.frame);
  if (!bus_open_ || what.answer_due <= base::Duration{}) return;
  const Instant due = now.at + what.answer_due;
  answer_due_ = quiet_ ? std::max(answer_due_, due) : due;
  quiet_ = true;
  bus_->watch(false);
}

std::string Loop::command(const core::Command& command) {
  std::string objection = door_.objection(command);
  if (objection.empty()) feed(command);
  return objection;
}

void Loop::read_port() {
  std::array<std::uint8_t, 512> chunk;
  for (int i = 0; i < most_chunks && bus_open_; ++i) {
    const std::size_t count = bus_->read(chunk);
    if (count == 0) return;
    feed(core::BusBytes{{chunk.data(), count}});
    if (count < chunk.size()) return;
  }
}

void Loop::due() {
  ++pulse_.wake_ups;
  armed_.reset();
  Instant now = read_clocks().at;
  pulse_.latest = std::max(pulse_.latest, now - expected_);
  if (quiet_ && now >= answer_due_) quiet_ = false;
  read_port();
  now = read_clocks().at;
  if (door_.deadline() <= now) {
    feed(core::TimePassed{});
    if (door_.deadline() <= now) not_before_ = now + overdue_pause;
  }
  if (!quiet_ && bus_open_) bus_->watch(door_.deadline() - now > not_worth_watching);
  rearm();
}

void Loop::rearm() {
  if (stepping_) return;
  Instant next = std::max(door_.deadline(), not_before_);
  if (quiet_ && next - answer_due_ > worth_waiting) next = answer_due_;
  else if (quiet_) next = std::max(next, answer_due_);
  if (armed_ == next) return;
  armed_ = next;
  expected_ = std::max(next, read_clocks().at);   // what is overdue when it is asked for is not the timer's fault
  if (next >= Instant::never()) {
    timers_->due.cancel();
    return;
  }
  timers_->due.expires_at(point_of(next));
  timers_->due.async_wait([self = self_, next](boost::system::error_code error) {
    Loop* loop = *self;
    if (!error && loop != nullptr && loop->armed_ == next) loop->due();
  });
}

Pulse Loop::pulse() const {
  Pulse pulse = pulse_;
  if (bus_) pulse.dropped = bus_->dropped();
  return pulse;
}

void Loop::part(std::function<void()> done) {
  if (std::exchange(parting_, true)) return;
  done_ = std::move(done);
  timers_->parting.expires_after(longest_parting);
  timers_->parting.async_wait([self = self_](boost::system::error_code error) {
    if (!error && *self != nullptr) (*self)->finish();
  });
  feed(core::Command{core::Part{}});
}

/// The core is done; its last frame may still be on its way out.
void Loop::finish() {
  auto done = std::exchange(done_, nullptr);
  if (!done) return;
  timers_->parting.expires_after(last_frame);
  timers_->parting.async_wait([self = self_, done = std::move(done)](boost::system::error_code error) {
    if (error || *self == nullptr) return;
    Loop& loop = **self;
    loop.timers_->due.cancel();
    loop.timers_->signals.cancel();
    loop.bus_open_ = false;
    if (loop.bus_) loop.bus_->close();
    done();
  });
}

void Loop::part_on_signals(std::function<void()> done) {
  timers_->signals.add(SIGTERM);
  timers_->signals.add(SIGINT);
  done_ = std::move(done);
  await_signal();
}

void Loop::await_signal() {
  timers_->signals.async_wait([self = self_](boost::system::error_code error, int) {
    if (error || *self == nullptr) return;
    Loop& loop = **self;
    if (loop.parting_) loop.finish();
    else loop.part(std::exchange(loop.done_, nullptr));
    loop.await_signal();
  });
}

void Loop::post(std::function<void()> work) { boost::asio::post(timers_->io, std::move(work)); }

}  // namespace shell
