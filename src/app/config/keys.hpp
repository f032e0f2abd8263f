// Every key of config.json that this version understands, declared once: its place, what it takes, what it is when
// absent, what makes sense, what it means and where it goes.
//
// Whoever adds a key adds one row in a file of keys/; reading, range checks, spelling suggestions, `check --keys` and
// the settings form follow.
// Some sections hold parts that their writer names ("circuits": {"main fuse": {…}}). In the paths of such keys the name
// is a *, and they are read once for each part.
#pragma once

#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "app/config/configuration.hpp"
#include "app/config/value.hpp"

namespace wire {
class JsonWriter;
}

namespace app {

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
  std::map<std::string, Given, std::less<>> originals;   ///< what keys without a `put` are, by their paths
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
    std::string type, role;
    std::vector<std::string> counts;   ///< words of measurands
    core::Duration every{};            ///< zero: nothing is written
    core::Duration patience{};         ///< likewise
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
  /// A source of prices, or of a forecast.
  struct Tariff : Named {
    std::string type, currency;
    double tax = 0;   ///< 0.19 for 19 %
  };
  std::string discharge_after, discharge_before;   ///< of the home battery, as written
  bool awattar = false;          ///< the original's section
  core::rules::Wanted policies;  ///< without the policies themselves, which are no keys
  std::vector<Meter> meters;
  std::vector<Tariff> prices, forecasts;
  std::vector<Circuit> circuits;
  std::vector<Connector> connectors;
};

struct Key {
  enum class Takes : std::uint8_t {
    number,
    whole,
    yes_no,
    text,
    word,       ///< one of `choices`, in capitals or not
    list,       ///< of texts; one text with blanks in it is a list too
    numbers,    ///< a list of numbers
    structure,  ///< lists and sections of its own form, read whole elsewhere
  };
  enum class Use : std::uint8_t {
    now,
    later,  ///< a key of the original: its type is checked, and no part of this version uses it
  };
  /// What the page may do about it.
  enum class Changes : std::uint8_t {
    running,        ///< a core that runs may be given another value
    by_restart,     ///< counts when the program starts next
    never_on_page,  ///< the file and the environment alone decide
  };

  std::string_view path;  ///< "config.minAmpsPerTWC"
  Takes takes = Takes::text;
  std::string_view fallback;  ///< as it would be typed; empty: absent means what `meaning` says
  double least = 0;           ///< of a number
  double most = 0;
  std::string_view unit;
  std::string_view meaning;
  void (*put)(Draft&, const Given&) = nullptr;   ///< null: into Draft::originals
  std::string_view also = {};           ///< another path for the same thing; the first one wins
  std::string_view when_unusable = {};  ///< taken for a value of the wrong kind where `fallback` would not be safe
  std::string_view choices = {};        ///< of a word, with blanks between them
  Use use = Use::now;
  Changes changes = Changes::by_restart;
  bool is_secret = false;      ///< its value appears in no answer, page, log or finding
  bool guards_wiring = false;  ///< the page may lower it, and never raise it above what file and environment say

  [[nodiscard]] constexpr Key running() const {
    Key key = *this;
    key.changes = Changes::running;
    return key;
  }
  [[nodiscard]] constexpr Key never_on_page() const {
    Key key = *this;
    key.changes = Changes::never_on_page;
    return key;
  }
  [[nodiscard]] constexpr Key secret() const {
    Key key = never_on_page();
    key.is_secret = true;
    return key;
  }
  [[nodiscard]] constexpr Key one_of(std::string_view words) const {
    Key key = *this;
    key.choices = words;
    return key;
  }
  [[nodiscard]] constexpr Key only_lower() const {
    Key key = *this;
    key.guards_wiring = true;
    return key;
  }
};

/// A section whose members are named by whoever writes the file.
struct Group {
  std::string_view path;  ///< "circuits"; its keys are circuits.*.…
  std::string_view meaning;
  std::size_t longest_name = 0;             ///< bytes of a name that can be shown
  Draft::Named& (*open)(Draft&) = nullptr;  ///< begins the next one: its keys are put next
  std::string_view example = {};            ///< a name that one could have
};

/// All of them, those of this version first.
[[nodiscard]] std::span<const Key> keys();
[[nodiscard]] std::span<const Group> groups();

/// The row of a path; names stand where the table has a *, and may have dots in them. Null: there is no such key.
[[nodiscard]] const Key* key_of(std::string_view path);

/// Whether the value of this key is to be shown nowhere.
[[nodiscard]] bool is_secret(std::string_view path);

/// The words that it can be.
[[nodiscard]] std::vector<std::string_view> choices_of(const Key& key);

/// Sections that are read whole elsewhere: they hold lists of parts that are no keys.
[[nodiscard]] std::span<const std::string_view> whole_sections();

/// Why a value is not of the key's kind, as in "is \"x\", not a number"; empty when it is, and `given` is what it says.
/// A range is not looked at. The value of a secret is not in it.
[[nodiscard]] std::string understand(const Key& key, const Value& value, Given& given);

/// Puts every key of `root` where it belongs and names what is unknown, misspelt, unused or of the wrong kind.
/// A missing or unusable wiringMaxAmpsAllTWCs is a fatal finding.
void read_keys(const Value& root, Draft& draft);

/// The table as a person reads it, one key a line.
[[nodiscard]] std::string reference();

/// What the table says of a key, into an object that is open; `path` with names instead of *. Members: "path", "takes",
/// "unit", "least", "most", "choices", "default", "meaning", "secret", "used", "changes", "guards_wiring", "group". Of
/// "unit", "least", "most", "choices" and "default" those that the key has; "group" is the section with names to which it
/// belongs, or null.
void describe(wire::JsonWriter& json, const Key& key, std::string_view path);

/// The candidate that was most probably meant, or empty (Levenshtein, upper and lower case the same).
[[nodiscard]] std::string_view nearest(std::string_view name, std::span<const std::string_view> candidates);

}  // namespace app
