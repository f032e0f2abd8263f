// Datagrams of SMA's Energy Meter and Sunny Home Manager (Speedwire, spec/energy-sources §6.1a).
//
// All of them are sent once a second, unasked, to everybody. A header says from whom; then come blocks: which
// measurement, of which type (4 momentary, 8 a counter) and tariff, and its number. What a number is worth is said
// elsewhere: 0.1 W, mA …
#pragma once

#include <string_view>

#include "base/result.hpp"
#include "wire/tree.hpp"

namespace wire {

/// Whether bytes are a meter's datagram (protocol 6069). SMA's inverters and their plant send others to the same port,
/// which are nothing to be worried about.
[[nodiscard]] bool is_speedwire_reading(std::string_view datagram);

/// An object with these members, numbers as they stand there:
///     serial, susy      of the device, and what kind it is
///     ticker            its clock in milliseconds, from 0 again after 49 days
///     firmware          "2.3.4.R"
///     1.4.0             measurement, type and tariff: the number of the block ("144:…" with another channel than 0)
/// A block of unknown type ends it: what follows cannot be found. The fault says what is there instead, or that it was
/// cut.
[[nodiscard]] base::Result<Tree> read_speedwire(std::string_view datagram);

}  // namespace wire
