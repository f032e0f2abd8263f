#include "app/config/meter_source.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "app/config/text_items.hpp"
#include "app/meters/told_options.hpp"
#include "core/meter/fill.hpp"

namespace app {
namespace {

using core::Measurand;
using core::Measurands;

std::string seconds(core::Duration duration) {
  return fmt::format("{:g} s", base::seconds_of(duration));
}

/// What is of interest at such a place; of a house all that there usually is.
Measurands of_role(std::string_view role) {
  using enum Measurand;
  if (role == "grid") return {grid, grid_l1, grid_l2, grid_l3, current_l1, current_l2, current_l3};
  if (role == "solar") return {solar};
  if (role == "battery") return {battery, soc};
  if (role == "charger") return {charger};
  return {grid, current_l1, current_l2, current_l3};
}

/// … of that kind. What many of a kind lack is only waited for where nothing else can be meant.
Measurands counted(const core::meter::Template& kind, std::string_view role) {
  const Measurands wanted = role == "house" ? Measurands::all() : of_role(role);
  const Measurands usual = kind.usual().and_in(wanted);
  return usual.empty() ? kind.tells().and_in(wanted) : usual;
}

/// As in [1.5, 2, 3.5].
bool is_of_numbers(const Value& value) {
  return value.kind == Value::Kind::list && !value.children.empty() &&
         std::all_of(value.children.begin(), value.children.end(), [](const Value& each) { return each.is_scalar() && number_of(each); });
}

/// What an option takes for a list: its items with blanks between them.
std::string joined(const Value& list) {
  std::string text;
  for (const Value& each : list.children) text += (text.empty() ? "" : " ") + each.text;
  return text;
}

class Known {
 public:
  Known(const Draft::Meter& meter, const meters::Catalogue& catalogue, Configuration& out)
      : meter_(meter), catalogue_(catalogue), out_(out) {}

  std::optional<KnownMeter> read() {
    const meters::TemplateFile file = catalogue_.read(meter_.type);
    if (!file.findings.empty()) {
      refuse(file);
      return std::nullopt;
    }
    const std::size_t before = out_.findings.size();
    const core::meter::Options given = options();
    if (out_.findings.size() > before) return std::nullopt;
    core::meter::Filled filled = core::meter::fill(file.kind, meters::as_told(file.kind, given));
    complain(filled.complaints);
    if (out_.findings.size() > before) return std::nullopt;
    mention_items();
    KnownMeter known;
    known.counts = counts(filled.kind);
    if (known.counts.empty()) return std::nullopt;
    known.source.name = meter_.name;
    known.source.every = rhythm(filled.kind);
    if (meter_.patience > core::Duration{}) filled.kind.patience = meter_.patience;
    known.source.kind = std::move(filled.kind);
    return known;
  }

 private:
  void say(Severity severity, const Value* at, std::string text) {
    out_.findings.push_back(finding_at(severity, out_.file, at, std::move(text)));
  }
  [[nodiscard]] const Value* place(std::string_view key) const {
    const Value* value = meter_.at->find(key);
    return value != nullptr ? value : meter_.at;
  }

  void refuse(const meters::TemplateFile& file) {
    const std::string path = catalogue_.file_of(meter_.type);
    if (path.empty()) {
      say(Severity::contradiction, place("type"),
          fmt::format("meter {} cannot be read: {}", quoted(meter_.name), file.findings.front().text));
      return;
    }
    report_broken(file, out_);
    say(Severity::contradiction, place("type"),
        fmt::format("meter {} cannot be read before {} is corrected", quoted(meter_.name), path));
  }

  core::meter::Options options() {
    core::meter::Options all;
    const Value* section = meter_.at->find("options");
    if (section == nullptr || section->kind == Value::Kind::nothing) return all;
    if (section->kind != Value::Kind::object) {
      say(Severity::contradiction, section,
          fmt::format("\"options\" of meter {} is no section; write {{ }} around its options", quoted(meter_.name)));
      return all;
    }
    for (const Value& option : section->children) {
      if (option.kind == Value::Kind::nothing) continue;
      if (option.is_scalar()) all[option.key] = option.text;
      else if (is_of_numbers(option)) all[option.key] = joined(option);
      else
        say(Severity::contradiction, &option,
            fmt::format("option {} of meter {} is {}; write a text, a number, yes or no", quoted(option.key),
                        quoted(meter_.name), shown(option)));
    }
    return all;
  }

  void complain(const std::vector<core::meter::Complaint>& complaints) {
    for (const core::meter::Complaint& each : complaints) {
      const Value* section = place("options");
      const Value* option = section->find(each.option);
      if (each.option.empty()) say(Severity::contradiction, section, fmt::format("meter {}: {}", quoted(meter_.name), each.text));
      else
        say(Severity::contradiction, option != nullptr ? option : section,
            fmt::format("option {} of meter {} {}; nothing is read from it", quoted(each.option), quoted(meter_.name),
                        each.text));
    }
  }

  void mention_items() {
    for (const std::string_view key : {"url", "powerItem", "currentItems", "consumptionItem", "generationItem",
                                       "batteryItem", "batteryLevelItem"}) {
      const Value* written = meter_.at->find(key);
      if (written == nullptr || written->kind == Value::Kind::nothing) continue;
      say(Severity::warning, written,
          fmt::format("\"{}\" of meter {} is not read, because its type is {} with options; write what it needs there", key,
                      quoted(meter_.name), quoted(meter_.type)));
      return;
    }
  }

  /// Nothing after a finding.
  Measurands counts(const core::meter::Template& kind) {
    Measurands named;
    for (const std::string& word : meter_.counts) {
      const auto what = core::measurand_of(word);
      if (what && kind.tells().has(*what)) {
        named.add(*what);
        continue;
      }
      say(Severity::contradiction, place("counts"),
          fmt::format("\"counts\" of meter {} names {}, which {} does not tell; it tells {}", quoted(meter_.name),
                      quoted(word), quoted(meter_.type), in_words(kind.tells())));
    }
    if (!named.empty()) return named;
    const Measurands found = counted(kind, meter_.role);
    if (found.empty())
      say(Severity::contradiction, place("role"),
          fmt::format("meter {} has the role {}, of which {} tells nothing; it tells {}, nothing is read from it",
                      quoted(meter_.name), meter_.role, quoted(meter_.type), in_words(kind.tells())));
    return found;
  }

  core::Duration rhythm(const core::meter::Template& kind) {
    if (meter_.every == core::Duration{}) return kind.every;
    if (meter_.every >= kind.least_every) return meter_.every;
    say(Severity::note, place("pollInterval"),
        fmt::format("meter {} is asked every {} instead of every {}: {} may be asked no more often", quoted(meter_.name),
                    seconds(kind.least_every), seconds(meter_.every), quoted(meter_.type)));
    return kind.least_every;
  }

  const Draft::Meter& meter_;
  const meters::Catalogue& catalogue_;
  Configuration& out_;
};

}  // namespace

bool is_of_a_kind(const Draft::Meter& meter) {
  const Value* options = meter.at->find("options");
  return meter.type != "url" || (options != nullptr && options->kind != Value::Kind::nothing);
}

std::optional<KnownMeter> known_meter(const Draft::Meter& meter, const meters::Catalogue& catalogue, Configuration& out) {
  return Known{meter, catalogue, out}.read();
}

std::string trouble_of(const Draft::Meter& meter) {
  if (meter.url.empty()) return "has no url; add \"url\": \"http://host/path\"";
  if (!meter.url.starts_with("http://") && !meter.url.starts_with("https://"))
    return "has a url that begins neither with http:// nor with https://";
  const bool asks = !meter.power_item.empty() || !meter.current_items.empty() || !meter.consumption_item.empty() ||
                    !meter.generation_item.empty() || !meter.battery_item.empty() ||
                    !meter.battery_level_item.empty();
  return asks ? "" : "names nothing to ask for; add powerItem or currentItems";
}

core::meter::Source addressed(Draft::Meter& meter) {
  using enum core::Measurand;
  while (!meter.url.empty() && meter.url.back() == '/') meter.url.pop_back();
  if (meter.every == core::Duration{}) meter.every = std::chrono::seconds{5};
  if (meter.patience == core::Duration{}) meter.patience = std::chrono::seconds{2};
  core::meter::Source source = core::meter::text_source(meter.name, meter.every, meter.patience);
  ask_for(source, load, meter.url, meter.consumption_item);
  ask_for(source, solar, meter.url, meter.generation_item);
  ask_for(source, grid, meter.url, meter.power_item);
  for (std::size_t p = 0; p < meter.current_items.size(); ++p) {
    ask_for(source, core::current_of(p), meter.url, meter.current_items[p]);
  }
  ask_for(source, battery, meter.url, meter.battery_item);
  ask_for(source, soc, meter.url, meter.battery_level_item);
  return source;
}

std::vector<std::string_view> roles_of(const core::meter::Template& kind) {
  std::vector<std::string_view> roles;
  if (kind.measure) return roles;
  for (const std::string_view role : choices_of(*key_of("meters.x.role"))) {
    if (!counted(kind, role).empty()) roles.push_back(role);
  }
  return roles;
}

std::string folder_around(std::string_view file) {
  if (file.empty()) return {};
  const std::size_t slash = file.rfind('/');
  return slash == std::string_view::npos ? "." : std::string{file.substr(0, slash + 1)};
}

std::string in_words(Measurands all) {
  std::vector<std::string_view> words;
  for (const Measurand each : all) words.push_back(core::word_of(each));
  std::string text;
  for (std::size_t i = 0; i < words.size(); ++i) {
    text += i == 0 ? "" : i + 1 == words.size() ? " and " : ", ";
    text += words[i];
  }
  return text.empty() ? "nothing" : text;
}

void report_broken(const meters::TemplateFile& file, Configuration& out) {
  for (Finding each : file.findings) {
    each.severity = Severity::contradiction;
    const bool known = std::any_of(out.findings.begin(), out.findings.end(), [&](const Finding& other) {
      return other.file == each.file && other.line == each.line && other.text == each.text;
    });
    if (!known) out.findings.push_back(std::move(each));
  }
}

}  // namespace app
