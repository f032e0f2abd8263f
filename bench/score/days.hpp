// The days the laws are judged by: recorded ones from a folder, made-up kitchens from a seed.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/result.hpp"
#include "score/play.hpp"

namespace score {

struct Choice {
  std::string data;  ///< a folder with days.csv, traces_index.csv, sessions.csv and traces/
  int days = 24;     ///< of each class, drawn by the seed
  std::uint64_t seed = 1;
};

/// A class of days with what makes it one.
struct Class {
  std::string name;
  std::string about;  ///< a sentence for people
  std::vector<Visit> visits;
};

/// clear, mixed, broken, overcast, fast, kitchen. The fault names the file that cannot be used.
[[nodiscard]] base::Result<std::vector<Class>> classes(const Choice& choice);

/// A month with the sessions of real people laid on it.
struct Season {
  sim::Trace trace;
  std::vector<sim::Session> visits;
};
[[nodiscard]] base::Result<Season> real_sessions(const Choice& choice);

[[nodiscard]] base::Result<std::string> read_file(const std::string& path);

}  // namespace score
