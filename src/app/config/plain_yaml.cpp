#include "app/config/plain_yaml.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <optional>

#include "app/config/dialect.hpp"
#include "app/config/utf8.hpp"

namespace app {
namespace {

bool is_blank(char c) {
  return c == ' ' || c == '\t';
}
bool is_name(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
}

/// A number or a word that cannot go on with # or //, so that a comment may follow without a blank.
bool is_literal(std::string_view word) {
  if (word == "true" || word == "false" || word == "null") return true;
  return !word.empty() && word.find_first_not_of("0123456789+-.eE") == std::string_view::npos;
}

std::string_view without_blanks(std::string_view text) {
  while (!text.empty() && is_blank(text.front())) text.remove_prefix(1);
  while (!text.empty() && is_blank(text.back())) text.remove_suffix(1);
  return text;
}

/// Goes over the text once. Outside all brackets it only looks for comments, quotes and brackets, because there the
/// text is YAML already; inside brackets it knows at every place whether a name, a colon, a value or a comma is due.
class Rewriter {
 public:
  Rewriter(std::string_view in, std::string_view file) : in_(in), file_(file) {}

  bool run();
  [[nodiscard]] Finding error() const { return *error_; }
  [[nodiscard]] PlainYaml take() { return std::move(result_); }

 private:
  enum class Due { key, colon, value, comma };
  struct Open {
    char bracket;
    int line, column;
    Due due;
    bool comma_inserted = false;  // before the key that was just read
    std::string key{};            // last one read in this bracket
    std::string key_before{};
  };

  // reading and writing
  [[nodiscard]] char peek(std::size_t ahead = 0) const { return pos_ + ahead < in_.size() ? in_[pos_ + ahead] : '\0'; }
  [[nodiscard]] bool at_end() const { return pos_ >= in_.size(); }
  void advance();
  void put(char c);
  void put(std::string_view text) {
    for (const char c : text) put(c);
  }
  void copy() {
    put(peek());
    advance();
  }
  bool fail(int line, int column, std::string text);
  bool fail_here(std::string text) { return fail(line_, column_, std::move(text)); }
  [[nodiscard]] std::string near() const;
  [[nodiscard]] std::string key_in_words() const;
  void set_key(std::string_view key);

  // comments and quotes, the same everywhere
  [[nodiscard]] bool comment_here() const;
  bool skip_comment();
  bool skip_block_comment();
  bool quoted();
  bool escape();
  bool hexadecimal(std::size_t digits, std::uint32_t& value) const;

  // outside brackets
  bool block_step();
  void block_newline();
  void copy_literal_block(std::size_t indent);
  void block_colon();

  // inside brackets
  bool flow_step();
  bool flow_comma();
  bool flow_colon();
  bool flow_open();
  bool flow_close();
  bool flow_token();
  bool before_value();
  void after_value() {
    open_.back().due = Due::comma;
    end_line_ = line_;
    end_column_ = column_;
  }
  void release_newlines();
  void no_value();
  void word();
  [[nodiscard]] bool word_ends(std::size_t begin, Due due);

  std::string_view in_;
  std::string file_;
  std::size_t pos_ = 0;
  int line_ = 1, column_ = 1;          // of peek(), in characters
  int out_line_ = 1, out_column_ = 1;  // of what is written next
  int shift_ = 0;
  PlainYaml result_;
  std::optional<Finding> error_;

  std::vector<Open> open_;
  bool fresh_ = true;       // outside brackets: a token may begin here
  bool line_start_ = true;  // only blanks on this line so far
  bool closed_ = false;     // the last thing was a closing quote or bracket
  std::size_t word_ = 0;    // where the current bare word began
  std::size_t line_indent_ = 0;
  bool began_ = false;                 // something other than comments was seen
  bool flow_document_ = false;         // and it was a bracket
  int held_newlines_ = 0;              // between a key and its colon
  int end_line_ = 1, end_column_ = 1;  // behind the last value
  std::string last_key_;
  int last_key_line_ = 0;
};

void Rewriter::advance() {
  const char c = in_[pos_++];
  if (c == '\n') {
    ++line_;
    column_ = 1;
  } else if (!is_continuation(peek())) ++column_;
}

void Rewriter::put(char c) {
  const int shift = column_ - out_column_;
  if (shift != shift_ && line_ == out_line_ && !is_continuation(c)) {
    shift_ = shift;
    result_.shifts.push_back({out_line_, out_column_, shift});
  }
  result_.text.push_back(c);
  if (c == '\n') {
    ++out_line_;
    out_column_ = 1;
    shift_ = 0;
  } else if (!is_continuation(c)) ++out_column_;
}

bool Rewriter::fail(int line, int column, std::string text) {
  error_ = Finding{Severity::fatal, file_, line, column, std::move(text)};
  return false;
}

std::string Rewriter::near() const {
  return last_key_.empty() ? std::string{} : fmt::format(" (nearest key \"{}\" on line {})", last_key_, last_key_line_);
}

std::string Rewriter::key_in_words() const {
  const std::string& key = open_.empty() || open_.back().key.empty() ? last_key_ : open_.back().key;
  return key.empty() ? std::string{"the last one"} : '"' + key + '"';
}

void Rewriter::set_key(std::string_view key) {
  key = without_blanks(key);
  if (key.size() >= 2 && (key.front() == '"' || key.front() == '\'') && key.back() == key.front()) {
    key = key.substr(1, key.size() - 2);
  }
  Value shown_key;
  shown_key.kind = Value::Kind::word;
  shown_key.text = std::string{key};
  last_key_ = shown(shown_key);
  last_key_line_ = line_;
  if (open_.empty()) return;
  open_.back().key_before = std::move(open_.back().key);
  open_.back().key = last_key_;
}

bool Rewriter::run() {
  while (!at_end()) {
    if (!(open_.empty() ? block_step() : flow_step())) return false;
  }
  if (open_.empty()) return true;
  const Open& open = open_.back();
  return fail(open.line, open.column,
              fmt::format("the {} that begins here is never closed{}; add the missing {}", open.bracket, near(),
                          open.bracket == '{' ? '}' : ']'));
}

// --- Comments and quotes ---------------------------------------------------------------------------------------------

bool Rewriter::comment_here() const {
  return peek() == '#' || (peek() == '/' && (peek(1) == '/' || peek(1) == '*'));
}

bool Rewriter::skip_comment() {
  if (peek() == '/' && peek(1) == '*') return skip_block_comment();
  while (!at_end() && peek() != '\n') advance();
  return true;
}

/// Lines stay lines. Outside brackets, where indentation has a meaning, what follows the comment stands where it began.
bool Rewriter::skip_block_comment() {
  const int line = line_;
  const int column = column_;
  const bool keep_indent = open_.empty() && line_start_;
  advance();
  advance();
  while (!(peek() == '*' && peek(1) == '/')) {
    if (at_end())
      return fail(line, column, fmt::format("the comment that begins here is never closed{}; add */", near()));
    const bool newline = peek() == '\n';
    advance();
    if (!newline) continue;
    if (held_newlines_ > 0 || (!open_.empty() && open_.back().due == Due::colon)) ++held_newlines_;
    else put('\n');
  }
  advance();
  advance();
  if (!keep_indent) {
    put(' ');
    return true;
  }
  if (line_ != line) put(std::string(static_cast<std::size_t>(column - 1), ' '));
  while (is_blank(peek())) advance();
  return true;
}

bool Rewriter::quoted() {
  const char quote = peek();
  const int line = line_;
  const int column = column_;
  copy();
  while (!at_end() && peek() != '\n') {
    if (quote == '"' && peek() == '\\') {
      if (!escape()) return false;
      continue;
    }
    if (peek() == quote) {
      copy();
      if (quote == '"' || peek() != quote) {
        closed_ = true;
        return true;
      }
    }
    copy();
  }
  return fail(line, column,
              fmt::format("the text that begins here has no closing {} on its line{}; close it, or write a {} inside a "
                          "text as {}",
                          quote, near(), quote, quote == '"' ? "\\\"" : "''"));
}

bool Rewriter::hexadecimal(std::size_t digits, std::uint32_t& value) const {
  value = 0;
  for (std::size_t i = 0; i < digits; ++i) {
    const char c = peek(2 + i);
    const int digit = c >= '0' && c <= '9'   ? c - '0'
                      : c >= 'a' && c <= 'f' ? c - 'a' + 10
                      : c >= 'A' && c <= 'F' ? c - 'A' + 10
                                             : -1;
    if (digit < 0) return false;
    value = value * 16 + static_cast<std::uint32_t>(digit);
  }
  return true;
}

/// JSON writes letters beyond U+FFFF as two halves, which YAML refuses; a lone half is no letter at all.
bool Rewriter::escape() {
  const char kind = peek(1);
  if (kind == '/') {
    advance();
    copy();
    return true;
  }
  const std::size_t digits = kind == 'x' ? 2 : kind == 'u' ? 4 : kind == 'U' ? 8 : 0;
  std::uint32_t code = 0;
  const bool known = digits > 0
                         ? hexadecimal(digits, code) && is_code_point(code)
                         : std::string_view{"0abtnvfre \"\\N_LP"}.find(kind) != std::string_view::npos && kind != '\0';
  if (!known) {
    return fail_here(fmt::format("\\{} inside a text means nothing{}; write a backslash as \\\\",
                                 kind > ' ' && kind < 0x7F ? std::string{kind} : std::string{}, near()));
  }
  if (code < 0xD800 || code > 0xDFFF) {
    for (std::size_t i = 0; i < 2 + digits; ++i) copy();
    return true;
  }
  for (std::size_t i = 0; i < 2 + digits; ++i) advance();
  std::uint32_t low = 0;
  if (code < 0xDC00 && peek() == '\\' && peek(1) == 'u' && hexadecimal(4, low) && low >= 0xDC00 && low <= 0xDFFF) {
    put(fmt::format("\\U{:08X}", 0x10000 + ((code - 0xD800) << 10) + (low - 0xDC00)));
    for (int i = 0; i < 6; ++i) advance();
  } else {
    put("\\uFFFD");
  }
  return true;
}

// --- Outside brackets ------------------------------------------------------------------------------------------------

bool Rewriter::block_step() {
  const char c = peek();
  if (c == '\n') {
    block_newline();
    return true;
  }
  if (comment_here() && (fresh_ || closed_ || (pos_ > 0 && is_blank(in_[pos_ - 1])) ||
                         is_literal(without_blanks(in_.substr(word_, pos_ - word_))))) {
    return skip_comment();
  }
  if (is_blank(c)) {
    put(' ');
    advance();
    return true;
  }
  if (line_start_) {
    line_indent_ = static_cast<std::size_t>(out_column_ - 1);
    line_start_ = false;
  }
  if (flow_document_) {
    return fail_here(
        fmt::format("there is text after the end of the settings{}; a closing bracket stands too early, "
                    "or a piece was pasted twice",
                    near()));
  }
  const bool opens = fresh_ && (c == '{' || c == '[');
  if (opens && !began_) flow_document_ = true;
  began_ = true;
  if (opens) return flow_open();
  if (fresh_ && (c == '}' || c == ']')) return fail_here(fmt::format("this {} closes nothing{}; remove it", c, near()));
  if (fresh_) word_ = pos_;
  if (fresh_ && (c == '"' || c == '\'')) {
    fresh_ = false;
    return quoted();
  }
  const char next = peek(1);
  const bool before_gap = next == ' ' || next == '\t' || next == '\n' || next == '\0';
  if (c == ':' && (closed_ || before_gap)) {
    block_colon();
    return true;
  }
  const bool item = fresh_ && c == '-' && before_gap;
  fresh_ = item;
  closed_ = false;
  copy();
  return true;
}

void Rewriter::block_colon() {
  set_key(in_.substr(word_, pos_ - word_));
  copy();
  if (!is_blank(peek()) && peek() != '\n') put(' ');
  fresh_ = true;
  closed_ = false;
  word_ = pos_;
}

void Rewriter::block_newline() {
  const std::string_view last = without_blanks(in_.substr(word_, pos_ - word_));
  const bool literal = !fresh_ && !last.empty() && (last[0] == '|' || last[0] == '>') &&
                       last.find_first_not_of("+-0123456789", 1) == std::string_view::npos;
  copy();
  fresh_ = line_start_ = true;
  closed_ = false;
  word_ = pos_;
  if (literal) copy_literal_block(line_indent_);
}

/// The lines of a text behind | or >: nothing in them is a comment.
void Rewriter::copy_literal_block(std::size_t indent) {
  while (!at_end()) {
    std::size_t blanks = 0;
    while (peek(blanks) == ' ') ++blanks;
    if (blanks <= indent && peek(blanks) != '\n') return;
    while (!at_end() && peek() != '\n') copy();
    if (!at_end()) copy();
  }
}

// --- Inside brackets -------------------------------------------------------------------------------------------------

bool Rewriter::flow_step() {
  const char c = peek();
  if (c == '\n' && open_.back().due == Due::colon) {
    ++held_newlines_;
    advance();
    return true;
  }
  if (c == '\n') {
    copy();
    return true;
  }
  if (is_blank(c)) {
    put(' ');
    advance();
    return true;
  }
  if (comment_here()) return skip_comment();
  switch (c) {
    case ',': return flow_comma();
    case ':': return flow_colon();
    case '{':
    case '[': return before_value() && flow_open();
    case '}':
    case ']': return flow_close();
    default: return flow_token();
  }
}

void Rewriter::no_value() {
  put(": ~");
  release_newlines();
  result_.findings.push_back({Severity::warning, file_, line_, column_,
                              fmt::format("{0} has no value; write {0}: null if that is meant", key_in_words())});
}

/// YAML wants a key and its colon on one line; the line ends between them move behind the colon.
void Rewriter::release_newlines() {
  for (; held_newlines_ > 0; --held_newlines_) put('\n');
}

bool Rewriter::flow_comma() {
  Open& open = open_.back();
  const Due first = open.bracket == '{' ? Due::key : Due::value;
  if (open.due == first) {
    return fail_here(end_line_ > 0
                         ? fmt::format("there is a comma too many after the value of {}; remove it", key_in_words())
                         : std::string{"a comma stands before the first value; remove it"});
  }
  if (open.due == Due::colon) {
    if (open.comma_inserted) return flow_colon();
    no_value();
  } else if (open.due == Due::value) {
    put('~');
  }
  copy();
  open.due = first;
  open.comma_inserted = false;
  return true;
}

bool Rewriter::flow_colon() {
  Open& open = open_.back();
  if (open.due == Due::colon && peek() == ':') {
    copy();
    put(' ');
    release_newlines();
    open.due = Due::value;
    open.comma_inserted = false;
    return true;
  }
  if (open.due == Due::colon && open.comma_inserted) {
    return fail(last_key_line_, 0,
                fmt::format("after the value of \"{}\" neither a comma nor a closing bracket follows; "
                            "a quote inside a text is written \\\"",
                            open.key_before));
  }
  if (open.due == Due::colon) {
    return fail_here(
        fmt::format("{} is not followed by a colon; write {}: and its value", key_in_words(), key_in_words()));
  }
  if (open.bracket == '[') {
    return fail_here(
        fmt::format("there is a colon inside a list{}; a list of named values is written {{\"name\": value}}", near()));
  }
  return fail_here(fmt::format("there is a colon too many{}; write each member as \"name\": value", near()));
}

bool Rewriter::flow_open() {
  if (open_.size() >= static_cast<std::size_t>(greatest_depth)) {
    return fail_here(fmt::format("more than {} brackets are open here{}; close some", greatest_depth, near()));
  }
  const char bracket = peek();
  open_.push_back({bracket, line_, column_, bracket == '{' ? Due::key : Due::value});
  copy();
  fresh_ = false;
  end_line_ = 0;
  return true;
}

bool Rewriter::flow_close() {
  Open& open = open_.back();
  const char expected = open.bracket == '{' ? '}' : ']';
  if (peek() != expected) {
    return fail_here(fmt::format("this {} does not close the {} of line {}{}; a {} is missing before it", peek(),
                                 open.bracket, open.line, near(), expected));
  }
  if (open.due == Due::colon && open.comma_inserted) return flow_colon();
  if (open.due == Due::colon) {
    no_value();
  } else if (open.bracket == '{' && open.due == Due::value) {
    put('~');
  }
  copy();
  open_.pop_back();
  closed_ = true;
  if (!open_.empty()) after_value();
  return true;
}

/// Makes sure that a value or a key may begin here: puts in the comma that people forget.
bool Rewriter::before_value() {
  Open& open = open_.back();
  if (open.due == Due::colon) return flow_colon();
  if (open.due == Due::key && (peek() == '{' || peek() == '[')) {
    return fail_here(fmt::format("a {} stands where a name is expected{}; write \"name\": before it", peek(), near()));
  }
  if (open.due != Due::comma) return true;
  if (open.bracket == '{' && (peek() == '{' || peek() == '[')) {
    return fail_here(
        fmt::format("a {} follows a finished value{}; a comma and a name are missing before it", peek(), near()));
  }
  result_.findings.push_back(
      {Severity::warning, file_, end_line_, end_column_,
       fmt::format("a comma is missing here, after the value of {}; it was read as if it were there", key_in_words())});
  put(',');
  open.due = open.bracket == '{' ? Due::key : Due::value;
  open.comma_inserted = open.bracket == '{';
  return true;
}

bool Rewriter::flow_token() {
  if (!before_value()) return false;
  const bool key = open_.back().due == Due::key;
  const std::size_t begin = pos_;
  if (peek() == '"' || peek() == '\'') {
    if (!quoted()) return false;
  } else {
    word();
  }
  if (!key) {
    after_value();
    return true;
  }
  set_key(in_.substr(begin, pos_ - begin));
  open_.back().due = Due::colon;
  return true;
}

void Rewriter::word() {
  const std::size_t begin = pos_;
  const Due due = open_.back().due;
  std::size_t end = begin;
  // Blanks inside a word belong to it, blanks behind it do not: they are copied once more of the word follows.
  while (end < in_.size()) {
    pos_ = end;
    if (end > begin && word_ends(begin, due)) break;
    ++end;
  }
  std::string_view text = in_.substr(begin, end - begin);
  const bool next_member = due == Due::value && end < in_.size() && in_[end] == ':' && open_.back().bracket == '{';
  const std::size_t gap = text.find_last_of(" \t");
  if (next_member && gap != std::string_view::npos) text = text.substr(0, gap);  // {a: 1 b: 2}
  while (!text.empty() && is_blank(text.back())) text.remove_suffix(1);
  pos_ = begin;
  while (pos_ < begin + text.size()) {
    if (is_blank(peek())) {
      put(' ');
      advance();
    } else copy();
  }
}

bool Rewriter::word_ends(std::size_t begin, Due due) {
  const char c = peek();
  if (std::string_view{"\n,{}[]"}.find(c) != std::string_view::npos) return true;
  const bool after_blank = is_blank(in_[pos_ - 1]);
  const std::string_view so_far = in_.substr(begin, pos_ - begin);
  if (comment_here()) return after_blank || is_literal(so_far);
  if (c == '"' || c == '\'') return after_blank;
  if (c != ':') return false;
  const char next = peek(1);
  if (std::string_view{" \t\n,{}[]"}.find(next) != std::string_view::npos || next == '\0') return true;
  if (due != Due::key) return false;
  return next == '"' || next == '\'' || std::all_of(so_far.begin(), so_far.end(), is_name);
}

}  // namespace

int PlainYaml::column_in_file(int line, int column) const {
  int by = 0;
  for (const Shift& shift : shifts) {
    if (shift.line > line) break;
    if (shift.line == line && shift.column <= column) by = shift.by;
  }
  return column + by;
}

tl::expected<PlainYaml, Finding> plain_yaml(std::string_view text, std::string_view file) {
  auto clean = clean_utf8(text, file);
  if (!clean) return tl::unexpected(std::move(clean).error());
  Rewriter rewriter{clean->text, file};
  if (!rewriter.run()) return tl::unexpected(rewriter.error());
  PlainYaml result = rewriter.take();
  result.findings.insert(result.findings.begin(), clean->findings.begin(), clean->findings.end());
  return result;
}

}  // namespace app
