#include "shell/http/client.hpp"

#include <fmt/format.h>

#include <boost/asio/buffer.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/write.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/read.hpp>
#include <boost/beast/http/string_body.hpp>
#include <map>
#include <optional>
#include <unordered_set>
#include <utility>
#include <vector>

#include "shell/http/url.hpp"

namespace shell::http {
namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
using asio::ip::tcp;
using boost::system::error_code;
using Clock = std::chrono::steady_clock;
using Parser = beast::http::response_parser<beast::http::string_body>;
using Field = beast::http::field;

constexpr std::uint32_t longest_header = 16 * 1024;
/// A name is looked up again after this; when that fails the old addresses are still tried.
constexpr auto name_lasts = std::chrono::seconds(60);
constexpr std::size_t most_names = 32;

struct Known {
  std::vector<tcp::endpoint> where;
  Clock::time_point since;
};

bool is_redirect(int status) {
  return status == 301 || status == 302 || status == 303 || status == 307 || status == 308;
}

std::string_view view(beast::string_view text) {
  return {text.data(), text.size()};
}

}  // namespace

struct Client::Shared {
  explicit Shared(asio::io_context& the_loop) : loop(the_loop) {}
  asio::io_context& loop;
  std::map<std::string, Known, std::less<>> names;  ///< saves a look-up (which costs a thread) for every question
  std::unordered_set<Exchange*> pending;
};

class Client::Exchange : public std::enable_shared_from_this<Exchange> {
 public:
  Exchange(std::shared_ptr<Shared> shared, core::Duration patience, Done done)
      : shared_(std::move(shared)),
        patience_(patience),
        deadline_(Clock::now() + patience),
        done_(std::move(done)),
        socket_(shared_->loop),
        overall_(shared_->loop),
        slice_(shared_->loop) {
    shared_->pending.insert(this);
  }
  ~Exchange() { shared_->pending.erase(this); }
  Exchange(const Exchange&) = delete;
  Exchange& operator=(const Exchange&) = delete;

  void start(std::string url, std::optional<std::string> json = {}) {
    json_ = std::move(json);
    overall_.expires_at(deadline_);
    overall_.async_wait([self = shared_from_this()](error_code stopped) {
      if (!stopped) self->finish(Outcome::timed_out, self->late());
    });
    // Never calls back from within get().
    asio::post(shared_->loop, [self = shared_from_this(), url = std::move(url)] {
      auto parsed = parse_url(url);
      if (!parsed)
        return self->finish(Outcome::unreachable, fmt::format("The address is wrong: {}.", parsed.error().text));
      self->ask(std::move(*parsed));
    });
  }

  /// Ends without a word: nobody listens any more.
  void abandon() {
    done_ = nullptr;
    stop();
  }

 private:
  template <class Next>
  auto then(Next next) {
    return [self = shared_from_this(), next](error_code ec, std::size_t) {
      if (self->done_) (self.get()->*next)(ec);
    };
  }

  [[nodiscard]] std::string late() const {
    return fmt::format("{} did not answer within {:g} s.", url_.host.empty() ? "The address" : url_.authority(),
                       base::seconds_of(patience_));
  }

  void stop() {
    error_code ignored;
    socket_.close(ignored);
    overall_.cancel();
    slice_.cancel();
    if (resolver_) resolver_->cancel();
  }

  void finish(Outcome outcome, std::string trouble, int status = 0, std::string body = {}) {
    if (!done_) return;
    const Done done = std::exchange(done_, nullptr);
    stop();
    shared_->pending.erase(this);
    done(Reply{outcome, status, std::move(body), std::move(trouble)});
  }

  void ask(Url url) {
    url_ = std::move(url);
    if (url_.secure) {
      return finish(Outcome::unreachable,
                    fmt::format("https://{} cannot be asked: encrypted addresses are not supported "
                                "yet; use an http:// address of the device.",
                                url_.authority()));
    }
    endpoints_.clear();
    next_ = 0;
    error_code no_address;
    const std::string name = url_.host == "localhost" ? "127.0.0.1" : url_.host;
    const auto address = asio::ip::make_address(name, no_address);
    if (!no_address) {
      endpoints_.emplace_back(address, url_.port);
      return connect();
    }
    const auto known = shared_->names.find(url_.host);
    if (known != shared_->names.end() && Clock::now() - known->second.since < name_lasts) return use(known->second);
    look_up();
  }

  void look_up() {
    resolver_.emplace(shared_->loop);
    resolver_->async_resolve(url_.host, "", tcp::resolver::address_configured,
                             [self = shared_from_this()](error_code ec, const tcp::resolver::results_type& found) {
                               self->looked_up(ec, found);
                             });
  }

  void looked_up(error_code ec, const tcp::resolver::results_type& found) {
    auto& names = shared_->names;
    if (!ec && !found.empty()) {
      if (names.size() >= most_names && !names.contains(url_.host)) names.erase(names.begin());
      Known& known = names[url_.host];
      known.where.assign(found.begin(), found.end());
      known.since = Clock::now();
    }
    if (!done_) return;
    const auto known = names.find(url_.host);
    if (known == names.end()) {
      return finish(Outcome::unreachable,
                    fmt::format("The name \"{}\" is not known here ({}).", url_.host, ec.message()));
    }
    use(known->second);
  }

  void use(const Known& known) {
    for (tcp::endpoint where : known.where) {
      where.port(url_.port);
      endpoints_.push_back(where);
    }
    connect();
  }

  /// Tries one address after the other; each has its share of the time that is left.
  void connect() {
    const auto left = deadline_ - Clock::now();
    const auto untried = static_cast<int>(endpoints_.size() - next_);
    error_code ignored;
    socket_.close(ignored);
    socket_.async_connect(endpoints_[next_++], [self = shared_from_this()](error_code ec) {
      if (self->done_) self->connected(ec);
    });
    if (untried < 2) return;
    slice_.expires_after(left / untried);
    slice_.async_wait([self = shared_from_this(), attempt = ++attempts_](error_code stopped) {
      error_code ec;
      if (!stopped && self->done_ && attempt == self->attempts_) self->socket_.close(ec);
    });
  }

  void connected(error_code ec) {
    ++attempts_;  // the timer's handler may be queued already
    slice_.cancel();
    if (ec && next_ < endpoints_.size()) return connect();
    if (ec) {
      // Its address may have changed.
      if (const auto known = shared_->names.find(url_.host); known != shared_->names.end())
        known->second.since -= name_lasts;
      return finish(Outcome::unreachable, fmt::format("{} cannot be reached: {}.", url_.authority(), ec.message()));
    }
    request_ = fmt::format(
        "{} {} HTTP/1.1\r\nHost: {}\r\nUser-Agent: twcmanager\r\nAccept: */*\r\n"
        "Accept-Encoding: identity\r\nConnection: close\r\n",
        json_ ? "POST" : "GET", url_.target, url_.authority());
    if (!url_.credentials.empty()) {
      fmt::format_to(std::back_inserter(request_), "Authorization: Basic {}\r\n", url_.credentials);
    }
    if (json_) {
      fmt::format_to(std::back_inserter(request_), "Content-Type: application/json\r\nContent-Length: {}\r\n", json_->size());
    }
    request_ += "\r\n";
    if (json_) request_ += *json_;
    asio::async_write(socket_, asio::buffer(request_), then(&Exchange::asked));
  }

  void asked(error_code) {
    // A device may answer and close before it has read everything: what it said counts, so an error shows when reading.
    buffer_.clear();
    parser_.emplace();
    parser_->header_limit(longest_header);
    parser_->body_limit(longest_reply);
    beast::http::async_read(socket_, buffer_, *parser_, then(&Exchange::answered));
  }

  void answered(error_code ec) {
    using beast::http::error;
    if (ec == error::body_limit || ec == error::header_limit || ec == error::buffer_overflow) {
      return finish(Outcome::too_large,
                    fmt::format("{} answered with more than {} KiB.", url_.authority(), longest_reply / 1024),
                    parser_->get().result_int());
    }
    if (ec) {
      const bool silent = ec == error::end_of_stream || ec == asio::error::eof || ec == asio::error::connection_reset;
      return finish(Outcome::unreachable,
                    silent ? fmt::format("{} closed the connection without an answer.", url_.authority())
                           : fmt::format("{} did not answer in HTTP: {}.", url_.authority(), ec.message()));
    }
    auto& message = parser_->get();
    const int status = static_cast<int>(message.result_int());
    if (json_ || !is_redirect(status) || message[Field::location].empty()) {
      return finish(Outcome::answered, {}, status, std::move(message.body()));
    }
    if (++redirects_ > most_redirects) {
      return finish(Outcome::unreachable,
                    fmt::format("{} redirects more than {} times.", url_.authority(), most_redirects), status);
    }
    auto next = follow(url_, view(message[Field::location]));
    if (!next) {
      return finish(Outcome::unreachable,
                    fmt::format("{} redirects to a wrong address: {}.", url_.authority(), next.error().text), status);
    }
    ask(std::move(*next));
  }

  std::shared_ptr<Shared> shared_;
  core::Duration patience_;
  Clock::time_point deadline_;
  Done done_;
  tcp::socket socket_;
  asio::steady_timer overall_;
  asio::steady_timer slice_;
  std::optional<tcp::resolver> resolver_;
  beast::flat_buffer buffer_{longest_header + 64 * 1024};
  std::optional<Parser> parser_;
  std::vector<tcp::endpoint> endpoints_;
  std::size_t next_ = 0;
  Url url_;
  std::optional<std::string> json_;   // of a POST
  std::string request_;
  int redirects_ = 0;
  int attempts_ = 0;
};

Client::Client(asio::io_context& loop) : shared_(std::make_shared<Shared>(loop)) {}

Client::~Client() {
  const auto all = shared_->pending;
  for (Exchange* each : all) each->abandon();
}

void Client::get(std::string_view url, core::Duration patience, Done done) {
  std::make_shared<Exchange>(shared_, patience, std::move(done))->start(std::string(url));
}

void Client::post(std::string_view url, std::string json, core::Duration patience, Done done) {
  std::make_shared<Exchange>(shared_, patience, std::move(done))->start(std::string(url), std::move(json));
}

std::size_t Client::pending() const {
  return shared_->pending.size();
}

}  // namespace shell::http
