// What every transport has in common. See link.hpp.
#include "shell/serial/link.hpp"

#include <boost/asio/post.hpp>
#include <fmt/format.h>
#include <sys/ioctl.h>
#include <sys/socket.h>

#include <array>
#include <cerrno>
#include <cstring>

namespace shell {
namespace {

using Clock = std::chrono::steady_clock;

// More than this waiting to leave means a line that is stuck: a second of frames is enough to come late.
constexpr int most_unsent = 256;
// A line that held at least this long was a good one: its loss starts with the shortest pause again.
constexpr auto good_line = 10s;
// A unit answers or announces itself far more often than this (spec/twc-protocol §3.1).
constexpr auto long_silence = 5s;

std::string say_why(int error) { return error == 0 ? "closed by its other side" : std::strerror(error); }

}  // namespace

Link::Link(asio::io_context& io, BusSettings settings, BusEvents events)
    : io_(io), settings_(std::move(settings)), events_(std::move(events)), watcher_(io), gather_(io), retry_(io),
      pause_(settings_.first_pause) {}

void Link::open() {
  alive_ = std::make_shared<int>(0);
  pause_ = settings_.first_pause;
  asio::post(io_, later([this] { attempt(); }));
}

void Link::close() {
  alive_.reset();
  disarm();
  gather_.cancel();
  retry_.cancel();
  abandon();
  if (descriptor_) part_with(descriptor_, Parting::orderly);
  descriptor_.reset();
  opened_ = wanted_ = gathering_ = false;
}

void Link::established(Descriptor descriptor) {
  if (opened_) lose("a newer peer has taken its place");
  disarm();
  descriptor_ = std::move(descriptor);
  unsent_.clear();
  gathering_ = unanswered_ = false;
  since_ = heard_ = Clock::now();
  if (settings_.via != Via::rfc2217) return announce();
  telnet_.emplace(settings_.baud, settings_.speech == Speech::listen_only ? Telnet::Opening::when_spoken_to
                                                                          : Telnet::Opening::at_once);
  Telnet::Replies replies;
  telnet_->begin(replies);
  put({replies.begin(), replies.size()});
  retry_.expires_after(settings_.negotiation);
  retry_.async_wait(later([this](boost::system::error_code error) {
    if (!error && descriptor_ && !opened_) announce();
  }));
  arm();
}

/// While the settings are negotiated, the port is watched on our own account; data is not ours yet.
void Link::converse() {
  std::array<std::uint8_t, 256> bytes{};
  while (descriptor_ && read(bytes) > 0) {}
  if (descriptor_ && telnet_->settled()) {
    retry_.cancel();
    return announce();
  }
  arm();
}

void Link::announce() {
  asio::post(io_, later([this] {
    if (!descriptor_ || opened_) return;
    opened_ = true;
    told_.clear();
    if (events_.opened) events_.opened(settings_.via != Via::tty);
    arm();
  }));
}

void Link::failed(std::string why) {
  if (why != told_) {
    told_ = why;
    if (events_.waiting) asio::post(io_, later([this, why = std::move(why)]() mutable { events_.waiting(std::move(why)); }));
  }
  retry_later();
}

void Link::retry_later() {
  retry_.expires_after(pause_);
  pause_ = std::min(pause_ * 2, settings_.longest_pause);
  retry_.async_wait(later([this](boost::system::error_code error) {
    if (!error && (!descriptor_ || !dials())) attempt();
  }));
}

void Link::lose(std::string why) {
  if (!descriptor_) return;
  disarm();
  part_with(descriptor_, Parting::lost);
  descriptor_.reset();
  telnet_.reset();
  if (Clock::now() - since_ >= good_line) pause_ = settings_.first_pause;
  const bool was_open = std::exchange(opened_, false);
  why = fmt::format("{}: {}", print(settings_), why);
  if (!was_open) return failed(std::move(why));
  if (events_.closed)
    asio::post(io_, later([this, why = std::move(why)]() mutable { events_.closed(std::move(why)); }));
  if (dials()) retry_later();
}

bool Link::congested() const {
  int waiting = 0;   // TIOCOUTQ and SIOCOUTQ are one number
  return ::ioctl(descriptor_.get(), TIOCOUTQ, &waiting) == 0 && waiting > most_unsent;
}

/// Writes all of it, or keeps the tail for the next time; false when nothing was taken.
bool Link::put(std::span<const std::uint8_t> bytes) {
  const auto push = [this](std::span<const std::uint8_t> some) -> std::size_t {
    if (some.empty()) return 0;
    ssize_t done = 0;
    do {
      done = settings_.via == Via::tty ? ::write(descriptor_.get(), some.data(), some.size())
                                       : ::send(descriptor_.get(), some.data(), some.size(), MSG_NOSIGNAL);
    } while (done < 0 && errno == EINTR);
    if (done >= 0) return static_cast<std::size_t>(done);
    if (errno != EAGAIN && errno != EWOULDBLOCK) lose(say_why(errno));
    return 0;
  };
  if (!unsent_.empty()) {
    const std::size_t done = push({unsent_.begin(), unsent_.size()});
    if (!descriptor_) return false;
    base::Bounded<std::uint8_t, 1024> rest;
    for (std::size_t i = done; i < unsent_.size(); ++i) rest.push_back(unsent_[i]);
    unsent_ = rest;
    if (!unsent_.empty()) return false;
  }
  const std::size_t done = push(bytes);
  if (!descriptor_ || (done == 0 && !bytes.empty())) return false;
  for (std::size_t i = done; i < bytes.size() && !unsent_.full(); ++i) unsent_.push_back(bytes[i]);
  return true;
}

void Link::write(const wire::Outgoing& frame) {
  if (!opened_ || settings_.speech == Speech::listen_only) return;
  // A line that has spoken since our last frame is not stuck, and asking costs a call to the kernel.
  if (std::exchange(unanswered_, true) && congested()) {
    ++dropped_;
    return;
  }
  bool taken = false;
  if (telnet_) {
    const Telnet::Escaped escaped = Telnet::escape(frame.bytes());
    taken = put({escaped.begin(), escaped.size()});
  } else {
    taken = put(frame.bytes());
  }
  if (!taken) ++dropped_;
}

std::size_t Link::read(std::span<std::uint8_t> into) {
  // A stretch of pure telnet commands leaves no data, but more may follow it.
  while (descriptor_ && !into.empty()) {
    const ssize_t got = ::read(descriptor_.get(), into.data(), into.size());
    if (got < 0 && errno == EINTR) continue;
    if (got < 0 && (errno == EAGAIN || errno == EWOULDBLOCK)) {
      look_for_replacement();
      return 0;
    }
    if (got <= 0) {
      lose(say_why(got == 0 ? 0 : errno));
      return 0;
    }
    heard_ = Clock::now();
    unanswered_ = false;
    const auto count = static_cast<std::size_t>(got);
    if (!telnet_) return count;
    Telnet::Replies replies;
    const std::size_t kept = telnet_->receive(into.first(count), replies);
    if (!replies.empty()) put({replies.begin(), replies.size()});
    if (kept > 0) return kept;
  }
  return 0;
}

void Link::look_for_replacement() {
  const auto now = Clock::now();
  if (now - heard_ < long_silence) return;
  heard_ = now;
  if (!current(descriptor_)) lose("replaced by another device");
}

void Link::watch(bool wanted) {
  wanted_ = wanted;
  if (wanted_) arm();
  else if (opened_) disarm();
}

void Link::arm() {
  const bool asked_for = opened_ ? wanted_ : telnet_.has_value();
  if (!descriptor_ || !asked_for || armed_ || gathering_) return;
  boost::system::error_code error;
  watcher_.assign(descriptor_.get(), error);
  if (error) return lose(error.message());
  armed_ = true;
  watcher_.async_wait(asio::posix::stream_descriptor::wait_read,
                      later([this, mine = watch_](boost::system::error_code failure) {
                        if (failure || mine != watch_) return;
                        disarm();
                        if (!opened_) return converse();
                        gathering_ = true;
                        gather_.expires_after(settings_.gather);
                        gather_.async_wait(later([this](boost::system::error_code stopped) {
                          if (!stopped) gathered();
                        }));
                      }));
}

void Link::disarm() {
  ++watch_;
  if (!std::exchange(armed_, false)) return;
  watcher_.release();
}

void Link::gathered() {
  gathering_ = false;
  if (opened_ && wanted_ && events_.readable) events_.readable();
  arm();
}

std::unique_ptr<Bus> make_bus(asio::io_context& io, BusSettings settings, BusEvents events) {
  switch (settings.via) {
    case Via::tty: return make_tty(io, std::move(settings), std::move(events));
    case Via::listener: return make_listener(io, std::move(settings), std::move(events));
    default: return make_client(io, std::move(settings), std::move(events));
  }
}

}  // namespace shell
