// `chosenMode` and `circuitLimits` of settings.json. See choices_json.hpp.
#include "shell/store/choices_json.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>
#include <vector>

#include "shell/store/lenient_json.hpp"
#include "shell/web/codes.hpp"

namespace shell {
namespace {

using Json = nlohmann::ordered_json;

constexpr std::size_t longest_name = 32;   // the configuration cuts them to it
constexpr double most_amps = 1000;
constexpr double most_watts = 1e6;
constexpr double year_ten_thousand = 253'402'300'800.0;

struct Entry {
  const Json& fields;
  bool good = true;

  std::optional<double> number(const char* key) {
    const auto found = fields.find(key);
    if (found == fields.end() || found->is_null()) return std::nullopt;
    double value = 0;
    if (read_number(*found, value)) return value;
    good = false;
    return std::nullopt;
  }
};

struct ReadEntry {
  std::optional<core::LimitMemory> limit;
  bool good = false;
};

ReadEntry read_entry(const std::string& name, const Json& fields) {
  core::LimitMemory limit;
  limit.circuit = std::string_view{name};
  if (!fields.is_object() || name.size() > longest_name) return {};
  Entry entry{fields};
  if (const auto amps = entry.number("amps")) limit.amps = core::Amps::from(std::clamp(*amps, 0.0, most_amps));
  if (const auto watts = entry.number("watts")) limit.watts = core::Watts::from(std::clamp(*watts, 0.0, most_watts));
  if (!limit.amps && !limit.watts) return {};
  if (const auto end = entry.number("end")) {
    entry.good &= *end > 0 && *end < year_ten_thousand;
    if (entry.good) limit.end = core::WallTime::at(core::Duration{std::llround(*end * 1000)});
  }
  const auto reason = fields.find("reason");
  const bool said = reason != fields.end() && !reason->is_null();
  if (said && reason->is_string()) limit.reason = std::string_view{reason->get_ref<const std::string&>()};
  return {limit, entry.good && (!said || reason->is_string())};
}

/// Whole numbers are written as such.
Json number(double value) {
  if (value == std::floor(value)) return static_cast<std::int64_t>(value);
  return value;
}

/// Fields that others have added to the entry stay.
Json written(const core::LimitMemory& limit, Json fields) {
  if (!fields.is_object()) fields = Json::object();
  const auto put = [&](const char* key, std::optional<double> value) {
    if (value) fields[key] = number(*value);
    else fields.erase(key);
  };
  const auto as_number = [](const auto& quantity) { return quantity ? std::optional{quantity->number()} : std::nullopt; };
  put("amps", as_number(limit.amps));
  put("watts", as_number(limit.watts));
  put("end", limit.end ? std::optional{static_cast<double>(limit.end->since_epoch().count()) / 1000} : std::nullopt);
  fields["reason"] = std::string{limit.reason.view()};
  return fields;
}

}  // namespace

ReadLimits read_limits(const Json& value) {
  ReadLimits read;
  if (!value.is_object()) {
    read.doubt = "\"circuitLimits\" is no object; no circuit is limited by what was ordered before this start";
    return read;
  }
  std::vector<std::string> odd;
  for (const auto& [name, fields] : value.items()) {
    const auto [limit, good] = read_entry(name, fields);
    if (!good) odd.push_back(name);
    if (!limit) continue;
    if (read.limits.full()) read.limits.erase_at(0);
    read.limits.push_back(*limit);
  }
  if (odd.empty()) return read;
  const std::string others = odd.size() > 1 ? fmt::format(" and {} more", odd.size() - 1) : "";
  read.doubt = fmt::format("\"circuitLimits\": the entry \"{}\"{} is not understood as a whole; what of it is no limit is "
                           "ignored, and order that limit again", odd.front().substr(0, 32), others);
  return read;
}

void write_limits(Json& value, const LimitMemories& limits) {
  const Json before = value.is_object() ? value : Json::object();
  value = Json::object();
  for (const auto& [name, fields] : before.items()) {
    if (!read_entry(name, fields).limit) value[name] = fields;
  }
  for (const core::LimitMemory& limit : limits) {
    const std::string name{limit.circuit.view()};
    value.erase(name);
    value[name] = written(limit, before.contains(name) ? before[name] : Json{});
  }
}

std::optional<core::Mode> read_mode(const Json& value) {
  return value.is_string() ? web::mode_of(value.get_ref<const std::string&>()) : std::nullopt;
}

}  // namespace shell
