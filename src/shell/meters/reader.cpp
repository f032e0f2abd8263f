#include "shell/meters/reader.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>
#include <random>

namespace shell {

struct Reader::Timer {
  explicit Timer(boost::asio::io_context& loop) : due(loop) {}
  boost::asio::steady_timer due;
};

Reader::Reader(boost::asio::io_context& loop, std::vector<core::meter::Source> sources, Needs needs)
    : desk_(std::move(sources), std::random_device{}()),
      needs_(std::move(needs)),
      client_(loop),
      timer_(std::make_unique<Timer>(loop)),
      told_(desk_.sources().size()) {}

Reader::~Reader() = default;

void Reader::start() {
  started_ = true;
  wake();
}

void Reader::configure(std::vector<core::meter::Source> sources) {
  desk_.configure(std::move(sources));
  told_.assign(desk_.sources().size(), {});
  if (started_) wake();
}

void Reader::wake() {
  desk_.wake(needs_.now(), orders_);
  obey();
}

void Reader::obey() {
  core::meter::Orders orders = std::exchange(orders_, {});
  // What was read goes on first: it is what somebody waits for.
  for (const core::MeterRead& read : orders.reads) needs_.read(read);
  for (core::meter::Ask& each : orders.asks) ask(std::move(each));
  tell_troubles();
  rearm();
}

void Reader::ask(core::meter::Ask ask) {
  const std::string url = ask.what.url;
  const base::Duration patience = ask.patience;
  client_.get(url, patience, [this, ask = std::move(ask)](http::Reply reply) { heard(ask, std::move(reply)); });
}

void Reader::heard(const core::meter::Ask& ask, http::Reply reply) {
  core::meter::Reply told;
  told.source = ask.source;
  told.question = ask.question;
  told.round = ask.round;
  told.outcome = reply.outcome;
  told.status = reply.status;
  told.body = reply.body;
  told.trouble = std::move(reply.trouble);
  desk_.hear(told, needs_.now(), orders_);
  obey();
}

/// Says why a source cannot be read when that changes; the core only knows that it was silent.
void Reader::tell_troubles() {
  for (std::size_t i = 0; i < told_.size(); ++i) {
    const std::string& trouble = desk_.health(i).trouble;
    if (trouble == told_[i]) continue;
    told_[i] = trouble;
    if (!trouble.empty()) needs_.say(core::Severity::warning, fmt::format("{}: {}", desk_.sources()[i].name, trouble));
  }
}

void Reader::rearm() {
  const base::Instant next = desk_.deadline();
  if (armed_ == next) return;
  armed_ = next;
  if (next >= base::Instant::never()) {
    timer_->due.cancel();
    return;
  }
  timer_->due.expires_at(std::chrono::steady_clock::time_point(std::max(next.since_origin(), base::Duration{})));
  timer_->due.async_wait([this, next](boost::system::error_code error) {
    if (error || armed_ != next) return;
    armed_.reset();
    wake();
  });
}

}  // namespace shell
