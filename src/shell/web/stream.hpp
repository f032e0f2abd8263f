// GET /api/v1/stream: the snapshot once, then once a second what has changed in it, for as long as somebody listens.
//
// The problem: a page that asks each second makes the daemon write the whole snapshot each second, for each page. The
// idea: what has changed is worked out once, as an RFC 6902 patch from what was told last, and the same bytes go to all
// listeners. Whoever comes between two patches is given the snapshot that the next patch starts from. While nobody
// listens nothing is worked out and no timer runs.
#pragma once

#include <functional>
#include <memory>
#include <string>

#include "base/time.hpp"
#include "shell/http/message.hpp"

namespace shell::web {

class Stream {
 public:
  struct Needs {
    std::function<std::string()> snapshot;  ///< as GET /api/v1/snapshot answers
    /// Calls `work` once, later, on the loop's thread; not at all when the loop ends before.
    std::function<void(base::Duration, std::function<void()> work)> after;
  };

  explicit Stream(Needs needs);

  /// What `behind` answers, and this address before it. What is returned keeps the stream alive.
  [[nodiscard]] http::Routes before(http::Routes behind) const;
  [[nodiscard]] std::size_t listeners() const;

 private:
  struct State;
  std::shared_ptr<State> state_;
};

}  // namespace shell::web
