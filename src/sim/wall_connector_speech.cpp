// What a wall connector hears and says: the messages of spec/twc-protocol §2, byte by byte.
#include <algorithm>
#include <string_view>

#include "sim/dice.hpp"
#include "sim/wall_connector.hpp"

namespace sim {
namespace {

constexpr Duration silence_before_linkready = 10s;
constexpr Duration first_of_series = 200ms, between_series = 1s;
constexpr int series_length = 5;
constexpr Duration pause_between_answers = 30ms;
constexpr std::string_view another_vin = "5YJ3E1EA7KF000001";  // whose parts get mixed in

constexpr std::uint16_t answer_to(std::uint16_t query) {
  return static_cast<std::uint16_t>(0xFD00 | (query & 0xFF));
}

void text(Message& message, std::string_view characters, std::size_t field) {
  for (std::size_t i = 0; i < field; ++i)
    message.byte(i < characters.size() ? static_cast<std::uint8_t>(characters[i]) : std::uint8_t{0});
}

std::uint16_t on_the_bus(Amps amps) {
  return static_cast<std::uint16_t>(std::clamp<std::int64_t>(amps.count(), 0, 0xFFFF));
}

/// major, minor, revision, release as told by FB EC and FB 1B.
constexpr std::array<std::uint8_t, 4> version_of(Firmware firmware) {
  switch (firmware) {
    case Firmware::p1: return {2, 0, 0, 0};
    case Firmware::p2_2_5_1: return {2, 5, 1, 0};
    case Firmware::p2_4_4: return {4, 4, 13, 0};
    case Firmware::p2_4_5_3: return {4, 5, 3, 2};
  }
  return {};
}

/// FC, FE, F8, FF, F0 or nothing at 85/5/4/3/1/2 % (§5.1).
void trail(Transmission& wire, std::uint64_t die) {
  const auto percent = (die & 0xFFFF) * 100 >> 16;
  if (percent < 85) wire.add(0xFC);
  else if (percent < 90) wire.add(0xFE);
  else if (percent < 94) wire.add(0xF8);
  else if (percent < 97) wire.add(0xFF);
  else if (percent < 98) wire.add(0xF0);
}

}  // namespace

// --- Hearing --------------------------------------------------------------------------------------------------------

void WallConnector::hear(std::span<const std::uint8_t> bytes, Instant at) {
  // Data (FD) concerns masters only, and a lone heartbeat the one it names.
  if (bytes.size() > 1 && bytes[0] == 0xC0 && bytes[1] == 0xFD) return;
  const bool lone_heartbeat =
      bytes.size() >= 16 && bytes.size() <= 20 && bytes[0] == 0xC0 && bytes[1] == 0xFB && bytes[2] == 0xE0;
  if (lone_heartbeat && std::all_of(bytes.begin() + 3, bytes.begin() + 7, [](std::uint8_t b) { return b < 0xC0; }) &&
      (bytes[5] << 8 | bytes[6]) != id_)
    return;
  Receiver receiver(bytes);
  Message message;
  while (receiver.next(message)) hear(message, at);
}

void WallConnector::hear(const Message& message, Instant at) {
  if (ears_ == Ears::deaf || mute_ == Mute::yes || at < wakes_) return;
  const std::uint16_t kind = message.kind();
  switch (kind) {
    case 0xFBE0: hear_heartbeat(message, at); break;
    case 0xFCE1:
    case 0xFBE1: hear_linkready(message, false, at); break;
    case 0xFBE2:
    case 0xFCE2: hear_linkready(message, true, at); break;
    case 0xFBEB:
    case 0xFBEC:
    case 0xFBED:
    case 0xFBEE:
    case 0xFBEF:
    case 0xFBF1:
    case 0xFBB4:
    case 0xFB19:
    case 0xFB1A:
    case 0xFB1B: hear_query(message, at); break;
    case 0xFCB1:
    case 0xFCB2: hear_order(message, at); break;
    case 0xFC19:
    case 0xFC1A:
    case 0xFBE8:
    case 0xFCA1:
    case 0xFCE5:
    case 0xFCE7: hear_dangerous(kind, at); break;
    default: break;
  }
}

void WallConnector::hear_heartbeat(const Message& message, Instant at) {
  if ((message.size != 14 && message.size != 16) || message.word(4) != id_) return;
  run(at);
  const bool was_alone = !master_alive();
  next_linkready_ = at + silence_before_linkready + traits_.clock_drift;
  series_left_ = 0;
  master_lost_ = at + loss_after_;
  if (red_blinks_ == 4) red_blinks_ = 0;
  if (at >= unplugged_until_) mirrored_ = limit_;  // what it accepted before shows from now on
  if (was_alone && !cut_off_) let_draw(allowed_, at);
  obey(message.bytes[6], Amps::grains(message.word(7)), at);
  promise(0xFDE0, message.word(2), at);
  find_deadline();
}

void WallConnector::hear_linkready(const Message& message, bool second, Instant at) {
  if (message.size != 14 && message.size != 16) return;
  if (message.word(2) == id_) {
    const auto before = id_;
    do id_ = static_cast<std::uint16_t>(roll(random_, 1, 0xFFFE));
    while (id_ == before || id_ == 0x7777);
    sign_ = static_cast<std::uint8_t>(sign_ + roll(random_, 1, 255));
    next_linkready_ = at + roll(random_, Duration{200ms}, Duration{1s});
    series_left_ = 0;
    pending_.clear();
    find_deadline();
    return;
  }
  if (message.bytes[4] == 0x77 && message.word(5) != 0 && car_) {
    run(at);
    car_->hear_bus_maximum(at);
    follow_car(at);
  }
  if (!second || series_left_ > 0) return;
  if (++second_linkreadies_ < 2) return;
  second_linkreadies_ = 0;
  series_left_ = series_length;
  next_linkready_ = at + first_of_series + traits_.clock_drift;
  find_deadline();
}

bool WallConnector::answers(std::uint16_t query) const {
  switch (query) {
    case 0xFB19:
    case 0xFB1A:
    case 0xFB1B: return true;
    case 0xFBEB:
    case 0xFBEC:
    case 0xFBED: return !is_p1(traits_.firmware);
    default: return traits_.firmware == Firmware::p2_4_5_3;
  }
}

void WallConnector::hear_query(const Message& message, Instant at) {
  const std::uint16_t kind = message.kind();
  const bool has_ids = kind != 0xFB19 && kind != 0xFB1A && kind != 0xFB1B;
  if (message.size > 16 || (has_ids && message.word(4) != id_) || !answers(kind)) return;
  run(at);
  const bool vin = kind == 0xFBEE || kind == 0xFBEF || kind == 0xFBF1;
  if (vin && traits_.loses_vin_part > 0 && random_.chance(traits_.loses_vin_part)) return;
  promise(answer_to(kind), message.word(2), at);
  find_deadline();
}

void WallConnector::hear_order(const Message& message, Instant at) {
  if (message.size != 16 || message.word(4) != id_ || traits_.firmware != Firmware::p2_4_5_3) return;
  run(at);
  if (!random_.chance(traits_.ignores_order)) {
    denied_ = message.kind() == 0xFCB2;
    if (denied_) cut_car(Cut::order, at);
    let_draw(allowed_, at);
    if (!denied_ && car_ && !cut_off_) car_->let(at);
  }
  promise(answer_to(message.kind()), message.word(2), at);
  follow_car(at);
}

void WallConnector::hear_dangerous(std::uint16_t kind, Instant at) {
  // Whoever sends one of these has failed already; what it does to a unit's memory is not played.
  ++dangerous_heard_;
  run(at);
  if (kind == 0xFBE8) {
    mute_ = Mute::yes;
    lasting_ = true;
    fail({}, at);
  } else if (kind == 0xFCA1) {
    wakes_ = at + Duration{5s};
    pending_.clear();
  } else if (kind == 0xFCE5 && traits_.firmware == Firmware::p2_4_4) {
    cut_car(Cut::restart, at);  // it comes back by itself after some 3 s
    if (car_) car_->let(at);
  }
  find_deadline();
}

void WallConnector::promise(std::uint16_t kind, std::uint16_t receiver, Instant at) {
  if (ears_ != Ears::good || pending_.full()) return;
  Instant due = at + roll(random_, traits_.answers_least, traits_.answers_most);
  if (!pending_.empty()) {
    if (random_.chance(traits_.loses_second_request)) return;
    due = std::max(due, pending_.back().at + pause_between_answers);
  }
  pending_.push_back({due, kind, receiver});
}

// --- Speaking -------------------------------------------------------------------------------------------------------

bool WallConnector::speak(Instant at, Transmission& out) {
  run(at);
  bool speaks = next_word() <= at;
  if (speaks) {
    if (!pending_.empty() && pending_[0].at <= at) {
      const Pending due = pending_[0];
      pending_.erase_at(0);
      say(compose(due.kind, due.receiver, at), at, out);
      if (mute_ == Mute::after_answer && due.kind == 0xFDE0) {
        mute_ = Mute::yes;
        pending_.clear();
      }
    } else {
      say(compose(0xFDE2, 0, at), at, out);
      if (series_left_ > 0 && --series_left_ > 0) next_linkready_ = at + between_series + traits_.clock_drift;
      else next_linkready_ = at + silence_before_linkready + traits_.clock_drift;
      if (red_blinks_ == 0 && master_alive() && master_lost_ - at <= loss_after_ - silence_before_linkready)
        red_blinks_ = 4;
    }
  }
  find_deadline();
  return speaks;
}

void WallConnector::say(const Message& message, Instant at, Transmission& out) {
  out = on_the_wire(message);
  trail(out, random_.next());
  mouth_free_ = at + time_on_wire(out.size) + Duration{2};
}

Amps WallConnector::reading() {
  const Amps truth = drawn();
  if (truth == Amps{}) return traits_.idle_reading;
  constexpr std::array<std::int64_t, 4> jitter{-4, 0, 0, 5};
  const Amps offset = truth >= 2_A ? traits_.reading_offset : Amps{};
  return std::max(Amps{}, truth + offset + Amps::grains(jitter[random_.next() >> 62]));
}

Message WallConnector::compose(std::uint16_t kind, std::uint16_t receiver, Instant at) {
  Message message;
  message.two(kind);
  const std::size_t usual = is_p1(traits_.firmware) ? 14 : 16;
  const auto version = version_of(traits_.firmware);
  switch (kind) {
    case 0xFDE0: {
      if (traits_.blips > 0 && random_.chance(traits_.blips) && shown_until_ <= at) {
        shown_ = 0x05;
        shown_until_ = at + Duration{1s};
      }
      message.two(id_);
      message.two(receiver);
      message.byte(state(at));
      message.two(on_the_bus(failed_ ? Amps{} : chatters_ ? (chatter_up_ ? Amps{} : 6_A) : limit_told()));
      message.two(on_the_bus(reading()));
      break;
    }
    case 0xFDE2:
      message.two(id_);
      message.byte(sign_);
      message.two(on_the_bus(traits_.hardware_maximum));
      break;
    case 0xFDEB: compose_meter(message, at); break;
    case 0xFDEC:
      message.two(id_);
      for (const std::uint8_t part : version) message.byte(part);
      break;
    case 0xFDED:
      message.two(id_);
      text(message, traits_.serial.view(), 11);
      message.fill_to(20);
      break;
    case 0xFDEE:
    case 0xFDEF:
    case 0xFDF1: compose_vin(message, kind, at); break;
    case 0xFD19: text(message, traits_.serial.view(), 11); break;
    case 0xFD1A: text(message, traits_.model.view(), 11); break;
    case 0xFD1B:
      for (std::size_t i = 0; i < 3; ++i) message.byte(version[i]);
      break;
    case 0xFDB4:
      message.two(id_);
      message.byte(!car_ ? 0 : drawn() > Amps{} ? 1 : 3);
      break;
    default: message.two(id_); break;  // FD B1, FD B2
  }
  message.fill_to(usual);
  return message;
}

void WallConnector::compose_meter(Message& message, Instant at) {
  message.two(id_);
  const std::int64_t joules = delivered(at).count() / Energy::whole(1).count();
  const std::int64_t watt_hours = (static_cast<std::int64_t>(traits_.lifetime) + counter_jump_) * 1000 + joules / 3600;
  std::int64_t counter = traits_.counts == Counts::watt_hours ? watt_hours : watt_hours / 1000;
  if (traits_.counts == Counts::with_a_stuck_bit) counter |= 0x400000;
  message.two(static_cast<std::uint16_t>(counter >> 16));
  message.two(static_cast<std::uint16_t>(counter));
  const Phases<Volts> true_volts = volts();
  for (const Volts phase : true_volts) {
    const std::int64_t jitter = roll(random_, -traits_.volts_jitter, traits_.volts_jitter);
    message.two(static_cast<std::uint16_t>(phase == Volts{} ? 0 : (phase.count() + 5) / 10 + jitter));
  }
  const bool tells = traits_.tells_currents && traits_.firmware == Firmware::p2_4_5_3 && drawn() > Amps{};
  for (int phase = 0; phase < 3; ++phase) {
    const bool active = tells && phase < car_->phases();
    message.byte(active ? static_cast<std::uint8_t>(std::min<std::int64_t>(255, (reading().count() + 25) / 50))
                        : std::uint8_t{0});
  }
  message.fill_to(20);
}

void WallConnector::compose_vin(Message& message, std::uint16_t kind, Instant at) {
  message.two(id_);
  std::string_view vin;
  if (car_ && traits_.can == Can::on && car_->tells_vin(at)) vin = car_->traits().vin.view();
  if (!vin.empty() && traits_.mixes_vin_parts > 0 && random_.chance(traits_.mixes_vin_parts)) vin = another_vin;
  const std::size_t first = kind == 0xFDEE ? 0 : kind == 0xFDEF ? 7 : 14;
  const std::size_t length = kind == 0xFDF1 ? 3 : 7;
  text(message, vin.size() > first ? vin.substr(first, length) : std::string_view{}, length);
  message.fill_to(20);
}

}  // namespace sim
