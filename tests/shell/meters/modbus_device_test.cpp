#include "shell/meters/modbus_device.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace shell {
namespace {

using testing::HasSubstr;

std::string fault_of(std::string_view text) {
  const auto device = read_modbus_device(text);
  return device ? "no fault" : device.error().text;
}

TEST(ModbusAddresses, say_how_a_device_is_reached) {
  const auto tcp = read_modbus_device("tcp://192.168.1.9:1502");
  ASSERT_TRUE(tcp);
  EXPECT_EQ(tcp->via, ModbusDevice::Via::tcp);
  EXPECT_EQ(tcp->framing, wire::ModbusFraming::tcp);
  EXPECT_EQ(print(*tcp), "192.168.1.9:1502");
  const auto gateway = read_modbus_device("rtu+tcp://gateway.local:4196/");
  ASSERT_TRUE(gateway);
  EXPECT_EQ(gateway->via, ModbusDevice::Via::tcp);
  EXPECT_EQ(gateway->framing, wire::ModbusFraming::rtu);
  EXPECT_EQ(print(*gateway), "gateway.local:4196");
}

TEST(ModbusAddresses, have_the_usual_port_where_none_is_said) {
  EXPECT_EQ(print(*read_modbus_device("tcp://inverter")), "inverter:502");
  EXPECT_EQ(print(*read_modbus_device("goodwe://[fe80::1]")), "[fe80::1]:8899");
  EXPECT_EQ(read_modbus_device("goodwe://inverter")->via, ModbusDevice::Via::datagrams);
}

TEST(ModbusAddresses, of_lines_say_how_characters_are_sent) {
  const auto line = read_modbus_device("serial:/dev/ttyUSB1?baud=19200&parity=even&stop=2");
  ASSERT_TRUE(line);
  EXPECT_EQ(line->place, "/dev/ttyUSB1");
  EXPECT_EQ(line->baud, 19200);
  EXPECT_EQ(line->line.parity, Line::Parity::even);
  EXPECT_EQ(line->line.stop_bits, 2);
  const auto plain = read_modbus_device("serial:/dev/ttyUSB1");
  ASSERT_TRUE(plain);
  EXPECT_EQ(plain->baud, 9600);
  EXPECT_EQ(plain->line, Line{});
  EXPECT_EQ(print(*plain), "/dev/ttyUSB1");
}

TEST(ModbusAddresses, that_are_wrong_are_told_with_how_they_are_written) {
  EXPECT_THAT(fault_of("192.168.1.9"), HasSubstr("known are tcp://, rtu+tcp://, serial: and goodwe://"));
  EXPECT_THAT(fault_of(""), HasSubstr("known are"));
  EXPECT_THAT(fault_of("tcp://"), HasSubstr("write tcp://address:502"));
  EXPECT_THAT(fault_of("tcp://host:0"), HasSubstr("write tcp://address:502"));
  EXPECT_THAT(fault_of("tcp://host:65536"), HasSubstr("write tcp://"));
  EXPECT_THAT(fault_of("tcp://host/unit"), HasSubstr("write tcp://"));
  EXPECT_THAT(fault_of("tcp://user@host"), HasSubstr("write tcp://"));
  EXPECT_THAT(fault_of("tcp://[::1"), HasSubstr("write tcp://"));
  EXPECT_THAT(fault_of("serial:ttyUSB1"), HasSubstr("write serial:/dev/ttyUSB0"));
  EXPECT_THAT(fault_of("serial:/dev/ttyUSB1?baud=9601"), HasSubstr("no speed of serial lines"));
  EXPECT_THAT(fault_of("serial:/dev/ttyUSB1?parity=some"), HasSubstr("none of none, even and odd"));
  EXPECT_THAT(fault_of("serial:/dev/ttyUSB1?stop=3"), HasSubstr("neither 1 nor 2"));
  EXPECT_THAT(fault_of("serial:/dev/ttyUSB1?bits=7"), HasSubstr("baud, parity and stop"));
}

}  // namespace
}  // namespace shell
