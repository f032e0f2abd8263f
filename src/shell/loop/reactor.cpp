#include "shell/loop/reactor.hpp"

#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/signal_set.hpp>
#include <boost/asio/steady_timer.hpp>
#include <csignal>
#include <list>

namespace shell {
namespace {

struct Rhythm {
  boost::asio::steady_timer timer;
  base::Duration pause;
  std::function<void()> work;

  void await() {
    timer.expires_after(pause);
    timer.async_wait([this](boost::system::error_code error) {
      if (error) return;
      work();
      await();
    });
  }
};

}  // namespace

struct Reactor::Parts {
  boost::asio::io_context io{1};
  boost::asio::signal_set signals{io};
  boost::asio::signal_set hang_up{io};
  std::function<void()> at_hang_up;
  std::list<Rhythm> rhythms;  // each keeps its place: its timer knows it

  void await_hang_up() {
    hang_up.async_wait([this](boost::system::error_code error, int) {
      if (error) return;
      at_hang_up();
      await_hang_up();
    });
  }
};

Reactor::Reactor() : parts_(std::make_unique<Parts>()) {}
Reactor::~Reactor() = default;

boost::asio::io_context& Reactor::io() {
  return parts_->io;
}

void Reactor::run() {
  parts_->io.run();
}

void Reactor::stop() {
  parts_->io.stop();
}

void Reactor::every(base::Duration pause, std::function<void()> work) {
  Rhythm& rhythm = parts_->rhythms.emplace_back(Rhythm{boost::asio::steady_timer{parts_->io}, pause, std::move(work)});
  rhythm.await();
}

void Reactor::after(base::Duration pause, std::function<void()> work) {
  auto timer = std::make_unique<boost::asio::steady_timer>(parts_->io, pause);
  boost::asio::steady_timer& waits = *timer;
  waits.async_wait([timer = std::move(timer), work = std::move(work)](boost::system::error_code error) {
    if (!error) work();
  });
}

void Reactor::soon(std::function<void()> work) {
  boost::asio::post(parts_->io, std::move(work));
}

void Reactor::on_hang_up(std::function<void()> work) {
  parts_->hang_up.add(SIGHUP);
  parts_->at_hang_up = std::move(work);
  parts_->await_hang_up();
}

void Reactor::on_ending_signal(std::function<void()> work) {
  std::signal(SIGPIPE, SIG_IGN);
  parts_->signals.add(SIGINT);
  parts_->signals.add(SIGTERM);
  parts_->signals.async_wait([work = std::move(work)](boost::system::error_code error, int) {
    if (!error) work();
  });
}

}  // namespace shell
