// Every kind that is asked over HTTP, against a device of its own on loopback: in every manner in which a device can
// answer, with other numbers each time, through log-ins, tokens that end, certificates that change and restarts.
#include "app/meters/zoo/house.hpp"
#include "app/meters/zoo/http_device.hpp"
#include "shell/meters/trial.hpp"

namespace zoo {
namespace {

using testing::AnyOf;
using testing::HasSubstr;

/// Whether it goes where a redirect leads: only what asks for no secret by header, and does not ask by POST.
bool follows(const Template& kind) {
  for (std::size_t i = 0; i < kind.questions.size(); ++i) {
    const auto& http = std::get<HttpQuestion>(kind.questions[i].what);
    if (opens(kind, i)) continue;
    if (http.verb != HttpQuestion::Verb::get) return false;
    const bool plain = http.url.starts_with("http://") && kind.access.kind != Access::Kind::digest;
    if (plain) continue;
    if (http.trust != core::meter::Trust::authorities || !http.headers.empty() || kind.access.cookies) return false;
  }
  return true;
}

/// A house with one animal in its device.
class Visit {
 public:
  explicit Visit(Animal is) : animal(std::move(is)), device(animal), random(animal.name.size()) {
    move_in(House::noon(moment_of(animal)));
  }
  void move_in(Now now, const shell::SourceSecrets& known = {}) {
    if (house) house->leave();
    house.emplace(std::vector{source_of(animal)}, now, known);
  }
  /// Other numbers, which are read.
  void good(const std::string& where) {
    house->due();
    const Show show = shows_anew(animal, random, house->now().wall);
    device.show(show.bodies, house->now());
    ASSERT_TRUE(house->round()) << where << ": " << house->health().trouble;
    expect_shown(*house, show, where);
    rest();
  }
  /// One round in which it does not answer well, and the first in which it does again.
  void bad(Manner manner, Manner entry, const std::string& where) {
    house->due();
    device.show(shows_anew(animal, random, house->now().wall).bodies, house->now());
    device.behave(manner, entry);
    const int before = device.asked();
    ASSERT_TRUE(house->round()) << where;
    expect_trouble(*house, animal, where);
    rest();
    EXPECT_GT(device.asked(), before) << where;
    EXPECT_LE(device.asked() - before, most_requests(manner, entry)) << where << ": nobody is hammered at";
    device.behave(Manner::plain);
    after_refusal(manner != Manner::plain ? manner : entry, where);
    good(where + ", and well again");
  }
  /// Whoever was told to wait waits.
  void after_refusal(Manner manner, const std::string& where) {
    const Duration least = manner == Manner::denied      ? 30s
                           : manner == Manner::too_often ? HttpDevice::often_pause
                           : manner == Manner::busy      ? HttpDevice::busy_pause
                                                         : 0s;
    if (least == Duration{}) return;
    EXPECT_EQ(house->health().state, Health::State::resting) << where;
    EXPECT_GE(house->pause(), least) << where;
    const int before = device.asked();
    house->wait(least - 1s);
    house->ask();
    house->turn([] { return false; }, 4ms);
    EXPECT_EQ(device.asked(), before) << where << ": it is left alone";
    EXPECT_THAT(house->health().trouble, AnyOf(HasSubstr("refuses"), HasSubstr("left alone"))) << where;
  }
  /// All questions, and where there is a session all that opens it and all of them again. On a connection that was kept
  /// and is closed without a word the same is asked once more on a new one: it may have been closed before.
  [[nodiscard]] int most_requests(Manner manner, Manner entry) const {
    const int all = static_cast<int>(animal.kind.questions.size());
    const bool again = manner == Manner::closed || entry == Manner::closed;
    return (has_session(animal.kind) ? 2 : 1) * (again ? 2 : 1) * all;
  }
  /// Until nothing is under way.
  void rest() {
    EXPECT_TRUE(house->turn([&] { return house->is_quiet() && device.idle(); }));
  }
  void expect_no_complaint() {
    EXPECT_THAT(device.complaints(), testing::IsEmpty());
    auto secrets = animal.secrets;
    for (const std::string& each : device.handed_out()) secrets.push_back(each);
    expect_discreet(*house, secrets);
  }

  Animal animal;
  HttpDevice device;
  Random random;
  std::optional<House> house;
};

class HttpAnimals : public OfKind {};

TEST_P(HttpAnimals, are_read_as_each_of_their_proofs_says) {
  for (const Proof& proof : kind().file.proofs) {
    Visit visit(make_animal(kind().file, proof, Identified::as_proven));
    const std::string where = kind().name() + ":" + std::to_string(proof.line);
    const Show show = as_proven(visit.animal, visit.house->now().wall);
    visit.device.show(show.bodies, visit.house->now());
    ASSERT_TRUE(visit.house->round()) << where;
    expect_shown(*visit.house, show, where);
    if (proof.fault) expect_trouble(*visit.house, visit.animal, where);
    visit.rest();
    visit.expect_no_complaint();
  }
}

TEST_P(HttpAnimals, are_read_in_every_manner_of_answering_or_not_and_never_in_between) {
  Visit visit(best_of(kind()));
  visit.good("at first");
  for (const Manner manner : all_manners) {
    const std::string where = kind().name() + ", " + name_of(manner);
    const bool is_good = manner <= Manner::packed || (manner == Manner::elsewhere && follows(visit.animal.kind));
    if (!is_good) visit.bad(manner, Manner::plain, where);
    visit.device.behave(is_good ? manner : Manner::plain);
    visit.good(where);
    if (testing::Test::HasFatalFailure()) return;
  }
  visit.expect_no_complaint();
}

INSTANTIATE_TEST_SUITE_P(Zoo, HttpAnimals, testing::ValuesIn(listed(Species::http)), test_name);

// --- Who has to be let in -------------------------------------------------------------------------------------------

class EnteredAnimals : public OfKind {};

TEST_P(EnteredAnimals, are_entered_once_and_again_when_that_has_ended) {
  Visit visit(best_of(kind()));
  ASSERT_TRUE(has_session(visit.animal.kind));
  visit.good("at first");
  visit.good("still in");
  const Access& access = visit.animal.kind.access;
  if (access.lasts > Duration{} && access.lasts < visit.animal.kind.every) {
    EXPECT_EQ(visit.device.log_ins(), 2) << "each time it is asked";
    EXPECT_EQ(visit.device.refused(), 0);
    return visit.expect_no_complaint();
  }
  EXPECT_EQ(visit.device.log_ins(), 1);
  visit.device.expire();
  visit.good("thrown out");
  EXPECT_EQ(visit.device.log_ins(), 2);
  EXPECT_GE(visit.device.refused(), 1);
  const int refused = visit.device.refused();
  if (access.lasts > Duration{} || !access.ends_with.empty()) {
    visit.house->wait(access.lasts > Duration{} ? access.lasts : Duration{24h * 365});
    visit.good("in time");
    EXPECT_EQ(visit.device.log_ins(), 3);
    EXPECT_EQ(visit.device.refused(), refused) << "it knew itself when that ends";
  }
  visit.expect_no_complaint();
}

TEST_P(EnteredAnimals, that_let_nobody_in_are_tried_once_and_left_alone) {
  Visit visit(best_of(kind()));
  visit.good("at first");
  for (const Manner entry :
       {Manner::denied, Manner::too_often, Manner::busy, Manner::closed, Manner::page, Manner::flood}) {
    const std::string where = kind().name() + ", at the door " + name_of(entry);
    visit.device.expire();
    const int before = visit.device.log_ins();
    visit.bad(Manner::plain, entry, where);
    if (testing::Test::HasFatalFailure()) return;
    EXPECT_GE(visit.device.log_ins(), before + 2) << where << ": once in vain, once well";
    EXPECT_LE(visit.device.log_ins(), before + (entry == Manner::closed ? 3 : 2)) << where;
  }
  visit.expect_no_complaint();
}

TEST_P(EnteredAnimals, know_after_a_restart_what_they_were_told) {
  Visit visit(best_of(kind()));
  visit.good("at first");
  const bool keeps = !visit.animal.kind.access.cookies;
  const auto known =
      visit.house->kept().empty() ? shell::SourceSecrets{} : *shell::read_source_secrets(visit.house->kept());
  visit.move_in(visit.house->now(), known);
  visit.good("after a restart");
  EXPECT_EQ(visit.device.log_ins(), keeps ? 1 : 2);
  visit.expect_no_complaint();
}

INSTANTIATE_TEST_SUITE_P(Zoo, EnteredAnimals, testing::ValuesIn(listed(Species::http, "session:")), test_name);

// --- Certificates ---------------------------------------------------------------------------------------------------

class PinnedAnimals : public OfKind {};

TEST_P(PinnedAnimals, are_believed_by_the_first_certificate_alone) {
  Visit visit(with_own_certificate(best_of(kind())));
  visit.good("at first");
  EXPECT_THAT(visit.house->said(), testing::Contains(HasSubstr("signs its own certificate")));
  visit.device.show_certificate(1);
  visit.house->due();
  ASSERT_TRUE(visit.house->round());
  expect_trouble(*visit.house, visit.animal, "another certificate");
  EXPECT_THAT(visit.house->health().trouble, HasSubstr("shows another certificate than the one that was seen first"));
  const auto known = *shell::read_source_secrets(visit.house->kept());
  visit.move_in(visit.house->now(), known);
  ASSERT_TRUE(visit.house->round());
  expect_trouble(*visit.house, visit.animal, "after a restart still");
  visit.device.show_certificate(0);
  visit.good("the first one again");
  visit.device.show_certificate(1);
  const auto seen = visit.house->seen_first();
  ASSERT_EQ(seen.size(), 1U);
  EXPECT_THAT(seen[0].sources, testing::ElementsAre(visit.animal.name));
  const shell::Tried tried = shell::Trial(source_of(visit.animal), {}, {{seen[0].address, seen[0].pin}}).run();
  EXPECT_THAT(tried.trouble, HasSubstr("shows another certificate")) << "a try believes nobody else either";
  visit.house->replaced();
  EXPECT_THAT(visit.house->seen_first(), testing::IsEmpty());
  EXPECT_TRUE(shell::read_source_secrets(visit.house->kept())->pins.empty()) << "it is forgotten for good";
  ASSERT_TRUE(visit.house->turn([&] { return visit.house->health().next_round.has_value(); })) << "it is asked at once";
  visit.good("another device");
  EXPECT_NE(visit.house->seen_first().at(0).pin, seen[0].pin);
  for (int i = 0; i < 2; ++i) {   // also when the connection is still there
    visit.house->replaced();
    ASSERT_TRUE(visit.house->turn([&] { return visit.house->health().next_round.has_value(); }));
    visit.good("the same once more");
    EXPECT_EQ(visit.house->seen_first().size(), 1U);
  }
  visit.expect_no_complaint();
}

INSTANTIATE_TEST_SUITE_P(Zoo, PinnedAnimals, testing::ValuesIn(listed(Species::http, "trust: first_seen")), test_name);
INSTANTIATE_TEST_SUITE_P(ZooIfSaid, PinnedAnimals, testing::ValuesIn(listed(Species::http, "trust: \"{own_certificate}\"")), test_name);

}  // namespace
}  // namespace zoo
