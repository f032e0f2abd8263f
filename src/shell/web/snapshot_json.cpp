#include "shell/web/snapshot_json.hpp"

#include <fmt/format.h>

#include <cmath>
#include <ctime>
#include <nlohmann/json.hpp>

#include "base/iso8601.hpp"
#include "core/why/why.hpp"
#include "shell/web/codes.hpp"

namespace shell::web {
namespace {

using Json = nlohmann::ordered_json;

// Quantities are whole grains, so a division is the only rounding; whole numbers are written without ".0".
Json number(double value) {
  if (value == std::floor(value) && std::abs(value) < 1e15) return static_cast<std::int64_t>(value);
  return value;
}
Json number(core::Amps a) {
  return number(a.number());
}
Json number(core::Watts w) {
  return number(w.number());
}
Json number(core::Volts v) {
  return number(v.number());
}
Json number(core::Duration d) {
  return number(base::seconds_of(d));
}
Json time(core::WallTime t) {
  return base::to_iso8601(t);
}
Json kilowatt_hours(core::Energy e) {
  return number(std::round(base::in_kilowatt_hours(e) * 1e6) / 1e6);
}

template <class T>
Json number(const std::optional<T>& value) {
  return value ? number(*value) : Json(nullptr);
}
template <class T>
Json numbers(const std::optional<core::Phases<T>>& value) {
  if (!value) return nullptr;
  Json list = Json::array();
  for (const T& each : *value) list.push_back(number(each));
  return list;
}
template <std::size_t N>
Json text(const base::Text<N>& value) {
  return value.empty() ? Json(nullptr) : Json(std::string(value.view()));
}

Json coded(std::string_view the_code, std::string_view words) {
  return {{"code", the_code}, {"text", words}};
}

Json reason(const core::Reason& r) {
  return {{"code", code(r.because)}, {"text", core::words(r)}, {"amount", number(r.amount)}, {"other", number(r.other)}};
}

Json granted(const core::Sourced<core::Amps>& current) {
  return {{"amps", number(current.value)}, {"reason", reason(current.reason)}};
}

Json unit_state(wire::UnitState state) {
  return {{"number", static_cast<int>(state)}, {"code", code(state)}, {"text", wire::print(state)}};
}

Json charge_now(const core::Snapshot& s) {
  if (s.charge_now_rate <= core::Amps{} || s.charge_now_end <= s.now.wall) return nullptr;
  return {{"rate", number(s.charge_now_rate)},
          {"until", time(s.charge_now_end)},
          {"remaining", number(s.charge_now_end - s.now.wall)}};
}

constexpr core::Duration longest_told = std::chrono::hours{24 * 366 * 100};   // else it has never been otherwise

Json bus(const core::BusView& b) {
  return {{"state", coded(code(b.state), core::words(b.state))},
          {"in_state", b.in_state < longest_told ? number(b.in_state) : Json(nullptr)},
          {"frames", b.frames},
          {"damaged", b.damaged},
          {"echoes", b.echoes}};
}

Json site(const core::SiteView& s) {
  return {{"generation", number(s.generation)},
          {"consumption", number(s.consumption)},
          {"house", number(s.house)},
          {"charging", number(s.charger)},
          {"charging_amps", number(s.charger_amps)},
          {"sun", number(s.sun)},
          {"volts", number(s.volts)},
          {"phases", s.phases}};
}

Json meter(const core::MeterView& m) {
  return {{"name", std::string(m.name.view())},
          {"consumption", number(m.consumption)},
          {"generation", number(m.generation)},
          {"estimated", m.estimated},
          {"age", number(m.age)},
          {"greatest_age", number(m.greatest_age)},
          {"charger", code(m.charger)},
          {"lag", number(m.lag)},
          {"fresh", m.age && *m.age <= m.greatest_age},
          {"answers", m.answers},
          {"faults", m.faults}};
}

Json circuit(const core::Snapshot& s, const core::CircuitView& c) {
  const bool root = c.parent < 0;
  return {{"name", std::string(c.name.view())},
          {"parent", root ? Json(nullptr) : text(s.circuits[static_cast<std::size_t>(c.parent)].name)},
          {"amps", number(c.amps)},
          {"watts", number(c.watts)},
          {"external", text(c.external)},
          {"measured", c.measured},
          {"others", numbers(c.others)},
          {"held", numbers(std::optional{c.held})},
          {"left", numbers(c.left)}};
}

std::string local_time(core::WallTime when) {
  const auto seconds = static_cast<std::time_t>(when.since_epoch().count() / 1000);
  std::tm local{};
  localtime_r(&seconds, &local);
  return fmt::format("{:02}:{:02}", local.tm_hour, local.tm_min);
}

Json connector(const core::Snapshot& s, const core::ConnectorView& c) {
  const core::Why why = core::why(s, c, local_time);
  Json out;
  out["id"] = wire::print(c.id);
  out["name"] = text(c.name);
  out["mode"] = {{"code", code(c.mode)}, {"own", c.mode_own}};
  out["target"] = c.target ? kilowatt_hours(*c.target) : Json(nullptr);
  out["sign"] = fmt::format("{:02X}", c.sign.value);
  out["protocol"] = static_cast<int>(c.protocol);
  out["link"] = coded(code(c.link), core::words(c.link));
  out["state"] = unit_state(c.state);
  out["car_state"] = unit_state(c.last_car_state);
  out["hardware_maximum"] = number(c.hardware_maximum);
  out["told"] = number(c.told);
  out["limit"] = number(c.limit);
  out["drawn"] = number(c.drawn);
  out["held"] = number(c.held);
  out["granted"] = granted(c.granted);
  out["why"] = why.sentence;
  out["change"] = why.change;
  out["charging"] = c.charging;
  out["car_present"] = c.car_present;
  out["since_heard"] = number(c.since_heard);
  out["charging_for"] = c.charging ? number(c.charging_for) : Json(nullptr);
  out["power"] = number(c.power);
  out["session_energy"] = kilowatt_hours(c.session_energy);
  out["lifetime_counter"] = c.lifetime_counter ? Json(*c.lifetime_counter) : Json(nullptr);
  out["volts"] = numbers(c.volts);
  out["phase_amps"] = numbers(c.phase_amps);
  out["vin"] = text(c.vin);
  out["last_vin"] = text(c.last_vin);
  out["serial"] = text(c.serial);
  const auto& f = c.firmware;
  out["firmware"] = f ? Json(fmt::format("{}.{}.{}.{}", (*f)[0], (*f)[1], (*f)[2], (*f)[3])) : Json(nullptr);
  out["stop_way"] = code(c.stop_way);
  out["zeros"] = c.zeros;
  out["silences"] = c.silences;
  out["silences_allowed"] = c.silences_allowed;
  out["orders"] = c.orders;
  out["orders_allowed"] = c.orders_allowed;
  out["relay_operations"] = c.relay_operations;
  out["starts"] = c.starts;
  out["stops"] = c.stops;
  return out;
}

Json announcement(const core::Announcement& a) {
  return {{"code", code(a.topic)},
          {"severity", code(a.severity)},
          {"text", core::words(a)},
          {"time", time(a.when)},
          {"connector", a.unit.value == 0 ? Json(nullptr) : Json(wire::print(a.unit))}};
}

Json outlook(const core::Outlook& o) {
  if (o.change == core::Outlook::Change::none) return nullptr;
  return {{"change", code(o.change)}, {"at", time(o.at)}};
}

std::string written(const Json& value) { return value.dump(-1, ' ', false, Json::error_handler_t::replace); }

}  // namespace

std::string snapshot_json(const core::Snapshot& s, const Program& program) {
  Json out;
  out["version"] = s.version;
  out["time"] = time(s.now.wall);
  out["program"] = {{"name", "twcmanager"}, {"version", program.version}, {"demo", program.world == World::demo}};
  out["mode"] = code(s.mode);
  out["mode_chosen"] = s.mode_chosen;
  out["follows_sun"] = s.green;
  out["policy"] = s.policy.empty() ? Json(nullptr) : Json{{"name", s.policy.view()}, {"why", s.policy_why.view()}};
  out["target"] = granted(s.target);
  out["limits"] = {{"circuit", number(s.circuit)}, {"per_connector", number(s.per_unit)}, {"minimum", number(s.least)}};
  out["held"] = number(s.held);
  out["charge_now"] = charge_now(s);
  out["bus"] = bus(s.bus);
  out["site"] = site(s.site);
  out["meters"] = Json::array();
  for (const auto& each : s.meters) out["meters"].push_back(meter(each));
  out["circuits"] = Json::array();
  for (const auto& each : s.circuits) out["circuits"].push_back(circuit(s, each));
  out["connectors"] = Json::array();
  for (const auto& each : s.connectors) out["connectors"].push_back(connector(s, each));
  out["announcements"] = Json::array();
  for (std::size_t i = s.announcements.size(); i > 0; --i)
    out["announcements"].push_back(announcement(s.announcements[i - 1]));
  return written(out);
}

std::string why_json(const core::Snapshot& s, const core::ConnectorView& c) {
  const core::Why why = core::why(s, c, local_time);
  Json out;
  out["connector"] = wire::print(c.id);
  out["sentence"] = why.sentence;
  out["change"] = why.change;
  out["outlook"] = outlook(c.outlook);
  out["chain"] = Json::array();
  for (const core::ChainNumber& each : why.chain) {
    out["chain"].push_back({{"name", each.name}, {"value", number(each.value)}, {"unit", each.unit}, {"text", each.text}});
  }
  out["decisions"] = Json::array();
  for (std::size_t i = c.decided.size(); i > 0; --i) {
    const core::Decided& d = c.decided[i - 1];
    out["decisions"].push_back(
        {{"time", time(d.when)}, {"from", number(d.from)}, {"to", number(d.to)}, {"reason", reason(d.reason)}});
  }
  return written(out);
}

}  // namespace shell::web
