#include "shell/http/gate.hpp"

#include <arpa/inet.h>

#include <algorithm>
#include <array>

namespace shell::http {
namespace {

char lower(char c) {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

}  // namespace

bool same(std::string_view a, std::string_view b) {
  return a.size() == b.size() &&
         std::equal(a.begin(), a.end(), b.begin(), [](char x, char y) { return lower(x) == lower(y); });
}

std::string_view trimmed(std::string_view text) {
  while (!text.empty() && (text.front() == ' ' || text.front() == '\t')) text.remove_prefix(1);
  while (!text.empty() && (text.back() == ' ' || text.back() == '\t')) text.remove_suffix(1);
  return text;
}

namespace {

bool ends_with(std::string_view text, std::string_view end) {
  return text.size() > end.size() && same(text.substr(text.size() - end.size()), end);
}

bool digits(std::string_view text) {
  return !text.empty() && std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
}

bool is_ipv4(std::string_view text) {
  int parts = 0;
  while (true) {
    const auto dot = text.find('.');
    const auto part = text.substr(0, dot);
    if (!digits(part) || part.size() > 3) return false;
    ++parts;
    if (dot == std::string_view::npos) return parts == 4;
    text.remove_prefix(dot + 1);
  }
}

/// The name or address without its port; nothing when the port is no number or an address is not closed.
std::optional<std::string_view> without_port(std::string_view host) {
  std::size_t name_end = host.find(':');
  if (host.starts_with('[')) {
    const auto close = host.find(']');
    if (close == std::string_view::npos) return std::nullopt;
    name_end = close + 1;
  }
  if (name_end == std::string_view::npos || name_end == host.size()) return host;
  const auto port = host.substr(name_end);
  if (port.front() != ':' || (port.size() > 1 && !digits(port.substr(1)))) return std::nullopt;
  return host.substr(0, name_end);
}

}  // namespace

bool host_is_ours(std::string_view host, std::string_view machine, std::span<const std::string> names) {
  const auto found = without_port(trimmed(host));
  if (!found || found->empty()) return false;
  std::string_view name = *found;
  if (name.front() == '[') {
    const auto address = name.substr(1, name.find_first_of("%]") - 1);
    return address.find(':') != std::string_view::npos &&
           address.find_first_not_of("0123456789abcdefABCDEF:.") == std::string_view::npos;
  }
  if (name.back() == '.') name.remove_suffix(1);
  const bool plain = std::all_of(name.begin(), name.end(), [](char c) {
    return (c >= '0' && c <= '9') || (lower(c) >= 'a' && lower(c) <= 'z') || c == '-' || c == '_' || c == '.';
  });
  if (!plain || name.empty()) return false;
  if (is_ipv4(name) || name.find('.') == std::string_view::npos) return true;
  if (ends_with(name, ".localhost") || ends_with(name, ".local") || same(name, machine)) return true;
  return std::any_of(names.begin(), names.end(), [name](const std::string& ours) { return same(name, ours); });
}

bool comes_from_elsewhere(std::string_view host, std::optional<std::string_view> origin,
                          std::optional<std::string_view> fetch_site) {
  if (fetch_site) return !same(*fetch_site, "same-origin") && !same(*fetch_site, "none");
  if (!origin) return false;
  // The scheme may differ: a proxy in front of us may speak TLS.
  const auto scheme = origin->find("://");
  return scheme == std::string_view::npos || !same(origin->substr(scheme + 3), trimmed(host));
}

Asker asker(std::string_view host, std::optional<std::string_view> origin, std::optional<std::string_view> fetch_site) {
  if (!origin && !fetch_site) return Asker::unsaid;
  if (comes_from_elsewhere(host, origin, fetch_site)) return Asker::elsewhere;
  return fetch_site && !same(*fetch_site, "same-origin") ? Asker::unsaid : Asker::our_page;
}

std::string plain_address(std::string_view text) {
  std::array<unsigned char, sizeof(in6_addr)> bytes{};
  std::array<char, INET6_ADDRSTRLEN> name{};
  const std::string given{trimmed(text)};
  if (::inet_pton(AF_INET, given.c_str(), bytes.data()) == 1)
    return ::inet_ntop(AF_INET, bytes.data(), name.data(), name.size());
  if (::inet_pton(AF_INET6, given.c_str(), bytes.data()) != 1) return {};
  constexpr std::array<unsigned char, 12> mapped{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xFF, 0xFF};
  if (std::equal(mapped.begin(), mapped.end(), bytes.begin()))
    return ::inet_ntop(AF_INET, bytes.data() + mapped.size(), name.data(), name.size());
  return ::inet_ntop(AF_INET6, bytes.data(), name.data(), name.size());
}

std::string_view cookie(std::string_view cookies, std::string_view name) {
  while (!cookies.empty()) {
    const auto semicolon = cookies.find(';');
    const auto item = trimmed(cookies.substr(0, semicolon));
    cookies = semicolon == std::string_view::npos ? std::string_view{} : cookies.substr(semicolon + 1);
    if (item.size() > name.size() && item.starts_with(name) && item[name.size()] == '=')
      return item.substr(name.size() + 1);
  }
  return {};
}

std::string_view path_of(std::string_view target) {
  if (const auto scheme = target.find("://"); scheme != std::string_view::npos && !target.starts_with('/')) {
    const auto slash = target.find('/', scheme + 3);
    target = slash == std::string_view::npos ? std::string_view("/") : target.substr(slash);
  }
  target = target.substr(0, target.find_first_of("?#"));
  if (!target.starts_with('/')) return {};
  if (target.size() > 1 && target.back() == '/') target.remove_suffix(1);
  return target;
}

std::string_view query_of(std::string_view target) {
  target = target.substr(0, target.find('#'));
  const auto mark = target.find('?');
  return mark == std::string_view::npos ? std::string_view{} : target.substr(mark + 1);
}

bool takes_gzip(std::string_view accept_encoding) {
  while (!accept_encoding.empty()) {
    const auto comma = accept_encoding.find(',');
    const auto item = accept_encoding.substr(0, comma);
    accept_encoding = comma == std::string_view::npos ? std::string_view{} : accept_encoding.substr(comma + 1);
    const auto semicolon = item.find(';');
    if (!same(trimmed(item.substr(0, semicolon)), "gzip")) continue;
    if (semicolon == std::string_view::npos) return true;
    const auto weight = trimmed(item.substr(semicolon + 1));
    return weight.find_first_of("123456789", weight.find('=')) != std::string_view::npos;
  }
  return false;
}

}  // namespace shell::http
