// Any bytes on the bus: the framer hears the same however they are cut and finds the next frame again, and whatever has
// a meaning keeps it when it is encoded and decoded once more.
#pragma once

#include <span>
#include <type_traits>
#include <vector>

#include "base/result.hpp"
#include "wire/slip.hpp"
#include "wire/twc.hpp"

namespace fuzz {

using Bytes = std::span<const std::uint8_t>;

/// What a framer said, in order; a refusal is an empty frame and its reason.
struct Heard {
  std::vector<std::uint8_t> frame;
  wire::Refusal refusal = wire::Refusal::length_or_checksum;
  bool operator==(const Heard&) const = default;
};

inline void feed(wire::Framer& framer, Bytes bytes, std::vector<Heard>& heard) {
  framer.feed(
      bytes,
      [&](Bytes frame) {
        heard.push_back({{frame.begin(), frame.end()}, {}});
      },
      [&](wire::Refusal refusal) {
        heard.push_back({{}, refusal});
      });
}

inline void keeps_its_meaning(Bytes frame) {
  const auto meaning = wire::decode(frame);
  if (!meaning) {
    base::check(meaning.error() == wire::Refusal::length_or_checksum || meaning.error() == wire::Refusal::unknown_type,
                "a framed piece is refused for its length, checksum or type");
    return;
  }
  base::check(!wire::print(*meaning).empty(), "every frame prints");
  std::visit(
      [](const auto& value) {
        using Value = std::decay_t<decltype(value)>;
        if constexpr (!std::is_same_v<Value, wire::Dangerous>) {
          const wire::FrameBytes encoded = wire::encode(value);
          const auto again = wire::decode({encoded.begin(), encoded.size()});
          base::check(again.has_value() && std::holds_alternative<Value>(*again) && std::get<Value>(*again) == value,
                      "a meaning survives encoding");
        }
      },
      *meaning);
}

inline void framer(Bytes bytes) {
  wire::Framer at_once, one_by_one;
  std::vector<Heard> heard, heard_singly;
  feed(at_once, bytes, heard);
  for (std::size_t i = 0; i < bytes.size(); ++i) feed(one_by_one, bytes.subspan(i, 1), heard_singly);
  base::check(heard == heard_singly, "it does not matter how a stream is cut");
  base::check(at_once.inside() == one_by_one.inside(), "it does not matter how a stream is cut");

  for (const Heard& each : heard) {
    if (each.frame.empty()) continue;
    base::check(each.frame.size() >= wire::shortest_frame && each.frame.size() <= wire::longest_frame,
                "a frame is as long as a frame");
    keeps_its_meaning(each.frame);
    const wire::WireBytes wire = wire::escape(each.frame);
    wire::Framer fresh;
    std::vector<Heard> echo;
    feed(fresh, {wire.begin(), wire.size()}, echo);
    base::check(echo.size() == 1 && echo.front() == each, "what was heard can be said again");
  }

  const wire::FrameBytes good = wire::encode(wire::MasterHeartbeat{});
  const wire::WireBytes wire = wire::escape({good.begin(), good.size()});
  heard.clear();
  for (int i = 0; i < 2; ++i) feed(at_once, {wire.begin(), wire.size()}, heard);
  base::check(!heard.empty() && heard.back().frame == std::vector<std::uint8_t>(good.begin(), good.end()),
              "after any garbage the second frame is heard");
  // The bytes as one frame, without the framer's limits.
  if (bytes.size() <= 64) keeps_its_meaning(bytes.size() > wire::longest_frame ? bytes.first(24) : bytes);
}

}  // namespace fuzz
