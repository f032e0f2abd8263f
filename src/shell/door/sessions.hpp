// Who has logged in on which browser.
//
// A browser gets 256 random bits in a cookie; we keep their digest, so that whoever reads the file cannot be that
// browser. A session ends after two weeks without use, after three months in any case, and with its person.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/time.hpp"

namespace shell::door {

inline constexpr base::Duration idle_session = std::chrono::hours{14 * 24};
inline constexpr base::Duration longest_session = std::chrono::hours{90 * 24};
inline constexpr std::size_t most_sessions = 64;

struct Session {
  std::string digest;
  std::string person;
  base::WallTime begun;
  base::WallTime used;
};

class Sessions {
 public:
  /// Begins one and gives its secret, for the cookie. When there are most_sessions, the longest unused one ends.
  [[nodiscard]] std::string begin(std::string person, base::WallTime now);
  /// The session of this secret, or null when there is none or it is over. `now` is kept as its last use.
  [[nodiscard]] const Session* find(std::string_view secret, base::WallTime now);
  void end(std::string_view secret);
  void end_all_of(std::string_view person);

  [[nodiscard]] const std::vector<Session>& all() const { return all_; }
  void restore(std::vector<Session> all) { all_ = std::move(all); }
  /// Whether some session's last use has moved so far since this was last asked that it should be written down.
  [[nodiscard]] bool take_changed() { return std::exchange(changed_, false); }

 private:
  std::vector<Session> all_;
  bool changed_ = false;
};

}  // namespace shell::door
