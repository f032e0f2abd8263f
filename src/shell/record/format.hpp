// What a recording looks like on the disk.
//
//   file    magic (8) · size of header (u32 LE) · CRC-32 of header (u32 LE) · header · records
//   record  size of body (varint) · body · CRC-16 (LE), chained from the record before and, first, from the header
//   body    kind (1; +80 when the clocks drifted) · ms since the last record (varint) · [wall minus monotonic
//           drift in ms (zigzag)] · what the event carries
//
// A segment is one file and stands for itself: its header rebuilds the core as it was before the first record. Any cut
// end is found by size and CRC, so a record is whole or absent.
#pragma once

#include <array>
#include <optional>
#include <string>
#include <vector>

#include "core/config.hpp"
#include "core/door.hpp"
#include "shell/record/ink.hpp"

namespace shell {

inline constexpr std::array<std::uint8_t, 8> recording_magic{'T', 'W', 'C', 'R', 'E', 'C', '3', '\n'};
inline constexpr std::size_t preamble_size = 16;
inline constexpr std::uint8_t drifted = 0x80;

/// Why a segment begins where it does.
enum class Begin : std::uint8_t {
  start,        ///< the program started
  continuation, ///< the segment before was full: nothing is missing between the two
  after_loss,   ///< the disk did not take something: events are missing before this
  reconfigured, ///< the configuration changed: what that did to the state is not recorded, nothing else is missing
};

struct SegmentHeader {
  Begin begin = Begin::start;
  std::uint64_t run = 0;        ///< wall time in ms when the program began to record: names one run
  base::Now first;              ///< the clocks when the segment began
  std::uint64_t layout = 0;     ///< core::Core::layout() of the build that wrote it
  std::string version;          ///< of the program
  core::Config config;
  std::vector<std::byte> state; ///< core::Core::state_bytes() before the first record
};

/// Writes the preamble and the header; returns their size, 0 when there is no room. `config` is what write_config gave.
/// Allocates nothing.
[[nodiscard]] std::size_t write_header(std::span<std::uint8_t> room, Begin begin, std::uint64_t run, base::Now first,
                                       std::uint64_t layout, std::string_view version,
                                       std::span<const std::uint8_t> config, std::span<const std::byte> state);
/// Nothing when the file is damaged there or is none of ours. `size` becomes the place of the first record.
[[nodiscard]] std::optional<SegmentHeader> read_header(std::span<const std::uint8_t> file, std::size_t& size);

/// What the next record refers to.
struct Thread {
  base::Now last;
  std::uint16_t sum = 0;
};
[[nodiscard]] Thread thread_after(const base::Now& first, std::span<const std::uint8_t> preamble);

/// Writes one record; returns its size, 0 when there is no room (then `thread` is as it was). Allocates nothing.
[[nodiscard]] std::size_t write_record(std::span<std::uint8_t> room, Thread& thread, base::Now now,
                                       const core::Event& event);

/// Reads the record at the front of `bytes`; returns its size, 0 when there is no whole one. What `event` refers to lies
/// in `bytes`.
[[nodiscard]] std::size_t read_record(std::span<const std::uint8_t> bytes, Thread& thread, base::Now& now,
                                      core::Event& event);

}  // namespace shell
