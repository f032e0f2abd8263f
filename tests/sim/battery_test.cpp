// The home battery holds the grid at zero, one dead time late, within what it has.
#include "sim/battery.hpp"

#include <gtest/gtest.h>

#include "sim/bench.hpp"

namespace {

using namespace bench;
using base::Watts;
using sim::Battery;
using sim::BatteryTraits;

BatteryTraits ten_kilowatt_hours(int level) {
  BatteryTraits traits;
  traits.level = level;
  return traits;
}

/// Looks at the same lack until then.
void goes_on(Battery& battery, Watts lacking, Duration until) {
  while (battery.deadline() <= at(until)) battery.look(lacking, battery.deadline());
}

TEST(Battery, what_it_sees_it_does_one_dead_time_later) {
  Battery battery(ten_kilowatt_hours(50), at(0s));
  battery.look(Watts::whole(2000), at(0s));
  EXPECT_EQ(battery.power(), Watts{});
  EXPECT_EQ(battery.deadline(), at(3s));
  battery.look(Watts::whole(-1000), at(3s));
  EXPECT_EQ(battery.power(), Watts::whole(2000));
  battery.look(Watts::whole(-1000), at(6s));
  EXPECT_EQ(battery.power(), Watts::whole(-1000));
  EXPECT_EQ(battery.stored(at(6s)), base::kilowatt_hours(5) - Watts::whole(2000) * 3s);
}

TEST(Battery, it_gives_no_more_than_it_can_and_than_it_has) {
  Battery battery(ten_kilowatt_hours(1), at(0s));
  goes_on(battery, Watts::whole(9000), 30s);
  EXPECT_EQ(battery.power(), Watts::whole(5000));
  goes_on(battery, Watts::whole(9000), 10min);
  EXPECT_EQ(battery.power(), Watts{});
  EXPECT_EQ(battery.level(at(10min)), 0);
  EXPECT_GE(battery.stored(at(10min)), base::Energy{});
}

TEST(Battery, it_takes_no_more_than_it_holds) {
  Battery battery(ten_kilowatt_hours(99), at(0s));
  goes_on(battery, Watts::whole(-3000), 10min);
  EXPECT_LE(battery.stored(at(10min)), base::kilowatt_hours(10));
  EXPECT_GE(battery.level(at(10min)), 999);
  EXPECT_GT(battery.power(), Watts::whole(-1));
}

TEST(Battery, what_it_loses_it_loses_while_it_charges) {
  BatteryTraits traits = ten_kilowatt_hours(50);
  traits.returned = 900;
  Battery battery(traits, at(0s));
  battery.look(Watts::whole(-1000), at(0s));
  battery.look(Watts::whole(2000), at(3s));  // from now on it takes 1000 W
  battery.look(Watts{}, at(6s));             // … and gives 2000 W
  const base::Energy charged = Watts::whole(900) * 3s;
  EXPECT_EQ(battery.stored(at(6s)), base::kilowatt_hours(5) + charged);
  EXPECT_EQ(battery.stored(at(9s)), base::kilowatt_hours(5) + charged - Watts::whole(2000) * 3s);
}

TEST(Battery, one_that_loses_is_filled_up_all_the_same) {
  BatteryTraits traits = ten_kilowatt_hours(99);
  traits.returned = 900;
  Battery battery(traits, at(0s));
  goes_on(battery, Watts::whole(-3000), 10min);
  EXPECT_LE(battery.stored(at(10min)), base::kilowatt_hours(10));
  EXPECT_GE(battery.level(at(10min)), 999);
}

}  // namespace
