#include "app/config/public_config.hpp"

#include <fmt/format.h>

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
    if (value.kind == Value::Kind::nothing) out.nothing(key);
    else if (value.kind == Value::Kind::word) word(key, value);
    else out.text(key, tellable(value.text));
  }

  /// Nobody quoted it: it may be a number, or yes or no.
  void word(std::string_view key, const Value& value) {
    if (const auto number = number_of(value)) {
      if (*number == std::floor(*number) && std::abs(*number) < 1e15) out.whole(key, static_cast<std::int64_t>(*number));
      else out.number(key, *number);
    } else if (const auto yes = yes_of(value)) {
      out.yes_no(key, *yes);
    } else {
      out.text(key, tellable(value.text));
    }
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
  void meter(const Value& value, const std::string& section, const meters::Catalogue& catalogue) {
    for (const Value& each : value.children) {
      const std::string path = fmt::format("{}.x.{}", section, each.key);
      if (each.key == "options") options(each, value.find("type"), catalogue);
      else if (each.kind == Value::Kind::object && may_be_told(path)) by_time(each);
      else if (may_be_told(path)) member(each.key, each, path);
    }
  }

  /// Numbers by the time of day.
  void by_time(const Value& value) {
    out.open_object(value.key);
    for (const Value& each : value.children) {
      if (each.is_scalar()) scalar(each.key, each);
    }
    out.close();
  }

  void options(const Value& value, const Value* type, const meters::Catalogue& catalogue) {
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

  void all_meters(const Value& value, const meters::Catalogue& catalogue) {
    out.open_object(value.key);
    for (const Value& each : value.children) {
      if (each.kind != Value::Kind::object) continue;
      out.open_object(each.key);
      meter(each, value.key, catalogue);
      out.close();
    }
    out.close();
  }

  void members(const Value& value, const std::string& path) {
    for (const Value& each : value.children) {
      const auto family = std::find_if(catalogues.begin(), catalogues.end(), [&](const auto& of) { return path.empty() && of.first == each.key; });
      if (family != catalogues.end()) {
        if (each.kind == Value::Kind::object) all_meters(each, family->second);
        continue;
      }
      const std::string below = path.empty() ? each.key : path + "." + each.key;
      // Policies hold conditions and names; their webhooks are addresses.
      const bool policies = below.starts_with("policy.extend") || below.starts_with("policy.override");
      if (policies && each.is_scalar() && each.text.find("://") != std::string::npos) out.text(each.key, shell::http::origin_of(each.text));
      else if (policies || each.kind == Value::Kind::object || may_be_told(below)) member(each.key, each, below);
    }
  }

  const std::vector<std::pair<std::string_view, meters::Catalogue>>& catalogues;   ///< by the section whose parts have types of theirs
  wire::JsonWriter out{};
};

}  // namespace

std::string public_config(std::string_view text, std::string_view file) {
  const auto document = read_dialect(text, {});
  std::vector<std::pair<std::string_view, meters::Catalogue>> catalogues;
  for (const auto family : {meters::Family::meters, meters::Family::prices, meters::Family::forecasts})
    catalogues.emplace_back(meters::name_of(family), meters::Catalogue{folder_around(file), family});
  Teller teller{catalogues};
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
