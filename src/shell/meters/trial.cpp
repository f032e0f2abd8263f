#include "shell/meters/trial.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <utility>
#include <vector>

#include "core/meter/session.hpp"
#include "shell/loop/loop.hpp"
#include "shell/loop/reactor.hpp"
#include "shell/meters/reader.hpp"

namespace shell {
namespace {

using namespace std::chrono_literals;

constexpr base::Duration looks = 50ms;       // whether it is over
constexpr base::Duration longest = 150s;
constexpr base::Duration listens_for = 60s;  // to who speaks by himself
constexpr base::Duration mended = 3s;        // trouble that lasts so long stays

}  // namespace

struct Trial::Parts {
  Parts(core::meter::Source wanted, Overhear overhears, Pins known) : source(std::move(wanted)), overhear(std::move(overhears)), pins(std::move(known)) {}

  Tried run() {
    Reader::Needs needs;
    needs.read = [this](const core::MeterRead& read) {
      for (const core::Amount& each : read.amounts) core::meter::keep_amount(tried.amounts, each);
    };
    needs.table = [this](const core::meter::TableRead& read) {
      tried.currency = read.currency;
      tried.table.put(read.slots);
    };
    needs.say = [](core::Severity, const std::string&) {};
    needs.now = read_clocks;
    needs.overhear = overhear;
    Reader reader(reactor.io(), std::vector{source}, SourceSecrets{pins, {}, {}}, std::move(needs));
    const base::Instant begun = read_clocks().at;
    reactor.soon([&] { reader.start(); });
    reactor.every(looks, [&] {
      if (is_over(reader.desk().health(0), read_clocks().at - begun)) reactor.stop();
    });
    reactor.run();
    judge(reader.desk().health(0));
    tried.learned = reader.desk().kept(0);
    return std::move(tried);
  }

  [[nodiscard]] bool listens() const { return core::meter::listens(source.kind); }
  [[nodiscard]] core::Measurands missing() const {
    core::Measurands all = source.kind.usual();
    for (const core::Amount& each : tried.amounts) all.remove(each.what);
    return all;
  }
  [[nodiscard]] bool tells_all() const { return source.kind.measure ? !tried.table.empty() : missing().empty(); }

  bool is_over(const core::meter::Health& health, base::Duration passed) {
    if (health.trouble.empty()) untroubled = passed;
    // What speaks by itself has no end.
    if (listens()) return tells_all() || passed > listens_for || passed - untroubled > mended;
    const base::Duration patience = source.kind.patience * static_cast<std::int64_t>(source.kind.questions.size() + 1);
    return health.next_round || passed > std::min(patience, longest);
  }

  void judge(const core::meter::Health& health) {
    tried.well = health.state == core::meter::Health::State::well && (!listens() || tells_all());
    tried.trouble = health.trouble;
    if (tried.well || !tried.trouble.empty()) return;
    std::vector<std::string_view> words;
    for (const core::Measurand each : missing()) words.push_back(core::word_of(each));
    tried.trouble = listens() && !tried.amounts.empty() ? fmt::format("it has not told {} in {} s", fmt::join(words, ", "), listens_for / 1s)
                                                        : "it did not answer in time";
  }

  const core::meter::Source source;
  const Overhear overhear;
  const Pins pins;
  Reactor reactor;
  Tried tried;
  base::Duration untroubled{};   ///< when it was last, since it began
};

Trial::Trial(core::meter::Source source, Overhear overhear, Pins pins)
    : parts_(std::make_unique<Parts>(std::move(source), std::move(overhear), std::move(pins))) {}

Trial::~Trial() = default;

Tried Trial::run() { return parts_->run(); }

void Trial::stop() {
  parts_->reactor.soon([this] { parts_->reactor.stop(); });
}

}  // namespace shell
