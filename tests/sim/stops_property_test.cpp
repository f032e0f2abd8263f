// Whatever happens to a house, no car is silenced more often than it was promised: kettles that ask for silences, programs
// that die and come back, cars that come and go, connectors that lose power, in any order.
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <map>

#include "sim/checks.hpp"
#include "sim/scenario.hpp"

namespace {

using base::Duration;
using base::Instant;
using namespace std::chrono_literals;

/// How often each car that was ever plugged in was cut off.
class Cuts final : public sim::Check {
 public:
  explicit Cuts(std::map<Instant, int>& of_cars) : of_cars_(of_cars) {}
  std::string_view name() const override { return "cuts"; }
  std::string second(const sim::World& world) override {
    const sim::Car* car = world.connectors()[0].car();
    if (car != nullptr) of_cars_[car->plugged_in()] = car->silences();
    return {};
  }

 private:
  std::map<Instant, int>& of_cars_;
};

/// Eight hours in which a kettle draws too much for the car's minimum half of the time.
std::string drawn_history(Duration longest_outage, std::string_view more) {
  std::string text = "seed 7\ncircuit 32\nmode now\nfrom-grid 20\nconnector 0061 " +
                     std::string{*rc::gen::element("p2_4_5_3", "p2_4_4")} + " 32\nat 1 s sun 0\n" + std::string{more};
  const auto at = [&](Duration when, const std::string& what) { text += "at " + std::to_string(when.count()) + " ms " + what + "\n"; };
  at(30s, "plug 0061 needs 400 vin 5YJ3E7EB1LF000000");
  for (Duration when = 5min; when < 8h;) {
    at(when, "load 4000");
    when += *rc::gen::inRange(1, 6) * 1min;
    at(when, "load 300");
    when += *rc::gen::inRange(2, 20) * 1min;
  }
  for (int i = *rc::gen::inRange(0, 12); i > 0; --i) {
    const Duration when = *rc::gen::inRange(60, 8 * 3600 - 600) * 1s;
    const Duration until = when + *rc::gen::inRange<std::int64_t>(200, longest_outage.count()) * 1ms;
    at(when, "crash");
    at(until, "boot");
    if (*rc::gen::inRange(0, 4) == 0) at(when + (until - when) / 3, "unplug 0061");
    if (*rc::gen::inRange(0, 2) == 0) {
      at(when + (until - when) * 2 / 3, "plug 0061 needs 400 vin 5YJ3E7EB1LF00000" + std::to_string(*rc::gen::inRange(0, 3)));
    }
  }
  return text + "run 8 h\n";
}

/// The cuts of each car; the run obeys all checks, `calm` among them.
std::map<Instant, int> cuts_in(const std::string& text) {
  const auto scenario = sim::Scenario::parse(text);
  sim::World world{scenario.value().site};
  std::map<Instant, int> cuts;
  sim::Checks checks;
  checks.push_back(sim::calm());
  checks.push_back(std::make_unique<Cuts>(cuts));
  world.watch(std::move(checks));
  world.boot();
  for (const sim::Happening& h : scenario->happenings) {
    world.run_until(std::max(h.at, world.now()));
    const bool runs = world.core() != nullptr;
    if (h.what != sim::Happening::What::crash || runs) (void)sim::happen(world, h);
  }
  world.run_until(scenario->until);
  if (!world.violation().empty()) RC_FAIL(world.violation() + "\n" + text);
  return cuts;
}

RC_GTEST_PROP(Stops, restarts_that_no_car_feels_add_no_silence_to_the_two_of_a_visit, ()) {
  const std::string text = drawn_history(8s, "");
  for (const auto& [plugged_in, cuts] : cuts_in(text)) RC_ASSERT(cuts <= 2);
}

RC_GTEST_PROP(Stops, after_outages_of_any_length_no_silence_is_chosen_beyond_the_budget, ()) {
  const auto cuts = cuts_in(drawn_history(10min, ""));
  RC_TAG(cuts.size() > 1 ? "several cars" : "one car");
}

}  // namespace
