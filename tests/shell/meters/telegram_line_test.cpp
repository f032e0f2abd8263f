// Telegrams on a serial line (a pty) and over TCP.
#include <fmt/format.h>
#include <termios.h>

#include "shell/meters/ears_rig.hpp"
#include "wire/telegrams.hpp"

namespace shell {
namespace {

using ears_test::bytes_of;
using ears_test::Heard;
using ears_test::to;
using testing::Each;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

constexpr auto p1 = Listening::Framing::p1;

/// What is handed on ends with the last digit of the checksum.
const std::string telegram(samples::p1.substr(0, samples::p1.size() - 2));

class SerialLine : public ears_test::Listeners {
 protected:
  static EarPatience patience(base::Duration silence) {
    EarPatience patience = ears_test::little();
    patience.silence = silence;
    return patience;
  }
  explicit SerialLine(base::Duration silence = 60s) : Listeners(patience(silence)) {}
  /// Until the line is open: what a pty is told before is thrown away.
  void say_until_heard(const Heard& heard) {
    int turns = 0;
    const std::size_t before = heard.words.size();
    ASSERT_TRUE(until([&] {
      if (++turns % 40 == 1) cable_.say(bytes_of(samples::p1));
      return heard.words.size() > before;
    }));
    rig::turn_for(io_, 250ms);
  }
  rig::Folder folder_;
  rig::Adapter cable_{folder_.at("ttyUSB2")};
  const std::string from_ = "serial:" + folder_.at("ttyUSB2");
};

TEST_F(SerialLine, telegrams_arrive_whole_however_they_come) {
  Heard& heard = listen(to(from_, p1));
  say_until_heard(heard);
  const std::size_t before = heard.words.size();
  const auto bytes = bytes_of(samples::p1);
  for (std::size_t at = 0; at < bytes.size(); at += 100) {
    cable_.say({bytes.begin() + static_cast<std::ptrdiff_t>(at),
                bytes.begin() + static_cast<std::ptrdiff_t>(std::min(at + 100, bytes.size()))});
    rig::turn_for(io_, 5ms);
  }
  ASSERT_TRUE(until([&] { return heard.words.size() == before + 1; }));
  EXPECT_THAT(heard.bodies(), Each(telegram));
  EXPECT_FALSE(heard.words.back().retained);
}

TEST_F(SerialLine, two_sources_hear_one_cable) {
  Heard& one = listen(to(from_, p1));
  Heard& other = listen(to(from_, p1));
  say_until_heard(one);
  EXPECT_EQ(ears_->connections(), 1U);
  EXPECT_EQ(other.bodies(), one.bodies());
}

struct ImpatientLine : SerialLine {
  ImpatientLine() : SerialLine(300ms) {}
};

TEST_F(ImpatientLine, a_telegram_with_a_wrong_digit_is_never_heard_and_told_when_there_are_only_such) {
  Heard& heard = listen(to(from_, p1));
  say_until_heard(heard);
  const std::size_t before = heard.words.size();
  std::string wrong(samples::p1);
  wrong[wrong.find("02.365")] = '9';
  int turns = 0;
  ASSERT_TRUE(until([&] {
    if (++turns % 10 == 1) cable_.say(bytes_of(wrong));
    return !heard.troubles.empty() &&
           heard.troubles.back().trouble ==
               folder_.at("ttyUSB2") + " sends damaged telegrams only; check its cable or gateway";
  }));
  EXPECT_EQ(heard.words.size(), before);
  EXPECT_EQ(heard.troubles.back().outcome, Word::Outcome::timed_out);
}

TEST_F(ImpatientLine, silence_is_told_once_and_again_after_something_was_heard) {
  Heard& heard = listen(to(from_, p1));
  ASSERT_TRUE(until([&] { return !heard.troubles.empty(); }));
  rig::turn_for(io_, 800ms);
  EXPECT_THAT(heard.sentences(),
              ElementsAre(HasSubstr("sends nothing; check that the cable is plugged into the meter")));
  say_until_heard(heard);
  ASSERT_TRUE(until([&] { return heard.troubles.size() == 2; }));
  EXPECT_EQ(heard.troubles[1].trouble, heard.troubles[0].trouble);
}

TEST_F(ImpatientLine, other_bytes_are_probably_of_another_speed) {
  Heard& heard = listen(to(from_, p1));
  int turns = 0;
  ASSERT_TRUE(until([&] {
    if (++turns % 10 == 1) cable_.say({0x80, 0xFE, 0x11});
    return !heard.troubles.empty() &&
           heard.troubles.back().trouble.find("are no telegrams; its speed is probably another") != std::string::npos;
  }));
}

TEST_F(SerialLine, a_pulled_cable_is_told_and_found_when_it_is_plugged_in_again) {
  Heard& heard = listen(to(from_, p1));
  say_until_heard(heard);
  cable_.unplug();
  ASSERT_TRUE(until([&] { return heard.troubles.size() == 2; }));
  rig::turn_for(io_, 300ms);
  EXPECT_EQ(heard.troubles.size(), 2U);
  EXPECT_EQ(heard.troubles[1].trouble,
            fmt::format("{} does not exist; plug in the adapter, or correct the address of this meter",
                        folder_.at("ttyUSB2")));
  cable_.plug_in();
  say_until_heard(heard);
}

TEST_F(SerialLine, an_old_meter_is_heard_with_seven_bits) {
  Heard& heard = listen(to(from_ + "?baud=9600&bits=7&parity=even", p1));
  int turns = 0;
  ASSERT_TRUE(until([&] {
    if (++turns % 40 == 1) cable_.say(bytes_of(samples::dsmr_2));
    return !heard.words.empty();
  }));
  EXPECT_THAT(heard.words[0].body, HasSubstr("1-0:1.7.0(0001.29*kW)"));
  termios line{};
  ASSERT_EQ(::tcgetattr(cable_.fd(), &line), 0);
  EXPECT_EQ(::cfgetispeed(&line), static_cast<speed_t>(B9600));
}

class Gateway : public ears_test::Listeners {
 protected:
  rig::Converter gateway_;
  const std::string from_ = fmt::format("tcp://127.0.0.1:{}", gateway_.port());
};

TEST_F(Gateway, the_same_bytes_come_over_tcp) {
  Heard& heard = listen(to(from_, p1));
  ASSERT_TRUE(until([&] { return gateway_.answer(); }));
  gateway_.say(bytes_of(samples::p1));
  ASSERT_TRUE(until([&] { return !heard.words.empty(); }));
  EXPECT_THAT(heard.bodies(), ElementsAre(telegram));
  EXPECT_THAT(gateway_.heard(), IsEmpty()) << "whoever listens says nothing";
}

TEST_F(Gateway, it_is_dialled_again_when_it_hangs_up_or_forgets_us) {
  Heard& heard = listen(to(from_, p1));
  ASSERT_TRUE(until([&] { return gateway_.answer(); }));
  gateway_.hang_up();
  ASSERT_TRUE(until([&] { return gateway_.answer(); }));
  EXPECT_THAT(heard.sentences(), ElementsAre(HasSubstr(from_ + ": closed by its other side")));
  // It stays connected and says nothing: after some silences we come again.
  const Descriptor former = gateway_.leave_hanging();
  ASSERT_TRUE(until([&] { return gateway_.answer(); }));
  gateway_.say(bytes_of(samples::p1));
  ASSERT_TRUE(until([&] { return !heard.words.empty(); }));
}

TEST_F(Gateway, that_is_gone_is_told_once) {
  gateway_.gone();
  Heard& heard = listen(to(from_, p1));
  ASSERT_TRUE(until([&] { return !heard.troubles.empty(); }));
  rig::turn_for(io_, 400ms);
  EXPECT_THAT(heard.sentences(), ElementsAre(testing::AllOf(HasSubstr(from_ + " cannot be reached"),
                                                            HasSubstr("correct the address of this meter"))));
}

}  // namespace
}  // namespace shell
