// core::Config as bytes and back. See config_code.hpp.
//
// One list of fields for each struct serves both directions. It is a structured binding, so a field that is added to the
// configuration and forgotten here does not compile.
#include "shell/record/config_code.hpp"

#include <bit>
#include <concepts>
#include <tuple>
#include <type_traits>

namespace shell {
namespace {

constexpr std::uint64_t longest_list = 512;
constexpr int deepest_terms = core::rules::deepest_group + 2;

template <class T, class Of>
concept either = std::same_as<std::remove_const_t<T>, Of>;

auto fields(either<core::MeterConfig> auto& meter) {
  auto& [name, counts, every, role, asked, estimated, hides_below] = meter;
  return std::tie(name, counts, every, role, asked, estimated, hides_below);
}

auto fields(either<core::SunHabits> auto& sun) {
  auto& [start_at, start_delay, stop_below, stop_delay] = sun;
  return std::tie(start_at, start_delay, stop_below, stop_delay);
}

auto fields(either<core::ConnectorConfig> auto& connector) {
  auto& [id, name, mode, least, most, phases, wiring, priority, weight, sun, target] = connector;
  return std::tie(id, name, mode, least, most, phases, wiring, priority, weight, sun, target);
}

auto fields(either<core::CircuitConfig> auto& circuit) {
  auto& [name, parent, amps, watts, imbalance, meter, safe, connectors] = circuit;
  return std::tie(name, parent, amps, watts, imbalance, meter, safe, connectors);
}

auto fields(either<core::Emptying> auto& emptying) {
  auto& [power, from, to, after, before] = emptying;
  return std::tie(power, from, to, after, before);
}

auto fields(either<core::BatteryConfig> auto& battery) {
  auto& [priority_level, buffer_level, buffer_start_level, leaves_minimum, cars_wait_below, grid_share, grid_share_level,
         emptying] = battery;
  return std::tie(priority_level, buffer_level, buffer_start_level, leaves_minimum, cars_wait_below, grid_share, grid_share_level,
                  emptying);
}

auto fields(either<core::Config> auto& config) {
  auto& [circuit, per_unit, least, from_grid, volts, phases, power_factor_least, power_factor_most, flex,
         flex_may_start, charger_inside_meter, generation_is_delivery, consumption_offset, consumption_offset_amps,
         start_stop_delay, greatest_age, safe_current, meters, sun, battery, circuits, connectors, mode, fixed_rate, policies,
         role, own_id, own_sign, stop_by, silences_per_plug_in, spike_proactively, spike_reactively, tell_bus_maximum,
         unit_timeout, dwell, memory] = config;
  return std::tie(circuit, per_unit, least, from_grid, volts, phases, power_factor_least, power_factor_most, flex,
                  flex_may_start, charger_inside_meter, generation_is_delivery, consumption_offset,
                  consumption_offset_amps, start_stop_delay, greatest_age, safe_current, meters, sun, battery, circuits,
                  connectors, mode, fixed_rate, policies, role, own_id, own_sign, stop_by, silences_per_plug_in,
                  spike_proactively, spike_reactively, tell_bus_maximum, unit_timeout, dwell, memory);
}

auto fields(either<core::UsualPhases> auto& usual) {
  auto& [count, vin] = usual;
  return std::tie(count, vin);
}

auto fields(either<core::UnitMemory> auto& unit) {
  auto& [id, plugged, charging, zeros, silences, orders, relay_operations, energy, vin, usual, mode, target] = unit;
  return std::tie(id, plugged, charging, zeros, silences, orders, relay_operations, energy, vin, usual, mode, target);
}

auto fields(either<core::LimitMemory> auto& limit) {
  auto& [circuit, amps, watts, end, reason] = limit;
  return std::tie(circuit, amps, watts, end, reason);
}

auto fields(either<core::Memory> auto& memory) {
  auto& [rate, end, units, mode, limits, policy, policy_end] = memory;
  return std::tie(rate, end, units, mode, limits, policy, policy_end);
}

auto fields(either<core::rules::Condition> auto& condition) {
  auto& [left, how, right] = condition;
  return std::tie(left, how, right);
}

auto fields(either<core::rules::Term> auto& term) {
  auto& [condition, group] = term;
  return std::tie(condition, group);
}

auto fields(either<core::rules::Rule> auto& rule) {
  auto& [name, terms, charge_amps, charge_limit, allowed_flex, task, latch, hooks] = rule;
  return std::tie(name, terms, charge_amps, charge_limit, allowed_flex, task, latch, hooks);
}

auto fields(either<core::rules::List> auto& list) {
  auto& [rules, built_in, before_modes, always_poll, interval] = list;
  return std::tie(rules, built_in, before_modes, always_poll, interval);
}

auto fields(either<core::rules::Entry> auto& entry) {
  auto& [key, is_text, number, text] = entry;
  return std::tie(key, is_text, number, text);
}

auto fields(either<core::rules::Window> auto& window) {
  auto& [days, start, end, amps, flexible] = window;
  return std::tie(days, start, end, amps, flexible);
}

auto fields(either<core::rules::Schedule> auto& schedule) {
  auto& [windows, battery_size] = schedule;
  return std::tie(windows, battery_size);
}

auto fields(either<core::rules::ClockChange> auto& change) {
  auto& [from, offset, daylight_saving, name] = change;
  return std::tie(from, offset, daylight_saving, name);
}

auto fields(either<core::Position> auto& position) {
  auto& [latitude, longitude] = position;
  return std::tie(latitude, longitude);
}

auto fields(either<core::rules::Policies> auto& policies) {
  auto& [list, settings, config, schedule, zone, home] = policies;
  return std::tie(list, settings, config, schedule, zone, home);
}

template <class T>
concept composed = requires(T& value) { fields(value); };

constexpr int last_of(core::Mode) { return static_cast<int>(core::Mode::fast); }
constexpr int last_of(core::StopBy) { return static_cast<int>(core::StopBy::order); }
constexpr int last_of(core::MeterRole) { return static_cast<int>(core::MeterRole::circuit); }
constexpr int last_of(core::rules::Comparison) { return static_cast<int>(core::rules::Comparison::always); }
constexpr int last_of(core::rules::Task) { return static_cast<int>(core::rules::Task::check_charge); }
constexpr int last_of(core::rules::Expression::Kind) { return static_cast<int>(core::rules::Expression::Kind::sunset); }
constexpr int last_of(wire::Role) { return static_cast<int>(wire::Role::slave); }

struct Writer {
  Ink& ink;

  template <class Tag, std::int64_t n>
  void put(const base::Quantity<Tag, n>& value) { ink.whole(value.count()); }
  void put(const base::Duration& value) { ink.whole(value.count()); }
  void put(const std::uint8_t& value) { ink.byte(value); }
  void put(const int& value) { ink.whole(value); }
  void put(const bool& value) { ink.byte(value ? 1 : 0); }
  void put(const std::string& value) { ink.text(value); }
  void put(const base::UnitId& value) { ink.number(value.value); }
  void put(const base::Sign& value) { ink.byte(value.value); }
  template <class E> requires std::is_enum_v<E>
  void put(const E& value) { ink.byte(static_cast<std::uint8_t>(value)); }
  void put(const base::WallTime& value) { put(value.since_epoch()); }
  void put(const double& value) { ink.number(std::bit_cast<std::uint64_t>(value)); }
  /// As a person would write it, unless nobody can.
  void put(const core::rules::Expression& value) {
    put(value.kind());
    if (value.kind() == core::rules::Expression::Kind::number) put(value.number());
    else put(value.source());
  }
  void put(const core::rules::Table& table) { put(table.entries()); }
  template <class T, std::size_t n>
  void put(const std::array<T, n>& list) {
    for (const T& each : list) put(each);
  }
  template <class T, std::size_t n>
  void put(const base::Bounded<T, n>& list) {
    ink.number(list.size());
    for (const T& each : list) put(each);
  }
  void put(const std::uint32_t& value) { ink.number(value); }
  void put(const std::uint64_t& value) { ink.number(value); }
  void put(const core::Measurands& value) { ink.number(value.bits()); }
  template <std::size_t n>
  void put(const base::Text<n>& value) { ink.text(value.view()); }
  template <class T>
  void put(const std::optional<T>& value) {
    put(value.has_value());
    if (value) put(*value);
  }
  template <class T>
  void put(const base::Phases<T>& values) {
    for (const T& value : values) put(value);
  }
  template <class T>
  void put(const std::vector<T>& list) {
    ink.number(list.size());
    for (const T& each : list) put(each);
  }
  template <composed T>
  void put(const T& value) {
    std::apply([this](const auto&... field) { (this->put(field), ...); }, fields(value));
  }
};

struct Reader {
  Page& page;
  int depth = 0;   // of groups of conditions

  template <class Tag, std::int64_t n>
  void get(base::Quantity<Tag, n>& value) { value = base::Quantity<Tag, n>::grains(page.whole()); }
  void get(base::Duration& value) { value = base::Duration{page.whole()}; }
  void get(std::uint8_t& value) { value = page.byte(); }
  void get(int& value) {
    const std::int64_t number = page.whole();
    if (number != static_cast<int>(number)) page.refuse();
    value = static_cast<int>(number);
  }
  void get(bool& value) { value = page.byte() != 0; }
  void get(std::string& value) { value = std::string(page.text()); }
  void get(base::UnitId& value) { value.value = static_cast<std::uint16_t>(page.number()); }
  void get(base::Sign& value) { value.value = page.byte(); }
  template <class E> requires std::is_enum_v<E>
  void get(E& value) {
    const int code = page.byte();
    if (code > last_of(E{})) page.refuse(); else value = static_cast<E>(code);
  }
  void get(double& value) { value = std::bit_cast<double>(page.number()); }
  void get(core::rules::Expression& value) {
    using Kind = core::rules::Expression::Kind;
    Kind kind{};
    get(kind);
    double number = 0;
    std::string source;
    if (kind == Kind::number) get(number); else get(source);
    if (kind == Kind::number) value = core::rules::Expression::of(number);
    else if (kind >= Kind::scheduled_amps) value = core::rules::Expression::built_in(kind);
    else if (auto read = core::rules::Expression::parse(source); read && read->kind() == kind) value = *std::move(read);
    else page.refuse();
  }
  void get(core::rules::Table& table) {
    std::vector<core::rules::Entry> entries;
    get(entries);
    for (const core::rules::Entry& entry : entries) {
      if (entry.is_text) table.set(entry.key, entry.text); else table.set(entry.key, entry.number);
    }
  }
  void get(core::rules::Terms& terms) {
    const std::uint64_t count = page.number();
    if (count > longest_list || depth >= deepest_terms) return page.refuse();
    ++depth;
    for (std::uint64_t i = 0; i < count && page.good(); ++i) get(terms.emplace_back());
    --depth;
  }
  template <class T, std::size_t n>
  void get(std::array<T, n>& list) {
    for (T& each : list) get(each);
  }
  void get(base::WallTime& value) {
    base::Duration since_epoch{};
    get(since_epoch);
    value = base::WallTime::at(since_epoch);
  }
  template <class T, std::size_t n>
  void get(base::Bounded<T, n>& list) {
    const std::uint64_t count = page.number();
    if (count > n) return page.refuse();
    for (std::uint64_t i = 0; i < count; ++i) get(list.push_back({}));
  }
  void get(std::uint32_t& value) { value = static_cast<std::uint32_t>(page.number()); }
  void get(std::uint64_t& value) { value = page.number(); }
  void get(core::Measurands& value) { value = core::Measurands::of_bits(static_cast<std::uint32_t>(page.number())); }
  template <std::size_t n>
  void get(base::Text<n>& value) { value = page.text(); }
  template <class T>
  void get(std::optional<T>& value) {
    bool there = false;
    get(there);
    if (there) get(value.emplace()); else value.reset();
  }
  template <class T>
  void get(base::Phases<T>& values) {
    for (T& value : values) get(value);
  }
  template <class T>
  void get(std::vector<T>& list) {
    const std::uint64_t count = page.number();
    if (count > longest_list) return page.refuse();
    list.resize(count);
    for (T& each : list) get(each);
  }
  template <composed T>
  void get(T& value) {
    std::apply([this](auto&... field) { (this->get(field), ...); }, fields(value));
  }
};

}  // namespace

void write_config(Ink& ink, const core::Config& config) {
  Writer{ink}.put(config);
}

std::optional<core::Config> read_config(Page& page) {
  core::Config config;
  Reader{page}.get(config);
  if (!page.good() || !core::rules::within_bounds(config.policies)) return std::nullopt;
  return config;
}

}  // namespace shell
