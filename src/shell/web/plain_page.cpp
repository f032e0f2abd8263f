#include "shell/web/plain_page.hpp"

#include <fmt/format.h>

#include <iterator>
#include <optional>

#include "shell/web/codes.hpp"

namespace shell::web {
namespace {

constexpr std::string_view unknown = "unknown";

std::string escaped(std::string_view text) {
  std::string out;
  for (const char c : text) {
    switch (c) {
      case '&': out += "&amp;"; break;
      case '<': out += "&lt;"; break;
      case '>': out += "&gt;"; break;
      case '"': out += "&quot;"; break;
      case '\'': out += "&#39;"; break;
      default: out += c;
    }
  }
  return out;
}

template <class... Parts>
void add(std::string& out, fmt::format_string<Parts...> format, Parts&&... parts) {
  fmt::format_to(std::back_inserter(out), format, std::forward<Parts>(parts)...);
}

std::string amps(core::Amps a) {
  return fmt::format("{:g} A", a.number());
}
std::string amps(const std::optional<core::Amps>& a) {
  return a ? amps(*a) : std::string(unknown);
}
std::string watts(core::Watts w) {
  return fmt::format("{:.0f} W", w.number() + 0.0);
}
std::string watts(const std::optional<core::Watts>& w) {
  return w ? watts(*w) : std::string(unknown);
}
std::string seconds(core::Duration d) {
  return fmt::format("{:.1f} s", base::seconds_of(d));
}

std::string with_reason(const core::Sourced<core::Amps>& current) {
  return fmt::format("<strong>{}</strong> <span class=\"why\">{}</span>", amps(current.value),
                     escaped(core::words(current.reason)));
}

/// Time of day in UTC: what is shown here must not depend on where the program runs.
std::string clock(core::WallTime t) {
  const std::int64_t day = 86'400'000;
  const std::int64_t of_day = (t.since_epoch().count() % day + day) % day / 1000;
  return fmt::format("{:02}:{:02}:{:02} UTC", of_day / 3600, of_day / 60 % 60, of_day % 60);
}

std::string_view mode_name(core::Mode mode) {
  switch (mode) {
    case core::Mode::off: return "Off";
    case core::Mode::solar: return "Solar";
    case core::Mode::min_solar: return "Min+Solar";
    case core::Mode::fast: return "Fast";
  }
  return unknown;
}

void row(std::string& out, std::string_view name, std::string_view html) {
  add(out, "<tr><th>{}</th><td>{}</td></tr>\n", name, html);
}

void house(std::string& out, const core::Snapshot& s) {
  out += "<section><h2>House</h2><table>\n";
  row(out, "Mode", mode_name(s.mode));
  if (s.charge_now_rate > core::Amps{} && s.charge_now_end > s.now.wall) {
    row(out, "Charge now", fmt::format("{} until {}", amps(s.charge_now_rate), clock(s.charge_now_end)));
  }
  row(out, "All connectors are to get", with_reason(s.target));
  row(out, "Reserved of the circuit", fmt::format("{} of {}", amps(s.held), amps(s.circuit)));
  row(out, "Solar", watts(s.site.generation));
  row(out, "Consumption", watts(s.site.consumption));
  row(out, "House without cars", watts(s.site.house));
  row(out, "Charging", watts(s.site.charger));
  row(out, "The sun leaves", s.site.sun ? fmt::format("{} per phase", amps(*s.site.sun)) : std::string(unknown));
  row(out, "Bus",
      fmt::format("{} ({} frames, {} damaged)", escaped(core::words(s.bus.state)), s.bus.frames, s.bus.damaged));
  out += "</table></section>\n";
}

void connector(std::string& out, const core::ConnectorView& c) {
  add(out, "<section><h2>Connector {}{}</h2><table>\n", wire::print(c.id),
      c.name.empty() ? std::string{} : fmt::format(", {}", escaped(c.name.view())));
  row(out, "Is to get", with_reason(c.granted));
  row(out, "Mode", fmt::format("{}{}", mode_name(c.mode), c.mode_own ? ", its own" : ""));
  if (c.target) row(out, "Target of this visit", fmt::format("{:g} kWh", base::in_kilowatt_hours(*c.target)));
  row(out, "Draws", fmt::format("{} ({})", amps(c.drawn), watts(c.power)));
  row(out, "Limit", fmt::format("{}, told {}", amps(c.limit), amps(c.told)));
  row(out, "State", escaped(wire::print(c.state)));
  row(out, "Link", fmt::format("{}, heard {} ago", escaped(core::words(c.link)), seconds(c.since_heard)));
  row(out, "Car", c.vin.empty() ? (c.car_present ? "plugged in" : "not known") : escaped(c.vin.view()));
  row(out, "This session", fmt::format("{:.2f} kWh", base::in_kilowatt_hours(c.session_energy)));
  row(out, "Hardware maximum", amps(c.hardware_maximum));
  out += "</table></section>\n";
}

std::string per_phase(const std::optional<core::Phases<core::Amps>>& a) {
  return a ? fmt::format("{} &middot; {} &middot; {}", amps((*a)[0]), amps((*a)[1]), amps((*a)[2]))
           : std::string(unknown);
}

void circuits(std::string& out, const core::Snapshot& s) {
  if (s.circuits.empty()) return;
  out +=
      "<section><h2>Circuits</h2><table>\n<tr><th>Name</th><th>Limit</th><th>Left on L1 &middot; L2 &middot; "
      "L3</th></tr>\n";
  for (const core::CircuitView& c : s.circuits) {
    std::string limit = c.amps ? fmt::format("{} per phase", amps(*c.amps)) : std::string{};
    if (c.watts) limit += fmt::format("{}{}", limit.empty() ? "" : ", ", watts(*c.watts));
    if (!c.external.empty()) limit += fmt::format(" <span class=\"why\">{}</span>", escaped(c.external.view()));
    add(out, "<tr><td>{}</td><td>{}</td><td>{}</td></tr>\n", escaped(c.name.view()), limit,
        c.amps ? per_phase(c.left) : "not limited");
  }
  out += "</table></section>\n";
}

void meters(std::string& out, const core::Snapshot& s) {
  if (s.meters.empty()) return;
  out +=
      "<section><h2>Energy sources</h2><table>\n<tr><th>Name</th><th>Solar</th><th>Consumption</th><th>Age</th></tr>\n";
  for (const core::MeterView& m : s.meters) {
    add(out, "<tr><td>{}</td><td>{}{}</td><td>{}</td><td>{}</td></tr>\n", escaped(m.name.view()), watts(m.generation),
        m.estimated ? ", estimated" : "", watts(m.consumption), m.age ? seconds(*m.age) : "no answer yet");
  }
  out += "</table></section>\n";
}

void announcements(std::string& out, const core::Snapshot& s) {
  if (s.announcements.empty()) return;
  out += "<section><h2>News</h2><ul>\n";
  for (std::size_t i = s.announcements.size(); i > 0; --i) {
    const core::Announcement& a = s.announcements[i - 1];
    add(out, "<li class=\"{}\">{} <time>{}</time></li>\n", code(a.severity), escaped(core::words(a)), clock(a.when));
  }
  out += "</ul></section>\n";
}

}  // namespace

std::string plain_page(std::string_view frame, const core::Snapshot& s, const Program& program) {
  constexpr std::string_view mark = "<!--snapshot-->";
  std::string content;
  add(content, "<p>twcmanager {} at {}{}</p>\n", escaped(program.version), clock(s.now.wall),
      program.world == World::demo ? " &mdash; <strong>demo: house and cars are simulated</strong>" : "");
  house(content, s);
  if (s.connectors.empty()) content += "<section><h2>Connectors</h2><p>None has been heard yet.</p></section>\n";
  for (const core::ConnectorView& each : s.connectors) connector(content, each);
  circuits(content, s);
  meters(content, s);
  announcements(content, s);
  const auto place = frame.find(mark);
  if (place == std::string_view::npos) return content;
  std::string page(frame.substr(0, place));
  page += content;
  page += frame.substr(place + mark.size());
  return page;
}

}  // namespace shell::web
