// XML, through pugixml, which knows no entities but XML's own and passes over document types.
#include <algorithm>
#include <map>
#include <optional>
#include <pugixml.hpp>
#include <string>
#include <utility>

#include "wire/tree.hpp"
#include "wire/tree_reading.hpp"

namespace wire {
namespace {

std::string_view without_namespace(std::string_view name) {
  const std::string_view own = name.substr(name.rfind(':') + 1);
  return own.empty() ? name : own;
}

Tree text_named(std::string name, std::string_view text) {
  Tree tree;
  tree.kind = Tree::Kind::text;
  tree.name = std::move(name);
  tree.text = text;
  return tree;
}

/// Turns elements into trees, as deep and as many as a tree may be.
class Elements {
 public:
  std::optional<Excess> excess;

  Tree tree_of(const pugi::xml_node& element, int depth) {
    Tree tree;
    tree.kind = Tree::Kind::object;
    tree.name = without_namespace(element.name());
    if (depth > deepest_tree) excess = Excess::depth;
    if (excess) return tree;
    for (const pugi::xml_attribute& each : element.attributes()) {
      const std::string_view name = each.name();
      if (name == "xmlns" || name.starts_with("xmlns:")) continue;
      add(tree, text_named("@" + std::string(without_namespace(name)), each.value()));
    }
    std::string text;
    std::map<std::string, std::size_t, std::less<>> places;  // of the members by their names
    for (const pugi::xml_node& each : element.children()) {
      if (each.type() == pugi::node_pcdata || each.type() == pugi::node_cdata) text += each.value();
      if (each.type() != pugi::node_element || excess) continue;
      Tree child = tree_of(each, depth + 1);
      const auto [place, is_new] = places.try_emplace(child.name, tree.items.size());
      if (is_new) add(tree, std::move(child));
      else add_again(tree.items[place->second], std::move(child));
    }
    if (const std::string_view words = trimmed(text); !words.empty()) add(tree, text_named("#", words));
    return tree;
  }

 private:
  void add(Tree& parent, Tree child) {
    if (++items_ > most_tree_items) excess = Excess::items;
    if (!excess) parent.items.push_back(std::move(child));
  }
  /// One more of a name: they become a list.
  void add_again(Tree& before, Tree child) {
    if (before.kind != Tree::Kind::list) {
      Tree list;
      list.kind = Tree::Kind::list;
      list.name = before.name;
      before.name.clear();
      list.items.push_back(std::move(before));
      before = std::move(list);
    }
    child.name.clear();
    add(before, std::move(child));
  }

  std::size_t items_ = 0;
};

}  // namespace

base::Result<Tree> read_xml(std::string_view text) {
  const std::string_view start = trimmed(text);
  if (start.empty() || is_web_page(start) || start.front() == '{' || start.front() == '[')
    return instead_of("XML", text);
  pugi::xml_document document;
  const pugi::xml_parse_result result = document.load_buffer(text.data(), text.size(), pugi::parse_default);
  const pugi::xml_node root = document.document_element();
  if (!result && result.status != pugi::status_no_document_element) {
    const auto position = static_cast<std::size_t>(std::max<std::ptrdiff_t>(result.offset, 0));
    return broken("XML", text, position + 1 < text.size() ? position : text.size());  // at the last byte it misses more
  }
  if (!root) return instead_of("XML", text);
  Elements elements;
  Tree tree;
  tree.kind = Tree::Kind::object;
  tree.items.push_back(elements.tree_of(root, 2));
  if (elements.excess) return too_much("XML", *elements.excess);
  return tree;
}

}  // namespace wire
