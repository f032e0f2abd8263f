// Any body a source may send: a reading within what a house can have, or a fault; and the next round comes.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>

#include "base/result.hpp"
#include "core/meter/text_source.hpp"

namespace fuzz {

/// The first two bytes choose the status of HTTP and the number that is asked for, the rest is the body.
inline void meter(std::span<const std::uint8_t> bytes) {
  using namespace core;
  using namespace std::chrono_literals;
  if (bytes.size() < 2) return;
  const auto what = static_cast<Measurand>(bytes[1] % measurands);
  meter::Source source = meter::text_source("any", 5s, 2s);
  meter::add_number(source, what, "http://any/");
  meter::Desk desk{{source}, 1};
  const Now now{Instant::at(9s), WallTime::at(1'700'000'000s)};
  meter::Orders orders;
  desk.wake(now, orders);
  base::check(orders.asks.size() == 1, "it is asked at once");
  const int status = bytes[0] % 2 == 0 ? 200 : bytes[0] * 256 + bytes[1];
  const std::string_view body{reinterpret_cast<const char*>(bytes.data()) + 2, bytes.size() - 2};
  desk.hear({0, orders.asks[0].question, orders.asks[0].round, meter::Reply::Outcome::answered, status, body}, now, orders);
  base::check(orders.reads.size() == 1, "an answer is one reading or one fault");
  const MeterRead& read = orders.reads[0];
  const bool taken = read.outcome == MeterRead::Outcome::read;
  base::check(!taken || status / 100 == 2, "only an answer that succeeded has a meaning");
  base::check(taken || read.amounts.empty(), "a fault tells no number");
  base::check(taken || !desk.health(0).trouble.empty(), "a fault is said in a sentence");
  for (const Amount& amount : read.amounts) {
    base::check(amount.what == what, "what was asked for is told");
    base::check(plausible(what, number_of(amount)) == amount.grains, "a house can have it");
  }
  base::check(desk.deadline() > now.at && desk.deadline() < Instant::never(), "it is asked again");
}

}  // namespace fuzz
