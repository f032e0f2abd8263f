// The meter that is asked over HTTP.
#include "sim/meter_device.hpp"

#include <gtest/gtest.h>

#include <set>

#include "sim/bench.hpp"

namespace {

using namespace bench;
using base::Watts;
using sim::MeterDevice;
using sim::MeterFault;
using sim::MeterReply;
using sim::MeterTraits;

const sim::HousePower truth{Watts::whole(3055), Watts::whole(400), Watts::whole(2300)};

std::string answer(MeterDevice& meter, Instant when, sim::HousePower power = truth, Duration patience = 2s) {
  meter.ask(when, patience, power);
  MeterReply reply;
  if (meter.deadline() == Instant::never() || !meter.answer(meter.deadline(), reply)) return "nothing";
  if (reply.outcome == MeterReply::Outcome::timed_out) return "timed out";
  if (reply.outcome == MeterReply::Outcome::unreachable) return "unreachable";
  if (reply.outcome == MeterReply::Outcome::too_large) return "too large";
  return std::to_string(reply.http_status) + " " + std::string(reply.body);
}

TEST(MeterDevice, it_shows_the_quantity_it_measures) {
  struct Row {
    sim::Shows shows;
    sim::Charger charger;
    const char* text;
  };
  for (const Row& row : {Row{sim::Shows::generation, sim::Charger::inside, "200 3055.0 W"},
                         Row{sim::Shows::consumption, sim::Charger::inside, "200 2700.0 W"},
                         Row{sim::Shows::consumption, sim::Charger::outside, "200 400.0 W"},
                         Row{sim::Shows::grid_import, sim::Charger::inside, "200 0.0 W"},
                         Row{sim::Shows::grid_export, sim::Charger::inside, "200 355.0 W"},
                         Row{sim::Shows::net_grid, sim::Charger::inside, "200 -355.0 W"}}) {
    MeterTraits traits;
    traits.shows = row.shows;
    traits.charger = row.charger;
    MeterDevice meter(traits, base::Random{1});
    EXPECT_EQ(answer(meter, at(0s)), row.text);
  }
}

TEST(MeterDevice, it_shows_amperes_and_percent_in_their_own_units) {
  sim::HousePower power = truth;
  power.battery = Watts::whole(-1200);
  power.battery_level = 405;
  power.current = {{base::Amps::grains(1231), base::Amps::grains(-250), base::Amps{}}};
  const auto shown = [&](sim::Shows shows, sim::Writes writes, MeterFault fault = MeterFault::none) {
    MeterTraits traits;
    traits.shows = shows;
    traits.writes = writes;
    MeterDevice meter(traits, base::Random{1});
    meter.misbehave(fault, at(1min));
    return answer(meter, at(0s), power);
  };
  using enum sim::Shows;
  EXPECT_EQ(shown(current_1, sim::Writes::with_unit), "200 12.31 A");
  EXPECT_EQ(shown(current_2, sim::Writes::with_unit), "200 -2.50 A");
  EXPECT_EQ(shown(current_1, sim::Writes::in_kilowatts), "200 12310 mA");
  EXPECT_EQ(shown(current_1, sim::Writes::with_unit, MeterFault::negative), "200 -480.00 A");
  EXPECT_EQ(shown(battery, sim::Writes::with_unit), "200 -1200.0 W");
  EXPECT_EQ(shown(battery_level, sim::Writes::with_unit), "200 40.5 %");
  EXPECT_EQ(shown(net_grid, sim::Writes::with_unit), "200 845.0 W") << "400 + 2300 + 1200 - 3055";
  EXPECT_EQ(shown(consumption, sim::Writes::with_unit), "200 2700.0 W") << "a battery consumes nothing";
}

TEST(MeterDevice, it_writes_numbers_in_several_ways) {
  MeterTraits traits;
  traits.shows = sim::Shows::generation;
  for (const auto& [writes, text] :
       {std::pair{sim::Writes::plain, "200 3055"}, std::pair{sim::Writes::decimal, "200 3055.0"},
        std::pair{sim::Writes::in_kilowatts, "200 3.055 kW"}}) {
    traits.writes = writes;
    MeterDevice meter(traits, base::Random{1});
    EXPECT_EQ(answer(meter, at(0s)), text);
  }
}

TEST(MeterDevice, it_answers_after_a_delay_and_times_out_beyond_the_patience) {
  MeterTraits traits;
  traits.answers_least = traits.answers_most = 300ms;
  MeterDevice meter(traits, base::Random{1});
  meter.ask(at(1s), 2s, truth);
  EXPECT_EQ(meter.deadline(), at(1300ms));
  MeterReply reply;
  EXPECT_FALSE(meter.answer(at(1299ms), reply));
  EXPECT_TRUE(meter.answer(at(1300ms), reply));
  EXPECT_EQ(meter.deadline(), Instant::never());
  EXPECT_EQ(answer(meter, at(5s), truth, 200ms), "timed out");
}

TEST(MeterDevice, each_misbehaviour_has_its_answer) {
  for (const auto& [fault, text] :
       {std::pair{MeterFault::silent, "timed out"}, std::pair{MeterFault::unreachable, "unreachable"},
        std::pair{MeterFault::server_error, "500 Internal Server Error"},
        std::pair{MeterFault::words, "200 unavailable"}, std::pair{MeterFault::not_a_number, "200 NaN"},
        std::pair{MeterFault::infinite, "200 inf W"}, std::pair{MeterFault::negative, "200 -48000.0 W"},
        std::pair{MeterFault::huge, "200 1e300"}, std::pair{MeterFault::empty, "200 "},
        std::pair{MeterFault::too_large, "too large"}}) {
    MeterDevice meter({}, base::Random{1});
    meter.misbehave(fault, at(10s));
    EXPECT_EQ(answer(meter, at(1s)), text);
    EXPECT_EQ(answer(meter, at(10s)), "200 2700.0 W");
  }
}

TEST(MeterDevice, a_frozen_one_repeats_its_last_value) {
  MeterDevice meter({}, base::Random{1});
  answer(meter, at(0s));
  meter.misbehave(MeterFault::frozen, at(1min));
  EXPECT_EQ(answer(meter, at(10s), {}), "200 2700.0 W");
  EXPECT_EQ(answer(meter, at(1min), {}), "200 0.0 W");
}

TEST(MeterDevice, a_stale_one_shows_what_was) {
  MeterTraits traits;
  traits.stale = 30s;
  MeterDevice meter(traits, base::Random{1});
  const auto power = [](Duration when) { return sim::HousePower{{}, Watts::whole(when.count() / 1000), {}}; };
  for (Duration now{}; now <= 100s; now += 100ms)
    if (meter.wants_sample(at(now))) meter.sample(at(now), power(now));
  meter.ask(at(100s), 2s, power(100s));
  MeterReply reply;
  ASSERT_TRUE(meter.answer(at(101s), reply));
  EXPECT_NEAR(std::stod(std::string(reply.body)), 70, 1);
}

TEST(MeterDevice, an_unreliable_one_meets_every_fault_in_time) {
  MeterDevice meter({}, base::Random{1});
  meter.set_unreliable(0.5);
  std::set<MeterFault> met;
  MeterReply reply;
  for (int i = 0; i < 500; ++i) {
    meter.ask(at(Duration{i * 5000}), 2s, truth);
    ASSERT_TRUE(meter.answer(meter.deadline(), reply));
    met.insert(reply.fault);
  }
  EXPECT_EQ(met.size(), static_cast<std::size_t>(sim::meter_fault_count));
}

}  // namespace
