#include "app/config/configuration.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "app/config/dialect.hpp"
#include "app/config/house.hpp"
#include "app/config/keys.hpp"
#include "app/config/meter_source.hpp"
#include "app/config/originals.hpp"
#include "app/config/policy.hpp"
#include "app/config/table_source.hpp"
#include "app/config/text_items.hpp"
#include "shell/http/gate.hpp"

namespace app {
namespace {

using core::Amps;

class Assembly {
 public:
  Assembly(const Value& root, Draft& draft) : root_(root), draft_(draft), out_(draft.out) {}

  void put_together() {
    limits();
    electricity();
    bus();
    http();
    source();
    const meters::Catalogue catalogue{folder_around(out_.file)};
    add_originals(root_, draft_, catalogue);
    furnish(root_, draft_, catalogue);
    add_tables(root_, draft_);
    read_policies(root_, draft_.policies, out_);
    files();
  }

 private:
  void say(Severity severity, std::string_view path, std::string text) {
    out_.findings.push_back(finding_at(severity, out_.file, place_of(path), std::move(text)));
  }
  [[nodiscard]] bool given(std::string_view path) const {
    const Value* value = root_.at(path);
    return value != nullptr && value->kind != Value::Kind::nothing;
  }
  /// The key, or the innermost section around it that the file has.
  [[nodiscard]] const Value* place_of(std::string_view path) const {
    while (!path.empty()) {
      if (const Value* value = root_.at(path)) return value;
      const std::size_t dot = path.rfind('.');
      path = dot == std::string_view::npos ? std::string_view{} : path.substr(0, dot);
    }
    return nullptr;
  }

  /// Lowers `limit` to `ceiling`; what the file itself asked for above it is a contradiction, a default is not.
  void lower(Amps& limit, Amps ceiling, std::string_view path, std::string_view ceiling_name) {
    if (limit <= ceiling) return;
    if (given(path)) {
      say(follows_from_outside(path) ? Severity::note : Severity::contradiction, path,
          fmt::format("\"{}\" of {:g} A is above {} of {:g} A; {:g} A is used", path, limit.number(), ceiling_name,
                      ceiling.number(), ceiling.number()));
    }
    limit = ceiling;
  }

  /// Whoever lowers a limit on the page or by a variable means all that is below it, too.
  [[nodiscard]] bool follows_from_outside(std::string_view path) const {
    const auto is_overridden = [&](auto which) { return std::any_of(out_.overridden.begin(), out_.overridden.end(), which); };
    return is_overridden([](const Overriding& each) { return each.path.starts_with("config.wiringMaxAmps"); }) &&
           !is_overridden([&](const Overriding& each) { return each.path == path; });
  }

  void limits() {
    core::Config& core = out_.core;
    lower(core.per_unit, core.circuit, "config.wiringMaxAmpsPerTWC", "the circuit (wiringMaxAmpsAllTWCs)");
    lower(core.least, core.circuit, "config.minAmpsPerTWC", "the circuit (wiringMaxAmpsAllTWCs)");
    lower(core.least, core.per_unit, "config.minAmpsPerTWC", "the connector's limit (wiringMaxAmpsPerTWC)");
    if (core.safe_current)
      lower(*core.safe_current, core.per_unit, "config.safeCurrent", "the connector's limit (wiringMaxAmpsPerTWC)");
    if (!given("config.wiringMaxAmpsPerTWC")) {
      say(Severity::note, "config.wiringMaxAmpsPerTWC",
          fmt::format("\"wiringMaxAmpsPerTWC\" is missing; each connector gets at most {:g} A until it is set",
                      core.per_unit.number()));
    }
    if (!given("config.minAmpsPerTWC")) {
      say(Severity::note, "config.minAmpsPerTWC",
          fmt::format("\"minAmpsPerTWC\" is missing; {:g} A is the least a connector is offered", core.least.number()));
    }
    if (core.circuit < Amps::whole(5) || core.per_unit < Amps::whole(5)) {
      say(Severity::warning,
          core.circuit < Amps::whole(5) ? "config.wiringMaxAmpsAllTWCs" : "config.wiringMaxAmpsPerTWC",
          "no connector takes a limit below 5 A, so nothing will charge; raise it if the wiring permits");
    }
  }

  void electricity() {
    if (out_.core.generation_is_delivery && !out_.core.charger_inside_meter) {
      say(Severity::warning, "config.treatGenerationAsGridDelivery",
          "\"treatGenerationAsGridDelivery\" without \"subtractChargerLoad\" underestimates the sun: a meter that "
          "shows the export also sees "
          "the connectors, so set both to true");
    }
  }

  void bus() {
    const bool rs485_named = given("interface.RS485.enabled");
    std::string names;
    const auto add = [&](bool enabled, std::string_view name) {
      if (enabled) names += (names.empty() ? "" : " and ") + std::string{name};
    };
    add(draft_.dummy.enabled, "Dummy");
    add(draft_.rs485.enabled && (rs485_named || !(draft_.dummy.enabled || draft_.tcp.enabled)), "RS485");
    add(draft_.tcp.enabled, "TCP");
    const bool use_rs485 = !draft_.dummy.enabled && draft_.rs485.enabled && (rs485_named || !draft_.tcp.enabled);
    const std::string_view used = draft_.dummy.enabled ? "Dummy" : use_rs485 ? "RS485" : "TCP";
    if (names.find(" and ") != std::string::npos) {
      say(Severity::warning, "interface",
          fmt::format("{} are enabled in \"interface\", but only one can be used; {} is", names, used));
    }
    if (draft_.dummy.enabled) {
      out_.bus.kind = BusPort::Kind::simulated;
      return;
    }
    if (use_rs485) rs485();
    else if (draft_.tcp.enabled) tcp();
    if (out_.bus.kind == BusPort::Kind::none) {
      say(Severity::contradiction, use_rs485 ? "interface.RS485.port" : "interface",
          "no port to the connectors is named; add \"interface\": {\"RS485\": {\"port\": \"/dev/ttyUSB0\"}} with the "
          "adapter's path");
    }
  }

  void rs485() {
    const auto& rs485 = draft_.rs485;
    out_.bus.text = !rs485.port.empty() ? rs485.port : rs485.legacy_port;
    if (rs485.baud > 0) out_.bus.baud = rs485.baud;
    else if (rs485.legacy_baud > 0) out_.bus.baud = rs485.legacy_baud;
    if (!out_.bus.text.empty()) out_.bus.kind = BusPort::Kind::port;
  }

  void tcp() {
    const auto& tcp = draft_.tcp;
    if (!tcp.listen && tcp.server.empty()) return;
    // An address without brackets may hold many colons; only a single one separates a port.
    const bool has_port = !tcp.server.empty() && (tcp.server.find("]:") != std::string::npos ||
                                                  std::count(tcp.server.begin(), tcp.server.end(), ':') == 1);
    const bool bare_ipv6 = !has_port && tcp.server.find(':') != std::string::npos && tcp.server.front() != '[';
    const std::string host = bare_ipv6 ? '[' + tcp.server + ']' : tcp.server;
    out_.bus.text = fmt::format("{}://{}{}", tcp.listen ? "listen" : "socket", host,
                                has_port ? std::string{} : fmt::format(":{}", tcp.port));
    out_.bus.kind = BusPort::Kind::port;
  }

  void http() {
    legacy_open();
    if (!out_.http.enabled || out_.http.port != 0) return;
    out_.http.enabled = false;
    say(Severity::warning, "control.HTTP.listenPort",
        "\"control.HTTP.listenPort\" is 0, so there is no page; write 8080, or set enabled to false");
  }

  void legacy_open() {
    std::vector<std::string> addresses;
    for (const std::string& written : out_.http.legacy_open) {
      const std::string address = shell::http::plain_address(written == "localhost" ? "127.0.0.1" : written);
      if (!address.empty()) {
        addresses.push_back(address);
        continue;
      }
      say(Severity::contradiction, "control.HTTP.legacyOpen",
          fmt::format("\"control.HTTP.legacyOpen\" has \"{}\", which is no IP address; nobody gets in by it", written));
    }
    out_.http.legacy_open = std::move(addresses);
    if (out_.http.legacy_open.empty()) return;
    say(Severity::warning, "control.HTTP.legacyOpen",
        fmt::format(
            "\"control.HTTP.legacyOpen\": whoever uses {} may switch charging without a token; behind a proxy or "
            "in a container that may be everybody. Give the client a token instead if it can send one",
            fmt::join(out_.http.legacy_open, " or ")));
  }

  void source() {
    auto& source = draft_.source;
    if (!source.enabled) return;
    while (!source.url.empty() && source.url.back() == '/') source.url.pop_back();
    if (source.url.empty()) {
      say(Severity::contradiction, "sources.URL",
          "\"sources.URL\" is enabled but has no url; add \"url\": \"http://host/path\" or set enabled to false");
      return;
    }
    if (source.consumption_item.empty() && source.generation_item.empty()) {
      say(Severity::contradiction, "sources.URL",
          "\"sources.URL\" has neither consumptionItem nor generationItem; add the one the address answers");
      return;
    }
    if (!source.url.starts_with("http://") && !source.url.starts_with("https://")) {
      say(Severity::contradiction, "sources.URL.url",
          "\"sources.URL.url\" begins neither with http:// nor with https://; nothing is read from it");
      return;
    }
    core::meter::Source is = core::meter::text_source("URL", source.every, source.patience);
    ask_for(is, core::Measurand::load, source.url, source.consumption_item);
    ask_for(is, core::Measurand::solar, source.url, source.generation_item);
    out_.add(std::move(is), core::MeterRole::house);
  }

  void files() {
    while (out_.settings_path.size() > 1 && out_.settings_path.back() == '/') out_.settings_path.pop_back();
    if (out_.recorder.size == 0) out_.recorder.enabled = false;
    if (out_.recorder.path.empty() && !out_.settings_path.empty())
      out_.recorder.path = out_.settings_path + "/recorder";
  }

  const Value& root_;
  Draft& draft_;
  Configuration& out_;
};

/// What has a name in the file, as in "circuits.main fuse".
std::vector<std::string> parts_of(const Value& root) {
  std::vector<std::string> all;
  for (const Group& group : groups()) {
    const Value* section = root.find(group.path);
    if (section == nullptr) continue;
    for (const Value& part : section->children) all.push_back(fmt::format("{}.{}", group.path, part.key));
  }
  return all;
}

}  // namespace

std::size_t Configuration::add(core::meter::Source source, core::MeterRole role, std::optional<core::Measurands> counts) {
  core::MeterConfig& meter = core.meters.emplace_back();
  meter.name = source.name;
  meter.counts = counts.value_or(source.kind.usual());
  meter.every = source.every;
  meter.role = role;
  meter.asked = core::meter::digest_of(source.kind);
  meter.estimated = source.kind.estimated;
  sources.push_back(std::move(source));
  return core.meters.size() - 1;
}

const Finding* Configuration::fatal() const {
  const auto found =
      std::find_if(findings.begin(), findings.end(), [](const Finding& f) { return f.severity == Severity::fatal; });
  return found == findings.end() ? nullptr : &*found;
}

bool Configuration::acceptable() const {
  return std::none_of(findings.begin(), findings.end(),
                      [](const Finding& f) { return f.severity >= Severity::contradiction; });
}

Configuration read_configuration(std::string_view text, std::string_view file, const Overrides& overrides) {
  Draft draft;
  draft.out.file = std::string{file};
  auto document = read_dialect(text, file);
  if (!document) {
    draft.out.findings.push_back(std::move(document).error());
    return std::move(draft.out);
  }
  if (document->root.kind != Value::Kind::object) {
    draft.out.findings.push_back(
        {Severity::fatal, draft.out.file, document->root.line, 0,
         "the file holds no named values; it must be one { } with a section \"config\" in it"});
    return std::move(draft.out);
  }
  draft.out.findings = std::move(document->findings);
  Overridden overridden = put_overrides(document->root, overrides);
  draft.out.findings.insert(draft.out.findings.end(), overridden.findings.begin(), overridden.findings.end());
  draft.out.overridden = std::move(overridden.values);
  draft.out.bounds = std::move(overridden.bounds);
  draft.out.parts = parts_of(document->root);
  read_keys(document->root, draft);
  if (draft.out.fatal() == nullptr) Assembly{document->root, draft}.put_together();
  std::stable_sort(draft.out.findings.begin(), draft.out.findings.end(),
                   [](const Finding& a, const Finding& b) { return a.line < b.line; });
  return std::move(draft.out);
}

}  // namespace app
