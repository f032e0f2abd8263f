// Asks devices for registers, on the loop's own thread (spec/energy-sources §4.5).
//
// The problem: many devices let one client in and no more, need a second of rest before and between requests, forget
// idle connections, answer late, or say that they are busy; and several sources are read from one device. The idea:
// each device has one way to it, which is kept open, and one queue. A question is a whole round of a RegisterWalk: as
// many requests as it takes within one patience. Whatever happens, its callback comes once. Connecting is not tried on
// and on: whoever asks decides when to ask again.
//
// Frames are our own (docs/decisions/0024).
#pragma once

#include <functional>
#include <memory>
#include <string>

#include "core/meter/desk.hpp"
#include "wire/modbus.hpp"
#include "wire/register_walk.hpp"

namespace boost::asio {
class io_context;
}

namespace shell {

struct ModbusQuestion {
  std::string device;  ///< see modbus_device.hpp
  std::uint8_t unit = 1;
  wire::RegisterKind kind = wire::RegisterKind::holding;
  core::Duration connect_pause{};            ///< from connecting to the first request
  core::Duration pause{};                    ///< from an answer to the next request
  core::Duration patience{};                 ///< from its turn at the device to the end of the round
  std::shared_ptr<wire::RegisterWalk> walk;  ///< of the source; its round is begun here
};

struct ModbusReply {
  core::meter::Reply::Outcome outcome = core::meter::Reply::Outcome::unreachable;
  std::string body{};     ///< when answered: wire::text_of(the walk's registers)
  std::string trouble{};  ///< else one sentence, which names the device
  core::Duration waited{};  ///< for the questions before it
};

class ModbusClient {
 public:
  using Done = std::function<void(ModbusReply)>;

  /// A way that nobody asks over is closed after `idle`.
  explicit ModbusClient(boost::asio::io_context& loop, core::Duration idle = std::chrono::minutes(5));
  /// Drops what is under way; no callback comes after it. Must happen before the loop is destroyed.
  ~ModbusClient();
  ModbusClient(const ModbusClient&) = delete;
  ModbusClient& operator=(const ModbusClient&) = delete;

  /// `done` is called exactly once, later on the loop's thread: at the latest when the patience of this question and of
  /// those before it at the same device has ended.
  void ask(ModbusQuestion question, Done done);

  /// Devices that are being asked, or were not long ago.
  [[nodiscard]] std::size_t devices() const;

 private:
  struct Shared;
  std::shared_ptr<Shared> shared_;
};

}  // namespace shell
