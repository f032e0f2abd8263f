#include "sim/scenario_policies.hpp"

#include <cmath>

namespace sim {

namespace {

using base::Result;
namespace rules = core::rules;

/// The five, each with an address for each occasion, so that a check sees whatever is called.
rules::List built_in() {
  std::vector<std::string> faults;
  rules::List list = rules::assemble({}, faults);
  for (rules::Rule& rule : list.rules) {
    for (std::size_t i = 0; i < rules::occasions; ++i)
      rule.hooks[i] = fmt::format("sim:{}/{}", rule.name, words(static_cast<rules::Occasion>(i)));
  }
  return list;
}

Result<double> hour(Words& words) {
  const double number = TRY(words.number("an hour of the day"));
  if (number < 0 || number > 24) return words.wrong("an hour from 0 to 24");
  return number;
}

}  // namespace

Result<bool> read_policies(Words& words, Scenario& s) {
  rules::Policies& policies = s.site.config.policies;
  if (words.take("policies")) {
    policies.list = built_in();
    policies.settings.set("sunrise", 6);
    policies.settings.set("sunset", 20);
    policies.settings.set("hourResumeTrackGreenEnergy", -1);
    policies.settings.set("nonScheduledAction", 3);
    while (!words.done()) {
      if (words.take("day")) {
        policies.settings.set("sunrise", TRY(hour(words)));
        policies.settings.set("sunset", TRY(hour(words)));
      } else if (words.take("outside")) {
        policies.settings.set("nonScheduledAction", 1);
        policies.settings.set("nonScheduledAmpsMax", TRY(words.number("amperes")));
      } else {
        return words.wrong("day or outside");
      }
    }
  } else if (words.take("schedule")) {
    const int from = static_cast<int>(std::lround(TRY(hour(words)) * 60)),
              to = static_cast<int>(std::lround(TRY(hour(words)) * 60));
    policies.schedule.windows.push_back(
        {rules::every_day, from % rules::minutes_per_day, to, TRY(words.amps()), false});
  } else if (words.take("home")) {
    const double latitude = TRY(words.number("degrees north")), longitude = TRY(words.number("degrees east"));
    if (std::abs(latitude) > 90 || std::abs(longitude) > 180) return words.wrong("a place on the globe");
    policies.home = core::Position{latitude, longitude};
  } else {
    return false;
  }
  return true;
}

}  // namespace sim
