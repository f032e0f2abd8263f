#include "app/sniff.hpp"

#include <fmt/format.h>

#include <array>
#include <fstream>
#include <optional>
#include <ostream>

#include "shell/loop/loop.hpp"
#include "shell/loop/reactor.hpp"
#include "shell/serial/bus.hpp"

namespace app {
namespace {

std::string in_hexadecimal(std::span<const std::uint8_t> bytes) {
  std::string text;
  for (const std::uint8_t byte : bytes)
    fmt::format_to(std::back_inserter(text), "{}{:02X}", text.empty() ? "" : " ", byte);
  return text;
}

std::string names(const std::map<base::UnitId, std::uint64_t>& ids) {
  std::string text;
  for (const auto& [id, frames] : ids)
    text += fmt::format("{}{} ({} frames)", text.empty() ? "" : ", ", wire::print(id), frames);
  return text;
}

}  // namespace

void Listener::hear(std::span<const std::uint8_t> bytes, base::Instant at, std::string& lines) {
  bytes_ += bytes.size();
  framer_.feed(
      bytes, [&](std::span<const std::uint8_t> frame) { heard(frame, at, lines); },
      [&](wire::Refusal refusal) {
        ++damaged_;
        lines += fmt::format("{:10.3f}  damaged: {}\n", base::seconds_of(at.since_origin()), wire::print(refusal));
      });
}

void Listener::heard(std::span<const std::uint8_t> frame, base::Instant at, std::string& lines) {
  const double seconds = base::seconds_of(at.since_origin());
  const auto meaning = wire::decode(frame);
  if (!meaning) {
    // An unknown type has a right checksum: the wires have done their part.
    if (meaning.error() == wire::Refusal::length_or_checksum) ++damaged_;
    else ++frames_;
    lines += fmt::format("{:10.3f}  {}: {}\n", seconds, wire::print(meaning.error()), in_hexadecimal(frame));
    return;
  }
  ++frames_;
  // The first byte tells who speaks: FC and FB are a master's, FD a unit's (spec/twc-protocol §1.4).
  if (frame.size() > 3) {
    const base::UnitId sender{static_cast<std::uint16_t>(frame[2] << 8 | frame[3])};
    ++(frame[0] == 0xFD ? units_ : masters_)[sender];
  }
  lines += fmt::format("{:10.3f}  {}\n", seconds, wire::print(*meaning));
}

std::string Listener::judgement(base::Duration listened) const {
  std::string text = fmt::format("\nHeard {} frames and {} damaged ones in {:.0f} s.\n", frames_, damaged_,
                                 base::seconds_of(listened));
  if (!masters_.empty()) text += fmt::format("Masters: {}.\n", names(masters_));
  if (!units_.empty()) text += fmt::format("Connectors: {}.\n", names(units_));
  const std::uint64_t framed = frames_ + damaged_;
  if (bytes_ == 0) {
    return text +
           "Nothing was said at all. A connector speaks only when it has power and its rotary switch is at F, and "
           "stops when nobody answers; check "
           "both, and that the two wires are on the adapter's A and B.\n";
  }
  if (frames_ == 0) {
    return text +
           "There are bytes but no whole frame among them: the two wires (D+ and D-) are probably swapped, or "
           "something else "
           "than 9600 baud is spoken.\n";
  }
  if (masters_.size() > 1)
    text += "More than one master speaks: only one may; set every other connector's rotary switch to F.\n";
  if (damaged_ * 50 > framed) {
    return text + fmt::format(
                      "{:.1f} % are damaged: put 120 ohms across the two wires at the end of the line, then bias "
                      "resistors, and keep the cable away "
                      "from the mains.\n",
                      100.0 * static_cast<double>(damaged_) / static_cast<double>(framed));
  }
  return text + "The wiring is good.\n";
}

int sniff(const SniffOptions& options, std::ostream& out, std::ostream& err) {
  auto settings = shell::parse_port(options.port, options.baud);
  if (!settings) {
    err << "twcmanager: " << settings.error().text << '\n';
    return 1;
  }
  settings->speech = shell::Speech::listen_only;
  std::ofstream record;
  if (!options.record.empty()) {
    record.open(options.record, std::ios::app);
    if (!record) {
      err << fmt::format("twcmanager: {} cannot be written; name a file in a directory that is yours\n",
                         options.record);
      return 1;
    }
  }
  shell::Reactor reactor;
  Listener listener;
  std::unique_ptr<shell::Bus> bus;
  const base::Instant began = shell::read_clocks().at;
  shell::BusEvents events;
  events.opened = [&](bool) {
    out << fmt::format("listening on {}; Ctrl-C ends and judges\n", print(*settings)) << std::flush;
    bus->watch(true);
  };
  events.closed = events.waiting = [&](const std::string& why) { err << "twcmanager: " << why << '\n'; };
  events.readable = [&] {
    std::array<std::uint8_t, 512> chunk;
    for (std::size_t count; (count = bus->read(chunk)) > 0;) {
      const std::span<const std::uint8_t> bytes{chunk.data(), count};
      std::string lines;
      listener.hear(bytes, base::Instant::at(shell::read_clocks().at - began), lines);
      out << lines << std::flush;
      if (record.is_open()) record << in_hexadecimal(bytes) << '\n' << std::flush;
    }
    bus->watch(true);
  };
  bus = shell::make_bus(reactor.io(), *settings, std::move(events));
  reactor.on_ending_signal([&] { reactor.stop(); });
  bus->open();
  reactor.run();
  bus->close();
  out << listener.judgement(shell::read_clocks().at - began) << std::flush;
  if (record.is_open() && !record) {
    err << fmt::format("twcmanager: {} could not be written to the end; is the disk full?\n", options.record);
    return 1;
  }
  return 0;
}

}  // namespace app
