// The dice of a run's misfortunes.
#include "sim/faults.hpp"

#include <algorithm>

#include "sim/dice.hpp"

namespace sim {
namespace {

constexpr std::array<std::string_view, fault_kind_count> names{
    "echo", "lost frames", "flipped bits", "missing bytes", "extra bytes", "trailing noise", "line noise", "split reads",
    "joined reads", "doubled reads", "late reads", "adapter unplugged", "foreign master", "unit with the controller's id",
    "reboot", "mirrors nothing", "needs repeating", "late acceptance", "mute", "deaf", "error with current", "counter jump",
    "lost VIN parts", "mixed VIN parts", "slow answers", "state blips", "zero chatters", "idle offset",
    "cars plugged in at once", "car ignores zero", "car sticks at 6 A", "car sulks", "low ceiling", "car sleeps",
    "stopped at the car", "car never wakes",
    "unreliable meter", "silent meter", "frozen meter", "stale meter", "absurd meter"};

LineFaults draw_line(base::Random& random, const FaultPlan& plan) {
  LineFaults line;
  const auto chance = [&](FaultKind kind, double most) { return plan.has(kind) ? random.between(0.005, most) : 0.0; };
  line.echo = plan.has(FaultKind::echo) ? Echo::on : Echo::off;
  line.lost = chance(FaultKind::lost_frames, 0.20);
  line.flipped = chance(FaultKind::flipped_bits, 0.10);
  line.shortened = chance(FaultKind::missing_bytes, 0.05);
  line.stuffed = chance(FaultKind::extra_bytes, 0.05);
  line.trailed = chance(FaultKind::trailing_noise, 0.30);
  line.split = chance(FaultKind::split_reads, 0.60);
  line.joined = chance(FaultKind::joined_reads, 0.50);
  line.doubled = chance(FaultKind::doubled_reads, 0.02);
  if (plan.has(FaultKind::line_noise)) line.noise_every = roll(random, Duration{500ms}, Duration{60s});
  if (plan.has(FaultKind::late_reads)) {
    line.latency_least = roll(random, Duration{0}, Duration{20});
    line.latency_most = roll(random, Duration{20}, Duration{250});
  }
  return line;
}

struct Occasion {
  FaultKind kind;
  Duration least, most;  ///< how long it lasts
  int times;             ///< at most
};

constexpr std::array<Occasion, 12> unit_occasions{{
    {FaultKind::reboot, 0s, 0s, 3},
    {FaultKind::mute, 5s, 120s, 2},
    {FaultKind::deaf, 5s, 120s, 2},
    {FaultKind::error_with_current, 1s, 20s, 1},
    {FaultKind::counter_jump, 0s, 0s, 2},
    {FaultKind::own_id_twin, 0s, 0s, 1},
    {FaultKind::adapter_unplugged, 1s, 90s, 3},
    {FaultKind::foreign_master, 5s, 120s, 2},
    {FaultKind::sleeps, 0s, 0s, 2},
    {FaultKind::stops_at_car, 30s, 1200s, 2},
    {FaultKind::plugged_at_once, 0s, 0s, 1},
    {FaultKind::meter_silent, 5s, 300s, 3},
}};

constexpr std::array<Occasion, 2> meter_occasions{{
    {FaultKind::meter_frozen, 10s, 600s, 2},
    {FaultKind::meter_absurd, 5s, 300s, 3},
}};

std::uint32_t detail_of(FaultKind kind, base::Random& random) {
  constexpr std::array absurd{MeterFault::server_error, MeterFault::words, MeterFault::not_a_number, MeterFault::infinite,
                              MeterFault::negative, MeterFault::huge, MeterFault::empty, MeterFault::too_large,
                              MeterFault::unreachable};
  if (kind == FaultKind::meter_absurd)
    return static_cast<std::uint32_t>(absurd[static_cast<std::size_t>(roll(random, 0, absurd.size() - 1))]);
  if (kind == FaultKind::counter_jump) return static_cast<std::uint32_t>(roll(random, 1, 100'000));
  return 0;
}

}  // namespace

std::string_view name_of(FaultKind kind) { return names[static_cast<std::size_t>(kind)]; }

FaultPlan draw_faults(base::Random& random, Duration run, Duration calm, std::size_t units, double density) {
  FaultPlan plan;
  for (bool& exists : plan.exists) exists = random.chance(density);
  plan.line = draw_line(random, plan);
  if (plan.has(FaultKind::meter_unreliable)) plan.meter_unreliable = random.between(0.01, 0.5);
  if (plan.has(FaultKind::meter_stale)) plan.meter_stale = roll(random, Duration{1s}, Duration{60s});

  const Duration fire = run - calm;
  const auto happen = [&](const Occasion& occasion) {
    if (!plan.has(occasion.kind)) return;
    const std::int64_t times = roll(random, 1, occasion.times);
    for (std::int64_t i = 0; i < times && !plan.happenings.full(); ++i) {
      Happening happening;
      happening.kind = occasion.kind;
      happening.lasting = roll(random, occasion.least, occasion.most);
      happening.at = Instant::at(roll(random, Duration{}, std::max(Duration{}, fire - happening.lasting)));
      happening.target = static_cast<std::uint8_t>(roll(random, 0, static_cast<std::int64_t>(units) - 1));
      happening.detail = detail_of(occasion.kind, random);
      plan.happenings.push_back(happening);
    }
  };
  for (const Occasion& occasion : unit_occasions) happen(occasion);
  for (const Occasion& occasion : meter_occasions) happen(occasion);
  std::stable_sort(plan.happenings.begin(), plan.happenings.end(),
                   [](const Happening& a, const Happening& b) { return a.at < b.at; });
  return plan;
}

ConnectorTraits draw_connector(base::Random& random, const FaultPlan& plan, std::size_t unit) {
  // Habits that concern one unit only are given to one that the dice choose.
  const auto has = [&](FaultKind kind) { return plan.has(kind) && random.chance(0.6); };
  ConnectorTraits traits;
  traits.id = static_cast<std::uint16_t>(roll(random, 0x0100, 0x6FFF) / 4 * 4 + static_cast<std::int64_t>(unit));
  traits.firmware = static_cast<Firmware>(roll(random, 0, 3));
  const bool american = random.chance(0.3);
  traits.hardware_maximum = american ? 80_A : 32_A;
  traits.phases = !american && random.chance(0.6) ? 3 : 1;
  traits.first_phase = static_cast<int>(roll(random, 0, 2));
  traits.volts = Volts::grains(american ? roll(random, 2300, 2460) : roll(random, 2200, 2400));
  traits.sag_per_amp = Volts::grains(roll(random, 1, 3));
  traits.volts_jitter = static_cast<int>(roll(random, 1, 3));
  traits.reading_offset = Amps::grains(roll(random, -45, 60));
  traits.lifetime = static_cast<std::uint32_t>(roll(random, 0, 20'000));
  traits.counts = static_cast<Counts>(roll(random, 0, 2));
  traits.tells_currents = random.chance(0.7);
  traits.model = american ? base::Text<11>{"EVWTS80HL"} : base::Text<11>{"EVW2T32HL"};
  traits.shows_starting = random.chance(0.1);
  traits.at_zero = random.chance(0.5) ? AtZero::keeps_drawing : AtZero::falls_to_six;
  if (has(FaultKind::zero_chatters)) traits.at_zero = AtZero::chatters;
  if (has(FaultKind::idle_offset)) traits.idle_reading = Amps::grains(25);
  if (has(FaultKind::slow_answers)) traits.answers_most = roll(random, Duration{60}, Duration{400});
  if (has(FaultKind::mirrors_nothing)) traits.mirrors = Mirrors::nothing;
  if (has(FaultKind::needs_repeating)) traits.needs_repeating = true;
  if (has(FaultKind::late_acceptance)) traits.accepts_after = Duration{3s};
  if (has(FaultKind::vin_parts_lost)) traits.loses_vin_part = 0.4;
  if (has(FaultKind::vin_parts_mixed)) traits.mixes_vin_parts = 0.2;
  if (has(FaultKind::state_blips)) traits.blips = 0.02;
  return traits;
}

CarTraits draw_car(base::Random& random, const FaultPlan& plan, Energy needed, Amps most) {
  const auto has = [&](FaultKind kind) { return plan.has(kind) && random.chance(0.6); };
  CarTraits traits;
  traits.needed = needed;
  traits.onboard = most;
  traits.onboard_three_phase = std::min(most, 16_A);
  traits.phases = random.chance(0.5) ? 3 : static_cast<int>(roll(random, 1, 2));
  traits.habit = random.chance(0.7) ? 1_A : 0.50_A;
  traits.below_offer = Amps::grains(roll(random, 5, 60));
  traits.half_ampere_up = roll(random, Duration{125}, Duration{250});
  traits.fall = roll(random, Duration{1s}, Duration{6s});
  traits.before_ready = roll(random, Duration{500}, Duration{4s});
  traits.before_start = roll(random, Duration{500}, Duration{4s});
  traits.starting = roll(random, Duration{1s}, Duration{6s});
  traits.taper = random.chance(0.5) ? Duration{60s} : Duration{};
  traits.until_asleep = roll(random, Duration{10min}, Duration{2h});
  traits.silences_borne = static_cast<int>(roll(random, 3, 5));
  traits.spike = most >= 40_A ? 21_A : 16_A;
  traits.wakes = random.chance(0.8) ? Wakes::on_offer : Wakes::in_rounds;
  if (random.chance(0.8)) traits.vin = base::Text<17>{"5YJSA1E27HF000337"};
  if (has(FaultKind::never_wakes)) traits.wakes = Wakes::never;
  if (has(FaultKind::ignores_zero)) traits.about_zero = AboutZero::ignores;
  if (has(FaultKind::sticks_at_six)) traits.sticks_at_six = traits.sticks_when_alternating = true;
  if (has(FaultKind::low_ceiling)) traits.chosen = Amps::whole(roll(random, 5, 12));
  if (has(FaultKind::sulks)) {
    traits.silences_borne = static_cast<int>(roll(random, 0, 2));
    traits.sulks_below_five = true;
  }
  return traits;
}

bool ForeignMaster::speak(Instant at, Transmission& out) {
  if (next_ > at) return false;
  const std::size_t length = is_p1(generation_) ? 14 : 16;
  Message message;
  const int burst = 10;
  if (said_ < burst) {
    message.two(said_ < burst / 2 ? 0xFCE1 : 0xFBE2);
    message.two(id_);
    message.byte(0x5A);
    message.fill_to(14);
  } else {
    message.two(0xFBE0);
    message.two(id_);
    message.two(unit_);
    message.byte(is_p1(generation_) ? 0x05 : 0x09);
    message.two(static_cast<std::uint16_t>(amps_.count()));
    message.fill_to(length);
  }
  out = on_the_wire(message);
  next_ = at + (said_ < burst ? Duration{100ms} : Duration{1s});
  ++said_;
  if (next_ >= until_) next_ = Instant::never();
  return true;
}

}  // namespace sim
