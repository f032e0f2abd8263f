#include "shell/meters/modbus_device.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <optional>

#include "shell/serial/tty.hpp"

namespace shell {
namespace {

using base::Culprit;
using base::fail;
using enum wire::ModbusFraming;

struct Scheme {
  std::string_view name;
  ModbusDevice::Via via;
  wire::ModbusFraming framing;
  std::uint16_t port;
};
constexpr std::array<Scheme, 3> schemes{{{"tcp", ModbusDevice::Via::tcp, tcp, 502},
                                         {"rtu+tcp", ModbusDevice::Via::tcp, rtu, 502},
                                         {"goodwe", ModbusDevice::Via::datagrams, datagram, 8899}}};
constexpr std::string_view serial = "serial:";

std::optional<int> number_in(std::string_view text) {
  int number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return number;
}

base::Result<void> set(ModbusDevice& device, std::string_view name, std::string_view value) {
  const auto number = number_in(value);
  if (name == "baud") {
    if (!number || !known_speed(*number))
      return fail(Culprit::user,
                  fmt::format("baud={} is no speed of serial lines; most devices have 9600 or 19200", value));
    device.baud = *number;
  } else if (name == "stop") {
    if (!number || (*number != 1 && *number != 2))
      return fail(Culprit::user, fmt::format("stop={} is neither 1 nor 2", value));
    device.line.stop_bits = *number;
  } else if (name == "parity") {
    if (value == "none") device.line.parity = Line::Parity::none;
    else if (value == "even") device.line.parity = Line::Parity::even;
    else if (value == "odd") device.line.parity = Line::Parity::odd;
    else return fail(Culprit::user, fmt::format("parity={} is none of none, even and odd", value));
  } else {
    return fail(Culprit::user, fmt::format("a line of Modbus has no \"{}\"; known are baud, parity and stop", name));
  }
  return {};
}

base::Result<ModbusDevice> read_line(std::string_view text) {
  ModbusDevice device;
  device.via = ModbusDevice::Via::line;
  device.framing = rtu;
  device.port = 0;
  const std::size_t mark = text.find('?');
  device.place = text.substr(0, mark);
  if (!device.place.starts_with('/') || device.place.find('\0') != std::string::npos)
    return fail(Culprit::user, fmt::format("\"{}\" is no serial device; write serial:/dev/ttyUSB0", device.place));
  std::string_view rest = mark == std::string_view::npos ? std::string_view{} : text.substr(mark + 1);
  while (!rest.empty()) {
    const std::string_view option = rest.substr(0, rest.find('&'));
    rest.remove_prefix(std::min(rest.size(), option.size() + 1));
    const std::size_t equals = option.find('=');
    const std::string_view value = equals == std::string_view::npos ? std::string_view{} : option.substr(equals + 1);
    if (auto done = set(device, option.substr(0, equals), value); !done) return tl::unexpected(done.error());
  }
  return device;
}

/// "host", "host:502", "[fe80::1]:502".
bool split_place(std::string_view rest, ModbusDevice& device) {
  if (rest.ends_with('/')) rest.remove_suffix(1);
  const bool bracketed = rest.starts_with('[');
  const std::size_t behind = bracketed ? rest.find(']') : rest.find(':');
  const std::string_view host = rest.substr(bracketed ? 1 : 0, bracketed ? behind - 1 : behind);
  constexpr std::string_view foreign{"/?#@ \t\0", 7};
  if (host.empty() || host.find_first_of(foreign) != std::string_view::npos) return false;
  if (bracketed && behind == std::string_view::npos) return false;
  device.place = host;
  const std::string_view port =
      behind == std::string_view::npos ? std::string_view{} : rest.substr(behind + (bracketed ? 1 : 0));
  if (port.empty()) return true;
  const auto number = port.front() == ':' ? number_in(port.substr(1)) : std::nullopt;
  if (!number || *number < 1 || *number > 65535) return false;
  device.port = static_cast<std::uint16_t>(*number);
  return true;
}

}  // namespace

base::Result<ModbusDevice> read_modbus_device(std::string_view text) {
  if (text.starts_with(serial)) return read_line(text.substr(serial.size()));
  const std::size_t mark = text.find("://");
  for (const Scheme& scheme : schemes) {
    if (mark == std::string_view::npos || scheme.name != text.substr(0, mark)) continue;
    ModbusDevice device;
    device.via = scheme.via;
    device.framing = scheme.framing;
    device.port = scheme.port;
    if (split_place(text.substr(mark + 3), device)) return device;
    return fail(Culprit::user, fmt::format("\"{}\" is not understood; write {}://address:{}", text.substr(0, 60),
                                           scheme.name, scheme.port));
  }
  return fail(
      Culprit::user,
      fmt::format("\"{}\" is no address of a device with Modbus; known are tcp://, rtu+tcp://, serial: and goodwe://",
                  text.substr(0, 60)));
}

std::string print(const ModbusDevice& device) {
  if (device.via == ModbusDevice::Via::line) return device.place;
  const bool six = device.place.find(':') != std::string::npos;
  return fmt::format("{}{}{}:{}", six ? "[" : "", device.place, six ? "]" : "", device.port);
}

}  // namespace shell
