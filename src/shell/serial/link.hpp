// What every transport has in common, once it has a descriptor: reading, writing, watching, losing, trying again.
//
// A descriptor is known to the reactor only while it is watched: Asio's is edge-triggered and would wake for every byte
// even when nobody waits for it. Handing it over and back costs two cheap calls; a wake-up costs far more.
#pragma once

#include <boost/asio/io_context.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <boost/asio/steady_timer.hpp>

#include <concepts>
#include <optional>

#include "base/bounded.hpp"
#include "shell/serial/bus.hpp"
#include "shell/serial/descriptor.hpp"
#include "shell/serial/telnet.hpp"

namespace shell {

namespace asio = boost::asio;

/// Whoever derives calls close() in its destructor, while its own parts still exist.
class Link : public Bus {
 public:
  void open() final;
  void write(const wire::Outgoing& frame) final;
  [[nodiscard]] std::size_t read(std::span<std::uint8_t> into) final;
  void watch(bool wanted) final;
  void close() final;
  [[nodiscard]] std::uint64_t dropped() const final { return dropped_; }

 protected:
  Link(asio::io_context& io, BusSettings settings, BusEvents events);

  /// Tries to get a descriptor; ends, now or later, in `established` or `failed`.
  virtual void attempt() = 0;
  /// Gives up whatever `attempt` has begun.
  virtual void abandon() = 0;
  /// Before the descriptor is closed: in order (the last frame is still to leave) or because the line is gone.
  enum class Parting : std::uint8_t { orderly, lost };
  virtual void part_with(const Descriptor&, Parting) = 0;
  /// False when the descriptor no longer is what the settings name. Asked now and then while nothing is heard.
  [[nodiscard]] virtual bool current(const Descriptor&) const { return true; }
  /// Whether a lost line calls for new attempts by us (a listener just goes on listening).
  [[nodiscard]] virtual bool dials() const { return true; }

  void established(Descriptor descriptor);
  void failed(std::string why);
  /// The line is gone: closed at once, told a moment later.
  void lose(std::string why);

  /// Wraps what is run later: nothing happens when this link has been closed or destroyed meanwhile.
  template <class F>
  auto later(F&& f) {
    return [alive = std::weak_ptr<int>(alive_), f = std::forward<F>(f)](auto&&... args) mutable
             requires std::invocable<F&, decltype(args)...>
    {
      if (!alive.expired()) f(std::forward<decltype(args)>(args)...);
    };
  }

  asio::io_context& io_;
  const BusSettings settings_;

 private:
  void announce();
  void retry_later();
  void arm();
  void disarm();
  void gathered();
  void converse();
  bool put(std::span<const std::uint8_t> bytes);
  bool congested() const;
  void look_for_replacement();

  BusEvents events_;
  std::shared_ptr<int> alive_;   // renewed by open(): what was begun before a close() stays without effect
  Descriptor descriptor_;
  asio::posix::stream_descriptor watcher_;
  asio::steady_timer gather_;
  asio::steady_timer retry_;
  std::optional<Telnet> telnet_;
  base::Bounded<std::uint8_t, 1024> unsent_;   // the tail of what was written in part
  std::string told_;
  Duration pause_;
  std::chrono::steady_clock::time_point since_;
  std::chrono::steady_clock::time_point heard_;
  std::uint64_t dropped_ = 0;
  unsigned watch_ = 0;    // which watch a notice belongs to
  bool opened_ = false;   // `opened` has been told
  bool wanted_ = false;
  bool armed_ = false;
  bool gathering_ = false;
  bool unanswered_ = false;   // something was written since the last byte came
};

[[nodiscard]] std::unique_ptr<Bus> make_tty(asio::io_context&, BusSettings, BusEvents);
[[nodiscard]] std::unique_ptr<Bus> make_client(asio::io_context&, BusSettings, BusEvents);
[[nodiscard]] std::unique_ptr<Bus> make_listener(asio::io_context&, BusSettings, BusEvents);

}  // namespace shell
