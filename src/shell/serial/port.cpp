// Takes the port text apart. See port.hpp.
#include "shell/serial/port.hpp"

#include <fmt/format.h>

#include <array>
#include <charconv>
#include <optional>

#include "shell/serial/tty.hpp"

namespace shell {
namespace {

struct Scheme {
  std::string_view name;
  Via via;
};
constexpr std::array<Scheme, 3> schemes{{{"socket", Via::tcp}, {"rfc2217", Via::rfc2217}, {"listen", Via::listener}}};

std::string_view scheme_of(Via via) {
  for (const Scheme& scheme : schemes)
    if (scheme.via == via) return scheme.name;
  return "";
}

std::optional<std::uint16_t> port_number(std::string_view text) {
  unsigned value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc{} || end != text.data() + text.size() || value == 0 || value > 65535) return std::nullopt;
  return static_cast<std::uint16_t>(value);
}

/// "host:port", "[::1]:port", ":port"; what follows a '/' or '?' is pyserial's and means nothing to us.
bool split_place(std::string_view rest, BusSettings& out) {
  if (const auto end = rest.find_first_of("/?"); end != std::string_view::npos) rest = rest.substr(0, end);
  std::string_view host = rest;
  std::string_view port;
  if (rest.starts_with('[')) {
    const auto close = rest.find(']');
    if (close == std::string_view::npos) return false;
    host = rest.substr(1, close - 1);
    port = rest.substr(close + 1);
    if (!port.empty() && !port.starts_with(':')) return false;
  } else if (const auto colon = rest.rfind(':'); colon != std::string_view::npos) {
    host = rest.substr(0, colon);
    port = rest.substr(colon);
  }
  out.place = std::string(host);
  if (port.size() <= 1) {
    out.port = listener_port;
    return out.via == Via::listener;
  }
  const auto number = port_number(port.substr(1));
  if (number) out.port = *number;
  return number && (out.via == Via::listener || !host.empty());
}

}  // namespace

base::Result<BusSettings> parse_port(std::string_view text, int baud) {
  using base::Culprit;
  BusSettings settings;
  settings.baud = baud;
  if (!known_speed(baud))
    return base::fail(Culprit::user, fmt::format("interface.RS485.baud is {}, which no serial device knows; wall "
                                                 "connectors speak at 9600", baud));
  if (text.empty())
    return base::fail(Culprit::user, "interface.RS485.port is empty; set it to the adapter's device, for example "
                                     "/dev/ttyUSB0, or to socket://host:port");
  if (text.find('\0') != std::string_view::npos)
    return base::fail(Culprit::user, "interface.RS485.port holds a zero byte; set it to the adapter's device");
  const auto mark = text.find("://");
  if (mark == std::string_view::npos) {
    settings.place = std::string(text);
    return settings;
  }
  const std::string_view name = text.substr(0, mark);
  for (const Scheme& scheme : schemes) {
    if (scheme.name != name) continue;
    settings.via = scheme.via;
    settings.longest_pause = 30s;
    if (split_place(text.substr(mark + 3), settings)) return settings;
    return base::fail(Culprit::user, fmt::format("the port \"{}\" is not understood; write {}://host:port with a port "
                                                 "from 1 to 65535", text, name));
  }
  return base::fail(Culprit::user, fmt::format("the port \"{}\" begins with an unknown word; known are a device path, "
                                               "socket://, rfc2217:// and listen://", text));
}

std::string print(const BusSettings& settings) {
  if (!settings.name.empty()) return settings.name;
  if (settings.via == Via::tty) return settings.place;
  const bool six = settings.place.find(':') != std::string::npos;
  return fmt::format("{}://{}{}{}:{}", scheme_of(settings.via), six ? "[" : "", settings.place, six ? "]" : "",
                     settings.port);
}

}  // namespace shell
