// The few things done with files here, each with a sentence when it fails.
#pragma once

#include <string>
#include <string_view>

#include "base/result.hpp"

namespace shell {

[[nodiscard]] bool exists(const std::string& path);
/// Up to 16 MiB. Fault: it cannot be read, with the remedy.
[[nodiscard]] base::Result<std::string> read_whole(const std::string& path);

/// What happens to the file that is replaced.
enum class Old : std::uint8_t { becomes_backup, set_aside_as_broken, is_gone };

/// Puts `text` into the place of `path` in one step: written beside it, brought to the disk, renamed; mode 0600, owner
/// kept. What was there becomes `path`.backup, `path`.broken or nothing. At no moment is there no file. Fault: what could not be
/// done and the remedy; then `path` is as it was. A symbolic link is followed, so it stays one.
[[nodiscard]] base::Result<bool> replace_file(const std::string& path, std::string_view text, Old old);

}  // namespace shell
