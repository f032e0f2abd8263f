#include "shell/meters/secrets.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstdio>
#include <nlohmann/json.hpp>

#include "shell/store/files.hpp"

namespace shell {
namespace {

using Json = nlohmann::json;

bool is_texts(const Json& json) {
  return json.is_object() && std::all_of(json.begin(), json.end(), [](const Json& each) { return each.is_string(); });
}

}  // namespace

std::string text_of(const SourceSecrets& secrets) {
  Json out;
  out["pins"] = secrets.pins;
  out["learned"] = Json::object();
  for (const auto& [source, learned] : secrets.learned) out["learned"][source] = learned;
  out["spent"] = Json::object();
  for (const auto& [source, spent] : secrets.spent) out["spent"][source] = {{"day", spent.day}, {"requests", spent.requests}};
  return out.dump(2, ' ', false, Json::error_handler_t::replace) + '\n';
}

base::Result<SourceSecrets> read_source_secrets(std::string_view text) {
  const auto refuse = [] {
    return base::fail(base::Culprit::user, "it is not what was written into it; its devices are asked for their tokens anew");
  };
  const Json json = Json::parse(text, nullptr, false);
  if (!json.is_object()) return refuse();
  SourceSecrets secrets;
  const Json pins = json.value("pins", Json::object());
  const Json learned = json.value("learned", Json::object());
  if (!is_texts(pins) || !learned.is_object()) return refuse();
  for (const auto& [address, pin] : pins.items()) secrets.pins[address] = pin.get<std::string>();
  for (const auto& [source, values] : learned.items()) {
    if (!is_texts(values)) return refuse();
    for (const auto& [name, value] : values.items()) secrets.learned[source][name] = value.get<std::string>();
  }
  const Json spent = json.value("spent", Json::object());
  if (!spent.is_object()) return refuse();
  for (const auto& [source, of_one] : spent.items()) {
    const bool whole = of_one.is_object() && of_one.contains("day") && of_one["day"].is_number_integer() && of_one.contains("requests") && of_one["requests"].is_number_unsigned();
    if (!whole) continue;   // tokens and pins are worth more
    secrets.spent[source] = {of_one["day"].get<std::int64_t>(), static_cast<std::uint32_t>(std::min<std::uint64_t>(of_one["requests"].get<std::uint64_t>(), UINT32_MAX))};
  }
  return secrets;
}

base::Result<SourceSecrets> load_source_secrets(const std::string& path) {
  if (!exists(path)) return SourceSecrets{};
  const std::string text = TRY(read_whole(path));
  auto known = read_source_secrets(text);
  const std::string aside = path + ".broken";
  if (!known && std::rename(path.c_str(), aside.c_str()) == 0) known.error().text += fmt::format(". It is kept as {}", aside);
  return known;
}

}  // namespace shell
