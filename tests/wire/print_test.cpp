#include <gtest/gtest.h>

#include "wire/frames.hpp"
#include "wire/twc.hpp"

namespace {

using namespace wire;
using frames::hex;
using frames::summed;

std::string sentence(std::string_view body) {
  const auto meant = decode(summed(hex(body)));
  return meant ? print(*meant) : std::string(print(meant.error()));
}

TEST(Print, a_unit_is_four_upper_case_digits) {
  EXPECT_EQ(print(UnitId{0x0A7C}), "0A7C");
  EXPECT_EQ(print(UnitId{}), "0000");
}

TEST(Print, every_frame_is_a_sentence) {
  EXPECT_EQ(sentence("FC E1 77 77 A5 0C 80 00 00 00 00 00 00"),
            "master linkready 1 7777: sign A5, bus maximum 32.00 A");
  EXPECT_EQ(sentence("FB E2 77 77 05 00 00 00 00 00 00 00 00"), "master linkready 2 7777: sign 05, bus maximum 0.00 A");
  EXPECT_EQ(sentence("FD E2 18 39 52 0C 80 00 00 00 00 00 00 00 00"),
            "slave linkready 1839: protocol 2, sign 52, hardware maximum 32.00 A");
  EXPECT_EQ(sentence("FB E0 77 77 85 61 09 02 58 00 00 00 00 00 00"), "master heartbeat 7777→8561: limit 6.00 A");
  EXPECT_EQ(sentence("FB E0 77 77 85 61 00 00 00 01 00 00 00 00 00"),
            "master heartbeat 7777→8561: no change, has a car itself");
  EXPECT_EQ(sentence("FB E0 77 77 85 61 02 04 00 00 00 00 00 00 00"), "master heartbeat 7777→8561: enter error 04");
  EXPECT_EQ(sentence("FB E0 77 77 85 61 33 00 05 00 00 00 00 00 00"),
            "master heartbeat 7777→8561: unknown order 33, 0.05 A");
  EXPECT_EQ(sentence("FD E0 20 19 77 77 08 02 58 02 10 00 00 00 00"),
            "slave heartbeat 2019→7777: starting, limit 6.00 A, drawn 5.28 A");
  EXPECT_EQ(sentence("FD E0 20 19 77 77 0F 00 00 00 00 00 00 00 00"),
            "slave heartbeat 2019→7777: unknown state 0F, limit 0.00 A, drawn 0.00 A");
  EXPECT_EQ(sentence("FB EE 32 AB 87 25 00 00 00 00 00 00"), "query 32AB→8725: VIN part 1");
  EXPECT_EQ(sentence("FB 1A 00 00 00 00 00 00 00 00 00 00 00"), "query model");
  EXPECT_EQ(sentence("FD EB 0A 7C 00 00 30 39 00 E6 00 E7 00 E5 20 1F 01 00 00"),
            "meter 0A7C: counter 12345, 230/231/229 V, 16.0 A/15.5 A/0.5 A");
  EXPECT_EQ(sentence("FD EE 00 61 35 59 4A 53 41 31 45 00 00 00 00 00 00 00 00"), "VIN part 1 of 0061: \"5YJSA1E\"");
  EXPECT_EQ(sentence("FD F1 00 61 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00"), "VIN part 3 of 0061: none");
  EXPECT_EQ(sentence("FD ED 98 19 41 31 39 44 30 30 32 39 38 31 39 00 00 00 00"),
            "serial number of 9819: \"A19D0029819\"");
  EXPECT_EQ(sentence("FD EC 60 90 04 05 03 02 00 00 00 00 00 00 00"), "firmware of 6090: 4.5.3.2");
  EXPECT_EQ(sentence("FD 19 41 31 37 49 30 30 33 39 33 39 33"), "serial number: \"A17I0039393\"");
  EXPECT_EQ(sentence("FD 1A 45 56 57 32 54 33 32 48 4C 00 00"), "model: \"EVW2T32HL\"");
  EXPECT_EQ(sentence("FD 1B 04 05 03 00 00 00 00 00 00 00 00"), "firmware: 4.5.3");
  EXPECT_EQ(sentence("FD B4 0A 7C 03 00 00 00 00 00 00 00 00 00 00"), "plug of 0A7C: plugged in, not charging");
  EXPECT_EQ(sentence("FD B4 0A 7C 2A 00 00 00 00 00 00 00 00 00 00"), "plug of 0A7C: unknown (2A)");
  EXPECT_EQ(sentence("FC B1 77 77 85 61 00 00 00 00 00 00 00 00 00"), "start order 7777→8561");
  EXPECT_EQ(sentence("FC B2 77 77 85 61 00 00 00 00 00 00 00 00 00"), "stop order 7777→8561");
  EXPECT_EQ(sentence("FD B1 0A 7C 00 00 00 00 00 00 00 00 00 00 00"), "start acknowledged by 0A7C");
  EXPECT_EQ(sentence("FD B2 0A 7C 00 00 00 00 00 00 00 00 00 00 00"), "stop acknowledged by 0A7C");
  EXPECT_EQ(sentence("FC 1D 00 00 00 00 00 00 00 00 00 00 00"), "idle master");
  EXPECT_EQ(sentence("FC 19 00 00 00 00 00 00 00 00 00 00 00"), "dangerous frame FC19");
  EXPECT_EQ(sentence("FC 55 00 00 00 00 00 00 00 00 00 00 00"), "unknown_type");
}

TEST(Print, bytes_that_are_no_text_cannot_damage_a_log) {
  EXPECT_EQ(sentence("FD EE 00 61 41 0A 22 5C E9 1B 42 00 00 00 00 00 00 00 00"),
            R"(VIN part 1 of 0061: "A\x0A\x22\x5C\xE9\x1BB")");
}

TEST(Print, every_state_has_a_name_of_its_own) {
  std::vector<std::string_view> names;
  for (int state = 0; state <= 0x0A; ++state) names.push_back(print(static_cast<UnitState>(state)));
  std::sort(names.begin(), names.end());
  EXPECT_EQ(std::adjacent_find(names.begin(), names.end()), names.end());
  EXPECT_EQ(print(static_cast<UnitState>(0x0C)), "unknown state");
}

}  // namespace
