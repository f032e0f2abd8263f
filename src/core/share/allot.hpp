// From a decision to what each connector is to get: builds the claims, divides, and runs the ways to stop.
#pragma once

#include "core/state.hpp"

namespace core {

/// A connector that hears nobody opens its relay 20–30 s after the last heartbeat (§5.6).
inline constexpr Duration relay_open_after = 31s;
/// … and so long it is left alone at least (§3.2 step 8).
inline constexpr Duration silence_to_open = 60s;
inline constexpr Duration rest_after_disobeying = 10min;

/// Sum of what is reserved for all units, and for all but one.
[[nodiscard]] Amps held_sum(const State& state);
[[nodiscard]] Amps held_by_others(const State& state, const Unit& unit);

/// min(configured, hardware, circuit, 80 A): no limit above it ever leaves (§4.11).
[[nodiscard]] Amps greatest_limit(const Config& config, const Unit& unit);

/// The smallest useful current of a unit: minAmpsPerTWC, not below what the unit takes nor above what it may get.
[[nodiscard]] Amps least_useful(const Config& config, const Unit& unit);

/// Freezes the world, decides, divides, and stops or resumes units where the decision asks for it.
void decide_and_allot(Turn& turn);

/// What watts and amperes mean at this house now: reported voltages and phases, else the configured ones.
[[nodiscard]] Supply supply_of(const Config& config, const State& state);
[[nodiscard]] Watts power_of(const Config& config, const Supply& supply, const Unit& unit);
/// What an ampere of each connector works at, and where the phases are not told.
[[nodiscard]] Scale scale_of(const Config& config, const State& state);
/// What each car draws now, and between what bounds it may be by now.
[[nodiscard]] CarHistory::Moment draws_of(const State& state, Instant now);

}  // namespace core
