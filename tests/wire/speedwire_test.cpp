// Datagrams of SMA's meters.
#include "wire/speedwire.hpp"

#include <gtest/gtest.h>

#include "wire/telegrams.hpp"

namespace wire {
namespace {

std::string at(const base::Result<Tree>& tree, std::string_view name) {
  if (!tree) return tree.error().text;
  const Tree* found = tree->find(name);
  return found == nullptr ? "(not there)" : found->text;
}

std::string fault_of(std::string_view datagram) {
  const auto read = read_speedwire(datagram);
  return read ? "(none)" : read.error().text;
}

TEST(Speedwire, is_read_into_measurements_with_their_numbers_as_sent) {
  const auto tree = read_speedwire(samples::sma());
  ASSERT_TRUE(tree) << tree.error().text;
  EXPECT_EQ(at(tree, "serial"), "3012345678");
  EXPECT_EQ(at(tree, "susy"), "372");
  EXPECT_EQ(at(tree, "ticker"), "123456");
  EXPECT_EQ(at(tree, "firmware"), "2.3.4.R");
  EXPECT_EQ(at(tree, "1.4.0"), "0");
  EXPECT_EQ(at(tree, "2.4.0"), "34125") << "0.1 W of export";
  EXPECT_EQ(at(tree, "1.8.0"), "19843200000");  // Ws: 5512 kWh
  EXPECT_EQ(at(tree, "2.8.0"), "51732000000");  // 14370 kWh
  EXPECT_EQ(at(tree, "14.4.0"), "50012");
  EXPECT_EQ(at(tree, "21.4.0"), "3150");
  EXPECT_EQ(at(tree, "42.4.0"), "21300");
  EXPECT_EQ(at(tree, "62.4.0"), "15975");
  EXPECT_EQ(at(tree, "31.4.0"), "1402");
  EXPECT_EQ(at(tree, "51.4.0"), "9121");
  EXPECT_EQ(at(tree, "71.4.0"), "6880");
  EXPECT_EQ(at(tree, "72.4.0"), "236900");
  EXPECT_EQ(tree->find("1.4.0")->kind, Tree::Kind::number);
}

TEST(Speedwire, of_an_inverter_is_not_a_meters) {
  std::string other = samples::sma();
  other[17] = '\x81';
  other[16] = '\x60';
  EXPECT_TRUE(is_speedwire_reading(samples::sma()));
  EXPECT_FALSE(is_speedwire_reading(other));
  EXPECT_EQ(fault_of(other), "a datagram of SMA that is no meter's (protocol 6081)");
  EXPECT_FALSE(is_speedwire_reading("SMA"));
  EXPECT_EQ(fault_of("M-SEARCH * HTTP/1.1"), "something else than a datagram of SMA");
  EXPECT_EQ(fault_of(""), "something else than a datagram of SMA");
}

TEST(Speedwire, that_was_cut_is_a_fault_at_every_byte) {
  const std::string whole = samples::sma();
  for (std::size_t size = 4; size < whole.size() - 4; ++size) {
    ASSERT_EQ(fault_of(whole.substr(0, size)), "a datagram of SMA that ends too early") << size;
  }
  EXPECT_EQ(fault_of(whole.substr(0, whole.size() - 4)), "(none)") << "the zeros at the end are not counted";
  std::string lying = whole;
  lying[13] = static_cast<char>(lying[13] - 2);
  EXPECT_EQ(fault_of(lying), "a datagram of SMA that ends too early") << "inside its last block";
}

TEST(Speedwire, ends_at_a_block_that_nobody_knows) {
  std::string strange = samples::sma();
  strange[28 + 8 + 2] = 7;  // the second block's type
  const auto tree = read_speedwire(strange);
  EXPECT_EQ(at(tree, "1.4.0"), "0");
  EXPECT_EQ(at(tree, "2.4.0"), "(not there)");
}

TEST(Speedwire, of_another_channel_says_so) {
  std::string other = samples::sma();
  other[28] = 3;
  EXPECT_EQ(at(read_speedwire(other), "3:1.4.0"), "0");
  EXPECT_EQ(at(read_speedwire(other), "1.4.0"), "(not there)");
}

}  // namespace
}  // namespace wire
