// Playing a slave below a real master (fakeMaster 0; spec/twc-protocol §6.2): to get a share of its circuit, or to study it.
#include <algorithm>

#include "core/bus/master.hpp"

namespace core::bus {

namespace {

constexpr Duration announce_after = 10s;
constexpr Amps hardware = 80_A;
constexpr Amps below_limit = 0.8_A;             // what a car draws less than it may
constexpr Amps step = 2_A;
constexpr Duration raised_for = 44s;
constexpr Duration lowered_for = 10s;
constexpr UnitId first_free_id{0x7778};         // 7777 is the usual id of a controller

void say(Turn& turn, const wire::FrameBytes& frame) {
  wire::Permission permission;
  permission.role = wire::Role::slave;
  permission.most = hardware;
  transmit(turn, frame, permission, 110ms, 50ms);
  turn.state.bus.slave_spoke = turn.now.at;
}

void draw(Turn& turn, Amps limit, Amps less) {
  BusMemory& bus = turn.state.bus;
  bus.slave_limit = std::min(limit, hardware);
  bus.slave_drawn = std::max(0_A, bus.slave_limit - less);
}

void meter(Turn& turn) {
  BusMemory& bus = turn.state.bus;
  const Watts power = bus.slave_drawn * turn.config.volts * turn.config.phases;
  if (bus.slave_metered != Instant::never()) bus.slave_energy += power * (turn.now.at - bus.slave_metered);
  bus.slave_metered = turn.now.at;
}

void obey(Turn& turn, const wire::MasterHeartbeat& said) {
  using enum wire::Order;
  BusMemory& bus = turn.state.bus;
  const Duration since = bus.slave_adjusted == Instant::never() ? Duration{} : turn.now.at - bus.slave_adjusted;
  switch (said.order) {
    case initial_limit:
    case acknowledge:
    case limit:
      if (said.amps > 0_A) draw(turn, said.amps, below_limit);
      break;
    case raise_by_two:
      bus.slave_state = wire::UnitState::adjusting_up;
      bus.slave_adjusted = turn.now.at;
      draw(turn, bus.slave_limit + step, below_limit);
      break;
    case lower_by_two:
      bus.slave_state = wire::UnitState::adjusting_down;
      bus.slave_adjusted = turn.now.at;
      draw(turn, bus.slave_limit, below_limit + step);
      break;
    case enter_error:
      turn.announce({Topic::unit_reports_error, Severity::warning, said.sender, {}, {}, said.error_bitmap});
      break;
    case nothing:
      if (bus.slave_state == wire::UnitState::adjusting_up && since >= raised_for) {
        bus.slave_state = wire::UnitState::adjusted;
      } else if (bus.slave_state == wire::UnitState::adjusting_down && since >= lowered_for) {
        draw(turn, bus.slave_limit, below_limit);
        bus.slave_state = wire::UnitState::adjusted;
      }
      break;
  }
}

/// The master uses our id, or another unit does: take another (§2.9).
void change_id(Turn& turn) {
  BusMemory& bus = turn.state.bus;
  turn.announce({Topic::unit_has_our_id, Severity::warning, bus.own_id});
  const std::uint64_t drawn = turn.state.digest.value() ^ static_cast<std::uint64_t>(turn.now.at.since_origin().count());
  bus.own_id = UnitId{static_cast<std::uint16_t>(first_free_id.value + drawn % 0x7000)};
  bus.own_sign = Sign{static_cast<std::uint8_t>(drawn >> 16)};
  bus.slave_spoke = Instant::long_ago();
}

struct SlaveEar {
  Turn& turn;

  void linkready(UnitId sender) const {
    if (sender == turn.state.bus.own_id) change_id(turn);
  }
  void operator()(const wire::MasterLinkready1& f) const { linkready(f.sender); }
  void operator()(const wire::MasterLinkready2& f) const { linkready(f.sender); }
  void operator()(const wire::SlaveLinkready& f) const { linkready(f.sender); }
  void operator()(const wire::SlaveHeartbeat& f) const { linkready(f.sender); }
  void operator()(const wire::MasterHeartbeat& f) const {
    BusMemory& bus = turn.state.bus;
    if (f.receiver != bus.own_id) return;
    meter(turn);
    obey(turn, f);
    wire::SlaveHeartbeat answer;
    answer.sender = bus.own_id;
    answer.receiver = f.sender;
    answer.state = bus.slave_state;
    answer.limit = bus.slave_limit;
    answer.drawn = bus.slave_drawn;
    answer.protocol = f.protocol;
    say(turn, wire::encode(answer));
  }
  void operator()(const wire::Query& f) const {
    BusMemory& bus = turn.state.bus;
    if (f.receiver != bus.own_id || f.question != wire::Question::meter) return;
    wire::MeterReport report;
    report.sender = bus.own_id;
    report.counter = static_cast<std::uint32_t>(base::in_kilowatt_hours(bus.slave_energy));
    for (int phase = 0; phase < turn.config.phases; ++phase) report.volts[static_cast<std::size_t>(phase)] = turn.config.volts;
    say(turn, wire::encode(report));
  }
  template <class Other>
  void operator()(const Other&) const {}
};

}  // namespace

void hear_as_slave(Turn& turn, const wire::Frame& frame) { std::visit(SlaveEar{turn}, frame); }

void speak_as_slave(Turn& turn) {
  BusMemory& bus = turn.state.bus;
  if (bus.state != BusState::slave || turn.now.at < next_slave_word(turn.state)) return;
  say(turn, wire::encode(wire::SlaveLinkready{bus.own_id, bus.own_sign, hardware, wire::Protocol::two}));
}

Instant next_slave_word(const State& state) {
  const BusMemory& bus = state.bus;
  if (bus.state != BusState::slave) return Instant::never();
  return std::max(bus.opened, bus.slave_spoke) + (bus.slave_spoke < bus.opened ? 1s : announce_after);
}

}  // namespace core::bus
