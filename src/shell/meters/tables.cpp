#include "shell/meters/tables.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "base/iso8601.hpp"
#include "core/table/market.hpp"

namespace shell {

namespace {

using Json = nlohmann::json;
using core::meter::TableSource;
using core::table::Slot;

constexpr base::Duration second = std::chrono::seconds{1};

/// Of where and what is asked, and what it is computed with.
std::string key_of(const TableSource& source) {
  std::string key = fmt::format("{} {:016x}", source.source.name, core::meter::digest_of(source.source.kind));
  for (const core::meter::Slots& each : source.source.kind.slots) {
    for (const auto& [name, value] : each.with) key += fmt::format(" {}={}", name, value);
  }
  return key;
}

std::vector<core::meter::Source> asked(const std::vector<TableSource>& sources) {
  std::vector<core::meter::Source> all;
  for (const TableSource& each : sources) all.push_back(each.source);
  return all;
}

std::optional<KeptTable> kept_in(const Json& json) {
  if (!json.is_object() || !json.value("slots", Json{}).is_array() || !json.value("key", Json{}).is_string() ||
      !json.value("read_at", Json{}).is_string())
    return std::nullopt;
  const auto read_at = base::parse_iso8601(json["read_at"].get<std::string>());
  if (!read_at) return std::nullopt;
  KeptTable kept{json["key"].get<std::string>(),
                 json.value("currency", Json{}).is_string() ? json["currency"].get<std::string>() : std::string{},
                 *read_at,
                 {}};
  for (const Json& each : json["slots"]) {
    const bool whole =
        each.is_array() && each.size() == 3 &&
        std::all_of(each.begin(), each.end(), [](const Json& number) { return number.is_number_integer(); });
    if (!whole) return std::nullopt;
    const auto moment = [&](std::size_t place) {
      return base::WallTime::at(std::clamp<std::int64_t>(each[place].get<std::int64_t>(), 0, 100'000'000'000) * second);
    };
    kept.slots.push_back({moment(0), moment(1), each[2].get<std::int64_t>()});
  }
  return kept;
}

}  // namespace

std::string text_of(const std::vector<KeptTable>& tables) {
  Json list = Json::array();
  for (const KeptTable& each : tables) {
    Json slots = Json::array();
    for (const Slot& slot : each.slots)
      slots.push_back({slot.start.since_epoch() / second, slot.end.since_epoch() / second, slot.grains});
    list.push_back({{"key", each.key},
                    {"currency", each.currency},
                    {"read_at", base::to_iso8601(each.read_at)},
                    {"slots", std::move(slots)}});
  }
  return Json{{"tables", std::move(list)}}.dump(-1, ' ', false, Json::error_handler_t::replace) + '\n';
}

base::Result<std::vector<KeptTable>> read_tables(std::string_view text) {
  const auto refuse = [] {
    return base::fail(base::Culprit::user,
                      "it is not what was written into it; remove it, and everything in it is asked anew");
  };
  const Json json = Json::parse(text, nullptr, false);
  if (!json.is_object() || !json.value("tables", Json{}).is_array()) return refuse();
  std::vector<KeptTable> all;
  for (const Json& each : json["tables"]) {
    auto kept = kept_in(each);
    if (!kept) return refuse();
    all.push_back(*std::move(kept));
  }
  return all;
}

Tables::Tables(boost::asio::io_context& loop, std::vector<TableSource> sources, const std::vector<KeptTable>& kept,
               Needs needs)
    : sources_(std::move(sources)), needs_(std::move(needs)), reader_(loop, asked(sources_), std::move(needs_.learned), reading()) {
  const base::Now now = needs_.now();
  for (std::size_t i = 0; i < sources_.size(); ++i) {
    Known& known = known_.emplace_back();
    known.key = key_of(sources_[i]);
    const auto before =
        std::find_if(kept.begin(), kept.end(), [&](const KeptTable& each) { return each.key == known.key; });
    if (before == kept.end() || before->read_at > now.wall) continue;
    known.currency = before->currency;
    known.read_at = before->read_at;
    known.table.put(before->slots);
    known.table.forget(now.wall);
    if (const auto until = known.table.known_until()) reader_.recall_table(i, *until, now.wall - before->read_at);
  }
}

Reader::Needs Tables::reading() {
  Reader::Needs needs;
  needs.read = [](const core::MeterRead&) {};  // how a source is stands in its health
  needs.say = needs_.say;
  needs.now = needs_.now;
  needs.table = [this](const core::meter::TableRead& read) { take(read); };
  needs.keep = needs_.keep_learned;
  return needs;
}

void Tables::start() {
  reader_.start();
}

void Tables::configure(std::vector<TableSource> sources) {
  std::vector<Known> known;
  for (const TableSource& each : sources) {
    Known& next = known.emplace_back();
    next.key = key_of(each);
    const auto before = std::find_if(known_.begin(), known_.end(), [&](const Known& of) { return of.key == next.key; });
    if (before != known_.end()) next = *before;
  }
  sources_ = std::move(sources);
  known_ = std::move(known);
  reader_.configure(asked(sources_));
}

void Tables::take(const core::meter::TableRead& read) {
  if (read.source >= known_.size()) return;
  const base::WallTime now = needs_.now().wall;
  Known& known = known_[read.source];
  // In another currency the old numbers mean something else.
  if (!known.currency.empty() && known.currency != read.currency) known.table = {};
  known.currency = read.currency;
  known.read_at = now;
  known.table.forget(now);
  const bool changed = known.table.put(read.slots);
  known.table.forget(now);
  if (changed) keep();
}

void Tables::keep() const {
  if (!needs_.keep) return;
  std::vector<KeptTable> all;
  for (const Known& each : known_) {
    if (each.read_at && !each.table.empty())
      all.push_back({each.key, each.currency, *each.read_at, {each.table.slots().begin(), each.table.slots().end()}});
  }
  needs_.keep(text_of(all));
}

TableView Tables::view(std::size_t source) const {
  const TableSource& is = sources_[source];
  const Known& known = known_[source];
  const base::Now now = needs_.now();
  const core::meter::Health& health = reader_.desk().health(source);
  TableView view{is.source.name,
                 is.source.kind.name,
                 known.currency,
                 *is.source.kind.measure,
                 health.state,
                 health.trouble,
                 known.read_at,
                 {},
                 {}};
  const base::WallTime from = core::table::market_day(now.wall, -1);
  if (is.fixed.empty()) {
    if (health.next_round && *health.next_round < base::Instant::never())
      view.next = now.wall + (*health.next_round - now.at);
    std::vector<Slot> slots{known.table.slots().begin(), known.table.slots().end()};
    std::erase_if(slots, [&](const Slot& each) { return each.end <= from; });
    view.slots = core::table::with(is.adder, needs_.zone(), slots);
    return view;
  }
  view.currency = is.currency;
  view.state = core::meter::Health::State::well;
  view.slots = core::table::slots_of(is.fixed, needs_.zone(), from, core::table::market_day(now.wall, 3));
  return view;
}

std::vector<TableView> Tables::views(core::table::Measure measure) const {
  std::vector<TableView> all;
  for (std::size_t i = 0; i < sources_.size(); ++i) {
    if (*sources_[i].source.kind.measure == measure) all.push_back(view(i));
  }
  return all;
}

}  // namespace shell
