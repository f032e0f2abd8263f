// /api/v1/kinds: what can be an energy source, and a try of one.
#include <fmt/format.h>

#include <array>
#include <nlohmann/json.hpp>

#include "shell/web/bodies.hpp"
#include "shell/web/site.hpp"

namespace shell::web {
namespace {

using http::Answer;
using http::Method;
using http::Request;

constexpr std::string_view above = "/api/v1/kinds/";

/// "meters" of /api/v1/kinds/meters/…
std::string_view family_of(const Request& request) {
  const std::string_view rest = std::string_view{request.path}.substr(above.size());
  return rest.substr(0, rest.find('/'));
}

Answer all(const Site& site, const Request&, std::string_view) { return json(site.kinds.all()); }

Answer one(const Site& site, const Request& request, std::string_view name) {
  const auto known = site.kinds.one(family_of(request), name);
  return known ? json(*known) : refusal(request, 404, known.error().text);
}

/// {"options": {name: value}}: as they would be typed.
base::Result<core::meter::Options> options_in(std::string_view text) {
  const auto body = TRY(object_in(text));
  core::meter::Options options;
  for (const auto& [key, value] : body.items()) {
    if (key != "options" || !value.is_object())
      return base::fail(base::Culprit::user, R"(The body is to be an object with one member, as in {"options": {"host": "192.168.1.9"}}.)");
    for (const auto& [name, given] : value.items()) {
      if (given.is_structured() || given.is_null())
        return base::fail(base::Culprit::user, fmt::format("The option \"{}\" must be a text, a number or true or false.", name.substr(0, 40)));
      options[name] = given.is_string() ? given.get<std::string>() : given.is_boolean() ? (given.get<bool>() ? "yes" : "no") : given.dump();
    }
  }
  return options;
}

Answer try_one(const Site& site, const Request& request, std::string_view name) {
  auto options = options_in(request.body);
  if (!options) return refusal(request, 400, options.error().text);
  // What the request points to is gone when the answer comes.
  return Answer{.later = [&site, family = std::string{family_of(request)}, name = std::string{name}, options = *std::move(options)](const http::Respond& respond) {
    const auto begun = site.kinds.try_one(family, name, options, [respond](std::string tried) { respond(json(std::move(tried))); });
    if (!begun) respond(http::problem(begun.error().whose == base::Culprit::user ? 400 : 409, begun.error().text));
  }};
}

constexpr std::array table{
    Route{Method::get, "/api/v1/kinds", {}, all},
    Route{Method::get, "/api/v1/kinds/meters/", {}, one},
    Route{Method::get, "/api/v1/kinds/prices/", {}, one},
    Route{Method::get, "/api/v1/kinds/forecasts/", {}, one},
    Route{Method::post, "/api/v1/kinds/meters/", "/trial", try_one},
    Route{Method::post, "/api/v1/kinds/prices/", "/trial", try_one},
    Route{Method::post, "/api/v1/kinds/forecasts/", "/trial", try_one},
};

}  // namespace

std::span<const Route> kind_routes() { return table; }

}  // namespace shell::web
