#include "core/meter/option.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

#include "base/percent.hpp"
#include "core/meter/number.hpp"

namespace core::meter {
namespace {

bool is_control(char c) {
  return static_cast<unsigned char>(c) < 0x20 || c == 0x7F;
}

bool is_port(std::string_view text) {
  int port = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), port);
  return error == std::errc{} && end == text.data() + text.size() && port >= 1 && port <= 65535;
}

std::string wrong_with_host(std::string_view host, bool has_port) {
  if (host.find("://") != std::string_view::npos || host.find('/') != std::string_view::npos)
    return fmt::format("is \"{}\"; write the name or the address alone, without http:// and without a path", host);
  if (is_ipv6(host)) return {};
  std::string_view name = host, port;
  if (host.front() == '[') {
    const std::size_t end = host.find(']');
    if (end == std::string_view::npos || !is_ipv6(host.substr(1, end - 1)))
      return fmt::format("is \"{}\", which is no address of IPv6 in brackets", host);
    name = "ipv6";
    port = host.substr(end + 1);
  } else if (const std::size_t colon = host.find(':'); colon != std::string_view::npos) {
    name = host.substr(0, colon);
    port = host.substr(colon);
  }
  const bool named =
      !name.empty() && std::all_of(name.begin(), name.end(), [](char c) { return base::is_unreserved(c) && c != '~'; });
  if (!named) return fmt::format("is \"{}\", which is no name and no address of a host", host);
  if (!port.empty() && has_port)
    return fmt::format("is \"{}\"; write the port into the option that is there for it", host);
  if (!port.empty() && !is_port(port.substr(1)))
    return fmt::format("is \"{}\", where no port stands behind the colon", host);
  return {};
}

}  // namespace

std::optional<bool> truth_of(std::string_view text) {
  for (const std::string_view yes : {"yes", "true", "on", "1", "Yes", "True", "On", "YES", "TRUE", "ON"}) {
    if (text == yes) return true;
  }
  for (const std::string_view no : {"no", "false", "off", "0", "No", "False", "Off", "NO", "FALSE", "OFF"}) {
    if (text == no) return false;
  }
  return std::nullopt;
}

bool is_ipv6(std::string_view host) {
  return std::count(host.begin(), host.end(), ':') > 1 && host.front() != '[' &&
         host.find_first_not_of("0123456789abcdefABCDEF:.") == std::string_view::npos;
}

std::string objection(const Option& option, std::string_view value, bool has_port) {
  const std::string got = option.secret ? "something else" : fmt::format("\"{}\"", value);
  if (std::any_of(value.begin(), value.end(), is_control))
    return "contains a line break or another control character; remove it";
  if (value.empty()) return {};
  switch (option.type) {
    case Option::Type::text:
    case Option::Type::growatt_password: return {};
    case Option::Type::host: return wrong_with_host(value, has_port);
    case Option::Type::port: return is_port(value) ? "" : fmt::format("is {}, not a port from 1 to 65535", got);
    case Option::Type::number: return number_of(value) ? "" : fmt::format("is {}, not a number", got);
    case Option::Type::yes_no: return truth_of(value) ? "" : fmt::format("is {}, not yes or no", got);
    case Option::Type::device:
      return value.front() == '/' ? "" : fmt::format("is {}, not the path of a device as in /dev/ttyUSB0", got);
  }
  return {};
}

std::string any_value(const Option& option) {
  switch (option.type) {
    case Option::Type::text:
    case Option::Type::growatt_password: return "some-text";
    case Option::Type::host: return "192.0.2.1";
    case Option::Type::port: return "80";
    case Option::Type::number: return "1";
    case Option::Type::yes_no: return "yes";
    case Option::Type::device: return "/dev/null";
  }
  return {};
}

bool is_unit(std::string_view text) {
  int unit = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), unit);
  return error == std::errc{} && end == text.data() + text.size() && unit >= 0 && unit <= 255;
}

bool has_port(const Template& kind) {
  return std::any_of(kind.options.begin(), kind.options.end(),
                     [](const Option& each) { return each.type == Option::Type::port; });
}

}  // namespace core::meter
