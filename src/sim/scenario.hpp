// A run as text: a site, and a timetable of what happens to it.
//
//     # a car that charges loses its sun
//     seed 7
//     circuit 32
//     connector 0061 p2_4_5_3 32 phases 3
//     at 30 s plug 0061 needs 20
//     at 2 min sun 0
//     at 130 s expect 0061 told 6
//     run 10 min
//
// A seed draws such a text, too (draw.hpp): a failure is printed, shrunk and kept as one. Amperes, watts and kilowatt
// hours are plain numbers; times carry ms, s, min or h.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "sim/world.hpp"

namespace sim {

/// One line `at TIME …`.
struct Happening {
  enum class What : std::uint8_t {
    plug, unplug, reboot, button, speechless, deaf, heal, fail, stop_at_car, start_at_car, unwell, sleep,
    sun, load, house, meter, line, adapter, boot, crash, stranger, clock, mode, charge_now, cancel, limit, target, configure,
    expect,
  };
  Instant at;
  What what = What::boot;
  std::uint16_t unit = 0;
  Duration lasting{};              ///< of faults that pass
  double number = 0;               ///< watts, amperes …
  double upper = 0;                ///< of an expected range
  std::optional<std::size_t> circuit;   ///< its place
  std::optional<std::size_t> phase;     ///< of the house
  core::LimitCircuit limit;        ///< of limit
  std::optional<Energy> target;    ///< of target
  CarTraits car;                   ///< of plug
  LineFaults faults;               ///< of line
  MeterFault meter = MeterFault::none;
  core::Mode mode = core::Mode::solar;
  Stranger::Kind stranger = Stranger::Kind::absent;
  std::string subject;             ///< of expect: told, drawn, state, link, announced …
  std::string text;                ///< of expect: a word
  std::string source;              ///< the line as it was written
};

struct Scenario {
  std::string title;
  Site site;
  std::vector<Happening> happenings;   ///< ascending in time
  Instant until = Instant::at(1h);
  std::vector<std::string> lines;      ///< the text, for shrinking and printing

  /// The fault names the line and what is expected there.
  static base::Result<Scenario> parse(std::string_view text);
  /// What the controller is told about a connector.
  core::ConnectorConfig& told(std::uint16_t id);
  [[nodiscard]] std::string text() const;
};

/// How a run ended.
struct Outcome {
  bool passed = true;
  std::string violation;      ///< check, time and sentence
  std::string story;          ///< the last frames before it
  std::uint64_t digest = 0;
  Score score;
  LineTally line;
};

/// Does what a line of the timetable says; a sentence when an expectation is not met.
[[nodiscard]] std::string happen(World& world, const Happening& happening);

/// Runs it under all checks; expectations count as checks.
[[nodiscard]] Outcome play(const Scenario& scenario);

/// Leaves out lines while the run still breaks the same check; at most `tries` runs.
[[nodiscard]] Scenario shrink(const Scenario& scenario, const Outcome& outcome, int tries);

}  // namespace sim
