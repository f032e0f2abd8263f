// Any bytes as the body of a request: read whole into something within its bounds, or refused with one sentence.
#pragma once

#include <cmath>
#include <cstdint>
#include <nlohmann/json.hpp>
#include <span>
#include <string_view>

#include "shell/web/bodies.hpp"
#include "shell/web/form.hpp"
#include "shell/web/known_settings.hpp"
#include "shell/web/legacy.hpp"
#include "shell/web/legacy_bodies.hpp"
#include "shell/web/schedule_json.hpp"

namespace fuzz {

template <class T>
void sentence(const base::Result<T>& read) {
  if (!read) base::check(!read.error().text.empty(), "a refusal has words");
}

inline void settings_of_body(std::string_view body, const core::Config& config) {
  const auto object = shell::web::object_in(body);
  if (!object) return;
  for (const auto& [key, value] : object->items()) {
    const auto json = shell::web::setting_as_json(key, value, config);
    sentence(json);
    if (!json) continue;
    base::check(nlohmann::ordered_json::accept(*json), "what is stored is JSON");
    const auto again = shell::web::setting_as_json(key, nlohmann::ordered_json::parse(*json), config);
    base::check(again && *again == *json, "what was stored is accepted and the same again");
  }
}

inline void bodies(std::span<const std::uint8_t> bytes) {
  using namespace shell::web;
  const std::string_view body{reinterpret_cast<const char*>(bytes.data()), bytes.size()};
  core::Config config;
  config.circuit = core::Amps::whole(32);
  sentence(read_mode(body));
  sentence(read_connector_patch(body));
  if (const auto target = read_target(body); target && *target) base::check(**target > core::Energy{}, "a target is above nothing");
  if (const auto limit = read_limit(body)) base::check(limit->lasting >= core::Duration{}, "a limit lasts");
  if (const auto now = read_charge_now(body, config.circuit))
    base::check(now->rate > 0 && now->rate <= 32 && now->duration > 0 && now->duration <= longest_charge_now, "Charge Now keeps to its bounds");
  if (const auto now = read_choice_of_amps(body, config.circuit)) base::check(now->rate > core::Amps{} && now->rate <= config.circuit, "within the circuit");
  sentence(read_choice_of_policy(body));
  core::rules::List policies;
  policies.rules.emplace_back().name = "Charge Now";
  sentence(read_set_policy(body, policies));
  if (const auto schedule = read_schedule(body, config.circuit)) {
    for (const auto& window : schedule->windows)
      base::check(window.amps <= config.circuit && window.days != 0 && window.start != window.end && window.start < 1440 && window.end <= 1440, "a window makes sense");
    for (const auto& change : schedule_changes(*schedule)) base::check(nlohmann::ordered_json::accept(change.json), "what is stored is JSON");
  }
  sentence(read_legacy_schedule(body, config.circuit));
  if (const auto offset = read_offset(body)) base::check(std::isfinite(offset->value), "an offset is a number");
  if (const auto amps = read_single_offset(body)) base::check(std::abs(*amps) <= 1000, "an offset is within its bounds");
  if (const auto place = read_place(body)) base::check(std::abs(place->latitude) <= 90 && std::abs(place->longitude) <= 180, "a place is on the earth");
  if (const auto change = read_setting(body, config)) base::check(nlohmann::ordered_json::accept(change->json), "what is stored is JSON");
  sentence(read_tesla_command(body));
  if (const auto frames = read_debug_command(body, {})) {
    for (const auto& each : *frames) base::check(each.frame.size() == 16, "a typed frame has one length");
  }
  settings_of_body(body, config);
  sentence(Form::parse(body));
}

}  // namespace fuzz
