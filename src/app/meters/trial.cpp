#include "app/meters/trial.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>
#include <optional>
#include <ostream>

#include "app/meters/prove.hpp"
#include "app/meters/told_options.hpp"
#include "core/meter/braces.hpp"
#include "core/meter/fill.hpp"
#include "core/meter/session.hpp"
#include "shell/http/exchange.hpp"
#include "shell/http/url.hpp"
#include "shell/loop/loop.hpp"
#include "shell/loop/reactor.hpp"
#include "shell/meters/reader.hpp"

namespace app::meters {
namespace {

using core::Amount;
using core::Amounts;
using core::Measurand;

constexpr std::size_t shown_of_an_answer = 2000;  // bytes
constexpr double noise = 50;                      // W
constexpr double losses = 0.1;                    // of what flows, in inverters

std::optional<double> number_of(const Amounts& amounts, Measurand what) {
  const Amount* found = core::find(amounts, what);
  return found != nullptr ? std::optional{core::number_of(*found)} : std::nullopt;
}

/// One round with its witnesses.
class Trial {
 public:
  Trial(core::meter::Source source, std::ostream& out) : kind_(source.kind), out_(out) {
    shell::Reader::Needs needs;
    needs.read = [this](const core::MeterRead& read) {
      for (const Amount& each : read.amounts) core::meter::keep_amount(amounts_, each);
    };
    needs.table = [this](const core::meter::TableRead& read) {
      currency_ = read.currency;
      table_.put(read.slots);
    };
    needs.say = [](core::Severity, const std::string&) {};
    needs.now = shell::read_clocks;
    needs.overhear = [this](const core::meter::Ask& ask, const core::meter::Reply& reply) { show(ask, reply); };
    reader_.emplace(reactor_.io(), std::vector{std::move(source)}, shell::SourceSecrets{}, std::move(needs));
  }

  void run() {
    const base::Duration longest = kind_.patience * static_cast<std::int64_t>(kind_.questions.size() + 1);
    reactor_.soon([this] { reader_->start(); });
    reactor_.every(std::chrono::milliseconds{50}, [this] {
      if (health().next_round || tells_all()) reactor_.stop();
    });
    reactor_.after(longest, [this] { reactor_.stop(); });
    reactor_.run();
  }
  [[nodiscard]] const core::meter::Health& health() const { return reader_->desk().health(0); }
  [[nodiscard]] const core::meter::Options& learned() const { return reader_->desk().kept(0); }
  [[nodiscard]] const Amounts& amounts() const { return amounts_; }
  [[nodiscard]] const core::table::Table& table() const { return table_; }
  [[nodiscard]] const std::string& currency() const { return currency_; }

 private:
  /// Of what speaks by itself: it has no end.
  [[nodiscard]] bool tells_all() const {
    core::Measurands missing = kind_.usual();
    for (const Amount& each : amounts_) missing.remove(each.what);
    return core::meter::listens(kind_) && missing.empty();
  }
  void show(const core::meter::Ask& ask, const core::meter::Reply& reply) {
    const bool opens = std::find(kind_.access.questions.begin(), kind_.access.questions.end(), ask.question) != kind_.access.questions.end();
    const bool is_secret = opens || std::any_of(kind_.learns.begin(), kind_.learns.end(), [&](const auto& each) { return each.secret && each.question == ask.question; });
    out_ << fmt::format("{}  {} {}\n", kind_.questions[ask.question].name, way_of(ask.what), shell::http::harmless(core::meter::address_of(ask.what)));
    if (reply.outcome != core::meter::Reply::Outcome::answered) {
      out_ << "  " << reply.trouble << "\n\n";
      return;
    }
    const bool is_http = std::holds_alternative<core::meter::HttpQuestion>(ask.what);
    out_ << fmt::format("  {}{} bytes{}\n", is_http ? fmt::format("{} with ", reply.status) : "", reply.body.size(), is_secret ? "; a log-in, not shown" : ":");
    std::string text{is_secret ? std::string_view{} : reply.body.substr(0, shown_of_an_answer)};
    std::replace_if(text.begin(), text.end(), [](unsigned char c) { return c < ' ' && c != '\n'; }, ' ');
    if (!text.empty()) out_ << "  " << text << (reply.body.size() > text.size() ? " …" : "") << '\n';
    out_ << '\n';
  }

  core::meter::Template kind_;
  std::ostream& out_;
  Amounts amounts_;
  core::table::Table table_;
  std::string currency_;
  shell::Reactor reactor_;
  std::optional<shell::Reader> reader_;
};

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

int try_source(const core::meter::Template& kind, const core::meter::Options& options, std::ostream& out, std::ostream& err) {
  core::meter::Filled filled = core::meter::fill(kind, as_told(kind, options));
  for (const core::meter::Complaint& each : filled.complaints) err << fmt::format("twcmanager: {}: {}\n", each.option, each.text);
  if (!filled.complaints.empty()) return 1;
  core::meter::Source source;
  source.name = kind.name;
  source.kind = filled.kind;
  source.every = kind.every;
  Trial trial{source, out};
  trial.run();
  for (const Amount& each : trial.amounts()) {
    out << fmt::format("{:<12} {:>10.6g} {}\n", core::word_of(each.what), core::number_of(each),
                       core::unit_of(core::dimension_of(each.what)));
  }
  if (kind.measure) show_table(kind, trial.table(), trial.currency(), out);
  if (!trial.amounts().empty()) {   // of who said nothing nothing is missing in particular
    out << '\n';
    for (const std::string& each : judge(trial.amounts(), filled.kind)) out << each << '\n';
  }
  show_used_up(filled.kind, kind, trial.learned(), out);
  const bool well = trial.health().state == core::meter::Health::State::well;
  if (!well) err << fmt::format("twcmanager: {}: {}\n", kind.name, trial.health().trouble.empty() ? "it did not answer in time" : trial.health().trouble);
  else out << "It can be used.\n";
  return well ? 0 : 1;
}

}  // namespace app::meters
