#include "app/config/public_config.hpp"

#include <algorithm>
#include <cmath>
#include <optional>

#include "app/config/dialect.hpp"
#include "app/config/keys.hpp"
#include "app/config/meter_source.hpp"
#include "app/config/value.hpp"
#include "app/meters/catalogue.hpp"
#include "shell/http/url.hpp"
#include "wire/json.hpp"

namespace app {

std::string tellable(const std::string& text) {
  if (text.find("://") != std::string::npos || text.find('?') == std::string::npos) return shell::http::harmless(text);
  constexpr std::string_view somewhere = "http://h/";
  return shell::http::harmless(std::string{somewhere} + text).substr(somewhere.size());
}

namespace {

bool may_be_told(std::string_view path) {
  const Key* key = key_of(path);
  return key != nullptr && !is_secret(path);
}

class Teller {
 public:
  /// A member of an object, or with an empty key of a list.
  void scalar(std::string_view key, const Value& value) {
    const auto number = value.kind == Value::Kind::word ? number_of(value) : std::nullopt;
    const auto yes = value.kind == Value::Kind::word ? yes_of(value) : std::nullopt;
    if (value.kind == Value::Kind::nothing) out.nothing(key);
    else if (number && *number == std::floor(*number) && std::abs(*number) < 1e15) out.whole(key, static_cast<std::int64_t>(*number));
    else if (number) out.number(key, *number);
    else if (yes) out.yes_no(key, *yes);
    else out.text(key, tellable(value.text));
  }

  void list(std::string_view key, const Value& value, const std::string& path) {
    out.open_list(key);
    for (const Value& each : value.children) member({}, each, path);
    out.close();
  }

  void member(std::string_view key, const Value& value, const std::string& path) {
    if (value.kind == Value::Kind::list) return list(key, value, path);
    if (value.kind != Value::Kind::object) return scalar(key, value);
    out.open_object(key);
    members(value, path);
    out.close();
  }

  /// One of `meters`. An option may hold a password under any name: its kind has to say that it does not.
  void meter(const Value& value) {
    for (const Value& each : value.children) {
      if (each.key == "options") options(each, value.find("type"));
      else if (may_be_told("meters.x." + each.key)) member(each.key, each, "meters.x." + each.key);
    }
  }

  void options(const Value& value, const Value* type) {
    if (value.kind != Value::Kind::object) return;
    const meters::TemplateFile file = catalogue.read(type != nullptr && type->is_scalar() ? type->text : "url");
    out.open_object(value.key);
    for (const Value& each : value.children) {
      const auto known = std::find_if(file.kind.options.begin(), file.kind.options.end(),
                                      [&](const core::meter::Option& option) { return option.name == each.key; });
      const bool harmless = file.findings.empty() ? known != file.kind.options.end() && !known->secret
                                                  : each.key == "host" || each.key == "port";
      if (harmless && (each.is_scalar() || each.kind == Value::Kind::nothing)) scalar(each.key, each);
    }
    out.close();
  }

  void all_meters(const Value& value) {
    out.open_object(value.key);
    for (const Value& each : value.children) {
      if (each.kind != Value::Kind::object) continue;
      out.open_object(each.key);
      meter(each);
      out.close();
    }
    out.close();
  }

  void members(const Value& value, const std::string& path) {
    for (const Value& each : value.children) {
      if (path.empty() && each.key == "meters") {
        if (each.kind == Value::Kind::object) all_meters(each);
        continue;
      }
      const std::string below = path.empty() ? each.key : path + "." + each.key;
      // Policies hold conditions and names; their webhooks are addresses.
      const bool policies = below.starts_with("policy.extend") || below.starts_with("policy.override");
      if (policies && each.is_scalar() && each.text.find("://") != std::string::npos) out.text(each.key, shell::http::origin_of(each.text));
      else if (policies || each.kind == Value::Kind::object || may_be_told(below)) member(each.key, each, below);
    }
  }

  const meters::Catalogue& catalogue;
  wire::JsonWriter out{};
};

}  // namespace

std::string public_config(std::string_view text, std::string_view file) {
  const auto document = read_dialect(text, {});
  const meters::Catalogue catalogue{folder_around(file)};
  Teller teller{catalogue};
  teller.out.open_object();
  const bool usable = document && document->root.kind == Value::Kind::object;
  if (usable) teller.members(document->root, {});
  for (const char* section : {"config", "control", "status", "interface", "policy", "logging", "sources", "vehicle"}) {
    if (!usable || document->root.find(section) == nullptr) teller.out.open_object(section).close();
  }
  teller.out.close();
  return teller.out.document();
}

}  // namespace app
