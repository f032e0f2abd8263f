// Telegrams of smart meters: found in a stream, checked, and read.
#include "wire/p1.hpp"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "wire/telegrams.hpp"

namespace wire {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

std::string at(const base::Result<Tree>& tree, std::string_view code) {
  if (!tree) return tree.error().text;
  const Tree* found = tree->find(code);
  return found == nullptr ? "(not there)" : found->text;
}

std::string fault_of(std::string_view telegram) {
  const auto read = read_p1(telegram);
  return read ? "(none)" : read.error().text;
}

std::string replaced(std::string_view text, std::string_view what, std::string_view by) {
  std::string out(text);
  out.replace(out.find(what), what.size(), by);
  return out;
}

/// With the checksum that belongs to it.
std::string signed_off(const std::string& up_to_mark) {
  return fmt::format("{}{:04X}\r\n", up_to_mark, crc16_arc(up_to_mark));
}

std::vector<std::string> fed(Telegrams& telegrams, std::string_view bytes) {
  std::vector<std::string> found;
  telegrams.feed(bytes, [&](std::string_view each) { found.emplace_back(each); });
  return found;
}

TEST(P1, has_the_checksum_of_the_standard) {
  EXPECT_EQ(crc16_arc("123456789"), 0xBB3D);
}

TEST(P1, is_read_into_codes_with_values_and_units_as_they_stand_there) {
  const auto tree = read_p1(samples::p1);
  EXPECT_EQ(at(tree, "meter"), "XMX5LGBBFG1009394887");
  EXPECT_EQ(at(tree, "1-3:0.2.8"), "50");
  EXPECT_EQ(at(tree, "0-0:1.0.0"), "260714131545S");
  EXPECT_EQ(at(tree, "1-0:1.7.0"), "00.000*kW");
  EXPECT_EQ(at(tree, "1-0:41.7.0"), "00.418*kW");
  EXPECT_EQ(at(tree, "1-0:71.7.0"), "008*A");
  EXPECT_EQ(at(tree, "0-0:96.13.0"), "");
  EXPECT_EQ(at(tree, "0-1:24.2.1"), "03911.204*m3") << "of several brackets the last is the value";
  EXPECT_EQ(tree->items.size(), 29U);
}

TEST(P1, with_any_digit_changed_is_a_fault) {
  const std::size_t end = samples::p1.size() - 2;
  for (std::size_t i = 0; i < end; ++i) {
    if (samples::p1[i] < '0' || samples::p1[i] > '9') continue;
    for (char digit = '0'; digit <= '9'; ++digit) {
      if (digit == samples::p1[i]) continue;
      std::string changed(samples::p1);
      changed[i] = digit;
      ASSERT_FALSE(read_p1(changed)) << "at " << i;
    }
  }
  EXPECT_EQ(fault_of(replaced(samples::p1, "02.365", "02.366")),
            "a P1 telegram with a wrong checksum; check cable and gateway");
}

TEST(P1, that_lost_its_checksum_is_a_fault_for_meters_that_send_one) {
  EXPECT_EQ(fault_of(replaced(samples::p1, "!C025", "!")),
            "a P1 telegram without its checksum, which meters of version 50 send");
  EXPECT_THAT(fault_of(replaced(samples::p1, "!C025", "!C02")), HasSubstr("wrong checksum"));
  EXPECT_EQ(fault_of("/FLU5253\r\n\r\n0-0:96.1.4(50217)\r\n1-0:1.7.0(00.1*kW)\r\n!\r\n"),
            "a P1 telegram without its checksum, which meters of version 50 send");
  EXPECT_EQ(fault_of("/XYZ5\r\n\r\n1-3:0.2.8(3O)\r\n1-0:1.7.0(00.1*kW)\r\n!\r\n"),
            "a P1 telegram without its checksum, which meters of version 40 send")
      << "a version that cannot be read is no excuse";
  EXPECT_EQ(fault_of("/XYZ5\r\n\r\n1-3:0.2.8(30)\r\n1-0:1.7.0(00.1*kW)\r\n!\r\n"), "(none)");
}

TEST(P1, of_old_meters_has_no_checksum) {
  const auto german = read_p1(samples::easy_meter);
  EXPECT_EQ(at(german, "1-0:16.7.0"), "-00418.27*W");
  EXPECT_EQ(at(german, "1-0:1.8.0"), "00026107.7034231*kWh");
  const auto dutch = read_p1(samples::dsmr_2);
  EXPECT_EQ(at(dutch, "1-0:1.7.0"), "0001.29*kW");
  EXPECT_EQ(at(dutch, "0-1:24.3.0"), "00024.123") << "goes on in the next line";
}

TEST(P1, without_a_checksum_may_have_no_odd_line) {
  for (const auto& [what, by] :
       std::vector<std::pair<std::string, std::string>>{{"(-00418.27*W)", "(-00418.27*W"},
                                                        {"(-00418.27*W)", "(-004(18.27*W)"},
                                                        {"(-00418.27*W)", "-00418.27*W)"},
                                                        {"1-0:16.7.0*255(", "1-0:16\x01.7.0*255("},
                                                        {"1-0:16.7.0*255(", "1-0 16.7.0*255("},
                                                        {"(82)\r\n", "(82)1-0:1.7.0(1*W)\r\n"}}) {
    EXPECT_THAT(fault_of(replaced(samples::easy_meter, what, by)), HasSubstr("in it; check speed and parity")) << by;
  }
  EXPECT_THAT(fault_of("/ESY5\r\n(1)\r\n!\r\n"), HasSubstr("\"(1)\" in it")) << "goes on with nothing";
  EXPECT_TRUE(read_p1(signed_off("/XYZ5\r\n\r\na line of a meter's own\r\n1-0:1.7.0(1*W)\r\n!")))
      << "with one it is the meter's own";
}

TEST(P1, says_what_is_there_instead) {
  EXPECT_EQ(fault_of(""), "nothing instead of a P1 telegram");
  EXPECT_EQ(fault_of("{\"a\":1}"), "JSON instead of a P1 telegram");
  EXPECT_EQ(fault_of("/XMX5\r\n\r\n1-0:1.7.0(1*W)\r\n"), "a P1 telegram that ends too early");
  EXPECT_THAT(fault_of("/" + std::string(longest_telegram, 'x')), HasSubstr("does not end"));
}

TEST(P1, whose_gateway_leaves_out_carriage_returns_is_checked_all_the_same) {
  std::string bare;
  for (const char c : samples::p1) {
    if (c != '\r') bare += c;
  }
  EXPECT_EQ(at(read_p1(bare), "1-0:2.7.0"), "02.365*kW");
  EXPECT_FALSE(read_p1(replaced(bare, "02.365", "02.364")));
}

TEST(Telegrams, are_found_however_a_stream_is_cut) {
  rc::check([] {
    const std::string stream = "5*kW)\r\n1-0:2.7.0(0\r\n!77AA\r\n" + std::string(samples::p1) +
                               std::string(samples::easy_meter) + "noise" + std::string(samples::p1);
    Telegrams telegrams;
    std::vector<std::string> found;
    std::string_view rest = stream;
    while (!rest.empty()) {
      const auto size = std::min<std::size_t>(*rc::gen::inRange<std::size_t>(1, 400), rest.size());
      for (auto& each : fed(telegrams, rest.substr(0, size))) found.push_back(std::move(each));
      rest.remove_prefix(size);
    }
    RC_ASSERT(found.size() == 3U);
    RC_ASSERT(at(read_p1(found[0]), "1-0:2.7.0") == "02.365*kW");
    RC_ASSERT(at(read_p1(found[1]), "1-0:16.7.0") == "-00418.27*W");
    RC_ASSERT(found[2] == found[0]);
    RC_ASSERT(telegrams.dropped() == 0U);
  });
}

TEST(Telegrams, are_handed_on_with_their_last_digit) {
  Telegrams telegrams;
  EXPECT_EQ(fed(telegrams, samples::p1.substr(0, samples::p1.size() - 2)).size(), 1U) << "before the line ends";
  EXPECT_TRUE(fed(telegrams, "\r\n").empty());
}

TEST(Telegrams, that_are_damaged_are_counted_and_the_next_is_found) {
  Telegrams telegrams;
  const std::string damaged = replaced(samples::p1, "00.418", "00.41B");
  const std::string cut_off(samples::p1.substr(0, 300));
  EXPECT_EQ(fed(telegrams, damaged + std::string(samples::p1)).size(), 1U);
  EXPECT_EQ(telegrams.dropped(), 1U);
  EXPECT_TRUE(fed(telegrams, cut_off + "\r\n").empty());
  EXPECT_EQ(fed(telegrams, samples::p1).size(), 1U);
  EXPECT_EQ(telegrams.dropped(), 2U);
  const std::string without_end(samples::p1.substr(0, samples::p1.size() - 6));
  EXPECT_EQ(fed(telegrams, without_end + std::string(samples::p1)).size(), 1U)
      << "a lost end costs the one it belongs to";
  EXPECT_EQ(telegrams.dropped(), 3U);
}

TEST(Telegrams, that_never_end_are_given_up) {
  Telegrams telegrams;
  EXPECT_TRUE(fed(telegrams, "/" + std::string(2 * longest_telegram, 'x')).empty());
  EXPECT_EQ(telegrams.dropped(), 1U);
  EXPECT_EQ(fed(telegrams, samples::p1).size(), 1U);
}

TEST(Telegrams, of_a_former_connection_are_forgotten) {
  Telegrams telegrams;
  EXPECT_TRUE(fed(telegrams, samples::p1.substr(0, 400)).empty());
  telegrams.reset();
  EXPECT_TRUE(fed(telegrams, samples::p1.substr(400)).empty());
  EXPECT_EQ(telegrams.dropped(), 0U);
}

}  // namespace
}  // namespace wire
