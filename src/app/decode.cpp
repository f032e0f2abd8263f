// The objects are flat and their numbers have a fixed form (6.00), so they are written as text; only strings that came
// from the bus need care.
#include "app/decode.hpp"

#include <fmt/format.h>

#include <bit>
#include <istream>
#include <iterator>
#include <ostream>
#include <string>
#include <string_view>
#include <vector>

#include "wire/slip.hpp"
#include "wire/twc.hpp"

namespace app {

namespace {

using wire::Amps;
using wire::UnitId;

std::string number(Amps current) {
  return fmt::format("{}.{:02}", current.count() / 100, current.count() % 100);
}

/// A JSON string. Bytes beyond ASCII keep their number as that of a character.
std::string quoted(std::string_view bytes) {
  std::string out = "\"";
  for (const char c : bytes) {
    const auto byte = static_cast<std::uint8_t>(c);
    if (byte == '"' || byte == '\\') out.append({'\\', c});
    else if (byte < 0x20 || byte >= 0x7F) fmt::format_to(std::back_inserter(out), "\\u{:04x}", byte);
    else out += c;
  }
  return out + '"';
}

std::string_view type_of(wire::Question question) {
  switch (question) {
    case wire::Question::meter: return "query_meter";
    case wire::Question::firmware_extended: return "query_fw_ext";
    case wire::Question::serial: return "query_serial";
    case wire::Question::vin1: return "query_vin1";
    case wire::Question::vin2: return "query_vin2";
    case wire::Question::vin3: return "query_vin3";
    case wire::Question::plug: return "query_plug";
    case wire::Question::old_serial: return "query_old_serial";
    case wire::Question::model: return "query_model";
    case wire::Question::firmware: return "query_fw";
  }
  base::check(false, "a question is one of the ten that exist");
  return {};
}

/// Writes an accepted frame: its type, its length and the fields it has, in the order of the contract.
class Accepted {
 public:
  Accepted(std::string& out, std::size_t length) : out_(out), length_(length) {}

  void operator()(const wire::MasterLinkready1& f) { linkready("master_linkready1", f); }
  void operator()(const wire::MasterLinkready2& f) { linkready("master_linkready2", f); }
  void operator()(const wire::SlaveLinkready& f) {
    type("slave_linkready");
    id("sender", f.sender);
    field("protocol", static_cast<int>(f.protocol));
    sign(f.sign);
    field("amps_max", number(f.maximum));
  }
  void operator()(const wire::MasterHeartbeat& f) {
    type("master_heartbeat");
    id("sender", f.sender);
    id("receiver", f.receiver);
    field("protocol", static_cast<int>(f.protocol));
    const bool error = f.order == wire::Order::enter_error;
    if (!error) field("amps", number(f.amps));
    field("command", static_cast<int>(f.order));
    if (error) {
      field("error_bitmap", f.error_bitmap);
      if (f.error_bitmap == 0) field("first_error", "null");
      else field("first_error", std::countr_zero(f.error_bitmap));
    }
    field("master_plugged", f.master_plugged);
  }
  void operator()(const wire::SlaveHeartbeat& f) {
    type("slave_heartbeat");
    id("sender", f.sender);
    id("receiver", f.receiver);
    field("protocol", static_cast<int>(f.protocol));
    field("amps_max", number(f.limit));
    field("amps_actual", number(f.drawn));
    field("state", static_cast<int>(f.state));
  }
  void operator()(const wire::Query& f) {
    type(type_of(f.question));
    if (f.question >= wire::Question::old_serial) return;
    id("sender", f.sender);
    id("receiver", f.receiver);
  }
  void operator()(const wire::MeterReport& f) {
    type("meter");
    id("sender", f.sender);
    field("kwh_raw", f.counter);
    field("volts",
          fmt::format("[{},{},{}]", f.volts[0].count() / 10, f.volts[1].count() / 10, f.volts[2].count() / 10));
    field("phase_amps", fmt::format("[{},{},{}]", number(f.amps[0]), number(f.amps[1]), number(f.amps[2])));
  }
  void operator()(const wire::VinPart& f) {
    type(fmt::format("vin{}", f.part));
    id("sender", f.sender);
    field("text", quoted(f.text.view()));
    field("all_zero", f.all_zero);
  }
  void operator()(const wire::SerialNumber& f) {
    type("serial");
    id("sender", f.sender);
    field("text", quoted(f.text.view()));
  }
  void operator()(const wire::FirmwareExtended& f) {
    type("fw_ext");
    id("sender", f.sender);
    field("text", fmt::format("\"{}\"", fmt::join(f.version, ".")));
  }
  void operator()(const wire::OldSerialNumber& f) {
    type("old_serial");
    field("text", quoted(f.text.view()));
  }
  void operator()(const wire::Model& f) {
    type("model");
    field("text", quoted(f.text.view()));
  }
  void operator()(const wire::Firmware& f) {
    type("fw");
    field("text", fmt::format("\"{}\"", fmt::join(f.version, ".")));
  }
  void operator()(const wire::PlugReport& f) {
    type("plug");
    id("sender", f.sender);
    field("plug", static_cast<int>(f.plug));
  }
  void operator()(const wire::StartOrder& f) { order("start", f.sender, f.receiver); }
  void operator()(const wire::StopOrder& f) { order("stop", f.sender, f.receiver); }
  void operator()(const wire::StartAck& f) { acknowledgement("start_ack", f.sender); }
  void operator()(const wire::StopAck& f) { acknowledgement("stop_ack", f.sender); }
  void operator()(const wire::Idle&) { type("idle"); }
  void operator()(const wire::Dangerous& f) {
    type("dangerous");
    field("opcode", fmt::format("\"{:04X}\"", f.opcode()));
  }

 private:
  template <class Value>
  void field(std::string_view name, const Value& value) {
    fmt::format_to(std::back_inserter(out_), ",\"{}\":{}", name, value);
  }
  void type(std::string_view name) {
    field("type", fmt::format("\"{}\"", name));
    field("len", length_);
  }
  void id(std::string_view name, UnitId unit) { field(name, fmt::format("\"{:04X}\"", unit.value)); }
  void sign(base::Sign sign) { field("sign", fmt::format("\"{:02X}\"", sign.value)); }
  template <class Linkready>
  void linkready(std::string_view name, const Linkready& f) {
    type(name);
    id("sender", f.sender);
    sign(f.sign);
    field("amps", number(f.bus_maximum));
  }
  void order(std::string_view name, UnitId sender, UnitId receiver) {
    type(name);
    id("sender", sender);
    id("receiver", receiver);
  }
  void acknowledgement(std::string_view name, UnitId sender) {
    type(name);
    id("sender", sender);
  }

  std::string& out_;
  std::size_t length_;
};

std::string refused(std::size_t line, wire::Refusal reason) {
  return fmt::format("{{\"line\":{},\"accept\":false,\"reason\":\"{}\"", line, print(reason));
}

std::string refused(std::size_t line, wire::Refusal reason, std::size_t length) {
  return refused(line, reason) + fmt::format(",\"len\":{}", length);
}

/// The object of one framed piece, without its closing brace.
std::string object(std::size_t line, std::span<const std::uint8_t> frame) {
  const auto meaning = wire::decode(frame);
  if (!meaning) return refused(line, meaning.error(), frame.size());
  std::string out = fmt::format("{{\"line\":{},\"accept\":true", line);
  std::visit(Accepted{out, frame.size()}, *meaning);
  return out;
}

int digit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

bool is_space(char c) {
  return c == ' ' || c == '\t' || c == '\r' || c == '\v' || c == '\f';
}

/// The bytes of a line of hexadecimal.
base::Result<std::vector<std::uint8_t>> bytes_of(std::string_view text) {
  std::vector<std::uint8_t> bytes;
  bytes.reserve(text.size() / 2);
  int high = -1;
  for (std::size_t column = 0; column < text.size(); ++column) {
    if (is_space(text[column])) continue;
    const int value = digit(text[column]);
    if (value < 0)
      return base::fail(base::Culprit::user,
                        fmt::format("column {} is not a hexadecimal digit; the line was skipped", column + 1));
    if (high < 0) {
      high = value;
    } else {
      bytes.push_back(static_cast<std::uint8_t>(high << 4 | value));
      high = -1;
    }
  }
  if (high >= 0) return base::fail(base::Culprit::user, "an odd number of hexadecimal digits; the line was skipped");
  return bytes;
}

void decode_line(std::size_t line, std::span<const std::uint8_t> bytes, std::ostream& out) {
  wire::Framer framer;
  framer.feed(
      bytes, [&](std::span<const std::uint8_t> frame) { out << object(line, frame) << "}\n"; },
      [&](wire::Refusal reason) { out << refused(line, reason) << "}\n"; });
  if (framer.inside()) out << refused(line, wire::Refusal::length_or_checksum, framer.collected()) << "}\n";
}

}  // namespace

int decode(std::istream& in, std::ostream& out, std::ostream& err) {
  int status = 0;
  std::string text;
  for (std::size_t line = 1; out && std::getline(in, text); ++line) {
    const auto bytes = bytes_of(text);
    if (bytes) {
      decode_line(line, *bytes, out);
    } else {
      err << "line " << line << ": " << bytes.error().text << '\n';
      status = 1;
    }
  }
  out.flush();
  if (!out) {
    err << "standard output could not be written, so what follows is missing; write to a file that has room\n";
    status = 1;
  }
  return status;
}

}  // namespace app
