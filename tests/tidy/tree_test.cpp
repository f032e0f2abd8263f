// Holds every source of the project against the rules of docs/STYLE.md.
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <set>

#include "tidy/rules.hpp"

namespace tidy {
namespace {

namespace fs = std::filesystem;

std::string whole(const fs::path& path) {
  std::ifstream in(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
}

/// The files below these folders of the project that end so, in order.
std::vector<Source> sources(const std::vector<std::string>& folders, const std::set<std::string>& endings) {
  const fs::path top = TWC_SOURCE_DIR;
  std::vector<Source> found;
  for (const auto& folder : folders) {
    if (!fs::exists(top / folder)) continue;
    for (const auto& entry : fs::recursive_directory_iterator(top / folder)) {
      if (!entry.is_regular_file() || endings.count(entry.path().extension().string()) == 0) continue;
      found.push_back({fs::relative(entry.path(), top).generic_string(), whole(entry.path())});
    }
  }
  std::sort(found.begin(), found.end(), [](const Source& a, const Source& b) { return a.path < b.path; });
  return found;
}

const std::vector<Source>& program() {
  static const auto all = sources({"src"}, {".cpp", ".hpp"});
  return all;
}
const std::vector<Source>& page() {
  static const auto all = sources({"web/src"}, {".ts", ".svelte", ".css"});
  return all;
}
const std::vector<Source>& tests() {
  static const auto all = sources({"tests", "bench", "fuzz"}, {".cpp", ".hpp", ".mjs"});
  return all;
}

void expect_none(const std::vector<Source>& files, Faults (*rule)(const Source&)) {
  for (const auto& file : files) {
    for (const auto& fault : rule(file)) ADD_FAILURE() << fault;
  }
}

TEST(Tree, is_where_the_rules_look_for_it) {
  EXPECT_GT(program().size(), 20U);
  EXPECT_GT(page().size(), 5U);
  EXPECT_GT(tests().size(), 5U);
}

TEST(Tree, files_are_for_one_sitting) {
  expect_none(program(), too_long);
  expect_none(page(), too_long);
  expect_none(tests(), too_long);
}

TEST(Tree, files_open_with_the_problem_they_solve) {
  expect_none(program(), without_opening);
  expect_none(page(), without_opening);
}

TEST(Tree, names_say_what_a_thing_is) {
  expect_none(program(), empty_names);
  expect_none(page(), empty_names);
}

TEST(Tree, nothing_is_left_unfinished) {
  expect_none(program(), unfinished);
  expect_none(page(), unfinished);
}

TEST(Tree, below_the_shell_is_no_world) {
  expect_none(program(), touches_the_world);
}

TEST(Tree, layers_know_only_those_below_them) {
  expect_none(program(), against_the_direction);
}

TEST(Tree, each_foreign_library_has_one_home) {
  Users users;
  for (const auto& file : program()) collect_foreign(file, users);
  for (const auto& fault : spread_libraries(users)) ADD_FAILURE() << fault;
}

}  // namespace
}  // namespace tidy
