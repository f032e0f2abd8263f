#include "shell/web/assets.hpp"

namespace shell::web {

const Asset* find_asset(std::span<const Asset> among, std::string_view path) {
  for (const Asset& each : among) {
    if (each.path == path) return &each;
  }
  return nullptr;
}

}  // namespace shell::web
