// CSV as RFC 4180 has it, read generously: blanks around cells and empty lines do not count, lines end in LF or CR LF.
#include <string>
#include <utility>

#include "wire/tree.hpp"
#include "wire/tree_reading.hpp"

namespace wire {
namespace {

bool is_blank(char c) {
  return c == ' ' || c == '\t' || c == '\r';
}

/// Reads cells from the front of what is left.
struct Cells {
  std::string_view text;
  char separator;
  std::size_t at = 0;

  [[nodiscard]] bool ended() const { return at >= text.size(); }
  [[nodiscard]] bool in_blanks() const { return !ended() && is_blank(text[at]) && text[at] != separator; }
  [[nodiscard]] bool before_end_of_cell() const { return ended() || text[at] == separator || text[at] == '\n'; }

  /// A cell with quotes around it; false when they do not end, or something stands behind them.
  bool quoted(std::string& out) {
    for (++at; !ended(); ++at) {
      if (text[at] == '"' && text.substr(at, 2) != "\"\"") {
        ++at;
        while (in_blanks()) ++at;
        return before_end_of_cell();
      }
      if (text[at] == '"') ++at;
      out += text[at];
    }
    return false;
  }
  bool next(std::string& out) {
    while (in_blanks()) ++at;
    if (!ended() && text[at] == '"') return quoted(out);
    const std::size_t start = at;
    while (!before_end_of_cell()) ++at;
    std::size_t end = at;
    while (end > start && is_blank(text[end - 1])) --end;
    out = text.substr(start, end - start);
    return true;
  }
};

Tree cell_of(std::string text) {
  Tree cell;
  cell.kind = Tree::Kind::text;
  cell.text = std::move(text);
  return cell;
}

}  // namespace

base::Result<Tree> read_csv(std::string_view text, char separator) {
  const std::string_view start = trimmed(text);
  if (start.empty() || is_web_page(start) || start.front() == '{') return instead_of("CSV", text);
  constexpr std::string_view byte_order_mark = "\xEF\xBB\xBF";
  Cells cells{text, separator, text.starts_with(byte_order_mark) ? byte_order_mark.size() : 0};
  Tree table;
  table.kind = Tree::Kind::list;
  std::size_t items = 0;
  while (!cells.ended()) {
    Tree row;
    row.kind = Tree::Kind::list;
    const std::size_t line = cells.at;
    while (true) {
      std::string cell;
      const std::size_t begin = cells.at;
      if (!cells.next(cell)) return broken("CSV", text, cells.ended() ? begin : cells.at);
      row.items.push_back(cell_of(std::move(cell)));
      if (++items > most_tree_items) return too_much("CSV", Excess::items);
      if (cells.ended() || text[cells.at++] == '\n') break;
    }
    if (!trimmed(text.substr(line, cells.at - line)).empty()) table.items.push_back(std::move(row));
  }
  return table;
}

}  // namespace wire
