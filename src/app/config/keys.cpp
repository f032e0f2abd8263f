#include "app/config/keys.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "app/config/keys/parts.hpp"
#include "wire/json.hpp"

namespace app {
namespace {

using Takes = Key::Takes;

constexpr std::array<std::string_view, 2> whole{"policy.override", "policy.extend"};

constexpr std::string_view words_of(Takes takes) {
  switch (takes) {
    case Takes::number: return "number";
    case Takes::whole: return "whole number";
    case Takes::yes_no: return "true or false";
    case Takes::text: return "text";
    case Takes::word: return "one of";
    case Takes::list: return "list of texts";
    case Takes::numbers: return "list of numbers";
    case Takes::structure: return "structure";
  }
  return "";
}

constexpr std::string_view code_of(Key::Changes changes) {
  switch (changes) {
    case Key::Changes::running: return "running";
    case Key::Changes::by_restart: return "by_restart";
    case Key::Changes::never_on_page: return "never_on_page";
  }
  return "";
}

bool has_range(const Key& key) {
  return key.takes == Takes::number || key.takes == Takes::whole || key.takes == Takes::numbers;
}

const Group* group_of(const Key& key) {
  const auto found = std::find_if(groups().begin(), groups().end(), [&](const Group& each) {
    return key.path.starts_with(each.path) && key.path.substr(each.path.size()).starts_with(".*.");
  });
  return found == groups().end() ? nullptr : &*found;
}

bool stands_for(std::string_view pattern, std::string_view path) {
  const std::size_t star = pattern.find('*');
  if (star == std::string_view::npos) return pattern == path;
  const std::string_view before = pattern.substr(0, star);
  const std::string_view after = pattern.substr(star + 1);
  return path.size() > before.size() + after.size() && path.starts_with(before) && path.ends_with(after);
}

std::vector<Key> put_together() {
  std::vector<Key> all;
  for (const Key::Use use : {Key::Use::now, Key::Use::later}) {
    for (const auto part : {keys_of_limits(), keys_of_interface(), keys_of_sources(), keys_of_house(), keys_of_tables(),
                            keys_of_vehicles(), keys_of_reports()}) {
      std::copy_if(part.begin(), part.end(), std::back_inserter(all), [&](const Key& key) { return key.use == use; });
    }
  }
  return all;
}

std::string line_of(const Key& key) {
  std::string text = fmt::format("{:<40} {}", key.path, words_of(key.takes));
  if (key.takes == Takes::word) text += fmt::format(" {}", key.choices);
  if (has_range(key)) text += fmt::format(" {}…{}{}{}", key.least, key.most, key.unit.empty() ? "" : " ", key.unit);
  if (!key.fallback.empty()) text += fmt::format(", default {}", key.fallback);
  if (key.is_secret) text += ", secret";
  text += fmt::format("\n    {}\n", key.meaning);
  if (!key.also.empty()) text += fmt::format("    also: {}\n", key.also);
  return text;
}

}  // namespace

core::Mode mode_of(const Given& given) {
  if (given.text == "off") return core::Mode::off;
  if (given.text == "minpv") return core::Mode::min_solar;
  return given.text == "now" ? core::Mode::fast : core::Mode::solar;
}

std::span<const Key> keys() {
  static const std::vector<Key> all = put_together();
  return all;
}
std::span<const std::string_view> whole_sections() {
  return whole;
}

std::vector<std::string_view> choices_of(const Key& key) {
  std::vector<std::string_view> choices;
  for (std::string_view rest = key.choices; !rest.empty();) {
    choices.push_back(rest.substr(0, rest.find(' ')));
    rest.remove_prefix(std::min(choices.back().size() + 1, rest.size()));
  }
  return choices;
}

const Key* key_of(std::string_view path) {
  const auto found = std::find_if(keys().begin(), keys().end(), [&](const Key& key) {
    return stands_for(key.path, path) || (!key.also.empty() && key.also == path);
  });
  return found == keys().end() ? nullptr : &*found;
}

bool is_secret(std::string_view path) {
  const Key* key = key_of(path);
  return key != nullptr && key->is_secret;
}

std::string reference() {
  std::string text;
  const Group* last = nullptr;
  bool later = false;
  for (const Key& key : keys()) {
    if (key.use == Key::Use::later && !later) text += "\nUnderstood, and not used by this version:\n";
    later = key.use == Key::Use::later;
    const Group* group = group_of(key);
    if (group != nullptr && group != last)
      text += fmt::format("{:<40} section\n    {}\n", fmt::format("{}.*", group->path), group->meaning);
    if (group != nullptr) last = group;
    text += line_of(key);
  }
  return text;
}

void describe(wire::JsonWriter& json, const Key& key, std::string_view path) {
  json.text("path", path).text("takes", words_of(key.takes));
  if (!key.unit.empty()) json.text("unit", key.unit);
  if (has_range(key)) json.number("least", key.least).number("most", key.most);
  if (key.takes == Takes::word) {
    json.open_list("choices");
    for (const std::string_view choice : choices_of(key)) json.text({}, choice);
    json.close();
  }
  if (!key.fallback.empty()) json.text("default", key.fallback);
  json.text("meaning", key.meaning).yes_no("secret", key.is_secret).yes_no("used", key.use == Key::Use::now);
  json.text("changes", code_of(key.changes)).yes_no("guards_wiring", key.guards_wiring);
  if (const Group* group = group_of(key)) json.text("group", group->path);
  else json.nothing("group");
}

}  // namespace app
