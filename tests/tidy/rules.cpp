#include "tidy/rules.hpp"

#include <algorithm>
#include <array>
#include <regex>
#include <sstream>

namespace tidy {
namespace {

constexpr std::size_t one_sitting = 600;  // lines

std::string lower(std::string text) {
  std::transform(text.begin(), text.end(), text.begin(),
                 [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return text;
}

std::size_t line_at(std::string_view text, std::size_t position) {
  return 1 +
         static_cast<std::size_t>(std::count(text.begin(), text.begin() + static_cast<std::ptrdiff_t>(position), '\n'));
}

/// One fault for each match, with its line.
Faults each_match(const Source& source, const std::string& text, const std::regex& pattern, const std::string& what) {
  Faults faults;
  for (auto at = std::sregex_iterator(text.begin(), text.end(), pattern); at != std::sregex_iterator(); ++at) {
    const auto line = line_at(text, static_cast<std::size_t>(at->position()));
    faults.push_back(source.path + ":" + std::to_string(line) + ": '" + at->str() + "' " + what);
  }
  return faults;
}

bool is_cpp(std::string_view path) {
  return path.ends_with(".cpp") || path.ends_with(".hpp");
}

bool below_the_shell(const std::string& layer) {
  return layer == "base" || layer == "wire" || layer == "core" || layer == "sim";
}

/// The end of the string or character that begins at `at`.
std::size_t end_of_literal(std::string_view text, std::size_t at) {
  const char quote = text[at];
  std::size_t end = at + 1;
  while (end < text.size() && text[end] != quote && text[end] != '\n') end += text[end] == '\\' ? 2 : 1;
  return std::min(end + 1, text.size());
}

/// The end of the raw string R"x( … )x" whose quote is at `at`.
std::size_t end_of_raw(std::string_view text, std::size_t at) {
  const auto open = text.find('(', at);
  if (open == std::string_view::npos) return text.size();
  const std::string close = ")" + std::string(text.substr(at + 1, open - at - 1)) + "\"";
  const auto end = text.find(close, open);
  return end == std::string_view::npos ? text.size() : end + close.size();
}

/// Digit separators (10'000) are no characters.
bool begins_literal(std::string_view text, std::size_t at) {
  if (text[at] == '"') return true;
  return text[at] == '\'' && (at == 0 || std::isxdigit(static_cast<unsigned char>(text[at - 1])) == 0);
}

}  // namespace

std::string layer_of(std::string_view path) {
  if (!path.starts_with("src/")) return {};
  path.remove_prefix(4);
  return std::string(path.substr(0, path.find('/')));
}

std::string code_only(std::string_view text) {
  std::string code(text);
  for (std::size_t at = 0; at < text.size();) {
    std::size_t end = at;
    if (text.substr(at, 2) == "//") end = std::min(text.find('\n', at), text.size());
    else if (text.substr(at, 2) == "/*") end = std::min(text.find("*/", at + 2), text.size() - 2) + 2;
    else if (text.substr(at, 2) == "R\"") end = end_of_raw(text, at + 1);
    else if (begins_literal(text, at)) end = end_of_literal(text, at);
    if (end == at) {
      ++at;
      continue;
    }
    for (; at < end; ++at)
      if (code[at] != '\n') code[at] = ' ';
  }
  return code;
}

std::vector<std::string> includes(std::string_view text) {
  static const std::regex pattern(R"rx((?:^|\n)[ \t]*#[ \t]*include[ \t]*[<"]([^>"\n]+)[>"])rx");
  const std::string all(text);
  std::vector<std::string> found;
  for (auto at = std::sregex_iterator(all.begin(), all.end(), pattern); at != std::sregex_iterator(); ++at)
    found.push_back((*at)[1]);
  return found;
}

Faults too_long(const Source& source) {
  const auto lines = static_cast<std::size_t>(std::count(source.text.begin(), source.text.end(), '\n'));
  if (lines <= one_sitting) return {};
  return {source.path + ": " + std::to_string(lines) + " lines are more than one sitting (" +
          std::to_string(one_sitting) + "); split it by meaning"};
}

Faults without_opening(const Source& source) {
  std::istringstream lines(source.text);
  std::string line;
  while (std::getline(lines, line) && (line.empty() || line == "#pragma once")) {}
  for (const std::string_view opening : {"//", "/*", "<!--"})
    if (line.starts_with(opening)) return {};
  if (source.path.starts_with("src/") && source.path.ends_with(".cpp")) {
    const std::string header = source.path.substr(4, source.path.size() - 8) + ".hpp";
    if (line == "#include \"" + header + "\"") return {};
  }
  return {source.path + ": opens with no comment that says which problem it solves"};
}

Faults empty_names(const Source& source) {
  static const std::regex in_path("manager|helper|util|handler|impl(?![a-z])");
  static const std::regex in_code(
      R"(\b\w*(?:Manager|Helper|Util|Handler|Impl)s?(?![a-z])\w*|\bBase[A-Z]\w*|\b\w*[a-z]Base\b)");
  static const std::regex foreign(R"(\b(?:YAML|boost|asio|beast|std|nlohmann|CLI|spdlog)(?:::\w+)+)");
  const auto code = std::regex_replace(code_only(source.text), foreign, "foreign");
  Faults faults = each_match(source, code, in_code, "is a name that says nothing about what the thing is");
  if (std::regex_search(lower(source.path), in_path))
    faults.push_back(source.path + ": the file's name says nothing about what is in it");
  return faults;
}

Faults unfinished(const Source& source) {
  static const std::regex words(R"(\b(?:TODO|FIXME|XXX|HACK|stub|placeholder|not implemented|unimplemented)\b)",
                                std::regex::icase | std::regex::ECMAScript);
  return each_match(source, source.text, words, "marks unfinished work");
}

Faults touches_the_world(const Source& source) {
  if (!below_the_shell(layer_of(source.path))) return {};
  static const std::array forbidden{"boost/", "sys/", "netinet/", "arpa/", "curl/", "spdlog/"};
  static const std::set<std::string> headers{
      "thread",  "mutex",  "condition_variable", "future",  "fstream",  "iostream", "random", "filesystem", "unistd.h",
      "fcntl.h", "poll.h", "termios.h",          "netdb.h", "pthread.h"};
  Faults faults;
  for (const auto& name : includes(source.text)) {
    const bool foreign =
        std::any_of(forbidden.begin(), forbidden.end(), [&](const char* start) { return name.starts_with(start); });
    if (foreign || headers.count(name) != 0)
      faults.push_back(source.path + ": <" + name + "> reaches into the world from below the shell");
  }
  static const std::regex calls(
      R"(\w+_clock::now\b|\bstd::rand\b|\b(?:std::)?getenv\s*\(|\b(?:std::)?fopen\s*\(|\bstd::(?:cout|cerr|cin)\b|\bstd::f?printf\b|\bstd::time\s*\()");
  if (source.path == "src/base/result.cpp") return faults;  // its failed check says why the program ends
  auto more = each_match(source, code_only(source.text), calls, "reaches into the world from below the shell");
  faults.insert(faults.end(), more.begin(), more.end());
  return faults;
}

Faults against_the_direction(const Source& source) {
  static const std::map<std::string, std::set<std::string>> may_use{
      {"base", {"base"}},
      {"wire", {"base", "wire"}},
      {"core", {"base", "wire", "core"}},
      {"sim", {"base", "core", "sim"}},  // its connectors speak their own bytes, never our frame types
      {"shell", {"base", "wire", "core", "shell"}},
      {"app", {"base", "wire", "core", "sim", "shell", "app"}},
  };
  const auto layer = layer_of(source.path);
  const auto allowed = may_use.find(layer);
  if (allowed == may_use.end()) return {};
  Faults faults;
  for (const auto& name : includes(source.text)) {
    const auto other = layer_of("src/" + name);
    if (may_use.count(other) != 0 && other != name && allowed->second.count(other) == 0) {
      faults.push_back(source.path + ": includes \"" + name + "\", but " + layer + " may not know " + other);
    }
  }
  return faults;
}

void collect_foreign(const Source& source, Users& users) {
  // fmt and tl::expected are as good as the standard library to us; the rest must stay replaceable in one place.
  static const std::set<std::string> foreign{"boost",       "nlohmann",  "yaml-cpp",  "CLI",  "spdlog", "curl",
                                             "mosquitto.h", "mosquitto", "sqlite3.h", "soci", "modbus", "modbus.h",
                                             "sodium.h",    "openssl",   "pugixml.hpp"};
  // Answers of devices are read below the shell, each format by one file: JSON's beside the library's home, XML's is its home.
  static const std::string json_reader = "src/wire/json_tree.cpp";
  static const std::string xml_reader = "src/wire/xml_tree.cpp";
  const auto layer = layer_of(source.path);
  if (layer.empty() || !is_cpp(source.path)) return;
  for (const auto& name : includes(source.text)) {
    const auto library = name.substr(0, name.find('/'));
    if (foreign.count(library) == 0) continue;
    if (library == "nlohmann" && source.path == json_reader) continue;
    users[library].insert(source.path == xml_reader ? xml_reader : layer);
  }
}

Faults spread_libraries(const Users& users) {
  Faults faults;
  for (const auto& [library, layers] : users) {
    if (layers.size() < 2) continue;
    std::string names;
    for (const auto& layer : layers) names += (names.empty() ? "" : " and ") + layer;
    faults.push_back("<" + library + "> is included by " + names + "; one folder must hide it from the others");
  }
  return faults;
}

}  // namespace tidy
