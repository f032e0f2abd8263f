// What was charged over the last 48 hours, in averages of five minutes (spec/http-api §2.7, §4.3).
//
// The power is looked at every few seconds and counts for the time until it is looked at again. What nobody looked at, and
// what no meter told, is absent, not zero.
#pragma once

#include <array>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/time.hpp"
#include "base/units.hpp"

namespace shell {

class PowerHistory {
 public:
  static constexpr base::Duration period = std::chrono::minutes{5};
  static constexpr std::size_t periods = 576;

  struct Sample {
    base::Watts charger;
    std::optional<base::Watts> generation;
    std::optional<base::Watts> consumption;
  };
  struct Average {
    base::WallTime begin;
    std::optional<base::Watts> charger, generation, consumption;
  };

  /// What flows at `now`. Looks at most a minute back: a longer gap is a gap.
  void look(base::WallTime now, const Sample& sample);

  /// The last 48 hours, oldest first, the running period last: always `periods` of them.
  [[nodiscard]] std::vector<Average> all(base::WallTime now) const;

  /// Periods in which something was charged, for settings.json: [begin in seconds since 1970, watts].
  [[nodiscard]] std::vector<std::pair<std::int64_t, double>> charged(base::WallTime now) const;
  /// What `charged` gave before a restart; what is older than 48 hours or not yet is left out.
  void recall(base::WallTime begin, base::Watts charger, base::WallTime now);

 private:
  struct Sum {
    double watts = 0;     ///< watt seconds
    double seconds = 0;
    void add(base::Watts power, double span);
    [[nodiscard]] std::optional<base::Watts> average() const;
  };
  struct Slot {
    std::int64_t number = -1;   ///< of the period since 1970; −1: empty
    Sum charger, generation, consumption;
  };
  Slot& slot(std::int64_t number);
  [[nodiscard]] const Slot* find(std::int64_t number) const;

  std::array<Slot, periods> slots_{};
  std::optional<base::WallTime> looked_;
};

}  // namespace shell
