#include "core/meter/session.hpp"

#include <algorithm>

#include "base/base64.hpp"
#include "base/iso8601.hpp"
#include "base/percent.hpp"
#include "core/meter/braces.hpp"
#include "core/meter/evaluate.hpp"
#include "core/meter/number.hpp"
#include "core/meter/path.hpp"

namespace core::meter {

namespace {

constexpr Duration before_token_ends = 24h;

/// Only names that a kind teaches stand for something; other braces are text, of JSON for example.
bool teaches(const Template& kind, std::string_view name) {
  return std::any_of(kind.learns.begin(), kind.learns.end(), [&](const Learns& each) { return each.name == name; });
}

/// In an address percent-encoded, but for what is a whole address; in a body as what it is wants it.
std::string encoded(Part part, bool is_json, bool is_first, const std::string& value) {
  if (part == Part::address) return is_first ? value : base::percent_encoded(value);
  if (part != Part::body) return value;
  return is_json ? json_escaped(value) : base::percent_encoded(value);
}

std::string replaced(std::string_view text, const Options& learned, Part part) {
  const bool is_json = is_json_body(text);
  std::string out;
  walk_names(
      text, [&](char c) { out += c; },
      [&](std::string_view name) {
        const auto found = learned.find(name);
        if (found == learned.end()) out.append("{").append(name).append("}");
        else out += encoded(part, is_json, out.empty(), found->second);
      });
  return out;
}

/// "14.07.26 13:15:45", whose zone nobody tells: only that it goes on counts, so its age is not known.
bool is_local_time(std::string_view text) {
  return text.size() == 17 && text[2] == '.' && text[5] == '.' && text[8] == ' ' && text[11] == ':' && text[14] == ':';
}

}  // namespace

bool uses(const Template& kind, const Gives& gives, std::uint8_t question) {
  const std::vector<std::uint8_t> needs = needed_by(kind, gives);
  return std::find(needs.begin(), needs.end(), question) != needs.end();
}

bool is_read(const Template& kind, std::uint8_t question) {
  const auto of = [&](const auto& all, const auto& is) { return std::any_of(all.begin(), all.end(), is); };
  return of(kind.gives, [&](const Gives& each) { return uses(kind, each, question); }) ||
         of(kind.slots, [&](const Slots& each) { return each.question == question; }) ||
         of(kind.valid, [&](const Valid& each) { return each.test.question == question; });
}

bool is_ready(const Template& kind, std::uint8_t question, const Options& learned) {
  bool ready = true;
  each_text(kind.questions[question].what, [&](Part, std::string_view text) {
    for (const std::string_view name : names_in(text)) ready = ready && (!teaches(kind, name) || learned.contains(name));
  });
  return ready;
}

bool is_needed(const Template& kind, std::uint8_t question, const Options& learned) {
  if (is_read(kind, question)) return true;
  bool teaches_something = false;
  for (const Learns& each : kind.learns) {
    if (each.question != question) continue;
    teaches_something = true;
    if (!learned.contains(each.name)) return true;
  }
  return !teaches_something;
}

bool tells_only_extras(const Template& kind, std::uint8_t question) {
  const auto used = [&](const Gives& each) { return uses(kind, each, question); };
  return std::any_of(kind.gives.begin(), kind.gives.end(), used) &&
         std::all_of(kind.gives.begin(), kind.gives.end(), [&](const Gives& each) { return each.extra || !used(each); });
}

What with_learned(What what, const Options& learned) {
  if (!learned.empty()) each_text(what, [&](Part part, std::string& text) { text = replaced(text, learned, part); });
  return what;
}

bool session_holds(const Access& access, const Options& learned, std::optional<Instant> since, Now now) {
  if (!since) return false;
  if (access.lasts > Duration{} && now.at - *since >= access.lasts) return false;
  if (access.ends_with.empty()) return true;
  const auto token = learned.find(access.ends_with);
  if (token == learned.end()) return false;
  const std::optional<WallTime> end = end_of_token(token->second);
  if (!end) return true;
  const Duration life = *end - now.wall + (now.at - *since);   // when it was given
  return now.wall < *end - std::min(before_token_ends, life / 10);
}

void forget_session(const Template& kind, Options& learned) {
  for (const Learns& each : kind.learns) {
    const auto& first = kind.access.questions;
    if (each.first.empty() && std::find(first.begin(), first.end(), each.question) != first.end()) learned.erase(each.name);
  }
}

void begin_with(const Template& kind, Options& learned) {
  for (const Learns& each : kind.learns) {
    if (!each.first.empty()) learned.try_emplace(each.name, each.first);
  }
}

bool knows_session(const Template& kind, const Options& learned) {
  const auto& first = kind.access.questions;
  return std::all_of(kind.learns.begin(), kind.learns.end(), [&](const Learns& each) {
    return std::find(first.begin(), first.end(), each.question) == first.end() || learned.contains(each.name);
  });
}

std::optional<WallTime> end_of_token(std::string_view jwt) {
  const std::size_t first = jwt.find('.');
  const std::size_t second = first == std::string_view::npos ? first : jwt.find('.', first + 1);
  if (second == std::string_view::npos) return std::nullopt;
  const std::optional<std::string> payload = base::from_base64(jwt.substr(first + 1, second - first - 1));
  if (!payload) return std::nullopt;
  const auto tree = wire::read_json(*payload);
  const wire::Tree* exp = tree ? tree->find("exp") : nullptr;
  const std::optional<double> seconds = exp != nullptr ? number_of(exp->text) : std::nullopt;
  if (!seconds || !(*seconds > 0 && *seconds < 1e11)) return std::nullopt;
  return WallTime::at(base::in_seconds(*seconds));
}

void keep_cookie(std::vector<std::string>& cookies, std::string_view cookie) {
  cookie = cookie.substr(0, cookie.find(';'));
  const std::size_t equals = cookie.find('=');
  if (equals == std::string_view::npos || equals == 0) return;
  std::erase_if(cookies, [&](const std::string& each) { return each.starts_with(cookie.substr(0, equals + 1)); });
  if (equals + 1 < cookie.size()) cookies.emplace_back(cookie);
}

void keep_amount(Amounts& amounts, Amount amount) {
  for (Amount& each : amounts) {
    if (each.what != amount.what) continue;
    each = amount;
    return;
  }
  amounts.push_back(amount);
}

std::optional<Stamped> stamp_in(const Stamp& stamp, const Content& content, WallTime wall) {
  const auto* tree = std::get_if<wire::Tree>(&content);
  const wire::Tree* place = tree != nullptr ? find(*tree, stamp.at) : nullptr;
  const std::optional<std::string_view> words = place != nullptr ? words_of(*place) : std::nullopt;
  if (!words) return std::nullopt;
  Stamped stamped{std::string{*words}, {}, false};
  const std::optional<double> number = number_of(*words);
  switch (stamp.as) {
    case Stamp::As::iso8601: {
      const auto time = base::parse_iso8601(*words);
      // One without a zone is somebody's local time.
      if (time) stamped.age = wall - *time;
      return stamped;
    }
    case Stamp::As::local: return is_local_time(*words) ? std::optional{stamped} : std::nullopt;
    case Stamp::As::age_seconds:
      if (!number || !(*number >= 0 && *number < 1e9)) return std::nullopt;
      stamped.age = base::in_seconds(*number);
      stamped.is_age = true;
      return stamped;
    case Stamp::As::unix_seconds:
    case Stamp::As::unix_milliseconds: {
      if (!number || !(*number > 0 && *number < 1e14)) return std::nullopt;
      const double scale = stamp.as == Stamp::As::unix_seconds ? 1.0 : 0.001;
      stamped.age = wall - WallTime::at(base::in_seconds(*number * scale));
      return stamped;
    }
  }
  return std::nullopt;
}

}  // namespace core::meter
