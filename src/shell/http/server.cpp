#include "shell/http/server.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <array>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ip/v6_only.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/write.hpp>
#include <boost/beast/core/basic_stream.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/read.hpp>
#include <boost/beast/http/string_body.hpp>
#include <ctime>
#include <list>
#include <optional>

#include "base/result.hpp"
#include "shell/http/gate.hpp"

namespace shell::http {
namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
using asio::ip::tcp;
using Executor = asio::io_context::executor_type;
using Stream = beast::basic_stream<tcp, Executor>;
using Socket = asio::basic_stream_socket<tcp, Executor>;
using Acceptor = asio::basic_socket_acceptor<tcp, Executor>;
using Timer =
    asio::basic_waitable_timer<std::chrono::steady_clock, asio::wait_traits<std::chrono::steady_clock>, Executor>;
using Parser = beast::http::request_parser<beast::http::string_body>;
using Clock = std::chrono::steady_clock;
using Field = beast::http::field;
using boost::system::error_code;

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

/// How long and how much a connection is still read after its last answer, so that the answer is not lost to a reset.
constexpr auto farewell = std::chrono::seconds(2);
constexpr std::size_t most_discarded = 32 * 1024 * 1024;

std::string_view view(beast::string_view text) {
  return {text.data(), text.size()};
}

std::string date_line() {
  const std::time_t now = std::time(nullptr);
  std::tm civil{};
  gmtime_r(&now, &civil);
  std::array<char, 64> text{};
  const std::size_t size = std::strftime(text.data(), text.size(), "Date: %a, %d %b %Y %H:%M:%S GMT\r\n", &civil);
  return {text.data(), size};
}

std::string machine_name() {
  std::array<char, 256> name{};
  if (gethostname(name.data(), name.size() - 1) != 0) return {};
  return name.data();
}

std::string peer_of(const Socket& socket) {
  error_code ec;
  const tcp::endpoint peer = socket.remote_endpoint(ec);
  if (ec) return {};
  const asio::ip::address address = peer.address();
  if (address.is_v6() && address.to_v6().is_v4_mapped())
    return asio::ip::make_address_v4(asio::ip::v4_mapped, address.to_v6()).to_string();
  return address.to_string();
}

}  // namespace

// --- The listener ---------------------------------------------------------------------------------------------------

class Server::Listener : public std::enable_shared_from_this<Listener> {
 public:
  class Connection;
  using Places = std::list<Connection*>;

  Listener(asio::io_context& loop, ServerConfig config, Routes routes, Say say)
      : config_(std::move(config)),
        routes_(std::move(routes)),
        say_(std::move(say)),
        machine_(machine_name()),
        acceptor_(loop.get_executor()),
        timer_(loop.get_executor()) {}

  void open();
  void close();

  [[nodiscard]] const ServerConfig& config() const { return config_; }
  [[nodiscard]] bool closed() const { return closed_; }
  [[nodiscard]] bool knows(std::string_view host) const { return host_is_ours(host, machine_, config_.names); }
  [[nodiscard]] Answer answer(const Request& request) const;
  [[nodiscard]] std::uint16_t port() const { return port_; }
  [[nodiscard]] std::size_t taken() const { return places_.size(); }
  void leave(Places::iterator place) { places_.erase(place); }
  void depart(Places::iterator place) { departing_.erase(place); }

 private:
  [[nodiscard]] base::Result<tcp::endpoint> endpoint() const;
  [[nodiscard]] error_code bind(const tcp::endpoint& where);
  void listen();
  void complain(const tcp::endpoint& where, const error_code& why);
  void accept();
  void welcome(Socket socket);
  [[nodiscard]] bool make_room();

  ServerConfig config_;
  Routes routes_;
  Say say_;
  std::string machine_;
  Acceptor acceptor_;
  Timer timer_;
  Places places_;     ///< longest there first
  Places departing_;  ///< being told that there is no place
  std::string said_;
  std::uint16_t port_ = 0;
  bool closed_ = true;
};

// --- A connection ---------------------------------------------------------------------------------------------------

class Server::Listener::Connection : public std::enable_shared_from_this<Connection> {
 public:
  Connection(std::shared_ptr<Listener> listener, Socket socket)
      : listener_(std::move(listener)),
        client_(peer_of(socket)),
        stream_(std::move(socket)),
        buffer_(listener_->config().longest_header + 8 * 1024) {}

  void start(Places& places) {
    place_ = places.insert(places.end(), this);
    read_header();
  }
  /// Tells that there is no place, and leaves.
  void turn_away(Places& departing) {
    turned_away_ = true;
    place_ = departing.insert(departing.end(), this);
    head_.assign(busy);
    last_ = true;
    write();
  }
  ~Connection() { turned_away_ ? listener_->depart(place_) : listener_->leave(place_); }
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;

  void close() {
    error_code ignored;
    stream_.socket().close(ignored);
    waits_for_client_ = false;
  }
  /// True when it only waits for a client that has had its time.
  [[nodiscard]] bool yields(Clock::time_point now) const {
    if (!waits_for_client_) return false;
    const bool begun = !parser_ || parser_->got_some() || buffer_.size() > 0;
    return now - waiting_since_ >= (begun ? listener_->config().slow_grace : listener_->config().grace);
  }

 private:
  template <class Next>
  auto then(Next next) {
    return [self = shared_from_this(), next](error_code ec, std::size_t size) {
      if (!self->listener_->closed()) (self.get()->*next)(ec, size);
    };
  }

  void read_header() {
    parser_.emplace();
    parser_->header_limit(listener_->config().longest_header);
    parser_->body_limit(listener_->config().longest_body);
    waits_for_client_ = true;
    waiting_since_ = Clock::now();
    stream_.expires_after(listener_->config().patience);
    beast::http::async_read_header(stream_, buffer_, *parser_, then(&Connection::got_header));
  }

  void got_header(error_code ec, std::size_t) {
    waits_for_client_ = false;
    if (ec) return failed(ec);
    const auto& message = parser_->get();
    last_ = !message.keep_alive();
    if (auto refusal = objection(message)) {
      last_ = true;
      return send(std::move(*refusal));
    }
    if (parser_->is_done()) return act();
    if (beast::iequals(message[Field::expect], "100-continue")) {
      stream_.expires_after(listener_->config().patience);
      return asio::async_write(stream_, asio::buffer(go_on.data(), go_on.size()), then(&Connection::told_to_go_on));
    }
    read_body();
  }

  /// What can be said against a request before its body is there.
  template <class Message>
  [[nodiscard]] std::optional<Answer> objection(const Message& message) const {
    const auto host = message.find(Field::host);
    if (host == message.end() && message.version() >= 11)
      return refuse(400, "An HTTP/1.1 request needs a Host header.");
    const std::string_view name = host == message.end() ? std::string_view{} : view(host->value());
    if (message.count(Field::host) > 1) return refuse(400, "A request has one Host header.");
    if (host != message.end() && !listener_->knows(name)) {
      return refuse(403,
                    fmt::format("\"{}\" is not known as a name of this machine. Use its address or its name ending in "
                                ".local.",
                                name.substr(0, 100)));
    }
    if (message.method() == beast::http::verb::get || message.method() == beast::http::verb::head) return std::nullopt;
    if (comes_from_elsewhere(name, given(message, Field::origin), given(message, "Sec-Fetch-Site"))) {
      return refuse(403, "A page of another site asked for this; only our own page and programs may.");
    }
    return std::nullopt;
  }

  template <class Message, class Name>
  [[nodiscard]] static std::optional<std::string_view> given(const Message& message, Name name) {
    const auto found = message.find(name);
    return found == message.end() ? std::nullopt : std::optional(view(found->value()));
  }

  void told_to_go_on(error_code ec, std::size_t) {
    if (!ec) read_body();
  }

  void read_body() {
    waits_for_client_ = true;
    waiting_since_ = Clock::now();
    stream_.expires_after(listener_->config().patience);
    beast::http::async_read(stream_, buffer_, *parser_, then(&Connection::got_body));
  }

  void got_body(error_code ec, std::size_t) {
    waits_for_client_ = false;
    if (ec) return failed(ec);
    act();
  }

  void act() {
    using beast::http::verb;
    const auto& message = parser_->get();
    Request request;
    switch (message.method()) {
      case verb::get:
      case verb::head: request.method = Method::get; break;
      case verb::post: request.method = Method::post; break;
      case verb::put: request.method = Method::put; break;
      case verb::patch: request.method = Method::patch; break;
      case verb::delete_: request.method = Method::remove; break;
      default: request.method = Method::other;
    }
    request.path = path_of(view(message.target()));
    request.body = message.body();
    request.takes_gzip = takes_gzip(view(message[Field::accept_encoding]));
    request.known_etags = view(message[Field::if_none_match]);
    request.client = client_;
    request.authorization = view(message[Field::authorization]);
    request.cookies = view(message[Field::cookie]);
    request.asker = asker(view(message[Field::host]), given(message, Field::origin), given(message, "Sec-Fetch-Site"));
    request.marked = given(message, "X-Twcmanager").has_value();
    request.forwarded = given(message, Field::forwarded) || given(message, "X-Forwarded-For") ||
                        given(message, "X-Real-IP") || given(message, Field::via);
    if (request.path.empty()) return send(refuse(message.target() == "*" ? 405 : 400, "The request names no path."));
    Answer answer = listener_->answer(request);
    if (!answer.later) return send(std::move(answer));
    answer.later([self = shared_from_this()](Answer&& late) {
      if (!self->listener_->closed()) self->send(std::move(late));
    });
  }

  /// The request never became whole.
  void failed(const error_code& ec) {
    using beast::http::error;
    last_ = true;
    if (ec == error::body_limit) {
      return send(refuse(413, fmt::format("A request body has at most {} bytes.", listener_->config().longest_body)));
    }
    if (ec == error::header_limit || ec == error::buffer_overflow) {
      return send(
          refuse(431, fmt::format("A request header has at most {} bytes.", listener_->config().longest_header)));
    }
    // Only a request that was begun is worth an answer; a stream that timed out is closed already.
    const bool spoken = ec.category() == make_error_code(error::bad_method).category();
    if (spoken && ec != error::end_of_stream && ec != error::partial_message) {
      return send(refuse(400, "This is not a valid HTTP request."));
    }
    close();
  }

  void send(Answer answer) {
    answer_ = std::move(answer);
    const auto& message = parser_->get();
    const bool old = message.version() < 11;
    const bool bare = answer_.status == 304;
    head_ =
        fmt::format("HTTP/1.{} {} {}\r\n{}", old ? 0 : 1, answer_.status, reason_phrase(answer_.status), date_line());
    if (!answer_.type.empty()) fmt::format_to(std::back_inserter(head_), "Content-Type: {}\r\n", answer_.type);
    if (!bare) fmt::format_to(std::back_inserter(head_), "Content-Length: {}\r\n", answer_.bytes().size());
    head_ += common_headers;
    if (answer_.headers.find("Content-Security-Policy:") == std::string::npos) head_ += nothing_runs;
    head_ += answer_.headers;
    if (last_) head_ += "Connection: close\r\n";
    else if (old) head_ += "Connection: keep-alive\r\n";
    head_ += "\r\n";
    bodiless_ = bare || message.method() == beast::http::verb::head;
    write();
  }

  void write() {
    const std::string_view body = bodiless_ ? std::string_view{} : answer_.bytes();
    const std::array<asio::const_buffer, 2> parts{asio::buffer(head_), asio::buffer(body.data(), body.size())};
    waits_for_client_ = true;
    waiting_since_ = Clock::now();
    stream_.expires_after(listener_->config().patience);
    asio::async_write(stream_, parts, then(&Connection::written));
  }

  void written(error_code ec, std::size_t) {
    waits_for_client_ = false;
    if (ec) return close();
    answer_ = {};
    if (!last_) return read_header();
    // Closing with unread bytes would send a reset, which may overtake the answer.
    error_code ignored;
    stream_.socket().shutdown(tcp::socket::shutdown_send, ignored);
    stream_.expires_after(farewell);
    waits_for_client_ = true;
    waiting_since_ = Clock::now();
    discard();
  }

  void discard() {
    buffer_.clear();
    stream_.async_read_some(buffer_.prepare(8 * 1024), then(&Connection::discarded));
  }

  void discarded(error_code ec, std::size_t size) {
    discarded_ += size;
    if (ec || discarded_ > most_discarded) return close();
    discard();
  }

  std::shared_ptr<Listener> listener_;
  std::string client_;  ///< address of the other side
  Stream stream_;
  beast::flat_buffer buffer_;
  std::optional<Parser> parser_;
  Answer answer_;
  std::string head_;
  Places::iterator place_;
  Clock::time_point waiting_since_{};
  std::size_t discarded_ = 0;
  bool waits_for_client_ = false;
  bool last_ = false;  ///< the connection ends after this answer
  bool bodiless_ = false;
  bool turned_away_ = false;
};

// --- The listener's part --------------------------------------------------------------------------------------------

Answer Server::Listener::answer(const Request& request) const {
  try {
    return routes_(request);
  } catch (const std::exception& problem) {
    return refuse(500, fmt::format("The program failed to answer: {}.", problem.what()));
  }
}

void Server::Listener::open() {
  if (!closed_) return;
  closed_ = false;
  said_.clear();
  listen();
}

void Server::Listener::close() {
  closed_ = true;
  port_ = 0;
  error_code ignored;
  acceptor_.close(ignored);
  timer_.cancel();
  for (Connection* each : places_) each->close();
  for (Connection* each : departing_) each->close();
}

base::Result<tcp::endpoint> Server::Listener::endpoint() const {
  const std::string text = config_.address.empty() || config_.address == "localhost" ? "127.0.0.1" : config_.address;
  error_code ec;
  const auto address = asio::ip::make_address(text, ec);
  if (ec) {
    return base::fail(
        base::Culprit::user,
        fmt::format("HTTP: the listen address \"{}\" is not an IP address; there is no web page until it is "
                    "corrected (127.0.0.1 is this machine only, :: is every network).",
                    text));
  }
  return tcp::endpoint(address, config_.port);
}

error_code Server::Listener::bind(const tcp::endpoint& where) {
  error_code ec;
  acceptor_.close(ec);
  acceptor_.open(where.protocol(), ec);
  if (!ec) acceptor_.set_option(tcp::acceptor::reuse_address(true), ec);
  if (!ec && where.address().is_v6() && where.address().is_unspecified()) {
    acceptor_.set_option(asio::ip::v6_only(false), ec);
  }
  if (!ec) acceptor_.bind(where, ec);
  if (!ec) acceptor_.listen(128, ec);
  return ec;
}

void Server::Listener::listen() {
  auto where = endpoint();
  if (!where) return say_(core::Severity::alarm, where.error().text);
  error_code ec = bind(*where);
  if (ec && ec != asio::error::address_in_use && ec != asio::error::access_denied && where->address().is_v6() &&
      where->address().is_unspecified()) {
    *where = tcp::endpoint(asio::ip::address_v4::any(), config_.port);  // a kernel without IPv6
    ec = bind(*where);
  }
  if (!ec) {
    error_code unknown;
    port_ = acceptor_.local_endpoint(unknown).port();
    where->port(port_);
    say_(core::Severity::info,
         fmt::format("HTTP: the page is at http://{}{}{}:{}/", where->address().is_v6() ? "[" : "",
                     where->address().to_string(), where->address().is_v6() ? "]" : "", port_));
    said_.clear();
    return accept();
  }
  complain(*where, ec);
  acceptor_.close(ec);
  timer_.expires_after(config_.retry);
  timer_.async_wait([self = shared_from_this()](error_code stopped) {
    if (!stopped && !self->closed_) self->listen();
  });
}

void Server::Listener::complain(const tcp::endpoint& where, const error_code& why) {
  std::string problem;
  if (why == asio::error::address_in_use) {
    problem = "is in use by another program; stop that one or choose another listenPort";
  } else if (why == asio::error::access_denied) {
    problem = "may not be opened by this user; choose a listenPort of 1024 or above";
  } else {
    problem = fmt::format("cannot be opened: {}", why.message());
  }
  const double seconds = std::chrono::duration<double>(config_.retry).count();
  std::string sentence =
      fmt::format("HTTP: port {} on {} {}. Charging goes on without the page; it is tried again every {:g} s.",
                  where.port(), where.address().to_string(), problem, seconds);
  if (sentence == said_) return;
  said_ = std::move(sentence);
  say_(core::Severity::alarm, said_);
}

void Server::Listener::accept() {
  acceptor_.async_accept([self = shared_from_this()](error_code ec, Socket socket) {
    if (self->closed_) return;
    if (!ec) {
      self->welcome(std::move(socket));
      return self->accept();
    }
    if (ec == asio::error::operation_aborted) return;
    // Most likely out of file descriptors: trying at once again would only burn the processor.
    self->timer_.expires_after(std::chrono::seconds(1));
    self->timer_.async_wait([self](error_code stopped) {
      if (!stopped && !self->closed_) self->accept();
    });
  });
}

void Server::Listener::welcome(Socket socket) {
  error_code ignored;
  socket.set_option(tcp::no_delay(true), ignored);
  // The place of the one that gives way is free when its handlers have run, a moment later: hence the slack.
  const bool room =
      places_.size() < config_.most_connections || (places_.size() < config_.most_connections * 2 && make_room());
  if (room) return std::make_shared<Connection>(shared_from_this(), std::move(socket))->start(places_);
  if (departing_.size() >= config_.most_connections * 2) return;                   // a flood: closes it without a word
  if (departing_.size() >= config_.most_connections) departing_.front()->close();  // has had its answer long ago
  std::make_shared<Connection>(shared_from_this(), std::move(socket))->turn_away(departing_);
}

bool Server::Listener::make_room() {
  const auto now = Clock::now();
  for (Connection* each : places_) {
    if (!each->yields(now)) continue;
    each->close();
    return true;
  }
  return false;
}

// --- The server -----------------------------------------------------------------------------------------------------

Server::Server(boost::asio::io_context& loop, ServerConfig config, Routes routes, Say say)
    : listener_(std::make_shared<Listener>(loop, std::move(config), std::move(routes), std::move(say))) {}

Server::~Server() {
  listener_->close();
}

void Server::open() {
  listener_->open();
}
void Server::close() {
  listener_->close();
}
std::uint16_t Server::port() const {
  return listener_->port();
}
std::size_t Server::connections() const {
  return listener_->taken();
}

}  // namespace shell::http
