// One connection that is listened to, by one source or several.
#pragma once

#include <functional>
#include <memory>
#include <string>

#include "shell/http/judge.hpp"
#include "shell/meters/listening.hpp"

namespace shell {

/// Whom it believes.
struct Caution {
  std::shared_ptr<http::FirstSeen> first_seen;           ///< null: whom authorities vouch for
  std::function<void(const std::string& pin)> seen;      ///< on the loop's thread: by which certificate the other end is believed
};

class Ear {
 public:
  virtual ~Ear() = default;
  /// One more who listens. What is heard comes later, never from within this call; nothing comes after the Ear is gone.
  virtual void add(Listening wants, Hear hear) = 0;
  /// Begins to end: nothing is heard from now on. Whether it has ended and can be destroyed without waiting; asked
  /// again else.
  [[nodiscard]] virtual bool leave() { return true; }
};

}  // namespace shell
