#include "shell/web/form.hpp"

#include <algorithm>

#include "shell/web/bodies.hpp"

namespace shell::web {
namespace {

constexpr std::size_t most_fields = 200;

/// As `unescaped`, with a plus for a blank.
std::optional<std::string> plain(std::string_view text) {
  std::string spaced{text};
  std::replace(spaced.begin(), spaced.end(), '+', ' ');
  return unescaped(spaced);
}

}  // namespace

base::Result<Form> Form::parse(std::string_view body) {
  Form form;
  while (!body.empty()) {
    const std::string_view field = body.substr(0, body.find('&'));
    body.remove_prefix(std::min(body.size(), field.size() + 1));
    if (field.empty()) continue;
    const std::size_t equals = std::min(field.find('='), field.size());
    auto name = plain(field.substr(0, equals));
    auto value = plain(field.substr(std::min(equals + 1, field.size())));
    if (!name || !value || form.fields_.size() == most_fields)
      return base::fail(base::Culprit::user, "The body must be a form (name=value&…); nothing was changed.");
    if (!form.has(*name)) form.fields_.emplace_back(*std::move(name), *std::move(value));
  }
  return form;
}

bool Form::has(std::string_view name) const {
  return std::any_of(fields_.begin(), fields_.end(), [&](const auto& each) { return each.first == name; });
}

std::string Form::get(std::string_view name) const {
  const auto found = std::find_if(fields_.begin(), fields_.end(), [&](const auto& each) { return each.first == name; });
  return found == fields_.end() ? std::string{} : found->second;
}

}  // namespace shell::web
