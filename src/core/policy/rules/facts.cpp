#include "core/policy/rules/facts.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <utility>

namespace core::rules {

namespace {

constexpr std::pair<std::string_view, Quantity> attributes[] = {
    {"gridStatus", Quantity::grid_status},     {"batteryLevel", Quantity::battery_level},
    {"batterySOC", Quantity::battery_level},   {"operatingMode", Quantity::operating_mode},
    {"reservePercent", Quantity::reserve},     {"stormWatch", Quantity::storm_watch},
    {"importW", Quantity::imported},           {"exportW", Quantity::exported},
    {"generatedW", Quantity::generated},       {"consumedW", Quantity::consumed},
    {"consumedA", Quantity::consumed_amps},    {"voltage", Quantity::voltage},
    {"numCarsAtHome", Quantity::cars_at_home}, {"minBatteryLevelAtHome", Quantity::least_battery_at_home},
};

constexpr std::array<std::string_view, 22> modules{
    "TeslaPowerwall2", "TeslaAPI", "Efergy", "Enphase", "Fronius", "SolarEdge", "TED", "DSMR", "DSMRreader", "Growatt",
    "EmonCMS", "HASS", "IotaWatt", "MQTT", "OpenHab", "OpenWeatherMap", "P1Monitor", "SmartMe", "SmartPi", "SolarLog",
    "URL", "Kostal"};

bool before(const Entry& entry, std::string_view key) { return entry.key < key; }

}  // namespace

std::optional<double> decimal(std::string_view text) {
  while (!text.empty() && (text.front() == ' ' || text.front() == '\t')) text.remove_prefix(1);
  while (!text.empty() && (text.back() == ' ' || text.back() == '\t')) text.remove_suffix(1);
  if (text.size() > 1 && text.front() == '+' && text[1] != '-') text.remove_prefix(1);
  double number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (text.empty() || error != std::errc{} || end != text.data() + text.size() || !std::isfinite(number)) return std::nullopt;
  return number;
}

std::optional<double> Value::as_number() const {
  if (kind == Kind::text) return decimal(text);
  if (kind == Kind::number && std::isfinite(number)) return number;
  return std::nullopt;
}

Entry& Table::at(std::string_view key) {
  auto place = std::lower_bound(entries_.begin(), entries_.end(), key, before);
  if (place == entries_.end() || place->key != key) place = entries_.insert(place, Entry{std::string{key}, false, 0, {}});
  return *place;
}

void Table::set(std::string_view key, double number) { at(key) = Entry{std::string{key}, false, number, {}}; }

void Table::set(std::string_view key, std::string_view text) { at(key) = Entry{std::string{key}, true, 0, std::string{text}}; }

void Table::erase(std::string_view key) {
  std::erase_if(entries_, [&](const Entry& entry) { return entry.key == key; });
}

const Entry* Table::find(std::string_view key) const {
  const auto place = std::lower_bound(entries_.begin(), entries_.end(), key, before);
  return place != entries_.end() && place->key == key ? &*place : nullptr;
}

Quantity quantity_of(std::string_view attribute) {
  for (const auto& [name, what] : attributes) {
    if (name == attribute) return what;
  }
  return Quantity::none;
}

std::span<const std::string_view> usual_modules() { return modules; }

std::string_view section_of(std::string_view module) {
  if (module == "TeslaPowerwall2") return "Powerwall2";
  return module == "OpenHab" ? "openHAB" : module;
}

Value Facts::setting(std::string_view key) const {
  for (const Live& changed : live) {
    if (changed.key == key) return Value::of(changed.number);
  }
  if (sun && key == "sunrise") return Value::of(sun->rounded_rise);
  if (sun && key == "sunset") return Value::of(sun->rounded_set);
  const Entry* entry = settings != nullptr ? settings->find(key) : nullptr;
  if (entry == nullptr) return Value::of(0.0);
  const auto number = entry->value().as_number();   // numeric text is a number here, and only here
  return number ? Value::of(*number) : entry->value();
}

Value Facts::configured(std::string_view key) const {
  const Entry* entry = config != nullptr ? config->find(key) : nullptr;
  return entry != nullptr ? entry->value() : Value::of(0.0);
}

Value Facts::attribute(std::string_view module, Quantity what) const {
  for (const Attribute& known : attributes) {
    if (known.what == what && known.module == module) return known.value;
  }
  if (const std::string_view section = section_of(module); section != module) return attribute(section, what);
  return {};
}

}  // namespace core::rules
