#include "shell/store/settings.hpp"

#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <atomic>
#include <csignal>
#include <fstream>
#include <nlohmann/json.hpp>

#include "../serial/rig.hpp"
#include "shell/store/files.hpp"
#include "shell/store/lenient_json.hpp"

namespace {

using core::Amps;
using core::Memory;
using rig::Folder;
using shell::Settings;
using testing::ElementsAre;
using testing::HasSubstr;
using namespace std::chrono_literals;

void write(const std::string& path, const std::string& text) { std::ofstream(path) << text; }
std::string read(const std::string& path) {
  std::ifstream file(path);
  return {std::istreambuf_iterator<char>(file), {}};
}
Settings parsed(const std::string& text) { return Settings(shell::parse_lenient(text).value()); }
Memory charging(int amps, std::int64_t until_ms) {
  Memory memory;
  memory.charge_now_rate = Amps::whole(amps);
  memory.charge_now_end = base::WallTime::at(base::Duration{until_ms});
  return memory;
}
/// Everything that can be chosen.
Memory chosen() {
  Memory memory = charging(6, 1'700'000'000'250);
  memory.mode = core::Mode::min_solar;
  memory.limits.push_back({std::string_view{"main fuse"}, {}, core::Watts::whole(4200),
                           base::WallTime::at(1'785'003'660s), std::string_view{"dimmed"}});
  memory.limits.push_back({std::string_view{"garage"}, Amps::from(7.5).value_or(Amps{}), {}, {}, {}});
  core::UnitMemory unit;
  unit.id = base::UnitId{0x1061};
  unit.usual = {1, std::string_view{"5YJ3E7EB1LF000000"}};
  unit.mode = core::Mode::off;
  unit.target = base::kilowatt_hours(20);
  memory.units.push_back(unit);
  return memory;
}
mode_t mode_of(const std::string& path) {
  struct stat about {};
  ::stat(path.c_str(), &about);
  return about.st_mode & 07777;
}

// --- Reading ----------------------------------------------------------------------------------------------------------

TEST(Settings, a_number_may_be_an_integer_a_float_or_a_text) {
  const Settings settings = parsed(R"({"a": 6, "b": 6.5, "c": "7", "d": " 8.25 ", "e": "six", "f": null, "g": [1],
                                       "h": NaN, "i": -Infinity, "j": "", "k": true, "l": "1e400", "m": "nan"})");
  EXPECT_EQ(settings.number({"a"}), 6.0);
  EXPECT_EQ(settings.number({"b"}), 6.5);
  EXPECT_EQ(settings.number({"c"}), 7.0);
  EXPECT_EQ(settings.number({"d"}), 8.25);
  for (const char* key : {"e", "f", "g", "h", "i", "j", "k", "l", "m", "absent"})
    EXPECT_EQ(settings.number({key}), std::nullopt) << key;
  EXPECT_EQ(settings.whole({"a"}), 6);
  EXPECT_EQ(settings.whole({"b"}), std::nullopt);
}

TEST(Settings, offsets_are_reached_by_their_path) {
  const Settings settings = parsed(R"({"consumptionOffset": {"Fridge": {"value": 1.5, "unit": "A"}, "Pool": {"value": "300", "unit": "W"}}})");
  EXPECT_EQ(settings.keys({"consumptionOffset"}), (std::vector<std::string>{"Fridge", "Pool"}));
  EXPECT_EQ(settings.number({"consumptionOffset", "Pool", "value"}), 300.0);
  EXPECT_EQ(settings.text({"consumptionOffset", "Fridge", "unit"}), "A");
  EXPECT_FALSE(settings.has({"consumptionOffset", "Fridge", "value", "deeper"}));
  EXPECT_TRUE(settings.keys({"nothing"}).empty());
}

TEST(Settings, a_switch_is_on_as_the_forms_store_it) {
  const Settings settings = parsed(R"({"a": "on", "b": 0, "c": 1, "d": "0", "e": "", "f": true, "g": "false-ish"})");
  EXPECT_EQ(settings.is_on({"a"}), true);
  EXPECT_EQ(settings.is_on({"b"}), false);
  EXPECT_EQ(settings.is_on({"c"}), true);
  EXPECT_EQ(settings.is_on({"d"}), false);
  EXPECT_EQ(settings.is_on({"e"}), false);
  EXPECT_EQ(settings.is_on({"f"}), true);
  EXPECT_EQ(settings.is_on({"g"}), true);
  EXPECT_EQ(settings.is_on({"absent"}), std::nullopt);
}

TEST(Settings, charge_now_is_read_in_every_form_and_dropped_when_it_makes_no_sense) {
  EXPECT_EQ(parsed(R"({"chargeNowAmps": 12, "chargeNowTimeEnd": 1700000000.25})").memory(), charging(12, 1'700'000'000'250));
  EXPECT_EQ(parsed(R"({"chargeNowAmps": "12", "chargeNowTimeEnd": "1700000000"})").memory(), charging(12, 1'700'000'000'000));
  for (const char* text : {R"({})", R"({"chargeNowAmps": 0, "chargeNowTimeEnd": 0})", R"({"chargeNowAmps": 12})",
                           R"({"chargeNowAmps": -5, "chargeNowTimeEnd": 1700000000})",
                           R"({"chargeNowAmps": NaN, "chargeNowTimeEnd": 1700000000})",
                           R"({"chargeNowAmps": 1e300, "chargeNowTimeEnd": 1700000000})",
                           R"({"chargeNowAmps": 12, "chargeNowTimeEnd": Infinity})",
                           R"({"chargeNowAmps": 12, "chargeNowTimeEnd": 1e30})"})
    EXPECT_EQ(parsed(text).memory(), Memory{}) << text;
}

/// A car that has borne one silence of two at a relay that has switched 1204 times.
core::UnitMemory worn() {
  core::UnitMemory unit;
  unit.id = base::UnitId{0x1061};
  unit.plugged = unit.charging = true;
  unit.zeros = 3;
  unit.silences = 1;
  unit.orders = 2;
  unit.relay_operations = 1204;
  unit.energy = base::Energy::whole(3600) * 12345;
  unit.vin = std::string_view{"5YJ3E7EB1LF000000"};
  return unit;
}
constexpr const char* worn_text =
    R"({"connectors": {"1061": {"carPlugged": true, "charging": true, "zeros": 3, "silences": 1, "stopOrders": 2, )"
    R"("relayOperations": 1204, "sessionkWh": 12.345, "vin": "5YJ3E7EB1LF000000"}}})";

TEST(Settings, what_a_car_has_borne_is_read) {
  const Memory memory = parsed(worn_text).memory();
  ASSERT_EQ(memory.units.size(), 1U);
  EXPECT_EQ(memory.units[0], worn());
  EXPECT_EQ(memory.charge_now_rate, Amps{});
  EXPECT_THAT(parsed(worn_text).doubts(), testing::IsEmpty());
}

TEST(Settings, numbers_of_a_connector_are_kept_within_what_can_be) {
  const auto units = parsed(R"({"connectors": {"1061": {"carPlugged": 0, "charging": true, "zeros": -4, "silences": 1e9,
      "stopOrders": "2", "relayOperations": 1e300, "sessionkWh": 1e12, "own": 1}}})").memory().units;
  ASSERT_EQ(units.size(), 1U);
  EXPECT_FALSE(units[0].charging) << "no car, no current";
  EXPECT_EQ(units[0].zeros, 0);
  EXPECT_EQ(units[0].silences, 250);
  EXPECT_EQ(units[0].orders, 2);
  EXPECT_EQ(units[0].relay_operations, 1'000'000'000U);
  EXPECT_EQ(units[0].energy, base::kilowatt_hours(10'000));
}

TEST(Settings, a_connector_that_makes_no_sense_is_ignored_with_one_note_and_costs_nothing_else) {
  for (const char* senseless : {R"("106": {})", R"("10G1": {})", R"("1061": 5)", R"("1061": {"silences": "many"})",
                                R"("1061": {"silences": NaN})", R"("1061": {"vin": 7})", R"("1061": {"carPlugged": []})",
                                R"("1061": {"vin": "5YJ3E7EB1LF000000 and more"})"}) {
    const Settings settings = parsed(std::string{R"({"chargeNowAmps": 12, "chargeNowTimeEnd": 1700000000, "connectors": {)"} +
                                     senseless + R"(, "2172": {"silences": 2}}})");
    const Memory memory = settings.memory();
    EXPECT_EQ(memory.charge_now_rate, Amps::whole(12)) << senseless;
    ASSERT_EQ(memory.units.size(), 1U) << senseless;
    EXPECT_EQ(memory.units[0].id.value, 0x2172) << senseless;
    EXPECT_EQ(memory.units[0].silences, 2) << senseless;
    EXPECT_THAT(settings.doubts(), ElementsAre(HasSubstr("makes no sense and is ignored"))) << senseless;
  }
  EXPECT_THAT(parsed(R"({"connectors": {"a": 1, "b": 2, "c": 3}})").doubts(), ElementsAre(HasSubstr("\"a\" and 2 more makes no sense")));
  EXPECT_THAT(parsed(R"({"connectors": [1, 2]})").doubts(), ElementsAre(HasSubstr("is no object")));
}

TEST(Settings, of_seven_connectors_the_first_is_dropped_and_two_spellings_are_one) {
  const auto units = parsed(R"({"connectors": {"0001": {}, "0002": {}, "000a": {"silences": 1}, "000A": {"silences": 2}, "0003": {},
                                               "0004": {}, "0005": {}, "0006": {}}})").memory().units;
  ASSERT_EQ(units.size(), 6U);
  EXPECT_EQ(units[0].id.value, 2);
  EXPECT_EQ(units[1].silences, 2);
}

TEST(Settings, of_a_limit_that_is_partly_senseless_the_rest_counts) {
  const Settings settings = parsed(R"({"circuitLimits": {"a": {"amps": 6, "end": "soon"}, "b": {"amps": "6", "watts": []},
      "c": {"amps": -3, "end": 1785003660, "reason": 7}, "d": {"amps": 1e9, "watts": 1e12, "end": 1e300}, "e": {}, "f": 6,
      "g": {"watts": null}, "a name that is longer than any circuit's": {"amps": 6}}})");
  const auto limits = settings.memory().limits;
  ASSERT_EQ(limits.size(), 4U);
  EXPECT_EQ(limits[0].amps, Amps::whole(6));
  EXPECT_FALSE(limits[0].end) << "it holds until it is lifted";
  EXPECT_EQ(limits[1].amps, Amps::whole(6));
  EXPECT_EQ(limits[2].amps, Amps{});
  EXPECT_EQ(limits[2].end, base::WallTime::at(1'785'003'660s));
  EXPECT_EQ(limits[3].amps, Amps::whole(1000));
  EXPECT_EQ(limits[3].watts, core::Watts::whole(1'000'000));
  EXPECT_THAT(settings.doubts(), ElementsAre(HasSubstr("the entry \"a\" and 7 more is not understood as a whole")));
  EXPECT_THAT(parsed(R"({"circuitLimits": 5})").doubts(), ElementsAre(HasSubstr("is no object")));
  EXPECT_THAT(parsed(R"({"circuitLimits": {"a": {"amps": 6}}})").doubts(), testing::IsEmpty());
}

TEST(Settings, a_chosen_mode_is_one_of_four_words) {
  EXPECT_EQ(parsed(R"({"chosenMode": "now"})").memory().mode, core::Mode::fast);
  EXPECT_EQ(parsed(R"({})").memory().mode, std::nullopt);
  for (const char* wrong : {"\"Now\"", "3", "null", "[]"}) {
    const Settings settings = parsed(std::string{R"({"chosenMode": )"} + wrong + "}");
    EXPECT_EQ(settings.memory().mode, std::nullopt) << wrong;
    EXPECT_THAT(settings.doubts(), ElementsAre(HasSubstr("none of off, pv, minpv and now"))) << wrong;
  }
}

TEST(LenientJson, keeps_what_only_python_can_read) {
  const std::string text =
      R"({"z":NaN,"a":[Infinity,-Infinity],"n":123456789012345678901234567890,"t":"NaN is a word","u":"\u0001NaN","e":"\u00e4","f":1.10})";
  const auto value = shell::parse_lenient(text);
  ASSERT_TRUE(value);
  const std::string printed = shell::print_lenient(*value);
  EXPECT_EQ(printed, R"({"z":NaN,"a":[Infinity,-Infinity],"n":123456789012345678901234567890,"t":"NaN is a word","u":"\u0001NaN","e":"\u00e4","f":1.1})");
}

TEST(LenientJson, names_the_place_where_it_breaks) {
  EXPECT_THAT(shell::parse_lenient("{\"a\": 1,\n\"b\": }").error().text, HasSubstr("line 2"));
  EXPECT_FALSE(shell::parse_lenient(""));
  EXPECT_FALSE(shell::parse_lenient("[1]"));
  EXPECT_FALSE(shell::parse_lenient("{\"a\": \"\\"));
  EXPECT_THAT(shell::parse_lenient("{\"a\":" + std::string(100'000, '[')).error().text, HasSubstr("nested"));
}

RC_GTEST_PROP(LenientJson, any_text_is_read_or_refused, (const std::string& noise)) {
  const auto value = shell::parse_lenient("{" + noise + "}");
  if (value) RC_ASSERT(shell::parse_lenient(shell::print_lenient(*value)).has_value());
}

RC_GTEST_PROP(LenientJson, what_is_read_is_written_and_read_again, (const std::map<std::string, std::string>& texts, double number)) {
  RC_PRE(std::isfinite(number));
  nlohmann::ordered_json value = nlohmann::ordered_json::object();
  value["number"] = number;
  for (const auto& [key, text] : texts) {
    std::string ascii = text;
    for (char& c : ascii) c = static_cast<char>(c & 0x7F);
    value["k" + std::to_string(key.size())] = ascii;
  }
  // What stands in a file is what a parser has seen; ours treats a leading mark as its own.
  const std::string first = value.dump(-1, ' ', true);
  const auto once = shell::parse_lenient(first);
  RC_ASSERT(once.has_value());
  RC_ASSERT(shell::print_lenient(*once) == first);
}

// --- Loading ----------------------------------------------------------------------------------------------------------

TEST(LoadSettings, a_missing_file_means_defaults_without_a_word) {
  Folder folder;
  const auto loaded = shell::load_settings(folder.at("settings.json"));
  EXPECT_TRUE(loaded.notes.empty());
  EXPECT_TRUE(loaded.settings.keys().empty());
}

TEST(LoadSettings, a_broken_file_gives_way_to_its_backup) {
  Folder folder;
  const std::string path = folder.at("settings.json");
  write(path, R"({"chargeNowAmps": 12, "chargeNow)");
  write(path + ".backup", R"({"nonScheduledAction": 3})");
  const auto loaded = shell::load_settings(path);
  EXPECT_EQ(loaded.settings.whole({"nonScheduledAction"}), 3);
  ASSERT_EQ(loaded.notes.size(), 1u);
  EXPECT_THAT(loaded.notes[0], HasSubstr("settings.json.backup"));
}

TEST(LoadSettings, a_missing_file_with_a_backup_is_its_backup) {
  Folder folder;
  write(folder.at("settings.json.backup"), R"({"nonScheduledAction": 3})");
  const auto loaded = shell::load_settings(folder.at("settings.json"));
  EXPECT_EQ(loaded.settings.whole({"nonScheduledAction"}), 3);
  EXPECT_EQ(loaded.notes.size(), 1u);
}

TEST(LoadSettings, two_broken_files_mean_defaults_and_one_sentence) {
  Folder folder;
  write(folder.at("settings.json"), "{");
  write(folder.at("settings.json.backup"), "nonsense");
  const auto loaded = shell::load_settings(folder.at("settings.json"));
  EXPECT_TRUE(loaded.settings.keys().empty());
  ASSERT_EQ(loaded.notes.size(), 1u);
  EXPECT_THAT(loaded.notes[0], HasSubstr("repair or remove"));
}

// --- Writing ----------------------------------------------------------------------------------------------------------

struct Desk {
  explicit Desk(const std::string& path)
      : file(path, clerk,
             {[this](Memory) { ++stored; }, [this](std::string why) { trouble = why; ++troubles; },
              [this] { ++recovered; }},
             10ms, 40ms) {}
  std::atomic<int> stored{0}, troubles{0}, recovered{0};
  std::string trouble;
  shell::Clerk clerk;
  shell::SettingsFile file;
};

TEST(SettingsFile, keeps_every_unknown_key_and_the_order) {
  Folder folder;
  const std::string path = folder.at("settings.json");
  write(path, R"({"zebra": NaN, "chargeNowAmps": "0", "mine": {"deep": [1, 2.50, "x"]}, "chargeNowTimeEnd": 0, "last": 123456789012345678901})");
  Desk desk(path);
  desk.file.remember(charging(12, 1'700'000'000'250));
  desk.clerk.settle();
  EXPECT_EQ(desk.stored, 1);
  EXPECT_EQ(read(path), R"({"zebra":NaN,"chargeNowAmps":12,"mine":{"deep":[1,2.5,"x"]},"chargeNowTimeEnd":1700000000.25,"last":123456789012345678901})");
  EXPECT_EQ(mode_of(path), 0600u);
  EXPECT_EQ(mode_of(path + ".backup"), 0600u);
  EXPECT_THAT(read(path + ".backup"), HasSubstr("\"chargeNowAmps\": \"0\""));
  EXPECT_FALSE(shell::exists(path + ".tmp"));
}

TEST(SettingsFile, writes_only_what_has_changed) {
  Folder folder;
  const std::string path = folder.at("settings.json");
  const std::string as_it_was = R"({  "chargeNowTimeEnd": "1700000000", "chargeNowAmps": 12.0 })";
  write(path, as_it_was);
  Desk desk(path);
  desk.file.remember(charging(12, 1'700'000'000'000));
  desk.clerk.settle();
  EXPECT_EQ(read(path), as_it_was);
  EXPECT_EQ(desk.stored, 1);
  Folder empty;
  Desk other(empty.at("settings.json"));
  other.file.remember(Memory{});
  other.clerk.settle();
  EXPECT_FALSE(shell::exists(empty.at("settings.json"))) << "nothing to remember needs no file";
}

TEST(SettingsFile, what_the_owner_edits_meanwhile_is_kept) {
  Folder folder;
  const std::string path = folder.at("settings.json");
  write(path, R"({"a": 1})");
  Desk desk(path);
  desk.file.remember(charging(6, 1000));
  desk.clerk.settle();
  write(path, R"({"a": 2, "new": true})");
  desk.file.remember(Memory{});
  desk.clerk.settle();
  desk.file.remember(charging(7, 2000));
  desk.clerk.settle();
  EXPECT_EQ(read(path), R"({"a":2,"new":true,"chargeNowAmps":7,"chargeNowTimeEnd":2.0})");
}

TEST(SettingsFile, what_a_car_has_borne_is_written_beside_the_keys_of_others) {
  Folder folder;
  const std::string path = folder.at("settings.json");
  write(path, R"({"SlaveTWCs": {"1061": {"supportsVINQuery": 1}}, "connectors": {"1061": {"note": "garage", "silences": 7}, "mine": 5, "2172": {}}})");
  Desk desk(path);
  Memory memory;
  memory.units.push_back(worn());
  desk.file.remember(memory);
  desk.clerk.settle();
  EXPECT_EQ(read(path), R"({"SlaveTWCs":{"1061":{"supportsVINQuery":1}},"connectors":{"mine":5,"1061":{"note":"garage","silences":1,)"
                        R"("carPlugged":true,"charging":true,"zeros":3,"stopOrders":2,"relayOperations":1204,"sessionkWh":12.345,)"
                        R"("vin":"5YJ3E7EB1LF000000"}},"chargeNowAmps":0,"chargeNowTimeEnd":0})");
  EXPECT_EQ(shell::load_settings(path).settings.memory(), memory);
}

TEST(SettingsFile, what_was_chosen_is_written_and_what_is_no_longer_chosen_goes) {
  Folder folder;
  const std::string path = folder.at("settings.json");
  write(path, R"({"circuitLimits": {"shed": {"note": "mine"}, "garage": {"by": "evcc", "watts": 5}, "old": {"amps": 3}}})");
  Desk desk(path);
  desk.file.remember(chosen());
  desk.clerk.settle();
  const std::string connector = R"("connectors":{"1061":{"carPlugged":false,"charging":false,"zeros":0,"silences":0,"stopOrders":0,)"
                                R"("relayOperations":0,"sessionkWh":0.0,"vin":"")";
  EXPECT_EQ(read(path), R"({"circuitLimits":{"shed":{"note":"mine"},"main fuse":{"watts":4200,"end":1785003660,"reason":"dimmed"},)"
                        R"("garage":{"by":"evcc","amps":7.5,"reason":""}},"chargeNowAmps":6,"chargeNowTimeEnd":1700000000.25,)"
                        R"("chosenMode":"minpv",)" + connector +
                            R"(,"usualPhases":1,"usualVin":"5YJ3E7EB1LF000000","mode":"off","targetKWh":20.0}}})");
  EXPECT_EQ(shell::load_settings(path).settings.memory(), chosen());
  Memory none = charging(6, 1'700'000'000'250);
  none.units.push_back({});
  none.units[0].id = base::UnitId{0x1061};
  desk.file.remember(none);
  desk.clerk.settle();
  EXPECT_EQ(read(path), R"({"circuitLimits":{"shed":{"note":"mine"}},"chargeNowAmps":6,"chargeNowTimeEnd":1700000000.25,)" +
                            connector + "}}}");
}

RC_GTEST_PROP(SettingsFile, what_is_written_is_read_again, (std::uint16_t id, std::uint8_t silences, std::uint32_t operations,
                                                            std::uint16_t watt_hours)) {
  Folder folder;
  const std::string path = folder.at("settings.json");
  core::UnitMemory unit = worn();
  RC_PRE(id != 0x1061);   // is there already
  unit.id.value = id;
  unit.silences = std::min<std::uint8_t>(silences, 250);
  unit.relay_operations = operations % 1'000'000'001;
  unit.energy = base::Energy::whole(3600) * watt_hours;
  unit.target = base::Energy::whole(3600) * (1 + watt_hours);
  unit.usual.count = id % 4;
  Memory memory = chosen();
  memory.limits[0].amps = Amps::grains(operations % 100'000);
  memory.limits[1].watts = core::Watts::grains(operations % 1'000'000'000);
  memory.units.push_back(unit);
  Desk desk(path);
  desk.file.remember(memory);
  desk.clerk.settle();
  RC_ASSERT(shell::load_settings(path).settings.memory() == memory);
}

TEST(SettingsFile, a_broken_file_is_set_aside_and_its_backup_survives) {
  Folder folder;
  const std::string path = folder.at("settings.json");
  write(path, "{broken");
  write(path + ".backup", R"({"kept": 1})");
  Desk desk(path);
  desk.file.remember(charging(6, 1000));
  desk.clerk.settle();
  EXPECT_EQ(read(path), R"({"kept":1,"chargeNowAmps":6,"chargeNowTimeEnd":1.0})");
  EXPECT_EQ(read(path + ".broken"), "{broken");
  EXPECT_EQ(read(path + ".backup"), R"({"kept": 1})");
}

TEST(SettingsFile, a_symbolic_link_stays_one) {
  Folder folder;
  std::filesystem::create_directory(folder.at("real"));
  write(folder.at("real/file.json"), R"({"a": 1})");
  std::filesystem::create_symlink(folder.at("real/file.json"), folder.at("settings.json"));
  Desk desk(folder.at("settings.json"));
  desk.file.remember(charging(6, 1000));
  desk.clerk.settle();
  EXPECT_TRUE(std::filesystem::is_symlink(folder.at("settings.json")));
  EXPECT_THAT(read(folder.at("real/file.json")), HasSubstr("\"chargeNowAmps\":6"));
}

TEST(SettingsFile, a_missing_folder_is_told_once_and_tried_until_it_is_there) {
  Folder folder;
  std::filesystem::create_directory(folder.at("x"));
  const std::string path = folder.at("x/settings.json");
  std::filesystem::remove(folder.at("x"));
  Desk desk(path);
  desk.file.remember(charging(6, 1000));
  while (desk.troubles == 0) ::usleep(1000);
  EXPECT_THAT(desk.trouble, HasSubstr("create it"));
  ::usleep(100'000);
  EXPECT_EQ(desk.troubles, 1);
  std::filesystem::create_directory(folder.at("x"));
  while (desk.stored == 0) ::usleep(1000);
  EXPECT_EQ(desk.recovered, 1);
  EXPECT_EQ(shell::load_settings(path).settings.memory(), charging(6, 1000));
}

TEST(SettingsFile, a_folder_on_which_nothing_fits_loses_nothing) {
  Folder folder;
  const std::string path = folder.at("settings.json");
  const std::string before = R"({"a": ")" + std::string(2000, 'x') + R"("})";
  write(path, before);
  rlimit was{};
  ::getrlimit(RLIMIT_FSIZE, &was);
  std::signal(SIGXFSZ, SIG_IGN);
  Desk desk(path);
  rlimit tight = was;
  tight.rlim_cur = 1000;
  ::setrlimit(RLIMIT_FSIZE, &tight);
  desk.file.remember(charging(6, 1000));
  while (desk.troubles == 0) ::usleep(1000);
  ::setrlimit(RLIMIT_FSIZE, &was);
  EXPECT_THAT(desk.trouble, HasSubstr("cannot be written"));
  while (desk.stored == 0) ::usleep(1000);
  const auto loaded = shell::load_settings(path);
  EXPECT_TRUE(loaded.notes.empty());
  EXPECT_EQ(loaded.settings.memory(), charging(6, 1000));
  EXPECT_EQ(loaded.settings.text({"a"}), std::string(2000, 'x'));
}

TEST(SettingsFile, what_was_asked_for_last_is_what_the_disk_has_at_the_end) {
  Folder folder;
  const std::string path = folder.at("settings.json");
  {
    Desk desk(path);
    for (int i = 1; i <= 200; ++i) desk.file.remember(charging(1 + i % 60, i * 1000));
    desk.file.remember(charging(13, 99'000));
  }
  EXPECT_EQ(shell::load_settings(path).settings.memory(), charging(13, 99'000));
}

/// Everything that can be chosen, at a moment that numbers it.
Memory limited(int moment) {
  Memory memory = chosen();
  memory.charge_now_end = base::WallTime::at(base::Duration{moment});
  memory.limits[0].end = base::WallTime::at(1'785'003'660s + moment * 1min);
  memory.limits[1].amps = Amps::whole(1 + moment % 30);
  return memory;
}

TEST(SettingsFile, a_kill_at_any_moment_loses_nothing_that_was_acknowledged) {
  Folder folder;
  const std::string path = folder.at("settings.json");
  write(path, R"({"keep": "me"})");
  int acknowledged = 0;   // the last memory that was said to be stored
  for (int round = 0; round < 40; ++round) {
    int pipe[2];
    ASSERT_EQ(::pipe(pipe), 0);
    const pid_t child = ::fork();
    if (child == 0) {
      ::alarm(20);   // never outlives the test
      shell::Clerk clerk;
      shell::SettingsFile file(path, clerk, {[&](Memory memory) {
        const int amps = static_cast<int>(memory.charge_now_end.since_epoch().count());
        static_cast<void>(::write(pipe[1], &amps, sizeof amps) > 0);
      }, {}, {}});
      for (int i = acknowledged + 1;; ++i) {
        file.remember(limited(i));
        clerk.settle();
      }
    }
    ::close(pipe[1]);
    ::usleep(static_cast<useconds_t>(1000 + round * 700));
    ::kill(child, SIGKILL);
    ::waitpid(child, nullptr, 0);
    int value = 0;
    while (::read(pipe[0], &value, sizeof value) == static_cast<ssize_t>(sizeof value)) acknowledged = value;
    ::close(pipe[0]);
    const auto loaded = shell::load_settings(path);
    ASSERT_TRUE(loaded.notes.empty()) << loaded.notes[0];
    ASSERT_EQ(loaded.settings.text({"keep"}), "me");
    const Memory kept = loaded.settings.memory();
    ASSERT_GE(kept.charge_now_end.since_epoch().count(), acknowledged);
    if (acknowledged > 0) ASSERT_EQ(kept, limited(static_cast<int>(kept.charge_now_end.since_epoch().count())));
  }
  EXPECT_GT(acknowledged, 0);
}

// --- The clerk --------------------------------------------------------------------------------------------------------

TEST(Clerk, does_everything_that_is_queued_before_it_ends) {
  std::atomic<int> done{0};
  {
    shell::Clerk clerk;
    for (int i = 0; i < 50; ++i)
      ASSERT_TRUE(clerk.post([&] { ::usleep(100); ++done; return shell::Clerk::Outcome{}; }));
  }
  EXPECT_EQ(done, 50);
}

TEST(Clerk, work_that_waits_for_another_attempt_gets_a_last_one_at_the_end) {
  std::atomic<int> attempts{0};
  {
    shell::Clerk clerk;
    ASSERT_TRUE(clerk.post([&] { ++attempts; return shell::Clerk::Outcome{1h}; }));
    clerk.settle();
    EXPECT_EQ(attempts, 1);
  }
  EXPECT_EQ(attempts, 2);
}

TEST(Clerk, refuses_more_than_it_can_keep) {
  shell::Clerk clerk;
  std::atomic<bool> go{false};
  int taken = 0;
  for (int i = 0; i < 200; ++i)
    taken += clerk.post([&] { while (!go) ::usleep(100); return shell::Clerk::Outcome{}; }) ? 1 : 0;
  EXPECT_LE(taken, 65);
  go = true;
}

}  // namespace
