// Every kind that is heard over MQTT, through a real mosquitto that lets in nobody without a password.
#include <fmt/format.h>

#include "app/meters/zoo/house.hpp"
#include "app/meters/zoo/wires.hpp"
#include "shell/http/certificate.hpp"
#include "shell/loop/loop.hpp"
#include "shell/meters/mosquitto_rig.hpp"

namespace zoo {
namespace {

using mosquitto_rig::RealBroker;
using testing::HasSubstr;

constexpr const char* device_user = "device";
constexpr const char* device_password = "tells";

/// A broker that knows the device, and the house by its password or by another one.
class Broker {
 public:
  explicit Broker(const Access& access) : user_(access.user), password_(access.password) {
    set_password(password_);
    show_certificate(0);
    broker_ = std::make_unique<RealBroker>(fmt::format(
        "allow_anonymous false\npassword_file {}\nuser root\nlog_type all\nconnection_messages true\n"
        "listener {} 127.0.0.1\ncertfile {}\nkeyfile {}\n",
        file(), secure_port_, folder_.at("certificate"), folder_.at("key")));
    await_secure_port();
  }
  /// One of its own making, when it is started the next time.
  void show_certificate(std::size_t which) {
    const std::vector<std::string> names{"garage"};
    while (certificates_.size() <= which) certificates_.push_back(*shell::http::make_identity(names, shell::read_clocks().wall));
    std::ofstream(folder_.at("certificate")) << certificates_[which].certificate;
    std::ofstream(folder_.at("key")) << certificates_[which].key;
  }
  void let_in() { restart(password_); }
  void keep_out() { restart("another one"); }
  void stop() { broker_->stop(); }
  void say(const std::string& topic, const std::string& body, RealBroker::Keep keep = RealBroker::Keep::no) const {
    broker_->say(topic, body, keep, device_user, device_password);
  }
  /// "127.0.0.1:40001"
  [[nodiscard]] std::string authority(bool secure) const { return here(secure ? secure_port_ : broker_->port()); }
  [[nodiscard]] std::string log() const { return broker_->log(); }

 private:
  [[nodiscard]] std::string file() const { return folder_.at("passwords"); }
  void restart(const std::string& password) {
    broker_->stop();
    set_password(password);
    broker_->start();
    await_secure_port();
  }
  void await_secure_port() const {
    for (int i = 0; i < 500 && !shell_test::Socket::to(secure_port_).connected(); ++i) std::this_thread::sleep_for(10ms);
  }
  void set_password(const std::string& password) const {
    const auto add = [&](const char* how, const std::string& user, const std::string& word) {
      const std::string command = fmt::format("/usr/bin/mosquitto_passwd {} '{}' '{}' '{}'", how, file(), user, word);
      EXPECT_EQ(std::system(command.c_str()), 0);
    };
    add("-c -b", device_user, device_password);
    add("-b", user_, password);
  }
  rig::Folder folder_;
  std::string user_, password_;
  std::vector<shell::http::Identity> certificates_;
  std::uint16_t secure_port_ = rig::free_port();
  std::unique_ptr<RealBroker> broker_;
};

/// The topic to which the device speaks, where a name is learned or there is a wildcard.
std::string spoken_topic(const Template& kind, std::size_t question, const Bodies& bodies) {
  Options learned;
  for (std::uint8_t i = 0; i < kind.questions.size(); ++i) {
    const auto body = bodies.find(kind.questions[i].name);
    const auto content =
        body == bodies.end() ? tl::unexpected(base::Fault{}) : core::meter::read(kind, i, body->second);
    if (!content) continue;
    for (auto& [name, value] : core::meter::learn(kind, *content, i)) learned.insert_or_assign(name, value);
  }
  const auto what = core::meter::with_learned(kind.questions[question].what, learned);
  std::string topic = std::get<Subscription>(what).topic;
  for (std::size_t at = 0; (at = topic.find('+', at)) != std::string::npos; ++at)
    topic.replace(at, 1, learned.empty() ? "any" : learned.begin()->second);
  return topic;
}

class MqttVisit {
 public:
  MqttVisit(Animal is, Broker& its) : animal(std::move(is)), broker(its), random(animal.name.size()) {
    for (Question& each : animal.kind.questions) {
      auto& what = std::get<Subscription>(each.what);
      what.from = elsewhere(what.from, broker.authority(what.from.starts_with("mqtts://")));
    }
    house.emplace(std::vector{source_of(animal)}, House::noon(moment_of(animal)));
  }
  ~MqttVisit() { house->leave(); }

  void say(const Bodies& bodies, RealBroker::Keep keep = RealBroker::Keep::no) const {
    for (std::size_t i = 0; i < animal.kind.questions.size(); ++i) {
      const auto body = bodies.find(animal.kind.questions[i].name);
      if (body != bodies.end()) broker.say(spoken_topic(animal.kind, i, bodies), body->second, keep);
    }
  }
  /// The same to all topics, until that holds: what is said before somebody listens is for nobody.
  template <class F>
  [[nodiscard]] bool say_until(const Bodies& bodies, F holds) {
    for (int i = 0; i < 100; ++i) {
      say(bodies);
      if (!house->turn(holds, i < 5 ? 40ms : 200ms)) continue;
      if (i > 0) house->settle();
      return true;
    }
    return false;
  }
  [[nodiscard]] Bodies everywhere(const std::string& text) const {
    Bodies bodies;
    for (const Question& each : animal.kind.questions) bodies[each.name] = text;
    return bodies;
  }
  [[nodiscard]] bool hears(const Show& show) const {
    if (animal.kind.measure) return house->slots() == show.slots;
    return words_of(house->health().amounts) == words_of(show.amounts) &&
           (!show.well || house->health().trouble.empty());
  }
  void good(const std::string& where) {
    house->wait(1s);
    const Show show = shows_anew(animal, random, house->now().wall);
    house->forget();
    EXPECT_TRUE(say_until(show.bodies, [&] { return hears(show); }))
        << where << ": " << words_of(house->health().amounts) << " is not " << words_of(show.amounts)
        << house->health().trouble;
    if (!show.well) return;
    EXPECT_EQ(house->health().state, Health::State::well) << where << ": " << house->health().trouble;
    EXPECT_EQ(house->health().trouble, "") << where;
  }
  [[nodiscard]] bool in_trouble(const std::string& words) const {
    return house->health().state == Health::State::troubled && house->health().trouble.find(words) != std::string::npos;
  }
  void expect_told(const std::string& where) const {
    EXPECT_THAT(house->said(), testing::Contains(animal.name + ": " + house->health().trouble)) << where;
  }

  Animal animal;
  Broker& broker;
  Random random;
  std::optional<House> house;
};

class MqttAnimals : public OfKind {};

TEST_P(MqttAnimals, are_believed_by_the_first_certificate_alone_where_their_broker_made_it) {
  Animal animal = with_own_certificate(best_of(kind()));
  Broker broker(animal.kind.access);
  MqttVisit visit(std::move(animal), broker);
  visit.house->ask();
  visit.good("at first");
  EXPECT_THAT(visit.house->said(), testing::Contains(HasSubstr("signs its own certificate")));
  const auto known = shell::read_source_secrets(visit.house->kept());
  ASSERT_TRUE(known);
  EXPECT_THAT(known->pins, testing::Contains(testing::Key("mqtts://" + broker.authority(true))));
  visit.broker.stop();
  visit.broker.show_certificate(1);
  visit.broker.let_in();
  EXPECT_TRUE(visit.house->turn([&] { return visit.in_trouble("shows another certificate than the one that was seen first"); }))
      << visit.house->health().trouble;
  visit.broker.stop();
  visit.broker.show_certificate(0);
  visit.broker.let_in();
  visit.good("the first one again");
  visit.broker.stop();
  visit.broker.show_certificate(1);
  visit.broker.let_in();
  EXPECT_TRUE(visit.house->turn([&] { return visit.in_trouble("shows another certificate"); }));
  visit.house->replaced();
  visit.good("another broker");
  EXPECT_EQ(visit.house->seen_first().size(), 1U);
  expect_discreet(*visit.house, visit.animal.secrets);
}

TEST_P(MqttAnimals, are_heard_and_again_after_whatever_was_said_instead) {
  Animal animal = best_of(kind());
  Broker broker(animal.kind.access);
  MqttVisit visit(std::move(animal), broker);
  visit.house->ask();
  visit.good("at first");
  visit.good("with other numbers");
  for (const std::string& instead : {std::string("<!DOCTYPE html><html><title>Log in</title></html>"),
                                     std::string("{\"error\":["), std::string(2'000'000, 'x')}) {
    visit.house->forget();
    EXPECT_TRUE(visit.say_until(visit.everywhere(instead), [&] { return visit.in_trouble(""); }))
        << kind().name() << ": " << instead.substr(0, 20);
    EXPECT_EQ(words_of(visit.house->amounts()), "");
    visit.expect_told(kind().name());
    visit.good("and again");
  }
  expect_discreet(*visit.house, visit.animal.secrets);
}

TEST_P(MqttAnimals, are_heard_again_when_their_broker_was_away_or_let_nobody_in) {
  Animal animal = best_of(kind());
  Broker broker(animal.kind.access);
  MqttVisit visit(std::move(animal), broker);
  visit.house->ask();
  visit.good("at first");
  visit.broker.stop();
  EXPECT_TRUE(visit.house->turn([&] { return visit.in_trouble("broker"); })) << visit.house->health().trouble;
  visit.expect_told("away");
  visit.broker.keep_out();
  EXPECT_TRUE(visit.house->turn([&] { return visit.in_trouble("refuses the user or password"); }))
      << visit.house->health().trouble;
  visit.expect_told("kept out");
  visit.broker.let_in();
  visit.good("and back");
  expect_discreet(*visit.house, visit.animal.secrets);
}

TEST_P(MqttAnimals, that_fall_silent_are_said_to_be_and_what_a_broker_kept_is_no_reading) {
  Animal animal = best_of(kind());
  Broker broker(animal.kind.access);
  MqttVisit visit(std::move(animal), broker);
  const Show old = shows_anew(visit.animal, visit.random, visit.house->now().wall);
  visit.say(old.bodies, RealBroker::Keep::yes);
  visit.house->ask();
  if (visit.animal.kind.measure) {  // a table says itself when it holds
    EXPECT_TRUE(visit.house->turn([&] { return visit.hears(old); }));
    return;
  }
  visit.good("at first");
  for (const MeterRead& read : visit.house->reads()) {
    for (const Amount& each : read.amounts) {
      const Amount* kept = core::find(old.amounts, each.what);
      EXPECT_TRUE(kept == nullptr || *core::find(visit.house->health().amounts, each.what) == each)
          << core::word_of(each.what);
    }
  }
  visit.house->due();
  visit.house->ask();
  EXPECT_TRUE(visit.in_trouble("has said nothing for")) << visit.house->health().trouble;
  EXPECT_TRUE(visit.house->health().amounts.empty());
  visit.expect_told("silent");
  visit.good("and speaks again");
  for (const Question& each : visit.animal.kind.questions) {
    for (const std::string& wake : std::get<Subscription>(each.what).wake) {
      const std::string end = wake.substr(wake.rfind('}') + 1);
      EXPECT_TRUE(visit.house->turn([&] { return visit.broker.log().find(end + "'") != std::string::npos; })) << wake;
    }
  }
}

TEST_P(MqttAnimals, are_heard_as_each_of_their_proofs_says) {
  Access access;
  access.user = "house";
  access.password = "hears";
  Broker broker(access);
  for (const Proof& proof : kind().file.proofs) {
    const std::string where = kind().name() + ":" + std::to_string(proof.line);
    Animal animal = make_animal(kind().file, proof, Identified::as_proven);
    animal.kind.access.user = access.user;  // this broker has no place for strangers
    animal.kind.access.password = access.password;
    MqttVisit visit(std::move(animal), broker);
    visit.house->ask();
    const Show show = as_proven(visit.animal, visit.house->now().wall);
    const bool heard = visit.say_until(show.bodies, [&] {
      return proof.fault ? visit.in_trouble("")
                         : visit.hears(show) && visit.house->health().state != Health::State::unasked;
    });
    EXPECT_TRUE(heard) << where << ": " << words_of(visit.house->health().amounts) << visit.house->health().trouble;
    EXPECT_TRUE(!proof.fault || visit.house->amounts().empty()) << where;
  }
}

INSTANTIATE_TEST_SUITE_P(Zoo, MqttAnimals, testing::ValuesIn(listed(Species::mqtt)), test_name);

}  // namespace
}  // namespace zoo
