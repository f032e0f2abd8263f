// TWCManager's tests play a house from two files: a scenario, and a number that says at which of its steps it is
// (spec/energy-sources §9).
//
// What holds at a step follows from the file alone: the initial conditions, and over them what each step up to that one
// says. So nothing has to be remembered, and a restart in the middle reads the same.
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>

#include "core/meter/kinds/kinds.hpp"
#include "core/meter/number.hpp"
#include "core/meter/path.hpp"

namespace core::meter::kinds {

namespace {

using Kind = wire::Tree::Kind;

constexpr std::array<std::string_view, 2> names{"generation_watts", "consumption_watts"};

/// What is wrong with the numbers of a step or of the beginning; empty: nothing.
std::string wrong_with(const wire::Tree& ems, std::string_view where) {
  if (ems.kind != Kind::object) return fmt::format("{}/ems is no section", where);
  for (const std::string_view name : names) {
    const wire::Tree* place = ems.find(name);
    const auto words = place == nullptr ? std::nullopt : words_of(*place);
    if (place != nullptr && !(words && number_of(*words))) return fmt::format("{}/ems/{} is no number", where, name);
  }
  return {};
}

/// What a scenario must have: where it begins, and a list of steps.
std::string wrong_with(const wire::Tree& file) {
  const wire::Tree* beginning = file.find("initial_conditions");
  const wire::Tree* first = beginning == nullptr ? nullptr : beginning->find("ems");
  if (first == nullptr)
    return "the scenario has no /initial_conditions/ems; add generation_watts and consumption_watts there";
  if (std::string wrong = wrong_with(*first, "/initial_conditions"); !wrong.empty()) return "in the scenario " + wrong;
  const wire::Tree* steps = file.find("timeline");
  if (steps == nullptr || steps->kind != Kind::list) return "the scenario has no /timeline, the list of its steps";
  for (std::size_t i = 0; i < steps->items.size(); ++i) {
    const wire::Tree& step = steps->items[i];
    if (step.kind != Kind::object) return fmt::format("in the scenario /timeline/{} is no section", i);
    const wire::Tree* ems = step.find("ems");
    if (ems == nullptr) continue;
    if (std::string wrong = wrong_with(*ems, fmt::format("/timeline/{}", i)); !wrong.empty())
      return "in the scenario " + wrong;
  }
  return {};
}

/// What a section says of it; nothing where it does not.
std::optional<double> said(const wire::Tree* section, std::string_view name) {
  const wire::Tree* ems = section == nullptr ? nullptr : section->find("ems");
  const wire::Tree* place = ems == nullptr ? nullptr : ems->find(name);
  const auto words = place == nullptr ? std::nullopt : words_of(*place);
  return words ? number_of(*words) : std::nullopt;
}

Value of(const Task& task) {
  const auto* file = std::get_if<wire::Tree>(task.answers[0]);
  const auto* text = std::get_if<std::string>(task.answers[1]);
  if (file == nullptr || text == nullptr) return {{}, "a scenario is JSON, and its step a text"};
  if (std::string wrong = wrong_with(*file); !wrong.empty()) return {{}, std::move(wrong)};
  const auto step = number_of(wire::trimmed(*text));
  if (!step || *step != std::floor(*step))
    return {{}, fmt::format("the step is \"{}\", not a whole number", wire::shortened(wire::trimmed(*text)))};
  const std::string_view name = task.with.find("number")->second;
  std::optional<double> number = said(file->find("initial_conditions"), name);
  const auto& steps = file->find("timeline")->items;
  // Behind the last step all stays as it is.
  const auto over = static_cast<std::size_t>(std::clamp(*step + 1, 0.0, static_cast<double>(steps.size())));
  for (std::size_t i = 0; i < over; ++i) {
    if (const auto next = said(&steps[i], name)) number = next;
  }
  return {number, {}};
}

std::string wrong_with_name(std::string_view value) {
  return std::find(names.begin(), names.end(), value) != names.end()
             ? ""
             : fmt::format("is \"{}\"; a scenario has {} and {}", wire::shortened(value), names[0], names[1]);
}

constexpr std::array parameters{Parameter{"number", true, wrong_with_name}};

}  // namespace

const Number scenario{"scenario", 2, parameters, of, nullptr};  // which step it is, is in another answer

}  // namespace core::meter::kinds
