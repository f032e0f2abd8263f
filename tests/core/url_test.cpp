// What a reply of the URL source means, and what is no reading at all (spec/energy-sources §5.21).
#include "core/meter/kinds/url.hpp"

#include <gtest/gtest.h>

namespace core {
namespace {

using url::Trouble;

tl::expected<Watts, Trouble> meaning(std::string_view body, int status = 200) {
  MeterState meter;
  return url::take({MeterId{0}, 0, MeterAnswered::Outcome::answered, status, body}, meter).map([&] {
    return meter.answered[0].value;
  });
}

TEST(Url, a_number_is_watts) {
  EXPECT_EQ(meaning("1234"), Watts::whole(1234));
  EXPECT_EQ(meaning("-200.5"), Watts::grains(-200'500));
  EXPECT_EQ(meaning(" +42 \r\n"), Watts::whole(42));
  EXPECT_EQ(meaning("\"850\""), Watts::whole(850));
  EXPECT_EQ(meaning("1e3"), Watts::whole(1000));
  EXPECT_EQ(meaning("0"), Watts{});
}

TEST(Url, a_unit_may_follow) {
  EXPECT_EQ(meaning("1234 W"), Watts::whole(1234));
  EXPECT_EQ(meaning("1.234 kW"), Watts::whole(1234));
  EXPECT_EQ(meaning("1.5KW"), Watts::whole(1500));
}

TEST(Url, what_makes_no_sense_is_absurd) {
  for (const char* body : {"", " ", "unknown", "nan", "inf", "-inf", "1e999", "100001", "-100001", "101 kW", "12 V", "12 34",
                           "1,234", "<html>", "0x10", "null", "{\"w\":1}", "--5"}) {
    const auto power = meaning(body);
    ASSERT_FALSE(power.has_value()) << body;
    EXPECT_EQ(power.error(), Trouble::absurd) << body;
  }
}

TEST(Url, an_hundred_kilowatts_are_still_believed) {
  EXPECT_EQ(meaning("100000"), Watts::whole(100'000));
  EXPECT_EQ(meaning("-100 kW"), -Watts::whole(100'000));
}

TEST(Url, an_error_status_is_silence_whatever_stands_below_it) {
  for (const int status : {500, 404, 302, 199, 0}) {
    ASSERT_FALSE(meaning("1234", status).has_value()) << status;
    EXPECT_EQ(meaning("1234", status).error(), Trouble::silent) << status;
  }
  EXPECT_TRUE(meaning("1234", 204).has_value());
}

TEST(Url, no_answer_is_silence_and_too_much_of_one_is_absurd) {
  using enum MeterAnswered::Outcome;
  MeterState meter;
  EXPECT_EQ(url::take({MeterId{0}, 0, timed_out, 200, "1"}, meter).error(), Trouble::silent);
  EXPECT_EQ(url::take({MeterId{0}, 0, unreachable, 200, "1"}, meter).error(), Trouble::silent);
  EXPECT_EQ(url::take({MeterId{0}, 0, too_large, 200, "1"}, meter).error(), Trouble::absurd);
  EXPECT_EQ(meter.answered[0], Reading<Watts>{});
}

TEST(Url, each_item_has_its_own_unit_and_its_own_place) {
  MeterState meter;
  meter.asked = Instant::at(7s);
  const auto take = [&](url::Item item, std::string_view body) {
    return url::take({MeterId{0}, static_cast<std::uint8_t>(item), MeterAnswered::Outcome::answered, 200, body}, meter)
        .has_value();
  };
  EXPECT_TRUE(take(url::Item::power, "-1.5 kW"));
  EXPECT_TRUE(take(url::Item::current_1, "16.25"));
  EXPECT_TRUE(take(url::Item::current_3, "-250 mA"));
  EXPECT_TRUE(take(url::Item::battery, "-800"));
  EXPECT_TRUE(take(url::Item::battery_level, "55.5 %"));
  EXPECT_EQ(meter.power, (Reading<Watts>{-Watts::whole(1500), Instant::at(7s)}));
  EXPECT_EQ(meter.currents[0].value, Amps::grains(1625));
  EXPECT_EQ(meter.currents[1], Reading<Amps>{});
  EXPECT_EQ(meter.currents[2].value, Amps::grains(-25));
  EXPECT_EQ(meter.battery.value, -Watts::whole(800));
  EXPECT_EQ(meter.battery_level.value, 555);
  EXPECT_FALSE(take(url::Item::current_2, "16 W"));
  EXPECT_FALSE(take(url::Item::current_2, "1001"));
  EXPECT_FALSE(take(url::Item::battery_level, "101"));
  EXPECT_FALSE(take(url::Item::battery_level, "-1"));
  EXPECT_FALSE(take(static_cast<url::Item>(99), "1"));
}

TEST(Url, questions_come_in_their_period_and_never_in_a_burst) {
  MeterConfig meter;
  meter.consumption_url = "http://c";
  meter.generation_url = "http://g";
  MeterState state;
  Actions out;
  url::ask(MeterId{3}, meter, state, Instant::at(100s), out);
  ASSERT_EQ(out.size(), 2U);
  const auto& first = std::get<AskMeter>(out[0]);
  EXPECT_EQ(first.meter.index, 3);
  EXPECT_EQ(first.url, "http://c");
  EXPECT_EQ(first.patience, 2s);
  EXPECT_EQ(std::get<AskMeter>(out[1]).url, "http://g");
  url::ask(MeterId{3}, meter, state, Instant::at(104s), out);
  EXPECT_EQ(out.size(), 2U);
  url::ask(MeterId{3}, meter, state, Instant::at(131s), out);
  EXPECT_EQ(out.size(), 4U) << "after a pause one question, not five";
  EXPECT_EQ(state.next_ask, Instant::at(136s));
}

TEST(Url, what_has_no_address_is_not_asked) {
  const MeterConfig meter{"URL", "", "http://g", 5s, 2s};
  MeterState state;
  Actions out;
  url::ask(MeterId{0}, meter, state, Instant::at(100s), out);
  ASSERT_EQ(out.size(), 1U);
  EXPECT_EQ(std::get<AskMeter>(out[0]).url, "http://g");
}

}  // namespace
}  // namespace core
