// Moving in: what `twcmanager import` says of installations, and what it writes.
#include "app/import.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <nlohmann/json.hpp>
#include <sstream>
#include <string>

#include "app/check.hpp"
#include "app/config/configuration.hpp"
#include "app/load.hpp"

namespace app {
namespace {

using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

namespace fs = std::filesystem;

class ImportTest : public ::testing::Test {
 protected:
  void SetUp() override {
    std::string pattern = (fs::temp_directory_path() / "twcmanager-import-XXXXXX").string();
    ASSERT_NE(::mkdtemp(pattern.data()), nullptr);
    folder_ = pattern;
  }
  void TearDown() override { fs::remove_all(folder_); }

  /// A copy, so that writing beside it is possible.
  std::string copy_of(const std::string& fixture) {
    fs::copy(std::string{TWC_SOURCE_DIR} + "/tests/app/fixtures/import/" + fixture, folder_,
             fs::copy_options::recursive);
    return folder_.string();
  }
  void put(const std::string& name, const std::string& text) const { std::ofstream{folder_ / name} << text; }
  std::string content(const std::string& name) const {
    std::ifstream in{folder_ / name};
    return {std::istreambuf_iterator<char>{in}, {}};
  }
  std::vector<std::string> files() const {
    std::vector<std::string> names;
    for (const auto& each : fs::directory_iterator(folder_)) names.push_back(each.path().filename().string());
    std::sort(names.begin(), names.end());
    return names;
  }

  struct Said {
    int status;
    std::string out, err;
    [[nodiscard]] std::string part(const std::string& from, const std::string& to) const {
      const std::size_t begin = out.find("\n" + from + "\n");
      const std::size_t end = to.empty() ? out.size() : out.find("\n" + to + "\n");
      EXPECT_LT(begin, end) << out;
      return begin < end ? out.substr(begin, end - begin) : std::string{};
    }
    [[nodiscard]] std::string taken() const { return part("Taken over", "What changes"); }
    [[nodiscard]] std::string changes() const { return part("What changes", "Not used or not known"); }
    [[nodiscard]] std::string unknown() const { return part("Not used or not known", ""); }
  };
  static Said import(const ImportOptions& options) {
    std::ostringstream out, err;
    const int status = import_installation(options, out, err);
    return {status, out.str(), err.str()};
  }

  fs::path folder_;
};

TEST_F(ImportTest, the_broken_sample_of_the_original_moves_in) {
  const std::string folder = copy_of("shipped");
  const Said said = import({folder, {}, true});
  EXPECT_EQ(said.status, 0) << said.err;
  EXPECT_THAT(said.taken(), HasSubstr("All connectors together get at most 6 A"));
  EXPECT_THAT(said.taken(), HasSubstr("The connectors are at /dev/ttyUSB0, 9600 baud."));
  EXPECT_THAT(said.changes(),
              HasSubstr("config.json:69:10: a comma is missing here, after the value of \"HomeAssistant\""));
  EXPECT_THAT(said.changes(), HasSubstr("\"config.minAmpsPerTWC\" of 12 A is above"));
  EXPECT_THAT(said.changes(), HasSubstr("the page is for this machine alone"));
  EXPECT_THAT(said.unknown(), HasSubstr("\"control.IPC\" is switched on, but this version does not use it"));
  EXPECT_THAT(said.unknown(), HasSubstr("understood, not used by this version: config.cloudUpdateInterval"));
  EXPECT_THAT(said.out, HasSubstr("It contradicts itself, see above"));
  EXPECT_THAT(said.out,
              HasSubstr("Written: " + folder + "/twcmanager.yaml. The files of TWCManager are as they were."));

  const std::string yaml = content("twcmanager.yaml");
  const auto mode = fs::status(folder_ / "twcmanager.yaml").permissions();
  EXPECT_EQ(mode, fs::perms::owner_read | fs::perms::owner_write);
  EXPECT_THAT(yaml, HasSubstr("  # most that one connector may draw\n  wiringMaxAmpsPerTWC: 6\n"));
  EXPECT_THAT(yaml, HasSubstr("password: \"pa#ss\"")) << "secrets are kept";
  const Configuration before = read_configuration(content("config.json"), "c");
  const Configuration after = read_configuration(yaml, "c");
  EXPECT_EQ(explained(before), explained(after));
  EXPECT_EQ(before.findings.size(), after.findings.size() + 1) << "all but the missing comma";
}

TEST_F(ImportTest, settings_with_numbers_in_quotes_are_put_into_words) {
  const std::string folder = copy_of("quoted");
  const Said said = import({folder, {}, false});
  EXPECT_EQ(said.status, 0) << said.err;
  EXPECT_THAT(said.taken(), HasSubstr("House and charging together take at most 25 A per phase"));
  EXPECT_THAT(said.taken(),
              HasSubstr("From 22:30 to 06:00 charging is at 16 A on the days that are chosen for it (5 a week)."));
  EXPECT_THAT(said.taken(),
              HasSubstr("Outside schedules nothing charges unless somebody asks for it (nonScheduledAction 2)."));
  EXPECT_THAT(said.taken(), HasSubstr("load: http://192.168.1.5/v/house"));
  EXPECT_THAT(said.taken(), HasSubstr(folder + "/settings.json is read as it is"));
  EXPECT_THAT(
      said.changes(),
      HasSubstr(
          "outside schedules nothing is charged (nonScheduledAction 2); TWCManager charged with nonScheduledAmpsMax"));
  EXPECT_THAT(said.changes(), HasSubstr("the schedule begins to the minute"));
  EXPECT_THAT(said.changes(), HasSubstr("chargeStopMode 1 stopped cars by Tesla's cloud"));
  EXPECT_THAT(said.changes(), HasSubstr("greenEnergyLatch counts; TWCManager ignored it"));
  EXPECT_THAT(
      said.changes(),
      HasSubstr(
          "settingsPath says that settings.json is /nowhere/twcmanager/settings.json; the one that was read here, "));
  EXPECT_THAT(said.unknown(), HasSubstr("the key \"frobnicate\" in config is unknown and ignored"));
  EXPECT_THAT(said.unknown(), HasSubstr("\"control.MQTT\" is switched on, but this version does not use it"));
  EXPECT_THAT(said.unknown(), HasSubstr("kept as they are, and not used by this version: carApiBearerToken"));
  EXPECT_THAT(said.unknown(), HasSubstr("kept as they are, and not known: mySetting"));
  EXPECT_THAT(said.out, Not(HasSubstr("secret")));
  EXPECT_THAT(said.out, Not(HasSubstr("hunter2")));
  EXPECT_THAT(said.out, HasSubstr("Nothing was written. With --write: " + folder + "/twcmanager.yaml."));
  EXPECT_THAT(files(), ::testing::ElementsAre("config.json", "settings.json"));
}

TEST_F(ImportTest, what_is_written_leads_to_the_same_as_what_was_there) {
  const std::string folder = copy_of("quoted");
  EXPECT_EQ(import({folder, {}, true}).status, 0);
  const Configuration before = load_configuration(folder + "/config.json", {}, {});
  const Configuration after = load_configuration(folder + "/twcmanager.yaml", {}, {});
  EXPECT_EQ(explained(before), explained(after));
  EXPECT_TRUE(after.acceptable());
}

TEST_F(ImportTest, the_oldest_form_becomes_a_settings_file) {
  const std::string folder = copy_of("oldest");
  const Said said = import({folder, {}, true});
  EXPECT_EQ(said.status, 0) << said.err;
  EXPECT_THAT(
      said.taken(),
      HasSubstr("outside schedules charging follows the sun (nonScheduledAmpsMax -1, which is nonScheduledAction 3)"));
  EXPECT_THAT(said.taken(), HasSubstr("scheduledAmpsStartHour 23"));
  EXPECT_THAT(said.taken(), HasSubstr("carApiRefreshToken (not shown)"));
  EXPECT_THAT(said.changes(), HasSubstr("there is no config.json"));
  EXPECT_THAT(said.out, Not(HasSubstr("-secret")));
  EXPECT_THAT(files(), ::testing::ElementsAre("TWCManager.settings", "settings.json"));
  const auto settings = nlohmann::json::parse(content("settings.json"));
  EXPECT_EQ(settings["nonScheduledAction"], 3);
  EXPECT_EQ(settings["nonScheduledAmpsMax"], 0);
  EXPECT_EQ(settings["scheduledAmpsDaysBitmap"], 31);
  EXPECT_EQ(settings["kWhDelivered"], 1234.5);
  EXPECT_EQ(settings["carApiBearerToken"], "bearer-secret");
  EXPECT_EQ(settings["carApiTokenExpireTime"], 1600000000);
  EXPECT_EQ(settings["hourResumeTrackGreenEnergy"], -1);
}

TEST_F(ImportTest, the_oldest_form_beside_a_configuration_is_explained_with_it) {
  const std::string folder = copy_of("quoted");
  fs::remove(folder_ / "settings.json");
  put("TWCManager.settings",
      "nonScheduledAmpsMax=10\r\nhourResumeTrackGreenEnergy=-1\nnonsense\nfoo=1\nhomeLat=x\nnonScheduledAmpsMax=12\n");
  const Said said = import({folder, {}, false});
  EXPECT_EQ(said.status, 0);
  EXPECT_THAT(said.taken(), HasSubstr("Before 6:00 and from 20:00 on charging is at 10 A"));
  EXPECT_THAT(said.changes(), HasSubstr("hourResumeTrackGreenEnergy becomes 23.98"));
  EXPECT_THAT(said.unknown(), HasSubstr("the line \"nonsense\" has no ="));
  EXPECT_THAT(said.unknown(), HasSubstr("the key foo"));
  EXPECT_THAT(said.unknown(), HasSubstr("homeLat is no number"));
  EXPECT_THAT(said.unknown(), HasSubstr("nonScheduledAmpsMax stands there a second time; the first one counts"));
  EXPECT_EQ(nlohmann::json::parse(from_old_settings("nonScheduledAmpsMax=0").json)["nonScheduledAction"], 2);
}

TEST_F(ImportTest, nothing_is_ever_overwritten) {
  const std::string folder = copy_of("quoted");
  put("twcmanager.yaml", "mine");
  const Said said = import({folder, {}, true});
  EXPECT_EQ(said.status, 1);
  EXPECT_EQ(
      said.err,
      "twcmanager: " + folder +
          "/twcmanager.yaml exists already, and nothing was written; move it away or name another folder with --to\n");
  EXPECT_EQ(content("twcmanager.yaml"), "mine");
  fs::create_directory(folder_ / "new");
  EXPECT_EQ(import({folder + "/", folder + "/new", true}).status, 0);
  EXPECT_THAT(content("new/twcmanager.yaml"), HasSubstr("wiringMaxAmpsAllTWCs: \"32\""));
  const Said nowhere = import({folder, folder + "/none", true});
  EXPECT_EQ(nowhere.status, 1);
  EXPECT_THAT(nowhere.err, HasSubstr("its folder does not exist; create it"));
}

TEST_F(ImportTest, a_folder_without_an_installation_is_refused_in_one_sentence) {
  for (const std::string& folder : {folder_.string(), folder_.string() + "/none"}) {
    const Said said = import({folder, {}, true});
    EXPECT_EQ(said.status, 1);
    EXPECT_THAT(said.out, IsEmpty());
    EXPECT_THAT(said.err, HasSubstr("twcmanager: " + folder +
                                    " holds neither config.json nor settings.json nor TWCManager.settings"));
  }
  put("config.json", "{\"config\": {\"wiringMaxAmpsAllTWCs\": \"x\"}}");
  const Said broken = import({folder_.string(), {}, true});
  EXPECT_EQ(broken.status, 1);
  EXPECT_THAT(broken.err, HasSubstr("config.json:1: \"wiringMaxAmpsAllTWCs\" is \"x\", not a number"));
  EXPECT_THAT(files(), ::testing::ElementsAre("config.json"));
}

TEST_F(ImportTest, a_checkout_of_the_original_is_an_installation_too) {
  fs::create_directories(folder_ / "etc/twcmanager");
  put("etc/twcmanager/config.json", "config: {wiringMaxAmpsAllTWCs: 16}\ninterface: {RS485: {port: x}}\n");
  EXPECT_THAT(import({folder_.string(), {}, false}).out,
              HasSubstr("Read from " + folder_.string() + "/etc/twcmanager/config.json."));
}

}  // namespace
}  // namespace app
