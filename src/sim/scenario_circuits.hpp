// The part of the language that is about what a house consists of: circuits, their meters and loads, the battery, what
// is said about single connectors, and what is asked for them.
#pragma once

#include <map>

#include "sim/scenario.hpp"
#include "sim/scenario_words.hpp"

namespace sim {

[[nodiscard]] const std::map<std::string_view, core::Mode>& modes();
/// Currents of the configuration that a scenario names.
[[nodiscard]] const std::map<std::string_view, Amps core::Config::*>& configured_currents();

// --- of the site ---
/// Takes a statement that is one of these; false leaves it to others.
base::Result<bool> read_circuits(Words& words, Scenario& s);
/// Three phases of the house, in the order of the connector's own.
base::Result<Phases<std::uint8_t>> read_wiring(Words& words);
/// A circuit that was named before, as its place.
base::Result<std::size_t> read_circuit(Words& words, const Scenario& s);
/// Where there are circuits, the controller is told the cables of the connectors, which not all of them report.
void tell_wiring(Scenario& s);

// --- of the timetable ---
base::Result<void> read_load(Words& words, Happening& h, const Scenario& s);
base::Result<void> read_limit(Words& words, Happening& h, const Scenario& s);
/// "circuit 16", "per-unit 10", "mode now", "circuit main 10": what the controller's configuration says from then on.
base::Result<void> read_configure(Words& words, Happening& h, const Scenario& s);
base::Result<void> read_target(Words& words, Happening& h);
base::Result<void> read_mode(Words& words, Happening& h);
base::Result<void> read_range(Words& words, Happening& h);
/// An expectation about a circuit, the battery or the grid; false leaves it to others.
base::Result<bool> read_house_expectation(Words& words, Happening& h, const Scenario& s);

}  // namespace sim
