// When the schedule says charge.
//
// The problem: the original knows one window of whole hours, forgets the minutes it was given, opens a window on the wrong
// day after a computed start, and keeps a second description of the schedule that nothing reads. The idea: one list of
// windows in minutes; each belongs to the day on which it opens. Spec/policy.md §8.
//
// Local time is the clock on the wall at the moment of asking: a window that opens in the hour that is skipped in spring
// opens after it, and the hour that is repeated in autumn counts twice.
#pragma once

#include "core/policy/rules/facts.hpp"

namespace core::rules {

inline constexpr std::size_t most_windows = 64;
inline constexpr int minutes_per_day = 24 * 60;
inline constexpr std::uint8_t every_day = 127;

/// From `start` until just before `end`. An end that is not after the start is on the next day; equal ones are never open.
/// A whole day is 0…1440.
struct Window {
  std::uint8_t days = every_day;   ///< on which it opens: bit 0 Monday … bit 6 Sunday
  int start = 0;                   ///< minute of the day, 0…1439
  int end = 0;                     ///< minute of the day, 0…1440
  Amps amps;                       ///< zero: never open
  bool flexible = false;           ///< starts as late as the car allows
  bool operator==(const Window&) const = default;
};

/// Windows may overlap: while several are open the largest current counts.
struct Schedule {
  std::vector<Window> windows;     ///< at most `most_windows`
  double battery_size = 100;       ///< kWh, > 0: of the car, for a flexible start
  bool operator==(const Schedule&) const = default;
};

/// What a flexible start is computed from; absent: the window is as it is written. Only for a house with one connector.
struct FlexibleCar {
  double level = 0;                ///< percent
  double limit = 0;                ///< percent
  double watts_per_amp = 0;        ///< volts × phases × power factor, > 0
};

/// When a flexible window of `amps` really opens: minutes after midnight of the day on which it opens, never before its
/// start; at or after 1440 it is on the next day.
[[nodiscard]] int opening(const Window& window, double battery_size, const std::optional<FlexibleCar>& car);

struct Scheduled {
  bool active = false;
  Amps amps;                       ///< of the open windows, the most
  int window = -1;                 ///< whose amps they are
};
[[nodiscard]] Scheduled scheduled(const Schedule& schedule, const LocalTime& local, const std::optional<FlexibleCar>& car = {});

/// The flat settings that have governed charging so far (§8.1). Absent: as there by default.
struct FlatSchedule {
  double amps = 0;
  double start_hour = -1;          ///< with a fraction; −1: off
  double end_hour = -1;            ///< … 24: midnight
  int days = every_day;
  bool flexible = false;
  double battery_size = 100;
};
/// The schedule they mean; without windows where they switch it off.
[[nodiscard]] Schedule schedule_of(const FlatSchedule& flat);

/// "07:30" or "7" as minute of the day, 0…1440; nothing for anything else.
[[nodiscard]] std::optional<int> minute_of(std::string_view text);

}  // namespace core::rules
