#include "shell/http/md5.hpp"

#include <fmt/format.h>
#include <openssl/evp.h>

#include <array>
#include <span>

namespace shell::http {

std::string md5(std::string_view text) {
  std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
  unsigned size = 0;
  if (EVP_Digest(text.data(), text.size(), digest.data(), &size, EVP_md5(), nullptr) != 1) return {};
  std::string digits;
  for (const unsigned char each : std::span(digest).first(size)) digits += fmt::format("{:02x}", each);
  return digits;
}

}  // namespace shell::http
