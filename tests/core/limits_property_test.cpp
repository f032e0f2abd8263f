// The invariant of the whole program, from outside: nothing the core transmits may create or increase an excess.
//
// The test keeps its own books from raw frames: what each unit was told, what it reported, and what it may therefore be
// entitled to. Houses, protocols, hardware, answers, silences, restarts, readings and commands are drawn by RapidCheck,
// which shrinks a failing history to a few steps.
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <map>
#include <sstream>

#include "core/bench.hpp"

namespace core {
namespace {

using bench::Bench;
using bench::Puppet;

/// What may flow at one unit, by what was said and heard (spec/twc-protocol §4.11).
struct Book {
  wire::Protocol protocol = wire::Protocol::two;
  Amps hardware;
  Sign sign;
  bool heard = false;
  Amps reserved;
  std::optional<Amps> told;
  Amps reported;
  int idle = 0;
  std::optional<Amps> smaller;      ///< what the last answer justified, when that was less
  Duration addressed = -1h;
  std::optional<Duration> void_from;  ///< what was told before an outage and not mirrored by then was never heard

  [[nodiscard]] Amps entitled(Amps limit, Amps drawn) const {
    const Amps promised = std::max(told.value_or(0_A), limit);
    return drawn > promised + 1_A ? drawn : promised;
  }
  void unknown() {
    heard = false;
    told.reset();
    smaller.reset();
    idle = 0;
    reserved = std::max(reserved, hardware);
  }
  void rests_at(Amps amps) {
    reserved = amps;
    smaller.reset();
  }
  void wakes_at(Amps amps) {
    rests_at(amps);
    told.reset();
  }
  void report(const wire::SlaveHeartbeat& f, Duration now) {
    if (void_from && now >= *void_from) told.reset();
    // A unit without a car takes no limit: what it was told is void when it has said so for five answers.
    const bool nothing = f.state == wire::UnitState::ready && f.limit == 0_A && f.drawn < 0.5_A;
    idle = nothing ? idle + 1 : 0;
    if (idle >= 5) told.reset();
    const Amps due = entitled(f.limit, f.drawn);
    if (due >= reserved) {
      reserved = due;
      smaller.reset();
    } else if (smaller) {
      reserved = std::max(due, *smaller);
      smaller = due;
    } else {
      smaller = due;
    }
    reported = f.limit;
    heard = true;
  }
  void tell(Amps limit) {
    void_from.reset();
    if (told != limit) {
      smaller.reset();
      idle = 0;
    }
    told = limit;
    reserved = std::max(reserved, limit);
  }
};

class Auditor {
 public:
  Auditor(const Config& config, const Bench& bench) : config_(config), bench_(bench) {}

  int limits_sent = 0;

  void heard(const wire::Frame& frame, Duration now) {
    if (const auto* f = std::get_if<wire::SlaveLinkready>(&frame)) {
      const bool known = books_.contains(f->sender);
      if (!known && books_.size() >= most_units) return;
      Book& book = books_[f->sender];
      const bool rebooted = known && book.sign != f->sign;
      book.protocol = f->protocol;
      book.sign = f->sign;
      book.hardware = f->maximum >= least(book) ? f->maximum : config_.per_unit;
      // One that restarts while nothing is said to it has no limit (§5.6); what it had before is the most it can have.
      if (!known) book.addressed = now;
      if (known && silent(book, now)) book.rests_at(0_A);
      if (rebooted) book.told.reset();
      if (!known || (rebooted && is_spoken_to(f->sender))) book.unknown();
    } else if (const auto* answer = std::get_if<wire::SlaveHeartbeat>(&frame)) {
      const auto found = books_.find(answer->sender);
      if (found != books_.end()) found->second.report(*answer, now);
    }
  }

  void reopened(Duration now) {
    for (auto& [id, book] : books_) {
      if (!book.void_from) book.void_from = now + slowest_to_accept;
      book.idle = 0;
    }
  }

  void said(const bench::Said& said) {
    const auto* beat = std::get_if<wire::MasterHeartbeat>(&said.frame);
    if (beat == nullptr) return;
    RC_ASSERT(books_.contains(beat->receiver));
    Book& book = books_[beat->receiver];
    // Nothing flows a minute after the last heartbeat; one that is addressed again may have kept its limit, but what it
    // was told last is void: it waits for a new limit (§5.6).
    for (auto& [id, other] : books_) {
      if (id != beat->receiver && silent(other, said.at)) other.rests_at(0_A);
    }
    if (silent(book, said.at) && book.heard) book.wakes_at(std::max(book.reported, book.told.value_or(0_A)));
    book.addressed = said.at;
    if (beat->order == wire::Order::nothing) return;
    judge(book, *beat, said.at);
  }

 private:
  static constexpr Duration until_open = 60s;
  static constexpr Duration slowest_to_accept = 5s;   // 3 s on a slow unit (§5.8)
  [[nodiscard]] static Amps least(const Book& book) { return book.protocol == wire::Protocol::one ? 5_A : 6_A; }
  [[nodiscard]] static bool silent(const Book& book, Duration now) { return now - book.addressed >= until_open; }
  [[nodiscard]] bool is_spoken_to(UnitId id) const {
    const Snapshot snapshot = bench_.look();
    for (const ConnectorView& view : snapshot.connectors) {
      if (view.id == id) return view.link != Link::silenced && view.link != Link::lost;
    }
    return false;
  }
  [[nodiscard]] Amps sum() const {
    Amps all;
    for (const auto& [id, book] : books_) all += book.reserved;
    return all;
  }
  [[nodiscard]] std::string state() const {
    std::ostringstream text;
    for (const auto& [id, b] : books_) {
      text << std::hex << id.value << std::dec << ": reserved " << b.reserved.number() << ", told "
           << (b.told ? b.told->number() : -1) << ", reports " << b.reported.number() << (b.heard ? "" : ", unheard") << "; ";
    }
    return text.str();
  }

  void judge(Book& book, const wire::MasterHeartbeat& beat, Duration when) {
    ++limits_sent;
    const Amps before = sum();
    const Amps already = std::max(book.told.value_or(0_A), book.reported);
    const std::string sheet = state();
    book.tell(beat.amps);
    const Amps after = sum();
    RC_LOG() << base::seconds_of(when) << " s: " << std::hex << beat.receiver.value << std::dec << " told "
             << beat.amps.number() << " A, circuit " << config_.circuit.number() << " A; " << sheet << '\n';
    RC_ASSERT(after <= config_.circuit || after <= before);
    if (before > config_.circuit) RC_ASSERT(beat.amps <= std::max(already, least(book)));

    const Amps most = std::min({config_.per_unit, config_.circuit, book.hardware});
    if (beat.amps == 0_A) RC_ASSERT(book.protocol == wire::Protocol::one);
    if (beat.amps == 0_A) return;
    RC_ASSERT(beat.amps >= least(book));
    RC_ASSERT(beat.amps <= most);
    RC_ASSERT(beat.amps.floored() == beat.amps);
  }

  Config config_;
  const Bench& bench_;
  std::map<UnitId, Book> books_;
};

/// One thing that happens, from four throws of a die.
struct Deed {
  int what = 0, unit = 0, a = 0, b = 0;
};

void showValue(const Deed& deed, std::ostream& out) {
  out << '{' << deed.what << ", " << deed.unit << ", " << deed.a << ", " << deed.b << '}';
}

rc::Gen<Deed> any_deed() {
  const auto throw_of = [](int faces) { return rc::gen::inRange(0, faces); };
  return rc::gen::build<Deed>(rc::gen::set(&Deed::what, throw_of(16)), rc::gen::set(&Deed::unit, throw_of(3)),
                              rc::gen::set(&Deed::a, throw_of(100)), rc::gen::set(&Deed::b, throw_of(100)));
}

Config any_house() {
  const int circuit = *rc::gen::inRange(5, 81);
  Config config = bench::house(Amps::whole(circuit));
  config.per_unit = Amps::whole(*rc::gen::inRange(5, 81));
  config.least = Amps::whole(*rc::gen::inRange(5, std::max(6, std::min(circuit, 14))));
  config.mode = *rc::gen::element(Mode::off, Mode::solar, Mode::min_solar, Mode::fast);
  config.stop_by = *rc::gen::element(StopBy::holding, StopBy::silence, StopBy::order);
  config.spike_proactively = *rc::gen::arbitrary<bool>();
  config.start_stop_delay = *rc::gen::element<Duration>(0s, 5s, 60s);
  config.dwell = *rc::gen::element<Duration>(30s, 15min);
  if (*rc::gen::inRange(0, 4) == 0) config.safe_current = Amps::whole(*rc::gen::inRange(0, 20));
  if (*rc::gen::inRange(0, 4) == 0) config.from_grid = Amps::whole(*rc::gen::inRange(0, 60));
  return bench::metered(std::move(config));
}

/// Plays deeds on a bench with up to three units.
class Play {
 public:
  explicit Play(const Config& config) : bench_(config), auditor_(config, bench_) {
    bench_.on_heard = [this](const wire::Frame& frame) { auditor_.heard(frame, bench_.clock()); };
    bench_.on_said = [this](const bench::Said& said) { auditor_.said(said); };
    const int units = *rc::gen::inRange(1, 4);
    for (int i = 0; i < units; ++i) {
      const auto protocol = *rc::gen::element(wire::Protocol::one, wire::Protocol::two);
      const int hardware = *rc::gen::element(3, 16, 32, 40, 48, 80);
      Puppet& unit = bench_.connect(static_cast<std::uint16_t>(0x1061 + 0x1111 * i), protocol, Amps::whole(hardware));
      // What it brings: nothing, a car, or a car that charges already.
      const int brings = *rc::gen::inRange(0, 3);
      if (brings == 1) unit.plug_in();
      if (brings == 2) unit.charge_at(std::min(unit.hardware, Amps::whole(*rc::gen::inRange(6, 41))));
    }
    bench_.meter_says(2_kW, 6_kW);
    bench_.open();
  }

  void act(const Deed& deed) {
    Puppet& unit = bench_.puppets()[static_cast<std::size_t>(deed.unit) % bench_.puppets().size()];
    switch (deed.what) {
      case 0:
      case 1:
      case 2:
      case 3: return pass(deed.a);
      case 4: unit.manner = Puppet::Manner::obeys; break;
      case 5: unit.manner = Puppet::Manner::ignores; break;
      case 6: unit.manner = Puppet::Manner::mute; break;
      case 7: restart(unit, deed); break;
      case 8: bench_.hear(bench::linkready(unit)); break;
      case 9: say_something(unit, deed); break;
      case 10: visit(unit, deed); break;
      case 11: unit.drawn = unit.limit + Amps::grains(deed.a * 10); break;
      case 12: outage(deed); break;
      case 13: return ask(deed);
      case 14: return read(deed);
      default: bench_.hear_raw(std::array<std::uint8_t, 3>{0xC0, static_cast<std::uint8_t>(deed.a), 0xC0}); break;
    }
    bench_.wait(deed.b < 50 ? Duration{deed.b * 40} : Duration{2s});
  }
  void settle() { bench_.wait(30s); }
  [[nodiscard]] int limits_sent() const { return auditor_.limits_sent; }
  [[nodiscard]] bool found_an_excess() const { return bench_.was_announced(Topic::excess_found); }

 private:
  void pass(int throw_of_100) {
    constexpr std::array<Duration, 6> spans{300ms, 1s, 3s, 12s, 35s, 100s};
    bench_.wait(spans[static_cast<std::size_t>(throw_of_100) % spans.size()]);
  }
  /// Power fails; it comes back with another sign, and with or without its old limit.
  void restart(Puppet& unit, const Deed& deed) {
    unit.sign = Sign{++signs_};   // always a new one: a former one means two units of one id (§2.9)
    if (deed.b < 50) {
      unit.limit = unit.drawn = 0_A;
      unit.state = unit.car ? wire::UnitState::plugged_ready : wire::UnitState::ready;
    }
    bench_.hear(bench::linkready(unit));
  }
  /// Any state, any limit, any current, until it is told something else.
  static void say_something(Puppet& unit, const Deed& deed) {
    unit.state = static_cast<wire::UnitState>(deed.b % 11);
    unit.limit = deed.a < 20 ? 0_A : std::min(unit.hardware, Amps::grains(deed.a * 40 + deed.b));
    unit.drawn = deed.b < 30 ? 0_A : std::min(unit.limit + 3_A, Amps::grains(deed.b * 40));
  }
  static void visit(Puppet& unit, const Deed& deed) {
    if (deed.a < 70) return unit.plug_in(Amps::whole(6 + deed.a % 30));
    unit.car = false;
    unit.limit = unit.drawn = 0_A;
    unit.state = wire::UnitState::ready;
  }
  void outage(const Deed& deed) {
    bench_.close();
    pass(deed.a);
    auditor_.reopened(bench_.clock());
    bench_.open(deed.b % 4 == 0);
  }
  void ask(const Deed& deed) {
    const auto rate = Amps::whole(1 + deed.b % 60);
    if (deed.a < 50) bench_.command(SetMode{static_cast<Mode>(deed.b % 4)});
    else if (deed.a < 60) bench_.command(CancelChargeNow{});
    else if (const Command wish = ChargeNow{rate, 5min}; bench_.core().objection(wish).empty()) bench_.command(wish);
  }
  void read(const Deed& deed) {
    if (deed.a < 15) bench_.meter_says(MeterRead::Outcome::silent);
    else if (deed.a < 25) bench_.meter_says(MeterRead::Outcome::absurd);
    else bench_.meter_says(Watts::whole(deed.b * 60), Watts::whole(deed.a * 150));
  }

  Bench bench_;
  Auditor auditor_;
  std::uint8_t signs_ = 0x40;
};

RC_GTEST_PROP(Limits, nothing_that_is_sent_creates_or_increases_an_excess, ()) {
  const Config config = any_house();
  Play play{config};
  const auto deeds = *rc::gen::container<std::vector<Deed>>(any_deed());
  for (const Deed& deed : deeds) play.act(deed);
  play.settle();
  RC_CLASSIFY(play.limits_sent() == 0, "no limit was sent");
  RC_CLASSIFY(play.found_an_excess(), "units brought an excess");
}

}  // namespace
}  // namespace core
