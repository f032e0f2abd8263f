// Registers over real sockets and ptys: from libmodbus, and from devices that are slow, strict, deaf, damaged or
// something else.
#include "shell/meters/modbus_client.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "shell/meters/modbus_rig.hpp"

namespace shell {
namespace {

using namespace modbus_rig;
using core::meter::Reply;
using Outcome = Reply::Outcome;
using Clock = std::chrono::steady_clock;
using testing::AllOf;
using testing::HasSubstr;

Bytes with_checksum(Bytes bytes) {
  const auto sum = wire::modbus_checksum(bytes);
  bytes.push_back(static_cast<std::uint8_t>(sum & 0xFF));
  bytes.push_back(static_cast<std::uint8_t>(sum >> 8));
  return bytes;
}

// --- libmodbus ------------------------------------------------------------------------------------------------------

TEST(ModbusOverTcp, reads_what_stands_there) {
  TcpServer server;
  Asker asker;
  const auto reply = asker.of(question(server.url(), {"100", "102 u32", "150"}));
  EXPECT_EQ(reply.outcome, Outcome::answered) << reply.trouble;
  EXPECT_EQ(reply.body, "100: 044C 044D 044E 044F\n150: 047E");
  EXPECT_EQ(reply.trouble, "");
}

TEST(ModbusOverTcp, reads_input_registers) {
  TcpServer server;
  Asker asker;
  auto input = question(server.url(), {"100"});
  input.kind = wire::RegisterKind::input;
  EXPECT_EQ(asker.of(input).body, "100: 0834");
}

TEST(ModbusOverTcp, reads_in_parts_what_is_refused_as_a_whole) {
  TcpServer server;
  Asker asker;
  const auto partly = question(server.url(), {"98", "100", "199", "201"});
  EXPECT_EQ(asker.of(partly).body, "100: 044C\n199: 04AF");
  EXPECT_EQ(asker.of(partly).body, "100: 044C\n199: 04AF");
}

TEST(ModbusOverTcp, a_device_without_any_of_the_registers_is_told_so) {
  TcpServer server;
  Asker asker;
  const auto reply = asker.of(question(server.url(), {"5", "7"}, 9));
  EXPECT_EQ(reply.outcome, Outcome::unreachable);
  EXPECT_THAT(reply.trouble, AllOf(HasSubstr("(unit 9) has none of the registers"), HasSubstr("unit id")));
}

TEST(ModbusOverTcp, many_sources_share_one_connection_that_is_kept) {
  TcpServer server;
  Asker asker;
  const auto first = asker.ask(question(server.url(), {"100"}, 1));
  const auto second = asker.ask(question(server.url(), {"101"}, 2));
  const auto third = asker.ask(question(server.url(), {"102"}, 1));
  EXPECT_EQ(asker.wait(first).body, "100: 044C");
  EXPECT_EQ(asker.wait(second).body, "101: 044D");
  EXPECT_EQ(asker.wait(third).body, "102: 044E");
  EXPECT_EQ(asker.of(question(server.url(), {"100"})).body, "100: 044C");
  EXPECT_EQ(server.clients(), 1);
  EXPECT_EQ(asker.devices(), 1U);
}

TEST(ModbusOverTcp, a_connection_that_the_device_has_forgotten_is_made_again) {
  TcpServer server;
  Asker asker;
  EXPECT_EQ(asker.of(question(server.url(), {"100"})).outcome, Outcome::answered);
  server.hang_up();
  std::this_thread::sleep_for(50ms);
  EXPECT_EQ(asker.of(question(server.url(), {"100"})).outcome, Outcome::answered);
  EXPECT_EQ(server.clients(), 2);
}

TEST(ModbusOnALine, reads_what_stands_there) {
  LineServer server;
  Asker asker;
  const auto reply = asker.of(question(server.url(), {"100", "150"}, 3));
  EXPECT_EQ(reply.outcome, Outcome::answered) << reply.trouble;
  EXPECT_EQ(reply.body, "100: 044C\n150: 047E");
}

TEST(ModbusOnALine, refused_words_are_missing_and_the_rest_is_there) {
  LineServer server;
  Asker asker;
  EXPECT_EQ(asker.of(question(server.url(), {"99", "100"}, 3)).body, "100: 044C");
}

TEST(ModbusOnALine, characters_are_sent_as_the_address_says) {
  LineServer server;
  Asker asker;
  EXPECT_EQ(asker.of(question(server.url() + "&baud=19200&parity=odd&stop=2", {"100"}, 3)).outcome, Outcome::answered);
  const termios line = server.settings();
  EXPECT_EQ(::cfgetospeed(&line), static_cast<speed_t>(B19200));
  EXPECT_NE(line.c_cflag & CSTOPB, 0U);
  EXPECT_NE(line.c_cflag & PARODD, 0U);  // a pty forgets the bit that says whether there is a parity
}

TEST(ModbusOnALine, a_silent_unit_does_not_keep_the_others_for_long) {
  LineServer server;
  Asker asker;
  auto to_nobody = question(server.url(), {"100"}, 4);
  to_nobody.patience = 30s;
  const auto began = Clock::now();
  const auto silent = asker.ask(to_nobody);
  const auto well = asker.ask(question(server.url(), {"100"}, 3));
  EXPECT_EQ(asker.wait(silent).outcome, Outcome::timed_out);
  EXPECT_THAT(asker.wait(silent).trouble,
              AllOf(HasSubstr("(unit 4) does not answer"), HasSubstr("unit id"), HasSubstr("wires")));
  EXPECT_EQ(asker.wait(well).body, "100: 044C");
  EXPECT_LT(Clock::now() - began, 8s);
}

TEST(ModbusOnALine, what_a_line_has_damaged_is_asked_again) {
  int master = -1, slave = -1;
  char name[128];
  ASSERT_EQ(::openpty(&master, &slave, name, nullptr, nullptr), 0);
  const Descriptor ours(master), theirs(slave);
  Asker asker;
  const auto place = asker.ask(question(std::string("serial:") + name, {"100"}, 3));
  const Peer peer(master);
  EXPECT_EQ(peer.read(8), with_checksum({3, 3, 0, 100, 0, 1}));
  Bytes damaged = with_checksum({3, 3, 2, 0x12, 0x34});
  damaged[3] ^= 0x10;
  peer.say(damaged);
  EXPECT_EQ(peer.read(8).size(), 8U);
  peer.say({0xFF, 0x00});
  for (const std::uint8_t byte : with_checksum({3, 3, 2, 0x12, 0x34})) peer.say({byte});
  EXPECT_EQ(asker.wait(place).body, "100: 1234");
}

TEST(ModbusOnALine, the_late_second_answer_of_a_slow_device_is_not_that_to_the_next_request) {
  int master = -1, slave = -1;
  char name[128];
  ASSERT_EQ(::openpty(&master, &slave, name, nullptr, nullptr), 0);
  const Descriptor ours(master), theirs(slave);
  Asker asker;
  auto slow = question(std::string("serial:") + name, {"100", "300"}, 3);
  slow.patience = 15s;
  const auto place = asker.ask(slow);
  const Peer peer(master);
  const Bytes first = with_checksum({3, 3, 0, 100, 0, 1});
  EXPECT_EQ(peer.read(8), first);
  EXPECT_EQ(peer.read(8), first) << "after a second it is asked again";
  std::this_thread::sleep_for(800ms);
  peer.say(with_checksum({3, 3, 2, 0, 1}));
  std::this_thread::sleep_for(1400ms);   // as slowly as the first
  peer.say(with_checksum({3, 3, 2, 0, 1}));
  EXPECT_EQ(peer.read(8), with_checksum({3, 3, 1, 44, 0, 1}));
  peer.say(with_checksum({3, 3, 2, 0, 2}));
  EXPECT_EQ(asker.wait(place).body, "100: 0001\n300: 0002");
}

TEST(ModbusOnALine, a_port_that_is_not_there_is_named_with_its_remedy) {
  Asker asker;
  const auto reply = asker.of(question("serial:/dev/ttyUSB99?baud=9600", {"100"}));
  EXPECT_EQ(reply.outcome, Outcome::unreachable);
  EXPECT_THAT(reply.trouble, AllOf(HasSubstr("/dev/ttyUSB99 does not exist"), HasSubstr("plug in"),
                                   testing::Not(HasSubstr("interface.RS485"))));
}

TEST(ModbusOnALine, an_adapter_that_was_pulled_is_opened_again) {
  Asker asker;
  auto server = std::make_unique<LineServer>();
  const std::string url = server->url();
  EXPECT_EQ(asker.of(question(url, {"100"}, 3)).outcome, Outcome::answered);
  server.reset();
  EXPECT_EQ(asker.of(question(url, {"100"}, 3)).outcome, Outcome::unreachable);
  LineServer again;
  EXPECT_EQ(asker.of(question(again.url(), {"100"}, 3)).outcome, Outcome::answered);
}

// --- Through a gateway, and in datagrams ----------------------------------------------------------------------------

TEST(ModbusThroughAGateway, frames_of_a_line_travel_over_tcp) {
  TcpScript gateway([](const Peer& peer, int) {
    while (peer.read(8).size() == 8) peer.say(with_checksum({5, 3, 2, 0x0B, 0x18}));
  });
  Asker asker;
  EXPECT_EQ(asker.of(question(gateway.url("rtu+tcp"), {"37113"}, 5)).body, "37113: 0B18");
}

TEST(ModbusInDatagrams, the_sample_of_goodwe_is_read) {
  const Bytes expected{0xF7, 0x03, 0x89, 0x43, 0x00, 0x02, 0x0B, 0x15};
  DatagramScript inverter([&](const Bytes& request, int) {
    EXPECT_EQ(request, expected);
    return std::vector<Bytes>{{0xAA, 0x55, 0xF7, 0x03, 0x04, 0x00, 0x00, 0x07, 0x52, 0xEF, 0xF1}};
  });
  Asker asker;
  EXPECT_EQ(asker.of(question(inverter.url(), {"35139 s32"}, 0xF7)).body, "35139: 0000 0752");
}

TEST(ModbusInDatagrams, what_is_lost_is_asked_three_times) {
  DatagramScript inverter([](const Bytes&, int number) {
    return number < 2 ? std::vector<Bytes>{}
                      : std::vector<Bytes>{{0xAA, 0x55, 0xF7, 0x03, 0x04, 0x00, 0x00, 0x07, 0x52, 0xEF, 0xF1}};
  });
  Asker asker;
  EXPECT_EQ(asker.of(question(inverter.url(), {"35139 s32"}, 0xF7)).outcome, Outcome::answered);
}

TEST(ModbusInDatagrams, an_answer_that_came_twice_is_not_that_of_the_next_request) {
  DatagramScript inverter([](const Bytes& request, int number) {
    const std::uint8_t value = request[3];  // the low byte of the address
    const Bytes answer = with_checksum({0xF7, 3, 2, 0, value});
    Bytes framed{0xAA, 0x55};
    framed.insert(framed.end(), answer.begin(), answer.end());
    return number == 0 ? std::vector<Bytes>{framed, framed} : std::vector<Bytes>{framed};
  });
  Asker asker;
  EXPECT_EQ(asker.of(question(inverter.url(), {"1", "100"}, 0xF7)).body, "1: 0001\n100: 0064");
}

TEST(ModbusInDatagrams, silence_ends_after_three_tries) {
  DatagramScript inverter([](const Bytes&, int) { return std::vector<Bytes>{}; });
  Asker asker;
  auto long_patience = question(inverter.url(), {"35139 s32"}, 0xF7);
  long_patience.patience = 60s;
  const auto reply = asker.of(long_patience);
  EXPECT_EQ(reply.outcome, Outcome::timed_out);
  EXPECT_THAT(reply.trouble, HasSubstr("(unit 247) does not answer"));
}

// --- Difficult devices ----------------------------------------------------------------------------------------------

TEST(ModbusDevices, that_nobody_answers_at_are_named_with_their_remedy) {
  std::string url;
  {
    url = TcpScript([](const Peer&, int) {}).url();
  }
  Asker asker;
  const auto reply = asker.of(question(url, {"100"}));
  EXPECT_EQ(reply.outcome, Outcome::unreachable);
  EXPECT_THAT(reply.trouble, AllOf(HasSubstr("Nobody answers at 127.0.0.1:"), HasSubstr("Modbus is switched on")));
}

TEST(ModbusDevices, that_have_their_one_client_already_are_guessed) {
  TcpScript busy([](const Peer&, int) {});
  Asker asker;
  const auto reply = asker.of(question(busy.url(), {"100"}));
  EXPECT_EQ(reply.outcome, Outcome::unreachable);
  EXPECT_THAT(reply.trouble, HasSubstr("the one client"));
}

TEST(ModbusDevices, that_answer_an_older_question_first_are_understood) {
  TcpScript device([](const Peer& peer, int) {
    for (Bytes request = peer.request(); request.size() == 12; request = peer.request()) {
      Bytes stale = answer_to(request, 0xDEAD);
      stale[1] = static_cast<std::uint8_t>(stale[1] - 1);
      peer.say(stale);
      peer.say(answer_to(request, 0x0B18));
    }
  });
  Asker asker;
  EXPECT_EQ(asker.of(question(device.url(), {"100", "200"})).body, "100: 0B18\n200: 0B18");
}

TEST(ModbusDevices, that_drip_are_waited_for) {
  TcpScript device([](const Peer& peer, int) {
    const Bytes request = peer.request();
    for (const std::uint8_t byte : answer_to(request, 7)) {
      peer.say({byte});
      std::this_thread::sleep_for(5ms);
    }
    (void)peer.request();
  });
  Asker asker;
  EXPECT_EQ(asker.of(question(device.url(), {"100"})).body, "100: 0007");
}

TEST(ModbusDevices, that_are_busy_are_asked_again_after_a_second) {
  TcpScript device([](const Peer& peer, int) {
    peer.say(refusal_of(peer.request(), 6));
    const auto refused = Clock::now();
    const Bytes again = peer.request();
    EXPECT_GE(Clock::now() - refused, 950ms);
    peer.say(answer_to(again, 7));
    (void)peer.request();
  });
  Asker asker;
  EXPECT_EQ(asker.of(question(device.url(), {"100"})).body, "100: 0007");
}

TEST(ModbusDevices, that_stay_busy_are_left_in_time) {
  TcpScript device([](const Peer& peer, int) {
    for (Bytes request = peer.request(); request.size() == 12; request = peer.request())
      peer.say(refusal_of(request, 4));
  });
  Asker asker;
  const auto reply = asker.of(question(device.url(), {"100"}));
  EXPECT_EQ(reply.outcome, Outcome::unreachable);
  EXPECT_THAT(reply.trouble, HasSubstr("busy, or fails to read its own registers (exception 4)"));
}

TEST(ModbusDevices, that_refuse_for_other_reasons_are_named_with_them) {
  const auto trouble = [](std::uint8_t why) {
    TcpScript device([why](const Peer& peer, int) {
      for (Bytes request = peer.request(); request.size() == 12; request = peer.request())
        peer.say(refusal_of(request, why));
    });
    Asker asker;
    return asker.of(question(device.url(), {"100"}, 3)).trouble;
  };
  EXPECT_THAT(trouble(1), HasSubstr("does not let holding registers be read"));
  EXPECT_THAT(trouble(11), HasSubstr("does not reach the unit 3 behind it"));
  EXPECT_THAT(trouble(99), HasSubstr("exception 99"));
}

TEST(ModbusDevices, that_speak_something_else_are_told_so) {
  TcpScript web([](const Peer& peer, int) {
    const std::string page = "HTTP/1.1 400 Bad Request\r\nConnection: keep-alive\r\n\r\n";
    (void)peer.request();
    peer.say(Bytes(page.begin(), page.end()));
    (void)peer.request();
  });
  Asker asker;
  auto impatient = question(web.url(), {"100"});
  impatient.patience = 300ms;
  EXPECT_THAT(asker.of(impatient).trouble, AllOf(HasSubstr("something other than Modbus"), HasSubstr("the port")));
}

TEST(ModbusDevices, that_pour_out_bytes_are_left_at_once) {
  TcpScript flood([](const Peer& peer, int) {
    (void)peer.request();
    peer.say(Bytes(100'000, 0xEE));
    (void)peer.request();
  });
  Asker asker;
  const auto began = Clock::now();
  EXPECT_THAT(asker.of(question(flood.url(), {"100"})).trouble, HasSubstr("something other than Modbus"));
  EXPECT_LT(Clock::now() - began, 4s);
}

TEST(ModbusDevices, that_are_silent_are_left_after_the_patience_and_asked_over_a_new_connection) {
  TcpScript device([](const Peer& peer, int number) {
    for (Bytes request = peer.request(); request.size() == 12; request = peer.request())
      if (number > 0) peer.say(answer_to(request, 7));
  });
  Asker asker;
  auto impatient = question(device.url(), {"100"});
  impatient.patience = 200ms;
  const auto silent = asker.of(impatient);
  EXPECT_EQ(silent.outcome, Outcome::timed_out);
  EXPECT_THAT(silent.trouble, HasSubstr("(unit 1) does not answer"));
  EXPECT_EQ(asker.of(question(device.url(), {"100"})).body, "100: 0007");
  EXPECT_EQ(device.clients(), 2);
}

TEST(ModbusDevices, that_hang_up_amid_a_round_fail_it_and_not_the_next) {
  TcpScript device([](const Peer& peer, int number) {
    for (int i = 0; number > 0 || i < 1; ++i) {
      const Bytes request = peer.request();
      if (request.size() < 12) return;
      peer.say(answer_to(request, 7));
    }
  });
  Asker asker;
  const auto both = question(device.url(), {"100", "200"});
  EXPECT_THAT(asker.of(both).trouble, HasSubstr("closed the connection"));
  EXPECT_EQ(asker.of(both).body, "100: 0007\n200: 0007");
}

TEST(ModbusDevices, that_need_rest_get_it) {
  TcpScript device([](const Peer& peer, int) {
    const auto connected = Clock::now();
    Bytes request = peer.request();
    EXPECT_GE(Clock::now() - connected, 190ms);
    for (int i = 0; i < 3; ++i) {
      peer.say(answer_to(request, 7));
      const auto answered = Clock::now();
      request = peer.request();
      if (request.size() < 12) return;
      EXPECT_GE(Clock::now() - answered, 95ms);
    }
  });
  Asker asker;
  auto gentle = question(device.url(), {"100", "200"});
  gentle.connect_pause = 200ms;
  gentle.pause = 100ms;
  EXPECT_EQ(asker.of(gentle).outcome, Outcome::answered);
  auto other = question(device.url(), {"300"});
  other.pause = 100ms;
  EXPECT_EQ(asker.of(other).outcome, Outcome::answered);  // another source's question waits as well
}

TEST(ModbusDevices, that_cannot_tell_everything_in_time_are_told_so) {
  TcpScript device([](const Peer& peer, int) {
    for (Bytes request = peer.request(); request.size() == 12; request = peer.request())
      peer.say(answer_to(request, 7));
  });
  Asker asker;
  auto gentle = question(device.url(), {"100", "200", "300"});
  gentle.pause = 300ms;
  gentle.patience = 400ms;
  EXPECT_THAT(asker.of(gentle).trouble, HasSubstr("did not tell everything within 0.4 s"));
}

TEST(ModbusDevices, whose_address_is_wrong_are_told_so_later) {
  Asker asker;
  const auto reply = asker.of(question("http://127.0.0.1", {"100"}));
  EXPECT_EQ(reply.outcome, Outcome::unreachable);
  EXPECT_THAT(reply.trouble, HasSubstr("The address is wrong: \"http://127.0.0.1\""));
  EXPECT_THAT(asker.of(question("tcp://no.such.name.invalid", {"100"})).trouble,
              HasSubstr("\"no.such.name.invalid\" is not known here"));
}

TEST(ModbusDevices, that_nobody_asks_any_more_are_let_go) {
  std::atomic<bool> closed = false;
  TcpScript device([&](const Peer& peer, int) {
    peer.say(answer_to(peer.request(), 7));
    closed = peer.request().empty();
  });
  Asker asker(50ms);
  EXPECT_EQ(asker.of(question(device.url(), {"100"})).outcome, Outcome::answered);
  EXPECT_EQ(asker.devices(), 1U);
  for (int i = 0; i < 200 && !closed; ++i) std::this_thread::sleep_for(10ms);
  EXPECT_TRUE(closed);
  EXPECT_EQ(asker.devices(), 0U);
}

TEST(ModbusDevices, the_client_may_go_when_it_has_answered) {
  TcpServer server;
  EXPECT_EQ(Asker{}.last(question(server.url(), {"100"})).outcome, Outcome::answered);
}

TEST(ModbusDevices, nothing_is_said_after_the_client_has_gone) {
  TcpScript device([](const Peer& peer, int) { (void)peer.read(100); });
  Asker asker;
  auto impatient = question(device.url(), {"100"});
  impatient.patience = 100ms;
  const auto first = asker.ask(impatient), second = asker.ask(impatient);
  asker.leave();
  std::this_thread::sleep_for(300ms);
  EXPECT_FALSE(asker.replied(first));
  EXPECT_FALSE(asker.replied(second));
}

}  // namespace
}  // namespace shell
