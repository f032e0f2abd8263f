// Reads what the flight recorder wrote. See recording.hpp.
#include "shell/record/recording.hpp"

#include <fmt/format.h>
#include <sys/stat.h>

#include "shell/record/recorder.hpp"
#include "shell/store/files.hpp"

namespace shell {

using base::Culprit;

Events::Events(const Segment& segment)
    : segment_(segment), thread_(thread_after(segment.header.first, segment.bytes)), at_(segment.first_record) {}

bool Events::next(base::Now& now, core::Event& event) {
  if (at_ >= segment_.end) return false;
  const std::span<const std::uint8_t> rest(segment_.bytes.data() + at_, segment_.end - at_);
  const std::size_t size = read_record(rest, thread_, now, event);
  at_ += size;
  return size > 0;
}

base::Result<Segment> read_segment(std::string file, std::vector<std::uint8_t> bytes) {
  Segment segment;
  auto header = read_header(bytes, segment.first_record);
  if (!header)
    return base::fail(Culprit::user, fmt::format("{} is no recording of this program, or its beginning is damaged", file));
  segment.file = std::move(file);
  segment.header = std::move(*header);
  segment.bytes = std::move(bytes);
  segment.last = segment.header.first;
  segment.end = segment.first_record;
  Thread thread = thread_after(segment.header.first, segment.bytes);
  core::Event event;
  while (segment.end < segment.bytes.size()) {
    const std::span<const std::uint8_t> rest(segment.bytes.data() + segment.end, segment.bytes.size() - segment.end);
    const std::size_t size = read_record(rest, thread, segment.last, event);
    if (size == 0) {
      segment.cut = fmt::format("{} is damaged or cut off after {} events: its last {} bytes are left out", segment.file,
                                segment.records, rest.size());
      segment.last = thread.last;
      break;
    }
    segment.end += size;
    ++segment.records;
  }
  return segment;
}

base::Result<Recording> read_recording(const std::string& path) {
  struct stat about {};
  std::vector<std::string> files{path};
  if (::stat(path.c_str(), &about) == 0 && S_ISDIR(about.st_mode)) files = Recorder::files(path);
  if (files.empty())
    return base::fail(Culprit::user, fmt::format("{} holds no recordings; they are named flight-NUMBER.rec", path));
  Recording recording;
  for (const std::string& file : files) {
    const auto text = read_whole(file);
    if (!text) {
      recording.notes.push_back(text.error().text);
      continue;
    }
    auto segment = read_segment(file, {text->begin(), text->end()});
    if (!segment) {
      recording.notes.push_back(segment.error().text);
      continue;
    }
    if (!segment->cut.empty()) recording.notes.push_back(segment->cut);
    recording.segments.push_back(std::move(*segment));
  }
  if (recording.segments.empty()) return base::fail(Culprit::user, recording.notes.front());
  return recording;
}

}  // namespace shell
