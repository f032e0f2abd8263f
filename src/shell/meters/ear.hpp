// One connection that is listened to, by one source or several.
#pragma once

#include "shell/meters/listening.hpp"

namespace shell {

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
