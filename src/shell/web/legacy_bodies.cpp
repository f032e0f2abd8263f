#include "shell/web/legacy_bodies.hpp"

#include <fmt/ranges.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <nlohmann/json.hpp>
#include <optional>

#include "shell/store/lenient_json.hpp"
#include "shell/web/bodies.hpp"
#include "shell/web/known_settings.hpp"

namespace shell::web {
namespace {

using base::Culprit;
using base::fail;
using Json = nlohmann::ordered_json;

constexpr std::string_view unsafe = "@#$%^&*\"+<>;/";
constexpr std::size_t longest_offset_name = 31;
constexpr double most_offset = 1e6;
constexpr double most_single_offset = 1000;   // A
constexpr std::size_t native_length = 15;   // of protocol 2 without its checksum
constexpr core::Duration usual_choice = std::chrono::hours{24};

bool is_unsafe(std::string_view text) { return text.find_first_of(unsafe) != std::string_view::npos; }

/// A finite number, or a text that is one.
std::optional<double> number_in(const Json& object, const char* name) {
  const auto found = object.find(name);
  if (found == object.end()) return std::nullopt;
  double number = 0;
  return read_number(*found, number) ? std::optional{number} : std::nullopt;
}

std::string text_in(const Json& object, const char* name) {
  const auto found = object.find(name);
  return found != object.end() && found->is_string() ? found->get<std::string>() : std::string{};
}

std::optional<wire::FrameBytes> frame_in(std::string_view hex) {
  std::string digits;
  for (const char c : hex) {
    if (c != ' ' && c != ':') digits += c;
  }
  wire::FrameBytes frame;
  if (digits.empty() || digits.size() % 2 != 0 || digits.size() / 2 > native_length) return std::nullopt;
  for (std::size_t i = 0; i < digits.size(); i += 2) {
    std::uint8_t byte = 0;
    const auto [end, error] = std::from_chars(digits.data() + i, digits.data() + i + 2, byte, 16);
    if (error != std::errc{} || end != digits.data() + i + 2) return std::nullopt;
    frame.push_back(byte);
  }
  while (frame.size() < native_length) frame.push_back(0);
  frame.push_back(0);
  frame.back() = wire::checksum({frame.begin(), frame.size()});
  return frame;
}

std::string joined(const std::vector<std::string>& names) { return fmt::format("{}", fmt::join(names, ", ")); }

/// Which of the characters that are never stored it holds; what else it holds may be a secret.
std::string found_in(std::string_view text) { return fmt::format("'{}'", text[text.find_first_of(unsafe)]); }

std::optional<double> number_within(const Json& object, const char* name, double most) {
  const auto number = number_in(object, name);
  return number && std::abs(*number) <= most ? number : std::nullopt;
}

}  // namespace

// Two lines within the program, so that a fault stays one text.
std::string prescribed(std::string_view words, std::string_view more) { return fmt::format("{}\n{}", words, more); }

http::Answer legacy_refusal(int status, std::string_view text) {
  const auto end = text.rfind('\n');
  if (end == std::string_view::npos) return http::refuse(status, text);
  const Json body{{"error", text.substr(0, end)}, {"detail", text.substr(end + 1)}};
  return http::Answer{.status = status, .type = "application/json", .body = body.dump(-1, ' ', false, Json::error_handler_t::replace)};
}

std::string must_be(const Json& object, std::string_view name, std::string_view what) {
  return fmt::format("\"{}\" must be {}, not {}; nothing was changed.", name, what, got(object, name));
}

base::Result<Json> legacy_object(std::string_view body, std::string_view members) {
  auto object = object_in(body);
  if (object) return object;
  const bool readable = !object.error().text.starts_with("Invalid JSON");
  return fail(Culprit::user, prescribed(object.error().text, fmt::format("The body must be a JSON object with {}, not {}; nothing was changed.", members,
                                                                         readable ? got(Json::parse(body)) : "something else")));
}

base::Result<OffsetBody> read_offset(std::string_view body) {
  const Json json = TRY(legacy_object(body, "offsetName, offsetValue and offsetUnit"));
  OffsetBody offset;
  offset.name = text_in(json, "offsetName");
  if (offset.name.empty() || offset.name.size() > longest_offset_name || is_unsafe(offset.name))
    return fail(Culprit::user, must_be(json, "offsetName", fmt::format("a text of 1 to {} characters, none of {}", longest_offset_name, unsafe)));
  const auto value = number_within(json, "offsetValue", most_offset);
  if (!value) return fail(Culprit::user, must_be(json, "offsetValue", fmt::format("a number from {:.0f} to {:.0f}", -most_offset, most_offset)));
  offset.value = *value;
  offset.unit = text_in(json, "offsetUnit");
  if (offset.unit != "A" && offset.unit != "W") return fail(Culprit::user, must_be(json, "offsetUnit", "A or W"));
  return offset;
}

base::Result<double> read_single_offset(std::string_view body) {
  const Json json = TRY(legacy_object(body, "offset"));
  const std::string wanted = must_be(json, "offset", fmt::format("a number of amperes from {:g} to {:g}", -most_single_offset, most_single_offset));
  if (!json.contains("offset")) return fail(Culprit::user, prescribed("offset is required", wanted));
  const auto amps = number_in(json, "offset");
  if (!amps) return fail(Culprit::user, prescribed("Value must be a number", wanted));
  if (std::abs(*amps) > most_single_offset) return fail(Culprit::user, wanted);
  return *amps;
}

tl::expected<std::string, NoOffset> read_offset_name(std::string_view body, const std::vector<std::string>& known) {
  const auto json = legacy_object(body, "offsetName");
  if (!json) return tl::unexpected(NoOffset{400, json.error().text});
  const std::string wanted = must_be(*json, "offsetName", known.empty() ? "the name of an offset, and there is none" : "one of " + joined(known));
  const auto name = json->find("offsetName");
  if (name == json->end() || !name->is_string()) return tl::unexpected(NoOffset{400, prescribed("offsetName is required and must be a string", wanted)});
  if (known.empty()) return tl::unexpected(NoOffset{404, prescribed("No consumption offsets configured", wanted)});
  auto text = name->get<std::string>();
  if (std::find(known.begin(), known.end(), text) == known.end()) return tl::unexpected(NoOffset{404, prescribed("Offset not found", wanted)});
  return text;
}

base::Result<PlaceBody> read_place(std::string_view body) {
  const Json json = TRY(legacy_object(body, "lat and lon"));
  const auto latitude = number_within(json, "lat", 90);
  const auto longitude = number_within(json, "lon", 180);
  if (!latitude) return fail(Culprit::user, must_be(json, "lat", "a number from -90 to 90"));
  if (!longitude) return fail(Culprit::user, must_be(json, "lon", "a number from -180 to 180"));
  return PlaceBody{*latitude, *longitude};
}

base::Result<SettingChange> read_setting(std::string_view body, const core::Config& config) {
  const Json object = TRY(legacy_object(body, "setting and value"));
  const std::string key = text_in(object, "setting");
  if (key.empty() || key.size() > longest_key || is_unsafe(key))
    return fail(Culprit::user, must_be(object, "setting", fmt::format("a text of 1 to {} characters, none of {}", longest_key, unsafe)));
  const auto value = object.find("value");
  if (value == object.end()) return fail(Culprit::user, fmt::format("\"value\" must be what \"{}\" is to be, not missing; nothing was changed.", key));
  if (value->is_string() && is_unsafe(value->get_ref<const std::string&>())) {
    return fail(Culprit::user, fmt::format("\"value\" of \"{}\" must hold none of {}, not {}; nothing was changed.", key, unsafe,
                                           found_in(value->get_ref<const std::string&>())));
  }
  std::string json = TRY(setting_as_json(key, *value, config));
  return SettingChange{{key}, std::move(json)};
}

base::Result<core::ForcePolicy> read_set_policy(std::string_view body, const core::rules::List& list) {
  const Json json = TRY(legacy_object(body, "policy and, if it is not to be a day, duration"));
  std::vector<std::string> names;
  for (const auto& rule : list.rules) names.push_back(rule.name);
  const std::string wanted = must_be(json, "policy", "one of " + joined(names));
  const auto policy = json.find("policy");
  if (policy == json.end()) return fail(Culprit::user, prescribed("policy field is required", wanted));
  if (!policy->is_string()) return fail(Culprit::user, prescribed("policy must be a string", wanted));
  const std::string& name = policy->get_ref<const std::string&>();
  if (name.empty()) return fail(Culprit::user, prescribed("policy cannot be empty", wanted));
  core::ForcePolicy choice;
  choice.policy = std::string_view{name};
  choice.lasting = usual_choice;
  if (choice.policy.view() != name) return fail(Culprit::user, prescribed(fmt::format("Policy '{}…' not found", choice.policy.view()), wanted));
  if (list.find(name) < 0) return fail(Culprit::user, prescribed(fmt::format("Policy '{}' not found", name), wanted));
  if (!json.contains("duration")) return choice;
  const auto seconds = number_in(json, "duration");
  if (!seconds || *seconds < 1 || *seconds > static_cast<double>(longest_choice))
    return fail(Culprit::user, must_be(json, "duration", fmt::format("a number of seconds from 1 to {}", longest_choice)));
  choice.lasting = base::in_seconds(*seconds);
  return choice;
}

base::Result<bool> read_tesla_command(std::string_view body) {
  const Json json = TRY(legacy_object(body, "commandName and vehicleID"));
  const std::string command = text_in(json, "commandName");
  if (command != "setChargeRate" && command != "wakeVehicle")
    return fail(Culprit::user, must_be(json, "commandName", "setChargeRate or wakeVehicle"));
  if (!number_in(json, "vehicleID")) return fail(Culprit::user, must_be(json, "vehicleID", "the number of a car"));
  if (json.contains("parameters") && !json["parameters"].is_string())
    return fail(Culprit::user, must_be(json, "parameters", "a text that is JSON"));
  return true;
}

base::Result<std::vector<core::SendFrame>> read_debug_command(std::string_view body, const core::Snapshot& snapshot) {
  const Json json = TRY(legacy_object(body, "commandName and, for Custom, customCommand"));
  const std::string name = text_in(json, "commandName");
  const std::string names = must_be(json, "commandName", "GetFirmwareVersion or Custom");
  if (name.empty()) return fail(Culprit::user, prescribed("commandName is required and must be a string", names));
  std::vector<core::SendFrame> frames;
  if (name == "GetFirmwareVersion") {
    for (const core::ConnectorView& each : snapshot.connectors) {
      if (each.link == core::Link::linked && each.protocol == wire::Protocol::two)
        frames.push_back({wire::encode(wire::Query{wire::Question::firmware_extended, {}, each.id})});
    }
    if (frames.empty()) return fail(Culprit::user, "\"commandName\" is GetFirmwareVersion, and there is no connector with protocol 2 on the bus to be asked.");
    return frames;
  }
  if (name != "Custom") return fail(Culprit::user, names);
  const std::string wanted =
      must_be(json, "customCommand", fmt::format("1 to {} bytes as pairs of hexadecimal digits, without the checksum", native_length));
  const std::string hex = text_in(json, "customCommand");
  if (hex.empty()) return fail(Culprit::user, prescribed("customCommand is required when Command is Custom", wanted));
  const auto frame = frame_in(hex);
  if (!frame) return fail(Culprit::user, wanted);
  frames.push_back({*frame});
  return frames;
}

}  // namespace shell::web
