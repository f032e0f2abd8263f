#include "app/ctl/answers.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <cmath>
#include <ctime>
#include <utility>

#include "base/iso8601.hpp"

namespace app::ctl_words {
namespace {

/// Of an RFC 3339 time; of what is none, that of 1970.
std::tm local_time(const std::string& time) {
  const auto at = base::parse_iso8601(time).value_or(base::WallTime{});
  const auto seconds = static_cast<std::time_t>(at.since_epoch() / std::chrono::seconds{1});
  std::tm local{};
  localtime_r(&seconds, &local);
  return local;
}

/// "14:05", and the day where it is not today's.
std::string time_of_day(const std::string& time, const std::string& now) {
  const std::tm local = local_time(time), today = local_time(now);
  std::string clock = fmt::format("{:02}:{:02}", local.tm_hour, local.tm_min);
  if (local.tm_yday == today.tm_yday && local.tm_year == today.tm_year) return clock;
  return fmt::format("{:04}-{:02}-{:02} {}", local.tm_year + 1900, local.tm_mon + 1, local.tm_mday, clock);
}

std::string amps(std::optional<double> number) {
  return number ? fmt::format("{:.4g} A", *number) : "unknown";
}

std::string power(std::optional<double> watts) {
  if (!watts) return "unknown";
  return std::abs(*watts) < 1000 ? fmt::format("{:.0f} W", *watts) : fmt::format("{:.2f} kW", *watts / 1000);
}

std::string mode_in_words(std::string_view code) {
  constexpr std::array<std::pair<std::string_view, std::string_view>, 4> all{
      {{"off", "nothing charges"}, {"pv", "follows the sun"}, {"minpv", "minimum and sun"}, {"now", "all there is"}}};
  for (const auto& [known, words] : all) {
    if (known == code) return fmt::format("{} ({})", words, code);
  }
  return std::string{code};
}

std::string name_of(const Value& connector) {
  const std::string name = text_at(connector, "name");
  return name.empty() ? text_at(connector, "id") : fmt::format("{} ({})", name, text_at(connector, "id"));
}

/// A member on a line of its own; nothing where it is empty.
std::string line(const Value& root, std::string_view path, std::string_view indent) {
  const std::string text = text_at(root, path);
  return text.empty() ? std::string{} : fmt::format("{}{}\n", indent, text);
}

void add_house(const Value& snapshot, Columns& columns) {
  const Value* site = snapshot.find("site");
  if (site == nullptr) return;
  columns.add({"House", fmt::format("{}; roof {}; charging {}", power(number_at(*site, "house")),
                                    power(number_at(*site, "generation")), power(number_at(*site, "charging")))});
  columns.add({"Sun leaves", amps(number_at(*site, "sun"))});
}

std::string connectors(const Value& snapshot) {
  const auto& all = list_at(snapshot, "connectors");
  if (all.empty()) return "No connector has been heard yet.\n";
  std::string text;
  for (const Value& each : all) {
    Columns facts{"  "};
    const auto told = number_at(each, "told");
    facts.add({"draws", fmt::format("{}, told {}", amps(number_at(each, "drawn")), told ? amps(told) : "nothing yet")});
    const auto target = number_at(each, "target");
    facts.add({"this visit", fmt::format("{:.2f} kWh{}", number_at(each, "session_energy").value_or(0),
                                         target ? fmt::format(" of {:g}", *target) : "")});
    const bool own = text_at(each, "mode.own") == "true";
    facts.add({"mode", fmt::format("{}{}", mode_in_words(text_at(each, "mode.code")), own ? ", its own" : "")});
    const std::string link = text_at(each, "link.text");
    if (text_at(each, "link.code") != "linked") facts.add({"link", link});
    text += fmt::format("{}: {}\n{}{}", name_of(each), text_at(each, "why"), line(each, "change", "  "), facts.text());
  }
  return text;
}

std::string circuits(const Value& snapshot) {
  const auto& all = list_at(snapshot, "circuits");
  if (all.empty()) return {};
  Columns rows;
  for (const Value& each : all) {
    const auto most = number_at(each, "amps"), watts = number_at(each, "watts");
    const std::string limit = most && watts ? fmt::format("{} and {}", amps(most), power(watts))
                              : most        ? amps(most)
                              : watts       ? power(watts)
                                            : "";
    const std::string by = text_at(each, "external");
    rows.add({text_at(each, "name"), limit, by.empty() ? "" : "limited: " + by});
  }
  return "\nCircuits\n" + rows.text();
}

/// How many columns a text takes: characters of UTF-8, not bytes.
std::size_t width(std::string_view text) {
  return static_cast<std::size_t>(
      std::count_if(text.begin(), text.end(), [](char c) { return (static_cast<unsigned char>(c) & 0xC0) != 0x80; }));
}

// --- The schedule: rows that are alike are one line

struct Span {
  std::string from, until;  // RFC 3339
  std::string what;
};

/// "Wed 3 Jun 22:00" of a time as the wall of the house shows it.
std::string day_and_time(std::string_view time) {
  const auto part = [&](std::size_t at, std::size_t size) {
    int number = 0;
    for (const char c : time.substr(std::min(at, time.size()), size))
      number = number * 10 + (c >= '0' && c <= '9' ? c - '0' : 0);
    return number;
  };
  using namespace std::chrono;
  const sys_days midnight{year{part(0, 4)} / part(5, 2) / part(8, 2)};
  const auto at = midnight + hours{part(11, 2)} + minutes{part(14, 2)};
  const auto day = floor<days>(at);
  const year_month_day date{day};
  constexpr std::array names{"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
  const auto minute = duration_cast<minutes>(at - day).count();
  return fmt::format("{} {:02}-{:02} {:02}:{:02}", names[weekday{day}.c_encoding()],
                     static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()), minute / 60, minute % 60);
}

std::string how_much(const Value& hour) {
  if (text_at(hour, "green") == "true") return "follows the sun";
  return amps(number_at(hour, "amps"));
}

// --- Policies

std::string verdict_of(const Value& at, std::string_view name) {
  const std::string said = text_at(at, name);
  if (said == "true" || said == "yes") return "yes";
  return said == "false" || said == "no" ? "no" : "unknown";
}

/// An hour of the day as a clock shows it, other numbers with three decimals at most, texts as they are.
std::string shown_value(const Value& value, std::string_view source) {
  const auto number = value.kind == Value::Kind::word ? number_of(value) : std::nullopt;
  if (!number) return value.text;
  if (source != "the time of day" && source != "sunrise" && source != "sunset")
    return fmt::format("{:.15g}", std::round(*number * 1000) / 1000);
  const long minutes = std::lround(*number * 60);
  const long of_day = minutes == 1440 ? minutes : (minutes % 1440 + 1440) % 1440;
  return fmt::format("{:02}:{:02}", of_day / 60, of_day % 60);
}

std::string operand(const Value& condition, std::string_view name) {
  const std::string source = text_at(condition, name);
  const Value* value = condition.find(fmt::format("{}Value", name));
  if (value == nullptr || !value->is_scalar() || value->text == source) return source;
  return fmt::format("{} ({})", source, shown_value(*value, source));
}

std::string comparison(const std::string& code) {
  constexpr std::array<std::pair<std::string_view, std::string_view>, 8> all{{{"gt", "above"},
                                                                              {"gte", "at least"},
                                                                              {"lt", "below"},
                                                                              {"lte", "at most"},
                                                                              {"eq", "equal to"},
                                                                              {"ne", "other than"},
                                                                              {"false", "never"},
                                                                              {"none", "always"}}};
  for (const auto& [known, words] : all) {
    if (known == code) return std::string{words};
  }
  return code;
}

}  // namespace

std::string text_at(const Value& root, std::string_view path) {
  const Value* value = root.at(path);
  return value != nullptr && value->is_scalar() ? value->text : std::string{};
}

std::optional<double> number_at(const Value& root, std::string_view path) {
  const Value* value = root.at(path);
  return value != nullptr && value->is_scalar() ? number_of(*value) : std::nullopt;
}

const std::vector<Value>& list_at(const Value& root, std::string_view path) {
  static const std::vector<Value> none;
  const Value* value = root.at(path);
  return value != nullptr && value->kind == Value::Kind::list ? value->children : none;
}

std::string Columns::text() const {
  std::vector<std::size_t> widths;
  for (const auto& row : rows_) {
    widths.resize(std::max(widths.size(), row.size()));
    for (std::size_t i = 0; i < row.size(); ++i) widths[i] = std::max(widths[i], width(row[i]));
  }
  std::string all;
  for (const auto& row : rows_) {
    std::string line = indent_;
    for (std::size_t i = 0; i < row.size(); ++i) {
      line += row[i];
      if (i + 1 < row.size()) line += std::string(widths[i] - width(row[i]) + 2, ' ');
    }
    line.erase(line.find_last_not_of(' ') + 1);
    all += line + '\n';
  }
  return all;
}

std::string status(const Value& snapshot) {
  const std::string now = text_at(snapshot, "time");
  Columns house;
  house.add({"Mode", mode_in_words(text_at(snapshot, "mode"))});
  if (const std::string name = text_at(snapshot, "policy.name"); !name.empty())
    house.add({"Policy", fmt::format("{}: {}", name, text_at(snapshot, "policy.why"))});
  if (const auto rate = number_at(snapshot, "charge_now.rate"))
    house.add({"Charge Now", fmt::format("{} until {}", amps(rate),
                                         time_of_day(text_at(snapshot, "charge_now.until"), now))});
  house.add(
      {"Target", fmt::format("{} of {}: {}", amps(number_at(snapshot, "target.amps")),
                             amps(number_at(snapshot, "limits.circuit")), text_at(snapshot, "target.reason.text"))});
  add_house(snapshot, house);
  house.add({"Bus", text_at(snapshot, "bus.state.text")});
  return fmt::format("{}\n{}{}", house.text(), connectors(snapshot), circuits(snapshot));
}

std::string why(const Value& answer, const Value& snapshot) {
  const std::string now = text_at(snapshot, "time");
  const std::string id = text_at(answer, "connector");
  std::string name = id;
  for (const Value& each : list_at(snapshot, "connectors")) {
    if (text_at(each, "id") == id) name = name_of(each);
  }
  Columns chain{"  "};
  for (const Value& link : list_at(answer, "chain")) {
    std::string what = text_at(link, "name");
    std::replace(what.begin(), what.end(), '_', ' ');
    const auto value = number_at(link, "value");
    chain.add({what, text_at(link, "unit") == "W" ? power(value) : amps(value), text_at(link, "text")});
  }
  Columns changes{"  "};
  for (const Value& change : list_at(answer, "decisions"))
    changes.add({time_of_day(text_at(change, "time"), now),
                 fmt::format("{} → {}", amps(number_at(change, "from")), amps(number_at(change, "to"))),
                 text_at(change, "reason.text")});
  std::string text = fmt::format("{}: {}\n{}\nFrom the meters to the cable\n{}", name, text_at(answer, "sentence"),
                                 line(answer, "change", ""), chain.text());
  if (const std::string last = changes.text(); !last.empty()) text += "\nWhat it was told last\n" + last;
  return text;
}

std::string schedule(const Value& preview) {
  std::vector<Span> spans;
  for (const Value& hour : list_at(preview, "hours")) {
    const std::string what = fmt::format("{}\t{}", text_at(hour, "policy"), how_much(hour));
    if (spans.empty() || spans.back().what != what) spans.push_back({text_at(hour, "time"), {}, what});
    spans.back().until = text_at(hour, "until");
  }
  if (spans.empty()) return "There are no policies, so nothing is scheduled: the mode decides.\n";
  Columns rows;
  for (const Span& each : spans) {
    const std::size_t tab = each.what.find('\t');
    rows.add({day_and_time(each.from), "to", day_and_time(each.until), each.what.substr(0, tab), each.what.substr(tab + 1)});
  }
  return fmt::format("{}What meters will say is not foreseen. Times of {}.\n", rows.text(), text_at(preview, "zone"));
}

std::string policy(const Value& answer) {
  const std::string active = text_at(answer, "active");
  std::string text = active.empty() ? "No policy rules" : active + " rules";
  if (const std::string reason = text_at(answer, "why"); !reason.empty()) text += ": " + reason;
  text += ".\n";
  bool found = false;
  for (const Value& each : list_at(answer, "policies")) {
    const std::string name = text_at(each, "name"), applies = verdict_of(each, "applies");
    const bool rules = !found && name == active && applies != "no";
    found = found || rules;
    text += fmt::format("\n{} {}: {}\n", rules ? ">" : " ", name,
                        applies == "yes"  ? "applies"
                        : applies == "no" ? "does not apply"
                                          : "is not known to apply");
    Columns rows{"    "};
    for (const Value& condition : list_at(each, "conditions"))
      rows.add({verdict_of(condition, "verdict"), operand(condition, "left"),
                comparison(text_at(condition, "comparison")), operand(condition, "right")});
    text += rows.text();
  }
  return text;
}

std::string log(const Value& snapshot, int lines) {
  const auto& all = list_at(snapshot, "announcements");  // the newest first
  const std::string now = text_at(snapshot, "time");
  Columns rows;
  for (std::size_t i = std::min(all.size(), static_cast<std::size_t>(lines)); i-- > 0;) {
    const std::string severity = text_at(all[i], "severity");
    rows.add({time_of_day(text_at(all[i], "time"), now), severity == "info" ? "" : severity,
              text_at(all[i], "text")});
  }
  return all.empty() ? "Nothing has been announced yet.\n" : rows.text();
}

}  // namespace app::ctl_words
