#include "shell/meters/modbus_line.hpp"

#include <fmt/format.h>
#include <netinet/in.h>
#include <netinet/tcp.h>

#include <array>
#include <boost/asio/buffer.hpp>
#include <boost/asio/connect.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ip/udp.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/write.hpp>
#include <deque>
#include <optional>
#include <utility>

#include "shell/serial/tty.hpp"

namespace shell {
namespace {

namespace asio = boost::asio;
using boost::system::error_code;
using Bytes = std::vector<std::uint8_t>;

/// What all of them have: events until they are closed, and a buffer to read into.
class AnyLine : public ModbusLine {
 public:
  AnyLine(ModbusDevice device, Events events) : device_(std::move(device)), events_(std::move(events)) {}

 protected:
  [[nodiscard]] bool open_for_events() const { return static_cast<bool>(events_.opened); }
  void silence() { events_ = {}; }
  void tell_opened() const {
    if (const auto opened = events_.opened) opened();
  }
  void tell_heard(std::size_t count) {
    heard_ += count;
    if (const auto heard = events_.heard) heard(std::span(buffer_).first(count));
  }
  void tell_lost(std::string why) {
    const auto lost = events_.lost;
    close();
    if (lost) lost(std::move(why));
  }
  [[nodiscard]] std::string nobody(const std::string& why) const {
    return fmt::format("Nobody answers at {} ({}); check its address, and that Modbus is switched on at the device.",
                       print(device_), why);
  }
  [[nodiscard]] std::string unknown_name(const std::string& why) const {
    return fmt::format("The name \"{}\" is not known here ({}).", device_.place, why);
  }
  [[nodiscard]] std::string service() const { return std::to_string(device_.port); }

  ModbusDevice device_;
  std::array<std::uint8_t, 512> buffer_{};
  std::size_t heard_ = 0;

 private:
  Events events_;
};

/// Reading and writing of what is a stream: frames one after the other, as long as nobody has closed it.
template <class Stream>
class StreamLine : public AnyLine {
 public:
  StreamLine(asio::io_context& loop, const ModbusDevice& device, Events events)
      : AnyLine(device, std::move(events)), stream_(loop) {}

  void send(Bytes frame) final {
    frames_.push_back(std::move(frame));
    if (frames_.size() == 1) write();
  }

 protected:
  [[nodiscard]] virtual std::string why_gone(error_code error) const = 0;

  void read(const std::shared_ptr<StreamLine>& self) {
    stream_.async_read_some(asio::buffer(buffer_), [self](error_code error, std::size_t count) {
      if (!self->open_for_events()) return;
      if (error) return self->tell_lost(self->why_gone(error));
      self->tell_heard(count);
      if (self->open_for_events()) self->read(self);
    });
  }

  Stream stream_;
  std::weak_ptr<StreamLine> self_;

 private:
  void write() {
    asio::async_write(stream_, asio::buffer(frames_.front()), [self = self_.lock()](error_code error, std::size_t) {
      if (!self->open_for_events()) return;
      if (error) return self->tell_lost(self->why_gone(error));
      self->frames_.pop_front();
      if (!self->frames_.empty()) self->write();
    });
  }

  std::deque<Bytes> frames_;
};

class TcpLine final : public StreamLine<asio::ip::tcp::socket> {
 public:
  static std::shared_ptr<TcpLine> make(asio::io_context& loop, const ModbusDevice& device, Events events) {
    auto line = std::make_shared<TcpLine>(loop, device, std::move(events));
    line->self_ = line;
    return line;
  }
  TcpLine(asio::io_context& loop, const ModbusDevice& device, Events events)
      : StreamLine(loop, device, std::move(events)), resolver_(loop) {}

  void open() override {
    const auto self = std::static_pointer_cast<TcpLine>(self_.lock());
    error_code no_address;
    const std::string name = device_.place == "localhost" ? "127.0.0.1" : device_.place;
    const auto address = asio::ip::make_address(name, no_address);
    if (!no_address) return dial(self, {{address, device_.port}});
    resolver_.async_resolve(device_.place, service(), asio::ip::tcp::resolver::numeric_service,
                            [self](error_code error, const asio::ip::tcp::resolver::results_type& found) {
                              if (!self->open_for_events()) return;
                              if (error) return self->tell_lost(self->unknown_name(error.message()));
                              self->dial(self, {found.begin(), found.end()});
                            });
  }
  void close() override {
    silence();
    resolver_.cancel();
    error_code ignored;
    stream_.close(ignored);
  }

 private:
  void dial(const std::shared_ptr<TcpLine>& self, std::vector<asio::ip::tcp::endpoint> where) {
    auto endpoints = std::make_shared<std::vector<asio::ip::tcp::endpoint>>(std::move(where));
    asio::async_connect(stream_, *endpoints, [self, endpoints](error_code error, const asio::ip::tcp::endpoint&) {
      if (!self->open_for_events()) return;
      if (error) return self->tell_lost(self->nobody(error.message()));
      // A device that loses its power says nothing; its connection is kept for a long time.
      const auto set = [fd = self->stream_.native_handle()](int level, int name, int value) {
        ::setsockopt(fd, level, name, &value, sizeof value);
      };
      set(IPPROTO_TCP, TCP_NODELAY, 1);
      set(SOL_SOCKET, SO_KEEPALIVE, 1);
      set(IPPROTO_TCP, TCP_KEEPIDLE, 30);
      self->read(self);
      self->tell_opened();
    });
  }
  [[nodiscard]] std::string why_gone(error_code error) const override {
    if (heard_ == 0)
      return fmt::format(
          "{} closed the connection without an answer; it may already have the one client that it allows.",
          print(device_));
    return fmt::format("{} closed the connection ({}).", print(device_), error.message());
  }

  asio::ip::tcp::resolver resolver_;
};

class SerialLine final : public StreamLine<asio::posix::stream_descriptor> {
 public:
  static std::shared_ptr<SerialLine> make(asio::io_context& loop, const ModbusDevice& device, Events events) {
    auto line = std::make_shared<SerialLine>(loop, device, std::move(events));
    line->self_ = line;
    return line;
  }
  SerialLine(asio::io_context& loop, const ModbusDevice& device, Events events)
      : StreamLine(loop, device, std::move(events)), loop_(loop) {}

  void open() override {
    asio::post(loop_, [self = std::static_pointer_cast<SerialLine>(self_.lock())] {
      if (!self->open_for_events()) return;
      const ModbusDevice& device = self->device_;
      auto port = open_tty(device.place, device.baud, Speech::allowed, device.line,
                           "the device of this meter in the configuration");
      if (!port) return self->tell_lost(port.error().text + ".");
      // Asio closes the copy that it is given; the lock goes with that too.
      error_code error;
      self->stream_.assign(::dup(port->get()), error);
      if (error) return self->tell_lost(fmt::format("{} cannot be watched: {}.", device.place, error.message()));
      self->read(self);
      self->tell_opened();
    });
  }
  void close() override {
    silence();
    error_code ignored;
    stream_.close(ignored);
  }

 private:
  [[nodiscard]] std::string why_gone(error_code error) const override {
    return fmt::format("{} is gone ({}); plug in the adapter.", device_.place, error.message());
  }

  asio::io_context& loop_;
};

class DatagramLine final : public AnyLine, public std::enable_shared_from_this<DatagramLine> {
 public:
  DatagramLine(asio::io_context& loop, const ModbusDevice& device, Events events)
      : AnyLine(device, std::move(events)), loop_(loop), resolver_(loop) {}

  void open() override {
    resolver_.async_resolve(
        device_.place, service(), asio::ip::udp::resolver::numeric_service,
        [self = shared_from_this()](error_code error, const asio::ip::udp::resolver::results_type& found) {
          if (!self->open_for_events()) return;
          if (error || found.empty()) return self->tell_lost(self->unknown_name(error.message()));
          self->to_ = found.begin()->endpoint();
          self->tell_opened();
        });
  }
  void send(Bytes frame) override {
    error_code error;
    if (!socket_ || frame != last_) {
      if (socket_) socket_->close(error);
      socket_ = std::make_shared<asio::ip::udp::socket>(loop_);
      socket_->open(to_.protocol(), error);
      if (!error) socket_->connect(to_, error);
      if (!error) receive();
    }
    last_ = std::move(frame);
    if (!error) socket_->send(asio::buffer(last_), 0, error);
    if (error)
      asio::post(loop_, [self = shared_from_this(), error] { self->tell_lost(self->nobody(error.message())); });
  }
  void close() override {
    silence();
    resolver_.cancel();
    error_code ignored;
    if (socket_) socket_->close(ignored);
  }

 private:
  void receive() {
    socket_->async_receive(asio::buffer(buffer_),
                           [self = shared_from_this(), socket = socket_](error_code error, std::size_t count) {
                             if (!self->open_for_events() || socket != self->socket_) return;
                             if (error) return self->tell_lost(self->nobody(error.message()));
                             self->tell_heard(count);
                             if (self->open_for_events() && socket == self->socket_) self->receive();
                           });
  }

  asio::io_context& loop_;
  asio::ip::udp::resolver resolver_;
  asio::ip::udp::endpoint to_;
  std::shared_ptr<asio::ip::udp::socket> socket_;
  Bytes last_;
};

}  // namespace

std::shared_ptr<ModbusLine> make_modbus_line(asio::io_context& loop, const ModbusDevice& device,
                                             ModbusLine::Events events) {
  switch (device.via) {
    case ModbusDevice::Via::tcp: return TcpLine::make(loop, device, std::move(events));
    case ModbusDevice::Via::line: return SerialLine::make(loop, device, std::move(events));
    case ModbusDevice::Via::datagrams: return std::make_shared<DatagramLine>(loop, device, std::move(events));
  }
  return nullptr;
}

}  // namespace shell
