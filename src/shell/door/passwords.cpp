#include "shell/door/passwords.hpp"

#include <fmt/format.h>
#include <sodium.h>

#include <array>

namespace shell::door {

base::Result<bool> acceptable(std::string_view password) {
  if (password.size() >= shortest_password && password.size() <= longest_password) return true;
  return base::fail(base::Culprit::user,
                    fmt::format("A password has {} to {} characters; this one has {}. Nothing was changed.",
                                shortest_password, longest_password, password.size()));
}

base::Result<std::string> hash_password(std::string_view password) {
  base::check(sodium_init() >= 0, "the kernel gives random numbers");
  std::array<char, crypto_pwhash_argon2id_STRBYTES> hash{};
  if (crypto_pwhash_argon2id_str(hash.data(), password.data(), password.size(), hash_passes, hash_memory) != 0) {
    return base::fail(base::Culprit::world,
                      "There is not enough memory to check a password (12 MiB); close other programs and try again.");
  }
  return std::string{hash.data()};
}

bool is_password(std::string_view password, const std::string& hash) {
  if (!is_hash(hash)) return false;
  return crypto_pwhash_argon2id_str_verify(hash.c_str(), password.data(), password.size()) == 0;
}

bool is_hash(std::string_view text) {
  return text.starts_with(crypto_pwhash_argon2id_STRPREFIX) && text.size() < crypto_pwhash_argon2id_STRBYTES &&
         crypto_pwhash_argon2id_str_needs_rehash(std::string{text}.c_str(), hash_passes, hash_memory) == 0;
}

bool is_nobodys_password(std::string_view password) {
  // A fixed salt and the same work; what comes out is thrown away.
  constexpr std::array<unsigned char, crypto_pwhash_argon2id_SALTBYTES> salt{};
  std::array<unsigned char, 32> out{};
  [[maybe_unused]] const int ignored =
      crypto_pwhash_argon2id(out.data(), out.size(), password.data(), password.size(), salt.data(), hash_passes,
                             hash_memory, crypto_pwhash_argon2id_ALG_ARGON2ID13);
  return false;
}

}  // namespace shell::door
