#include "app/run.hpp"

#include <fmt/format.h>

#include <memory>
#include <utility>

#include "app/demo.hpp"
#include "app/installation.hpp"
#include "app/config/meter_source.hpp"
#include "app/load.hpp"
#include "app/meters/kinds.hpp"
#include "app/page.hpp"
#include "app/say.hpp"
#include "app/steward.hpp"
#include "app/version.hpp"
#include "shell/door/keeper.hpp"
#include "shell/history/history_json.hpp"
#include "shell/hooks/caller.hpp"
#include "shell/loop/loop.hpp"
#include "shell/loop/reactor.hpp"
#include "shell/meters/reader.hpp"
#include "shell/meters/tables.hpp"
#include "shell/record/recorder.hpp"
#include "shell/store/files.hpp"
#include "shell/store/settings.hpp"
#include "shell/store/sheet.hpp"
#include "shell/web/legacy.hpp"

namespace app {
namespace {

using core::Severity;

constexpr base::Duration looks_at_power = std::chrono::seconds{10};
constexpr base::Duration stores_history = std::chrono::hours{1};
constexpr base::Duration looks_at_sun = std::chrono::minutes{1};

/// Everything a daemon consists of, in the order of its needs: what is declared later ends earlier.
class Daemon {
 public:
  Daemon(Written written, shell::Settings settings, const Configuration& configuration, shell::BusSettings bus)
      : configuration_(configuration), core_(configuration.core), door_(core_) {
    remember_settings();
    start_recorder();
    prepare_hooks();
    loop_.emplace(reactor_.io(), door_, needs(std::move(bus)));
    reader_.emplace(reactor_.io(), configuration.sources, known_of_sources(sources_file(configuration)), reading());
    tables_.emplace(reactor_.io(), configuration.tables, known_tables(), reading_tables());
    kinds_.emplace(folder_around(written.file), [this](std::function<void()> task) { reactor_.soon(std::move(task)); }, [this] { return seen_first(); });
    steward_.emplace(std::move(written), std::move(settings), configuration,
                     Steward::Needs{[this](const Configuration& next) { configure(next); },
                                    [] { return shell::read_clocks().wall; }, settings_ ? &*settings_ : nullptr});
    shell::recall_history(history_, steward_->settings(), shell::read_clocks().wall);
  }

  int run() {
    loop_->part_on_signals([this] {
      page_.reset();
      keeper_.reset();
      reactor_.stop();
    });
    loop_->start();
    reader_->start();
    tables_->start();
    reactor_.on_hang_up([this] { reload(); });
    reactor_.every(looks_at_power, [this] { look_at_power(); });
    reactor_.every(stores_history, [this] { store_history(); });
    reactor_.every(looks_at_sun, [this] { store_sun(); });
    store_sun();
    const std::string socket = socket_file(configuration_);
    if (configuration_.http.enabled || !socket.empty()) keep_the_door();
    page_ = open_page(reactor_, configuration_.http, house(), desk(),
                      {socket, tls_files(configuration_), keeper_ ? &*keeper_ : nullptr, kinds_->on_page(), &clerk_});
    reactor_.run();
    store_history();
    return 0;
  }

 private:
  shell::web::Loop house() {
    shell::web::Loop house;
    house.snapshot = [this] { return loop_->snapshot(); };
    house.command = [this](const core::Command& command) { return loop_->command(command); };
    house.config = [this]() -> const core::Config& { return core_.config(); };
    house.policies = [this] { return core_.policies(shell::read_clocks()); };
    house.preview = [this] { return core_.preview(shell::read_clocks()); };
    house.sources = [this]() -> const core::meter::Desk& { return reader_->desk(); };
    house.tables = [this](core::table::Measure measure) { return tables_->views(measure); };
    house.seen_first = [this] { return seen_first(); };
    house.forget_seen = [this](std::string_view address) {
      const bool of_meters = reader_->forget_seen(address);
      return tables_->forget_seen(address) || of_meters;
    };
    return house;
  }

  /// A device may be asked for both: each remembers by itself what it saw.
  std::vector<shell::SeenFirst> seen_first() const {
    std::vector<shell::SeenFirst> all = reader_->seen_first();
    for (shell::SeenFirst& each : tables_->seen_first()) all.push_back(std::move(each));
    return all;
  }

  shell::web::Desk desk() {
    return steward_->desk(history_, known_installation(), [this](std::function<void()> task) { reactor_.soon(std::move(task)); });
  }

  std::string known_installation() {
    const std::string number = installation_number(steward_->settings());
    if (!steward_->settings().has({"installation"})) steward_->keep({{"installation"}, fmt::format("\"{}\"", number)});
    return number;
  }

  /// An answer names its source by its place: both change at one moment.
  void configure(const Configuration& next) {
    loop_->feed(core::Configured{std::make_shared<const core::Config>(next.core)});
    reader_->configure(next.sources);
    tables_->configure(next.tables);
  }

  void reload() { say(steward_->reload(), Severity::info); }

  /// The rounded hours, for the program that ran here before and may again (spec/policy.md §10).
  void store_sun() {
    const core::rules::Policies& policies = core_.config().policies;
    if (!policies.home) return;
    const auto hours = core::rules::sun_hours(policies.zone, *policies.home, shell::read_clocks().wall);
    for (const auto& [key, hour] : {std::pair{"sunrise", hours.rounded_rise}, {"sunset", hours.rounded_set}}) {
      if (steward_->settings().whole({key}) != hour) steward_->keep({{key}, fmt::format("{}", hour)});
    }
  }

  void look_at_power() {
    const core::Snapshot now = loop_->snapshot();
    history_.look(now.now.wall, {now.site.charger, now.site.generation, now.site.consumption});
    charged_ |= now.site.charger > base::Watts{};
    if (settings_) settings_->nudge();
  }

  /// Flash wears: only what is new, and hardly ever by itself.
  void store_history() {
    if (!std::exchange(charged_, false)) return;
    steward_->keep({{"history"}, shell::history_json(history_, shell::read_clocks().wall, core_.config().policies.zone)});
  }

  void remember_settings() {
    if (configuration_.settings_path.empty()) return;
    shell::SettingsFile::Events events;  // told on the clerk's thread
    events.trouble = [](const std::string& why) { say(Severity::warning, why); };
    events.recovered = [] { say(Severity::info, "settings.json can be written again"); };
    settings_.emplace(settings_file(configuration_), clerk_, std::move(events));
  }

  void keep_the_door() {
    shell::door::Keeper::Needs needs;
    needs.path = door_file(configuration_);
    needs.has_page = configuration_.http.enabled;
    needs.now = shell::read_clocks;
    needs.on_loop = [this](std::function<void()> work) { reactor_.soon(std::move(work)); };
    needs.say = [](core::Severity severity, std::string_view text) { say(severity, text); };
    needs.worker = &worker_;
    needs.clerk = &clerk_;
    keeper_.emplace(std::move(needs));
  }

  void start_recorder() {
    if (!configuration_.recorder.enabled || configuration_.recorder.path.empty()) return;
    shell::RecorderSettings settings;
    settings.folder = configuration_.recorder.path;
    settings.most_bytes = static_cast<std::uint64_t>(configuration_.recorder.size);
    settings.version = std::string{version};
    recorder_.emplace(
        std::move(settings),
        shell::Recorder::Source{core_.config(), core::Core::layout(), [this] { return core_.state_bytes(); }}, clerk_,
        [](const std::string& text) { say(Severity::warning, text); });
    recorder_->write_on_fatal_signals();
  }

  void prepare_hooks() {
    shell::hooks::Caller::Needs needs;
    needs.method = [this] {
      return steward_->configuration().hook_method == HookMethod::get ? shell::hooks::Method::get : shell::hooks::Method::post;
    };
    needs.status = [this] { return shell::web::get_status(loop_->snapshot()); };
    needs.say = [](Severity severity, const std::string& text) { say(severity, text); };
    hooks_.emplace(reactor_.io(), std::move(needs));
  }

  static shell::SourceSecrets known_of_sources(const std::string& file) {
    if (file.empty()) return {};
    auto known = shell::load_source_secrets(file);
    if (known) return std::move(*known);
    say(Severity::warning, fmt::format("{}: {}", file, known.error().text));
    return {};
  }

  shell::Reader::Needs reading() {
    shell::Reader::Needs needs;
    needs.read = [this](const core::MeterRead& read) { loop_->feed(read); };
    needs.say = [](Severity severity, const std::string& text) { say(severity, text); };
    needs.now = shell::read_clocks;
    needs.keep = into(sources_file(configuration_));
    return needs;
  }

  /// What gives that file another text; nothing without a file.
  std::function<void(std::string)> into(const std::string& file) {
    if (file.empty()) return {};
    const auto sheet = std::make_shared<shell::Sheet>(file, clerk_, [](const std::string& text) { say(Severity::warning, text); });
    return [sheet](std::string text) { sheet->write(std::move(text)); };
  }

  std::vector<shell::KeptTable> known_tables() {
    const std::string file = tables_file(configuration_);
    if (file.empty() || !shell::exists(file)) return {};
    const auto text = shell::read_whole(file);
    auto known = text ? shell::read_tables(*text) : tl::unexpected(text.error());
    if (known) return *std::move(known);
    say(Severity::warning, fmt::format("{}: {}", file, known.error().text));
    return {};
  }

  shell::Tables::Needs reading_tables() {
    shell::Tables::Needs needs;
    needs.say = [](Severity severity, const std::string& text) { say(severity, text); };
    needs.now = shell::read_clocks;
    needs.zone = [this]() -> const core::rules::Zone& { return core_.config().policies.zone; };
    needs.keep = into(tables_file(configuration_));
    needs.learned = known_of_sources(table_sources_file(configuration_));
    needs.keep_learned = into(table_sources_file(configuration_));
    return needs;
  }

  shell::LoopNeeds needs(shell::BusSettings bus) {
    shell::LoopNeeds needs;
    needs.bus = std::move(bus);
    needs.announce = [](const core::Announcement& what) { say(what.severity, words(what)); };
    needs.call_hook = [this](core::CallHook hook) { hooks_->call(std::move(hook)); };
    needs.tell = [](const std::string& text) { say(Severity::warning, text); };
    if (settings_) needs.remember = [this](const core::Memory& memory) { settings_->remember(memory); };
    if (recorder_) needs.record = [this](base::Now now, const core::Event& event) { recorder_->note(now, event); };
    return needs;
  }

  const Configuration& configuration_;
  shell::Reactor reactor_;
  shell::Clerk clerk_;
  shell::Clerk worker_;  ///< for what takes the processor long, not the disk
  std::optional<shell::SettingsFile> settings_;
  core::Core core_;
  shell::CoreDoor door_;
  std::optional<shell::Recorder> recorder_;
  shell::PowerHistory history_;
  bool charged_ = false;  ///< since the history was stored
  std::optional<shell::hooks::Caller> hooks_;
  std::optional<shell::Loop> loop_;
  std::optional<shell::Reader> reader_;
  std::optional<shell::Tables> tables_;
  std::optional<meters::Kinds> kinds_;
  std::optional<Steward> steward_;
  std::optional<shell::door::Keeper> keeper_;
  std::unique_ptr<shell::http::Server> page_;
};

int refuse(std::string_view sentence) {
  complain(sentence);
  return 1;
}

/// Whoever names a port wants the page.
void use_port(const RunOptions& options, HttpSettings& http) {
  if (!options.port) return;
  http.port = *options.port;
  http.enabled = true;
}

int run_demo(const RunOptions& options, Configuration configuration, DemoOptions::Begins begins) {
  DemoOptions demo_options;
  demo_options.configuration = std::move(configuration);
  demo_options.begins = begins;
  if (begins == DemoOptions::Begins::now) {
    demo_options.speed = 1;
    demo_options.connectors = 1;
  }
  demo_options.speed = options.speed.value_or(demo_options.speed);
  demo_options.seed = options.seed.value_or(demo_options.seed);
  use_port(options, demo_options.configuration.http);
  return demo(demo_options);
}

}  // namespace

int run(const RunOptions& options) {
  if (options.demo && options.config.empty())
    return run_demo(options, demo_configuration(), DemoOptions::Begins::in_the_morning);
  Written written = read_written(options.config);
  shell::LoadedSettings settings = settings_of(written);
  Configuration configuration = configuration_of(written, settings.settings, shell::read_clocks().wall);
  for (const std::string& note : settings.notes) say(core::Severity::warning, note);
  if (const Finding* fatal = configuration.fatal()) return refuse(words(*fatal));
  say(configuration.findings);
  if (options.demo) return run_demo(options, std::move(configuration), DemoOptions::Begins::in_the_morning);
  if (configuration.bus.kind == BusPort::Kind::simulated)
    return run_demo(options, std::move(configuration), DemoOptions::Begins::now);
  if (configuration.bus.kind == BusPort::Kind::none) {
    return refuse(
        fmt::format("{}: no port to the connectors is named; add interface.RS485.port with the adapter's path, or look "
                    "around with run --demo",
                    configuration.file));
  }
  auto bus = shell::parse_port(configuration.bus.text, configuration.bus.baud);
  if (!bus) return refuse(fmt::format("{}: {}", configuration.file, bus.error().text));
  if (configuration.core.role == wire::Role::listener) bus->speech = shell::Speech::listen_only;
  use_port(options, configuration.http);
  return Daemon{std::move(written), std::move(settings.settings), configuration, std::move(*bus)}.run();
}

}  // namespace app
