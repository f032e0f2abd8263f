// Who is asked when, and what becomes of the answers: the other door of the core, for energy sources.
//
// The problem: one source is slow, one is gone, one locks the account after ten log-ins, one sends yesterday's number; and
// none of that may delay another source, or the bus. The idea: every source is a small machine of its own with its rhythm,
// its rounds of questions, its pauses and its session. The desk performs nothing: it says what is to be asked, is told what
// came of it, and says what was read. Who stands before it: the shell in a house, the simulator in a virtual one.
//
//   round    the questions of one moment: all at once, or one after the other where the device wants that; all its readings
//            carry the moment at which it began
//   pause    after three rounds without a reading a source is asked ever more rarely, up to a minute (a cloud: fifteen);
//            429 and 503 at once, for as long as it says; the first answer ends it
//   session  what has to be asked first to be let in; once more when it was refused, then a pause (accounts get locked)
//   day      a vendor's limit of requests a day is spread over what is left of the day
//   table    prices and forecasts are asked when something new can be expected; a round without any is tried again soon
//
// What is listened to has one round without an end: its questions are subscriptions, each message is an answer, true when it
// came. One that says of itself that it is none is passed over: several devices may speak to the same group. What falls
// silent, for its patience or three times as long as its rhythm, is said to be silent until it speaks again; whoever
// listens connects again by himself.
#pragma once

#include <deque>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/random.hpp"
#include "core/door.hpp"
#include "core/meter/template.hpp"
#include "core/meter/understand.hpp"

namespace core::meter {

/// One configured source; its place among the sources is its MeterId.
struct Source {
  std::string name;                ///< for people
  Template kind;                   ///< filled: no {option} is left, only what is learned
  Duration every{};                ///< not below kind.least_every
  bool original = false;           ///< tells load and solar as the original took them (§1.2), from whatever its kind tells
  bool operator==(const Source&) const = default;
};

/// A question to be performed, or what is to be listened to from now on; everything in it is replaced.
struct Ask {
  std::uint8_t source = 0;
  std::uint8_t question = 0;
  std::uint32_t round = 0;         ///< comes back with the reply
  What what;
  Form form = Form::json;
  std::vector<std::string> registers{};       ///< of a Modbus question: what is picked from its answer
  Access::Kind access = Access::Kind::none;   ///< basic or digest, with:
  std::string user, password;
  Duration patience{};
};

/// What became of it.
struct Reply {
  enum class Outcome : std::uint8_t { answered, timed_out, unreachable, too_large, untrusted };
  std::uint8_t source = 0;
  std::uint8_t question = 0;
  std::uint32_t round = 0;
  Outcome outcome = Outcome::answered;
  int status = 200;                             ///< of HTTP; 404 without an answer: there is no such file
  std::string_view body{};                      ///< only looked at during the call
  std::optional<Duration> retry_after{};
  std::vector<std::string> cookies{};           ///< "name=value", of Set-Cookie
  std::string trouble{};                        ///< one sentence when there is no answer
  bool kept = false;                            ///< a message of old that a broker keeps for whoever comes
  Duration waited{};                            ///< for other questions to the same device, before it was asked
};

/// What an answer of prices or a forecast says: at least one slot.
struct TableRead {
  std::uint8_t source = 0;
  std::vector<table::Slot> slots;
  std::string currency;            ///< of prices: "EUR"; empty: nobody knows
};

/// What is to be done.
struct Orders {
  std::vector<Ask> asks;
  std::vector<MeterRead> reads;    ///< for the core
  std::vector<TableRead> tables;   ///< of sources of prices and forecasts
  void clear() {
    asks.clear();
    reads.clear();
    tables.clear();
  }
};

/// How many requests a source was sent on one day, by universal time.
struct DaysRequests {
  std::int64_t day = 0;            ///< since the epoch
  std::uint32_t requests = 0;
  bool operator==(const DaysRequests&) const = default;
};

/// How a source is.
struct Health {
  enum class State : std::uint8_t { unasked, well, troubled, resting };
  State state = State::unasked;
  std::string trouble;             ///< the last one, until it is well: what was got, what to do; never a secret
  Amounts amounts;                 ///< the last of each
  std::optional<Instant> read_at;  ///< the newest
  std::optional<Instant> next_round;
  std::uint32_t requests_today = 0;
  std::uint64_t readings = 0, faults = 0;
};

class Desk {
 public:
  Desk(std::vector<Source> sources, std::uint64_t seed);

  /// Other sources from now on. One that is asked the same goes on; of others nothing is known. What was listened to is no
  /// longer: wake() says what is.
  void configure(std::vector<Source> sources);
  /// Appends what is due.
  void wake(Now now, Orders& out);
  /// Whose reply it was, which may have another place since it was asked; nothing: it is of no matter any more.
  std::optional<std::size_t> hear(Reply reply, Now now, Orders& out);
  /// That source is due at once, unless it is being asked, or somebody who refused it wants to be left alone.
  void ask_soon(std::size_t source);
  /// When to be woken.
  [[nodiscard]] Instant deadline() const;

  [[nodiscard]] std::span<const Source> sources() const { return sources_; }
  [[nodiscard]] const Health& health(std::size_t source) const { return states_[source].health; }

  /// What was learned and must survive a restart: tokens. Secret.
  [[nodiscard]] const Options& kept(std::size_t source) const { return states_[source].learned; }
  void recall(std::size_t source, const Options& learned, Now now);
  /// What counts against its vendor's limit of requests a day, where there is one: rounded up, so that it changes fifty times a day at most.
  [[nodiscard]] std::optional<DaysRequests> spent(std::size_t source) const;
  void recall_spent(std::size_t source, DaysRequests before, Now now);
  /// What is known of a source of prices or forecasts from before a restart, read so long ago: it is asked when it is its turn.
  void recall_table(std::size_t source, WallTime known_until, Duration age, Now now);

 private:
  /// An amount with the moment at which it was true.
  struct Known {
    Amount amount;
    Instant at;
  };
  struct Round {
    std::uint32_t number = 0;
    Instant begun;
    std::deque<std::uint8_t> to_ask;
    std::vector<std::uint8_t> asked;           ///< and not yet answered; what is listened to stays
    Heard heard;
    std::vector<Instant> true_at;              ///< of what was heard, by question
    std::vector<Known> known;                  ///< of an original source whose numbers are computed from several answers
    bool told = false;                         ///< something was read
    bool troubled = false;
    bool empty = false;                        ///< something was answered, and no number was in it
    bool refused = false;                      ///< 401, 403, 429 or 503
  };
  struct State {
    Health health;
    Options learned;
    std::vector<std::string> cookies;
    std::optional<Instant> session_since;
    bool refused = false;                      ///< the session was refused, and no round since went without
    std::uint8_t refusals = 0;                 ///< rounds in a row that were refused
    std::optional<Round> round;
    Instant next = Instant::long_ago();
    std::uint8_t failed = 0;                   ///< rounds in a row
    std::int64_t day = 0;                      ///< since the epoch, of requests_today
    std::vector<std::string> stamps;           ///< as last seen, by place in the kind's
    std::vector<Instant> stamped;              ///< when each of them was first seen so
    std::optional<WallTime> known_until;       ///< of prices and forecasts
  };

  void begin(std::size_t source, Now now, Orders& out);
  void ask_next(std::size_t source, Now now, Orders& out);
  void ask(std::size_t source, std::uint8_t question, Now now, Orders& out);
  void take(const Reply& reply, Now now, Orders& out);
  void refuse(const Reply& reply, Now now, Orders& out);
  void turn_away(std::size_t source, Now now, std::optional<Duration> retry_after);
  void take_reading(std::size_t source, std::uint8_t question, Now now, Orders& out);
  void take_table(std::size_t source, std::uint8_t question, Now now, Orders& out);
  void tell(std::size_t source, std::uint8_t question, const Amounts& amounts, Now now, Orders& out);
  void tell_original(std::size_t source, std::uint8_t question, const std::vector<Known>& amounts, Now now, Orders& out);
  void fail(std::size_t source, std::uint8_t question, MeterRead::Outcome outcome, std::string trouble, Now now, Orders& out);
  void fall_silent(std::size_t source, Now now, Orders& out);
  void end(std::size_t source, Now now, std::optional<Duration> pause);
  [[nodiscard]] std::optional<Instant> moment(std::size_t source, std::uint8_t question, Now now);
  [[nodiscard]] Instant oldest_part(std::size_t source, Measurand what) const;
  [[nodiscard]] std::int64_t rounds_left(std::size_t source) const;
  [[nodiscard]] Duration spread(std::size_t source, Now now) const;
  [[nodiscard]] Duration table_gap(std::size_t source, Now now, bool told) const;

  std::vector<Source> sources_;
  std::vector<State> states_;
  std::uint32_t rounds_ = 0;   ///< of all: the answer to a former source's question finds no round
  base::Random random_;
};

}  // namespace core::meter
