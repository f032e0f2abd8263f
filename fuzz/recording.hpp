// Any bytes as a file of the flight recorder: what is whole is read to its end, nothing outside of it is touched.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "base/result.hpp"
#include "shell/record/recording.hpp"

namespace fuzz {

inline void recording(std::span<const std::uint8_t> bytes) {
  const auto segment = shell::read_segment("segment.twc", {bytes.begin(), bytes.end()});
  if (!segment) {
    base::check(!segment.error().text.empty(), "a file that is no segment says why");
    return;
  }
  base::check(segment->first_record <= segment->end && segment->end <= segment->bytes.size(), "records lie in their file");
  shell::Events events(*segment);
  base::Now now;
  core::Event event;
  std::size_t read = 0;
  while (events.next(now, event)) {
    if (const auto* heard = std::get_if<core::BusBytes>(&event)) {
      const auto* begin = heard->bytes.data();
      base::check(heard->bytes.empty() || (begin >= segment->bytes.data() &&
                                           begin + heard->bytes.size() <= segment->bytes.data() + segment->bytes.size()),
                  "an event refers to its segment");
    }
    ++read;
  }
  base::check(read == segment->records, "as many records are read as were counted");
}

}  // namespace fuzz
