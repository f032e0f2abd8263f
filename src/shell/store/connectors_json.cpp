// `connectors` of settings.json. See connectors_json.hpp.
#include "shell/store/connectors_json.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <nlohmann/json.hpp>
#include <optional>
#include <vector>

#include "shell/store/choices_json.hpp"
#include "shell/store/lenient_json.hpp"
#include "shell/web/codes.hpp"

namespace shell {
namespace {

using Json = nlohmann::ordered_json;

constexpr double most_times = 250;              // of this visit: a car bears three
constexpr double most_operations = 1e9;         // a relay bears a hundred thousand
constexpr double most_kilowatt_hours = 10'000;  // of one visit
constexpr double most_target = 1000;            // kWh, as of one that is ordered
constexpr base::Energy watt_hour = base::Energy::whole(3600);

/// Four hexadecimal digits.
std::optional<base::UnitId> id_of(std::string_view key) {
  base::UnitId id;
  const auto [end, error] = std::from_chars(key.data(), key.data() + key.size(), id.value, 16);
  if (key.size() != 4 || error != std::errc{} || end != key.data() + key.size()) return std::nullopt;
  return id;
}

/// Takes the fields of one entry; what is absent stays as it is, what is none makes the entry senseless.
struct Entry {
  const Json& fields;
  bool good = true;

  double number(const char* key, double most) {
    const auto found = fields.find(key);
    if (found == fields.end() || found->is_null()) return 0;
    double value = 0;
    good &= read_number(*found, value);
    return std::clamp(value, 0.0, most);
  }
  bool yes(const char* key) {
    const auto found = fields.find(key);
    if (found == fields.end() || found->is_null()) return false;
    if (found->is_boolean()) return found->get<bool>();
    return number(key, 1) != 0;
  }
  base::Text<17> text(const char* key) {
    const auto found = fields.find(key);
    if (found == fields.end() || found->is_null()) return {};
    good &= found->is_string();
    if (!good) return {};
    const auto& text = found->get_ref<const std::string&>();
    good &= text.size() <= 17;
    return std::string_view{text};
  }
  base::Energy kilowatt_hours(const char* key, double most) {
    return base::Energy::grains(watt_hour.count() * std::llround(number(key, most) * 1000));
  }
  std::optional<core::Mode> mode(const char* key) {
    const auto found = fields.find(key);
    if (found == fields.end() || found->is_null()) return std::nullopt;
    const auto mode = read_mode(*found);
    good &= mode.has_value();
    return mode;
  }
};

std::optional<core::UnitMemory> read_entry(std::string_view key, const Json& fields) {
  const auto id = id_of(key);
  if (!id || !fields.is_object()) return std::nullopt;
  Entry entry{fields};
  core::UnitMemory unit;
  unit.id = *id;
  unit.plugged = entry.yes("carPlugged");
  unit.charging = entry.yes("charging") && unit.plugged;
  unit.zeros = static_cast<std::uint8_t>(entry.number("zeros", most_times));
  unit.silences = static_cast<std::uint8_t>(entry.number("silences", most_times));
  unit.orders = static_cast<std::uint8_t>(entry.number("stopOrders", most_times));
  unit.relay_operations = static_cast<std::uint32_t>(entry.number("relayOperations", most_operations));
  unit.energy = entry.kilowatt_hours("sessionkWh", most_kilowatt_hours);
  unit.vin = entry.text("vin");
  unit.usual = {static_cast<std::uint8_t>(entry.number("usualPhases", 3)), entry.text("usualVin")};
  unit.mode = entry.mode("mode");
  if (const base::Energy target = entry.kilowatt_hours("targetKWh", most_target); target > base::Energy{}) unit.target = target;
  if (!entry.good) return std::nullopt;
  return unit;
}

double as_kilowatt_hours(base::Energy energy) {
  return static_cast<double>(energy.count() / watt_hour.count()) / 1000.0;
}

/// Fields that others have added to the entry stay; what is unknown or was not chosen has none.
Json written(const core::UnitMemory& unit, Json fields) {
  if (!fields.is_object()) fields = Json::object();
  fields["carPlugged"] = unit.plugged;
  fields["charging"] = unit.charging;
  fields["zeros"] = unit.zeros;
  fields["silences"] = unit.silences;
  fields["stopOrders"] = unit.orders;
  fields["relayOperations"] = unit.relay_operations;
  fields["sessionkWh"] = as_kilowatt_hours(unit.energy);
  fields["vin"] = std::string{unit.vin.view()};
  for (const char* key : {"usualPhases", "usualVin", "mode", "targetKWh"}) fields.erase(key);
  if (unit.usual.count > 0) fields["usualPhases"] = unit.usual.count;
  if (!unit.usual.vin.empty()) fields["usualVin"] = std::string{unit.usual.vin.view()};
  if (unit.mode) fields["mode"] = std::string{web::code(*unit.mode)};
  if (unit.target) fields["targetKWh"] = as_kilowatt_hours(*unit.target);
  return fields;
}

}  // namespace

ReadConnectors read_connectors(const Json& value) {
  ReadConnectors read;
  if (!value.is_object()) {
    read.doubt = "\"connectors\" is no object; what cars have borne since they were plugged in is counted anew";
    return read;
  }
  std::vector<std::string> senseless;
  for (const auto& [key, fields] : value.items()) {
    const auto unit = read_entry(key, fields);
    if (!unit) {
      senseless.push_back(key);
      continue;
    }
    // Two spellings of one id are one connector.
    const auto same = std::find_if(read.units.begin(), read.units.end(), [&](const auto& u) { return u.id == unit->id; });
    if (same != read.units.end()) {
      *same = *unit;
      continue;
    }
    if (read.units.full()) read.units.erase_at(0);
    read.units.push_back(*unit);
  }
  if (senseless.empty()) return read;
  const std::string others = senseless.size() > 1 ? fmt::format(" and {} more", senseless.size() - 1) : "";
  read.doubt = fmt::format("\"connectors\": the entry \"{}\"{} makes no sense and is ignored; what such a connector's car has "
                           "borne is counted anew", senseless.front().substr(0, 20), others);
  return read;
}

void write_connectors(Json& value, const ConnectorMemories& units) {
  Json kept = Json::object();
  if (value.is_object()) {
    for (const auto& [key, fields] : value.items()) {
      if (!id_of(key)) kept[key] = fields;
    }
  }
  for (const core::UnitMemory& unit : units) {
    const std::string key = wire::print(unit.id);
    Json before;
    if (value.is_object() && value.contains(key)) before = value[key];
    kept[key] = written(unit, std::move(before));
  }
  value = std::move(kept);
}

}  // namespace shell
