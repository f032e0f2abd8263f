// Devices that speak Modbus: libmodbus over TCP and on a pty, and by hand what it does not speak (frames of a line
// through a gateway, and in GoodWe's datagrams). The registers are those of an answer of the kind; others do not exist.
#pragma once

#include <fmt/format.h>
#include <modbus/modbus.h>
#include <pty.h>

#include "app/meters/zoo/animals.hpp"
#include "app/meters/zoo/wires.hpp"
#include "core/meter/number.hpp"
#include "wire/registers.hpp"

namespace zoo {

enum class Way : std::uint8_t { tcp, gateway, line, datagrams };
inline const char* name_of(Way way) {
  constexpr std::array names{"Modbus TCP", "RTU over TCP", "RTU on a line", "datagrams"};
  return names[static_cast<std::size_t>(way)];
}

/// What is wrong with it.
enum class Ailment : std::uint8_t {
  none,
  closed,
  cut,
  rubbish,
  no_register,
  no_function,
  no_unit,
  busy_once,
  busy,
  deaf
};
inline const char* name_of(Ailment ailment) {
  constexpr std::array names{"well",        "closed",  "cut",       "rubbish", "no register",
                             "no function", "no unit", "busy once", "busy",    "deaf"};
  return names[static_cast<std::size_t>(ailment)];
}

/// What all ways have in common: registers by unit and table.
class Registers {
 public:
  struct Answer {
    int refusal = 0;  ///< 0: none
    std::vector<std::uint16_t> words;
  };
  void show(const Template& kind, const Bodies& bodies) {
    const std::lock_guard lock(mutex_);
    words_.clear();
    for (const Question& each : kind.questions) {
      const auto& what = std::get<ModbusQuestion>(each.what);
      const auto body = bodies.find(each.name);
      if (body == bodies.end()) continue;
      auto& words = words_[{unit_of(what), function_of(what)}];
      const wire::Registers registers = wire::read_registers(body->second).value();
      for (const auto& word : registers.words()) words[word.address] = word.value;
    }
  }
  Answer answer(int unit, int function, int address, int count) {
    const std::lock_guard lock(mutex_);
    ++asked_;
    if (ailment == Ailment::no_register) return {2, {}};
    if (ailment == Ailment::no_function) return {1, {}};
    if (ailment == Ailment::no_unit) return {11, {}};
    if (ailment == Ailment::busy) return {6, {}};
    if (ailment == Ailment::busy_once) {
      ailment = Ailment::none;
      return {6, {}};
    }
    const auto of_unit = words_.find({unit, function});
    if (of_unit == words_.end()) return {words_.contains({unit, 7 - function}) ? 1 : 11, {}};
    Answer all;
    for (int at = address; at < address + count; ++at) {
      const auto word = of_unit->second.find(at);
      if (word == of_unit->second.end()) return {2, {}};
      all.words.push_back(word->second);
    }
    return all;
  }
  static int unit_of(const ModbusQuestion& what) { return static_cast<int>(core::meter::number_of(what.unit).value()); }
  static int function_of(const ModbusQuestion& what) { return what.table == ModbusQuestion::Table::input ? 4 : 3; }
  [[nodiscard]] int asked() const { return asked_; }

  std::atomic<Ailment> ailment = Ailment::none;

 private:
  std::mutex mutex_;
  std::map<std::pair<int, int>, std::map<int, std::uint16_t>> words_;
  std::atomic<int> asked_ = 0;
};

class ModbusServer {
 public:
  ModbusServer(Animal& animal, Way way) : way_(way), unit_(Registers::unit_of(first(animal))) {
    std::string address;
    if (way == Way::line) address = open_line();
    else if (way == Way::datagrams) address = open_port();
    else door_.emplace([this](Wire& wire) { way_ == Way::tcp ? serve(wire) : serve_gateway(wire); });
    if (door_) address = (way == Way::tcp ? "tcp://" : "rtu+tcp://") + here(door_->port());
    for (Question& each : animal.kind.questions) {
      auto& what = std::get<ModbusQuestion>(each.what);
      what.device = address;
      what.after_connecting = std::min(what.after_connecting, Duration{5});  // nobody waits here for an inverter
      what.between = std::min(what.between, Duration{5});
    }
    kind_ = animal.kind;
  }
  ~ModbusServer() {
    ended_ = true;
    door_.reset();
    if (thread_.joinable()) thread_.join();
  }
  ModbusServer(const ModbusServer&) = delete;
  ModbusServer& operator=(const ModbusServer&) = delete;

  void show(const Bodies& bodies) { registers_.show(kind_, bodies); }
  void fall_ill(Ailment ailment) { registers_.ailment = ailment; }
  [[nodiscard]] int asked() const { return registers_.asked(); }

 private:
  static const ModbusQuestion& first(const Animal& animal) {
    return std::get<ModbusQuestion>(animal.kind.questions.front().what);
  }
  /// What no Modbus is: a page, long enough that nobody waits for its end.
  static std::string rubbish() {
    std::string text = "HTTP/1.1 400 Bad Request\r\n\r\n<html>";
    while (text.size() < 5000) text += "<p>This is no Modbus. ";
    return text;
  }
  using Put = std::function<void(std::string_view)>;
  /// What is done instead of an answer. False when the connection ends with it.
  enum class Done : std::uint8_t { no, yes, ended };
  Done ill(const Put& put) const {
    switch (registers_.ailment.load()) {
      case Ailment::closed: return Done::ended;
      case Ailment::deaf: return Done::yes;
      case Ailment::rubbish: put(rubbish()); return Done::yes;
      case Ailment::cut: put(std::string_view{"\x00\x01\x00", 3}); return Done::ended;
      default: return Done::no;
    }
  }

  /// libmodbus; it looks for a request until there is none any more. `slave`: of a line, which others share.
  void converse(modbus_t* context, int fd, const std::function<bool()>& ended, const Put& put) {
    modbus_mapping_t* const mapping = modbus_mapping_new_start_address(0, 0, 0, 0, 0, 65'536, 0, 65'536);
    modbus_set_indication_timeout(context, 0, 20'000);
    modbus_set_socket(context, fd);
    const int header = modbus_get_header_length(context);
    std::uint8_t query[MODBUS_TCP_MAX_ADU_LENGTH];
    while (!ended()) {
      const int length = modbus_receive(context, query);
      if (length < 0 && errno != ETIMEDOUT && errno != EMBBADCRC && errno != EMBBADDATA) break;
      if (length <= 0) continue;
      const Done done = ill(put);
      if (done == Done::ended) break;
      if (done == Done::yes) continue;
      const auto number = [&](int at) { return query[header + at] * 256 + query[header + at + 1]; };
      const int function = query[header];
      const auto answer = registers_.answer(query[header - 1], function, number(1), number(3));
      std::uint16_t* const table = function == 4 ? mapping->tab_input_registers : mapping->tab_registers;
      std::copy(answer.words.begin(), answer.words.end(), table + number(1));
      if (answer.refusal != 0) modbus_reply_exception(context, query, static_cast<unsigned>(answer.refusal));
      else modbus_reply(context, query, length, mapping);
    }
    modbus_mapping_free(mapping);
  }
  void serve(Wire& wire) {
    modbus_t* const context = modbus_new_tcp(nullptr, 0);
    converse(
        context, wire.number(), [&] { return door_ended(); }, [&](std::string_view bytes) { wire.put(bytes); });
    modbus_free(context);
  }
  [[nodiscard]] bool door_ended() const { return ended_; }

  // --- A line

  std::string open_line() {
    int master = -1, slave = -1;
    char name[128];
    EXPECT_EQ(::openpty(&master, &slave, name, nullptr, nullptr), 0);
    master_ = shell::Descriptor(master);
    slave_ = shell::Descriptor(slave);  // kept open, so that the other side never ends
    const std::string path = name;
    thread_ = std::thread([this, path] {
      modbus_t* const context = modbus_new_rtu(path.c_str(), 115200, 'N', 8, 1);
      modbus_set_slave(context, unit_);
      const auto put = [this](std::string_view bytes) {
        while (!bytes.empty() && !ended_) {
          const auto sent = ::write(master_.get(), bytes.data(), std::min<std::size_t>(bytes.size(), 256));
          if (sent > 0) bytes.remove_prefix(static_cast<std::size_t>(sent));
        }
      };
      while (!ended_)
        converse(
            context, master_.get(), [this] { return ended_.load(); }, put);
      modbus_free(context);
    });
    return "serial:" + path + "?baud=115200";
  }

  // --- By hand

  static std::string with_checksum(std::string frame) {
    unsigned sum = 0xFFFF;  // CRC-16/MODBUS
    for (const char c : frame) {
      sum ^= static_cast<unsigned char>(c);
      for (int i = 0; i < 8; ++i) sum = (sum & 1U) != 0 ? (sum >> 1) ^ 0xA001U : sum >> 1;
    }
    frame += static_cast<char>(sum & 0xFFU);
    frame += static_cast<char>(sum >> 8);
    return frame;
  }
  /// The answer to a frame of eight bytes; empty: that is none.
  std::string frame_for(const std::string& asked) {
    if (asked.size() != 8 || with_checksum(asked.substr(0, 6)) != asked) return {};
    const auto byte = [&](std::size_t at) { return static_cast<unsigned char>(asked[at]); };
    const auto answer = registers_.answer(byte(0), byte(1), byte(2) * 256 + byte(3), byte(4) * 256 + byte(5));
    std::string frame = asked.substr(0, 2);
    if (answer.refusal != 0) {
      frame[1] = static_cast<char>(byte(1) | 0x80U);
      return with_checksum(frame + static_cast<char>(answer.refusal));
    }
    frame += static_cast<char>(2 * answer.words.size());
    for (const std::uint16_t word : answer.words)
      frame += {static_cast<char>(word >> 8), static_cast<char>(word & 0xFF)};
    return with_checksum(frame);
  }
  void serve_gateway(Wire& wire) {
    const Put put = [&](std::string_view bytes) { wire.put(bytes); };
    while (true) {
      const std::string asked = wire.take(8);
      if (asked.size() < 8) return;
      const Done done = ill(put);
      if (done == Done::ended) return;
      if (done == Done::no) wire.put(frame_for(asked));
    }
  }
  std::string open_port() {
    socket_ = shell::Descriptor(::socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0));
    sockaddr_in where{};
    where.sin_family = AF_INET;
    where.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof where;
    EXPECT_EQ(::bind(socket_.get(), reinterpret_cast<sockaddr*>(&where), size), 0);
    ::getsockname(socket_.get(), reinterpret_cast<sockaddr*>(&where), &size);
    thread_ = std::thread([this] {
      while (!ended_) serve_datagram();
    });
    return "goodwe://" + here(ntohs(where.sin_port));
  }
  void serve_datagram() {
    pollfd entry{socket_.get(), POLLIN, 0};
    if (::poll(&entry, 1, 20) != 1) return;
    char bytes[512];
    sockaddr_in from{};
    socklen_t size = sizeof from;
    const auto got = ::recvfrom(socket_.get(), bytes, sizeof bytes, 0, reinterpret_cast<sockaddr*>(&from), &size);
    if (got <= 0) return;
    const Put put = [&](std::string_view text) {
      for (; !text.empty(); text.remove_prefix(std::min<std::size_t>(text.size(), 400)))
        ::sendto(socket_.get(), text.data(), std::min<std::size_t>(text.size(), 400), 0,
                 reinterpret_cast<sockaddr*>(&from), size);
    };
    if (ill(put) != Done::no) return;
    const std::string frame = frame_for(std::string(bytes, static_cast<std::size_t>(got)));
    if (!frame.empty()) put("\xAA\x55" + frame);
  }

  const Way way_;
  const int unit_;
  Template kind_;
  Registers registers_;
  std::atomic<bool> ended_ = false;
  shell::Descriptor master_, slave_, socket_;
  std::optional<Door> door_;
  std::thread thread_;
};

}  // namespace zoo
