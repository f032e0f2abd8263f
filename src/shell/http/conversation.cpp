#include "shell/http/conversation.hpp"

#include <chrono>
#include <utility>

namespace shell::http {
namespace {

namespace websocket = boost::beast::websocket;
using namespace std::chrono_literals;

constexpr std::size_t longest_heard = 1024;
/// A listener has nothing to say; one that does so all the same costs time.
constexpr int most_heard = 100;
/// What the kernel keeps for one listener.
constexpr int kernel_buffer = 64 * 1024;

websocket::stream_base::timeout times(const ServerConfig& config) {
  websocket::stream_base::timeout times{};
  times.handshake_timeout = config.patience;
  times.idle_timeout = config.silence;
  times.keep_alive_pings = true;
  return times;
}

}  // namespace

Conversation::Conversation(std::shared_ptr<Hub> hub, Stream stream, Seat&& seat)
    : hub_(std::move(hub)), socket_(std::move(stream)), seat_(std::move(seat), *this), heard_(longest_heard) {
  hub_->count_talk(1);
}

Conversation::~Conversation() {
  hub_->count_talk(-1);
}

void Conversation::greet(const Greeting& greeting, Begun begun) {
  error_code ignored;
  socket_.next_layer().socket().set_option(Socket::send_buffer_size(kernel_buffer), ignored);
  socket_.set_option(times(hub_->config()));
  socket_.read_message_max(longest_heard);
  socket_.auto_fragment(false);
  socket_.text(true);
  socket_.async_accept(greeting, [self = shared_from_this(), begun = std::move(begun)](error_code ec) {
    if (ec || self->hub_->closed()) return self->close();
    self->listen();
    begun(self);
  });
}

void Conversation::say(std::shared_ptr<const std::string> text) {
  look();
  if (over_ || leaving_) return;
  behind_ += text->size();
  if (behind_ > hub_->config().most_behind && !queue_.empty()) return close();
  queue_.push_back(std::move(text));
  if (queue_.size() == 1) speak();
}

void Conversation::look() {
  if (!over_ && !leaving_ && may_stay && !may_stay()) show_out();
}

void Conversation::close() {
  over_ = true;
  until_ = Clock::time_point::max();
  socket_.next_layer().close();
}

Yields Conversation::yields(Clock::time_point) const {
  return over_ ? Yields::no : Yields::if_need_be;
}

void Conversation::listen() {
  socket_.async_read(heard_, [self = shared_from_this()](error_code ec, std::size_t) { self->heard(ec); });
}

void Conversation::heard(error_code ec) {
  heard_.consume(heard_.size());
  if (ec || over_ || ++messages_ > most_heard) return close();
  listen();
}

void Conversation::speak() {
  until_ = Clock::now() + hub_->config().slowness;
  hub_->watch(until_);
  socket_.async_write(asio::buffer(*queue_.front()),
                      [self = shared_from_this()](error_code ec, std::size_t) { self->spoke(ec); });
}

void Conversation::spoke(error_code ec) {
  until_ = Clock::time_point::max();
  behind_ -= queue_.front()->size();
  queue_.pop_front();
  if (ec) return close();
  if (!over_ && !leaving_ && !queue_.empty()) speak();
}

/// Says why it ends, unless something is being said; then it just ends.
void Conversation::show_out() {
  leaving_ = true;
  if (!queue_.empty()) return close();
  until_ = Clock::now() + hub_->config().patience;
  hub_->watch(until_);
  socket_.async_close(websocket::close_reason(websocket::close_code::policy_error, "This log-in has ended."),
                      [self = shared_from_this()](error_code) { self->close(); });
}

}  // namespace shell::http
