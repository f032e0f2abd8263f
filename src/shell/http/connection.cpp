#include "shell/http/connection.hpp"

#include <fmt/format.h>
#include <sys/socket.h>

#include <array>
#include <boost/asio/write.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/read.hpp>
#include <boost/beast/http/string_body.hpp>
#include <boost/beast/websocket/rfc6455.hpp>
#include <optional>

#include "shell/http/conversation.hpp"
#include "shell/http/gate.hpp"

namespace shell::http {
namespace {

namespace beast = boost::beast;
using Parser = beast::http::request_parser<beast::http::string_body>;
using Field = beast::http::field;

constexpr std::string_view go_on = "HTTP/1.1 100 Continue\r\n\r\n";
constexpr std::string_view busy =
    "HTTP/1.1 503 Service Unavailable\r\nContent-Type: application/json\r\nContent-Length: 72\r\nRetry-After: 1\r\n"
    "Connection: close\r\n\r\n"
    "{\"error\": \"Too many connections at once; try again in a second or two.\"}";
static_assert(busy.size() - busy.find("\r\n\r\n") - 4 == 72);

constexpr std::string_view common_headers =
    "X-Content-Type-Options: nosniff\r\nReferrer-Policy: no-referrer\r\nCross-Origin-Resource-Policy: same-origin\r\n";
/// For answers that are no page of ours: should a browser show one, nothing in it does anything.
constexpr std::string_view nothing_runs =
    "Content-Security-Policy: default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'\r\n";

constexpr unsigned char begins_tls = 0x16;  // of a record that holds a handshake
constexpr std::size_t at_first = 1024;

/// How long and how much a connection is still read after its last answer, so that the answer is not lost to a reset.
constexpr auto farewell = std::chrono::seconds(2);
constexpr std::size_t most_discarded = 32 * 1024 * 1024;

std::string_view view(beast::string_view text) {
  return {text.data(), text.size()};
}

template <class Message, class Name>
std::optional<std::string_view> given(const Message& message, Name name) {
  const auto found = message.find(name);
  return found == message.end() ? std::nullopt : std::optional(view(found->value()));
}

Method method_of(beast::http::verb said) {
  using beast::http::verb;
  switch (said) {
    case verb::get:
    case verb::head: return Method::get;
    case verb::post: return Method::post;
    case verb::put: return Method::put;
    case verb::patch: return Method::patch;
    case verb::delete_: return Method::remove;
    default: return Method::other;
  }
}

}  // namespace

struct Connection::Work {
  explicit Work(std::size_t most) : buffer(most) {}
  beast::flat_buffer buffer;
  std::optional<Parser> parser;
  Answer answer;
  std::string head;
  std::size_t discarded = 0;
  bool bodiless = false;
};

Connection::Connection(std::shared_ptr<Hub> hub, Stream stream, Peer peer, Seat::Row& row)
    : hub_(std::move(hub)),
      peer_(std::move(peer)),
      stream_(std::move(stream)),
      seat_(*hub_, row, *this, peer_.client) {}

Connection::~Connection() = default;

void Connection::turn_away() {
  work_ = std::make_unique<Work>(8 * 1024);
  work_->head.assign(busy);
  last_ = true;
  write();
}

void Connection::close() {
  stream_.close();
  waits_for_client_ = false;
}

Yields Connection::yields(Clock::time_point now) const {
  if (!waits_for_client_) return Yields::no;
  const auto grace = idle_ ? hub_->config().grace : hub_->config().slow_grace;
  return now - waiting_since_ >= grace ? Yields::yes : Yields::no;
}

template <class Next>
auto Connection::then(Next next) {
  return [self = shared_from_this(), next](error_code ec, std::size_t size) {
    if (!self->hub_->closed()) (self.get()->*next)(ec, size);
  };
}

void Connection::begin_waiting(std::chrono::milliseconds patience) {
  waits_for_client_ = true;
  waiting_since_ = Clock::now();
  until_ = waiting_since_ + patience;
  hub_->watch(until_);
}

/// Until the first byte of a request is there.
void Connection::wait() {
  begin_waiting(hub_->config().idle);
  idle_ = true;
  if (stream_.secure()) {  // what comes in TLS may be there already, where the socket does not show it
    work_ = std::make_unique<Work>(hub_->config().longest_header + 8 * 1024);
    return stream_.async_read_some(work_->buffer.prepare(at_first), then(&Connection::first_bytes));
  }
  stream_.socket().async_wait(Socket::wait_read, [self = shared_from_this()](error_code ec) {
    if (!self->hub_->closed()) self->awake(ec);
  });
}

void Connection::awake(error_code ec) {
  idle_ = false;
  if (ec) return close();
  if (hub_->tls() == nullptr || peer_.local) return read_header();
  unsigned char first = 0;
  if (::recv(stream_.socket().native_handle(), &first, 1, MSG_PEEK | MSG_DONTWAIT) != 1) return close();
  if (first == begins_tls) return await_handshake();
  read_header();  // in plain HTTP, which will be told where to go
}

void Connection::await_handshake() {
  begin_waiting(hub_->config().patience);
  const auto here = [self = shared_from_this()] { return self->stream_.socket().is_open(); };
  hub_->handshakes().await_turn(peer_.client, here, [self = shared_from_this()] { self->shake_hands(); });
}

void Connection::shake_hands() {
  begin_waiting(hub_->config().patience);
  stream_.async_handshake(hub_->tls()->context(), [self = shared_from_this()](error_code ec) {
    if (self->hub_->closed()) return;
    if (ec) return self->close();
    self->wait();
  });
}

void Connection::first_bytes(error_code ec, std::size_t size) {
  idle_ = false;
  if (ec) return close();
  work_->buffer.commit(size);
  read_header();
}

/// What a request in plain HTTP is told where TLS is spoken.
Answer Connection::to_https() const {
  const auto& message = work_->parser->get();
  const std::string_view host = view(message[Field::host]);
  const std::string_view target = view(message.target());
  if (method_of(message.method()) != Method::get || host.empty() || !target.starts_with('/'))
    return refuse(400, "TLS is spoken here: the address begins with https://.");
  Answer answer = refuse(307, "TLS is spoken here: the address begins with https://.");
  answer.headers = fmt::format("Location: https://{}{}\r\n", host, target);
  return answer;
}

void Connection::read_header() {
  const ServerConfig& config = hub_->config();
  if (!work_) work_ = std::make_unique<Work>(config.longest_header + 8 * 1024);
  Parser& parser = work_->parser.emplace();
  parser.header_limit(config.longest_header);
  parser.body_limit(config.longest_body);
  begin_waiting(config.patience);
  beast::http::async_read_header(stream_, work_->buffer, parser, then(&Connection::got_header));
}

void Connection::got_header(error_code ec, std::size_t) {
  waits_for_client_ = false;
  if (ec) return failed(ec);
  const auto& message = work_->parser->get();
  last_ = !message.keep_alive();
  auto refusal = objection();
  if (!refusal && !peer_.local && hub_->tls() != nullptr && !stream_.secure()) refusal = to_https();
  if (!refusal && !work_->parser->is_done() && !hub_->may_read_body()) {
    refusal = refuse(503, "Too many requests at once; try again in a second or two.");
    refusal->headers += "Retry-After: 1\r\n";
  }
  if (refusal) {
    last_ = true;
    return send(std::move(*refusal));
  }
  if (work_->parser->is_done()) return act();
  if (beast::iequals(message[Field::expect], "100-continue")) {
    begin_waiting(hub_->config().patience);
    return asio::async_write(stream_, asio::buffer(go_on.data(), go_on.size()), then(&Connection::told_to_go_on));
  }
  read_body();
}

/// What can be said against a request before its body is there.
std::optional<Answer> Connection::objection() const {
  if (peer_.local) return std::nullopt;  // no browser comes this way
  const auto& message = work_->parser->get();
  const auto host = given(message, Field::host);
  if (!host && message.version() >= 11) return refuse(400, "An HTTP/1.1 request needs a Host header.");
  if (message.count(Field::host) > 1) return refuse(400, "A request has one Host header.");
  if (host && !hub_->knows(*host)) {
    return refuse(403,
                  fmt::format("\"{}\" is not known as a name of this machine. Use its address or its name ending in "
                              ".local.",
                              host->substr(0, 100)));
  }
  const auto origin = given(message, Field::origin);
  const auto site = given(message, "Sec-Fetch-Site");
  // What is told on a WebSocket can be read by a page of any site, so it is no GET like others.
  const bool upgrade = beast::websocket::is_upgrade(message);
  if (method_of(message.method()) == Method::get && !upgrade) return std::nullopt;
  const bool by_origin = upgrade && comes_from_elsewhere(host.value_or(""), origin, std::nullopt);
  if (by_origin || comes_from_elsewhere(host.value_or(""), origin, site)) {
    return refuse(403, "A page of another site asked for this; only our own page and programs may.");
  }
  return std::nullopt;
}

void Connection::told_to_go_on(error_code ec, std::size_t) {
  if (ec) return close();
  read_body();
}

void Connection::read_body() {
  reads_body_ = true;
  begin_waiting(hub_->config().patience);
  beast::http::async_read(stream_, work_->buffer, *work_->parser, then(&Connection::got_body));
}

void Connection::got_body(error_code ec, std::size_t) {
  reads_body_ = false;
  waits_for_client_ = false;
  if (ec) return failed(ec);
  act();
}

Request Connection::request() const {
  const auto& message = work_->parser->get();
  Request request;
  request.method = method_of(message.method());
  request.path = path_of(view(message.target()));
  request.query = query_of(view(message.target()));
  request.body = message.body();
  request.type = view(message[Field::content_type]);
  request.takes_gzip = takes_gzip(view(message[Field::accept_encoding]));
  request.known_etags = view(message[Field::if_none_match]);
  request.client = peer_.client;
  request.secure = stream_.secure();
  request.local = peer_.local;
  request.authorization = view(message[Field::authorization]);
  request.cookies = view(message[Field::cookie]);
  request.upgrade = beast::websocket::is_upgrade(message);
  // Browsers always name the page that opens a WebSocket.
  request.asker = asker(view(message[Field::host]), given(message, Field::origin),
                        request.upgrade ? std::nullopt : given(message, "Sec-Fetch-Site"));
  request.browser = view(message[Field::user_agent]).starts_with("Mozilla/");   // as all of them begin, for old reasons
  request.marked = given(message, "X-Twcmanager").has_value();
  request.forwarded = given(message, Field::forwarded) || given(message, "X-Forwarded-For") ||
                      given(message, "X-Real-IP") || given(message, Field::via);
  return request;
}

void Connection::act() {
  until_ = Clock::time_point::max();  // our turn
  const Request asked = request();
  if (asked.path.empty()) {
    return send(refuse(work_->parser->get().target() == "*" ? 405 : 400, "The request names no path."));
  }
  Answer answer = hub_->answer(asked);
  if (answer.talk) return converse(std::move(answer));
  if (!answer.later) return send(std::move(answer));
  answer.later([self = shared_from_this()](Answer&& late) {
    if (!self->hub_->closed()) self->send(std::move(late));
  });
}

void Connection::converse(Answer answer) {
  const auto& message = work_->parser->get();
  if (!beast::websocket::is_upgrade(message)) {
    Answer refusal = refuse(426, "This address is for a WebSocket.");
    refusal.headers += "Upgrade: websocket\r\n";
    return send(std::move(refusal));
  }
  if (!hub_->may_talk() || work_->buffer.size() > 0) {
    last_ = true;
    return send(hub_->may_talk() ? refuse(400, "A WebSocket says nothing before its upgrade is answered.")
                                 : refuse(503, "Too many listen already; try again later."));
  }
  std::make_shared<Conversation>(hub_, std::move(stream_), std::move(seat_))->greet(message, std::move(answer.talk));
}

/// The request never became whole.
void Connection::failed(const error_code& ec) {
  using beast::http::error;
  const ServerConfig& config = hub_->config();
  last_ = true;
  if (ec == error::body_limit) {
    return send(refuse(413, fmt::format("A request body has at most {} bytes.", config.longest_body)));
  }
  if (ec == error::header_limit || ec == error::buffer_overflow) {
    return send(refuse(431, fmt::format("A request header has at most {} bytes.", config.longest_header)));
  }
  // Only a request that was begun is worth an answer.
  const bool spoken = ec.category() == make_error_code(error::bad_method).category();
  if (spoken && ec != error::end_of_stream && ec != error::partial_message) {
    return send(refuse(400, "This is not a valid HTTP request."));
  }
  close();
}

void Connection::send(Answer answer) {
  work_->answer = std::move(answer);
  const Answer& said = work_->answer;
  const auto& message = work_->parser->get();
  const bool old = message.version() < 11;
  const bool bare = said.status == 304;
  std::string& head = work_->head;
  head.clear();
  fmt::format_to(std::back_inserter(head), "HTTP/1.{} {} {}\r\n{}", old ? 0 : 1, said.status,
                 reason_phrase(said.status), hub_->date_line());
  if (!said.type.empty()) fmt::format_to(std::back_inserter(head), "Content-Type: {}\r\n", said.type);
  if (!bare) fmt::format_to(std::back_inserter(head), "Content-Length: {}\r\n", said.bytes().size());
  head += common_headers;
  if (said.headers.find("Content-Security-Policy:") == std::string::npos) head += nothing_runs;
  head += said.headers;
  if (last_) head += "Connection: close\r\n";
  else if (old) head += "Connection: keep-alive\r\n";
  head += "\r\n";
  work_->bodiless = bare || message.method() == beast::http::verb::head;
  write();
}

void Connection::write() {
  const std::string_view body = work_->bodiless ? std::string_view{} : work_->answer.bytes();
  const std::array<asio::const_buffer, 2> parts{asio::buffer(work_->head), asio::buffer(body.data(), body.size())};
  begin_waiting(hub_->config().patience);
  asio::async_write(stream_, parts, then(&Connection::written));
}

void Connection::written(error_code ec, std::size_t) {
  waits_for_client_ = false;
  if (ec) return close();
  work_->answer = {};
  if (!last_) {
    if (work_->buffer.size() > 0) return read_header();  // the next request came with this one
    work_.reset();
    return wait();
  }
  // Closing with unread bytes would send a reset, which may overtake the answer.
  stream_.end_of_sending();
  begin_waiting(farewell);
  discard();
}

void Connection::discard() {
  work_->buffer.clear();
  stream_.socket().async_read_some(work_->buffer.prepare(8 * 1024), then(&Connection::discarded));  // as it comes
}

void Connection::discarded(error_code ec, std::size_t size) {
  work_->discarded += size;
  if (ec || work_->discarded > most_discarded) return close();
  discard();
}

}  // namespace shell::http
