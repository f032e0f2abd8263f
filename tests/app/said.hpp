// What is said about a configuration, for tests.
#pragma once

#include <string>
#include <vector>

#include "app/config/configuration.hpp"

namespace app {

/// Every finding that matters at least so much, as a person reads it.
inline std::vector<std::string> said(const Configuration& configuration, Severity from) {
  std::vector<std::string> sentences;
  for (const Finding& finding : configuration.findings) {
    if (finding.severity >= from) sentences.push_back(words(finding));
  }
  return sentences;
}

}  // namespace app
