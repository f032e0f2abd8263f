// Frames as sentences, for logs and people.
#include <fmt/format.h>

#include "wire/twc.hpp"

namespace wire {

namespace {

std::string amps(Amps current) {
  return fmt::format("{}.{:02} A", current.count() / 100, current.count() % 100);
}
std::string half_amps(Amps current) {
  return fmt::format("{}.{} A", current.count() / 100, current.count() % 100 / 10);
}

/// Bytes that are no text become \xNN, so that a damaged frame cannot damage a log.
std::string quoted(std::string_view characters) {
  std::string out = "\"";
  for (const char c : characters) {
    if (c >= 0x20 && c < 0x7F && c != '"' && c != '\\') out += c;
    else out += fmt::format("\\x{:02X}", static_cast<std::uint8_t>(c));
  }
  return out + '"';
}

std::string order(const MasterHeartbeat& beat) {
  switch (beat.order) {
    case Order::nothing: return "no change";
    case Order::enter_error: return fmt::format("enter error {:02X}", beat.error_bitmap);
    case Order::initial_limit: return "initial limit " + amps(beat.amps);
    case Order::raise_by_two: return "raise by 2 A";
    case Order::lower_by_two: return "lower by 2 A";
    case Order::acknowledge: return "acknowledged, may use " + amps(beat.amps);
    case Order::limit: return "limit " + amps(beat.amps);
  }
  return fmt::format("unknown order {:02X}, {}", static_cast<std::uint8_t>(beat.order), amps(beat.amps));
}

std::string_view name(Question question) {
  switch (question) {
    case Question::meter: return "meter";
    case Question::firmware_extended: return "extended firmware";
    case Question::serial: return "serial number";
    case Question::vin1: return "VIN part 1";
    case Question::vin2: return "VIN part 2";
    case Question::vin3: return "VIN part 3";
    case Question::plug: return "plug";
    case Question::old_serial: return "serial number (old form)";
    case Question::model: return "model";
    case Question::firmware: return "firmware";
  }
  return "unknown";
}

std::string name(Plug plug) {
  switch (plug) {
    case Plug::unplugged: return "unplugged";
    case Plug::charging: return "charging";
    case Plug::unknown: return "unknown";
    case Plug::plugged_idle: return "plugged in, not charging";
  }
  return fmt::format("unknown ({:02X})", static_cast<std::uint8_t>(plug));
}

struct Printer {
  std::string operator()(const MasterLinkready1& f) const { return linkready(1, f.sender, f.sign, f.bus_maximum); }
  std::string operator()(const MasterLinkready2& f) const { return linkready(2, f.sender, f.sign, f.bus_maximum); }
  static std::string linkready(int number, UnitId sender, Sign sign, Amps maximum) {
    return fmt::format("master linkready {} {}: sign {:02X}, bus maximum {}", number, print(sender), sign.value,
                       amps(maximum));
  }
  std::string operator()(const SlaveLinkready& f) const {
    return fmt::format("slave linkready {}: protocol {}, sign {:02X}, hardware maximum {}", print(f.sender),
                       static_cast<int>(f.protocol), f.sign.value, amps(f.maximum));
  }
  std::string operator()(const MasterHeartbeat& f) const {
    return fmt::format("master heartbeat {}→{}: {}{}", print(f.sender), print(f.receiver), order(f),
                       f.master_plugged ? ", has a car itself" : "");
  }
  std::string operator()(const SlaveHeartbeat& f) const {
    return fmt::format("slave heartbeat {}→{}: {}, limit {}, drawn {}", print(f.sender), print(f.receiver),
                       state(f.state), amps(f.limit), amps(f.drawn));
  }
  static std::string state(UnitState state) {
    const bool named = static_cast<std::uint8_t>(state) <= static_cast<std::uint8_t>(UnitState::adjusted);
    return named ? std::string(print(state)) : fmt::format("unknown state {:02X}", static_cast<std::uint8_t>(state));
  }
  std::string operator()(const Query& f) const {
    if (f.question >= Question::old_serial) return fmt::format("query {}", name(f.question));
    return fmt::format("query {}→{}: {}", print(f.sender), print(f.receiver), name(f.question));
  }
  std::string operator()(const MeterReport& f) const {
    return fmt::format("meter {}: counter {}, {}/{}/{} V, {}/{}/{}", print(f.sender), f.counter,
                       f.volts[0].count() / 10, f.volts[1].count() / 10, f.volts[2].count() / 10, half_amps(f.amps[0]),
                       half_amps(f.amps[1]), half_amps(f.amps[2]));
  }
  std::string operator()(const VinPart& f) const {
    return fmt::format("VIN part {} of {}: {}", f.part, print(f.sender), f.all_zero ? "none" : quoted(f.text.view()));
  }
  std::string operator()(const SerialNumber& f) const {
    return fmt::format("serial number of {}: {}", print(f.sender), quoted(f.text.view()));
  }
  std::string operator()(const FirmwareExtended& f) const {
    return fmt::format("firmware of {}: {}", print(f.sender), fmt::join(f.version, "."));
  }
  std::string operator()(const OldSerialNumber& f) const { return "serial number: " + quoted(f.text.view()); }
  std::string operator()(const Model& f) const { return "model: " + quoted(f.text.view()); }
  std::string operator()(const Firmware& f) const { return fmt::format("firmware: {}", fmt::join(f.version, ".")); }
  std::string operator()(const PlugReport& f) const {
    return fmt::format("plug of {}: {}", print(f.sender), name(f.plug));
  }
  std::string operator()(const StartOrder& f) const {
    return fmt::format("start order {}→{}", print(f.sender), print(f.receiver));
  }
  std::string operator()(const StopOrder& f) const {
    return fmt::format("stop order {}→{}", print(f.sender), print(f.receiver));
  }
  std::string operator()(const StartAck& f) const { return "start acknowledged by " + print(f.sender); }
  std::string operator()(const StopAck& f) const { return "stop acknowledged by " + print(f.sender); }
  std::string operator()(const Idle&) const { return "idle master"; }
  std::string operator()(const Dangerous& f) const { return fmt::format("dangerous frame {:04X}", f.opcode()); }
};

}  // namespace

std::string print(const Frame& frame) {
  return std::visit(Printer{}, frame);
}

std::string print(UnitId unit) {
  return fmt::format("{:04X}", unit.value);
}

std::string_view print(UnitState state) {
  switch (state) {
    case UnitState::ready: return "ready";
    case UnitState::charging: return "charging";
    case UnitState::error: return "error";
    case UnitState::plugged_waiting: return "plugged in, not charging";
    case UnitState::plugged_ready: return "plugged in, ready";
    case UnitState::busy: return "busy";
    case UnitState::adjusting_up: return "adjusting up";
    case UnitState::adjusting_down: return "adjusting down";
    case UnitState::starting: return "starting";
    case UnitState::limit_being_set: return "limit being set";
    case UnitState::adjusted: return "adjusted";
  }
  return "unknown state";
}

std::string_view print(Refusal refusal) {
  switch (refusal) {
    case Refusal::length_or_checksum: return "length_or_checksum";
    case Refusal::unknown_type: return "unknown_type";
    case Refusal::bad_escape: return "bad_escape";
    case Refusal::too_long: return "too_long";
  }
  return "unknown refusal";
}

}  // namespace wire
