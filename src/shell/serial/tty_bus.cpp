// A serial device or pty as a Bus.
#include "shell/serial/link.hpp"
#include "shell/serial/tty.hpp"

namespace shell {
namespace {

class TtyBus final : public Link {
 public:
  TtyBus(asio::io_context& io, BusSettings settings, BusEvents events)
      : Link(io, std::move(settings), std::move(events)) {}
  ~TtyBus() override { close(); }

 private:
  void attempt() override {
    auto opened = open_tty(settings_.place, settings_.baud, settings_.speech, settings_.line, settings_.key);
    if (opened) established(std::move(*opened));
    else failed(opened.error().text);
  }
  void abandon() override {}
  void part_with(const Descriptor& tty, Parting how) override {
    finish_output(tty, how == Parting::orderly ? 100ms : 0ms);
  }
  bool current(const Descriptor& tty) const override { return still_there(tty, settings_.place); }
};

}  // namespace

std::unique_ptr<Bus> make_tty(asio::io_context& io, BusSettings settings, BusEvents events) {
  return std::make_unique<TtyBus>(io, std::move(settings), std::move(events));
}

}  // namespace shell
