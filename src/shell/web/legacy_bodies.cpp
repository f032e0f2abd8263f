#include "shell/web/legacy_bodies.hpp"

#include <fmt/format.h>

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

}  // namespace

base::Result<OffsetBody> read_offset(std::string_view body) {
  const Json json = TRY(object_in(body));
  OffsetBody offset;
  offset.name = text_in(json, "offsetName");
  if (offset.name.empty() || offset.name.size() > longest_offset_name || is_unsafe(offset.name))
    return fail(Culprit::user, fmt::format("offsetName must be a text of 1 to {} characters, none of {}; nothing was changed", longest_offset_name, unsafe));
  const auto value = number_in(json, "offsetValue");
  if (!value || std::abs(*value) > most_offset)
    return fail(Culprit::user, fmt::format("offsetValue must be a number from {:.0f} to {:.0f}; nothing was changed", -most_offset, most_offset));
  offset.value = *value;
  offset.unit = text_in(json, "offsetUnit");
  if (offset.unit != "A" && offset.unit != "W") return fail(Culprit::user, "offsetUnit must be A or W; nothing was changed");
  return offset;
}

base::Result<double> read_single_offset(std::string_view body) {
  const Json json = TRY(object_in(body));
  if (!json.contains("offset")) return fail(Culprit::user, "offset is required");
  const auto amps = number_in(json, "offset");
  if (!amps) return fail(Culprit::user, "Value must be a number");
  if (std::abs(*amps) > 1000) return fail(Culprit::user, "offset must be a number of amperes from -1000 to 1000; nothing was changed");
  return *amps;
}

base::Result<PlaceBody> read_place(std::string_view body) {
  const Json json = TRY(object_in(body));
  const auto latitude = number_in(json, "lat");
  const auto longitude = number_in(json, "lon");
  if (!latitude || std::abs(*latitude) > 90) return fail(Culprit::user, "lat must be a number from -90 to 90; nothing was changed");
  if (!longitude || std::abs(*longitude) > 180) return fail(Culprit::user, "lon must be a number from -180 to 180; nothing was changed");
  return PlaceBody{*latitude, *longitude};
}

base::Result<SettingChange> read_setting(std::string_view body, const core::Config& config) {
  const Json object = TRY(object_in(body));
  const std::string key = text_in(object, "setting");
  if (key.empty() || key.size() > longest_key || is_unsafe(key))
    return fail(Culprit::user, fmt::format("\"setting\" must be a text of 1 to {} characters, none of {}; nothing was changed", longest_key, unsafe));
  const auto value = object.find("value");
  if (value == object.end()) return fail(Culprit::user, "\"value\" is missing; nothing was changed");
  if (value->is_string() && is_unsafe(value->get_ref<const std::string&>()))
    return fail(Culprit::user, fmt::format("\"value\" must hold none of {}; nothing was changed", unsafe));
  std::string json = TRY(setting_as_json(key, *value, config));
  return SettingChange{{key}, std::move(json)};
}

base::Result<core::ForcePolicy> read_set_policy(std::string_view body) {
  const Json json = TRY(object_in(body));
  const auto policy = json.find("policy");
  if (policy == json.end()) return fail(Culprit::user, "policy field is required");
  if (!policy->is_string()) return fail(Culprit::user, "policy must be a string");
  const std::string& name = policy->get_ref<const std::string&>();
  if (name.empty()) return fail(Culprit::user, "policy cannot be empty");
  core::ForcePolicy choice;
  choice.policy = std::string_view{name};
  choice.lasting = usual_choice;
  if (choice.policy.view() != name) return fail(Culprit::user, fmt::format("Policy '{}…' not found", choice.policy.view()));
  if (!json.contains("duration")) return choice;
  const auto seconds = number_in(json, "duration");
  if (!seconds || *seconds < 1 || *seconds > static_cast<double>(longest_choice))
    return fail(Culprit::user, fmt::format("duration must be a number of seconds from 1 to {}; nothing was changed", longest_choice));
  choice.lasting = base::in_seconds(*seconds);
  return choice;
}

base::Result<bool> read_tesla_command(std::string_view body) {
  const Json json = TRY(object_in(body));
  const std::string command = text_in(json, "commandName");
  if (command != "setChargeRate" && command != "wakeVehicle")
    return fail(Culprit::user, "commandName must be setChargeRate or wakeVehicle");
  if (!json.contains("vehicleID")) return fail(Culprit::user, "vehicleID is required");
  return true;
}

base::Result<std::vector<core::SendFrame>> read_debug_command(std::string_view body, const core::Snapshot& snapshot) {
  const Json json = TRY(object_in(body));
  const std::string name = text_in(json, "commandName");
  if (name.empty()) return fail(Culprit::user, "commandName is required and must be a string");
  std::vector<core::SendFrame> frames;
  if (name == "GetFirmwareVersion") {
    for (const core::ConnectorView& each : snapshot.connectors) {
      if (each.link == core::Link::linked && each.protocol == wire::Protocol::two)
        frames.push_back({wire::encode(wire::Query{wire::Question::firmware_extended, {}, each.id})});
    }
    if (frames.empty()) return fail(Culprit::user, "There is no connector with protocol 2 on the bus");
    return frames;
  }
  if (name != "Custom") return fail(Culprit::user, "commandName must be GetFirmwareVersion or Custom");
  const std::string hex = text_in(json, "customCommand");
  if (hex.empty()) return fail(Culprit::user, "customCommand is required when Command is Custom");
  const auto frame = frame_in(hex);
  if (!frame)
    return fail(Culprit::user, fmt::format("customCommand must be 1 to {} bytes as pairs of hexadecimal digits, without the checksum", native_length));
  frames.push_back({*frame});
  return frames;
}

}  // namespace shell::web
