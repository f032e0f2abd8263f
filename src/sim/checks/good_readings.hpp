// When each number of each meter was last read, for the checks that ask how old it is.
#pragma once

#include <array>
#include <charconv>
#include <cmath>

#include "core/site/reading.hpp"
#include "sim/world.hpp"

namespace sim {

class GoodReadings {
 public:
  void hear(const World& world, const Shown& shown) {
    forget_former_run(world);
    const MeterReply& reply = shown.reply;
    const bool good = reply.outcome == MeterReply::Outcome::answered && reply.http_status == 200;
    double value = 0;
    const auto parsed = std::from_chars(reply.body.data(), reply.body.data() + reply.body.size(), value);
    const bool number = parsed.ec == std::errc{} && std::isfinite(value) && std::abs(value) <= greatest_number;
    if (good && number) at_[shown.meter.index][static_cast<std::size_t>(shown.what)] = world.now();
  }

  /// Of a program that has just started nothing is read.
  void forget_former_run(const World& world) {
    if (booted_ == world.booted()) return;
    booted_ = world.booted();
    for (auto& meter : at_) meter.fill(Instant::long_ago());
  }

  /// Whether one of these numbers, as far as it is asked for, is older than readings of its meter may be, and `slack`.
  [[nodiscard]] bool any_old(const World& world, std::size_t meter, std::initializer_list<core::Measurand> numbers,
                             Duration slack = {}) const {
    const core::Config& config = world.site().config;
    const Duration age = core::greatest_age(config, config.meters[meter]) + slack;
    return std::any_of(numbers.begin(), numbers.end(), [&](core::Measurand what) {
      return config.meters[meter].tells(what) && world.now() - at_[meter][static_cast<std::size_t>(what)] > age;
    });
  }

 private:
  static constexpr double greatest_number = 100e3;

  Instant booted_ = Instant::never();
  std::array<std::array<Instant, core::measurands>, core::most_circuits + 1> at_{};
};

}  // namespace sim
