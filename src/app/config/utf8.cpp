#include "app/config/utf8.hpp"

#include <fmt/format.h>

namespace app {
namespace {

/// Length of the well-formed character at the front, or 0.
std::size_t character_length(std::string_view text) {
  const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(text[i]); };
  const unsigned char first = byte(0);
  const std::size_t length = first < 0x80                     ? 1
                             : first >= 0xC2 && first <= 0xDF ? 2
                             : (first & 0xF0) == 0xE0         ? 3
                             : first >= 0xF0 && first <= 0xF4 ? 4
                                                              : 0;
  if (length == 0 || length > text.size()) return 0;
  for (std::size_t i = 1; i < length; ++i) {
    if (!is_continuation(text[i])) return 0;
  }
  if (length < 3) return length;
  const unsigned char second = byte(1);
  const bool overlong = (first == 0xE0 && second < 0xA0) || (first == 0xF0 && second < 0x90);
  const bool outside = (first == 0xED && second >= 0xA0) || (first == 0xF4 && second >= 0x90);
  return overlong || outside ? 0 : length;
}

}  // namespace

std::string on_one_line(std::string text) {
  for (char& c : text) {
    if (static_cast<unsigned char>(c) < 0x20 || c == 0x7F) c = ' ';
  }
  return text;
}

std::string shortened(std::string text, std::size_t most) {
  if (text.size() <= most) return text;
  while (most > 0 && is_continuation(text[most])) --most;
  text.resize(most);
  return text;
}

tl::expected<CleanText, Finding> clean_utf8(std::string_view bytes, std::string_view file) {
  const std::string name{file};
  if (bytes.substr(0, 3) == "\xEF\xBB\xBF") bytes.remove_prefix(3);
  if (bytes.substr(0, 2) == "\xFF\xFE" || bytes.substr(0, 2) == "\xFE\xFF") {
    return tl::unexpected(Finding{Severity::fatal, name, 1, 0, "the file is in UTF-16; save it as UTF-8"});
  }
  CleanText clean;
  clean.text.reserve(bytes.size());
  int line = 1;
  int column = 1;
  int warned = 0;
  for (std::size_t i = 0; i < bytes.size();) {
    const char c = bytes[i];
    if (c == '\r' || c == '\n') {
      i += bytes.substr(i, 2) == "\r\n" ? 2 : 1;
      clean.text.push_back('\n');
      ++line;
      column = 1;
      continue;
    }
    if ((static_cast<unsigned char>(c) < 0x20 && c != '\t') || c == 0x7F) {
      return tl::unexpected(Finding{Severity::fatal, name, line, column,
                                    fmt::format("there is a control character (code {}) here; the file is damaged or "
                                                "is not text: remove the character",
                                                static_cast<int>(c))});
    }
    const std::size_t length = character_length(bytes.substr(i));
    if (length > 0) {
      clean.text.append(bytes.substr(i, length));
      i += length;
    } else {
      if (warned != line) {
        clean.findings.push_back(
            {Severity::warning, name, line, column,
             "there is a letter here that is not UTF-8; it was read as Latin-1: save the file as UTF-8"});
        warned = line;
      }
      const auto latin = static_cast<unsigned char>(c);
      clean.text.push_back(static_cast<char>(0xC0 | (latin >> 6)));
      clean.text.push_back(static_cast<char>(0x80 | (latin & 0x3F)));
      ++i;
    }
    ++column;
  }
  return clean;
}

}  // namespace app
