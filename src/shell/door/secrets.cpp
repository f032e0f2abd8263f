#include "shell/door/secrets.hpp"

#include <sodium.h>

#include <array>

#include "base/result.hpp"

namespace shell::door {
namespace {

void ready() {
  // May be called as often as wanted, by any thread.
  base::check(sodium_init() >= 0, "the kernel gives random numbers");
}

}  // namespace

std::string random_text(std::size_t bytes) {
  ready();
  std::string raw(bytes, '\0');
  randombytes_buf(raw.data(), raw.size());
  constexpr int variant = sodium_base64_VARIANT_URLSAFE_NO_PADDING;
  std::string text(sodium_base64_encoded_len(bytes, variant), '\0');
  sodium_bin2base64(text.data(), text.size(), reinterpret_cast<const unsigned char*>(raw.data()), raw.size(), variant);
  text.resize(text.size() - 1);  // its closing zero
  return text;
}

std::string random_code() {
  ready();
  constexpr std::string_view letters = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789";
  static_assert(letters.size() == 32);
  std::string code;
  for (int i = 0; i < 8; ++i) {
    if (i == 4) code += '-';
    code += letters[randombytes_uniform(static_cast<std::uint32_t>(letters.size()))];
  }
  return code;
}

std::string digest(std::string_view secret) {
  std::array<unsigned char, crypto_hash_sha256_BYTES> raw{};
  crypto_hash_sha256(raw.data(), reinterpret_cast<const unsigned char*>(secret.data()), secret.size());
  std::string text(raw.size() * 2 + 1, '\0');
  sodium_bin2hex(text.data(), text.size(), raw.data(), raw.size());
  text.resize(raw.size() * 2);
  return text;
}

bool same_secret(std::string_view a, std::string_view b) {
  return a.size() == b.size() && sodium_memcmp(a.data(), b.data(), a.size()) == 0;
}

void forget(std::string& secret) {
  sodium_memzero(secret.data(), secret.size());
  secret.clear();
}

}  // namespace shell::door
