// The transport to the RS-485 line: whatever the port is, one small interface.
//
// The problem: adapters are unplugged, ptys are closed by their other side, TCP peers vanish without a word. The idea:
// a Bus is opened once and then tries for ever, with pauses that grow; it says when the line is there and when it is
// gone, and what is written meanwhile is dropped, because an old frame must never reach a connector late
// (spec/twc-protocol §1.9). Bytes leave only as wire::Outgoing.
//
// Reading is the caller's initiative: a port that is watched byte by byte wakes the processor 16 times a frame. Nothing
// watches the port until `watch(true)`; then one notice comes per burst, `gather` after its first byte.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <string>

#include "shell/serial/port.hpp"
#include "wire/permit.hpp"

namespace boost::asio {
class io_context;
}

namespace shell {

/// What a Bus tells. Called from the io_context only, never from within a call to the Bus, so they may call it.
struct BusEvents {
  std::function<void(bool networked)> opened;    ///< there and empty
  std::function<void(std::string why)> closed;   ///< was open, is gone; attempts follow by themselves
  std::function<void(std::string why)> waiting;  ///< an attempt failed; told once per reason
  std::function<void()> readable;                ///< bytes came while watched; read them
};

class Bus {
 public:
  virtual ~Bus() = default;
  /// Starts; tries again for ever until close().
  virtual void open() = 0;
  /// Writes whole frames or nothing. Dropped when closed, when `listen_only`, and when the last 256 bytes have not left.
  virtual void write(const wire::Outgoing& frame) = 0;
  /// What is there now, up to the size of `into`; 0: nothing.
  [[nodiscard]] virtual std::size_t read(std::span<std::uint8_t> into) = 0;
  /// Whether `readable` is told. While it is false the port wakes nobody.
  virtual void watch(bool wanted) = 0;
  /// Ends for good; no event follows.
  virtual void close() = 0;
  /// Frames that were dropped although the line was open.
  [[nodiscard]] virtual std::uint64_t dropped() const = 0;
};

[[nodiscard]] std::unique_ptr<Bus> make_bus(boost::asio::io_context& io, BusSettings settings, BusEvents events);

}  // namespace shell
