// Recorded days with recorded visits, played through the controller and added up: how `simulate` judges a control law.
#pragma once

#include <cstdint>
#include <span>

#include "sim/trace.hpp"
#include "sim/world.hpp"

namespace sim {

/// What a season amounts to. A session is a plug-in that was served; one that found no free connector was turned away.
struct SeasonScore {
  Score world;
  int sessions = 0;
  int turned_away = 0;
  int starts = 0;                ///< relay closings
  int stops = 0;                 ///< relay openings
  int stops_in_sessions = 0;     ///< those while a car was there
  int most_stops_in_a_session = 0;
  Energy needed;
  Energy unmet;                  ///< what was missing at departure
  Duration simulated{};
  std::uint64_t digest = 0;

  [[nodiscard]] Energy grid() const { return world.delivered - world.solar; }
};

/// Plays `visits` (sorted by arrival) in the house of `site`, whose trace says how long. A visit takes the first free
/// connector.
[[nodiscard]] SeasonScore play_season(Site site, std::span<const Session> visits);

/// Without recorded visits: a car a day for each connector, from half past seven to six by the trace's own day, that
/// needs 12 kWh on one phase of 16 A.
[[nodiscard]] std::vector<Session> daily_visits(const Trace& trace, int connectors);

}  // namespace sim
