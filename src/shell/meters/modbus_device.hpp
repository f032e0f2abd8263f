// Where a device that speaks Modbus is, as it stands in the files of meters.
//
//   tcp://192.168.1.9:502                              Modbus TCP; the port may be left out
//   rtu+tcp://192.168.1.9:4196                         frames of a line through a gateway that does not translate them
//   serial:/dev/ttyUSB1?baud=9600&parity=even&stop=1   a line; what is not said is like this, but parity=none
//   goodwe://192.168.1.9:8899                          frames of a line in datagrams
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/result.hpp"
#include "shell/serial/port.hpp"
#include "wire/modbus.hpp"

namespace shell {

struct ModbusDevice {
  enum class Via : std::uint8_t { tcp, line, datagrams };
  Via via = Via::tcp;
  wire::ModbusFraming framing = wire::ModbusFraming::tcp;
  std::string place;  ///< a name or address without brackets; of a line the path of its port
  std::uint16_t port = 502;
  int baud = 9600;
  Line line{};
  bool operator==(const ModbusDevice&) const = default;
};

/// The fault (user) says which part is wrong and how it is written.
[[nodiscard]] base::Result<ModbusDevice> read_modbus_device(std::string_view text);

/// For people: "192.168.1.9:502", "[fe80::1]:502", "/dev/ttyUSB1".
[[nodiscard]] std::string print(const ModbusDevice& device);

}  // namespace shell
