// What a recording looks like on the disk. See format.hpp.
#include "shell/record/format.hpp"

#include "shell/record/config_code.hpp"

namespace shell {
namespace {

enum class Kind : std::uint8_t {
  time_passed,
  bus_opened,
  bus_opened_over_network,
  bus_closed,
  bus_bytes,
  meter_read,
  charge_now,
  cancel_charge_now,
  set_mode,
  part,
  set_connector_mode,
  set_target,
  limit_circuit,
  force_policy,
  order_cars,
  send_frame,
  look_again,
  release_mode,
  release_connector_mode,
  configured,   ///< in memory only: what holds from now on is in the header of the next segment
};

constexpr std::int64_t longest_step = 100ll * 366 * 86'400'000;   // a century between two events is damage
constexpr std::int64_t farthest = 100 * longest_step;            // no clock says this

template <class... F>
struct Overloaded : F... {
  using F::operator()...;
};
template <class... F>
Overloaded(F...) -> Overloaded<F...>;

Kind kind_of(const core::Event& event) {
  return std::visit(
      Overloaded{
          [](const core::TimePassed&) { return Kind::time_passed; },
          [](const core::BusOpened& e) { return e.networked ? Kind::bus_opened_over_network : Kind::bus_opened; },
          [](const core::BusClosed&) { return Kind::bus_closed; },
          [](const core::BusBytes&) { return Kind::bus_bytes; },
          [](const core::MeterRead&) { return Kind::meter_read; },
          [](const core::Configured&) { return Kind::configured; },
          [](const core::Command& command) {
            return std::visit(Overloaded{[](const core::ChargeNow&) { return Kind::charge_now; },
                                         [](const core::CancelChargeNow&) { return Kind::cancel_charge_now; },
                                         [](const core::SetMode& c) {
                                           return c.unit ? Kind::set_connector_mode : Kind::set_mode;
                                         },
                                         [](const core::SetTarget&) { return Kind::set_target; },
                                         [](const core::LimitCircuit&) { return Kind::limit_circuit; },
                                         [](const core::ForcePolicy&) { return Kind::force_policy; },
                                         [](const core::OrderCars&) { return Kind::order_cars; },
                                         [](const core::SendFrame&) { return Kind::send_frame; },
                                         [](const core::LookAgain&) { return Kind::look_again; },
                                         [](const core::ReleaseMode& c) {
                                           return c.unit ? Kind::release_connector_mode : Kind::release_mode;
                                         },
                                         [](const core::Part&) { return Kind::part; }},
                              command);
          }},
      event);
}

/// Whether it is there, then the grains.
template <class Q>
void write_optional(Ink& ink, const std::optional<Q>& value) {
  ink.byte(value ? 1 : 0);
  if (value) ink.whole(value->count());
}
template <class Q>
void read_optional(Page& page, std::optional<Q>& value) {
  const std::uint8_t there = page.byte();
  if (there > 1) page.refuse();
  if (there == 1) value = Q::grains(page.whole());
}

void write_command(Ink& ink, const core::Command& command) {
  std::visit(Overloaded{[](const core::CancelChargeNow&) {}, [](const core::Part&) {}, [](const core::LookAgain&) {},
                        [&](const core::ForcePolicy& c) {
                          ink.whole(c.lasting.count());
                          ink.text(c.policy.view());
                        },
                        [&](const core::ReleaseMode& c) {
                          if (c.unit) ink.number(c.unit->value);
                        },
                        [&](const core::OrderCars& c) { ink.byte(c.order == core::CarOrder::start ? 1 : 0); },
                        [&](const core::SendFrame& c) { ink.raw(c.frame.begin(), c.frame.size()); },
                        [&](const core::ChargeNow& c) {
                          ink.whole(c.rate.count());
                          ink.whole(c.lasting.count());
                        },
                        [&](const core::SetMode& c) {
                          ink.byte(static_cast<std::uint8_t>(c.mode));
                          if (c.unit) ink.number(c.unit->value);
                        },
                        [&](const core::SetTarget& c) {
                          ink.number(c.unit.value);
                          write_optional(ink, c.target);
                        },
                        [&](const core::LimitCircuit& c) {
                          ink.byte(c.circuit);
                          write_optional(ink, c.amps);
                          write_optional(ink, c.watts);
                          ink.whole(c.lasting.count());
                          ink.text(c.reason.view());
                        }},
             command);
}

void write_reading(Ink& ink, const core::MeterRead& read) {
  ink.byte(read.meter.index);
  ink.byte(read.question);
  ink.byte(static_cast<std::uint8_t>(read.outcome));
  ink.whole(read.at.since_origin().count());
  ink.byte(static_cast<std::uint8_t>(read.amounts.size()));
  for (const auto& [what, grains] : read.amounts) {
    ink.byte(static_cast<std::uint8_t>(what));
    ink.whole(grains);
  }
}

void write_content(Ink& ink, const core::Event& event) {
  if (const auto* bytes = std::get_if<core::BusBytes>(&event)) ink.raw(bytes->bytes.data(), bytes->bytes.size());
  if (const auto* read = std::get_if<core::MeterRead>(&event)) write_reading(ink, *read);
  if (const auto* command = std::get_if<core::Command>(&event)) write_command(ink, *command);
}

bool read_reading(Page& page, core::MeterRead& read) {
  read.meter.index = page.byte();
  read.question = page.byte();
  const std::uint8_t outcome = page.byte();
  read.at = base::Instant::at(base::Duration{page.whole()});
  const std::uint8_t count = page.byte();
  if (outcome > static_cast<std::uint8_t>(core::MeterRead::Outcome::absurd) || count > core::measurands) return false;
  read.outcome = static_cast<core::MeterRead::Outcome>(outcome);
  for (std::uint8_t i = 0; i < count; ++i) {
    const std::uint8_t what = page.byte();
    if (what >= core::measurands) return false;
    read.amounts.push_back({static_cast<core::Measurand>(what), page.whole()});
  }
  return page.good() && page.at_end();
}

/// A connector's id is two bytes.
base::UnitId read_unit(Page& page) {
  const std::uint64_t value = page.number();
  if (value > 0xFFFF) page.refuse();
  return {static_cast<std::uint16_t>(value)};
}

bool read_mode(Page& page, core::SetMode& command) {
  const std::uint8_t mode = page.byte();
  if (mode > static_cast<std::uint8_t>(core::Mode::fast)) return false;
  command.mode = static_cast<core::Mode>(mode);
  return true;
}

bool read_frame(Page& page, wire::FrameBytes& frame) {
  const auto bytes = page.rest();
  if (bytes.size() > wire::FrameBytes::capacity()) return false;
  for (const std::uint8_t byte : bytes) frame.push_back(byte);
  return true;
}

bool read_command(Page& page, Kind kind, core::Command& command) {
  switch (kind) {
    case Kind::charge_now: {
      auto& now = command.emplace<core::ChargeNow>();
      now.rate = base::Amps::grains(page.whole());
      now.lasting = base::Duration{page.whole()};
      return true;
    }
    case Kind::cancel_charge_now: command = core::CancelChargeNow{}; return true;
    case Kind::set_mode: return read_mode(page, command.emplace<core::SetMode>());
    case Kind::set_connector_mode: {
      auto& set = command.emplace<core::SetMode>();
      if (!read_mode(page, set)) return false;
      set.unit = read_unit(page);
      return true;
    }
    case Kind::set_target: {
      auto& set = command.emplace<core::SetTarget>();
      set.unit = read_unit(page);
      read_optional(page, set.target);
      return true;
    }
    case Kind::limit_circuit: {
      auto& limit = command.emplace<core::LimitCircuit>();
      limit.circuit = page.byte();
      read_optional(page, limit.amps);
      read_optional(page, limit.watts);
      limit.lasting = base::Duration{page.whole()};
      limit.reason = page.text();
      return true;
    }
    case Kind::force_policy: {
      auto& force = command.emplace<core::ForcePolicy>();
      force.lasting = base::Duration{page.whole()};
      force.policy = page.text();
      return true;
    }
    case Kind::order_cars: {
      const std::uint8_t order = page.byte();
      command = core::OrderCars{order == 1 ? core::CarOrder::start : core::CarOrder::stop};
      return order <= 1;
    }
    case Kind::send_frame: return read_frame(page, command.emplace<core::SendFrame>().frame);
    case Kind::look_again: command = core::LookAgain{}; return true;
    case Kind::release_mode: command = core::ReleaseMode{}; return true;
    case Kind::release_connector_mode: command = core::ReleaseMode{read_unit(page)}; return true;
    case Kind::part: command = core::Part{}; return true;
    default: return false;
  }
}

bool read_content(Page& page, std::uint8_t kind, core::Event& event) {
  switch (static_cast<Kind>(kind)) {
    case Kind::time_passed: event = core::TimePassed{}; return page.at_end();
    case Kind::bus_opened: event = core::BusOpened{false}; return page.at_end();
    case Kind::bus_opened_over_network: event = core::BusOpened{true}; return page.at_end();
    case Kind::bus_closed: event = core::BusClosed{}; return page.at_end();
    case Kind::bus_bytes: event = core::BusBytes{page.rest()}; return page.good();
    case Kind::meter_read: return read_reading(page, event.emplace<core::MeterRead>());
    default:
      return read_command(page, static_cast<Kind>(kind), event.emplace<core::Command>()) && page.good() && page.at_end();
  }
}

void put_u32(std::uint8_t* to, std::uint32_t value) {
  for (int i = 0; i < 4; ++i) to[i] = static_cast<std::uint8_t>(value >> (8 * i));
}
std::uint32_t get_u32(const std::uint8_t* from) {
  std::uint32_t value = 0;
  for (int i = 3; i >= 0; --i) value = value << 8 | from[i];
  return value;
}

std::int64_t wall_over_instant(const base::Now& now) {
  return now.wall.since_epoch().count() - now.at.since_origin().count();
}

constexpr std::size_t most_size_bytes = 5;

}  // namespace

std::size_t write_header(std::span<std::uint8_t> room, Begin begin, std::uint64_t run, base::Now first,
                         std::uint64_t layout, std::string_view version, std::span<const std::uint8_t> config,
                         std::span<const std::byte> state) {
  if (room.size() < preamble_size) return 0;
  Ink ink(room.subspan(preamble_size));
  ink.byte(static_cast<std::uint8_t>(begin));
  ink.number(run);
  ink.whole(first.at.since_origin().count());
  ink.whole(first.wall.since_epoch().count());
  ink.number(layout);
  ink.text(version);
  ink.number(config.size());
  ink.raw(config.data(), config.size());
  ink.number(state.size());
  ink.raw(state.data(), state.size());
  if (!ink.fits()) return 0;
  std::copy(recording_magic.begin(), recording_magic.end(), room.begin());
  put_u32(room.data() + 8, static_cast<std::uint32_t>(ink.used()));
  put_u32(room.data() + 12, crc32(room.subspan(preamble_size, ink.used())));
  return preamble_size + ink.used();
}

std::optional<SegmentHeader> read_header(std::span<const std::uint8_t> file, std::size_t& size) {
  if (file.size() < preamble_size || !std::equal(recording_magic.begin(), recording_magic.end(), file.begin()))
    return std::nullopt;
  const std::uint32_t length = get_u32(file.data() + 8);
  if (length > file.size() - preamble_size) return std::nullopt;
  const auto bytes = file.subspan(preamble_size, length);
  if (crc32(bytes) != get_u32(file.data() + 12)) return std::nullopt;
  Page page(bytes);
  SegmentHeader header;
  const std::uint8_t begin = page.byte();
  if (begin > static_cast<std::uint8_t>(Begin::reconfigured)) return std::nullopt;
  header.begin = static_cast<Begin>(begin);
  header.run = page.number();
  header.first.at = base::Instant::at(base::Duration{page.whole()});
  header.first.wall = base::WallTime::at(base::Duration{page.whole()});
  header.layout = page.number();
  header.version = std::string(page.text());
  Page config_page(page.raw(page.number()));
  auto config = read_config(config_page);
  const auto state = page.raw(page.number());
  const auto sane = [](std::int64_t ms) { return ms >= -farthest && ms <= farthest; };
  if (!config || !config_page.at_end() || !page.good() || !page.at_end() ||
      !sane(header.first.at.since_origin().count()) || !sane(header.first.wall.since_epoch().count()))
    return std::nullopt;
  header.config = std::move(*config);
  header.state.resize(state.size());
  if (!state.empty()) std::memcpy(header.state.data(), state.data(), state.size());
  size = preamble_size + length;
  return header;
}

Thread thread_after(const base::Now& first, std::span<const std::uint8_t> preamble) {
  return {first, static_cast<std::uint16_t>(get_u32(preamble.data() + 12))};
}

std::size_t write_record(std::span<std::uint8_t> room, Thread& thread, base::Now now, const core::Event& event) {
  if (room.size() < most_size_bytes) return 0;
  // The body is written behind the longest size there could be, then moved up to the real one.
  Ink body(room.subspan(most_size_bytes));
  const std::int64_t drift = wall_over_instant(now) - wall_over_instant(thread.last);
  const auto kind = static_cast<std::uint8_t>(kind_of(event));
  body.byte(drift == 0 ? kind : static_cast<std::uint8_t>(kind | drifted));
  body.number(static_cast<std::uint64_t>((now.at - thread.last.at).count()));
  if (drift != 0) body.whole(drift);
  write_content(body, event);
  if (!body.fits() || body.used() + most_size_bytes + 2 > room.size()) return 0;
  Ink size(room.first(most_size_bytes));
  size.number(body.used());
  std::memmove(room.data() + size.used(), room.data() + most_size_bytes, body.used());
  const std::size_t end = size.used() + body.used();
  const std::uint16_t sum = crc16(thread.sum, room.subspan(size.used(), body.used()));
  room[end] = static_cast<std::uint8_t>(sum);
  room[end + 1] = static_cast<std::uint8_t>(sum >> 8);
  thread = {now, sum};
  return end + 2;
}

std::size_t read_record(std::span<const std::uint8_t> bytes, Thread& thread, base::Now& now, core::Event& event) {
  Page page(bytes);
  const std::uint64_t size = page.number();
  const auto body = page.raw(size);
  const auto check = page.raw(2);
  if (!page.good() || body.empty()) return 0;
  const std::uint16_t sum = crc16(thread.sum, body);
  if (check[0] != (sum & 0xFF) || check[1] != sum >> 8) return 0;
  Page content(body);
  const std::uint8_t kind = content.byte();
  const std::uint64_t step = content.number();
  const std::int64_t drift = (kind & drifted) != 0 ? content.whole() : 0;
  if (!content.good() || step > static_cast<std::uint64_t>(longest_step) || drift > longest_step || drift < -longest_step)
    return 0;
  if (!read_content(content, kind & static_cast<std::uint8_t>(~drifted), event)) return 0;
  const base::Duration passed{static_cast<std::int64_t>(step)};
  now = {thread.last.at + passed, thread.last.wall + passed + base::Duration{drift}};
  // A CRC can be forged: no chain of records leads out of what a clock can say.
  if (now.at.since_origin().count() > 2 * farthest || std::abs(now.wall.since_epoch().count()) > 2 * farthest) return 0;
  thread = {now, sum};
  return page.position();
}

}  // namespace shell
