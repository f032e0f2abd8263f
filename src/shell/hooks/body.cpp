#include "shell/hooks/body.hpp"

#include <nlohmann/json.hpp>

#include "wire/json.hpp"

namespace shell::hooks {
namespace {

using Json = nlohmann::ordered_json;

template <std::size_t n>
Json name_or_nothing(const base::Text<n>& name) {
  return name.empty() ? Json(nullptr) : Json(std::string(name.view()));
}

}  // namespace

std::string body_of(const core::CallHook& hook, std::string_view status) {
  Json body = Json::parse(status, nullptr, false);
  if (!body.is_object()) body = Json::object();
  body["event"] = core::rules::words(hook.occasion);
  body["policy"] = name_or_nothing(hook.policy);
  body["previousPolicy"] = name_or_nothing(hook.previous);
  body["twc"] = hook.unit ? Json(wire::print(*hook.unit)) : Json(nullptr);
  return body.dump(-1, ' ', false, Json::error_handler_t::replace);
}

}  // namespace shell::hooks
