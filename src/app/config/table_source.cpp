#include "app/config/table_source.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "app/config/meter_source.hpp"
#include "core/meter/fill.hpp"

namespace app {
namespace {

constexpr int minutes_of_a_day = 24 * 60;

using core::table::Daily;
using core::table::Measure;
using meters::Catalogue;
using meters::Family;

/// "06:30" → 390; a day begins at 00:00 and has no 24:00.
std::optional<int> minute_of(std::string_view text) {
  const auto minute = text.size() == 5 ? core::rules::minute_of(text) : std::nullopt;
  return minute && *minute < minutes_of_a_day ? minute : std::nullopt;
}

class Tables {
 public:
  Tables(const Value& root, Draft& draft)
      : root_(root),
        draft_(draft),
        out_(draft.out),
        prices_(folder_around(out_.file), Family::prices),
        forecasts_(folder_around(out_.file), Family::forecasts) {}

  void put_together() {
    for (const Draft::Tariff& each : draft_.prices) add_price(each);
    if (draft_.awattar) add_awattar();
    for (const Draft::Tariff& each : draft_.forecasts) add(each, forecasts_, "forecast");
  }

 private:
  void say(Severity severity, const Value* at, std::string text) {
    out_.findings.push_back(finding_at(severity, out_.file, at, std::move(text)));
  }
  static const Value* place(const Draft::Tariff& of, std::string_view key) {
    const Value* value = of.at->find(key);
    return value != nullptr ? value : of.at;
  }
  static bool written(const Draft::Tariff& of, std::string_view key) {
    const Value* value = of.at->find(key);
    return value != nullptr && value->kind != Value::Kind::nothing;
  }

  bool has_room(const Value* at, std::string_view name) {
    if (out_.tables.size() < most_tables) return true;
    say(Severity::contradiction, at,
        fmt::format("there are more than {} sources of prices and forecasts; {} is not used, leave some out",
                    most_tables, quoted(std::string{name})));
    return false;
  }

  /// A number, or numbers by the time of day; empty after a finding.
  Daily daily(const Draft::Tariff& of, std::string_view key) {
    Daily all;
    const Value* value = of.at->find(key);
    if (value == nullptr || value->kind == Value::Kind::nothing) return all;
    const auto grains = [&](const Value& from) {
      const auto number = from.is_scalar() ? number_of(from) : std::nullopt;
      const auto plausible = number ? core::table::plausible(Measure::price, *number) : std::nullopt;
      if (!plausible)
        say(Severity::contradiction, &from,
            fmt::format("\"{}\" of {} is {}; write a number per kWh, as in 0.28", key, quoted(of.name), shown(from)));
      return plausible;
    };
    if (value->kind != Value::Kind::object) {
      if (const auto one = grains(*value)) all.push_back({0, *one});
      return all;
    }
    for (const Value& each : value->children) {
      const auto minute = minute_of(each.key);
      if (!minute)
        say(Severity::contradiction, &each,
            fmt::format("\"{}\" in \"{}\" of {} is no time of day; write it as in \"22:00\"", each.key, key,
                        quoted(of.name)));
      const auto number = grains(each);
      if (minute && number) all.push_back({*minute, *number});
    }
    std::sort(all.begin(), all.end(), [](const auto& a, const auto& b) { return a.minute < b.minute; });
    return all;
  }

  void add_price(const Draft::Tariff& price) {
    if (price.type == "fixed") return add_fixed(price);
    if (written(price, "price"))
      say(Severity::warning, place(price, "price"),
          fmt::format("\"price\" of {} is not read, because its type is {}; what comes on top of a market's price is "
                      "\"charges\"",
                      quoted(price.name), quoted(price.type)));
    core::meter::TableSource* added = add(price, prices_, "price");
    if (added != nullptr) added->adder = {price.tax, daily(price, "charges")};
  }

  void add_fixed(const Draft::Tariff& price) {
    if (!has_room(price.at, price.name)) return;
    core::meter::TableSource fixed;
    fixed.fixed = daily(price, "price");
    if (fixed.fixed.empty()) {
      say(Severity::contradiction, place(price, "price"),
          fmt::format("the fixed tariff {} has no price; add price: 0.28, or by the time of day price: {{ \"06:00\": "
                      "0.31, \"22:00\": 0.22 }}",
                      quoted(price.name)));
      return;
    }
    for (const std::string_view key : {"options", "tax", "charges"}) {
      if (written(price, key))
        say(Severity::warning, place(price, key),
            fmt::format("\"{}\" of the fixed tariff {} is not read; its price is what is paid", key,
                        quoted(price.name)));
    }
    fixed.source.name = price.name;
    fixed.source.every = core::Duration{std::chrono::hours{24}};
    fixed.source.kind.name = "fixed";
    fixed.source.kind.measure = Measure::price;
    fixed.currency = price.currency;
    out_.tables.push_back(std::move(fixed));
  }

  /// The original knows that it is enabled, and nothing else: the prices of Austria as they are.
  void add_awattar() {
    const Value* at = root_.at("pricing.aWATTar");
    const meters::TemplateFile file = prices_.read("awattar");
    if (!has_room(at, "aWATTar")) return;
    if (!file.findings.empty()) return report_broken(file, out_);
    core::meter::TableSource source;
    source.source.name = "aWATTar";
    source.source.kind = core::meter::fill(file.kind, {}).kind;
    source.source.every = source.source.kind.every;
    out_.tables.push_back(std::move(source));
  }

  core::meter::Options options(const Draft::Tariff& of) {
    core::meter::Options all;
    const Value* section = of.at->find("options");
    if (section == nullptr || section->kind == Value::Kind::nothing) return all;
    if (section->kind != Value::Kind::object) {
      say(Severity::contradiction, section,
          fmt::format("\"options\" of {} is no section; write {{ }} around its options", quoted(of.name)));
      return all;
    }
    for (const Value& option : section->children) {
      if (option.kind == Value::Kind::nothing) continue;
      if (option.is_scalar()) all[option.key] = option.text;
      else
        say(Severity::contradiction, &option,
            fmt::format("option {} of {} is {}; write a text, a number, yes or no", quoted(option.key), quoted(of.name),
                        shown(option)));
    }
    return all;
  }

  /// Null after a finding.
  core::meter::TableSource* add(const Draft::Tariff& of, const Catalogue& catalogue, std::string_view what) {
    if (!has_room(of.at, of.name)) return nullptr;
    const meters::TemplateFile file = catalogue.read(of.type);
    if (!file.findings.empty()) {
      const bool is_own = !catalogue.file_of(of.type).empty();
      if (is_own) report_broken(file, out_);
      say(Severity::contradiction, place(of, "type"),
          is_own ? fmt::format("the {} {} cannot be read before {} is corrected", what, quoted(of.name),
                               catalogue.file_of(of.type))
                 : fmt::format("the {} {} cannot be read: {}", what, quoted(of.name), file.findings.front().text));
      return nullptr;
    }
    const std::size_t before = out_.findings.size();
    core::meter::Filled filled = core::meter::fill(file.kind, options(of));
    for (const core::meter::Complaint& each : filled.complaints) {
      const Value* section = place(of, "options");
      const Value* option = section->find(each.option);
      say(Severity::contradiction, option != nullptr ? option : section,
          each.option.empty() ? fmt::format("the {} {}: {}", what, quoted(of.name), each.text)
                              : fmt::format("option {} of the {} {} {}; nothing is read from it", quoted(each.option),
                                            what, quoted(of.name), each.text));
    }
    if (out_.findings.size() > before) return nullptr;
    core::meter::TableSource source;
    source.source.name = of.name;
    source.source.every = filled.kind.every;
    source.source.kind = std::move(filled.kind);
    out_.tables.push_back(std::move(source));
    return &out_.tables.back();
  }

  const Value& root_;
  Draft& draft_;
  Configuration& out_;
  Catalogue prices_, forecasts_;
};

}  // namespace

void add_tables(const Value& root, Draft& draft) {
  Tables{root, draft}.put_together();
}

}  // namespace app
