#include "app/meters/trial.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>
#include <optional>
#include <ostream>

#include "app/meters/prove.hpp"
#include "app/meters/told_options.hpp"
#include "base/percent.hpp"
#include "core/meter/braces.hpp"
#include "core/meter/fill.hpp"
#include "shell/http/exchange.hpp"
#include "shell/http/url.hpp"
#include "shell/meters/trial.hpp"
#include "wire/json.hpp"

namespace app::meters {
namespace {

using core::Amount;
using core::Amounts;
using core::Measurand;

constexpr std::size_t shown_of_an_answer = 2000;  // bytes
constexpr std::string_view mask = "…";
constexpr double noise = 50;                      // W
constexpr double losses = 0.1;                    // of what flows, in inverters

std::optional<double> number_of(const Amounts& amounts, Measurand what) {
  const Amount* found = core::find(amounts, what);
  return found != nullptr ? std::optional{core::number_of(*found)} : std::nullopt;
}

void print(const Asked& asked, std::ostream& out) {
  out << fmt::format("{}  {} {}\n", asked.question, asked.way, asked.address);
  if (!asked.trouble.empty()) {
    out << "  " << asked.trouble << "\n\n";
    return;
  }
  out << fmt::format("  {}{} bytes{}\n", asked.status ? fmt::format("{} with ", *asked.status) : "", asked.bytes, asked.is_secret ? "; a log-in, not shown" : ":");
  if (!asked.text.empty()) out << "  " << asked.text << (asked.is_cut ? " …" : "") << '\n';
  out << '\n';
}

/// Without its quotes.
std::string inside(const std::string& quoted) { return quoted.substr(1, quoted.size() - 2); }

void show_table(const core::meter::Template& kind, const core::table::Table& table, std::string_view currency, std::ostream& out) {
  for (const core::table::Slot& each : table.slots()) out << slot_in_words(*kind.measure, each, currency) << '\n';
  if (!table.empty()) out << '\n';
}

/// Options that hold no longer, because another value was handed out instead: whoever gave them has to know it.
void show_used_up(const core::meter::Template& filled, const core::meter::Template& kind, const core::meter::Options& learned, std::ostream& out) {
  for (const core::meter::Learns& each : filled.learns) {
    const auto now = learned.find(each.name);
    if (each.first.empty() || now == learned.end() || now->second == each.first) continue;
    const auto said = std::find_if(kind.learns.begin(), kind.learns.end(), [&](const auto& one) { return one.name == each.name; });
    out << fmt::format("A new {} was handed out; the one that was given may hold no longer. Write into the configuration:\n{}\n\n", fmt::join(core::meter::names_in(said->first), ", "), now->second);
  }
}

}  // namespace

std::string way_of(const core::meter::What& what) {
  if (const auto* http = std::get_if<core::meter::HttpQuestion>(&what)) return std::string{shell::http::words(http->verb)};
  if (const auto* modbus = std::get_if<core::meter::ModbusQuestion>(&what)) return fmt::format("unit {} of", modbus->unit);
  const auto& listening = std::get<core::meter::Subscription>(what);
  return listening.topic.empty() ? std::string{"from"} : listening.topic + " at";
}

Given given(const std::vector<std::string>& texts) {
  Given all;
  for (const std::string& text : texts) {
    const std::size_t equals = text.find('=');
    if (equals == 0 || equals == std::string::npos) {
      if (all.trouble.empty()) all.trouble = fmt::format("an option is written name=value, as in host=192.168.1.9, not \"{}\"", text);
      continue;
    }
    all.options.insert_or_assign(text.substr(0, equals), text.substr(equals + 1));
  }
  return all;
}

std::vector<std::string> judge(const Amounts& amounts, const core::meter::Template& kind) {
  std::vector<std::string> sentences;
  for (const Measurand what : kind.usual()) {
    if (core::find(amounts, what) == nullptr)
      sentences.push_back(fmt::format("It did not tell {}: it is not there at this device, or switched off.", core::word_of(what)));
  }
  const auto grid = number_of(amounts, Measurand::grid);
  const auto solar = number_of(amounts, Measurand::solar);
  const auto load = number_of(amounts, Measurand::load);
  if (grid && *grid < -noise) sentences.push_back(fmt::format("{:.0f} W go into the grid now; if the house draws from it instead, its sign is the other way.", -*grid));
  if (grid && *grid > noise) sentences.push_back(fmt::format("{:.0f} W come from the grid now; if the house feeds in instead, its sign is the other way.", *grid));
  if (grid && solar && load) {
    const double made = *solar + *grid + number_of(amounts, Measurand::battery).value_or(0);
    const double off = std::abs(made - *load);
    if (off > std::max(noise, losses * std::max({std::abs(*solar), std::abs(*grid), *load})))
      sentences.push_back(fmt::format("The load of {:.0f} W is not what solar, battery and grid make together ({:.0f} W): one of them has the wrong sign, or "
                                      "something is not measured.", *load, made));
  }
  return sentences;
}

std::string ToTry::hidden(std::string text) const {
  for (const std::string& secret : secrets) {
    for (std::size_t at = 0; (at = text.find(secret, at)) != std::string::npos; at += mask.size()) text.replace(at, secret.size(), mask);
  }
  return text;
}

Asked asked_in(const ToTry& tried, const core::meter::Ask& ask, const core::meter::Reply& reply) {
  const core::meter::Template& kind = tried.source.kind;
  Asked asked{kind.questions[ask.question].name, way_of(ask.what), tried.hidden(shell::http::harmless(core::meter::address_of(ask.what)))};
  if (reply.outcome != core::meter::Reply::Outcome::answered) {
    asked.trouble = tried.hidden(reply.trouble);
    return asked;
  }
  const auto& first = kind.access.questions;
  const bool opens = std::find(first.begin(), first.end(), ask.question) != first.end();
  const auto teaches = [&](const auto& each) { return each.secret && each.question == ask.question; };
  asked.is_secret = opens || std::any_of(kind.learns.begin(), kind.learns.end(), teaches);
  if (std::holds_alternative<core::meter::HttpQuestion>(ask.what)) asked.status = reply.status;
  asked.bytes = reply.body.size();
  if (asked.is_secret) return asked;
  // First hidden, then cut: half a secret is one too.
  asked.text = tried.hidden(std::string{reply.body});
  asked.is_cut = asked.text.size() > shown_of_an_answer;
  asked.text.resize(std::min(asked.text.size(), shown_of_an_answer));
  std::replace_if(asked.text.begin(), asked.text.end(), [](unsigned char c) { return c < ' ' && c != '\n'; }, ' ');
  return asked;
}

ToTry to_try(const core::meter::Template& kind, const core::meter::Options& options) {
  const core::meter::Options told = as_told(kind, options);
  core::meter::Filled filled = core::meter::fill(kind, told);
  ToTry out;
  out.source.name = kind.name;
  out.source.kind = std::move(filled.kind);
  out.source.every = kind.every;
  out.complaints = std::move(filled.complaints);
  for (const core::meter::Option& each : kind.options) {
    for (const core::meter::Options* some : {&options, &told}) {
      const auto given = some->find(each.name);
      if (!each.secret || given == some->end() || given->second.empty()) continue;
      for (const std::string& text : {given->second, base::percent_encoded(given->second), inside(wire::json_text(given->second))}) out.secrets.push_back(text);
    }
  }
  const core::meter::Access& access = out.source.kind.access;
  if (!access.password.empty()) out.secrets.push_back(shell::http::base64(access.user + ":" + access.password));
  // The longer first: one may begin like another.
  std::sort(out.secrets.begin(), out.secrets.end(), [](const auto& a, const auto& b) { return a.size() > b.size(); });
  return out;
}

int try_source(const core::meter::Template& kind, const core::meter::Options& options, std::ostream& out, std::ostream& err) {
  const ToTry asked = to_try(kind, options);
  for (const core::meter::Complaint& each : asked.complaints) err << fmt::format("twcmanager: {}: {}\n", each.option, each.text);
  if (!asked.complaints.empty()) return 1;
  const core::meter::Template& filled = asked.source.kind;
  shell::Trial trial(asked.source, [&](const auto& ask, const auto& reply) { print(asked_in(asked, ask, reply), out); });
  const shell::Tried tried = trial.run();
  for (const Amount& each : tried.amounts) out << fmt::format("{:<12} {:>12}\n", core::word_of(each.what), amount_in_words(each));
  if (kind.measure) show_table(kind, tried.table, tried.currency, out);
  if (!tried.amounts.empty()) {   // of who said nothing nothing is missing in particular
    out << '\n';
    for (const std::string& each : judge(tried.amounts, filled)) out << each << '\n';
  }
  show_used_up(filled, kind, tried.learned, out);
  if (!tried.well) err << fmt::format("twcmanager: {}: {}\n", kind.name, asked.hidden(tried.trouble));
  else out << "It can be used.\n";
  return tried.well ? 0 : 1;
}

}  // namespace app::meters
