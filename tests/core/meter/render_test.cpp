// Templates run backwards: answers that mean what a meter shall show.
#include "core/meter/render.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <algorithm>
#include <cmath>

#include "core/meter/fill.hpp"
#include "core/meter/samples.hpp"
#include "core/meter/understand.hpp"

namespace core::meter {

namespace {

using namespace samples;
using testing::HasSubstr;

std::map<Measurand, std::int64_t> meaning(const Template& kind, const Bodies& bodies) {
  Heard heard(kind.questions.size());
  std::map<Measurand, std::int64_t> told;
  for (std::size_t i = 0; i < kind.questions.size(); ++i) {
    auto content = read(kind, static_cast<std::uint8_t>(i), bodies.at(kind.questions[i].name));
    if (!content) return {};
    heard[i] = *std::move(content);
    for (const Amount& each : understand(kind, heard, static_cast<std::uint8_t>(i)).amounts)
      told[each.what] = each.grains;
  }
  return told;
}

std::string text_of(const base::Result<Bodies>& bodies, const std::string& question) {
  return bodies ? bodies->at(question) : bodies.error().text;
}

Template one(Expression expression, std::string answer, Measurand what = grid, Form form = Form::json) {
  return kind("one", form, {"q"}, {gives(what, std::move(expression))},
              {proof({{"q", std::move(answer)}}, {{what, 1}})});
}

/// What one number is rendered to.
std::string shown(const Template& kind, double number, Measurand what = grid) {
  return text_of(render(kind, {}, {{what, number}}), "q");
}

// --- Numbers in their places ----------------------------------------------------------------------------------------

TEST(Render, writes_numbers_where_they_are_read_and_nothing_else) {
  const auto bodies = render(solarlog(), {}, {{solar, 100}, {load, 350.5}, {grid, 250.5}});
  EXPECT_EQ(text_of(bodies, "live"),
            R"({"801":{"170":{"100":"14.07.26 13:15:45","101":100,"102":5402,"103":231,"110":350.5,"116":9880}}})");
}

TEST(Render, leaves_an_answer_as_it_is_when_nothing_changes) {
  const std::string spaced = "{ \"a\" : 5.0,\n \"b\":[ ] }";
  EXPECT_EQ(shown(one(pick("/a"), spaced), 5), "{\"a\":5,\"b\":[]}") << "a number was written";
  const auto nothing_to_show = render(one(pick("/a"), spaced), {}, {{solar, 7}});
  EXPECT_EQ(text_of(nothing_to_show, "q"), spaced);
}

TEST(Render, keeps_the_unit_that_stands_there) {
  EXPECT_EQ(text_of(render(openhab(), {}, {{load, 350}, {solar, 12.5}}), "consumption"), "0.35 kW");
  EXPECT_EQ(text_of(render(openhab(), {}, {{load, 350}, {solar, 12.5}}), "generation"), "12.5 W");
  EXPECT_EQ(shown(one(unit_at("/u", pick("/p")), R"({"p":"7","u":"mW"})"), -1.5), R"({"p":"-1500","u":"mW"})");
  EXPECT_EQ(shown(one(in("kW", pick("/p")), R"({"p":7})"), -1.5), R"({"p":-0.0015})");
}

TEST(Render, writes_numbers_where_the_pattern_has_none) {
  EXPECT_EQ(shown(one(pick("/a/b"), R"({"a":{"b":null}})"), 5), R"({"a":{"b":5}})");
  EXPECT_EQ(shown(one(pick("/a/b"), R"({"a":{}})"), 5), R"({"a":{"b":5}})");
  EXPECT_EQ(shown(one(pick("/0/[n=2]/v"), R"([[{"n":1,"v":7}]])"), 5), R"([[{"n":1,"v":7},{"n":2,"v":5}]])");
  EXPECT_EQ(shown(one(pick("/[t~x,n>1,a!=b,least k]/v"), "[]"), 5), R"([{"t":"x","n":2,"k":0,"v":5}])");
  EXPECT_EQ(shown(one(pick("/[t=x,n>0]/v"), R"([{"t":"x","n":0,"v":7}])"), 5), R"([{"t":"x","n":1,"v":5}])")
      << "it was only not active";
  EXPECT_EQ(shown(one(pick("/a"), R"({"a":"UNDEF"})"), 5), R"({"a":"5"})");
  EXPECT_EQ(shown(one(pick("/r/a"), "<r><a/></r>", grid, Form::xml), 5),
            R"(<?xml version="1.0" encoding="UTF-8"?><r><a>5</a></r>)");
  EXPECT_EQ(shown(one(pick(""), "NULL", grid, Form::text), 5), "5");
}

TEST(Render, leaves_nothing_where_that_means_the_zero_to_show) {
  const auto night = fronius().proofs[1];
  const auto bodies = render(fronius(), {}, {{solar, 0}, {grid, 300}}, night);
  EXPECT_THAT(text_of(bodies, "flow"), HasSubstr("\"P_PV\":null"));
  EXPECT_THAT(text_of(render(fronius(), {}, {{solar, 20}}, night), "flow"), HasSubstr("\"P_PV\":20"));
}

TEST(Render, turns_scale_offset_and_signs_around) {
  auto all = pick("/a");
  all.scale = 2;
  all.offset = -100;
  all.minus = true;
  EXPECT_EQ(shown(one(all, R"({"a":0})"), -60), R"({"a":80})");
  EXPECT_THAT(text_of(render(averages(), {}, {{soc, 44.42}}), "all"), HasSubstr(R"("percentage":47.199)"));
}

TEST(Render, writes_an_amount_with_the_sign_a_device_gives_it) {
  EXPECT_THAT(text_of(render(ted(), {}, {{solar, 500}}), "export"),
              HasSubstr("Solar,07/14/2026 13:15:44,-0.5,-0.37,121.6"));
}

TEST(Render, keeps_what_stands_between_cells) {
  const auto semicolons = one(pick("/[0=b]/1"), "a;1;x,y\nb;2;\"p;q\"\n", grid, Form::csv);
  EXPECT_EQ(shown(semicolons, 9), "a;1;x,y\r\nb;9;\"p;q\"\r\n");
}

TEST(Render, replaces_numbers_in_texts) {
  const auto bodies = render(telegram(), {}, {{grid, 1500}, {grid_l1, -250}, {voltage_l1, 231.5}});
  const std::string body = text_of(bodies, "telegram");
  EXPECT_THAT(body, HasSubstr("1-0:1.7.0(1.5*kW)\r\n1-0:2.7.0(0*kW)\r\n1-0:32.7.0(231.5*V)\r\n1-0:21.7.0(0*kW)\r\n1-0:"
                              "22.7.0(0.25*kW)\r\n"));
  EXPECT_THAT(text_of(render(old_piko(), {}, {{solar, 77.5}}), "page"), HasSubstr("\n 77,5</td><td>W</td>"));
}

TEST(Render, says_truths_as_the_device_does) {
  EXPECT_THAT(text_of(render(averages(), {}, {{online, 0}}, averages().proofs[0]), "all"),
              HasSubstr("\"connected\":false"));
  EXPECT_THAT(text_of(render(averages(), {}, {{online, 1}}, averages().proofs[1]), "all"),
              HasSubstr("\"connected\":\"on\""));
}

TEST(Render, says_modes_in_their_own_words_or_those_of_the_device) {
  EXPECT_EQ(shown(one(pick("/a"), R"({"a":"backup"})", mode), 1, mode), R"({"a":"self_consumption"})");
  EXPECT_EQ(shown(one(pick("/a"), R"({"a":"backup"})", mode), 4, mode), "4 is no mode of a battery");
  auto numbered = pick("/a");
  numbered.words = {{"2", 1}, {"10", 3}};
  EXPECT_EQ(shown(one(numbered, R"({"a":2})", mode), 3, mode), R"({"a":10})");
}

TEST(Render, says_the_word_that_means_it) {
  auto state = pick("/a");
  state.words = {{"OnGrid", 1}, {"OffGrid", 0}};
  const Template words = one(state, R"({"a":"OnGrid"})", online);
  EXPECT_EQ(shown(words, 0, online), R"({"a":"OffGrid"})");
  EXPECT_EQ(shown(words, 1, online), R"({"a":"OnGrid"})");
  EXPECT_EQ(shown(one(state, "{}", online), 1, online), R"({"a":"OnGrid"})");
  auto numbered = pick("/a");
  numbered.words = {{"2", 1}, {"1", 0}};
  EXPECT_EQ(shown(one(numbered, R"({"a":2})", online), 0, online), R"({"a":1})");
  auto mode = pick("/mode");
  mode.words = {{"backup", 96}};
  const Template kept = one(first_of({mode, pick("/percent")}), R"({"mode":"eco","percent":24})", reserve);
  EXPECT_EQ(shown(kept, 50, reserve), R"({"mode":"eco","percent":50})");
  EXPECT_EQ(shown(one(mode, R"({"mode":"eco"})", reserve), 50, reserve), "no word there means 50");
}

TEST(Render, packs_numbers_as_the_device_does) {
  EXPECT_EQ(shown(one(pick("/a"), R"({"a":"fl_42780000"})"), -1234.5), R"({"a":"fl_C49A5000"})");
  EXPECT_EQ(shown(one(pick("/a"), R"({"a":"u1_0029"})", soc), 62, soc), R"({"a":"u1_003E"})");
  EXPECT_EQ(shown(one(pick("/a"), R"({"a":"i1_0000"})"), -20.4), R"({"a":"i1_FFEC"})");
  EXPECT_EQ(shown(one(pick("/a"), R"({"a":"u1_0029"})"), -20), "grid would be taken for 0");
  EXPECT_EQ(shown(one(pick("/a"), R"({"a":"fl_00000000"})"), 98765.432), R"({"a":"fl_47C0E6B7"})");
}

// --- Several places for one number ----------------------------------------------------------------------------------

TEST(Render, gives_a_sum_to_import_or_export) {
  const auto both = one(sum({pick("/in"), minus(pick("/out"))}), R"({"in":5,"out":7})");
  EXPECT_EQ(shown(both, 300), R"({"in":300,"out":0})");
  EXPECT_EQ(shown(both, -300), R"({"in":0,"out":300})");
  EXPECT_EQ(shown(one(sum({pick("/0"), pick("/1")}), "[1,2]"), 300), "[150,150]");
}

TEST(Render, gives_the_rest_of_a_sum_to_what_is_not_yet_said) {
  const auto bodies = render(smartpi(), {}, {{grid, 100}, {grid_l1, -500}, {grid_l2, 350}});
  EXPECT_EQ(meaning(smartpi(), *bodies).at(grid_l3), 250'000);
}

TEST(Render, refuses_numbers_that_do_not_agree) {
  EXPECT_EQ(text_of(render(solarlog(), {}, {{solar, 100}, {load, 350}, {grid, 1}}), "live"),
            "what it is the sum of differs by -249");
  auto twice = one(pick("/a"), R"({"a":1})");
  twice.gives.push_back(gives(load, pick("/*")));
  EXPECT_EQ(text_of(render(twice, {}, {{grid, 5}, {load, 6}}), "q"), "q /* would have to be 5 and 6")
      << "two paths lead there";
  EXPECT_THAT(text_of(render(twice, {}, {{grid, 5}, {load, 5}}), "q"), R"({"a":5})");
}

TEST(Render, changes_that_of_several_which_counts) {
  EXPECT_THAT(text_of(render(enphase(), {}, {{solar, 10}}, enphase().proofs[0]), "production"),
              testing::AllOf(HasSubstr("\"wNow\":4012"), HasSubstr("\"wNow\":10,\"rmsCurrent\"")));
  EXPECT_THAT(text_of(render(enphase(), {}, {{solar, 10}}, enphase().proofs[1]), "production"),
              testing::AllOf(HasSubstr("\"wNow\":10}"), HasSubstr("\"wNow\":-3.2")));
  EXPECT_EQ(shown(one(mean({pick("/0"), pick("/1"), pick("/2")}), "[1,null,5]"), 7), "[7,null,7]");
}

// --- Tests ----------------------------------------------------------------------------------------------------------

TEST(Render, says_directions_beside_amounts) {
  const auto flow = [](double at_grid, double of_battery, std::size_t pattern) {
    return text_of(render(solaredge(), {}, {{grid, at_grid}, {battery, of_battery}}, solaredge().proofs[pattern]),
                   "flow");
  };
  EXPECT_THAT(flow(500, 600, 0),
              testing::AllOf(HasSubstr(R"("connections":[{"from":"PV","to":"Load"}])"),
                             HasSubstr(R"("currentPower":0.5)"), HasSubstr(R"("currentPower":0.6)")));
  EXPECT_THAT(flow(-500, -600, 1), testing::AllOf(HasSubstr(R"({"from":"LOAD","to":"Grid"})"),
                                                  HasSubstr(R"({"from":"PV","to":"Storage"})")));
}

TEST(Render, makes_a_phase_valid_that_shall_be_shown) {
  const auto bodies = render(shelly_3em(), {}, {{grid, 900}, {grid_l1, 300}, {grid_l2, 300}});
  EXPECT_THAT(text_of(bodies, "status"),
              HasSubstr(R"({"power":300,"pf":0.0,"current":0.01,"voltage":231.9,"is_valid":true)"));
}

TEST(Render, gives_a_current_the_sign_of_its_phase) {
  const auto made = [](const Shown& shown) { return text_of(render(shelly_3em(), {}, shown), "status"); };
  EXPECT_THAT(made({{current_l1, -4}, {grid_l1, -900}}), HasSubstr(R"({"power":-900,"pf":0.98,"current":4,)"));
  EXPECT_THAT(made({{current_l1, -4}}), HasSubstr(R"({"power":-812.4,"pf":0.98,"current":4,)")) << "the phase follows";
  EXPECT_EQ(made({{current_l1, -4}, {grid_l1, 900}}), "current_l1 would be taken for 4");
}

TEST(Render, one_test_can_turn_two_numbers) {
  Template both = kind("both", Form::json, {"q"},
                       {gives(grid, minus_when(test("/export", {"true"}), pick("/p"))),
                        gives(grid_l1, minus_when(test("/export", {"true"}), pick("/p1")))},
                       {proof({{"q", R"({"export":false,"p":1,"p1":1})"}}, {{grid, 1}})});
  EXPECT_EQ(text_of(render(both, {}, {{grid, -5}, {grid_l1, -2}}), "q"), R"({"export":true,"p":5,"p1":2})");
  EXPECT_EQ(text_of(render(both, {}, {{grid, -5}, {grid_l1, 2}}), "q"), R"({"export":true,"p":5,"p1":-2})");
}

TEST(Render, takes_words_for_a_test_from_the_proofs) {
  Template mode = one(minus_when(test("/mode", {"feeding", "selling"}), pick("/p")), R"({"mode":"selling","p":1})");
  mode.proofs.push_back(proof({{"q", R"({"mode":"buying","p":1})"}}, {{grid, 1}}));
  EXPECT_EQ(shown(mode, 5), R"({"mode":"buying","p":5})");
  EXPECT_EQ(shown(mode, -5), R"({"mode":"selling","p":5})");
  mode.proofs.pop_back();
  EXPECT_EQ(shown(mode, 5), R"({"mode":null,"p":5})") << "no proof says what else there is";
  mode.gives[0].expression.minus_when->negated = true;
  EXPECT_EQ(shown(mode, 5), R"({"mode":"selling","p":5})");
  EXPECT_EQ(shown(mode, -5), R"({"mode":null,"p":5})");
}

// --- What cannot be -------------------------------------------------------------------------------------------------

TEST(Render, says_what_cannot_be_shown) {
  auto amount = pick("/a");
  amount.absolute = true;
  EXPECT_EQ(shown(one(amount, R"({"a":1})"), -5), "what has no sign cannot be below zero");
  auto nothing = pick("/a");
  nothing.scale = 0;
  EXPECT_EQ(shown(one(nothing, R"({"a":1})"), 5), "what is scaled by zero says nothing");
  EXPECT_EQ(shown(one(pick("/a/*"), R"({"a":{}})"), 5), "q /a/*: nothing is there to take the first of");
  EXPECT_EQ(shown(one(pick("/[=b]/v"), "[]"), 5), "q /[=b]/v: nobody knows what [=b] looks like");
  EXPECT_EQ(shown(one(pick("/a"), "{"), 5), "q: JSON that ends too early");
  EXPECT_EQ(shown(one(pick("/a"), R"({"a":1})"), 1e9), "1000000000 for grid would not be believed");
  Template unproven = one(pick("/a"), "1");
  unproven.proofs.clear();
  EXPECT_EQ(shown(unproven, 5), "one has no proof to answer like");
}

TEST(Render, runs_a_program_backwards_where_that_can_be_done) {
  EXPECT_TRUE(can_show(p1_monitor(), grid_l1) && can_show(p1_monitor(), solar));
  EXPECT_EQ(text_of(render(p1_monitor(), {}, {{solar, 12.5}}), "phases"),
            R"([{"C1":410.0,"P1":0.0,"S":12.5,"CONSUMPTION_L1_W":20},{"C1":430.0,"P1":0.0,"S":12.5,"CONSUMPTION_L1_W":40}])");
  EXPECT_FALSE(can_show(p1_monitor(), load));
  EXPECT_EQ(text_of(render(p1_monitor(), {}, {{load, 5}}), "phases"), "what largest_phase works out cannot be shown");
  EXPECT_FALSE(can_show(samples::scenario(), solar));
}

TEST(Render, fills_in_options) {
  Template outputs = one(pick("/[name={output}]/value"), R"([{"name":"House","value":1}])");
  outputs.options = {{"output", Option::Type::text, true, false, "", ""}};
  outputs.proofs[0].options = {{"output", "House"}};
  EXPECT_EQ(text_of(render(outputs, {}, {{grid, 5}}), "q"), R"([{"name":"House","value":5}])");
  EXPECT_EQ(text_of(render(outputs, {{"output", "Solar"}}, {{grid, 5}}), "q"),
            R"([{"name":"House","value":1},{"name":"Solar","value":5}])");
  Template others = outputs;
  others.valid = {{test("/{output}", {"{output}"}), ""}};
  others.gives[0].expression = pick(Place{After{{"{output}="}}});
  const Template ours = fill(others, {{"output", "X"}}).kind;
  EXPECT_EQ(ours.valid[0].test, test("/X", {"X"}));
  EXPECT_EQ(std::get<After>(ours.gives[0].expression.at).words, std::vector<std::string>{"X="});
}

// --- Whatever the house does ----------------------------------------------------------------------------------------

double any(int least, int most, double grain) {
  return static_cast<double>(*rc::gen::inRange(static_cast<int>(least / grain), static_cast<int>(most / grain) + 1)) *
         grain;
}

/// Numbers of one moment that agree with each other.
Shown any_house() {
  Shown house;
  house[grid_l1] = any(-9000, 9000, 0.001);
  house[grid_l2] = any(-9000, 9000, 0.001);
  house[grid_l3] = any(-9000, 9000, 0.001);
  house[grid] = house[grid_l1] + house[grid_l2] + house[grid_l3];
  house[solar] = std::max(0.0, -house[grid]) + any(0, 9000, 0.001);
  house[load] = house[grid] + house[solar];
  house[battery] = any(-9000, 9000, 0.001);
  house[current_l1] = std::copysign(any(0, 40, 0.01), house[grid_l1]);
  house[current_l2] = std::copysign(any(0, 40, 0.01), house[grid_l2]);
  house[voltage_l1] = any(200, 250, 0.1);
  house[frequency] = any(49, 51, 0.001);
  house[soc] = any(0, 100, 0.1);
  house[imported] = any(0, 90'000'000, 1);
  house[produced] = any(0, 90'000'000, 1);
  house[online] = *rc::gen::inRange(0, 2);
  house[storm] = *rc::gen::inRange(0, 2);
  house[mode] = *rc::gen::inRange(1, 4);
  return house;
}

RC_GTEST_PROP(Render, means_again_what_was_shown, ()) {
  static const std::vector<Template> kinds = samples::all();
  const Template& kind = *rc::gen::elementOf(kinds);
  const Proof& pattern = *rc::gen::elementOf(kind.proofs);
  Shown some = any_house();
  if (*rc::gen::arbitrary<bool>()) some.erase(*rc::gen::element(grid, solar, load, grid_l2, battery));
  if (some.count(grid_l2) == 0) some.erase(current_l2);  // its sign would have to be guessed
  for (const Gives& each : kind.gives) {
    if (!can_show(kind, each.what)) some.erase(each.what);
  }
  RC_LOG() << kind.name << "\n";
  const auto bodies = render(kind, {}, some, pattern);
  if (!bodies) RC_FAIL(bodies.error().text);
  const auto told = meaning(kind, *bodies);
  for (const Gives& each : kind.gives) {
    if (some.count(each.what) == 0) continue;
    RC_ASSERT(told.count(each.what) == 1U);
    RC_ASSERT(std::llabs(told.at(each.what) - *plausible(each.what, some.at(each.what))) <= 1);
  }
}

/// What is a multiple of ten watts, of a whole volt and percent, every device can write.
RC_GTEST_PROP(Render, means_again_what_was_shown_in_registers_and_telegrams, ()) {
  static const std::vector<Template> kinds = samples::in_other_forms();
  const Template& kind = *rc::gen::elementOf(kinds);
  const Shown some{{grid, any(-900, 900, 1) * 10}, {grid_l1, any(-900, 900, 1) * 10}, {battery, any(-900, 900, 1) * 10},
                   {soc, any(0, 100, 1)}, {voltage_l1, any(200, 250, 1)}};
  RC_LOG() << kind.name << "\n";
  const auto bodies = render(kind, {}, some);
  if (!bodies) RC_FAIL(bodies.error().text);
  for (const auto& [what, grains] : meaning(kind, *bodies)) RC_ASSERT(grains == *plausible(what, some.at(what)));
}

TEST(Render, writes_the_nearest_whole_number_where_a_device_has_no_others) {
  const auto bodies = render(samples::sungrow(), {}, {{grid, -1234.6}, {soc, 40.04}});
  ASSERT_TRUE(bodies) << bodies.error().text;
  const auto told = meaning(samples::sungrow(), *bodies);
  EXPECT_EQ(told.at(grid), -1'235'000);
  EXPECT_EQ(told.at(soc), 400);
}

}  // namespace
}  // namespace core::meter
