// A meter's file: what is right about it is understood, and everything that is wrong is said where it stands.
#include "app/meters/template_file.hpp"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <fstream>
#include <iterator>
#include <set>

#include "app/config/dialect.hpp"
#include "app/meters/prove.hpp"
#include "app/meters/sample.hpp"
#include "app/meters/words.hpp"
#include "core/meter/fill.hpp"
#include "core/meter/path.hpp"

namespace app::meters {
namespace {

using core::Measurand;
using core::meter::HttpQuestion;
using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

std::string all_of(const Findings& findings) {
  std::string text;
  for (const Finding& each : findings) text += words(each) + '\n';
  return text;
}

TemplateFile read(std::string_view text) {
  return read_template(text, "meters/sample.yaml");
}

/// The sample with one piece of it replaced.
std::string with(std::string_view from, std::string_view to) {
  std::string text{sample};
  const std::size_t at = text.find(from);
  EXPECT_NE(at, std::string::npos) << from;
  return at == std::string::npos ? text : text.replace(at, from.size(), to);
}

/// What is found when one piece of the sample is replaced; one line each.
std::string found(std::string_view from, std::string_view to) {
  return all_of(read(with(from, to)).findings);
}

std::vector<std::string> lines_of(std::string_view text) {
  std::vector<std::string> lines;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    lines.emplace_back(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return lines;
}

std::string joined(const std::vector<std::string>& lines) {
  std::string text;
  for (const std::string& each : lines) text += each + '\n';
  return text;
}

// --- What is right ---------------------------------------------------------------------------------------------------

TEST(TemplateFile, that_uses_every_word_is_read_without_findings) {
  const TemplateFile file = read(sample);
  ASSERT_EQ(all_of(file.findings), "");
  const core::meter::Template& kind = file.kind;
  EXPECT_EQ(kind.name, "sample");
  EXPECT_EQ(kind.every, std::chrono::seconds{15});
  EXPECT_EQ(kind.most_a_day, 300);
  EXPECT_TRUE(kind.one_by_one && kind.cloud);
  ASSERT_EQ(kind.options.size(), 7U);
  EXPECT_EQ(kind.options[1].type, core::meter::Option::Type::port);
  EXPECT_EQ(kind.options[1].fallback, "80");
  EXPECT_TRUE(kind.options[3].secret);
  EXPECT_EQ(kind.options[4].yes, "https");
  EXPECT_TRUE(kind.options[5].required);
  ASSERT_EQ(kind.questions.size(), 3U);
  EXPECT_EQ(std::get<HttpQuestion>(kind.questions[0].what).verb, HttpQuestion::Verb::post);
  EXPECT_EQ(std::get<HttpQuestion>(kind.questions[0].what).trust, core::meter::Trust::authorities) << "it says so itself";
  EXPECT_EQ(std::get<HttpQuestion>(kind.questions[1].what).trust, core::meter::Trust::first_seen);
  EXPECT_EQ(kind.questions[2].form, core::meter::Form::text);
  EXPECT_EQ(kind.access.kind, core::meter::Access::Kind::session);
  EXPECT_THAT(kind.access.questions, ElementsAre(0));
  EXPECT_EQ(kind.access.ends_with, "token");
  ASSERT_EQ(kind.gives.size(), 6U);
  const core::meter::Expression& solar = kind.gives[0].expression;
  EXPECT_EQ(solar.question, 1);
  EXPECT_EQ(solar.unit, "kW");
  EXPECT_TRUE(solar.nothing_is_zero);
  EXPECT_EQ(std::get<core::meter::Path>(solar.at), core::meter::read_path("/p/solar").value());
  EXPECT_EQ(kind.gives[1].expression.of[1].scale_option, "factor");
  EXPECT_EQ(kind.gives[1].expression.of[1].offset, 2.5);
  EXPECT_EQ(kind.gives[2].expression.minus_when->is, std::vector<std::string>{"out"});
  EXPECT_TRUE(kind.gives[2].expression.only_when->negated);
  EXPECT_EQ(std::get<core::meter::Path>(kind.gives[3].expression.of[1].at), core::meter::read_path("/b/1").value());
  EXPECT_TRUE(kind.gives[4].extra);
  EXPECT_EQ(kind.gives[5].signed_like, Measurand::grid);
  EXPECT_EQ(kind.valid[0].says, "It is not ready.");
  EXPECT_EQ(kind.stamps[0].believed, std::chrono::minutes{2});
  EXPECT_EQ(kind.legacy[0].options[0], (std::pair<std::string, std::string>{"host", "serverIP"}));
  EXPECT_TRUE(kind.proofs[1].fault);
}

TEST(TemplateFile, proves_itself_and_sees_a_proof_that_does_not_hold) {
  const TemplateFile file = read(sample);
  for (const auto& proof : file.kind.proofs) EXPECT_THAT(prove(file.kind, proof).differences, IsEmpty()) << proof.line;
  const TemplateFile lying = read(with("solar: 3200 W", "solar: 3201 W"));
  ASSERT_EQ(all_of(lying.findings), "");
  EXPECT_THAT(prove(lying.kind, lying.kind.proofs[0]).differences,
              ElementsAre("solar should be 3201 W, and is 3200 W"));
  core::meter::Proof proof = file.kind.proofs[0];
  proof.means.erase(proof.means.begin() + 3);
  EXPECT_THAT(prove(file.kind, proof).differences, ElementsAre("battery is -150 W, and the proof does not say so"));
  proof = file.kind.proofs[0];
  proof.fault = true;
  EXPECT_THAT(prove(file.kind, proof).differences, ElementsAre("this should be a fault, and is none"));
  proof = file.kind.proofs[1];
  proof.fault = false;
  EXPECT_THAT(prove(file.kind, proof).differences, ElementsAre("It is not ready."));
}

// --- What is wrong: every word, misspelt and with a value of another kind
// ---------------------------------------------

struct Place {
  std::string key;
  int line;
  Value::Kind kind;
};

/// Every key of the sample that is a word, or a name to which something refers.
void collect(const Value& value, std::vector<Place>& places) {
  for (const Value& each : value.children) {
    if (value.kind == Value::Kind::object) places.push_back({each.key, each.line, each.kind});
    const bool has_names_of_others = each.key == "headers" || (each.key == "words" && each.find("OnGrid") != nullptr);
    if (!has_names_of_others) collect(each, places);
  }
}

constexpr std::array samples{sample, registers_sample, topics_sample, telegrams_sample, worked_out_sample, tokens_sample};

/// Every word of every sample.
std::vector<std::pair<std::string_view, Place>> all_places() {
  std::vector<std::pair<std::string_view, Place>> all;
  for (const std::string_view text : samples) {
    std::vector<Place> places;
    collect(read_dialect(text, "sample")->root, places);
    for (Place& each : places) all.emplace_back(text, std::move(each));
  }
  return all;
}

bool names_line(const Findings& findings, int line) {
  return std::any_of(findings.begin(), findings.end(), [&](const Finding& each) {
    return each.line == line && each.column > 0 && each.severity == Severity::fatal;
  });
}

TEST(TemplateFile, says_of_every_word_that_is_misspelt_where_it_stands) {
  int tried = 0;
  for (const auto& [text, each] : all_places()) {
    auto lines = lines_of(text);
    std::string& line = lines[static_cast<std::size_t>(each.line - 1)];
    const std::size_t at = line.find(each.key + ":");
    ASSERT_NE(at, std::string::npos) << each.key;
    line.replace(at, each.key.size(), each.key.substr(0, each.key.size() - 1) + "Q");
    const TemplateFile file = read(joined(lines));
    EXPECT_TRUE(names_line(file.findings, each.line)) << each.key << " on line " << each.line << ":\n"
                                                      << all_of(file.findings);
    ++tried;
  }
  EXPECT_GT(tried, 160);
}

TEST(TemplateFile, says_of_every_value_that_is_a_list_of_sections_where_it_stands) {
  for (const auto& [text, each] : all_places()) {
    if (each.kind == Value::Kind::object || each.kind == Value::Kind::list) continue;
    auto lines = lines_of(text);
    std::string& line = lines[static_cast<std::size_t>(each.line - 1)];
    line = line.substr(0, line.find(each.key + ":")) + each.key + ": [{ a: b }]";
    const TemplateFile file = read(joined(lines));
    EXPECT_TRUE(names_line(file.findings, each.line)) << each.key << " on line " << each.line << ":\n"
                                                      << all_of(file.findings);
  }
}

TEST(TemplateFile, says_of_every_section_that_is_a_text_where_it_stands) {
  int tried = 0;
  for (const auto& [text, each] : all_places()) {
    if (each.kind != Value::Kind::object && each.kind != Value::Kind::list) continue;
    if (each.key == "is_not" || each.key == "when" || each.key == "after")
      continue;  // one text is as good as a list of one
    auto lines = lines_of(text);
    const auto first = static_cast<std::size_t>(each.line - 1);
    const std::size_t at = lines[first].find(each.key + ":");
    lines[first] = lines[first].substr(0, at) + each.key + ": not~";
    std::size_t end = first + 1;
    while (end < lines.size() && lines[end].find_first_not_of(" ") > at) ++end;
    lines.erase(lines.begin() + static_cast<std::ptrdiff_t>(first) + 1,
                lines.begin() + static_cast<std::ptrdiff_t>(end));
    const TemplateFile file = read(joined(lines));
    // An option may be a word: its default.
    const bool is_option = each.key == "password" || each.key == "https" || each.key == "channel" || each.key == "own";
    EXPECT_TRUE(is_option || names_line(file.findings, each.line)) << each.key << " on line " << each.line << ":\n"
                                                                   << all_of(file.findings);
    ++tried;
  }
  EXPECT_GT(tried, 30);
}

TEST(TemplateFile, misses_every_word_that_it_needs) {
  for (const std::string_view word : {"meter", "title", "over", "asks", "gives", "proof"}) {
    auto lines = lines_of(sample);
    const auto first = std::find_if(lines.begin(), lines.end(), [&](const std::string& line) {
      return line.starts_with(fmt::format("{}:", word));
    });
    ASSERT_NE(first, lines.end());
    auto end = first + 1;
    while (end != lines.end() && end->starts_with(' ')) ++end;
    lines.erase(first, end);
    EXPECT_THAT(all_of(read(joined(lines)).findings), HasSubstr(fmt::format("needs \"{}\"", word)));
  }
}

TEST(TemplateFile, of_these_tests_uses_all_words_of_the_table) {
  std::set<std::string> used{"digest"};  // session stands in its place
  for (const auto& [text, each] : all_places()) used.insert(each.key);
  for (std::size_t part = 0; part < parts; ++part) {
    for (const Word& each : words_of(static_cast<Part>(part))) EXPECT_THAT(used, Contains(std::string{each.word}));
  }
}

// --- The page about it -----------------------------------------------------------------------------------------------

std::string page() {
  std::ifstream in{TWC_SOURCE_DIR "/docs/METERS.md"};
  return {std::istreambuf_iterator<char>{in}, {}};
}

TEST(TemplatePage, shows_every_word_that_there_is) {
  const std::string text = page();
  for (std::size_t part = 0; part < parts; ++part) {
    for (const Word& each : words_of(static_cast<Part>(part))) {
      const bool shown_so = text.find(fmt::format("`{}", each.word)) != std::string::npos ||
                            text.find(fmt::format("{}:", each.word)) != std::string::npos;
      EXPECT_TRUE(shown_so) << each.word;
    }
  }
  for (const Measurand each : core::Measurands::all()) {
    const std::string_view word = core::word_of(each);
    const bool is_phase = word.ends_with("_l2") || word.ends_with("_l3");
    EXPECT_TRUE(is_phase || text.find(fmt::format("`{}`", word)) != std::string::npos) << word;
  }
}

TEST(TemplatePage, begins_with_a_file_that_is_whole) {
  const std::string text = page();
  const std::string open = "```yaml\n";
  const std::size_t begin = text.find(open) + open.size();
  const TemplateFile file =
      read_template(text.substr(begin, text.find("```", begin) - begin), "meters/ecotracker.yaml");
  ASSERT_EQ(all_of(file.findings), "");
  for (const auto& proof : file.kind.proofs) EXPECT_THAT(prove(file.kind, proof).differences, IsEmpty());
}

// --- What is wrong: references ---------------------------------------------------------------------------------------

TEST(TemplateFile, names_an_option_that_is_not_there) {
  EXPECT_EQ(found("{https}://{host}", "{https}://{hostt}"),
            "meters/sample.yaml:37:5: {hostt} is no option and nothing that is learned; is \"host\" meant?\n");
  EXPECT_THAT(found("scale: \"{factor}\"", "scale: \"{facto}\""),
              HasSubstr("{facto} is no option; is \"factor\" meant?"));
  EXPECT_THAT(found("at: /p/solar", "at: /p/{token}"),
              HasSubstr("{token} is learned, and may only stand in URLs, headers and bodies"));
}

TEST(TemplateFile, names_an_option_that_is_never_used) {
  EXPECT_EQ(
      found("/live/{channel}", "/live"),
      "meters/sample.yaml:18:3: the option channel is never used; write {channel} where it belongs, or remove it\n");
}

TEST(TemplateFile, names_a_question_that_is_not_there) {
  EXPECT_THAT(found("asks: [login]", "asks: [logon]"),
              HasSubstr("\"logon\" is no question below \"asks\"; is \"login\" meant?"));
  EXPECT_THAT(found("  solar:\n    of: live", "  solar:\n    of: lively"), HasSubstr("\"lively\" is no question"));
  EXPECT_THAT(found("  solar:\n    of: live\n", "  solar:\n"),
              HasSubstr("several questions; say of which answer this is"));
}

TEST(TemplateFile, names_what_is_learned_and_not_used_or_used_and_not_learned) {
  EXPECT_THAT(found("Bearer {token}", "Bearer"), HasSubstr("what is learned as token is never used"));
  EXPECT_THAT(found("ends_with: token", "ends_with: tokens"),
              HasSubstr("\"tokens\" is not learned; is \"token\" meant?"));
  EXPECT_THAT(found("/login\"", "/login?{token}\""), HasSubstr("login needs itself to be asked"));
}

TEST(TemplateFile, names_a_measurand_that_is_none_stands_twice_or_has_another_unit) {
  EXPECT_THAT(found("  solar:\n    of", "  sollar:\n    of"),
              HasSubstr("\"sollar\" is nothing that a meter gives; is \"solar\" meant?"));
  EXPECT_THAT(found("  battery:\n    of", "  load:\n    of"), HasSubstr("\"load\" stands here a second time"));
  EXPECT_THAT(found("unit: kW", "unit: kWh"),
              HasSubstr("\"kWh\" is no unit of a power, which solar is; write one of W, kW, mW"));
  EXPECT_THAT(found("sign_like: grid", "sign_like: grid_l1"), HasSubstr("\"grid_l1\" is not given by this file"));
  EXPECT_THAT(found("sign_like: grid", "sign_like: grids"), HasSubstr("is \"grid\" meant?"));
}

TEST(TemplateFile, wants_one_place_for_a_number) {
  EXPECT_THAT(found("    at: /p/solar\n", ""), HasSubstr("this needs a place in the answer; add at: /path"));
  EXPECT_THAT(found("    at: /p/solar\n", "    at: /p/solar\n    sum: [/a]\n"),
              HasSubstr("\"sum\" stands beside \"at\""));
  EXPECT_THAT(found("    at: /p/solar\n", "    after: [p]\n"), HasSubstr("looks into an answer in the form text"));
  EXPECT_THAT(found("    after: [Battery, level]\n", "    at: /b\n"),
              HasSubstr("an answer in the form text has no places"));
  EXPECT_THAT(found("at: /p/solar", "at: p/solar"), HasSubstr("a step begins with /"));
  EXPECT_THAT(found("      - /p/house\n", "      - sum: [{ sum: [{ sum: [{ sum: [{ sum: [{ sum: [/p] }] }] }] }] }]\n"),
              HasSubstr("nested more than 6 deep"));
}

TEST(TemplateFile, wants_a_test_to_ask_one_thing) {
  EXPECT_THAT(found("      is: out\n", ""), HasSubstr("this tests nothing; add is:, is_not: or there: yes"));
  EXPECT_THAT(found("      is: out\n", "      is: out\n      there: yes\n"),
              HasSubstr("\"there\" stands beside \"is\""));
}

TEST(TemplateFile, wants_a_question_to_be_one_request) {
  EXPECT_THAT(found("    put: \"http://{host}/words\"\n", ""), HasSubstr("the question words has no URL"));
  EXPECT_THAT(found("    put: \"http://{host}/words\"\n",
                    "    put: \"http://{host}/words\"\n    get: \"http://{host}/words\"\n"),
              HasSubstr("a question is one request"));
  EXPECT_THAT(found("put: \"http://{host}/words\"", "get: \"http://{host}/words\""), HasSubstr("has no body"));
  EXPECT_THAT(found("put: \"http://{host}/words\"", "put: \"ftp://{host}/words\""),
              HasSubstr("begins with none of http://, https://, nor with an option"));
  EXPECT_THAT(found("put: \"http://{host}/words\"", "put: \"http://{host}/two words\""), HasSubstr("percent-encoded"));
}

TEST(TemplateFile, wants_a_device_to_be_spoken_to_in_a_way_that_is_known) {
  EXPECT_THAT(found("over: http", "over: pigeon"), HasSubstr("write one of http, modbus, mqtt, telegram"));
  EXPECT_THAT(found("over: http", "over: modbus"), HasSubstr("live is a request, and over modbus none is; write device:"));
}

// --- Other ways than HTTP -------------------------------------------------------------------------------------------

TemplateFile changed(std::string_view file, std::string_view from, std::string_view to) {
  std::string text{file};
  const std::size_t at = text.find(from);
  if (at != std::string::npos) text.replace(at, from.size(), to);
  return read(text);
}

TEST(TemplateFile, asks_a_device_for_registers) {
  const TemplateFile file = read(registers_sample);
  EXPECT_EQ(all_of(file.findings), "");
  const auto& modbus = std::get<core::meter::ModbusQuestion>(file.kind.questions.at(0).what);
  EXPECT_EQ(modbus.device, "tcp://{host}:502");
  EXPECT_EQ(modbus.unit, "{unit}");
  EXPECT_EQ(modbus.table, core::meter::ModbusQuestion::Table::input);
  EXPECT_EQ(modbus.after_connecting, std::chrono::seconds{1});
  EXPECT_EQ(modbus.between, std::chrono::milliseconds{500});
  EXPECT_EQ(file.kind.questions[0].form, core::meter::Form::registers);
  EXPECT_EQ(core::meter::registers_of(file.kind, 0), (std::vector<std::string>{"37113 s32", "{level}"}));
  for (const auto& proof : file.kind.proofs) EXPECT_EQ(joined(prove(file.kind, proof).differences), "");
}

TEST(TemplateFile, names_a_register_that_is_none) {
  EXPECT_THAT(all_of(changed(registers_sample, "37113 s32", "37113 s31").findings), HasSubstr("no register: column 7 of \"37113 s31\""));
  EXPECT_THAT(all_of(changed(registers_sample, "tcp://{host}", "http://{host}").findings), HasSubstr("begins with none of tcp://"));
  EXPECT_THAT(all_of(changed(registers_sample, "unit: \"{unit}\"", "unit: 300").findings), HasSubstr("\"unit\" is 300; write a number from 0 to 255"));
  const auto kind = read(registers_sample).kind;
  EXPECT_EQ(core::meter::fill(kind, {{"host", "h"}, {"unit", "one"}}).complaints.at(0).text, "is \"one\", not a Modbus unit from 0 to 255");
  const auto filled = core::meter::fill(kind, {{"host", "h"}, {"level", "70000"}});
  ASSERT_EQ(filled.complaints.size(), 1U);
  EXPECT_THAT(filled.complaints[0].text, testing::AllOf(HasSubstr("no register: "), HasSubstr("70000")));
}

TEST(TemplateFile, listens_to_topics) {
  const TemplateFile file = read(topics_sample);
  EXPECT_EQ(all_of(file.findings), "");
  EXPECT_TRUE(core::meter::listens(file.kind));
  EXPECT_EQ(file.kind.patience, std::chrono::minutes{3});
  const auto filled = core::meter::fill(file.kind, {{"host", "h"}});
  EXPECT_TRUE(filled.complaints.empty());
  const auto& power = std::get<core::meter::Subscription>(filled.kind.questions.at(1).what);
  EXPECT_EQ(power.topic, "N/{portal}/power");
  EXPECT_THAT(power.wake, testing::IsEmpty()) << "one that is not given wakes nobody";
  EXPECT_THAT(all_of(changed(topics_sample, "mqtt://{host}", "tcp:{host}").findings), HasSubstr("begins with none of mqtt://"));
  EXPECT_THAT(all_of(changed(topics_sample, "    topic: N/+/system/0/Serial\n", "").findings), HasSubstr("a topic needs \"topic\"; add it"));
}

TEST(TemplateFile, listens_to_telegrams) {
  const TemplateFile file = read(telegrams_sample);
  EXPECT_EQ(all_of(file.findings), "");
  for (const auto& proof : file.kind.proofs) EXPECT_EQ(joined(prove(file.kind, proof).differences), "");
}

TEST(TemplateFile, may_ask_where_to_listen_and_nothing_else) {
  constexpr std::string_view stream = R"yaml(meter: sample
title: A stream
over: telegram
options:
  token: {}
auth: { session: { asks: [account] } }
asks:
  account: { get: "https://cloud/account" }
  live: { from: "{stream}", says: ['{"token":"{token}"}', subscribe], form: json }
learns:
  stream: { of: account, at: /url }
gives:
  grid: { of: live, at: /p }
proof:
  - live: '{"p":5}'
    means: { grid: 5 W }
  - live: '{}'
    means: {}
)yaml";
  const TemplateFile file = read(stream);
  EXPECT_EQ(all_of(file.findings), "");
  EXPECT_TRUE(core::meter::listens(file.kind));
  const auto filled = core::meter::fill(file.kind, {{"token", "a\"b"}});
  EXPECT_TRUE(filled.complaints.empty());
  EXPECT_THAT(std::get<core::meter::Subscription>(filled.kind.questions.at(1).what).wake,
              testing::ElementsAre(R"({"token":"a\"b"})", "subscribe"));
  EXPECT_THAT(all_of(changed(stream, "asks: [account]", "asks: [live]").findings),
              testing::AllOf(HasSubstr("account is a request; over telegram only what opens a session may be one"),
                             HasSubstr("live opens the session and is no request")));
  EXPECT_THAT(all_of(changed(stream, "  token: {}", "  token: {}\n  stream: required").findings),
              HasSubstr("\"stream\" is an option that is always given"));
  const TemplateFile either = changed(stream, "  token: {}", "  token: {}\n  stream: {}");
  EXPECT_EQ(all_of(either.findings), "");
  const auto given = core::meter::fill(either.kind, {{"stream", "ws://box/live"}});
  EXPECT_EQ(core::meter::address_of(given.kind.questions.at(1).what), "ws://box/live") << "an option counts more than what is learned";
}

TEST(TemplateFile, wants_datagrams_in_base64) {
  constexpr std::string_view datagrams = R"yaml(meter: sample
title: Datagrams
over: telegram
asks:
  live: { from: "udp://239.12.255.254:9522", form: speedwire }
gives:
  grid: { at: /1.4.0, scale: 0.1 }
proof:
  - live: U01BAAAEAqAAAAABABgAEGBpAXSzjL9OAAHiQAABBAAAAAPoAAAAAA==
    means: { grid: 100 W }
  - live: U01B
    means: fault
)yaml";
  const TemplateFile file = read(datagrams);
  EXPECT_EQ(all_of(file.findings), "");
  for (const auto& proof : file.kind.proofs) EXPECT_EQ(joined(prove(file.kind, proof).differences), "");
  EXPECT_THAT(all_of(changed(datagrams, "U01B\n", "U0?B\n").findings), HasSubstr("the datagram live is not written in Base64"));
}

TEST(TemplateFile, has_numbers_that_a_program_works_out) {
  const TemplateFile file = read(worked_out_sample);
  EXPECT_EQ(all_of(file.findings), "");
  for (const auto& proof : file.kind.proofs) EXPECT_EQ(joined(prove(file.kind, proof).differences), "");
  EXPECT_TRUE(file.kind.estimated);
  EXPECT_EQ(file.kind.questions.at(1).absent, "-1");
  const core::meter::Expression& solar = file.kind.gives.at(0).expression;
  EXPECT_EQ(solar.kind, core::meter::Expression::Kind::by);
  EXPECT_EQ(solar.by, (core::meter::By{"scenario", {0, 1}, {{"number", "generation_watts"}}}));
  EXPECT_EQ(file.kind.proofs[0].at, base::WallTime::at(std::chrono::seconds{1784034000}));
  const auto filled = core::meter::fill(file.kind, {{"folder", "a b/c"}});
  EXPECT_EQ(core::meter::address_of(filled.kind.questions.at(0).what), "file:///var/a%20b/c/plan");
}

TEST(TemplateFile, says_what_a_program_cannot_work_from) {
  const auto wrong = [](std::string_view from, std::string_view to) { return all_of(changed(worked_out_sample, from, to).findings); };
  EXPECT_EQ(wrong("by: scenario", "by: scenari"), "meters/sample.yaml:17:5: \"scenari\" is no program that works out a number; is \"scenario\" meant?\n");
  EXPECT_EQ(wrong("of: [plan, now]", "of: plan"), "meters/sample.yaml:16:3: scenario works from 2 of the answers, and \"of\" names 1\n");
  EXPECT_THAT(wrong("of: [plan, now]", "of: [plan, then]"), HasSubstr("\"then\" is no question below \"asks\""));
  EXPECT_EQ(wrong("number: generation_watts", "number: generation"),
            "meters/sample.yaml:20:7: \"number\" is \"generation\"; a scenario has generation_watts and consumption_watts\n");
  EXPECT_EQ(wrong("number: gen", "numbr: gen"),
            "meters/sample.yaml:16:3: scenario has to be told number; add it below \"with\"\n"
            "meters/sample.yaml:20:7: \"numbr\" is nothing that scenario is told; is \"number\" meant?\n");
  EXPECT_THAT(wrong("scale: 0.5", "unit: kW"), HasSubstr("what a program works out is in its own unit"));
  EXPECT_THAT(wrong("by: scenario", "at: /p"), HasSubstr("\"with\" only stands beside \"by\"; remove it"));
  EXPECT_THAT(wrong("by: scenario", "at: /p"), HasSubstr("several answers only stand beside \"by\""));
  EXPECT_THAT(wrong("at: 2026-07-14T15:00+02:00", "at: 15 o'clock"), HasSubstr("write a time as in 2026-07-14T15:00+02:00"));
}

std::string found_in_tokens(std::string_view before, std::string_view after) {
  std::string text{tokens_sample};
  const std::size_t at = text.find(before);
  EXPECT_NE(at, std::string::npos) << before;
  return all_of(read(text.replace(at, before.size(), after)).findings);
}

TEST(TemplateFile, has_words_that_mean_numbers) {
  const TemplateFile file = read(tokens_sample);
  ASSERT_EQ(all_of(file.findings), "");
  EXPECT_THAT(file.kind.gives[0].expression.words, ElementsAre(testing::Pair("OnGrid", 1), testing::Pair("OffGrid", 0)));
  for (const auto& proof : file.kind.proofs) EXPECT_THAT(prove(file.kind, proof).differences, IsEmpty()) << proof.line;
}

TEST(TemplateFile, says_what_words_cannot_mean) {
  EXPECT_THAT(found_in_tokens("OnGrid: yes", "OnGrid: 7"), HasSubstr("\"OnGrid\" means 7; write yes or no"));
  EXPECT_THAT(found_in_tokens("OnGrid: yes", "OnGrid: [a]"), HasSubstr("\"OnGrid\" means"));
  EXPECT_THAT(found_in_tokens("    at: /state\n", "    first_of: [/state]\n"), HasSubstr("\"words\" says what stands at one place"));
  EXPECT_THAT(found_in_tokens("    at: /state\n", "    at: /state\n    comma: yes\n"), HasSubstr("a word has no unit and no comma; remove \"comma\""));
  EXPECT_THAT(found_in_tokens("      OnGrid: yes\n      OffGrid: no\n", "      {}\n"), HasSubstr("\"words\" is empty"));
  EXPECT_THAT(found_in_tokens("  online:\n", "  soc:\n"), HasSubstr("\"OnGrid\" means yes; write a number"));
}

TEST(TemplateFile, has_questions_with_a_log_in_of_their_own_and_what_replaces_an_option) {
  const core::meter::Template kind = read(tokens_sample).kind;
  EXPECT_EQ(std::get<HttpQuestion>(kind.questions[0].what).user, "{client}");
  EXPECT_EQ(std::get<HttpQuestion>(kind.questions[0].what).password, "{secret}");
  EXPECT_EQ(kind.learns[1].first, "{refresh_token}");
  EXPECT_THAT(found_in_tokens("      password: \"{secret}\"\n", ""), HasSubstr("a log-in needs \"password\""));
  EXPECT_THAT(found_in_tokens("    first: \"{refresh_token}\"\n", ""), HasSubstr("access needs itself to be asked"));
  EXPECT_THAT(found_in_tokens("first: \"{refresh_token}\"", "first: \"{token}\""), HasSubstr("{token} is learned, and may only stand in"));
}

TEST(TemplateFile, estimates_only_the_sun) {
  EXPECT_THAT(all_of(changed(worked_out_sample, "  solar:\n    by", "  grid:\n    by").findings),
              HasSubstr("meters/sample.yaml:16:3: only solar may be estimated; what is drawn has to be measured\n"));
}

TEST(TemplateFile, reads_files_only_where_it_says_so_itself) {
  EXPECT_THAT(all_of(changed(worked_out_sample, "get: \"file:///var/{folder}/plan", "post: \"file:///var/{folder}/plan").findings), HasSubstr("a file is only read"));
  const TemplateFile file = changed(worked_out_sample, "file:///var/{folder}/plan", "{folder}");
  ASSERT_EQ(all_of(file.findings), "");
  const auto filled = core::meter::fill(file.kind, {{"folder", "file:///etc"}});
  ASSERT_EQ(filled.complaints.size(), 1U);
  EXPECT_THAT(filled.complaints[0].text, HasSubstr("begins with none of http://, https://"));
}

TEST(TemplateFile, wants_to_be_called_as_its_file) {
  EXPECT_THAT(found("meter: sample", "meter: other"), HasSubstr("but the file is called sample"));
}

TEST(TemplateFile, wants_two_proofs_and_each_number_in_one) {
  EXPECT_EQ(found("      battery: -150 W\n", ""),
            "meters/sample.yaml:77:3: no proof shows battery; add it to the \"means\" of one whose answer has it\n");
  EXPECT_THAT(found("  - live: '{\"error\":\"broken\"}'\n    means: fault\n", ""),
              HasSubstr("there is only 1 proof; write at least 2"));
  EXPECT_THAT(found("soc: 64 %", "soc: 64 %\n      voltage_l1: 230 V"),
              HasSubstr("\"voltage_l1\" is not given by this file"));
  EXPECT_THAT(found("solar: 3200 W", "solar: 3200 V"), HasSubstr("solar is 3200 V; write a number with its unit"));
  EXPECT_THAT(found("soc: 64 %", "soc: 640 %"), HasSubstr("which no meter of a house can show"));
  EXPECT_THAT(found("means: fault", "means: broken"), HasSubstr("{} for none, or fault"));
  EXPECT_THAT(found("      channel: 1\n", "      chanel: 1\n"), HasSubstr("is \"channel\" meant?"));
}

TEST(TemplateFile, wants_its_times_to_fit_together) {
  EXPECT_THAT(found("every: 15 s", "every: 5 s"), HasSubstr("\"every\" is 5 s, less than \"least_every\" with 10 s"));
  EXPECT_THAT(found("patience: 5 s", "patience: 5 min"), HasSubstr("write at most 2 min"));
  EXPECT_THAT(found("patience: 5 s", "patience: 5"), HasSubstr("write a time as in 15 s, 3 min, 1 h"));
  EXPECT_THAT(found("a_day: 300", "a_day: 0"), HasSubstr("write a whole number from 1 to 1000000"));
}

TEST(TemplateFile, wants_options_that_can_be_what_they_say) {
  EXPECT_THAT(found("port: 80", "port: eighty"),
              HasSubstr("the default of port is \"eighty\", not a port from 1 to 65535"));
  EXPECT_THAT(found("    required: yes\n", "    required: yes\n    default: 1\n"),
              HasSubstr("channel is required and has a default"));
  EXPECT_THAT(found("    help: of the user\n", "    help: of the user\n    yes: indeed\n"),
              HasSubstr("only stands with type: yes_no"));
  EXPECT_THAT(found("  user:\n", "  User:\n"), HasSubstr("\"User\" is no name of an option"));
}

TEST(TemplateFile, that_cannot_be_read_at_all_is_one_finding) {
  EXPECT_EQ(all_of(read("").findings),
            "meters/sample.yaml: the file is empty; a meter's file begins with meter: NAME\n");
  EXPECT_EQ(read("meter: [").findings.size(), 1U);
  EXPECT_EQ(all_of(read("just words").findings),
            "meters/sample.yaml:1:1: this is just words; write a meter's file as a section: words with their values\n");
}

TEST(TemplateDurations, are_numbers_with_a_unit) {
  EXPECT_EQ(duration_of("15 s"), std::chrono::seconds{15});
  EXPECT_EQ(duration_of("1.5 min"), std::chrono::seconds{90});
  EXPECT_EQ(duration_of("500ms"), std::chrono::milliseconds{500});
  EXPECT_EQ(duration_of("1 d"), std::chrono::hours{24});
  for (const std::string_view wrong : {"", "15", "s", "0 s", "-1 s", "1 w", "1e9 d", "1 s s"})
    EXPECT_EQ(duration_of(wrong), std::nullopt) << wrong;
  EXPECT_EQ(shown(std::chrono::seconds{90}), "90 s");
  EXPECT_EQ(shown(std::chrono::hours{24}), "24 h");
}

}  // namespace
}  // namespace app::meters
