// RFC 2217 from the client's side. See telnet.hpp.
#include "shell/serial/telnet.hpp"

#include <algorithm>
#include <initializer_list>

namespace shell {
namespace {

constexpr std::uint8_t iac = 255, dont = 254, do_ = 253, wont = 252, will = 251, sb = 250, se = 240;
constexpr std::array<std::uint8_t, 3> option_codes{0, 3, 44};
constexpr std::uint8_t com_port_code = 44;
// Client-to-server commands of RFC 2217; the server confirms with 100 more.
constexpr std::uint8_t set_speed = 1, set_data_size = 2, set_parity = 3, set_stop_size = 4, set_control = 5;
constexpr std::uint8_t confirms = 100;
constexpr std::uint8_t all_confirmed = 0b11111;

void put(Telnet::Replies& replies, std::initializer_list<std::uint8_t> bytes) {
  if (replies.size() + bytes.size() > Telnet::Replies::capacity()) return;   // whole answers or none
  for (const std::uint8_t byte : bytes) replies.push_back(byte);
}

}  // namespace

Telnet::Telnet(int baud, Opening opening) : baud_(baud), opening_(opening) {}

Telnet::Slot Telnet::slot_of(std::uint8_t option) {
  const auto found = std::find(option_codes.begin(), option_codes.end(), option);
  return static_cast<Slot>(found - option_codes.begin());
}

void Telnet::say(Replies& replies, std::uint8_t verb, std::uint8_t option) { put(replies, {iac, verb, option}); }

void Telnet::begin(Replies& replies) {
  if (begun_ || opening_ == Opening::when_spoken_to) return;
  begun_ = true;
  for (std::size_t slot = 0; slot < slots; ++slot) {
    if (ours_[slot] == Side::off) {
      ours_[slot] = Side::asked;
      say(replies, will, option_codes[slot]);
    }
    if (slot != com_port && theirs_[slot] == Side::off) {
      theirs_[slot] = Side::asked;
      say(replies, do_, option_codes[slot]);
    }
  }
}

void Telnet::theirs(Slot slot, bool willing, Replies& replies, std::uint8_t option) {
  if (slot == slots) {
    if (willing) say(replies, dont, option);
    return;
  }
  Side& side = theirs_[slot];
  if (willing && side != Side::on) {
    if (side != Side::asked) say(replies, do_, option);
    side = Side::on;
  } else if (!willing) {
    if (side == Side::on) say(replies, dont, option);
    side = Side::refused;
  }
}

void Telnet::ours(Slot slot, bool wanted, Replies& replies, std::uint8_t option) {
  if (slot == slots) {
    if (wanted) say(replies, wont, option);
    return;
  }
  Side& side = ours_[slot];
  if (wanted && side != Side::on) {
    if (side != Side::asked) say(replies, will, option);
    side = Side::on;
    if (slot == com_port) set_line(replies);
  } else if (!wanted) {
    if (side == Side::on) say(replies, wont, option);
    side = Side::refused;
  }
}

void Telnet::set_line(Replies& replies) {
  if (line_set_) return;
  const auto speed = static_cast<std::uint32_t>(baud_);
  Replies line;
  put(line, {iac, sb, com_port_code, set_speed});
  for (int shift = 24; shift >= 0; shift -= 8) {
    const auto byte = static_cast<std::uint8_t>(speed >> shift);
    line.push_back(byte);
    if (byte == iac) line.push_back(iac);
  }
  put(line, {iac, se});
  put(line, {iac, sb, com_port_code, set_data_size, 8, iac, se});
  put(line, {iac, sb, com_port_code, set_parity, 1, iac, se});      // 1: none
  put(line, {iac, sb, com_port_code, set_stop_size, 1, iac, se});   // 1: one
  put(line, {iac, sb, com_port_code, set_control, 1, iac, se});     // 1: no flow control
  if (replies.size() + line.size() > Replies::capacity()) return;
  line_set_ = true;
  for (const std::uint8_t byte : line) replies.push_back(byte);
}

void Telnet::option(std::uint8_t verb, std::uint8_t option, Replies& replies) {
  if (!begun_) {
    opening_ = Opening::at_once;
    begin(replies);
  }
  const Slot slot = slot_of(option);
  switch (verb) {
    case will: return theirs(slot, true, replies, option);
    case wont: return theirs(slot, false, replies, option);
    case do_: return ours(slot, true, replies, option);
    default: return ours(slot, false, replies, option);
  }
}

void Telnet::sub_ended() {
  if (sub_.size() < 3 || sub_[0] != com_port_code) return;
  const int command = sub_[1] - confirms;
  if (command < set_speed || command > set_control) return;
  confirmed_ = static_cast<std::uint8_t>(confirmed_ | (1 << (command - 1)));
  if (command == set_speed && sub_.size() == 6)
    speed_ = static_cast<std::uint32_t>(sub_[2]) << 24 | static_cast<std::uint32_t>(sub_[3]) << 16 |
             static_cast<std::uint32_t>(sub_[4]) << 8 | sub_[5];
}

std::size_t Telnet::receive(std::span<std::uint8_t> bytes, Replies& replies) {
  std::size_t kept = 0;
  for (const std::uint8_t byte : bytes) {
    switch (at_) {
      case At::data:
        if (byte == iac) at_ = At::command; else bytes[kept++] = byte;
        break;
      case At::command:
        at_ = At::data;
        if (byte == iac) bytes[kept++] = byte;
        else if (byte == sb) { at_ = At::sub; sub_.clear(); }
        else if (byte >= will) { at_ = At::option; verb_ = byte; }
        break;
      case At::option:
        at_ = At::data;
        option(verb_, byte, replies);
        break;
      case At::sub:
        if (byte == iac) at_ = At::sub_command;
        else if (!sub_.full()) sub_.push_back(byte);
        break;
      case At::sub_command:
        at_ = byte == se ? At::data : At::sub;
        if (byte == se) sub_ended();
        else if (byte == iac && !sub_.full()) sub_.push_back(byte);
        break;
    }
  }
  return kept;
}

Telnet::Escaped Telnet::escape(std::span<const std::uint8_t> data) {
  Escaped out;
  for (const std::uint8_t byte : data.first(std::min(data.size(), longest_data))) {
    if (byte == iac) out.push_back(iac);
    out.push_back(byte);
  }
  return out;
}

bool Telnet::settled() const {
  return ours_[com_port] == Side::refused || (ours_[com_port] == Side::on && confirmed_ == all_confirmed);
}

}  // namespace shell
