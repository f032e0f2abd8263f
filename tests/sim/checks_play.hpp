// A house that a check watches, from a text.
#pragma once

#include <cstring>
#include <functional>
#include <string_view>

#include "core/state.hpp"
#include "sim/checks.hpp"
#include "sim/scenario.hpp"

namespace checks {

using base::Amps;
using sim::Duration;
using sim::Instant;
using sim::Spoken;
using sim::World;

/// A house that is played from a text, stopped, tampered with, and played on.
struct Play {
  explicit Play(std::string_view text) : scenario(sim::Scenario::parse(text).value()), world(scenario.site) {}

  void watch(std::unique_ptr<sim::Check> check) {
    sim::Checks checks;
    checks.push_back(std::move(check));
    world.watch(std::move(checks));
  }
  void until(Duration when) {
    if (!booted) world.boot();
    booted = true;
    for (; next < scenario.happenings.size() && scenario.happenings[next].at <= Instant::at(when); ++next) {
      world.run_until(scenario.happenings[next].at);
      (void)sim::happen(world, scenario.happenings[next]);
    }
    world.run_until(Instant::at(when));
  }
  /// The controller goes on with another memory than it had.
  void tamper(const std::function<void(core::State&)>& change) {
    core::State state;
    std::memcpy(&state, world.core()->state_bytes().data(), sizeof state);
    change(state);
    world.resume(std::as_bytes(std::span<const core::State, 1>(&state, 1)));
  }
  /// What the one check that watches says at the end.
  std::string violation() {
    world.finish();
    return world.violation();
  }

  sim::Scenario scenario;
  World world;
  bool booted = false;
  std::size_t next = 0;
};

inline Spoken limit(std::uint16_t id, Amps amps) {
  return {0xFBE0, id, 0x09, amps};
}

}  // namespace checks
