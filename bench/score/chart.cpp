// The chart as SVG, drawn by hand: no library, no font to fetch, colours for a light and a dark page.
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <string>

#include "score/report.hpp"

namespace score {

namespace {

constexpr double width = 380, height = 260, left = 52, top = 34, right = 14, bottom = 46;
constexpr int columns = 2;
/// Of ours and the peers; each readable on white and on black.
constexpr std::array<const char*, 5> colours{"#d6336c", "#1c7ed6", "#2b8a3e", "#e8590c", "#9c36b5"};

/// A round number at or above, so that axes end on one.
double round_up(double value) {
  for (const double step : {0.5, 1.0, 2.0, 5.0, 10.0, 20.0, 50.0, 100.0}) {
    if (value <= step) return step;
  }
  return value;
}

class Panel {
 public:
  Panel(const Scores& scores, double x, double y) : scores_(scores), x_(x), y_(y) {
    for (const Result& r : scores.results) {
      visits_ = std::max(1, r.visits);
      most_import_ = std::max(most_import_, per_visit(r.import()));
      least_sun_ = std::min(least_sun_, per_visit(r.solar));
    }
    most_import_ = round_up(most_import_ * 1.1);
    most_sun_ = per_visit(scores.all) * 1.02;
    least_sun_ = std::max(0.0, least_sun_ - (most_sun_ - least_sun_) * 0.15);
  }

  [[nodiscard]] std::string draw() const { return frame() + frontier() + points(); }

 private:
  [[nodiscard]] double per_visit(Energy e) const { return base::in_kilowatt_hours(e) / visits_; }
  [[nodiscard]] double across(double import) const {
    return x_ + left + (width - left - right) * import / most_import_;
  }
  [[nodiscard]] double up(double sun) const {
    return y_ + height - bottom - (height - top - bottom) * (sun - least_sun_) / (most_sun_ - least_sun_);
  }

  [[nodiscard]] std::string frame() const {
    std::string out = fmt::format("<text class=\"title\" x=\"{:.0f}\" y=\"{:.0f}\">{}</text>\n", x_ + left,
                                  y_ + top - 12, scores_.name);
    for (int i = 0; i <= 4; ++i) {
      const double sun = least_sun_ + (most_sun_ - least_sun_) * i / 4;
      const double import = most_import_ * i / 4;
      out += fmt::format("<line class=\"grid\" x1=\"{:.1f}\" x2=\"{:.1f}\" y1=\"{:.1f}\" y2=\"{:.1f}\"/>", across(0),
                         across(most_import_), up(sun), up(sun));
      out += fmt::format("<text class=\"tick\" text-anchor=\"end\" x=\"{:.1f}\" y=\"{:.1f}\">{:.1f}</text>",
                         across(0) - 6, up(sun) + 4, sun);
      out += fmt::format("<text class=\"tick\" text-anchor=\"middle\" x=\"{:.1f}\" y=\"{:.1f}\">{:.3g}</text>\n",
                         across(import), up(least_sun_) + 16, import);
    }
    out += fmt::format(
        "<text class=\"tick\" text-anchor=\"middle\" x=\"{:.1f}\" y=\"{:.1f}\">import, kWh a visit</text>\n",
        across(most_import_ / 2), up(least_sun_) + 32);
    out += fmt::format(
        "<text class=\"tick\" text-anchor=\"middle\" transform=\"translate({:.1f} {:.1f}) rotate(-90)\">sun, kWh a "
        "visit</text>\n",
        x_ + 12, up((least_sun_ + most_sun_) / 2));
    return out;
  }

  [[nodiscard]] std::string frontier() const {
    std::string path;
    for (const Point& point : scores_.frontier) {
      const double import = per_visit(point.import);
      const double sun = per_visit(point.solar);
      if (import > most_import_ || sun < least_sun_) continue;
      path += fmt::format("{:.1f},{:.1f} ", across(import), up(sun));
    }
    return fmt::format("<polyline class=\"frontier\" points=\"{}\"/>\n", path);
  }

  [[nodiscard]] std::string points() const {
    std::string out;
    for (std::size_t law = scores_.results.size(); law-- > 0;) {  // ours last, on top
      const Result& r = scores_.results[law];
      const double x = across(per_visit(r.import()));
      const double y = up(per_visit(r.solar));
      out += fmt::format("<circle cx=\"{:.1f}\" cy=\"{:.1f}\" r=\"{}\" fill=\"{}\">", x, y, law == 0 ? 7 : 5,
                         colours[law % colours.size()]);
      out += fmt::format("<title>{}</title></circle>\n", competitors()[law].name);
    }
    return out;
  }

  const Scores& scores_;
  double x_, y_;
  double visits_ = 1, most_import_ = 0.1, least_sun_ = 1e9, most_sun_ = 1;
};

std::string legend(double y) {
  std::string out;
  double x = left;
  for (std::size_t law = 0; law < competitors().size(); ++law) {
    out += fmt::format(
        "<circle cx=\"{:.0f}\" cy=\"{:.0f}\" r=\"{}\" fill=\"{}\"/><text x=\"{:.0f}\" y=\"{:.0f}\">{}</text>\n", x,
        y - 4, law == 0 ? 7 : 5, colours[law % colours.size()], x + 11, y, competitors()[law].name);
    x += 36 + 8.0 * static_cast<double>(competitors()[law].name.size());
  }
  out += fmt::format(
      "<line class=\"frontier\" x1=\"{:.0f}\" x2=\"{:.0f}\" y1=\"{:.0f}\" y2=\"{:.0f}\"/><text x=\"{:.0f}\" "
      "y=\"{:.0f}\">bound</text>\n",
      x, x + 24, y - 4, y - 4, x + 30, y);
  return out;
}

constexpr const char* style = R"(<style>
  text { font: 13px sans-serif; fill: #1f2328; }
  .title { font-size: 15px; font-weight: 600; }
  .tick { font-size: 11px; fill: #57606a; }
  .grid { stroke: #d0d7de; }
  .frontier { fill: none; stroke: #57606a; stroke-width: 2; stroke-dasharray: 6 4; }
  .page { fill: #ffffff; }
  @media (prefers-color-scheme: dark) {
    text { fill: #e6edf3; }
    .tick { fill: #9ea7b3; }
    .grid { stroke: #30363d; }
    .frontier { stroke: #9ea7b3; }
    .page { fill: #0d1117; }
  }
</style>
)";

}  // namespace

std::string chart(const std::vector<Scores>& scores) {
  const auto rows = (scores.size() + columns - 1) / columns;
  const double w = width * columns;
  const double h = height * static_cast<double>(rows) + 40;
  std::string out = fmt::format(
      "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {:.0f} {:.0f}\" role=\"img\" aria-label=\"Sun against "
      "import for each law\">\n",
      w, h);
  out += style;
  out += fmt::format("<rect class=\"page\" width=\"{:.0f}\" height=\"{:.0f}\"/>\n", w, h);
  for (std::size_t i = 0; i < scores.size(); ++i) {
    out += Panel{scores[i], width * static_cast<double>(i % columns), height * static_cast<double>(i / columns)}.draw();
  }
  return out + legend(h - 16) + "</svg>\n";
}

}  // namespace score
