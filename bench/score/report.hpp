// The scorecard: plays everything and puts it into a document and a chart.
#pragma once

#include <cstdint>
#include <iosfwd>
#include <map>
#include <string>
#include <vector>

#include "base/result.hpp"
#include "score/fields.hpp"

namespace score {

struct Options {
  std::string data;
  std::uint64_t seed = 1;
  bool quick = false;  ///< two days of each class instead of twenty-four
  std::string only;    ///< the title of the one table that is wanted; empty: the whole document
};

struct Report {
  std::string document;  ///< Markdown; of one table: that and what it says about who is beaten
  std::string chart;     ///< SVG, readable in light and dark; empty without the whole document
};

/// What all laws made of one field, in the order of `competitors`, and what was possible.
struct Scores {
  std::string name;
  Duration meter_every{};
  bool home_battery = false;
  std::vector<Result> results;
  std::vector<Energy> bounds;  ///< for each law: the most sun anybody can take with its import
  std::vector<int> lost_days;  ///< for each law: days on which it beats us
  Energy all;                  ///< the most sun anybody can take
  std::vector<Point> frontier;
};

/// Whether a peer took more sun with less import.
[[nodiscard]] bool does_better(const Result& peer, const Result& ours);
/// … at no more stops.
[[nodiscard]] bool beats(const Result& peer, const Result& ours);

/// Tells its progress on `progress`. The fault names a file that cannot be used, or the titles there are.
[[nodiscard]] base::Result<Report> report(const Options& options, std::ostream& progress);

/// A panel for each of `scores`: import to the right, sun upward, the frontier as a line.
[[nodiscard]] std::string chart(const std::vector<Scores>& scores);

}  // namespace score
