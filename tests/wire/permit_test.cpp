#include "wire/permit.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <set>

#include "base/random.hpp"
#include "wire/frames.hpp"

namespace {

using namespace wire;
using namespace base::literals;
using frames::any;
using frames::any_id;
using frames::bounded;
using frames::Bytes;
using frames::hex;
using frames::summed;

const Permission master{Role::master, 6_A, 32_A, false};
const Permission generous{Role::master, Amps{}, Amps::whole(1000), true};
const Permission slave{Role::slave, {}, {}, false};

bool passes(std::string_view body, const Permission& permission = master) {
  return permit(bounded(summed(hex(body))), permission).has_value();
}

MasterHeartbeat beat(Order order, Amps amps, Protocol protocol = Protocol::two) {
  return {{0x7777}, {0x8561}, order, amps, 0, false, protocol};
}

bool passes(const MasterHeartbeat& heartbeat, const Permission& permission = master) {
  return permit(encode(heartbeat), permission).has_value();
}

TEST(Permit, a_master_says_what_it_needs) {
  EXPECT_TRUE(permit(encode(MasterLinkready1{{0x7777}, {0x77}, {}}), master));
  EXPECT_TRUE(permit(encode(MasterLinkready2{{0x7777}, {0x77}, 32_A}), master));
  EXPECT_TRUE(passes(beat(Order::nothing, {})));
  EXPECT_TRUE(passes(beat(Order::initial_limit, 16_A)));
  EXPECT_TRUE(passes(beat(Order::limit, 32_A)));
  EXPECT_TRUE(passes(beat(Order::limit, 6_A)));
  EXPECT_TRUE(passes(beat(Order::limit, {})));
  for (const Question question : {Question::meter, Question::firmware_extended, Question::serial, Question::vin1,
                                  Question::vin2, Question::vin3, Question::plug})
    EXPECT_TRUE(permit(encode(Query{question, {0x7777}, {0x8561}}), master));
}

TEST(Permit, what_leaves_is_the_frame_with_its_delimiters_and_escapes) {
  const auto outgoing = permit(bounded(hex("FB E0 77 77 C0 DB 09 02 58 00 00 00 00 00 00 CC")), master);
  ASSERT_TRUE(outgoing);
  EXPECT_EQ(Bytes(outgoing->bytes().begin(), outgoing->bytes().end()),
            hex("C0 FB E0 77 77 DB DC DB DD 09 02 58 00 00 00 00 00 00 CC C0"));
}

TEST(Permit, a_limit_outside_the_installation_is_refused_not_repaired) {
  EXPECT_FALSE(passes(beat(Order::limit, 32.01_A)));
  EXPECT_FALSE(passes(beat(Order::limit, 5.99_A)));
  EXPECT_FALSE(passes(beat(Order::limit, 0.01_A)));
  EXPECT_FALSE(passes(beat(Order::initial_limit, 33_A)));
  EXPECT_FALSE(permit(encode(MasterLinkready1{{0x7777}, {0x77}, 33_A}), master));
}

TEST(Permit, some_bounds_hold_whatever_the_installation_says) {
  EXPECT_TRUE(passes(beat(Order::limit, 127.99_A), generous));
  EXPECT_FALSE(passes(beat(Order::limit, 128_A), generous));
  EXPECT_FALSE(passes(beat(Order::limit, 655.35_A), generous));
  EXPECT_FALSE(passes(beat(Order::limit, 5_A), generous));
  EXPECT_TRUE(passes(beat(Order::initial_limit, 5_A, Protocol::one), generous));
  EXPECT_FALSE(passes(beat(Order::initial_limit, 4.99_A, Protocol::one), generous));
  EXPECT_FALSE(permit(encode(MasterLinkready2{{0x7777}, {0x77}, 128_A}), generous));
}

TEST(Permit, no_permission_given_means_nothing_above_zero) {
  const Permission fresh{.role = Role::master};
  EXPECT_TRUE(passes(beat(Order::limit, {}), fresh));
  EXPECT_FALSE(passes(beat(Order::limit, 6_A), fresh));
  EXPECT_FALSE(passes(beat(Order::nothing, {}), Permission{}));
}

TEST(Permit, orders_that_are_not_ours_are_refused) {
  for (int order = 0; order < 256; ++order) {
    SCOPED_TRACE(order);
    const bool known = order == 0x00 || order == 0x05 || order == 0x09;
    EXPECT_EQ(passes(beat(static_cast<Order>(order), {}), generous), known);
  }
  EXPECT_FALSE(passes(beat(Order::nothing, 6_A)));
  EXPECT_FALSE(passes(beat(Order::limit, 6_A, Protocol::one)));
}

TEST(Permit, bytes_that_should_be_zero_must_be) {
  EXPECT_FALSE(passes("FB E0 77 77 85 61 09 02 58 02 00 00 00 00 00"));
  EXPECT_FALSE(passes("FB E0 77 77 85 61 09 02 58 00 00 00 00 00 01"));
  EXPECT_FALSE(passes("FB EB 77 77 85 61 01 00 00 00 00 00 00 00 00"));
  EXPECT_FALSE(passes("FC E1 77 77 77 00 00 00 00 00 00 00 01"));
  EXPECT_TRUE(passes("FB E0 77 77 85 61 09 02 58 01 00 00 00 00 00"));
}

TEST(Permit, no_byte_that_should_be_zero_is_overlooked) {
  Permission consent = master;
  consent.relay_orders = true;
  const UnitId us{0x7777}, unit{0x8561};
  const auto refuses_from = [](const FrameBytes& frame, const Permission& permission, std::size_t reserved) {
    ASSERT_TRUE(permit(frame, permission));
    for (std::size_t at = reserved; at + 1 < frame.size(); ++at) {
      FrameBytes changed = frame;
      changed[at] = 1;
      changed.back() = checksum({changed.begin(), changed.size()});
      EXPECT_FALSE(permit(changed, permission)) << print(*decode({frame.begin(), frame.size()})) << ", byte " << at;
    }
  };
  refuses_from(encode(MasterLinkready1{us, {}, {}}), master, 7);
  refuses_from(encode(MasterLinkready2{us, {}, {}}), master, 7);
  refuses_from(encode(Query{Question::vin3, us, unit}), master, 6);
  refuses_from(encode(StopOrder{us, unit}), consent, 6);
  refuses_from(encode(MeterReport{unit, 20, {}, {}}), slave, 17);
  for (const Protocol protocol : {Protocol::one, Protocol::two}) {
    refuses_from(encode(beat(Order::initial_limit, 16_A, protocol)), master, 10);
    refuses_from(encode(SlaveLinkready{unit, {}, 32_A, protocol}), slave, 7);
    refuses_from(encode(SlaveHeartbeat{unit, us, UnitState::ready, 6_A, 5_A, protocol}), slave, 11);
  }
}

TEST(Permit, a_frame_in_a_form_we_do_not_use_is_refused) {
  EXPECT_FALSE(passes("FB EB 77 77 85 61 00 00 00 00 00 00"));
  EXPECT_FALSE(passes("FB EB 77 77 85 61 00 00 00 00 00 00 00"));
  EXPECT_FALSE(passes("FB EB 77 77 85 61 00 00 00 00 00 00 00 00"));
  EXPECT_FALSE(passes("FC E1 77 77 77 00 00 00 00 00 00 00 00 00 00"));
  EXPECT_FALSE(passes("FB E0 77 77 85 61 00 00 00 00 00 00 00 00"));
  EXPECT_FALSE(permit(FrameBytes{}, master));
}

TEST(Permit, a_wrong_checksum_is_refused) {
  FrameBytes frame = encode(beat(Order::nothing, {}));
  frame.back() ^= 1;
  EXPECT_FALSE(permit(frame, master));
}

TEST(Permit, the_relay_is_switched_only_with_consent) {
  Permission consent = master;
  consent.relay_orders = true;
  EXPECT_FALSE(permit(encode(StartOrder{{0x7777}, {0x8561}}), master));
  EXPECT_FALSE(permit(encode(StopOrder{{0x7777}, {0x8561}}), master));
  EXPECT_TRUE(permit(encode(StartOrder{{0x7777}, {0x8561}}), consent));
  EXPECT_TRUE(permit(encode(StopOrder{{0x7777}, {0x8561}}), consent));
}

TEST(Permit, what_may_harm_a_unit_cannot_leave) {
  for (const char* opcode : {"FC 19", "FC 1A", "FB E8", "FC A1", "FC E5", "FC E7", "FB 19", "FB 1A", "FB 1B", "FC 1D"})
    for (const std::size_t zeros : {10, 11, 12, 13, 17})
      for (const Permission& permission : {master, generous, slave}) {
        const Bytes frame = summed([&] {
          Bytes body = hex(opcode);
          body.resize(2 + zeros, 0);
          return body;
        }());
        EXPECT_FALSE(permit(bounded(frame), permission)) << opcode;
      }
}

TEST(Permit, a_slave_speaks_of_itself_only) {
  const SlaveHeartbeat heartbeat{{0x8561}, {0x7777}, UnitState::charging, 32_A, 31_A, Protocol::two};
  EXPECT_TRUE(permit(encode(heartbeat), slave));
  EXPECT_TRUE(permit(encode(SlaveLinkready{{0x8561}, {0x77}, 80_A, Protocol::one}), slave));
  EXPECT_TRUE(permit(encode(MeterReport{{0x8561}, 20, {}, {}}), slave));
  EXPECT_FALSE(permit(encode(heartbeat), master));
  EXPECT_FALSE(permit(encode(beat(Order::nothing, {})), slave));
  EXPECT_FALSE(passes("FD E0 85 61 77 77 10 00 00 00 00 00 00 00 00", slave));
  EXPECT_FALSE(permit(encode(Query{Question::meter, {0x8561}, {0x7777}}), slave));
}

RC_GTEST_PROP(Permit, a_listener_says_nothing, ()) {
  const MasterHeartbeat heartbeat{any_id(), any_id(), Order::nothing, {}, 0, any<bool>(), frames::any_protocol()};
  RC_ASSERT(permit(encode(heartbeat), master).has_value());
  Permission silent = generous;
  silent.role = Role::listener;
  RC_ASSERT(!permit(encode(heartbeat), silent));
  RC_ASSERT(!permit(encode(SlaveLinkready{any_id(), {}, {}, frames::any_protocol()}), silent));
}

/// Frames near the list: a listed or neighbouring opcode, few bytes that are not zero, a right checksum.
Bytes near_the_list(base::Random& random) {
  const auto byte = [&] { return static_cast<std::uint8_t>(random.next()); };
  const auto one_of = [&](const Bytes& choices) {
    return choices[static_cast<std::size_t>(random.between(std::int64_t{0}, std::ssize(choices) - 1))];
  };
  Bytes body(one_of({12, 13, 13, 14, 15, 15, 15, 19, 19, 23}), 0);
  body[0] = one_of({0xFB, 0xFC, 0xFD, 0xFE});
  body[1] = one_of({0xE0, 0xE0, 0xE0, 0xE1, 0xE2, 0xEB, 0xEC, 0xED, 0xEE, 0xEF,
                    0xF1, 0xB4, 0xB1, 0xB2, 0x19, 0x1A, 0x1B, 0xE8, 0x1D, byte()});
  for (std::size_t i = 2; i < 6; ++i) body[i] = byte();
  body[6] = one_of({0, 0, 2, 5, 5, 6, 7, 8, 9, 9, 9, 0x0F, 0x10});
  if (random.chance(0.7)) {
    body[7] = random.chance(0.8) ? static_cast<std::uint8_t>(random.next() % 0x36) : byte();
    body[8] = byte();
  }
  if (random.chance(0.1)) body[7 + random.next() % (body.size() - 7)] = byte();
  return summed(body);
}

void expect_on_the_list(const Bytes& frame, const Permission& permission) {
  const int opcode = frame[0] << 8 | frame[1];
  static const std::set<int> of_master = {0xFCE1, 0xFBE2, 0xFBE0, 0xFBEB, 0xFBEC,
                                          0xFBED, 0xFBEE, 0xFBEF, 0xFBF1, 0xFBB4};
  static const std::set<int> of_slave = {0xFDE2, 0xFDE0, 0xFDEB};
  ASSERT_NE(permission.role, Role::listener);
  if (permission.role == Role::slave) {
    ASSERT_TRUE(of_slave.contains(opcode));
  } else {
    const bool relay = opcode == 0xFCB1 || opcode == 0xFCB2;
    ASSERT_TRUE(of_master.contains(opcode) || (relay && permission.relay_orders));
  }
  if (opcode == 0xFBE0) {
    const int order = frame[6];
    const Amps limit = Amps::grains(frame[7] << 8 | frame[8]);
    ASSERT_TRUE(order == 0 || order == 5 || order == 9);
    if (limit != Amps{}) {
      ASSERT_NE(order, 0);
      ASSERT_GE(limit, permission.least);
      ASSERT_LE(limit, permission.most);
      ASSERT_GE(limit, frame.size() == 14 ? 5_A : 6_A);
      ASSERT_LT(limit, 128_A);
    }
  }
  const auto meant = decode(frame);
  ASSERT_TRUE(meant.has_value());
  ASSERT_FALSE(std::holds_alternative<Dangerous>(*meant));
}

TEST(Permit, nothing_outside_the_list_passes) {
  base::Random random{20240601};
  int passed = 0;
  for (int i = 0; i < 500'000; ++i) {
    const Bytes frame = near_the_list(random);
    const Permission permission{static_cast<Role>(random.next() % 3),
                                Amps::grains(random.between(std::int64_t{0}, std::int64_t{2000})),
                                Amps::grains(random.between(std::int64_t{0}, std::int64_t{20000})), random.chance(0.5)};
    if (!permit(bounded(frame), permission)) continue;
    ++passed;
    expect_on_the_list(frame, permission);
    if (HasFatalFailure()) FAIL() << "frame " << testing::PrintToString(frame);
  }
  EXPECT_GT(passed, 2'000);
}

RC_GTEST_PROP(Permit, bytes_drawn_at_random_do_not_pass, ()) {
  const Bytes frame = *rc::gen::container<Bytes>(16, rc::gen::inRange<std::uint8_t>(1, 255));
  RC_ASSERT(!permit(bounded(frame), generous));
}

TEST(Permit, of_all_65536_opcodes_only_the_listed_pass) {
  std::set<int> passed;
  for (int opcode = 0; opcode < 0x10000; ++opcode)
    for (const std::size_t length : {13, 14, 15, 16, 20, 24}) {
      Bytes body(length - 1, 0);
      body[0] = static_cast<std::uint8_t>(opcode >> 8);
      body[1] = static_cast<std::uint8_t>(opcode);
      const FrameBytes frame = bounded(summed(body));
      if (permit(frame, generous) || permit(frame, slave)) passed.insert(opcode);
    }
  EXPECT_EQ(passed, (std::set<int>{0xFCE1, 0xFBE2, 0xFBE0, 0xFBEB, 0xFBEC, 0xFBED, 0xFBEE, 0xFBEF, 0xFBF1, 0xFBB4,
                                   0xFCB1, 0xFCB2, 0xFDE2, 0xFDE0, 0xFDEB}));
}

}  // namespace
