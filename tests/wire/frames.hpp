// Frames for tests: hexadecimal, the recorded corpus, and generators of everything the encoders take.
#pragma once

#include <rapidcheck.h>

#include <fstream>
#include <string>
#include <string_view>
#include <vector>

#include "wire/slip.hpp"
#include "wire/twc.hpp"

namespace frames {

using Bytes = std::vector<std::uint8_t>;

inline Bytes hex(std::string_view text) {
  Bytes bytes;
  std::string digits;
  for (const char c : text)
    if (c != ' ') digits += c;
  for (std::size_t i = 0; i + 1 < digits.size(); i += 2)
    bytes.push_back(static_cast<std::uint8_t>(std::stoi(digits.substr(i, 2), nullptr, 16)));
  return bytes;
}

inline Bytes bytes_of(const wire::FrameBytes& frame) {
  return {frame.begin(), frame.end()};
}
inline Bytes bytes_of(const wire::WireBytes& wire) {
  return {wire.begin(), wire.end()};
}

inline wire::FrameBytes bounded(const Bytes& bytes) {
  wire::FrameBytes out;
  for (const std::uint8_t byte : bytes) out.push_back(byte);
  return out;
}

/// Appends the checksum.
inline Bytes summed(Bytes body) {
  body.push_back(0);
  body.back() = wire::checksum(body);
  return body;
}

struct Recorded {
  std::string name;  ///< "V01"
  Bytes wire;        ///< with the stray bytes around it
};

/// tests/recordings/frames.txt
inline std::vector<Recorded> recorded() {
  std::ifstream file(std::string(TWC_SOURCE_DIR) + "/tests/recordings/frames.txt");
  std::vector<Recorded> all;
  std::string name;
  for (std::string line; std::getline(file, line);) {
    if (line.starts_with("# V")) name = line.substr(2, 3);
    else if (!line.empty() && line[0] != '#') all.push_back({name, hex(line)});
  }
  return all;
}

/// What a framer made of a stream.
struct Heard {
  std::vector<Bytes> frames;
  std::vector<wire::Refusal> refusals;
  bool operator==(const Heard&) const = default;
};

inline void feed(wire::Framer& framer, std::span<const std::uint8_t> bytes, Heard& heard) {
  framer.feed(
      bytes, [&](std::span<const std::uint8_t> frame) { heard.frames.emplace_back(frame.begin(), frame.end()); },
      [&](wire::Refusal refusal) { heard.refusals.push_back(refusal); });
}

inline Heard hear(const Bytes& stream) {
  wire::Framer framer;
  Heard heard;
  feed(framer, stream, heard);
  return heard;
}

template <class T>
T any() {
  return *rc::gen::arbitrary<T>();
}

inline base::UnitId any_id() {
  return {any<std::uint16_t>()};
}
inline base::Sign any_sign() {
  return {any<std::uint8_t>()};
}
inline base::Amps any_amps() {
  return base::Amps::grains(any<std::uint16_t>());
}
inline wire::Protocol any_protocol() {
  return any<bool>() ? wire::Protocol::one : wire::Protocol::two;
}

/// Up to `longest` bytes; the last is not zero, for zeros at the end are no text.
template <std::size_t room>
base::Text<room> any_text(std::size_t longest) {
  base::Text<room> text;
  const auto length = *rc::gen::inRange<std::size_t>(0, longest + 1);
  for (std::size_t i = 0; i < length; ++i) {
    const auto byte = any<std::uint8_t>();
    text.append(static_cast<char>(i + 1 == length && byte == 0 ? 1 : byte));
  }
  return text;
}

}  // namespace frames
