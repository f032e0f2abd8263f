// JSON, through nlohmann-json's events: its own values would lose how a number was written.
#include <algorithm>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "wire/tree.hpp"
#include "wire/tree_reading.hpp"

namespace wire {
namespace {

using Json = nlohmann::json;

/// Builds a tree of what the parser meets; says no to more than a tree may hold.
class Builder : public nlohmann::json_sax<Json> {
 public:
  Tree root;
  std::optional<std::size_t> fault_at;  // in bytes from 0
  std::optional<Excess> excess;

  bool null() override { return put({}); }
  bool boolean(bool value) override { return put(scalar(Tree::Kind::truth, value ? "true" : "false")); }
  bool number_integer(number_integer_t value) override {
    return put(scalar(Tree::Kind::number, std::to_string(value)));
  }
  bool number_unsigned(number_unsigned_t value) override {
    return put(scalar(Tree::Kind::number, std::to_string(value)));
  }
  bool number_float(number_float_t, const string_t& written) override {
    return put(scalar(Tree::Kind::number, written));
  }
  bool string(string_t& value) override { return put(scalar(Tree::Kind::text, std::move(value))); }
  bool binary(binary_t&) override { return false; }  // JSON has none
  bool start_object(std::size_t) override { return open(Tree::Kind::object); }
  bool start_array(std::size_t) override { return open(Tree::Kind::list); }
  bool end_object() override { return close(); }
  bool end_array() override { return close(); }
  bool key(string_t& name) override {
    name_ = std::move(name);
    return true;
  }
  bool parse_error(std::size_t position, const std::string&, const nlohmann::detail::exception&) override {
    fault_at = position == 0 ? 0 : position - 1;
    return false;
  }

 private:
  static Tree scalar(Tree::Kind kind, std::string text) {
    Tree tree;
    tree.kind = kind;
    tree.text = std::move(text);
    return tree;
  }
  bool put(Tree tree) {
    if (++items_ > most_tree_items) excess = Excess::items;
    if (excess) return false;
    if (open_.empty()) {
      root = std::move(tree);
      return true;
    }
    Tree& parent = open_.back();
    if (parent.kind == Tree::Kind::object) tree.name = std::exchange(name_, {});
    parent.items.push_back(std::move(tree));
    return true;
  }
  bool open(Tree::Kind kind) {
    if (open_.size() >= static_cast<std::size_t>(deepest_tree)) excess = Excess::depth;
    if (excess) return false;
    Tree tree;
    tree.kind = kind;
    tree.name = std::exchange(name_, {});
    open_.push_back(std::move(tree));
    return true;
  }
  bool close() {
    Tree done = std::move(open_.back());
    open_.pop_back();
    name_ = std::move(done.name);
    done.name.clear();
    return put(std::move(done));
  }

  std::vector<Tree> open_;  // the innermost last
  std::string name_;        // of the member that comes next
  std::size_t items_ = 0;
};

/// Text in which nothing is left out of lists, and where in it something was put in.
struct Completed {
  std::string text;
  std::vector<std::size_t> added;

  [[nodiscard]] std::size_t as_it_was(std::size_t position) const {
    std::size_t before = 0;
    for (const std::size_t at : added) before += at < position ? 1 : 0;
    return position - std::min(position, before * null.size());
  }
  static constexpr std::string_view null = "null";
};

/// Puts null into the empty places of lists, but not into a list without any.
Completed completed(std::string_view text) {
  Completed out;
  std::string open;   // brackets, the innermost last
  char before = ' ';  // what was last, blanks and strings' insides apart
  const auto fill = [&] {
    out.added.push_back(out.text.size());
    out.text += Completed::null;
  };
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    const bool blank = c == ' ' || c == '\t' || c == '\r' || c == '\n';
    if (c == '"') {
      const std::size_t start = i++;
      while (i < text.size() && text[i] != '"') i += text[i] == '\\' ? 2 : 1;
      out.text += text.substr(start, i + 1 - start);
      before = c;
      continue;
    }
    const bool in_list = !open.empty() && open.back() == '[';
    if (in_list && ((c == ',' && (before == ',' || before == '[')) || (c == ']' && before == ','))) fill();
    if (c == '[' || c == '{') open += c;
    if ((c == ']' || c == '}') && !open.empty()) open.pop_back();
    if (!blank) before = c;
    out.text += c;
  }
  return out;
}

bool can_begin(char c) {
  return std::string_view{"{[\"-0123456789"}.find(c) != std::string_view::npos;
}

}  // namespace

base::Result<Tree> read_json(std::string_view text, Strictness strictness) {
  if (trimmed(text).empty() || trimmed(text).front() == '<') return instead_of("JSON", text);
  Completed lenient;
  if (strictness == Strictness::lenient) lenient = completed(text);
  const std::string_view whole = strictness == Strictness::lenient ? std::string_view{lenient.text} : text;
  Builder builder;
  // Devices end texts in C's manner: what is blank behind an answer is none of it.
  const std::size_t end = static_cast<std::size_t>(trimmed(whole).data() - whole.data()) + trimmed(whole).size();
  const bool read = Json::sax_parse(whole.begin(), whole.begin() + static_cast<std::ptrdiff_t>(end), &builder);
  if (read) return std::move(builder.root);
  if (builder.excess) return too_much("JSON", *builder.excess);
  if (!can_begin(trimmed(text).front())) return instead_of("JSON", text);
  return broken("JSON", text.substr(0, lenient.as_it_was(end)), lenient.as_it_was(builder.fault_at.value_or(0)));
}

}  // namespace wire
