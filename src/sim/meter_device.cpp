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

}  // namespace

Watts MeterDevice::shown(const HousePower& truth) const {
  const Watts inside = traits_.charger == Charger::inside ? truth.cars : Watts{};
  switch (traits_.shows) {
    case Shows::generation: return truth.solar;
    case Shows::consumption: return truth.load + inside;
    case Shows::grid_import: return std::max(Watts{}, truth.load + inside - truth.solar);
    case Shows::grid_export: return std::max(Watts{}, truth.solar - truth.load - inside);
    case Shows::net_grid: return truth.load + inside - truth.solar;
  }
  return Watts{};
}

void MeterDevice::misbehave(MeterFault fault, Instant until) {
  forced_ = fault;
  forced_until_ = until;
}

void MeterDevice::sample(Instant at, const HousePower& truth) {
  samples_.push({at, shown(truth)});
  sample_at_ = at + std::max(Duration{1s}, oldest() / samples_kept);
}

Watts MeterDevice::old_value(Instant at) {
  // What has been shown is not followed by something older.
  const Instant then = shown_ = std::max(shown_, at - traits_.stale - jitter(traits_.jitters, at));
  for (std::size_t i = samples_.size(); i-- > 0;) {
    if (samples_[i].at <= then || i == 0) return samples_[i].value;
  }
  return Watts{};
}

void MeterDevice::ask(Instant at, Duration patience, const HousePower& truth) {
  if (oldest() > Duration{} && samples_.empty()) sample(at, truth);
  Watts value = oldest() > Duration{} ? old_value(at) : shown(truth);
  if (traits_.noise > 0) value += Watts::whole(roll(random_, -traits_.noise, traits_.noise));

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

void MeterDevice::write(Watts value) {
  body_.clear();
  const double watts = value.number();
  char text[64];
  fmt::format_to_n_result<char*> end{};
  switch (traits_.writes) {
    case Writes::plain: end = fmt::format_to_n(text, sizeof text, "{:.0f}", watts); break;
    case Writes::decimal: end = fmt::format_to_n(text, sizeof text, "{:.1f}", watts); break;
    case Writes::with_unit: end = fmt::format_to_n(text, sizeof text, "{:.1f} W", watts); break;
    case Writes::in_kilowatts: end = fmt::format_to_n(text, sizeof text, "{:.3f} kW", watts / 1000); break;
  }
  body_ = base::Text<64>(std::string_view(text, std::min(end.size, sizeof text)));
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
    case MeterFault::negative: out.body = "-48000.0 W"; break;
    case MeterFault::huge: out.body = "1e300"; break;
    case MeterFault::empty: out.body = ""; break;
  }
  return true;
}

}  // namespace sim
