#include "shell/meters/trial.hpp"

#include <boost/asio/steady_timer.hpp>

#include <utility>

#include "core/meter/session.hpp"
#include "shell/loop/loop.hpp"
#include "shell/meters/reader.hpp"

namespace shell {
namespace {

constexpr auto looks = std::chrono::milliseconds{50};   // whether it is over

}  // namespace

struct Trial::Parts {
  Parts(boost::asio::io_context& loop, core::meter::Source source, Overhear overhear, std::function<void(Tried)> when_done)
      : kind(source.kind), done(std::move(when_done)), timer(loop) {
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
    needs.overhear = std::move(overhear);
    reader = std::make_unique<Reader>(loop, std::vector{std::move(source)}, SourceSecrets{}, std::move(needs));
    wait();
  }

  void wait() {
    timer.expires_after(looks);
    timer.async_wait([this](const boost::system::error_code& stopped) {
      if (!stopped) look();
    });
  }

  void look() {
    const base::Instant now = read_clocks().at;
    if (!begun) {
      begun = now;
      reader->start();
    }
    // Each question may take its patience, and a log-in in front of all.
    const base::Duration longest = kind.patience * static_cast<std::int64_t>(kind.questions.size() + 1);
    if (health().next_round || tells_all() || now - *begun > longest) end();
    else wait();
  }

  /// Of what speaks by itself: it has no end.
  [[nodiscard]] bool tells_all() const {
    core::Measurands missing = kind.usual();
    for (const core::Amount& each : tried.amounts) missing.remove(each.what);
    return core::meter::listens(kind) && missing.empty();
  }

  void end() {
    tried.learned = reader->desk().kept(0);
    tried.well = health().state == core::meter::Health::State::well;
    tried.trouble = health().trouble;
    if (!tried.well && tried.trouble.empty()) tried.trouble = "it did not answer in time";
    const auto then = std::move(done);
    then(std::move(tried));   // this may be gone then
  }

  [[nodiscard]] const core::meter::Health& health() const { return reader->desk().health(0); }

  core::meter::Template kind;
  std::function<void(Tried)> done;
  Tried tried;
  std::optional<base::Instant> begun;
  boost::asio::steady_timer timer;
  std::unique_ptr<Reader> reader;
};

Trial::Trial(boost::asio::io_context& loop, core::meter::Source source, Overhear overhear, std::function<void(Tried)> done)
    : parts_(std::make_unique<Parts>(loop, std::move(source), std::move(overhear), std::move(done))) {}

Trial::~Trial() = default;

}  // namespace shell
