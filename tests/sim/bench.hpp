// A work bench for one virtual connector: hex in, hex out, time by hand.
#pragma once

#include <gtest/gtest.h>

#include <string>
#include <string_view>
#include <vector>

#include "sim/wall_connector.hpp"

namespace bench {

using base::Amps;
using base::Duration;
using base::Energy;
using base::Instant;
using namespace base::literals;
using namespace std::chrono_literals;

inline std::vector<std::uint8_t> bytes(std::string_view hex) {
  std::vector<std::uint8_t> result;
  int high = -1;
  for (const char c : hex) {
    if (c == ' ') continue;
    const int digit = c <= '9' ? c - '0' : (c | 0x20) - 'a' + 10;
    if (high < 0) high = digit;
    else result.push_back(static_cast<std::uint8_t>(high * 16 + digit)), high = -1;
  }
  return result;
}

inline std::string hex(std::span<const std::uint8_t> from) {
  std::string text;
  for (const std::uint8_t byte : from) {
    if (!text.empty()) text += ' ';
    text += "0123456789ABCDEF"[byte >> 4];
    text += "0123456789ABCDEF"[byte & 15];
  }
  return text;
}

/// The whole messages in a transmission, without what trails.
inline std::string whole(const sim::Transmission& wire) {
  std::string text = hex(wire.view());
  return text.substr(0, text.rfind("C0") + 2);
}

constexpr Instant at(Duration since_start) {
  return Instant::at(since_start);
}

struct Word {
  Instant when;
  std::string text;
};

struct Heard {
  int state = -1;
  Amps limit, drawn;
};

/// One unit of id 0061 and a controller 7777, written out.
class Bench {
 public:
  explicit Bench(sim::ConnectorTraits traits = {}, std::uint64_t seed = 1)
      : unit(traits, base::Random{seed}, Instant{}), p1_(sim::is_p1(traits.firmware)) {}

  /// Lets time pass; collects what the unit says by itself.
  void until(Instant when) {
    sim::Transmission wire;
    while (unit.deadline() <= when) {
      const Instant due = unit.deadline();
      if (unit.speak(due, wire)) said.push_back({due, whole(wire)});
    }
    now = when;
  }
  void pass(Duration time) { until(now + time); }

  /// Puts hex on the bus now.
  void tell(std::string_view text) { unit.hear(bytes(text), now); }

  /// Says it and waits 0.5 s for one answer; empty when none comes.
  std::string ask(std::string_view text) {
    said.clear();
    tell(text);
    pass(500ms);
    for (const Word& word : said)
      if (word.text.substr(3, 5) != "FD E2") return word.text;
    return {};
  }

  /// A heartbeat of the unit's native length.
  static std::string heartbeat(int command, Amps amps, bool p1, std::uint16_t to = 0x0061) {
    std::vector<std::uint8_t> frame{0xFB,
                                    0xE0,
                                    0x77,
                                    0x77,
                                    static_cast<std::uint8_t>(to >> 8),
                                    static_cast<std::uint8_t>(to),
                                    static_cast<std::uint8_t>(command),
                                    static_cast<std::uint8_t>(amps.count() >> 8),
                                    static_cast<std::uint8_t>(amps.count())};
    frame.resize(p1 ? 13 : 15);
    unsigned sum = 0;
    for (std::size_t i = 1; i < frame.size(); ++i) sum += frame[i];
    frame.push_back(static_cast<std::uint8_t>(sum));
    std::vector<std::uint8_t> wire{0xC0};
    for (const std::uint8_t b : frame) {
      if (b == 0xC0) wire.insert(wire.end(), {0xDB, 0xDC});
      else if (b == 0xDB) wire.insert(wire.end(), {0xDB, 0xDD});
      else wire.push_back(b);
    }
    wire.push_back(0xC0);
    return hex(wire);
  }

  /// One turn of a controller: heartbeat, answer, the rest of the second.
  Heard beat(int command = 0, Amps amps = {}) {
    const Instant start = now;
    const std::string answer = ask(heartbeat(command, amps, p1_, unit.id()));
    until(start + Duration{1s});
    Heard heard;
    if (answer.empty()) return heard;
    std::vector<std::uint8_t> frame;
    bool escaped = false;
    for (const std::uint8_t b : bytes(answer)) {
      if (b == 0xC0) continue;
      if (b == 0xDB) escaped = true;
      else frame.push_back(escaped ? (b == 0xDC ? 0xC0 : 0xDB) : b), escaped = false;
    }
    EXPECT_EQ(frame.size(), p1_ ? 14U : 16U);
    heard.state = frame[6];
    heard.limit = Amps::grains(frame[7] << 8 | frame[8]);
    heard.drawn = Amps::grains(frame[9] << 8 | frame[10]);
    return heard;
  }
  Heard beats(int count, int command = 0, Amps amps = {}) {
    Heard heard;
    for (int i = 0; i < count; ++i) heard = beat(command, amps);
    return heard;
  }

  /// A car at the handle that charges at `amps`.
  void charge(Amps amps, sim::CarTraits car = {}) {
    until(now + Duration{2s});
    unit.plug_in(car, now);
    beats(5);
    if (!p1_) beat(0x05, amps);
    beats(3, p1_ ? 0x05 : 0x09, amps);
    beats(25);
  }

  sim::WallConnector unit;
  Instant now;
  std::vector<Word> said;

 private:
  bool p1_;
};

}  // namespace bench
