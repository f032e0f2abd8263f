// Reads what the flight recorder wrote.
//
// Whatever a crash, a full disk or a curious owner did to the files: what is whole is given, what is not is cut with a
// sentence.
#pragma once

#include <string>
#include <vector>

#include "base/result.hpp"
#include "shell/record/format.hpp"

namespace shell {

/// One file: a core to build, and what it was told.
struct Segment {
  std::string file;
  SegmentHeader header;
  std::vector<std::uint8_t> bytes;   ///< the whole file
  std::size_t first_record = 0;      ///< where in `bytes`
  std::size_t end = 0;               ///< of the last whole record
  std::size_t records = 0;
  base::Now last;                    ///< the clocks at the last record
  std::string cut;                   ///< why it ends before its file does; empty: it does not
};

/// Walks the records of a segment. What an event refers to lives as long as the segment.
class Events {
 public:
  explicit Events(const Segment& segment);
  /// False after the last.
  [[nodiscard]] bool next(base::Now& now, core::Event& event);

 private:
  const Segment& segment_;
  Thread thread_;
  std::size_t at_;
};

struct Recording {
  std::vector<Segment> segments;     ///< oldest first
  std::vector<std::string> notes;    ///< a sentence for each file or end that could not be used
};

/// A segment from the bytes of its file. Fault: not even its beginning is whole.
[[nodiscard]] base::Result<Segment> read_segment(std::string file, std::vector<std::uint8_t> bytes);

/// A file, or all recordings of a folder. Fault: there is none, or none has a whole beginning.
[[nodiscard]] base::Result<Recording> read_recording(const std::string& path);

}  // namespace shell
