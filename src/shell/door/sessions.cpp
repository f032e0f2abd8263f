#include "shell/door/sessions.hpp"

#include <algorithm>

#include "shell/door/secrets.hpp"

namespace shell::door {
namespace {

constexpr std::size_t secret_bytes = 32;
constexpr auto worth_writing = std::chrono::hours{12};  // flash does not last for ever

/// A clock that was not set yet when a session began must not end it: only time that has passed counts.
bool over(const Session& session, base::WallTime now) {
  return now - session.used > idle_session || now - session.begun > longest_session;
}

}  // namespace

std::string Sessions::begin(std::string person, base::WallTime now) {
  std::erase_if(all_, [now](const Session& each) { return over(each, now); });
  if (all_.size() >= most_sessions) {
    all_.erase(
        std::min_element(all_.begin(), all_.end(), [](const Session& a, const Session& b) { return a.used < b.used; }));
  }
  std::string secret = random_text(secret_bytes);
  all_.push_back({digest(secret), std::move(person), now, now});
  return secret;
}

const Session* Sessions::find(std::string_view secret, base::WallTime now) {
  if (secret.empty() || secret.size() > 128) return nullptr;
  const std::string asked = digest(secret);
  const auto found =
      std::find_if(all_.begin(), all_.end(), [&](const Session& each) { return same_secret(each.digest, asked); });
  if (found == all_.end() || over(*found, now)) return nullptr;
  if (now - found->used > worth_writing) {
    found->used = now;
    changed_ = true;
  }
  return &*found;
}

void Sessions::end(std::string_view secret) {
  const std::string asked = digest(secret);
  std::erase_if(all_, [&](const Session& each) { return same_secret(each.digest, asked); });
}

void Sessions::end_all_of(std::string_view person) {
  std::erase_if(all_, [person](const Session& each) { return each.person == person; });
}

}  // namespace shell::door
