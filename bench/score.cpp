// `./dev bench score`: recorded days through our law and through those of other projects; writes docs/SCORECARD.md and
// docs/scorecard.svg, or one table to the terminal. See bench/score/.
#include <fmt/format.h>

#include <cstdlib>
#include <fstream>
#include <iostream>
#include <string>

#include "score/report.hpp"

namespace {

constexpr const char* usage = "usage: score [--quick] [--field TITLE] [--data DIR] [--seed N] [--out DIR]\n";

bool write(const std::string& path, const std::string& text) {
  std::ofstream file{path, std::ios::binary};
  file << text;
  return static_cast<bool>(file);
}

}  // namespace

int main(int count, char** values) {
  score::Options options;
  std::string out = TWC_SOURCE_DIR "/docs";
  options.data = TWC_SOURCE_DIR "/../shared/data";
  for (int i = 1; i < count; ++i) {
    const std::string option = values[i];
    const bool has_value = i + 1 < count;
    if (option == "--quick") options.quick = true;
    else if (option == "--data" && has_value) options.data = values[++i];
    else if (option == "--field" && has_value) options.only = values[++i];
    else if (option == "--out" && has_value) out = values[++i];
    else if (option == "--seed" && has_value) options.seed = std::strtoull(values[++i], nullptr, 10);
    else {
      std::cerr << usage;
      return 2;
    }
  }
  const auto report = score::report(options, std::cerr);
  if (!report) {
    std::cerr << "score: " << report.error().text << '\n';
    return 1;
  }
  if (!options.only.empty()) {
    std::cout << report->document;
    return 0;
  }
  for (const auto& [name, text] :
       {std::pair{"SCORECARD.md", report->document}, std::pair{"scorecard.svg", report->chart}}) {
    if (!write(fmt::format("{}/{}", out, name), text)) {
      std::cerr << fmt::format("score: {}/{} cannot be written\n", out, name);
      return 1;
    }
  }
  return 0;
}
