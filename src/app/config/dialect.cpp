#include "app/config/dialect.hpp"

#include <fmt/format.h>
#include <yaml-cpp/eventhandler.h>
#include <yaml-cpp/exceptions.h>
#include <yaml-cpp/mark.h>
#include <yaml-cpp/parser.h>

#include <map>
#include <sstream>

#include "app/config/plain_yaml.hpp"
#include "app/config/utf8.hpp"

namespace app {
namespace {

/// Thrown through yaml-cpp, which knows no other way to be stopped.
struct Refused {
  YAML::Mark mark;
  std::string text;
};

/// Makes the tree from yaml-cpp's events.
class TreeBuilder final : public YAML::EventHandler {
 public:
  explicit TreeBuilder(std::string_view file) : file_(file) {}

  void OnDocumentStart(const YAML::Mark&) override {}
  void OnDocumentEnd() override {}
  void OnNull(const YAML::Mark& mark, YAML::anchor_t) override { scalar(mark, Value::Kind::nothing, {}); }
  void OnAlias(const YAML::Mark& mark, YAML::anchor_t) override {
    throw Refused{mark,
                  "a reference (*name) is not understood here; write the value itself, in quotes if it begins with *"};
  }
  void OnScalar(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t, const std::string& text) override {
    // yaml-cpp marks what stands in quotes with the tag "!".
    scalar(mark, tag == "!" ? Value::Kind::quoted : Value::Kind::word, text);
  }
  void OnSequenceStart(const YAML::Mark& mark, const std::string&, YAML::anchor_t, YAML::EmitterStyle::value) override {
    open(mark, Value::Kind::list);
  }
  void OnSequenceEnd() override { close(); }
  void OnMapStart(const YAML::Mark& mark, const std::string&, YAML::anchor_t, YAML::EmitterStyle::value) override {
    open(mark, Value::Kind::object);
  }
  void OnMapEnd() override { close(); }

  [[nodiscard]] Document take() { return std::move(document_); }
  [[nodiscard]] bool empty() const { return values_ == 0; }
  [[nodiscard]] const std::string& last_key() const { return last_key_; }
  [[nodiscard]] int last_key_line() const { return last_key_line_; }

 private:
  struct Frame {
    Value value;
    std::map<std::string, std::size_t> members;  // key → child
    bool key_due = false;
    Value next;  // carries the key, and its place, of the member to come
  };

  void count(const YAML::Mark& mark) {
    if (++values_ > most_values)
      throw Refused{mark, fmt::format("the file has more than {} values; this is not a configuration", most_values)};
  }

  Value begin(const YAML::Mark& mark, Value::Kind kind) {
    count(mark);
    Value value;
    if (!frames_.empty() && frames_.back().value.kind == Value::Kind::object) {
      Frame& frame = frames_.back();
      if (frame.key_due) throw Refused{mark, "a name is expected here, not a list or a section"};
      value = std::move(frame.next);
      frame.key_due = true;
    } else {
      value.line = mark.line + 1;
      value.column = mark.column + 1;
    }
    value.kind = kind;
    return value;
  }

  void scalar(const YAML::Mark& mark, Value::Kind kind, const std::string& text) {
    if (!frames_.empty() && frames_.back().key_due) {
      count(mark);
      Frame& frame = frames_.back();
      frame.next = Value{};
      frame.next.key = kind == Value::Kind::nothing ? "null" : text;
      frame.next.line = mark.line + 1;
      frame.next.column = mark.column + 1;
      frame.key_due = false;
      last_key_ = frame.next.key;
      last_key_line_ = frame.next.line;
      return;
    }
    Value value = begin(mark, kind);
    value.text = text;
    add(std::move(value));
  }

  void open(const YAML::Mark& mark, Value::Kind kind) {
    if (frames_.size() >= static_cast<std::size_t>(greatest_depth))
      throw Refused{mark, fmt::format("more than {} levels are nested here", greatest_depth)};
    Frame frame;
    frame.value = begin(mark, kind);
    frame.key_due = kind == Value::Kind::object;
    frames_.push_back(std::move(frame));
  }

  void close() {
    Value value = std::move(frames_.back().value);
    frames_.pop_back();
    add(std::move(value));
  }

  void add(Value value) {
    if (frames_.empty()) {
      document_.root = std::move(value);
      return;
    }
    Frame& frame = frames_.back();
    if (frame.value.kind == Value::Kind::object) {
      const auto [known, is_new] = frame.members.try_emplace(value.key, frame.value.children.size());
      if (!is_new) {
        Value& earlier = frame.value.children[known->second];
        document_.findings.push_back(
            {Severity::warning, file_, value.line, 0,
             fmt::format("\"{}\" stands here a second time, after line {}; the last one counts, "
                         "remove the other",
                         shortened(on_one_line(value.key), 60), earlier.line)});
        earlier = std::move(value);
        return;
      }
    }
    frame.value.children.push_back(std::move(value));
  }

  std::string file_;
  Document document_;
  std::vector<Frame> frames_;
  std::size_t values_ = 0;
  std::string last_key_;
  int last_key_line_ = 0;
};

/// yaml-cpp's words for the mistakes people make, in ours.
std::string explained(std::string_view message) {
  const auto says = [&](std::string_view part) { return message.find(part) != std::string_view::npos; };
  if (says("alias not found") || says("unknown token") || says("anchor") || says("tag")) {
    return "a text that begins with one of * & ! @ % ` | > must stand in quotes";
  }
  if (says("illegal map value"))
    return "there is a colon where none is expected; check the indentation, or put the text in quotes";
  if (says("end of map") || says("end of sequence"))
    return "the indentation does not fit the lines before; align it with its neighbours";
  if (says("block entries") || says("block entry"))
    return "a list item (-) cannot begin here; put it on a line of its own, indented";
  if (says("invalid unicode") || says("escape"))
    return "this \\ inside a text means nothing; write a backslash as \\\\";
  return fmt::format("this cannot be understood ({}); check commas, quotes and brackets before it", message);
}

int characters_before(const std::string& text, int line, int bytes) {
  std::size_t at = 0;
  for (int i = 0; i < line && at != std::string::npos; ++i) {
    at = text.find('\n', at);
    if (at != std::string::npos) ++at;
  }
  int characters = 0;
  for (int i = 0; i < bytes && at != std::string::npos && at + static_cast<std::size_t>(i) < text.size(); ++i) {
    if (!is_continuation(text[at + static_cast<std::size_t>(i)])) ++characters;
  }
  return characters;
}

Finding refusal(const PlainYaml& plain, std::string_view file, const YAML::Mark& mark, std::string text,
                const TreeBuilder& builder) {
  if (mark.line < 0) return {Severity::fatal, std::string{file}, 0, 0, std::move(text)};
  const int line = mark.line + 1;
  const int column = plain.column_in_file(line, characters_before(plain.text, mark.line, mark.column) + 1);
  if (!builder.last_key().empty())
    text += fmt::format(" (nearest key \"{}\" on line {})", shortened(on_one_line(builder.last_key()), 60),
                        builder.last_key_line());
  return {Severity::fatal, std::string{file}, line, column, std::move(text)};
}

}  // namespace

tl::expected<Document, Finding> read_dialect(std::string_view text, std::string_view file) {
  const auto refuse = [&](std::string why) {
    return tl::unexpected(Finding{Severity::fatal, std::string{file}, 0, 0, std::move(why)});
  };
  if (text.size() > greatest_text) return refuse("the file is larger than 1 MiB; this is not a configuration");
  auto plain = plain_yaml(text, file);
  if (!plain) return tl::unexpected(std::move(plain).error());
  TreeBuilder builder{file};
  try {
    std::istringstream in{plain->text};
    YAML::Parser parser{in};
    parser.HandleNextDocument(builder);
    if (builder.empty())
      return refuse("the file is empty; it needs at least a section \"config\" with wiringMaxAmpsAllTWCs");
    Document document = builder.take();
    document.findings.insert(document.findings.begin(), plain->findings.begin(), plain->findings.end());
    return document;
  } catch (const Refused& refused) {
    return tl::unexpected(refusal(*plain, file, refused.mark, refused.text, builder));
  } catch (const YAML::Exception& error) {
    return tl::unexpected(refusal(*plain, file, error.mark, explained(error.msg), builder));
  } catch (const std::exception& error) { return refuse(fmt::format("the file cannot be read ({})", error.what())); }
}

}  // namespace app
