// What the master remembers about the line itself.
//
// Time on the bus is a fixed grid of three slots a second (spec/twc-protocol §3.1 "recommended"): slot k belongs to the
// unit in place k, so each hears a heartbeat every second no matter how many there are. A question, its answer and a
// guard time must fit before the next slot; nothing ever waits for a time-out.
#pragma once

#include "core/snapshot.hpp"

namespace core {

/// A frame we sent, kept until its echo returns or can no longer return (§1.6).
struct Echo {
  wire::FrameBytes frame;
  Instant sent;
};

struct Outstanding {
  bool any = false;
  std::uint8_t unit = 0;
  wire::Question question = wire::Question::meter;
  Instant asked;
};

struct BusMemory {
  BusState state = BusState::closed;
  Instant state_since = Instant::long_ago();
  bool networked = false;
  Instant opened = Instant::long_ago();
  Instant closed = Instant::long_ago();
  bool was_running = false;            ///< when it was closed
  bool was_passive = false;            ///< … another master was there
  Instant no_raise_before = Instant::never();   ///< late units may still announce themselves (§3.3)

  wire::Framer framer;
  Instant last_byte = Instant::long_ago();
  base::Ring<Echo, 8> echoes;

  Instant grid = Instant::never();     ///< when slot 0 began
  std::int64_t slot = 0;               ///< the next slot
  Instant quiet_until = Instant::long_ago();   ///< our own frame, its answer and the guard are over
  Instant last_question = Instant::long_ago();
  std::uint8_t question_turn = 0;      ///< round robin over units
  Outstanding outstanding;

  std::uint8_t burst_left = 0;         ///< linkready frames still to send: 10…6 LR1, 5…1 LR2 (§2.2)
  Instant burst_next = Instant::long_ago();
  Instant burst_last = Instant::long_ago();

  base::Bounded<wire::FrameBytes, 8> requested;   ///< by people, to be sent when there is time
  bool awaits_answer = false;          ///< to one of them
  wire::FrameBytes requested_answer;   ///< the last such answer, or empty

  UnitId foreign;                      ///< the other master
  std::uint8_t foreign_frames = 0;     ///< within the last 10 s
  Instant foreign_first = Instant::long_ago();
  Instant foreign_last = Instant::long_ago();
  UnitId refused;                      ///< the last unit that found no place
  Instant conflict_answered = Instant::long_ago();

  std::uint64_t frames = 0;
  std::uint64_t damaged = 0;
  std::uint64_t echoes_heard = 0;
  std::uint16_t damaged_this_minute = 0;
  Instant minute = Instant::long_ago();
  std::uint32_t blocked = 0;           ///< transmissions the invariant or the gate refused: must stay zero

  // playing a slave (§6.2)
  UnitId own_id;
  Sign own_sign;
  Amps slave_limit = 40_A;
  Amps slave_drawn = 40_A;
  wire::UnitState slave_state = wire::UnitState::charging;
  Instant slave_adjusted = Instant::never();
  Instant slave_spoke = Instant::long_ago();
  Instant slave_metered = Instant::never();
  Energy slave_energy;
};

}  // namespace core
