// HTTP as a server reads and writes it, by hand: what is asked, who asks, and the ways in which one can answer.
#pragma once

#include <fmt/format.h>
#include <openssl/evp.h>

#include <boost/beast/zlib/deflate_stream.hpp>
#include <boost/crc.hpp>
#include <map>
#include <optional>
#include <set>

#include "app/meters/zoo/wires.hpp"
#include "base/percent.hpp"
#include "base/random.hpp"
#include "core/meter/braces.hpp"
#include "core/meter/template.hpp"

namespace zoo {

// --- Requests -------------------------------------------------------------------------------------------------------

struct Request {
  std::string verb, target, body;
  std::vector<std::pair<std::string, std::string>> headers;  ///< names in small letters

  [[nodiscard]] bool has(std::string_view name, std::string_view value) const {
    return std::find(headers.begin(), headers.end(), std::pair{std::string(name), std::string(value)}) != headers.end();
  }
  [[nodiscard]] std::string header(std::string_view name) const {
    for (const auto& [is, value] : headers) {
      if (is == name) return value;
    }
    return {};
  }
  [[nodiscard]] std::string text() const {
    std::string all = verb + " " + target + "\n";
    for (const auto& [name, value] : headers) all += name + ": " + value + "\n";
    return all + "\n" + body;
  }
};

inline std::string in_small(std::string_view text) {
  std::string out{text};
  std::transform(out.begin(), out.end(), out.begin(), [](unsigned char c) { return std::tolower(c); });
  return out;
}

/// Nothing when the connection has ended.
inline std::optional<Request> read_request(Wire& wire) {
  const std::string head = wire.take_until("\r\n\r\n");
  if (head.empty()) return std::nullopt;
  Request request;
  std::size_t at = head.find("\r\n");
  const std::string first = head.substr(0, at);
  request.verb = first.substr(0, first.find(' '));
  request.target = first.substr(request.verb.size() + 1, first.rfind(' ') - request.verb.size() - 1);
  for (at += 2; head.compare(at, 2, "\r\n") != 0;) {
    const std::size_t end = head.find("\r\n", at), colon = head.find(':', at);
    std::size_t value = colon + 1;
    while (head[value] == ' ') ++value;
    request.headers.emplace_back(in_small(head.substr(at, colon - at)), head.substr(value, end - value));
    at = end + 2;
  }
  const std::string length = request.header("content-length");
  if (!length.empty()) request.body = wire.take(std::stoul(length));
  return request;
}

/// What stands for names in a text that else is the same; nothing: it is another one.
inline std::optional<core::meter::Options> captured(std::string_view pattern, std::string_view text,
                                                    const std::set<std::string, std::less<>>& names) {
  struct Piece {
    std::string words;
    bool is_name = false;
  };
  std::vector<Piece> pieces;
  const auto plain = [&](std::string_view words) {
    if (pieces.empty() || pieces.back().is_name) pieces.emplace_back();
    pieces.back().words += words;
  };
  core::meter::walk_names(
      pattern,
      [&](char c) {
        plain({&c, 1});
      },
      [&](std::string_view name) {
        if (names.contains(name)) pieces.push_back({std::string(name), true});
        else plain("{" + std::string(name) + "}");
      });
  core::meter::Options found;
  for (std::size_t i = 0; i < pieces.size(); ++i) {
    std::size_t length = pieces[i].words.size();
    if (!pieces[i].is_name && !text.starts_with(pieces[i].words)) return std::nullopt;
    if (pieces[i].is_name) {
      length = i + 1 < pieces.size() ? text.find(pieces[i + 1].words) : text.size();
      if (length == std::string_view::npos) return std::nullopt;
      found.insert_or_assign(pieces[i].words, std::string(text.substr(0, length)));
    }
    text.remove_prefix(length);
  }
  return text.empty() ? std::optional{found} : std::nullopt;
}

// --- Digest (RFC 7616) ----------------------------------------------------------------------------------------------

inline std::string hash_of(const EVP_MD* algorithm, const std::string& text) {
  unsigned char sum[EVP_MAX_MD_SIZE];
  unsigned size = 0;
  EVP_Digest(text.data(), text.size(), sum, &size, algorithm, nullptr);
  std::string digits;
  for (unsigned i = 0; i < size; ++i) digits += fmt::format("{:02x}", sum[i]);
  return digits;
}

/// Whoever is to know a password without saying it.
struct Digest {
  std::string user, password;
  bool modern = false;  ///< SHA-256, else MD5
  [[nodiscard]] const EVP_MD* algorithm() const { return modern ? EVP_sha256() : EVP_md5(); }
  [[nodiscard]] std::string challenge() const {
    return fmt::format("WWW-Authenticate: Digest realm=\"zoo\", nonce=\"n0nce\", qop=\"auth\", algorithm={}\r\n",
                       modern ? "SHA-256" : "MD5");
  }
  [[nodiscard]] bool is_met_by(const Request& request) const {
    const std::string given = request.header("authorization");
    if (!given.starts_with("Digest ")) return false;
    const auto part = [&](const std::string& name) {
      std::size_t at = given.find(" " + name + "=");
      if (at == std::string::npos) return std::string{};
      at += name.size() + 2;
      const bool quoted = given[at] == '"';
      return quoted ? given.substr(at + 1, given.find('"', at + 1) - at - 1)
                    : given.substr(at, given.find_first_of(", ", at) - at);
    };
    const std::string who = hash_of(algorithm(), user + ":zoo:" + password);
    const std::string what = hash_of(algorithm(), request.verb + ":" + part("uri"));
    const std::string right =
        hash_of(algorithm(), who + ":n0nce:" + part("nc") + ":" + part("cnonce") + ":auth:" + what);
    return part("nonce") == "n0nce" && part("uri") == request.target && part("response") == right;
  }
};

// --- Answers --------------------------------------------------------------------------------------------------------

inline std::string head_of(int status, const std::string& headers, std::size_t size) {
  return fmt::format("HTTP/1.1 {} Said\r\n{}Content-Length: {}\r\n\r\n", status, headers, size);
}
inline std::string answer_of(int status, const std::string& headers, const std::string& body) {
  return head_of(status, headers, body.size()) + body;
}

/// RFC 1952, really packed.
inline std::string gzip(const std::string& text) {
  namespace zlib = boost::beast::zlib;
  zlib::deflate_stream stream;
  std::string out(stream.upper_bound(text.size()) + 64, '\0');
  zlib::z_params state;
  state.next_in = text.data();
  state.avail_in = text.size();
  state.next_out = out.data();
  state.avail_out = out.size();
  boost::system::error_code error;
  stream.write(state, zlib::Flush::finish, error);
  out.resize(out.size() - state.avail_out);
  boost::crc_32_type sum;
  sum.process_bytes(text.data(), text.size());
  const auto little = [](std::uint32_t number) {
    std::string bytes;
    for (int i = 0; i < 4; ++i) bytes += static_cast<char>(number >> (8 * i));
    return bytes;
  };
  const std::string head{"\x1F\x8B\x08\0\0\0\0\0\0\x03", 10};
  return head + out + little(sum.checksum()) + little(static_cast<std::uint32_t>(text.size()));
}

/// In pieces of any size, with what RFC 9112 allows beside them. False when nobody reads any more.
inline bool put_chunked(Wire& wire, const std::string& headers, std::string_view body, base::Random& random) {
  if (!wire.put("HTTP/1.1 200 Said\r\n" + headers + "Transfer-Encoding: chunked\r\n\r\n")) return false;
  while (!body.empty()) {
    const auto size = static_cast<std::size_t>(random.between(std::int64_t{1}, 40));
    const std::string_view piece = body.substr(0, size);
    if (!wire.put(fmt::format("{:X};zoo=1\r\n", piece.size())) || !wire.put(piece) || !wire.put("\r\n")) return false;
    body.remove_prefix(piece.size());
  }
  return wire.put("0\r\nX-Checked: yes\r\n\r\n");
}

/// A byte now and then, until it is all, or nobody reads any more.
inline void put_slowly(Wire& wire, std::string_view bytes, std::chrono::milliseconds all) {
  const auto each = std::chrono::microseconds(all) / static_cast<std::int64_t>(bytes.size());
  for (const char c : bytes) {
    if (!wire.put({&c, 1})) return;
    std::this_thread::sleep_for(each);
  }
}

}  // namespace zoo
