#include "app/run.hpp"

#include <fmt/format.h>

#include <map>
#include <memory>

#include "app/demo.hpp"
#include "app/load.hpp"
#include "app/page.hpp"
#include "app/say.hpp"
#include "app/version.hpp"
#include "shell/door/keeper.hpp"
#include "shell/http/client.hpp"
#include "shell/loop/loop.hpp"
#include "shell/loop/reactor.hpp"
#include "shell/record/recorder.hpp"
#include "shell/store/settings.hpp"

namespace app {
namespace {

using core::Severity;

/// Says why a meter cannot be read when that changes; the core only knows that it was silent.
class MeterTroubles {
 public:
  void heard(const core::AskMeter& asked, const shell::http::Reply& reply) {
    std::string& last = last_[{asked.meter.index, asked.ask}];
    if (reply.trouble == last) return;
    last = reply.trouble;
    if (!last.empty()) say(Severity::warning, last);
  }

 private:
  std::map<std::pair<int, int>, std::string> last_;
};

/// Everything a daemon consists of, in the order of its needs: what is declared later ends earlier.
class Daemon {
 public:
  Daemon(const Configuration& configuration, shell::BusSettings bus)
      : configuration_(configuration), core_(configuration.core), door_(core_), client_(reactor_.io()) {
    remember_settings();
    start_recorder();
    loop_.emplace(reactor_.io(), door_, needs(std::move(bus)));
  }

  int run() {
    loop_->part_on_signals([this] {
      page_.reset();
      keeper_.reset();
      reactor_.stop();
    });
    loop_->start();
    const std::string socket = socket_file(configuration_);
    if (configuration_.http.enabled || !socket.empty()) keep_the_door();
    page_ = open_page(reactor_, configuration_.http,
                      {[this] { return loop_->snapshot(); },
                       [this](const core::Command& command) { return loop_->command(command); }},
                      {socket, tls_files(configuration_), keeper_ ? &*keeper_ : nullptr, &clerk_});
    reactor_.run();
    return 0;
  }

 private:
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

  shell::LoopNeeds needs(shell::BusSettings bus) {
    shell::LoopNeeds needs;
    needs.bus = std::move(bus);
    needs.ask_meter = [this](const core::AskMeter& asked, const shell::LoopNeeds::Answer& answer) {
      ask(asked, answer);
    };
    needs.announce = [](const core::Announcement& what) { say(what.severity, words(what)); };
    needs.tell = [](const std::string& text) { say(Severity::warning, text); };
    if (settings_) needs.remember = [this](const core::Memory& memory) { settings_->remember(memory); };
    if (recorder_) needs.record = [this](base::Now now, const core::Event& event) { recorder_->note(now, event); };
    return needs;
  }

  void ask(const core::AskMeter& asked, const shell::LoopNeeds::Answer& answer) {
    client_.get(asked.url, asked.patience, [this, asked, answer](const shell::http::Reply& reply) {
      troubles_.heard(asked, reply);
      answer({asked.meter, asked.ask, reply.outcome, reply.status, reply.body});
    });
  }

  const Configuration& configuration_;
  shell::Reactor reactor_;
  shell::Clerk clerk_;
  shell::Clerk worker_;  ///< for what takes the processor long, not the disk
  std::optional<shell::SettingsFile> settings_;
  core::Core core_;
  shell::CoreDoor door_;
  std::optional<shell::Recorder> recorder_;
  MeterTroubles troubles_;
  shell::http::Client client_;
  std::optional<shell::Loop> loop_;
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
  Configuration configuration = load_configuration(options.config, shell::read_clocks().wall);
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
  return Daemon{configuration, std::move(*bus)}.run();
}

}  // namespace app
