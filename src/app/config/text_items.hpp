// Addresses of sources that answer one number each: a beginning that all share, and an item behind it.
#pragma once

#include <string_view>

#include "core/meter/text_source.hpp"

namespace app {

/// Adds the question for url/item; an empty item is not asked for. `url` does not end with a slash.
inline void ask_for(core::meter::Source& source, core::Measurand what, std::string_view url, std::string_view item) {
  if (item.empty()) return;
  item.remove_prefix(std::min(item.find_first_not_of('/'), item.size()));
  core::meter::add_number(source, what, std::string{url} + '/' + std::string{item});
}

}  // namespace app
