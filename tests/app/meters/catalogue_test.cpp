// The kinds that are built in, those of the house, and what the command shows of them.
#include "app/meters/catalogue.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "app/meters/built_in.hpp"
#include "app/meters/command.hpp"
#include "app/meters/prove.hpp"
#include "app/meters/sample.hpp"
#include "core/meter/desk.hpp"
#include "core/meter/fill.hpp"

namespace app::meters {
namespace {

using testing::Contains;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

class Built : public testing::TestWithParam<BuiltIn> {};

TEST_P(Built, in_kind_is_read_without_findings_and_proves_itself) {
  const TemplateFile file = read_template(GetParam().text, std::string{GetParam().name} + ".yaml");
  std::string findings;
  for (const Finding& each : file.findings) findings += words(each) + '\n';
  ASSERT_EQ(findings, "");
  for (const auto& proof : file.kind.proofs)
    EXPECT_THAT(prove(file.kind, proof).differences, IsEmpty()) << file.kind.name << ':' << proof.line;
}

TEST_P(Built, in_kind_is_short_and_says_what_it_is) {
  const std::string_view text = GetParam().text;
  EXPECT_LE(std::count(text.begin(), text.end(), '\n'), 60);
  EXPECT_TRUE(text.starts_with("# "));
  const TemplateFile file = read_template(text, std::string{GetParam().name} + ".yaml");
  EXPECT_FALSE(file.kind.title.empty());
  const auto& proofs = file.kind.proofs;
  EXPECT_TRUE(std::any_of(proofs.begin(), proofs.end(), [](const auto& each) { return !each.means.empty(); }));
}

/// What a desk reads of a device that answers as a proof says.
core::Measurands told(const core::meter::Template& kind, const core::meter::Proof& proof) {
  core::meter::Options options = proof.options;
  for (const core::meter::Option& each : kind.options) {
    if (each.required) options.try_emplace(each.name, core::meter::any_value(each));
  }
  core::meter::Source source;
  source.kind = core::meter::fill(kind, options).kind;
  source.every = kind.every;
  core::meter::Desk desk({source}, 1);
  const base::Now now{base::Instant::at(std::chrono::hours{1}),
                      proof.at.value_or(base::WallTime::at(std::chrono::hours{500'000}))};
  core::meter::Orders orders;
  desk.wake(now, orders);
  EXPECT_FALSE(orders.asks.empty()) << kind.name << " asks nothing";
  while (!orders.asks.empty()) {
    for (const core::meter::Ask& ask : std::exchange(orders.asks, {})) {
      const auto answer = proof.answers.find(source.kind.questions[ask.question].name);
      if (answer == proof.answers.end()) continue;
      core::meter::Reply reply;
      reply.question = ask.question;
      reply.round = ask.round;
      reply.body = answer->second;
      desk.hear(reply, now, orders);
    }
  }
  core::Measurands all;
  for (const core::Amount& each : desk.health(0).amounts) all.add(each.what);
  return all;
}

TEST_P(Built, in_kind_gets_its_numbers_in_the_order_in_which_it_asks) {
  const core::meter::Template kind = read_template(GetParam().text, std::string{GetParam().name} + ".yaml").kind;
  // Log-ins are in no proof, and times of answers are long ago.
  const bool alone = kind.access.kind != core::meter::Access::Kind::session && kind.stamps.empty();
  for (const core::meter::Proof& proof : kind.proofs) {
    if (!alone || proof.fault || proof.answers.size() < kind.questions.size()) continue;
    core::Measurands meant;
    for (const auto& [what, number] : proof.means) meant.add(what);
    EXPECT_EQ(told(kind, proof), meant) << kind.name << ':' << proof.line;
  }
}

INSTANTIATE_TEST_SUITE_P(Meters, Built, testing::ValuesIn(built_in().begin(), built_in().end()),
                         [](const auto& tested) {
                           std::string name{tested.param.name};
                           std::replace(name.begin(), name.end(), '-', '_');
                           return name;
                         });

TEST(BuiltInKinds, are_all_files_of_the_folder) {
  std::vector<std::string> files;
  for (const auto& each : std::filesystem::directory_iterator(TWC_SOURCE_DIR "/meters"))
    files.push_back(each.path().stem().string());
  std::sort(files.begin(), files.end());
  EXPECT_EQ(Catalogue{""}.names(), files);
  EXPECT_GT(files.size(), 20U);
}

/// A configuration folder that is gone afterwards.
class MetersFolder : public testing::Test {
 protected:
  MetersFolder() {
    std::string pattern = std::filesystem::temp_directory_path() / "twc-meters-XXXXXX";
    folder_ = ::mkdtemp(pattern.data());
    std::filesystem::create_directory(folder_ / "meters");
  }
  ~MetersFolder() override { std::filesystem::remove_all(folder_); }

  void write(const std::string& name, const std::string& text) const {
    std::ofstream{folder_ / "meters" / (name + ".yaml")} << text;
  }
  [[nodiscard]] std::string folder() const { return folder_.string(); }

  struct Said {
    int status;
    std::string out, err;
  };
  [[nodiscard]] Said say(MetersOptions::What what, const std::string& name) const {
    MetersOptions options;
    options.what = what;
    options.config = folder() + "/twcmanager.yaml";
    options.name = name;
    std::ostringstream out, err;
    const int status = show_meters(options, out, err);
    return {status, out.str(), err.str()};
  }

 private:
  std::filesystem::path folder_;
};

std::string sample_called(std::string_view name) {
  std::string text{sample};
  return text.replace(text.find("sample"), 6, name);
}

TEST_F(MetersFolder, has_kinds_of_its_own) {
  write("sample", sample_called("sample"));
  const Catalogue catalogue{folder()};
  EXPECT_THAT(catalogue.names(), Contains("sample"));
  EXPECT_EQ(catalogue.file_of("sample"), folder() + "/meters/sample.yaml");
  EXPECT_THAT(catalogue.read("sample").findings, IsEmpty());
}

TEST_F(MetersFolder, wins_over_what_is_built_in) {
  EXPECT_EQ(Catalogue{folder()}.read("solarlog").kind.title, "Solar-Log");
  write("solarlog", sample_called("solarlog"));
  const Catalogue catalogue{folder() + "/"};
  EXPECT_EQ(catalogue.read("solarlog").kind.title, "A device that can do everything");
  EXPECT_EQ(catalogue.names(), Catalogue{""}.names());
}

TEST_F(MetersFolder, whose_own_file_is_broken_does_not_get_the_one_that_is_built_in) {
  write("solarlog", "meter: solarlog\n");
  const TemplateFile file = Catalogue{folder()}.read("solarlog");
  ASSERT_THAT(file.findings, Not(IsEmpty()));
  EXPECT_EQ(file.findings[0].file, folder() + "/meters/solarlog.yaml");
  EXPECT_THAT(file.kind.gives, IsEmpty());
}

TEST_F(MetersFolder, hears_what_was_probably_meant) {
  const TemplateFile file = Catalogue{folder()}.read("solrlog");
  ASSERT_EQ(file.findings.size(), 1U);
  EXPECT_EQ(words(file.findings[0]), "there is no kind of meter called \"solrlog\"; is \"solarlog\" meant?");
  EXPECT_EQ(Catalogue{folder()}.file_of("solrlog"), "");
}

TEST_F(MetersFolder, lists_all_kinds_a_line_each) {
  write("sample", sample_called("sample"));
  const Said said = say(MetersOptions::What::list, "");
  EXPECT_EQ(said.status, 0) << said.err;
  EXPECT_THAT(said.out,
              HasSubstr("A device that can do everything: grid solar load battery current_l1 soc; every 15 s\n"));
  EXPECT_EQ(static_cast<std::size_t>(std::count(said.out.begin(), said.out.end(), '\n')), built_in().size() + 1);
}

TEST_F(MetersFolder, shows_what_a_kind_needs) {
  write("sample", sample_called("sample"));
  const Said said = say(MetersOptions::What::show, "sample");
  EXPECT_EQ(said.status, 0);
  for (const char* const part :
       {"Switch it on", "Whether it exists", "at most 300 times a day",
        "  password         may be left out, secret; of the user\n", "  https            yes or no, else no\n",
        "  channel          required\n", "GET http://{host}:{port}/live/{channel}", "  some also  soc\n"})
    EXPECT_THAT(said.out, HasSubstr(part));
  EXPECT_EQ(say(MetersOptions::What::show, "nothing").status, 1);
}

TEST_F(MetersFolder, shows_what_words_in_an_answer_mean) {
  const std::string out = say(MetersOptions::What::show, "powerwall").out;
  EXPECT_THAT(out, HasSubstr("words\n  reserve          backup is 96 %\n  online           SystemGridConnected is yes, SystemTransitionToGrid is no,"));
  EXPECT_THAT(say(MetersOptions::What::show, "solarlog").out, Not(HasSubstr("words\n")));
}

TEST_F(MetersFolder, proves_by_name_and_by_path_and_fails_on_a_difference) {
  write("sample", sample_called("sample"));
  EXPECT_EQ(say(MetersOptions::What::prove, "sample").status, 0);
  EXPECT_EQ(say(MetersOptions::What::prove, "").status, 0);
  std::string text = sample_called("lying");
  write("lying", text.replace(text.find("3200 W"), 6, "3100 W"));
  const Said said = say(MetersOptions::What::prove, folder() + "/meters/lying.yaml");
  EXPECT_EQ(said.status, 1);
  EXPECT_THAT(said.out, HasSubstr("FAILED  lying:"));
  EXPECT_THAT(said.out, HasSubstr("        solar should be 3100 W, and is 3200 W\n"));
  EXPECT_EQ(say(MetersOptions::What::prove, "").status, 1);
  EXPECT_EQ(say(MetersOptions::What::prove, folder() + "/meters/none.yaml").status, 1);
}

}  // namespace
}  // namespace app::meters
