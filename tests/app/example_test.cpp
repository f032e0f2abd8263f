// The recommended file, twcmanager.yaml: what the table gives, what we ship, and what both are read as.
#include "app/config/example.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <sstream>

#include "app/config/configuration.hpp"
#include "app/config/dialect.hpp"
#include "app/config/keys.hpp"
#include "app/config/yaml_text.hpp"
#include "said.hpp"

namespace app {
namespace {

using ::testing::HasSubstr;
using ::testing::IsEmpty;

std::string content(const std::string& path) {
  std::ifstream in{std::string{TWC_SOURCE_DIR} + '/' + path};
  return {std::istreambuf_iterator<char>{in}, {}};
}

std::string replaced(std::string text, const std::string& what, const std::string& with) {
  const std::size_t at = text.find(what);
  EXPECT_NE(at, std::string::npos) << what;
  return at == std::string::npos ? text : text.replace(at, what.size(), with);
}

std::string filled_in() {
  return replaced(replaced(example_yaml(), "\n  wiringMaxAmpsAllTWCs:\n", "\n  wiringMaxAmpsAllTWCs: 16\n"),
                  "\n    port:\n", "\n    port: /dev/ttyUSB0\n");
}

TEST(Example, that_we_ship_is_what_the_table_gives) {
  EXPECT_EQ(content("packaging/twcmanager.example.yaml"), example_yaml())
      << "put the output of `twcmanager check --example` there";
}

TEST(Example, is_refused_until_both_empty_keys_are_filled_in) {
  EXPECT_NE(read_configuration(example_yaml(), "e").fatal(), nullptr);
  const Configuration c = read_configuration(filled_in(), "e");
  EXPECT_THAT(said(c, Severity::warning), IsEmpty());
  EXPECT_TRUE(c.acceptable());
  EXPECT_EQ(c.core.circuit, core::Amps::whole(16));
  EXPECT_EQ(c.bus.text, "/dev/ttyUSB0");
}

TEST(Example, has_every_key_that_is_used) {
  const std::string text = example_yaml();
  for (const Key& key : keys()) {
    const std::string name{key.path.substr(key.path.rfind('.') + 1)};
    if (key.use == Key::Use::now) { EXPECT_THAT(text, HasSubstr(name + ':')) << key.path; }
  }
}

TEST(Example, changes_nothing_when_every_default_is_put_in) {
  std::istringstream lines{filled_in()};
  std::string all;
  for (std::string line; std::getline(lines, line);) {
    if (line.starts_with("meters:")) break;  // parts need more than their defaults
    const std::size_t mark = line.find('#');
    const bool key = mark != std::string::npos && mark + 1 < line.size() && line[mark + 1] != ' ';
    if (key) line.erase(mark, 1);
    all += line + '\n';
  }
  const Configuration c = read_configuration(all, "e");
  EXPECT_THAT(said(c, Severity::note), IsEmpty());
  const Configuration least = read_configuration(filled_in(), "e");
  EXPECT_EQ(c.core.per_unit, least.core.per_unit);
  EXPECT_EQ(c.core.least, least.core.least);
  EXPECT_EQ(c.core.volts, least.core.volts);
  EXPECT_EQ(c.core.from_grid, least.core.from_grid);
  EXPECT_EQ(c.core.mode, least.core.mode);
  EXPECT_EQ(c.core.sun, least.core.sun);
  EXPECT_EQ(c.core.battery, least.core.battery);
  EXPECT_EQ(c.settings_path, least.settings_path);
  EXPECT_EQ(c.recorder.size, least.recorder.size);
  EXPECT_EQ(c.http.port, least.http.port);
}

// --- Trees as YAML
// -----------------------------------------------------------------------------------------------------

void expect_same(const Value& a, const Value& b, const std::string& path) {
  const bool text = a.kind == Value::Kind::word && !number_of(a) && !yes_of(a);  // quotes change nothing about it
  EXPECT_EQ(text && b.kind == Value::Kind::quoted ? Value::Kind::quoted : a.kind, b.kind) << path;
  EXPECT_EQ(a.text, b.text) << path;
  EXPECT_EQ(a.key, b.key) << path;
  ASSERT_EQ(a.children.size(), b.children.size()) << path;
  for (std::size_t i = 0; i < a.children.size(); ++i)
    expect_same(a.children[i], b.children[i], path + '/' + a.children[i].key);
}

void expect_round_trip(const std::string& text) {
  const auto once = read_dialect(text, "a");
  ASSERT_TRUE(once.has_value()) << text;
  const std::string yaml = yaml_of(once->root);
  const auto twice = read_dialect(yaml, "b");
  ASSERT_TRUE(twice.has_value()) << yaml << twice.error().text;
  EXPECT_THAT(twice->findings, IsEmpty()) << yaml;
  expect_same(once->root, twice->root, yaml);
}

TEST(YamlText, of_whole_files_is_read_as_the_same) {
  expect_round_trip(content("tests/app/fixtures/legacy.json"));
  expect_round_trip(content("packaging/config.example.json"));
  expect_round_trip(
      "{controller.Gen3TWCs: {devices: [{ip: a}, {ip: b, x: [[1, 2], [], {}]}]}, e: {}, l: [], n: , 'a b': ~}");
}

TEST(YamlText, of_whatever_the_fuzzer_found_is_read_as_the_same) {
  int read = 0;
  for (const auto& entry : std::filesystem::directory_iterator(TWC_SOURCE_DIR "/fuzz/corpus/config_fuzz")) {
    std::ifstream in{entry.path(), std::ios::binary};
    const std::string text{std::istreambuf_iterator<char>{in}, {}};
    const auto document = read_dialect(text, "a");
    if (!document || document->root.kind != Value::Kind::object || document->root.children.empty()) continue;
    ++read;
    expect_round_trip(text);
    if (HasFailure()) return;
  }
  EXPECT_GT(read, 10);
}

TEST(YamlText, keeps_what_could_be_mistaken) {
  for (const char* each : {"\"pa#ss\"",   "'a: b'",
                           "\"010\"",     "010",
                           "0x10",        "1e3",
                           "12:30",       "\"\"",
                           "\" x \"",     "\"null\"",
                           "null",        "\"~\"",
                           "\"- x\"",     "\"a\\\"b\\\\c\"",
                           "\"//x\"",     "\"http://a/b?c=d&e\"",
                           "\"@x\"",      "\"*x\"",
                           "true",        "\"true\"",
                           "\"...\"",     "\"---\"",
                           "\"/* x */\"", "-5",
                           "\"-5\"",      "+5",
                           ".5",          "grün",
                           "\"%x\"",      "\"a, b\"",
                           "\"[a]\"",     "\"a\\tb\""})
    expect_round_trip("{\"k\": " + std::string{each} + ", \"l\": [" + each + "]}");
  for (const char* key :
       {"\"010\"", "\"a: b\"", "\"#\"", "\"\"", "\"-\"", "\"null\"", "\"true\"", "\"1061\"", "\"main fuse\""})
    expect_round_trip("{\"x\": {" + std::string{key} + ": 1}}");
}

RC_GTEST_PROP(YamlText, of_any_text_is_that_text, (const std::string& text)) {
  std::string json = "\"";
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte < 0x20 || byte > 0x7E) continue;
    if (c == '"' || c == '\\') json += '\\';
    json += c;
  }
  json += '"';
  expect_round_trip("{\"x\": {" + json + ": " + json + "}}");
}

}  // namespace
}  // namespace app
