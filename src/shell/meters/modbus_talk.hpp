// The conversation with one device: one question after the other, over one way that is kept (see modbus_client.hpp).
//
//   turn      the first of the queue; connects where there is no way
//   request   one block of its walk; busy (4, 6) is asked again after a second; on a line and over datagrams, where
//             things get lost, also what was not answered within a second
//   lost      a way that was kept from before may have been forgotten by the device: it is opened once more
#pragma once

#include <boost/asio/steady_timer.hpp>
#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "shell/meters/modbus_client.hpp"
#include "shell/meters/modbus_device.hpp"
#include "shell/meters/modbus_line.hpp"
#include "wire/modbus.hpp"

namespace shell {

class ModbusTalk : public std::enable_shared_from_this<ModbusTalk> {
 public:
  /// After `idle` in which nobody has asked the way is closed, and `over` called.
  ModbusTalk(boost::asio::io_context& loop, ModbusDevice device, core::Duration idle, std::function<void()> over);
  void ask(ModbusQuestion question, ModbusClient::Done done);
  /// Ends without a word.
  void abandon();

 private:
  using Clock = std::chrono::steady_clock;
  using Outcome = core::meter::Reply::Outcome;
  struct Turn {
    ModbusQuestion question;
    ModbusClient::Done done;
    Clock::time_point asked;
  };

  void begin();
  void connect();
  void opened();
  void step();
  void request();
  void unanswered();
  void heard(std::span<const std::uint8_t> bytes);
  void judge(const wire::ModbusAnswer& answer);
  void refused(wire::ModbusRefusal why);
  void lost(const std::string& why);
  void late();
  void finish();
  void fail(Outcome outcome, std::string trouble);
  void end(ModbusReply reply);
  void drop_line();

  /// The one next thing; an earlier one is forgotten.
  void after(core::Duration pause, void (ModbusTalk::*next)());
  [[nodiscard]] core::Duration rest() const;
  [[nodiscard]] std::string who() const;

  boost::asio::io_context& loop_;
  ModbusDevice device_;
  core::Duration idle_;
  std::function<void()> over_;
  std::deque<Turn> queue_;
  bool talking_ = false;  ///< the first of the queue has its turn
  bool gone_ = false;

  std::shared_ptr<ModbusLine> line_;
  bool open_ = false;
  wire::ModbusReader reader_;
  std::uint16_t transaction_ = 0;
  Clock::time_point answered_{};    ///< the last request
  Clock::time_point not_before_{};  ///< the next one

  // This turn.
  bool kept_ = false;            ///< the way is from before, and was not yet opened once more
  bool waiting_ = false;         ///< for an answer
  wire::RegisterBlock block_{};  ///< that was asked for
  int tries_ = 0;                ///< of this request
  Clock::time_point first_try_{}, last_try_{};
  core::Duration waited_{};      ///< for its turn
  int busy_ = 0;

  boost::asio::steady_timer due_;
  std::uint64_t due_number_ = 0;
  boost::asio::steady_timer overall_;
  std::uint64_t turn_ = 0;
};

}  // namespace shell
