// When each number of each meter was last read, for the checks that ask how old it is.
#pragma once

#include <array>
#include <charconv>
#include <cmath>

#include "sim/world.hpp"

namespace sim {

class GoodReadings {
 public:
  void hear(const World& world, const core::MeterAnswered& answer) {
    forget_former_run(world);
    const bool good = answer.outcome == core::MeterAnswered::Outcome::answered && answer.http_status == 200;
    double value = 0;
    const auto parsed = std::from_chars(answer.body.data(), answer.body.data() + answer.body.size(), value);
    const bool number = parsed.ec == std::errc{} && std::isfinite(value) && std::abs(value) <= greatest_number;
    if (good && number && answer.ask < items) at_[answer.meter.index][answer.ask] = world.now();
  }

  /// Of a program that has just started nothing is read.
  void forget_former_run(const World& world) {
    if (booted_ == world.booted()) return;
    booted_ = world.booted();
    for (auto& meter : at_) meter.fill(Instant::long_ago());
  }

  /// Whether one of these numbers, as far as it is asked for, is older than readings of its meter may be, and `slack`.
  [[nodiscard]] bool any_old(const World& world, std::size_t meter, std::initializer_list<std::pair<core::url::Item, const std::string&>> asked,
                             Duration slack = {}) const {
    const core::Config& config = world.site().config;
    const Duration age = core::greatest_age(config, config.meters[meter]) + slack;
    return std::any_of(asked.begin(), asked.end(), [&](const auto& number) {
      return !number.second.empty() && world.now() - at_[meter][static_cast<std::size_t>(number.first)] > age;
    });
  }

 private:
  static constexpr std::size_t items = 8;
  static constexpr double greatest_number = 100e3;

  Instant booted_ = Instant::never();
  std::array<std::array<Instant, items>, core::most_circuits + 1> at_{};
};

}  // namespace sim
