#include "wire/json.hpp"

#include <gtest/gtest.h>

#include <limits>

namespace wire {
namespace {

TEST(JsonWriter, writes_objects_and_lists_in_the_order_of_the_calls) {
  JsonWriter json;
  json.open_object().text("name", "sun").open_list("asks");
  json.open_object().whole("every", 5).close();
  json.text({}, "bare").close();
  json.open_object("empty").close().open_list("none").close();
  json.yes_no("on", true).nothing("else").number("share", 0.5).close();
  EXPECT_EQ(json.document(), R"({
  "name": "sun",
  "asks": [
    {
      "every": 5
    },
    "bare"
  ],
  "empty": {},
  "none": [],
  "on": true,
  "else": null,
  "share": 0.5
})");
}

TEST(JsonWriter, numbers_that_json_does_not_know_are_null) {
  JsonWriter json;
  json.open_list().number({}, std::numeric_limits<double>::quiet_NaN());
  json.number({}, -std::numeric_limits<double>::infinity()).close();
  EXPECT_EQ(json.document(), "[\n  null,\n  null\n]");
}

TEST(JsonText, quotes_backslashes_and_control_characters_are_escaped) {
  EXPECT_EQ(json_text("a\"b\\c\nd\x01"), R"("a\"b\\c\nd\u0001")");
  EXPECT_EQ(json_text(std::string_view{"\0", 1}), R"("\u0000")");
}

TEST(JsonText, whole_characters_stay_and_broken_ones_are_replaced) {
  EXPECT_EQ(json_text("ä€😀"), "\"ä€😀\"");
  for (const char* broken : {"\xFF", "\xC0", "\x80", "\xC3"}) EXPECT_EQ(json_text(broken), "\"\xEF\xBF\xBD\"");
  EXPECT_EQ(json_text("\xED\xA0\x80"), "\"\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD\"");  // half a surrogate pair
  EXPECT_EQ(json_text("\xE2\x82"), "\"\xEF\xBF\xBD\xEF\xBF\xBD\"");                  // cut short
}

TEST(JsonWriterDeathTest, more_closed_than_opened_is_a_mistake_of_ours) {
  EXPECT_DEATH(JsonWriter{}.close(), "more is closed");
}

}  // namespace
}  // namespace wire
