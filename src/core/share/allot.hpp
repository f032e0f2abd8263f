// From a decision to what each connector is to get: builds the claims, divides, and runs the ways to stop.
#pragma once

#include "core/state.hpp"

namespace core {

/// A connector that hears nobody opens its relay 20–30 s after the last heartbeat (§5.6).
inline constexpr Duration relay_open_after = 31s;
/// … and so long it is left alone at least (§3.2 step 8).
inline constexpr Duration silence_to_open = 60s;
inline constexpr Duration rest_after_disobeying = 10min;
inline constexpr std::uint8_t stop_orders_per_visit = 3;

/// Sum of what is reserved for all units.
[[nodiscard]] Amps held_sum(const State& state);
/// What is reserved below one circuit, on each phase.
[[nodiscard]] Phases<Amps> held_below(const State& state, std::size_t node);

/// Whose reservations count.
enum class Count : std::uint8_t { others, nobody };
/// The circuits with what others than `unit` hold laid upon them.
[[nodiscard]] Rooms rooms_without(const Turn& turn, const Unit& unit, Count count, Limits limits = Limits::all);
/// The most that may be reserved for `unit`, given what is reserved for the others.
[[nodiscard]] Amps room_beside_others(const Turn& turn, const Unit& unit, Limits limits = Limits::all);
/// Some circuit above `unit` is over its limit with what all hold.
[[nodiscard]] bool excess_above(const Turn& turn, const Unit& unit, Limits limits = Limits::all);
[[nodiscard]] std::size_t place_of(const State& state, const Unit& unit);

/// What an ampere of a connector takes from the pool, in per mille of an ampere there. One alone defines the pool.
[[nodiscard]] int cost_of(const State& state, const Unit& unit, const Loading& loading);
/// How often its car can still be stopped.
[[nodiscard]] Stops stops_left_of(const Config& config, const Unit& unit);
/// How long, or in what account, the sun must carry the minimum before its car is started.
[[nodiscard]] Duration proof_for(const Config& config, const Decision& decision, const Unit& unit);
/// The mode chosen or configured for it alone.
[[nodiscard]] std::optional<Mode> own_mode(const Config& config, const State& state, const Unit& unit);
/// The mode that rules it: chosen for it, configured for it, or that of all.
[[nodiscard]] Mode mode_of(const Config& config, const State& state, const Unit& unit);
/// What its car is to get during this visit.
[[nodiscard]] std::optional<Energy> target_of(const Config& config, const Unit& unit);
/// How long a car that is not served is kept at its minimum before a silence is spent.
[[nodiscard]] Duration patience_with(const Config& config, const Unit& unit);

/// min(configured, hardware, circuit, every fuse above it, 80 A): no limit above it ever leaves (§4.11).
[[nodiscard]] Amps greatest_limit(const Config& config, const Unit& unit);

/// The smallest useful current of a unit: minAmpsPerTWC, not below what the unit takes nor above what it may get.
[[nodiscard]] Amps least_useful(const Config& config, const Unit& unit);

/// Freezes the world, decides, divides, and stops or resumes units where the decision asks for it.
void decide_and_allot(Turn& turn);

/// What watts and amperes mean at this house now: reported voltages and phases, else those that the cars used
/// the last time, else the configured ones.
[[nodiscard]] Supply supply_of(const Config& config, const State& state);
/// How many phases the connector has: as it tells, else as configured for it; nothing where neither says.
[[nodiscard]] std::optional<int> phases_there(const Config& config, const Unit& unit);
/// How many phases its car uses: as its connector tells or told of this car, else as a meter answered; zero: not known.
[[nodiscard]] int phases_used(const Unit& unit);
/// How many phases its car used the last time, as far as they are under voltage; zero: not known, or
/// what it draws says otherwise.
[[nodiscard]] int usual_phases(const Unit& unit);
[[nodiscard]] Watts power_of(const Config& config, const Supply& supply, const Unit& unit);
/// What an ampere of each connector works at, and where the phases are not told.
[[nodiscard]] Scale scale_of(const Config& config, const State& state);
/// What each car draws now, and between what bounds it may be by now.
[[nodiscard]] CarHistory::Moment draws_of(const State& state, Instant now);

}  // namespace core
