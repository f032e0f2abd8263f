// P1 Monitor keeps a record each ten seconds; several of them are averaged, without those that stand out
// (spec/energy-sources §5.14). The tenth at either end is only one with ten records.
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <numeric>

#include "core/meter/kinds/kinds.hpp"
#include "core/meter/number.hpp"
#include "core/meter/path.hpp"

namespace core::meter::kinds {

namespace {

constexpr std::size_t most_samples = 10;
constexpr std::size_t a_tenth = 10;

std::size_t count_of(std::string_view samples) {
  return static_cast<std::size_t>(std::clamp(number_of(samples).value_or(1), 1.0, static_cast<double>(most_samples)));
}

/// The records that count.
std::span<const wire::Tree> records_of(const Content& content, std::string_view samples) {
  const auto* tree = std::get_if<wire::Tree>(&content);
  if (tree == nullptr || tree->kind != wire::Tree::Kind::list) return {};
  return std::span{tree->items}.first(std::min(tree->items.size(), count_of(samples)));
}

Value of(const Task& task) {
  return trimmed(*task.answers[0], text_of(task.with, "member"), text_of(task.with, "samples"), task.dimension);
}

std::vector<Path> places(const Task& task) {
  std::vector<Path> all;
  const std::size_t count = records_of(*task.answers[0], text_of(task.with, "samples")).size();
  for (std::size_t i = 0; i < count; ++i) {
    Step record, member;
    record.name = fmt::format("{}", i);
    member.name = text_of(task.with, "member");
    all.push_back({{std::move(record), std::move(member)}});
  }
  return all;
}

constexpr std::array parameters{Parameter{"member", true}, Parameter{"samples", false, wrong_with_samples}};

}  // namespace

std::string wrong_with_samples(std::string_view value) {
  const auto number = number_of(value);
  const bool good =
      number && *number >= 1 && *number <= most_samples && *number == static_cast<double>(count_of(value));
  return good ? "" : fmt::format("is \"{}\", not a whole number from 1 to {}", wire::shortened(value), most_samples);
}

Value trimmed(const Content& content, std::string_view member, std::string_view samples, Dimension dimension) {
  std::vector<double> numbers;
  for (const wire::Tree& each : records_of(content, samples)) {
    const wire::Tree* place = each.find(member);
    const auto words = place == nullptr ? std::nullopt : words_of(*place);
    if (!words || says_nothing(*words)) continue;
    const auto number = number_in(*words, dimension);
    if (!number) return {{}, fmt::format("{}: {}", member, number.error().text)};
    numbers.push_back(*number);
  }
  if (numbers.empty()) return {};
  std::sort(numbers.begin(), numbers.end());
  const auto cut = static_cast<std::ptrdiff_t>(numbers.size() / a_tenth);
  const double sum = std::accumulate(numbers.begin() + cut, numbers.end() - cut, 0.0);
  return {sum / static_cast<double>(static_cast<std::ptrdiff_t>(numbers.size()) - 2 * cut), {}};
}

const Number trimmed_mean{"trimmed_mean", 1, parameters, of, places};

}  // namespace core::meter::kinds
