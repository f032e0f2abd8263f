// The parts that read a meter's file together: options, questions, numbers, proofs. Each is a file of its own.
//
// Names come first (options, questions, what is learned), so that every later reference is checked where it is written.
#pragma once

#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "app/meters/template_file.hpp"
#include "app/meters/words.hpp"

namespace app::meters {

/// In which texts a name in braces may stand for what.
enum class Names : std::uint8_t { options, options_and_learned };

/// What a number takes over from the one that it is a part of.
struct Inherited {
  std::optional<std::uint8_t> question;
  std::string unit;
  bool decimal_comma = false;
};

class TemplateReader {
 public:
  explicit TemplateReader(std::string_view file) { path_ = file; }
  TemplateFile read(std::string_view text);

 private:
  // --- template_file.cpp: the whole, options, rhythm, the original's section
  void read_root(const Value& root);
  void read_names(const Value& root);
  void read_rhythm(const Value& root);
  void read_options(const Value& section);
  void read_option(const Value& value);
  void read_short_option(const Value& value, core::meter::Option& option);
  void check_option(const Value& value, const core::meter::Option& option);
  void read_legacy(const Value& section);
  void name_unused(const Value& root);

  // --- template_questions.cpp: what is asked, who may ask, what is learned
  void read_question(const Value& section);
  [[nodiscard]] core::meter::HttpQuestion read_request(const Value& section);
  [[nodiscard]] core::meter::ModbusQuestion read_registers(const Value& section);
  [[nodiscard]] core::meter::Subscription read_subscription(const Value& section, Part part);
  void read_headers(const Value& section, core::meter::HttpQuestion& out);
  [[nodiscard]] std::string address(const Value& given, const core::meter::What& what);
  [[nodiscard]] std::string named_text(const Value& section, Part part, std::string_view word);
  [[nodiscard]] std::optional<std::string> trust(const Value& section, Part part);
  void read_access(const Value& section);
  void read_session(const Value& section);
  void check_mixture(const Value& asks);
  void read_learned(const Value& section);
  void read_stamp(const Value& section);
  void read_valid(const Value& section);

  // --- template_numbers.cpp: what is given
  void read_gives(const Value& section);
  void check_signs(const Value& section);
  [[nodiscard]] std::optional<core::meter::Expression> read_number(const Value& value, core::Measurand what,
                                                                   const Inherited& inherited, std::size_t depth);
  void read_pick(const Value& section, const Inherited& inherited, core::meter::Expression& out);
  void read_words(const Value& section, core::Measurand what, core::meter::Expression& out);
  void read_terms(const Value& section, std::string_view word, core::Measurand what, const Inherited& inherited,
                  std::size_t depth, core::meter::Expression& out);
  void read_changes(const Value& section, core::meter::Expression& out, const Inherited& inherited);
  void read_by(const Value& section, const Inherited& inherited, core::meter::Expression& out);
  void read_parameters(const Value& section, core::meter::By& out);
  void check_unit(const Value& section, core::Measurand what, const std::string& unit);
  [[nodiscard]] core::meter::Test read_test(const Value& section, Part part, std::optional<std::uint8_t> inherited);

  // --- template_proof.cpp
  void read_proofs(const Value& section);
  void read_proof(const Value& section);
  [[nodiscard]] std::string answer(const Value& value);
  void read_means(const Value& value, core::meter::Proof& proof);
  void check_proven(const Value& root);

  // --- template_slots.cpp: prices and forecasts
  void read_table(const Value& root);
  void read_slots(const Value& section);
  void read_with(const Value& section, core::meter::Slots& out);
  void read_slot_means(const Value& value, core::meter::Proof& proof);
  void check_slots_proven(const Value& root);
  [[nodiscard]] std::optional<core::meter::Path> slot_path(const Value& section, std::string_view word, std::optional<std::uint8_t> question);

  // --- for all of them
  void complain(const Value& at, std::string text);
  /// Names what is unknown, missing or of the wrong kind. False when it is no section.
  bool open(const Value& section, Part part, const std::set<std::string_view>& beside = {});
  /// What a word says, when it is there and of the right kind.
  [[nodiscard]] const Value* told(const Value& section, Part part, std::string_view word) const;
  [[nodiscard]] std::string text(const Value& section, Part part, std::string_view word) const;
  [[nodiscard]] std::vector<std::string> texts(const Value& section, Part part, std::string_view word) const;
  [[nodiscard]] bool yes(const Value& section, Part part, std::string_view word) const;
  void duration(const Value& section, Part part, std::string_view word, base::Duration& out) const;
  /// A list's items, or what stands there alone.
  [[nodiscard]] static std::vector<const Value*> each_of(const Value& value);
  /// Whether every name in braces is one; marks options as used.
  void check_names(const Value& at, std::string_view text, Names names);
  bool check_name(const Value& at, std::string_view what);
  /// The one that `of` names, or else the inherited, or else the only one.
  [[nodiscard]] std::optional<std::uint8_t> question_of(const Value& section, Part part,
                                                        std::optional<std::uint8_t> inherited);
  [[nodiscard]] std::optional<std::uint8_t> question_called(const Value& at, std::string_view name);
  /// The place that `at` names in the answer to a question; a text has no places.
  [[nodiscard]] core::meter::Path place(const Value& section, Part part, std::optional<std::uint8_t> question);
  [[nodiscard]] core::meter::Path path(const Value& at, std::optional<std::uint8_t> question);
  [[nodiscard]] bool is(core::meter::Form form, std::optional<std::uint8_t> question) const;

  std::string path_;
  std::string over_;
  std::string trust_;         ///< of questions that say nothing else
  Part whole_ = Part::file;   ///< which words the file as a whole has
  TemplateFile out_;
  std::vector<std::string_view> option_names_, question_names_, learned_names_;
  std::set<std::string, std::less<>> used_options_;
};

}  // namespace app::meters
