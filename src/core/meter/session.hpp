// What a source's rounds need to know of its questions: what they need, what they have taught, and how long that holds.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/door.hpp"
#include "core/meter/template.hpp"
#include "core/meter/understand.hpp"

namespace core::meter {

/// Whether everything `{…}` in the question is known.
[[nodiscard]] bool is_ready(const Template& kind, std::uint8_t question, const Options& learned);
/// Whether it is worth asking: something is read from it, or it teaches what is not known yet.
[[nodiscard]] bool is_needed(const Template& kind, std::uint8_t question, const Options& learned);
/// Whether a number or a test is read from its answer.
[[nodiscard]] bool is_read(const Template& kind, std::uint8_t question);
/// Whether that number follows from its answer.
[[nodiscard]] bool uses(const Template& kind, const Gives& gives, std::uint8_t question);
/// Whether all numbers that are read from it are such that many devices of the kind lack them.
[[nodiscard]] bool tells_only_extras(const Template& kind, std::uint8_t question);
/// `{name}` replaced, percent-encoded in the address.
[[nodiscard]] What with_learned(What what, const Options& learned);

/// Whether one need not log in before the next round.
[[nodiscard]] bool session_holds(const Access& access, const Options& learned, std::optional<Instant> since, Now now);
/// Drops what the questions of the session taught, but for what opens the next one (Learns::first).
void forget_session(const Template& kind, Options& learned);
/// Adds what is known before anything was learned.
void begin_with(const Template& kind, Options& learned);
/// Whether everything is known that the questions of the session teach.
[[nodiscard]] bool knows_session(const Template& kind, const Options& learned);
/// When a JSON Web Token says that it ends (its `exp`); nothing when it says nothing.
[[nodiscard]] std::optional<WallTime> end_of_token(std::string_view jwt);

/// Replaces the cookie of that name; one without a value is dropped.
void keep_cookie(std::vector<std::string>& cookies, std::string_view cookie);
void keep_amount(Amounts& amounts, Amount amount);

/// A stamp as an answer writes it.
struct Stamped {
  std::string text;
  Duration age{};      ///< by the wall clock; negative when its clock is ahead
  bool is_age = false; ///< it tells its age itself
};
/// Nothing where the answer has none, or writes it differently.
[[nodiscard]] std::optional<Stamped> stamp_in(const Stamp& stamp, const Content& content, WallTime wall);

}  // namespace core::meter
