// The core: hears events, keeps the state of the house, answers with actions. See core/door.hpp.
#pragma once

#include <memory>

#include "core/config.hpp"
#include "core/door.hpp"
#include "core/snapshot.hpp"

namespace core {

struct State;   // core/state.hpp: one trivially copyable value
class Law;      // core/policy/decision.hpp
struct PolicyView;   // core/policy/ruling.hpp
namespace rules {
struct Stretch;   // core/policy/rules/preview.hpp
}

class Core {
 public:
  /// `config` has been checked (app::check). Nothing is sent before BusOpened. `law` decides instead of ours and outlives
  /// the core.
  explicit Core(Config config, Law* law = nullptr);
  Core(const Core&);
  Core& operator=(const Core&) = delete;
  ~Core();

  /// Everything that happens goes through here; appends what it asks for to `out`. Time never goes back.
  void step(const Event& event, Now now, Actions& out);

  /// When TimePassed is due at the latest.
  [[nodiscard]] Instant deadline() const;

  /// True after Part, once every unit has been told its parting limit and the last frame is out.
  [[nodiscard]] bool parted() const;

  /// What the world may know, made afresh.
  [[nodiscard]] Snapshot snapshot(Now now) const;

  /// Every policy of the configuration, in order, and what its conditions come to now.
  [[nodiscard]] std::vector<PolicyView> policies(Now now) const;
  /// Which policy will rule in each hour of the next seven days, as far as that can be foreseen.
  [[nodiscard]] std::vector<rules::Stretch> preview(Now now) const;

  /// A charge-now rate above the circuit, or below zero, is refused with a sentence; empty: it can be done.
  [[nodiscard]] std::string objection(const Command& command) const;

  /// The whole state as bytes for the flight recorder, and back. Only the same build understands them: `layout` tells.
  [[nodiscard]] std::span<const std::byte> state_bytes() const;
  [[nodiscard]] bool restore(std::span<const std::byte> bytes);
  [[nodiscard]] static std::uint64_t layout();

  /// Sums up all decisions and transmissions so far; equal runs have equal digests.
  [[nodiscard]] std::uint64_t digest() const;

  [[nodiscard]] const Config& config() const { return config_; }

 private:
  Config config_;
  Law* law_;
  std::unique_ptr<State> state_;
};

}  // namespace core
