// Connectors and cars as somebody might own them, good and bad habits drawn from dice.
#pragma once

#include <algorithm>

#include "sim/dice.hpp"
#include "sim/wall_connector.hpp"

namespace bench {

using sim::AboutZero;
using sim::AtZero;
using sim::CarTraits;
using sim::ConnectorTraits;
using sim::Counts;
using sim::Firmware;
using sim::Mirrors;
using sim::roll;
using sim::Volts;
using sim::Wakes;
using namespace base::literals;
using namespace std::chrono_literals;

inline ConnectorTraits draw_connector(base::Random& random, std::uint16_t id) {
  const auto sometimes = [&] { return random.chance(0.2); };
  ConnectorTraits traits;
  traits.id = id;
  traits.firmware = static_cast<Firmware>(roll(random, 0, 3));
  const bool american = random.chance(0.3);
  traits.hardware_maximum = american ? 80_A : 32_A;
  traits.phases = !american && random.chance(0.6) ? 3 : 1;
  traits.wiring = sim::rotated(static_cast<int>(roll(random, 0, 2)));
  traits.volts = Volts::grains(american ? roll(random, 2300, 2460) : roll(random, 2200, 2400));
  traits.sag_per_amp = Volts::grains(roll(random, 1, 3));
  traits.volts_jitter = static_cast<int>(roll(random, 1, 3));
  traits.reading_offset = base::Amps::grains(roll(random, -45, 60));
  traits.lifetime = static_cast<std::uint32_t>(roll(random, 0, 20'000));
  traits.counts = static_cast<Counts>(roll(random, 0, 2));
  traits.tells_currents = random.chance(0.7);
  traits.model = american ? base::Text<11>{"EVWTS80HL"} : base::Text<11>{"EVW2T32HL"};
  traits.shows_starting = random.chance(0.1);
  traits.at_zero = random.chance(0.5) ? AtZero::keeps_drawing : AtZero::falls_to_six;
  if (sometimes()) traits.at_zero = AtZero::chatters;
  if (sometimes()) traits.idle_reading = base::Amps::grains(25);
  if (sometimes()) traits.answers_most = roll(random, base::Duration{60}, base::Duration{400});
  if (sometimes()) traits.mirrors = Mirrors::nothing;
  if (sometimes()) traits.needs_repeating = true;
  if (sometimes()) traits.accepts_after = base::Duration{3s};
  if (sometimes()) traits.loses_vin_part = 0.4;
  if (sometimes()) traits.mixes_vin_parts = 0.2;
  if (sometimes()) traits.blips = 0.02;
  return traits;
}

inline CarTraits draw_car(base::Random& random, base::Energy needed, base::Amps most) {
  const auto sometimes = [&] { return random.chance(0.2); };
  CarTraits traits;
  traits.needed = needed;
  traits.onboard = most;
  traits.onboard_three_phase = std::min(most, 16_A);
  traits.phases = random.chance(0.5) ? 3 : static_cast<int>(roll(random, 1, 2));
  traits.habit = random.chance(0.7) ? 1_A : 0.50_A;
  traits.below_offer = base::Amps::grains(roll(random, 5, 60));
  traits.half_ampere_up = roll(random, base::Duration{125}, base::Duration{250});
  traits.fall = roll(random, base::Duration{1s}, base::Duration{6s});
  traits.before_ready = roll(random, base::Duration{500}, base::Duration{4s});
  traits.before_start = roll(random, base::Duration{500}, base::Duration{4s});
  traits.starting = roll(random, base::Duration{1s}, base::Duration{6s});
  traits.taper = random.chance(0.5) ? base::Duration{60s} : base::Duration{};
  traits.until_asleep = roll(random, base::Duration{10min}, base::Duration{2h});
  traits.silences_borne = static_cast<int>(roll(random, 3, 5));
  traits.spike = most >= 40_A ? 21_A : 16_A;
  traits.wakes = random.chance(0.8) ? Wakes::on_offer : Wakes::in_rounds;
  if (random.chance(0.8)) traits.vin = base::Text<17>{"5YJSA1E27HF000337"};
  if (sometimes()) traits.wakes = Wakes::never;
  if (sometimes()) traits.about_zero = AboutZero::ignores;
  if (sometimes()) traits.sticks_at_six = traits.sticks_when_alternating = true;
  if (sometimes()) traits.chosen = base::Amps::whole(roll(random, 5, 12));
  if (sometimes()) {
    traits.silences_borne = static_cast<int>(roll(random, 0, 2));
    traits.sulks_below_five = true;
  }
  return traits;
}

}  // namespace bench
