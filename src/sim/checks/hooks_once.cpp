// Each change of the ruling policy, and each begin and end of a current, calls its own addresses, once and in order.
//
// The names of the ruling policies are compared here anew; currents are those that the connectors' own bytes report.
// Addresses of a scenario name policy and occasion.
#include <fmt/format.h>

#include <map>

#include "core/state.hpp"
#include "sim/checks.hpp"

namespace sim {

namespace {

using core::rules::Occasion;

class HooksOnce final : public Check {
 public:
  std::string_view name() const override { return "hooks once"; }

  std::string heard(const World&, const Message& message) override {
    if (message.kind() == 0xFDE0) reported_[message.word(2)] = Amps::grains(message.word(9));
    return {};
  }

  std::string called(const World& world, const core::CallHook& hook) override {
    forget_when_started_anew(world);
    const std::string address = fmt::format("{}/{}", hook.policy.view(), words(hook.occasion));
    if (!hook.unit) {
      changes_.push_back(hook.url);
      return {};
    }
    if (hook.url != "sim:" + address) return fmt::format("{} was called for {}", hook.url, address);
    bool& flows = flows_[hook.unit->value];
    const bool starts = hook.occasion == Occasion::start;
    if (flows == starts) return fmt::format("{} of {:04X} was called twice", words(hook.occasion), hook.unit->value);
    flows = starts;
    const Amps drawn = reported_[hook.unit->value];
    if (starts && drawn <= 3_A)
      return fmt::format("a start of {:04X} was called at {} A", hook.unit->value, drawn.number());
    return {};
  }

  std::string after(const World& world) override {
    forget_when_started_anew(world);
    if (!world.core()) return {};
    const auto& list = world.site().config.policies.list;
    if (list.rules.empty()) return {};
    const int ruling = reinterpret_cast<const core::State*>(world.core()->state_bytes().data())->policy.ruling.rule;
    const std::string now = ruling < 0 ? std::string{} : list.rules[static_cast<std::size_t>(ruling)].name;
    std::vector<std::string> expected;
    if (now != rules_ && !rules_.empty()) expected.push_back(fmt::format("sim:{}/exit", rules_));
    if (now != rules_ && !now.empty()) expected.push_back(fmt::format("sim:{}/enter", now));
    const std::string before = std::exchange(rules_, now);
    if (std::exchange(changes_, {}) == expected) return {};
    return fmt::format("from \"{}\" to \"{}\" other addresses were called than theirs", before, now);
  }

  std::string second(const World& world) override {
    if (!world.core() || world.site().config.policies.list.rules.empty()) return {};
    for (const core::ConnectorView& view : world.core()->snapshot(world.both_clocks()).connectors) {
      const bool flows = flows_[view.id.value];
      if (flows ? view.drawn < 2_A : view.drawn > 3_A)
        return fmt::format("{:04X} draws {} A, and no {} was called", view.id.value, view.drawn.number(),
                           flows ? "stop" : "start");
    }
    return {};
  }

 private:
  void forget_when_started_anew(const World& world) {
    if (std::exchange(booted_, world.booted()) == world.booted()) return;
    rules_.clear();
    changes_.clear();
    flows_.clear();
  }

  Instant booted_ = Instant::never();
  std::string rules_;                    // ruled when it was looked last
  std::vector<std::string> changes_;     // called since
  std::map<std::uint16_t, bool> flows_;  // by what was called
  std::map<std::uint16_t, Amps> reported_;
};

}  // namespace

std::unique_ptr<Check> hooks_once() {
  return std::make_unique<HooksOnce>();
}

}  // namespace sim
