// The core's door, as the shell sees it.
//
// An interface only so that the loop, its timing and its transports can be tested against scripts; the daemon always
// stands before core::Core.
#pragma once

#include <cstddef>
#include <span>
#include <string>

#include "core/core.hpp"

namespace shell {

class Door {
 public:
  virtual ~Door() = default;
  virtual void step(const core::Event& event, base::Now now, core::Actions& out) = 0;
  [[nodiscard]] virtual base::Instant deadline() const = 0;
  [[nodiscard]] virtual bool parted() const = 0;
  /// Why a command cannot be done; empty: it can.
  [[nodiscard]] virtual std::string objection(const core::Command& command) const = 0;
  [[nodiscard]] virtual core::Snapshot snapshot(base::Now now) const = 0;
};

/// The real one. `core` outlives it.
class CoreDoor final : public Door {
 public:
  explicit CoreDoor(core::Core& core) : core_(core) {}
  void step(const core::Event& event, base::Now now, core::Actions& out) override { core_.step(event, now, out); }
  [[nodiscard]] base::Instant deadline() const override { return core_.deadline(); }
  [[nodiscard]] bool parted() const override { return core_.parted(); }
  [[nodiscard]] std::string objection(const core::Command& command) const override { return core_.objection(command); }
  [[nodiscard]] core::Snapshot snapshot(base::Now now) const override { return core_.snapshot(now); }

 private:
  core::Core& core_;
};

}  // namespace shell
