// The port is a Bus that is only read: it finds the device again after its cable was pulled, and the gateway after it
// was switched off. What is said when nothing comes depends on what did come: nothing, damaged telegrams, or other
// bytes.
#include "shell/meters/telegram_line.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>
#include <random>
#include <utility>

#include "shell/meters/audience.hpp"
#include "shell/serial/bus.hpp"
#include "wire/p1.hpp"

namespace shell {
namespace {

using boost::asio::steady_timer;

/// A gateway that says nothing for so many silences may have forgotten us: it is dialled anew.
constexpr int silences_before_dialling = 4;

/// An open of a tty costs nothing, and somebody who plugs in a cable looks at the page.
constexpr Duration longest_pause_of_tty = 5s;

class TelegramLine final : public Ear {
 public:
  TelegramLine(boost::asio::io_context& loop, Origin origin, EarPatience patience)
      : origin_(std::move(origin)), patience_(patience), audience_(loop), silence_(loop) {
    bus_ = make_bus(loop, settings(), events());
    bus_->open();
  }
  ~TelegramLine() override { bus_->close(); }

  void add(Listening wants, Hear hear) override { audience_.add(std::move(wants), std::move(hear)); }

 private:
  [[nodiscard]] bool serial() const { return origin_.via == Origin::Via::serial; }

  BusSettings settings() const {
    BusSettings settings;
    settings.via = serial() ? Via::tty : Via::tcp;
    settings.place = serial() ? origin_.target : origin_.host;
    settings.port = origin_.port;
    settings.baud = origin_.baud;
    settings.line = origin_.line;
    settings.key = "the address of this meter";
    settings.name = print(origin_);
    settings.speech = Speech::listen_only;
    settings.gather = 100ms;  // what comes in that time fits into what the kernel keeps
    settings.first_pause = patience_.first_pause;
    settings.longest_pause =
        serial() ? std::min(patience_.longest_pause, longest_pause_of_tty) : patience_.longest_pause;
    if (!serial()) {
      // Not in step with others that lost the same gateway.
      settings.first_pause +=
          Duration{static_cast<Duration::rep>(std::random_device{}() % static_cast<unsigned>(std::max<Duration::rep>(
                                                                           1, patience_.first_pause.count() / 2)))};
    }
    return settings;
  }

  BusEvents events() {
    BusEvents events;
    events.opened = [this](bool) {
      audience_.well();
      telegrams_.reset();
      silences_ = 0;
      await_silence();
      bus_->watch(true);
    };
    events.closed = [this](std::string why) { lost(std::move(why)); };
    events.waiting = [this](std::string why) { lost(std::move(why)); };
    events.readable = [this] { take(); };
    return events;
  }

  void lost(std::string why) {
    silence_.cancel();
    audience_.trouble(Word::Outcome::unreachable, std::move(why));
  }

  void take() {
    std::array<std::uint8_t, 1024> bytes{};
    while (const std::size_t count = bus_->read(bytes)) {
      some_ = true;
      telegrams_.feed({reinterpret_cast<const char*>(bytes.data()), count}, [&](std::string_view telegram) {
        audience_.well();
        audience_.tell(Word{Word::Outcome::answered, std::string(telegram), {}, false, {}});
        silences_ = 0;
        await_silence();
      });
    }
  }

  void await_silence() {
    some_ = false;
    dropped_before_ = telegrams_.dropped();
    silence_.expires_after(patience_.silence);
    silence_.async_wait(alive_.later([this, mine = ++waits_](boost::system::error_code stopped) {
      if (stopped || mine != waits_) return;
      audience_.trouble(Word::Outcome::timed_out, why_silent());
      if (!serial() && ++silences_ >= silences_before_dialling) {
        silences_ = 0;
        bus_->close();
        bus_->open();
        return;
      }
      await_silence();
    }));
  }

  std::string why_silent() const {
    const std::string where = print(origin_);
    if (telegrams_.dropped() > dropped_before_)
      return fmt::format("{} sends damaged telegrams only; check its cable or gateway", where);
    if (some_ && serial())
      return fmt::format(
          "what {} sends are no telegrams; its speed is probably another (115200 baud and 8N1, old meters 9600 baud "
          "and 7E1), or the cable does not invert",
          where);
    if (some_)
      return fmt::format("what {} sends are no telegrams of a smart meter; check its address and settings", where);
    return fmt::format("{} sends nothing; {}", where,
                       serial() ? "check that the cable is plugged into the meter and that its P1 port is switched on"
                                : "check the cable between the gateway and the meter");
  }

  const Origin origin_;
  const EarPatience patience_;
  Audience audience_;
  std::unique_ptr<Bus> bus_;
  steady_timer silence_;
  wire::Telegrams telegrams_;
  std::uint64_t dropped_before_ = 0;
  unsigned waits_ = 0;  ///< which wait for silence is the one that counts
  int silences_ = 0;    ///< in a row
  bool some_ = false;   ///< bytes have come since the last telegram or silence
  Alive alive_;
};

}  // namespace

std::unique_ptr<Ear> make_telegram_line(boost::asio::io_context& loop, const Origin& origin, EarPatience patience) {
  return std::make_unique<TelegramLine>(loop, origin, patience);
}

}  // namespace shell
