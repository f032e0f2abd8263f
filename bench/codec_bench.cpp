// What a frame costs. The simulator exchanges millions of them a second, so each step should stay well below 60 ns.
#include <benchmark/benchmark.h>

#include "wire/permit.hpp"
#include "wire/slip.hpp"
#include "wire/twc.hpp"

namespace {

using namespace base::literals;

const wire::SlaveHeartbeat heard{{0x2019}, {0x7777}, wire::UnitState::charging, 16_A, 15.3_A, wire::Protocol::two};
const wire::MasterHeartbeat said{{0x7777}, {0x2019}, wire::Order::limit, 16_A, 0, false, wire::Protocol::two};
const wire::Permission permission{wire::Role::master, 6_A, 32_A, false};

std::span<const std::uint8_t> span_of(const wire::FrameBytes& frame) {
  return {frame.begin(), frame.size()};
}

void decode_a_slave_heartbeat(benchmark::State& state) {
  wire::FrameBytes frame = wire::encode(heard);
  for (auto _ : state) {
    benchmark::DoNotOptimize(frame);
    auto meaning = wire::decode(span_of(frame));
    benchmark::DoNotOptimize(meaning);
  }
}
BENCHMARK(decode_a_slave_heartbeat);

void decode_a_meter(benchmark::State& state) {
  wire::FrameBytes frame = wire::encode(wire::MeterReport{{0x2019}, 924, {{246_V, 240_V, 246_V}}, {}});
  for (auto _ : state) {
    benchmark::DoNotOptimize(frame);
    auto meaning = wire::decode(span_of(frame));
    benchmark::DoNotOptimize(meaning);
  }
}
BENCHMARK(decode_a_meter);

void refuse_a_wrong_checksum(benchmark::State& state) {
  wire::FrameBytes frame = wire::encode(heard);
  frame.back() ^= 1;
  for (auto _ : state) {
    benchmark::DoNotOptimize(frame);
    auto meaning = wire::decode(span_of(frame));
    benchmark::DoNotOptimize(meaning);
  }
}
BENCHMARK(refuse_a_wrong_checksum);

void encode_a_master_heartbeat(benchmark::State& state) {
  wire::MasterHeartbeat frame = said;
  for (auto _ : state) {
    benchmark::DoNotOptimize(frame);
    auto bytes = wire::encode(frame);
    benchmark::DoNotOptimize(bytes);
  }
}
BENCHMARK(encode_a_master_heartbeat);

void permit_and_escape_a_master_heartbeat(benchmark::State& state) {
  wire::FrameBytes frame = wire::encode(said);
  for (auto _ : state) {
    benchmark::DoNotOptimize(frame);
    auto outgoing = wire::permit(frame, permission);
    benchmark::DoNotOptimize(outgoing);
  }
}
BENCHMARK(permit_and_escape_a_master_heartbeat);

void find_a_heartbeat_in_the_stream(benchmark::State& state) {
  wire::WireBytes stream = wire::escape(span_of(wire::encode(heard)));
  wire::Framer framer;
  std::size_t frames = 0;
  for (auto _ : state) {
    benchmark::DoNotOptimize(stream);
    framer.feed(
        {stream.begin(), stream.size()}, [&](auto) { ++frames; }, [](auto) {});
  }
  benchmark::DoNotOptimize(frames);
}
BENCHMARK(find_a_heartbeat_in_the_stream);

void find_and_decode_a_heartbeat(benchmark::State& state) {
  wire::WireBytes stream = wire::escape(span_of(wire::encode(heard)));
  wire::Framer framer;
  for (auto _ : state) {
    benchmark::DoNotOptimize(stream);
    framer.feed(
        {stream.begin(), stream.size()},
        [](std::span<const std::uint8_t> frame) {
          auto meaning = wire::decode(frame);
          benchmark::DoNotOptimize(meaning);
        },
        [](auto) {});
  }
}
BENCHMARK(find_and_decode_a_heartbeat);

}  // namespace
