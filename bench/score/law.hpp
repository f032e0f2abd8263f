// Other people's ways to follow the sun, as laws for our core.
//
// Each sees what our own law sees and asks for a current; division, ramps, circuit and the stop by silence are the
// core's, the same for all. A law says what it wants at its own rhythm, and how long a car is kept at its minimum
// against it before it is stopped: the core counts that time. The numbers are those the projects publish; each file
// names their place in the survey of peers ("peers §1.1").
#pragma once

#include <memory>
#include <optional>
#include <string_view>
#include <vector>

#include "core/policy/decision.hpp"

namespace score {

using base::Amps;
using base::Duration;
using base::Instant;
using base::Volts;
using base::Watts;
using core::Config;
using core::Decision;
using core::Picture;
using namespace base::literals;
using namespace std::chrono_literals;

/// What the grid gives, + import, with the charging in it; nothing when the meter is not known or too old.
[[nodiscard]] std::optional<Watts> grid(const Picture& picture);

/// Who may have the sun that would charge a home battery.
enum class First : bool { car, battery };
/// `grid` as a law has it that knows a home battery: what the battery gives counts as import, so that no car lives on
/// it; what it takes counts as export if the car comes first. Without a battery the same as `grid`.
[[nodiscard]] std::optional<Watts> grid_and_battery(const Picture& picture, First first);

/// `amps` for all cars; one that has to be left below its minimum is stopped after `patience`.
enum class Start : bool { no, yes };
[[nodiscard]] Decision ask_for(Amps amps, Start start, Duration patience);

/// The least that keeps those that charge going, or starts the first.
[[nodiscard]] Amps least(const Picture& picture);

/// How long something has been so without interruption.
class Lasting {
 public:
  /// True once `condition` has held for `span`.
  bool holds(bool condition, Duration span, Instant now) {
    if (!condition) since_ = Instant::never();
    else if (since_ == Instant::never()) since_ = now;
    return condition && now - since_ >= span;
  }
  void forget() { since_ = Instant::never(); }

 private:
  Instant since_ = Instant::never();
};

/// A law with a fixed tick: between two ticks its last word stands.
class Ticking : public core::Law {
 public:
  explicit Ticking(Duration every) : every_(every) {}
  Decision decide(const Config& config, const Picture& picture) final;

 protected:
  virtual Decision tick(const Config& config, const Picture& picture) = 0;
  [[nodiscard]] const Decision& last() const { return last_; }

 private:
  Duration every_;
  Instant next_ = Instant::long_ago();
  Decision last_;
};

std::unique_ptr<core::Law> twcmanager();
std::unique_ptr<core::Law> evcc();
std::unique_ptr<core::Law> openwb();
std::unique_ptr<core::Law> smartevse();

/// A competitor; without `make` it is our own law.
struct Competitor {
  std::string_view name;
  std::unique_ptr<core::Law> (*make)() = nullptr;
};
[[nodiscard]] const std::vector<Competitor>& competitors();

}  // namespace score
