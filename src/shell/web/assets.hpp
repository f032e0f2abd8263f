// The files of the page, built into the program (cmake/EmbedWeb.cmake makes the table from web/dist).
#pragma once

#include <span>
#include <string_view>

namespace shell::web {

/// What may be cached: a file whose name contains its hash never changes.
enum class Lasts { until_asked, for_ever };

struct Asset {
  std::string_view path;  ///< "/index.html"
  std::string_view type;  ///< Content-Type
  std::string_view hash;  ///< of the content, hexadecimal
  Lasts lasts = Lasts::until_asked;
  std::string_view bytes;
  std::string_view gzip;  ///< empty when it would not be smaller
};

/// The built-in page and its files; empty when the program was built without it.
[[nodiscard]] std::span<const Asset> page_assets();

/// The page without scripts: "/plain.html", whose mark `<!--snapshot-->` is to be replaced, and its style sheet.
[[nodiscard]] std::span<const Asset> plain_assets();

/// The asset at `path`, or null.
[[nodiscard]] const Asset* find_asset(std::span<const Asset> among, std::string_view path);

}  // namespace shell::web
