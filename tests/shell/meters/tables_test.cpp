// Prices as they are kept and shown: over a restart, with taxes, and without asking for what is known.
#include "shell/meters/tables.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <boost/asio/io_context.hpp>

#include "base/iso8601.hpp"
#include "core/meter/path.hpp"

namespace shell {
namespace {

using core::meter::TableSource;
using core::table::Measure;
using core::table::Slot;
using testing::IsEmpty;
using testing::SizeIs;

base::WallTime at(const char* text) {
  return base::parse_iso8601(text).value();
}
constexpr base::Duration hour = std::chrono::hours{1};
constexpr base::Duration recently = std::chrono::minutes{10};

TableSource market() {
  TableSource source;
  source.source.name = "market";
  source.source.every = 6 * hour;
  source.source.kind.name = "awattar";
  source.source.kind.measure = Measure::price;
  core::meter::HttpQuestion question;
  question.url = "http://127.0.0.1:9/prices";
  source.source.kind.questions.push_back({"days", question});
  core::meter::Slots slots;
  slots.each = *core::meter::read_path("/data");
  source.source.kind.slots.push_back(slots);
  return source;
}

TableSource tariff() {
  TableSource source;
  source.source.name = "tariff";
  source.source.kind.name = "fixed";
  source.source.kind.measure = Measure::price;
  source.fixed = {{6 * 60, 31'000}, {22 * 60, 22'000}};
  source.currency = "EUR";
  return source;
}

class TheTables : public testing::Test {
 protected:
  Tables::Needs needs() {
    Tables::Needs needs;
    needs.say = [](core::Severity, const std::string&) {};
    needs.now = [this] { return now; };
    needs.zone = [this]() -> const core::rules::Zone& { return zone; };
    needs.keep = [this](std::string text) { kept.push_back(std::move(text)); };
    return needs;
  }
  /// What a table of two hours from noon would be kept as.
  std::vector<KeptTable> known(const TableSource& source) {
    Tables tables{loop, {source}, {}, needs()};
    const std::string key = "market " + fmt_key(source);
    return {{key,
             "EUR",
             now.wall - recently,
             {{at("2026-07-14T10:00:00Z"), at("2026-07-14T11:00:00Z"), 10'000},
              {at("2026-07-14T11:00:00Z"), at("2026-07-14T12:00:00Z"), -418}}}};
  }
  static std::string fmt_key(const TableSource& source) {
    char text[17];
    std::snprintf(text, sizeof text, "%016llx",
                  static_cast<unsigned long long>(core::meter::digest_of(source.source.kind)));
    return text;
  }

  boost::asio::io_context loop;
  core::rules::Zone zone;
  base::Now now{base::Instant::at(std::chrono::seconds{1000}), at("2026-07-14T10:30:00Z")};
  std::vector<std::string> kept;
};

TEST_F(TheTables, show_what_was_kept_at_once_and_with_tax_and_charges) {
  TableSource source = market();
  source.adder = {0.19, {{0, 17'000}}};
  const Tables tables{loop, {source}, known(source), needs()};
  const auto views = tables.views(Measure::price);
  ASSERT_THAT(views, SizeIs(1));
  EXPECT_EQ(views[0].currency, "EUR");
  EXPECT_EQ(views[0].read_at, now.wall - recently);
  ASSERT_THAT(views[0].slots, SizeIs(2));
  EXPECT_EQ(views[0].slots[0].grains, 28'900);
  EXPECT_EQ(views[0].slots[1].grains, 17'000 - 497);
  EXPECT_EQ(views[0].state, core::meter::Health::State::well);
  EXPECT_THAT(tables.views(Measure::forecast), IsEmpty());
}

TEST_F(TheTables, that_are_old_are_shown_and_asked_anew) {
  auto old = known(market());
  old[0].read_at = now.wall - 8 * hour;
  const Tables tables{loop, {market()}, old, needs()};
  EXPECT_THAT(tables.views(Measure::price)[0].slots, SizeIs(2));
  EXPECT_EQ(tables.views(Measure::price)[0].state, core::meter::Health::State::unasked);
  EXPECT_EQ(tables.views(Measure::price)[0].next, std::nullopt);
}

TEST_F(TheTables, do_not_take_what_was_kept_of_another_source) {
  TableSource other = market();
  std::get<core::meter::HttpQuestion>(other.source.kind.questions[0].what).url = "http://127.0.0.1:9/others";
  const Tables tables{loop, {other}, known(market()), needs()};
  EXPECT_THAT(tables.views(Measure::price)[0].slots, IsEmpty());
  EXPECT_EQ(tables.views(Measure::price)[0].read_at, std::nullopt);
}

TEST_F(TheTables, do_not_believe_a_file_from_the_future) {
  auto kept_ahead = known(market());
  kept_ahead[0].read_at = now.wall + hour;
  const Tables tables{loop, {market()}, kept_ahead, needs()};
  EXPECT_THAT(tables.views(Measure::price)[0].slots, IsEmpty());
}

TEST_F(TheTables, know_a_fixed_tariff_without_asking) {
  Tables tables{loop, {tariff()}, {}, needs()};
  tables.start();
  const auto view = tables.views(Measure::price)[0];
  EXPECT_EQ(view.kind, "fixed");
  EXPECT_EQ(view.next, std::nullopt);
  EXPECT_EQ(view.slots.front().start, at("2026-07-12T22:00:00Z"));
  EXPECT_EQ(view.slots.back().end, at("2026-07-16T22:00:00Z"));
  core::table::Table table;
  table.put(view.slots);
  EXPECT_EQ(table.at(at("2026-07-14T05:59:00Z"))->grains, 22'000);
  EXPECT_EQ(table.at(at("2026-07-14T06:00:00Z"))->grains, 31'000);
}

TEST_F(TheTables, keep_what_they_know_when_another_source_is_added) {
  Tables tables{loop, {market()}, known(market()), needs()};
  tables.configure({tariff(), market()});
  const auto views = tables.views(Measure::price);
  ASSERT_THAT(views, SizeIs(2));
  EXPECT_EQ(views[1].name, "market");
  EXPECT_THAT(views[1].slots, SizeIs(2));
}

TEST_F(TheTables, are_read_from_a_file_as_they_were_written) {
  const auto tables = known(market());
  EXPECT_EQ(read_tables(text_of(tables)).value(), tables);
  for (const char* const broken :
       {"", "[]", "{}", R"({"tables":[1]})", R"({"tables":[{"key":"a","read_at":"x","slots":[]}]})",
        R"({"tables":[{"key":"a","read_at":"2026-07-14T10:00:00Z","slots":[[1,2]]}]})"})
    EXPECT_FALSE(read_tables(broken)) << broken;
}

}  // namespace
}  // namespace shell
