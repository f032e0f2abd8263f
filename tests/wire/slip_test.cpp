#include "wire/slip.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "wire/frames.hpp"

namespace {

using namespace wire;
using frames::Bytes;
using frames::bytes_of;
using frames::feed;
using frames::hear;
using frames::Heard;
using frames::hex;
using frames::summed;

const Bytes heartbeat = summed(hex("FB E0 77 77 02 BB 00 00 00 00 00 00 00 00 00"));
const Bytes escaped_everywhere = summed(hex("FB E0 C0 DB C0 DB C0 DB C0 DB C0 DB C0 DB C0"));

Bytes operator+(Bytes a, const Bytes& b) {
  a.insert(a.end(), b.begin(), b.end());
  return a;
}

Bytes on_wire(const Bytes& frame) {
  return bytes_of(escape(frame));
}

/// Bytes that cannot be taken for the wire's own signs.
rc::Gen<Bytes> noise() {
  return rc::gen::container<Bytes>(
      rc::gen::suchThat(rc::gen::arbitrary<std::uint8_t>(), [](std::uint8_t b) { return b != 0xC0; }));
}

rc::Gen<Bytes> frame_body() {
  return rc::gen::mapcat(rc::gen::inRange<std::size_t>(shortest_frame, longest_frame + 1), [](std::size_t length) {
    return rc::gen::container<Bytes>(
        length, rc::gen::oneOf(rc::gen::arbitrary<std::uint8_t>(),
                               rc::gen::element<std::uint8_t>(0xC0, 0xDB, 0xDC, 0xDD, 0x00, 0xFC)));
  });
}

TEST(Escape, replaces_both_signs_in_every_byte_of_the_frame) {
  EXPECT_EQ(on_wire(hex("FB E0 77 77 C0 DB 09 02 58 00 00 00 00 00 00 CC")),
            hex("C0 FB E0 77 77 DB DC DB DD 09 02 58 00 00 00 00 00 00 CC C0"));
  EXPECT_EQ(on_wire(hex("FB E0 77 77 85 61 09 03 00 00 00 00 00 00 00 C0")),
            hex("C0 FB E0 77 77 85 61 09 03 00 00 00 00 00 00 00 DB DC C0"));
}

RC_GTEST_PROP(Framer, delivers_what_escape_wrote, ()) {
  const Bytes frame = *frame_body();
  RC_ASSERT(hear(on_wire(frame)) == (Heard{{frame}, {}}));
}

RC_GTEST_PROP(Framer, hears_the_same_however_a_stream_is_cut, (const std::vector<std::uint8_t>& cuts)) {
  Bytes stream;
  for (const Bytes& part : *rc::gen::container<std::vector<Bytes>>(rc::gen::oneOf(
           rc::gen::map(frame_body(), [](const Bytes& f) { return on_wire(f); }), rc::gen::arbitrary<Bytes>())))
    stream = stream + part;
  Framer framer;
  Heard heard;
  std::size_t at = 0;
  for (std::size_t i = 0; at < stream.size(); ++i) {
    const std::size_t length = std::min<std::size_t>(i < cuts.size() ? cuts[i] % 30 : 1, stream.size() - at);
    feed(framer, {stream.data() + at, length}, heard);
    at += length;
  }
  RC_ASSERT(heard == hear(stream));
}

TEST(Framer, a_frame_split_over_two_reads_is_delivered_once) {
  for (const Bytes& frame : {heartbeat, escaped_everywhere}) {
    const Bytes stream = on_wire(frame);
    for (std::size_t cut = 0; cut <= stream.size(); ++cut) {
      Framer framer;
      Heard heard;
      feed(framer, {stream.data(), cut}, heard);
      EXPECT_EQ(heard.frames.size(), cut == stream.size() ? 1u : 0u);
      feed(framer, {stream.data() + cut, stream.size() - cut}, heard);
      EXPECT_EQ(heard, (Heard{{frame}, {}})) << "cut after " << cut;
    }
  }
}

TEST(Framer, five_frames_in_one_read_are_five_frames) {
  Bytes stream;
  Heard expected;
  for (std::uint8_t i = 0; i < 5; ++i) {
    expected.frames.push_back(summed(hex("FD E0 20 19 77 77 08 02 58 02") + Bytes(5, i)));
    stream = stream + on_wire(expected.frames.back()) + hex("FC");
  }
  EXPECT_EQ(hear(stream), expected);
}

TEST(Framer, frames_may_share_a_delimiter) {
  Bytes stream = on_wire(heartbeat);
  for (int i = 0; i < 3; ++i) {
    const Bytes next = on_wire(escaped_everywhere);
    stream.insert(stream.end(), next.begin() + 1, next.end());
  }
  EXPECT_EQ(hear(stream), (Heard{{heartbeat, escaped_everywhere, escaped_everywhere, escaped_everywhere}, {}}));
}

RC_GTEST_PROP(Framer, short_noise_between_frames_is_not_heard, ()) {
  Bytes stream;
  Heard expected;
  for (int i = 0; i < 4; ++i) {
    // Noise may hold delimiters as long as what stands between two of them is shorter than a frame.
    for (int piece = *rc::gen::inRange(0, 4); piece > 0; --piece) {
      Bytes stray = *noise();
      stray.resize(std::min<std::size_t>(stray.size(), 5));
      stream = stream + stray + (piece > 1 ? hex("C0") : Bytes{});
    }
    expected.frames.push_back(*frame_body());
    stream = stream + on_wire(expected.frames.back());
  }
  RC_ASSERT(hear(stream) == expected);
}

RC_GTEST_PROP(Framer, a_stream_that_begins_inside_a_frame_costs_no_more_than_one, ()) {
  const Bytes first = on_wire(heartbeat);
  const auto cut = *rc::gen::inRange<std::size_t>(1, first.size());
  const Bytes tail(first.begin() + static_cast<std::ptrdiff_t>(cut), first.end());
  Bytes trailer = *noise();
  trailer.resize(std::min<std::size_t>(trailer.size(), 5));
  const Heard heard = hear(tail + trailer + on_wire(escaped_everywhere) + on_wire(heartbeat));
  RC_ASSERT(heard == (Heard{{escaped_everywhere, heartbeat}, {}}));
}

TEST(Framer, a_lost_delimiter_costs_only_the_frame_it_belonged_to) {
  Bytes unclosed = on_wire(heartbeat);
  unclosed.pop_back();
  const Bytes good = on_wire(escaped_everywhere);
  const Heard heard = hear(unclosed + hex("FC") + good + hex("FC") + good);
  EXPECT_EQ(heard, (Heard{{heartbeat + hex("FC"), escaped_everywhere, escaped_everywhere}, {}}));
}

RC_GTEST_PROP(Framer, after_any_garbage_the_second_frame_at_the_latest_is_heard, (const Bytes& garbage)) {
  const Bytes good = on_wire(heartbeat);
  const Heard heard = hear(garbage + good + hex("FC") + good);
  RC_ASSERT(!heard.frames.empty());
  RC_ASSERT(heard.frames.back() == heartbeat);
}

TEST(Framer, a_wrong_escape_spoils_its_frame_and_no_other) {
  for (const char* wrong : {"C0 FB E0 77 77 DB 00 BB 00 00 00 00 00 00 00 00 00 8B C0",
                            "C0 FB E0 77 77 DB DB DC BB 00 00 00 00 00 00 00 00 00 8B C0",
                            "C0 FB E0 77 77 02 BB 00 00 00 00 00 00 00 00 00 DB C0"}) {
    EXPECT_EQ(hear(hex(wrong) + on_wire(heartbeat)), (Heard{{heartbeat}, {Refusal::bad_escape}})) << wrong;
  }
}

TEST(Framer, an_escape_cut_off_counts_as_a_byte_so_that_the_shortest_frame_is_still_reported) {
  EXPECT_EQ(hear(hex("C0 FB EE 32 AB 87 25 00 00 00 00 00 00 DB C0")), (Heard{{}, {Refusal::bad_escape}}));
  EXPECT_EQ(hear(hex("C0 FB EE 32 AB 87 25 00 00 00 00 00 DB C0")), Heard{});
}

TEST(Framer, the_stray_byte_behind_an_overlong_frame_opens_none) {
  Framer framer;
  Heard heard;
  feed(framer, hex("C0") + Bytes(25, 1) + hex("C0 FC"), heard);
  EXPECT_EQ(heard, (Heard{{}, {Refusal::too_long}}));
  EXPECT_FALSE(framer.inside());
}

TEST(Framer, a_wrong_escape_in_less_than_a_frame_is_noise) {
  EXPECT_EQ(hear(hex("C0 FB DB 00 C0") + on_wire(heartbeat)), (Heard{{heartbeat}, {}}));
}

TEST(Framer, what_is_too_long_is_refused_once_and_not_kept) {
  EXPECT_EQ(hear(hex("C0") + Bytes(24, 1) + hex("C0")), (Heard{{Bytes(24, 1)}, {}}));
  EXPECT_EQ(hear(hex("C0") + Bytes(25, 1) + hex("C0")), (Heard{{}, {Refusal::too_long}}));
  Framer framer;
  Heard heard;
  feed(framer, hex("C0") + Bytes(1'000'000, 1), heard);
  EXPECT_EQ(heard, (Heard{{}, {Refusal::too_long}}));
  EXPECT_FALSE(framer.inside());
  EXPECT_LE(framer.collected(), longest_frame);
  feed(framer, hex("C0") + on_wire(heartbeat), heard);
  EXPECT_EQ(heard, (Heard{{heartbeat}, {Refusal::too_long}}));
}

TEST(Framer, a_wrong_escape_outranks_too_long) {
  EXPECT_EQ(hear(hex("C0 DB 00") + Bytes(60, 1) + hex("C0")), (Heard{{}, {Refusal::bad_escape}}));
}

TEST(Framer, knows_whether_a_frame_is_unfinished) {
  Framer framer;
  Heard heard;
  const auto after = [&](std::string_view bytes) {
    feed(framer, hex(bytes), heard);
    return framer.inside();
  };
  EXPECT_FALSE(framer.inside());
  EXPECT_FALSE(after("FC"));
  EXPECT_FALSE(after("C0"));
  EXPECT_TRUE(after("DB"));
  EXPECT_TRUE(after("DC E0"));
  EXPECT_EQ(framer.collected(), 2u);
  feed(framer, Bytes(11, 0), heard);
  EXPECT_FALSE(after("C0"));
  ASSERT_EQ(heard.frames.size(), 1u);
  EXPECT_FALSE(after("FC"));
  EXPECT_FALSE(after("C0"));
  EXPECT_TRUE(after("FD"));
  framer.reset();
  EXPECT_FALSE(framer.inside());
  EXPECT_EQ(framer.collected(), 0u);
}

}  // namespace
