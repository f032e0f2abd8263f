// The bus master: hears frames, keeps the links, and speaks on a fixed grid (spec/twc-protocol §3.1, §3.2).
//
//   closed ──opened──▶ listening ──3 s of quiet, or a unit announces itself──▶ linking ──first unit──▶ running
//                          └──────────two frames of another master within 10 s──────────▶ passive ──60 s free──▶ linking
//
// receive.cpp turns bytes into facts, schedule.cpp says what leaves when, enquiries.cpp asks for what is nice to know,
// slave.cpp plays the other side. All are functions of a Turn.
#pragma once

#include "core/state.hpp"

namespace core::bus {

void opened(Turn& turn, bool networked);
void closed(Turn& turn);
void hear(Turn& turn, std::span<const std::uint8_t> bytes);

/// Says whatever is due now.
void speak(Turn& turn);
/// When `speak` has something to do again.
[[nodiscard]] Instant next_word(const Config& config, const State& state);

/// Every unit has been told its parting limit, or has had its chance.
[[nodiscard]] bool parted(const Config& config, const State& state, Instant now);

// --- between the files of this folder -------------------------------------------------------------------------------

inline constexpr int slots_per_second = 3;

/// When slot `number` begins.
[[nodiscard]] inline Instant slot_start(const BusMemory& bus, std::int64_t number) {
  return bus.grid + Duration{number * 1000 / slots_per_second};
}

void enter(Turn& turn, BusState next);
/// Linkreadies, as at the start.
void announce_ourselves(Turn& turn);
[[nodiscard]] Unit* find(State& state, UnitId id);

/// Sends a frame if the gate lets it; `answer_due` is when an answer would be there, `occupies` how long the line is
/// taken by both.
bool transmit(Turn& turn, const wire::FrameBytes& frame, const wire::Permission& permission, Duration answer_due,
              Duration occupies);
void heartbeat(Turn& turn, Unit& unit);

/// Frames that only another master sends (§2.10).
void hear_master(Turn& turn, UnitId sender, bool speaks_to_units);
/// Asks the next question, if one is due and there is time before `until`.
void enquire(Turn& turn, Instant until);
/// When a question is due at the earliest, and the time it needs before the next heartbeat: query 18.8 ms, latency
/// 100 ms, answer 22.9 ms, guard.
[[nodiscard]] Instant next_question(const State& state);
inline constexpr Duration question_needs = 180ms;
void plan_enquiries(Unit& unit, Instant now);
void forget_car(Unit& unit, Instant now);
void hear_answer(Turn& turn, const wire::Frame& frame);

/// Playing the slave (§6.2).
void hear_as_slave(Turn& turn, const wire::Frame& frame);
void speak_as_slave(Turn& turn);
[[nodiscard]] Instant next_slave_word(const State& state);

}  // namespace core::bus
