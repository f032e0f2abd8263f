// A raise needs current that somebody has given back.
//
// The idea: an account of its own, kept only from bytes on the wire and read by the simulator's own decoder. A
// connector may take what it was told last or says it obeys, whichever is more, and what it says it draws where that is
// clearly above. That falls only when the connector was heard to have lowered. A limit that is a raise by this account
// must fit the circuit together with all others. The controller's own account is never looked at, so both would have to
// be wrong in the same way.
#include <fmt/format.h>

#include <algorithm>

#include "sim/checks.hpp"

namespace sim {

namespace {

constexpr Amps measuring = 1_A;           // what a connector measures wrongly (spec §4.11, §5.3)
constexpr Amps idle_current = 0.5_A;      // offsets of idle connectors reach 0.25 A (§5.3)
constexpr Duration relay_open{31s};       // after so long without a heartbeat nothing flows (§5.6)
constexpr Duration in_force{10s};         // an order that was accepted shows by then: slow connectors take 3 s (§5.8)
constexpr Duration after_a_master{120s};  // passive for a minute, then a round of answers
constexpr int answers_of_an_idle_one = 3;
constexpr std::size_t most_ids = 12;  // ids that change during a run included

struct Offer {
  std::uint16_t id = 0;
  std::uint8_t sign = 0;
  Amps told;
  Amps may_take;
  int idle_answers = 0;
  Instant addressed = Instant::long_ago();
};

class GivenBack final : public Check {
 public:
  std::string_view name() const override { return "given back"; }

  std::string spoken(const World& world, const Spoken& said) override {
    if (said.kind != 0xFBE0) return {};
    // A controller that starts again knows only what it hears.
    if (booted_ != world.booted()) offers_.clear();
    booted_ = world.booted();
    Offer& offer = of(said.receiver);
    const Duration alone = world.now() - offer.addressed;
    if (alone > in_force) offer.told = Amps{};
    if (alone > relay_open) offer.may_take = Amps{};
    offer.addressed = world.now();
    if (said.order == 0) return {};
    offer.told = said.amps;
    const Amps before = offer.may_take;
    if (said.amps <= before) return {};
    offer.may_take = said.amps;
    Amps others;
    for (const Offer& other : offers_) {
      if (other.id != offer.id && world.now() - other.addressed <= relay_open) others += other.may_take;
    }
    if (others + said.amps <= world.site().config.circuit) return {};
    // What another master has given while we were silent is heard when it is gone, connector by connector.
    if (world.now() - foreign_ < after_a_master) return {};
    return fmt::format(
        "{:04X} is raised from {} A to {} A before the others have given back: they may take {} A of {} A",
        said.receiver, before.number(), said.amps.number(), others.number(), world.site().config.circuit.number());
  }

  std::string after(const World& world) override {
    if (world.stranger().kind() != Stranger::Kind::absent) foreign_ = world.now();
    return {};
  }

  std::string heard(const World& world, const Message& message) override {
    if (message.kind() == 0xFDE2) note_sign(message);
    const bool to_us = message.word(4) == world.site().config.own_id.value || message.word(4) == 0;
    const bool whole = message.size == 14 || message.size == 16;   // a lost zero byte leaves the checksum right
    if (message.kind() != 0xFDE0 || !whole || !to_us || world.booted() != booted_) return {};
    const auto found =
        std::find_if(offers_.begin(), offers_.end(), [&](const Offer& o) { return o.id == message.word(2); });
    if (found == offers_.end()) return {};
    const Amps limit = Amps::grains(message.word(7));
    const Amps drawn = Amps::grains(message.word(9));
    if (drawn > 128_A) return {};  // no reading at all
    // Protocol 2 without a car accepts no limit (§5.2): what it was told is void.
    const bool idle = message.bytes[6] == 0 && limit == Amps{} && drawn < idle_current;
    found->idle_answers = idle ? found->idle_answers + 1 : 0;
    if (found->idle_answers >= answers_of_an_idle_one) found->told = Amps{};
    const Amps promised = std::max(found->told, limit);
    found->may_take = drawn > promised + measuring ? drawn : promised;
    return {};
  }

 private:
  Offer& of(std::uint16_t id) {
    for (Offer& offer : offers_) {
      if (offer.id == id) return offer;
    }
    if (offers_.full()) offers_.erase_at(0);
    Offer fresh;
    fresh.id = id;
    return offers_.push_back(fresh);
  }

  /// A new sign tells of a restart: its limit is zero again.
  void note_sign(const Message& message) {
    Offer& offer = of(message.word(2));
    if (offer.sign != message.bytes[4]) offer.told = Amps{};
    offer.sign = message.bytes[4];
  }

  base::Bounded<Offer, most_ids> offers_;
  Instant booted_ = Instant::never();
  Instant foreign_ = Instant::long_ago();
};

}  // namespace

std::unique_ptr<Check> given_back() {
  return std::make_unique<GivenBack>();
}

}  // namespace sim
