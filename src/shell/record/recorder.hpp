// The flight recorder: everything the core was told, so that an incident can be repeated to the bit.
//
// The problem: the cause of a strange night is gone in the morning, and a daemon on an SD card must hardly write. The idea:
// events go into memory that is there already and reach the disk once a minute, when the memory is full, at the end and,
// by a signal handler, when the program dies. Files form a ring of bounded size; each begins with the configuration and
// the core's state, so the oldest can go and a replay can begin at any.
//
// A disk that takes nothing costs the oldest events, never the daemon.
#pragma once

#include <array>
#include <atomic>
#include <climits>
#include <functional>
#include <memory>
#include <string>

#include "shell/record/format.hpp"
#include "shell/store/clerk.hpp"

namespace shell {

struct RecorderSettings {
  std::string folder;                             ///< made when it is missing
  std::uint64_t most_bytes = 8u << 20;            ///< all files together; 0: no recording
  std::size_t buffer = 256u << 10;                ///< memory, touched only as far as it is used
  base::Duration every = std::chrono::seconds{60};///< at most so often a write
  std::string version;                            ///< of the program
};

class Recorder {
 public:
  struct Source {
    const core::Config& config;
    std::uint64_t layout = 0;                                  ///< core::Core::layout()
    std::function<std::span<const std::byte>()> state;         ///< core::Core::state_bytes()
  };

  /// `tell` gets a sentence when recording stops working and when it works again, on the loop's thread. `clerk` outlives
  /// the recorder.
  Recorder(RecorderSettings settings, Source source, Clerk& clerk, std::function<void(std::string)> tell);
  /// Writes what is left.
  ~Recorder();
  Recorder(const Recorder&) = delete;
  Recorder& operator=(const Recorder&) = delete;

  /// Takes down one event, before the core has seen it. Allocates nothing but once a segment. What configures the core
  /// is not taken down: with the next event a new segment begins.
  void note(base::Now now, const core::Event& event);

  /// Hands what is in memory to the clerk; false when the clerk still writes what it got before.
  bool flush();

  /// From now on a fatal signal (SEGV, ABRT, BUS, FPE, ILL) first writes what this recorder holds in memory. One recorder
  /// at a time; the calling thread gets an alternative signal stack.
  void write_on_fatal_signals();

  [[nodiscard]] bool on() const { return on_; }

  /// The files of a folder that are recordings, oldest first.
  [[nodiscard]] static std::vector<std::string> files(const std::string& folder);

 private:
  /// One half of the memory, and where on the disk it belongs. The signal handler reads it at any moment.
  struct Half {
    std::unique_ptr<std::uint8_t[]> bytes;
    std::array<char, PATH_MAX> path{};
    std::uint64_t offset = 0;
    std::atomic<std::size_t> used{0};
    std::atomic<bool> under_way{false};
  };
  enum class Disk : std::uint8_t { fine, failing };

  void begin_segment(base::Now now, Begin why);
  bool write_down(base::Now now, const core::Event& event);
  void look_at_disk();
  void start_anew();
  [[nodiscard]] bool encode_config();
  void end_segment();
  int save(const Half& half);
  void make_room(std::uint64_t bytes);
  static void rescue(int signal);

  RecorderSettings settings_;
  Source source_;
  Clerk& clerk_;
  std::function<void(std::string)> tell_;
  std::vector<std::uint8_t> config_;
  std::size_t capacity_ = 0;            // of a half
  std::uint64_t segment_bytes_ = 0;
  std::uint64_t run_ = 0;
  std::uint64_t number_ = 0;            // of the segment that is being written
  std::array<Half, 2> halves_;
  std::atomic<std::size_t> front_{0};   // the half that takes events
  Thread thread_;
  base::Instant flushed_;
  std::atomic<int> failure_{0};         // errno of a write, from the clerk
  std::atomic<bool> success_{false};    // a write worked, from the clerk
  Disk disk_ = Disk::fine;
  Begin next_begin_ = Begin::start;
  bool segment_ = false;                // a segment has been begun
  bool reconfigured_ = false;           // config_ is an old one
  bool on_ = false;
};

}  // namespace shell
