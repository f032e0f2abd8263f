// What the dice may do to a run.
#include "sim/faults.hpp"

#include <gtest/gtest.h>

#include <set>

#include "sim/bench.hpp"

namespace {

using namespace bench;
using sim::FaultKind;
using sim::FaultPlan;

TEST(Faults, every_kind_has_a_name_of_its_own) {
  std::set<std::string_view> names;
  for (std::size_t i = 0; i < sim::fault_kind_count; ++i) names.insert(sim::name_of(static_cast<FaultKind>(i)));
  EXPECT_EQ(names.size(), sim::fault_kind_count);
  EXPECT_EQ(names.count(""), 0U);
  EXPECT_EQ(sim::name_of(FaultKind::meter_absurd), "absurd meter");
  EXPECT_EQ(static_cast<std::size_t>(FaultKind::meter_absurd) + 1, sim::fault_kind_count);
}

TEST(Faults, without_density_nothing_goes_wrong) {
  base::Random dice{1};
  const FaultPlan plan = sim::draw_faults(dice, 6h, 1h, 3, 0);
  for (const bool exists : plan.exists) EXPECT_FALSE(exists);
  EXPECT_TRUE(plan.happenings.empty());
  EXPECT_EQ(plan.line.lost + plan.line.flipped + plan.line.trailed, 0);
}

TEST(Faults, every_kind_occurs_over_some_seeds) {
  std::array<int, sim::fault_kind_count> times{};
  for (std::uint64_t seed = 0; seed < 300; ++seed) {
    base::Random dice{seed};
    const FaultPlan plan = sim::draw_faults(dice, 6h, 1h, 3, 0.15);
    for (std::size_t i = 0; i < times.size(); ++i) times[i] += plan.exists[i];
  }
  for (const int count : times) EXPECT_GT(count, 20);
}

TEST(Faults, happenings_come_in_order_concern_existing_units_and_are_over_before_the_calm) {
  for (std::uint64_t seed = 0; seed < 200; ++seed) {
    base::Random dice{seed};
    const FaultPlan plan = sim::draw_faults(dice, 6h, 1h, 2, 0.5);
    Instant last;
    for (const sim::Happening& happening : plan.happenings) {
      EXPECT_TRUE(plan.has(happening.kind));
      EXPECT_GE(happening.at, last);
      EXPECT_LE(happening.at + happening.lasting, at(5h));
      EXPECT_LT(happening.target, 2);
      last = happening.at;
    }
  }
}

TEST(Faults, drawn_connectors_have_different_ids_and_possible_traits) {
  for (std::uint64_t seed = 0; seed < 200; ++seed) {
    base::Random dice{seed};
    const FaultPlan plan = sim::draw_faults(dice, 6h, 1h, 3, 0.5);
    std::set<std::uint16_t> ids;
    for (std::size_t unit = 0; unit < 3; ++unit) {
      const sim::ConnectorTraits traits = sim::draw_connector(dice, plan, unit);
      ids.insert(traits.id);
      EXPECT_TRUE(traits.phases == 1 || traits.phases == 3);
      EXPECT_TRUE(traits.hardware_maximum == 32_A || traits.hardware_maximum == 80_A);
    }
    EXPECT_EQ(ids.size(), 3U);
    EXPECT_EQ(ids.count(0x7777), 0U);
  }
}

TEST(ForeignMaster, it_says_five_and_five_linkreadies_and_then_heartbeats_until_its_end) {
  sim::ForeignMaster master(0x1234, 0x0061, 16_A, sim::Firmware::p2_4_5_3, at(10s), at(15s));
  sim::Transmission wire;
  std::vector<std::string> said;
  EXPECT_FALSE(master.speak(at(9s), wire));
  while (master.deadline() != Instant::never())
    if (master.speak(master.deadline(), wire)) said.push_back(whole(wire));
  ASSERT_EQ(said.size(), 14U);
  EXPECT_EQ(said[0], "C0 FC E1 12 34 5A 00 00 00 00 00 00 00 00 81 C0");
  EXPECT_EQ(said[5], "C0 FB E2 12 34 5A 00 00 00 00 00 00 00 00 82 C0");
  EXPECT_EQ(said[10], "C0 FB E0 12 34 00 61 09 06 40 00 00 00 00 00 00 D6 C0");
}

TEST(ForeignMaster, units_obey_it) {
  Bench b;
  b.charge(10_A);
  sim::ForeignMaster master(0x1234, 0x0061, 16_A, sim::Firmware::p2_4_5_3, b.now, b.now + Duration{20s});
  sim::Transmission wire;
  while (master.deadline() != Instant::never()) {
    b.until(master.deadline());
    if (master.speak(b.now, wire)) b.unit.hear(wire.view(), b.now);
  }
  EXPECT_EQ(b.unit.limit_in_force(), 16_A);
}

}  // namespace
