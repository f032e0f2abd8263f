// Every kind that speaks by itself, from a line, a gateway, a WebSocket or to a group of the network; and those that
// are read from files.
#include <fstream>

#include "app/meters/zoo/house.hpp"
#include "app/meters/zoo/voices.hpp"

namespace zoo {
namespace {

/// Its voice, and whoever says where that is to be heard.
class Heard {
 public:
  explicit Heard(Animal is) : animal(std::move(is)), random(animal.name.size()) {
    if (has_session(animal.kind)) account.emplace(animal);
    const std::string& from = spoken(animal).from;
    if (from.starts_with("serial:")) voice = std::make_unique<LineVoice>(animal);
    else if (from.starts_with("tcp://")) voice = std::make_unique<TcpVoice>(animal);
    else if (from.starts_with("udp://")) voice = std::make_unique<GroupVoice>(animal);
    else {
      auto speaker = std::make_unique<WebVoice>(animal, account ? &*account : nullptr);
      web = speaker.get();
      voice = std::move(speaker);
    }
    house.emplace(std::vector{source_of(animal)}, House::noon(moment_of(animal)));
    if (account) account->show({}, house->now());
  }
  ~Heard() { house->leave(); }

  /// What it speaks by itself.
  [[nodiscard]] std::vector<std::string> speech(const Show& show) const {
    std::vector<std::string> texts;
    for (const auto& [name, body] : show.bodies) {
      const std::size_t place = place_of(animal.kind, name);
      if (place < animal.kind.questions.size() && is_listened_to(animal.kind.questions[place])) texts.push_back(body);
    }
    return texts;
  }
  [[nodiscard]] std::string half_a_sentence() {
    const std::string whole = speech(shows_anew(animal, random, house->now().wall)).front();
    return whole.substr(0, whole.size() / 2);
  }
  /// Again and again: nobody may listen yet.
  template <class F>
  [[nodiscard]] bool say_until(const std::vector<std::string>& texts, F holds) {
    for (int i = 0; i < 100; ++i) {
      for (const std::string& each : texts) voice->say(each);
      if (!house->turn(holds, i < 5 ? 40ms : 200ms)) continue;
      if (i > 0) house->settle();
      return true;
    }
    return false;
  }
  void good(const std::string& where) {
    house->wait(1s);
    const Show show = shows_anew(animal, random, house->now().wall);
    house->forget();
    const auto hears = [&] { return words_of(house->amounts()) == words_of(show.amounts); };
    EXPECT_TRUE(say_until(speech(show), hears)) << where << ": " << words_of(house->amounts()) << " is not "
                                              << words_of(show.amounts) << house->health().trouble;
    EXPECT_TRUE(!show.well || house->health().trouble.empty()) << where << ": " << house->health().trouble;
  }
  /// What is no reading is said to be none, or passed over; then that nothing is said, in time.
  void bad(const std::string& text, const std::string& where) {
    house->forget();
    for (int i = 0; i < 3 && !is_told(); ++i) {
      voice->say(text);
      house->turn([&] { return is_told(); }, 20ms);
    }
    EXPECT_EQ(words_of(house->amounts()), "") << where;
    if (!is_told()) fall_silent();
    expect_trouble(*house, animal, where);
    if (!house->health().next_round) return;
    house->due();  // where one has to ask anew where it speaks
    house->ask();
  }
  /// Whether the core knows that there is nothing.
  [[nodiscard]] bool is_told() const {
    return std::any_of(house->reads().begin(), house->reads().end(),
                       [](const MeterRead& each) { return each.outcome != MeterRead::Outcome::read; });
  }
  void fall_silent() {
    house->due();
    house->ask();
  }
  void expect_no_complaint() {
    auto secrets = animal.secrets;
    if (account) {
      EXPECT_THAT(account->complaints(), testing::IsEmpty());
      for (const std::string& each : account->handed_out()) secrets.push_back(each);
    }
    const std::vector<std::string> complaints = web != nullptr ? web->complaints() : std::vector<std::string>{};
    EXPECT_THAT(complaints, testing::IsEmpty());
    expect_discreet(*house, secrets);
  }

  Animal animal;
  Random random;
  std::optional<HttpDevice> account;
  std::unique_ptr<Voice> voice;
  WebVoice* web = nullptr;
  std::optional<House> house;
};

class SpeakingAnimals : public OfKind {};

TEST_P(SpeakingAnimals, are_heard_and_again_after_whatever_was_said_instead) {
  Heard heard(best_of(kind()));
  heard.house->ask();
  heard.good("at first");
  heard.good("with other numbers");
  for (const std::string& instead :
       {std::string("<!DOCTYPE html><html><title>Log in</title></html>"), heard.half_a_sentence(), std::string{},
        std::string("\0\xFF\x80\x1F", 4), std::string(2'000'000, 'x')}) {
    heard.bad(instead, kind().name() + ": " + instead.substr(0, 20));
    heard.good("and again");
  }
  heard.expect_no_complaint();
}

TEST_P(SpeakingAnimals, are_heard_again_when_they_hang_up_in_the_middle) {
  Heard heard(best_of(kind()));
  heard.house->ask();
  heard.good("at first");
  for (int i = 0; i < 3; ++i) {
    heard.voice->say(heard.half_a_sentence());
    heard.voice->hang_up();
    heard.good("and again");
  }
  heard.expect_no_complaint();
}

TEST_P(SpeakingAnimals, that_fall_silent_are_said_to_be) {
  Heard heard(best_of(kind()));
  heard.house->ask();
  heard.good("at first");
  for (int i = 0; i < 2; ++i) {
    heard.fall_silent();
    expect_trouble(*heard.house, heard.animal, "silent");
    EXPECT_THAT(heard.house->health().trouble, testing::HasSubstr("has said nothing for"));
    EXPECT_TRUE(heard.house->health().amounts.empty());
    heard.house->due();
    heard.house->ask();
    heard.good("and speaks again");
  }
  EXPECT_TRUE(!heard.account || heard.account->log_ins() == 3) << "each time it was asked where";
  heard.expect_no_complaint();
}

TEST_P(SpeakingAnimals, are_heard_as_each_of_their_proofs_says) {
  for (const Proof& proof : kind().file.proofs) {
    const std::string where = kind().name() + ":" + std::to_string(proof.line);
    Heard heard(make_animal(kind().file, proof, Identified::as_proven));
    heard.house->ask();
    const Show show = as_proven(heard.animal, heard.house->now().wall);
    const std::vector<std::string> speech = heard.speech(show);
    if (proof.fault) {
      heard.bad(speech.empty() ? std::string{} : speech.front(), where);
      continue;
    }
    EXPECT_TRUE(heard.say_until(speech, [&] { return words_of(heard.house->amounts()) == words_of(show.amounts); }))
        << where << ": " << words_of(heard.house->amounts()) << heard.house->health().trouble;
  }
}

INSTANTIATE_TEST_SUITE_P(Zoo, SpeakingAnimals, testing::ValuesIn(listed(Species::telegrams)), test_name);

// --- Files ----------------------------------------------------------------------------------------------------------

class FileAnimals : public OfKind {};

/// Its files in a folder, one for each question.
class Written {
 public:
  explicit Written(Animal is) : animal(std::move(is)) {
    for (Question& each : animal.kind.questions) std::get<HttpQuestion>(each.what).url = "file://" + file(each.name);
    house.emplace(std::vector{source_of(animal)}, House::noon(moment_of(animal)));
  }
  [[nodiscard]] std::string file(const std::string& name) const { return folder.at(name); }
  void write(const Bodies& bodies) const {
    for (const Question& each : animal.kind.questions) std::filesystem::remove(file(each.name));
    for (const auto& [name, body] : bodies) std::ofstream(file(name)) << body;
  }
  void round(const std::string& where) {
    house->due();
    ASSERT_TRUE(house->round()) << where;
  }
  rig::Folder folder;
  Animal animal;
  std::optional<House> house;
};

TEST_P(FileAnimals, are_read_as_each_of_their_proofs_says_and_again_after_whatever_stood_there_instead) {
  for (const Proof& proof : kind().file.proofs) {
    const std::string where = kind().name() + ":" + std::to_string(proof.line);
    Written written(make_animal(kind().file, proof, Identified::wholly));
    const Show show = as_proven(written.animal, written.house->now().wall);
    for (const std::string& instead : {std::string{}, std::string("<!DOCTYPE html><html></html>"),
                                       std::string(2'000'000, 'x'), std::string("{\"a\":"), std::string("gone")}) {
      written.write(show.bodies);
      written.round(where);
      if (proof.fault) expect_trouble(*written.house, written.animal, where);
      else expect_shown(*written.house, show, where);
      Bodies bodies;
      for (const Question& each : written.animal.kind.questions) bodies[each.name] = instead;
      written.write(instead == "gone" ? Bodies{} : bodies);
      written.round(where);
      expect_trouble(*written.house, written.animal, where + ": " + instead.substr(0, 20));
    }
  }
}

INSTANTIATE_TEST_SUITE_P(Zoo, FileAnimals, testing::ValuesIn(listed(Species::files)), test_name);

}  // namespace
}  // namespace zoo
