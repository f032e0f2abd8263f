// A virtual Gen 2 wall connector: what it hears, what it answers, what it does with its relay (spec/twc-protocol §5).
//
// It speaks bytes of its own making. It is stepped by events only: `deadline` says when it will do something by itself,
// and between two events its car's current stands still. Apart from what it says on the bus it shows the truth about
// itself (limit in force, current, relay, energy), which is what the checks of a run look at.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <span>

#include "base/bounded.hpp"
#include "base/phases.hpp"
#include "base/random.hpp"
#include "base/time.hpp"
#include "base/units.hpp"
#include "sim/car.hpp"
#include "sim/connector_bytes.hpp"

namespace sim {

enum class Firmware : std::uint8_t {
  p1,        ///< early: 14 bytes, answers only FB 19/1A/1B
  p2_2_5_1,  ///< heartbeats, EB, EC, ED
  p2_4_4,    ///< the same; no VIN, no start/stop
  p2_4_5_3,  ///< everything
};
constexpr bool is_p1(Firmware f) {
  return f == Firmware::p1;
}

/// What a protocol 2 unit does when it is offered 0 A while its car charges (§5.2, §5.5).
enum class AtZero : std::uint8_t { keeps_drawing, falls_to_six, chatters };

/// What the lifetime counter counts (§2.6).
enum class Counts : std::uint8_t { kilowatt_hours, watt_hours, with_a_stuck_bit };

/// Whether it tells the limit it obeys.
enum class Mirrors : std::uint8_t { its_limit, nothing };

/// DIP switch 2: charging with or without CAN towards the car (§1.10).
enum class Can : std::uint8_t { on, off };

/// What happens to the link after the unit was alone for so long that it cut its car (§5.6).
enum class AfterLoss : std::uint8_t { comes_back, stays_away };

/// L1 at this phase of the house (0…2), the others in turn behind it.
constexpr Phases<std::uint8_t> rotated(int first) {
  const auto at = [first](int p) { return static_cast<std::uint8_t>((first + p) % 3); };
  return {{at(0), at(1), at(2)}};
}

struct ConnectorTraits {
  std::uint16_t id = 0x0061;
  std::uint16_t answers_to = 0;  ///< another's id since power-up, the controller's or a twin's (§2.9); 0: its own
  Firmware firmware = Firmware::p2_4_5_3;
  Amps hardware_maximum = 32_A;
  int phases = 1;       ///< wired: 1…3
  Phases<std::uint8_t> wiring{{0, 1, 2}};   ///< at which phase of the house its L1, L2, L3 are, 0…2
  Volts volts = 240_V;
  Volts sag_per_amp = Volts::grains(2);  ///< 0.1–0.3 V per ampere
  int volts_jitter = 1;                  ///< of the reported voltage, whole volts, 1–3
  Duration answers_least = 5ms, answers_most = 60ms;
  Amps idle_reading{};                      ///< 0.00 or 0.25 A reported without current
  Amps reading_offset = Amps::grains(-42);  ///< reported minus true: −0.42 low, up to +1.00 high readers
  Counts counts = Counts::kilowatt_hours;
  std::uint32_t lifetime = 924;  ///< kWh before the run
  bool tells_currents = true;    ///< current bytes in FD EB (firmware 4.5.3 only)
  Mirrors mirrors = Mirrors::its_limit;
  bool needs_repeating = false;  ///< falls back to its minimum when a limit is not repeated (LK)
  Duration accepts_after{};      ///< 3 s on a slow one
  AtZero at_zero = AtZero::keeps_drawing;
  bool errs_on_first_zero = false;                  ///< protocol 2: 09 with 0 A as first limit ends in error (SM)
  Duration setting_least = 2s, setting_most = 12s;  ///< how long state 09 shows
  bool shows_starting = false;                      ///< state 08 all the while it charges (NG#296)
  Can can = Can::on;
  double loses_second_request = 0.5;  ///< of two without a pause
  double loses_vin_part = 0, mixes_vin_parts = 0;
  double ignores_order = 0;  ///< FC B1/B2 that do not stick (LK)
  double blips = 0;          ///< chance per answer of about 1 s of state 05
  Duration clock_drift{};    ///< its own clock runs so much slow between two linkreadies: no two units agree
  AfterLoss after_loss = AfterLoss::comes_back;
  bool car_of_a_cut_never_starts = false;  ///< plugged in while the unit was cut off (NG#369)
  base::Text<11> serial{"A18F0000061"};
  base::Text<11> model{"EVW2T32HL"};
};

class WallConnector {
 public:
  /// Powers up at `at`.
  WallConnector(const ConnectorTraits& traits, base::Random random, Instant at);

  // --- the bus ---
  /// A whole transmission has ended on the bus.
  void hear(std::span<const std::uint8_t> bytes, Instant at);
  /// One message of a transmission that somebody has already taken apart.
  void hear(const Message& message, Instant at);
  [[nodiscard]] Instant deadline() const { return deadline_; }
  /// Lets time pass up to `at` (at most its deadline); true when it talks, beginning at `at`. Call until the deadline
  /// lies after `at`.
  bool speak(Instant at, Transmission& out);

  // --- people ---
  void plug_in(const CarTraits& traits, Instant at);
  void unplug(Instant at);
  /// The car at the handle; advance to `at` is done. Call `touched` after doing something to it.
  [[nodiscard]] Car* car() { return car_ ? &*car_ : nullptr; }
  [[nodiscard]] const Car* car() const { return car_ ? &*car_ : nullptr; }
  void touched(Instant at);
  /// Power fails for a moment: new sign, limit 0, silent for 1–2 s. Clears every error.
  void reboot(Instant at);
  /// Its reset button, held 4 s or 6 s: the former clears errors of order 02 but no lasting one (§2.4).
  enum class Button : std::uint8_t { four_seconds, six_seconds };
  void press(Button held, Instant at);

  // --- faults (§5.8) ---
  enum class Ears : std::uint8_t {
    good,
    speechless,  ///< hears and obeys, its answers do not arrive
    deaf         ///< neither hears nor speaks
  };
  void set_ears(Ears ears, Instant at);
  [[nodiscard]] Ears ears() const { return ears_; }
  /// State 02, limit 0, and the car draws on for `lingering` before the relay opens (NG#395).
  void fail(Duration lingering, Instant at);
  /// It takes another id by itself, the controller's say (§2.9), and announces it within a second.
  void take_id(std::uint16_t id, Instant at);
  void jump_counter(std::int64_t kilowatt_hours) { counter_jump_ += kilowatt_hours; }

  // --- truth ---
  [[nodiscard]] const ConnectorTraits& traits() const { return traits_; }
  [[nodiscard]] std::uint16_t id() const { return id_; }
  [[nodiscard]] std::uint8_t sign() const { return sign_; }
  [[nodiscard]] bool relay_closed() const { return relay_closed_; }
  [[nodiscard]] int relay_closings() const { return relay_closings_; }
  [[nodiscard]] int relay_openings() const { return relay_openings_; }
  [[nodiscard]] int relay_operations() const { return relay_closings_ + relay_openings_; }
  [[nodiscard]] bool has_car() const { return car_.has_value(); }
  /// What it would let a car draw from now on, a limit it has accepted but not yet put in force included. A car that is
  /// still on its way down from a higher one is not: see `drawn`.
  [[nodiscard]] Amps limit_in_force() const;
  /// What its car may draw at once when it hears a heartbeat again, whatever that says; 0 while it hears one.
  [[nodiscard]] Amps limit_on_return() const;
  /// What it would tell as its limit.
  [[nodiscard]] Amps limit_told() const { return traits_.mirrors == Mirrors::nothing ? Amps{} : mirrored_; }
  /// True current on the busiest phase, at the last event.
  [[nodiscard]] Amps drawn() const { return car_ && relay_closed_ ? car_->drawn() : Amps{}; }
  /// True current on the house's phases.
  [[nodiscard]] Phases<Amps> current() const;
  /// True voltage on its own phases; 0 where nothing is wired.
  [[nodiscard]] Phases<Volts> volts() const;
  [[nodiscard]] Watts power() const { return car_ && relay_closed_ ? car_->power() : Watts{}; }
  /// What it has delivered to cars since it was made; exact.
  [[nodiscard]] Energy delivered(Instant at) const {
    return delivered_before_ + (car_ ? car_->received(at) : Energy{});
  }
  [[nodiscard]] std::uint8_t state(Instant at) const;
  /// Red blinks of its middle light: 0 none, 4 master lost, 3/5/6 errors (§2.4).
  [[nodiscard]] int red_blinks() const { return red_blinks_; }
  [[nodiscard]] bool muted() const { return mute_ != Mute::no; }
  /// Whether an order holds its relay open.
  [[nodiscard]] bool denied() const { return denied_; }
  /// How many orders it heard that nobody must ever send (§2.11).
  [[nodiscard]] int dangerous_heard() const { return dangerous_heard_; }
  [[nodiscard]] int master_losses() const { return master_losses_; }

 private:
  enum class Mute : std::uint8_t { no, after_answer, yes };
  enum class Probe : std::uint8_t { none, up, down };
  struct Pending {
    Instant at;
    std::uint16_t kind = 0;  ///< of the message to be sent
    std::uint16_t receiver = 0;
  };

  // hearing
  void hear_heartbeat(const Message& message, Instant at);
  void hear_linkready(const Message& message, bool second, Instant at);
  void hear_order(const Message& message, Instant at);
  void hear_dangerous(std::uint16_t kind, Instant at);
  void hear_query(const Message& message, Instant at);
  void promise(std::uint16_t kind, std::uint16_t receiver, Instant at);
  [[nodiscard]] bool answers(std::uint16_t query) const;
  // limits
  void obey(std::uint8_t command, Amps amps, Instant at);
  void hear_no_change(Instant at);
  void accept(Amps amps, std::uint8_t shown, Duration showing, Instant at);
  void put_in_force(Amps amps, Instant at);
  void let_draw(Amps amps, Instant at);
  void probe(Probe which, Instant at);
  void hear_error(std::uint8_t bitmap, Instant at);
  [[nodiscard]] Amps usable(Amps amps) const;
  [[nodiscard]] Amps given() const;
  [[nodiscard]] bool charging() const;
  [[nodiscard]] bool stops_at_zero() const;
  // time
  void run(Instant at);
  void lose_master(Instant at);
  void cut_car(Cut why, Instant at);
  void chatter(Instant at);
  void follow_car(Instant at);
  void set_relay(bool closed);
  void power_up(Instant at);
  [[nodiscard]] bool master_alive() const { return master_lost_ != Instant::never(); }
  [[nodiscard]] Instant next_word() const;
  void find_deadline();
  // speaking
  [[nodiscard]] Message compose(std::uint16_t kind, std::uint16_t receiver, Instant at);
  void compose_meter(Message& message, Instant at);
  void compose_vin(Message& message, std::uint16_t kind, Instant at);
  void say(const Message& message, Instant at, Transmission& out);
  [[nodiscard]] Amps reading();
  [[nodiscard]] std::uint8_t car_shown() const;

  ConnectorTraits traits_;
  base::Random random_;
  std::optional<Car> car_;
  Supply supply_;
  Energy delivered_before_;
  std::int64_t counter_jump_ = 0;

  std::uint16_t id_;
  std::uint8_t sign_ = 0;
  Ears ears_ = Ears::good;
  Mute mute_ = Mute::no;
  bool lasting_ = false;  ///< mute until power fails or 6 s of its button
  int red_blinks_ = 0, dangerous_heard_ = 0, master_losses_ = 0, second_linkreadies_ = 0, series_left_ = 0;

  Amps limit_, mirrored_, allowed_;  ///< accepted, told, and what the car may draw
  Amps awaited_;                     ///< accepted but not yet in force
  bool cut_off_ = false;             ///< the master was lost; waits for a new limit
  bool failed_ = false, zero_held_ = false, zero_offered_ = false, chatters_ = false, chatter_up_ = false;
  bool denied_ = false;     ///< relay held open by FC B2
  std::uint8_t shown_ = 0;  ///< a state shown for a while
  Probe probe_ = Probe::none;
  bool relay_closed_ = false;
  int relay_closings_ = 0, relay_openings_ = 0;

  Duration loss_after_;
  Instant deadline_, next_linkready_,
      master_lost_ = Instant::never(), awaited_at_ = Instant::never(), chatter_at_ = Instant::never(),
      probe_back_ = Instant::never(), probe_since_, relay_opens_ = Instant::never(), wakes_ = Instant::long_ago(),
      shown_until_ = Instant::long_ago(), ready_until_ = Instant::long_ago(), unplugged_until_ = Instant::long_ago(),
      last_second_linkready_ = Instant::long_ago(), mouth_free_ = Instant::long_ago();
  base::Bounded<Pending, 3> pending_;
};

}  // namespace sim
