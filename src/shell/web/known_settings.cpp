#include "shell/web/known_settings.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <nlohmann/json.hpp>
#include <optional>

#include "shell/store/lenient_json.hpp"
#include "shell/web/bodies.hpp"

namespace shell::web {
namespace {

using Json = nlohmann::ordered_json;
using Takes = KnownSetting::Takes;
using base::Culprit;
using base::fail;

// clang-format off
constexpr std::array table{
  KnownSetting{"nonScheduledAction", Takes::whole, 1, 3, {}, "outside the schedule: 1 nonScheduledAmpsMax, 2 nothing, 3 the sun"},
  KnownSetting{"nonScheduledAmpsMax", Takes::number, -1, 240, {}, "A for all connectors together; −1: the sun"},
  KnownSetting{"scheduledAmpsMax", Takes::number, -1, 240, {}, "A for all connectors together while the schedule says charge; 0 or −1: off"},
  KnownSetting{"scheduledAmpsStartHour", Takes::number, -1, 24, {}, "hour with its fraction; −1: off"},
  KnownSetting{"scheduledAmpsEndHour", Takes::number, -1, 24, {}, "hour with its fraction; −1: off"},
  KnownSetting{"scheduledAmpsDaysBitmap", Takes::whole, 0, 127, {}, "bit 0 Monday … bit 6 Sunday"},
  KnownSetting{"scheduledAmpsBatterySize", Takes::number, 1, 1000, {}, "kWh of the car, for a flexible start"},
  KnownSetting{"scheduledAmpsFlexStart", Takes::on_off, 0, 1, {}, "start as late as the car allows"},
  KnownSetting{"hourResumeTrackGreenEnergy", Takes::number, -1, 24, {}, "hour from which the sun is followed; −1: from sunrise on"},
  KnownSetting{"sunrise", Takes::whole, 0, 24, {}, "hour"},
  KnownSetting{"sunset", Takes::whole, 0, 24, {}, "hour"},
  KnownSetting{"homeLat", Takes::number, -90, 90, {}, "degrees north"},
  KnownSetting{"homeLon", Takes::number, -180, 180, {}, "degrees east"},
  KnownSetting{"chargeStopMode", Takes::whole, 1, 3, {}, "how a car is stopped: 1 held at its minimum, 2 silence, 3 order on the bus"},
  KnownSetting{"chargeAuthorizationMode", Takes::whole, 1, 2, {}, "1 all cars, 2 those of the group Allow Charging; not used by this version"},
  KnownSetting{"chargeRateControl", Takes::whole, 1, 3, {}, "not used by this version: cars are told nothing"},
  KnownSetting{"commandPolicy", Takes::word, 0, 0, "prefer_ble ble_only api_only", "not used by this version: cars are told nothing"},
  KnownSetting{"spikeAmpsProactively", Takes::on_off, 0, 1, {}, "offer more for a moment before a current is raised"},
  KnownSetting{"spikeAmpsReactively", Takes::on_off, 0, 1, {}, "offer more for a moment when a car sticks"},
  KnownSetting{"sendServerTime", Takes::on_off, 0, 1, {}, "getStatus tells the time"},
  KnownSetting{"webControlTheme", Takes::word, 0, 0, "Modern Default", "not used by this version: there is one page"},
  KnownSetting{"enableDebugCommands", Takes::on_off, 0, 1, {}, "not used by this version: debug commands need the role admin"},
  KnownSetting{"kWhDelivered", Takes::number, 0, 1e9, {}, "kWh that we tell where we behave as a connector; not used by this version"},
  KnownSetting{"greenEnergyAmpsOffset", Takes::number, -1000, 1000, {}, "read by nothing, as ever; use addConsumptionOffset"},
  KnownSetting{"carApiBearerToken", Takes::secret, 0, 0, {}, "of Tesla's cloud; not used by this version"},
  KnownSetting{"carApiRefreshToken", Takes::secret, 0, 0, {}, "of Tesla's cloud; not used by this version"},
  KnownSetting{"carApiTokenExpireTime", Takes::number, 0, 1e18, {}, "seconds since 1970; not used by this version"},
  // what the program keeps
  KnownSetting{"chargeNowAmps", Takes::nothing, 0, 0, "POST /api/chargeNow"},
  KnownSetting{"chargeNowTimeEnd", Takes::nothing, 0, 0, "POST /api/chargeNow"},
  KnownSetting{"chosenMode", Takes::nothing, 0, 0, "PUT /api/v1/mode"},
  KnownSetting{"chosenPolicy", Takes::nothing, 0, 0, "POST /api/setPolicy"},
  KnownSetting{"circuitLimits", Takes::nothing, 0, 0, "PUT /api/v1/circuits/{name}/limit"},
  KnownSetting{"connectors", Takes::nothing, 0, 0, "PATCH /api/v1/connectors/{id}"},
  KnownSetting{"consumptionOffset", Takes::nothing, 0, 0, "POST /api/addConsumptionOffset"},
  KnownSetting{"Schedule", Takes::nothing, 0, 0, "PUT /api/v1/schedule"},
  KnownSetting{"scheduleWindows", Takes::nothing, 0, 0, "PUT /api/v1/schedule"},
  KnownSetting{"config", Takes::nothing, 0, 0, "the settings page"},
  KnownSetting{"Graphs", Takes::nothing, 0, 0, "POST /graphs/dates"},
  KnownSetting{"history", Takes::nothing},
  KnownSetting{"chargeLimits", Takes::nothing},
  KnownSetting{"Vehicles", Takes::nothing},
  KnownSetting{"VehicleGroups", Takes::nothing},
  KnownSetting{"SlaveTWCs", Takes::nothing},
  KnownSetting{"respondToSlaves", Takes::nothing},
  KnownSetting{"respondToSlavesExpiry", Takes::nothing},
  KnownSetting{"installation", Takes::nothing},
};
// clang-format on

std::string_view trimmed(std::string_view text) {
  const auto first = text.find_first_not_of(" \t\r\n");
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(" \t\r\n") - first + 1);
}

/// A finite number, or a text that is nothing else.
std::optional<double> number_in(const Json& value) {
  if (value.is_boolean()) return value.get<bool>() ? 1 : 0;
  double number = 0;
  return read_number(value, number) ? std::optional{number} : std::nullopt;
}

std::string as_json(double number) {
  if (number == std::floor(number) && std::abs(number) < 1e15) return fmt::format("{}", static_cast<std::int64_t>(number));
  return Json(number).dump();
}

base::Result<std::string> number_for(const KnownSetting& known, const Json& value, const core::Config& config) {
  const auto number = number_in(value);
  const bool whole = known.takes == Takes::whole;
  if (!number || *number < known.least || *number > known.most || (whole && *number != std::floor(*number))) {
    return fail(Culprit::user, fmt::format("\"{}\" must be a {}number from {:g} to {:g}, not {}; nothing was changed.", known.key,
                                           whole ? "whole " : "", known.least, known.most, got(value)));
  }
  const bool rate = known.key == "nonScheduledAmpsMax" || known.key == "scheduledAmpsMax";
  if (rate && *number > config.circuit.number()) {
    return fail(Culprit::user, fmt::format("\"{}\" of {:g} A is more than the {:g} A that wiringMaxAmpsAllTWCs permits; nothing was changed.",
                                           known.key, *number, config.circuit.number()));
  }
  return as_json(*number);
}

base::Result<std::string> switch_for(const KnownSetting& known, const Json& value) {
  const auto number = number_in(value);
  if (number && (*number == 0 || *number == 1)) return std::string{*number == 1 ? "1" : "0"};
  if (value.is_string()) {
    std::string text{trimmed(value.get_ref<const std::string&>())};
    std::transform(text.begin(), text.end(), text.begin(), [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; });
    if (text == "on" || text == "true" || text == "yes") return std::string{"1"};
    if (text == "off" || text == "false" || text == "no") return std::string{"0"};
  }
  return fail(Culprit::user, fmt::format("\"{}\" must be on (1) or off (0), not {}; nothing was changed.", known.key, got(value)));
}

base::Result<std::string> word_for(const KnownSetting& known, const Json& value) {
  const std::string word = value.is_string() ? std::string{trimmed(value.get_ref<const std::string&>())} : std::string{};
  for (std::string_view rest = known.choices; !rest.empty();) {
    const std::string_view choice = rest.substr(0, rest.find(' '));
    if (choice == word) return Json(word).dump();
    rest.remove_prefix(std::min(rest.size(), choice.size() + 1));
  }
  return fail(Culprit::user, fmt::format("\"{}\" must be one of {}, not {}; nothing was changed.", known.key, known.choices, got(value)));
}

/// A text; of what is no text its JSON.
base::Result<std::string> text_for(std::string_view key, const Json& value) {
  const std::string text = value.is_string() ? value.get<std::string>() : value.dump(-1, ' ', true, Json::error_handler_t::replace);
  if (text.size() > longest_setting)
    return fail(Culprit::user, fmt::format("\"{}\" must be a text of at most {} bytes, not {}; nothing was changed.", key, longest_setting, text.size()));
  return Json(text).dump(-1, ' ', true, Json::error_handler_t::replace);
}

}  // namespace

std::span<const KnownSetting> known_settings() { return table; }

const KnownSetting* known_setting(std::string_view key) {
  const auto found = std::find_if(table.begin(), table.end(), [&](const KnownSetting& each) { return each.key == key; });
  return found == table.end() ? nullptr : found;
}

base::Result<std::string> setting_as_json(std::string_view key, const Json& value, const core::Config& config) {
  const KnownSetting* known = known_setting(key);
  if (known == nullptr) return text_for(key, value);
  switch (known->takes) {
    case Takes::number:
    case Takes::whole: return number_for(*known, value, config);
    case Takes::on_off: return switch_for(*known, value);
    case Takes::word: return word_for(*known, value);
    case Takes::text:
    case Takes::secret:
      if (!value.is_string()) return fail(Culprit::user, fmt::format("\"{}\" must be a text, not {}; nothing was changed.", key, value.type_name()));
      return text_for(key, value);
    case Takes::nothing: break;
  }
  return fail(Culprit::user, fmt::format("\"{}\" is kept by the program itself{}{}; nothing was changed.", key,
                                         known->choices.empty() ? "" : ": it is changed by ", known->choices));
}

}  // namespace shell::web
