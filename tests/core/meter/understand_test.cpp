// What answers of energy sources mean.
#include "core/meter/understand.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <cmath>

#include "core/meter/samples.hpp"

namespace core::meter {

static void PrintTo(const Template& kind, std::ostream* out) {
  *out << kind.name;
}

namespace {

using namespace samples;
using testing::HasSubstr;

/// All answers of a round at once, asked for what the given question tells.
Meaning meaning(const Template& kind, const std::vector<std::string>& answers, std::uint8_t question = 0) {
  Heard heard(kind.questions.size());
  for (std::size_t i = 0; i < answers.size(); ++i) {
    auto content = read(kind, static_cast<std::uint8_t>(i), answers[i]);
    if (content) heard[i] = *std::move(content);
    else ADD_FAILURE() << content.error().text;
  }
  return understand(kind, heard, question);
}

/// In the measurand's unit; NaN when it is not there.
double got(const Meaning& meaning, Measurand what) {
  const Amount* amount = core::find(meaning.amounts, what);
  return amount == nullptr ? std::nan("") : number_of(*amount);
}

/// A kind with one question and one number.
Template one(Expression expression, Measurand what = Measurand::grid, Form form = Form::json) {
  return kind("one", form, {"q"}, {gives(what, std::move(expression))}, {});
}

// --- Devices --------------------------------------------------------------------------------------------------------

class Devices : public testing::TestWithParam<Template> {};

TEST_P(Devices, answer_what_their_proofs_say) {
  const Template& kind = GetParam();
  ASSERT_FALSE(kind.proofs.empty());
  for (const Proof& proof : kind.proofs) {
    Heard heard(kind.questions.size());
    heard.now = proof.at.value_or(base::WallTime{});
    std::map<Measurand, std::int64_t> told;
    for (std::size_t i = 0; i < kind.questions.size(); ++i) {
      auto content = read(kind, static_cast<std::uint8_t>(i), proof.answers.at(kind.questions[i].name));
      ASSERT_TRUE(content) << content.error().text;
      heard[i] = *std::move(content);
      const Meaning meaning = understand(kind, heard, static_cast<std::uint8_t>(i));
      EXPECT_TRUE(meaning.valid);
      EXPECT_EQ(meaning.trouble, "");
      for (const Amount& each : meaning.amounts)
        EXPECT_TRUE(told.emplace(each.what, each.grains).second) << word_of(each.what) << " twice";
    }
    std::map<Measurand, std::int64_t> expected;
    for (const auto& [what, number] : proof.means) expected[what] = plausible(what, number).value();
    EXPECT_EQ(told, expected);
  }
}

INSTANTIATE_TEST_SUITE_P(Kinds, Devices, testing::ValuesIn(samples::all()), [](const auto& each) {
  std::string name = each.param.name;
  std::replace(name.begin(), name.end(), '-', '_');
  return name;
});

TEST(Understand, an_answer_that_says_it_is_none_gives_nothing_and_says_why) {
  const auto booting = meaning(solarlog(), {R"({"801":{"170":{"100":"01.01.99 00:00:00","101":0,"110":0}}})"});
  EXPECT_FALSE(booting.valid);
  EXPECT_TRUE(booting.amounts.empty());
  EXPECT_EQ(booting.trouble, "the Solar-Log is starting");
  const auto failed =
      meaning(fronius(), {R"({"Body":{"Data":{"Site":{"P_PV":100}}},"Head":{"Status":{"Code":7,"Reason":"x"}}})"});
  EXPECT_FALSE(failed.valid);
  EXPECT_TRUE(failed.amounts.empty());
  EXPECT_EQ(failed.trouble, "flow /Head/Status/Code: \"7\"");
  EXPECT_EQ(meaning(fronius(), {"{}"}).trouble, "flow /Head/Status/Code: nothing");
}

TEST(Understand, words_where_a_number_should_be_are_trouble_and_cost_only_that_number) {
  const auto denied =
      meaning(solarlog(), {R"({"801":{"170":{"100":"14.07.26 13:15:45","101":"ACCESS DENIED","110":3190}}})"});
  EXPECT_TRUE(denied.valid);
  EXPECT_EQ(denied.trouble, "live /801/170/101: \"ACCESS DENIED\" is no number");
  EXPECT_EQ(got(denied, load), 3190);
  EXPECT_TRUE(std::isnan(got(denied, solar)));
  EXPECT_TRUE(std::isnan(got(denied, grid))) << "a sum with a part in trouble is in trouble";
  EXPECT_EQ(meaning(one(pick("/a")), {R"({"a":[1]})"}).trouble, "q /a: a list is no number");
  EXPECT_EQ(meaning(one(pick("/a")), {R"({"a":{"b":1}})"}).trouble, "q /a: several things is no number");
  EXPECT_EQ(meaning(one(pick(""), grid, Form::text), {"<html><body>Forbidden</body></html>"}).trouble,
            "q: a web page is no number");
}

TEST(Understand, a_mode_that_nobody_compares_with_is_unknown_and_no_trouble) {
  EXPECT_EQ(got(meaning(one(pick("/a"), mode), {R"({"a":"backup"})"}), mode), 2);
  const auto other = meaning(one(pick("/a"), mode), {R"({"a":"site_control"})"});
  EXPECT_EQ(other.trouble, "");
  EXPECT_TRUE(std::isnan(got(other, mode)));
}

TEST(Understand, a_number_that_no_house_has_is_trouble) {
  const auto absurd =
      meaning(sonnen(), {R"({"Consumption_W":1e9,"Production_W":-20,"GridFeedIn_W":0,"Pac_total_W":0,"USOC":101})"});
  EXPECT_EQ(absurd.trouble, "1000000000 for load is not believed");
  EXPECT_EQ(got(absurd, solar), 0) << "an inverter's own need at night";
  EXPECT_TRUE(std::isnan(got(absurd, soc)));
}

TEST(Understand, what_was_calculated_may_miss_the_end_of_a_range_by_a_rounding) {
  EXPECT_EQ(plausible(soc, -1e-15), 0);
  EXPECT_EQ(plausible(soc, 100.04), 1000);
  EXPECT_EQ(plausible(soc, 100.06), std::nullopt);
  EXPECT_EQ(plausible(voltage_l1, 1e-9), 0);
  EXPECT_EQ(plausible(voltage_l1, 12), std::nullopt);
  EXPECT_EQ(plausible(solar, -50), 0);
  EXPECT_EQ(plausible(solar, -51), std::nullopt);
  EXPECT_EQ(plausible(grid, std::nan("")), std::nullopt);
  EXPECT_EQ(plausible(grid, -100e3), -100'000'000);
  EXPECT_EQ(plausible(grid, HUGE_VAL), std::nullopt);
}

TEST(Understand, numbers_come_with_the_last_answer_they_need) {
  auto made = kind(
      "two", Form::json, {"a", "b"},
      {gives(solar, pick("", 0)), gives(load, pick("", 1)), gives(grid, sum({pick("", 1), minus(pick("", 0))}))}, {});
  Heard heard(2);
  heard[0] = read(Form::json, "500").value();
  EXPECT_EQ(understand(made, heard, 0).amounts.size(), 1U);
  heard[1] = read(Form::json, "700").value();
  const auto second = understand(made, heard, 1);
  EXPECT_EQ(second.amounts.size(), 2U);
  EXPECT_EQ(got(second, grid), 200);
  EXPECT_EQ(understand(made, Heard(2), 0).amounts.size(), 0U);
  EXPECT_EQ(understand(made, Heard{}, 7).amounts.size(), 0U);

  made.valid = {{meter::Test{0, path(""), {"500"}, true}, "no"}};
  const auto after_refusal = understand(made, heard, 1);
  EXPECT_TRUE(after_refusal.valid) << "it was the other answer that said so";
  EXPECT_EQ(after_refusal.amounts.size(), 1U) << "and what needs that is not known";
}

// --- Expressions ----------------------------------------------------------------------------------------------------

TEST(Expression, scales_then_adds_then_drops_the_sign_then_turns_it) {
  auto all = pick("");
  all.scale = 2;
  all.offset = -100;
  EXPECT_EQ(got(meaning(one(all), {"20"}), grid), -60);
  all.absolute = true;
  EXPECT_EQ(got(meaning(one(all), {"20"}), grid), 60);
  all.minus = true;
  EXPECT_EQ(got(meaning(one(all), {"20"}), grid), -60);
  all.minus_when = test("", {"20"});
  EXPECT_EQ(got(meaning(one(all), {"20"}), grid), 60) << "minus twice";
}

TEST(Expression, sums_know_nothing_when_a_part_is_missing_unless_that_means_zero) {
  const auto body = R"({"a":5,"b":null})";
  EXPECT_TRUE(std::isnan(got(meaning(one(sum({pick("/a"), pick("/b")})), {body}), grid)));
  EXPECT_TRUE(std::isnan(got(meaning(one(sum({pick("/a"), pick("/c")})), {body}), grid)));
  EXPECT_EQ(got(meaning(one(sum({pick("/a"), or_zero(pick("/b")), or_zero(pick("/c"))})), {body}), grid), 5);
  EXPECT_EQ(got(meaning(one(or_zero(sum({pick("/a"), pick("/b")}))), {body}), grid), 0);
}

TEST(Expression, means_are_of_what_is_there) {
  EXPECT_EQ(got(meaning(one(mean({pick("/0"), pick("/1"), pick("/2")})), {"[10,null,20]"}), grid), 15);
  EXPECT_TRUE(std::isnan(got(meaning(one(mean({pick("/0"), pick("/1")})), {"[null]"}), grid)));
  EXPECT_EQ(meaning(one(mean({pick("/0"), pick("/1")})), {"[1,\"x\"]"}).trouble, "q /1: \"x\" is no number");
}

TEST(Expression, the_first_that_is_there_is_taken) {
  const auto first = one(first_of({pick("/0"), pick("/1"), pick("/2")}));
  EXPECT_EQ(got(meaning(first, {"[null,7,8]"}), grid), 7);
  const auto after_trouble = meaning(first, {"[\"x\",7]"});
  EXPECT_EQ(got(after_trouble, grid), 7);
  EXPECT_EQ(after_trouble.trouble, "");
  EXPECT_EQ(meaning(first, {"[\"x\"]"}).trouble, "q /0: \"x\" is no number");
  EXPECT_EQ(meaning(first, {"[]"}).trouble, "");
}

TEST(Expression, counts_only_when_its_test_holds) {
  const auto only = or_zero(when(test("/ok", {"true", "yes"}), pick("/a")));
  EXPECT_EQ(got(meaning(one(only), {R"({"ok":true,"a":5})"}), grid), 5);
  EXPECT_EQ(got(meaning(one(only), {R"({"ok":"yes","a":5})"}), grid), 5);
  EXPECT_TRUE(std::isnan(got(meaning(one(only), {R"({"ok":false,"a":5})"}), grid)));
  EXPECT_TRUE(std::isnan(got(meaning(one(only), {R"({"a":5})"}), grid)));
}

TEST(Expression, tests_may_ask_whether_there_is_anything) {
  const auto only = one(when(test("/x"), pick("/a")));
  for (const auto* there : {"0", "\"w\"", "false", "[1]", "{\"y\":null}"})
    EXPECT_EQ(got(meaning(only, {"{\"a\":5,\"x\":" + std::string(there) + "}"}), grid), 5) << there;
  for (const auto* not_there : {"null", "\"\"", "[]", "{}", "\"unknown\""})
    EXPECT_TRUE(std::isnan(got(meaning(only, {"{\"a\":5,\"x\":" + std::string(not_there) + "}"}), grid))) << not_there;
  auto none = test("/x");
  none.negated = true;
  EXPECT_EQ(got(meaning(one(when(none, pick("/a"))), {R"({"a":5})"}), grid), 5);
}

TEST(Expression, takes_its_unit_from_the_answer_then_from_the_file) {
  const auto power = one(in("kW", unit_at("/u", pick("/p"))));
  EXPECT_EQ(got(meaning(power, {R"({"p":"1.5","u":"mW"})"}), grid), 0.002) << "to the milliwatt";
  EXPECT_EQ(got(meaning(power, {R"({"p":1.5,"u":null})"}), grid), 1500);
  EXPECT_EQ(got(meaning(power, {R"({"p":"1.5 W","u":"mW"})"}), grid), 1.5);
  EXPECT_EQ(meaning(power, {R"({"p":1.5,"u":"PF"})"}).trouble, "q /p: \"PF\" is no unit of it");
}

Expression worded(std::vector<std::pair<std::string, double>> words, std::string_view at = "/a") {
  Expression out = pick(at);
  out.words = std::move(words);
  return out;
}

TEST(Expression, words_mean_numbers_and_others_nothing) {
  const auto state = one(worded({{"OnGrid", 1}, {"OffGrid", 0}, {"2", 1}}), online);
  EXPECT_EQ(got(meaning(state, {R"({"a":"OnGrid"})"}), online), 1);
  EXPECT_EQ(got(meaning(state, {R"({"a":" OffGrid "})"}), online), 0);
  EXPECT_EQ(got(meaning(state, {R"({"a":2.0})"}), online), 1) << "a word may be a number, however it is written";
  for (const auto* other : {"\"ongrid\"", "\"Transition\"", "null", "true", "\"\"", "[1]"}) {
    const auto none = meaning(state, {"{\"a\":" + std::string(other) + "}"});
    EXPECT_TRUE(none.amounts.empty()) << other;
    EXPECT_EQ(none.trouble.empty(), std::string(other) != "[1]") << other;
  }
}

TEST(Expression, a_word_may_stand_before_a_number) {
  const auto kept = one(first_of({worded({{"backup", 96}}, "/mode"), pick("/percent")}), reserve);
  EXPECT_EQ(got(meaning(kept, {R"({"mode":"backup","percent":24})"}), reserve), 96);
  EXPECT_EQ(got(meaning(kept, {R"({"mode":"self_consumption","percent":24})"}), reserve), 24);
  EXPECT_EQ(got(meaning(kept, {R"({"percent":24})"}), reserve), 24);
}

TEST(Expression, a_word_that_is_not_named_can_be_zero) {
  EXPECT_EQ(got(meaning(one(or_zero(worded({{"running", 400}}))), {R"({"a":"idle"})"}), grid), 0);
}

TEST(Expression, an_unsigned_current_takes_the_sign_of_its_phase) {
  auto made = kind("em", Form::json, {"q"}, {gives(current_l1, pick("/i")), gives(grid_l1, pick("/p"))}, {});
  made.gives[0].signed_like = grid_l1;
  EXPECT_EQ(got(meaning(made, {R"({"i":5.2,"p":-1180})"}), current_l1), -5.2);
  EXPECT_EQ(got(meaning(made, {R"({"i":-5.2,"p":1180})"}), current_l1), 5.2);
  EXPECT_EQ(got(meaning(made, {R"({"i":5.2,"p":0})"}), current_l1), 5.2);
  EXPECT_TRUE(std::isnan(got(meaning(made, {R"({"i":5.2,"p":null})"}), current_l1)))
      << "without a sign it is not known";
  made.gives[1].signed_like = current_l1;
  EXPECT_EQ(meaning(made, {R"({"i":5.2,"p":-1180})"}).amounts.size(), 0U) << "in a circle there is no sign";
}

TEST(Text, numbers_are_found_behind_words) {
  const auto behind = [](std::vector<std::string> words) {
    return one(pick(Place{After{std::move(words)}}), grid, Form::text);
  };
  EXPECT_EQ(got(meaning(behind({"Power"}), {"Voltage 230 V\nPower: 1.5 kW today"}), grid), 1500);
  EXPECT_EQ(got(meaning(behind({"L2", "P"}), {"L1 P=1 L2 V=2 P=3 L3 P=4"}), grid), 3);
  EXPECT_EQ(got(meaning(behind({"now"}), {"now 12 and then"}), grid), 12) << "words behind are no units";
  EXPECT_EQ(meaning(behind({"now"}), {"now 12 kWh"}).trouble, "q \"now\": \"12 kWh\" has a unit of something else");
  EXPECT_EQ(meaning(behind({"now"}), {"now ---\r\n"}).trouble, "");
  EXPECT_EQ(meaning(behind({"now"}), {"now x x x\r\n7"}).trouble, "q \"now\": \"x x x\" is no number");
  EXPECT_EQ(meaning(behind({"later"}), {"now 12"}).amounts.size(), 0U);
}

TEST(Text, empty_is_no_number_and_no_trouble) {
  const auto empty = meaning(openhab(), {"", "7 W"});
  EXPECT_TRUE(empty.amounts.empty());
  EXPECT_EQ(empty.trouble, "");
}

// --- Reading and learning -------------------------------------------------------------------------------------------

TEST(Read, says_what_was_got_instead) {
  EXPECT_EQ(read(Form::json, "<html>").error().text, "a web page instead of JSON");
  EXPECT_EQ(read(Form::xml, "").error().text, "nothing instead of XML");
  EXPECT_EQ(read(Form::lenient_json, "{").error().text, "JSON that ends too early");
}

TEST(Read, finds_out_what_stands_between_values) {
  for (const auto* text : {"a,1\nb,2", "a;1\nb;2", "a\t1\nb\t2"})
    EXPECT_EQ(got(meaning(one(pick("/[0=b]/1"), grid, Form::csv), {text}), grid), 2) << text;
}

TEST(Learn, takes_what_later_questions_need) {
  Template made = kind("session", Form::json, {"login", "token"}, {}, {});
  made.learns = {{"session", 0, path("/session_id"), true},
                 {"serial", 0, path("/serial"), false},
                 {"none", 0, path("/none"), false},
                 {"jwt", 1, path(""), true}};
  const auto first = learn(made, read(Form::json, R"({"session_id":"abc","serial":122,"none":null})").value(), 0);
  EXPECT_EQ(first, (Options{{"session", "abc"}, {"serial", "122"}}));
  EXPECT_EQ(learn(made, read(Form::text, "eyJ0.eyJl.sig\r\n").value(), 1), (Options{{"jwt", "eyJ0.eyJl.sig"}}));
}

TEST(Learn, takes_nothing_that_would_break_a_header) {
  Template made = kind("session", Form::text, {"login"}, {}, {});
  made.learns = {{"token", 0, path(""), true}};
  EXPECT_TRUE(learn(made, Content{std::string("abc\r\nX-Evil: 1")}, 0).empty());
  EXPECT_TRUE(learn(made, Content{std::string(8193, 'x')}, 0).empty());
  EXPECT_TRUE(learn(made, Content{std::string()}, 0).empty());
}

RC_GTEST_PROP(Understand, any_bytes_give_amounts_a_house_can_have_or_none, (const std::string& bytes)) {
  static const std::vector<Template> kinds = samples::all();
  const Template& kind = *rc::gen::elementOf(kinds);
  Heard heard(kind.questions.size());
  for (std::size_t i = 0; i < heard.size(); ++i) {
    if (auto content = read(kind, static_cast<std::uint8_t>(i), bytes)) heard[i] = *std::move(content);
  }
  for (const Amount& each : understand(kind, heard, 0).amounts)
    RC_ASSERT(plausible(each.what, number_of(each)) == each.grains);
}

}  // namespace
}  // namespace core::meter
