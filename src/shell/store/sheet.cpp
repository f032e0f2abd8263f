#include "shell/store/sheet.hpp"

#include <mutex>
#include <optional>
#include <utility>

#include "shell/store/files.hpp"

namespace shell {

struct Sheet::Desk {
  std::string path;
  std::function<void(const std::string&)> complain;
  base::Duration pause;
  std::string told;                    // of the clerk's thread

  std::mutex mutex;
  std::optional<std::string> newest;   // guarded by mutex: and not on the disk
  bool queued = false;                 // guarded by mutex

  std::optional<std::string> take();
  Clerk::Outcome work();
};

/// Nothing: everything is on the disk, and who comes next queues the work anew.
std::optional<std::string> Sheet::Desk::take() {
  const std::lock_guard lock(mutex);
  if (!newest) queued = false;
  return std::exchange(newest, std::nullopt);
}

Clerk::Outcome Sheet::Desk::work() {
  while (const std::optional<std::string> text = take()) {
    const auto stored = replace_file(path, *text, Old::is_gone);
    if (stored) {
      told.clear();
      continue;
    }
    if (std::exchange(told, stored.error().text) != stored.error().text) complain(stored.error().text);
    const std::lock_guard lock(mutex);
    if (!newest) newest = *text;
    return {pause};
  }
  return {};
}

Sheet::Sheet(std::string path, Clerk& clerk, std::function<void(const std::string&)> complain, base::Duration pause)
    : desk_(std::make_shared<Desk>()), clerk_(clerk) {
  desk_->path = std::move(path);
  desk_->complain = std::move(complain);
  desk_->pause = pause;
}

void Sheet::write(std::string text) {
  {
    const std::lock_guard lock(desk_->mutex);
    desk_->newest = std::move(text);
    if (std::exchange(desk_->queued, true)) return;
  }
  clerk_.insist([desk = desk_] { return desk->work(); });
}

}  // namespace shell
