// What programs show to be let in: long random texts, each with a name, a role and an end when somebody revokes it.
//
// Of a token only its digest is kept: it is random, so nobody can guess it back, and it is shown once, when it is made.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.hpp"
#include "base/time.hpp"
#include "shell/door/role.hpp"

namespace shell::door {

inline constexpr std::string_view token_prefix = "twc_";
inline constexpr std::size_t most_tokens = 64;
inline constexpr std::size_t longest_name = 48;  ///< bytes, of a token or a person

struct Token {
  std::string id;  ///< names it in addresses; no secret
  std::string name;
  Role role = Role::view;
  std::string digest;
  base::WallTime made;
  std::optional<base::WallTime> used;  ///< to the day
};

/// 1 to longest_name bytes of UTF-8 without control characters. Fault (user) with the range.
[[nodiscard]] base::Result<bool> acceptable_name(std::string_view name);

class Tokens {
 public:
  struct Made {
    const Token& token;
    std::string secret;  ///< to be shown once
  };
  /// Fault (user): there are most_tokens already. The name has been checked.
  [[nodiscard]] base::Result<Made> make(std::string name, Role role, base::WallTime now);
  /// False when there is none of this id.
  bool revoke(std::string_view id);
  /// The token of which this is the secret, or null. `now` is kept as its last use.
  [[nodiscard]] const Token* find(std::string_view secret, base::WallTime now);

  [[nodiscard]] const std::vector<Token>& all() const { return all_; }
  void restore(std::vector<Token> all) { all_ = std::move(all); }
  /// Whether a last use is another day than what was last asked here.
  [[nodiscard]] bool take_changed() { return std::exchange(changed_, false); }

 private:
  std::vector<Token> all_;
  bool changed_ = false;
};

}  // namespace shell::door
