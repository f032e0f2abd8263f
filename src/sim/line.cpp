// Half duplex, 9600 baud, and dice for what may go wrong.
#include "sim/line.hpp"

#include <algorithm>

#include "base/result.hpp"
#include "sim/dice.hpp"

namespace sim {
namespace {

constexpr std::uint8_t delimiter = 0xC0;

bool is_perfect(const LineFaults& f) {
  return f.lost + f.flipped + f.shortened + f.stuffed + f.trailed + f.split + f.doubled + f.joined <= 0;
}

}  // namespace

Line::Line(const LineFaults& faults, base::Random random) : faults_(faults), random_(random) {
  set_faults(faults, Instant{});
}

void Line::set_faults(const LineFaults& faults, Instant at) {
  faults_ = faults;
  perfect_ = is_perfect(faults);
  next_noise_ = Instant::never();
  if (faults.noise_every > Duration{}) next_noise_ = at + Duration{roll(random_, 1, 2 * faults.noise_every.count())};
  find_deadline();
}

Duration Line::latency() {
  return roll(random_, faults_.latency_least, faults_.latency_most);
}

void Line::send_from_controller(std::span<const std::uint8_t> bytes, Instant at) {
  if (!plugged_) {
    ++tally_.unplugged;
    return;
  }
  const Instant start = std::max(at + latency(), transmitter_free_);
  transmitter_free_ = start + time_on_wire(bytes.size());
  launch(Talker::controller, bytes, start);
}

void Line::send(Talker who, std::span<const std::uint8_t> bytes, Instant at) {
  launch(who, bytes, at);
}

void Line::launch(Talker who, std::span<const std::uint8_t> bytes, Instant at) {
  base::check(bytes.size() <= Transmission::capacity, "a transmission on the simulated bus has at most 64 bytes");
  ++tally_.carried;
  if (flights_.full()) {
    ++tally_.overrun;
    return;
  }
  Flight& flight = flights_.push_back({});
  flight.from = at;
  flight.until = at + time_on_wire(bytes.size());
  flight.who = who;
  std::copy(bytes.begin(), bytes.end(), flight.wire.bytes.begin());
  flight.wire.size = static_cast<std::uint8_t>(bytes.size());
  for (Flight& other : flights_) {
    if (&other == &flight || other.until <= flight.from || flight.until <= other.from) continue;
    other.collided = flight.collided = true;
  }
  deadline_ = std::min(deadline_, flight.until);
}

void Line::garble(Transmission& wire) {
  const std::int64_t first = roll(random_, 0, wire.size - 1);
  for (std::size_t i = static_cast<std::size_t>(first); i < wire.size; ++i) {
    if (random_.chance(0.6)) wire.bytes[i] = static_cast<std::uint8_t>(random_.next());
  }
  if (wire.size > 1) wire.bytes[1] ^= 0x04;  // at least one byte is wrong, whatever the dice say
}

void Line::damage(Flight& flight) {
  Transmission& wire = flight.wire;
  const auto place = [&] { return static_cast<std::size_t>(roll(random_, 0, wire.size - 1)); };
  if (random_.chance(faults_.flipped)) {
    ++tally_.flipped;
    wire.bytes[place()] ^= static_cast<std::uint8_t>(1 << roll(random_, 0, 7));
  }
  if (wire.size > 1 && random_.chance(faults_.shortened)) {
    ++tally_.shortened;
    const std::size_t gap = place();
    std::copy(wire.bytes.begin() + gap + 1, wire.bytes.begin() + wire.size, wire.bytes.begin() + gap);
    --wire.size;
  }
  if (wire.size < Transmission::capacity && random_.chance(faults_.stuffed)) {
    ++tally_.stuffed;
    const std::size_t gap = place();
    std::copy_backward(wire.bytes.begin() + gap, wire.bytes.begin() + wire.size, wire.bytes.begin() + wire.size + 1);
    wire.bytes[gap] = static_cast<std::uint8_t>(random_.next());
    ++wire.size;
  }
  if (random_.chance(faults_.trailed)) {
    ++tally_.trailed;
    const auto more = roll(random_, 1, 5);
    const auto which = roll(random_, 0, more - 1);
    for (std::int64_t i = 0; i < more; ++i)
      wire.add(i == which ? delimiter : static_cast<std::uint8_t>(random_.next()));
  }
}

void Line::make_noise(Instant at) {
  ++tally_.noise;
  Transmission burst;
  const auto length = roll(random_, 1, 8);
  for (std::int64_t i = 0; i < length; ++i)
    burst.add(random_.chance(0.2) ? delimiter : static_cast<std::uint8_t>(random_.next()));
  next_noise_ = at + Duration{roll(random_, 1, 2 * faults_.noise_every.count())};
  launch(Talker::noise, burst.view(), at);
}

void Line::enqueue(std::span<const std::uint8_t> bytes, Instant at) {
  if (!chunks_.empty()) at = std::max(at, chunks_.newest().at);
  if (chunks_.size() == 16) {
    ++tally_.overrun;
    return;
  }
  Chunk& chunk = chunks_.push({});
  chunk.at = at;
  chunk.size = static_cast<std::uint8_t>(bytes.size());
  std::copy(bytes.begin(), bytes.end(), chunk.bytes.begin());
}

void Line::to_controller(const Flight& flight) {
  const std::span<const std::uint8_t> bytes = flight.wire.view();
  const Instant at = flight.until + latency();
  if (perfect_) {
    enqueue(bytes, at);
    return;
  }
  if (!chunks_.empty() && random_.chance(faults_.joined)) {
    Chunk& last = chunks_[chunks_.size() - 1];
    if (last.size + bytes.size() <= Chunk::capacity) {
      ++tally_.joined;
      std::copy(bytes.begin(), bytes.end(), last.bytes.begin() + last.size);
      last.size = static_cast<std::uint8_t>(last.size + bytes.size());
      last.at = std::max(last.at, at);
      return;
    }
  }
  if (bytes.size() > 1 && random_.chance(faults_.split)) {
    ++tally_.split;
    const auto cut = static_cast<std::size_t>(roll(random_, 1, static_cast<std::int64_t>(bytes.size()) - 1));
    enqueue(bytes.first(cut), at);
    enqueue(bytes.subspan(cut), at + Duration{roll(random_, 1, 20)});
  } else {
    enqueue(bytes, at);
  }
  if (random_.chance(faults_.doubled)) {
    ++tally_.doubled;
    enqueue(bytes, at + Duration{roll(random_, 1, 20)});
  }
}

bool Line::deliver(Instant now, Delivery& out) {
  while (deadline_ <= now) {
    if (!chunks_.empty() && chunks_[0].at <= deadline_) {
      read_ = chunks_[0];
      chunks_.pop_front();
      find_deadline();
      out = {Delivery::To::controller, Talker::noise, read_.at, {read_.bytes.data(), read_.size}};
      return true;
    }
    if (next_noise_ <= deadline_) {
      make_noise(next_noise_);
      find_deadline();
      continue;
    }
    const auto first = std::min_element(flights_.begin(), flights_.end(),
                                        [](const Flight& a, const Flight& b) { return a.until < b.until; });
    Flight flight = *first;
    flights_.erase_at(static_cast<std::size_t>(first - flights_.begin()));
    const bool lost = !perfect_ && random_.chance(faults_.lost);
    if (lost) ++tally_.lost;
    if (!perfect_) damage(flight);
    if (flight.collided) {
      ++tally_.collided;
      garble(flight.wire);
    }
    const bool own = flight.who == Talker::controller;
    if (plugged_ && (own ? faults_.echo == Echo::on : !lost)) to_controller(flight);
    find_deadline();
    if (own && lost) continue;
    heard_ = flight.wire;
    out = {Delivery::To::units, flight.who, flight.until, heard_.view()};
    return true;
  }
  return false;
}

void Line::unplug_adapter() {
  plugged_ = false;
  chunks_.clear();
  find_deadline();
}

void Line::find_deadline() {
  deadline_ = next_noise_;
  if (!chunks_.empty()) deadline_ = std::min(deadline_, chunks_[0].at);
  for (const Flight& flight : flights_) deadline_ = std::min(deadline_, flight.until);
}

}  // namespace sim
