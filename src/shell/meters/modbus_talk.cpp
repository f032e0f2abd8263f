#include "shell/meters/modbus_talk.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <utility>

namespace shell {
namespace {

using namespace std::chrono_literals;
using boost::system::error_code;
using core::Duration;
using wire::ModbusRefusal;

constexpr Duration busy_pause = 1s;
constexpr int most_busy = 3;              // times in a row, of one request
constexpr Duration answer_patience = 1s;  // where frames get lost
constexpr int most_tries = 3;
constexpr std::size_t some_noise = 4;     // bytes: fewer may be a line's own
constexpr std::size_t most_noise = 2000;  // before a device is taken for one that speaks something else

/// How long a line is silent between frames: as long as three and a half characters of eleven bits, at least.
Duration silence_on(const ModbusDevice& device) {
  if (device.via != ModbusDevice::Via::line) return {};
  return Duration{2 + 39 * 1000 / device.baud};
}

}  // namespace

ModbusTalk::ModbusTalk(boost::asio::io_context& loop, ModbusDevice device, Duration idle, std::function<void()> over)
    : loop_(loop),
      device_(std::move(device)),
      idle_(idle),
      over_(std::move(over)),
      reader_(device_.framing),
      due_(loop),
      overall_(loop) {}

void ModbusTalk::ask(ModbusQuestion question, ModbusClient::Done done) {
  queue_.push_back({std::move(question), std::move(done), Clock::now()});
  if (queue_.size() > 1) return;
  // Never calls back from within ask().
  boost::asio::post(loop_, [self = shared_from_this()] { self->begin(); });
}

void ModbusTalk::abandon() {
  gone_ = true;
  queue_.clear();
  due_.cancel();
  overall_.cancel();
  drop_line();
}

void ModbusTalk::after(Duration pause, void (ModbusTalk::*next)()) {
  due_.expires_after(std::max(pause, Duration{}));
  due_.async_wait([self = shared_from_this(), next, number = ++due_number_](error_code stopped) {
    if (!stopped && !self->gone_ && number == self->due_number_) (self.get()->*next)();
  });
}

void ModbusTalk::begin() {
  if (gone_ || talking_ || queue_.empty()) return;
  talking_ = true;
  ++due_number_;  // nobody is idle now
  busy_ = 0;
  waiting_ = false;
  kept_ = line_ != nullptr;
  const ModbusQuestion& question = queue_.front().question;
  waited_ = std::chrono::duration_cast<Duration>(Clock::now() - queue_.front().asked);
  not_before_ = std::max(not_before_, answered_ + question.pause);
  question.walk->begin();
  overall_.expires_after(question.patience);
  overall_.async_wait([self = shared_from_this(), turn = ++turn_](error_code stopped) {
    if (!stopped && !self->gone_ && self->talking_ && turn == self->turn_) self->late();
  });
  if (line_) step();
  else connect();
}

void ModbusTalk::connect() {
  open_ = false;
  waiting_ = false;
  reader_ = wire::ModbusReader(device_.framing);
  const std::weak_ptr<ModbusTalk> weak = weak_from_this();
  ModbusLine::Events events;
  events.opened = [weak] {
    if (const auto self = weak.lock()) self->opened();
  };
  events.heard = [weak](std::span<const std::uint8_t> bytes) {
    if (const auto self = weak.lock()) self->heard(bytes);
  };
  events.lost = [weak](const std::string& why) {
    if (const auto self = weak.lock()) self->lost(why);
  };
  line_ = make_modbus_line(loop_, device_, std::move(events));
  line_->open();
}

void ModbusTalk::opened() {
  open_ = true;
  if (!talking_) return;
  not_before_ = Clock::now() + queue_.front().question.connect_pause;
  step();
}

Duration ModbusTalk::rest() const {
  const auto left = not_before_ - Clock::now();
  return std::max(std::chrono::ceil<Duration>(left), Duration{});
}

void ModbusTalk::step() {
  const auto block = queue_.front().question.walk->next();
  if (!block) return finish();
  block_ = *block;
  tries_ = 0;
  after(rest(), &ModbusTalk::request);
}

void ModbusTalk::request() {
  if (!line_ || !open_) return;  // lost() has seen to it
  const ModbusQuestion& question = queue_.front().question;
  const wire::ModbusRequest request{question.unit, question.kind, block_.address, block_.count};
  reader_.expect(request, ++transaction_);
  const wire::ModbusFrame frame = wire::frame_of(request, device_.framing, transaction_);
  waiting_ = true;
  last_try_ = Clock::now();
  if (tries_++ == 0) first_try_ = last_try_;
  line_->send({frame.begin(), frame.end()});
  if (device_.via != ModbusDevice::Via::tcp) after(answer_patience, &ModbusTalk::unanswered);
}

/// On a line and over datagrams, where frames get lost.
void ModbusTalk::unanswered() {
  if (tries_ < most_tries) return request();
  late();
}

void ModbusTalk::heard(std::span<const std::uint8_t> bytes) {
  const auto answer = reader_.take(bytes);  // of what nobody waits for there is none
  if (answer && waiting_) {
    waiting_ = false;
    ++due_number_;
    return judge(*answer);
  }
  if (waiting_ && reader_.noise() > most_noise) late();
}

void ModbusTalk::judge(const wire::ModbusAnswer& answer) {
  wire::RegisterWalk& walk = *queue_.front().question.walk;
  answered_ = Clock::now();
  not_before_ = answered_ + std::max(queue_.front().question.pause, silence_on(device_));
  // What was asked twice on a line may be answered twice, the second time as late as the first; that must not be taken for
  // the answer to the next request.
  if (tries_ > 1 && device_.via == ModbusDevice::Via::line)
    not_before_ = std::max(not_before_ + answer_patience, last_try_ + (answered_ - first_try_) + answer_patience);
  if (answer.refused) return refused(*answer.refused);
  busy_ = 0;
  walk.read(answer.words);
  step();
}

void ModbusTalk::refused(ModbusRefusal why) {
  const std::uint8_t unit = queue_.front().question.unit;
  switch (why) {
    case ModbusRefusal::no_such_address:
    case ModbusRefusal::no_such_value:
      busy_ = 0;
      queue_.front().question.walk->refuse();
      return step();
    case ModbusRefusal::failure:
    case ModbusRefusal::busy:
      if (++busy_ >= most_busy)
        return fail(Outcome::unreachable, fmt::format("{} is busy, or fails to read its own registers (exception {}).",
                                                      who(), static_cast<int>(why)));
      not_before_ = Clock::now() + std::max(busy_pause, queue_.front().question.pause);
      return step();
    case ModbusRefusal::no_such_function:
      return fail(
          Outcome::unreachable,
          fmt::format("{} does not let {} registers be read (exception 1); another kind of meter may be the right one.",
                      who(), queue_.front().question.kind == wire::RegisterKind::input ? "input" : "holding"));
    case ModbusRefusal::gateway_without_path:
    case ModbusRefusal::gateway_without_answer:
      return fail(
          Outcome::unreachable,
          fmt::format("{} does not reach the unit {} behind it; check whether it is switched on, and its unit id.",
                      print(device_), unit));
  }
  fail(Outcome::unreachable,
       fmt::format("{} refuses to tell its registers (exception {}).", who(), static_cast<int>(why)));
}

void ModbusTalk::lost(const std::string& why) {
  line_.reset();
  open_ = waiting_ = false;
  if (!talking_) return;
  ++due_number_;
  if (!std::exchange(kept_, false)) return fail(Outcome::unreachable, why);
  connect();
}

std::string ModbusTalk::who() const {
  return fmt::format("{} (unit {})", print(device_), queue_.front().question.unit);
}

/// The patience of the question or of all tries has ended.
void ModbusTalk::late() {
  const double seconds = base::seconds_of(queue_.front().question.patience);
  std::string trouble;
  if (!open_) {
    trouble = fmt::format(
        "Nobody answers at {} within {:g} s; check its address, and that Modbus is switched on at the device.",
        print(device_), seconds);
  } else if (waiting_ && reader_.noise() + reader_.waiting() >= some_noise) {
    trouble = fmt::format("{} answers with something other than Modbus; check {}.", who(),
                          device_.via == ModbusDevice::Via::line
                              ? "speed and parity of the line, and that both wires are on their right side"
                              : "the port");
  } else if (waiting_) {
    trouble = fmt::format("{} does not answer; check its unit id{}.", who(),
                          device_.via == ModbusDevice::Via::line ? ", speed and parity, and the wires"
                                                                 : ", and that Modbus is switched on at the device");
  } else {
    trouble = fmt::format("{} did not tell everything within {:g} s.", who(), seconds);
  }
  // A late answer over a stream could be taken for another; on a line other units are still there, and it is read
  // empty.
  if (device_.via != ModbusDevice::Via::line || !open_) drop_line();
  else not_before_ = Clock::now() + answer_patience;
  fail(Outcome::timed_out, std::move(trouble));
}

void ModbusTalk::finish() {
  const wire::RegisterWalk& walk = *queue_.front().question.walk;
  if (!walk.brought_something())
    return fail(
        Outcome::unreachable,
        fmt::format(
            "{} has none of the registers that were asked for; the kind of meter or the unit id may be the wrong one.",
            who()));
  if (walk.lost_something())
    return fail(Outcome::unreachable, fmt::format("{} refuses a register that it has told before.", who()));
  ModbusReply reply;
  reply.outcome = Outcome::answered;
  reply.body = wire::text_of(walk.found());
  end(std::move(reply));
}

void ModbusTalk::fail(Outcome outcome, std::string trouble) {
  ModbusReply reply;
  reply.outcome = outcome;
  reply.trouble = std::move(trouble);
  end(std::move(reply));
}

void ModbusTalk::end(ModbusReply reply) {
  const auto self = shared_from_this();  // who asked may let us go
  reply.waited = waited_;
  const ModbusClient::Done done = std::move(queue_.front().done);
  queue_.pop_front();
  talking_ = waiting_ = false;
  ++due_number_;
  overall_.cancel();
  if (!queue_.empty()) boost::asio::post(loop_, [self] { self->begin(); });
  else after(idle_, &ModbusTalk::drop_line);
  done(std::move(reply));
}

void ModbusTalk::drop_line() {
  open_ = waiting_ = false;
  if (line_) std::exchange(line_, nullptr)->close();
  if (!talking_ && queue_.empty() && !gone_) over_();
}

}  // namespace shell
