// A core on a bench: a clock that only moves when it is told, puppets for wall connectors, and a record of every frame.
//
// The tests of this folder speak to the core only through its door. A puppet answers what it is made to answer, so a
// test says in a few verbs what happens on the bus and reads the expected frames off a timetable.
#pragma once

#include <gtest/gtest.h>

#include <algorithm>
#include <deque>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "core/core.hpp"

namespace core::bench {

/// A frame the core sent.
struct Said {
  Duration at{};          ///< since the bench was made
  wire::Frame frame;
};

/// A wall connector that does exactly what the test makes it do.
struct Puppet {
  UnitId id;
  wire::Protocol protocol = wire::Protocol::two;
  Amps hardware = 32_A;
  Sign sign{0x21};

  enum class Manner : std::uint8_t { obeys, ignores, mute };
  Manner manner = Manner::obeys;
  bool car = false;
  Amps appetite = 40_A;                              ///< what its car takes at most
  wire::UnitState state = wire::UnitState::ready;
  Amps limit;
  Amps drawn;
  std::string vin;                                   ///< 17 characters; empty: answers with zeros
  enum class Questions : std::uint8_t { answered, unanswered };
  Questions questions = Questions::answered;
  wire::Plug plug = wire::Plug::unknown;
  std::size_t cable_phases = 1;                      ///< under voltage
  std::size_t car_phases = 1;                        ///< that its car uses

  void plug_in(Amps takes = 40_A) {
    car = true;
    appetite = takes;
    state = wire::UnitState::plugged_ready;
  }
  /// In force and drawn, as after a restart of the controller.
  void charge_at(Amps amps) {
    car = true;
    limit = drawn = amps;
    state = wire::UnitState::charging;
  }
  void obey(const wire::MasterHeartbeat& said) {
    const bool order = said.order == wire::Order::initial_limit || said.order == wire::Order::limit;
    if (!order || manner != Manner::obeys || (!car && protocol == wire::Protocol::two)) return;
    limit = said.amps;
    drawn = car ? std::min(limit, appetite) : 0_A;
    if (car) state = drawn > 0_A ? wire::UnitState::charging : wire::UnitState::plugged_waiting;
  }
};

/// The frame of a puppet that announces itself.
inline wire::FrameBytes linkready(const Puppet& puppet) {
  return wire::encode(wire::SlaveLinkready{puppet.id, puppet.sign, puppet.hardware, puppet.protocol});
}
inline wire::FrameBytes heartbeat(const Puppet& puppet, UnitId master = UnitId{0x7777}) {
  return wire::encode(wire::SlaveHeartbeat{puppet.id, master, puppet.state, puppet.limit, puppet.drawn, puppet.protocol});
}

/// A house with one circuit and, when asked for, one meter.
inline Config house(Amps circuit, Mode mode = Mode::fast) {
  Config config;
  config.circuit = config.per_unit = circuit;
  config.volts = 230_V;
  config.mode = mode;
  return config;
}
inline Config metered(Config config) {
  config.meters.push_back({"URL", {Measurand::load, Measurand::solar}, 5s});
  return config;
}

class Bench {
 public:
  explicit Bench(Config config) : core_(std::move(config)) {}

  // --- what happens ---
  void open(bool networked = false) { step(BusOpened{networked}); }
  /// The adapter is gone, and with it every answer that was on its way.
  void close() {
    std::erase_if(pending_, [](const Pending& pending) { return !pending.read; });
    step(BusClosed{});
  }
  void command(const Command& command) { step(Event{command}); }
  void configure(Config config) { step(Configured{std::make_shared<const Config>(std::move(config))}); }
  /// Hangs a unit on the bus; it says nothing by itself.
  Puppet& connect(std::uint16_t id, wire::Protocol protocol = wire::Protocol::two, Amps hardware = 32_A) {
    Puppet& puppet = puppets_.emplace_back();
    puppet.id = UnitId{id};
    puppet.protocol = protocol;
    puppet.hardware = hardware;
    return puppet;
  }
  /// … and lets it announce itself.
  Puppet& join(std::uint16_t id, wire::Protocol protocol = wire::Protocol::two, Amps hardware = 32_A) {
    Puppet& puppet = connect(id, protocol, hardware);
    hear(linkready(puppet));
    return puppet;
  }
  void hear(const wire::FrameBytes& frame) {
    const wire::WireBytes raw = wire::escape({frame.begin(), frame.size()});
    hear_raw({raw.begin(), raw.size()});
  }
  void hear_raw(std::span<const std::uint8_t> bytes) { step(BusBytes{bytes}); }
  void hear_later(Duration in, const wire::FrameBytes& frame) { pending_.push_back({now_ + in, frame, {}}); }
  /// What the meter says from now on, each of the two by itself.
  void meter_says(Watts load, Watts solar) {
    outcome_ = MeterRead::Outcome::read;
    load_ = load;
    solar_ = solar;
  }
  /// … that is no reading.
  void meter_says(MeterRead::Outcome outcome) { outcome_ = outcome; }
  /// Lets time pass; everything that is due happens at its moment.
  void wait(Duration span) {
    const Instant until = now_ + span;
    while (true) {
      const auto first = std::min_element(pending_.begin(), pending_.end(), [](const auto& a, const auto& b) { return a.at < b.at; });
      const Instant answer = first == pending_.end() ? Instant::never() : first->at;
      const Instant poll = core_.config().meters.empty() ? Instant::never() : next_poll_;
      const Instant next = std::min({answer, poll, core_.deadline()});
      if (next > until) break;
      now_ = std::max(now_, next);
      if (poll == next) {
        ask_meter();
        continue;
      }
      if (answer > next) {
        ++wakes_;
        step(TimePassed{});
        continue;
      }
      const Pending due = *first;
      pending_.erase(first);
      if (due.read) step(*due.read);
      else hear(due.frame);
    }
    now_ = until;
  }
  void step_wall_clock(Duration by) { wall_offset_ += by; }

  // --- what is seen ---
  std::vector<Said> said;
  std::vector<Announcement> announced;
  std::vector<CallHook> called;
  std::vector<Memory> remembered;
  std::vector<Instant> asked;                        ///< when the meter was
  std::function<void(const Said&)> on_said;          ///< before any puppet hears it
  std::function<void(const wire::Frame&)> on_heard;  ///< every frame the core is fed
  enum class Adapter : std::uint8_t { silent, echoing };
  Adapter adapter = Adapter::silent;

  [[nodiscard]] const Core& core() const { return core_; }
  [[nodiscard]] Duration clock() const { return now_ - Instant::at(begin); }
  [[nodiscard]] int wakes() const { return wakes_; }
  [[nodiscard]] Now now() const { return {now_, WallTime::at(1'700'000'000s) + clock() + wall_offset_}; }
  [[nodiscard]] Snapshot look() const { return core_.snapshot(now()); }
  [[nodiscard]] ConnectorView unit(std::uint16_t id) const {
    const Snapshot snapshot = look();
    for (const ConnectorView& view : snapshot.connectors) {
      if (view.id.value == id) return view;
    }
    ADD_FAILURE() << "unit " << id << " is unknown";
    return {};
  }
  [[nodiscard]] Link link(std::uint16_t id) const { return unit(id).link; }
  [[nodiscard]] bool was_announced(Topic topic) const { return count(topic) > 0; }
  [[nodiscard]] int count(Topic topic) const {
    return static_cast<int>(std::count_if(announced.begin(), announced.end(), [&](const Announcement& a) { return a.topic == topic; }));
  }
  /// When frames of this kind left.
  template <class Kind>
  [[nodiscard]] std::vector<Duration> times() const {
    std::vector<Duration> all;
    for (const Said& s : said) {
      if (std::holds_alternative<Kind>(s.frame)) all.push_back(s.at);
    }
    return all;
  }
  /// When heartbeats left for this unit.
  [[nodiscard]] std::vector<Duration> heartbeats(std::uint16_t id) const {
    std::vector<Duration> all;
    for (const Said& s : said) {
      const auto* beat = std::get_if<wire::MasterHeartbeat>(&s.frame);
      if (beat != nullptr && beat->receiver.value == id) all.push_back(s.at);
    }
    return all;
  }
  /// The limits told to this unit, in order, as "05 16" or "09 6"; orders of nothing are left out.
  [[nodiscard]] std::vector<std::string> limits(std::uint16_t id) const {
    std::vector<std::string> all;
    for (const Said& s : said) {
      const auto* beat = std::get_if<wire::MasterHeartbeat>(&s.frame);
      if (beat == nullptr || beat->receiver.value != id || beat->order == wire::Order::nothing) continue;
      const std::string amps = std::to_string(beat->amps.count() / 100);
      all.push_back((beat->order == wire::Order::limit ? "09 " : "05 ") + amps);
    }
    return all;
  }
  void forget() {
    said.clear();
    announced.clear();
    called.clear();
    asked.clear();
    wakes_ = 0;
  }
  [[nodiscard]] std::deque<Puppet>& puppets() { return puppets_; }

 private:
  struct Pending {
    Instant at;
    wire::FrameBytes frame;
    std::optional<MeterRead> read;
  };
  static constexpr Duration begin = 10s;
  static constexpr Duration answer_time = 60ms;

  void step(const Event& event) {
    if (on_heard) {
      if (const auto* bytes = std::get_if<BusBytes>(&event)) show(bytes->bytes);
    }
    actions_.clear();
    core_.step(event, now(), actions_);
    const Actions actions = std::move(actions_);
    for (const Action& action : actions) std::visit([&](const auto& a) { perform(a); }, action);
  }
  void show(std::span<const std::uint8_t> bytes) {
    wire::Framer framer;
    framer.feed(bytes, [&](std::span<const std::uint8_t> frame) {
      if (const auto decoded = wire::decode(frame)) on_heard(*decoded);
    }, [](wire::Refusal) {});
  }
  void perform(const Transmit& t) {
    const std::span<const std::uint8_t> raw = t.frame.bytes();
    wire::Framer framer;
    framer.feed(raw, [&](std::span<const std::uint8_t> frame) {
      const auto decoded = wire::decode(frame);
      ASSERT_TRUE(decoded.has_value());
      said.push_back({clock(), *decoded});
      if (on_said) on_said(said.back());
      for (Puppet& puppet : puppets_) answer(puppet, *decoded);
      if (adapter == Adapter::echoing) {
        wire::FrameBytes echo;
        for (const std::uint8_t byte : frame) echo.push_back(byte);
        hear_later(19ms, echo);
      }
    }, [](wire::Refusal) { ADD_FAILURE() << "the core sent what is no frame"; });
  }
  void ask_meter() {
    const MeterConfig& meter = core_.config().meters[0];
    next_poll_ = now_ + meter.every;
    asked.push_back(now_);
    std::uint8_t question = 0;
    for (const auto& [what, watts] : {std::pair{Measurand::load, load_}, {Measurand::solar, solar_}}) {
      MeterRead read{MeterId{0}, question++, outcome_, now_, {}};
      if (outcome_ == MeterRead::Outcome::read) read.amounts.push_back({what, watts.count()});
      pending_.push_back({now_ + (outcome_ == MeterRead::Outcome::silent ? Duration{2s} : Duration{50ms}), {}, read});
    }
  }
  void perform(const Remember& r) { remembered.push_back(r.memory); }
  void perform(const Announce& a) { announced.push_back(a.what); }
  void perform(const CallHook& hook) { called.push_back(hook); }

  void answer(Puppet& puppet, const wire::Frame& frame) {
    if (puppet.manner == Puppet::Manner::mute) return;
    if (const auto* beat = std::get_if<wire::MasterHeartbeat>(&frame); beat != nullptr && beat->receiver == puppet.id) {
      puppet.obey(*beat);
      hear_later(answer_time, heartbeat(puppet, beat->sender));
    }
    const auto* query = std::get_if<wire::Query>(&frame);
    if (query == nullptr || query->receiver != puppet.id || puppet.questions == Puppet::Questions::unanswered) return;
    reply(puppet, query->question);
  }
  void reply(const Puppet& puppet, wire::Question question) {
    using enum wire::Question;
    const auto vin = [&](std::uint8_t part, std::size_t from, std::size_t length) {
      wire::VinPart said_part;
      said_part.sender = puppet.id;
      said_part.part = part;
      said_part.all_zero = puppet.vin.empty();
      if (!puppet.vin.empty()) said_part.text = std::string_view{puppet.vin}.substr(from, length);
      hear_later(answer_time, wire::encode(said_part));
    };
    switch (question) {
      case meter: {
        wire::MeterReport report;
        report.sender = puppet.id;
        report.counter = 924;
        for (std::size_t p = 0; p < puppet.cable_phases; ++p) report.volts[p] = 230_V;
        for (std::size_t p = 0; p < puppet.car_phases; ++p) report.amps[p] = puppet.drawn;
        return hear_later(answer_time, wire::encode(report));
      }
      case firmware_extended: return hear_later(answer_time, wire::encode(wire::FirmwareExtended{puppet.id, {4, 5, 3, 0}}));
      case serial: return hear_later(answer_time, wire::encode(wire::SerialNumber{puppet.id, base::Text<11>{"A18F0000061"}}));
      case vin1: return vin(1, 0, 7);
      case vin2: return vin(2, 7, 7);
      case vin3: return vin(3, 14, 3);
      case plug: return hear_later(answer_time, wire::encode(wire::PlugReport{puppet.id, puppet.plug}));
      case old_serial:
      case model:
      case firmware: return;
    }
  }

  Core core_;
  Instant now_ = Instant::at(begin);
  Duration wall_offset_{};
  Actions actions_;
  std::deque<Puppet> puppets_;
  std::deque<Pending> pending_;
  MeterRead::Outcome outcome_ = MeterRead::Outcome::silent;
  Watts load_, solar_;
  Instant next_poll_ = Instant::long_ago();
  int wakes_ = 0;
};

}  // namespace core::bench
