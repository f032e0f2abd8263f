#include "app/demo.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <ctime>

#include "app/config/form.hpp"
#include "app/config/public_config.hpp"
#include "app/demo_day.hpp"
#include "app/demo_tables.hpp"
#include "app/load.hpp"
#include "app/meters/catalogue.hpp"
#include "app/meters/kinds.hpp"
#include "app/page.hpp"
#include "app/say.hpp"
#include "app/zone.hpp"
#include "core/meter/fill.hpp"
#include "shell/loop/loop.hpp"
#include "shell/loop/reactor.hpp"
#include "sim/world.hpp"

namespace app {
namespace {

using base::Duration;
using base::Instant;
using base::WallTime;
using namespace base::literals;
using namespace std::chrono_literals;

constexpr int days = 30;  // then the same month begins again
constexpr auto tick = 100ms;
constexpr Duration a_day = 24h;
constexpr Duration morning = 10h;

/// A car that comes every day.
struct Visit {
  std::size_t connector;
  Duration arrives, leaves;  ///< by local clock
  int kilowatt_hours;
  int most_amps;
  std::string_view vin;
};

constexpr Visit visits[] = {
    {0, 9h + 40min, 16h + 30min, 28, 32, "5YJ3DEMO000000001"},
    {1, 10h + 3min, 14h, 14, 16, "5YJ3DEMO000000002"},
    {2, 12h + 15min, 15h, 9, 16, {}},
    {1, 17h + 20min, 31h, 22, 32, "5YJ3DEMO000000003"},
};

/// What an owner sees of a device that was unplugged. Its address is one that nobody has.
sim::Absent unplugged() {
  core::meter::Source source;
  source.name = "demo: cellar";
  source.kind = core::meter::fill(meters::Catalogue{{}}.read("shelly-3em").kind, {{"host", "192.0.2.20"}}).kind;
  source.every = source.kind.every;
  return {std::move(source), "192.0.2.20 cannot be reached: No route to host."};
}

WallTime local_midnight(WallTime now) {
  const std::time_t seconds = now.since_epoch() / Duration{1s};
  std::tm local{};
  ::localtime_r(&seconds, &local);
  return WallTime::at(Duration{1s} * (seconds - local.tm_hour * 3600 - local.tm_min * 60 - local.tm_sec));
}

class Demo {
 public:
  explicit Demo(const DemoOptions& options) : options_(options) { begin(); }

  void start(shell::Reactor& reactor) {
    started_ = std::chrono::steady_clock::now();
    reactor.every(tick, [this] { advance(); });
  }

  [[nodiscard]] core::Snapshot snapshot() const { return world_->core()->snapshot(world_->both_clocks()); }

  shell::web::Loop house() {
    shell::web::Loop house;
    house.snapshot = [this] { return snapshot(); };
    house.command = [this](const core::Command& each) { return command(each); };
    house.config = [this]() -> const core::Config& { return world_->core()->config(); };
    house.policies = [this] { return world_->core()->policies(world_->both_clocks()); };
    house.sources = [this]() -> const core::meter::Desk& { return world_->desk(); };
    house.tables = [this](core::table::Measure measure) { return demo_tables(measure, midnight(), world_->both_clocks().wall); };
    house.preview = [this] { return world_->core()->preview(world_->both_clocks()); };
    return house;
  }
  /// Settings last as long as the demo.
  shell::web::Desk desk() {
    shell::web::Desk desk;
    desk.settings = [this]() -> const shell::Settings& { return settings_; };
    desk.change = [this](const std::vector<shell::SettingChange>& changes) { return change(changes); };
    desk.configuration = [] { return public_config({}, {}); };
    desk.form = [this] { return form_json({}, options_.configuration); };
    desk.check_key = [](std::string_view, std::string_view) {
      return base::Result<std::string>{base::fail(base::Culprit::user, "A demo has no configuration that could be changed; nothing was changed.")};
    };
    desk.history = [this]() -> const shell::PowerHistory& { return history_; };
    desk.installation = "0";
    return desk;
  }
  std::string command(const core::Command& command) {
    std::string objection = world_->core()->objection(command);
    if (objection.empty()) world_->command(command);
    return objection;
  }

 private:
  base::Result<bool> change(const std::vector<shell::SettingChange>& changes) {
    shell::Settings settings = settings_;
    for (const shell::SettingChange& each : changes) settings.apply(each);
    Configuration next = options_.configuration;
    add_settings(next, settings, world_->both_clocks().wall);
    settings_ = std::move(settings);
    world_->configure([&](core::Config& config) {
      config.policies = next.core.policies;
      config.fixed_rate = next.core.fixed_rate;
      config.consumption_offset = next.core.consumption_offset;
      config.consumption_offset_amps = next.core.consumption_offset_amps;
      config.stop_by = next.core.stop_by;
      config.spike_proactively = next.core.spike_proactively;
      config.spike_reactively = next.core.spike_reactively;
    });
    return true;
  }

  struct Change {
    Instant at;
    const Visit* visit;
    enum class What : std::uint8_t { arrives, leaves } what;
  };

  sim::Site site() {
    sim::Site site;
    site.config = options_.configuration.core;
    // What the virtual house is, whatever the file says about the real one.
    site.config.role = wire::Role::master;
    site.config.memory = {};
    site.config.charger_inside_meter = true;
    site.config.generation_is_delivery = false;
    site.config.consumption_offset = {};
    site.config.consumption_offset_amps = {};
    const int count = std::clamp(options_.connectors, 1, 3);
    for (int i = 0; i < count; ++i) {
      sim::ConnectorTraits traits;
      traits.id = static_cast<std::uint16_t>(0x1061 + 0x1111 * i);
      traits.serial = base::Text<11>{fmt::format("D18F000006{}", i + 1)};
      traits.lifetime = static_cast<std::uint32_t>(924 + 311 * i);
      site.connectors.push_back(traits);
    }
    const WallTime now = shell::read_clocks().wall;
    const WallTime midnight = local_midnight(now);
    since_midnight_ = options_.begins == DemoOptions::Begins::now ? now - midnight : morning;
    site.begins = midnight + since_midnight_;
    site.trace = demo_days(midnight, days + 1);
    site.days = days;
    site.seed = options_.seed;
    site.absent = {unplugged()};
    return site;
  }

  /// Of the day that is shown.
  [[nodiscard]] WallTime midnight() const {
    const base::Now now = world_->both_clocks();
    return now.wall - (now.at.since_origin() + since_midnight_) % a_day;
  }

  void begin() {
    world_ = std::make_unique<sim::World>(site());
    plan();
    announced_ = 0;
    apply_changes(world_->now());
    world_->boot();
  }

  void plan() {
    changes_.clear();
    next_ = 0;
    for (int day = -1; day < days; ++day) {
      for (const Visit& visit : visits) {
        if (visit.connector >= world_->connectors().size()) continue;
        const Instant midnight = Instant::at(a_day * day - since_midnight_);
        if (midnight + visit.leaves < world_->now()) continue;
        changes_.push_back({std::max(midnight + visit.arrives, world_->now()), &visit, Change::What::arrives});
        changes_.push_back({midnight + visit.leaves, &visit, Change::What::leaves});
      }
    }
    std::stable_sort(changes_.begin(), changes_.end(), [](const Change& a, const Change& b) { return a.at < b.at; });
  }

  void apply_changes(Instant until) {
    for (; next_ < changes_.size() && changes_[next_].at <= until; ++next_) {
      const Change& change = changes_[next_];
      world_->run_until(change.at);
      sim::WallConnector& connector = world_->connector(change.visit->connector);
      if (change.what == Change::What::leaves) {
        if (connector.has_car()) connector.unplug(change.at);
        continue;
      }
      if (connector.has_car()) continue;
      sim::CarTraits car;
      car.needed = base::kilowatt_hours(change.visit->kilowatt_hours);
      car.onboard = base::Amps::whole(change.visit->most_amps);
      car.vin = base::Text<17>{change.visit->vin};
      connector.plug_in(car, change.at);
    }
  }

  void advance() {
    const std::chrono::duration<double> elapsed = std::chrono::steady_clock::now() - started_;
    const Instant until = Instant::at(1s) + base::in_seconds(elapsed.count() * options_.speed);
    if (until > Instant::at(a_day * days)) {
      say(core::Severity::info, "the recorded month is over and begins again");
      begin();
      started_ = std::chrono::steady_clock::now();
      return;
    }
    apply_changes(until);
    world_->run_until(until);
    const core::Snapshot now = snapshot();
    history_.look(now.now.wall, {now.site.charger, now.site.generation, now.site.consumption});
    tell();
  }

  /// What the core had to tell since the last time, as far as it is still kept.
  void tell() {
    const std::uint64_t count = world_->announcements();
    if (count == announced_) return;
    const core::Snapshot now = snapshot();
    const std::size_t kept = now.announcements.size();
    const std::size_t fresh = static_cast<std::size_t>(std::min<std::uint64_t>(count - announced_, kept));
    for (std::size_t i = kept - fresh; i < kept; ++i) say(now.announcements[i].severity, words(now.announcements[i]));
    announced_ = count;
  }

  DemoOptions options_;
  shell::Settings settings_;
  shell::PowerHistory history_;
  std::unique_ptr<sim::World> world_;
  Duration since_midnight_{};
  std::vector<Change> changes_;
  std::size_t next_ = 0;
  std::uint64_t announced_ = 0;
  std::chrono::steady_clock::time_point started_;
};

}  // namespace

Configuration demo_configuration() {
  constexpr std::string_view text = "config: {wiringMaxAmpsAllTWCs: 32, wiringMaxAmpsPerTWC: 32, minAmpsPerTWC: 6}";
  Configuration configuration = read_configuration(text, {});
  configuration.core.policies.zone = zone_around(shell::read_clocks().wall);
  configuration.settings_path.clear();
  return configuration;
}

namespace {

/// A demo writes nothing: a certificate that is ours lives as long as it runs.
shell::http::TlsFiles tls_in_memory(const Configuration& configuration) {
  shell::http::TlsFiles files = tls_files(configuration);
  return files.ours ? shell::http::TlsFiles{{}, {}, true} : files;
}

}  // namespace

int demo(const DemoOptions& options) {
  shell::Reactor reactor;
  Demo demo{options};
  meters::Kinds kinds{{}, [&](std::function<void()> task) { reactor.soon(std::move(task)); }};
  shell::web::Kinds shown = kinds.on_page();
  // Everybody who reaches the page could make it ask whom he likes.
  shown.try_one = [](auto&&...) -> base::Result<bool> { return base::fail(base::Culprit::user, "This is a demo: it asks no device."); };
  const auto server = open_page(
      reactor, options.configuration.http, demo.house(), demo.desk(),
      {options.configuration.http.socket.value_or(std::string{}), tls_in_memory(options.configuration), nullptr, std::move(shown), nullptr});
  reactor.on_ending_signal([&] { reactor.stop(); });
  const std::string page = options.configuration.http.enabled
                               ? fmt::format(", see {}://localhost:{}/", options.configuration.http.tls ? "https" : "http", options.configuration.http.port)
                               : std::string{};
  say(core::Severity::info,
      fmt::format("virtual cars charge from a recorded day, {:g} times as fast as it was{}; Ctrl-C ends it",
                  options.speed, page));
  demo.start(reactor);
  reactor.run();
  return 0;
}

}  // namespace app
