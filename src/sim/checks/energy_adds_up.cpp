// Parts sum to totals with ==, and what the controller believes is the truth: the current of each connector within its
// resolution and the time its report takes, the energy of a visit within what its readings are wrong by.
//
// The comparison is made where truth can be known: the connector answers, the line is undamaged, and the number of
// phases in use is told or configured. A one-phase car on a three-phase connector that tells no currents is counted
// with three (spec/twc-protocol §4.3): nobody could know better.
#include <fmt/format.h>

#include <algorithm>

#include "sim/checks.hpp"

namespace sim {

namespace {

constexpr Duration between_looks{5s};
constexpr Duration answered_within{1500ms};
constexpr Duration on_its_way{1s};  // latency of networks, two reads joined
constexpr Duration after_damage{10s};
constexpr Amps jitter = 0.10_A;  // of a reading, and its rounding (§5.3)
constexpr Amps phase_in_use = 1_A;
constexpr Duration a_span{10min};  // of energy that is compared
constexpr Energy small_change = base::kilowatt_hours(1) / 20;
constexpr std::int64_t percent_of_energy = 12;  // ±0.42 A at 6 A are 8 %, a start and a stop seen a second late

/// The true current of a connector in the last seconds, change by change.
class Past {
 public:
  void note(Amps drawn, Instant now) {
    if (!changes_.empty() && changes_.newest().drawn == drawn) return;
    changes_.push({now, drawn});
  }
  /// Least and most since then.
  [[nodiscard]] std::pair<Amps, Amps> since(Instant when) const {
    std::pair<Amps, Amps> range{changes_.newest().drawn, changes_.newest().drawn};
    for (std::size_t i = changes_.size(); i-- > 0;) {
      range.first = std::min(range.first, changes_[i].drawn);
      range.second = std::max(range.second, changes_[i].drawn);
      if (changes_[i].at <= when) break;
    }
    return range;
  }

 private:
  struct Change {
    Instant at;
    Amps drawn;
  };
  base::Ring<Change, 64> changes_;
};

/// A stretch of a visit in which truth and belief can be compared.
struct Span {
  Instant since = Instant::never();
  Energy truth, shown, last_shown;
};

/// On how many phases the controller believes current to flow; nothing where it can only guess.
int believed_phases(const World& world, const core::ConnectorView& view) {
  int used = 0, live = 0;
  for (std::size_t p = 0; p < 3; ++p) {
    used += view.phase_amps && (*view.phase_amps)[p] >= phase_in_use;
    live += view.volts && (*view.volts)[p] > 80_V;
  }
  const core::Config& config = world.site().config;
  const auto said = std::find_if(config.connectors.begin(), config.connectors.end(), [&](const auto& c) { return c.id == view.id; });
  const int configured = said != config.connectors.end() ? said->phases.value_or(config.phases) : config.phases;
  return used > 0 ? used : live > 0 ? live : configured;
}

class EnergyAddsUp final : public Check {
 public:
  std::string_view name() const override { return "energy adds up"; }

  std::string after(const World& world) override {
    for (std::size_t i = 0; i < world.connectors().size(); ++i)
      past_[i].note(world.connectors()[i].drawn(), world.now());
    return {};
  }

  std::string second(const World& world) override {
    const LineTally& tally = world.line().tally();
    if (disturbed_ && tally.collided + tally.overrun != *disturbed_) damaged_ = world.now();
    disturbed_ = tally.collided + tally.overrun;
    if (!world.core() || ++seconds_ % (between_looks / 1s) != 0) return {};
    const core::Snapshot snapshot = world.core()->snapshot(world.both_clocks());
    if (std::string wrong = add_up(snapshot); !wrong.empty()) return wrong;
    const bool listens = snapshot.bus.state == core::BusState::running && snapshot.bus.in_state > between_looks;
    for (std::size_t i = 0; i < world.connectors().size(); ++i) {
      const auto view = std::find_if(snapshot.connectors.begin(), snapshot.connectors.end(),
                                     [&](const auto& v) { return v.id.value == world.connectors()[i].id(); });
      if (!listens || view == snapshot.connectors.end() || !comparable(world, world.connectors()[i], *view)) {
        spans_[i] = {};
        continue;
      }
      if (std::string wrong = compare_current(world, i, *view); !wrong.empty()) return wrong;
      if (std::string wrong = compare_energy(world, i, *view); !wrong.empty()) return wrong;
    }
    return {};
  }

  std::string end(const World& world) override {
    Energy delivered;
    for (const WallConnector& connector : world.connectors()) delivered += connector.delivered(world.now());
    if (delivered != world.score().delivered) {
      return fmt::format("connectors delivered {} kWh, {} kWh were counted", base::in_kilowatt_hours(delivered),
                         base::in_kilowatt_hours(world.score().delivered));
    }
    if (world.score().solar > world.score().delivered) return "more solar energy than energy";
    return {};
  }

 private:
  static std::string add_up(const core::Snapshot& snapshot) {
    Watts power;
    Amps held, drawn;
    for (const core::ConnectorView& connector : snapshot.connectors) {
      power += connector.power;
      held += connector.held;
      drawn += connector.drawn;
    }
    if (power != snapshot.site.charger) return "the connectors' powers do not sum to the charger's";
    if (drawn != snapshot.site.charger_amps) return "the connectors' currents do not sum to the charger's";
    if (held != snapshot.held) return "the reservations do not sum to their total";
    return {};
  }

  [[nodiscard]] bool comparable(const World& world, const WallConnector& connector,
                                const core::ConnectorView& view) const {
    const auto twins = std::count_if(world.connectors().begin(), world.connectors().end(),
                                     [&](const WallConnector& other) { return other.id() == connector.id(); });
    return twins == 1 && view.link == core::Link::linked && view.since_heard <= answered_within &&
           world.undisturbed() > after_damage && world.now() - damaged_ > after_damage;
  }

  std::string compare_current(const World& world, std::size_t place, const core::ConnectorView& view) const {
    const ConnectorTraits& traits = world.connectors()[place].traits();
    const auto [least, most] = past_[place].since(world.now() - view.since_heard - on_its_way);
    const Amps lowest = least + std::min(Amps{}, traits.reading_offset) - jitter;
    const Amps highest = std::max(most + std::max(Amps{}, traits.reading_offset) + jitter, traits.idle_reading);
    if (view.drawn >= lowest && view.drawn <= highest) return {};
    return fmt::format("{:04X} is shown with {} A and drew {} to {} A", view.id.value, view.drawn.number(),
                       least.number(), most.number());
  }

  std::string compare_energy(const World& world, std::size_t place, const core::ConnectorView& view) {
    const WallConnector& connector = world.connectors()[place];
    Span& span = spans_[place];
    const Energy truth = connector.delivered(world.now());
    const bool another_visit = view.session_energy < span.last_shown;
    const bool guessed = connector.drawn() > Amps{} && believed_phases(world, view) != connector.car()->phases();
    const bool other_volts = !view.volts && connector.traits().volts != world.site().config.volts;
    if (another_visit || guessed || other_volts || span.since == Instant::never()) {
      span = {world.now(), truth, view.session_energy, view.session_energy};
      return {};
    }
    span.last_shown = view.session_energy;
    if (world.now() - span.since < a_span) return {};
    const Energy flowed = truth - span.truth;
    const Energy shown = view.session_energy - span.shown;
    span = {world.now(), truth, view.session_energy, view.session_energy};
    const Energy wrong = shown > flowed ? shown - flowed : flowed - shown;
    if (wrong <= flowed * percent_of_energy / 100 + small_change) return {};
    return fmt::format("{:04X} delivered {} kWh in ten minutes, {} kWh are shown", view.id.value,
                       base::in_kilowatt_hours(flowed), base::in_kilowatt_hours(shown));
  }

  std::array<Past, 4> past_;
  std::array<Span, 4> spans_;
  std::optional<std::uint64_t> disturbed_;
  Instant damaged_ = Instant::long_ago();
  int seconds_ = 0;
};

}  // namespace

std::unique_ptr<Check> energy_adds_up() {
  return std::make_unique<EnergyAddsUp>();
}

}  // namespace sim
