#include "shell/meters/broker.hpp"

#include <fmt/format.h>

#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>
#include <utility>

#include "shell/meters/audience.hpp"
#include "shell/meters/broker_thread.hpp"

namespace shell {
namespace {

class Broker final : public Ear {
 public:
  Broker(boost::asio::io_context& loop, const Mosquitto& library, BrokerLogin login, EarPatience patience, Caution caution)
      : library_(library),
        where_(authority(login.origin)),
        patience_(patience),
        seen_(std::move(caution.seen)),
        audience_(loop),
        hush_(loop),
        inbox_(std::make_shared<Inbox>(loop, [this](const Note& note) { take(note); })),
        thread_(library, std::move(login), std::move(caution.first_seen), patience, inbox_) {}
  ~Broker() override { inbox_->close(); }

  bool leave() override {
    inbox_->close();
    audience_.dismiss();
    return thread_.leave();
  }

  void add(Listening wants, Hear hear) override {
    thread_.want(wants.topic, wants.wake);
    audience_.add(std::move(wants), std::move(hear));
  }

 private:
  void take(const Note& note) {
    if (note.kind == Note::Kind::trouble) {
      hush_.cancel();
      return audience_.trouble(note.word.outcome, note.word.trouble);
    }
    if (note.kind == Note::Kind::seen) return seen_(note.pin);
    if (note.kind == Note::Kind::word) {
      return audience_.tell(note.word, [&](const Audience::Member& member, std::size_t) {
        return hears(member.wants.topic, note.word.topic);
      });
    }
    audience_.well();
    await_hush();
  }

  /// A subscription that was refused is told under its own topic, wildcards and all.
  [[nodiscard]] bool hears(const std::string& filter, const std::string& topic) const {
    bool matches = false;
    return filter == topic ||
           (library_.topic_matches_sub(filter.c_str(), topic.c_str(), &matches) == MOSQ_ERR_SUCCESS && matches);
  }

  /// Who has heard nothing a minute after the connection came about probably has a wrong topic. Later it is the meter's
  /// rhythm that says how long is long.
  void await_hush() {
    hush_.expires_after(patience_.hush);
    hush_.async_wait(alive_.later([this, mine = ++waits_](boost::system::error_code stopped) {
      if (stopped || mine != waits_) return;
      audience_.hush([this](const Audience::Member& member) {
        return fmt::format("the broker at {} answers, but nothing is said on {}; is that its topic?", where_,
                           member.wants.topic);
      });
    }));
  }

  const Mosquitto& library_;
  const std::string where_;
  const EarPatience patience_;
  const std::function<void(const std::string&)> seen_;
  Audience audience_;
  boost::asio::steady_timer hush_;
  unsigned waits_ = 0;
  Alive alive_;
  std::shared_ptr<Inbox> inbox_;
  BrokerThread thread_;
};

}  // namespace

std::unique_ptr<Ear> make_broker(boost::asio::io_context& loop, const Mosquitto& library, const Origin& origin,
                                 const Listening& what, EarPatience patience, Caution caution) {
  return std::make_unique<Broker>(loop, library, BrokerLogin{origin, what.user, what.password}, patience, std::move(caution));
}

}  // namespace shell
