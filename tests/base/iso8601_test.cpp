// Times as text: what is read, what is written, and what is refused with a sentence.
#include "base/iso8601.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

namespace {

using base::Duration;
using base::WallTime;

std::int64_t milliseconds(std::string_view text) {
  const auto time = base::parse_iso8601(text);
  return time ? time->since_epoch().count() : -1;
}

TEST(Iso8601, the_epoch_is_zero) {
  EXPECT_EQ(milliseconds("1970-01-01T00:00:00Z"), 0);
}

TEST(Iso8601, a_known_moment_has_its_number_of_milliseconds) {
  EXPECT_EQ(milliseconds("2012-07-01T07:00:00Z"), 1341126000000);
  EXPECT_EQ(milliseconds("2012-07-01 07:00Z"), 1341126000000);
  EXPECT_EQ(milliseconds("2012-07-01T07:00:00.25Z"), 1341126000250);
}

TEST(Iso8601, an_offset_is_taken_off) {
  EXPECT_EQ(milliseconds("2012-07-01T09:00:00+02:00"), milliseconds("2012-07-01T07:00:00Z"));
  EXPECT_EQ(milliseconds("2012-07-01T00:30:00-06:30"), milliseconds("2012-07-01T07:00:00Z"));
}

TEST(Iso8601, leap_days_exist_in_leap_years_only) {
  EXPECT_NE(milliseconds("2012-02-29T00:00:00Z"), -1);
  EXPECT_EQ(milliseconds("2013-02-29T00:00:00Z"), -1);
}

TEST(Iso8601, what_is_no_time_is_refused_with_an_example) {
  for (const char* text : {"", "yesterday", "2012-07-01", "2012-07-01T07:00:00", "2012-13-01T07:00:00Z",
                           "2012-07-01T24:00:00Z", "2012-07-01T07:60:00Z", "2012-07-01T07:00:00Zoo",
                           "2012-07-01T07:00:00.Z", "2012-07-01T07:00:00+1", "20120701T070000Z"}) {
    const auto time = base::parse_iso8601(text);
    ASSERT_FALSE(time) << text;
    EXPECT_NE(time.error().text.find("2012-07-01T07:00:00Z"), std::string::npos) << time.error().text;
  }
}

RC_GTEST_PROP(Iso8601, with_an_offset_it_is_the_same_moment_to_the_second, ()) {
  const auto time = WallTime::at(Duration{*rc::gen::inRange<std::int64_t>(86'400'000, 4'000'000'000'000)});
  const std::chrono::minutes offset{*rc::gen::inRange(-14 * 60, 14 * 60)};
  const std::string text = base::to_iso8601(time, offset);
  RC_ASSERT(text.size() == 25U);
  const auto again = base::parse_iso8601(text);
  RC_ASSERT(again.has_value());
  RC_ASSERT(again->since_epoch() == std::chrono::floor<std::chrono::seconds>(time.since_epoch()));
}

TEST(Iso8601, an_offset_is_written_with_its_sign) {
  const auto noon = WallTime::at(std::chrono::seconds{1'780'480'800});
  EXPECT_EQ(base::to_iso8601(noon, std::chrono::hours{2}), "2026-06-03T12:00:00+02:00");
  EXPECT_EQ(base::to_iso8601(noon, -std::chrono::minutes{210}), "2026-06-03T06:30:00-03:30");
  EXPECT_EQ(base::to_iso8601(noon, Duration{}), "2026-06-03T10:00:00+00:00");
}

RC_GTEST_PROP(Iso8601, writing_and_reading_gives_the_same_moment, ()) {
  const auto time = WallTime::at(Duration{*rc::gen::inRange<std::int64_t>(0, 4'000'000'000'000)});
  const auto again = base::parse_iso8601(base::to_iso8601(time));
  RC_ASSERT(again.has_value());
  RC_ASSERT(*again == time);
}

}  // namespace
