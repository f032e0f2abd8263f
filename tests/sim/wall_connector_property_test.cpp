// Whatever is said on the bus and done at the handle: energy adds up, current obeys, and a seed repeats itself.
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <deque>

#include "sim/any_unit.hpp"
#include "sim/bench.hpp"

namespace {

using namespace bench;
using base::Watts;
using sim::WallConnector;

/// A random life of one unit, watched at every event.
class Life {
 public:
  explicit Life(std::uint64_t seed) : dice_(seed), unit_(draw_connector(dice_, 0x0061), dice_.fork(), Instant{}) {}

  void live(int turns) {
    for (int turn = 0; turn < turns; ++turn) {
      if (dice_.chance(0.02)) befall();
      if (!silent_) say();
      if (dice_.chance(0.02)) silent_ = !silent_;
      pass(Duration{dice_.between(std::int64_t{200}, std::int64_t{1500})});
    }
  }

  [[nodiscard]] std::uint64_t digest() const { return digest_.value(); }
  [[nodiscard]] Energy integrated() const { return energy_; }
  [[nodiscard]] Energy delivered() const { return unit_.delivered(now_); }

 private:
  void say() {
    constexpr int commands[] = {0, 0, 0, 0, 5, 8, 9, 9, 9, 6, 7};
    const int command = commands[dice_.next() % 11];
    const Amps amps = dice_.chance(0.1) ? 0_A : Amps::whole(static_cast<std::int64_t>(dice_.next() % 40));
    const auto wire = bytes(Bench::heartbeat(command, amps, dice_.chance(0.5), unit_.id()));
    unit_.hear(wire, now_);
    watch();
  }

  void befall() {
    switch (dice_.next() % 8) {
      case 0:
      case 1:
      case 2:
        if (!unit_.has_car())
          unit_.plug_in(draw_car(dice_, base::kilowatt_hours(1 + static_cast<std::int64_t>(dice_.next() % 9)), 32_A),
                        now_);
        break;
      case 3: unit_.unplug(now_); break;
      case 4: unit_.reboot(now_); break;
      case 5: unit_.fail(Duration{static_cast<std::int64_t>(dice_.next() % 5000)}, now_); break;
      case 6: unit_.press(WallConnector::Button::six_seconds, now_); break;
      default:
        if (unit_.car() != nullptr) {
          if (dice_.chance(0.5)) unit_.car()->stop_at_car(now_);
          else unit_.car()->start_at_car(now_);
          unit_.touched(now_);
        }
    }
    watch();
  }

  void pass(Duration time) {
    const Instant end = now_ + time;
    sim::Transmission wire;
    while (unit_.deadline() <= end) {
      const Instant due = unit_.deadline();
      RC_ASSERT(due >= now_);
      account(due);
      int words = 0;
      while (unit_.deadline() <= due) {
        if (unit_.speak(due, wire))
          for (const std::uint8_t byte : wire.view()) digest_.add(byte);
        RC_ASSERT(++words < 20);
        watch();
      }
    }
    account(end);
  }

  void account(Instant to) {
    energy_ += power_ * (to - now_);
    now_ = to;
  }

  void watch() {
    power_ = unit_.power();
    digest_.add(static_cast<std::uint64_t>(power_.count()));
    digest_.add(unit_.state(now_));
    limits_.push_back({now_, unit_.limit_in_force()});
    while (limits_.size() > 1 && limits_[1].when < now_ - Duration{7s}) limits_.pop_front();
    Amps lately;
    for (const Limit& limit : limits_) lately = std::max(lately, limit.amps);
    RC_ASSERT(unit_.drawn() <= lately);
    if (unit_.car() != nullptr) RC_ASSERT(unit_.drawn() <= std::max(unit_.car()->ceiling(), 5_A));
    if (!unit_.relay_closed()) {
      RC_ASSERT(unit_.drawn() == 0_A);
      RC_ASSERT(unit_.power() == Watts{});
      RC_ASSERT(unit_.current().sum() == 0_A);
    }
    if (unit_.car() != nullptr && unit_.car()->drawn() > 0_A) RC_ASSERT(unit_.relay_closed());
    RC_ASSERT(unit_.relay_closings() - unit_.relay_openings() == (unit_.relay_closed() ? 1 : 0));
  }

  struct Limit {
    Instant when;
    Amps amps;
  };

  base::Random dice_;
  WallConnector unit_;
  Instant now_;
  Watts power_;
  Energy energy_;
  bool silent_ = false;
  base::Digest digest_;
  std::deque<Limit> limits_;
};

RC_GTEST_PROP(AnyLife, energy_adds_up_current_obeys_and_none_flows_through_an_open_relay, (std::uint64_t seed)) {
  Life life(seed);
  life.live(1500);
  RC_ASSERT(life.integrated() == life.delivered());
}

RC_GTEST_PROP(AnyLife, the_same_seed_lives_the_same_life, (std::uint64_t seed)) {
  Life a(seed), b(seed);
  a.live(300);
  b.live(300);
  RC_ASSERT(a.digest() == b.digest());
}

RC_GTEST_PROP(AnyLife, no_bytes_on_the_bus_upset_it, (std::vector<std::uint8_t> noise, std::uint64_t seed)) {
  Bench b({}, seed);
  b.until(at(3s));
  b.unit.hear(noise, b.now);
  b.pass(1s);
  RC_ASSERT(b.unit.limit_in_force() == 0_A);
}

}  // namespace
