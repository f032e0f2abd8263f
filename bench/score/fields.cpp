#include "score/fields.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <utility>

#include "base/random.hpp"

namespace score {

namespace {

/// How full a home battery may be in the morning, in percent.
constexpr std::int64_t emptiest = 10, fullest = 60;

Field field(const Class& from, Duration meter_every) {
  return {from.name, meter_every, from.visits};
}

std::vector<Topic> skies(const std::vector<Class>& all) {
  std::vector<Topic> topics;
  for (const Class& each : all) {
    Topic topic{each.name, fmt::format("{} visits: {}", each.visits.size(), each.about), {}};
    topic.title.front() = static_cast<char>(std::toupper(topic.title.front()));
    for (const Duration meter : {Duration{1s}, Duration{10s}, Duration{60s}, Duration{300s}}) {
      topic.fields.push_back(field(each, meter));
    }
    topics.push_back(std::move(topic));
  }
  return topics;
}

/// Gives each visit a home battery, with a level drawn anew.
class Batteries {
 public:
  Batteries(std::uint64_t seed, int first) : random_(seed), first_(first) {}

  void operator()(Visit& visit) {
    visit.battery = home_battery(static_cast<int>(random_.between(emptiest, fullest)));
    visit.battery_first = first_;
  }

 private:
  base::Random random_;
  int first_;
};

/// The broken days again, each time with something else about the house.
std::vector<Topic> peculiar_houses(const Class& broken, std::uint64_t seed) {
  const auto with = [&](std::string_view title, const char* about, auto change) {
    Field f = field(broken, usual_meter);
    f.name = title;
    for (Visit& visit : f.visits) change(visit);
    return Topic{f.name, about, {f}};
  };
  std::vector<Topic> topics;
  topics.push_back(
      with("Frozen meter", "The broken days; from 11:00 to 12:00 the meter repeats one value", [](Visit& v) {
        v.troubles = {{sim::MeterFault::frozen, 3h + 30min, 4h + 30min}};
      }));
  topics.push_back(
      with("Lying meter",
           "The broken days; from 11:00 to 11:20 the meter says absurdly much, from 13:00 to 13:20 nothing at all",
           [](Visit& v) {
             v.troubles = {{sim::MeterFault::huge, 3h + 30min, 3h + 50min},
                           {sim::MeterFault::silent, 5h + 30min, 5h + 50min}};
           }));
  topics.push_back(with(refusing, "The broken days; like a Tesla, the car refuses after its third stop",
                        [](Visit& v) { v.stops_borne = stops_a_tesla_bears; }));
  topics.push_back(with(equal_stops, "The broken days; after two stops a peer holds the car at its minimum, as we do",
                        [](Visit& v) { v.stops_of_peers = our_stops; }));
  topics.push_back(with(
      "House battery",
      "The broken days with a home battery of 10 kWh and 5 kW that gives back 90 % of what it takes and is 10 to 60 % "
      "full in the morning, drawn by the seed. Its inverter holds the grid at zero as it pleases, three seconds late; "
      "the meter shows the power of grid and battery and the battery's level, and not the roof. The car comes first, "
      "by default: ours with `battery.priorityLevel` 0, evcc without a priority SoC, openWB in its mode for cars. "
      "Levels above which a car may live on the battery stay off. TWCManager sees the grid alone",
      Batteries{seed, 0}));
  topics.push_back(with(
      "House battery first",
      "The same days and battery, which is filled to 50 % before any car: ours with `battery.priorityLevel` 50, evcc "
      "with a priority SoC of 50 %, openWB with its band of 50 to 70 %. SmartEVSE has no such level and takes the "
      "sun that others leave to the battery; TWCManager sees the grid alone",
      Batteries{seed, 50}));
  topics.push_back(with("Two cars", "The broken days with two cars", [](Visit& v) { v.cars = 2; }));
  topics.push_back(with("One-phase car on three phases",
                        "The broken days; the connector has three phases and the car uses one, which nobody knows "
                        "before it charges: a start waits for three",
                        [](Visit& v) { v.phases = 3; }));
  topics.push_back(with("One-phase car that was there before",
                        "The same; the phases that the car used at its last visit are remembered, for all laws",
                        [](Visit& v) {
                          v.phases = 3;
                          v.known = true;
                        }));
  return topics;
}

}  // namespace

sim::BatteryTraits home_battery(int level) {
  sim::BatteryTraits battery;
  battery.capacity = base::kilowatt_hours(10);
  battery.most_charge = battery.most_discharge = 5_kW;
  battery.returned = 900;
  battery.level = level;
  return battery;
}

bool same_word(std::string_view a, std::string_view b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(),
                    [](unsigned char x, unsigned char y) { return std::tolower(x) == std::tolower(y); });
}

base::Result<std::vector<Topic>> chosen(std::vector<Topic> topics, const std::string& only) {
  if (only.empty()) return topics;
  std::string known = fmt::format("{}, {}", fuse_title, sessions_title);
  for (const Topic& topic : topics) known += ", " + topic.title;
  std::erase_if(topics, [&](const Topic& topic) { return !same_word(topic.title, only); });
  if (topics.empty() && !same_word(fuse_title, only) && !same_word(sessions_title, only))
    return base::fail(base::Culprit::user, fmt::format("no field is called '{}'; there are: {}", only, known));
  return topics;
}

std::vector<Topic> topics_of(const std::vector<Class>& all, std::uint64_t seed) {
  std::vector<Topic> topics = skies(all);
  const auto broken = std::find_if(all.begin(), all.end(), [](const Class& c) { return c.name == "broken"; });
  for (Topic& topic : peculiar_houses(*broken, seed)) topics.push_back(std::move(topic));
  return topics;
}

}  // namespace score
