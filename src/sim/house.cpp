// Clouds pass in episodes, the kitchen works in episodes; both are throws of the seed.
#include "sim/house.hpp"

#include <algorithm>
#include <array>
#include <vector>

#include "sim/dice.hpp"

namespace sim {
namespace {

using namespace std::chrono_literals;

constexpr Duration day{24h};

/// What is left of the sun, in thousandths, changing from episode to episode.
class Clouds {
 public:
  Clouds(Sky sky, base::Random random) : sky_(sky), random_(random) {}

  std::int64_t at(Duration time_of_day) {
    if (time_of_day >= until_) {
      covered_ = !covered_;
      until_ = time_of_day + length();
      share_ = share();
    }
    shown_ += std::clamp<std::int64_t>(share_ - shown_, -400, 400);  // an edge takes a row or three
    return shown_;
  }

 private:
  Duration length() {
    switch (sky_) {
      case Sky::clear: return roll(random_, Duration{1h}, Duration{3h});
      case Sky::mixed:
        return covered_ ? roll(random_, Duration{2min}, Duration{25min})
                        : roll(random_, Duration{10min}, Duration{90min});
      case Sky::broken: return roll(random_, Duration{20s}, Duration{4min});
      case Sky::overcast: return roll(random_, Duration{5min}, Duration{40min});
    }
    return day;
  }
  std::int64_t share() {
    switch (sky_) {
      case Sky::clear: return roll(random_, 970, 1000);
      case Sky::mixed: return covered_ ? roll(random_, 300, 700) : roll(random_, 950, 1000);
      case Sky::broken:
        return covered_ ? roll(random_, 150, 500) : roll(random_, 900, 1150);  // edges of clouds are bright
      case Sky::overcast: return roll(random_, 60, 300);
    }
    return 1000;
  }

  Sky sky_;
  base::Random random_;
  Duration until_{};
  bool covered_ = false;
  std::int64_t share_ = 1000, shown_ = 1000;
};

/// Something that is switched on for a while and off for a while.
class Appliance {
 public:
  Appliance(std::int64_t watts, Duration on_least, Duration on_most, Duration off_least, Duration off_most,
            base::Random random)
      : watts_(watts),
        on_{on_least, on_most},
        off_{off_least, off_most},
        random_(random),
        until_(roll(random_, Duration{}, off_most)) {}

  std::int64_t at(Duration since_start) {
    while (since_start >= until_) {
      on_now_ = !on_now_;
      until_ += on_now_ ? roll(random_, on_.least, on_.most) : roll(random_, off_.least, off_.most);
    }
    return on_now_ ? watts_ : 0;
  }

 private:
  struct Range {
    Duration least, most;
  };
  std::int64_t watts_;
  Range on_, off_;
  base::Random random_;
  Duration until_;
  bool on_now_ = false;
};

/// A parabola over the day, in whole watts.
std::int64_t clear_sky(const HouseTraits& traits, Duration time_of_day) {
  const std::int64_t half = traits.daylight.count() / 2000;
  const std::int64_t from_noon = (time_of_day - traits.noon).count() / 1000;
  const std::int64_t left = half * half - from_noon * from_noon;
  if (left <= 0) return 0;
  return traits.peak.count() / 1000 * left / (half * half);
}

}  // namespace

Phases<Watts> spread(Watts total, int phases) {
  Phases<Watts> parts;
  const Watts part = total / phases;
  for (int p = 0; p < phases; ++p) parts[static_cast<std::size_t>(p)] = part;
  parts[0] += total - part * phases;
  return parts;
}

Trace make_days(WallTime from, int days, const HouseTraits& traits, base::Random random) {
  const WallTime midnight = WallTime::at(from.since_epoch() / day * day);
  const bool storm = traits.kitchen == Kitchen::storm;
  Appliance fridge(90, 10min, 20min, 20min, 40min, random.fork());
  Appliance kettle(2200, 2min, 4min, storm ? 2min : 2h, storm ? 10min : 6h, random.fork());
  Appliance oven(2400, 20s, 2min, storm ? 20s : 3h, storm ? 3min : 16h, random.fork());
  Appliance evening(600, 2h, 5h, 15h, 22h, random.fork());
  // Where each appliance is comes from dice of its own: a house on three phases has the same day as one on one.
  base::Random sockets = random;
  const auto socket = [&] { return static_cast<std::size_t>(roll(sockets, 0, traits.phases - 1)); };
  const std::array<std::size_t, 4> places{socket(), socket(), socket(), socket()};
  std::vector<Trace::Row> rows;
  rows.reserve(static_cast<std::size_t>(days * (day.count() / traits.step.count() + 1)));
  for (int d = 0; d < days; ++d) {
    Clouds clouds(traits.sky ? *traits.sky : static_cast<Sky>(roll(random, 0, 3)), random.fork());
    for (Duration time{}; time < day; time += traits.step) {
      const Duration since = d * day + time;
      const std::int64_t solar = clear_sky(traits, time) * clouds.at(time) / 1000;
      const std::array<std::int64_t, 4> loads{fridge.at(since), kettle.at(since), oven.at(since), evening.at(since)};
      Trace::Row row{midnight + since, Watts::whole(solar), traits.base_load, spread(traits.base_load, traits.phases)};
      for (std::size_t i = 0; i < loads.size(); ++i) {
        row.load += Watts::whole(loads[i]);
        row.on[places[i]] += Watts::whole(loads[i]);
      }
      rows.push_back(row);
    }
  }
  return Trace{std::move(rows)};
}

void House::find(WallTime time) {
  const auto rows = trace_.rows();
  if (time < rows[row_].from || (row_ + 2 < rows.size() && rows[row_ + 2].from <= time)) {
    const auto after = std::upper_bound(rows.begin(), rows.end(), time,
                                        [](WallTime t, const Trace::Row& row) { return t < row.from; });
    row_ = after == rows.begin() ? 0 : static_cast<std::size_t>(after - rows.begin()) - 1;
  } else if (row_ + 1 < rows.size() && rows[row_ + 1].from <= time) {
    ++row_;
  }
}

Flow House::at(WallTime time) {
  find(time);
  const Trace::Row& row = trace_.rows()[row_];
  const Duration usual = trace_.step() * 3 / 2;
  const bool last = row_ + 1 == trace_.rows().size();
  const bool gap = time >= row.from + trace_.step() && (last || trace_.rows()[row_ + 1].from - row.from > usual);
  const bool recorded = row.on.sum() == row.load;
  return {row.solar, row.load, !gap && time >= row.from, sun_on(row.solar), recorded ? row.on : load_on(row.load)};
}

Phases<Watts> House::sun_on(Watts solar) const {
  if (!inverter_) return spread(solar, phases_);
  Phases<Watts> one;
  one[*inverter_] = solar;
  return one;
}

WallTime House::next_change(WallTime time) {
  find(time);
  const auto rows = trace_.rows();
  if (time < rows[0].from) return rows[0].from;
  if (row_ + 1 < rows.size()) return rows[row_ + 1].from;
  return time + 365 * day;
}

}  // namespace sim
