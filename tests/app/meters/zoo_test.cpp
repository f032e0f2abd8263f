// The whole zoo: that no kind is left out, and what all animals bear at once.
#include "app/meters/zoo/house.hpp"
#include "app/meters/zoo/http_device.hpp"

namespace zoo {
namespace {

/// Kinds for which there is no counterpart, and why. There is none.
const std::map<std::string, std::string>& left_out() {
  static const std::map<std::string, std::string> none;
  return none;
}

TEST(Zoo, has_an_animal_of_every_kind_that_is_built_in) {
  std::set<std::string> known;
  for (const Species species : {Species::http, Species::files, Species::modbus, Species::mqtt, Species::telegrams}) {
    const std::vector<Kind> some = kinds_of(species);
    EXPECT_FALSE(some.empty());
    for (const Kind& each : some) EXPECT_TRUE(known.insert(each.name()).second) << each.name();
  }
  std::size_t built = 0;
  for (const Family family : {Family::meters, Family::prices, Family::forecasts}) {
    for (const auto& each : app::meters::built_in(family)) {
      const std::string name = std::string(app::meters::name_of(family)) + "/" + std::string(each.name);
      EXPECT_TRUE(known.contains(name) != left_out().contains(name))
          << name << " is in no test, or in one and left out";
      ++built;
    }
  }
  EXPECT_EQ(known.size() + left_out().size(), built);
}

TEST(Zoo, has_animals_that_show_what_their_kinds_tell_in_every_question_they_are_asked) {
  for (const Kind& kind : all_kinds()) {
    const Animal best = best_of(kind);
    const Show show = as_proven(best, moment_of(best));
    EXPECT_TRUE(show.well) << kind.name() << " has no proof that leaves nothing out";
    Random random{3};
    const Show anew = shows_anew(best, random, moment_of(best));
    bool can = false;
    for (const auto& [what, was] : best.pattern.means) can |= can_show(best.file, what);
    EXPECT_TRUE(!can || words_of(anew.amounts) != words_of(show.amounts)) << kind.name() << " always shows the same";
  }
}

TEST(Zoo, lists_each_kind_as_what_its_file_means) {
  const auto names = [](const std::vector<Listed>& all) {
    std::set<std::string> some;
    for (const Listed& each : all) some.insert(each.name());
    return some;
  };
  std::set<std::string> entered, pinned;
  for (const Species species : {Species::http, Species::files, Species::modbus, Species::mqtt, Species::telegrams}) {
    std::set<std::string> meant;
    for (const Kind& each : kinds_of(species)) meant.insert(each.name());
    EXPECT_EQ(names(listed(species)), meant);
  }
  for (const Kind& each : kinds_of(Species::http)) {
    if (has_session(each.file)) entered.insert(each.name());
    for (const Question& question : each.file.questions) {
      const auto& http = std::get<HttpQuestion>(question.what);
      if (http.trust == core::meter::Trust::first_seen) pinned.insert(each.name());
    }
  }
  EXPECT_EQ(names(listed(Species::http, "session:")), entered);
  EXPECT_EQ(names(listed(Species::http, "trust: first_seen")), pinned);
}

/// A house with two sources of every kind that is asked over HTTP, one of which may be slow.
class HttpHerd : public testing::Test {
 protected:
  struct One {
    std::string where;
    bool slow;
    Animal animal;
    std::unique_ptr<HttpDevice> device;
    Show show{};
  };
  HttpHerd() {
    for (const Kind& kind : kinds_of(Species::http)) {
      for (const bool slow : {false, true}) {
        One one{kind.name() + (slow ? ", slow" : ", beside slow ones"), slow, best_of(kind), nullptr};
        one.animal.name = "the " + one.where;
        one.device = std::make_unique<HttpDevice>(one.animal);
        if (slow) one.animal.kind.patience = 2s;
        herd_.push_back(std::move(one));
      }
    }
    std::vector<Source> sources;
    for (const One& each : herd_) sources.push_back(source_of(each.animal));
    house_.emplace(std::move(sources), House::noon(*base::parse_iso8601("2026-07-14T11:15:45Z")));
  }
  ~HttpHerd() override { house_.reset(); }
  void round(const std::string& what) {
    house_->wait(25h);  // everybody is due, and may be asked again
    for (One& each : herd_) {
      each.show = shows_anew(each.animal, random_, house_->now().wall);
      each.device->show(each.show.bodies, house_->now());
    }
    house_->ask();
    ASSERT_TRUE(house_->turn([&] {
      for (std::size_t i = 0; i < herd_.size(); ++i) {
        if (!house_->is_quiet(i) || !herd_[i].device->idle()) return false;
      }
      return true;
    })) << what;
  }
  void expect_all_well(const std::string& what) {
    for (std::size_t i = 0; i < herd_.size(); ++i)
      expect_shown(*house_, herd_[i].show, herd_[i].where + ", " + what, i);
  }

  std::vector<One> herd_;
  Random random_{11};
  std::optional<House> house_;
};

TEST_F(HttpHerd, of_which_half_answers_a_byte_now_and_then_is_read_but_for_those) {
  round("at first");
  expect_all_well("at first");
  for (One& each : herd_) each.device->behave(each.slow ? Manner::drip : Manner::plain);
  round("half is slow");
  for (std::size_t i = 0; i < herd_.size(); ++i) {
    if (!herd_[i].slow) {
      expect_shown(*house_, herd_[i].show, herd_[i].where, i);
      continue;
    }
    expect_trouble(*house_, herd_[i].animal, herd_[i].where, i);
    EXPECT_THAT(house_->health(i).trouble, testing::HasSubstr("did not answer within 2 s")) << herd_[i].where;
  }
  for (One& each : herd_) each.device->behave(Manner::plain);
  round("all are quick");
  expect_all_well("quick again");
  for (const One& each : herd_) {
    auto secrets = each.animal.secrets;
    for (const std::string& handed : each.device->handed_out()) secrets.push_back(handed);
    expect_discreet(*house_, secrets);
    EXPECT_THAT(each.device->complaints(), testing::IsEmpty()) << each.where;
  }
}

}  // namespace
}  // namespace zoo
