// What devices answer, read into trees and written again.
#include "wire/tree.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "wire/tree_text.hpp"

namespace wire {
namespace {

using testing::HasSubstr;

/// The text at the end of these names, indices among them.
std::string at(const Tree& tree, std::initializer_list<std::string> names) {
  const Tree* place = &tree;
  for (const auto& name : names) {
    const Tree* next = place->kind == Tree::Kind::list ? &place->items.at(std::stoul(name)) : place->find(name);
    if (next == nullptr) return "(not there)";
    place = next;
  }
  return place->text;
}

std::string fault_of(const base::Result<Tree>& result) {
  return result ? "(none)" : result.error().text;
}

TEST(Json, is_read_with_numbers_as_they_were_written) {
  const auto tree = read_json(R"({"a":[1.0,-3.50e3,18446744073709551616,007e0],"b":null})");
  EXPECT_EQ(fault_of(tree), "broken JSON at line 1, column 41") << "JSON has no leading zeros";
  const auto good = read_json(
      "\xEF\xBB\xBF {\"a\":[1.0,-3.50e3,18446744073709551616,12],\"b\":null,\"c\":true,\"d\":\"x\\u00e4\"}\n\0");
  ASSERT_TRUE(good) << fault_of(good);
  EXPECT_EQ(at(*good, {"a", "0"}), "1.0");
  EXPECT_EQ(at(*good, {"a", "1"}), "-3.50e3");
  EXPECT_EQ(at(*good, {"a", "2"}), "18446744073709551616");
  EXPECT_EQ(at(*good, {"a", "3"}), "12");
  EXPECT_EQ(good->find("b")->kind, Tree::Kind::nothing);
  EXPECT_EQ(good->find("c")->kind, Tree::Kind::truth);
  EXPECT_EQ(at(*good, {"d"}), "x\xC3\xA4");
  EXPECT_EQ(good->find("e"), nullptr);
}

TEST(Json, of_members_with_one_name_the_last_counts) {
  const auto tree = read_json(R"({"a":1,"b":2,"a":3})");
  ASSERT_TRUE(tree);
  EXPECT_EQ(at(*tree, {"a"}), "3");
}

TEST(Json, ends_where_a_device_ended_it_as_in_c) {
  EXPECT_TRUE(read_json(std::string_view("{\"a\":1}\r\n\0\0", 11)));
}

TEST(Json, says_what_was_got_instead) {
  EXPECT_EQ(fault_of(read_json("")), "nothing instead of JSON");
  EXPECT_EQ(fault_of(read_json(" \r\n")), "nothing instead of JSON");
  EXPECT_EQ(fault_of(read_json("<!DOCTYPE html><html><body>log in</body></html>")), "a web page instead of JSON");
  EXPECT_EQ(fault_of(read_json("<!-- x --><HTML>")), "a web page instead of JSON");
  EXPECT_EQ(fault_of(read_json("<?xml version='1.0'?><a/>")), "XML instead of JSON");
  EXPECT_EQ(fault_of(read_json("Unauthorized")), "\"Unauthorized\" instead of JSON");
  EXPECT_EQ(fault_of(read_json("please\x01 come again after somebody has switched this on")),
            "\"please come again after somebody has ...\" instead of JSON");
}

TEST(Json, that_is_broken_is_named_with_line_and_column) {
  EXPECT_EQ(fault_of(read_json("{\"a\": 1,\n \"b\" 2}")), "broken JSON at line 2, column 6");
  EXPECT_EQ(fault_of(read_json("{\"a\": 1} x")), "broken JSON at line 1, column 10");
  EXPECT_EQ(fault_of(read_json("{\"a\": [1, 2")), "JSON that ends too early");
  EXPECT_EQ(fault_of(read_json("{\"a\":\"\xff\"}")), "broken JSON at line 1, column 7");
  EXPECT_EQ(fault_of(read_json("[1,,2]")), "broken JSON at line 1, column 4");
}

TEST(Json, with_empty_places_is_read_when_that_is_expected) {
  const auto tree = read_json("[ , 1,,\"a,,\\\"[,\", [,], {\"x\":[]} ,]", Strictness::lenient);
  ASSERT_TRUE(tree) << fault_of(tree);
  EXPECT_EQ(json_of(*tree), "[null,1,null,\"a,,\\\"[,\",[null,null],{\"x\":[]},null]");
  EXPECT_EQ(fault_of(read_json("{\"a\":1,,\"b\":2}", Strictness::lenient)), "broken JSON at line 1, column 8");
  EXPECT_EQ(fault_of(read_json("[,,1 2]", Strictness::lenient)), "broken JSON at line 1, column 6");
}

TEST(Json, deeper_or_larger_than_any_device_needs_is_refused) {
  const auto nested = [](std::size_t deep) { return std::string(deep, '[') + std::string(deep, ']'); };
  EXPECT_TRUE(read_json(nested(64)));
  EXPECT_EQ(fault_of(read_json(nested(65))), "JSON nested deeper than 64");
  EXPECT_EQ(fault_of(read_json(nested(500'000))), "JSON nested deeper than 64");
  std::string many = "[1";
  for (int i = 0; i < 100'000; ++i) many += ",1";
  EXPECT_EQ(fault_of(read_json(many + "]")), "JSON of more than 100000 items");
}

TEST(Xml, is_a_tree_of_elements_attributes_and_text) {
  const auto tree = read_xml(R"(<?xml version="1.0"?>
<root xmlns="urn:x" xmlns:d="urn:y"><Device Name="MP" d:Serial="7"><Measurements>
  <Measurement Value="231.4" Unit="V" Type="AC_Voltage"/><Measurement Unit="A" Type="AC_Current"/>
</Measurements></Device><d:sn> 1220 &amp; <![CDATA[<3>]]></d:sn></root>)");
  ASSERT_TRUE(tree) << fault_of(tree);
  EXPECT_EQ(at(*tree, {"root", "Device", "@Name"}), "MP");
  EXPECT_EQ(at(*tree, {"root", "Device", "@Serial"}), "7");
  EXPECT_EQ(at(*tree, {"root", "Device", "Measurements", "Measurement", "1", "@Type"}), "AC_Current");
  EXPECT_EQ(at(*tree, {"root", "sn", "#"}), "1220 & <3>");
  EXPECT_EQ(at(*tree, {"root", "@xmlns"}), "(not there)");
}

TEST(Xml, expands_no_entities_of_its_own) {
  const auto tree =
      read_xml("<!DOCTYPE a [<!ENTITY b \"boom\"><!ENTITY c SYSTEM \"file:///etc/passwd\">]><a>&b;&c;</a>");
  ASSERT_TRUE(tree) << fault_of(tree);
  EXPECT_EQ(at(*tree, {"a", "#"}), "&b;&c;");
}

TEST(Xml, says_what_was_got_instead) {
  EXPECT_EQ(fault_of(read_xml("  ")), "nothing instead of XML");
  EXPECT_EQ(fault_of(read_xml("{\"a\":1}")), "JSON instead of XML");
  EXPECT_EQ(fault_of(read_xml("<html><head></head></html>")), "a web page instead of XML");
  EXPECT_EQ(fault_of(read_xml("Access denied")), "\"Access denied\" instead of XML");
  EXPECT_EQ(fault_of(read_xml("<a>\n <b></c></a>")), "broken XML at line 2, column 7");
  EXPECT_THAT(fault_of(read_xml("<a><b>1</b>")), HasSubstr("XML that ends too early"));
}

TEST(Xml, deeper_or_larger_than_any_device_needs_is_refused) {
  std::string deep;
  for (int i = 0; i < 100'000; ++i) deep += "<a>";
  for (int i = 0; i < 100'000; ++i) deep += "</a>";
  EXPECT_EQ(fault_of(read_xml(deep)), "XML nested deeper than 64");
  std::string many = "<a>";
  for (int i = 0; i < 100'001; ++i) many += "<b/>";
  EXPECT_EQ(fault_of(read_xml(many + "</a>")), "XML of more than 100000 items");
}

TEST(Csv, is_rows_of_cells_without_blanks_around_them) {
  const auto tree = read_csv("MTU, Time ,Power\r\nSolar,07/14/2026 13:15:44,-3.118\r\n\r\n\"a \"\"b\"\",\n\" , ,");
  ASSERT_TRUE(tree) << fault_of(tree);
  ASSERT_EQ(tree->items.size(), 3U);
  EXPECT_EQ(at(*tree, {"0", "1"}), "Time");
  EXPECT_EQ(at(*tree, {"1", "2"}), "-3.118");
  EXPECT_EQ(at(*tree, {"2", "0"}), "a \"b\",\n");
  EXPECT_EQ(tree->items[2].items.size(), 3U);
  const auto tabs = read_csv("\ta\tb\n", '\t');
  ASSERT_TRUE(tabs);
  EXPECT_EQ(at(*tabs, {"0", "2"}), "b");
}

TEST(Csv, says_what_was_got_instead) {
  EXPECT_EQ(fault_of(read_csv("\n\n")), "nothing instead of CSV");
  EXPECT_EQ(fault_of(read_csv("<!doctype html>\n<html>")), "a web page instead of CSV");
  EXPECT_EQ(fault_of(read_csv("{\"error\":1}")), "JSON instead of CSV");
  EXPECT_EQ(fault_of(read_csv("a,b\nc,\"d\" e\n")), "broken CSV at line 2, column 7");
  EXPECT_EQ(fault_of(read_csv("a,b\nc, \"d e\n")), "broken CSV at line 2, column 3");
}

TEST(Shortened, fits_one_line_and_breaks_no_character) {
  EXPECT_EQ(shortened("  a\r\n\tb\x7F "), "a b ");
  EXPECT_EQ(shortened("12345678\xC3\xA4\xC3\xA4xx", 12), "12345678...");
  EXPECT_EQ(shortened("123456789012", 12), "123456789012");
}

// --- Whatever a tree is ---------------------------------------------------------------------------------------------

std::string any_word() {
  return *rc::gen::nonEmpty(
      rc::gen::container<std::string>(rc::gen::element('a', 'Z', '-', '7', '&', '"', ',', ' ', '<', '\n', '\t', ';')));
}

Tree text_of(std::string text) {
  Tree tree;
  tree.kind = Tree::Kind::text;
  tree.text = std::move(text);
  return tree;
}

Tree any_json(int depth) {
  Tree tree;
  tree.kind = static_cast<Tree::Kind>(*rc::gen::inRange(0, depth > 0 ? 6 : 4));
  if (tree.kind == Tree::Kind::truth) tree.text = "true";
  if (tree.kind == Tree::Kind::number) tree.text = *rc::gen::element<std::string>("0", "-17", "1.50", "3e-7");
  if (tree.kind == Tree::Kind::text) tree.text = any_word();
  if (tree.is_scalar() || tree.kind == Tree::Kind::nothing) return tree;
  const int items = *rc::gen::inRange(0, 4);
  for (int i = 0; i < items; ++i) {
    tree.items.push_back(any_json(depth - 1));
    if (tree.kind == Tree::Kind::object) tree.items.back().name = any_word();
  }
  return tree;
}

Tree any_element(int depth) {
  Tree tree;
  tree.kind = Tree::Kind::object;
  int names = 0;
  const auto member = [&](Tree each, std::string name) {
    each.name = std::move(name);
    tree.items.push_back(std::move(each));
  };
  if (*rc::gen::arbitrary<bool>()) member(text_of(any_word()), "@type");
  const int elements = depth > 0 ? *rc::gen::inRange(0, 3) : 0;
  for (int i = 0; i < elements; ++i) {
    Tree each = any_element(depth - 1);
    if (*rc::gen::arbitrary<bool>()) {
      Tree list;
      list.kind = Tree::Kind::list;
      list.items = {each, any_element(0)};
      each = list;
    }
    member(each, "element" + std::to_string(names++));
  }
  if (*rc::gen::arbitrary<bool>()) member(text_of("a" + any_word() + "b"), "#");
  return tree;
}

RC_GTEST_PROP(Trees, as_json_are_read_as_they_were, ()) {
  const Tree tree = any_json(3);
  const auto again = read_json(json_of(tree));
  RC_ASSERT(again.has_value());
  RC_ASSERT(*again == tree);
  RC_ASSERT(*read_json(json_of(tree), Strictness::lenient) == tree);
}

RC_GTEST_PROP(Trees, as_xml_are_read_as_they_were, ()) {
  Tree tree;
  tree.kind = Tree::Kind::object;
  tree.items.push_back(any_element(3));
  tree.items[0].name = "root";
  const auto again = read_xml(xml_of(tree));
  RC_ASSERT(again.has_value());
  RC_ASSERT(*again == tree);
}

RC_GTEST_PROP(Trees, as_csv_are_read_as_they_were, ()) {
  Tree table;
  table.kind = Tree::Kind::list;
  table.items.resize(*rc::gen::inRange<std::size_t>(1, 4));
  for (Tree& row : table.items) {
    row.kind = Tree::Kind::list;
    row.items.resize(*rc::gen::inRange<std::size_t>(1, 4));
    for (Tree& cell : row.items) cell = text_of(*rc::gen::arbitrary<bool>() ? any_word() : "x");
  }
  const char separator = *rc::gen::element(',', ';', '\t');
  const auto again = read_csv(csv_of(table, separator), separator);
  RC_ASSERT(again.has_value());
  RC_ASSERT(*again == table);
}

RC_GTEST_PROP(Trees, of_any_bytes_are_trees_or_faults_with_words, (const std::string& bytes)) {
  const std::string text = *rc::gen::element<std::string>("", "{", "[", "<a>", "\"", "<a ") + bytes;
  for (const auto& result : {read_json(text), read_json(text, Strictness::lenient), read_xml(text), read_csv(text)})
    RC_ASSERT(result.has_value() || !result.error().text.empty());
}

}  // namespace
}  // namespace wire
