#include "app/replay.hpp"

#include <fmt/format.h>

#include <ostream>

#include "base/iso8601.hpp"
#include "core/core.hpp"
#include "shell/record/recording.hpp"

namespace app {
namespace {

/// The outcome of one segment.
struct Played {
  std::uint64_t digest = 0;
  std::uint64_t events = 0;
  std::uint64_t frames = 0;
};

std::string clock(base::Now now) {
  return fmt::format("{} ({:.3f} s)", base::to_iso8601(now.wall), base::seconds_of(now.at.since_origin()));
}

void tell(const core::Action& action, base::Now now, Played& played, std::ostream& out) {
  if (std::holds_alternative<core::Transmit>(action)) ++played.frames;
  if (const auto* said = std::get_if<core::Announce>(&action)) out << fmt::format("{}  {}\n", clock(now), words(said->what));
}

Played play(const shell::Segment& segment, core::Core& core, std::ostream& out) {
  Played played;
  shell::Events events{segment};
  base::Now now;
  core::Event event;
  core::Actions actions;
  while (events.next(now, event)) {
    core.step(event, now, actions);
    for (const core::Action& action : actions) tell(action, now, played, out);
    actions.clear();
    ++played.events;
  }
  played.digest = core.digest();
  return played;
}

}  // namespace

int replay(const std::string& path, std::ostream& out, std::ostream& err) {
  const auto recording = shell::read_recording(path);
  if (!recording) {
    err << "twcmanager: " << recording.error().text << '\n';
    return 1;
  }
  for (const std::string& note : recording->notes) err << "twcmanager: " << note << '\n';
  std::uint64_t last_digest = 0;
  std::uint64_t last_run = 0;
  int different = 0;
  int unreadable = 0;
  for (const shell::Segment& segment : recording->segments) {
    const shell::SegmentHeader& header = segment.header;
    core::Core core{header.config};
    if (header.layout != core::Core::layout() || !core.restore(header.state)) {
      err << fmt::format("twcmanager: {}: written by version {}, which keeps its state in another way; replay it with that program\n", segment.file, header.version);
      ++unreadable;
      continue;
    }
    const bool continues = header.begin == shell::Begin::continuation && header.run == last_run;
    if (continues && core.digest() != last_digest) {
      err << fmt::format("twcmanager: {}: begins with another history than the segment before led to\n", segment.file);
      ++different;
    }
    const Played played = play(segment, core, out);
    out << fmt::format("{}: {} events, {} frames sent, from {} to {}, digest {:016x}{}\n", segment.file, played.events, played.frames, clock(header.first),
                       clock(segment.last), played.digest, continues && different == 0 ? ", continues the one before to the bit" : "");
    last_digest = played.digest;
    last_run = header.run;
  }
  const auto all = static_cast<int>(recording->segments.size());
  return different > 0 || unreadable == all ? 1 : 0;
}

}  // namespace app
