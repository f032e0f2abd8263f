// Every kind that is asked over Modbus, against registers drawn from its proofs: over each way that its file allows,
// with other numbers each time, and with everything that ails such devices.
#include "app/meters/zoo/house.hpp"
#include "app/meters/zoo/modbus_server.hpp"

namespace zoo {
namespace {

std::vector<Way> ways_of(const Template& file) {
  const std::string& address = address_of(file.questions.front().what);
  if (address.starts_with("goodwe://")) return {Way::datagrams};
  if (address.starts_with("tcp://")) return {Way::tcp};
  return {Way::tcp, Way::gateway, Way::line};
}

/// What is known at once; the rest takes its time, and is tried with all devices together.
std::vector<Ailment> quick_on(Way way) {
  std::vector<Ailment> all{Ailment::no_register, Ailment::no_function, Ailment::no_unit};
  if (way != Way::line) all.push_back(Ailment::rubbish);  // after which a line is left alone for a second
  if (way == Way::tcp || way == Way::gateway) all.insert(all.end(), {Ailment::closed, Ailment::cut});
  return all;
}

class ModbusVisit {
 public:
  ModbusVisit(Animal is, Way way) : animal(std::move(is)), server(animal, way), random(animal.name.size()) {
    house.emplace(std::vector{source_of(animal)}, House::noon(moment_of(animal)));
  }
  void good(const std::string& where) {
    house->due();
    const Show show = shows_anew(animal, random, house->now().wall);
    server.show(show.bodies);
    ASSERT_TRUE(house->round()) << where;
    expect_shown(*house, show, where);
  }
  void bad(Ailment ailment, const std::string& where) {
    house->due();
    server.fall_ill(ailment);
    ASSERT_TRUE(house->round()) << where;
    expect_trouble(*house, animal, where);
    server.fall_ill(Ailment::none);
    good(where + ", and well again");
  }
  Animal animal;
  ModbusServer server;
  Random random;
  std::optional<House> house;
};

class ModbusAnimals : public OfKind {};

TEST_P(ModbusAnimals, are_read_as_each_of_their_proofs_says) {
  for (const Proof& proof : kind().file.proofs) {
    const std::string where = kind().name() + ":" + std::to_string(proof.line);
    ModbusVisit visit(make_animal(kind().file, proof, Identified::as_proven), ways_of(kind().file).front());
    const Show show = as_proven(visit.animal, visit.house->now().wall);
    visit.server.show(show.bodies);
    ASSERT_TRUE(visit.house->round()) << where;
    if (proof.fault) expect_trouble(*visit.house, visit.animal, where);
    else expect_shown(*visit.house, show, where);
  }
}

TEST_P(ModbusAnimals, are_read_over_each_of_their_ways_and_again_after_each_ailment) {
  for (const Way way : ways_of(kind().file)) {
    ModbusVisit visit(best_of(kind()), way);
    for (int i = 0; i < 3; ++i) visit.good(kind().name() + ", " + name_of(way));
    for (const Ailment each : quick_on(way)) {
      visit.bad(each, kind().name() + ", " + name_of(way) + ", " + name_of(each));
      if (testing::Test::HasFatalFailure()) return;
    }
    expect_discreet(*visit.house, visit.animal.secrets);
  }
}

INSTANTIATE_TEST_SUITE_P(Zoo, ModbusAnimals, testing::ValuesIn(listed(Species::modbus)), test_name);

/// All kinds over all their ways at once, read by one house.
class ModbusHerd : public testing::Test {
 protected:
  struct One {
    std::string where;
    Way way;
    Animal animal;
    std::unique_ptr<ModbusServer> server;
    Show show{};
  };
  ModbusHerd() {
    for (const Kind& kind : kinds_of(Species::modbus)) {
      for (const Way way : ways_of(kind.file)) {
        One one{kind.name() + ", " + name_of(way), way, best_of(kind), nullptr};
        one.animal.name += fmt::format(" over {}", name_of(way));
        one.server = std::make_unique<ModbusServer>(one.animal, way);
        one.animal.kind.patience = patience;
        herd_.push_back(std::move(one));
      }
    }
    std::vector<Source> sources;
    for (const One& each : herd_) sources.push_back(source_of(each.animal));
    house_.emplace(std::move(sources), House::noon(moment_of(herd_.front().animal)));
  }
  ~ModbusHerd() override { house_.reset(); }
  /// One round of all.
  void round(const std::string& what) {
    house_->wait(1h);  // everybody is due
    for (One& each : herd_) {
      each.show = shows_anew(each.animal, random_, house_->now().wall);
      each.server->show(each.show.bodies);
    }
    house_->ask();
    ASSERT_TRUE(house_->turn([&] {
      for (std::size_t i = 0; i < herd_.size(); ++i) {
        if (!house_->health(i).next_round) return false;
      }
      return true;
    })) << what;
  }
  void expect_all_well(const std::string& what) {
    for (std::size_t i = 0; i < herd_.size(); ++i)
      expect_shown(*house_, herd_[i].show, herd_[i].where + ", " + what, i);
  }

  static constexpr Duration patience = 2500ms;
  std::vector<One> herd_;
  Random random_{7};
  std::optional<House> house_;
};

TEST_F(ModbusHerd, which_is_deaf_busy_or_mad_is_waited_for_by_all_at_once_and_well_again) {
  round("at first");
  expect_all_well("at first");
  for (const Ailment each : {Ailment::deaf, Ailment::busy}) {
    for (One& one : herd_) one.server->fall_ill(each);
    round(name_of(each));
    for (std::size_t i = 0; i < herd_.size(); ++i)
      expect_trouble(*house_, herd_[i].animal, herd_[i].where + ", " + name_of(each), i);
    for (One& one : herd_) one.server->fall_ill(Ailment::none);
    round("again");
    expect_all_well(std::string(name_of(each)) + ", and again");
  }
  // Whoever is busy once is asked again in the same round; a line on which there is rubbish is left alone for a second.
  for (One& one : herd_) one.server->fall_ill(one.way == Way::line ? Ailment::rubbish : Ailment::busy_once);
  round("busy once");
  for (std::size_t i = 0; i < herd_.size(); ++i) {
    if (herd_[i].way == Way::line) expect_trouble(*house_, herd_[i].animal, herd_[i].where + ", rubbish", i);
    else expect_shown(*house_, herd_[i].show, herd_[i].where + ", busy once", i);
    herd_[i].server->fall_ill(Ailment::none);
  }
  round("at last");
  expect_all_well("at last");
}

}  // namespace
}  // namespace zoo
