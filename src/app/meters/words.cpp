#include "app/meters/words.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <vector>

#include "app/config/keys.hpp"

namespace app::meters {
namespace {

using enum Takes;

constexpr std::array file_words{
    Word{"meter", text, true},
    Word{"title", text, true},
    Word{"setup"},
    Word{"uncertain"},
    Word{"over", choice, true, "http modbus mqtt telegram"},
    Word{"options", named},
    Word{"every", duration},
    Word{"least_every", duration},
    Word{"a_day", whole, false, {}, 1, 1e6},
    Word{"patience", duration},
    Word{"one_by_one", yes_no},
    Word{"cloud", yes_no},
    Word{"estimated", yes_no},
    Word{"trust"},
    Word{"auth", part},
    Word{"asks", named, true},
    Word{"gives", named, true},
    Word{"valid", part},
    Word{"time", part},
    Word{"learns", named},
    Word{"legacy", part},
    Word{"proof", part, true},
};
constexpr std::array option_words{
    Word{"type", choice, false, "text host port number yes_no device growatt_password"},
    Word{"required", yes_no},
    Word{"secret", yes_no},
    Word{"default"},
    Word{"help"},
    Word{"yes"},
    Word{"no"},
};
constexpr std::array request_words{
    Word{"get"},  Word{"post"},
    Word{"put"},  Word{"headers", named},
    Word{"body"}, Word{"form", choice, false, "json lenient_json xml csv text"},
    Word{"trust"},
    Word{"absent"},
    Word{"basic", part},
};
constexpr std::array registers_words{
    Word{"device", text, true},
    Word{"unit"},
    Word{"table", choice, false, "holding input"},
    Word{"after_connecting", duration},
    Word{"between", duration},
};
constexpr std::array topic_words{
    Word{"broker", text, true},
    Word{"topic", text, true},
    Word{"wake", texts},
    Word{"form", choice, false, "json lenient_json text"},
    Word{"trust"},
};
constexpr std::array telegram_words{
    Word{"from", text, true},
    Word{"says", texts},
    Word{"protocol"},
    Word{"form", choice, false, "json p1 speedwire text"},
    Word{"trust"},
};
constexpr std::array number_words{
    Word{"of", texts},
    Word{"at"},
    Word{"after", texts},
    Word{"sum", part},
    Word{"mean", part},
    Word{"first_of", part},
    Word{"by"},
    Word{"with", named},
    Word{"unit"},
    Word{"unit_at"},
    Word{"comma", yes_no},
    Word{"words", named},
    Word{"scale", factor},
    Word{"offset", number},
    Word{"sign", choice, false, "plus minus"},
    Word{"absolute", yes_no},
    Word{"missing", choice, false, "0 unknown"},
    Word{"minus_when", part},
    Word{"only_when", part},
    Word{"extra", yes_no},
    Word{"sign_like"},
};
constexpr std::array test_words{
    Word{"of"}, Word{"at"}, Word{"is", texts}, Word{"is_not", texts}, Word{"there", yes_no},
};
constexpr std::array valid_words{
    Word{"of"}, Word{"at"}, Word{"is", texts}, Word{"is_not", texts}, Word{"there", yes_no}, Word{"says"},
};
constexpr std::array time_words{
    Word{"of"},
    Word{"at"},
    Word{"as", choice, true, "iso8601 unix unix_ms age local"},
    Word{"believed", duration},
};
constexpr std::array learned_words{Word{"of"}, Word{"at"}, Word{"secret", yes_no}, Word{"first"}};
constexpr std::array access_words{Word{"basic", part}, Word{"digest", part}, Word{"session", part}};
constexpr std::array login_words{Word{"user", text, true}, Word{"password", text, true}};
constexpr std::array session_words{
    Word{"asks", texts, true},
    Word{"lasts", duration},
    Word{"cookies", yes_no},
    Word{"ends_with"},
};
constexpr std::array legacy_words{Word{"section", text, true}, Word{"when", texts}, Word{"options", named}};
constexpr std::array proof_words{Word{"options", named}, Word{"at"}, Word{"means", part, true}};
constexpr std::array table_file_words{
    Word{"price"},
    Word{"forecast"},
    Word{"title", text, true},
    Word{"setup"},
    Word{"uncertain"},
    Word{"over", choice, true, "http mqtt"},
    Word{"options", named},
    Word{"every", duration, true},
    Word{"least_every", duration},
    Word{"a_day", whole, false, {}, 1, 1e6},
    Word{"patience", duration},
    Word{"one_by_one", yes_no},
    Word{"cloud", yes_no},
    Word{"trust"},
    Word{"auth", part},
    Word{"asks", named, true},
    Word{"slots", part, true},
    Word{"currency"},
    Word{"currency_at"},
    Word{"valid", part},
    Word{"learns", named},
    Word{"proof", part, true},
};
constexpr std::array slots_words{
    Word{"of"},
    Word{"by", choice, false, "entsoe open_meteo"},
    Word{"with", named},
    Word{"each"},
    Word{"start"},
    Word{"end"},
    Word{"length"},
    Word{"as", choice, false, "iso8601 unix unix_ms utc"},
    Word{"values"},
    Word{"value"},
    Word{"unit"},
};

struct Unit {
  std::string_view word;
  std::int64_t milliseconds;
};
constexpr std::array units{Unit{"ms", 1}, Unit{"s", 1000}, Unit{"min", 60'000}, Unit{"h", 3'600'000},
                           Unit{"d", 86'400'000}};
constexpr base::Duration longest = std::chrono::hours{24 * 400};

std::vector<std::string_view> split(std::string_view choices) {
  std::vector<std::string_view> all;
  for (std::size_t at = 0; at < choices.size();) {
    const std::size_t end = std::min(choices.find(' ', at), choices.size());
    all.push_back(choices.substr(at, end - at));
    at = end + 1;
  }
  return all;
}

bool is_texts(const Value& value) {
  if (value.is_scalar()) return true;
  return value.kind == Value::Kind::list && !value.children.empty() &&
         std::all_of(value.children.begin(), value.children.end(), [](const Value& each) { return each.is_scalar(); });
}

std::string wrong_choice(const Word& word, const Value& value) {
  const auto choices = split(word.choices);
  if (value.is_scalar() && std::find(choices.begin(), choices.end(), value.text) != choices.end()) return {};
  return fmt::format("is {}; write one of {}", shown(value), fmt::join(choices, ", "));
}

std::string wrong_whole(const Word& word, const Value& value) {
  const auto given = number_of(value);
  if (given && *given == std::floor(*given) && *given >= word.least && *given <= word.most) return {};
  return fmt::format("is {}; write a whole number from {} to {}", shown(value), word.least, word.most);
}

}  // namespace

std::string_view name_of(Part part) {
  constexpr std::array<std::string_view, all_parts> names{
      "a meter's file",  "an option", "a request", "a question over modbus", "a topic", "a telegram", "a number",  "a test", "what is valid", "a time",
      "what is learned", "auth",      "a log-in",   "a session", "legacy", "a proof", "a file of prices or of a forecast", "what is a slot"};
  return names[static_cast<std::size_t>(part)];
}

std::span<const Word> words_of(Part part) {
  switch (part) {
    case Part::file: return file_words;
    case Part::option: return option_words;
    case Part::request: return request_words;
    case Part::registers: return registers_words;
    case Part::topic: return topic_words;
    case Part::telegram: return telegram_words;
    case Part::number: return number_words;
    case Part::test: return test_words;
    case Part::valid: return valid_words;
    case Part::time: return time_words;
    case Part::learned: return learned_words;
    case Part::access: return access_words;
    case Part::login: return login_words;
    case Part::session: return session_words;
    case Part::legacy: return legacy_words;
    case Part::proof: return proof_words;
    case Part::table_file: return table_file_words;
    case Part::slots: return slots_words;
  }
  return {};
}

std::string objection(const Word& word, const Value& value) {
  const std::string got = shown(value);
  switch (word.takes) {
    case text: return value.is_scalar() ? "" : fmt::format("is {}; write a text", got);
    case texts: return is_texts(value) ? "" : fmt::format("is {}; write a text or a list of texts", got);
    case yes_no: return yes_of(value) ? "" : fmt::format("is {}; write yes or no", got);
    case number: return number_of(value) ? "" : fmt::format("is {}; write a number", got);
    case factor: {
      const bool option =
          value.is_scalar() && value.text.size() > 2 && value.text.front() == '{' && value.text.back() == '}';
      const auto given = number_of(value);
      return option || (given && *given != 0)
                 ? ""
                 : fmt::format("is {}; write a number but zero, or an option in braces", got);
    }
    case whole: return wrong_whole(word, value);
    case duration:
      return value.is_scalar() && duration_of(value.text)
                 ? ""
                 : fmt::format("is {}; write a time as in 15 s, 3 min, 1 h", got);
    case choice: return wrong_choice(word, value);
    case part: return value.kind == Value::Kind::nothing ? "has nothing behind it; write it, or remove the word" : "";
    case named: return value.kind == Value::Kind::object ? "" : fmt::format("is {}; write a section of names", got);
  }
  return {};
}

std::optional<base::Duration> duration_of(std::string_view text) {
  double count = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), count);
  if (error != std::errc{} || !(count > 0)) return std::nullopt;
  std::string_view unit = text.substr(static_cast<std::size_t>(end - text.data()));
  while (unit.starts_with(' ')) unit.remove_prefix(1);
  const auto known = std::find_if(units.begin(), units.end(), [&](const Unit& each) { return each.word == unit; });
  if (known == units.end()) return std::nullopt;
  const double milliseconds = count * static_cast<double>(known->milliseconds);
  if (!(milliseconds >= 1) || milliseconds > static_cast<double>(longest.count())) return std::nullopt;
  return base::Duration{std::llround(milliseconds)};
}

std::string shown(base::Duration duration) {
  const Unit* best = &units.front();
  for (const Unit& each : units) {
    if (duration.count() % each.milliseconds == 0 && each.word != "d") best = &each;
  }
  return fmt::format("{} {}", duration.count() / best->milliseconds, best->word);
}

std::string suggestion(std::string_view word, std::span<const std::string_view> known) {
  const std::string_view meant = nearest(word, known);
  if (!meant.empty()) return fmt::format("; is \"{}\" meant?", meant);
  if (known.empty()) return "; there are none";
  return fmt::format("; there are {}", fmt::join(known, ", "));
}

}  // namespace app::meters
