#include "sim/season.hpp"

#include <algorithm>

namespace sim {

namespace {

constexpr Duration a_day{24h};
constexpr Duration begins_by{7h + 30min};
constexpr Duration leaves_by{18h};
constexpr Energy daily_need = base::kilowatt_hours(12);
constexpr Amps daily_current = 16_A;

/// A visit in progress at a connector.
struct Guest {
  bool here = false;
  Instant leaves = Instant::never();
  Energy needed;
  Energy received_before;
  int openings_before = 0;
};

class Season {
 public:
  Season(Site site, std::span<const Session> visits) : visits_(visits), begins_(site.begins), ends_(site.trace->ends()), world_(std::move(site)) {
    guests_.resize(world_.connectors().size());
  }

  SeasonScore play() {
    world_.boot();
    while (true) {
      const Instant departure = next_departure();
      const Instant arrival = next_ < visits_.size() ? at(visits_[next_].arrive) : Instant::never();
      const Instant next = std::min({departure, arrival, at(ends_)});
      world_.run_until(std::max(next, world_.now()));
      if (next == at(ends_)) break;
      if (departure <= arrival) depart();
      else arrive(visits_[next_++]);
    }
    for (Guest& guest : guests_) {
      if (guest.here) leave(guest);
    }
    score_.world = world_.score();
    for (const WallConnector& connector : world_.connectors()) {
      score_.starts += connector.relay_closings();
      score_.stops += connector.relay_openings();
    }
    score_.simulated = ends_ - begins_;
    score_.digest = world_.digest();
    return score_;
  }

 private:
  [[nodiscard]] Instant at(WallTime wall) const { return Instant::at(wall - begins_); }

  [[nodiscard]] Instant next_departure() const {
    Instant next = Instant::never();
    for (const Guest& guest : guests_) {
      if (guest.here) next = std::min(next, guest.leaves);
    }
    return next;
  }

  void arrive(const Session& visit) {
    const auto free = std::find_if(guests_.begin(), guests_.end(), [](const Guest& guest) { return !guest.here; });
    if (free == guests_.end()) {
      ++score_.turned_away;
      return;
    }
    ++score_.sessions;
    score_.needed += visit.needed;
    WallConnector& connector = world_.connector(static_cast<std::size_t>(free - guests_.begin()));
    CarTraits car;
    car.needed = visit.needed;
    car.onboard = visit.most;
    car.phases = 1;
    connector.plug_in(car, world_.now());
    *free = {true, at(visit.depart), visit.needed, connector.delivered(world_.now()), connector.relay_openings()};
  }

  void depart() {
    for (Guest& guest : guests_) {
      if (guest.here && guest.leaves <= world_.now()) leave(guest);
    }
  }

  void leave(Guest& guest) {
    WallConnector& connector = world_.connector(static_cast<std::size_t>(&guest - guests_.data()));
    const Energy received = connector.delivered(world_.now()) - guest.received_before;
    score_.unmet += std::max(Energy{}, guest.needed - received);
    const int stops = connector.relay_openings() - guest.openings_before;
    score_.stops_in_sessions += stops;
    score_.most_stops_in_a_session = std::max(score_.most_stops_in_a_session, stops);
    connector.unplug(world_.now());
    guest.here = false;
  }

  std::span<const Session> visits_;
  WallTime begins_;
  WallTime ends_;
  World world_;
  std::vector<Guest> guests_;
  std::size_t next_ = 0;
  SeasonScore score_;
};

}  // namespace

SeasonScore play_season(Site site, std::span<const Session> visits) {
  base::check(site.trace.has_value(), "a season is played on a trace");
  site.begins = site.trace->begins();
  return Season{std::move(site), visits}.play();
}

std::vector<Session> daily_visits(const Trace& trace, int connectors) {
  std::vector<Session> visits;
  for (WallTime day = trace.begins(); day < trace.ends(); day = day + a_day) {
    for (int i = 0; i < connectors; ++i) {
      visits.push_back({day + begins_by, day + leaves_by, daily_need, daily_current, {}});
    }
  }
  return visits;
}

}  // namespace sim
