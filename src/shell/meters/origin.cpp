#include "shell/meters/origin.hpp"

#include <arpa/inet.h>
#include <fmt/format.h>

#include <array>
#include <charconv>
#include <optional>
#include <utility>

#include "shell/http/url.hpp"
#include "shell/serial/tty.hpp"

namespace shell {
namespace {

using base::Culprit;
using base::fail;

struct Scheme {
  std::string_view name;
  Origin::Via via;
  bool secure;
  std::uint16_t port;  ///< 0: it has to be said
};
constexpr std::array<Scheme, 6> schemes{{{"mqtt", Origin::Via::mqtt, false, 1883},
                                         {"mqtts", Origin::Via::mqtt, true, 8883},
                                         {"tcp", Origin::Via::tcp, false, 0},
                                         {"udp", Origin::Via::datagrams, false, 0},
                                         {"ws", Origin::Via::web_socket, false, 80},
                                         {"wss", Origin::Via::web_socket, true, 443}}};

std::string_view scheme_of(const Origin& origin) {
  for (const Scheme& each : schemes) {
    if (each.via == origin.via && each.secure == origin.secure) return each.name;
  }
  return "serial";
}

std::optional<int> number_in(std::string_view text) {
  int number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return number;
}

base::Result<void> set(Origin& origin, std::string_view name, std::string_view value) {
  const auto number = number_in(value);
  if (name == "baud") {
    if (!number || !known_speed(*number))
      return fail(Culprit::user,
                  fmt::format("baud={} is no speed of serial lines; most meters have 115200, older ones 9600", value));
    origin.baud = *number;
  } else if (name == "bits") {
    if (!number || (*number != 7 && *number != 8))
      return fail(Culprit::user, fmt::format("bits={} is neither 7 nor 8", value));
    origin.line.bits = *number;
  } else if (name == "stop") {
    if (!number || (*number != 1 && *number != 2))
      return fail(Culprit::user, fmt::format("stop={} is neither 1 nor 2", value));
    origin.line.stop_bits = *number;
  } else if (name == "parity") {
    if (value == "none") origin.line.parity = Line::Parity::none;
    else if (value == "even") origin.line.parity = Line::Parity::even;
    else if (value == "odd") origin.line.parity = Line::Parity::odd;
    else return fail(Culprit::user, fmt::format("parity={} is none of none, even and odd", value));
  } else {
    return fail(Culprit::user, fmt::format("a serial line has no \"{}\"; known are baud, bits, parity and stop", name));
  }
  return {};
}

base::Result<Origin> parse_serial(std::string_view text) {
  Origin origin;
  origin.via = Origin::Via::serial;
  origin.line.request = Line::Request::raised;
  const std::size_t mark = text.find('?');
  origin.target = text.substr(0, mark);
  if (!origin.target.starts_with('/') || origin.target.find('\0') != std::string::npos) {
    return fail(Culprit::user, fmt::format("\"{}\" is no serial device; write serial:/dev/ttyUSB0", origin.target));
  }
  std::string_view rest = mark == std::string_view::npos ? std::string_view{} : text.substr(mark + 1);
  while (!rest.empty()) {
    const std::string_view option = rest.substr(0, rest.find('&'));
    rest.remove_prefix(std::min(rest.size(), option.size() + 1));
    const std::size_t equals = option.find('=');
    if (auto done =
            set(origin, option.substr(0, equals), equals == std::string_view::npos ? "" : option.substr(equals + 1));
        !done) {
      return tl::unexpected(done.error());
    }
  }
  return origin;
}

/// An address of datagrams is a number, because what comes is compared with it.
base::Result<Origin> checked(Origin origin, std::string_view text) {
  if (origin.via != Origin::Via::datagrams) return origin;
  in_addr number{};
  if (::inet_pton(AF_INET, origin.host.c_str(), &number) != 1) {
    return fail(Culprit::user, fmt::format("\"{}\" needs an address such as 239.12.255.254 instead of a name", text));
  }
  if (number.s_addr == 0) origin.host.clear();
  return origin;
}

}  // namespace

base::Result<Origin> parse_origin(std::string_view text) {
  if (text.starts_with("serial:")) return parse_serial(text.substr(7));
  const std::size_t mark = text.find("://");
  const std::string_view name = text.substr(0, mark);
  for (const Scheme& scheme : schemes) {
    if (mark == std::string_view::npos || scheme.name != name) continue;
    std::string rest(text.substr(mark + 3));
    if (scheme.via == Origin::Via::datagrams && rest.starts_with(':')) rest = "0.0.0.0" + rest;
    const auto url = http::parse_url("http://" + rest);
    if (!url) return tl::unexpected(url.error());
    if (!url->credentials.empty()) {
      return fail(Culprit::user, "user and password do not belong into the address; they are options of their own");
    }
    const auto other = http::parse_url("https://" + rest);
    const bool said = other && other->port == url->port;  // else each has that of its scheme
    if (!said && scheme.port == 0)
      return fail(Culprit::user, fmt::format("\"{}\" lacks its port; write {}://address:port", text, name));
    const bool has_path = url->target != "/";
    if (has_path && scheme.via != Origin::Via::web_socket) {
      return fail(Culprit::user,
                  fmt::format("\"{}\" has a path, which nobody asks for there; write {}://address:port", text, name));
    }
    Origin origin;
    origin.via = scheme.via;
    origin.secure = scheme.secure;
    origin.host = url->host;
    origin.port = said ? url->port : scheme.port;
    if (scheme.via == Origin::Via::web_socket) origin.target = url->target;
    return checked(std::move(origin), text);
  }
  return fail(
      Culprit::user,
      fmt::format(
          "\"{}\" is no address to listen to; known are mqtt://, mqtts://, serial:, tcp://, udp://, ws:// and wss://",
          text.substr(0, 40)));
}

std::string authority(const Origin& origin) {
  const bool six = origin.host.find(':') != std::string::npos;
  return fmt::format("{}{}{}:{}", six ? "[" : "", origin.host, six ? "]" : "", origin.port);
}

std::string print(const Origin& origin) {
  if (origin.via == Origin::Via::serial) return origin.target;
  return fmt::format("{}://{}", scheme_of(origin), authority(origin));
}

}  // namespace shell
