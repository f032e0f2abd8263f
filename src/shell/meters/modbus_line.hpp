// The way to one device that speaks Modbus: bytes out, bytes in (spec/energy-sources §4.5, §6.7).
//
// TCP, a serial line and datagrams differ in how they are opened and lost, and in nothing else. Whoever asks over them
// sees this, and in sentences for people why there is no way.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "shell/meters/modbus_device.hpp"

namespace boost::asio {
class io_context;
}

namespace shell {

class ModbusLine {
 public:
  /// Told from the loop, never from within a call; after `lost` nothing more.
  struct Events {
    std::function<void()> opened;
    std::function<void(std::string why)> lost;  ///< could not be opened, or is gone: one sentence with its remedy
    std::function<void(std::span<const std::uint8_t>)> heard;
  };

  virtual ~ModbusLine() = default;
  virtual void open() = 0;
  /// A frame; only while open. A datagram that is not the former one again leaves from another port, so that a late
  /// answer to the former finds nobody.
  virtual void send(std::vector<std::uint8_t> frame) = 0;
  /// Ends for good; no event follows.
  virtual void close() = 0;
};

[[nodiscard]] std::shared_ptr<ModbusLine> make_modbus_line(boost::asio::io_context& loop, const ModbusDevice& device,
                                                           ModbusLine::Events events);

}  // namespace shell
