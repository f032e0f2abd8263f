// Datagrams on this machine's loopback.
#include <arpa/inet.h>
#include <fmt/format.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include "shell/meters/ears_rig.hpp"
#include "wire/telegrams.hpp"

namespace shell {
namespace {

using ears_test::Heard;
using ears_test::to;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

constexpr const char* group = "239.12.255.254";

/// Somebody on this machine who sends datagrams, from 127.0.0.`own`.
class Sender {
 public:
  explicit Sender(std::uint32_t own = 1) : socket_(::socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0)) {
    sockaddr_in here{};
    here.sin_family = AF_INET;
    here.sin_addr.s_addr = htonl(INADDR_LOOPBACK - 1 + own);
    EXPECT_EQ(::bind(socket_.get(), reinterpret_cast<sockaddr*>(&here), sizeof here), 0);
    const in_addr loopback{htonl(INADDR_LOOPBACK)};
    EXPECT_EQ(::setsockopt(socket_.get(), IPPROTO_IP, IP_MULTICAST_IF, &loopback, sizeof loopback), 0);
  }
  void send(const char* address, std::uint16_t port, std::string_view body) const {
    sockaddr_in where{};
    where.sin_family = AF_INET;
    where.sin_port = htons(port);
    ASSERT_EQ(::inet_pton(AF_INET, address, &where.sin_addr), 1);
    ASSERT_EQ(::sendto(socket_.get(), body.data(), body.size(), 0, reinterpret_cast<sockaddr*>(&where), sizeof where),
              static_cast<ssize_t>(body.size()));
  }

 private:
  Descriptor socket_;
};

/// No program has it just now, and neither TCP nor UDP care about the other's.
class Letters : public ears_test::Listeners {
 protected:
  /// Joins the groups on the way: what is sent before is for nobody.
  Heard& listen(Listening what) {
    Heard& heard = Listeners::listen(std::move(what));
    io_.restart();
    io_.poll();
    return heard;
  }
  std::string from(std::string_view address) const { return fmt::format("udp://{}:{}", address, port_); }
  const std::uint16_t port_ = rig::free_port();
  Sender sender_;
};

TEST_F(Letters, to_a_group_arrive_byte_for_byte) {
  Heard& heard = listen(to(from(group)));
  sender_.send(group, port_, samples::sma());
  sender_.send(group, port_, "");
  ASSERT_TRUE(until([&] { return heard.words.size() == 2; })) << testing::PrintToString(heard.sentences());
  EXPECT_THAT(heard.bodies(), ElementsAre(samples::sma(), ""));
}

TEST_F(Letters, of_a_device_that_is_set_to_send_to_us_alone_arrive_too) {
  Heard& heard = listen(to(from(group)));
  sender_.send("127.0.0.1", port_, "straight");
  ASSERT_TRUE(until([&] { return !heard.words.empty(); }));
  EXPECT_THAT(heard.bodies(), ElementsAre("straight"));
}

TEST_F(Letters, are_shared_by_those_who_listen_at_one_port_each_hearing_what_it_means) {
  Heard& first = listen(to(from(group)));
  Heard& second = listen(to(from(group)));
  Heard& other_group = listen(to(from("239.1.2.3")));
  Heard& other_sender = listen(to(from("127.0.0.7")));
  Heard& anybody = listen(to(from("")));
  EXPECT_EQ(ears_->connections(), 1U);
  sender_.send(group, port_, "a");
  sender_.send("239.1.2.3", port_, "b");
  Sender(7).send("127.0.0.1", port_, "c");
  ASSERT_TRUE(until([&] { return anybody.words.size() == 3; }));
  EXPECT_THAT(first.bodies(), ElementsAre("a", "c"));
  EXPECT_THAT(second.bodies(), ElementsAre("a", "c"));
  EXPECT_THAT(other_group.bodies(), ElementsAre("b", "c"));
  EXPECT_THAT(other_sender.bodies(), ElementsAre("c"));
  EXPECT_THAT(anybody.bodies(), ElementsAre("a", "b", "c"));
}

TEST_F(Letters, go_on_through_many_reports_to_the_switch) {
  Heard& heard = listen(to(from(group)));
  for (std::size_t count = 1; count <= 30; ++count) {
    rig::turn_for(io_, 20ms);  // a look every 30 ms, a report every sixth look
    sender_.send(group, port_, "x");
    ASSERT_TRUE(until([&] { return heard.words.size() == count; }));
  }
  EXPECT_THAT(heard.troubles, IsEmpty());
}

TEST_F(Letters, that_do_not_come_are_told_once_to_whom_they_are_missing) {
  Heard& served = listen(to(from(group)));
  Heard& missing = listen(to(from("239.1.2.3")));
  int turns = 0;
  ASSERT_TRUE(until([&] {
    if (++turns % 10 == 1) sender_.send(group, port_, "x");
    return turns > 150 && !missing.troubles.empty();
  }));
  EXPECT_THAT(missing.sentences(), ElementsAre(testing::AllOf(HasSubstr("no datagram comes from udp://239.1.2.3:"),
                                                              HasSubstr("pass its group on"))));
  EXPECT_EQ(missing.troubles[0].outcome, Word::Outcome::timed_out);
  EXPECT_THAT(served.troubles, IsEmpty());
  sender_.send("239.1.2.3", port_, "late");
  ASSERT_TRUE(until([&] { return missing.troubles.size() == 2; })) << "and again after some came";
  EXPECT_THAT(missing.bodies(), ElementsAre("late"));
}

TEST_F(Letters, at_a_port_that_somebody_holds_are_heard_when_it_is_free) {
  Descriptor holder{::socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0)};
  sockaddr_in here{};
  here.sin_family = AF_INET;
  here.sin_port = htons(port_);
  ASSERT_EQ(::bind(holder.get(), reinterpret_cast<sockaddr*>(&here), sizeof here), 0);
  Heard& heard = Listeners::listen(to(from(group)));
  EXPECT_TRUE(heard.troubles.empty()) << "never from within";
  ASSERT_TRUE(until([&] { return !heard.troubles.empty(); }));
  EXPECT_THAT(heard.troubles[0].trouble,
              HasSubstr("cannot be listened to: Address already in use; end the program that holds it"));
  holder.reset();
  int turns = 0;
  ASSERT_TRUE(until([&] {
    if (++turns % 10 == 1) sender_.send(group, port_, "free");
    return !heard.words.empty();
  }));
}

TEST_F(Letters, are_heard_beside_another_program_that_shares_the_port) {
  Ears others(io_);
  std::vector<std::string> theirs;
  others.listen(to(from(group)), [&](const Word& word) { theirs.push_back(word.body); });
  Heard& ours = listen(to(from(group)));
  sender_.send(group, port_, "both");
  ASSERT_TRUE(until([&] { return !ours.words.empty() && !theirs.empty(); }));
  EXPECT_THAT(ours.bodies(), ElementsAre("both"));
  EXPECT_THAT(theirs, ElementsAre("both"));
}

TEST_F(Letters, stop_and_give_the_port_back) {
  listen(to(from(group)));
  ears_->stop_all();
  const std::size_t before = rig::open_descriptors();
  Heard& heard = listen(to(from(group)));
  sender_.send(group, port_, "one");
  ASSERT_TRUE(until([&] { return !heard.words.empty(); }));
  sender_.send(group, port_, "two");
  ears_->stop_all();
  rig::turn_for(io_, 50ms);
  EXPECT_EQ(heard.words.size(), 1U);
  EXPECT_EQ(rig::open_descriptors(), before);
}

}  // namespace
}  // namespace shell
