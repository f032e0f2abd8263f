#include "app/meters/kinds.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <optional>
#include <thread>
#include <utility>
#include <vector>

#include "app/config/meter_source.hpp"
#include "app/meters/catalogue.hpp"
#include "app/meters/prove.hpp"
#include "app/meters/trial.hpp"
#include "app/meters/words.hpp"
#include "shell/loop/thread.hpp"
#include "shell/meters/trial.hpp"
#include "wire/json.hpp"

namespace app::meters {
namespace {

using core::meter::Option;
using core::meter::Template;
using wire::JsonWriter;

constexpr std::array families{Family::meters, Family::prices, Family::forecasts};

std::optional<Family> family_called(std::string_view name) {
  for (const Family each : families) {
    if (name_of(each) == name) return each;
  }
  return std::nullopt;
}

void write_words(JsonWriter& json, std::string_view key, core::Measurands all) {
  json.open_list(key);
  for (const core::Measurand each : all) json.text({}, core::word_of(each));
  json.close();
}

void write_or_nothing(JsonWriter& json, std::string_view key, std::string_view text) {
  if (text.empty()) json.nothing(key);
  else json.text(key, text);
}

std::string_view taken_by(const Option& option) {
  switch (option.type) {
    case Option::Type::host: return "host";
    case Option::Type::port: return "port";
    case Option::Type::number: return "number";
    case Option::Type::yes_no: return "yes or no";
    case Option::Type::device: return "device";
    case Option::Type::growatt_password:
    case Option::Type::text: break;
  }
  return "text";
}

/// Why sources of this kind are not tried for the page; empty: they are.
std::string_view not_tried(const Template& kind) {
  if (std::any_of(kind.learns.begin(), kind.learns.end(), [](const auto& each) { return !each.first.empty(); }))
    return "Each log-in there replaces the token that was given, so a try would use it up. Write it into the configuration.";
  const auto is_file = [](const core::meter::Question& each) { return core::meter::address_of(each.what).starts_with(core::meter::file_scheme); };
  if (std::any_of(kind.questions.begin(), kind.questions.end(), is_file))
    return "It reads files of the computer on which the program runs; twcmanager meters test tries it there.";
  return {};
}

std::string written(const Template& kind, Family family) {
  JsonWriter json;
  json.open_object().text("family", name_of(family)).text("name", kind.name).text("title", kind.title);
  write_or_nothing(json, "setup", kind.setup);
  write_or_nothing(json, "uncertain", kind.uncertain);
  write_words(json, "tells", kind.usual());
  write_words(json, "some_also", kind.tells().without(kind.usual()));
  json.number("every", base::seconds_of(kind.every)).number("least_every", base::seconds_of(kind.least_every));
  if (kind.most_a_day > 0) json.whole("most_a_day", kind.most_a_day);
  else json.nothing("most_a_day");
  write_or_nothing(json, "not_tried", not_tried(kind));
  json.open_list("roles");
  for (const std::string_view each : roles_of(kind)) json.text({}, each);
  json.close().open_list("options");
  for (const Option& each : kind.options) {
    json.open_object().text("name", each.name).text("takes", taken_by(each)).yes_no("required", each.required).yes_no("secret", each.secret);
    write_or_nothing(json, "default", each.secret ? std::string_view{} : each.fallback);
    write_or_nothing(json, "help", each.help);
    json.close();
  }
  return json.close().close().document();
}

void write(JsonWriter& json, const Asked& asked) {
  json.open_object().text("question", asked.question).text("address", fmt::format("{} {}", asked.way, asked.address));
  if (asked.status) json.whole("status", *asked.status);
  else json.nothing("status");
  json.whole("bytes", static_cast<std::int64_t>(asked.bytes));
  if (asked.is_secret || !asked.trouble.empty()) json.nothing("answer");
  else json.text("answer", asked.text);
  write_or_nothing(json, "trouble", asked.trouble);
  json.close();
}

std::string written(const ToTry& wanted, const std::vector<Asked>& asked, const shell::Tried& tried) {
  const Template& kind = wanted.source.kind;
  JsonWriter json;
  json.open_object().yes_no("well", tried.well);
  write_or_nothing(json, "trouble", wanted.hidden(tried.trouble));
  json.open_object("amounts");
  for (const core::Amount& each : tried.amounts) json.number(core::word_of(each.what), core::number_of(each));
  json.close().open_list("slots");
  for (const core::table::Slot& each : tried.table.slots()) json.text({}, slot_in_words(*kind.measure, each, tried.currency));
  json.close().open_list("judgement");
  if (!tried.amounts.empty()) {
    for (const std::string& each : judge(tried.amounts, kind)) json.text({}, each);
  }
  json.close().open_list("asked");
  for (const Asked& each : asked) write(json, each);
  return json.close().close().document();
}

}  // namespace

/// One try. Its thread alone touches what it collects.
struct Run {
  Run(ToTry what, shell::Trial::Pins pins)
      : wanted(std::move(what)), trial(wanted.source, [this](const auto& ask, const auto& reply) { note(ask, reply); }, std::move(pins)) {}

  /// The newest of each question: who speaks by himself may say a lot.
  void note(const core::meter::Ask& ask, const core::meter::Reply& reply) {
    Asked now = asked_in(wanted, ask, reply);
    std::erase_if(asked, [&](const Asked& each) { return each.question == now.question; });
    asked.push_back(std::move(now));
  }

  ToTry wanted;
  std::vector<Asked> asked;
  shell::Trial trial;
  std::thread thread;
};

struct Kinds::Parts {
  std::string folder;
  std::function<void(std::function<void()>)> soon;
  std::function<std::vector<shell::SeenFirst>()> seen_first;
  std::unique_ptr<Run> run{};   ///< the one that is under way

  ~Parts() { end(); }
  void end() {
    if (!run) return;
    run->trial.stop();
    run->thread.join();
    run.reset();
  }

  [[nodiscard]] std::string all() const {
    JsonWriter json;
    json.open_object().open_list("kinds");
    for (const Family family : families) {
      const Catalogue catalogue(folder, family);
      for (const std::string& name : catalogue.names())
        json.open_object().text("family", name_of(family)).text("name", name).text("title", catalogue.title_of(name)).close();
    }
    return json.close().close().document();
  }

  [[nodiscard]] base::Result<Template> read(std::string_view family, std::string_view name) const {
    const auto known = family_called(family);
    if (!known) return base::fail(base::Culprit::user, "There are kinds of meters, prices and forecasts.");
    TemplateFile file = Catalogue(folder, *known).read(name);
    if (!file.findings.empty()) return base::fail(base::Culprit::user, file.findings.front().text);
    return std::move(file.kind);
  }

  [[nodiscard]] shell::Trial::Pins pins() const {
    shell::Trial::Pins known;
    for (const shell::SeenFirst& each : seen_first ? seen_first() : std::vector<shell::SeenFirst>{}) known.try_emplace(each.address, each.pin);
    return known;
  }

  base::Result<bool> begin(std::string_view family, std::string_view name, const core::meter::Options& options, std::function<void(std::string)> then,
                           std::weak_ptr<Parts> self) {
    if (run) return base::fail(base::Culprit::world, "Another source is being tried; wait until it has answered.");
    const Template chosen = TRY(read(family, name));
    if (const auto why = not_tried(chosen); !why.empty()) return base::fail(base::Culprit::user, std::string{why});
    ToTry wanted = to_try(chosen, options);
    if (!wanted.complaints.empty()) return base::fail(base::Culprit::user, fmt::format("{}: {}", wanted.complaints.front().option, wanted.complaints.front().text));
    run = std::make_unique<Run>(std::move(wanted), pins());
    run->thread = shell::thread_beside([&now = *run, &soon = soon, self = std::move(self), then = std::move(then)] {
      const shell::Tried tried = now.trial.run();
      soon([self, then, text = written(now.wanted, now.asked, tried)] {
        const auto still = self.lock();
        if (!still) return;
        still->end();
        then(text);
      });
    });
    return true;
  }
};

Kinds::Kinds(std::string folder, std::function<void(std::function<void()>)> soon, std::function<std::vector<shell::SeenFirst>()> seen_first)
    : parts_(new Parts{std::move(folder), std::move(soon), std::move(seen_first)}) {}

Kinds::~Kinds() = default;

shell::web::Kinds Kinds::on_page() {
  shell::web::Kinds kinds;
  kinds.all = [this] { return parts_->all(); };
  kinds.one = [this](std::string_view family, std::string_view name) -> base::Result<std::string> {
    const Template kind = TRY(parts_->read(family, name));
    return written(kind, *family_called(family));
  };
  kinds.try_one = [this](std::string_view family, std::string_view name, const core::meter::Options& options, std::function<void(std::string)> then) {
    return parts_->begin(family, name, options, std::move(then), parts_);
  };
  return kinds;
}

}  // namespace app::meters
