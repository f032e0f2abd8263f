#include "shell/meters/reader.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <random>

#include "base/random.hpp"
#include "core/meter/number.hpp"
#include "shell/http/judge.hpp"
#include "shell/http/url.hpp"
#include "shell/meters/local_file.hpp"
#include "shell/meters/origin.hpp"

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

/// "mqtts://192.168.1.5:8883"; empty: there is no such address.
std::string address_of_origin(std::string_view from) {
  const auto origin = parse_origin(from);
  return origin ? print(*origin) : std::string{};
}

/// Where a question is asked, as far as certificates go; empty: there are none.
std::string device_of(const core::meter::What& what) {
  if (const auto* http = std::get_if<core::meter::HttpQuestion>(&what)) return address_of(http->url);
  const auto* listening = std::get_if<core::meter::Subscription>(&what);
  return listening != nullptr ? address_of_origin(listening->from) : std::string{};
}

bool believes_first_seen(const core::meter::What& what) {
  const auto* http = std::get_if<core::meter::HttpQuestion>(&what);
  const auto* listening = std::get_if<core::meter::Subscription>(&what);
  return (http != nullptr && http->trust == core::meter::Trust::first_seen) || (listening != nullptr && listening->trust == core::meter::Trust::first_seen);
}

/// Whoever is not trusted may have made the certificate itself, and the kind has an option that says so.
void advise(const core::meter::Template& kind, std::string& trouble) {
  const auto says_so = [](const core::meter::Option& each) { return each.yes == core::meter::Trust::first_seen; };
  const auto option = std::find_if(kind.options.begin(), kind.options.end(), says_so);
  if (option == kind.options.end()) return;
  if (trouble.ends_with('.')) trouble.pop_back();
  trouble += fmt::format("; where it made that one itself, say {}: yes", option->name);
}

bool is_asked_at(const core::meter::Source& source, std::string_view address) {
  const auto& questions = source.kind.questions;
  return std::any_of(questions.begin(), questions.end(), [&](const core::meter::Question& each) { return device_of(each.what) == address; });
}

/// Their names.
std::vector<std::string> asked_at(std::span<const core::meter::Source> sources, std::string_view address) {
  std::vector<std::string> names;
  for (const core::meter::Source& each : sources) {
    if (is_asked_at(each, address)) names.push_back(each.name);
  }
  return names;
}

/// Another device has another one, though it may have the same name.
std::string key_of(const core::meter::Source& source) { return fmt::format("{} {:016x}", source.name, core::meter::digest_of(source.kind)); }

/// What each use replaces belongs to the account that handed out the first, whatever else of the source changes; and it is not
/// forgotten with the source: the first holds no longer.
constexpr std::string_view chain = "chain ";
std::string key_of_chain(const core::meter::Source& source, const core::meter::Learns& learns) {
  base::Digest digest;
  for (const unsigned char each : learns.first) digest.add(each);
  return fmt::format("{}{} {} {:016x}", chain, source.kind.name, learns.name, digest.value());
}

}  // namespace

Reader::Reader(boost::asio::io_context& loop, std::vector<core::meter::Source> sources, SourceSecrets secrets,
               Needs needs)
    : desk_(std::move(sources), std::random_device{}()),
      needs_(std::move(needs)),
      loop_(loop),
      client_(loop),
      devices_(loop),
      ears_(loop, needs_.patience, [this](const std::string& device, const std::string& pin) {
        (void)believe(device, pin);   // whoever is not never came so far
      }),
      secrets_(std::move(secrets)),
      timer_(std::make_unique<Timer>(loop)),
      told_(desk_.sources().size()) {
  recall();
}

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
    core::meter::Options learned = known != secrets_.learned.end() ? known->second : core::meter::Options{};
    for (const core::meter::Learns& each : desk_.sources()[i].kind.learns) {
      const auto newest = each.first.empty() ? secrets_.learned.end() : secrets_.learned.find(key_of_chain(desk_.sources()[i], each));
      if (newest != secrets_.learned.end()) learned.insert(newest->second.begin(), newest->second.end());
    }
    if (!learned.empty() && desk_.kept(i).empty()) desk_.recall(i, learned, needs_.now());
    const auto spent = secrets_.spent.find(key);
    if (spent != secrets_.spent.end() && desk_.health(i).requests_today == 0) desk_.recall_spent(i, spent->second, needs_.now());
    keys_.push_back(is_of_a_source(key) ? std::string{} : std::move(key));
  }
  for (const auto& [key, learned] : secrets_.learned) unkept_ = unkept_ || (!is_of_a_source(key) && !key.starts_with(chain));
  for (const auto& [key, spent] : secrets_.spent) unkept_ = unkept_ || !is_of_a_source(key);
}

/// Written only when something has changed: flash wears. Only who has just answered can have learned something.
void Reader::keep(std::size_t source) {
  const bool is_there = source < keys_.size() && !keys_[source].empty();  // it may have gone since it was asked
  core::meter::Options learned = is_there ? desk_.kept(source) : core::meter::Options{};
  const auto known_as = [&](const std::string& key, core::meter::Options now) {
    core::meter::Options& known = secrets_.learned[key];
    unkept_ = unkept_ || known != now;
    known = std::move(now);
  };
  const auto teaches = is_there ? desk_.sources()[source].kind.learns : std::vector<core::meter::Learns>{};
  for (const core::meter::Learns& each : teaches) {
    const auto newest = each.first.empty() ? learned.end() : learned.find(each.name);
    if (newest == learned.end()) continue;
    if (newest->second != each.first) known_as(key_of_chain(desk_.sources()[source], each), {*newest});
    learned.erase(newest);
  }
  if (!learned.empty()) known_as(keys_[source], std::move(learned));
  if (const auto spent = is_there ? desk_.spent(source) : std::nullopt) {
    core::meter::DaysRequests& known = secrets_.spent[keys_[source]];
    unkept_ = unkept_ || known != *spent;
    known = *spent;
  }
  write();
}

void Reader::write() {
  if (!std::exchange(unkept_, false)) return;
  std::erase_if(secrets_.learned, [this](const auto& each) { return !is_of_a_source(each.first) && !each.first.starts_with(chain); });
  std::erase_if(secrets_.spent, [this](const auto& each) { return !is_of_a_source(each.first); });
  if (needs_.keep) needs_.keep(text_of(secrets_));
}

void Reader::start() {
  started_ = true;
  wake();
}

void Reader::configure(std::vector<core::meter::Source> sources) {
  if (std::equal(sources.begin(), sources.end(), desk_.sources().begin(), desk_.sources().end())) return;   // what is listened to goes on
  begin_anew(std::move(sources));
}

void Reader::begin_anew(std::vector<core::meter::Source> sources) {
  ears_.stop_all();
  heard_from_.clear();
  walks_.clear();
  listening_ = std::make_shared<int>();
  std::map<std::string, std::string> told;   // what stands is not said again
  for (std::size_t i = 0; i < told_.size(); ++i) told[desk_.sources()[i].name] = std::move(told_[i]);
  desk_.configure(std::move(sources));
  told_.clear();
  for (const core::meter::Source& each : desk_.sources()) told_.push_back(told[each.name]);
  recall();
  if (started_) wake();
}

std::vector<SeenFirst> Reader::seen_first() const {
  std::vector<SeenFirst> all;
  for (const auto& [address, pin] : secrets_.pins) all.push_back({address, pin, asked_at(desk_.sources(), address)});
  return all;
}

bool Reader::forget_seen(std::string_view address) {
  const auto known = secrets_.pins.find(address);
  if (known == secrets_.pins.end()) return false;
  needs_.say(core::Severity::info, fmt::format("the certificate of {} is forgotten; the next that is seen there is believed", address));
  const std::string gone = known->first;
  secrets_.pins.erase(known);
  unkept_ = true;
  write();
  const bool is_listened_to = std::any_of(heard_from_.begin(), heard_from_.end(), [&](const auto& each) {
    return each.second.trust.by == http::Trust::By::pin && address_of_origin(each.second.from) == gone;
  });
  if (is_listened_to) begin_anew({desk_.sources().begin(), desk_.sources().end()});   // a connection remembers what it has seen
  for (std::size_t i = 0; i < desk_.sources().size(); ++i) {
    if (is_asked_at(desk_.sources()[i], gone)) desk_.ask_soon(i);
  }
  if (started_) wake();
  return true;
}

void Reader::wake() {
  desk_.wake(needs_.now(), orders_);
  obey();
}

void Reader::obey() {
  core::meter::Orders orders = std::exchange(orders_, {});
  // What was read goes on first: it is what somebody waits for.
  for (const core::MeterRead& read : orders.reads) needs_.read(read);
  for (const core::meter::TableRead& read : orders.tables) {
    if (needs_.table) needs_.table(read);
  }
  for (core::meter::Ask& each : orders.asks) ask(std::move(each));
  tell_troubles();
  rearm();
}

void Reader::ask(core::meter::Ask ask) {
  const auto* http = std::get_if<core::meter::HttpQuestion>(&ask.what);
  if (http != nullptr && http->url.starts_with(core::meter::file_scheme)) read_file(std::move(ask));
  else if (http != nullptr) request(std::move(ask));
  else if (std::holds_alternative<core::meter::ModbusQuestion>(ask.what)) read_registers(std::move(ask));
  else listen(std::move(ask));
}

/// Later, as whatever answers: whoever asks has not yet finished.
void Reader::read_file(core::meter::Ask ask) {
  boost::asio::post(loop_, [this, ask = std::move(ask), still = std::weak_ptr{alive_}] {
    if (still.expired()) return;
    std::string body;
    core::meter::Reply told = read_local_file(std::get<core::meter::HttpQuestion>(ask.what).url, body);
    heard(ask, std::move(told));
  });
}

void Reader::read_registers(core::meter::Ask ask) {
  const auto& what = std::get<core::meter::ModbusQuestion>(ask.what);
  auto& walk = walks_[{ask.source, ask.question}];
  if (walk == nullptr) {
    std::vector<wire::Register> wanted;
    for (const std::string& each : ask.registers) {
      if (auto place = wire::read_register(each)) wanted.push_back(*place);
    }
    walk = std::make_shared<wire::RegisterWalk>(std::move(wanted));
  }
  ModbusQuestion question;
  question.device = what.device;
  question.unit = static_cast<std::uint8_t>(core::meter::number_of(what.unit).value_or(1));
  question.kind = what.table == core::meter::ModbusQuestion::Table::input ? wire::RegisterKind::input : wire::RegisterKind::holding;
  question.connect_pause = what.after_connecting;
  question.pause = what.between;
  question.patience = ask.patience;
  question.walk = walk;
  devices_.ask(std::move(question), [this, ask = std::move(ask)](ModbusReply reply) {
    core::meter::Reply told;
    told.outcome = reply.outcome;
    told.body = reply.body;
    told.trouble = std::move(reply.trouble);
    told.waited = reply.waited;
    heard(ask, std::move(told));
  });
}

/// From now on, until the sources are others. What is heard may be the reason to listen to more, which is begun when that is over.
void Reader::listen(core::meter::Ask ask) {
  boost::asio::post(loop_, [this, ask = std::move(ask), still = std::weak_ptr{listening_}] {
    if (still.expired()) return;
    const auto& what = std::get<core::meter::Subscription>(ask.what);
    Listening listening;
    listening.from = what.from;
    listening.topic = what.topic;
    listening.user = ask.user;
    listening.password = ask.password;
    listening.wake = what.wake;
    listening.protocol = what.protocol;
    if (ask.form == core::meter::Form::p1) listening.framing = Listening::Framing::p1;
    listening.trust = trust(what.trust, device_of(ask.what));
    // Whoever has asked anew where to listen does so there alone.
    const auto [before, is_first] = heard_from_.try_emplace({ask.source, ask.question}, listening);
    if (!is_first) ears_.stop(std::exchange(before->second, listening));
    ears_.listen(std::move(listening), [this, ask](const Word& word) {
      core::meter::Reply told;
      told.outcome = word.outcome;
      told.body = word.body;
      told.kept = word.retained;
      told.trouble = word.trouble;
      heard(ask, std::move(told));
    });
  });
}

void Reader::request(core::meter::Ask ask) {
  const auto& http = std::get<core::meter::HttpQuestion>(ask.what);
  http::Question question;
  question.url = http.url;
  question.verb = http.verb;
  question.headers = http.headers;
  question.body = http.body;
  question.access = ask.access;
  question.user = ask.user;
  question.password = ask.password;
  question.patience = ask.patience;
  const std::string device = device_of(ask.what);
  question.trust = trust(http.trust, device);
  const bool is_first = question.trust.pin.empty();   // else it is the one that was known
  client_.send(std::move(question), [this, ask = std::move(ask), device, is_first](http::Reply reply) {
    core::meter::Reply told;
    if (is_first && !reply.pin.empty() && !believe(device, reply.pin)) {   // another question was first
      told.outcome = http::Outcome::untrusted;
      told.trouble = http::another_certificate(device) + ".";
      return heard(ask, std::move(told));
    }
    told.outcome = reply.outcome;
    told.status = reply.status;
    told.body = reply.body;
    told.retry_after = reply.retry_after;
    told.cookies = std::move(reply.cookies);
    told.trouble = std::move(reply.trouble);
    heard(ask, std::move(told));
  });
}

http::Trust Reader::trust(std::string_view word, const std::string& device) const {
  if (word != core::meter::Trust::first_seen) return {};
  const auto known = secrets_.pins.find(device);
  return {http::Trust::By::pin, known == secrets_.pins.end() ? std::string{} : known->second};
}

/// False: another certificate is known there.
bool Reader::believe(const std::string& device, const std::string& pin) {
  const auto [known, is_first] = secrets_.pins.try_emplace(device, pin);
  if (!is_first) return known->second == pin;
  unkept_ = true;
  write();
  const std::string who = fmt::format("{}", fmt::join(asked_at(desk_.sources(), device), ", "));
  needs_.say(core::Severity::info, fmt::format("{}{}{} signs its own certificate; from now on only this one is believed there", who,
                                               who.empty() ? "" : ": ", device));
  return true;
}

void Reader::heard(const core::meter::Ask& ask, core::meter::Reply reply) {
  reply.source = ask.source;
  reply.question = ask.question;
  reply.round = ask.round;
  if (reply.outcome == http::Outcome::untrusted && !believes_first_seen(ask.what) && ask.source < desk_.sources().size())
    advise(desk_.sources()[ask.source].kind, reply.trouble);
  if (needs_.overhear) needs_.overhear(ask, reply);
  if (const auto source = desk_.hear(std::move(reply), needs_.now(), orders_)) keep(*source);
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
