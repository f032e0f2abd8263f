// What a file below meters/ says about one kind of energy source, understood and checked (docs/METERS.md).
//
// The problem: there are a hundred kinds of meters, and a program per kind is a hundred places for the same mistakes. The
// idea: a source is data. It says what to ask, where each number stands in the answer and in what unit and sign, and it
// carries proofs: answers and what they mean. The words are few and closed (no conditions, no programs), so that a file can
// be checked completely when it is loaded, drawn as a form, and run backwards by the simulator (render.hpp).
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "base/random.hpp"
#include "base/time.hpp"
#include "core/meter/measurand.hpp"
#include "core/table/table.hpp"

namespace core::meter {

using base::Duration;

// --- Options --------------------------------------------------------------------------------------------------------

/// What whoever configures such a source has to say; `{name}` stands for its value in every text of a question.
struct Option {
  enum class Type : std::uint8_t { text, host, port, number, yes_no, device, growatt_password };
  std::string name;
  Type type = Type::text;
  bool required = false;
  bool secret = false;           ///< shown to nobody
  std::string fallback;          ///< its value when none is given
  std::string help;              ///< one line for people
  bool may_be_empty = false;     ///< an empty value is one; else what needs it is left out (fill.hpp)
  std::string yes = "yes", no = "no";   ///< of a yes_no: what stands for it in texts
  bool operator==(const Option&) const = default;
};

/// The values of options, by name.
using Options = std::map<std::string, std::string, std::less<>>;

// --- Questions ------------------------------------------------------------------------------------------------------

/// How an answer is written.
enum class Form : std::uint8_t {
  json,
  lenient_json,   ///< empty places of a list are null, as old SolaX devices write
  xml,
  csv,
  p1,             ///< a telegram of a smart meter's P1 port (§5.1)
  speedwire,      ///< a datagram of an SMA energy meter (§6.1)
  registers,      ///< of a Modbus device, as wire/registers.hpp writes them
  text,           ///< one number with its unit or none, or text in which one is found
};

/// Which certificates are believed (§4.1): those that authorities vouch for, or, of a device that made its own, the one that is
/// seen first.
struct Trust {
  static constexpr std::string_view authorities = "authorities", first_seen = "first_seen";
};

/// Name and value; in the value `{option}` and `{learned}` are replaced.
using Header = std::pair<std::string, std::string>;

/// A request over HTTP, or (file:///path) a file of this computer. In `url`, `headers` and `body` options and what was learned are replaced, as in all texts of questions.
struct HttpQuestion {
  enum class Verb : std::uint8_t { get, post, put };
  Verb verb = Verb::get;
  std::string url;
  std::vector<Header> headers;
  std::string body;
  std::string trust{Trust::authorities};   ///< or what an option says
  std::string user{}, password{};  ///< a log-in of its own (Basic), as of a program where tokens are handed out; empty: that of the kind
  bool operator==(const HttpQuestion&) const = default;
};

/// Registers of a Modbus device (§4.5); which ones follows from what is picked.
struct ModbusQuestion {
  enum class Table : std::uint8_t { holding, input };
  std::string device;              ///< tcp://host:port, rtu+tcp://host:port, serial:/dev/ttyUSB0?baud=9600, goodwe://host:port
  std::string unit = "1";          ///< 0 to 255
  Table table = Table::holding;
  Duration after_connecting{};     ///< what the device needs before its first request
  Duration between{};              ///< … and between two
  bool operator==(const ModbusQuestion&) const = default;
};

/// What is listened to; every message is an answer.
struct Subscription {
  std::string from;                ///< mqtt(s)://host:port, tcp://host:port, serial:/dev/ttyUSB0, udp://group:port, ws(s)://host/path
  std::string topic;               ///< of MQTT
  std::vector<std::string> wake;   ///< of MQTT topics to which something is published now and then; of a WebSocket what is said first
  std::string protocol;            ///< of a WebSocket
  std::string trust{Trust::authorities};   ///< over TLS; or what an option says
  bool operator==(const Subscription&) const = default;
};

using What = std::variant<HttpQuestion, ModbusQuestion, Subscription>;

/// Which part of a question a text is; it decides how a value is written into it.
enum class Part : std::uint8_t {
  address,
  body,
  word,
  detail,   ///< may be left out
};

/// Calls `act(Part, text)` for every text in which names stand for something.
template <class Any, class Act>
void each_text(Any& what, Act&& act) {
  if (auto* http = std::get_if<HttpQuestion>(&what)) {
    act(Part::address, http->url);
    for (auto& header : http->headers) act(Part::detail, header.second);
    act(Part::body, http->body);
    act(Part::detail, http->user);
    act(Part::detail, http->password);
    act(Part::detail, http->trust);
  } else if (auto* modbus = std::get_if<ModbusQuestion>(&what)) {
    act(Part::address, modbus->device);
    act(Part::word, modbus->unit);
  } else if (auto* listening = std::get_if<Subscription>(&what)) {
    act(Part::address, listening->from);
    act(Part::word, listening->topic);
    for (auto& each : listening->wake) act(Part::detail, each);
    act(Part::detail, listening->protocol);
    act(Part::detail, listening->trust);
  }
}

/// Where it goes: a URL, a device, what is listened to.
[[nodiscard]] const std::string& address_of(const What& what);
/// With what the address of a file of this computer begins. Only a kind's own file may say so, an option may not.
inline constexpr std::string_view file_scheme = "file://";
/// How such an address may begin: "https://", "serial:".
[[nodiscard]] std::span<const std::string_view> schemes_of(const What& what);

struct Question {
  std::string name;
  What what;
  Form form = Form::json;
  std::optional<std::string> absent = std::nullopt;   ///< what counts as the answer when there is no such page or file (404)
  bool operator==(const Question&) const = default;
};

// --- Where a number stands ------------------------------------------------------------------------------------------

/// One step on the way through a tree.
struct Step {
  enum class Kind : std::uint8_t {
    name,    ///< the member called so; of a list the one at that place, −1 is the last
    first,   ///< the first member or item, whatever it is called
    filter,  ///< of a list (or of a single one) the first item that meets all conditions
  };
  struct Condition {
    enum class Is : std::uint8_t { equal, unequal, alike, above, below, least, most };   ///< alike: but for capitals
    std::string name;              ///< of the item's member; empty: the item itself
    Is is = Is::equal;
    std::string value;             ///< least, most: none
    bool operator==(const Condition&) const = default;
  };
  Kind kind = Kind::name;
  std::string name;
  std::vector<Condition> conditions;
  bool operator==(const Step&) const = default;
};

/// A place in a tree: "/Body/Data/Site/P_PV", "/consumption/[measurementType=net-consumption]/wNow". In registers it is one step,
/// whose name is the register as wire/registers.hpp writes it: "37113 s32".
struct Path {
  std::vector<Step> steps;
  bool operator==(const Path&) const = default;
};

/// A place in a text: behind these words, each looked for behind the one before.
struct After {
  std::vector<std::string> words;
  bool operator==(const After&) const = default;
};

using Place = std::variant<Path, After>;

// --- What a number means --------------------------------------------------------------------------------------------

/// A test of something else in the same answers.
struct Test {
  std::uint8_t question = 0;
  Path at;
  std::vector<std::string> is;     ///< one of these; empty: there is something
  bool negated = false;            ///< none of these; nothing there
  bool operator==(const Test&) const = default;
};

/// A number that a program works out (core/meter/kinds).
struct By {
  std::string name;                     ///< of kinds::numbers()
  std::vector<std::uint8_t> questions;  ///< from whose answers, in its order
  Options with;                         ///< texts with options
  bool operator==(const By&) const = default;
};

/// A number, made of one place in an answer or of other numbers. What it yields is a number, nothing (the device has none,
/// now), or trouble (what is there is no number).
struct Expression {
  enum class Kind : std::uint8_t { pick, sum, mean, first_of, by };
  Kind kind = Kind::pick;

  // of a pick
  std::uint8_t question = 0;
  Place at = Path{};
  std::string unit;                ///< "kW"; empty: that of the measurand; one written behind the number counts more
  std::optional<Path> unit_at;     ///< where the answer names the unit
  bool decimal_comma = false;
  std::vector<std::pair<std::string, double>> words{};   ///< what stands there means a number; another word is nothing. None: a number stands there

  std::vector<Expression> of;      ///< of sum, mean, first_of: their terms
  By by;

  // of all
  double scale = 1;
  std::string scale_option;        ///< a number by which it is scaled too; fill() makes it part of `scale`
  double offset = 0;               ///< added after scaling, in the measurand's unit
  bool minus = false;              ///< the other sign
  std::optional<Test> minus_when;  ///< the other sign when this holds
  std::optional<Test> only_when;   ///< nothing when this does not hold
  bool absolute = false;           ///< without its sign
  bool nothing_is_zero = false;    ///< null, NaN and places that are not there mean zero
  bool operator==(const Expression&) const = default;
};

struct Gives {
  Measurand what{};
  Expression expression;
  bool extra = false;                     ///< many devices of the kind lack it: counts only for who names it
  std::optional<Measurand> signed_like;   ///< takes the sign of this one, as unsigned currents do of the power of their phase
  bool operator==(const Gives&) const = default;
};

/// A list in an answer that says what holds from when until when (core/table/table.hpp): prices, or a forecast.
struct Slots {
  enum class By : std::uint8_t { list, entsoe, open_meteo };   ///< how it is read; those with a name are in core/meter/kinds
  enum class As : std::uint8_t { iso8601, unix_seconds, unix_milliseconds, utc };   ///< utc: iso8601 without a zone
  By by = By::list;
  std::uint8_t question = 0;
  Path each;                       ///< to a list, or a section; where it ends with conditions, all that meet them
  bool start_is_name = false;      ///< of a section: its names are the starts
  std::optional<Path> start, end, length;   ///< in one of `each`; none of start and end: it is the start itself
  As as = As::iso8601;
  std::optional<Path> parallel;    ///< to another list, whose items are the values, place by place
  Path value;                      ///< in one of `each`, or of `parallel`
  double factor = 1;               ///< currency per kWh or W in one of the answer's unit
  Options with;                    ///< what it is read with, for those with a name; texts with options
  bool operator==(const Slots&) const = default;
};

/// When this does not hold, the whole answer is no reading.
struct Valid {
  Test test;
  std::string says;                ///< why, and what to do, for people; may be empty
  bool operator==(const Valid&) const = default;
};

/// What a number in an answer says about when it was true.
struct Stamp {
  enum class As : std::uint8_t { iso8601, unix_seconds, unix_milliseconds, age_seconds, local };   ///< local: "dd.mm.yy hh:mm:ss"
  std::uint8_t question = 0;
  Path at;
  As as = As::iso8601;
  Duration believed = std::chrono::minutes{3};   ///< older is no reading
  bool operator==(const Stamp&) const = default;
};

/// Something in an answer that later questions need: `{name}`.
struct Learns {
  std::string name;
  std::uint8_t question = 0;
  Path at;                         ///< empty: the whole text
  bool secret = false;
  std::string first{};             ///< what it is until then, a text with options; what was learned since outlives a session. Empty: nothing
  bool operator==(const Learns&) const = default;
};

// --- Who may ask ----------------------------------------------------------------------------------------------------

struct Access {
  enum class Kind : std::uint8_t { none, basic, digest, session };
  Kind kind = Kind::none;
  std::string user, password;      ///< texts with options, of basic and digest
  std::vector<std::uint8_t> questions;   ///< of a session: asked first, in this order, and again when it has ended
  Duration lasts{};                ///< of a session; zero: until it is refused
  std::string ends_with;           ///< of a session: a learned JWT that says itself when it ends; empty: none
  bool cookies = false;            ///< those of the session go with every question
  bool operator==(const Access&) const = default;
};

// --- A proof --------------------------------------------------------------------------------------------------------

/// Answers and what they mean; none of `means` and `fault` empty: that they are no reading.
struct Proof {
  std::map<std::string, std::string> answers;   ///< by question
  Options options;                              ///< beside the defaults
  std::vector<std::pair<Measurand, double>> means;
  std::vector<table::Slot> slots;               ///< of prices and forecasts, in order of time
  std::string currency;
  bool fault = false;
  std::optional<base::WallTime> at;             ///< when it is, where that matters
  int line = 0;
  bool operator==(const Proof&) const = default;
};

// --- The whole ------------------------------------------------------------------------------------------------------

/// A section of the original's `sources` that means this kind (§10).
struct Legacy {
  std::string section;
  std::vector<std::pair<std::string, std::string>> options;   ///< ours, theirs
  std::vector<std::string> when;          ///< only when these keys are given
  bool operator==(const Legacy&) const = default;
};

struct Template {
  std::string name;                ///< that of its file
  std::string title;               ///< for people: vendor and device
  std::string setup;               ///< one line: what has to be done at the device
  std::string uncertain;           ///< what is not known of it; empty: nothing
  std::vector<Option> options;
  Duration every = std::chrono::seconds{10};      ///< unless configured
  Duration least_every = std::chrono::seconds{1}; ///< its vendor allows no more
  int most_a_day = 0;              ///< requests; zero: as many as one likes
  Duration patience = std::chrono::seconds{10};
  bool one_by_one = false;         ///< its questions wait for each other
  bool cloud = false;              ///< asked with jitter, and its pauses are longer
  bool estimated = false;          ///< what it tells is computed from something else, not measured; it is solar alone
  Access access;
  std::vector<Question> questions;
  std::vector<Valid> valid;
  std::vector<Stamp> stamps;
  std::vector<Learns> learns;
  std::vector<Gives> gives;
  std::optional<table::Measure> measure;          ///< of a source of prices or forecasts, which gives nothing and has:
  std::vector<Slots> slots;
  std::string currency;                           ///< "EUR"; a text with options
  std::optional<Path> currency_at;                ///< in the answers of all slots; counts more
  std::vector<Legacy> legacy;
  std::vector<Proof> proofs;
  bool operator==(const Template&) const = default;

  /// What it tells.
  [[nodiscard]] Measurands tells() const {
    Measurands all;
    for (const Gives& each : gives) all.add(each.what);
    return all;
  }
  /// … but for what many devices of the kind lack.
  [[nodiscard]] Measurands usual() const {
    Measurands all;
    for (const Gives& each : gives) {
      if (!each.extra) all.add(each.what);
    }
    return all;
  }
};

[[nodiscard]] inline bool is_listened_to(const Question& question) { return std::holds_alternative<Subscription>(question.what); }
/// Whether what comes is listened to; nothing is asked then but what opens a session. Else all questions are of one sort.
[[nodiscard]] bool listens(const Template& kind);

/// The registers that are picked from a question's answer, each once: "37113 s32".
[[nodiscard]] std::vector<std::string> registers_of(const Template& kind, std::uint8_t question);

/// Of what is asked: another device has another one. Passwords and tokens in headers are no part of it.
[[nodiscard]] std::uint64_t digest_of(const Template& kind);

}  // namespace core::meter
