// What is asked of a configured source, for tests: "grid http://m/p".
#pragma once

#include <string>
#include <vector>

#include "app/config/configuration.hpp"

namespace app {

inline std::vector<std::string> questions(const Configuration& configuration, std::size_t source) {
  std::vector<std::string> all;
  for (const core::meter::Question& question : configuration.sources.at(source).kind.questions) {
    all.push_back(question.name + ' ' + core::meter::address_of(question.what));
  }
  return all;
}

}  // namespace app
