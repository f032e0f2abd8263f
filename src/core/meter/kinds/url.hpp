// The URL source (spec/energy-sources §5.21): GET url/item answers a number with an optional unit.
//
// A kind of meter answers two questions without I/O: what shall I ask now? what does this reply mean?
#pragma once

#include <optional>
#include <string_view>

#include "core/config.hpp"
#include "core/site/reading.hpp"

namespace core::url {

/// The two things that can be asked; they travel as AskMeter::ask.
enum class Item : std::uint8_t { consumption, generation };

/// Appends the questions that are due. The period runs from question to question, never in a burst after a pause.
void ask(MeterId id, const MeterConfig& meter, MeterState& state, Instant now, Actions& out);

/// Why a reply is no reading.
enum class Trouble : std::uint8_t { silent, absurd };

/// The power a reply means: a finite number within ±100 kW (§1.3) with nothing, W or kW behind it.
[[nodiscard]] tl::expected<Watts, Trouble> meaning(const MeterAnswered& answer);

}  // namespace core::url
