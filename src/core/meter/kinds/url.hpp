// The URL source (spec/energy-sources §5.21): GET url/item answers a number with an optional unit.
//
// A kind of meter answers two questions without I/O: what shall I ask now? what does this reply mean?
#pragma once

#include <optional>
#include <string_view>

#include "core/config.hpp"
#include "core/site/reading.hpp"

namespace core::url {

/// What can be asked; it travels as AskMeter::ask.
enum class Item : std::uint8_t {
  consumption, generation, power, current_1, current_2, current_3, battery, battery_level,
};

/// Appends the questions that are due. The period runs from question to question, never in a burst after a pause.
void ask(MeterId id, const MeterConfig& meter, MeterState& state, Instant now, Actions& out);

/// Why a reply is no reading.
enum class Trouble : std::uint8_t { silent, absurd };

/// Takes over what a reply means, taken at the moment it was asked for: a finite number with its unit behind it or
/// none. Powers are within ±100 kW (W or kW), currents within ±1000 A (A or mA; §1.3), a level is 0…100 %.
[[nodiscard]] tl::expected<void, Trouble> take(const MeterAnswered& answer, MeterState& state);

}  // namespace core::url
