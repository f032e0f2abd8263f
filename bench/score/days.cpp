#include "score/days.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <fstream>
#include <map>
#include <sstream>
#include <string_view>

#include "base/random.hpp"

namespace score {

namespace {

using base::Culprit;
using base::fail;

constexpr Duration a_day{24h};
constexpr Duration morning{7h + 30min}, evening{18h};

using Row = std::vector<std::string>;

/// Fields may be quoted; none of these files has a quote within quotes.
std::vector<Row> table_of(const std::string& text) {
  std::vector<Row> rows;
  std::istringstream lines{text};
  for (std::string line; std::getline(lines, line);) {
    Row row(1);
    bool quoted = false;
    for (const char c : line) {
      if (c == '"') quoted = !quoted;
      else if (c == ',' && !quoted) row.emplace_back();
      else if (c != '\r') row.back() += c;
    }
    rows.push_back(std::move(row));
  }
  if (!rows.empty()) rows.erase(rows.begin());
  return rows;
}

base::Result<sim::Trace> trace_of(const std::string& path) {
  const std::string text = TRY(read_file(path));
  auto trace = sim::Trace::parse(text);
  if (!trace) return fail(Culprit::user, fmt::format("{}: {}", path, trace.error().text));
  return trace;
}

/// The rows of `trace` that hold somewhere in the span.
sim::Trace cut(const sim::Trace& trace, WallTime from, WallTime to) {
  std::vector<sim::Trace::Row> rows;
  for (const auto& row : trace.rows()) {
    if (row.from + trace.step() > from && row.from < to) rows.push_back(row);
  }
  base::check(!rows.empty(), "a visit has sun");
  return sim::Trace{std::move(rows)};
}

/// Midnight UTC of "2012-01-31".
WallTime midnight(const std::string& date) {
  namespace chrono = std::chrono;
  const auto number = [&](std::size_t at, std::size_t size) { return std::stoi(date.substr(at, size)); };
  const chrono::year_month_day day{chrono::year{number(0, 4)}, chrono::month{static_cast<unsigned>(number(5, 2))},
                                   chrono::day{static_cast<unsigned>(number(8, 2))}};
  return WallTime::at(chrono::sys_days{day}.time_since_epoch());
}

/// Recorded days, by the name of their sky.
class Archive {
 public:
  explicit Archive(const Choice& choice) : choice_(choice) {}

  base::Result<Class> sky(const std::string& name, const std::string& about) {
    std::vector<Row> days;
    for (const Row& row : table_of(TRY(read_file(choice_.data + "/days.csv")))) {
      if (row.size() > 2 && row[2] == name && may_be_published(row[0], name)) days.push_back(row);
    }
    base::Random random{choice_.seed};
    for (std::size_t i = days.size(); i > 1; --i) {
      std::swap(days[i - 1], days[static_cast<std::size_t>(random.between(0, static_cast<std::int64_t>(i) - 1))]);
    }
    if (days.size() > static_cast<std::size_t>(choice_.days)) days.resize(static_cast<std::size_t>(choice_.days));
    std::sort(days.begin(), days.end());
    Class result{name, about, {}};
    for (const Row& row : days) {
      const sim::Trace* trace = TRY(open(row[0]));
      const WallTime arrive = midnight(row[1]) - offset_[row[0]] + morning;
      const WallTime depart = arrive + (evening - morning);
      if (arrive < trace->begins() || depart > trace->ends()) continue;
      result.visits.push_back({fmt::format("{} {}", row[0].substr(0, row[0].find('.')), row[1]),
                               cut(*trace, arrive - 1h, depart),
                               arrive,
                               depart,
                               base::kilowatt_hours(80),
                               1,
                               1,
                               {}});
    }
    return result;
  }

 private:
  /// Recordings without a licence stay out, and half hours stand in only where nothing finer has that sky.
  static bool may_be_published(const std::string& file, const std::string& sky) {
    const bool fine = file.starts_with("abq_") || file.starts_with("serf_") || file.starts_with("cal7kw_");
    return fine || (sky == "overcast" && file.starts_with("house_"));
  }

  base::Result<const sim::Trace*> open(const std::string& file) {
    if (offset_.empty()) {
      for (const Row& row : table_of(TRY(read_file(choice_.data + "/traces_index.csv")))) {
        if (row.size() > 6) offset_[row[0]] = Duration{1h} * std::stoi(row[6]);
      }
    }
    const auto known = traces_.find(file);
    if (known != traces_.end()) return &known->second;
    sim::Trace trace = TRY(trace_of(choice_.data + "/traces/" + file));
    return &traces_.emplace(file, std::move(trace)).first->second;
  }

  const Choice& choice_;
  std::map<std::string, sim::Trace> traces_;
  std::map<std::string, Duration> offset_;
};

base::Result<Class> fast_hours(const Choice& choice) {
  Class result{"fast", "two hours recorded every 10 s", {}};
  for (const char* name : {"fast_a_10s", "fast_c_10s"}) {
    sim::Trace trace = TRY(trace_of(fmt::format("{}/traces/{}.csv", choice.data, name)));
    const WallTime arrive = trace.begins() + 6min;
    const WallTime depart = trace.ends();
    result.visits.push_back({name, std::move(trace), arrive, depart, base::kilowatt_hours(80), 1, 1, {}});
  }
  return result;
}

Class kitchens(const Choice& choice) {
  Class result{
      "kitchen", "made-up days with kettle and oven all day long, half of them clear, half with mixed sky", {}};
  for (int i = 0; i < choice.days; ++i) {
    sim::HouseTraits traits;
    traits.sky = i % 2 == 0 ? sim::Sky::clear : sim::Sky::mixed;
    traits.kitchen = sim::Kitchen::storm;
    const WallTime day = WallTime::at(Duration{24h} * 20000);
    sim::Trace trace = sim::make_days(day, 1, traits, base::Random{choice.seed * 1000 + static_cast<std::uint64_t>(i)});
    result.visits.push_back({fmt::format("kitchen {}", i + 1),
                             cut(trace, day + morning - 1h, day + evening),
                             day + morning,
                             day + evening,
                             base::kilowatt_hours(80),
                             1,
                             1,
                             {}});
  }
  return result;
}

}  // namespace

base::Result<std::string> read_file(const std::string& path) {
  std::ifstream file{path, std::ios::binary};
  std::stringstream text;
  if (!file || !(text << file.rdbuf()))
    return fail(Culprit::user, path + " cannot be read; --data names the folder of the recorded days");
  return text.str();
}

base::Result<std::vector<Class>> classes(const Choice& choice) {
  Archive archive{choice};
  std::vector<Class> all;
  all.push_back(TRY(archive.sky("clear", "hardly a cloud")));
  all.push_back(TRY(archive.sky("mixed", "some clouds")));
  all.push_back(TRY(archive.sky("broken", "clouds that come and go all day")));
  all.push_back(TRY(archive.sky("overcast", "dull days, recorded every half hour")));
  all.push_back(TRY(fast_hours(choice)));
  all.push_back(kitchens(choice));
  return all;
}

base::Result<Season> real_sessions(const Choice& choice) {
  sim::Trace trace = TRY(trace_of(choice.data + "/traces/abq_2012-07_1min.csv"));
  const std::string text = TRY(read_file(choice.data + "/sessions.csv"));
  const auto sessions = sim::parse_sessions(text);
  if (!sessions) return fail(Culprit::user, fmt::format("{}/sessions.csv: {}", choice.data, sessions.error().text));
  sim::Laid laid = sim::lay_onto(trace, *sessions);
  return Season{std::move(trace), std::move(laid.sessions)};
}

}  // namespace score
