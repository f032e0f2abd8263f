// What every fuse above a connector leaves for it: the tree of circuits at a moment.
//
// The problem: a connector hangs below its own breaker, a sub-panel and the main fuse; each has limits per phase and in
// watts, other loads, perhaps a meter, perhaps an order from outside; and a one-phase car loads only one of the phases.
// The idea: each circuit is a budget for the connectors below it (what it bears less what else flows there), counted on
// four channels: L1, L2, L3 and the power. A current takes from all circuits above its connector at once; what is left
// for a connector is the smallest of what they leave. The same sums divide a current (divide.hpp) and guard each
// transmission (guard.hpp).
//
// Two circuits are always there: all connectors together (`Config::circuit`), and the grid where `Config::from_grid`
// limits it. These two add up amperes whatever their phase, as TWCManager means them.
#pragma once

#include <span>

#include "core/config.hpp"
#include "core/reason.hpp"
#include "core/site/reading.hpp"
#include "core/site/sun.hpp"
#include "core/snapshot.hpp"

namespace core {

struct Unit;
struct State;

/// All connectors together, the grid, and then the configured ones.
inline constexpr std::size_t all_connectors = 0, the_grid = 1, first_configured = 2;
inline constexpr std::size_t most_nodes = first_configured + most_circuits;

inline constexpr Amps no_limit = Amps::whole(1'000'000);
inline constexpr Watts no_power_limit = Watts::whole(1'000'000'000);

/// What a circuit may be short of beside its phases 0…2.
inline constexpr int the_power = 3, the_imbalance = 4;

/// How a connector's current loads the house.
struct Loading {
  Phases<bool> uses{true, true, true};   ///< phases of the house that its car uses, or may use
  Phases<bool> seen{true, true, true};   ///< … those of them on which it draws now, as its connector tells; else the same
  bool certain = false;                  ///< when it draws, then on those
  Amps flows;                            ///< drawn now
  Volts volts = 720_V;                   ///< summed over these phases
  Volts least_volts;                     ///< summed over as many as it surely uses when it draws
  std::uint16_t circuits = 0xFFFF;       ///< bit n: hangs below node n; until it was looked at: below all

  [[nodiscard]] bool hangs_below(std::size_t node) const { return (circuits >> node & 1) != 0; }
};

/// One circuit at a moment.
struct Node {
  bool present = false;
  bool adds_up = false;          ///< amperes count whatever their phase
  bool moves = false;            ///< its budget follows a meter or an order from outside, not only its fuse
  bool known = true;             ///< its meter, if it has one, was read lately enough
  Phases<Amps> most{no_limit, no_limit, no_limit};   ///< for all connectors below together
  Watts most_watts = no_power_limit;
  Phases<Amps> sure{no_limit, no_limit, no_limit};   ///< ≤ most: what is left beside `others_at_most`; a raise has to fit into it
  Watts sure_watts = no_power_limit;
  Phases<Amps> fuse{no_limit, no_limit, no_limit};   ///< the same by its own limits alone, as if nothing else flowed
  Watts fuse_watts = no_power_limit;
  Phases<Amps> others{};         ///< what flows there beside the connectors, as far as it is measured
  Watts other_watts{};
  Phases<Amps> others_at_most{};       ///< the same if the connectors took the least they may have taken when the meter was read
  Watts other_watts_at_most{};
  Phases<Amps> shown{};          ///< by its meter when it was last looked at
  Watts shown_watts{};
  Amps imbalance = no_limit;     ///< most that two phases may differ
  Amps safe = no_limit;          ///< for each connector below; less than `no_limit` only while not known
};
using Nodes = std::array<Node, most_nodes>;

/// Which limits count.
enum class Limits : std::uint8_t {
  all,
  sure,    ///< all, by settled readings alone: what may be used for more than before
  fuses,   ///< only those that do not move with a meter or an order: what nobody may pass for a moment
};

/// A scale for each circuit, on which currents are laid one after the other.
class Rooms {
 public:
  Rooms(const Nodes& nodes, std::span<const Loading> loadings, Limits limits = Limits::all);

  /// `amps` of this connector are used up.
  void take(std::size_t who, Amps amps);
  /// How much more this connector may get; negative when something above it is over its limit.
  [[nodiscard]] Amps left(std::size_t who) const;
  /// Which circuit and phase leaves the least for it.
  struct Tight {
    std::size_t node = all_connectors;
    int phase = 0;   ///< or `the_power`, `the_imbalance`
    Amps left = no_limit;
  };
  [[nodiscard]] Tight tightest(std::size_t who) const;

 private:
  const Nodes* nodes_;
  std::span<const Loading> loadings_;
  Limits limits_;
  std::array<Phases<Amps>, most_nodes> taken_{};
  std::array<Phases<Amps>, most_nodes> weighs_{};   // of it what makes a phase uneven: on phases where it was seen …
  std::array<Phases<Amps>, most_nodes> evens_{};    // … and what evens out another phase: what surely flows
  std::array<Watts, most_nodes> taken_watts_{};
};

/// The circuits now. `former` are those of the last look: between what a meter shows and what connectors report while
/// they ramp nothing is known better than before.
[[nodiscard]] Nodes look_at_circuits(const Config& config, const State& state, const Nodes& former, Instant now);

/// How the current of a unit loads the house.
[[nodiscard]] Loading loading_of(const Config& config, const Unit& unit);

/// Bit n: the connector hangs below node n.
[[nodiscard]] std::uint16_t circuits_above(const Config& config, UnitId id);

/// What is said about this connector; nothing is an answer too.
[[nodiscard]] const ConnectorConfig* said_about(const Config& config, UnitId id);

/// Why a circuit leaves so much: its reason, with its name and phase.
[[nodiscard]] Reason reason_of(const Config& config, const State& state, const Rooms::Tight& tight, Amps leaves);

}  // namespace core
