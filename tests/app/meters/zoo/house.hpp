// A house that reads animals: the real reader before the real desk over real sockets, with a clock that moves only when
// the test says so. No test waits for the rhythm of a source.
#pragma once

#include <gmock/gmock.h>

#include <boost/asio/io_context.hpp>
#include <optional>

#include "app/meters/zoo/animals.hpp"
#include "shell/meters/reader.hpp"

namespace zoo {

using core::MeterRead;
using core::meter::Health;
using core::meter::Source;

inline Source source_of(const Animal& animal) {
  Source source;
  source.name = animal.name;
  source.kind = animal.kind;
  source.every = animal.kind.every;
  return source;
}

class House {
 public:
  /// The reader's own timer counts from when this computer was started: it never comes to ours.
  static Now noon(WallTime wall) { return {base::Instant::at(24h * 36'500), wall}; }

  House(std::vector<Source> sources, Now now, shell::SourceSecrets known = {}) : now_(now) {
    shell::Reader::Needs needs;
    needs.read = [this](const MeterRead& read) { reads_.push_back(read); };
    needs.table = [this](const core::meter::TableRead& read) {
      auto& slots = slots_[read.source];
      slots.insert(slots.end(), read.slots.begin(), read.slots.end());
      if (!read.currency.empty()) currency_[read.source] = read.currency;
    };
    needs.say = [this](core::Severity, const std::string& text) { said_.push_back(text); };
    needs.now = [this] { return now_; };
    needs.overhear = [this](const core::meter::Ask& ask, const core::meter::Reply&) {
      ++replies_[ask.source];
      ++heard_;
    };
    needs.keep = [this](std::string text) { kept_ = std::move(text); };
    needs.patience.first_pause = needs.patience.first_cloud_pause = 20ms;
    needs.patience.longest_pause = needs.patience.longest_cloud_pause = 80ms;
    reader_.emplace(io_, std::move(sources), std::move(known), std::move(needs));
  }

  /// Moves the clock to when somebody is due.
  void due() {
    if (begun_) wait(std::max(Duration{}, reader_->desk().deadline() - now_.at));
  }
  /// Asks who is due, who may be nobody.
  void ask() {
    forget();
    replies_.clear();
    const std::int64_t today = now_.wall.since_epoch() / 24h;
    for (std::size_t i = 0; i < reader_->desk().sources().size(); ++i)
      asked_before_[i] = today == std::exchange(day_.try_emplace(i, today).first->second, today) ? health(i).requests_today : 0;
    if (std::exchange(begun_, true)) reader_->wake();
    else reader_->start();
  }
  /// … and waits until the round of that source is over.
  bool round(std::size_t source = 0) {
    ask();
    return turn([&] { return health(source).next_round.has_value(); });
  }
  /// Whether nothing is under way any more that was asked of that source.
  [[nodiscard]] bool is_quiet(std::size_t source = 0) {
    return health(source).next_round && replies_[source] >= health(source).requests_today - asked_before_[source];
  }
  /// Until nothing has come for a moment: what was said several times is heard several times.
  void settle() {
    for (std::uint64_t before = heard_ + 1; before != heard_;) {
      before = heard_;
      turn([] { return false; }, 60ms);
    }
  }
  void wait(Duration span) {
    now_.at = now_.at + span;
    now_.wall = now_.wall + span;
  }
  template <class F>
  bool turn(F&& holds, std::chrono::milliseconds longest = 30s) {
    const auto end = std::chrono::steady_clock::now() + longest;
    while (!holds()) {
      if (std::chrono::steady_clock::now() > end) return false;
      io_.restart();
      io_.run_one_for(2ms);
    }
    return true;
  }
  void forget() {
    reads_.clear();
    slots_.clear();
    currency_.clear();
  }
  [[nodiscard]] std::vector<shell::SeenFirst> seen_first() const { return reader_->seen_first(); }
  /// The device was replaced: whatever is there now is believed.
  void replaced() {
    for (const shell::SeenFirst& each : seen_first()) EXPECT_TRUE(reader_->forget_seen(each.address));
  }
  /// Nobody is asked or heard any more.
  void leave() { reader_.reset(); }

  [[nodiscard]] Now now() const { return now_; }
  [[nodiscard]] const Health& health(std::size_t source = 0) const { return reader_->desk().health(source); }
  [[nodiscard]] Duration pause() const { return *health().next_round - now_.at; }
  [[nodiscard]] const std::vector<std::string>& said() const { return said_; }
  [[nodiscard]] const std::string& kept() const { return kept_; }
  [[nodiscard]] const std::vector<MeterRead>& reads() const { return reads_; }
  [[nodiscard]] std::string currency(std::size_t source = 0) const {
    const auto found = currency_.find(source);
    return found == currency_.end() ? std::string{} : found->second;
  }

  /// What was read since the last question, the newest of each.
  [[nodiscard]] Amounts amounts(std::size_t source = 0) const {
    Amounts all;
    for (const MeterRead& read : reads_) {
      if (read.meter.index != source) continue;
      for (const Amount& each : read.amounts) core::meter::keep_amount(all, each);
    }
    return in_order(all);
  }
  [[nodiscard]] std::vector<core::table::Slot> slots(std::size_t source = 0) const {
    const auto found = slots_.find(source);
    auto all = found == slots_.end() ? std::vector<core::table::Slot>{} : found->second;
    std::sort(all.begin(), all.end());
    all.erase(std::unique(all.begin(), all.end()), all.end());  // a broker may say it twice
    return all;
  }
  static Amounts in_order(Amounts all) {
    std::sort(all.begin(), all.end(), [](const Amount& a, const Amount& b) { return a.what < b.what; });
    return all;
  }

 private:
  Now now_;
  boost::asio::io_context io_;
  std::vector<MeterRead> reads_;
  std::map<std::size_t, std::vector<core::table::Slot>> slots_;
  std::map<std::size_t, std::string> currency_;
  std::string kept_;
  std::vector<std::string> said_;
  bool begun_ = false;
  std::uint64_t heard_ = 0;  ///< answers and messages
  // By source, since the last question:
  std::map<std::size_t, std::uint32_t> replies_, asked_before_;
  std::map<std::size_t, std::int64_t> day_;
  std::optional<shell::Reader> reader_;
};

inline std::string words_of(const Amounts& amounts) {
  std::string words;
  for (const Amount& each : House::in_order(amounts))
    words += std::string(core::word_of(each.what)) + " " + app::meters::amount_in_words(each) + ", ";
  return words;
}

/// That it was read as it shows.
inline void expect_shown(const House& house, const Show& show, const std::string& where, std::size_t source = 0) {
  const Health& health = house.health(source);
  EXPECT_EQ(words_of(house.amounts(source)), words_of(show.amounts)) << where << ": " << health.trouble;
  EXPECT_EQ(house.slots(source), show.slots) << where << ": " << health.trouble;
  EXPECT_EQ(house.currency(source), show.currency) << where;
  if (!show.well) return;
  EXPECT_EQ(health.state, Health::State::well) << where;
  EXPECT_EQ(health.trouble, "") << where;
}

/// That nothing was read, and that this was said with the name of the source.
inline void expect_trouble(const House& house, const Animal& animal, const std::string& where, std::size_t source = 0) {
  EXPECT_EQ(words_of(house.amounts(source)), "") << where;
  EXPECT_TRUE(house.slots(source).empty()) << where;
  const Health& health = house.health(source);
  EXPECT_TRUE(health.state == Health::State::troubled || health.state == Health::State::resting) << where;
  EXPECT_NE(health.trouble, "") << where;
  EXPECT_THAT(house.said(), testing::Contains(animal.name + ": " + health.trouble)) << where;
  const auto unread = [&](const MeterRead& each) {
    return each.meter.index == source && each.outcome != MeterRead::Outcome::read;
  };
  const bool told = std::any_of(house.reads().begin(), house.reads().end(), unread);
  // That there are no prices yet is no trouble of the source.
  EXPECT_TRUE(told || animal.kind.measure) << where << ": the core is told that there is nothing";
}

/// That no secret of the options, and nothing else that is one, was said.
inline void expect_discreet(const House& house, const std::vector<std::string>& secrets) {
  for (const std::string& secret : secrets) {
    if (secret.empty()) continue;
    for (const std::string& sentence : house.said()) EXPECT_THAT(sentence, testing::Not(testing::HasSubstr(secret)));
  }
}

}  // namespace zoo
