// Where numbers stand in answers.
#include "core/meter/path.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "wire/tree_text.hpp"

namespace core::meter {
namespace {

using testing::HasSubstr;

/// What stands at the end of a path, as JSON.
std::string at(const wire::Tree& tree, std::string_view path) {
  const auto read = read_path(path);
  if (!read) return read.error().text;
  const wire::Tree* place = find(tree, *read);
  return place == nullptr ? "(not there)" : wire::json_of(*place);
}

wire::Tree json(std::string_view text) {
  auto tree = wire::read_json(text);
  EXPECT_TRUE(tree) << text;
  return tree.value_or(wire::Tree{});
}

std::string fault_of(std::string_view text) {
  const auto path = read_path(text);
  return path ? "(none)" : path.error().text;
}

TEST(Path, leads_through_names_and_places) {
  const auto tree = json(R"({"801":{"170":{"101":5230}},"a":[10,[20,21],{"b":30}],"":1,"x/y~z":2,"*":3,"[q]":4})");
  EXPECT_EQ(at(tree, "/801/170/101"), "5230");
  EXPECT_EQ(at(tree, "/a/1/0"), "20");
  EXPECT_EQ(at(tree, "/a/-1/b"), "30");
  EXPECT_EQ(at(tree, "/a/-4"), "(not there)");
  EXPECT_EQ(at(tree, "/a/3"), "(not there)");
  EXPECT_EQ(at(tree, "/a/b"), "(not there)");
  EXPECT_EQ(at(tree, "/a/0/b"), "(not there)");
  EXPECT_EQ(at(tree, "/"), "1");
  EXPECT_EQ(at(tree, "/x~1y~0z"), "2");
  EXPECT_EQ(at(tree, "/~9"), "3");
  EXPECT_EQ(at(tree, "/~3q]"), "4");
  EXPECT_EQ(at(json("7"), ""), "7");
}

TEST(Path, takes_the_first_whatever_it_is_called) {
  const auto tree = json(R"([{"1784028000000":1462}])");
  EXPECT_EQ(at(tree, "/0/*"), "1462");
  EXPECT_EQ(at(tree, "/*/*"), "1462");
  EXPECT_EQ(at(json("[]"), "/*"), "(not there)");
  EXPECT_EQ(at(json("3"), "/*"), "(not there)");
}

TEST(Path, chooses_items_by_what_is_in_them) {
  const auto tree = json(
      R"([{"t":"eim","n":1,"w":10,"age":7},{"t":"EIM","n":2.0,"w":20},{"t":"inv","n":3,"w":30,"age":5,"a,b]":1},{"w":40,"age":"9"}])");
  EXPECT_EQ(at(tree, "/[t=eim]/w"), "10");
  EXPECT_EQ(at(tree, "/[t=EIM]/w"), "20");
  EXPECT_EQ(at(tree, "/[t!=eim]/w"), "20");
  EXPECT_EQ(at(tree, "/[t!=eim,t!=EIM]/w"), "30");
  EXPECT_EQ(at(tree, "/[t~Inv]/w"), "30");
  EXPECT_EQ(at(tree, "/[n=2]/w"), "20") << "numbers are compared as numbers";
  EXPECT_EQ(at(tree, "/[n>1.5,t=inv]/w"), "30");
  EXPECT_EQ(at(tree, "/[w<15]/w"), "10");
  EXPECT_EQ(at(tree, "/[least age]/w"), "30");
  EXPECT_EQ(at(tree, "/[most age]/w"), "40");
  EXPECT_EQ(at(tree, "/[ t ~ EIM , most n ]/w"), "20");
  EXPECT_EQ(at(tree, "/[age>1,t~eim,least age]/w"), "10");
  EXPECT_EQ(at(tree, "/[a~2b~4=1]/w"), "30");
  EXPECT_EQ(at(tree, "/[t=none]/w"), "(not there)");
  EXPECT_EQ(at(tree, "/[least t]/w"), "(not there)") << "words are no numbers";
}

TEST(Path, chooses_among_lists_and_scalars_too) {
  EXPECT_EQ(at(json(R"([["MTU",1],["Solar",2]])"), "/[0=Solar]/1"), "2");
  EXPECT_EQ(at(json(R"([["x",1],["x",2]])"), "/[most -1]/1"), "2");
  EXPECT_EQ(at(json(R"(["a","b"])"), "/[=b]"), "\"b\"");
  EXPECT_EQ(at(json("[3,1,2]"), "/[least]"), "1");
}

TEST(Path, takes_a_single_one_for_a_list_of_itself) {
  const auto tree = wire::read_xml(R"(<box><m type="power" value="3"/><n>7</n></box>)");
  ASSERT_TRUE(tree);
  EXPECT_EQ(at(*tree, "/box/m/[@type=power]/@value"), "\"3\"");
  EXPECT_EQ(at(*tree, "/box/m/[@type=volt]/@value"), "(not there)");
  EXPECT_EQ(at(*tree, "/box/n/[=7]/#"), "\"7\"");
}

TEST(Path, that_makes_no_sense_is_refused_with_its_column) {
  EXPECT_EQ(fault_of("a/b"), "column 1 of \"a/b\": a step begins with /");
  EXPECT_EQ(fault_of("/a/[b=c"), "column 8 of \"/a/[b=c\": a ] is missing");
  EXPECT_EQ(fault_of("/a/[b=c]d"), "column 9 of \"/a/[b=c]d\": behind a ] comes / or nothing");
  EXPECT_THAT(fault_of("/a/[b]"), HasSubstr("column 5 of \"/a/[b]\": a condition is like a=b"));
  EXPECT_THAT(fault_of("/a/[]"), HasSubstr("column 5"));
  EXPECT_EQ(fault_of("/[a>x]"), "column 5 of \"/[a>x]\": here stands a number");
  EXPECT_EQ(fault_of("/[a!b]"), "column 5 of \"/[a!b]\": behind ! comes =");
  EXPECT_EQ(fault_of("/a~"), "column 3 of \"/a~\": ~ stands only before a digit; itself it is ~0");
  EXPECT_EQ(fault_of("/a~x"), "column 3 of \"/a~x\": ~ stands only before a digit; itself it is ~0");
}

TEST(Path, can_be_written_where_the_value_begins_with_a_digit_or_a_sign) {
  const auto tree = json(R"([{"a":"1X"},{"a":"=y"},{"a":"~,]"}])");
  EXPECT_EQ(at(tree, "/[a~=1x]/a"), "\"1X\"");
  EXPECT_EQ(at(tree, "/[a~==Y]/a"), "\"=y\"");
  EXPECT_EQ(at(tree, "/[a=~0~2~4]/a"), "\"~,]\"");
}

std::string any_word() {
  return *rc::gen::container<std::string>(
      rc::gen::element('a', 'Z', '7', '~', '/', '[', ']', ',', '=', '!', '<', '>', '*', '-'));
}

Step any_step() {
  Step step;
  step.kind = *rc::gen::element(Step::Kind::name, Step::Kind::first, Step::Kind::filter);
  if (step.kind == Step::Kind::name) step.name = any_word();
  if (step.kind != Step::Kind::filter) return step;
  const int conditions = *rc::gen::inRange(1, 4);
  using Is = Step::Condition::Is;
  for (int i = 0; i < conditions; ++i) {
    const Is is = *rc::gen::element(Is::equal, Is::unequal, Is::alike, Is::above, Is::below, Is::least, Is::most);
    const bool bound = is == Is::above || is == Is::below;
    const bool extreme = is == Is::least || is == Is::most;
    step.conditions.push_back({any_word(), is, extreme ? "" : bound ? "-1.5" : any_word()});
  }
  return step;
}

RC_GTEST_PROP(Path, is_read_as_it_was_written, ()) {
  Path path;
  const int steps = *rc::gen::inRange(0, 5);
  for (int i = 0; i < steps; ++i) path.steps.push_back(any_step());
  const auto again = read_path(text_of(path));
  RC_ASSERT(again.has_value());
  RC_ASSERT(*again == path);
}

RC_GTEST_PROP(Path, of_any_text_is_one_or_a_fault_with_its_column, ()) {
  const std::string text = any_word() + any_word();
  const auto path = read_path(text);
  if (!path) RC_ASSERT(path.error().text.starts_with("column "));
  else RC_ASSERT(*read_path(text_of(*path)) == *path);
}

TEST(Path, that_ends_with_conditions_leads_to_all_that_meet_them) {
  const auto tree = wire::read_json(R"({"a":[{"k":"x","v":1},{"k":"y","v":2},{"k":"x","v":3}]})").value();
  const auto all = [&](std::string_view path) {
    std::string text;
    for (const wire::Tree* each : find_all(tree, read_path(path).value())) text += each->find("v")->text;
    return text;
  };
  EXPECT_EQ(all("/a"), "123");
  EXPECT_EQ(all("/a/[k=x]"), "13");
  EXPECT_EQ(all("/a/[k!=x]"), "2");
  EXPECT_EQ(all("/a/[k=x,v>1]"), "3");
  EXPECT_EQ(all("/b"), "");
}

}  // namespace
}  // namespace core::meter
