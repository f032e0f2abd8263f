// Recorded days and visits as text.
#include "sim/trace.hpp"

#include <gtest/gtest.h>

#include "base/iso8601.hpp"
#include "sim/bench.hpp"

namespace {

using namespace bench;
using base::Watts;

base::WallTime time(std::string_view text) {
  return base::parse_iso8601(text).value();
}

std::string refusal(std::string_view csv) {
  const auto trace = sim::Trace::parse(csv);
  return trace ? "accepted" : trace.error().text;
}

TEST(Trace, rows_are_read_in_order) {
  const auto trace =
      sim::Trace::parse("time,pv_w,load_w\n2012-07-01T07:00:00Z,1200,350.5\r\n2012-07-01T07:01:00Z,1250,340\n");
  ASSERT_TRUE(trace) << trace.error().text;
  ASSERT_EQ(trace->rows().size(), 2U);
  EXPECT_EQ(trace->rows()[0].solar, Watts::whole(1200));
  EXPECT_EQ(trace->rows()[0].load, Watts::grains(350'500));
  EXPECT_EQ(trace->step(), Duration{1min});
  EXPECT_EQ(trace->ends(), time("2012-07-01T07:02:00Z"));
  EXPECT_TRUE(trace->gaps().empty());
}

TEST(Trace, a_hole_in_the_rows_is_a_gap) {
  const auto trace = sim::Trace::parse(
      "time,pv_w,load_w\n2012-07-01T07:00:00Z,1,1\n2012-07-01T07:01:00Z,1,1\n2012-07-01T07:02:00Z,1,1\n2012-07-01T07:"
      "30:00Z,1,1\n");
  ASSERT_TRUE(trace);
  ASSERT_EQ(trace->gaps().size(), 1U);
  EXPECT_EQ(trace->gaps()[0].from, time("2012-07-01T07:03:00Z"));
  EXPECT_EQ(trace->gaps()[0].to, time("2012-07-01T07:30:00Z"));
}

TEST(Trace, errors_name_the_line_and_the_remedy) {
  EXPECT_EQ(refusal(""), "line 0: a trace begins with the line \"time,pv_w,load_w\"");
  EXPECT_NE(refusal("time,pv_w,load_w\n2012-07-01T07:00:00Z,dark,3\n").find("line 2: pv_w is \"dark\"; write a number"),
            std::string::npos);
  EXPECT_NE(refusal("time,pv_w,load_w\n\n2012-07-01T07:00:00Z,nan,3\n").find("line 3: pv_w"), std::string::npos);
  EXPECT_NE(refusal("time,pv_w,load_w\n2012-07-01T07:00:00Z,1,-3\n").find("line 2: load_w"), std::string::npos);
  EXPECT_NE(refusal("time,pv_w,load_w\n2012-07-01T07:00:00Z,1\n").find("line 2: a trace has three columns"),
            std::string::npos);
  EXPECT_NE(refusal("time,pv_w,load_w\n2012-07-01T07:00:00Z,1,2,3\n").find("three columns"), std::string::npos);
  EXPECT_NE(refusal("time,pv_w,load_w\n7 o'clock,1,2\n").find("line 2: \"7 o'clock\" is not a time"),
            std::string::npos);
  EXPECT_NE(refusal("time,pv_w,load_w\n2012-07-01T07:00:00Z,1,2\n2012-07-01T07:00:00Z,1,2\n")
                .find("line 3: its time is not after"),
            std::string::npos);
  EXPECT_NE(refusal("time,pv_w,load_w\n").find("no rows"), std::string::npos);
}

TEST(Sessions, rows_are_read_with_or_without_the_car) {
  const auto with = sim::parse_sessions(
      "arrive,depart,energy_kwh,max_amps,car\n2019-01-02T18:59:00Z,2019-01-02T23:52:00Z,14.64,32,car11\n");
  ASSERT_TRUE(with) << with.error().text;
  ASSERT_EQ(with->size(), 1U);
  EXPECT_EQ((*with)[0].needed, Energy::whole(52'704'000));
  EXPECT_EQ((*with)[0].most, 32_A);
  EXPECT_EQ((*with)[0].car.view(), "car11");
  const auto without =
      sim::parse_sessions("arrive,depart,energy_kwh,max_amps\n2019-01-02T18:59:00Z,2019-01-02T23:52:00Z,1,16\n");
  ASSERT_TRUE(without);
  EXPECT_TRUE((*without)[0].car.empty());
}

TEST(Sessions, they_are_sorted_by_arrival) {
  const auto sessions = sim::parse_sessions(
      "arrive,depart,energy_kwh,max_amps\n2019-01-03T18:00:00Z,2019-01-03T23:00:00Z,2,16\n2019-01-02T18:00:00Z,2019-01-"
      "02T23:00:00Z,1,16\n");
  ASSERT_TRUE(sessions);
  EXPECT_EQ((*sessions)[0].needed, base::kilowatt_hours(1));
}

TEST(Sessions, a_departure_before_the_arrival_is_refused) {
  const auto sessions =
      sim::parse_sessions("arrive,depart,energy_kwh,max_amps\n2019-01-02T18:59:00Z,2019-01-01T23:52:00Z,1,16\n");
  ASSERT_FALSE(sessions);
  EXPECT_EQ(sessions.error().text, "line 2: the car departs before it arrives; exchange the times");
}

TEST(Sessions, they_are_laid_onto_a_trace_of_another_year) {
  const auto trace =
      sim::Trace::parse("time,pv_w,load_w\n2012-02-01T00:00:00Z,1,1\n2012-03-01T00:00:00Z,1,1\n").value();
  const auto sessions = sim::parse_sessions(
                            "arrive,depart,energy_kwh,max_amps\n2020-02-29T18:00:00Z,2020-03-01T06:00:00Z,2,16\n2020-"
                            "07-02T18:00:00Z,2020-07-02T23:00:00Z,1,16\n")
                            .value();
  const sim::Laid laid = sim::lay_onto(trace, sessions);
  ASSERT_EQ(laid.sessions.size(), 1U);
  EXPECT_EQ(laid.years, -8);
  EXPECT_EQ(laid.outside, 1U);
  EXPECT_EQ(laid.sessions[0].arrive, time("2012-02-29T18:00:00Z"));
  EXPECT_EQ(laid.sessions[0].depart, time("2012-03-01T06:00:00Z"));
}

}  // namespace
