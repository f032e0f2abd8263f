#include "app/config/originals.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cstdlib>
#include <map>

#include "app/config/meter_source.hpp"
#include "app/meters/built_in.hpp"
#include "app/meters/told_options.hpp"
#include "core/meter/fill.hpp"
#include "core/state.hpp"

namespace app {
namespace {

using core::Measurand;
using core::Measurands;
using core::meter::Legacy;
using core::meter::Options;

struct Meant {
  std::string kind;
  Legacy by;
};

/// What the kinds in the program say about one of the original's sections. Only those that name it anywhere are read,
/// and once: to read all of them takes a small computer nearly half a second.
const std::vector<Meant>& all_meant(const std::string& section) {
  thread_local std::map<std::string, std::vector<Meant>> known;
  const auto [place, is_new] = known.try_emplace(section);
  if (!is_new) return place->second;
  for (const meters::BuiltIn& each : meters::built_in()) {
    if (each.text.find(section) == std::string_view::npos) continue;
    const meters::TemplateFile file = meters::read_template(each.text, fmt::format("meters/{}.yaml", each.name));
    for (const Legacy& legacy : file.kind.legacy) {
      if (legacy.section == section) place->second.push_back({file.kind.name, legacy});
    }
  }
  return place->second;
}

/// What counts of a source that gives the original's two numbers (core/meter/original.hpp).
Measurands counted(Measurands tells) {
  using enum Measurand;
  Measurands pair;
  const bool house = tells.has(load) || tells.has(solar);
  if (tells.has(solar) || !house) pair.add(solar);
  if (tells.has(load) || tells.has(grid)) pair.add(load);
  return pair;
}

class Section {
 public:
  Section(const Value& at, Draft& draft, const meters::Catalogue& catalogue)
      : at_(at), draft_(draft), catalogue_(catalogue), out_(draft.out) {}

  void add() {
    if (!is_on()) return;
    const Meant* meant = choose();
    if (meant == nullptr) return;
    const meters::TemplateFile file = catalogue_.read(meant->kind);
    if (!file.findings.empty()) {
      report_broken(file, out_);
      say(Severity::contradiction, &at_,
          fmt::format("\"sources.{}\" cannot be read before {} is corrected", at_.key, catalogue_.file_of(meant->kind)));
      return;
    }
    if (at_.key == "Fronius") add_each(file.kind, *meant);
    else add_one(file.kind, *meant, options_of(*meant), 1);
  }

 private:
  void say(Severity severity, const Value* at, std::string text) {
    out_.findings.push_back(finding_at(severity, out_.file, at, std::move(text)));
  }
  [[nodiscard]] const Value* place(std::string_view key) const {
    const Value* value = at_.find(key);
    return value != nullptr ? value : &at_;
  }
  [[nodiscard]] const Given* given(std::string_view key) const {
    const auto found = draft_.originals.find(fmt::format("sources.{}.{}", at_.key, key));
    return found == draft_.originals.end() ? nullptr : &found->second;
  }

  /// The original looks at `enabled` of all but one.
  [[nodiscard]] bool is_on() const {
    const Value* enabled = at_.find("enabled");
    const bool said = enabled != nullptr && enabled->kind != Value::Kind::nothing;
    if (at_.key == "P1Monitor" && !said) return !text("serverIP").empty();
    return given("enabled") != nullptr && given("enabled")->yes;
  }

  /// As it would be typed for an option; of a list of texts the first.
  [[nodiscard]] std::string text(std::string_view key) const {
    const Given* value = given(key);
    const Key* row = key_of(fmt::format("sources.{}.{}", at_.key, key));
    if (row != nullptr && row->use == Key::Use::later) {
      const Value* written = at_.find(key);
      return written != nullptr && written->is_scalar() ? written->text : std::string{};
    }
    if (value == nullptr || row == nullptr) return {};
    switch (row->takes) {
      case Key::Takes::yes_no: return value->yes ? "yes" : "no";
      case Key::Takes::whole: return fmt::format("{}", value->whole());
      case Key::Takes::number: return fmt::format("{}", value->number);
      case Key::Takes::numbers: return fmt::format("{}", fmt::join(value->list, " "));
      case Key::Takes::list: return value->list.empty() ? std::string{} : value->list.front();
      default: return value->text;
    }
  }

  /// Whether there is something to go by; a no is as good as nothing.
  [[nodiscard]] bool is_said(std::string_view key) const {
    const Key* row = key_of(fmt::format("sources.{}.{}", at_.key, key));
    const std::string value = text(key);
    return !value.empty() && (row == nullptr || row->takes != Key::Takes::yes_no || value == "yes");
  }

  /// The kind whose keys are all given, and of several the one that needs most of them.
  const Meant* choose() {
    const Meant* best = nullptr;
    std::vector<std::string> ways;
    for (const Meant& each : all_meant(at_.key)) {
      ways.push_back(fmt::format("{}", fmt::join(each.by.when, " and ")));
      const bool whole =
          std::all_of(each.by.when.begin(), each.by.when.end(), [&](const std::string& key) { return is_said(key); });
      if (whole && (best == nullptr || each.by.when.size() > best->by.when.size())) best = &each;
    }
    if (best == nullptr && !ways.empty())
      say(Severity::contradiction, &at_,
          fmt::format("\"sources.{0}\" is enabled but has not what it needs; add {1}, or set enabled to false", at_.key,
                      fmt::join(ways, ", or ")));
    return best;
  }

  Options options_of(const Meant& meant) {
    Options all;
    for (const auto& [ours, theirs] : meant.by.options) {
      if (std::string value = text(theirs); !value.empty()) all[ours] = std::move(value);
    }
    if (at_.key == "SolarLog" && meant.kind == "solarlog-without") leave_out(all);
    if (meant.kind == "solaredge-modbus") choose_meter(all);
    if (const char* file = std::getenv("TWCM_SCENARIO_FILE"); at_.key == "ScenarioEMS" && file != nullptr) all.try_emplace("file", file);
    if (at_.key == "EmonCMS" && all.contains("consumption") && all.contains("generation")) {
      std::swap(all["consumption"], all["generation"]);
      say(Severity::note, place("consumptionFeed"),
          "\"sources.EmonCMS\": the original takes the two feeds the wrong way round, so generationFeed is read as the consumption "
          "and consumptionFeed as the generation, as it was; a meter of the type emoncms takes them as they are called");
    }
    return all;
  }

  void leave_out(Options& all) {
    const std::vector<std::string>& devices = given("excludeConsumptionInverters")->list;
    if (devices.size() > 1) all["without_2"] = devices[1];
    if (devices.size() > 2) all["without_3"] = devices[2];
    if (devices.size() > 3)
      say(Severity::contradiction, place("excludeConsumptionInverters"),
          "\"sources.SolarLog.excludeConsumptionInverters\" names more than three devices; only the first three are left out");
  }

  /// SolarEdge by Modbus: the meter that is said to see what is exported, "Meter2" as 2.
  void choose_meter(Options& all) {
    const Value* meters = at_.find("smartMeters");
    bool consumption = false;
    for (std::size_t i = 0; meters != nullptr && i < meters->children.size(); ++i) {
      const Value* name = meters->children[i].find("name");
      const Value* type = meters->children[i].find("type");
      if (name == nullptr || type == nullptr || !name->text.starts_with("Meter") || name->text.size() != 6) continue;
      consumption = consumption || type->text == "consumption";
      if (type->text == "export" && !all.contains("meter")) all["meter"] = name->text.substr(5);
    }
    tells_load_ = all.contains("meter");
    if (consumption)
      say(Severity::warning, meters,
          "\"sources.SolarEdge.smartMeters\" names a meter of consumption, which is not read; what the house consumes "
          "follows from one of the type export");
  }

  /// Each of several inverters has its own sun; what the house takes all of them would tell.
  void add_each(const core::meter::Template& kind, const Meant& meant) {
    const Given* hosts = given("serverIP");
    Options options = options_of(meant);
    if (hosts == nullptr || hosts->list.empty()) return add_one(kind, meant, options, 1);
    for (std::size_t i = 0; i < hosts->list.size(); ++i) {
      options["host"] = hosts->list[i];
      add_one(kind, meant, options, i + 1);
    }
  }

  void add_one(const core::meter::Template& kind, const Meant& meant, const Options& options, std::size_t number) {
    core::meter::Filled filled = core::meter::fill(kind, meters::as_told(kind, options));
    complain(filled.complaints, meant);
    if (!filled.complaints.empty()) return;
    const std::string name = number == 1 ? at_.key : fmt::format("{} {}", at_.key, number);
    if (out_.core.meters.size() >= core::most_meters) {
      say(Severity::contradiction, &at_,
          fmt::format("there are more than {} energy sources and meters; {} is not used, leave some out", core::most_meters,
                      name));
      return;
    }
    core::meter::Source source;
    source.name = name;
    source.every = filled.kind.every;
    source.original = true;
    Measurands counts = counted(filled.kind.tells());
    if (!tells_load_ || number > 1 || (at_.key == "SmartPi" && !given("showConsumption")->yes))
      counts.remove(Measurand::load);
    // The original turns a negative generation positive when it stores it (§2.3).
    for (core::meter::Gives& gives : filled.kind.gives) {
      if (gives.what == Measurand::solar) gives.expression.absolute = true;
    }
    source.kind = std::move(filled.kind);
    out_.add(std::move(source), core::MeterRole::house, counts);
  }

  /// In the words of the section, not of the kind.
  void complain(const std::vector<core::meter::Complaint>& complaints, const Meant& meant) {
    for (const core::meter::Complaint& each : complaints) {
      const auto known = std::find_if(meant.by.options.begin(), meant.by.options.end(),
                                      [&](const auto& pair) { return pair.first == each.option; });
      const std::string key = known != meant.by.options.end() ? known->second : std::string{};
      if (key.empty()) {
        std::vector<std::string_view> keys;
        for (const auto& [ours, theirs] : meant.by.options) {
          if (ours != "user" && ours != "password" && text(theirs).empty()) keys.push_back(theirs);
        }
        say(Severity::contradiction, &at_,
            fmt::format("\"sources.{}\" is enabled but names nothing to read; add {}, or set enabled to false", at_.key,
                        fmt::join(keys, " or ")));
      } else if (text(key).empty()) {
        say(Severity::contradiction, &at_,
            fmt::format("\"sources.{}\" is enabled but has no {}; add it, or set enabled to false", at_.key, key));
      } else {
        say(Severity::contradiction, place(key),
            fmt::format("\"sources.{}.{}\" {}; nothing is read from it", at_.key, key, each.text));
      }
    }
  }

  const Value& at_;
  Draft& draft_;
  const meters::Catalogue& catalogue_;
  Configuration& out_;
  bool tells_load_ = true;  ///< as the original took it
};

}  // namespace

void add_originals(const Value& root, Draft& draft, const meters::Catalogue& catalogue) {
  const Value* sources = root.find("sources");
  if (sources == nullptr) return;
  for (const Value& section : sources->children) {
    if (section.key != "URL" && section.kind == Value::Kind::object) Section{section, draft, catalogue}.add();
  }
}

}  // namespace app
