#include "shell/meters/modbus_client.hpp"

#include <fmt/format.h>

#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <map>
#include <utility>

#include "shell/meters/modbus_talk.hpp"

namespace shell {

struct ModbusClient::Shared {
  Shared(boost::asio::io_context& the_loop, core::Duration the_idle) : loop(the_loop), idle(the_idle) {}
  boost::asio::io_context& loop;
  core::Duration idle;
  std::map<std::string, std::shared_ptr<ModbusTalk>> talks;  ///< by address, in one of the ways to write it
  bool gone = false;
};

namespace {

/// The same for all ways to write one device.
std::string key_of(const ModbusDevice& device) {
  return fmt::format("{} {} {} {} {}", static_cast<int>(device.framing), print(device), device.baud,
                     static_cast<int>(device.line.parity), device.line.stop_bits);
}

}  // namespace

ModbusClient::ModbusClient(boost::asio::io_context& loop, core::Duration idle)
    : shared_(std::make_shared<Shared>(loop, idle)) {}

ModbusClient::~ModbusClient() {
  shared_->gone = true;
  const auto talks = std::exchange(shared_->talks, {});
  for (const auto& [key, talk] : talks) talk->abandon();
}

std::size_t ModbusClient::devices() const {
  return shared_->talks.size();
}

void ModbusClient::ask(ModbusQuestion question, Done done) {
  base::check(question.walk != nullptr, "a question over Modbus has a walk");
  const auto device = read_modbus_device(question.device);
  if (!device) {
    boost::asio::post(shared_->loop, [shared = shared_, done = std::move(done), why = device.error().text] {
      if (!shared->gone)
        done({core::meter::Reply::Outcome::unreachable, {}, fmt::format("The address is wrong: {}.", why)});
    });
    return;
  }
  const std::string key = key_of(*device);
  auto& talk = shared_->talks[key];
  if (!talk) {
    talk = std::make_shared<ModbusTalk>(shared_->loop, *device, shared_->idle, [shared = std::weak_ptr(shared_), key] {
      if (const auto still = shared.lock()) still->talks.erase(key);
    });
  }
  talk->ask(std::move(question), std::move(done));
}

}  // namespace shell
