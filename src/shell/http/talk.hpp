// A WebSocket as a route sees it: somebody who listens.
#pragma once

#include <functional>
#include <memory>
#include <string>

namespace shell::http {

class Talk {
 public:
  Talk() = default;
  Talk(const Talk&) = delete;
  Talk& operator=(const Talk&) = delete;
  virtual ~Talk() = default;

  /// Queues a text message, unless the listener may not listen any more. One that is too far behind is cut off.
  virtual void say(std::shared_ptr<const std::string> text) = 0;
  /// Ends with one who may not listen any more. Whoever holds a Talk and has nothing to say calls it every few seconds.
  virtual void look() = 0;
  /// Nobody listens any more; it never changes back.
  [[nodiscard]] virtual bool over() const = 0;

  /// Whether the listener may still listen; empty: always. Set by whoever stands at the door.
  std::function<bool()> may_stay;
};

}  // namespace shell::http
