// The dialect of config.json: one test per row of the table in spec/config.md §1.2, and one per mistake people make.
#include "app/config/dialect.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <string>

namespace app {
namespace {

Document read(std::string_view text) {
  auto document = read_dialect(text, "config.json");
  if (!document) {
    ADD_FAILURE() << words(document.error()) << "\nin: " << text;
    return {};
  }
  return std::move(*document);
}

std::string refusal(std::string_view text) {
  const auto document = read_dialect(text, "config.json");
  return document ? "it was accepted" : words(document.error());
}

std::string text_at(const Document& document, std::string_view path) {
  const Value* value = document.root.at(path);
  return value == nullptr ? "no such key" : shown(*value);
}

double number_at(const Document& document, std::string_view path) {
  const Value* value = document.root.at(path);
  return value == nullptr ? -1 : number_of(*value).value_or(-2);
}

// --- Rows of the table -----------------------------------------------------------------------------------------------

TEST(Dialect, commas_before_a_closing_bracket_are_accepted) {
  const Document document = read("{\"a\": [1, 2,], \"b\": {\"c\": 3,},}");
  EXPECT_EQ(number_at(document, "b.c"), 3);
  ASSERT_EQ(document.root.find("a")->children.size(), 2U);
  EXPECT_TRUE(document.findings.empty());
}

TEST(Dialect, comments_end_a_line_and_fill_a_line) {
  const Document document = read(
      "# first\n{\n  // second\n  \"a\": 1, # note\n\t// third\n  \"b\": 2, // note\n  \"c\": 3// note\n}\n# last\n// "
      "last");
  EXPECT_EQ(number_at(document, "a"), 1);
  EXPECT_EQ(number_at(document, "b"), 2);
  EXPECT_EQ(number_at(document, "c"), 3);
  EXPECT_EQ(document.root.find("c")->line, 7);
  EXPECT_TRUE(document.findings.empty());
}

TEST(Dialect, comments_between_slashes_and_stars_may_span_lines) {
  const Document document = read("/* head\n   of the file */ {\n \"a\": /* why */ 1, /* one\n two */ \"b\": 2\n}");
  EXPECT_EQ(number_at(document, "a"), 1);
  EXPECT_EQ(number_at(document, "b"), 2);
  EXPECT_EQ(document.root.find("b")->line, 4);
}

TEST(Dialect, nothing_inside_quotes_is_a_comment) {
  const Document document =
      read(R"({"p": "pa#ss", "q": 'a // b', "r": "/* no */", "s": "http://host/x#y", "t": " # "})");
  EXPECT_EQ(text_at(document, "p"), "\"pa#ss\"");
  EXPECT_EQ(text_at(document, "q"), "\"a // b\"");
  EXPECT_EQ(text_at(document, "r"), "\"/* no */\"");
  EXPECT_EQ(text_at(document, "s"), "\"http://host/x#y\"");
  EXPECT_EQ(text_at(document, "t"), "\" # \"");
}

TEST(Dialect, addresses_without_quotes_keep_their_slashes) {
  EXPECT_EQ(text_at(read("{port: socket://10.0.0.7:4001, b: 1}"), "port"), "socket://10.0.0.7:4001");
  EXPECT_EQ(text_at(read("port: rfc2217://adapter:23 // note\nb: 1"), "port"), "rfc2217://adapter:23");
}

TEST(Dialect, a_missing_comma_between_two_members_is_named_with_its_line) {
  const Document document = read(
      "{\n  \"vehicle\": {\n    \"HomeAssistant\": {\n      \"url\": \"\"\n    }\n    \"TeslaMate\": {\n      "
      "\"enabled\": false\n    }\n  }\n}");
  EXPECT_EQ(text_at(document, "vehicle.TeslaMate.enabled"), "false");
  ASSERT_EQ(document.findings.size(), 1U);
  EXPECT_EQ(document.findings[0].severity, Severity::warning);
  EXPECT_EQ(words(document.findings[0]),
            "config.json:5:6: a comma is missing here, after the value of \"HomeAssistant\"; it was read as if it were "
            "there");
}

TEST(Dialect, a_missing_comma_is_found_on_one_line_too) {
  for (const char* text : {"{\"a\": 1 \"b\": 2}", "{a: 1 b: 2}", "{a: 'x' b: 2}", "{\"a\": true\n \"b\": 2}",
                           "{\"a\": [1 \"x\"] \"b\": 2}"}) {
    const Document document = read(text);
    EXPECT_EQ(number_at(document, "b"), 2) << text;
    EXPECT_FALSE(document.findings.empty()) << text;
  }
}

TEST(Dialect, two_commas_in_a_row_are_an_error_with_a_line) {
  EXPECT_EQ(refusal("{\n\"a\": 1,, \"b\": 2}"),
            "config.json:2:8: there is a comma too many after the value of \"a\"; remove it");
  EXPECT_EQ(refusal("{, \"a\": 1}"), "config.json:1:2: a comma stands before the first value; remove it");
}

TEST(Dialect, keys_need_no_quotes) {
  const Document document = read("{a: 1, b : 2, c:3, d:\"x\", 'e': 5}");
  EXPECT_EQ(number_at(document, "a"), 1);
  EXPECT_EQ(number_at(document, "b"), 2);
  EXPECT_EQ(number_at(document, "c"), 3);
  EXPECT_EQ(text_at(document, "d"), "\"x\"");
  EXPECT_EQ(number_at(document, "e"), 5);
}

TEST(Dialect, single_quotes_hold_texts) {
  const Document document = read("{'a': 'it''s', 'b': 'say \"x\"', 'c': 'back\\slash'}");
  EXPECT_EQ(text_at(document, "a"), "\"it's\"");
  EXPECT_EQ(text_at(document, "b"), "\"say \"x\"\"");
  EXPECT_EQ(text_at(document, "c"), "\"back\\slash\"");
}

TEST(Dialect, a_file_without_any_bracket_is_read) {
  const Document document = read(
      "config:\n  wiringMaxAmpsAllTWCs: 16   # breaker 20 A\n  settingsPath: /etc/twcmanager // here\nname: Bob's "
      "house\nlist:\n- 1\n- two\n- {a: 3}\n"
      "note: |\n  # not a comment\n  // nor this\nlast: yes\n");
  EXPECT_EQ(number_at(document, "config.wiringMaxAmpsAllTWCs"), 16);
  EXPECT_EQ(text_at(document, "config.settingsPath"), "/etc/twcmanager");
  EXPECT_EQ(text_at(document, "name"), "Bob's house");
  ASSERT_EQ(document.root.find("list")->children.size(), 3U);
  EXPECT_EQ(document.root.find("note")->text, "# not a comment\n// nor this\n");
  EXPECT_EQ(document.root.find("last")->line, 12);
}

TEST(Dialect, many_words_are_booleans) {
  for (const char* yes : {"true", "True", "TRUE", "yes", "Yes", "on", "ON", "\"true\"", "1"}) {
    EXPECT_EQ(yes_of(*read("{a: " + std::string{yes} + "}").root.find("a")), true) << yes;
  }
  for (const char* no : {"false", "False", "no", "No", "off", "\"off\"", "0"}) {
    EXPECT_EQ(yes_of(*read("{a: " + std::string{no} + "}").root.find("a")), false) << no;
  }
  for (const char* neither : {"maybe", "2", "[]", "null", "\"\""}) {
    EXPECT_EQ(yes_of(*read("{a: " + std::string{neither} + "}").root.find("a")), std::nullopt) << neither;
  }
}

TEST(Dialect, null_has_three_spellings) {
  const Document document = read("{a: null, b: ~, c:, d: , \"e\":}");
  for (const char* key : {"a", "b", "c", "d", "e"})
    EXPECT_EQ(document.root.find(key)->kind, Value::Kind::nothing) << key;
  EXPECT_EQ(read("a:\nb: 1").root.find("a")->kind, Value::Kind::nothing);
}

TEST(Dialect, the_last_of_two_equal_keys_counts_and_both_lines_are_named) {
  const Document document = read("{\"a\": 1,\n\"b\": 2,\n\"a\": 3}");
  EXPECT_EQ(number_at(document, "a"), 3);
  ASSERT_EQ(document.findings.size(), 1U);
  EXPECT_EQ(words(document.findings[0]),
            "config.json:3: \"a\" stands here a second time, after line 1; the last one counts, remove the other");
}

TEST(Dialect, numbers_have_many_spellings) {
  const std::pair<const char*, double> spellings[] = {
      {"1e3", 1000},   {"010", 8},        {"0x10", 16},       {"12.5", 12.5},   {"-3", -3},
      {"+4", 4},       {"1_000", 1000},   {"\"8123\"", 8123}, {"'16.5'", 16.5}, {"\" 7 \"", 7},
      {"\"010\"", 10}, {"\"1e3\"", 1000}, {".5", 0.5}};
  for (const auto& [text, number] : spellings) {
    EXPECT_EQ(number_at(read("{a: " + std::string{text} + "}"), "a"), number) << text;
  }
  for (const char* text : {"NaN", ".nan", "inf", "Infinity", ".inf", "1e999", "12 A", "twelve", "\"\"", "0x", "1.2.3",
                           "--1", "true", "12:30", "[1]", "nan", "0x1g"}) {
    EXPECT_EQ(number_of(*read("{a: " + std::string{text} + "}").root.find("a")), std::nullopt) << text;
  }
}

TEST(Dialect, a_time_of_day_stays_a_text) {
  EXPECT_EQ(text_at(read("{a: 12:30, b: 1}"), "a"), "12:30");
  EXPECT_EQ(text_at(read("a: 12:30"), "a"), "12:30");
}

TEST(Dialect, tabs_are_blanks) {
  EXPECT_EQ(number_at(read("\t{\t\"a\"\t:\t1\t,\n\t\t\"b\":\t2\t}\t"), "b"), 2);
  EXPECT_EQ(number_at(read("config:\n\ta: 1\n\tb: 2\n"), "config.b"), 2);
}

// --- What editors and other programs leave behind
// ---------------------------------------------------------------------

TEST(Dialect, byte_order_marks_carriage_returns_and_latin_letters_are_survived) {
  const Document document = read(
      "\xEF\xBB\xBF{\r\n\"a\": \"Stra\xDF"
      "e\",\r\n\"b\": 2\r\n}\r\n");
  EXPECT_EQ(text_at(document, "a"), "\"Straße\"");
  EXPECT_EQ(document.root.find("b")->line, 3);
  ASSERT_EQ(document.findings.size(), 1U);
  EXPECT_EQ(document.findings[0].line, 2);
}

TEST(Dialect, escapes_of_json_are_understood_and_halves_of_letters_joined) {
  const Document document = read(R"({"a": "\ud83d\ude00", "b": "\/x\"\\\u00e9", "c": "\ud83d!"})");
  EXPECT_EQ(document.root.find("a")->text, "😀");
  EXPECT_EQ(document.root.find("b")->text, "/x\"\\é");
  EXPECT_EQ(document.root.find("c")->text, "\uFFFD!");
}

TEST(Dialect, a_colon_may_stand_on_the_next_line) {
  const Document document = read("{\"a\"\n  // why\n: 1,\n\"b\": 2}");
  EXPECT_EQ(number_at(document, "a"), 1);
  EXPECT_EQ(document.root.find("b")->line, 4);
}

// --- Mistakes, each with its sentence --------------------------------------------------------------------------------

struct Mistake {
  const char* text;
  const char* sentence;
};

TEST(Dialect, every_mistake_has_one_sentence_with_place_key_and_remedy) {
  const Mistake mistakes[] = {
      {"", "config.json: the file is empty; it needs at least a section \"config\" with wiringMaxAmpsAllTWCs"},
      {"// nothing\n",
       "config.json: the file is empty; it needs at least a section \"config\" with wiringMaxAmpsAllTWCs"},
      {"{\"a\": {\"b\": 1,\n \"c\": 2",
       "config.json:1:7: the { that begins here is never closed (nearest key \"c\" on line 2); add the missing }"},
      {"{\"a\": [1, 2}",
       "config.json:1:12: this } does not close the [ of line 1 (nearest key \"a\" on line 1); a ] is missing before "
       "it"},
      {"{\"a\": 1}}",
       "config.json:1:9: there is text after the end of the settings (nearest key \"a\" on line 1); a closing bracket "
       "stands too early, or a piece was pasted twice"},
      {"{\"a\": 1}\n{\"b\": 2}",
       "config.json:2:1: there is text after the end of the settings (nearest key \"a\" on line 1); a closing bracket "
       "stands too early, or a piece was pasted twice"},
      {"a: 1\n}", "config.json:2:1: this } closes nothing (nearest key \"a\" on line 1); remove it"},
      {"{\n  \"a\": \"x,\n  \"b\": 1}",
       "config.json:2:8: the text that begins here has no closing \" on its line (nearest key \"a\" on line 2); close "
       "it, or write a \" inside a text as \\\""},
      {"{\"p\": \"pa\"ss\", \"b\": 1}",
       "config.json:1: after the value of \"p\" neither a comma nor a closing bracket follows; a quote inside a text "
       "is written \\\""},
      {"{\"enabled\" true}",
       "config.json:1:12: \"enabled\" is not followed by a colon; write \"enabled\": and its value"},
      {"{\"a\":: 1}",
       "config.json:1:6: there is a colon too many (nearest key \"a\" on line 1); write each member as \"name\": "
       "value"},
      {"{\"a\": [b: 1]}",
       "config.json:1:9: there is a colon inside a list (nearest key \"a\" on line 1); a list of named values is "
       "written {\"name\": value}"},
      {"{\"a\": 1 {}}",
       "config.json:1:9: a { follows a finished value (nearest key \"a\" on line 1); a comma and a name are missing "
       "before it"},
      {"{{}}", "config.json:1:2: a { stands where a name is expected; write \"name\": before it"},
      {"{\"a\": \"\\d\"}",
       "config.json:1:8: \\d inside a text means nothing (nearest key \"a\" on line 1); write a backslash as \\\\"},
      {"{\"a\": 1 /* why }",
       "config.json:1:9: the comment that begins here is never closed (nearest key \"a\" on line 1); add */"},
      {"{\"a\": *x}",
       "config.json:1:7: a text that begins with one of * & ! @ % ` | > must stand in quotes (nearest key \"a\" on "
       "line 1)"},
      {"a: 1\nb: @x",
       "config.json:2:4: a text that begins with one of * & ! @ % ` | > must stand in quotes (nearest key \"b\" on "
       "line 2)"},
      {"a: &x [1, 2]\nb: *x",
       "config.json:2:4: a reference (*name) is not understood here; write the value itself, in quotes if it begins "
       "with * (nearest key \"b\" on line 2)"},
      {"a: 1\n  b: 2",
       "config.json:2:4: there is a colon where none is expected; check the indentation, or put the text in quotes "
       "(nearest key \"a\" on line 1)"},
      {"a:\n  - b\n c: 1",
       "config.json:3:2: the indentation does not fit the lines before; align it with its neighbours (nearest key "
       "\"a\" on line 1)"},
      {"{\"a\": 1\x01}",
       "config.json:1:8: there is a control character (code 1) here; the file is damaged or is not text: remove the "
       "character"},
      {"\xFF\xFE{", "config.json:1: the file is in UTF-16; save it as UTF-8"},
  };
  for (const Mistake& mistake : mistakes) EXPECT_EQ(refusal(mistake.text), mistake.sentence) << mistake.text;
}

TEST(Dialect, the_column_is_that_of_the_file_although_the_text_was_rewritten) {
  EXPECT_EQ(refusal("{\"ä\" /* x */ :1, \"b\":*x}"),
            "config.json:1:22: a text that begins with one of * & ! @ % ` | > must stand in quotes (nearest key \"b\" "
            "on line 1)");
}

// --- Bounds ----------------------------------------------------------------------------------------------------------

TEST(Dialect, size_depth_and_references_are_bounded) {
  EXPECT_EQ(refusal(std::string(greatest_text + 1, ' ')),
            "config.json: the file is larger than 1 MiB; this is not a configuration");
  EXPECT_NE(refusal(std::string(100'000, '[')).find("more than 48 brackets are open here"), std::string::npos);
  std::string stairs;
  for (int i = 0; i < 100; ++i) stairs += std::string(static_cast<std::size_t>(i), ' ') + "a:\n";
  EXPECT_NE(refusal(stairs).find("more than 48 levels are nested here"), std::string::npos);
  std::string dashes;
  for (int i = 0; i < 50'000; ++i) dashes += "- ";
  EXPECT_NE(refusal(dashes).find("levels are nested here"), std::string::npos);
  EXPECT_NE(refusal("a: &a [x, x]\nb: &b [*a, *a]\nc: &c [*b, *b]\n").find("a reference"), std::string::npos);
  std::string many = "[";
  for (int i = 0; i < 200'000; ++i) many += "1,";
  EXPECT_NE(refusal(many + "]").find("more than 100000 values"), std::string::npos);
}

RC_GTEST_PROP(Dialect, no_bytes_crash_the_reader, (const std::string& bytes)) {
  const auto document = read_dialect(bytes, "f");
  if (!document) RC_ASSERT(!document.error().text.empty() && document.error().text.find('\n') == std::string::npos);
}

RC_GTEST_PROP(Dialect, no_mixture_of_its_own_signs_crashes_the_reader, ()) {
  const auto pieces = *rc::gen::container<std::vector<std::string>>(rc::gen::element<std::string>(
      "{", "}", "[", "]", ",", ":", "\"", "'", "\n", " ", "\t", "#", "//", "/*", "*/", "a", "b", "1", "-", "- ", "? ",
      "|", ">", "&x ", "*x", "!", "\\", "\\u", "d800", "a:", "\"k\": ", "---\n", "...\n", "%YAML 1.1\n", "~", "null",
      "\xC3", "\xE2\x82\xAC", "<<: "));
  std::string text;
  for (const std::string& piece : pieces) text += piece;
  const auto document = read_dialect(text, "f");
  if (!document) RC_ASSERT(!document.error().text.empty() && document.error().line >= 0);
}

RC_GTEST_PROP(Dialect, a_text_survives_quoting, (const std::string& raw)) {
  std::string text;
  std::string quoted;
  for (const char c : raw) {
    if (c < 0x20 || c == 0x7F) continue;
    text += c;
    if (c == '"' || c == '\\') quoted += '\\';
    quoted += c;
  }
  const auto document = read_dialect("{\"k\": \"" + quoted + "\"}", "f");
  RC_ASSERT(document.has_value());
  RC_ASSERT(document->root.find("k")->text == text);
}

}  // namespace
}  // namespace app
