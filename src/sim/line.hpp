// The two wires between controller and connectors, and everything that goes wrong on them.
//
// Talkers put whole transmissions (raw bytes) on the bus at a time. The line knows how long they take (9600 baud, 1.042 ms
// a byte, spec/twc-protocol §1.1), damages what overlaps and does the faults of a run (§5.8). It hands out two kinds of
// deliveries: whole transmissions to the units, and chunks of bytes, as an adapter would give them, to the controller.
// Same seed, same damage.
#pragma once

#include <array>
#include <cstdint>
#include <span>

#include "base/bounded.hpp"
#include "base/random.hpp"
#include "base/time.hpp"
#include "sim/connector_bytes.hpp"

namespace sim {

using base::Duration;
using base::Instant;
using namespace std::chrono_literals;

/// Who puts bytes on the bus. Units are numbered from 0 (`unit`).
enum class Talker : std::int8_t { noise = -3, stranger = -2, controller = -1, first_unit = 0 };
constexpr Talker unit(std::size_t index) {
  return static_cast<Talker>(index);
}

/// Whether the adapter hands the controller its own bytes back (§1.6).
enum class Echo : std::uint8_t { off, on };

/// What is wrong with a line. Chances are per transmission, 0…1; the default is a perfect local serial line.
struct LineFaults {
  Echo echo = Echo::off;
  double lost = 0;           ///< nobody on the other side hears it
  double flipped = 0;        ///< one bit of one byte is wrong
  double shortened = 0;      ///< one byte is missing
  double stuffed = 0;        ///< one garbage byte too many inside the frame (vector V05)
  double trailed = 0;        ///< noise follows, a C0 among it
  double split = 0;          ///< the controller reads it in two pieces
  double doubled = 0;        ///< the controller reads it twice
  double joined = 0;         ///< the controller reads it only together with the next one (networked adapters)
  Duration latency_least{};  ///< of the adapter, each way, drawn per transmission (TCP: 10–300 ms, §1.9)
  Duration latency_most{};
  Duration noise_every{};  ///< mean time between bursts out of nowhere; 0: never
};

/// How often each thing happened, so that a run can prove that its faults occurred.
struct LineTally {
  std::uint64_t carried = 0, collided = 0, lost = 0, flipped = 0, shortened = 0, stuffed = 0, trailed = 0, split = 0,
                doubled = 0, joined = 0, noise = 0, overrun = 0, unplugged = 0;
};

/// Something arrives. `bytes` is valid until the next call to the line.
struct Delivery {
  enum class To : std::uint8_t { controller, units } to = To::units;
  Talker from = Talker::controller;  ///< do not deliver it to that unit
  Instant at;
  std::span<const std::uint8_t> bytes;
};

class Line {
 public:
  Line(const LineFaults& faults, base::Random random);

  /// The controller writes to its port. Bytes of earlier calls go out first, as through a UART's buffer; the buffer
  /// holds some 150 ms, what exceeds it is lost. At most Transmission::capacity bytes a call.
  void send_from_controller(std::span<const std::uint8_t> bytes, Instant at);
  /// A unit or another master starts to talk; it does not look whether the bus is free.
  void send(Talker who, std::span<const std::uint8_t> bytes, Instant at);

  /// When the next delivery or burst of noise is due.
  [[nodiscard]] Instant deadline() const { return deadline_; }
  /// Takes the next thing that is due at `now`; false when nothing is.
  bool deliver(Instant now, Delivery& out);

  /// The adapter is pulled out: nothing reaches or leaves the controller, what was under way to it is gone.
  void unplug_adapter();
  void plug_adapter() { plugged_ = true; }
  [[nodiscard]] bool adapter_plugged() const { return plugged_; }

  [[nodiscard]] const LineTally& tally() const { return tally_; }
  /// Whether everything that is said arrives as it was said, unless two speak at once.
  [[nodiscard]] bool perfect() const { return perfect_ && faults_.noise_every <= Duration{}; }
  [[nodiscard]] const LineFaults& faults() const { return faults_; }
  /// Replaces the faults from now on: a fire that starts or goes out.
  void set_faults(const LineFaults& faults, Instant at);

 private:
  /// A transmission on the wire.
  struct Flight {
    Instant from, until;
    Talker who = Talker::controller;
    bool collided = false;
    Transmission wire;
  };
  /// Bytes between the wire and the controller's read.
  struct Chunk {
    static constexpr std::size_t capacity = 2 * Transmission::capacity;
    Instant at;
    std::array<std::uint8_t, capacity> bytes{};
    std::uint8_t size = 0;
  };

  void launch(Talker who, std::span<const std::uint8_t> bytes, Instant at);
  void damage(Flight& flight);
  void garble(Transmission& wire);
  void to_controller(const Flight& flight);
  void enqueue(std::span<const std::uint8_t> bytes, Instant at);
  void make_noise(Instant at);
  Duration latency();
  void find_deadline();

  LineFaults faults_;
  base::Random random_;
  bool perfect_ = true;  ///< no chance is above zero: spares the dice
  bool plugged_ = true;
  Instant deadline_ = Instant::never();
  Instant next_noise_ = Instant::never();
  Instant transmitter_free_ = Instant::long_ago();
  base::Bounded<Flight, 8> flights_;
  base::Ring<Chunk, 16> chunks_;
  Transmission heard_;  ///< what the last delivery points to
  Chunk read_;
  LineTally tally_;
};

}  // namespace sim
