// RFC 2217: a serial port behind telnet, seen from the client (spec/twc-protocol §1.9).
//
// Data and commands share one stream: FF opens a command, FF FF is the data byte FF. We ask for binary both ways and for
// the COM-PORT-OPTION, then set speed, 8N1 and no flow control, once. A server that refuses keeps its own settings and is
// used as it is. No I/O here: bytes in, bytes out.
#pragma once

#include <array>
#include <cstdint>
#include <span>

#include "base/bounded.hpp"

namespace shell {

class Telnet {
 public:
  /// `when_spoken_to` says nothing before the server has shown that it speaks telnet: whoever only listens must not
  /// put negotiation bytes on a line whose other end turns out to be a plain socket.
  enum class Opening : std::uint8_t { at_once, when_spoken_to };
  using Replies = base::Bounded<std::uint8_t, 512>;
  static constexpr std::size_t longest_data = 128;
  using Escaped = base::Bounded<std::uint8_t, 2 * longest_data>;

  explicit Telnet(int baud, Opening opening = Opening::at_once);

  /// The first words, right after the connection came about.
  void begin(Replies& replies);
  /// Takes commands out of `bytes` and moves the data to its front; returns how many data bytes there are. Answers are
  /// appended to `replies`; answers that do not fit are not given.
  [[nodiscard]] std::size_t receive(std::span<std::uint8_t> bytes, Replies& replies);
  /// Up to `longest_data` bytes as they go onto the stream.
  [[nodiscard]] static Escaped escape(std::span<const std::uint8_t> data);

  /// True once the server has confirmed every setting, or has refused to be told any.
  [[nodiscard]] bool settled() const;
  /// True when it settled by refusing: the server keeps its own speed.
  [[nodiscard]] bool refused() const { return ours_[com_port] == Side::refused; }
  /// The speed the server says it has; 0: not said.
  [[nodiscard]] std::uint32_t speed() const { return speed_; }

 private:
  enum class Side : std::uint8_t { off, asked, on, refused };
  enum class At : std::uint8_t { data, command, option, sub, sub_command };
  enum Slot : std::uint8_t { binary, go_ahead, com_port, slots };

  static Slot slot_of(std::uint8_t option);
  void say(Replies& replies, std::uint8_t verb, std::uint8_t option);
  void option(std::uint8_t verb, std::uint8_t option, Replies& replies);
  void theirs(Slot slot, bool willing, Replies& replies, std::uint8_t option);
  void ours(Slot slot, bool wanted, Replies& replies, std::uint8_t option);
  void set_line(Replies& replies);
  void sub_ended();

  int baud_;
  Opening opening_;
  bool begun_ = false;
  bool line_set_ = false;
  At at_ = At::data;
  std::uint8_t verb_ = 0;
  std::array<Side, slots> ours_{};
  std::array<Side, slots> theirs_{};
  base::Bounded<std::uint8_t, 16> sub_;
  std::uint8_t confirmed_ = 0;
  std::uint32_t speed_ = 0;
};

}  // namespace shell
