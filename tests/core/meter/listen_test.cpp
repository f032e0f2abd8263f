// Sources that speak by themselves, and those whose answers are registers, at the desk.
#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "core/meter/desk.hpp"
#include "samples.hpp"

namespace core::meter {
namespace {

using namespace std::chrono_literals;
using samples::gives;
using samples::pick;
using samples::sum;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

constexpr Instant start = Instant::at(1000s);

Question topic(std::string name, Form form = Form::text) {
  return {name, Subscription{"mqtt://broker:1883", "home/" + name, {}, ""}, form};
}

/// Two topics, a number each, and a third number of both.
Source two_topics() {
  Source source;
  source.name = "broker";
  source.kind.name = "mqtt";
  source.kind.patience = 60s;
  source.kind.questions = {topic("in"), topic("out")};
  source.kind.gives = {gives(Measurand::imported, pick("", 0)), gives(Measurand::exported, pick("", 1)),
                       gives(Measurand::grid, sum({pick("", 0), samples::minus(pick("", 1))}))};
  return source;
}

/// A desk and whoever listens for it.
struct Room {
  explicit Room(Source source) : desk({std::move(source)}, 7) { desk.wake(clock(), orders); }

  Now clock() const { return {now, WallTime::at(20'000 * 24h) + (now - start)}; }
  void wait(Duration span) {
    now = now + span;
    desk.wake(clock(), orders);
  }
  std::vector<std::string> listened() {
    std::vector<std::string> all;
    for (const Ask& ask : orders.asks) {
      const auto* listening = std::get_if<Subscription>(&ask.what);
      all.push_back(listening != nullptr ? listening->topic : address_of(ask.what));
    }
    asks.insert(asks.end(), orders.asks.begin(), orders.asks.end());
    orders.asks.clear();
    return all;
  }
  /// A message to the question that was asked as the one at that place.
  void say(std::size_t ask, std::string_view body, bool kept = false) {
    listened();
    Reply reply;
    reply.question = asks.at(ask).question;
    reply.round = asks.at(ask).round;
    reply.body = body;
    reply.kept = kept;
    desk.hear(reply, clock(), orders);
  }
  void cut(std::size_t ask, std::string trouble, int status = 200) {
    listened();
    Reply reply;
    reply.status = status;
    reply.question = asks.at(ask).question;
    reply.round = asks.at(ask).round;
    if (status == 200) reply.outcome = Reply::Outcome::unreachable;
    reply.trouble = std::move(trouble);
    desk.hear(reply, clock(), orders);
  }
  /// "grid 5 at 10" of each reading, seconds since the start.
  std::vector<std::string> read() {
    std::vector<std::string> all;
    for (const MeterRead& each : orders.reads) {
      if (each.outcome != MeterRead::Outcome::read) all.push_back(each.outcome == MeterRead::Outcome::silent ? "silent" : "absurd");
      for (const Amount& amount : each.amounts)
        all.push_back(fmt::format("{} {:g} at {:g}", word_of(amount.what), number_of(amount), base::seconds_of(each.at - start)));
    }
    orders.reads.clear();
    return all;
  }
  const Health& health() const { return desk.health(0); }

  Instant now = start;
  Desk desk;
  Orders orders;
  std::vector<Ask> asks;
};

TEST(Listening, is_begun_once_and_every_message_is_a_reading_of_its_moment) {
  Room room(two_topics());
  EXPECT_THAT(room.listened(), ElementsAre("home/in", "home/out"));
  room.wait(3s);
  room.say(0, "500");
  EXPECT_THAT(room.read(), ElementsAre("imported 500 at 3"));
  room.wait(20s);
  room.say(0, "510");
  EXPECT_THAT(room.read(), ElementsAre("imported 510 at 23"));
  EXPECT_THAT(room.listened(), IsEmpty());
  EXPECT_EQ(room.health().state, Health::State::well);
}

TEST(Listening, makes_a_number_of_two_topics_as_old_as_the_older) {
  Room room(two_topics());
  room.say(0, "500");
  room.read();
  room.wait(10s);
  room.say(1, "700");
  EXPECT_THAT(room.read(), ElementsAre("grid -200 at 0", "exported 700 at 10"));
}

TEST(Listening, forgets_a_topic_that_has_stopped_though_the_other_goes_on) {
  Room room(two_topics());
  room.say(0, "500");
  room.say(1, "700");
  room.read();
  room.wait(50s);
  room.say(1, "710");
  EXPECT_THAT(room.read(), ElementsAre("grid -210 at 0", "exported 710 at 50"));
  room.wait(20s);
  room.say(1, "720");
  EXPECT_THAT(room.read(), ElementsAre("exported 720 at 70"));
  EXPECT_EQ(room.health().trouble, "has said nothing to \"in\" for 70 s");
  EXPECT_EQ(room.health().amounts.size(), 1U) << "what followed from it is not shown any more";
  room.say(0, "1");
  EXPECT_EQ(room.health().trouble, "");
}

TEST(Listening, is_not_troubled_by_a_topic_that_nobody_ever_uses) {
  Source source = two_topics();
  source.kind.gives[1].extra = true;
  source.kind.gives.pop_back();
  Room room(source);
  room.say(0, "500");
  room.read();
  room.cut(1, "answers, but says nothing");
  EXPECT_THAT(room.read(), IsEmpty());
  EXPECT_EQ(room.health().state, Health::State::well);
}

TEST(Listening, takes_no_reading_from_what_a_broker_has_kept) {
  Room room(two_topics());
  room.say(0, "500", true);
  EXPECT_THAT(room.read(), IsEmpty());
  EXPECT_EQ(room.health().state, Health::State::unasked);
  room.say(1, "700");
  EXPECT_THAT(room.read(), ElementsAre("exported 700 at 0"));
}

TEST(Listening, is_told_silent_when_nothing_comes_and_well_when_it_speaks_again) {
  Room room(two_topics());
  room.say(0, "500");
  room.read();
  EXPECT_EQ(room.desk.deadline(), start + 60s);
  room.wait(60s);
  EXPECT_THAT(room.read(), ElementsAre("silent")) << "it is one voice";
  EXPECT_EQ(room.health().trouble, "has said nothing for 60 s");
  EXPECT_TRUE(room.health().amounts.empty());
  EXPECT_EQ(room.health().state, Health::State::troubled);
  room.wait(10s);
  room.say(1, "700");
  EXPECT_THAT(room.read(), ElementsAre("exported 700 at 70"));
  EXPECT_EQ(room.health().trouble, "has said nothing to \"in\" for 70 s");
  room.say(0, "1");
  EXPECT_EQ(room.health().state, Health::State::well);
  EXPECT_EQ(room.health().trouble, "");
}

TEST(Listening, says_why_a_connection_is_gone_for_as_long_as_it_is) {
  Room room(two_topics());
  room.cut(0, "nobody answers at broker:1883");
  room.cut(1, "nobody answers at broker:1883");
  EXPECT_THAT(room.read(), ElementsAre("silent"));
  room.wait(60s);
  EXPECT_THAT(room.read(), ElementsAre("silent"));
  EXPECT_EQ(room.health().trouble, "nobody answers at broker:1883");
  room.say(0, "1");
  EXPECT_EQ(room.health().state, Health::State::well);
}

TEST(Listening, passes_over_what_is_somebody_elses) {
  Source source = two_topics();
  source.kind.questions = {topic("meters", Form::json)};
  source.kind.gives = {gives(Measurand::grid, pick("/p"))};
  source.kind.valid = {{samples::test("/serial", {"7"}), "Another meter is heard."}};
  Room room(source);
  room.say(0, R"({"p":5,"serial":8})");
  EXPECT_THAT(room.read(), IsEmpty());
  EXPECT_EQ(room.health().trouble, "Another meter is heard.");
  room.say(0, R"({"p":6,"serial":7})");
  room.say(0, R"({"p":5,"serial":8})");
  EXPECT_THAT(room.read(), ElementsAre("grid 6 at 0"));
  EXPECT_EQ(room.health().state, Health::State::well);
  EXPECT_EQ(room.health().trouble, "");
  room.wait(60s);
  EXPECT_THAT(room.read(), ElementsAre("silent")) << "the other one does not speak for it";
}

TEST(Listening, goes_on_with_what_a_topic_teaches) {
  Source source = two_topics();
  source.kind.questions = {topic("serial", Form::json), topic("{portal}", Form::json)};
  source.kind.gives = {gives(Measurand::grid, pick("/value", 1))};
  source.kind.learns = {{"portal", 0, samples::path("/value"), false}};
  Room room(source);
  EXPECT_THAT(room.listened(), ElementsAre("home/serial"));
  room.say(0, R"({"value":"c0619"})", true);
  EXPECT_THAT(room.listened(), ElementsAre("home/c0619"));
  room.say(1, R"({"value":-3})");
  EXPECT_THAT(room.read(), ElementsAre("grid -3 at 0"));
}

TEST(Listening, learns_nothing_from_somebody_elses_message) {
  Source source = two_topics();
  source.kind.questions = {topic("serial", Form::json), topic("{portal}", Form::json)};
  source.kind.gives = {gives(Measurand::grid, pick("/value", 1))};
  source.kind.learns = {{"portal", 0, samples::path("/value"), false}};
  source.kind.valid = {{{0, samples::path("/ours"), {}, false}, "not ours"}};
  Room room(source);
  room.say(0, R"({"value":"stranger"})");
  EXPECT_THAT(room.listened(), IsEmpty());
  room.say(0, R"({"value":"c0619","ours":1})");
  EXPECT_THAT(room.listened(), ElementsAre("home/c0619"));
}

/// A cloud that says where to listen to whoever asks it with his token.
Source behind_a_session() {
  Source source = two_topics();
  source.every = 10s;
  HttpQuestion account;
  account.url = "https://cloud/account";
  source.kind.questions = {{"account", account}, topic("{home}", Form::json)};
  source.kind.gives = {gives(Measurand::grid, pick("/value", 1))};
  source.kind.learns = {{"home", 0, samples::path("/home"), false}};
  source.kind.access.kind = Access::Kind::session;
  source.kind.access.questions = {0};
  return source;
}

TEST(Listening, may_begin_with_asking_where) {
  Room room(behind_a_session());
  EXPECT_THAT(room.listened(), ElementsAre("https://cloud/account"));
  room.say(0, R"({"home":"h1"})");
  EXPECT_THAT(room.listened(), ElementsAre("home/h1"));
  EXPECT_THAT(room.read(), IsEmpty()) << "that is no reading of the meter";
  room.wait(7s);
  room.say(1, R"({"value":-12})");
  EXPECT_THAT(room.read(), ElementsAre("grid -12 at 7"));
  room.wait(30s);
  EXPECT_THAT(room.listened(), IsEmpty()) << "it is asked once";
}

TEST(Listening, tells_at_once_that_a_connection_is_gone_that_was_asked_for_where) {
  Room room(behind_a_session());
  room.say(0, R"({"home":"h1"})");
  room.say(1, R"({"value":-12})");
  room.read();
  room.cut(1, "the cloud has closed the connection");
  EXPECT_THAT(room.read(), ElementsAre("silent")) << "that the account has answered is no word of the meter";
  EXPECT_EQ(room.health().trouble, "the cloud has closed the connection");
  room.say(1, R"({"value":7})");
  EXPECT_EQ(room.health().state, Health::State::well);
}

TEST(Listening, asks_again_where_when_nobody_speaks_there_any_more) {
  Room room(behind_a_session());
  room.say(0, R"({"home":"h1"})");
  room.say(1, R"({"value":-12})");
  room.wait(60s);
  EXPECT_THAT(room.listened(), IsEmpty());
  room.wait(1s);
  EXPECT_THAT(room.health().trouble, HasSubstr("has said nothing for 60 s"));
  room.wait(30s);
  EXPECT_THAT(room.listened(), ElementsAre("https://cloud/account"));
  room.read();
  room.say(2, R"({"home":"h2"})");
  EXPECT_THAT(room.listened(), ElementsAre("home/h2"));
  room.say(1, R"({"value":7})");
  EXPECT_THAT(room.read(), IsEmpty()) << "the former address is nobody's any more";
  room.say(3, R"({"value":8})");
  EXPECT_THAT(room.read(), ElementsAre("grid 8 at 91"));
  room.wait(61s);
  room.wait(29s);
  EXPECT_THAT(room.listened(), IsEmpty());
  room.wait(1s);
  EXPECT_THAT(room.listened(), ElementsAre("https://cloud/account")) << "that it had spoken begins the pauses anew";
}

TEST(Listening, asks_again_where_when_nobody_said) {
  Room room(behind_a_session());
  room.listened();
  room.cut(0, "cloud did not answer within 10 s.");
  EXPECT_THAT(room.read(), ElementsAre("silent"));
  EXPECT_EQ(room.health().trouble, "cloud did not answer within 10 s.");
  room.wait(10s);
  EXPECT_THAT(room.listened(), ElementsAre("https://cloud/account"));
  room.cut(1, "", 401);
  EXPECT_THAT(room.health().trouble, HasSubstr("refuses the password or token"));
  room.wait(29s);
  EXPECT_THAT(room.listened(), IsEmpty()) << "a refused token is not hammered";
  room.wait(2s);
  room.say(2, R"({"home":"h1"})");
  EXPECT_THAT(room.listened(), ElementsAre("home/h1"));
}

TEST(Listening, gives_the_originals_pair_one_moment) {
  Source source = two_topics();
  source.original = true;
  source.kind.gives = {gives(Measurand::load, pick("", 0)), gives(Measurand::solar, pick("", 1))};
  Room room(source);
  room.say(0, "900");
  EXPECT_THAT(room.read(), ElementsAre("load 900 at 0"));
  room.wait(4s);
  room.say(1, "3000");
  EXPECT_THAT(room.read(), testing::UnorderedElementsAre("load 900 at 0", "solar 3000 at 0"));
}

TEST(Listening, begins_anew_with_another_configuration) {
  Room room(two_topics());
  room.listened();
  room.desk.configure({two_topics()});
  room.wait(0s);
  EXPECT_THAT(room.listened(), ElementsAre("home/in", "home/out"));
  room.say(0, "1");
  EXPECT_THAT(room.read(), IsEmpty()) << "whoever listened before is not heard any more";
  room.say(2, "2");
  EXPECT_THAT(room.read(), ElementsAre("imported 2 at 0"));
}

// --- Registers --------------------------------------------------------------------------------------------------------

TEST(Registers, are_asked_for_as_they_are_picked) {
  Source source;
  source.kind = samples::sungrow();
  source.every = 10s;
  Room room(source);
  ASSERT_EQ(room.orders.asks.size(), 1U);
  EXPECT_THAT(room.orders.asks[0].registers, ElementsAre("13009 s32 low_first", "13021 u16", "13000 bit 1", "13022 u16"));
}

TEST(Registers, mean_what_the_kind_says) {
  const Template kind = samples::sungrow();
  const auto content = read(kind, 0, "13000: 0003; 13009: 0672 0000; 13021: 1200 u16; 13022: FFFF");
  ASSERT_TRUE(content) << content.error().text;
  const Meaning meaning = understand(kind, {*content}, 0);
  EXPECT_EQ(meaning.amounts.size(), 2U) << "the level is not available";
  EXPECT_EQ(number_of(*core::find(meaning.amounts, Measurand::grid)), -1650);
  EXPECT_EQ(number_of(*core::find(meaning.amounts, Measurand::battery)), -1200);
  EXPECT_EQ(meaning.lacking, Measurands{Measurand::soc});
  EXPECT_THAT(read(kind, 0, "13000: zzzz").error().text, HasSubstr("zzzz"));
}

TEST(Registers, of_which_one_tells_the_sign_of_another_are_nothing_without_it) {
  const Meaning meaning = understand(samples::sungrow(), {read(samples::sungrow(), 0, "13009: 0672 0000; 13021: 1200 735 u16").value()}, 0);
  EXPECT_EQ(core::find(meaning.amounts, Measurand::battery), nullptr);
  EXPECT_TRUE(meaning.lacking.has(Measurand::battery));
}

TEST(Registers, are_named_where_one_is_not_believed) {
  Template kind = samples::sungrow();
  kind.gives = {gives(Measurand::soc, pick(Place{samples::place("13022 u16")}))};
  const Meaning meaning = understand(kind, {*read(kind, 0, "13022: 735 u16")}, 0);
  EXPECT_THAT(meaning.trouble, HasSubstr("735 for soc is not believed"));
}

}  // namespace
}  // namespace core::meter
