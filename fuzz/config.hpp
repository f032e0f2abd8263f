// Any bytes as config.json and as settings.json: no crash, no hang, limits in order, one line per sentence.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>

#include "app/config/configuration.hpp"
#include "base/result.hpp"
#include "core/state.hpp"

namespace fuzz {

inline void tree(const core::Config& core) {
  base::check(core.meters.size() <= core::most_meters && core.circuits.size() <= core::most_circuits,
              "all have a place");
  for (std::size_t i = 0; i < core.circuits.size(); ++i) {
    const core::CircuitConfig& circuit = core.circuits[i];
    base::check(circuit.parent < static_cast<int>(i), "parents come before their children");
    base::check(circuit.meter < static_cast<int>(core.meters.size()), "a circuit's meter is there");
    base::check(circuit.amps || circuit.watts || circuit.imbalance, "each circuit has a limit");
    base::check(!circuit.amps || circuit.safe <= *circuit.amps || *circuit.amps == core::Amps{},
                "safe is below the limit");
  }
  for (const core::ConnectorConfig& connector : core.connectors) {
    base::check(connector.id.value != 0 && connector.weight >= 1, "a connector has an id and a weight");
    base::check(connector.most.value_or(core.per_unit) <= core.per_unit, "none is allowed more than all");
    base::check(connector.least.value_or(core::Amps{}) <= connector.most.value_or(core.per_unit),
                "its minimum is one it may have");
  }
}

inline void config(std::span<const std::uint8_t> bytes) {
  const std::string_view text{reinterpret_cast<const char*>(bytes.data()), bytes.size()};
  app::Configuration read = app::read_configuration(text, "config.json");
  if (read.fatal() == nullptr) {
    const core::Config& core = read.core;
    base::check(core.per_unit <= core.circuit, "no connector is allowed more than the circuit");
    base::check(core.least <= core.per_unit && core.least.count() >= 0, "the minimum is one that a connector may have");
    tree(core);
  }
  app::Overrides overrides;
  overrides.page = app::page_overrides(text, "settings.json", read.findings);
  overrides.environment = {{"TWCMANAGER_CONFIG_MINAMPSPERTWC", std::string{text}}};
  const app::Configuration chosen = app::read_configuration(text, "config.json", overrides);
  if (chosen.fatal() == nullptr && read.fatal() == nullptr) {
    base::check(chosen.core.circuit <= read.core.circuit, "the page raises no limit");
    base::check(chosen.core.per_unit <= read.core.per_unit, "the page raises no limit");
    tree(chosen.core);
  }
  read.findings.insert(read.findings.end(), chosen.findings.begin(), chosen.findings.end());
  app::apply_settings(read, text, "settings.json", core::WallTime::at(base::in_seconds(1'785'000'000)));
  base::check(read.core.memory.charge_now_rate <= read.core.circuit, "settings raise nothing above the circuit");
  base::check(core::rules::within_bounds(read.core.policies), "policies and schedules keep to their bounds");
  for (const app::Finding& finding : read.findings) {
    base::check(words(finding).find('\n') == std::string::npos, "a finding is one line");
  }
}

}  // namespace fuzz
