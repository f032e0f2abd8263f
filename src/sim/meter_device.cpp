// Questions, delays, old samples and nonsense.
#include "sim/meter_device.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>

#include "sim/dice.hpp"

namespace sim {
namespace {

/// Old values are kept in at most this many samples.
constexpr int samples_kept = 48;

/// How much older than usual an answer is: by the moment of the question, so that the two numbers of one device, asked
/// together, are from one moment.
Duration jitter(Duration most, Instant at) {
  if (most <= Duration{}) return {};
  base::Random dice{static_cast<std::uint64_t>(at.since_origin().count())};
  return roll(dice, Duration{}, most);
}

enum class Measure : std::uint8_t { power, current, level };

constexpr Measure measure_of(Shows shows) {
  if (shows == Shows::battery_level) return Measure::level;
  return shows >= Shows::current_1 && shows <= Shows::current_3 ? Measure::current : Measure::power;
}

/// What it says when it is out of its mind.
constexpr std::string_view below_zero(Shows shows) {
  switch (measure_of(shows)) {
    case Measure::power: return "-48000.0 W";
    case Measure::current: return "-480.00 A";
    case Measure::level: return "-48.0 %";
  }
  return {};
}

}  // namespace

MeterDevice::Value MeterDevice::shown(const HousePower& truth) const {
  const Watts inside = traits_.charger == Charger::inside ? truth.cars : Watts{};
  const Watts net = truth.grid() - truth.cars + inside;
  switch (traits_.shows) {
    case Shows::generation: return truth.solar.count();
    case Shows::consumption: return (truth.load + inside).count();
    case Shows::grid_import: return std::max(Watts{}, net).count();
    case Shows::grid_export: return std::max(Watts{}, -net).count();
    case Shows::net_grid: return net.count();
    case Shows::current_1: return truth.current[0].count();
    case Shows::current_2: return truth.current[1].count();
    case Shows::current_3: return truth.current[2].count();
    case Shows::battery: return truth.battery.count();
    case Shows::battery_level: return truth.battery_level;
  }
  return 0;
}

void MeterDevice::misbehave(MeterFault fault, Instant until) {
  forced_ = fault;
  forced_until_ = until;
}

void MeterDevice::sample(Instant at, const HousePower& truth) {
  samples_.push({at, shown(truth)});
  sample_at_ = at + std::max(Duration{1s}, oldest() / samples_kept);
}

MeterDevice::Value MeterDevice::old_value(Instant at) {
  // What has been shown is not followed by something older.
  const Instant then = shown_ = std::max(shown_, at - traits_.stale - jitter(traits_.jitters, at));
  for (std::size_t i = samples_.size(); i-- > 0;) {
    if (samples_[i].at <= then || i == 0) return samples_[i].value;
  }
  return 0;
}

MeterDevice::Value MeterDevice::noise() {
  const std::int64_t watts = roll(random_, -traits_.noise, traits_.noise);
  switch (measure_of(traits_.shows)) {
    case Measure::power: return Watts::whole(watts).count();
    case Measure::current: return (Watts::whole(watts) / Volts::whole(230)).count();
    case Measure::level: return 0;
  }
  return 0;
}

void MeterDevice::ask(Instant at, Duration patience, const HousePower& truth) {
  if (oldest() > Duration{} && samples_.empty()) sample(at, truth);
  Value value = oldest() > Duration{} ? old_value(at) : shown(truth);
  if (traits_.noise > 0) value += noise();

  pending_ = at < forced_until_ ? forced_ : MeterFault::none;
  if (pending_ == MeterFault::none && unreliable_ > 0 && random_.chance(unreliable_))
    pending_ = static_cast<MeterFault>(roll(random_, 1, meter_fault_count - 1));
  if (pending_ == MeterFault::frozen && last_) value = *last_;
  last_ = value;
  write(value);
  Duration delay = roll(random_, traits_.answers_least, traits_.answers_most);
  if (pending_ == MeterFault::silent || delay > patience) {
    pending_ = MeterFault::silent;
    delay = patience;
  }
  answer_at_ = at + delay;
}

void MeterDevice::write(Value value) {
  const auto says = [this](fmt::format_string<double&> format, double shown) {
    char text[64];
    const auto end = fmt::format_to_n(text, sizeof text, format, shown);
    body_ = base::Text<64>(std::string_view(text, std::min(end.size, sizeof text)));
  };
  const Measure measure = measure_of(traits_.shows);
  const double number = measure == Measure::power     ? Watts::grains(value).number()
                        : measure == Measure::current ? Amps::grains(value).number()
                                                      : static_cast<double>(value) / 10;
  const bool current = measure == Measure::current;
  if (measure == Measure::level) return says("{:.1f} %", number);
  switch (traits_.writes) {
    case Writes::plain: return says("{:.0f}", number);
    case Writes::decimal: return says("{:.1f}", number);
    case Writes::with_unit: return current ? says("{:.2f} A", number) : says("{:.1f} W", number);
    case Writes::in_kilowatts: return current ? says("{:.0f} mA", number * 1000) : says("{:.3f} kW", number / 1000);
  }
}

bool MeterDevice::answer(Instant at, MeterReply& out) {
  if (answer_at_ > at) return false;
  answer_at_ = Instant::never();
  out = {MeterReply::Outcome::answered, 200, body_.view(), pending_};
  switch (pending_) {
    case MeterFault::none:
    case MeterFault::frozen: break;
    case MeterFault::silent: out = {MeterReply::Outcome::timed_out, 0, {}, pending_}; break;
    case MeterFault::unreachable: out = {MeterReply::Outcome::unreachable, 0, {}, pending_}; break;
    case MeterFault::too_large: out = {MeterReply::Outcome::too_large, 200, {}, pending_}; break;
    case MeterFault::server_error:
      out.http_status = 500;
      out.body = "Internal Server Error";
      break;
    case MeterFault::words: out.body = "unavailable"; break;
    case MeterFault::not_a_number: out.body = "NaN"; break;
    case MeterFault::infinite: out.body = "inf W"; break;
    case MeterFault::negative: out.body = below_zero(traits_.shows); break;
    case MeterFault::huge: out.body = "1e300"; break;
    case MeterFault::empty: out.body = ""; break;
  }
  return true;
}

}  // namespace sim
