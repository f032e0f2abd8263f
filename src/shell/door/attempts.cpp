#include "shell/door/attempts.hpp"

#include <algorithm>

namespace shell::door {
namespace {

using base::Duration;
using base::Instant;

double filled(double left, double most, Duration waited, Duration each) {
  return std::min(most, left + static_cast<double>(waited.count()) / static_cast<double>(each.count()));
}

Duration until_one(double left, Duration each) {
  return Duration{static_cast<Duration::rep>((1 - left) * static_cast<double>(each.count())) + 1};
}

/// The first four groups of an IPv6 address; of others all.
std::string_view owner(std::string_view address) {
  if (address.find(':') == std::string_view::npos) return address;
  std::size_t end = 0;
  for (int groups = 0; groups < 4; ++groups) {
    const auto colon = address.find(':', end);
    if (colon == std::string_view::npos) return address;
    if (address.substr(colon, 2) == "::") return address.substr(0, colon);
    end = colon + 1;
  }
  return address.substr(0, end);
}

}  // namespace

Duration Attempts::take(std::string_view address, Instant now) {
  const std::string_view who = owner(address);
  auto found = addresses_.find(who);
  if (found == addresses_.end()) {
    make_room(now);
    found = addresses_.emplace(std::string{who}, Stock{limits_.each, now}).first;
  }
  Stock& stock = found->second;
  stock = {filled(stock.left, limits_.each, now - stock.at, limits_.each_returns), now};
  everybody_ = {filled(everybody_.left, limits_.all, now - everybody_.at, limits_.all_return), now};
  if (stock.left < 1) return until_one(stock.left, limits_.each_returns);
  if (everybody_.left < 1) return until_one(everybody_.left, limits_.all_return);
  stock.left -= 1;
  everybody_.left -= 1;
  return Duration{};
}

void Attempts::right(std::string_view address) {
  if (const auto found = addresses_.find(owner(address)); found != addresses_.end()) addresses_.erase(found);
}

void Attempts::make_room(Instant now) {
  if (addresses_.size() < limits_.most_addresses) return;
  const auto innocent = std::max_element(addresses_.begin(), addresses_.end(), [&](const auto& a, const auto& b) {
    const auto stock = [&](const Stock& of) {
      return filled(of.left, limits_.each, now - of.at, limits_.each_returns);
    };
    return stock(a.second) < stock(b.second);
  });
  addresses_.erase(innocent);
}

}  // namespace shell::door
