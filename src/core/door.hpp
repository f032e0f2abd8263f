// One door: all that can happen, and all we ask of the world, as values.
//
//     void    step(const Event&, Now, Actions& out);
//     Instant deadline() const;
//
// The real world (shell), the virtual one (sim) and the recorded one (replay) stand before the same door. Nothing here
// performs anything: no socket, file, thread, clock or dice.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "base/bounded.hpp"
#include "base/ids.hpp"
#include "base/time.hpp"
#include "base/units.hpp"
#include "core/announcement.hpp"
#include "core/meter/measurand.hpp"
#include "core/policy/rules/occasion.hpp"
#include "wire/permit.hpp"

namespace core {

using base::Amps;
using base::Duration;
using base::Energy;
using base::Instant;
using base::MeterId;
using base::Now;
using base::Phases;
using base::Sign;
using base::UnitId;
using base::Volts;
using base::WallTime;
using base::Watts;
using namespace base::literals;
using namespace std::chrono_literals;

inline constexpr std::size_t most_meters = 32;   ///< energy sources and meters of circuits together

// --- In -------------------------------------------------------------------------------------------------------------

/// The deadline has come.
struct TimePassed {};

/// The adapter, the pty or the peer is there and empty; `networked` says that bytes may be late and lumped (§1.9).
struct BusOpened {
  bool networked = false;
};
struct BusClosed {};
/// Bytes as they arrived, in any chunking; they are only looked at during the call.
struct BusBytes {
  std::span<const std::uint8_t> bytes;
};

/// What one of a meter's answers says (core/meter/desk.hpp asks), or that it said nothing of use.
struct MeterRead {
  enum class Outcome : std::uint8_t {
    read,
    silent,    ///< no answer, or one that refuses
    absurd,    ///< an answer that is no reading
  };
  MeterId meter;
  std::uint8_t question = 0;   ///< which of those it is asked, < 32
  Outcome outcome = Outcome::read;
  Instant at;                  ///< when it was true, as far as that is known; never later than now
  Amounts amounts;             ///< may be empty: it has no number, now
};

/// How a connector is to be served; the ids on the outside are off, pv, minpv, now.
enum class Mode : std::uint8_t { off, solar, min_solar, fast };

struct Config;   // core/config.hpp

/// From now on this holds, as far as it can change while the program runs (core/reconfigure.hpp). Never null.
struct Configured {
  std::shared_ptr<const Config> config;
};

/// A person or a program asks for something.
struct ChargeNow {
  Amps rate;         ///< for all connectors together, as the legacy API means it
  Duration lasting{};
};
struct CancelChargeNow {};
/// Of one connector, or of all that have none of their own.
struct SetMode {
  Mode mode = Mode::solar;
  std::optional<UnitId> unit;
};
/// What was chosen no longer counts: of one connector, or of all: then policies, schedules and the configured mode decide.
struct ReleaseMode {
  std::optional<UnitId> unit;
};
/// What a car is to get during this visit; absent: as configured.
struct SetTarget {
  UnitId unit;
  std::optional<Energy> target;
};
/// Another system limits a circuit: the grid operator's dimming, a load manager. Without a limit it is lifted.
struct LimitCircuit {
  std::uint8_t circuit = 0;          ///< place in `Config::circuits`
  std::optional<Amps> amps;          ///< per phase
  std::optional<Watts> watts;        ///< all phases together
  Duration lasting{};                ///< zero: until it is lifted
  base::Text<48> reason;             ///< who, and why: shown to people
};
/// A policy of the list rules for a while, whatever its conditions say; emergencies and Charge Now come before it, the
/// mode of all after it. An empty name: the list decides again (spec/policy.md §13).
struct ForcePolicy {
  base::Text<40> policy;
  Duration lasting{};
};
/// Orders to all cars that only switch the relay; after a stop a Tesla takes current again when it is ordered to start, or
/// has been plugged in again (spec/twc-protocol §2.8).
enum class CarOrder : std::uint8_t { start, stop };
struct OrderCars {
  CarOrder order = CarOrder::stop;
};
/// Somebody who looks for a fault typed a frame, checksum included. It is said in our own words; what we would never say is
/// refused. A limit is never above the one in force.
struct SendFrame {
  wire::FrameBytes frame;
};
/// Ask the connectors at once who is there.
struct LookAgain {};
/// The program is about to end: leave the bus in a defined state (§3.3). `Core::parted` tells when that is done.
struct Part {};
using Command = std::variant<ChargeNow, CancelChargeNow, SetMode, ReleaseMode, SetTarget, LimitCircuit, ForcePolicy, OrderCars, SendFrame,
                             LookAgain, Part>;

using Event = std::variant<TimePassed, BusOpened, BusClosed, BusBytes, MeterRead, Configured, Command>;

// --- Out ------------------------------------------------------------------------------------------------------------

/// Write these bytes now; a whole answer, if one comes, is there after `answer_due`, which is when the port is worth
/// reading (never before something is due: we run on a Pi Zero).
struct Transmit {
  wire::Outgoing frame;
  Duration answer_due{};
};

/// How many phases the car used that was there last, and who it was.
struct UsualPhases {
  std::uint8_t count = 0;          ///< 1…3; zero: not known
  base::Text<17> vin;              ///< empty: it told none
  bool operator==(const UsualPhases&) const = default;
};

/// What of one connector and of the car at it must survive a restart: what the visit has cost, whose it is, how far the
/// relay is worn (docs/decisions/0014), and what people have chosen for it (docs/decisions/0018).
struct UnitMemory {
  UnitId id;
  bool plugged = false;            ///< a car is there, or was when the connector was last heard
  bool charging = false;           ///< it has current, or an offer to take, that nobody is about to end: an outage would cut it off
  std::uint8_t zeros = 0;          ///< of this visit; see Session
  std::uint8_t silences = 0;
  std::uint8_t orders = 0;
  std::uint32_t relay_operations = 0;   ///< for life
  Energy energy;                   ///< of this visit, in whole watt hours, when this was last written
  base::Text<17> vin;              ///< the last car that told its name during this visit
  UsualPhases usual;
  std::optional<Mode> mode;        ///< chosen for this connector
  std::optional<Energy> target;    ///< chosen for this visit, in whole watt hours
  bool operator==(const UnitMemory&) const = default;
};

inline constexpr std::size_t most_remembered = 6;   ///< three connectors, and as many that have gone

/// What another system has ordered for a circuit.
struct LimitMemory {
  base::Text<32> circuit;          ///< its name
  std::optional<Amps> amps;        ///< per phase
  std::optional<Watts> watts;      ///< all phases together
  std::optional<WallTime> end;     ///< not before the ordered one (docs/decisions/0018); absent: until it is lifted
  base::Text<48> reason;
  bool operator==(const LimitMemory&) const = default;
};

inline constexpr std::size_t most_limits_remembered = 12;   ///< six circuits, and as many whose names have gone

/// What must survive a restart. Written whole each time it changes.
struct Memory {
  Amps charge_now_rate;
  WallTime charge_now_end;
  base::Bounded<UnitMemory, most_remembered> units{};   ///< the one of which something happened last is the last
  std::optional<Mode> mode{};                           ///< chosen for all
  base::Bounded<LimitMemory, most_limits_remembered> limits{};   ///< the one that was ordered last is the last
  base::Text<40> policy{};                              ///< that rules until `policy_end`; empty: the list decides
  WallTime policy_end{};
  bool operator==(const Memory&) const = default;
};
struct Remember {
  Memory memory;
};

/// Tell the log and the page.
struct Announce {
  Announcement what;
};

/// Call an address of a policy (spec/policy.md §11), once for each of these; what becomes of it is not told back.
struct CallHook {
  std::string url;
  rules::Occasion occasion{};
  base::Text<40> policy;           ///< that rules now; empty: none
  base::Text<40> previous;         ///< that ruled before it; empty: none has
  std::optional<UnitId> unit;      ///< whose current begins or ends
};

using Action = std::variant<Transmit, Remember, Announce, CallHook>;
/// Appended to by `step`; whoever performs them clears it.
using Actions = std::vector<Action>;

}  // namespace core
