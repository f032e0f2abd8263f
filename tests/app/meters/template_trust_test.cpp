// Which certificates a kind believes: its file says it, or an option of it.
#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "app/meters/sample.hpp"
#include "app/meters/template_file.hpp"
#include "core/meter/fill.hpp"

namespace app::meters {
namespace {

using core::meter::Trust;
using testing::HasSubstr;

std::string trust(const core::meter::Template& kind, std::size_t question) {
  return std::get<core::meter::Subscription>(kind.questions[question].what).trust;
}

/// What is found when the sample says this instead.
std::string found(std::string_view from, const std::string& to) {
  std::string text{sample};
  text.replace(text.find(from), from.size(), to);
  std::string all;
  for (const Finding& each : read_template(text, "meters/sample.yaml").findings) all += each.text + '\n';
  return all;
}

TEST(TemplateTrust, is_said_by_the_file_or_by_an_option) {
  const core::meter::Template topics = read_template(topics_sample, "meters/sample.yaml").kind;
  for (const auto& [own, meant] : {std::pair{"no", Trust::authorities}, std::pair{"yes", Trust::first_seen}}) {
    const auto filled = core::meter::fill(topics, {{"host", "h"}, {"wake", "w"}, {"own", own}});
    ASSERT_THAT(filled.complaints, testing::IsEmpty());
    ASSERT_EQ(filled.kind.questions.size(), 2U);
    EXPECT_EQ(trust(filled.kind, 0), Trust::authorities) << "nothing else is said";
    EXPECT_EQ(trust(filled.kind, 1), meant);
  }
  EXPECT_EQ(trust(read_template(telegrams_sample, "meters/sample.yaml").kind, 0), Trust::first_seen);
}

TEST(TemplateTrust, is_not_put_in_a_certificate_where_there_is_none) {
  std::string text{topics_sample};
  text.replace(text.find("mqtts"), 5, "mqtt");
  const core::meter::Template topics = read_template(text, "meters/sample.yaml").kind;
  const auto complaints = [&](const char* own) { return core::meter::fill(topics, {{"host", "h"}, {"wake", "w"}, {"own", own}}).complaints; };
  EXPECT_THAT(complaints("no"), testing::IsEmpty());
  ASSERT_THAT(complaints("yes"), testing::SizeIs(1));
  EXPECT_EQ(complaints("yes")[0].option, "own");
  EXPECT_THAT(complaints("yes")[0].text, HasSubstr("without TLS"));
}

TEST(TemplateTrust, is_one_of_two_words_and_nothing_else) {
  const std::string remedy = "; write authorities, first_seen, or an {option} of the type yes_no whose yes and no are these";
  for (const char* wrong : {"anybody", "\"{https}\"", "\"{host}\"", "\"{nobody}\"", "\"{https}{https}\""}) {
    EXPECT_THAT(found("trust: first_seen", fmt::format("trust: {}", wrong)), HasSubstr(remedy)) << wrong;
    EXPECT_THAT(found("trust: authorities", fmt::format("trust: {}", wrong)), HasSubstr(remedy)) << wrong;
  }
  EXPECT_THAT(found("trust: first_seen", "trust: \"{nobody}\""), HasSubstr("{nobody} is no option"));
}

}  // namespace
}  // namespace app::meters
