// A meter that is asked over HTTP and answers with text: late, old, absurd or not at all.
//
// It shows one quantity of the house or of one circuit, as the URL source of the program asks for it ("3055.2 W",
// "12.31 A", "40.0 %"; spec/energy-sources §5.21). A question measures at once (or takes a sample that is `stale` old,
// and up to `jitters` older) and is answered after a delay; faults
// decide what becomes of the answer.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "base/bounded.hpp"
#include "base/phases.hpp"
#include "base/random.hpp"
#include "base/time.hpp"
#include "base/units.hpp"

namespace sim {

using base::Amps;
using base::Duration;
using base::Instant;
using base::Phases;
using base::Volts;
using base::Watts;
using namespace std::chrono_literals;

/// What really flows at a moment: in the whole house, or below one circuit.
struct HousePower {
  Watts solar, load, cars;
  Watts battery{};          ///< + discharge, − charge
  int battery_level = 0;    ///< per mille
  Phases<Amps> current{};   ///< what comes in on each phase; negative: goes out

  [[nodiscard]] Watts grid() const { return load + cars - solar - battery; }
};

/// Which number it shows (spec/energy-sources §1.2).
enum class Shows : std::uint8_t {
  generation, consumption, grid_import, grid_export, net_grid, current_1, current_2, current_3, battery, battery_level,
};

/// Whether the cars hang behind the consumption meter.
enum class Charger : std::uint8_t { inside, outside };

/// How it writes a number: here of watts, of amperes and percent accordingly.
enum class Writes : std::uint8_t { plain, decimal, with_unit, in_kilowatts };

struct MeterTraits {
  Shows shows = Shows::consumption;
  Charger charger = Charger::inside;
  Writes writes = Writes::with_unit;
  Duration answers_least = 20ms, answers_most = 200ms;
  Duration stale{};    ///< how old what it shows is, up to 60 s
  Duration jitters{};  ///< … and so much older at most, another age for each question
  int noise = 0;       ///< whole watts, up and down; of amperes what they are at 230 V
};

enum class MeterFault : std::uint8_t {
  none,
  silent,
  unreachable,
  server_error,
  words,
  not_a_number,
  infinite,
  negative,
  huge,
  empty,
  too_large,
  frozen
};
constexpr int meter_fault_count = 12;

/// What became of a question. `body` is valid until the next call.
struct MeterReply {
  enum class Outcome : std::uint8_t { answered, timed_out, unreachable, too_large };
  Outcome outcome = Outcome::answered;
  int http_status = 200;
  std::string_view body;
  MeterFault fault = MeterFault::none;  ///< what it did, for tallies
};

class MeterDevice {
 public:
  MeterDevice(const MeterTraits& traits, base::Random random) : traits_(traits), random_(random) {}

  /// Each question from now on meets some fault (drawn) with this chance, 0…1.
  void set_unreliable(double chance) { unreliable_ = chance; }
  /// Every question until then meets this fault.
  void misbehave(MeterFault fault, Instant until);

  /// Somebody asks and waits at most `patience`. A question while one is open replaces it.
  void ask(Instant at, Duration patience, const HousePower& truth);
  /// When a reply or a sample is due.
  [[nodiscard]] Instant deadline() const { return answer_at_ < sample_at_ ? answer_at_ : sample_at_; }
  /// Whether it wants to see the truth now (only when it shows old values).
  [[nodiscard]] bool wants_sample(Instant at) const { return sample_at_ <= at; }
  void sample(Instant at, const HousePower& truth);
  /// The reply that is due at `at`; false when none is.
  bool answer(Instant at, MeterReply& out);

  [[nodiscard]] const MeterTraits& traits() const { return traits_; }

 private:
  /// In grains of what it shows: watts, amperes, or per mille.
  using Value = std::int64_t;
  struct Sample {
    Instant at;
    Value value = 0;
  };
  [[nodiscard]] Value shown(const HousePower& truth) const;
  [[nodiscard]] Duration oldest() const { return traits_.stale + traits_.jitters; }
  [[nodiscard]] Value old_value(Instant at);
  [[nodiscard]] Value noise();
  void write(Value value);

  MeterTraits traits_;
  base::Random random_;
  double unreliable_ = 0;
  MeterFault forced_ = MeterFault::none, pending_ = MeterFault::none;
  Instant forced_until_ = Instant::long_ago(), answer_at_ = Instant::never();
  Instant sample_at_ = oldest() > Duration{} ? Instant{} : Instant::never();
  Instant shown_ = Instant::long_ago();  ///< the moment of what was shown last
  std::optional<Value> last_;
  base::Ring<Sample, 64> samples_;
  base::Text<64> body_;
};

}  // namespace sim
