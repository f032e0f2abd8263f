#include "wire/modbus.hpp"

#include <algorithm>

namespace wire {
namespace {

constexpr std::size_t header = 7;            // of TCP: transaction, protocol, length, unit
constexpr std::size_t longest_length = 254;  // that a header can say: unit, function and 252 bytes of data
constexpr std::size_t shortest_length = 3;
constexpr std::uint8_t refusal_mark = 0x80;
constexpr std::uint8_t datagram_mark[] = {0xAA, 0x55};

std::uint16_t word_at(std::span<const std::uint8_t> bytes, std::size_t at) {
  return static_cast<std::uint16_t>(bytes[at] << 8 | bytes[at + 1]);
}

void append(ModbusFrame& frame, std::uint16_t word) {
  frame.push_back(static_cast<std::uint8_t>(word >> 8));
  frame.push_back(static_cast<std::uint8_t>(word & 0xFF));
}

}  // namespace

std::uint16_t modbus_checksum(std::span<const std::uint8_t> bytes) {
  std::uint16_t sum = 0xFFFF;
  for (const std::uint8_t byte : bytes) {
    sum = static_cast<std::uint16_t>(sum ^ byte);
    for (int bit = 0; bit < 8; ++bit) {
      const bool carry = (sum & 1) != 0;
      sum = static_cast<std::uint16_t>(sum >> 1);
      if (carry) sum = static_cast<std::uint16_t>(sum ^ 0xA001);
    }
  }
  return sum;
}

ModbusFrame frame_of(const ModbusRequest& request, ModbusFraming framing, std::uint16_t transaction) {
  base::check(request.count >= 1 && request.count <= most_words_asked, "a request asks for 1 to 125 words");
  ModbusFrame frame;
  if (framing == ModbusFraming::tcp) {
    append(frame, transaction);
    append(frame, 0);
    append(frame, 6);
  }
  frame.push_back(request.unit);
  frame.push_back(static_cast<std::uint8_t>(request.kind));
  append(frame, request.address);
  append(frame, request.count);
  if (framing == ModbusFraming::tcp) return frame;
  const std::uint16_t sum = modbus_checksum({frame.begin(), frame.size()});
  frame.push_back(static_cast<std::uint8_t>(sum & 0xFF));
  frame.push_back(static_cast<std::uint8_t>(sum >> 8));
  return frame;
}

void ModbusReader::expect(const ModbusRequest& request, std::uint16_t transaction) {
  request_ = request;
  transaction_ = transaction;
  expecting_ = true;
  noise_ = 0;
  if (framing_ != ModbusFraming::tcp) bytes_.clear();
}

std::optional<ModbusAnswer> ModbusReader::take(std::span<const std::uint8_t> bytes) {
  if (framing_ == ModbusFraming::datagram) bytes_.clear();
  // In pieces, so that what waits is never longer than a frame and a piece, whatever a device sends.
  constexpr std::size_t piece = 256;
  std::optional<ModbusAnswer> answer;
  while (!bytes.empty()) {
    const auto next = bytes.first(std::min(piece, bytes.size()));
    bytes = bytes.subspan(next.size());
    bytes_.insert(bytes_.end(), next.begin(), next.end());
    if (auto found = search(); found && !answer) answer = std::move(found);
  }
  if (framing_ == ModbusFraming::datagram) {
    noise_ += bytes_.size();
    bytes_.clear();
  }
  return answer;
}

std::optional<ModbusAnswer> ModbusReader::search() {
  std::optional<ModbusAnswer> answer;
  std::size_t dropped = 0;
  for (Found found = look(); found.what != Found::What::more; found = look()) {
    dropped = std::min(found.length, bytes_.size());
    bytes_.erase(bytes_.begin(), bytes_.begin() + static_cast<std::ptrdiff_t>(dropped));
    if (found.what == Found::What::noise) noise_ += dropped;
    if (found.what == Found::What::answer && !answer) {
      answer = std::move(found.answer);
      expecting_ = false;
    }
  }
  return answer;
}

/// What the bytes begin with.
ModbusReader::Found ModbusReader::look() const {
  if (framing_ == ModbusFraming::tcp) return look_tcp();
  // Noise may look like the beginning of a long frame, so a whole one is looked for behind it too.
  std::optional<std::size_t> possible;
  for (std::size_t at = 0; at < bytes_.size(); ++at) {
    Found found = look_rtu(at);
    if (found.what == Found::What::answer) {
      found.length += at;
      return found;
    }
    if (found.what == Found::What::more && !possible) possible = at;
  }
  const std::size_t junk = possible.value_or(bytes_.size());
  return junk == 0 ? Found{} : Found{Found::What::noise, junk};
}

ModbusReader::Found ModbusReader::look_tcp() const {
  using What = Found::What;
  const std::span<const std::uint8_t> bytes = bytes_;
  if (bytes.size() < header + 1) {
    // As much of a header as there is must already look like one.
    const bool possible = (bytes.size() < 3 || bytes[2] == 0) && (bytes.size() < 4 || bytes[3] == 0) &&
                          (bytes.size() < 5 || bytes[4] == 0);
    return possible ? Found{} : Found{What::noise, 1};
  }
  const std::size_t length = word_at(bytes, 4);
  const std::uint8_t function = bytes[header] & static_cast<std::uint8_t>(~refusal_mark);
  const bool known = function == static_cast<std::uint8_t>(RegisterKind::holding) ||
                     function == static_cast<std::uint8_t>(RegisterKind::input);
  if (word_at(bytes, 2) != 0 || length < shortest_length || length > longest_length || !known) return {What::noise, 1};
  const std::size_t whole = header - 1 + length;
  if (bytes.size() < whole) return {};
  const bool ours =
      expecting_ && word_at(bytes, 0) == transaction_ && function == static_cast<std::uint8_t>(request_.kind);
  if (!ours) return {What::frame, whole};
  return {What::answer, whole, answer_in(bytes.subspan(header, length - 1))};
}

/// Exactly the frame that is expected, or no frame.
ModbusReader::Found ModbusReader::look_rtu(std::size_t at) const {
  using What = Found::What;
  const Found no{What::noise, 1};
  if (!expecting_) return no;
  std::span<const std::uint8_t> bytes = std::span(bytes_).subspan(at);
  std::size_t mark = 0;
  if (framing_ == ModbusFraming::datagram) {
    for (; mark < std::size(datagram_mark); ++mark) {
      if (bytes.size() <= mark) return {};
      if (bytes[mark] != datagram_mark[mark]) return no;
    }
    bytes = bytes.subspan(mark);
  }
  const auto function = static_cast<std::uint8_t>(request_.kind);
  if (bytes.empty()) return {};
  if (bytes[0] != request_.unit) return no;
  if (bytes.size() < 2) return {};
  const bool refused = bytes[1] == (function | refusal_mark);
  if (bytes[1] != function && !refused) return no;
  if (bytes.size() < 3) return {};
  if (!refused && bytes[2] != 2 * request_.count) return no;
  const std::size_t whole = refused ? 5U : 5U + bytes[2];
  if (bytes.size() < whole) return {};
  const std::uint16_t sum = modbus_checksum(bytes.first(whole - 2));
  if (bytes[whole - 2] != (sum & 0xFF) || bytes[whole - 1] != sum >> 8) return no;
  return {What::answer, mark + whole, answer_in(bytes.subspan(1, whole - 3))};
}

ModbusAnswer ModbusReader::answer_in(std::span<const std::uint8_t> function_and_data) const {
  ModbusAnswer answer;
  if ((function_and_data[0] & refusal_mark) != 0) {
    answer.refused = static_cast<ModbusRefusal>(function_and_data[1]);
    return answer;
  }
  // The length is said twice; what the frame holds counts.
  const std::size_t words = std::min<std::size_t>(function_and_data[1], function_and_data.size() - 2) / 2;
  for (std::size_t i = 0; i < words; ++i) answer.words.push_back(word_at(function_and_data, 2 + 2 * i));
  return answer;
}

}  // namespace wire
