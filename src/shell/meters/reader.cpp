#include "shell/meters/reader.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>
#include <random>

#include "shell/http/url.hpp"

namespace shell {

struct Reader::Timer {
  explicit Timer(boost::asio::io_context& loop) : due(loop) {}
  boost::asio::steady_timer due;
};

namespace {

/// "https://192.168.1.7" of an address below it, without a password.
std::string address_of(std::string_view url) {
  const auto parsed = http::parse_url(url);
  return parsed ? fmt::format("{}://{}", parsed->secure ? "https" : "http", parsed->authority()) : std::string{};
}

/// Another device has another one, though it may have the same name.
std::string key_of(const core::meter::Source& source) { return fmt::format("{} {:016x}", source.name, core::meter::digest_of(source.kind)); }

}  // namespace

Reader::Reader(boost::asio::io_context& loop, std::vector<core::meter::Source> sources, SourceSecrets secrets,
               Needs needs)
    : desk_(std::move(sources), std::random_device{}()),
      needs_(std::move(needs)),
      client_(loop),
      secrets_(std::move(secrets)),
      timer_(std::make_unique<Timer>(loop)),
      told_(desk_.sources().size()) {}

Reader::~Reader() = default;

bool Reader::is_of_a_source(std::string_view key) const {
  return std::find(keys_.begin(), keys_.end(), key) != keys_.end();
}

/// Hands every source what it learned before.
void Reader::recall() {
  keys_.clear();
  for (std::size_t i = 0; i < desk_.sources().size(); ++i) {
    std::string key = key_of(desk_.sources()[i]);
    const auto known = secrets_.learned.find(key);
    if (known != secrets_.learned.end() && desk_.kept(i).empty()) desk_.recall(i, known->second, needs_.now());
    keys_.push_back(is_of_a_source(key) ? std::string{} : std::move(key));
  }
  for (const auto& [key, learned] : secrets_.learned) unkept_ = unkept_ || !is_of_a_source(key);
}

/// Written only when something has changed: flash wears. Only who has just answered can have learned something.
void Reader::keep(std::size_t source) {
  const bool is_there = source < keys_.size() && !keys_[source].empty();  // it may have gone since it was asked
  if (const core::meter::Options learned = is_there ? desk_.kept(source) : core::meter::Options{}; !learned.empty()) {
    core::meter::Options& known = secrets_.learned[keys_[source]];
    unkept_ = unkept_ || known != learned;
    known = learned;
  }
  if (!std::exchange(unkept_, false)) return;
  std::erase_if(secrets_.learned, [this](const auto& each) { return !is_of_a_source(each.first); });
  if (needs_.keep) needs_.keep(text_of(secrets_));
}

void Reader::start() {
  started_ = true;
  recall();
  wake();
}

void Reader::configure(std::vector<core::meter::Source> sources) {
  desk_.configure(std::move(sources));
  told_.assign(desk_.sources().size(), {});
  recall();
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
  http::Question question;
  question.url = ask.what.url;
  question.verb = ask.what.verb;
  question.headers = ask.what.headers;
  question.body = ask.what.body;
  question.access = ask.access;
  question.user = ask.user;
  question.password = ask.password;
  question.patience = ask.patience;
  const std::string device = address_of(ask.what.url);
  if (ask.trust == core::meter::Trust::first_seen) {
    question.trust.by = http::Trust::By::pin;
    if (const auto known = secrets_.pins.find(device); known != secrets_.pins.end()) question.trust.pin = known->second;
  }
  const std::string who = desk_.sources()[ask.source].name;   // which it may not be any more when it answers
  client_.send(std::move(question), [this, ask = std::move(ask), device, who](http::Reply reply) {
    if (!reply.pin.empty()) pin(who, device, reply.pin);
    heard(ask, std::move(reply));
  });
}

void Reader::pin(const std::string& who, const std::string& device, const std::string& pin) {
  if (!secrets_.pins.try_emplace(device, pin).second) return;
  unkept_ = true;
  needs_.say(core::Severity::info, fmt::format("{}: {} signs its own certificate; from now on only this one is believed there", who, device));
}

void Reader::heard(const core::meter::Ask& ask, http::Reply reply) {
  if (needs_.overhear) needs_.overhear(ask, reply);
  core::meter::Reply told;
  told.source = ask.source;
  told.question = ask.question;
  told.round = ask.round;
  told.outcome = reply.outcome;
  told.status = reply.status;
  told.body = reply.body;
  told.retry_after = reply.retry_after;
  told.cookies = std::move(reply.cookies);
  told.trouble = std::move(reply.trouble);
  desk_.hear(told, needs_.now(), orders_);
  keep(ask.source);
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
