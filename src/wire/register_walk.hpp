// Which registers are read next (spec/energy-sources §4.5, §4.6).
//
// The problem: every request costs up to a second, and devices take only so many words at once; many refuse a whole
// block when one of its words does not exist; and where SunSpec's numbers stand is known only after a walk. The idea:
// wanted numbers that stand near one another are read together. A block that is refused is read in parts, and from then
// on always so; what is refused alone and was never told is not asked for again until much later. The chain of
// SunSpec's models is walked once, and again when it turns out to be another or a round did not come to its end.
//
// One walk belongs to one source and lives as long, over all its rounds:
//
//   begin();
//   while (const auto block = next()) … read(words) or refuse();
//   … found()
#pragma once

#include <cstdint>
#include <optional>
#include <set>
#include <span>
#include <utility>
#include <vector>

#include "wire/registers.hpp"

namespace wire {

inline constexpr int most_words_at_once = 60;  ///< many devices choke above
inline constexpr int widest_gap = 16;          ///< words that are read along rather than asked around

struct RegisterBlock {
  std::uint16_t address = 0;
  std::uint16_t count = 0;
  bool operator==(const RegisterBlock&) const = default;
};

class RegisterWalk {
 public:
  explicit RegisterWalk(std::vector<Register> wanted);

  /// A new round; of the one before nothing is kept but what it taught.
  void begin();
  /// What is to be read now; nothing: the round is over.
  [[nodiscard]] std::optional<RegisterBlock> next() const;
  /// What stood there. Other than as many words as asked for count as a refusal.
  void read(std::span<const std::uint16_t> words);
  /// Some or all of those words do not exist (exception 2 or 3).
  void refuse();

  /// Of this round so far, SunSpec's mark and headers as remembered among them. What does not exist is missing.
  [[nodiscard]] const Registers& found() const { return found_; }
  /// Whether the round brought any of the wanted words.
  [[nodiscard]] bool brought_something() const { return brought_; }
  /// Whether the device refused what it told in an earlier round: that is there, so it is not missing but unknown.
  [[nodiscard]] bool lost_something() const { return lost_; }

 private:
  enum class Stage : std::uint8_t { mark, chain, numbers };
  struct Header {
    std::uint16_t at = 0, id = 0, length = 0;
  };
  using Span = std::pair<std::uint32_t, std::uint32_t>;  ///< from, and behind its last word
  struct Part {
    std::size_t first = 0, last = 0;  ///< of spans_; `last` is not in it
  };

  void forget();
  void to_mark();
  void to_chain();
  void to_numbers();
  void add_header(std::uint16_t at, std::uint16_t id, std::uint16_t length);
  [[nodiscard]] bool all_models_known() const;
  [[nodiscard]] std::uint32_t behind_chain() const;
  void put(std::uint16_t address, std::span<const std::uint16_t> words);
  void lay_out();
  void add_span(const RegisterAt& at, int width);
  void merge_spans();
  [[nodiscard]] bool still_the_chain(const RegisterBlock& block, std::span<const std::uint16_t> words) const;

  std::vector<Register> wanted_;
  std::vector<SunspecModel> models_;  ///< that are wanted

  // What was learned.
  std::optional<std::uint16_t> mark_;  ///< where SunSpec's mark stands
  bool chain_whole_ = false;           ///< as far as it is of interest
  std::vector<Header> chain_;
  std::set<std::uint32_t> apart_;  ///< a block begins here, and the former ends
  std::set<Span> absent_;
  std::set<Span> told_;                  ///< that were read
  int rounds_ = 0;  ///< since the last of this was forgotten

  // This round.
  Stage stage_ = Stage::numbers;
  std::size_t place_ = 0;      ///< of sunspec_places, that is tried
  std::vector<Span> spans_;    ///< what is wanted, and:
  std::set<Span> read_along_;  ///< headers
  std::vector<Part> parts_;    ///< to be read; the next one is the last
  Registers found_;
  bool begun_ = false;
  bool brought_ = false;
  bool lost_ = false;
  bool walked_again_ = false;
};

}  // namespace wire
