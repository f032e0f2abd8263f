// A virtual car at the handle of a virtual connector: what it draws, when, and what annoys it (spec/twc-protocol §5.4).
//
// Its current is a staircase: it changes by half an ampere at a time, as real cars do, and stands still between.
// So it is computed only when something happens (no ticks), and its energy is an exact sum of power × time. What it
// draws is true current; what its connector reports about it is the connector's business (§5.3).
#pragma once

#include <cstdint>
#include <optional>

#include "base/bounded.hpp"
#include "base/phases.hpp"
#include "base/random.hpp"
#include "base/time.hpp"
#include "base/units.hpp"

namespace sim {

using base::Amps;
using base::Duration;
using base::Energy;
using base::Instant;
using base::Phases;
using base::Volts;
using base::Watts;
using namespace base::literals;
using namespace std::chrono_literals;

/// What makes a sleeping car look at the connector again.
enum class Wakes : std::uint8_t { on_offer, in_rounds, never };

/// What a car does about an offer of 0 A where that is the way to stop (protocol 1).
enum class AboutZero : std::uint8_t { obeys, ignores };

/// What a car is and how it behaves. The numbers are those of §5.4; ranges are drawn by whoever makes the car.
struct CarTraits {
  Energy needed = base::kilowatt_hours(20);  ///< until its charge target is reached
  Amps onboard = 32_A;                       ///< its charger, per phase
  Amps chosen = 80_A;                        ///< the limit set in the car
  Amps onboard_three_phase = 16_A;           ///< its charger while on three phases
  int phases = 1;                            ///< 1…3; it uses as many as the connector has
  Amps habit = 1_A;                          ///< it follows offers in steps of this, downward
  Amps below_offer = 0.40_A;                 ///< it stays this much below what it follows
  Duration half_ampere_up = 160ms;           ///< 2–4 A/s
  Duration fall = 3s;                        ///< from any current to any lower one, 1–6 s
  Duration before_ready = 2s;                ///< each of state 03 and 04 right after plug-in
  Duration before_start = 2s;                ///< between an offer and the relay
  Duration starting = 4s;                    ///< from 0 to 1.3 A
  Duration taper = 60s;                      ///< from full current to none when full; 0: at once
  Duration until_unwell = Duration{};        ///< error when no offer came for so long after it asked; 0: never
  Duration until_asleep = 1h;                ///< after it stopped drawing
  Duration wakes_after = 10s;                ///< an offer
  Duration round = 15min;                    ///< of a car that wakes in rounds
  Wakes wakes = Wakes::on_offer;
  Duration scheduled = Duration{};  ///< does not want to charge for so long after plug-in
  bool sticks_at_six = false;       ///< after any raise below `spike`
  bool sticks_when_alternating = false;
  Amps spike = 16_A;              ///< an offer of this for 5 s frees it
  bool sulks_below_five = false;  ///< an offer between 0 and 5 A makes it refuse until re-plugged
  AboutZero about_zero = AboutZero::obeys;
  int silences_borne = 3;          ///< cuts of a plug-in after which it refuses until re-plugged
  int orders_borne = 0;            ///< the same for stop orders (FC B2); above 0 only with DIP 2 down (§2.8)
  bool needs_bus_maximum = false;  ///< starts only below a master of sign 77 that tells the bus maximum (?)
  base::Text<17> vin;              ///< empty: not a Tesla
};

/// Why its current was cut off under it.
enum class Cut : std::uint8_t { silence, order, failure, restart };

enum class CarState : std::uint8_t {
  arriving,   ///< just plugged in
  asking,     ///< wants current, waits for an offer or hesitates
  scheduled,  ///< will want current later
  starting,   ///< 0 to 1.3 A
  charging,
  halting,   ///< going down to zero because it was offered 0 A
  halted,    ///< stopped by an offer of 0 A, wants to go on
  leaving,   ///< going down to zero by its own wish
  stopped,   ///< stopped by its own wish
  tapering,  ///< the last minute
  full,
  asleep,
  cut,       ///< the relay was opened under it; goes on when it is let
  refusing,  ///< until re-plugged
  unwell,    ///< waited too long for its first offer; until re-plugged
};

/// What a connector connects it to.
struct Supply {
  int phases = 1;
  Volts volts = 240_V;  ///< of each phase, without load
  Volts sag_per_amp{};  ///< falls by this for each ampere drawn
};

class Car {
 public:
  Car(const CarTraits& traits, const Supply& supply, Instant plugged_in);

  /// When something will happen in it without anybody doing anything.
  [[nodiscard]] Instant deadline() const { return next_; }
  /// Lets time pass. Every other function wants the car to have been advanced to its `at`.
  void advance(Instant at) {
    while (next_ <= at) happen(next_);
  }

  /// What the connector offers from now on; 0 is an offer of nothing.
  void offer(Amps amps, Instant at);
  /// The relay opens under it: no current at once.
  void cut(Cut why, Instant at);
  /// The connector would let it charge again after a cut.
  void let(Instant at);
  /// It takes offence: nothing more until it is re-plugged.
  void refuse(Instant at);
  /// What the master's linkready says about the bus (§2.2 ?).
  void hear_bus_maximum(Instant at);

  // --- the driver ---
  void stop_at_car(Instant at);
  void start_at_car(Instant at);
  void choose(Amps limit, Instant at);
  /// Raises the charge target: it wants so much more.
  void want_more(Energy more, Instant at);
  void fall_asleep(Instant at);
  /// Something breaks in it: an error until it is re-plugged.
  void fall_unwell(Instant at);

  // --- truth ---
  [[nodiscard]] const CarTraits& traits() const { return traits_; }
  [[nodiscard]] CarState state() const { return state_; }
  [[nodiscard]] Amps drawn() const { return drawn_; }
  [[nodiscard]] Amps offered() const { return offered_; }
  /// What it draws or is on its way to.
  [[nodiscard]] Amps heading_for() const { return target_ > drawn_ ? target_ : drawn_; }
  [[nodiscard]] int phases() const { return phases_; }
  [[nodiscard]] Watts power() const { return power_; }
  [[nodiscard]] Energy received(Instant at) const { return received_ + power_ * (at - since_); }
  [[nodiscard]] Energy missing(Instant at) const;
  /// The most it will ever draw per phase on this supply.
  [[nodiscard]] Amps ceiling() const;
  /// Whether it wants the relay closed.
  [[nodiscard]] bool wants_relay() const;
  [[nodiscard]] bool stuck() const { return stuck_ != Stuck::no; }
  /// How often it was cut off by want of heartbeats since it was plugged in.
  [[nodiscard]] int silences() const { return silences_; }
  [[nodiscard]] Instant plugged_in() const { return plugged_in_; }
  /// Whether the connector knows its VIN at that time.
  [[nodiscard]] bool tells_vin(Instant at) const;

 private:
  enum class Stuck : std::uint8_t { no, until_spike, until_lower };

  void happen(Instant at);
  void enter(CarState state, Instant until);
  void timer(Instant at);
  void ask(Instant at, Duration hesitation);
  void start(Instant at);
  void follow(Instant at);
  void note_raise_or_lower(Amps before, Instant at);
  void aim(Amps target, Amps stair, Duration every, Instant at);
  void descend(Amps target, Duration within, Instant at);
  void draw(Amps amps, Instant at);
  void find_next();
  [[nodiscard]] Amps wanted() const;
  [[nodiscard]] bool would_charge(Instant at) const;

  CarTraits traits_;
  Supply supply_;
  int phases_;
  CarState state_ = CarState::arriving;
  Stuck stuck_ = Stuck::no;
  bool knows_bus_maximum_ = false;
  bool had_failure_ = false;
  bool stopped_by_driver_ = false;
  int silences_ = 0, orders_ = 0, alternations_ = 0;
  Amps offered_, drawn_, target_, stair_;
  Amps last_change_;
  Watts power_;
  Energy received_;
  Duration every_{};
  Instant plugged_in_, since_, last_changed_ = Instant::long_ago();
  Instant spike_since_ = Instant::never();  ///< offered at least the spike since then, after a raise
  Instant next_ = Instant::never(), next_stair_ = Instant::never(), until_ = Instant::never(), full_ = Instant::never(),
          freed_ = Instant::never();
};

}  // namespace sim
