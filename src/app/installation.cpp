#include "app/installation.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <filesystem>
#include <fstream>
#include <random>
#include <vector>

namespace app {
namespace {

constexpr std::uint64_t made_up = 1ULL << 40;   // the multicast bit of the first octet

/// "dc:a6:32:01:02:03"; 0 for anything else.
std::uint64_t address_in(const std::string& text) {
  std::string digits;
  std::copy_if(text.begin(), text.end(), std::back_inserter(digits), [](char c) { return c != ':'; });
  std::uint64_t number = 0;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), number, 16);
  return digits.size() == 12 && error == std::errc{} && end == digits.data() + digits.size() ? number : 0;
}

/// Cards that are plugged into something come before those that programs have made.
std::uint64_t first_card() {
  std::error_code ignored;
  std::vector<std::filesystem::path> cards;
  for (const auto& each : std::filesystem::directory_iterator("/sys/class/net", ignored)) cards.push_back(each.path());
  const auto made_by_a_program = [](const std::filesystem::path& card) {
    std::error_code none;
    return !std::filesystem::exists(card / "device", none);
  };
  std::sort(cards.begin(), cards.end(), [&](const auto& a, const auto& b) {
    return std::pair{made_by_a_program(a), a} < std::pair{made_by_a_program(b), b};
  });
  for (const auto& card : cards) {
    std::ifstream file(card / "address");
    std::string text;
    if (std::getline(file, text) && address_in(text) != 0) return address_in(text);
  }
  return 0;
}

}  // namespace

std::string installation_number(const shell::Settings& settings) {
  if (const auto known = settings.text({"installation"})) return *known;
  if (const std::uint64_t card = first_card(); card != 0) return fmt::format("{}", card);
  std::random_device dice;
  const std::uint64_t number = (static_cast<std::uint64_t>(dice()) << 32 | dice()) & 0xFFFF'FFFF'FFFFULL;
  return fmt::format("{}", number | made_up);
}

}  // namespace app
