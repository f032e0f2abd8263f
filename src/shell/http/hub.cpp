#include "shell/http/hub.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <boost/asio/ip/tcp.hpp>

#include "shell/http/connection.hpp"
#include "shell/http/gate.hpp"

namespace shell::http {
namespace {

/// The place of one that gives way is free when its handlers have run, a moment later: so many may be between.
constexpr std::size_t slack = 64;
/// So many are told at once that there is no place.
constexpr std::size_t most_departing = 64;
/// Bodies that are read at once. With the limit of their size this is what strangers can make us keep.
constexpr std::size_t most_bodies = 64;

std::string machine_name() {
  std::array<char, 256> name{};
  if (gethostname(name.data(), name.size() - 1) != 0) return {};
  return name.data();
}

}  // namespace

Seat::Seat(Hub& hub, Row& row, Guest& guest, std::string_view client) : hub_(&hub), row_(&row), guest_(&guest) {
  client_ = hub.clients_.try_emplace(std::string{client}, 0).first;
  ++client_->second;
  place_ = row.insert(row.end(), this);
}

Seat::Seat(Seat&& other, Guest& heir) noexcept
    : hub_(other.hub_),
      row_(std::exchange(other.row_, nullptr)),
      guest_(&heir),
      client_(other.client_),
      place_(other.place_) {
  *place_ = this;
}

Seat::~Seat() {
  if (row_ == nullptr) return;
  row_->erase(place_);
  if (--client_->second == 0) hub_->clients_.erase(client_);
}

Hub::Hub(asio::io_context& loop, ServerConfig config, Routes routes, Say say)
    : config_(std::move(config)),
      routes_(std::move(routes)),
      say_(std::move(say)),
      machine_(machine_name()),
      timer_(loop.get_executor()),
      handshakes_(loop, config_.handshake_pause) {}

void Hub::close() {
  closed_ = true;
  timer_.cancel();
  handshakes_.close();
  for (const Seat* each : seats_) each->guest().close();
  for (const Seat* each : departing_) each->guest().close();
}

bool Hub::knows(std::string_view host) const {
  return host_is_ours(host, machine_, config_.names);
}

Answer Hub::answer(const Request& request) const {
  try {
    return routes_(request);
  } catch (const std::exception& problem) {
    return refuse(500, fmt::format("The program failed to answer: {}.", problem.what()));
  }
}

std::string_view Hub::date_line() {
  const std::time_t now = std::time(nullptr);
  if (now == dated_) return date_;
  dated_ = now;
  std::tm civil{};
  gmtime_r(&now, &civil);
  std::array<char, 64> text{};
  const std::size_t size = std::strftime(text.data(), text.size(), "Date: %a, %d %b %Y %H:%M:%S GMT\r\n", &civil);
  date_.assign(text.data(), size);
  return date_;
}

void Hub::welcome(Socket socket, Peer peer) {
  const bool room = seats_.size() < config_.most_connections ||
                    (seats_.size() < config_.most_connections + slack && make_room(peer.client));
  if (!room && tls() != nullptr && !peer.local) return;  // a word would cost a handshake
  if (!room && departing_.size() >= 2 * most_departing) return;  // a flood: closes it without a word
  if (!room && departing_.size() >= most_departing) departing_.front()->guest().close();  // had its answer long ago
  const auto connection = std::make_shared<Connection>(shared_from_this(), Stream(std::move(socket)), std::move(peer),
                                                       room ? seats_ : departing_);
  room ? connection->start() : connection->turn_away();
}

bool Hub::make_room(std::string_view client) {
  const auto now = Clock::now();
  const auto own = clients_.find(client);
  std::size_t most = own == clients_.end() ? 0 : own->second;
  const Seat* gives_way = nullptr;
  Yields how = Yields::no;
  for (const Seat* each : seats_) {
    if (each->shared() < most || (each->shared() == most && how == Yields::yes)) continue;
    const Yields yields = each->guest().yields(now);
    if (yields == Yields::no || (each->shared() == most && yields <= how)) continue;
    gives_way = each;
    most = each->shared();
    how = yields;
  }
  if (gives_way != nullptr) gives_way->guest().close();
  return gives_way != nullptr;
}

bool Hub::may_read_body() const {
  const auto reads = [](const Seat* each) { return each->guest().reads_body(); };
  if (static_cast<std::size_t>(std::count_if(seats_.begin(), seats_.end(), reads)) < most_bodies) return true;
  const auto now = Clock::now();
  const auto slow = std::find_if(seats_.begin(), seats_.end(), [&](const Seat* each) {
    return reads(each) && each->guest().yields(now) == Yields::yes;
  });
  if (slow == seats_.end()) return false;
  (*slow)->guest().close();
  return true;
}

void Hub::watch(Clock::time_point until) {
  if (until >= rings_ || closed_) return;
  rings_ = until;
  timer_.expires_at(until);
  timer_.async_wait([self = shared_from_this()](error_code stopped) {
    if (!stopped && !self->closed_) self->look_at_times();
  });
}

void Hub::look_at_times() {
  const auto now = Clock::now();
  auto next = Clock::time_point::max();
  for (const Seat::Row* row : {&seats_, &departing_}) {
    for (const Seat* each : *row) {
      Guest& guest = each->guest();
      if (guest.until() <= now) guest.close();
      else next = std::min(next, guest.until());
    }
  }
  rings_ = Clock::time_point::max();
  if (next < rings_) watch(next);
}

}  // namespace shell::http
