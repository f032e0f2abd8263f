// From the tree to the draft: every declared key is read once, everything else in the file is named.
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cctype>
#include <cmath>
#include <optional>

#include "app/config/keys.hpp"
#include "app/config/utf8.hpp"

namespace app {
namespace {

constexpr std::string_view circuit_key = "config.wiringMaxAmpsAllTWCs";

std::string_view last_name(std::string_view path) {
  return path.substr(path.rfind('.') + 1);
}

/// The key names of the table below (or the sections at) a path; what stands there in the file is one of these.
std::vector<std::string_view> names_below(std::string_view section) {
  std::vector<std::string_view> names;
  const auto add = [&](std::string_view path) {
    if (!section.empty()) {
      if (path.size() <= section.size() + 1 || path.substr(0, section.size()) != section || path[section.size()] != '.')
        return;
      path.remove_prefix(section.size() + 1);
    }
    const std::string_view name = path.substr(0, path.find('.'));
    if (std::find(names.begin(), names.end(), name) == names.end()) names.push_back(name);
  };
  for (const Key& key : keys()) {
    add(key.path);
    if (!key.also.empty()) add(key.also);
  }
  for (const std::string_view path : whole_sections()) add(path);
  return names;
}

const Key* row(std::string_view path) {
  const auto found =
      std::find_if(keys().begin(), keys().end(), [&](const Key& key) { return key.path == path || key.also == path; });
  return found == keys().end() ? nullptr : &*found;
}
bool is_key(std::string_view path) {
  return row(path) != nullptr;
}
bool is_below(std::string_view path, std::string_view section) {
  return path.size() > section.size() && path.starts_with(section) && path[section.size()] == '.';
}
/// Whether nothing at or below a path is used by this version.
bool is_later(std::string_view path) {
  bool any = false;
  for (const Key& key : keys()) {
    for (const std::string_view each : {key.path, key.also}) {
      if (each.empty() || (each != path && !is_below(each, path))) continue;
      if (key.use == Key::Use::now) return false;
      any = true;
    }
  }
  return any;
}
bool is_whole(std::string_view path) {
  return std::find(whole_sections().begin(), whole_sections().end(), path) != whole_sections().end();
}
bool is_section(std::string_view path) {
  return !names_below(path).empty();
}

/// Where else a key of this name belongs, or empty.
std::string_view home_of(std::string_view name) {
  for (const Key& key : keys()) {
    if (key.use == Key::Use::now && last_name(key.path) == name && name != "enabled" && name != "port") return key.path;
  }
  return {};
}

/// Whether what stands at a path is named by the writer, or is a list of sections.
bool has_parts(std::string_view path) {
  return std::any_of(keys().begin(), keys().end(), [&](const Key& key) {
    return is_below(key.path, path) && key.path.substr(path.size()).starts_with(".*");
  });
}

bool is_group(std::string_view path) {
  return std::any_of(groups().begin(), groups().end(), [&](const Group& group) { return group.path == path; });
}
/// Whether a path leads into a list of sections, which is read elsewhere.
bool is_in_list(std::string_view path) {
  const std::size_t star = path.find(".*");
  return star != std::string_view::npos && !is_group(path.substr(0, star));
}

bool has_control(const std::string& text) {
  return std::any_of(text.begin(), text.end(), [](char c) { return static_cast<unsigned char>(c) < 0x20; });
}

/// The words between blanks, without commas behind them.
std::vector<std::string_view> split(std::string_view text) {
  std::vector<std::string_view> words;
  while (true) {
    const std::size_t begin = text.find_first_not_of(" \t,");
    if (begin == std::string_view::npos) return words;
    text.remove_prefix(begin);
    words.push_back(text.substr(0, text.find_first_of(" \t")));
    text.remove_prefix(words.back().size());
    while (words.back().ends_with(',')) words.back().remove_suffix(1);
  }
}

std::string understand_list(const Value& value, Given& given) {
  if (value.is_scalar()) {
    for (const std::string_view part : split(value.text)) given.list.emplace_back(part);
  } else if (value.kind != Value::Kind::list) {
    return fmt::format("is {}, not a list of texts", shown(value));
  }
  for (const Value& child : value.children) {
    const auto text = text_of(child);
    if (!text) return fmt::format("holds {}, not only texts", shown(child));
    given.list.push_back(*text);
  }
  const bool control = std::any_of(given.list.begin(), given.list.end(), has_control);
  return control ? "contains a control character" : "";
}

/// The choice as it is declared, whatever its letters were.
std::string understand_word(const Key& key, const Value& value, Given& given) {
  const auto choices = choices_of(key);
  const auto found = std::find_if(choices.begin(), choices.end(), [&](std::string_view choice) {
    return std::equal(choice.begin(), choice.end(), given.text.begin(), given.text.end(), [](char a, char b) {
      return std::tolower(static_cast<unsigned char>(a)) == std::tolower(static_cast<unsigned char>(b));
    });
  });
  if (found == choices.end()) return fmt::format("is {}, not one of {}", shown(value), fmt::join(choices, ", "));
  given.text = *found;
  return {};
}

// --- Values ----------------------------------------------------------------------------------------------------------

class Reader {
 public:
  Reader(const Value& root, Draft& draft) : root_(root), draft_(draft) {}

  void read_all() {
    for (const Key& key : keys()) {
      const bool here = key.use == Key::Use::now && key.takes != Key::Takes::structure;
      if (here && key.path.find('*') == std::string_view::npos) read(key);
    }
    for (const Group& group : groups()) read_group(group);
    visit(root_, "", "", true);
    report_later();
  }

 private:
  void say(Severity severity, const Value* at, std::string text) {
    draft_.out.findings.push_back(finding_at(severity, draft_.out.file, at, std::move(text)));
  }
  /// … about something that is not read.
  void say_unused(Severity severity, const Value* at, std::string text) {
    say(severity, at, std::move(text));
    draft_.out.findings.back().unused = true;
  }

  void read(const Key& key) {
    const Value* value = root_.at(key.path);
    if (!key.also.empty() && (value == nullptr || value->kind == Value::Kind::nothing)) {
      const Value* other = root_.at(key.also);
      if (other != nullptr) value = other;
    }
    take(key, value, key.path);
  }

  /// Each member of the section is one part, and has the group's keys; `visit` names what is not as it should be.
  void read_group(const Group& group) {
    const Value* section = root_.find(group.path);
    if (section == nullptr || section->kind != Value::Kind::object) return;
    const std::string prefix = fmt::format("{}.*.", group.path);
    for (const Value& part : section->children) {
      if (part.kind != Value::Kind::object) continue;
      Draft::Named& named = group.open(draft_);
      named.at = &part;
      named.name = shortened(on_one_line(part.key), group.longest_name);
      for (const Key& key : keys()) {
        if (!key.path.starts_with(prefix)) continue;
        const std::string_view name = key.path.substr(prefix.size());
        take(key, part.find(name), fmt::format("{}.{}.{}", group.path, named.name, name));
      }
    }
  }

  /// `path` is how findings call the key.
  void take(const Key& key, const Value* value, std::string_view path) {
    if (value == nullptr || value->kind == Value::Kind::nothing) {
      if (key.path == circuit_key) refuse_missing_circuit(value);
      put_fallback(key, false);
      return;
    }
    Given given;
    if (const auto trouble = understand(key, *value, given); !trouble.empty()) {
      if (key.path == circuit_key) {
        say(Severity::fatal, value,
            fmt::format("\"wiringMaxAmpsAllTWCs\" {}; write the circuit's limit in amps, as in "
                        "\"wiringMaxAmpsAllTWCs\": 16",
                        trouble));
        return;
      }
      const std::string_view instead = key.when_unusable.empty() ? key.fallback : key.when_unusable;
      say(Severity::contradiction, value,
          fmt::format("\"{}\" {}; {}", path, trouble,
                      instead.empty() ? std::string{"it is ignored"}
                                      : fmt::format("{}{}{} is used", instead, key.unit.empty() ? "" : " ", key.unit)));
      put_fallback(key, true);
      return;
    }
    if (key.takes == Key::Takes::number || key.takes == Key::Takes::whole)
      confine(key, *value, given, path, Severity::contradiction);
    put(key, given);
  }

  void put(const Key& key, const Given& given) {
    if (key.put != nullptr) key.put(draft_, given);
    else draft_.originals.insert_or_assign(std::string{key.path}, given);
  }

  void refuse_missing_circuit(const Value* value) {
    std::string hint;
    if (root_.find("wiringMaxAmpsAllTWCs") != nullptr) hint = "; it belongs inside the section \"config\"";
    const Value* section = root_.find("config");
    if (hint.empty() && section != nullptr) {
      for (const Value& child : section->children) {
        if (!is_key("config." + child.key) &&
            nearest(child.key, std::vector<std::string_view>{"wiringMaxAmpsAllTWCs"}) != "") {
          hint = fmt::format("; \"{}\" on line {} was probably meant", on_one_line(child.key), child.line);
        }
      }
    }
    say(Severity::fatal, value != nullptr ? value : section,
        "the circuit's limit \"wiringMaxAmpsAllTWCs\" is missing from the section \"config\"" +
            (hint.empty() ? std::string{"; add it in amps, the breaker times 0.8"} : hint));
  }

  void put_fallback(const Key& key, bool replaced) {
    const std::string_view text = replaced && !key.when_unusable.empty() ? key.when_unusable : key.fallback;
    if (text.empty()) return;
    Value value;
    value.kind = Value::Kind::word;
    value.text = std::string{text};
    Given given;
    base::check(understand(key, value, given).empty(), "a default is of its key's kind");
    given.replaced = replaced;
    put(key, given);
  }

  void confine(const Key& key, const Value& value, Given& given, std::string_view path, Severity severity) {
    const double bound = std::clamp(given.number, key.least, key.most);
    if (bound != given.number) {
      say(severity, &value,
          fmt::format("\"{}\" is {}, outside {:g}…{:g}{}{}; {:g} is used", path, shown(value), key.least, key.most,
                      key.unit.empty() ? "" : " ", key.unit, bound));
      given.number = bound;
      given.replaced = true;
    }
    if (key.takes == Key::Takes::whole && std::floor(given.number) != given.number) {
      say(Severity::warning, &value,
          fmt::format("\"{}\" is {}, not a whole number; {:g} is used", path, shown(value), std::floor(given.number)));
      given.number = std::floor(given.number);
    }
  }

  // --- What is not in the table --------------------------------------------------------------------------------------

  /// `path` is where it stands in the table, with a * for a name; `called` is what the file calls that. `used`: whether
  /// anything around it is.
  void visit(const Value& section, const std::string& path, const std::string& called, bool used) {
    const bool named = has_parts(path);
    for (std::size_t i = 0; i < section.children.size(); ++i) {
      const Value& child = section.children[i];
      const std::string here = path.empty() ? child.key : path + '.' + (named ? "*" : child.key);
      const std::string own = section.kind == Value::Kind::list ? fmt::format("{}", i + 1) : on_one_line(child.key);
      const std::string name = called.empty() ? own : called + '.' + own;
      const bool now = used && !is_later(here);
      if (used && !now) later_.push_back({here, &child});
      if (is_whole(here)) continue;
      if (const Key* key = row(here)) {
        if (key->use == Key::Use::later || is_in_list(here)) look_at(*key, child, name);
        else if (child.key.find('.') != std::string::npos) report_dots(child, here);
        continue;
      }
      if (!is_section(here)) {
        report_unknown(child, path, called);
        continue;
      }
      visit_section(child, here, name, now);
    }
  }

  void visit_section(const Value& child, const std::string& here, const std::string& name, bool now) {
    if (!now) report_if_on(child, here);
    if (child.kind == Value::Kind::object || (child.kind == Value::Kind::list && has_parts(here) && !is_group(here))) {
      visit(child, here, name, now);
      return;
    }
    if (child.kind == Value::Kind::nothing) return;
    say(now ? Severity::contradiction : Severity::warning, &child,
        fmt::format("\"{}\" is {}, but it is a section; write {{ }} around its keys", name, shown(child)));
  }

  void report_dots(const Value& child, const std::string& path) {
    say_unused(Severity::warning, &child,
               fmt::format("the key \"{}\" is ignored, because its name has dots; write {} inside the section {}",
                           shortened(on_one_line(child.key), 60), last_name(path), path.substr(0, path.rfind('.'))));
  }

  /// What is not used is still to be of its kind, for the version that will use it; and what stands in lists, for
  /// whoever reads them.
  void look_at(const Key& key, const Value& value, std::string_view path) {
    if (value.kind == Value::Kind::nothing || key.takes == Key::Takes::structure) return;
    if (key.takes == Key::Takes::word && value.is_scalar() && value.text.empty()) return;
    const std::string_view so = key.use == Key::Use::later ? "this version does not use it" : "it is ignored";
    Given given;
    const std::string trouble = understand(key, value, given);
    if (!trouble.empty()) {
      say_unused(Severity::warning, &value, fmt::format("\"{}\" {}; {}", path, trouble, so));
      return;
    }
    const bool one = key.takes == Key::Takes::number || key.takes == Key::Takes::whole;
    if (one && (given.number < key.least || given.number > key.most))
      say_unused(Severity::warning, &value,
                 fmt::format("\"{}\" is {}, outside {:g}…{:g}{}{}; {}", path, shown(value), key.least, key.most,
                             key.unit.empty() ? "" : " ", key.unit, so));
  }

  /// Whoever switched something on expects it to work; what is on by itself nobody asked for.
  void report_if_on(const Value& section, const std::string& path) {
    const Value* enabled = section.find("enabled");
    const Key* key = row(path + ".enabled");
    if (enabled == nullptr || !yes_of(*enabled).value_or(false) || (key != nullptr && key->fallback == "true")) return;
    say_unused(Severity::warning, &section,
               fmt::format("\"{}\" is switched on, but this version does not use it", path));
  }

  void report_unknown(const Value& child, const std::string& path, const std::string& called) {
    Value key;
    key.kind = Value::Kind::word;
    key.text = child.key;
    const std::vector<std::string_view> siblings = names_below(path);
    const std::string_view meant = nearest(child.key, siblings);
    const std::string_view home = home_of(child.key);
    std::string remedy = "remove it if nothing needs it";
    if (!home.empty()) remedy = fmt::format("it belongs at {}", home);
    else if (!meant.empty()) remedy = fmt::format("did you mean \"{}\"?", meant);
    say_unused(Severity::warning, &child,
               fmt::format("the key \"{}\"{} is unknown and ignored; {}", shown(key),
                           path.empty() ? std::string{} : fmt::format(" in {}", called), remedy));
  }

  /// One sentence per section.
  void report_later() {
    std::vector<std::string> sections;
    for (const auto& [path, value] : later_) {
      const std::string section{path.substr(0, path.find('.'))};
      if (std::find(sections.begin(), sections.end(), section) == sections.end()) sections.push_back(section);
    }
    for (const std::string& section : sections) {
      std::string names;
      const Value* first = nullptr;
      for (const auto& [path, value] : later_) {
        if (path.substr(0, path.find('.')) != section) continue;
        if (first == nullptr) first = value;
        names += fmt::format("{}{} ({})", names.empty() ? "" : ", ", path,
                             value->from.empty() ? fmt::format("line {}", value->line) : value->from);
      }
      say_unused(Severity::note, first, "understood, not used by this version: " + names);
    }
  }

  struct Later {
    std::string path;
    const Value* value;
  };
  const Value& root_;
  Draft& draft_;
  std::vector<Later> later_;
};

}  // namespace

std::string understand(const Key& key, const Value& value, Given& given) {
  switch (key.takes) {
    case Key::Takes::number:
    case Key::Takes::whole: {
      const auto number = number_of(value);
      if (!number) return fmt::format("is {}, not a number", shown(value));
      given.number = *number;
      return {};
    }
    case Key::Takes::yes_no: {
      const auto yes = yes_of(value);
      if (!yes) return fmt::format("is {}, neither true nor false", shown(value));
      given.yes = *yes;
      return {};
    }
    case Key::Takes::text:
    case Key::Takes::word: {
      const auto text = text_of(value);
      if (!text) return fmt::format("is {}, not a text", shown(value));
      if (has_control(*text)) return "contains a control character";
      given.text = *text;
      return key.takes == Key::Takes::word ? understand_word(key, value, given) : std::string{};
    }
    case Key::Takes::list: return understand_list(value, given);
    case Key::Takes::numbers: {
      if (value.kind != Value::Kind::list) return fmt::format("is {}, not a list of numbers", shown(value));
      for (const Value& child : value.children) {
        const auto number = number_of(child);
        if (!number) return fmt::format("holds {}, not only numbers", shown(child));
        given.list.push_back(fmt::format("{}", *number));
      }
      return {};
    }
    case Key::Takes::structure: return {};
  }
  return {};
}

void read_keys(const Value& root, Draft& draft) {
  Reader{root, draft}.read_all();
}

std::string_view nearest(std::string_view name, std::span<const std::string_view> candidates) {
  constexpr std::size_t longest = 64;
  if (name.empty() || name.size() > longest) return {};
  const auto lower = [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; };
  std::string_view best;
  std::size_t least = name.size() / 3 + 1;  // further away is no longer a slip of the fingers
  for (const std::string_view candidate : candidates) {
    std::vector<std::size_t> row(candidate.size() + 1);
    for (std::size_t j = 0; j < row.size(); ++j) row[j] = j;
    for (std::size_t i = 1; i <= name.size(); ++i) {
      std::size_t diagonal = row[0];
      row[0] = i;
      for (std::size_t j = 1; j < row.size(); ++j) {
        const std::size_t change = diagonal + (lower(name[i - 1]) == lower(candidate[j - 1]) ? 0 : 1);
        diagonal = row[j];
        row[j] = std::min({change, row[j] + 1, row[j - 1] + 1});
      }
    }
    if (row.back() < least) {
      least = row.back();
      best = candidate;
    }
  }
  return best;
}

}  // namespace app
