// The mistakes that the types refuse. Behind each #ifdef stands what must not compile, behind #else its nearest
// neighbour that must: so a test cannot pass because of a missing header or a slip of the pen (see CMakeLists.txt).
#include "base/ids.hpp"
#include "base/phases.hpp"
#include "base/time.hpp"
#include "base/units.hpp"
#include "wire/permit.hpp"
#include "wire/slip.hpp"
#include "wire/twc.hpp"

using namespace base;
using namespace base::literals;

inline void take_amps(Amps) {}
inline void take_bytes(std::span<const std::uint8_t>) {}
inline void take_unit(UnitId) {}

inline void quantities(Volts volts, Amps amps, Watts watts, Energy energy, Duration time) {
#ifdef volts_and_amps_do_not_add
  (void)(volts + amps);
#else
  (void)(volts + volts);
#endif
#ifdef watts_are_not_amps
  take_amps(watts);
#else
  take_amps(watts / volts);
#endif
#ifdef a_number_is_not_amps
  take_amps(16);
#else
  take_amps(16_A);
#endif
#ifdef a_fraction_is_not_amps
  take_amps(16.5);
#else
  take_amps(16.5_A);
#endif
#ifdef amps_are_not_a_number
  const double number = amps;
#else
  const double number = amps.number();
#endif
  (void)number;
#ifdef amps_are_not_compared_with_watts
  (void)(amps < watts);
#else
  (void)(amps < watts / volts);
#endif
#ifdef amps_are_not_compared_with_a_number
  (void)(amps == 0);
#else
  (void)(amps == Amps{});
#endif
#ifdef amps_times_amps_is_nothing
  (void)(amps * amps);
#else
  (void)(amps * volts);
#endif
#ifdef amps_are_not_scaled_by_a_fraction
  const Amps scaled = Amps(amps.count() * 0.8);
#else
  const Amps scaled = Amps::grains(amps.count() * 8 / 10);
#endif
  (void)scaled;
#ifdef power_is_not_energy
  energy = watts;
#else
  energy = watts * time;
#endif
#ifdef a_phase_is_not_all_three
  const Phases<Amps> each = amps;
#else
  const Phases<Amps> each{{amps, amps, amps}};
#endif
  (void)each;
}

inline void times(Instant instant, WallTime wall, Duration span) {
#ifdef an_instant_is_not_wall_time
  const WallTime later = instant + span;
#else
  const WallTime later = wall + span;
#endif
  (void)later;
#ifdef instant_and_wall_time_have_no_distance
  (void)(wall - instant);
#else
  (void)(wall - WallTime{});
#endif
#ifdef instant_and_wall_time_are_not_compared
  (void)(instant < wall);
#else
  (void)(instant < Instant::never());
#endif
#ifdef instant_plus_wall_time_is_nothing
  (void)(instant + wall);
#else
  (void)(instant + span);
#endif
#ifdef instants_do_not_add
  (void)(instant + instant);
#else
  (void)(instant - instant);
#endif
#ifdef a_duration_is_not_an_instant
  instant = span;
#else
  instant = Instant::at(span);
#endif
#ifdef a_number_is_not_a_duration
  (void)(instant + 5);
#else
  (void)(instant + 5s);
#endif
}

inline void names(UnitId unit, Sign sign) {
#ifdef a_sign_is_not_a_unit
  take_unit(sign);
#else
  take_unit(unit);
#endif
#ifdef a_number_is_not_a_unit
  take_unit(0x7777);
#else
  take_unit({0x7777});
#endif
  (void)sign;
}

inline void frames(const wire::Dangerous& dangerous, const wire::FrameBytes& bytes,
                   const wire::Permission& permission) {
#ifdef a_dangerous_frame_has_no_encoder
  (void)wire::encode(dangerous);
#else
  (void)wire::encode(wire::Idle{});
#endif
#ifdef nobody_constructs_a_dangerous_frame
  (void)wire::Dangerous{0xFC19};
#else
  (void)wire::Dangerous{dangerous};
#endif
#ifdef a_dangerous_frame_does_not_come_from_nothing
  (void)wire::Dangerous{};
#else
  (void)wire::Idle{};
#endif
#ifdef a_frame_of_unknown_kind_has_no_encoder
  (void)wire::encode(wire::Frame{wire::Idle{}});
#else
  (void)wire::print(wire::Frame{wire::Idle{}});
#endif
#ifdef nobody_constructs_outgoing_bytes
  const wire::Outgoing outgoing{wire::escape({bytes.begin(), bytes.size()})};
#else
  const auto outgoing = wire::permit(bytes, permission);
#endif
  (void)outgoing;
#ifdef outgoing_bytes_do_not_come_from_nothing
  (void)wire::Outgoing{};
#else
  (void)wire::Permission{};
#endif
#ifdef outgoing_bytes_cannot_be_changed
  wire::permit(bytes, permission)->bytes()[0] = 0;
#else
  take_bytes(wire::permit(bytes, permission)->bytes());
#endif
#ifdef a_refused_frame_is_not_outgoing
  const wire::Outgoing granted = wire::permit(bytes, permission);
#else
  const wire::Outgoing granted = wire::permit(bytes, permission).value();
#endif
  (void)granted;
#ifdef a_heartbeat_takes_no_bare_number
  const wire::MasterHeartbeat beat{.order = wire::Order::limit, .amps = 1600};
#else
  const wire::MasterHeartbeat beat{.order = wire::Order::limit, .amps = 16_A};
#endif
  (void)beat;
#ifdef an_order_is_not_a_number
  const wire::MasterHeartbeat other{.order = 9};
#else
  const wire::MasterHeartbeat other{.order = wire::Order::limit};
#endif
  (void)other;
#ifdef a_meaning_that_may_be_refused_is_not_a_frame
  const wire::Frame frame = wire::decode({bytes.begin(), bytes.size()});
#else
  const tl::expected<wire::Frame, wire::Refusal> frame = wire::decode({bytes.begin(), bytes.size()});
#endif
  (void)frame;
}
