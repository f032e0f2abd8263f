#include "shell/door/tokens.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "shell/door/secrets.hpp"

namespace shell::door {
namespace {

constexpr auto a_day = std::chrono::hours{24};
constexpr std::size_t secret_bytes = 32;

base::WallTime day_of(base::WallTime time) {
  return base::WallTime::at(time.since_epoch() - time.since_epoch() % a_day);
}

}  // namespace

base::Result<bool> acceptable_name(std::string_view name) {
  const bool plain = std::none_of(name.begin(), name.end(),
                                  [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7F || c == '/'; });
  if (plain && !name.empty() && name.size() <= longest_name && name.front() != ' ' && name.back() != ' ') return true;
  return base::fail(
      base::Culprit::user,
      fmt::format("\"name\" has 1 to {} characters, none of them a slash or a line break, and no blank at "
                  "its ends; nothing was changed.",
                  longest_name));
}

base::Result<Tokens::Made> Tokens::make(std::string name, Role role, base::WallTime now) {
  if (all_.size() >= most_tokens) {
    return base::fail(base::Culprit::user,
                      fmt::format("There are {} tokens already; revoke one that is not needed.", most_tokens));
  }
  std::string secret = std::string{token_prefix} + random_text(secret_bytes);
  all_.push_back({random_text(6), std::move(name), role, digest(secret), now, std::nullopt});
  return Made{all_.back(), std::move(secret)};
}

bool Tokens::revoke(std::string_view id) {
  return std::erase_if(all_, [id](const Token& each) { return each.id == id; }) > 0;
}

const Token* Tokens::find(std::string_view secret, base::WallTime now) {
  if (!secret.starts_with(token_prefix) || secret.size() > 128) return nullptr;
  const std::string asked = digest(secret);
  const auto found =
      std::find_if(all_.begin(), all_.end(), [&](const Token& each) { return same_secret(each.digest, asked); });
  if (found == all_.end()) return nullptr;
  if (!found->used || *found->used < day_of(now)) {
    found->used = day_of(now);
    changed_ = true;
  }
  return &*found;
}

}  // namespace shell::door
