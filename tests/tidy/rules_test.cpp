// A rule that finds nothing may be a rule that looks at nothing: here each is shown what it must find and what not.
#include "tidy/rules.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace tidy {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

Source source(std::string path, std::string text) {
  return {std::move(path), std::move(text)};
}

TEST(Rules, a_layer_is_the_folder_below_src) {
  EXPECT_EQ(layer_of("src/core/bus/unit.hpp"), "core");
  EXPECT_EQ(layer_of("tests/core/unit_test.cpp"), "");
}

TEST(Rules, comments_strings_and_characters_are_no_code) {
  EXPECT_EQ(code_only("a // b\nc /* d\ne */ f"), "a     \nc     \n     f");
  EXPECT_EQ(code_only("x = \"a \\\" b\"; y = 'c';"), "x =         ; y =    ;");
  EXPECT_EQ(code_only("z = R\"q(a \" ) b)q\" + w;"), "z =                + w;");
  EXPECT_EQ(code_only("n = 10'000 + m;"), "n = 10'000 + m;");
  EXPECT_EQ(code_only("/* open"), "       ");
}

TEST(Rules, includes_are_found_in_both_forms) {
  EXPECT_THAT(includes("#include <thread>\n#  include \"core/door.hpp\"\n// #include <random>\n"),
              ElementsAre("thread", "core/door.hpp"));
}

TEST(Rules, a_file_of_601_lines_is_too_long_and_one_of_600_is_not) {
  EXPECT_THAT(too_long(source("src/a.cpp", std::string(601, '\n'))), SizeIs(1));
  EXPECT_THAT(too_long(source("src/a.cpp", std::string(600, '\n'))), IsEmpty());
}

TEST(Rules, a_file_opens_with_a_comment) {
  EXPECT_THAT(without_opening(source("src/a/b.hpp", "// Why.\n#pragma once\n")), IsEmpty());
  EXPECT_THAT(without_opening(source("src/a/b.hpp", "#pragma once\n\n// Why.\n")), IsEmpty());
  EXPECT_THAT(without_opening(source("src/a/b.hpp", "#pragma once\n#include <map>\n")), SizeIs(1));
  EXPECT_THAT(without_opening(source("src/a/b.hpp", "")), SizeIs(1));
}

TEST(Rules, the_cpp_of_a_header_needs_no_opening_of_its_own) {
  EXPECT_THAT(without_opening(source("src/a/b.cpp", "#include \"a/b.hpp\"\n")), IsEmpty());
  EXPECT_THAT(without_opening(source("src/a/b.cpp", "#include \"a/c.hpp\"\n")), SizeIs(1));
}

TEST(Rules, names_that_say_nothing_are_found_in_code_and_paths_only) {
  EXPECT_THAT(empty_names(source("src/a/b.hpp", "class BusManager;\n")),
              ElementsAre(HasSubstr("src/a/b.hpp:1: 'BusManager'")));
  for (const auto* code : {"struct StringUtils;", "struct ReplyHandler {};", "class LoopImpl;", "struct MeterBase {};",
                           "struct BaseMeter {};", "int ParseHelper();"}) {
    EXPECT_THAT(empty_names(source("src/a/b.hpp", code)), SizeIs(1)) << code;
  }
  for (const auto* code : {"// TWCManager did it\n", "auto name = \"TWCManager\";", "namespace base {}",
                           "struct Implied {};", "struct Database;", "class Reader : public YAML::EventHandler {};"}) {
    EXPECT_THAT(empty_names(source("src/a/b.hpp", code)), IsEmpty()) << code;
  }
  EXPECT_THAT(empty_names(source("src/a/string_utils.hpp", "")), SizeIs(1));
}

TEST(Rules, words_of_unfinished_work_are_found_in_comments_too) {
  EXPECT_THAT(unfinished(source("src/a/b.cpp", "int x;\n// todo: more\n")), ElementsAre(HasSubstr("src/a/b.cpp:2")));
  EXPECT_THAT(unfinished(source("src/a/b.cpp", "return 1; // stub")), SizeIs(1));
  EXPECT_THAT(unfinished(source("src/a/b.cpp", "using std::placeholders::_1; stubborn();")), IsEmpty());
}

TEST(Rules, below_the_shell_nothing_touches_the_world) {
  for (const auto* text : {"#include <thread>\n", "#include <boost/asio.hpp>\n", "#include <fstream>\n",
                           "#include <random>\n", "#include <sys/socket.h>\n",
                           "auto t = std::chrono::steady_clock::now();", "std::cerr << 1;", "getenv(\"HOME\");"}) {
    EXPECT_THAT(touches_the_world(source("src/core/a.cpp", text)), SizeIs(1)) << text;
    EXPECT_THAT(touches_the_world(source("src/shell/a.cpp", text)), IsEmpty()) << text;
  }
  EXPECT_THAT(touches_the_world(source("src/base/result.cpp", "std::fprintf(stderr, text);")), IsEmpty())
      << "a failed check may say so";
  EXPECT_THAT(
      touches_the_world(source("src/core/a.cpp",
                               "#include <chrono>\n// steady_clock::now\nstd::chrono::steady_clock::time_point t;")),
      IsEmpty());
}

TEST(Rules, a_layer_knows_only_those_below_it) {
  EXPECT_THAT(against_the_direction(source("src/base/a.hpp", "#include \"core/door.hpp\"\n")), SizeIs(1));
  EXPECT_THAT(against_the_direction(source("src/core/a.hpp", "#include \"shell/loop/loop.hpp\"\n")), SizeIs(1));
  EXPECT_THAT(against_the_direction(source("src/sim/a.hpp", "#include \"wire/twc.hpp\"\n")), SizeIs(1));
  EXPECT_THAT(against_the_direction(source("src/shell/a.hpp", "#include \"app/run.hpp\"\n")), SizeIs(1));
  EXPECT_THAT(against_the_direction(
                  source("src/core/a.hpp", "#include \"wire/twc.hpp\"\n#include \"base/units.hpp\"\n#include <map>\n")),
              IsEmpty());
  EXPECT_THAT(
      against_the_direction(source("src/app/a.cpp", "#include \"sim/world.hpp\"\n#include \"shell/loop/loop.hpp\"\n")),
      IsEmpty());
}

TEST(Rules, a_foreign_library_has_one_home) {
  Users users;
  collect_foreign(source("src/shell/a.cpp", "#include <boost/asio.hpp>\n#include <fmt/format.h>\n"), users);
  collect_foreign(source("src/shell/b/c.cpp", "#include <boost/beast.hpp>\n"), users);
  collect_foreign(source("tests/shell/a_test.cpp", "#include <yaml-cpp/yaml.h>\n"), users);
  EXPECT_THAT(spread_libraries(users), IsEmpty());
  collect_foreign(source("src/app/a.cpp", "#include <boost/asio.hpp>\n#include <fmt/format.h>\n"), users);
  EXPECT_THAT(spread_libraries(users),
              ElementsAre("<boost> is included by app and shell; one folder must hide it from the others"));
}

TEST(Rules, json_of_devices_is_read_by_one_file_of_wire_and_no_other) {
  Users users;
  collect_foreign(source("src/shell/a.cpp", "#include <nlohmann/json.hpp>\n"), users);
  collect_foreign(source("src/wire/json_tree.cpp", "#include <nlohmann/json.hpp>\n"), users);
  EXPECT_THAT(spread_libraries(users), IsEmpty());
  collect_foreign(source("src/wire/tree.cpp", "#include <nlohmann/json.hpp>\n"), users);
  EXPECT_THAT(spread_libraries(users), SizeIs(1));
}

TEST(Rules, xml_of_devices_is_read_by_one_file_of_wire_and_no_other) {
  Users users;
  collect_foreign(source("src/wire/xml_tree.cpp", "#include <pugixml.hpp>\n"), users);
  EXPECT_THAT(spread_libraries(users), IsEmpty());
  collect_foreign(source("src/wire/tree.cpp", "#include <pugixml.hpp>\n"), users);
  EXPECT_THAT(spread_libraries(users), SizeIs(1));
}

}  // namespace
}  // namespace tidy
