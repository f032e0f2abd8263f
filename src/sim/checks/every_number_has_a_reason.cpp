// Every current that is granted or targeted says why, in words; so does what rules a share or a minimum, each change that
// was told, and each limit that a circuit has from outside.
#include <fmt/format.h>

#include <algorithm>

#include "sim/checks.hpp"

namespace sim {

namespace {

using core::Because;

/// A reason that says nothing, or that points at a circuit without naming it.
bool is_missing(const core::Reason& reason) {
  const bool about_circuit = reason.because >= Because::node && reason.because <= Because::node_restricted;
  return reason.because == Because::nothing_yet || words(reason).empty() || (about_circuit && reason.where.empty());
}

/// Whether `granted` names only a share or a minimum, so that something else rules it.
bool is_ruled(const core::Reason& granted) {
  return granted.because == Because::share || granted.because == Because::held_cannot_stop;
}

/// Whether what is shown as a limit is more than was ordered.
template <class T>
bool is_above(std::optional<T> shown, std::optional<T> ordered) {
  return ordered && (!shown || *ordered < *shown);
}

class EveryNumberHasAReason final : public Check {
 public:
  std::string_view name() const override { return "every number has a reason"; }

  std::string second(const World& world) override {
    if (!world.core() || ++seconds_ % 60 != 0) return {};
    const core::Snapshot snapshot = world.core()->snapshot(world.both_clocks());
    if (words(snapshot.target.reason).empty()) return "the target has no reason";
    for (const core::ConnectorView& view : snapshot.connectors) {
      if (std::string wrong = connector(view); !wrong.empty()) return wrong;
    }
    for (std::size_t c = 0; c < snapshot.circuits.size(); ++c) {
      if (std::string wrong = circuit(world, snapshot.circuits[c], c); !wrong.empty()) return wrong;
    }
    for (std::size_t i = 0; i < snapshot.announcements.size(); ++i) {
      if (words(snapshot.announcements[i]).empty()) return fmt::format("announcement {} has no words", static_cast<int>(snapshot.announcements[i].topic));
    }
    return {};
  }

 private:
  static std::string connector(const core::ConnectorView& view) {
    if (is_missing(view.granted.reason)) return fmt::format("{:04X} has no reason", view.id.value);
    if (is_ruled(view.granted.reason) && is_missing(view.ruling)) {
      return fmt::format("{:04X} does not say what rules its share or minimum of {} A", view.id.value,
                         view.granted.value.number());
    }
    for (std::size_t i = 0; i < view.decided.size(); ++i) {
      const core::Decided& change = view.decided[i];
      if (is_missing(change.reason)) {
        return fmt::format("{:04X} was told {} A after {} A without a reason", view.id.value, change.to.number(),
                           change.from.number());
      }
    }
    return {};
  }

  /// A limit other than that of the fuse is somebody's order and names him, and an order is shown.
  static std::string circuit(const World& world, const core::CircuitView& view, std::size_t place) {
    const core::CircuitConfig& config = world.site().config.circuits[place];
    const bool lowered = view.amps != config.amps || view.watts != config.watts;
    if (lowered && view.external.empty()) return fmt::format("{} is limited from outside, and nobody says by whom", config.name);
    const core::LimitCircuit* ordered = world.ordered(place);
    if (ordered == nullptr) return {};
    if (!is_above(view.amps, ordered->amps) && !is_above(view.watts, ordered->watts)) return {};
    return fmt::format("{} was limited from outside, but is shown with its own limit", config.name);
  }

  int seconds_ = 0;
};

}  // namespace

std::unique_ptr<Check> every_number_has_a_reason() { return std::make_unique<EveryNumberHasAReason>(); }

}  // namespace sim
