// All we know about one wall connector.
//
// A record outlives its link: energy, VIN and what is reserved for it on the circuit stay when it falls silent
// (spec/twc-protocol §3.2 step 7–9). Everything is in place and trivially copyable.
#pragma once

#include "core/policy/decision.hpp"
#include "core/session/session.hpp"
#include "core/share/account.hpp"
#include "core/share/spike.hpp"
#include "core/site/witness.hpp"
#include "core/snapshot.hpp"

namespace core {

/// What is asked of a unit beside its heartbeat, and when again (spec/twc-protocol §2.6, §2.7).
struct Enquiry {
  Instant next = Instant::never();
  std::uint8_t unanswered = 0;
};

/// The parts of a VIN as they arrive, until two whole readings agree (§2.7).
struct VinReading {
  base::Text<17> parts;
  std::uint8_t expected = 1;       ///< the part that is wanted next
  bool blank = true;               ///< all parts so far were zero
  base::Text<17> previous;         ///< the first reading of a pair; empty while that is being taken
  std::uint8_t attempts = 0;       ///< pairs of readings that did not agree since the car arrived
};

/// Below it a phase is not connected (spec/energy-sources §1.3: 80–300 V).
inline constexpr Volts least_voltage = 80_V;
/// From here on a phase is in use: less is what a meter of whole amperes takes for nothing.
inline constexpr Amps phase_in_use = 1_A;

struct Unit {
  UnitId id;
  Sign sign;
  Sign former_sign;
  Instant sign_changed = Instant::long_ago();
  wire::Protocol protocol = wire::Protocol::two;
  Amps hardware;
  bool hardware_known = false;

  Link link = Link::announced;
  Instant announced = Instant::long_ago();
  Instant called = Instant::long_ago();      ///< last FD E2
  Instant heard = Instant::long_ago();       ///< last answer to a heartbeat
  Instant addressed = Instant::long_ago();   ///< last heartbeat sent to it
  Instant linked_since = Instant::long_ago();
  Instant fell_silent = Instant::never();    ///< when it was lost, or when we began to withhold heartbeats
  Amps kept;                                 ///< what it may resume with after a silence of ours
  std::uint32_t answers = 0;                 ///< since it announced itself
  Instant rests_until = Instant::long_ago(); ///< it announced itself and never answered: not tried again before
  bool owed = false;                         ///< a heartbeat out of turn: it has come, or has to be lowered
  std::uint8_t answers_due = 0;              ///< heartbeats whose answer may still come
  std::uint8_t answers_too_many = 0;         ///< beyond those that were due, within a minute
  std::uint8_t answers_doubled = 0;          ///< … and equal to the one before
  Instant first_too_many = Instant::long_ago();
  bool forced_silence = false;               ///< silenced because it did not follow, not to stop its car
  bool relay_order = false;                  ///< is owed an FC B2
  Instant relay_order_next = Instant::long_ago();
  std::optional<StopOrdered> ordered_to_stop;   ///< until its car charges again, or leaves
  std::optional<Amps> typed_limit;           ///< somebody typed a heartbeat: said once, as far as it is not above what is in force

  wire::UnitState state = wire::UnitState::ready;
  wire::UnitState car_state = wire::UnitState::ready;
  Amps limit;
  Amps drawn;
  bool flows = false;                        ///< a start was called for it, and no stop since (policy/hooks.hpp)

  std::optional<Mode> mode;                  ///< its own; else that of all
  std::optional<Energy> target;              ///< of this visit

  WallTime arrived;                          ///< when this visit began; 1970: before the program did

  Account account;
  Spike spike;
  Session session;
  Shortfall shortfall;
  Holding holding;                           ///< what it has cost not to stop its car
  Waiting waiting;                           ///< what it has cost not to start one

  bool volts_known = false;
  bool phase_amps_known = false;
  bool counter_known = false;
  Phases<Volts> volts;
  Phases<Amps> phase_amps;
  Belief<std::uint8_t> phases_seen;          ///< that its car uses, by what a meter answers to its steps
  std::uint32_t counter = 0;
  wire::Plug plug = wire::Plug::unknown;
  std::array<Enquiry, 7> enquiries{};        ///< indexed by wire::Question
  Instant next_enquiry = Instant::never();   ///< the earliest of them
  VinReading vin_reading;
  base::Text<17> vin;
  base::Text<17> last_vin;
  base::Text<11> serial;
  bool firmware_known = false;
  std::array<std::uint8_t, 4> firmware{};

  bool phases_learnt = false;                ///< its car was seen to use only some phases
  Phases<bool> used_phases{};                ///< … these
  Phases<bool> phases_reported{};            ///< as its connector told them last
  UsualPhases usual;                         ///< of the car that charged last; a guess for the policy, nothing for a guard

  Wish wish;                                 ///< by the last decision
  Instant too_little_at = Instant::long_ago();   ///< when there last was not enough to start it
  bool squeezed = false;                     ///< not served for want of room in a circuit
  Reason ruling;                             ///< what decides about it
  Instant cut_back_at = Instant::long_ago(); ///< when a circuit last took current away from it
  Sourced<Amps> granted;                     ///< what the last division gives it
  base::Ring<Decided, 12> decided;           ///< the last changes of what it was told
  bool serving = false;                      ///< has its turn
  Instant turn_since = Instant::long_ago();  ///< of being served, or of waiting
  Instant unserved_since = Instant::never(); ///< kept at its minimum against the target since

  /// This phase of the connector is under voltage.
  [[nodiscard]] bool live(std::size_t phase) const { return volts_known && volts[phase] >= least_voltage; }
  /// Those on which it draws now; none where it does not tell, or nothing flows.
  [[nodiscard]] Phases<bool> phases_drawn() const {
    const bool told = phase_amps_known && charging();
    const auto flows_on = [&](std::size_t p) { return told && phase_amps[p] >= phase_in_use; };
    return {flows_on(0), flows_on(1), flows_on(2)};
  }
  /// How many phases its car was seen to use during this visit; zero: not yet.
  [[nodiscard]] int phases_known() const {
    if (phases_learnt) return used_phases[0] + used_phases[1] + used_phases[2];
    return phases_seen.known() ? phases_seen.leans : 0;
  }
  /// Its car told its name.
  void name_car(const base::Text<17>& name) {
    vin = name;
    const std::optional<Energy> left = session.inherited.target;
    if (session.recognise(name) && left && target == left) target.reset();
    if (!(usual.vin == name)) usual = {};
  }
  /// What of this visit is of use for the next one.
  void learn_habits() {
    if (const int known = phases_known(); known > 0) usual = {static_cast<std::uint8_t>(known), session.vin};
  }
  /// Smallest limit that is not zero (§4.2).
  [[nodiscard]] Amps unit_minimum() const { return protocol == wire::Protocol::one ? 5_A : 6_A; }
  /// Hears our heartbeats as far as we know.
  [[nodiscard]] bool addressable() const {
    return link == Link::announced || link == Link::linked || link == Link::late;
  }
  [[nodiscard]] bool answering() const { return link == Link::linked || link == Link::late; }
  [[nodiscard]] bool charging() const { return drawn >= 1_A; }
  /// §2.5: what tells for certain that a car is there.
  [[nodiscard]] bool car_present() const {
    using wire::UnitState;
    return charging() || car_state == UnitState::charging || car_state == UnitState::plugged_waiting ||
           car_state == UnitState::plugged_ready || car_state == UnitState::starting ||
           plug == wire::Plug::charging || plug == wire::Plug::plugged_idle;
  }
  /// Has been given current that cannot be taken back by asking for zero: P2 takes no zero (§2.4).
  [[nodiscard]] bool pinned() const {
    return protocol == wire::Protocol::two && has_current();
  }
  /// Has been given a limit that its car may use, or draws without one.
  [[nodiscard]] bool has_current() const {
    return answering() && (limit > 0_A || account.told.value_or(0_A) > 0_A || charging());
  }
  /// It has been left alone for so long that its relay is open (§5.6).
  void end_current() {
    drawn = Amps{};
    phase_amps_known = false;
    session.end_current(link == Link::silenced ? Session::End::chosen : Session::End::supposed);
  }
};

}  // namespace core
