// What the answers to a source's questions mean.
//
// An answer is read once, into a tree, a text or registers; each number that can be known from the answers that are there is
// then taken from its place, scaled and judged. What a device says it has not (null, NaN, "unavailable", a member that is
// not there) is nothing; what cannot be a number of a house is trouble, said in a sentence, and only costs that number.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "base/result.hpp"
#include "core/meter/template.hpp"
#include "wire/tree.hpp"

namespace core::meter {

/// An answer, read.
using Content = std::variant<wire::Tree, std::string>;

/// The answers of one round that have come so far, by question.
struct Heard : std::vector<std::optional<Content>> {
  using std::vector<std::optional<Content>>::vector;
  base::WallTime now;   ///< for numbers that depend on when it is
};

/// Reads an answer in that form. The fault says what was got instead ("a web page instead of JSON"). Of registers those at `places`
/// become members of one object, named as they are picked; one that the device has not, or says to have no number for, is null.
[[nodiscard]] base::Result<Content> read(Form form, std::string_view body, std::span<const std::string> places = {});
/// … as the question expects it.
[[nodiscard]] base::Result<Content> read(const Template& kind, std::uint8_t question, std::string_view body);

struct Meaning {
  Amounts amounts;
  std::string trouble;   ///< the first: what was got, and where; empty: none
  Measurands lacking;    ///< that such a device usually tells, and for which it has no number, now
  /// False when an answer says of itself that it is no reading (Template::valid).
  bool valid = true;
};

/// Why the answer to `question` is no reading, as it says of itself (Template::valid); empty: it is one.
[[nodiscard]] std::string objection_to(const Template& kind, const Heard& heard, std::uint8_t question);

/// What can be known now that `question` is answered: the numbers that need it and nothing that is still to come.
[[nodiscard]] Meaning understand(const Template& kind, const Heard& heard, std::uint8_t question);

/// What an answer teaches for later questions: pairs of a name and what stands for it. What is not there is not learned.
[[nodiscard]] Options learn(const Template& kind, const Content& content, std::uint8_t question);

}  // namespace core::meter
