// The command line. Each command is one function with its own header; here they only get their options.
//
// Exit status: 0 done, 1 refused or failed, 2 wrong usage. Errors are one sentence on standard error.
#include <fmt/format.h>

#include <CLI/App.hpp>
#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>
#include <array>
#include <cstdio>
#include <exception>
#include <functional>
#include <iostream>

#include "app/check.hpp"
#include "app/ctl/ctl.hpp"
#include "app/decode.hpp"
#include "app/import.hpp"
#include "app/meters/command.hpp"
#include "app/password.hpp"
#include "app/replay.hpp"
#include "app/run.hpp"
#include "app/say.hpp"
#include "app/simulate.hpp"
#include "app/sniff.hpp"
#include "app/torture.hpp"
#include "app/version.hpp"

namespace {

using Command = std::function<int()>;

constexpr const char* configuration_help = "configuration; else twcmanager.yaml or config.json in /etc/twcmanager, then here";

void add_run(CLI::App& app, app::RunOptions& options) {
  app.add_option("--config", options.config, configuration_help);
  app.add_flag("--demo", options.demo, "virtual house and cars; needs no hardware and no configuration");
  app.add_option("--speed", options.speed, "of the demo, virtual seconds a second")->check(CLI::Range(0.1, 3600.0));
  app.add_option("--seed", options.seed, "of the demo");
  app.add_option("--port", options.port, "port of the page, instead of the configured one")
      ->check(CLI::Range(1, 65535));
}

void add_check(CLI::App& app, app::CheckOptions& options) {
  app.add_option("--config", options.config, configuration_help);
  app.add_flag("--json", options.json, "one JSON object for programs");
  app.add_flag("--keys", options.keys, "list every key with its meaning");
  app.add_flag("--example", options.example, "print a twcmanager.yaml to begin with");
}

void add_import(CLI::App& app, app::ImportOptions& options) {
  app.add_option("FOLDER", options.folder, "of the installation: with config.json, settings.json or TWCManager.settings")->required();
  app.add_flag("--write", options.write, "write twcmanager.yaml, and settings.json where it is in the older form");
  app.add_option("--to", options.to, "folder to write to, instead of FOLDER");
}

void add_sniff(CLI::App& app, app::SniffOptions& options) {
  app.add_option("PORT", options.port, "device path, socket://host:port or rfc2217://host:port")->required();
  app.add_option("--baud", options.baud, "speed of the port")->check(CLI::Range(300, 4'000'000));
  app.add_option("--record", options.record, "file for what was heard, as `decode` reads it");
}

void add_simulate(CLI::App& app, app::SimulateOptions& options) {
  app.add_option("--config", options.config, "limits and habits of this configuration; else a circuit of 32 A that follows the sun");
  app.add_option("--mode", options.mode, "off, pv, minpv or now; else as configured");
  app.add_option("--trace", options.trace, "CSV time,pv_w,load_w; else a week of the demo's recorded day");
  app.add_option("--sessions", options.sessions, "CSV arrive,depart,energy_kwh,max_amps[,car]; else a car a day and connector");
  app.add_option("--connectors", options.connectors, "1 to 3");
  app.add_option("--meter-every", options.meter_every, "seconds between two questions to the meter");
  app.add_option("--meter-delay", options.meter_delay, "seconds by which the meter shows the past, 0 to 60");
  app.add_option("--seed", options.seed, "of everything that is drawn");
  app.add_flag("--json", options.json, "one JSON object for programs");
}

void add_torture(CLI::App& app, app::TortureOptions& options) {
  app.add_option("--seeds", options.seeds, "how many worlds");
  app.add_option("--seed", options.seed, "the first of them; else fresh ones each time");
  app.add_option("--hours", options.hours, "virtual hours of each, at least 1");
  app.add_flag("--print", options.print, "print the first world's scenario instead of playing it");
  app.add_option("SCENARIO", options.scenarios, "files to play instead of seeds");
}

}  // namespace

int main(int argc, char** argv) {
  CLI::App cli{
      "Controls Tesla Gen 2 Wall Connectors on an RS-485 bus: they follow the sun and never exceed their circuit.",
      "twcmanager"};
  cli.set_version_flag("--version", std::string{app::version});
  cli.require_subcommand(0, 1);
  app::RunOptions run;
  app::CheckOptions check;
  app::SniffOptions sniff;
  Command command = [&] { return app::run(run); };
  add_run(cli, run);
  CLI::App* const run_app = cli.add_subcommand("run", "the daemon (also without any command)");
  add_run(*run_app, run);
  CLI::App* const check_app =
      cli.add_subcommand("check", "explain the limits of a configuration and name what is wrong with it");
  add_check(*check_app, check);
  check_app->callback([&] { command = [&] { return app::check(check, std::cout, std::cerr); }; });
  cli.add_subcommand("decode", "frames as hexadecimal on standard input, one JSON object a line")->callback([&] {
    command = [] { return app::decode(std::cin, std::cout, std::cerr); };
  });
  app::ImportOptions importing;
  CLI::App* const import_app = cli.add_subcommand("import", "read an installation of TWCManager and say what becomes of it");
  add_import(*import_app, importing);
  import_app->callback([&] { command = [&] { return app::import_installation(importing, std::cout, std::cerr); }; });
  app::PasswordOptions password;
  CLI::App* const password_app =
      cli.add_subcommand("password", "set a new password, for whoever has forgotten it; also from standard input");
  password_app->add_option("--config", password.config,
                           configuration_help);
  password_app->callback([&] { command = [&] { return app::password(password, std::cin, std::cout, std::cerr); }; });
  CLI::App* const sniff_app = cli.add_subcommand("sniff", "listen on a bus, decode, judge the wiring");
  add_sniff(*sniff_app, sniff);
  sniff_app->callback([&] { command = [&] { return app::sniff(sniff, std::cout, std::cerr); }; });

  app::SimulateOptions simulate;
  CLI::App* const simulate_app = cli.add_subcommand("simulate", "score the control law on recorded days");
  add_simulate(*simulate_app, simulate);
  simulate_app->callback([&] { command = [&] { return app::simulate(simulate, std::cout, std::cerr); }; });
  app::TortureOptions torture;
  CLI::App* const torture_app = cli.add_subcommand("torture", "random worlds with random faults against all checks");
  add_torture(*torture_app, torture);
  torture_app->callback([&] { command = [&] { return app::torture(torture, std::cout, std::cerr); }; });
  app::CtlOptions ctl;
  add_ctl(cli, ctl)->final_callback([&] { command = [&] { return app::ctl(ctl, std::cout, std::cerr); }; });
  std::array<app::MetersOptions, 3> meters;
  for (const auto family : {app::meters::Family::meters, app::meters::Family::prices, app::meters::Family::forecasts}) {
    app::MetersOptions& of = meters[static_cast<std::size_t>(family)];
    add_meters(cli, of, family)->final_callback([&command, &of] { command = [&of] { return app::show_meters(of, std::cout, std::cerr); }; });
  }
  std::string recording;
  CLI::App* const replay_app = cli.add_subcommand("replay", "repeat what the flight recorder wrote, to the bit");
  replay_app->add_option("FILE", recording, "a recording, or a folder of them")->required();
  replay_app->callback([&] { command = [&] { return app::replay(recording, std::cout, std::cerr); }; });

  try {
    cli.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    if (error.get_exit_code() == 0) return cli.exit(error);  // --help, --version
    app::complain(fmt::format("{}; see twcmanager --help", error.what()));
    return 2;
  }
  try {
    return command();
  } catch (const std::exception& error) {
    app::complain(fmt::format("stopped by an unexpected error: {}", error.what()));
    return 1;
  }
}
