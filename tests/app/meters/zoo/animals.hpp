// The kinds of all catalogues as animals of a zoo: a kind with the options of one of its proofs, and what its
// counterpart shows, drawn from that proof with other numbers each time.
//
// The problem: a hundred kinds of devices, and none of them stands on this table. The idea: a proof is an answer of the
// real form, templates run backwards (core/meter/render.hpp), and what a counterpart has to know beside that
// (addresses, log-ins, clocks) stands in the kind's file too. So a new file is a new animal, and nobody can forget it.
#pragma once

#include <gtest/gtest.h>

#include <algorithm>
#include <ctime>
#include <string>
#include <vector>

#include "app/meters/built_in.hpp"
#include "app/meters/catalogue.hpp"
#include "app/meters/prove.hpp"
#include "app/meters/told_options.hpp"
#include "base/iso8601.hpp"
#include "base/percent.hpp"
#include "base/random.hpp"
#include "core/meter/braces.hpp"
#include "core/meter/fill.hpp"
#include "core/meter/render.hpp"
#include "core/meter/session.hpp"
#include "shell/http/url.hpp"

namespace zoo {

using namespace std::chrono_literals;
using app::meters::Family;
using base::Duration;
using base::Now;
using base::Random;
using base::WallTime;
using core::Amount;
using core::Amounts;
using core::Measurand;
using core::meter::Access;
using core::meter::Bodies;
using core::meter::HttpQuestion;
using core::meter::ModbusQuestion;
using core::meter::Option;
using core::meter::Options;
using core::meter::Proof;
using core::meter::Question;
using core::meter::Shown;
using core::meter::Subscription;
using core::meter::Template;

// --- Kinds ----------------------------------------------------------------------------------------------------------

struct Kind {
  Family family{};
  Template file;  ///< as it is written, with all its proofs
  [[nodiscard]] std::string name() const { return std::string(app::meters::name_of(family)) + "/" + file.name; }
};

/// All that are built in, of all families.
inline const std::vector<Kind>& all_kinds() {
  static const std::vector<Kind> all = [] {
    std::vector<Kind> kinds;
    for (const Family family : {Family::meters, Family::prices, Family::forecasts}) {
      const app::meters::Catalogue catalogue{"", family};
      for (const std::string& name : catalogue.names()) kinds.push_back({family, catalogue.read(name).kind});
    }
    return kinds;
  }();
  return all;
}

/// What a counterpart has to be.
enum class Species : std::uint8_t { http, files, modbus, mqtt, telegrams };

inline Species species_of(const Template& kind) {
  const auto has = [&](auto is) { return std::any_of(kind.questions.begin(), kind.questions.end(), is); };
  if (has([](const Question& each) { return std::holds_alternative<ModbusQuestion>(each.what); }))
    return Species::modbus;
  if (has([](const Question& each) {
        const auto* heard = std::get_if<Subscription>(&each.what);
        return heard != nullptr && !heard->topic.empty();
      }))
    return Species::mqtt;
  if (core::meter::listens(kind)) return Species::telegrams;
  return address_of(kind.questions[0].what).starts_with(core::meter::file_scheme) ? Species::files : Species::http;
}

inline std::vector<Kind> kinds_of(Species species) {
  std::vector<Kind> some;
  for (const Kind& each : all_kinds()) {
    if (species_of(each.file) == species) some.push_back(each);
  }
  return some;
}

/// A kind as tests are named by it, before its file is understood: every program of tests lists them all when it
/// begins.
struct Listed {
  Family family{};
  app::meters::BuiltIn built;
  [[nodiscard]] std::string name() const {
    return std::string(app::meters::name_of(family)) + "/" + std::string(built.name);
  }
  [[nodiscard]] bool says(std::string_view words) const { return built.text.find(words) != std::string_view::npos; }
};

inline Species species_of(const Listed& kind) {
  if (kind.says("\nover: modbus\n")) return Species::modbus;
  if (kind.says("\nover: mqtt\n")) return Species::mqtt;
  if (kind.says("\nover: telegram\n")) return Species::telegrams;
  return kind.says("\"file://") ? Species::files : Species::http;
}

/// Of that species, those that say this in their file too.
inline std::vector<Listed> listed(Species species, std::string_view words = {}) {
  std::vector<Listed> some;
  for (const Family family : {Family::meters, Family::prices, Family::forecasts}) {
    for (const auto& each : app::meters::built_in(family)) {
      const Listed kind{family, each};
      if (species_of(kind) == species && kind.says(words)) some.push_back(kind);
    }
  }
  return some;
}

/// A test of one kind.
class OfKind : public testing::TestWithParam<Listed> {
 protected:
  [[nodiscard]] static const Kind& kind() {
    const std::string name = GetParam().name();
    const auto& all = all_kinds();
    return *std::find_if(all.begin(), all.end(), [&](const Kind& each) { return each.name() == name; });
  }
};

/// The name of a test.
inline std::string test_name(const testing::TestParamInfo<Listed>& tested) {
  std::string name = tested.param.name();
  std::replace_if(
      name.begin(), name.end(), [](char c) { return c == '-' || c == '/'; }, '_');
  return name;
}
inline void PrintTo(const Listed& kind, std::ostream* out) {
  *out << kind.name();
}

// --- One of a kind --------------------------------------------------------------------------------------------------

struct Animal {
  std::string name;
  Template file;
  Proof pattern;
  Options told;   ///< as the device is told them
  Template kind;  ///< filled; its addresses are the counterpart's business
  std::vector<std::string> secrets;
};

inline bool has_session(const Template& kind) {
  return kind.access.kind == Access::Kind::session;
}
inline bool opens(const Template& kind, std::size_t question) {
  const auto& first = kind.access.questions;
  return std::find(first.begin(), first.end(), question) != first.end();
}
inline std::size_t place_of(const Template& kind, std::string_view question) {
  const auto found = std::find_if(kind.questions.begin(), kind.questions.end(),
                                  [&](const Question& each) { return each.name == question; });
  return static_cast<std::size_t>(found - kind.questions.begin());
}
inline bool is_learned(const Template& kind, std::string_view name) {
  return std::any_of(kind.learns.begin(), kind.learns.end(), [&](const auto& each) { return each.name == name; });
}

/// Whether it says who it is only where its proof does, or wherever it can.
enum class Identified : std::uint8_t { as_proven, wholly };

/// Names of options by which somebody is let in.
inline std::vector<std::string> names_for_entry(const Template& file) {
  std::vector<std::string> names;
  const auto add = [&](std::string_view text) {
    for (const std::string_view each : core::meter::names_in(text)) names.emplace_back(each);
  };
  add(file.access.user);
  add(file.access.password);
  for (const std::uint8_t each : file.access.questions)
    core::meter::each_text(file.questions[each].what, [&](core::meter::Part, std::string_view text) { add(text); });
  const bool by_header = names.empty();  // a device has one way to be entered
  for (const Option& each : file.options) {
    if (each.secret && by_header) names.push_back(each.name);
  }
  std::erase_if(names, [&](const std::string& each) { return is_learned(file, each); });
  return names;
}

inline std::string unique_secret(const Template& file, const Option& option) {
  return "s3cret of " + file.name + " " + option.name + " &\"+%41";
}

inline Options options_of(const Template& file, const Proof& pattern, Identified identified) {
  Options typed = pattern.options;
  const std::vector<std::string> entry = names_for_entry(file);
  if (identified == Identified::wholly && has_session(file))
    std::erase_if(typed, [&](const auto& each) { return is_learned(file, each.first); });
  for (const Option& each : file.options) {
    const bool lets_in = identified == Identified::wholly &&
                         std::find(entry.begin(), entry.end(), each.name) != entry.end() && each.fallback.empty();
    if (each.required || lets_in) typed.try_emplace(each.name, any_value(each));
    const auto given = typed.find(each.name);
    if (given == typed.end()) continue;
    if (each.type == Option::Type::host) given->second = "127.0.0.1";
    const bool is_text = each.type == Option::Type::text || each.type == Option::Type::growatt_password;
    if (each.secret && is_text) given->second = unique_secret(file, each);
  }
  return typed;
}

inline Animal make_animal(const Template& file, const Proof& pattern, Identified identified) {
  Animal animal;
  animal.name = "the " + file.name;
  animal.file = file;
  animal.pattern = pattern;
  const Options typed = options_of(file, pattern, identified);
  animal.told = app::meters::as_told(file, typed);
  const auto filled = core::meter::fill(file, animal.told);
  for (const auto& each : filled.complaints) ADD_FAILURE() << file.name << ": " << each.option << " " << each.text;
  animal.kind = filled.kind;
  // What is learned before anything else is told, another proof may show.
  for (const auto& each : animal.kind.learns) {
    const std::string& question = animal.kind.questions[each.question].name;
    if (has_session(animal.kind)) continue;
    for (const Proof& other : file.proofs) {
      if (other.answers.contains(question)) animal.pattern.answers.try_emplace(question, other.answers.at(question));
    }
  }
  for (const Option& each : file.options) {
    if (!each.secret || !typed.contains(each.name)) continue;
    for (const std::string& text : {typed.at(each.name), animal.told.at(each.name)})
      animal.secrets.insert(animal.secrets.end(), {text, base::percent_encoded(text)});
  }
  const Access& access = animal.kind.access;
  if (!access.password.empty()) animal.secrets.push_back(shell::http::base64(access.user + ":" + access.password));
  return animal;
}

/// It made its certificate itself, where that is not so of all of its kind; and is reached by TLS.
inline Animal with_own_certificate(Animal animal) {
  for (const Option& each : animal.file.options) {
    if (each.yes == core::meter::Trust::first_seen || each.yes == "https" || each.yes == "mqtts") animal.told[each.name] = "yes";
    const auto told = animal.told.find(each.name);
    if (told != animal.told.end() && told->second.starts_with("http://")) told->second.insert(4, "s");
  }
  animal.kind = core::meter::fill(animal.file, animal.told).kind;
  return animal;
}

// --- What it shows --------------------------------------------------------------------------------------------------

struct Show {
  Bodies bodies;    ///< by question
  Amounts amounts;  ///< that they mean
  std::vector<core::table::Slot> slots;
  std::string currency;
  bool well = true;  ///< nothing is missing, nothing is odd
};

/// Sets the clocks of the device (Template::stamps), so that what it shows is of now.
inline void set_clocks(const Template& kind, Bodies& bodies, WallTime now) {
  for (const core::meter::Stamp& each : kind.stamps) {
    const auto body = bodies.find(kind.questions[each.question].name);
    if (body == bodies.end()) continue;
    const auto content = core::meter::read(kind, each.question, body->second);
    const auto seen = content ? core::meter::stamp_in(each, *content, now) : std::nullopt;
    if (!seen || seen->is_age) continue;
    const std::int64_t ms = now.since_epoch().count();
    std::string text;
    using As = core::meter::Stamp::As;
    if (each.as == As::unix_seconds) text = std::to_string(ms / 1000);
    else if (each.as == As::unix_milliseconds) text = std::to_string(ms);
    else if (each.as == As::iso8601) text = base::to_iso8601(now, 2h);
    else {
      const std::string iso = base::to_iso8601(now, 2h);
      text = iso.substr(8, 2) + "." + iso.substr(5, 2) + "." + iso.substr(2, 2) + " " + iso.substr(11, 8);
    }
    for (std::size_t at = 0; (at = body->second.find(seen->text, at)) != std::string::npos; at += text.size())
      body->second.replace(at, seen->text.size(), text);
  }
}

/// Where a proof says when it is, all times in its answers (seconds since 1970) are of that day, and move along.
inline void move_days(const Proof& pattern, Bodies& bodies, WallTime now) {
  if (!pattern.at) return;
  const std::int64_t then = pattern.at->since_epoch() / 1s, moved = (now - *pattern.at) / 1s;
  for (auto& [name, body] : bodies) {
    std::string out;
    for (std::size_t at = 0; at < body.size();) {
      const std::size_t end = std::min(body.find_first_not_of("0123456789", at), body.size());
      const std::string digits = body.substr(at, end - at);
      const bool is_time = digits.size() == 10 && std::abs(std::stoll(digits) - then) < 2 * 86'400;
      out += is_time ? std::to_string(std::stoll(digits) + moved) : digits;
      at = end;
      if (at < body.size()) out += body[at++];
    }
    body = out;
  }
}

/// What its answers mean, in the order of its questions.
inline void interpret(const Template& kind, WallTime now, Show& show) {
  if (kind.measure) {
    auto slots = app::meters::understand_slots(kind, show.bodies);
    show.slots = std::move(slots.slots);
    if (!show.slots.empty()) show.currency = std::move(slots.currency);
    const auto is_there = [&](const Question& each) { return show.bodies.contains(each.name); };
    show.well = slots.trouble.empty() && !show.slots.empty() &&
                std::all_of(kind.questions.begin(), kind.questions.end(), is_there);
    return;
  }
  core::meter::Heard heard(kind.questions.size());
  heard.now = now;
  core::Measurands missing = kind.usual();
  for (std::uint8_t i = 0; i < kind.questions.size(); ++i) {
    const auto body = show.bodies.find(kind.questions[i].name);
    const auto& absent = kind.questions[i].absent;
    if (body == show.bodies.end() && !absent) {
      show.well = show.well && opens(kind, i);
      continue;
    }
    auto content = core::meter::read(kind, i, body == show.bodies.end() ? *absent : body->second);
    if (content) heard[i] = *std::move(content);
    show.well = show.well && content.has_value();
    if (!content || opens(kind, i)) continue;
    const core::meter::Meaning meaning = core::meter::understand(kind, heard, i);
    show.well = show.well && meaning.valid && meaning.trouble.empty();
    for (const Amount& each : meaning.amounts) {
      core::meter::keep_amount(show.amounts, each);
      missing.remove(each.what);
    }
  }
  show.well = show.well && missing.empty();
}

/// What the proof shows, at that moment.
inline Show as_proven(const Animal& animal, WallTime now) {
  Show show;
  show.bodies = animal.pattern.answers;
  move_days(animal.pattern, show.bodies, now);
  set_clocks(animal.kind, show.bodies, now);
  interpret(animal.kind, now, show);
  return show;
}

inline double some(Random& random, double least, double most, double grain) {
  return std::round(random.between(least, most) / grain) * grain;
}

/// Numbers of one moment that agree with each other.
inline Shown any_house(Random& random) {
  using enum Measurand;
  Shown house;
  for (const Measurand each : {grid_l1, grid_l2, grid_l3, battery}) house[each] = some(random, -9000, 9000, 10);
  house[grid] = house[grid_l1] + house[grid_l2] + house[grid_l3];
  house[solar] = std::max(0.0, -house[grid]) + some(random, 0, 9000, 10);
  house[load] = house[grid] + house[solar];
  house[charger] = some(random, 0, 11'000, 10);
  house[current_l1] = std::copysign(some(random, 0, 40, 1), house[grid_l1]);
  house[current_l2] = std::copysign(some(random, 0, 40, 1), house[grid_l2]);
  house[current_l3] = std::copysign(some(random, 0, 40, 1), house[grid_l3]);
  for (const Measurand each : {voltage_l1, voltage_l2, voltage_l3}) house[each] = some(random, 200, 250, 1);
  house[frequency] = some(random, 49, 51, 0.1);
  for (const Measurand each : {soc, reserve}) house[each] = some(random, 0, 100, 1);
  for (const Measurand each : {imported, exported, produced}) house[each] = some(random, 0, 90'000'000, 1000);
  for (const Measurand each : {online, storm}) house[each] = random.chance(0.5) ? 1 : 0;
  house[mode] = some(random, 1, 3, 1);
  return house;
}

/// Other numbers than before, as many as the kind can show at once; where it can show none, its proof again.
inline Show shows_anew(const Animal& animal, Random& random, WallTime now) {
  const Shown house = any_house(random);
  Shown shown;
  const bool well = as_proven(animal, now).well;
  Show show;
  show.bodies = animal.pattern.answers;
  bool can = false;
  for (const auto& [what, was] : animal.pattern.means) {
    if (!house.contains(what) || !can_show(animal.file, what)) continue;
    can = true;
    shown.emplace(what, house.at(what));
    auto bodies = core::meter::render(animal.file, animal.told, shown, animal.pattern);
    if (bodies) show.bodies = *std::move(bodies);
    else shown.erase(what);
  }
  EXPECT_TRUE(!can || !shown.empty()) << animal.name << " can show nothing else than its proof";
  move_days(animal.pattern, show.bodies, now);
  set_clocks(animal.kind, show.bodies, now);
  interpret(animal.kind, now, show);
  EXPECT_TRUE(show.well || !well) << animal.name << " shows less than its proof";
  EXPECT_FALSE(show.amounts.empty() && show.slots.empty()) << animal.name << " shows nothing";
  return show;
}

/// When its proof is: it may depend on that.
inline WallTime moment_of(const Animal& animal) {
  return animal.pattern.at.value_or(*base::parse_iso8601("2026-07-14T11:15:45Z"));
}

inline std::vector<Proof> good_proofs(const Template& file) {
  std::vector<Proof> good;
  for (const Proof& each : file.proofs) {
    if (!each.fault && (!each.means.empty() || !each.slots.empty())) good.push_back(each);
  }
  return good;
}

/// That proof which leaves nothing out and tells most.
inline Animal best_of(const Kind& kind) {
  std::vector<Animal> all;
  for (const Proof& each : good_proofs(kind.file)) all.push_back(make_animal(kind.file, each, Identified::wholly));
  const auto worth = [](const Animal& each) {
    const Show show = as_proven(each, moment_of(each));
    return std::pair{show.well, show.amounts.size() + show.slots.size()};
  };
  EXPECT_FALSE(all.empty()) << kind.name();
  return *std::max_element(all.begin(), all.end(),
                           [&](const Animal& a, const Animal& b) { return worth(a) < worth(b); });
}

}  // namespace zoo
