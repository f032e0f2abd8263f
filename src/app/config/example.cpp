#include "app/config/example.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <vector>

#include "app/config/keys.hpp"
#include "app/config/yaml_text.hpp"

namespace app {
namespace {

constexpr std::array<std::string_view, 2> required{"config.wiringMaxAmpsAllTWCs", "interface.RS485.port"};

constexpr std::string_view opening =
    "# Configuration of twcmanager, in YAML: sections are indented, and # begins a comment.\n"
    "#\n"
    "# Fill in the two keys that are empty, config.wiringMaxAmpsAllTWCs and interface.RS485.port. Every other key "
    "stands\n"
    "# here at its default, behind a #: to change it, take that # away. What begins with # and a blank only explains.\n"
    "# \"twcmanager check\" says what the file leads to.\n";

/// A section, or a key of the table; sections have what is in them, in the order of the table.
struct Node {
  std::string name;
  const Key* key = nullptr;
  std::vector<Node> children;
};

void plant(Node& root, const Key& key) {
  Node* here = &root;
  for (std::string_view rest = key.path; !rest.empty();) {
    const std::string_view name = rest.substr(0, rest.find('.'));
    rest.remove_prefix(std::min(rest.size(), name.size() + 1));
    const auto known =
        std::find_if(here->children.begin(), here->children.end(), [&](const Node& n) { return n.name == name; });
    here = known != here->children.end() ? &*known : &here->children.emplace_back(Node{std::string{name}, nullptr, {}});
  }
  here->key = &key;
}

std::string explanation(const Key& key) {
  std::string text{key.meaning};
  if (key.takes == Key::Takes::word) text += fmt::format(" (one of {})", key.choices);
  if (key.takes == Key::Takes::yes_no) text += " (true or false)";
  if (key.takes == Key::Takes::number || key.takes == Key::Takes::whole)
    text += fmt::format(" ({}…{}{}{})", key.least, key.most, key.unit.empty() ? "" : " ", key.unit);
  return text;
}

/// `off`: what stands in front of a line that is not in force.
void write(const Node& node, int depth, std::string_view off, std::string& text) {
  const std::string indent(static_cast<std::size_t>(depth) * 2, ' ');
  for (const Node& child : node.children) {
    if (child.key != nullptr) {
      const bool needed = std::find(required.begin(), required.end(), child.key->path) != required.end();
      text += as_comment(indent, explanation(*child.key));
      text +=
          fmt::format("{}{}{}:{}{}\n", indent, needed ? "" : "#", child.name, child.key->fallback.empty() ? "" : " ",
                      child.key->fallback.empty() ? std::string{} : as_yaml(child.key->fallback));
      continue;
    }
    const auto group =
        std::find_if(groups().begin(), groups().end(), [&](const Group& each) { return each.path == child.name; });
    if (depth == 0) text += '\n';
    if (depth == 0 && group != groups().end())
      text += as_comment(indent, fmt::format("{}, by its name; \"{}\" is an example of one",
                                             group->meaning.substr(0, group->meaning.find(';')), group->example));
    const bool is_part = child.name == "*";
    if (is_part) {
      const auto around =
          std::find_if(groups().begin(), groups().end(), [&](const Group& each) { return each.path == node.name; });
      text += fmt::format("{}#{}:\n", indent, as_yaml(around->example));
    } else {
      text += fmt::format("{}{}{}:\n", indent, off, child.name);
    }
    write(child, depth + 1, is_part || !off.empty() ? "#" : "", text);
  }
}

}  // namespace

std::string example_yaml() {
  Node root;
  for (const Key& key : keys()) {
    if (key.use == Key::Use::now) plant(root, key);
  }
  std::string text{opening};
  write(root, 0, "", text);
  return text;
}

}  // namespace app
