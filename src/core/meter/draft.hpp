// Answers of a meter while they are being changed, so that they say something else.
//
// A draft begins with the answers of a proof. Numbers are written at the places where a template picks them, tests are
// made to hold or not; what nobody looks at stays as the device would have it. A number that was written stays: a
// second one for the same place must be the same.
#pragma once

#include <map>
#include <string>

#include "core/meter/understand.hpp"

namespace core::meter {

class Draft {
 public:
  /// The fault names the answer that cannot be read.
  [[nodiscard]] static base::Result<Draft> from(const Template& kind, const Proof& pattern);

  [[nodiscard]] const Heard& heard() const { return heard_; }

  /// Makes a pick come to `number` in the unit of its dimension before its scale, in the unit in which the number
  /// stands there. The fault says why it cannot be there.
  [[nodiscard]] base::Result<void> write(const Expression& pick, Dimension dimension, double number);
  /// Leaves a place as it is, for good.
  void keep(const Expression& pick, double number) { written_.insert_or_assign(key_of(pick), number); }
  [[nodiscard]] bool is_written(const Expression& pick) const { return written_.count(key_of(pick)) != 0; }

  /// Makes a test hold or not. Before any number is written, because items of lists may go.
  [[nodiscard]] base::Result<void> make(const Test& test, bool wanted);
  /// Whether somebody has made it so.
  [[nodiscard]] bool is_made(const Test& test) const { return made_.count(key_of(test)) != 0; }

  /// The answers by question. One in which nothing changed is as it was, to the byte.
  [[nodiscard]] base::Result<std::map<std::string, std::string>> bodies() const;

 private:
  explicit Draft(const Template& kind) : kind_(&kind), heard_(kind.questions.size()), before_(kind.questions.size()) {}

  [[nodiscard]] Form form_of(std::uint8_t question) const;
  [[nodiscard]] base::Result<std::string> body_of(std::uint8_t question) const;
  [[nodiscard]] std::string key_of(const Expression& pick) const;
  [[nodiscard]] std::string key_of(const Test& test) const;
  [[nodiscard]] base::Result<void> write_in_text(std::string& text, const Expression& pick, Dimension dimension,
                                                 double number);
  [[nodiscard]] base::Result<wire::Tree*> place_for(std::uint8_t question, const Path& path);
  void put_words(wire::Tree& place, std::string words, wire::Tree::Kind kind, Form form) const;
  [[nodiscard]] base::Result<void> make_so(const Test& test);
  [[nodiscard]] base::Result<void> make_not_so(wire::Tree& tree, const Test& test);
  /// What stands at the place of a test in the answer of another proof, where it holds (or not).
  [[nodiscard]] std::optional<wire::Tree> example(const Test& test, bool holding) const;

  const Template* kind_;
  Heard heard_;
  std::vector<std::pair<std::string, std::optional<Content>>>
      before_;  // the bodies of the pattern, and what was read of them
  std::map<std::string, double> written_;
  std::map<std::string, bool> made_;
};

}  // namespace core::meter
