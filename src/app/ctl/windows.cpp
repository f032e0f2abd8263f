#include "app/ctl/windows.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "app/ctl/answers.hpp"
#include "core/policy/rules/day_names.hpp"

namespace app::ctl_words {
namespace {

using namespace core::rules;

std::optional<int> day_of(std::string_view text) {
  std::string small{text};
  std::transform(small.begin(), small.end(), small.begin(), [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; });
  const auto found = std::find(short_day_names.begin(), short_day_names.end(), small);
  return found != short_day_names.end() ? std::optional{static_cast<int>(found - short_day_names.begin())} : std::nullopt;
}

std::string clock(int minute) { return fmt::format("{:02}:{:02}", minute / 60, minute % 60); }

std::string_view short_name(int day) { return day_names[static_cast<std::size_t>(day)].substr(0, 3); }

}  // namespace

std::optional<std::uint8_t> days_of(std::string_view text) {
  if (text == "daily") return every_day;
  unsigned days = 0;
  for (std::size_t at = 0; at <= text.size();) {
    const std::string_view part = text.substr(at, text.find(',', at) - at);
    at += part.size() + 1;
    const std::size_t dash = part.find('-');
    const auto first = day_of(part.substr(0, dash));
    const auto last = dash == std::string_view::npos ? first : day_of(part.substr(dash + 1));
    if (!first || !last) return std::nullopt;
    for (int day = *first;; day = (day + 1) % 7) {
      days |= 1U << day;
      if (day == *last) break;
    }
  }
  return static_cast<std::uint8_t>(days);
}

std::optional<Hours> hours_of(std::string_view text) {
  const std::size_t dash = text.find('-');
  if (dash == std::string_view::npos) return std::nullopt;
  const auto start = minute_of(text.substr(0, dash)), end = minute_of(text.substr(dash + 1));
  if (!start || !end || *start == minutes_per_day || *start == *end) return std::nullopt;
  return Hours{*start, *end};
}

std::string in_words(std::uint8_t days) {
  if (days == every_day) return "Every day";
  std::string words;
  for (int day = 0; day < 7; ++day) {
    const auto open = [&](int one) { return one < 7 && (days >> one & 1) != 0; };
    if (!open(day)) continue;
    int last = day;
    while (open(last + 1)) ++last;
    if (last == day + 1) last = day;   // two days are named, not spanned
    fmt::format_to(std::back_inserter(words), "{}{}", words.empty() ? "" : ", ", short_name(day));
    if (last > day) fmt::format_to(std::back_inserter(words), "–{}", short_name(last));
    day = last;
  }
  return words;
}

std::string in_words(const Hours& hours) {
  return fmt::format("{} to {}{}", clock(hours.start), clock(hours.end), hours.end <= hours.start ? " on the next day" : "");
}

std::string windows(const Schedule& schedule, std::string_view zone) {
  if (schedule.windows.empty()) return "There is no window: no hour has a fixed current.\n";
  Columns rows;
  bool late = false;
  for (const Window& each : schedule.windows) {
    rows.add({in_words(each.days), in_words(Hours{each.start, each.end}), fmt::format("{:g} A", each.amps.number()),
              each.flexible ? "begins as late as the car allows" : ""});
    late = late || each.flexible;
  }
  const std::string battery = late ? fmt::format("The car's battery counts as {:g} kWh. ", schedule.battery_size) : "";
  return fmt::format("{}{}Times of {}.\n", rows.text(), battery, zone);
}

}  // namespace app::ctl_words
