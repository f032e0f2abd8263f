#include "core/meter/fill.hpp"

namespace core::meter {
namespace {

/// Puts values into the parts of a template.
struct Filling {
  const Options& values;

  void into(std::string& text) const { text = filled(text, values); }
  void into(Path& path) const {
    for (Step& step : path.steps) {
      into(step.name);
      for (auto& condition : step.conditions) {
        into(condition.name);
        into(condition.value);
      }
    }
  }
  void into(std::optional<Path>& path) const {
    if (path) into(*path);
  }
  void into(Place& place) const {
    if (auto* path = std::get_if<Path>(&place)) into(*path);
    if (auto* after = std::get_if<After>(&place)) {
      for (std::string& each : after->words) into(each);
    }
  }
  void into(Test& test) const {
    into(test.at);
    for (std::string& each : test.is) into(each);
  }
  void into(std::optional<Test>& test) const {
    if (test) into(*test);
  }
  void into(Expression& expression) const {
    into(expression.at);
    into(expression.unit);
    into(expression.unit_at);
    into(expression.minus_when);
    into(expression.only_when);
    for (Expression& each : expression.of) into(each);
  }
};

}  // namespace

std::string filled(std::string_view text, const Options& values) {
  std::string out;
  while (!text.empty()) {
    const auto open = std::min(text.find('{'), text.size());
    const auto close = text.find('}', open);
    out += text.substr(0, open);
    text.remove_prefix(open);
    if (close == std::string_view::npos) return out += text;
    const auto value = values.find(text.substr(1, close - open - 1));
    // One brace on, so that "{a{host}" is filled too.
    const std::size_t length = value == values.end() ? 1 : close - open + 1;
    out += value == values.end() ? text.substr(0, 1) : std::string_view{value->second};
    text.remove_prefix(length);
  }
  return out;
}

Template with_options(const Template& kind, const Options& given) {
  Options values = given;
  for (const Option& each : kind.options) values.try_emplace(each.name, each.fallback);
  const Filling filling{values};
  Template out = kind;
  for (Gives& each : out.gives) filling.into(each.expression);
  for (Valid& each : out.valid) filling.into(each.test);
  for (Stamp& each : out.stamps) filling.into(each.at);
  for (Learns& each : out.learns) filling.into(each.at);
  return out;
}

}  // namespace core::meter
