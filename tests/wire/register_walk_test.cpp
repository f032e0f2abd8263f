// What is read of a device: few requests, each once, and never again what is known not to be there.
#include "wire/register_walk.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <map>

namespace wire {

void PrintTo(const RegisterBlock& block, std::ostream* out) {
  *out << block.address << " x " << block.count;
}

namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using Blocks = std::vector<RegisterBlock>;

/// A device that refuses a block when one of its words does not exist.
struct Device {
  std::map<std::uint32_t, std::uint16_t> words;
  std::size_t most = 125;
  Device() = default;
  explicit Device(std::string_view text) {
    const Registers registers = *read_registers(text);
    for (const auto& word : registers.words()) words[word.address] = word.value;
  }
  /// Words that are not written are zero.
  Device& fill(std::uint32_t from, std::uint32_t count) {
    for (std::uint32_t at = from; at < from + count; ++at) words.try_emplace(at, std::uint16_t{0});
    return *this;
  }
  Blocks round(RegisterWalk& walk) const {
    Blocks asked;
    walk.begin();
    while (const auto block = walk.next()) {
      asked.push_back(*block);
      EXPECT_LE(block->count, most_words_at_once);
      if (asked.size() > 1000) throw std::runtime_error("this round has no end");
      std::vector<std::uint16_t> answer;
      for (std::uint32_t at = block->address; at < block->address + std::uint32_t{block->count}; ++at)
        if (const auto word = words.find(at); word != words.end()) answer.push_back(word->second);
      if (answer.size() < block->count || block->count > most) walk.refuse();
      else walk.read(answer);
    }
    return asked;
  }
};

RegisterWalk walk_for(std::initializer_list<const char*> wanted) {
  std::vector<Register> all;
  for (const char* each : wanted) all.push_back(*read_register(each));
  return RegisterWalk(all);
}

TEST(RegisterWalks, read_together_what_stands_near) {
  Device device;
  device.fill(0, 200);
  auto walk = walk_for({"52 f32", "12 f32", "14 f32", "16 f32", "70 u32", "150"});
  EXPECT_THAT(device.round(walk), ElementsAre(RegisterBlock{12, 6}, RegisterBlock{52, 20}, RegisterBlock{150, 1}));
  EXPECT_EQ(walk.found().words().size(), 27U);
}

TEST(RegisterWalks, ask_for_no_more_than_sixty_words_at_once) {
  Device device;
  device.fill(0, 300);
  auto walk = walk_for({"0", "15", "30", "45", "58 u32", "74"});
  EXPECT_THAT(device.round(walk), ElementsAre(RegisterBlock{0, 60}, RegisterBlock{74, 1}));
}

TEST(RegisterWalks, ask_for_a_word_once_that_several_numbers_want) {
  Device device("13000: 0003");
  auto walk = walk_for({"13000 bit 1", "13000 bit 2", "13000"});
  EXPECT_THAT(device.round(walk), ElementsAre(RegisterBlock{13000, 1}));
}

TEST(RegisterWalks, read_what_tells_the_order_too) {
  Device device("5: 0001; 100: 45A2 D400");
  auto walk = walk_for({"100 f32 order 5"});
  EXPECT_THAT(device.round(walk), ElementsAre(RegisterBlock{5, 1}, RegisterBlock{100, 2}));
}

TEST(RegisterWalks, read_a_refused_block_in_parts_and_remember_it) {
  Device device("100: 0001; 110: 0002 0003");
  auto walk = walk_for({"100", "110", "111"});
  EXPECT_THAT(device.round(walk), ElementsAre(RegisterBlock{100, 12}, RegisterBlock{100, 1}, RegisterBlock{110, 2}));
  EXPECT_EQ(walk.found().words().size(), 3U);
  EXPECT_THAT(device.round(walk), ElementsAre(RegisterBlock{100, 1}, RegisterBlock{110, 2}));
  EXPECT_EQ(walk.found().words().size(), 3U);
}

TEST(RegisterWalks, do_not_ask_again_for_what_does_not_exist) {
  Device device("100: 0001 0002; 103: 0004");
  auto walk = walk_for({"100", "101", "102", "103"});
  EXPECT_GT(device.round(walk).size(), 3U);
  EXPECT_THAT(device.round(walk), ElementsAre(RegisterBlock{100, 2}, RegisterBlock{103, 1}));
  EXPECT_EQ(walk.found().word(102), std::nullopt);
  EXPECT_EQ(walk.found().word(103), 4);
}

TEST(RegisterWalks, try_again_what_did_not_exist_after_a_long_time) {
  Device device("100: 0001");
  auto walk = walk_for({"100", "200"});
  device.round(walk);
  device.fill(200, 1);
  bool seen = false;
  for (int i = 0; i < 600 && !seen; ++i) {
    device.round(walk);
    seen = walk.found().word(200).has_value();
  }
  EXPECT_TRUE(seen);
}

TEST(RegisterWalks, know_that_what_was_told_once_is_there_though_it_is_refused_now) {
  Device device("10: 0001 0002");
  auto walk = walk_for({"10", "11"});
  device.round(walk);
  EXPECT_FALSE(walk.lost_something());
  const std::uint16_t word = device.words.at(11);
  device.words.erase(11);
  device.round(walk);
  EXPECT_TRUE(walk.lost_something()) << "a phase of the grid must not become nothing by a passing fault";
  device.words[11] = word;
  device.round(walk);
  EXPECT_FALSE(walk.lost_something());
  EXPECT_EQ(walk.found().word(11), word) << "it is asked for again at once";
}

TEST(RegisterWalks, try_again_at_once_when_nothing_at_all_was_found) {
  Device asleep, awake("100: 0001");
  auto walk = walk_for({"100"});
  EXPECT_THAT(asleep.round(walk), ElementsAre(RegisterBlock{100, 1}));
  EXPECT_FALSE(walk.brought_something());
  EXPECT_THAT(awake.round(walk), ElementsAre(RegisterBlock{100, 1}));
  EXPECT_TRUE(walk.brought_something());
}

TEST(RegisterWalks, take_an_answer_of_another_length_for_a_refusal) {
  auto walk = walk_for({"100 s32"});
  walk.begin();
  walk.read(std::vector<std::uint16_t>{1});
  EXPECT_EQ(walk.next(), std::nullopt);
  EXPECT_THAT(walk.found().words(), IsEmpty());
}

TEST(RegisterWalks, that_want_nothing_ask_nothing) {
  auto walk = walk_for({});
  EXPECT_EQ(walk.next(), std::nullopt);
  walk.begin();
  EXPECT_EQ(walk.next(), std::nullopt);
}

/// An inverter 103 behind the common model, then a meter 203.
Device sunspec(std::uint16_t base) {
  Registers words;
  EXPECT_TRUE(words.put(base, std::vector<std::uint16_t>{0x5375, 0x6E53, 1, 66}));
  EXPECT_TRUE(words.put(static_cast<std::uint16_t>(base + 70), std::vector<std::uint16_t>{103, 50}));
  EXPECT_TRUE(words.put(static_cast<std::uint16_t>(base + 122), std::vector<std::uint16_t>{203, 105}));
  EXPECT_TRUE(words.put(static_cast<std::uint16_t>(base + 140), std::vector<std::uint16_t>{1190}));
  EXPECT_TRUE(words.put(static_cast<std::uint16_t>(base + 229), std::vector<std::uint16_t>{0xFFFF, 0}));
  return Device(text_of(words)).fill(base, 231);
}

TEST(RegisterWalks, go_along_the_chain_once_and_read_only_the_wanted_parts) {
  const Device device = sunspec(40000);
  auto walk = walk_for({"201-204/18 s16 factor 201-204/22"});
  EXPECT_THAT(device.round(walk), ElementsAre(RegisterBlock{40000, 4}, RegisterBlock{40070, 2}, RegisterBlock{40122, 2},
                                              RegisterBlock{40122, 23}));
  EXPECT_EQ(walk.found().number(*read_register("203/18 s16 factor 203/22")), 1190);
  EXPECT_THAT(device.round(walk), ElementsAre(RegisterBlock{40122, 23}));
  EXPECT_EQ(walk.found().number(*read_register("203/18 s16 factor 203/22")), 1190);
}

TEST(RegisterWalks, look_for_the_mark_at_all_its_places) {
  for (const std::uint16_t base : {std::uint16_t{50000}, std::uint16_t{0}}) {
    const Device device = sunspec(base);
    auto walk = walk_for({"203/18 s16"});
    device.round(walk);
    EXPECT_EQ(walk.found().number(*read_register("203/18 s16")), 1190);
  }
}

TEST(RegisterWalks, without_a_mark_read_what_has_an_address) {
  Device device("30775: 0000 0F7E");
  auto walk = walk_for({"203/18 s16", "30775 s32"});
  EXPECT_EQ(device.round(walk).size(), 4U);
  EXPECT_EQ(walk.found().number(*read_register("30775 s32")), 3966);
  EXPECT_THAT(device.round(walk), ElementsAre(RegisterBlock{30775, 2}));
}

TEST(RegisterWalks, do_not_walk_again_for_a_model_that_is_not_there) {
  const Device device = sunspec(40000);
  auto walk = walk_for({"203/18 s16", "160/2"});
  device.round(walk);
  EXPECT_THAT(device.round(walk), ElementsAre(RegisterBlock{40122, 19}));
}

TEST(RegisterWalks, notice_that_the_chain_has_become_another) {
  const Device before = sunspec(40000);
  Device after = before;
  after.words[40122] = 64;  // what stood there is something else now…
  after.words[40123] = 50;
  after.words[40174] = 203;  // …and the meter behind it
  after.words[40175] = 105;
  after.words[40192] = 77;
  after.fill(40174, 120);
  auto walk = walk_for({"203/18 s16"});
  before.round(walk);
  after.round(walk);
  EXPECT_EQ(walk.found().number(*read_register("203/18 s16")), 77);
}

TEST(RegisterWalks, walk_anew_after_a_round_that_was_broken_off) {
  const Device device = sunspec(40000);
  auto walk = walk_for({"203/18 s16"});
  device.round(walk);
  walk.begin();
  walk.begin();
  EXPECT_EQ(walk.next(), (RegisterBlock{40000, 4}));
}

TEST(RegisterWalks, leave_a_chain_that_has_no_end) {
  Device device("0: 5375 6E53 0001 0000");
  device.fill(0, 4096);
  auto walk = walk_for({"203/18"});
  EXPECT_LE(device.round(walk).size(), 70U);
}

RC_GTEST_PROP(RegisterWalks, find_every_wanted_word_that_exists,
              (const std::set<std::uint8_t>& wanted, const std::set<std::uint8_t>& missing)) {
  Device device;
  device.fill(0, 300);
  device.words[299] = 9;
  device.most = 40;
  for (const std::uint8_t each : missing) device.words.erase(each);
  std::vector<Register> all;
  for (const std::uint8_t each : wanted) all.push_back({RegisterAt{each, {}}});
  all.push_back({RegisterAt{299, {}}});
  RegisterWalk walk(all);
  std::size_t second = 0;
  for (int i = 0; i < 3; ++i) {
    const std::size_t asked = device.round(walk).size();
    if (i == 2) RC_ASSERT(asked == second);
    second = asked;
    for (const std::uint8_t each : wanted) RC_ASSERT(walk.found().word(each).has_value() == !missing.contains(each));
  }
}

}  // namespace
}  // namespace wire
