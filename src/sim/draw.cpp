#include "sim/draw.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <string_view>
#include <vector>

#include "base/random.hpp"

namespace sim {

namespace {

using base::Duration;
using base::Random;
using namespace std::chrono_literals;

template <std::size_t N>
std::string_view any(Random& random, const std::array<std::string_view, N>& choices) {
  return choices[static_cast<std::size_t>(random.between(std::int64_t{0}, static_cast<std::int64_t>(N) - 1))];
}

constexpr std::array<std::string_view, 4> firmwares{"p1", "p2_2_5_1", "p2_4_4", "p2_4_5_3"};
constexpr std::array<std::string_view, 4> skies{"clear", "mixed", "broken", "overcast"};
constexpr std::array<std::string_view, 4> modes{"off", "pv", "minpv", "now"};
constexpr std::array<std::string_view, 11> meter_faults{"silent", "unreachable", "error", "words", "nan", "infinite",
                                                        "negative", "huge", "empty", "too-large", "frozen"};
constexpr std::array<std::string_view, 13> quirks{"accepts-after 3 s", "mirrors-nothing", "needs-repeating", "chatters",
                                                  "weird-counter", "no-currents", "shows-starting", "loses-vin",
                                                  "blips", "idle 0.25", "reads 0.4", "stays-away", "errs-on-zero"};
constexpr std::array<std::string_view, 13> habits{"sticky", "alternation", "ignores-zero", "asleep-after 5 min",
                                                 "scheduled 20 min", "half-amp 120 ms", "fall 6 s", "onboard 16",
                                                 "unwell-after 10 min", "bears 0", "bears 1", "never-wakes asleep-after 5 min",
                                                 "wakes-in-rounds asleep-after 5 min"};
constexpr std::array<std::string_view, 3> strangers{"controller", "misset", "giver"};
constexpr std::array<std::string_view, 11> line_faults{
    "lost 0.1", "flipped 0.1", "shortened 0.05", "stuffed 0.05", "trailed 0.3", "split 0.5", "doubled 0.05",
    "joined 0.1", "echo", "noise-every 5 s", "lost 0.02 flipped 0.02 trailed 0.1 split 0.2"};
constexpr std::array<std::string_view, 6> circuit_names{"main", "garage", "house", "shed", "left", "right"};
constexpr std::array<std::string_view, 6> wirings{"L1 L2 L3", "L2 L3 L1", "L3 L1 L2", "L1 L3 L2", "L2 L1 L3", "L3 L2 L1"};
constexpr std::array<std::string_view, 3> phase_names{"L1", "L2", "L3"};
constexpr std::string_view controllers_id = "7777";
constexpr Duration calm_end = 35min;

/// Writes the lines of one scenario.
class Pen {
 public:
  Pen(std::uint64_t seed, Duration lasting)
      : random_(seed ^ 0x7457C0DEULL), board_(seed ^ 0xB0A2DULL), hours_(seed ^ 0x901C1E5ULL), office_(seed ^ 0x0FF1CEULL),
        wishes_(seed ^ 0xBA77E2ULL), lasting_(lasting) {
    say("# seed {}, {} h", seed, lasting.count() / 3'600'000);
    say("seed {}", seed);
    say("run {} s", lasting.count() / 1000);
  }

  std::string write() {
    site();
    if (board_.chance(0.5)) circuits();
    connectors();
    if (board_.chance(0.25)) battery();
    if (board_.chance(0.4)) wishes();
    if (hours_.chance(0.2)) policies();
    cars();
    people();
    if (!circuits_.empty()) around_the_board();
    if (office_.chance(0.25)) other_limits();
    const std::int64_t kinds = random_.between(std::int64_t{0}, std::int64_t{5});
    for (std::int64_t i = 0; i < kinds; ++i) fault();
    if (random_.chance(0.3)) background();
    at(lasting_ - calm_end, "line");
    for (int i = 0; i < units_; ++i) at(lasting_ - calm_end, "heal {}", id(i));
    return text_;
  }

 private:
  template <class... Args>
  void say(fmt::format_string<Args...> format, Args&&... args) {
    text_ += fmt::format(format, std::forward<Args>(args)...);
    text_ += '\n';
  }
  template <class... Args>
  void at(Duration when, fmt::format_string<Args...> format, Args&&... args) {
    text_ += fmt::format("at {} ms ", when.count());
    say(format, std::forward<Args>(args)...);
  }
  /// A moment before the calm end.
  Duration moment() { return Duration{random_.between(std::int64_t{5000}, (lasting_ - calm_end - 5min).count())}; }
  std::int64_t between(std::int64_t low, std::int64_t high) { return random_.between(low, high); }
  /// A throw for the board.
  std::int64_t thrown(std::int64_t low, std::int64_t high) { return board_.between(low, high); }
  std::string id(int index) const { return fmt::format("{:04X}", 0x0061 + 0x111 * index); }
  std::string some_unit() { return id(static_cast<int>(between(0, units_ - 1))); }

  void site() {
    constexpr std::array<int, 7> circuits{6, 10, 16, 20, 32, 50, 80};
    const int circuit = circuits[static_cast<std::size_t>(between(0, 6))];
    say("circuit {}", circuit);
    say("per-unit {}", random_.chance(0.5) ? 32 : circuit);
    say("least {}", between(5, 12));
    say("mode {}", any(random_, modes));
    say("stop-by {}", random_.chance(0.7) ? "silence" : random_.chance(0.7) ? "holding" : "order");
    say("sky {}", any(random_, skies));
    say("peak {}", between(2000, 20000));
    if (random_.chance(0.3)) say("storms");
    if (random_.chance(0.2)) say("from-grid {}", between(10, 40));
    if (random_.chance(0.2)) {
      say("flex {}", between(1, 6));
      if (random_.chance(0.5)) say("flex-may-start");
    }
    if (random_.chance(0.1)) say("fixed {}", between(0, circuit));
    if (random_.chance(0.15)) say("spike-proactively");
    if (random_.chance(0.1)) say("safe {}", between(5, 10));
    if (random_.chance(0.2)) say("outside");
    else if (random_.chance(0.3)) say("grid-meter");
    say("begins {}", 1'750'000'000 + between(0, 86'399));
    constexpr std::array<int, 4> periods{1, 5, 10, 60};
    say("meter-every {} s", periods[static_cast<std::size_t>(between(0, 3))]);
    if (random_.chance(0.3)) say("meter-stale {} s", between(1, 60));
    if (random_.chance(0.2)) {
      say("networked");
      say("line latency 5 ms {} ms", between(10, 300));
    }
  }

  void connectors() {
    units_ = static_cast<int>(random_.chance(0.03) ? 4 : between(1, 3));
    const std::string_view common = any(random_, firmwares);
    for (int i = 0; i < units_; ++i) {
      const std::string_view firmware = random_.chance(0.7) ? common : any(random_, firmwares);
      std::string line = fmt::format("connector {} {} {} phases {}", id(i), firmware, random_.chance(0.8) ? 32 : 80,
                                     random_.chance(0.5) ? 1 : 3);
      line += fmt::format(" drift {} ms", 20 + 37 * i + between(0, 15));
      if (random_.chance(0.2)) line += fmt::format(" answers 1 ms {} ms", between(5, 95));
      if (random_.chance(0.2)) line += fmt::format(" {}", any(random_, quirks));
      if (!circuits_.empty()) line += fmt::format(" wiring {} in {}", any(board_, wirings), some_circuit());
      if (random_.chance(0.04)) line += fmt::format(" answers-to {}", controllers_id);
      else if (i > 0 && random_.chance(0.08)) {
        line += fmt::format(" answers-to {}", id(0));
        twins_ = true;
      }
      say("{}", line);
    }
  }

  void cars() {
    // Sometimes all at once: three cars that start in the same second (spec §5.8).
    const bool together = random_.chance(0.2);
    const Duration same = moment();
    for (int i = 0; i < units_; ++i) {
      const std::int64_t visits = between(0, 3);
      for (std::int64_t visit = 0; visit < visits; ++visit) {
        const Duration when = together && visit == 0 ? same : moment();
        std::string line = fmt::format("plug {} needs {} phases {}", id(i), between(1, 60), between(1, 3));
        if (random_.chance(0.3)) line += fmt::format(" {}", any(random_, habits));
        if (random_.chance(0.5)) line += " vin 5YJSA1E27HF000337";
        at(when, "{}", line);
        if (random_.chance(0.7)) at(when + Duration{between(1000, 7'200'000)}, "unplug {}", id(i));
      }
    }
  }

  void people() {
    for (std::int64_t i = between(0, 3); i > 0; --i) {
      const std::int64_t what = between(0, 6);
      if (what == 0) {
        const Duration when = moment();
        at(when, "charge-now {} {} min", between(5, 32), between(1, 120));
        if (random_.chance(0.4)) at(when + Duration{between(1000, 1'800'000)}, "cancel");
      } else if (what == 1) at(moment(), "cancel");
      else if (what == 2) at(moment(), "stop-at-car {}", some_unit());
      else if (what == 3) at(moment(), "start-at-car {}", some_unit());
      else if (what == 4) at(moment(), "button {}", some_unit());
      else at(moment(), "mode {}", any(random_, modes));
    }
  }

  // --- the board: dice of its own, so that the houses without circuits stay what they were ----------------------------

  std::string_view some_circuit() {
    return circuits_[static_cast<std::size_t>(thrown(0, static_cast<std::int64_t>(circuits_.size()) - 1))];
  }
  Duration board_moment() { return Duration{thrown(5000, (lasting_ - calm_end - 5min).count())}; }

  Duration later(Duration when) { return std::min(when + Duration{thrown(10'000, 1'800'000)}, lasting_ - calm_end); }

  /// One to six, each below one that was drawn before; sometimes there is a second root.
  void circuits() {
    say("phases {}", board_.chance(0.85) ? 3 : 1);
    const std::int64_t count = thrown(1, board_.chance(0.2) ? 6 : 3);
    for (std::int64_t i = 0; i < count; ++i) {
      constexpr std::array<int, 8> fuses{10, 16, 20, 25, 32, 35, 50, 63};
      const int amps = fuses[static_cast<std::size_t>(thrown(i == 0 ? 2 : 0, 7))];
      std::string line = fmt::format("circuit {} {}", circuit_names[static_cast<std::size_t>(i)], amps);
      if (i > 0 && board_.chance(0.9)) line += fmt::format(" below {}", some_circuit());
      if (board_.chance(0.2)) line += fmt::format(" watts {}", thrown(3000, 30'000));
      if (board_.chance(0.1)) line += fmt::format(" imbalance {}", thrown(6, 20));
      if (board_.chance(0.5)) line += fmt::format(" safe {}", thrown(0, 10));
      if (board_.chance(0.6)) line += meter_of_a_circuit() + (i == 0 && board_.chance(0.2) ? " house" : "");
      say("{}", line);
      circuits_.push_back(circuit_names[static_cast<std::size_t>(i)]);
    }
  }

  std::string meter_of_a_circuit() {
    constexpr std::array<std::string_view, 4> shown{"currents", "currents", "power currents", "power"};
    constexpr std::array<int, 4> periods{1, 5, 10, 30};
    std::string words = fmt::format(" meter {} every {} s", any(board_, shown), periods[static_cast<std::size_t>(thrown(0, 3))]);
    if (board_.chance(0.2)) words += fmt::format(" stale {} s", thrown(1, 20));
    if (board_.chance(0.2)) words += fmt::format(" noise {}", thrown(1, 200));
    if (board_.chance(0.2)) words += fmt::format(" answers 10 ms {} ms", thrown(100, 1900));
    return words;
  }

  void battery() {
    std::string line = fmt::format("battery {} {} level {}", thrown(3, 20),
                                   thrown(1500, 10'000), thrown(0, 100));
    if (board_.chance(0.4)) line += fmt::format(" priority {}", thrown(5, 95));
    if (board_.chance(0.4)) line += fmt::format(" buffer {}", thrown(20, 95));
    if (board_.chance(0.2)) line += fmt::format(" buffer-start {}", thrown(50, 99));
    if (board_.chance(0.3)) line += fmt::format(" dead-time {} s", thrown(1, 15));
    if (wishes_.chance(0.5)) line += rules_of_the_battery();
    say("{}", line);
    if (board_.chance(0.5)) say("power-meter");
    if (board_.chance(0.3)) say("inverter {}", any(board_, phase_names));
  }

  /// Dice of its own, too.
  std::string rules_of_the_battery() {
    const auto throw_ = [&](std::int64_t low, std::int64_t high) { return wishes_.between(low, high); };
    std::string words;
    if (wishes_.chance(0.3)) words += " leaves-minimum";
    if (wishes_.chance(0.3)) words += fmt::format(" cars-wait {}", throw_(1, 99));
    if (wishes_.chance(0.3)) words += fmt::format(" hides {}", throw_(1, 100));
    if (wishes_.chance(0.4)) words += fmt::format(" grid-share {} {}", throw_(1, 8), throw_(0, 95));
    if (wishes_.chance(0.4)) {
      const std::int64_t to = throw_(0, 90);
      words += fmt::format(" empties {} W {} {}", throw_(500, 8000), throw_(to, 95), to);
      if (wishes_.chance(0.5)) words += fmt::format(" after {} h before {} h", throw_(0, 12), throw_(0, 24));
    }
    return words;
  }

  /// What is said about single connectors, and asked for them.
  void wishes() {
    for (int i = 0; i < units_; ++i) {
      if (board_.chance(0.4)) say("mode {} {}", id(i), any(board_, modes));
      if (board_.chance(0.3)) say("priority {} {}", id(i), thrown(0, 3));
      if (board_.chance(0.3)) say("weight {} {}", id(i), thrown(1, 5));
      if (board_.chance(0.2)) say("least {} {}", id(i), thrown(6, 12));
      if (board_.chance(0.2)) say("most {} {}", id(i), thrown(8, 32));
      if (board_.chance(0.2)) say("target {} {}", id(i), thrown(1, 20));
      if (board_.chance(0.4)) at(board_moment(), "mode {} {}", id(i), any(board_, modes));
      if (board_.chance(0.3)) at(board_moment(), "target {} {}", id(i), thrown(1, 20));
      if (board_.chance(0.1)) at(board_moment(), "target {} none", id(i));
    }
    if (board_.chance(0.3)) {
      const std::int64_t start = thrown(800, 4500);
      say("start {} W after {} s", start, thrown(0, 600));
      say("stop {} W after {} s", thrown(0, start), thrown(0, 900));
    }
  }

  /// A day that begins and ends within the run, or is none; the night has a rate of its own, or the sun.
  void policies() {
    const std::int64_t begins = hours_.between(std::int64_t{0}, std::int64_t{4});
    const std::int64_t ends = hours_.between(begins, std::int64_t{8});
    const std::string outside = hours_.chance(0.6) ? fmt::format(" outside {}", hours_.between(std::int64_t{0}, std::int64_t{32})) : "";
    say("policies day {} {}{}", begins, ends, outside);
    if (hours_.chance(0.3)) say("home {} {}", hours_.between(std::int64_t{-90}, std::int64_t{90}), hours_.between(std::int64_t{-180}, std::int64_t{180}));
    if (hours_.chance(0.4))
      say("schedule {} {} {}", hours_.between(std::int64_t{0}, std::int64_t{6}), hours_.between(std::int64_t{0}, std::int64_t{24}),
          hours_.between(std::int64_t{1}, std::int64_t{32}));
  }

  /// Appliances on its phases, orders from outside, meters that fail.
  void around_the_board() {
    for (std::int64_t i = thrown(0, 25); i > 0; --i) {
      const std::string_view circuit = some_circuit();
      const std::string_view phase = any(board_, phase_names);
      const Duration when = board_moment();
      at(when, "load {} {} {}", circuit, phase, thrown(100, 6000));
      if (board_.chance(0.8)) at(later(when), "load {} {} 0", circuit, phase);
    }
    for (std::int64_t i = thrown(0, 2); i > 0; --i) {
      const bool by_power = board_.chance(0.3);
      const std::string limit = by_power ? fmt::format("{} W", thrown(0, 15'000))
                                         : fmt::format("{} A", thrown(0, 32));
      const Duration when = board_moment();
      if (board_.chance(0.7)) at(when, "limit {} {} for {} s \"dimmed\"", some_circuit(), limit, thrown(10, 3600));
      else {
        const std::string_view circuit = some_circuit();
        at(when, "limit {} {}", circuit, limit);
        at(later(when), "limit {} none", circuit);
      }
    }
    if (board_.chance(0.4)) at(board_moment(), "meter {} {} {} s", some_circuit(), any(board_, meter_faults), thrown(5, 1800));
    for (const std::string_view circuit : circuits_) at(lasting_ - calm_end, "limit {} none", circuit);
  }

  /// The configuration changes while everything runs.
  void other_limits() {
    constexpr std::array<int, 7> amps{6, 10, 16, 20, 32, 50, 80};
    const auto some = [&] { return amps[static_cast<std::size_t>(office_.between(std::int64_t{0}, std::int64_t{6}))]; };
    for (std::int64_t i = office_.between(std::int64_t{1}, std::int64_t{4}); i > 0; --i) {
      const Duration when{office_.between(std::int64_t{5000}, (lasting_ - calm_end - 5min).count())};
      const std::int64_t what = office_.between(std::int64_t{0}, std::int64_t{3});
      if (what == 0) at(when, "configure circuit {}", some());
      else if (what == 1) at(when, "configure per-unit {}", some());
      else if (what == 2 || circuits_.empty()) at(when, "configure least {}", office_.between(std::int64_t{5}, std::int64_t{12}));
      else at(when, "configure circuit {} {}", circuits_[static_cast<std::size_t>(office_.between(std::int64_t{0}, static_cast<std::int64_t>(circuits_.size()) - 1))], some());
    }
  }

  void fault() {
    const Duration when = moment();
    const Duration until = when + Duration{between(500, 600'000)};
    switch (between(0, 13)) {
      case 0:
        at(when, "crash");
        at(until, "boot");
        break;
      case 1:
        at(when, "adapter off");
        at(until, "adapter on");
        break;
      case 2: at(when, "meter {} {} s", any(random_, meter_faults), between(5, 1800)); break;
      case 3:
        at(when, "line {}", any(random_, line_faults));
        at(until, "line");
        break;
      case 4:
        // Nobody can know of a twin that hears and is not heard, or begins to hear later.
        if (!twins_) at(when, "speechless {}", some_unit());
        break;
      case 5:
        if (!twins_) at(when, "deaf {}", some_unit());
        break;
      case 6: at(when, "reboot {}", some_unit()); break;
      case 7: failure(when, until); break;
      case 8:
        at(when, "stranger {}", any(random_, strangers));
        at(until, "stranger gone");
        break;
      case 9: at(when, "clock {}", jump()); break;
      case 10: at(when, "sun {}", between(0, 20000)); break;
      case 11: at(when, "load {}", between(0, 12000)); break;
      case 12: at(when, "unwell {}", some_unit()); break;
      default: at(when, "sleep {}", some_unit()); break;
    }
  }

  /// Mostly somebody comes and holds its button.
  void failure(Duration when, Duration until) {
    const std::string unit = some_unit();
    at(when, "fail {} {} s", unit, between(1, 20));
    if (random_.chance(0.6)) at(until, "button {}", unit);
  }

  /// Seconds: an hour of daylight saving, a clock set right, a clock that was never set.
  std::int64_t jump() {
    const bool forwards = random_.chance(0.5);
    const std::int64_t by = random_.chance(0.4) ? 3600 : random_.chance(0.7) ? between(1, 7200) : between(1, 40) * 86'400;
    return forwards ? by : -by;
  }

  /// A line that is bad all the time.
  void background() { say("line {}", any(random_, line_faults)); }

  Random random_, board_, hours_, office_, wishes_;
  std::vector<std::string_view> circuits_;
  Duration lasting_;
  int units_ = 1;
  bool twins_ = false;
  std::string text_;
};

}  // namespace

std::string draw(std::uint64_t seed, Duration lasting) { return Pen{seed, lasting}.write(); }

}  // namespace sim
