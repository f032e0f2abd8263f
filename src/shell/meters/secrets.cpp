#include "shell/meters/secrets.hpp"

#include <algorithm>
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
  return out.dump(2, ' ', false, Json::error_handler_t::replace) + '\n';
}

base::Result<SourceSecrets> read_source_secrets(std::string_view text) {
  const auto refuse = [] {
    return base::fail(base::Culprit::user, "it is not what was written into it; remove it, and its devices are asked for their tokens anew");
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
  return secrets;
}

base::Result<SourceSecrets> load_source_secrets(const std::string& path) {
  if (!exists(path)) return SourceSecrets{};
  const std::string text = TRY(read_whole(path));
  return read_source_secrets(text);
}

}  // namespace shell
