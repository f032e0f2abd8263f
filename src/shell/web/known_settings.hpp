// The keys of settings.json that people and programs may set, each with what it takes (spec/config.md §11).
//
// The problem: the original stored whatever anybody sent, as text, and fell over it later. The idea: one row for each key;
// a value is understood and stored as what it is, or refused with a sentence that names the key and the range. Keys that
// nobody knows are stored as text, because scripts keep their own things there; keys that the program keeps itself are
// refused with the address at which they are changed.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <span>
#include <string_view>

#include "base/result.hpp"
#include "core/config.hpp"

namespace shell::web {

struct KnownSetting {
  enum class Takes : std::uint8_t {
    number,
    whole,
    on_off,   ///< stored as 1 and 0
    word,     ///< one of `choices`
    text,
    secret,   ///< a text that is never told again
    nothing,  ///< kept by the program; `choices` says where it is changed
  };
  std::string_view key;
  Takes takes = Takes::nothing;
  double least = 0;
  double most = 0;
  std::string_view choices{};   ///< with blanks between them
  std::string_view meaning{};
};

[[nodiscard]] std::span<const KnownSetting> known_settings();
/// Null: nobody knows it.
[[nodiscard]] const KnownSetting* known_setting(std::string_view key);

inline constexpr std::size_t longest_setting = 4096;   ///< bytes of a text
inline constexpr std::size_t longest_key = 64;

/// `value` as it is to be stored for this key, as JSON: numbers may come as text, switches as "on". A fault (user) says
/// what is wrong with it, in one sentence with the key's name. A rate above the circuit is refused.
[[nodiscard]] base::Result<std::string> setting_as_json(std::string_view key, const nlohmann::ordered_json& value, const core::Config& config);

}  // namespace shell::web
