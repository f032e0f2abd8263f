// A whole house before the core's door: bus, connectors, cars, sun, meter, and time that jumps to the next event.
//
// The world performs what the core asks for, as the shell does in a real house, and hands it what happens, in a fixed
// order, so that the same seed makes the same run to the bit. Checks watch from outside (checks.hpp): they see raw bytes
// and the connectors' true currents, and hold what the core shows in its snapshot against them.
#pragma once

#include <array>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "core/core.hpp"
#include "core/meter/desk.hpp"
#include "sim/battery.hpp"
#include "sim/board.hpp"
#include "sim/house.hpp"
#include "sim/line.hpp"
#include "sim/meter_device.hpp"
#include "sim/stranger.hpp"
#include "sim/wall_connector.hpp"

namespace sim {

/// What the controller asks of the meter of the house.
enum class Sources : std::uint8_t {
  both,
  only_generation,
  only_consumption,
  net_power,   ///< one number: import +, export −
};

/// What measures a circuit. Each number it shows is asked for by itself.
struct CircuitMeter {
  enum class Where : std::uint8_t {
    own,     ///< a meter of its own
    house,   ///< that of the house, which then shows these numbers, too
  };
  Where where = Where::own;
  bool power = false;
  bool currents = true;
  MeterTraits device;                        ///< how it answers; what it shows follows from the above
  Duration every = 5s;
};

/// A source with nothing at its address.
struct Absent {
  core::meter::Source source;
  std::string trouble;                       ///< what whoever asks is told
};

/// What a house is made of. One seed makes all its dice.
struct Site {
  core::Config config;                       ///< what the controller is told; its meters follow from the ones below
  core::Law* law = nullptr;                  ///< decides instead of the controller's own; outlives the world
  std::vector<ConnectorTraits> connectors;   ///< up to four may hang on the bus
  LineFaults line;
  bool networked = false;
  MeterTraits consumption;
  MeterTraits generation{.shows = Shows::generation};
  bool metered = true;
  Sources sources = Sources::both;
  Duration meter_every = 5s;
  Duration disk_lag{};                       ///< what was to be remembered so shortly before a crash is lost
  std::vector<std::optional<CircuitMeter>> circuit_meters;   ///< by place in `config.circuits`; may be shorter
  std::optional<BatteryTraits> battery;      ///< shown by the meter of the house
  int hides_below = 0;                       ///< percent; below it that meter's generation fills the battery
  std::optional<Trace> trace;                ///< recorded; else made up
  HouseTraits house;
  int days = 1;
  WallTime begins;                           ///< of the run
  std::uint64_t seed = 1;
  std::vector<Absent> absent;                ///< asked beside the meters; the controller knows nothing of them
};

/// What a run amounts to.
struct Score {
  Energy delivered, solar;                   ///< of the cars; the part covered by surplus in the same moment
  Energy surplus;                            ///< what the roof had left over without cars; a battery may take it, too
  Energy battery;                            ///< of the cars; the part a home battery gave in the same moment
  Energy bought;                             ///< by the house and its cars together
  Amps most_drawn;                           ///< sum of true currents
  Amps most_committed;                       ///< largest sum of the limits in force at the connectors
  std::int64_t over_limit = 0;               ///< true current above the circuit, in grains of Amps × ms
  std::uint64_t limit_changes = 0;           ///< limits sent that differ from the one before
  std::uint64_t heartbeats = 0;
  std::uint64_t events = 0;

  [[nodiscard]] double over_limit_amp_seconds() const { return static_cast<double>(over_limit) / 100.0 / 1000.0; }
};

/// An order of the controller as the bytes on the wire say it.
struct Spoken {
  std::uint16_t kind = 0;        ///< e.g. 0xFBE0
  std::uint16_t receiver = 0;
  std::uint8_t order = 0;        ///< of a heartbeat
  Amps amps;
  std::size_t size = 18;         ///< bytes on the wire, delimiters and escapes included
};

class World;

/// A reply of a meter, as it leaves the device, and the number it is about.
struct Shown {
  core::MeterId meter;
  core::Measurand what{};
  const MeterReply& reply;
};

/// A check watches a run; the first sentence it returns ends it. One file each below checks/.
class Check {
 public:
  virtual ~Check() = default;
  [[nodiscard]] virtual std::string_view name() const = 0;
  /// The controller has written a frame; the connectors have not heard it yet.
  virtual std::string spoken(const World&, const Spoken&) { return {}; }
  /// A connector (by its place) begins to speak.
  virtual std::string uttered(const World&, std::size_t, std::span<const std::uint8_t>) { return {}; }
  /// A whole message is about to reach the controller.
  virtual std::string heard(const World&, const Message&) { return {}; }
  /// A meter's reply is about to reach the controller.
  virtual std::string read(const World&, const Shown&) { return {}; }
  /// The controller has told people something.
  virtual std::string announced(const World&, const core::Announcement&) { return {}; }
  /// The controller asks for an address to be called.
  virtual std::string called(const World&, const core::CallHook&) { return {}; }
  /// Something has happened.
  virtual std::string after(const World&) { return {}; }
  /// Once a virtual second.
  virtual std::string second(const World&) { return {}; }
  /// The run is over.
  virtual std::string end(const World&) { return {}; }
};

class World {
 public:
  explicit World(Site site);

  /// The controller starts (again): a new core with what was remembered.
  void boot();
  /// The controller dies without a word.
  void crash();
  /// The controller goes on from a state that was recorded (core::Core::state_bytes).
  void resume(std::span<const std::byte> state);
  void run_until(Instant until);
  /// The run is over: the checks' last words.
  void finish();

  /// Since when its configuration is what it is.
  [[nodiscard]] Instant configured() const { return configured_; }
  /// What the controller wants to know after its next start.
  [[nodiscard]] const core::Memory& remembered() const { return writes_.back().memory; }

  // --- what can be done to it ---
  void command(const core::Command& command);
  /// Numbers of the configuration change while everything goes on; meters, circuits and connectors stay as many.
  void configure(const std::function<void(core::Config&)>& change);
  void set_adapter(bool plugged);
  void set_meter_fault(MeterFault fault, Instant until);
  /// Only what measures this circuit.
  void set_circuit_fault(std::size_t circuit, MeterFault fault, Instant until);
  void set_line(const LineFaults& faults) { line_.set_faults(faults, now_); }
  void set_sun(std::optional<Watts> sun) {
    forced_sun_ = sun;
    flow_ = flow();
  }
  void set_load(std::optional<Watts> load) {
    forced_load_ = load;
    flow_ = flow();
  }
  /// What is connected to a circuit, beside the house, the circuits and the connectors.
  void set_circuit_load(std::size_t circuit, std::size_t phase, Watts load) {
    board_.set_load(circuit, phase, load);
    flow_ = flow();
  }
  void step_wall_clock(Duration by) { clock_step_ = clock_step_ + by; }
  /// To do something to it; what it then does counts from now on.
  WallConnector& connector(std::size_t index) {
    stale_ = true;
    return connectors_[index];
  }
  Stranger& stranger() { return stranger_; }
  void watch(std::vector<std::unique_ptr<Check>> checks) { checks_ = std::move(checks); }

  // --- what can be seen ---
  [[nodiscard]] Instant now() const { return now_; }
  [[nodiscard]] base::Now both_clocks() const { return {now_, site_.begins + now_.since_origin() + clock_step_}; }
  [[nodiscard]] const Site& site() const { return site_; }
  [[nodiscard]] const core::Core* core() const { return core_.get(); }
  [[nodiscard]] Instant booted() const { return booted_; }
  /// Who asks the meters for the controller; it has been booted.
  [[nodiscard]] const core::meter::Desk& desk() const { return *desk_; }
  [[nodiscard]] std::span<const WallConnector> connectors() const { return connectors_; }
  [[nodiscard]] const WallConnector* find(std::uint16_t id) const;
  [[nodiscard]] const Line& line() const { return line_; }
  [[nodiscard]] const Stranger& stranger() const { return stranger_; }
  [[nodiscard]] const Score& score() const { return score_; }
  [[nodiscard]] std::uint64_t digest() const { return digest_.value(); }
  [[nodiscard]] Flow flow();
  [[nodiscard]] Watts car_power();
  /// What flows through a circuit.
  [[nodiscard]] HousePower flow_through(std::size_t circuit) const;
  /// What flows through the house's main fuse, whatever the circuits are.
  [[nodiscard]] HousePower flow_of_house() const;
  /// True currents of the connectors below a circuit.
  [[nodiscard]] Phases<Amps> connectors_below(std::size_t circuit) const;
  [[nodiscard]] const Board& board() const { return board_; }
  [[nodiscard]] const std::optional<Battery>& battery() const { return battery_; }
  /// What another system has ordered for a circuit, as far as the controller can know it.
  [[nodiscard]] const core::LimitCircuit* ordered(std::size_t circuit) const;
  /// Since when every meter of the circuit tells the truth, but for its usual delay; never: none does now.
  [[nodiscard]] Instant circuit_known_since(std::size_t circuit) const;
  [[nodiscard]] Instant last_fault() const { return last_fault_; }
  /// Since when nothing is wrong: no fault began or lasts, everybody hears everybody. Zero while something is.
  [[nodiscard]] Duration undisturbed() const;
  /// The same, but meters may do what they like.
  [[nodiscard]] Duration bus_undisturbed() const;
  void note_fault() { last_fault_ = last_bus_fault_ = now_; }
  /// The last things that happened, oldest first, one line each.
  [[nodiscard]] std::string story() const;
  [[nodiscard]] const std::string& violation() const { return violation_; }
  [[nodiscard]] bool was_announced(core::Topic topic) const;
  [[nodiscard]] std::uint64_t announcements() const { return announcements_; }
  /// How many addresses were to be called.
  [[nodiscard]] std::uint64_t hooks() const { return hooks_; }

 private:
  struct Told {
    Instant at;
    bool from_controller = false;
    Transmission bytes;
  };

  /// Over all connectors.
  struct Sums {
    Watts power;
    Amps drawn;
    Amps committed;
    Instant deadline = Instant::never();
  };

  /// A meter that answers one question.
  struct Gauge {
    core::MeterId meter;
    core::Measurand what{};
    std::optional<std::size_t> circuit;   ///< nothing: the house
    MeterDevice device;
    std::uint8_t question = 0;
    std::uint32_t round = 0;              ///< that it answers
    Instant wrong_until = Instant::long_ago();
  };
  struct Ordered {
    core::LimitCircuit what;
    Instant until = Instant::long_ago();
    std::optional<WallTime> end;   ///< as a controller knows it that was started since
  };

  void install_meters();
  void add_gauge(core::MeterId meter, core::Measurand what, std::optional<std::size_t> circuit, MeterDevice device);
  void add_gauges(std::size_t circuit, const CircuitMeter& meter, core::MeterId id);
  void misbehave(Gauge& gauge, MeterFault fault, Instant until);
  void find_gauge_deadline();
  [[nodiscard]] HousePower sum_up(std::optional<std::size_t> circuit) const;
  void step(const core::Event& event);
  void perform();
  void remember(const core::Memory& memory);
  void recall_orders(const core::Memory& memory);
  void transmit(std::span<const std::uint8_t> bytes);
  void note(std::span<const std::uint8_t> bytes, bool from_controller);
  void wake_desk();
  void obey_desk();
  void ask(const core::meter::Ask& question);
  bool deliver_line();
  bool let_connectors_act();
  bool answer_meters();
  void look_at_connectors();
  void account(Instant until);
  [[nodiscard]] Instant next_event() const;
  void blame(const Check& check, std::string sentence);
  void overhear(std::span<const std::uint8_t> bytes);
  void each_second();

  Site site_;
  base::Random random_;
  Instant now_;
  Instant booted_ = Instant::never();
  Instant configured_ = Instant::long_ago();
  Duration clock_step_{};
  std::unique_ptr<core::Core> core_;
  Instant core_deadline_ = Instant::never();
  std::vector<core::meter::Source> sources_;
  std::unique_ptr<core::meter::Desk> desk_;   ///< of the controller
  core::meter::Orders orders_;
  struct Write {
    Instant at;
    core::Memory memory;
  };
  std::vector<Write> writes_;   ///< what was to be remembered; the first is on the disk whatever happens
  core::Actions actions_;
  std::vector<WallConnector> connectors_;
  Line line_;
  Stranger stranger_;
  std::array<base::Random, 2> house_dice_;   ///< of the house's two meters
  std::vector<Gauge> gauges_;
  Instant gauge_deadline_ = Instant::never();
  House house_;
  Board board_;
  std::optional<Battery> battery_;
  std::array<Ordered, core::most_circuits> ordered_{};
  std::optional<Watts> forced_sun_, forced_load_;
  Instant next_second_;
  Instant house_changes_ = Instant::long_ago();
  Flow flow_;
  Sums sums_;
  bool stale_ = true;   ///< a connector heard or did something since the sums were taken
  Score score_;
  base::Digest digest_;
  std::vector<std::unique_ptr<Check>> checks_;
  std::string violation_;
  base::Ring<Told, 24> told_;
  StreamReceiver ears_;   ///< what the controller can hear, taken apart for the checks
  std::array<bool, 64> topics_announced_{};
  std::uint64_t announcements_ = 0;
  std::uint64_t hooks_ = 0;
  Instant last_fault_ = Instant::long_ago(), last_bus_fault_ = Instant::long_ago();
  std::array<Amps, 4> last_limit_{};
};

/// Takes apart the first message of what the controller wrote; nothing when that is no message.
[[nodiscard]] std::optional<Spoken> read_order(std::span<const std::uint8_t> bytes);

}  // namespace sim
