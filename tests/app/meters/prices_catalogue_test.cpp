// The sources of prices and forecasts in the program: each is whole, and its proofs hold.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>

#include "app/meters/catalogue.hpp"
#include "app/meters/prove.hpp"
#include "app/meters/words.hpp"
#include "core/meter/fill.hpp"

namespace app::meters {
namespace {

using testing::Contains;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

struct Kind {
  Family family;
  std::string name;
};

std::vector<Kind> all_kinds() {
  std::vector<Kind> all;
  for (const Family family : {Family::prices, Family::forecasts}) {
    for (const std::string& each : Catalogue{"", family}.names()) all.push_back({family, each});
  }
  return all;
}

class BuiltTable : public testing::TestWithParam<Kind> {};

TEST_P(BuiltTable, is_read_without_findings_and_proves_itself) {
  const TemplateFile file = Catalogue{"", GetParam().family}.read(GetParam().name);
  std::string findings;
  for (const Finding& each : file.findings) findings += words(each) + '\n';
  ASSERT_EQ(findings, "");
  for (const auto& proof : file.kind.proofs)
    EXPECT_THAT(prove(file.kind, proof).differences, IsEmpty()) << file.kind.name << ':' << proof.line;
}

TEST_P(BuiltTable, notices_when_its_proof_says_something_else) {
  const TemplateFile file = Catalogue{"", GetParam().family}.read(GetParam().name);
  auto proof = *std::find_if(file.kind.proofs.begin(), file.kind.proofs.end(),
                             [](const auto& each) { return !each.slots.empty(); });
  proof.slots[0].grains += 1;
  EXPECT_THAT(prove(file.kind, proof).differences, SizeIs(2));
  proof.slots.clear();
  EXPECT_THAT(prove(file.kind, proof).differences, Contains(HasSubstr("the proof does not say so")));
}

INSTANTIATE_TEST_SUITE_P(Tables, BuiltTable, testing::ValuesIn(all_kinds()), [](const auto& tested) {
  std::string name = std::string{name_of(tested.param.family)} + "_" + tested.param.name;
  std::replace(name.begin(), name.end(), '-', '_');
  return name;
});

TEST(BuiltInTables, are_all_files_of_their_folders) {
  for (const Family family : {Family::prices, Family::forecasts}) {
    std::vector<std::string> files;
    for (const auto& each :
         std::filesystem::directory_iterator(std::string{TWC_SOURCE_DIR "/"} + std::string{name_of(family)}))
      files.push_back(each.path().stem().string());
    std::sort(files.begin(), files.end());
    EXPECT_EQ((Catalogue{"", family}.names()), files);
    EXPECT_GE(files.size(), 3U);
  }
}

std::string findings_of(std::string_view text) {
  std::string all;
  for (const Finding& each : read_template(text, "prices/x.yaml").findings) all += each.text + '\n';
  return all;
}

constexpr std::string_view whole = R"(price: x
title: X
over: http
every: 6 h
asks: { a: { get: "http://h/{today}" } }
slots: { each: /d, start: /t, value: /p, unit: per MWh }
currency: EUR
proof:
  - { a: '{"d":[{"t":"2026-07-14T11:00Z","p":1}]}', means: ["2026-07-14T11:00Z 60 min 0.001 EUR"] }
  - { a: '{"d":[]}', means: [] }
)";

std::string changed(std::string_view what, std::string_view to) {
  std::string text{whole};
  return text.replace(text.find(what), what.size(), to);
}

TEST(TableFile, is_whole) {
  EXPECT_EQ(findings_of(whole), "");
}

TEST(TableFile, says_what_is_missing_or_wrong) {
  EXPECT_THAT(findings_of(changed("currency: EUR\n", "")), HasSubstr("nobody knows the currency of these prices"));
  EXPECT_THAT(findings_of(changed("per MWh", "EUR")), HasSubstr("write one of per MWh, per kWh, cents per kWh"));
  EXPECT_THAT(findings_of(changed("each: /d, ", "")), HasSubstr("needs \"each\""));
  EXPECT_THAT(findings_of(changed("{today}", "{now}")), HasSubstr("{now} is no option"));
  EXPECT_THAT(findings_of(changed("60 min", "an hour")),
              HasSubstr("write it as in \"2026-07-14T11:00Z 15 min 0.2981 EUR\""));
  EXPECT_THAT(findings_of(changed("slots:", "gives:")),
              HasSubstr("\"gives\" is no word of a file of prices or of a forecast"));
  EXPECT_THAT(findings_of(changed("start: /t", "end: /t")), HasSubstr("a slot with an \"end\" alone has no beginning"));
  EXPECT_THAT(findings_of(changed("price: x", "forecast: x")), HasSubstr("a forecast has no currency"));
  EXPECT_THAT(findings_of(changed("{ each: /d, start: /t, value: /p, unit: per MWh }", "{ by: open_meteo }")),
              HasSubstr("this does not read what the file is of"));
}

TEST(TableFile, may_not_use_moments_in_a_meter) {
  const TemplateFile file = read_template(R"(meter: x
title: X
over: http
asks: { a: { get: "http://h/{today}" } }
gives: { solar: /p }
proof: [{ a: '{"p":1}', means: { solar: 1 W } }, { a: '{}', means: {} }]
)",
                                          "meters/x.yaml");
  ASSERT_FALSE(file.findings.empty());
  EXPECT_THAT(file.findings[0].text, HasSubstr("{today} is no option"));
}

TEST(PricesDocument, shows_every_word_of_such_files) {
  std::ifstream in{TWC_SOURCE_DIR "/docs/PRICES.md"};
  const std::string document{std::istreambuf_iterator<char>(in), {}};
  ASSERT_FALSE(document.empty());
  for (const Part part : {Part::table_file, Part::slots}) {
    for (const Word& each : words_of(part)) {
      const bool shown = document.find(std::string{each.word} + ":") != std::string::npos ||
                         document.find("`" + std::string{each.word} + "`") != std::string::npos;
      EXPECT_TRUE(shown) << each.word;
    }
  }
  for (const Kind& each : all_kinds()) EXPECT_NE(document.find("`" + each.name + "`"), std::string::npos) << each.name;
}

}  // namespace
}  // namespace app::meters
