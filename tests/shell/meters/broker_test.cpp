// MQTT with a real broker.
#include <fmt/format.h>

#include <cstdlib>
#include <fstream>

#include "shell/http/certificate.hpp"
#include "shell/loop/loop.hpp"
#include "shell/meters/ears_rig.hpp"
#include "shell/meters/inbox.hpp"
#include "shell/meters/mosquitto_rig.hpp"

namespace shell {
namespace {

using ears_test::Heard;
using ears_test::own;
using mosquitto_rig::RealBroker;
using testing::Contains;
using testing::ElementsAre;
using testing::Field;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

Listening topic(const std::string& from, std::string name) {
  Listening what = ears_test::to(from);
  what.topic = std::move(name);
  return what;
}

class Brokers : public ears_test::Listeners {
 protected:
  using Listeners::Listeners;
  /// Says it until it is heard as a new message: nobody is told when a subscription has arrived.
  void say_until_heard(const RealBroker& broker, const std::string& name, const std::string& body, const Heard& heard) {
    int turns = 0;
    ASSERT_TRUE(until([&] {
      if (++turns % 20 == 1) broker.say(name, body);
      return !heard.words.empty() && !heard.words.back().retained && heard.words.back().body == body;
    })) << broker.log();
  }
};

TEST_F(Brokers, two_sources_share_a_connection_and_each_hears_its_topics) {
  RealBroker broker;
  broker.say("dsmr/json", R"({"n":1})", RealBroker::Keep::yes);
  broker.say("house/grid/power", "-512.5", RealBroker::Keep::yes);
  broker.say("house/sun/power", "4210.7", RealBroker::Keep::yes);
  Heard& telegram = listen(topic(broker.url(), "dsmr/json"));
  Heard& house = listen(topic(broker.url(), "house/+/power"));
  ASSERT_TRUE(until([&] { return telegram.words.size() == 1 && house.words.size() == 2; })) << broker.log();
  EXPECT_EQ(ears_->connections(), 1U);
  EXPECT_EQ(telegram.words[0].body, R"({"n":1})");
  EXPECT_EQ(telegram.words[0].topic, "dsmr/json");
  EXPECT_TRUE(telegram.words[0].retained) << "the broker kept it, nobody knows since when";
  EXPECT_THAT(house.bodies(), testing::UnorderedElementsAre("-512.5", "4210.7"));
  broker.say("dsmr/json", R"({"n":2})");
  ASSERT_TRUE(until([&] { return telegram.words.size() == 2; }));
  EXPECT_EQ(telegram.words[1].body, R"({"n":2})");
  EXPECT_FALSE(telegram.words[1].retained);
  EXPECT_EQ(house.words.size(), 2U);
  EXPECT_THAT(telegram.troubles, IsEmpty());
}

TEST_F(Brokers, a_broker_is_found_again_after_its_restart) {
  RealBroker broker;
  Heard& heard = listen(topic(broker.url(), "power"));
  say_until_heard(broker, "power", "1", heard);
  broker.stop();
  ASSERT_TRUE(until([&] { return heard.troubles.size() >= 2; }));
  rig::turn_for(io_, 300ms);
  EXPECT_THAT(heard.sentences(),
              ElementsAre(HasSubstr("has closed the connection"), HasSubstr("nobody answers at 127.0.0.1:")))
      << "told when it changes, not for each attempt";
  broker.start();
  say_until_heard(broker, "power", "2", heard);
  EXPECT_EQ(heard.troubles.size(), 2U);
}

TEST_F(Brokers, a_broker_that_comes_late_is_found) {
  RealBroker broker;
  broker.stop();
  Heard& heard = listen(topic(broker.url(), "power"));
  ASSERT_TRUE(until([&] { return heard.troubles.size() == 1; }));
  EXPECT_EQ(heard.troubles[0].outcome, Word::Outcome::unreachable);
  EXPECT_EQ(heard.troubles[0].trouble,
            fmt::format("nobody answers at 127.0.0.1:{}; check that the broker runs, and its port", broker.port()));
  Heard& later = listen(topic(broker.url(), "power"));
  ASSERT_TRUE(until([&] { return later.troubles.size() == 1; })) << "who comes later is told as well";
  broker.start();
  say_until_heard(broker, "power", "7", heard);
  EXPECT_THAT(later.bodies(), Contains("7"));
}

TEST_F(Brokers, a_login_is_given_and_a_wrong_one_told_once) {
  rig::Folder folder;
  ASSERT_EQ(
      std::system(fmt::format("/usr/bin/mosquitto_passwd -b -c {} meter 's3 cret'", folder.at("passwords")).c_str()),
      0);
  RealBroker broker(fmt::format("allow_anonymous false\npassword_file {}\nuser root\n", folder.at("passwords")));
  broker.say("power", "815", RealBroker::Keep::yes, "meter", "s3 cret");
  Listening right = topic(broker.url(), "power");
  right.user = "meter";
  right.password = "s3 cret";
  Listening wrong = right;
  wrong.password = "other";
  Heard& inside = listen(right);
  Heard& outside = listen(wrong);
  EXPECT_EQ(ears_->connections(), 2U) << "another login, another connection";
  ASSERT_TRUE(until([&] { return inside.words.size() == 1 && !outside.troubles.empty(); })) << broker.log();
  rig::turn_for(io_, 400ms);
  EXPECT_THAT(inside.bodies(), ElementsAre("815"));
  EXPECT_THAT(inside.troubles, IsEmpty());
  EXPECT_THAT(
      outside.sentences(),
      ElementsAre(fmt::format("the broker at 127.0.0.1:{} refuses the user or password; correct them", broker.port())));
}

TEST_F(Brokers, a_topic_that_may_not_be_read_is_said) {
  // A broker by hand: mosquitto itself grants every subscription and then says nothing.
  shell_test::FakeDevice strict([](const shell_test::Socket& socket, int) {
    std::string came;
    while (came.find("twcmanager-") == std::string::npos) came += socket.piece(256);
    socket.send(std::string("\x20\x02\0\0", 4));
    came.clear();
    while (came.find("garage/#") == std::string::npos || came.find("house/power") == std::string::npos) {
      const std::string more = socket.piece(256);
      if (more.empty()) return;
      came += more;
    }
    for (std::string_view rest = came; rest.size() > 4; rest.remove_prefix(2 + static_cast<unsigned char>(rest[1]))) {
      const bool refused = rest.substr(6).starts_with("garage");
      socket.send(std::string{'\x90', 3, rest[2], rest[3], refused ? '\x80' : '\0'});
    }
    socket.send(std::string("\x30\x0E\0\x0Bhouse/power1", 16));
    (void)socket.closes();
  });
  const std::string url = fmt::format("mqtt://127.0.0.1:{}", strict.port());
  Heard& closed = listen(topic(url, "garage/#"));
  Heard& open = listen(topic(url, "house/power"));
  ASSERT_TRUE(until([&] { return !closed.troubles.empty() && !open.words.empty(); }));
  EXPECT_THAT(closed.sentences(), ElementsAre(HasSubstr("does not let this user read garage/#")));
  EXPECT_THAT(open.troubles, IsEmpty());
  EXPECT_THAT(open.bodies(), ElementsAre("1"));
  ears_->stop_all();
}

TEST_F(Brokers, a_sleepy_broker_is_woken_again_and_again) {
  RealBroker broker;
  Listening victron = topic(broker.url(), "N/c0619ab2d4e5/#");
  victron.wake = {"R/c0619ab2d4e5/keepalive"};
  Listening witness = topic(broker.url(), "R/#");
  witness.user = "somebody else";
  Heard& woken = listen(witness);
  rig::turn_for(io_, 100ms);
  listen(victron);
  ASSERT_TRUE(until([&] { return woken.words.size() >= 3; })) << broker.log();
  EXPECT_THAT(woken.words,
              testing::Each(testing::AllOf(Field(&Word::topic, "R/c0619ab2d4e5/keepalive"), Field(&Word::body, ""))));
}

TEST_F(Brokers, a_long_message_arrives_whole_and_a_longer_one_is_left_out) {
  RealBroker broker;
  Heard& heard = listen(topic(broker.url(), "big"));
  say_until_heard(broker, "big", "ready", heard);
  const std::string longest(longest_word, 'x');
  broker.say("big", longest);
  broker.say("big", longest + "x");
  broker.say("big", longest + "x");
  broker.say("big", "after");
  ASSERT_TRUE(until([&] { return heard.words.back().body == "after"; }));
  EXPECT_EQ(heard.words[heard.words.size() - 2].body, longest);
  ASSERT_EQ(heard.troubles.size(), 1U);
  EXPECT_EQ(heard.troubles[0].outcome, Word::Outcome::too_large);
  EXPECT_THAT(heard.troubles[0].trouble, HasSubstr("says 256 KiB at once on big"));
}

TEST_F(Brokers, what_is_no_broker_is_told_as_such) {
  shell_test::FakeDevice other(
      [](const shell_test::Socket& socket, int) { socket.send("HTTP/1.0 400 Bad Request\r\n\r\n"); });
  Heard& heard = listen(topic(fmt::format("mqtt://127.0.0.1:{}", other.port()), "power"));
  Heard& unknown = listen(topic("mqtt://no-such-host.invalid", "power"));
  ASSERT_TRUE(until([&] { return !heard.troubles.empty() && !unknown.troubles.empty(); }));
  EXPECT_THAT(heard.troubles[0].trouble, HasSubstr("is it a broker, without TLS at that port?"));
  EXPECT_EQ(unknown.troubles[0].trouble,
            "the name \"no-such-host.invalid\" is not known here; correct it, or write the address");
}

TEST_F(Brokers, stopping_ends_the_connection_and_nothing_comes_after_it) {
  RealBroker broker;
  Heard& heard = listen(topic(broker.url(), "power"));
  say_until_heard(broker, "power", "1", heard);
  for (int i = 0; i < 50; ++i) broker.say("power", "2");
  ears_->stop_all();
  const std::size_t before = heard.words.size();
  rig::turn_for(io_, 100ms);
  EXPECT_EQ(heard.words.size(), before);
  EXPECT_EQ(ears_->connections(), 0U);
}

TEST_F(Brokers, another_configuration_listens_anew_at_once) {
  RealBroker broker;
  Heard& before = listen(topic(broker.url(), "power"));
  say_until_heard(broker, "power", "1", before);
  const std::size_t heard = before.words.size();
  for (int i = 0; i < 20; ++i) {
    ears_->stop_all();
    Heard& after = listen(topic(broker.url(), "power"));
    say_until_heard(broker, "power", std::to_string(i), after);
    EXPECT_THAT(after.troubles, IsEmpty());
  }
  EXPECT_EQ(before.words.size(), heard);
}

struct HurriedBrokers : Brokers {
  static EarPatience patience() {
    EarPatience patience = ears_test::little();
    patience.hush = 200ms;
    patience.answer = 200ms;
    return patience;
  }
  HurriedBrokers() : Brokers(patience()) {}
};

TEST_F(HurriedBrokers, a_topic_on_which_nothing_is_said_is_asked_about) {
  RealBroker broker;
  broker.say("power", "1", RealBroker::Keep::yes);
  Heard& right = listen(topic(broker.url(), "power"));
  Heard& wrong = listen(topic(broker.url(), "Power"));
  ASSERT_TRUE(until([&] { return !wrong.troubles.empty(); }));
  EXPECT_EQ(wrong.troubles[0].outcome, Word::Outcome::timed_out);
  EXPECT_THAT(wrong.troubles[0].trouble, HasSubstr("nothing is said on Power; is that its topic?"));
  EXPECT_THAT(right.troubles, IsEmpty());
}

TEST_F(HurriedBrokers, a_host_that_says_nothing_is_given_up) {
  shell_test::FakeDevice silent([](const shell_test::Socket& socket, int) { (void)socket.closes(); });
  Heard& heard = listen(topic(fmt::format("mqtt://127.0.0.1:{}", silent.port()), "power"));
  ASSERT_TRUE(until([&] { return !heard.troubles.empty(); }));
  EXPECT_THAT(heard.troubles[0].trouble, HasSubstr("nobody answers at 127.0.0.1:"));
  ears_->stop_all();
}

/// A broker with TLS whose certificate is `trusted` here or not.
struct EncryptedBrokers : Brokers {
  ~EncryptedBrokers() override { ::unsetenv("SSL_CERT_FILE"); }
  std::string settings(const std::string& name) {
    const std::vector<std::string> names{name};
    const auto identity = http::make_identity(names, read_clocks().wall);
    std::ofstream(folder.at("certificate")) << identity->certificate;
    std::ofstream(folder.at("key")) << identity->key;
    return fmt::format("allow_anonymous true\ncertfile {}\nkeyfile {}\nuser root\n", folder.at("certificate"),
                       folder.at("key"));
  }
  void trust() { ::setenv("SSL_CERT_FILE", folder.at("certificate").c_str(), 1); }
  [[nodiscard]] std::string pin() const {
    std::ifstream in(folder.at("certificate"));
    return http::pin_of(std::string{std::istreambuf_iterator<char>(in), {}});
  }
  rig::Folder folder;
};

TEST_F(EncryptedBrokers, a_trusted_broker_is_heard) {
  RealBroker broker(settings("localhost"));
  trust();
  Heard& heard = listen(topic(broker.url("mqtts", "localhost"), "$SYS/broker/version"));
  ASSERT_TRUE(until([&] { return !heard.words.empty() || !heard.troubles.empty(); })) << broker.log();
  EXPECT_THAT(heard.bodies(), ElementsAre(HasSubstr("mosquitto version")))
      << testing::PrintToString(heard.sentences()) << broker.log();
}

TEST_F(EncryptedBrokers, a_trusted_broker_is_heard_again_after_it_was_away) {
  RealBroker broker(settings("localhost"));
  trust();
  Heard& heard = listen(topic(broker.url("mqtts", "localhost"), "$SYS/broker/version"));
  ASSERT_TRUE(until([&] { return !heard.words.empty(); })) << broker.log();
  broker.stop();
  ASSERT_TRUE(until([&] { return !heard.troubles.empty(); }));
  broker.start();
  EXPECT_TRUE(until([&] { return heard.words.size() == 2; }))
      << testing::PrintToString(heard.sentences()) << broker.log();
}

TEST_F(EncryptedBrokers, where_nobody_is_nobody_is_waited_for) {
  const std::uint16_t port = rig::free_port();
  for (const char* scheme : {"mqtt", "mqtts"}) {
    Heard& heard = listen(topic(fmt::format("{}://127.0.0.1:{}", scheme, port), "power"));
    ASSERT_TRUE(until([&] { return !heard.troubles.empty(); }));
    EXPECT_THAT(heard.troubles[0].trouble, HasSubstr("check that the broker runs, and its port")) << scheme;
  }
}

TEST_F(EncryptedBrokers, a_broker_nobody_vouches_for_is_not_believed) {
  RealBroker broker(settings("localhost"));
  Heard& heard = listen(topic(broker.url("mqtts", "localhost"), "$SYS/broker/version"));
  ASSERT_TRUE(until([&] { return !heard.words.empty() || !heard.troubles.empty(); })) << broker.log();
  EXPECT_THAT(heard.words, IsEmpty());
  ASSERT_FALSE(heard.troubles.empty());
  EXPECT_EQ(heard.troubles[0].outcome, Word::Outcome::untrusted) << heard.troubles[0].trouble;
  EXPECT_THAT(heard.troubles[0].trouble, HasSubstr("is not trusted here"));
}

TEST_F(EncryptedBrokers, a_certificate_of_another_name_is_not_believed) {
  RealBroker broker(settings("elsewhere.example"));
  trust();
  Heard& heard = listen(topic(broker.url("mqtts", "localhost"), "$SYS/broker/version"));
  ASSERT_TRUE(until([&] { return !heard.words.empty() || !heard.troubles.empty(); })) << broker.log();
  EXPECT_THAT(heard.words, IsEmpty());
}

TEST_F(EncryptedBrokers, one_that_made_its_certificate_itself_is_believed_by_the_first_alone) {
  RealBroker broker(settings("garage"));
  const std::string first = pin();
  Heard& heard = listen(own(topic(broker.url("mqtts"), "$SYS/broker/version")));
  ASSERT_TRUE(until([&] { return !heard.words.empty() || !heard.troubles.empty(); })) << broker.log();
  EXPECT_THAT(heard.sentences(), IsEmpty());
  ASSERT_FALSE(first.empty());
  EXPECT_THAT(seen_, ElementsAre(testing::Pair(broker.url("mqtts"), first)));
  broker.stop();
  (void)settings("garage");  // another one
  broker.start();
  ASSERT_TRUE(until([&] { return !heard.troubles.empty() && heard.troubles.back().outcome == Word::Outcome::untrusted; }))
      << testing::PrintToString(heard.sentences());
  EXPECT_THAT(heard.troubles.back().trouble, HasSubstr("shows another certificate than the one that was seen first"));
  EXPECT_EQ(heard.words.size(), 1U);
}

TEST_F(EncryptedBrokers, who_does_not_show_the_certificate_that_is_known_is_told_no_password) {
  RealBroker broker(settings("localhost") + "log_type all\n");
  trust();  // authorities do not help it
  Listening what = topic(broker.url("mqtts", "localhost"), "$SYS/broker/version");
  what.user = "house";
  what.password = "s3cret";
  Heard& stranger = listen(own(what, "sha256//AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA="));
  ASSERT_TRUE(until([&] { return !stranger.troubles.empty(); })) << broker.log();
  EXPECT_EQ(stranger.troubles[0].outcome, Word::Outcome::untrusted) << stranger.troubles[0].trouble;
  EXPECT_THAT(broker.log(), Not(HasSubstr("as twcmanager")));
  Heard& known = listen(own(topic(broker.url("mqtts", "127.0.0.1"), "$SYS/broker/version"), pin()));
  ASSERT_TRUE(until([&] { return !known.words.empty(); })) << testing::PrintToString(known.sentences());
  EXPECT_THAT(seen_, ElementsAre(testing::Pair(broker.url("mqtts"), pin())));
  EXPECT_THAT(broker.log(), HasSubstr("as twcmanager"));
}

TEST_F(EncryptedBrokers, whoever_was_told_a_password_is_known_though_he_refused_it) {
  RealBroker broker(settings("garage") + "allow_anonymous false\n");
  Listening what = topic(broker.url("mqtts"), "power");
  what.user = "house";
  what.password = "wrong";
  Heard& heard = listen(own(what));
  ASSERT_TRUE(until([&] { return !heard.troubles.empty(); })) << broker.log();
  EXPECT_THAT(heard.troubles[0].trouble, HasSubstr("refuses the user or password"));
  EXPECT_THAT(seen_, testing::Contains(testing::Pair(broker.url("mqtts"), pin())));
}

TEST_F(EncryptedBrokers, what_was_seen_first_counts_for_every_log_in_there) {
  RealBroker broker(settings("garage"));
  Heard& first = listen(own(topic(broker.url("mqtts"), "$SYS/broker/version")));
  ASSERT_TRUE(until([&] { return !first.words.empty(); })) << broker.log();
  broker.stop();
  (void)settings("garage");  // another one
  broker.start();
  Listening as_another = topic(broker.url("mqtts"), "$SYS/broker/version");
  as_another.user = "house";
  Heard& second = listen(own(as_another));
  ASSERT_TRUE(until([&] { return !second.troubles.empty(); }));
  EXPECT_EQ(second.troubles[0].outcome, Word::Outcome::untrusted) << second.troubles[0].trouble;
  EXPECT_EQ(ears_->connections(), 2U);
}

TEST_F(EncryptedBrokers, authorities_vouch_for_addresses_too) {
  RealBroker broker(settings("127.0.0.1"));
  trust();
  Heard& heard = listen(topic(broker.url("mqtts"), "$SYS/broker/version"));
  ASSERT_TRUE(until([&] { return !heard.words.empty() || !heard.troubles.empty(); })) << broker.log();
  EXPECT_THAT(heard.bodies(), ElementsAre(HasSubstr("mosquitto version"))) << testing::PrintToString(heard.sentences());
  EXPECT_THAT(seen_, IsEmpty());
  Heard& other = listen(topic(broker.url("mqtts", "localhost"), "power"));
  ASSERT_TRUE(until([&] { return !other.troubles.empty(); }));
  EXPECT_THAT(other.troubles[0].trouble, HasSubstr("is not trusted here (hostname mismatch)"));
}

TEST_F(EncryptedBrokers, a_broker_without_tls_is_said_to_be_none) {
  RealBroker broker;
  for (const Listening& what : {topic(broker.url("mqtts"), "power"), own(topic(broker.url("mqtts"), "power"))}) {
    Heard& heard = listen(what);
    ASSERT_TRUE(until([&] { return !heard.troubles.empty(); }));
    EXPECT_EQ(heard.troubles[0].outcome, Word::Outcome::unreachable) << heard.troubles[0].trouble;
    EXPECT_THAT(heard.troubles[0].trouble, testing::AnyOf(HasSubstr("with TLS at that port?"), HasSubstr("is that its port for TLS")));
  }
}

TEST(Inbox, keeps_the_newest_and_every_trouble_when_the_loop_is_behind) {
  boost::asio::io_context io;
  std::vector<Note> taken;
  const auto inbox = std::make_shared<Inbox>(io, [&](const Note& note) { taken.push_back(note); });
  inbox->put({Note::Kind::trouble, Word{Word::Outcome::unreachable, {}, {}, false, "first"}});
  const int many = static_cast<int>(3 * Inbox::most_notes);
  for (int i = 0; i < many; ++i)
    inbox->put({Note::Kind::word, Word{Word::Outcome::answered, std::to_string(i), {}, false, {}}});
  io.run();
  ASSERT_EQ(taken.size(), Inbox::most_notes);
  EXPECT_EQ(taken.front().word.trouble, "first");
  EXPECT_EQ(taken.back().word.body, std::to_string(many - 1));
  EXPECT_EQ(inbox->dropped(), static_cast<std::size_t>(many) + 1 - Inbox::most_notes);
  inbox->put({Note::Kind::word, {}});
  inbox->close();
  io.restart();
  io.run();
  EXPECT_EQ(taken.size(), Inbox::most_notes) << "nothing after it is closed";
}

}  // namespace
}  // namespace shell
