// A reader of two small CSV dialects that says what is wrong where.
#include "sim/trace.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <chrono>
#include <optional>

#include "base/iso8601.hpp"

namespace sim {
namespace {

using base::Culprit;
using base::fail;

std::string_view trimmed(std::string_view text) {
  while (!text.empty() && (text.back() == '\r' || text.back() == ' ' || text.back() == '\t')) text.remove_suffix(1);
  while (!text.empty() && (text.front() == ' ' || text.front() == '\t')) text.remove_prefix(1);
  return text;
}

/// Walks over the lines of a CSV text and cuts them into at most five cells.
class Table {
 public:
  explicit Table(std::string_view csv) : rest_(csv) {
    if (rest_.substr(0, 3) == "\xEF\xBB\xBF") rest_.remove_prefix(3);
  }

  /// The next line that is not empty.
  bool next() {
    while (!rest_.empty()) {
      ++line_;
      const std::size_t end = std::min(rest_.find('\n'), rest_.size());
      text_ = trimmed(rest_.substr(0, end));
      rest_.remove_prefix(std::min(end + 1, rest_.size()));
      if (!text_.empty()) return true;
    }
    return false;
  }
  [[nodiscard]] int line() const { return line_; }
  [[nodiscard]] std::string_view text() const { return text_; }

  /// The cells of this line; those beyond the fifth stay in the fifth.
  std::size_t cut() {
    std::string_view rest = text_;
    std::size_t count = 0;
    while (count < cells_.size()) {
      const std::size_t comma = count + 1 == cells_.size() ? std::string_view::npos : rest.find(',');
      cells_[count++] = trimmed(rest.substr(0, comma));
      if (comma == std::string_view::npos) break;
      rest.remove_prefix(comma + 1);
    }
    return count;
  }
  [[nodiscard]] std::string_view cell(std::size_t i) const { return cells_[i]; }

 private:
  std::string_view rest_, text_;
  std::array<std::string_view, 5> cells_;
  int line_ = 0;
};

tl::unexpected<base::Fault> wrong(const Table& table, std::string_view what) {
  return fail(Culprit::user, fmt::format("line {}: {}", table.line(), what));
}

/// A number in [0, most]; nothing for words, NaN and infinities.
std::optional<double> number(std::string_view text, double most) {
  double value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  if (!(value >= 0 && value <= most)) return std::nullopt;
  return value;
}

Result<double> cell_number(const Table& table, std::size_t i, std::string_view name, double most) {
  if (const auto value = number(table.cell(i), most)) return *value;
  return wrong(table, fmt::format("{} is \"{}\"; write a number from 0 to {}", name, table.cell(i), most));
}

Result<WallTime> cell_time(const Table& table, std::size_t i) {
  auto time = base::parse_iso8601(table.cell(i));
  if (!time) return wrong(table, time.error().text);
  return *time;
}

constexpr double most_watts = 1e6, most_kilowatt_hours = 1000, most_amps = 80;

Duration usual_step(const std::vector<Trace::Row>& rows) {
  std::vector<std::int64_t> steps;
  for (std::size_t i = 1; i < rows.size(); ++i) steps.push_back((rows[i].from - rows[i - 1].from).count());
  if (steps.empty()) return Duration{std::chrono::hours{1}};
  const auto middle = steps.begin() + static_cast<std::ptrdiff_t>(steps.size() / 2);
  std::nth_element(steps.begin(), middle, steps.end());
  return Duration{*middle};
}

}  // namespace

Trace::Trace(std::vector<Row> rows) : rows_(std::move(rows)) {
  base::check(!rows_.empty(), "a trace has at least one row");
  step_ = usual_step(rows_);
  for (std::size_t i = 1; i < rows_.size(); ++i) {
    base::check(rows_[i - 1].from < rows_[i].from, "the rows of a trace ascend");
    if ((rows_[i].from - rows_[i - 1].from) * 2 > step_ * 3)
      gaps_.push_back({rows_[i - 1].from + step_, rows_[i].from});
  }
}

Result<Trace> Trace::parse(std::string_view csv) {
  Table table(csv);
  if (!table.next() || table.text() != "time,pv_w,load_w")
    return wrong(table, "a trace begins with the line \"time,pv_w,load_w\"");
  std::vector<Row> rows;
  while (table.next()) {
    if (table.cut() != 3) return wrong(table, "a trace has three columns, time,pv_w,load_w");
    const WallTime from = TRY(cell_time(table, 0));
    const double solar = TRY(cell_number(table, 1, "pv_w", most_watts));
    const double load = TRY(cell_number(table, 2, "load_w", most_watts));
    if (!rows.empty() && from <= rows.back().from)
      return wrong(table, "its time is not after that of the row before; sort the rows by time");
    rows.push_back({from, *Watts::from(solar), *Watts::from(load), {}});
  }
  if (rows.empty()) return wrong(table, "the trace has no rows; give it at least one below the heading");
  return Trace{std::move(rows)};
}

Result<std::vector<Session>> parse_sessions(std::string_view csv) {
  Table table(csv);
  constexpr std::string_view heading = "arrive,depart,energy_kwh,max_amps";
  if (!table.next() || (table.text() != heading && table.text() != "arrive,depart,energy_kwh,max_amps,car"))
    return wrong(table, fmt::format("sessions begin with the line \"{}\" or the same with \",car\"", heading));
  const std::size_t columns = table.cut();
  std::vector<Session> sessions;
  while (table.next()) {
    if (table.cut() != columns) return wrong(table, fmt::format("it has not the {} columns of the heading", columns));
    Session session;
    session.arrive = TRY(cell_time(table, 0));
    session.depart = TRY(cell_time(table, 1));
    if (session.depart <= session.arrive) return wrong(table, "the car departs before it arrives; exchange the times");
    const double kilowatt_hours = TRY(cell_number(table, 2, "energy_kwh", most_kilowatt_hours));
    session.needed = *Energy::from(kilowatt_hours * 3.6e6);
    const double amps = TRY(cell_number(table, 3, "max_amps", most_amps));
    session.most = *Amps::from(amps);
    if (columns == 5) session.car = base::Text<24>(table.cell(4));
    sessions.push_back(session);
  }
  std::stable_sort(sessions.begin(), sessions.end(),
                   [](const Session& a, const Session& b) { return a.arrive < b.arrive; });
  return sessions;
}

namespace {

int year_of(WallTime time) {
  namespace chrono = std::chrono;
  return static_cast<int>(
      chrono::year_month_day{chrono::sys_days{chrono::floor<chrono::days>(time.since_epoch())}}.year());
}

WallTime years_later(WallTime time, int years) {
  namespace chrono = std::chrono;
  const auto day = chrono::floor<chrono::days>(time.since_epoch());
  auto date = chrono::year_month_day{chrono::sys_days{day}} + chrono::years{years};
  if (!date.ok()) date = chrono::year_month_day{date.year() / date.month() / chrono::day{28}};
  return WallTime::at(chrono::sys_days{date}.time_since_epoch() + (time.since_epoch() - day));
}

}  // namespace

Laid lay_onto(const Trace& trace, std::span<const Session> sessions) {
  Laid best;
  best.outside = sessions.size();
  if (sessions.empty()) return best;
  const int first = year_of(trace.begins()) - year_of(sessions.back().arrive);
  const int last = year_of(trace.ends()) - year_of(sessions.front().arrive);
  // Each session goes by the number of years that brings it onto the trace; recordings of some years overlay each
  // other.
  for (const Session& session : sessions) {
    bool inside = false;
    for (int years = first; years <= last && !inside; ++years) {
      Session moved = session;
      moved.arrive = years_later(session.arrive, years);
      moved.depart = moved.arrive + (session.depart - session.arrive);
      inside = moved.arrive >= trace.begins() && moved.arrive < trace.ends();
      if (!inside) continue;
      best.years = years;
      --best.outside;
      best.sessions.push_back(moved);
    }
  }
  std::stable_sort(best.sessions.begin(), best.sessions.end(),
                   [](const Session& a, const Session& b) { return a.arrive < b.arrive; });
  return best;
}

}  // namespace sim
