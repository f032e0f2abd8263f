// Addresses of sources that speak by themselves.
#include "shell/meters/origin.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "shell/meters/ears_rig.hpp"

namespace shell {
namespace {

using testing::HasSubstr;

Origin read(std::string_view text) {
  const auto origin = parse_origin(text);
  EXPECT_TRUE(origin) << origin.error().text;
  return origin.value_or(Origin{});
}

std::string fault_of(std::string_view text) {
  const auto origin = parse_origin(text);
  return origin ? "(none)" : origin.error().text;
}

TEST(Origin, of_a_broker_may_leave_out_its_port) {
  const Origin plain = read("mqtt://192.168.1.5");
  EXPECT_EQ(plain.via, Origin::Via::mqtt);
  EXPECT_EQ(plain.host, "192.168.1.5");
  EXPECT_EQ(plain.port, 1883);
  EXPECT_FALSE(plain.secure);
  EXPECT_EQ(read("mqtts://venus.local").port, 8883);
  EXPECT_TRUE(read("mqtts://venus.local").secure);
  EXPECT_EQ(read("mqtt://[fd00::5]:1884/").port, 1884);
  EXPECT_EQ(print(read("mqtt://[fd00::5]:1884")), "mqtt://[fd00::5]:1884");
  EXPECT_EQ(read("mqtt://box:80").port, 80) << "the port of another scheme";
}

TEST(Origin, of_a_serial_line_says_how_it_speaks) {
  const Origin usual = read("serial:/dev/ttyUSB2");
  EXPECT_EQ(usual.target, "/dev/ttyUSB2");
  EXPECT_EQ(usual.baud, 115200);
  EXPECT_EQ(usual.line, (Line{8, Line::Parity::none, 1, Line::Request::raised}));
  const Origin old = read("serial:/dev/ttyUSB2?baud=9600&bits=7&parity=even&stop=2");
  EXPECT_EQ(old.baud, 9600);
  EXPECT_EQ(old.line, (Line{7, Line::Parity::even, 2, Line::Request::raised}));
  EXPECT_EQ(print(old), "/dev/ttyUSB2");
  EXPECT_THAT(fault_of("serial:/dev/ttyUSB2?baud=115201"), HasSubstr("baud=115201 is no speed"));
  EXPECT_THAT(fault_of("serial:/dev/ttyUSB2?bits=9"), HasSubstr("neither 7 nor 8"));
  EXPECT_THAT(fault_of("serial:/dev/ttyUSB2?parity=mark"), HasSubstr("none, even and odd"));
  EXPECT_THAT(fault_of("serial:/dev/ttyUSB2?stop=1.5"), HasSubstr("neither 1 nor 2"));
  EXPECT_THAT(fault_of("serial:/dev/ttyUSB2?flow=on"), HasSubstr("has no \"flow\""));
  EXPECT_THAT(fault_of("serial:COM1"), HasSubstr("is no serial device"));
}

TEST(Origin, of_datagrams_is_a_group_a_sender_or_anybody) {
  EXPECT_EQ(read("udp://239.12.255.254:9522").host, "239.12.255.254");
  EXPECT_EQ(read("udp://192.168.1.9:9522").port, 9522);
  EXPECT_EQ(read("udp://:9522").host, "");
  EXPECT_EQ(read("udp://0.0.0.0:9522").host, "");
  EXPECT_THAT(fault_of("udp://shm.local:9522"), HasSubstr("needs an address such as 239.12.255.254"));
  EXPECT_THAT(fault_of("udp://239.12.255.254"), HasSubstr("lacks its port"));
}

TEST(Origin, of_a_gateway_or_a_web_socket_is_an_address) {
  EXPECT_EQ(read("tcp://192.168.1.9:23").port, 23);
  EXPECT_THAT(fault_of("tcp://192.168.1.9"), HasSubstr("lacks its port; write tcp://address:port"));
  EXPECT_THAT(fault_of("tcp://192.168.1.9:23/telegrams"), HasSubstr("has a path"));
  EXPECT_EQ(read("ws://box/ws?x=1").target, "/ws?x=1");
  EXPECT_EQ(read("ws://box").port, 80);
  EXPECT_EQ(read("wss://box/").port, 443);
  EXPECT_EQ(read("wss://box:8443/live").port, 8443);
  EXPECT_EQ(print(read("wss://box/live?token=x")), "wss://box:443") << "without what may be secret";
}

TEST(Origin, that_is_none_says_what_there_is) {
  EXPECT_THAT(fault_of("http://box"),
              HasSubstr("known are mqtt://, mqtts://, serial:, tcp://, udp://, ws:// and wss://"));
  EXPECT_THAT(fault_of(""), HasSubstr("is no address to listen to"));
  EXPECT_THAT(fault_of("mqtt://"), testing::Not("(none)"));
  EXPECT_THAT(fault_of("mqtt://me:pw@box"), HasSubstr("options of their own"));
  EXPECT_THAT(fault_of("mqtt://me:pw@box"), testing::Not(HasSubstr("pw")));
}

TEST(Origin, and_what_is_wanted_of_it_have_to_fit) {
  const auto wrong = [](Listening what) {
    const auto good = examine(what);
    return good ? "(none)" : good.error().text;
  };
  Listening mqtt = ears_test::to("mqtt://box");
  for (const char* topic : {"a", "+/b", "a/+/c", "#", "a/#", "/a", "$SYS/#"}) {
    mqtt.topic = topic;
    EXPECT_EQ(wrong(mqtt), "(none)") << topic;
  }
  for (const char* topic : {"", "a+", "a/#/b", "a#", "a/b+/c"}) {
    mqtt.topic = topic;
    EXPECT_THAT(wrong(mqtt), HasSubstr("is no topic of MQTT")) << topic;
  }
  EXPECT_THAT(wrong(ears_test::to("serial:/dev/ttyUSB2")), HasSubstr("only telegrams are understood"));
  EXPECT_EQ(wrong(ears_test::to("serial:/dev/ttyUSB2", Listening::Framing::p1)), "(none)");
  EXPECT_THAT(wrong(ears_test::to("udp://:9522", Listening::Framing::p1)), HasSubstr("a datagram is a message"));
}

struct Refusals : ears_test::Listeners {};

TEST_F(Refusals, are_told_to_whoever_listens) {
  const auto& heard = listen(ears_test::to("carrier pigeon"));
  EXPECT_TRUE(heard.troubles.empty()) << "never from within";
  ASSERT_TRUE(until([&] { return heard.troubles.size() == 1; }));
  EXPECT_THAT(heard.troubles[0].trouble, HasSubstr("\"carrier pigeon\" is no address to listen to"));
  EXPECT_EQ(ears_->connections(), 0U);
}

}  // namespace
}  // namespace shell
