// The gate of the bus: what is not on this list cannot leave (spec/twc-protocol §2.1, §2.4, §2.11).
//
// The lowest function of every transport takes an `Outgoing` and nothing else, and only `permit` makes one, after it
// has compared the raw bytes with the list and clamped nothing: a value that is not allowed is refused, not repaired.
#pragma once

#include <cstdint>
#include <optional>
#include <span>

#include "wire/slip.hpp"
#include "wire/twc.hpp"

namespace wire {

enum class Role : std::uint8_t { listener, master, slave };

/// What this installation may say.
struct Permission {
  Role role = Role::listener;
  Amps least = Amps::whole(5);  ///< smallest limit that is not zero: 5 A on P1, 6 A on P2 (§4.2)
  Amps most{};                  ///< largest limit: min(configured, hardware), below 128 A (§2.4)
  bool relay_orders = false;    ///< FC B1, FC B2: only with the user's consent (§2.8)
};

/// Bytes that may be written to the bus. Only `permit` makes one.
class Outgoing {
 public:
  [[nodiscard]] std::span<const std::uint8_t> bytes() const { return {wire_.begin(), wire_.size()}; }

 private:
  friend std::optional<Outgoing> permit(const FrameBytes&, const Permission&);
  explicit Outgoing(const WireBytes& wire) : wire_(wire) {}
  WireBytes wire_;
};

/// The frame as it leaves, or nothing where the list forbids it. Frames have the length that `encode` gives them, a
/// right checksum and zeros wherever nothing is described.
///   master    FC E1, FB E2  amps 0 or up to `most`
///             FB E0         order 00 without amps; order 05, and on P2 (16 bytes) 09, with amps 0 or in [least, most].
///                           Whatever `least` and `most` say, 5 A on P1, 6 A on P2 and 128 A bound them
///             FB EB, EC, ED, EE, EF, F1, B4: the queries with ids
///             FC B1, FC B2  with `relay_orders`
///   slave     FD E2, FD E0 (a state up to 0F), FD EB
///   listener  nothing
[[nodiscard]] std::optional<Outgoing> permit(const FrameBytes& frame, const Permission& permission);

}  // namespace wire
