#include "wire/tree_text.hpp"

#include "wire/json.hpp"

namespace wire {
namespace {

void write_json(std::string& out, const Tree& tree) {
  switch (tree.kind) {
    case Tree::Kind::nothing: out += "null"; return;
    case Tree::Kind::truth:
    case Tree::Kind::number: out += tree.text; return;
    case Tree::Kind::text: out += json_text(tree.text); return;
    case Tree::Kind::list:
    case Tree::Kind::object: break;
  }
  const bool is_object = tree.kind == Tree::Kind::object;
  out += is_object ? '{' : '[';
  bool first = true;
  for (const Tree& each : tree.items) {
    if (!first) out += ',';
    first = false;
    if (is_object) out += json_text(each.name) + ':';
    write_json(out, each);
  }
  out += is_object ? '}' : ']';
}

/// Characters that XML cannot hold at all are left out.
std::string xml_text(std::string_view text) {
  std::string out;
  for (const char c : text) {
    if (c == '&') out += "&amp;";
    else if (c == '<') out += "&lt;";
    else if (c == '>') out += "&gt;";
    else if (c == '"') out += "&quot;";
    else if (c == '\n') out += "&#10;";
    else if (c == '\t') out += "&#9;";
    else if (c == '\r') out += "&#13;";
    else if (static_cast<unsigned char>(c) >= ' ') out += c;
  }
  return out;
}

void write_element(std::string& out, std::string_view name, const Tree& tree) {
  if (tree.kind == Tree::Kind::list) {
    for (const Tree& each : tree.items) write_element(out, name, each);
    return;
  }
  out += '<';
  out += name;
  std::string inside = tree.is_scalar() ? xml_text(tree.text) : "";
  for (const Tree& each : tree.items) {
    if (each.name.starts_with('@')) out += ' ' + each.name.substr(1) + "=\"" + xml_text(each.text) + '"';
    else if (each.name == "#") inside.insert(0, xml_text(each.text));
    else write_element(inside, each.name, each);
  }
  out += inside.empty() ? "/>" : '>' + inside + "</" + std::string(name) + '>';
}

std::string cell_text(const std::string& text, char separator) {
  const bool divides = text.find_first_of(std::string("\"\r\n") + separator) != std::string::npos;
  const bool seems_no_csv = text.starts_with('{') || text.starts_with('<');
  const bool plain = !divides && !seems_no_csv && !text.empty() && trimmed(text) == text;
  if (plain) return text;
  std::string out = "\"";
  for (const char c : text) out += c == '"' ? std::string("\"\"") : std::string(1, c);
  return out + '"';
}

}  // namespace

std::string json_of(const Tree& tree) {
  std::string out;
  write_json(out, tree);
  return out;
}

std::string xml_of(const Tree& tree) {
  std::string out = R"(<?xml version="1.0" encoding="UTF-8"?>)";
  for (const Tree& each : tree.items) write_element(out, each.name, each);
  return out;
}

std::string csv_of(const Tree& tree, char separator) {
  std::string out;
  for (const Tree& row : tree.items) {
    for (std::size_t i = 0; i < row.items.size(); ++i) {
      if (i > 0) out += separator;
      // An empty cell needs its quotes only in front, where its line could else be empty.
      const std::string& text = row.items[i].text;
      out += text.empty() && i > 0 ? text : cell_text(text, separator);
    }
    out += "\r\n";
  }
  return out;
}

}  // namespace wire
