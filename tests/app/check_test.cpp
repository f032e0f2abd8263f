// `check` and the program's exit statuses: what people and scripts see.
#include "app/check.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/wait.h>

#include <array>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <nlohmann/json.hpp>
#include <sstream>
#include <string>

#include "app/demo.hpp"
#include "app/demo_day.hpp"
#include "app/load.hpp"
#include "app/sniff.hpp"
#include "app/version.hpp"
#include "wire/slip.hpp"

namespace app {
namespace {

using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using namespace base::literals;
using namespace std::chrono_literals;

class CheckTest : public ::testing::Test {
 protected:
  void SetUp() override {
    std::string pattern = (std::filesystem::temp_directory_path() / "twcmanager-check-XXXXXX").string();
    ASSERT_NE(::mkdtemp(pattern.data()), nullptr);
    folder_ = pattern;
  }
  void TearDown() override { std::filesystem::remove_all(folder_); }

  std::string file(const std::string& name, const std::string& text) {
    const std::string path = (folder_ / name).string();
    std::ofstream{path} << text;
    return path;
  }

  struct Said {
    int status;
    std::string out, err;
  };
  static Said check_file(const std::string& path, bool json = false) {
    std::ostringstream out, err;
    const int status = check({path, json, false}, out, err);
    return {status, out.str(), err.str()};
  }

  std::string good(const std::string& more = {}) {
    return file("config.json",
                "config: {wiringMaxAmpsAllTWCs: 16, wiringMaxAmpsPerTWC: 16, minAmpsPerTWC: 6, settingsPath: " +
                    folder_.string() + "}\n" + "interface: {RS485: {port: /dev/ttyUSB0}}\n" + more);
  }

  std::filesystem::path folder_;
};

TEST_F(CheckTest, a_good_file_is_explained_in_words) {
  const Said said = check_file(
      good("sources: {URL: {enabled: true, url: 'http://me:secret@meter/x', consumptionItem: c, pollInterval: 10}}\n"));
  EXPECT_EQ(said.status, 0);
  EXPECT_THAT(said.err, IsEmpty());
  EXPECT_THAT(said.out, HasSubstr("All connectors together get at most 16 A"));
  EXPECT_THAT(said.out, HasSubstr("Where a policy leaves it to the sun, charging follows the sun."));
  EXPECT_THAT(said.out, HasSubstr("load: http://…@meter/x/c"));
  EXPECT_THAT(said.out, Not(HasSubstr("secret")));
  EXPECT_THAT(said.out, HasSubstr("When it falls silent for 30 s, each connector gets 0 A"));
  EXPECT_THAT(said.out, HasSubstr("The connectors are at /dev/ttyUSB0, 9600 baud."));
  EXPECT_THAT(said.out, HasSubstr("http://127.0.0.1:8080/, for this machine alone"));
}

TEST_F(CheckTest, webhooks_are_listed_with_who_is_called_and_without_what_opens_it) {
  const std::string more = "policy: {extend: {webhooks: {Track Green Energy: {enter: 'http://me:secret@ha:8123/api/webhook/secret2?k=secret3', "
                           "stop: 'https://ha/'}}}}\n";
  const Said said = check_file(good(more));
  EXPECT_EQ(said.status, 0) << said.out;
  EXPECT_THAT(said.out, HasSubstr("When Track Green Energy rules from now on, http://ha:8123/… is called (enter, POST).\n"));
  EXPECT_THAT(said.out, HasSubstr("When Track Green Energy rules and a car ends charging, https://ha is called (stop, POST).\n"));
  EXPECT_THAT(said.out, Not(HasSubstr("secret")));
  EXPECT_THAT(said.out, Not(HasSubstr("warning")));
}

TEST_F(CheckTest, a_house_that_is_somewhere_has_its_own_sun_and_where_it_is_is_not_told) {
  (void)file("settings.json", R"({"homeLat": "52.5123", "homeLon": 13.4, "nonScheduledAction": 1, "nonScheduledAmpsMax": 8})");
  const Said said = check_file(good());
  EXPECT_EQ(said.status, 0) << said.out;
  EXPECT_THAT(said.out, HasSubstr("From sunset to sunrise charging is at 8 A for all connectors together"));
  EXPECT_THAT(said.out, HasSubstr("Sunrise and sunset are computed for where the house is"));
  EXPECT_THAT(said.out, Not(HasSubstr("52.5")));
}

TEST_F(CheckTest, circuits_are_shown_as_a_tree_with_what_hangs_where) {
  const std::string path = good(
      "meters: {mains: {role: grid, url: 'http://me:secret@m', powerItem: p, currentItems: [a, b, c]}}\n"
      "circuits:\n"
      "  garage: {maxAmps: 16, maxWatts: 11000, parent: main fuse, connectors: [1061]}\n"
      "  main fuse: {maxAmps: 25, maxImbalanceAmps: 20, meter: mains, safeAmps: 6, connectors: [2B03]}\n"
      "connectors: {1061: {name: left, mode: minpv, maxAmps: 13, wiring: L2 L3 L1, startWatts: 1500, targetKWh: "
      "30}}\n");
  const Said said = check_file(path);
  EXPECT_EQ(said.status, 0) << said.out << said.err;
  EXPECT_THAT(
      said.out,
      HasSubstr(
          "Beside that the circuits limit what hangs below them:\n"
          "  main fuse: 25 A per phase, phases differ by 20 A at most, seen by meter mains; while that is silent each "
          "connector below gets 6 A\n"
          "    garage: 16 A per phase, 11000 W, without a meter\n"
          "      connector 1061 (left)\n"
          "    connector 2B03\n"
          "    every connector that no circuit names\n"
          "Connector 1061 (left): mode minpv, at most 13 A, its terminals at L2, L3 and L1, 30 kWh for each visit.\n"
          "  Its car is started when the sun leaves 1500 W for 60 s, and no longer wanted when it leaves less than five "
          "twelfths of what its minimum takes for 60 s; one that 0 A does not stop is stopped when going on has cost more "
          "than one of its few stops is worth.\n"));
  EXPECT_THAT(
      said.out,
      HasSubstr("Energy source mains, asked every 5 s:\n  grid: http://…@m/p\n  current_l1: http://…@m/a\n"));
  EXPECT_THAT(said.out, Not(HasSubstr("secret")));
  const auto object = nlohmann::json::parse(check_file(path, true).out);
  EXPECT_EQ(object["circuits"][0]["name"], "main fuse");
  EXPECT_EQ(object["circuits"][0]["parent"], nullptr);
  EXPECT_EQ(object["circuits"][1]["parent"], "main fuse");
  EXPECT_EQ(object["circuits"][1]["connectors"][0], "1061");
  EXPECT_EQ(object["meters"][0]["questions"].size(), 4U);
}

TEST_F(CheckTest, a_tree_that_contradicts_itself_is_refused_with_its_line) {
  const Said said = check_file(good("circuits: {a: {maxAmps: 25, parent: b},\n b: {maxAmps: 16, parent: a}}\n"));
  EXPECT_EQ(said.status, 1);
  EXPECT_THAT(said.out, HasSubstr("config.json:3: circuit \"a\" is in a loop"));
  EXPECT_THAT(said.out, HasSubstr("  a: 16 A per phase, without a meter\n    b: 16 A per phase"));
}

TEST_F(CheckTest, the_battery_and_the_thresholds_are_explained) {
  const Said said = check_file(good(
      "meters: {mains: {role: grid, url: 'http://m', powerItem: p, batteryLevelItem: l}}\nbattery: {priorityLevel: 30, "
      "bufferLevel: 80}\n"));
  EXPECT_EQ(said.status, 0);
  EXPECT_THAT(said.out, HasSubstr("Below 30 % the home battery is filled before any car."));
  EXPECT_THAT(said.out, HasSubstr("Above 80 % a car that charges may use it to keep its minimum."));
  EXPECT_THAT(said.out,
              HasSubstr("A car is started when the sun leaves most of what its minimum takes (seven tenths, more on a dull "
                        "day) for about 2 min, and no longer wanted when it leaves less than five twelfths of what its "
                        "minimum takes for 60 s; one that 0 A does not stop is stopped when going on has cost more than "
                        "one of its few stops is worth.\n"));
  const auto told = [&](const std::string& connector) {
    return check_file(good("connectors: {1061: {" + connector + "}}\n")).out;
  };
  EXPECT_THAT(told("startDelay: 4, stopDelay: 20"),
              HasSubstr("  Its car is started when the sun leaves most of what its minimum takes (seven tenths, more on a dull "
                        "day) for 4 min, and no longer wanted when it leaves less than five twelfths of what its minimum "
                        "takes for 20 min.\n"));
  EXPECT_THAT(told("startWatts: 500, stopDelay: 5"),
              HasSubstr("is started when the sun leaves 500 W for 60 s, and no longer wanted when it leaves less than that for 5 min.\n"));
  EXPECT_THAT(told("stopWatts: 900"), HasSubstr("no longer wanted when it leaves less than 900 W for 60 s.\n"));
}

TEST_F(CheckTest, addresses_that_need_no_token_are_warned_about) {
  const auto said = check_file(good("control: {HTTP: {legacyOpen: [localhost, '::FFFF:192.168.1.5']}}\n"));
  EXPECT_THAT(said.out, HasSubstr("whoever uses 127.0.0.1 or 192.168.1.5 may switch charging without a token"));
  EXPECT_THAT(said.out, HasSubstr("192.168.1.5 may use the addresses of TWCManager there"));
  const auto wrong = check_file(good("control: {HTTP: {legacyOpen: [192.168.1.0/24]}}\n"));
  EXPECT_THAT(wrong.out, HasSubstr("\"192.168.1.0/24\", which is no IP address; nobody gets in by it"));
  EXPECT_THAT(wrong.err, HasSubstr("contradicts itself"));
  EXPECT_THAT(check_file(good("")).out, Not(HasSubstr("without a token")));
}

TEST_F(CheckTest, a_page_for_the_network_is_called_that) {
  EXPECT_THAT(check_file(good("control: {HTTP: {listenAddress: 0.0.0.0}}\n")).out,
              HasSubstr("http://0.0.0.0:8080/, for the network, and whoever has a password there"));
  EXPECT_THAT(check_file(good("control: {HTTP: {enabled: false}}\n")).out, HasSubstr("There is no page."));
}

TEST_F(CheckTest, a_contradiction_is_named_and_refused_and_still_explained) {
  const std::string path = file("config.json",
                                "{\"config\": {\"wiringMaxAmpsAllTWCs\": 10,\n\"minAmpsPerTWC\": 12}, \"interface\": "
                                "{\"RS485\": {\"port\": \"x\"}}}");
  const Said said = check_file(path);
  EXPECT_EQ(said.status, 1);
  EXPECT_THAT(said.out,
              HasSubstr("contradiction: " + path + ":2: \"config.minAmpsPerTWC\" of 12 A is above the circuit"));
  EXPECT_THAT(said.out, HasSubstr("All connectors together get at most 10 A"));
  EXPECT_THAT(said.err, HasSubstr("contradicts itself in"));
}

TEST_F(CheckTest, unknown_keys_do_not_make_it_fail) {
  const Said said = check_file(good("contrl: {}\n"));
  EXPECT_EQ(said.status, 0);
  EXPECT_THAT(said.out, HasSubstr(":3: the key \"contrl\" is unknown and ignored; did you mean \"control\"?"));
}

TEST_F(CheckTest, a_port_that_cannot_be_one_is_a_contradiction) {
  const Said said =
      check_file(file("config.json", "config: {wiringMaxAmpsAllTWCs: 16}\ninterface: {RS485: {port: 'socket://'}}"));
  EXPECT_EQ(said.status, 1);
}

TEST_F(CheckTest, a_file_that_is_missing_or_broken_is_one_sentence_on_standard_error) {
  for (const std::string& path :
       {(folder_ / "none.json").string(), file("a.json", "{\"config\": {"),
        file("b.json", "{\"config\": {\"wiringMaxAmpsAllTWCs\": \"x\"}}"), file("c.json", ""), folder_.string()}) {
    const Said said = check_file(path);
    EXPECT_EQ(said.status, 1) << path;
    EXPECT_THAT(said.out, IsEmpty()) << path;
    EXPECT_THAT(said.err, HasSubstr(path)) << path;
    EXPECT_EQ(std::count(said.err.begin(), said.err.end(), '\n'), 1) << said.err;
  }
}

TEST_F(CheckTest, for_programs_it_is_one_object) {
  const auto object = nlohmann::json::parse(check_file(good("contrl: {}\n"), true).out);
  EXPECT_TRUE(object["acceptable"]);
  EXPECT_EQ(object["limits"]["circuit_amps"], 16);
  EXPECT_EQ(object["limits"]["grid_amps"], nullptr);
  EXPECT_EQ(object["findings"][0]["severity"], "warning");
  EXPECT_EQ(object["findings"][0]["line"], 3);
  EXPECT_EQ(object["http"]["address"], "127.0.0.1");
  const Said refused = check_file(file("bad.json", "{"), true);
  EXPECT_EQ(refused.status, 1);
  const auto bad = nlohmann::json::parse(refused.out);
  EXPECT_FALSE(bad["acceptable"]);
  EXPECT_EQ(bad["findings"][0]["severity"], "error");
  EXPECT_FALSE(bad.contains("limits"));
}

TEST_F(CheckTest, settings_are_read_with_the_configuration_and_their_backup_when_they_are_broken) {
  const std::string path = good();
  file("settings.json",
       "{\"nonScheduledAction\": \"1\", \"nonScheduledAmpsMax\": 40, \"history\": [[\"x\", NaN]], \"chargeStopMode\": "
       "\"1\"}");
  const Said said = check_file(path);
  EXPECT_EQ(said.status, 0);
  EXPECT_THAT(said.out, HasSubstr("charging is at 40 A for all connectors together (nonScheduledAmpsMax), but never above the circuit"));
  EXPECT_THAT(said.out, HasSubstr("settings.json: \"nonScheduledAmpsMax\" of 40 A is above the circuit"));
  EXPECT_THAT(said.out, HasSubstr("held at the connector's minimum (chargeStopMode 1)"));
  file("settings.json", "{\"nonSche");
  file("settings.json.backup", "{\"nonScheduledAction\": 2}");
  EXPECT_THAT(check_file(path).out, HasSubstr("Outside schedules nothing charges unless somebody asks for it"));
}

TEST_F(CheckTest, what_was_chosen_is_told_and_a_limit_of_a_circuit_that_is_no_more_too) {
  const std::string path = good("circuits: {main fuse: {maxAmps: 25}}\n");
  file("settings.json", "{\"chosenMode\": \"minpv\", \"circuitLimits\": {\"main fuse\": {\"amps\": 6}, \"shed\": {\"amps\": 7}}}");
  const Said said = check_file(path);
  EXPECT_EQ(said.status, 0);
  EXPECT_THAT(said.out, HasSubstr("The mode minpv that was chosen for all goes on"));
  EXPECT_THAT(said.out, HasSubstr("there is no circuit \"shed\"; its limit is kept and limits nothing"));
  EXPECT_THAT(said.out, Not(HasSubstr("there is no circuit \"main fuse\"")));
}

TEST_F(CheckTest, what_was_chosen_on_the_page_beats_the_file_and_a_variable_beats_both) {
  const std::string path = good();
  file("settings.json", R"({"config": {"config.minAmpsPerTWC": 7, "config.startStopDelay": "90", "config.wiringMaxAmpsAllTWCs": 20}})");
  const Configuration c = load_configuration(path, {}, {{"TWCMANAGER_CONFIG_MINAMPSPERTWC", "8"}});
  EXPECT_EQ(c.core.least, 8_A);
  EXPECT_EQ(c.core.start_stop_delay, 90s);
  EXPECT_EQ(c.core.circuit, 16_A);
  std::vector<std::string> texts;
  for (const Finding& finding : c.findings) texts.push_back(words(finding));
  EXPECT_THAT(texts, ::testing::Contains(HasSubstr("settings.json: \"config.wiringMaxAmpsAllTWCs\" guards the wiring")));
}

TEST_F(CheckTest, the_folder_of_the_settings_is_no_choice_of_the_page) {
  const std::string path = good();
  std::filesystem::create_directory(folder_ / "other");
  file("settings.json", R"({"config": {"config.settingsPath": ")" + (folder_ / "other").string() + R"("}})");
  file("other/settings.json", R"({"config": {"config.minAmpsPerTWC": 7}})");
  const Configuration c = load_configuration(path, {}, {});
  EXPECT_EQ(settings_file(c), (folder_ / "settings.json").string());
  EXPECT_EQ(c.core.least, 6_A);
  const Configuration moved = load_configuration(path, {}, {{"TWCMANAGER_CONFIG_SETTINGSPATH", (folder_ / "other").string()}});
  EXPECT_EQ(moved.core.least, 7_A);
}

TEST_F(CheckTest, every_key_is_listed_with_its_meaning) {
  std::ostringstream out, err;
  EXPECT_EQ(check({{}, false, true}, out, err), 0);
  EXPECT_THAT(out.str(), HasSubstr("config.wiringMaxAmpsAllTWCs"));
  EXPECT_THAT(out.str(), HasSubstr("control.HTTP.listenAddress"));
  EXPECT_THAT(out.str(), HasSubstr("also: interface.RS485.device"));
}

#ifdef TWC_PROGRAM
struct Ended {
  int status = -1;
  std::string said;  ///< both streams
};
Ended program(const std::string& arguments, const std::string& folder) {
  Ended ended;
  std::FILE* pipe =
      ::popen(("cd '" + folder + "' && '" TWC_PROGRAM "' " + arguments + " 2>&1 </dev/null").c_str(), "r");
  if (pipe == nullptr) return ended;
  std::array<char, 4096> buffer;
  for (std::size_t count; (count = std::fread(buffer.data(), 1, buffer.size(), pipe)) > 0;)
    ended.said.append(buffer.data(), count);
  const int status = ::pclose(pipe);
  if (WIFEXITED(status)) ended.status = WEXITSTATUS(status);
  return ended;
}

TEST_F(CheckTest, the_program_ends_with_0_1_or_2) {
  const std::string path = good();
  const std::string bad = file("bad.json", "{\"config\": {\"wiringMaxAmpsAllTWCs\": \"much\"}}");
  const struct {
    std::string arguments;
    int status;
  } runs[] = {{"--help", 0},
              {"--version", 0},
              {"check --config " + path, 0},
              {"check --keys", 0},
              {"check --example", 0},
              {"check --config " + bad, 1},
              {"run --config " + bad, 1},
              {"--config " + bad, 1},
              {"check --config none.json", 1},
              {"frobnicate", 2},
              {"run --speed fast", 2},
              {"check --what", 2},
              {"sniff", 2},
              {"import", 2},
              {"import none", 1},
              {"run check", 2},
              {"sniff socket://", 1},
              {"decode", 0}};
  for (const auto& each : runs) {
    const Ended ended = program(each.arguments, folder_.string());
    EXPECT_EQ(ended.status, each.status) << each.arguments << "\n" << ended.said;
    if (each.status != 0) {
      EXPECT_EQ(std::count(ended.said.begin(), ended.said.end(), '\n'), 1) << each.arguments << "\n" << ended.said;
    }
  }
}

TEST_F(CheckTest, without_any_configuration_the_bare_command_says_where_it_looked) {
  if (std::filesystem::exists("/etc/twcmanager/config.json")) GTEST_SKIP() << "this machine has a configuration";
  const Ended ended = program("", folder_.string());
  EXPECT_EQ(ended.status, 1);
  EXPECT_EQ(ended.said,
            "twcmanager: there is neither a twcmanager.yaml nor a config.json in /etc/twcmanager or here; name one with "
            "--config FILE, or look around with run --demo\n");
}

TEST_F(CheckTest, our_own_form_beats_the_old_one_beside_it_and_says_so) {
  const std::string here = folder_.string() + '/';
  const std::string below = here + "etc/";
  const std::array<std::string_view, 2> folders{below, here};
  EXPECT_EQ(find_configuration(folders).path, "");
  file("config.json", "x");
  EXPECT_EQ(find_configuration(folders).path, here + "config.json");
  file("twcmanager.yaml", "x");
  EXPECT_EQ(find_configuration(folders).path, here + "twcmanager.yaml");
  EXPECT_EQ(find_configuration(folders).not_read, here + "config.json");
  std::filesystem::create_directory(below);
  file("etc/config.json", "x");
  EXPECT_EQ(find_configuration(folders).path, below + "config.json");
  EXPECT_EQ(find_configuration(folders).not_read, "");
  if (std::filesystem::exists("/etc/twcmanager")) GTEST_SKIP() << "this machine has a configuration";
  good();
  file("twcmanager.yaml", "config: {wiringMaxAmpsAllTWCs: 20}\ninterface: {RS485: {port: x}}\n");
  const Ended ended = program("check", folder_.string());
  EXPECT_EQ(ended.status, 0);
  EXPECT_THAT(ended.said, HasSubstr("warning: config.json: this file is not read, because twcmanager.yaml beats it"));
  EXPECT_THAT(ended.said, HasSubstr("All connectors together get at most 20 A"));
}

TEST_F(CheckTest, the_program_reads_its_variables) {
  const std::string path = good();
  ::setenv("TWCMANAGER_CONFIG_WIRINGMAXAMPSPERTWC", "12", 1);
  ::setenv("TWCMANAGER_CONFG_MODE", "off", 1);
  const Ended ended = program("check --config " + path, folder_.string());
  ::unsetenv("TWCMANAGER_CONFIG_WIRINGMAXAMPSPERTWC");
  ::unsetenv("TWCMANAGER_CONFG_MODE");
  EXPECT_THAT(ended.said, HasSubstr("TWCMANAGER_CONFIG_WIRINGMAXAMPSPERTWC sets config.wiringMaxAmpsPerTWC to 12"));
  EXPECT_THAT(ended.said, HasSubstr("Each connector gets at most 12 A"));
  EXPECT_THAT(ended.said, HasSubstr("did you mean TWCMANAGER_CONFIG_MODE?"));
}

TEST_F(CheckTest, the_bare_command_takes_the_configuration_of_its_folder) {
  if (std::filesystem::exists("/etc/twcmanager/config.json")) GTEST_SKIP() << "this machine has a configuration";
  file("config.json", "config: {wiringMaxAmpsAllTWCs: 16}\n");
  const Ended ended = program("", folder_.string());
  EXPECT_EQ(ended.status, 1);
  EXPECT_THAT(ended.said, HasSubstr("twcmanager: config.json: no port to the connectors is named"));
}
#endif

// --- The other commands' own parts
// --------------------------------------------------------------------------------------

TEST(Version, is_that_of_the_project) {
  std::ifstream in{TWC_SOURCE_DIR "/CMakeLists.txt"};
  const std::string text{std::istreambuf_iterator<char>{in}, {}};
  EXPECT_THAT(text, HasSubstr("project(twcmanager VERSION " + std::string{version} + " "));
}

TEST(DemoDay, is_a_day_with_broken_clouds_again_and_again) {
  const sim::Trace trace = demo_days(base::WallTime{}, 2);
  ASSERT_EQ(trace.rows().size(), 2880U);
  std::int64_t energy = 0;
  int jumps = 0;
  for (std::size_t i = 0; i < 1440; ++i) {
    energy += trace.rows()[i].solar.count();
    EXPECT_EQ(trace.rows()[i].solar, trace.rows()[i + 1440].solar);
    EXPECT_GT(trace.rows()[i].load, 0_W);
    if (i > 0 && std::abs((trace.rows()[i].solar - trace.rows()[i - 1].solar).number()) > 1500) ++jumps;
  }
  EXPECT_NEAR(static_cast<double>(energy) / 1000 / 60 / 1000, 32.1, 0.1);  // kWh
  EXPECT_GT(jumps, 30);
  EXPECT_EQ(trace.rows()[0].solar, 0_W);
}

std::string judged(const std::vector<std::vector<std::uint8_t>>& bursts, std::string& lines) {
  Listener listener;
  for (const auto& burst : bursts) listener.hear(burst, base::Instant::at(1500ms), lines);
  return listener.judgement(60s);
}

std::vector<std::uint8_t> on_the_wire(const wire::FrameBytes& frame) {
  const wire::WireBytes bytes = wire::escape({frame.begin(), frame.size()});
  return {bytes.begin(), bytes.end()};
}

TEST(Sniff, judges_the_wiring_by_what_is_heard) {
  std::string lines;
  EXPECT_THAT(judged({}, lines), HasSubstr("Nothing was said at all"));
  EXPECT_THAT(judged({{0x12, 0x34, 0x55, 0xAA}}, lines), HasSubstr("probably swapped"));
  EXPECT_THAT(lines, IsEmpty());
  wire::MasterHeartbeat beat;
  beat.sender = base::UnitId{0x7777};
  beat.receiver = base::UnitId{0x0061};
  wire::SlaveHeartbeat answer;
  answer.sender = base::UnitId{0x0061};
  answer.receiver = base::UnitId{0x7777};
  const std::string good = judged({on_the_wire(wire::encode(beat)), on_the_wire(wire::encode(answer))}, lines);
  EXPECT_THAT(good, HasSubstr("Heard 2 frames and 0 damaged ones in 60 s."));
  EXPECT_THAT(good, HasSubstr("Masters: 7777 (1 frames)."));
  EXPECT_THAT(good, HasSubstr("Connectors: 0061 (1 frames)."));
  EXPECT_THAT(good, HasSubstr("The wiring is good."));
  EXPECT_EQ(std::count(lines.begin(), lines.end(), '\n'), 2);
  std::vector<std::uint8_t> hurt = on_the_wire(wire::encode(answer));
  hurt[8] ^= 0x10;
  EXPECT_THAT(judged({on_the_wire(wire::encode(beat)), hurt}, lines), HasSubstr("50.0 % are damaged"));
  wire::MasterHeartbeat other = beat;
  other.sender = base::UnitId{0x1234};
  EXPECT_THAT(judged({on_the_wire(wire::encode(beat)), on_the_wire(wire::encode(other))}, lines),
              HasSubstr("More than one master speaks"));
}

}  // namespace
}  // namespace app
