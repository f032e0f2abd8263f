#include "shell/http/client.hpp"

#include <fmt/format.h>

#include <boost/asio/buffer.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/write.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/core/string.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/read.hpp>
#include <boost/beast/http/string_body.hpp>
#include <map>
#include <optional>
#include <unordered_set>
#include <utility>
#include <vector>

#include "shell/http/gunzip.hpp"
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
  Exchange(std::shared_ptr<Shared> shared, Question question, Done done)
      : shared_(std::move(shared)),
        question_(std::move(question)),
        deadline_(Clock::now() + question_.patience),
        done_(std::move(done)),
        socket_(shared_->loop),
        overall_(shared_->loop),
        slice_(shared_->loop) {
    shared_->pending.insert(this);
  }
  ~Exchange() { shared_->pending.erase(this); }
  Exchange(const Exchange&) = delete;
  Exchange& operator=(const Exchange&) = delete;

  void start() {
    overall_.expires_at(deadline_);
    overall_.async_wait([self = shared_from_this()](error_code stopped) {
      if (!stopped) self->finish(Outcome::timed_out, self->late());
    });
    // Never calls back from within send().
    asio::post(shared_->loop, [self = shared_from_this()] {
      auto parsed = parse_url(self->question_.url);
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
                       base::seconds_of(question_.patience));
  }

  void stop() {
    error_code ignored;
    socket_.close(ignored);
    overall_.cancel();
    slice_.cancel();
    if (resolver_) resolver_->cancel();
  }

  void finish(Outcome outcome, std::string trouble, int status = 0) {
    Reply reply;
    reply.outcome = outcome;
    reply.status = status;
    reply.trouble = std::move(trouble);
    finish(std::move(reply));
  }
  void finish(Reply reply) {
    if (!done_) return;
    const Done done = std::exchange(done_, nullptr);
    stop();
    shared_->pending.erase(this);
    done(std::move(reply));
  }

  void ask(Url url) {
    url_ = std::move(url);
    if (url_.secure) {
      return finish(Outcome::unreachable,
                    fmt::format("{} leads from http to https; write the https address into the configuration.",
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
    request_ = written();
    asio::async_write(socket_, asio::buffer(request_), then(&Exchange::asked));
  }

  /// Headers of the question go to the host that was asked, and not to where it sends us.
  [[nodiscard]] std::string written() const {
    std::string text = fmt::format(
        "{} {} HTTP/1.1\r\nHost: {}\r\nUser-Agent: twcmanager\r\nAccept: */*\r\n"
        "Accept-Encoding: gzip\r\nConnection: close\r\n",
        words(question_.verb), url_.target, url_.authority());
    const bool same_host = redirects_ == 0 || url_.authority() == asked_authority_;
    if (!url_.credentials.empty()) {
      text += fmt::format("Authorization: Basic {}\r\n", url_.credentials);
    } else if (question_.access == Access::basic && same_host) {
      text += fmt::format("Authorization: Basic {}\r\n", base64(question_.user + ':' + question_.password));
    }
    for (const auto& [name, value] : question_.headers) {
      if (same_host) text += fmt::format("{}: {}\r\n", name, value);
    }
    if (question_.verb != Verb::get) text += fmt::format("Content-Length: {}\r\n", question_.body.size());
    text += "\r\n";
    if (question_.verb != Verb::get) text += question_.body;
    return text;
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
    if (question_.verb != Verb::get || !is_redirect(status) || message[Field::location].empty()) return whole(status);
    if (redirects_ == 0) asked_authority_ = url_.authority();
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

  void whole(int status) {
    auto& message = parser_->get();
    Reply reply;
    reply.outcome = Outcome::answered;
    reply.status = status;
    reply.body = std::move(message.body());
    if (beast::iequals(message[Field::content_encoding], "gzip")) {
      auto unpacked = gunzip(reply.body, longest_reply);
      if (!unpacked) return finish(Outcome::too_large, fmt::format("{} answered with {}.", url_.authority(), unpacked.error().text), status);
      reply.body = std::move(*unpacked);
    }
    reply.retry_after = retry_after(view(message[Field::retry_after]));
    const auto cookies = message.equal_range(Field::set_cookie);
    for (auto each = cookies.first; each != cookies.second; ++each) reply.cookies.emplace_back(view(each->value()));
    finish(std::move(reply));
  }

  std::shared_ptr<Shared> shared_;
  Question question_;
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
  std::string asked_authority_;   // that was asked first
  std::string request_;
  int redirects_ = 0;
  int attempts_ = 0;
};

Client::Client(asio::io_context& loop) : shared_(std::make_shared<Shared>(loop)) {}

Client::~Client() {
  const auto all = shared_->pending;
  for (Exchange* each : all) each->abandon();
}

bool Client::speaks(const Question& question) {
  const auto url = parse_url(question.url);
  return question.access != Access::digest && !(url && url->secure);
}

void Client::send(Question question, Done done) {
  std::make_shared<Exchange>(shared_, std::move(question), std::move(done))->start();
}

std::size_t Client::pending() const {
  return shared_->pending.size();
}

}  // namespace shell::http
