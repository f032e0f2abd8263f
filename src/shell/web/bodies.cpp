#include "shell/web/bodies.hpp"

#include <fmt/ranges.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <nlohmann/json.hpp>

#include "shell/web/codes.hpp"

namespace shell::web {
namespace {

using Json = nlohmann::ordered_json;
using base::Culprit;

constexpr double most_amps = 1000;
constexpr double most_watts = 1e6;
constexpr double most_kilowatt_hours = 1000;
constexpr std::size_t longest_reason = 48;  // core::LimitCircuit has room for so many bytes

/// A member that is a number from `least` to `most`; absent and null are the same.
base::Result<std::optional<double>> number(const Json& json, const char* name, double least, double most) {
  const auto found = json.find(name);
  if (found == json.end() || found->is_null()) return std::optional<double>{};
  const double value = found->is_number() ? found->get<double>() : NAN;
  if (!(value >= least && value <= most)) {
    return base::fail(Culprit::user, fmt::format("\"{}\" must be a number from {:g} to {:g}, not {}; nothing was changed.",
                                                 name, least, most, got(*found)));
  }
  return std::optional{value};
}

/// Whoever writes nested lists without end would have us follow them until the stack is full.
bool is_too_deep(std::string_view body) {
  constexpr int deepest = 32;
  int depth = 0;
  bool in_text = false;
  for (std::size_t i = 0; i < body.size(); ++i) {
    const char c = body[i];
    if (c == '"') in_text = !in_text;
    if (in_text && c == '\\') ++i;
    if (in_text) continue;
    if ((c == '[' || c == '{') && ++depth > deepest) return true;
    if (c == ']' || c == '}') --depth;
  }
  return false;
}

/// As much as there is room for, not cut within a character.
std::string_view beginning(std::string_view text, std::size_t most) {
  if (text.size() <= most) return text;
  while (most > 0 && (static_cast<unsigned char>(text[most]) & 0xC0) == 0x80) --most;
  return text.substr(0, most);
}

}  // namespace

std::string got(const Json& value) {
  std::string text = value.dump(-1, ' ', true, Json::error_handler_t::replace);
  if (text.size() > 60) text = text.substr(0, 57) + "...";
  return text;
}

std::string got(const Json& object, std::string_view member) {
  const auto found = object.find(member);
  return found == object.end() ? "missing" : got(*found);
}

base::Result<Json> object_in(std::string_view body) {
  Json json;
  if (is_too_deep(body)) return base::fail(Culprit::user, "Invalid JSON: it is nested more than 32 deep");
  try {
    json = Json::parse(body);
  } catch (const Json::exception& problem) {
    std::string_view text = problem.what();  // "[json.exception.parse_error.101] parse error at …"
    if (const auto end = text.find("] "); end != std::string_view::npos) text.remove_prefix(end + 2);
    text = text.substr(0, text.find("; last read"));
    return base::fail(Culprit::user, fmt::format("Invalid JSON: {}", text));
  }
  if (!json.is_object()) return base::fail(Culprit::user, "JSON must be an object, not an array or primitive");
  return json;
}

base::Result<core::Mode> read_mode(std::string_view body) {
  const Json json = TRY(object_in(body));
  TRY(only_known(json, {"mode"}));
  const auto found = json.find("mode");
  if (found != json.end() && found->is_string()) {
    if (const auto mode = mode_of(found->get_ref<const std::string&>())) return *mode;
  }
  return base::fail(Culprit::user, fmt::format("\"mode\" must be one of \"off\", \"pv\", \"minpv\" or \"now\", not {}; nothing was changed.",
                                               found == json.end() ? "missing" : got(*found)));
}

base::Result<std::optional<core::Energy>> read_target(std::string_view body) {
  const Json json = TRY(object_in(body));
  TRY(only_known(json, {"kwh"}));
  if (!json.contains("kwh")) {
    return base::fail(Culprit::user, "\"kwh\" is missing: write a number, or null for no target; nothing was changed.");
  }
  const auto kwh = TRY(number(json, "kwh", 0.1, most_kilowatt_hours));
  if (!kwh) return std::optional<core::Energy>{};
  return core::Energy::from(*kwh * 3.6e6);
}

base::Result<bool> only_known(const Json& object, std::initializer_list<std::string_view> known) {
  for (const auto& [key, value] : object.items()) {
    if (std::find(known.begin(), known.end(), key) == known.end())
      return base::fail(Culprit::user, fmt::format("\"{}\" is not known here; there are {}; nothing was changed.", beginning(key, 40),
                                                   fmt::join(known, ", ")));
  }
  return true;
}

base::Result<ConnectorPatch> read_connector_patch(std::string_view body) {
  const Json json = TRY(object_in(body));
  TRY(only_known(json, {"mode", "target"}));
  ConnectorPatch patch;
  if (const auto mode = json.find("mode"); mode != json.end()) {
    const auto known = mode->is_string() ? mode_of(mode->get_ref<const std::string&>()) : std::nullopt;
    if (!known) return base::fail(Culprit::user, "\"mode\" must be one of \"off\", \"pv\", \"minpv\" or \"now\"; nothing was changed.");
    patch.mode = *known;
  }
  if (json.contains("target")) {
    const auto kwh = TRY(number(json, "target", 0.1, most_kilowatt_hours));
    patch.target = kwh ? core::Energy::from(*kwh * 3.6e6) : std::optional<core::Energy>{};
  }
  if (!patch.mode && !patch.target) return base::fail(Culprit::user, "\"mode\" or \"target\" is needed; nothing was changed.");
  return patch;
}

base::Result<core::ChargeNow> read_choice_of_amps(std::string_view body, core::Amps circuit) {
  const Json json = TRY(object_in(body));
  TRY(only_known(json, {"amps", "seconds"}));
  const auto amps = TRY(number(json, "amps", 0.1, circuit.number()));
  const auto seconds = TRY(number(json, "seconds", 1, static_cast<double>(longest_choice)));
  if (!amps || !seconds) return base::fail(Culprit::user, fmt::format("\"{}\" is missing; nothing was changed.", amps ? "seconds" : "amps"));
  return core::ChargeNow{core::Amps::from(*amps).value_or(core::Amps{}), base::in_seconds(*seconds)};
}

base::Result<core::ForcePolicy> read_choice_of_policy(std::string_view body) {
  const Json json = TRY(object_in(body));
  TRY(only_known(json, {"policy", "seconds"}));
  const auto found = json.find("policy");
  if (found == json.end() || !found->is_string() || found->get_ref<const std::string&>().empty())
    return base::fail(Culprit::user, "\"policy\" must be the name of a policy; GET /api/v1/policy lists them; nothing was changed.");
  core::ForcePolicy choice;
  const std::string& name = found->get_ref<const std::string&>();
  choice.policy = std::string_view{name};
  if (choice.policy.view() != name) return base::fail(Culprit::user, "There is no policy of so long a name; nothing was changed.");
  const auto seconds = TRY(number(json, "seconds", 1, static_cast<double>(longest_choice)));
  choice.lasting = seconds ? base::in_seconds(*seconds) : core::Duration{std::chrono::hours{24}};
  return choice;
}

base::Result<core::LimitCircuit> read_limit(std::string_view body) {
  const Json json = TRY(object_in(body));
  TRY(only_known(json, {"amps", "watts", "seconds", "reason"}));
  core::LimitCircuit limit;
  if (const auto amps = TRY(number(json, "amps", 0, most_amps))) limit.amps = core::Amps::from(*amps);
  if (const auto watts = TRY(number(json, "watts", 0, most_watts))) limit.watts = core::Watts::from(*watts);
  if (!limit.amps && !limit.watts) {
    return base::fail(Culprit::user,
                      "\"amps\" or \"watts\" must be a number (DELETE lifts a limit); nothing was changed.");
  }
  if (const auto seconds = TRY(number(json, "seconds", 1, static_cast<double>(longest_limit))))
    limit.lasting = base::in_seconds(*seconds);
  const auto reason = json.find("reason");
  limit.reason = std::string_view{"no reason given"};  // whoever looks at the page must see that somebody limits it
  if (reason == json.end() || reason->is_null()) return limit;
  if (!reason->is_string()) return base::fail(Culprit::user, "\"reason\" must be a text; nothing was changed.");
  std::string text = reason->get<std::string>();
  for (char& c : text) {
    if (static_cast<unsigned char>(c) < 0x20 || c == 0x7F) c = ' ';
  }
  limit.reason = beginning(text, longest_reason);
  return limit;
}

std::optional<std::string> unescaped(std::string_view part) {
  std::string text;
  for (std::size_t i = 0; i < part.size(); ++i) {
    if (part[i] != '%') {
      text += part[i];
      continue;
    }
    unsigned char byte = 0;
    if (part.size() - i < 3) return std::nullopt;
    const char* const digits = part.data() + i + 1;
    if (const auto [end, error] = std::from_chars(digits, digits + 2, byte, 16);
        error != std::errc{} || end != digits + 2)
      return std::nullopt;
    text += static_cast<char>(byte);
    i += 2;
  }
  return text;
}

}  // namespace shell::web
