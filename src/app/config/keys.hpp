// Every key of config.json that this version understands, declared once: its place, what it takes, what it is when
// absent, what makes sense, what it means and where it goes.
//
// Whoever adds a key adds one row in keys.cpp; reading, range checks, spelling suggestions and `check --keys` follow.
// Some sections hold parts that their writer names ("circuits": {"main fuse": {…}}). In the paths of such keys the name
// is a *, and they are read once for each part.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "app/config/configuration.hpp"
#include "app/config/value.hpp"

namespace app {

/// What reading collects before it is put together: the file may name several interfaces and half a source.
struct Draft {
  Configuration out;
  struct {
    bool enabled = true;
    std::string port;
    int baud = 0;
    std::string legacy_port;
    int legacy_baud = 0;
  } rs485;
  struct {
    bool enabled = false;
  } dummy;
  struct {
    bool enabled = false;
    bool listen = false;
    std::string server;
    int port = 6000;
  } tcp;
  struct {
    bool enabled = false;
    std::string url;
    std::string consumption_item;
    std::string generation_item;
    core::Duration every{};
    core::Duration patience{};
  } source;
  struct Sun {
    std::optional<core::Watts> start, stop;
    std::optional<core::Duration> start_delay, stop_delay;
  };

  // What has a name in the file. While the keys of one are read it is the last of its list.
  struct Named {
    const Value* at = nullptr;  ///< where it is written; its key is its name
    std::string name;           ///< for people: on one line, and not too long for the snapshot
  };
  struct Meter : Named {
    core::MeterConfig is;
    std::string url;
    std::string consumption_item, generation_item, power_item, battery_item, battery_level_item;
    std::vector<std::string> current_items;
  };
  struct Circuit : Named {
    core::CircuitConfig is;
    std::string parent, meter;
    std::vector<std::string> connectors;
  };
  struct Connector : Named {
    core::ConnectorConfig is;
    std::vector<std::string> wiring;
    Sun sun;
  };
  core::rules::Wanted policies;   ///< without the policies themselves, which are no keys
  std::vector<Meter> meters;
  std::vector<Circuit> circuits;
  std::vector<Connector> connectors;
};

/// One value, understood as the key wants it.
struct Given {
  double number = 0;
  bool yes = false;
  std::string text;
  std::vector<std::string> list;
  bool replaced = false;  ///< the file's own value was unusable or out of range

  [[nodiscard]] core::Amps amps() const { return core::Amps::from(number).value_or(core::Amps{}); }
  [[nodiscard]] core::Watts watts() const { return core::Watts::from(number).value_or(core::Watts{}); }
  [[nodiscard]] core::Duration seconds() const { return base::in_seconds(number); }
  [[nodiscard]] core::Duration minutes() const { return base::in_seconds(number * 60); }
  [[nodiscard]] int whole() const { return static_cast<int>(number); }
};

struct Key {
  enum class Takes : std::uint8_t {
    number,
    whole,
    yes_no,
    text,
    word,  ///< one of `choices`
    list,  ///< of texts; one text with blanks in it is a list too
  };

  std::string_view path;  ///< "config.minAmpsPerTWC"
  Takes takes = Takes::text;
  std::string_view fallback;  ///< as it would be typed; empty: absent means what `meaning` says
  double least = 0;           ///< of a number
  double most = 0;
  std::string_view unit;
  std::string_view meaning;
  void (*put)(Draft&, const Given&) = nullptr;
  std::string_view also = {};           ///< another path for the same thing; the first one wins
  std::string_view when_unusable = {};  ///< taken for a value of the wrong kind where `fallback` would not be safe
  std::string_view choices = {};        ///< of a word, with blanks between them
};

/// A section whose members are named by whoever writes the file.
struct Group {
  std::string_view path;  ///< "circuits"; its keys are circuits.*.…
  std::string_view meaning;
  std::size_t longest_name = 0;             ///< bytes of a name that can be shown
  Draft::Named& (*open)(Draft&) = nullptr;  ///< begins the next one: its keys are put next
};

[[nodiscard]] std::span<const Key> keys();
[[nodiscard]] std::span<const Group> groups();

/// Keys and whole sections of the original that this version does not use.
[[nodiscard]] std::span<const std::string_view> later_keys();

/// Sections that are read whole elsewhere: they hold lists of parts that are no keys.
[[nodiscard]] std::span<const std::string_view> whole_sections();

/// Puts every key of `root` where it belongs and names what is unknown, misspelt, unused or of the wrong kind.
/// A missing or unusable wiringMaxAmpsAllTWCs is a fatal finding.
void read_keys(const Value& root, Draft& draft);

/// The table as a person reads it, one key a line.
[[nodiscard]] std::string reference();

/// The candidate that was most probably meant, or empty (Levenshtein, upper and lower case the same).
[[nodiscard]] std::string_view nearest(std::string_view name, std::span<const std::string_view> candidates);

}  // namespace app
