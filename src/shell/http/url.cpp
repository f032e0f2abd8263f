#include "shell/http/url.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cstddef>

#include "base/percent.hpp"

namespace shell::http {
namespace {

/// What may not stand in a request line is encoded; an existing percent sign stays.
std::string encoded_target(std::string_view target) {
  std::string out;
  for (const char c : target) {
    const bool plain = c > ' ' && c < 0x7F && c != '"' && c != '<' && c != '>' && c != '\\' && c != '^' && c != '`' &&
                       c != '{' && c != '|' && c != '}';
    if (plain) out += c;
    else fmt::format_to(std::back_inserter(out), "%{:02X}", static_cast<std::uint8_t>(c));
  }
  return out;
}

bool starts_with_word(std::string_view text, std::string_view lower_case) {
  return text.size() >= lower_case.size() &&
         std::equal(lower_case.begin(), lower_case.end(), text.begin(),
                    [](char l, char t) { return l == (t >= 'A' && t <= 'Z' ? static_cast<char>(t - 'A' + 'a') : t); });
}

/// Whether a query parameter of this name is likely to hold what nobody else should see.
bool is_secret_name(std::string_view name) {
  std::string lower;
  for (const char c : name) lower += c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  constexpr std::array words{"token", "key", "pass", "pwd", "secret", "auth", "session", "sid", "code", "sig"};
  return std::any_of(words.begin(), words.end(),
                     [&](const char* word) { return lower.find(word) != std::string::npos; });
}

std::string without_secret_values(std::string_view query) {
  std::string out;
  while (true) {
    const auto end = query.find('&');
    const auto item = query.substr(0, end);
    const auto equal = item.find('=');
    if (equal != std::string_view::npos && is_secret_name(item.substr(0, equal))) {
      out += item.substr(0, equal + 1);
      out += "…";
    } else {
      out += item;
    }
    if (end == std::string_view::npos) return out;
    out += '&';
    query.remove_prefix(end + 1);
  }
}

base::Result<std::uint16_t> parse_port(std::string_view text) {
  std::uint32_t port = 0;
  for (const char c : text) {
    if (c < '0' || c > '9' || port > 65535) port = 70'000;
    else port = port * 10 + static_cast<std::uint32_t>(c - '0');
  }
  if (port == 0 || port > 65535) {
    return base::fail(base::Culprit::user,
                      fmt::format("\"{}\" is not a port; a port is a number from 1 to 65535", text));
  }
  return static_cast<std::uint16_t>(port);
}

base::Result<void> parse_host(std::string_view text, Url& url) {
  std::string_view port;
  if (text.starts_with('[')) {
    const auto close = text.find(']');
    if (close == std::string_view::npos)
      return base::fail(base::Culprit::user, "the address lacks its closing bracket ]");
    url.host = text.substr(1, close - 1);
    port = text.substr(close + 1);
    if (!port.empty() && port.front() != ':') return base::fail(base::Culprit::user, "after ] only :port may follow");
  } else {
    const auto colon = text.find(':');
    url.host = text.substr(0, colon);
    if (colon != std::string_view::npos) port = text.substr(colon);
  }
  if (url.host.empty()) return base::fail(base::Culprit::user, "the address names no host");
  const bool odd = std::any_of(url.host.begin(), url.host.end(), [](char c) {
    const auto byte = static_cast<unsigned char>(c);
    return byte <= ' ' || byte >= 0x7F || c == '"' || c == '<' || c == '\\';
  });
  if (odd || url.host.size() > 253)
    return base::fail(base::Culprit::user, "the host name contains characters that no name has");
  if (port.size() > 1) url.port = TRY(parse_port(port.substr(1)));
  return {};
}

}  // namespace

std::string base64(std::string_view bytes) {
  constexpr std::string_view letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  std::string out;
  for (std::size_t i = 0; i < bytes.size(); i += 3) {
    std::uint32_t group = 0;
    const std::size_t count = std::min<std::size_t>(3, bytes.size() - i);
    for (std::size_t j = 0; j < 3; ++j) group = group << 8 | (j < count ? static_cast<std::uint8_t>(bytes[i + j]) : 0U);
    for (std::size_t j = 0; j < 4; ++j) out += j <= count ? letters[group >> (18 - 6 * j) & 63U] : '=';
  }
  return out;
}

std::string Url::authority() const {
  const bool six = host.find(':') != std::string::npos;
  std::string text = six ? fmt::format("[{}]", host) : host;
  if (port != (secure ? 443 : 80)) fmt::format_to(std::back_inserter(text), ":{}", port);
  return text;
}

base::Result<Url> parse_url(std::string_view text) {
  constexpr std::string_view blanks = " \t\r\n";
  text.remove_prefix(std::min(text.find_first_not_of(blanks), text.size()));
  text.remove_suffix(text.size() - std::min(text.find_last_not_of(blanks) + 1, text.size()));
  Url url;
  url.secure = starts_with_word(text, "https://");
  if (!url.secure && !starts_with_word(text, "http://")) {
    return base::fail(base::Culprit::user, "an address begins with http:// or https://");
  }
  if (url.secure) url.port = 443;
  text.remove_prefix(url.secure ? 8 : 7);
  text = text.substr(0, text.find('#'));
  const auto host_end = std::min(text.find_first_of("/?"), text.size());
  std::string_view host = text.substr(0, host_end);
  const std::string_view target = text.substr(host_end);
  if (const auto at = host.rfind('@'); at != std::string_view::npos) {
    url.credentials = base64(base::percent_decoded(host.substr(0, at)));
    host.remove_prefix(at + 1);
  }
  TRY(parse_host(host, url).map([] { return 0; }));
  url.target = encoded_target(target);
  if (!url.target.starts_with('/')) url.target.insert(url.target.begin(), '/');
  return url;
}

std::string harmless(std::string_view url) {
  const std::size_t host = url.find("://");
  if (host == std::string_view::npos) return std::string{url};
  const std::size_t query = url.find('?');
  const std::string_view place = url.substr(0, query);
  const std::size_t at = place.substr(0, place.find('/', host + 3)).rfind('@');
  std::string out = at == std::string_view::npos ? std::string{place}
                                                 : fmt::format("{}…{}", url.substr(0, host + 3), place.substr(at));
  if (query != std::string_view::npos) out += "?" + without_secret_values(url.substr(query + 1));
  return out;
}

std::string origin_of(std::string_view text) {
  const auto url = parse_url(text);
  if (!url) return "an address that cannot be read";
  return fmt::format("{}://{}{}", url->secure ? "https" : "http", url->authority(), url->target == "/" ? "" : "/…");
}

base::Result<Url> follow(const Url& from, std::string_view location) {
  if (starts_with_word(location, "http://") || starts_with_word(location, "https://")) {
    Url next = TRY(parse_url(location));
    if (next.credentials.empty() && next.host == from.host && next.port == from.port)
      next.credentials = from.credentials;
    return next;
  }
  if (location.starts_with("//")) return follow(from, fmt::format("{}:{}", from.secure ? "https" : "http", location));
  location = location.substr(0, location.find('#'));
  if (location.empty()) return base::fail(base::Culprit::device, "the answer redirects to nowhere");
  if (location.substr(0, location.find_first_of("/?")).find(':') != std::string_view::npos)
    return base::fail(base::Culprit::device, "it begins neither with http:// nor with https://");
  Url next = from;
  const std::string_view path = std::string_view(from.target).substr(0, from.target.find('?'));
  if (location.starts_with('/')) next.target = encoded_target(location);
  else if (location.starts_with('?')) next.target = fmt::format("{}{}", path, encoded_target(location));
  else next.target = fmt::format("{}{}", path.substr(0, path.rfind('/') + 1), encoded_target(location));
  return next;
}

}  // namespace shell::http
