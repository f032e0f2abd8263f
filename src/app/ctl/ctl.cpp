#include "app/ctl/ctl.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <ostream>

#include "app/config/dialect.hpp"
#include "app/ctl/answers.hpp"
#include "app/ctl/windows.hpp"
#include "app/load.hpp"
#include "base/percent.hpp"
#include "shell/http/local_client.hpp"
#include "shell/loop/loop.hpp"
#include "shell/web/schedule_json.hpp"
#include "wire/json.hpp"

namespace app {
namespace {

using base::Culprit;
using base::fail;
using base::Result;
using What = CtlOptions::What;

constexpr core::Duration patience{10'000};
constexpr core::Duration a_day{24 * 3600 * 1000};

/// What the daemon says, and what that is.
struct Answer {
  std::string raw;
  Value tree;
};

bool same_word(std::string_view a, std::string_view b) {
  const auto lower = [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; };
  return a.size() == b.size() &&
         std::equal(a.begin(), a.end(), b.begin(), [&](char x, char y) { return lower(x) == lower(y); });
}

class Conversation {
 public:
  Conversation(const CtlOptions& options, std::string socket) : options_(options), socket_(std::move(socket)) {}

  /// What is to be printed.
  Result<std::string> hold() {
    switch (options_.what) {
      case What::status: return shown(TRY(snapshot()), ctl_words::status);
      case What::log:
        return shown(TRY(snapshot()), [this](const Value& tree) { return ctl_words::log(tree, options_.lines); });
      case What::schedule: return shown(TRY(ask("GET", "/api/v1/schedule/preview")), ctl_words::schedule);
      case What::policy: return shown(TRY(ask("GET", "/api/v1/policy")), ctl_words::policy);
      case What::choose_policy: return choose_policy();
      case What::windows: return windows_of(TRY(ask("GET", "/api/v1/schedule")));
      case What::set_window:
      case What::clear_window: return change_windows();
      case What::why: return why();
      case What::charge_now: return charge_now();
      case What::cancel: return done(TRY(ask("POST", "/api/cancelChargeNow")), "Charge Now is off.");
      case What::mode: return mode();
      case What::target: return target();
      case What::limit: return limit();
      case What::complete: return names();
    }
    return {};
  }

 private:
  Result<Answer> ask(const std::string& method, const std::string& path, const std::string& json = {}) {
    shell::http::LocalReply reply = TRY(shell::http::ask_locally(socket_, method, path, json, patience));
    Answer answer{std::move(reply.body), {}};
    auto document = read_dialect(answer.raw, "the daemon's answer");
    if (document) answer.tree = std::move(document->root);
    if (reply.status >= 200 && reply.status < 300) {
      if (answer.tree.kind != Value::Kind::object)
        return fail(Culprit::program, "the daemon's answer cannot be read; are both of the same version?");
      return answer;
    }
    std::string why = ctl_words::text_at(answer.tree, "error");
    if (why.empty()) why = ctl_words::text_at(answer.tree, "detail");
    if (why.empty() && reply.status == 404) why = "the daemon does not know this; it is of an older version";
    if (why.empty()) why = fmt::format("the daemon answered with status {}", reply.status);
    return fail(Culprit::user, std::move(why));
  }
  Result<Answer> snapshot() { return ask("GET", "/api/v1/snapshot"); }

  template <class Words>
  std::string shown(const Answer& answer, const Words& words) const {
    return options_.json ? answer.raw + "\n" : words(answer.tree);
  }
  [[nodiscard]] std::string done(const Answer& answer, const std::string& sentence) const {
    return options_.json ? answer.raw + "\n" : sentence + "\n";
  }

  /// The id of the connector that is meant, by id or name.
  Result<std::string> connector(const Value& snapshot) const {
    const auto& all = ctl_words::list_at(snapshot, "connectors");
    std::string known;
    for (const std::string_view member : {"id", "name"}) {
      for (const Value& each : all) {
        if (same_word(ctl_words::text_at(each, member), options_.connector)) return ctl_words::text_at(each, "id");
      }
    }
    for (const Value& each : all)
      known += fmt::format("{}{}", known.empty() ? "" : ", ", ctl_words::text_at(each, "id"));
    return fail(Culprit::user, fmt::format("there is no connector {}; {}", options_.connector,
                                           known.empty() ? std::string{"none has been heard yet"} : "known: " + known));
  }

  Result<std::string> why() {
    const Answer house = TRY(snapshot());
    std::vector<std::string> ids;
    if (!options_.connector.empty()) ids.push_back(TRY(connector(house.tree)));
    else
      for (const Value& each : ctl_words::list_at(house.tree, "connectors"))
        ids.push_back(ctl_words::text_at(each, "id"));
    std::string text;
    for (const std::string& id : ids) {
      const Answer answer = TRY(ask("GET", fmt::format("/api/v1/connectors/{}/why", id)));
      if (!text.empty()) text += options_.json ? "," : "\n";
      text += options_.json ? answer.raw : ctl_words::why(answer.tree, house.tree);
    }
    if (options_.json) return options_.connector.empty() ? fmt::format("[{}]\n", text) : text + "\n";
    return text.empty() ? "No connector has been heard yet.\n" : text;
  }

  Result<std::string> charge_now() {
    const double amps =
        options_.number ? *options_.number : ctl_words::number_at(TRY(snapshot()).tree, "limits.circuit").value_or(0);
    const core::Duration lasting = options_.lasting > core::Duration{} ? options_.lasting : a_day;
    const auto rate = static_cast<std::int64_t>(amps);
    if (options_.number && amps != std::floor(amps))
      return fail(Culprit::user, "Charge Now takes whole amperes; nothing was changed.");
    wire::JsonWriter json;
    json.open_object().whole("chargeNowRate", rate).whole("chargeNowDuration", lasting.count() / 1000).close();
    return done(TRY(ask("POST", "/api/chargeNow", json.document())),
                fmt::format("Charging at {} A for {}.", rate, in_words(lasting)));
  }

  static std::string in_words(core::Duration lasting) {
    const std::int64_t minutes = lasting.count() / 60'000;
    if (minutes == 0) return fmt::format("{} s", lasting.count() / 1000);
    if (minutes % 60 == 0) return fmt::format("{} h", minutes / 60);
    return minutes < 60 ? fmt::format("{} min", minutes) : fmt::format("{} h {} min", minutes / 60, minutes % 60);
  }

  Result<std::string> mode() {
    wire::JsonWriter json;
    json.open_object().text("mode", options_.word).close();
    const bool release = options_.word == "auto";
    if (options_.connector.empty()) {
      if (release) return done(TRY(ask("DELETE", "/api/v1/mode", {})), "Policies, schedules and the configured mode decide again.");
      return done(TRY(ask("PUT", "/api/v1/mode", json.document())), fmt::format("Mode of all: {}.", options_.word));
    }
    const Answer house = TRY(snapshot());
    const std::string id = TRY(connector(house.tree));
    if (release)
      return done(TRY(ask("DELETE", fmt::format("/api/v1/connectors/{}/mode", id), {})), fmt::format("Connector {} has the mode of all again.", id));
    return done(TRY(ask("PUT", fmt::format("/api/v1/connectors/{}/mode", id), json.document())),
                fmt::format("Mode of connector {}: {}.", id, options_.word));
  }

  Result<std::string> target() {
    const Answer house = TRY(snapshot());
    const std::string id = TRY(connector(house.tree));
    wire::JsonWriter json;
    json.open_object();
    if (options_.number) json.number("kwh", *options_.number);
    else json.nothing("kwh");
    json.close();
    const std::string sentence =
        options_.number ? fmt::format("The car at connector {} gets {:g} kWh during this visit.", id, *options_.number)
                        : fmt::format("The car at connector {} gets as much as it takes.", id);
    return done(TRY(ask("PUT", fmt::format("/api/v1/connectors/{}/target", id), json.document())), sentence);
  }

  Result<std::string> limit() {
    const std::string path = fmt::format("/api/v1/circuits/{}/limit", base::percent_encoded(options_.circuit));
    if (options_.word == "none")
      return done(TRY(ask("DELETE", path)), fmt::format("{} is no longer limited from outside.", options_.circuit));
    wire::JsonWriter json;
    std::string how;
    json.open_object();
    if (options_.number) json.number("amps", *options_.number);
    if (options_.number) how = fmt::format("{:g} A per phase", *options_.number);
    if (options_.watts) json.number("watts", *options_.watts);
    if (options_.watts) how += fmt::format("{}{:g} W", how.empty() ? "" : " and ", *options_.watts);
    if (options_.lasting > core::Duration{}) json.whole("seconds", options_.lasting.count() / 1000);
    json.text("reason", options_.reason.empty() ? "by twcmanager ctl" : options_.reason).close();
    const std::string end =
        options_.lasting > core::Duration{} ? "for " + in_words(options_.lasting) : "until the limit is lifted";
    return done(TRY(ask("PUT", path, json.document())),
                fmt::format("{} is limited to {} {}.", options_.circuit, how, end));
  }

  /// Each once: two policies may have one name, and are one to people.
  static std::vector<std::string> names_in(const Value& root, std::string_view list, std::string_view member) {
    std::vector<std::string> names;
    for (const Value& each : ctl_words::list_at(root, list)) {
      std::string name = ctl_words::text_at(each, member);
      if (std::find(names.begin(), names.end(), name) == names.end()) names.push_back(std::move(name));
    }
    return names;
  }

  Result<std::string> choose_policy() {
    if (options_.word == "auto") return done(TRY(ask("DELETE", "/api/v1/policy/choice")), "The list of policies decides again.");
    const Answer list = TRY(ask("GET", "/api/v1/policy"));
    std::string name, known;
    for (const std::string& each : names_in(list.tree, "policies", "name")) {
      if (name.empty() && same_word(each, options_.word)) name = each;
      known += fmt::format("{}{}", known.empty() ? "" : ", ", each);
    }
    if (name.empty())
      return fail(Culprit::user, fmt::format("there is no policy {}; {}", options_.word, known.empty() ? "this house has none" : "known: " + known));
    const core::Duration lasting = options_.lasting > core::Duration{} ? options_.lasting : a_day;
    wire::JsonWriter json;
    json.open_object().text("policy", name).whole("seconds", lasting.count() / 1000).close();
    return done(TRY(ask("PUT", "/api/v1/policy/choice", json.document())),
                fmt::format("{} rules for {}; emergencies and Charge Now come before it.", name, in_words(lasting)));
  }

  static Result<core::rules::Schedule> schedule_in(const Answer& answer) {
    return shell::web::read_schedule(answer.raw, core::Amps::whole(1'000'000));   // what is too much the daemon tells
  }

  Result<std::string> windows_of(const Answer& answer) const {
    if (options_.json) return answer.raw + "\n";
    return ctl_words::windows(TRY(schedule_in(answer)), ctl_words::text_at(answer.tree, "zone"));
  }

  Result<std::string> change_windows() {
    const Answer before = TRY(ask("GET", "/api/v1/schedule"));
    core::rules::Schedule schedule = TRY(schedule_in(before));
    auto& all = schedule.windows;
    core::rules::Window wanted = options_.window;
    const auto same = [&](const core::rules::Window& each) {
      return options_.word == "all" || (each.days == wanted.days && each.start == wanted.start && each.end == wanted.end);
    };
    const auto place = std::find_if(all.begin(), all.end(), same);
    if (options_.what == What::set_window) {
      wanted.amps = core::Amps::from(options_.number.value_or(0)).value_or(core::Amps{});
      if (place == all.end()) all.push_back(wanted);
      else *place = wanted;
    } else if (place == all.end() && options_.word != "all") {
      return fail(Culprit::user, fmt::format("there is no window {}, {}; twcmanager ctl schedule windows lists them",
                                             ctl_words::in_words(wanted.days), ctl_words::in_words(ctl_words::Hours{wanted.start, wanted.end})));
    } else {
      std::erase_if(all, same);
    }
    return windows_of(TRY(ask("PUT", "/api/v1/schedule", shell::web::schedule_json(schedule, ctl_words::text_at(before.tree, "zone")))));
  }

  /// One a line, for the shell.
  Result<std::string> names() {
    const bool policies = options_.word == "policies";
    const Answer house = TRY(policies ? ask("GET", "/api/v1/policy") : snapshot());
    std::string text;
    for (const std::string& each : names_in(house.tree, options_.word, options_.word == "connectors" ? "id" : "name")) text += each + "\n";
    return text;
  }

  const CtlOptions& options_;
  std::string socket_;
};

Result<std::string> socket_of(const CtlOptions& options) {
  if (!options.socket.empty()) return options.socket;
  const Configuration configuration = load_configuration(options.config, shell::read_clocks().wall);
  const Finding* fatal = configuration.fatal();
  // Who may use the socket need not be one who may read the configuration.
  if (fatal != nullptr && options.config.empty()) return "/etc/twcmanager/twcmanager.sock";
  if (fatal != nullptr) return fail(Culprit::user, words(*fatal));
  std::string socket = socket_file(configuration);
  if (!socket.empty()) return socket;
  return fail(Culprit::user, "control.HTTP.socket is false, so the daemon has no socket that could be asked; remove that line, and start it again");
}

}  // namespace

int ctl(const CtlOptions& options, std::ostream& out, std::ostream& err) {
  const bool silent = options.what == What::complete;  // a shell that completes wants no sentences
  if (options.what == What::limit && options.word != "none" && !options.number && !options.watts) {
    err << "twcmanager: say how much: AMPS, --watts W, or none to lift the limit; see twcmanager ctl limit --help\n";
    return 2;
  }
  if (options.what == What::clear_window && options.word != "all" && options.window.start == options.window.end) {
    err << "twcmanager: say which: DAYS HOURS of a window, or all; see twcmanager ctl schedule clear --help\n";
    return 2;
  }
  const auto socket = socket_of(options);
  const auto text = socket ? Conversation{options, *socket}.hold() : tl::unexpected(socket.error());
  if (text) out << *text;
  else if (!silent) err << fmt::format("twcmanager: {}\n", text.error().text);
  return text || silent ? 0 : 1;
}

}  // namespace app
