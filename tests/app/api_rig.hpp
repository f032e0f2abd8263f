// Everything that HTTP answers with, on a real core in a simulated house and real files: no sockets, no door.
#pragma once

#include <gtest/gtest.h>

#include <thread>
#include <filesystem>
#include <fstream>
#include <memory>
#include <nlohmann/json.hpp>
#include <sstream>

#include "app/meters/kinds.hpp"
#include "app/steward.hpp"
#include "app/tasks.hpp"
#include "shell/web/routes.hpp"
#include "sim/world.hpp"

namespace app_test {

inline constexpr std::string_view usual_config = R"({"config": {"wiringMaxAmpsAllTWCs": 32, "wiringMaxAmpsPerTWC": 32, "minAmpsPerTWC": 6,
  "defaultVoltage": 230}, "interface": {"RS485": {"port": "/dev/null"}}})";

class Api {
 public:
  explicit Api(std::string_view config = usual_config) {
    std::string pattern = (std::filesystem::temp_directory_path() / "twcmanager-api-XXXXXX").string();
    folder_ = ::mkdtemp(pattern.data());
    std::string text{config};
    text.insert(text.find("\"config\": {") + 11, "\"settingsPath\": \"" + folder_.string() + "\", ");
    std::ofstream(folder_ / "config.json") << text;
    begin();
  }
  ~Api() {
    clerk_.settle();
    std::filesystem::remove_all(folder_);
  }
  Api(const Api&) = delete;
  Api& operator=(const Api&) = delete;

  shell::http::Answer call(shell::http::Method method, std::string_view path, std::string_view body = {}, std::string_view type = {}) {
    shell::http::Request request;
    request.method = method;
    request.path = path;
    request.body = body;
    request.type = type;
    return ask(request);
  }
  shell::http::Answer ask(const shell::http::Request& request) {
    shell::http::Answer answer = routes_(request);
    if (!answer.later) return answer;
    bool answered = false;
    shell::http::Answer late;
    answer.later([&](shell::http::Answer&& given) {
      late = std::move(given);
      answered = true;
    });
    for (int i = 0; i < 1000 && !answered; ++i) {
      clerk_.settle();
      tasks_.work();
      if (!answered) std::this_thread::sleep_for(std::chrono::milliseconds{5});
    }
    EXPECT_TRUE(answered) << request.path;
    return late;
  }
  shell::http::Answer get(std::string_view path) { return call(shell::http::Method::get, path); }
  shell::http::Answer post(std::string_view path, std::string_view body) { return call(shell::http::Method::post, path, body); }
  nlohmann::json json(std::string_view path) { return nlohmann::json::parse(get(path).bytes()); }

  /// What is on the disk.
  [[nodiscard]] nlohmann::json stored() const {
    std::ifstream file(folder_ / "settings.json");
    std::stringstream text;
    text << file.rdbuf();
    return text.str().empty() ? nlohmann::json::object() : nlohmann::json::parse(text.str());
  }
  [[nodiscard]] const std::filesystem::path& folder() const { return folder_; }
  [[nodiscard]] const app::Steward& steward() const { return *steward_; }
  app::Findings reload() { return steward_->reload(); }
  void wait(base::Duration span) { world_->run_until(world_->now() + span); }
  [[nodiscard]] core::Snapshot snapshot() const { return world_->core()->snapshot(world_->both_clocks()); }
  sim::World& world() { return *world_; }

  /// The program ends and starts again with what is on the disk.
  void restart() { begin(); }

 private:
  void begin() {
    const app::Written written = app::read_written((folder_ / "config.json").string());
    shell::Settings settings = app::settings_of(written).settings;
    const base::WallTime noon = base::WallTime::at(std::chrono::seconds{1'780'480'800});   // 2026-06-03T10:00:00Z
    app::Configuration configuration = app::configuration_of(written, settings, noon);
    EXPECT_EQ(configuration.fatal(), nullptr);
    sim::Site site;
    site.config = configuration.core;
    site.config.meters.clear();
    site.begins = noon;
    sim::ConnectorTraits connector;
    connector.id = 0x1061;
    site.connectors.push_back(connector);
    world_ = std::make_unique<sim::World>(site);
    world_->boot();
    sim::CarTraits car;
    car.needed = base::kilowatt_hours(50);
    world_->run_until(base::Instant::at(std::chrono::seconds{10}));
    world_->connector(0).plug_in(car, world_->now());
    world_->run_until(base::Instant::at(std::chrono::minutes{3}));
    file_ = std::make_unique<shell::SettingsFile>((folder_ / "settings.json").string(), clerk_, shell::SettingsFile::Events{});
    steward_ = std::make_unique<app::Steward>(
        written, std::move(settings), std::move(configuration),
        app::Steward::Needs{[this](const app::Configuration& next) { configure(next.core); },
                            [this] { return world_->both_clocks().wall; }, file_.get()});
    kinds_ = std::make_unique<app::meters::Kinds>(folder_.string(), [this](std::function<void()> task) { tasks_.soon(std::move(task)); });
    routes_ = shell::web::routes(house(), {"1.2.3", shell::web::World::real}, {}, desk(), kinds_->on_page());
  }

  /// The meters of the simulated house stay its own.
  void configure(const core::Config& next) {
    world_->configure([&](core::Config& config) {
      const auto meters = config.meters;
      config = next;
      config.meters = meters;
    });
  }

  shell::web::Loop house() {
    shell::web::Loop house;
    house.snapshot = [this] { return snapshot(); };
    house.command = [this](const core::Command& command) {
      std::string objection = world_->core()->objection(command);
      if (!objection.empty()) return objection;
      world_->command(command);
      file_->remember(world_->remembered());
      return objection;
    };
    house.config = [this]() -> const core::Config& { return world_->core()->config(); };
    house.policies = [this] { return world_->core()->policies(world_->both_clocks()); };
    house.sources = [this]() -> const core::meter::Desk& { return world_->desk(); };
    house.tables = [this](core::table::Measure measure) { return tables(measure); };
    house.seen_first = [this] { return seen_first_; };
    house.forget_seen = [this](std::string_view address) {
      return std::erase_if(seen_first_, [&](const shell::SeenFirst& each) { return each.address == address; }) > 0;
    };
    house.preview = [this] { return world_->core()->preview(world_->both_clocks()); };
    return house;
  }

  /// A market in quarters and a fixed tariff; one forecast, whose source fails now.
  [[nodiscard]] std::vector<shell::TableView> tables(core::table::Measure measure) const {
    constexpr base::Duration quarter = std::chrono::minutes{15};
    const base::WallTime now = world_->both_clocks().wall;
    shell::TableView view;
    view.measure = measure;
    view.read_at = now - quarter;
    view.slots = {{now - quarter, now, 28'900}, {now, now + quarter, -418}};
    if (measure == core::table::Measure::forecast) {
      view.name = "roof";
      view.kind = "solcast";
      view.state = core::meter::Health::State::resting;
      view.trouble = "is asked too often (429); it is left alone for a while";
      view.slots = {{now, now + 2 * quarter, 30'184}};
      return {view};
    }
    view.name = "market";
    view.kind = "awattar";
    view.currency = "EUR";
    view.state = core::meter::Health::State::well;
    view.next = now + quarter;
    shell::TableView silent;
    silent.name = "new";
    silent.kind = "tibber";
    return {view, silent};
  }

  shell::web::Desk desk() {
    return steward_->desk(history_, "123456789", [this](std::function<void()> task) { tasks_.soon(std::move(task)); });
  }

  std::filesystem::path folder_;
  shell::Clerk clerk_;
  Tasks tasks_;
  std::vector<shell::SeenFirst> seen_first_{{"https://192.168.1.7", "sha256//47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=", {"powerwall"}},
                                            {"mqtts://garage:8883", "sha256//AAAA", {}}};
  shell::PowerHistory history_;
  std::unique_ptr<sim::World> world_;
  std::unique_ptr<shell::SettingsFile> file_;
  std::unique_ptr<app::Steward> steward_;
  std::unique_ptr<app::meters::Kinds> kinds_;
  shell::http::Routes routes_;
};

}  // namespace app_test
