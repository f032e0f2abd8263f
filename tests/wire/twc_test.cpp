#include "wire/twc.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <map>
#include <type_traits>

#include "wire/frames.hpp"

namespace {

using namespace wire;
using namespace base::literals;
using frames::any;
using frames::any_amps;
using frames::any_id;
using frames::any_protocol;
using frames::any_sign;
using frames::Bytes;
using frames::bytes_of;
using frames::hex;
using frames::summed;

/// A frame given without its checksum.
tl::expected<Frame, Refusal> meaning(std::string_view body) {
  return decode(summed(hex(body)));
}

template <class T>
void comes_back(const T& value) {
  const auto meant = decode(bytes_of(encode(value)));
  RC_ASSERT(meant.has_value());
  RC_ASSERT(std::holds_alternative<T>(*meant));
  RC_ASSERT(std::get<T>(*meant) == value);
}

TEST(Checksum, sums_all_bytes_but_the_type_and_itself) {
  EXPECT_EQ(checksum(hex("FB E0 77 77 85 61 00 00 00 00 00 00 00 00 00 00")), 0xB4);
  EXPECT_EQ(checksum(hex("FC E0 77 77 85 61 09 0C 1C 00 00 00 00 00 00 FF")), 0xE5);
  EXPECT_EQ(checksum(hex("FB E0 77 77 C0 DB 09 02 58 00 00 00 00 00 00 CC")), 0xCC);
  EXPECT_EQ(checksum(hex("FB")), 0);
  EXPECT_EQ(checksum({}), 0);
}

TEST(Decode, understands_every_recorded_frame) {
  const UnitId master{0x7777};
  const std::map<std::string, Frame> meanings = {
      {"V01", MasterHeartbeat{master, {0x02BB}, Order::nothing, {}, 0, false, Protocol::two}},
      {"V02", MasterLinkready1{master, {0x77}, {}}},
      {"V03", MasterLinkready2{master, {0x77}, {}}},
      {"V04", SlaveLinkready{{0x1839}, {0x52}, 32_A, Protocol::two}},
      {"V06", FirmwareExtended{{0x6090}, {4, 5, 3, 2}}},
      {"V07", SlaveLinkready{{0x4085}, {0x1D}, 32_A, Protocol::two}},
      {"V08", MasterHeartbeat{master, {0x4085}, Order::limit, 32_A, 0, false, Protocol::two}},
      {"V09", MasterLinkready1{{0x32AB}, {0x77}, 163.90_A}},
      {"V11", SlaveLinkready{{0x8725}, {0xAE}, 32_A, Protocol::two}},
      {"V12", Query{Question::vin1, {0x32AB}, {0x8725}}},
      {"V13", MasterHeartbeat{master, {0x2019}, Order::nothing, {}, 0, false, Protocol::two}},
      {"V14", Query{Question::vin1, master, {0x2019}}},
      {"V15", SlaveHeartbeat{{0x2019}, master, UnitState::starting, 6_A, 5.28_A, Protocol::two}},
      {"V16", MeterReport{{0x2587}, 924, {{246_V, 240_V, 246_V}}, {}}},
      {"V17", SlaveHeartbeat{{0x022C}, master, UnitState::error, {}, 16.86_A, Protocol::one}},
      {"V18", MeterReport{{0x6061}, 10690796, {{241_V, 0_V, 0_V}}, {}}},
      {"V19", Idle{}},
      {"V20", SlaveHeartbeat{{0x032E}, master, UnitState::charging, {}, 0.25_A, Protocol::one}},
      {"V21", MasterHeartbeat{master, {0x032E}, Order::nothing, {}, 0, false, Protocol::one}},
      {"V22", SlaveHeartbeat{{0x032E}, master, UnitState::plugged_waiting, 6_A, 0.25_A, Protocol::one}},
      {"V23", MasterHeartbeat{master, {0x032E}, Order::initial_limit, {}, 0, false, Protocol::one}},
      {"V24", SlaveHeartbeat{{0x032E}, master, UnitState::plugged_waiting, {}, 0.25_A, Protocol::one}},
      {"V25", SlaveHeartbeat{master, {0x1234}, UnitState::plugged_ready, {}, 0.25_A, Protocol::one}},
      {"V26", MasterHeartbeat{{0x1234}, master, Order::initial_limit, 48_A, 0, false, Protocol::one}},
      {"V27", SlaveHeartbeat{master, {0x1234}, UnitState::plugged_ready, 48_A, 0.25_A, Protocol::one}},
      {"V28", MasterHeartbeat{{0x1234}, master, Order::enter_error, {}, 4, false, Protocol::one}},
      {"V29", MeterReport{master, 20, {{246_V, 0_V, 0_V}}, {}}},
      {"V30", SlaveLinkready{{0x5883}, {0x74}, 32_A, Protocol::two}},
      {"V31", SlaveHeartbeat{{0x01B6}, master, UnitState::charging, 1_A, 0.70_A, Protocol::one}},
      {"V32", MasterHeartbeat{master, {0x01B6}, Order::initial_limit, {}, 0, false, Protocol::two}},
      {"V33", SlaveHeartbeat{{0x2388}, master, UnitState::starting, 13_A, 13.10_A, Protocol::two}},
      {"V34", MasterHeartbeat{master, {0x2388}, Order::limit, {}, 0, false, Protocol::two}},
      {"V35", SlaveHeartbeat{{0x2388}, master, UnitState::plugged_waiting, 6_A, 13.10_A, Protocol::two}},
      {"V36", SlaveHeartbeat{{0x2388}, master, UnitState::ready, {}, {}, Protocol::two}},
      {"V37", MasterHeartbeat{master, {0x2388}, Order::limit, 14_A, 0, false, Protocol::two}},
      {"V38", MasterHeartbeat{master, {0x2388}, Order::limit, 16_A, 0, false, Protocol::two}},
      {"V39", MeterReport{{0x0028}, 4194484, {{236_V, 240_V, 236_V}}, {}}},
      {"V40", SerialNumber{{0x9819}, std::string_view("A19D0029819")}},
      {"V41", OldSerialNumber{std::string_view("A17I0039393")}},
  };
  // Our encoders speak the full form of these.
  const std::map<std::string, std::string> other_forms = {
      {"V09", "16 bytes"}, {"V12", "13 bytes"}, {"V14", "15 bytes"}, {"V29", "16 bytes"}};

  const auto corpus = frames::recorded();
  ASSERT_EQ(corpus.size(), 41u);
  for (const auto& [name, stream] : corpus) {
    SCOPED_TRACE(name);
    const frames::Heard heard = frames::hear(stream);
    EXPECT_TRUE(heard.refusals.empty());
    ASSERT_EQ(heard.frames.size(), 1u);
    const Bytes& frame = heard.frames.front();
    const auto meant = decode(frame);
    if (name == "V05" || name == "V10") {
      ASSERT_FALSE(meant.has_value());
      EXPECT_EQ(meant.error(), Refusal::length_or_checksum);
      continue;
    }
    ASSERT_TRUE(meant.has_value());
    EXPECT_TRUE(*meant == meanings.at(name)) << print(*meant);
    std::visit(
        [&, &frame_name = name](const auto& value) {
          using Value = std::decay_t<decltype(value)>;
          if constexpr (!std::is_same_v<Value, Dangerous>) {
            if (other_forms.contains(frame_name)) EXPECT_NE(bytes_of(encode(value)), frame);
            else EXPECT_EQ(bytes_of(encode(value)), frame);
          }
        },
        *meant);
  }
}

RC_GTEST_PROP(RoundTrip, master_linkready, ()) {
  comes_back(MasterLinkready1{any_id(), any_sign(), any_amps()});
  comes_back(MasterLinkready2{any_id(), any_sign(), any_amps()});
}

RC_GTEST_PROP(RoundTrip, slave_linkready, ()) {
  comes_back(SlaveLinkready{any_id(), any_sign(), any_amps(), any_protocol()});
}

RC_GTEST_PROP(RoundTrip, master_heartbeat, ()) {
  MasterHeartbeat beat{any_id(),    any_id(),      static_cast<Order>(any<std::uint8_t>()), any_amps(), 0,
                       any<bool>(), any_protocol()};
  if (beat.order == Order::enter_error) {
    beat.amps = {};
    beat.error_bitmap = any<std::uint8_t>();
  }
  comes_back(beat);
  comes_back(
      MasterHeartbeat{any_id(), any_id(), Order::enter_error, {}, any<std::uint8_t>(), any<bool>(), any_protocol()});
}

RC_GTEST_PROP(RoundTrip, slave_heartbeat, ()) {
  comes_back(SlaveHeartbeat{any_id(), any_id(), static_cast<UnitState>(any<std::uint8_t>()), any_amps(), any_amps(),
                            any_protocol()});
}

RC_GTEST_PROP(RoundTrip, query, ()) {
  const auto question = static_cast<Question>(*rc::gen::inRange(0, 10));
  if (question >= Question::old_serial) comes_back(Query{question, {}, {}});
  else comes_back(Query{question, any_id(), any_id()});
}

RC_GTEST_PROP(RoundTrip, meter_report, ()) {
  MeterReport report{any_id(), any<std::uint32_t>(), {}, {}};
  for (Volts& volts : report.volts) volts = Volts::whole(any<std::uint16_t>());
  for (Amps& current : report.amps) current = Amps::grains(50 * any<std::uint8_t>());
  comes_back(report);
}

RC_GTEST_PROP(RoundTrip, vin_part, ()) {
  VinPart vin{any_id(), static_cast<std::uint8_t>(*rc::gen::inRange(1, 4)), {}, false};
  vin.text = frames::any_text<7>(vin.part == 3 ? 3 : 7);
  vin.all_zero = vin.text.empty();
  comes_back(vin);
}

RC_GTEST_PROP(RoundTrip, names_and_versions, ()) {
  comes_back(SerialNumber{any_id(), frames::any_text<11>(11)});
  comes_back(OldSerialNumber{frames::any_text<11>(11)});
  comes_back(Model{frames::any_text<13>(13)});
  comes_back(
      FirmwareExtended{any_id(), {any<std::uint8_t>(), any<std::uint8_t>(), any<std::uint8_t>(), any<std::uint8_t>()}});
  comes_back(Firmware{{any<std::uint8_t>(), any<std::uint8_t>(), any<std::uint8_t>()}});
}

RC_GTEST_PROP(RoundTrip, plug_orders_and_idle, ()) {
  comes_back(PlugReport{any_id(), static_cast<Plug>(any<std::uint8_t>())});
  comes_back(StartOrder{any_id(), any_id()});
  comes_back(StopOrder{any_id(), any_id()});
  comes_back(StartAck{any_id()});
  comes_back(StopAck{any_id()});
  comes_back(Idle{});
}

RC_GTEST_PROP(Decode, what_is_decoded_and_encoded_again_means_the_same, (Bytes body)) {
  // Random bodies behind a real opcode, in every length.
  const auto opcode = *rc::gen::elementOf(
      std::vector<std::uint16_t>{0xFCE1, 0xFBE2, 0xFDE2, 0xFBE0, 0xFDE0, 0xFBEB, 0xFBEC, 0xFBED, 0xFBEE, 0xFBEF,
                                 0xFBF1, 0xFBB4, 0xFB19, 0xFB1A, 0xFB1B, 0xFDEB, 0xFDEC, 0xFDED, 0xFDEE, 0xFDEF,
                                 0xFDF1, 0xFDB4, 0xFD19, 0xFD1A, 0xFD1B, 0xFCB1, 0xFCB2, 0xFDB1, 0xFDB2, 0xFC1D});
  body.resize(*rc::gen::elementOf(std::vector<std::size_t>{12, 13, 14, 15, 19}));
  body[0] = static_cast<std::uint8_t>(opcode >> 8);
  body[1] = static_cast<std::uint8_t>(opcode);
  const auto first = decode(summed(body));
  RC_PRE(first.has_value());
  std::visit(
      [](const auto& value) {
        if constexpr (!std::is_same_v<std::decay_t<decltype(value)>, Dangerous>) comes_back(value);
      },
      *first);
}

RC_GTEST_PROP(Decode, one_changed_byte_behind_the_type_is_always_refused, (std::uint8_t change)) {
  RC_PRE(change != 0);
  Bytes frame =
      bytes_of(encode(MasterHeartbeat{any_id(), any_id(), Order::limit, any_amps(), 0, false, Protocol::two}));
  frame[*rc::gen::inRange<std::size_t>(1, frame.size())] ^= change;
  const auto meant = decode(frame);
  RC_ASSERT(!meant.has_value());
  RC_ASSERT(meant.error() == Refusal::length_or_checksum);
}

TEST(Decode, each_type_has_its_own_lengths_because_a_lost_zero_leaves_the_checksum_right) {
  const auto accepted = [](std::uint8_t type, std::uint8_t opcode) {
    std::vector<std::size_t> lengths;
    for (std::size_t length = 0; length <= 30; ++length) {
      Bytes body(length == 0 ? 0 : length - 1, 0);
      if (body.size() >= 2) body[0] = type, body[1] = opcode;
      if (decode(length == 0 ? Bytes{} : summed(body)).has_value()) lengths.push_back(length);
    }
    return lengths;
  };
  using Lengths = std::vector<std::size_t>;
  EXPECT_EQ(accepted(0xFB, 0xE0), (Lengths{14, 16}));
  EXPECT_EQ(accepted(0xFD, 0xE0), (Lengths{14, 16}));
  EXPECT_EQ(accepted(0xFD, 0xE2), (Lengths{14, 16}));
  EXPECT_EQ(accepted(0xFC, 0xE1), (Lengths{14, 16}));
  EXPECT_EQ(accepted(0xFB, 0xE2), (Lengths{14, 16}));
  EXPECT_EQ(accepted(0xFB, 0xEB), (Lengths{13, 14, 15, 16}));
  EXPECT_EQ(accepted(0xFC, 0xB2), (Lengths{13, 14, 15, 16}));
  EXPECT_EQ(accepted(0xFD, 0xEB), (Lengths{16, 20}));
  EXPECT_EQ(accepted(0xFD, 0xEE), (Lengths{20}));
  EXPECT_EQ(accepted(0xFD, 0xED), (Lengths{20}));
  EXPECT_EQ(accepted(0xFD, 0x1A), (Lengths{14, 16}));
  EXPECT_EQ(accepted(0xFC, 0x19), (Lengths{13, 14, 15, 16, 20}));
  EXPECT_EQ(accepted(0xFB, 0xE1), Lengths{});
}

TEST(Decode, refuses_by_length_and_checksum_before_it_looks_at_the_type) {
  Bytes unknown = summed(hex("FB 55 00 00 00 00 00 00 00 00 00 00 00 00 00"));
  EXPECT_EQ(decode(unknown).error(), Refusal::unknown_type);
  unknown.back() ^= 1;
  EXPECT_EQ(decode(unknown).error(), Refusal::length_or_checksum);
  EXPECT_EQ(decode(Bytes(17, 0)).error(), Refusal::length_or_checksum);
  EXPECT_EQ(decode(Bytes(25, 0)).error(), Refusal::too_long);
  EXPECT_EQ(decode(Bytes{}).error(), Refusal::length_or_checksum);
}

TEST(Decode, tolerates_the_variants_of_other_masters_as_unknown) {
  for (const char* body : {"FB E1 77 77 77 00 00 00 00 00 00 00 00", "FC E2 77 77 77 00 00 00 00 00 00 00 00",
                           "FC E0 77 77 85 61 00 00 00 00 00 00 00 00 00"}) {
    const auto meant = meaning(body);
    ASSERT_FALSE(meant.has_value());
    EXPECT_EQ(meant.error(), Refusal::unknown_type);
  }
}

TEST(Decode, recognises_what_may_harm_a_unit) {
  for (const int opcode : {0xFC19, 0xFC1A, 0xFBE8, 0xFCA1, 0xFCE5, 0xFCE7}) {
    Bytes body(15, 0);
    body[0] = static_cast<std::uint8_t>(opcode >> 8);
    body[1] = static_cast<std::uint8_t>(opcode);
    const auto meant = decode(summed(body));
    ASSERT_TRUE(meant.has_value());
    ASSERT_TRUE(std::holds_alternative<Dangerous>(*meant));
    EXPECT_EQ(std::get<Dangerous>(*meant).opcode(), opcode);
  }
}

TEST(Decode, a_current_beyond_reason_is_decoded_and_left_to_others_to_judge) {
  const auto meant = meaning("FD E0 0A 7C 77 77 FF FF FF FF FF 00 00 00 00");
  EXPECT_TRUE(meant == Frame(SlaveHeartbeat{
                           {0x0A7C}, {0x7777}, static_cast<UnitState>(0xFF), 655.35_A, 655.35_A, Protocol::two}));
}

TEST(Decode, any_byte_but_zero_says_that_the_master_has_a_car) {
  for (const char* body :
       {"FB E0 77 77 85 61 00 00 00 01 00 00 00 00 00", "FB E0 77 77 85 61 00 00 00 02 00 00 00 00 00"}) {
    const auto meant = meaning(body);
    ASSERT_TRUE(meant.has_value());
    EXPECT_TRUE(std::get<MasterHeartbeat>(*meant).master_plugged);
  }
}

TEST(Decode, a_meter_of_sixteen_bytes_has_no_currents) {
  const auto meant = meaning("FD EB 77 77 00 00 00 14 00 F6 00 F7 00 F8 00");
  EXPECT_TRUE(meant == Frame(MeterReport{{0x7777}, 20, {{246_V, 247_V, 248_V}}, {}}));
}

TEST(Decode, a_model_may_fill_the_longer_frame) {
  EXPECT_TRUE(meaning("FD 1A 45 56 57 54 53 38 30 48 4C 31 32 33 34") ==
              Frame(Model{std::string_view("EVWTS80HL1234")}));
}

TEST(Encode, takes_the_length_of_the_receivers_protocol) {
  EXPECT_EQ(encode(MasterHeartbeat{.protocol = Protocol::one}).size(), 14u);
  EXPECT_EQ(encode(MasterHeartbeat{.protocol = Protocol::two}).size(), 16u);
  EXPECT_EQ(encode(MasterLinkready1{}).size(), 14u);
  EXPECT_EQ(encode(Query{}).size(), 16u);
  EXPECT_EQ(encode(Query{Question::model, {}, {}}).size(), 14u);
  EXPECT_EQ(encode(MeterReport{}).size(), 20u);
}

TEST(Encode, text_that_does_not_fit_is_cut) {
  EXPECT_EQ(bytes_of(encode(VinPart{{0x0061}, 3, std::string_view("3377777"), false})),
            hex("FD F1 00 61 33 33 37 00 00 00 00 00 00 00 00 00 00 00 00 EF"));
}

TEST(Decode, a_frame_owns_no_memory) {
  EXPECT_TRUE(std::is_trivially_copyable_v<Frame>);
}

}  // namespace
