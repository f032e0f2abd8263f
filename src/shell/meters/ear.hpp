// One connection that is listened to, by one source or several.
#pragma once

#include "shell/meters/listening.hpp"

namespace shell {

class Ear {
 public:
  virtual ~Ear() = default;
  /// One more who listens. What is heard comes later, never from within this call; nothing comes after the Ear is gone.
  virtual void add(Listening wants, Hear hear) = 0;
};

}  // namespace shell
