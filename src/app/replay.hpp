// `twcmanager replay`: repeats what the flight recorder wrote, to the bit.
#pragma once

#include <iosfwd>
#include <string>

namespace app {

/// Plays a recording (a file, or a folder of them) through the same core and prints what it said and did. Where one
/// segment follows another without a gap, the state it leads to is held against the next one's beginning. Exit status 1
/// when nothing can be replayed, or when a repetition differs.
int replay(const std::string& path, std::ostream& out, std::ostream& err);

}  // namespace app
