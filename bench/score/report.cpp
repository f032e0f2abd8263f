#include "score/report.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <iterator>
#include <ostream>
#include <string_view>
#include <utility>

namespace score {

namespace {

constexpr int all_days = 24, quick_days = 2;
constexpr Amps main_fuse = 35_A;
const std::array<std::string_view, 6> charted_fields{"clear", "mixed", "broken", "kitchen", refusing, equal_stops};

/// A topic that was played.
struct Played {
  Topic topic;
  std::vector<Scores> scores;  ///< of each of its fields
};

Scores run(const Field& field, std::uint64_t seed, std::ostream& progress) {
  progress << fmt::format("{}, meter every {} s\n", field.name, base::seconds_of(field.meter_every));
  Scores scores;
  scores.name = field.name;
  scores.meter_every = field.meter_every;
  scores.home_battery = std::any_of(field.visits.begin(), field.visits.end(), [](const Visit& v) { return v.battery; });
  const Frontier frontier{field, our_stops};
  scores.all = frontier.all();
  scores.frontier = frontier.points();
  std::vector<Result> ours;
  for (const Visit& visit : field.visits) ours.push_back(play(visit, field.meter_every, competitors().front(), seed));
  for (const Competitor& competitor : competitors()) {
    Result sum;
    int lost_days = 0;
    for (std::size_t day = 0; day < ours.size(); ++day) {
      const bool us = competitor.make == nullptr;
      const Result result = us ? ours[day] : play(field.visits[day], field.meter_every, competitor, seed);
      lost_days += beats(result, ours[day]);
      sum += result;
    }
    scores.bounds.push_back(frontier.at(sum.import()));
    scores.lost_days.push_back(lost_days);
    scores.results.push_back(sum);
  }
  return scores;
}

double part(Energy of, Energy whole) {
  return whole > Energy{} ? 100.0 * (of.number() / whole.number()) : 100.0;
}

/// What only a house with a home battery has to say.
std::string battery_cells(const Result& r) {
  const double visits = std::max(1, r.visits);
  return fmt::format(" {:.2f} | {:+.2f} | {:.2f} |", base::in_kilowatt_hours(r.battery) / visits,
                     base::in_kilowatt_hours(r.stored) / visits, base::in_kilowatt_hours(r.bought) / visits);
}

std::string row(const Scores& s, std::size_t law) {
  const Result& r = s.results[law];
  const double visits = std::max(1, r.visits);
  const std::string name = law == 0 ? "**ours**" : std::string{competitors()[law].name};
  return fmt::format(
      "| {} s | {} | {:.2f} | {:.1f} % | {:.1f} % | {:.1f} % | {:.2f} |{} {:.1f} ({}) | {} | {:.1f} | {:.1f} |\n",
      base::seconds_of(s.meter_every), name, base::in_kilowatt_hours(r.solar) / visits, part(r.solar, s.all),
      part(r.solar, s.bounds[law]), part(r.solar, r.delivered), base::in_kilowatt_hours(r.import()) / visits,
      s.home_battery ? battery_cells(r) : "", r.stops / visits, r.most_stops, r.refusals, r.relay_operations / visits,
      r.over_limit);
}

std::string table(const Played& played) {
  const bool battery = !played.scores.empty() && played.scores.front().home_battery;
  std::string text = fmt::format(
      "\n## {}\n\n{}.\n\n| meter | law | sun, kWh | of all | of the bound | share | import, kWh |{} stops (most) | "
      "refused | relay | A s over |\n|---|---|--:|--:|--:|--:|--:|{}--:|--:|--:|--:|\n",
      played.topic.title, played.topic.about, battery ? " of it battery | stored | house bought |" : "",
      battery ? "--:|--:|--:|" : "");
  for (const Scores& scores : played.scores) {
    for (std::size_t law = 0; law < scores.results.size(); ++law) text += row(scores, law);
  }
  return text;
}

/// "Broken, meter every 10 s: evcc takes …"
std::string lost(const Played& played, const Scores& s, std::size_t law) {
  const Result& us = s.results[0];
  const Result& peer = s.results[law];
  const double visits = std::max(1, us.visits);
  return fmt::format(
      "- {}, meter every {} s: {} takes {:.2f} kWh more sun with {:.2f} kWh less import and {:+.1f} stops per visit.\n",
      played.topic.title, base::seconds_of(s.meter_every), competitors()[law].name,
      base::in_kilowatt_hours(peer.solar - us.solar) / visits,
      base::in_kilowatt_hours(us.import() - peer.import()) / visits, (peer.stops - us.stops) / visits);
}

/// Which peers beat us where, and where we beat them.
std::string verdict(const std::vector<Played>& topics) {
  std::string beaten;
  std::string by_stopping;
  std::string on_days;
  int fields = 0;
  std::vector<int> ours(competitors().size());
  for (const Played& played : topics) {
    for (const Scores& s : played.scores) {
      ++fields;
      for (std::size_t law = 1; law < s.results.size(); ++law) {
        ours[law] += beats(s.results[0], s.results[law]);
        if (s.lost_days[law] > 0 && s.meter_every == usual_meter) {
          on_days += fmt::format("{}{} on {} ({})", on_days.empty() ? "" : "; ", competitors()[law].name,
                                 s.lost_days[law], s.name);
        }
        if (beats(s.results[law], s.results[0])) beaten += lost(played, s, law);
        else if (does_better(s.results[law], s.results[0])) by_stopping += lost(played, s, law);
      }
    }
  }
  std::string text =
      "\n## Where we are beaten\n\nA peer beats us where it takes more sun with less import at no more stops:\n\n";
  text += beaten.empty() ? "- nowhere in the tables below.\n" : beaten;
  text += fmt::format("\nOn single days, with a meter every {:.0f} s: {}.\n", base::seconds_of(usual_meter),
                      on_days.empty() ? "nowhere" : on_days);
  text += "\nWith more stops than we allow ourselves, these do better in both:\n\n";
  text += by_stopping.empty() ? "- none.\n" : by_stopping;
  text += fmt::format(
      "\nThe other way round, with more sun, less import and no more stops, in {} comparisons with each we beat ",
      fields);
  for (std::size_t law = 1; law < ours.size(); ++law) {
    text += fmt::format("{}{} in {}", law == 1 ? "" : ", ", competitors()[law].name, ours[law]);
  }
  return text + ".\n";
}

constexpr const char* opening = R"(# Scorecard

Written by `./dev bench score`; every number below is from one run of it{quick} with seed {seed}. The same seed and
data give the same document to the bit.

Recorded days are played through our law and through those of other projects, re-implemented from their published numbers in
`bench/score/laws`, one file each, every number with its place. All laws get the same house, the same readings, the same connector and car, and
the same core below them: whole amperes from 6 A up, ramps, the circuit of 32 A, and the stop by silence, which is the only one a
protocol 2 connector has. They decide how much, when to start, and how long to wait before a stop. What is not a law was settled to the peers'
advantage: each may use 32 A and 6 A whatever its defaults, TWCManager makes no spikes, evcc moves all cars in one tick, SmartEVSE's
limit of 11 s without a reading is stretched to three readings of a slower meter and it counts a home battery with the mains, and **stops cost them nothing**: peers know no budget of stops,
and the virtual car bears any number. A real Tesla refuses after the third until it is plugged in again; how often that would
have happened is counted in the tables, and suffered in two of them: *Cars that refuse after three stops* and *Real sessions*.

A car is there from 7:30 to 18:00 of local time and needs more than the sun gives. Numbers are per visit, a car on a day.

| column | means |
|---|---|
| sun | energy from the surplus of the same moment |
| of all | part of what one who knew the day beforehand would have taken at any price, with at most two stops |
| of the bound | part of what he would have taken **with the same import** as this law; only with more than two stops could a law pass 100 % |
| share | part of the charged energy that was sun |
| import | the rest: bought while in Solar mode |
| stops (most) | relays opened under a car that wanted to go on, mean and worst visit |
| refused | visits with more than three stops, which a Tesla would have ended |
| relay | relay operations |
| A s over | ampere-seconds above the circuit, in all visits |

A visit is a session and a day at once, so stops per visit are stops per session and per day; of two cars each has its own. What is missing
at departure is told where a car's need is known, in *Real sessions*; how long an overload lasts, in *Main fuse*.

Beside a home battery *sun* is still what the roof leaves in the same moment, whether the battery or the grid would have had it otherwise.
What a car takes from the battery is none: it counts as *import*, like what is bought. So the bound is the same with and without a battery.
What that costs the house is told by three more columns, which the verdict below does not look at:

| column | means |
|---|---|
| of it battery | the part of the import that the battery gave |
| stored | what the battery holds at the departure more than at the arrival |
| house bought | what house and car bought from the grid during the visit |

![Sun against import for each law, and the frontier nobody can cross](scorecard.svg)

In the chart each law is a point: up is more sun, left is less import. The line is the bound with two stops; in the
first four panels peers stop as often as they like, in the last two they do not.
)";

std::string sessions_table(const Season& season, std::uint64_t seed, std::ostream& progress) {
  progress << "real sessions\n";
  std::string text =
      "\n## Real sessions\n\nRecorded sessions of 29 cars laid onto July in Albuquerque, three connectors, a meter "
      "every 10 s; sums of the month. "
      "Here a car refuses after its third stop, as a Tesla does, and is full when it has what it needed then.\n\n"
      "| law | sessions | sun, kWh | share | import, kWh | stops a session (most) | a day | relay | missing at "
      "departure, "
      "kWh |\n"
      "|---|--:|--:|--:|--:|--:|--:|--:|--:|\n";
  for (const Competitor& competitor : competitors()) {
    const auto law = competitor.make != nullptr ? competitor.make() : nullptr;
    sim::Site house = site(season.trace, 3, 1, competitor);
    house.law = law.get();
    house.meter_every = 10s;
    house.seed = seed;
    const sim::SeasonScore score = sim::play_season(std::move(house), season.visits);
    const sim::Score& w = score.world;
    const double sessions = std::max(1, score.sessions);
    const double days = base::seconds_of(score.simulated) / 86400.0;
    text +=
        fmt::format("| {} | {} | {:.1f} | {:.1f} % | {:.1f} | {:.2f} ({}) | {:.2f} | {} | {:.1f} |\n",
                    competitor.make == nullptr ? "**ours**" : std::string{competitor.name}, score.sessions,
                    base::in_kilowatt_hours(w.solar), part(w.solar, w.delivered), base::in_kilowatt_hours(score.grid()),
                    score.stops_in_sessions / sessions, score.most_stops_in_a_session, score.stops_in_sessions / days,
                    score.starts + score.stops, base::in_kilowatt_hours(score.unmet));
  }
  return text;
}

std::string overload_table(std::uint64_t seed, std::ostream& progress) {
  progress << "main fuse\n";
  sim::HouseTraits traits;
  traits.kitchen = sim::Kitchen::storm;
  traits.peak = Watts{};
  traits.step = 1s;
  const WallTime day = WallTime::at(Duration{24h} * 20000);
  const sim::Trace whole = sim::make_days(day, 1, traits, base::Random{seed});
  const auto rows = whole.rows();
  const std::vector<sim::Trace::Row> first(rows.begin(), rows.begin() + 6 * 3600);
  const sim::Trace night{first};
  std::string text = fmt::format(
      "\n## Main fuse\n\nSix hours of kettle and oven beside a car that charges as fast as it may, behind a main fuse "
      "of {:.0f} A that "
      "every law was told of.\n\n| meter | law | A s over | longest, s | charged, kWh |\n|---|---|--:|--:|--:|\n",
      main_fuse.number());
  for (const Duration meter : {Duration{1s}, Duration{10s}}) {
    for (const Competitor& competitor : competitors()) {
      const Overload o = play_overload(night, main_fuse, meter, competitor, seed);
      text += fmt::format("| {} s | {} | {:.0f} | {:.1f} | {:.1f} |\n", base::seconds_of(meter),
                          competitor.make == nullptr ? "**ours**" : std::string{competitor.name}, o.amp_seconds,
                          base::seconds_of(o.longest), base::in_kilowatt_hours(o.delivered));
    }
  }
  return text;
}

}  // namespace

bool does_better(const Result& peer, const Result& ours) {
  return peer.solar > ours.solar && peer.import() < ours.import();
}

bool beats(const Result& peer, const Result& ours) {
  return does_better(peer, ours) && peer.stops <= ours.stops;
}

namespace {

std::string chart_of(const std::vector<Played>& all) {
  std::vector<Scores> charted;
  for (const Played& played : all) {
    for (const Scores& scores : played.scores) {
      const bool shown = std::find(charted_fields.begin(), charted_fields.end(), scores.name) != charted_fields.end();
      if (shown && scores.meter_every == usual_meter) charted.push_back(scores);
    }
  }
  return chart(charted);
}

}  // namespace

base::Result<Report> report(const Options& options, std::ostream& progress) {
  const Choice choice{options.data, options.quick ? quick_days : all_days, options.seed};
  const auto wanted = [&](std::string_view title) { return options.only.empty() || same_word(title, options.only); };
  std::vector<Played> all;
  std::vector<Topic> topics = topics_of(TRY(classes(choice)), options.seed);
  for (Topic& topic : TRY(chosen(std::move(topics), options.only))) {
    Played played{std::move(topic), {}};
    for (const Field& field : played.topic.fields) played.scores.push_back(run(field, options.seed, progress));
    all.push_back(std::move(played));
  }

  Report report;
  if (options.only.empty()) {
    report.document = fmt::format(fmt::runtime(opening), fmt::arg("quick", options.quick ? " with --quick" : ""),
                                  fmt::arg("seed", options.seed));
    report.chart = chart_of(all);
  }
  if (!all.empty()) report.document += verdict(all);
  for (const Played& played : all) report.document += table(played);
  if (wanted(fuse_title)) report.document += overload_table(options.seed, progress);
  if (wanted(sessions_title)) report.document += sessions_table(TRY(real_sessions(choice)), options.seed, progress);
  return report;
}

}  // namespace score
