// What a meter can tell: words, units, and sets of it.
#include "core/meter/measurand.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <vector>

namespace core {
namespace {

using enum Measurand;

std::vector<Measurand> listed(Measurands some) {
  std::vector<Measurand> list;
  for (const Measurand each : some) list.push_back(each);
  return list;
}

TEST(Measurands, are_gone_through_in_their_order) {
  EXPECT_EQ(listed({online, grid, soc}), (std::vector{grid, soc, online}));
  EXPECT_TRUE(listed({}).empty());
  const std::vector<Measurand> all = listed(Measurands::all());
  ASSERT_EQ(all.size(), measurands);
  for (std::size_t i = 0; i < all.size(); ++i) EXPECT_EQ(all[i], static_cast<Measurand>(i));
}

RC_GTEST_PROP(Measurands, without_others_and_those_in_both_are_all, (std::uint32_t a, std::uint32_t b)) {
  const Measurands some = Measurands::of_bits(a), others = Measurands::of_bits(b);
  Measurands again = some.without(others);
  for (const Measurand each : again) RC_ASSERT(some.has(each) && !others.has(each));
  again.add(some.and_in(others));
  RC_ASSERT(again == some);
  Measurands one_by_one;
  for (const Measurand each : some) one_by_one.add(each);
  RC_ASSERT(one_by_one == some);
}

TEST(Measurands, have_words_that_lead_back_to_them) {
  for (const Measurand each : Measurands::all()) EXPECT_EQ(measurand_of(word_of(each)), each);
  EXPECT_EQ(measurand_of("power"), std::nullopt);
}

TEST(Amount, is_told_in_the_unit_of_its_measurand) {
  EXPECT_EQ(number_of({grid, -1'274'500}), -1274.5);
  EXPECT_EQ(number_of({current_l2, 1'234}), 12.34);
  EXPECT_EQ(number_of({voltage_l1, 2'301}), 230.1);
  EXPECT_EQ(number_of({frequency, 50'012}), 50.012);
  EXPECT_EQ(number_of({soc, 712}), 71.2);
  EXPECT_EQ(number_of({produced, 5'000}), 5);
  EXPECT_EQ(number_of({online, 1}), 1);
  std::string units;
  for (const Measurand each : {grid, current_l2, voltage_l1, frequency, soc, produced, online})
    units += std::string{unit_of(dimension_of(each))} + ' ';
  EXPECT_EQ(units, "W A V Hz % Wh  ");
}

}  // namespace
}  // namespace core
