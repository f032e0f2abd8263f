// docs/METERS.md lists every kind: what to write, what it gives, how often, and what is not certain.
#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <iterator>
#include <string>

#include "app/config/meter_source.hpp"
#include "app/meters/catalogue.hpp"
#include "app/meters/words.hpp"

namespace app::meters {
namespace {

std::string options_of(const core::meter::Template& kind) {
  std::string needed, others;
  for (const core::meter::Option& each : kind.options) {
    if (each.required) needed += fmt::format("{}{}: …", needed.empty() ? "" : ", ", each.name);
    else
      others += fmt::format("{}{}{}", others.empty() ? "" : ", ", each.name, each.fallback.empty() ? "" : " " + each.fallback);
  }
  const std::string text = fmt::format("options: {{{}}}", needed);
  return others.empty() ? text : text + "; also " + others;
}

std::string rhythm_of(const core::meter::Template& kind) {
  if (core::meter::listens(kind)) return fmt::format("by itself, at least every {}", shown(kind.every));
  std::string text = "every " + shown(kind.every);
  if (kind.least_every > std::chrono::seconds{1}) text += ", no more often than every " + shown(kind.least_every);
  if (kind.most_a_day > 0) text += fmt::format(", {} requests a day", kind.most_a_day);
  return text;
}

std::string guide() {
  const Catalogue catalogue{""};
  std::string text;
  for (const std::string& name : catalogue.names()) {
    const core::meter::Template kind = catalogue.read(name).kind;
    text += fmt::format("type: {}    {}\n    {}\n", name, kind.title, options_of(kind));
    text += fmt::format("    tells {}", in_words(kind.usual()));
    const core::Measurands extra = kind.tells().without(kind.usual());
    if (!extra.empty()) text += fmt::format("; some also {}", in_words(extra));
    text += fmt::format("\n    {}\n", rhythm_of(kind));
    if (!kind.setup.empty()) text += fmt::format("    {}\n", kind.setup);
    if (!kind.uncertain.empty()) text += fmt::format("    untested on a real device: {}\n", kind.uncertain);
  }
  return text;
}

TEST(MetersDocument, says_of_every_kind_in_the_program_how_it_is_set_up) {
  std::ifstream file{TWC_SOURCE_DIR "/docs/METERS.md"};
  const std::string document{std::istreambuf_iterator<char>(file), {}};
  ASSERT_FALSE(document.empty());
  const bool found = document.find("```\n" + guide() + "```\n") != std::string::npos;
  EXPECT_TRUE(found) << "put this between its marks below \"Setting up\":\n" << guide() << "-- end --\n";
}

}  // namespace
}  // namespace app::meters
