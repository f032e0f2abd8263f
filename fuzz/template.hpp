// Any bytes as a meter's file: no crash, no hang, one line per finding; what is read without any can be filled, asked
// and proven.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>

#include "app/meters/prove.hpp"
#include "app/meters/template_file.hpp"
#include "base/result.hpp"
#include "core/meter/fill.hpp"

namespace fuzz {

inline void within(const core::meter::Expression& number, std::size_t questions, std::size_t depth = 0) {
  base::check(number.question < questions && depth <= app::meters::deepest_number,
              "a number is of a question that is asked");
  base::check(!number.minus_when || number.minus_when->question < questions, "a test is of a question that is asked");
  base::check(!number.only_when || number.only_when->question < questions, "a test is of a question that is asked");
  for (const auto each : number.by.questions) base::check(each < questions, "a program works from questions that are asked");
  base::check(number.kind != core::meter::Expression::Kind::by || !number.by.questions.empty(), "a program works from an answer");
  for (const auto& each : number.of) within(each, questions, depth + 1);
}

inline void within(const core::meter::Template& kind) {
  const std::size_t questions = kind.questions.size();
  for (const auto& each : kind.gives) within(each.expression, questions);
  for (const auto& each : kind.slots) base::check(each.question < questions, "slots are of a question that is asked");
  for (const auto& each : kind.valid)
    base::check(each.test.question < questions, "a test is of a question that is asked");
  for (const auto& each : kind.stamps) base::check(each.question < questions, "a time is of a question that is asked");
  for (const auto& each : kind.learns)
    base::check(each.question < questions, "what is learned is of a question that is asked");
  for (const auto each : kind.access.questions) base::check(each < questions, "a session has questions that are asked");
}

inline void meter_template(std::span<const std::uint8_t> bytes) {
  const std::string_view text{reinterpret_cast<const char*>(bytes.data()), bytes.size()};
  // The file is called as it says, so that this is no reason to refuse all others.
  const std::string_view begin = text.find("meter: ") != std::string_view::npos  ? "meter: "
                                 : text.find("price: ") != std::string_view::npos ? "price: "
                                                                                 : "forecast: ";
  const std::size_t at = text.find(begin);
  const std::size_t name = at == std::string_view::npos ? 0 : at + begin.size();
  const std::string file = "meters/" + std::string{text.substr(name, text.find('\n', name) - name)} + ".yaml";
  const app::meters::TemplateFile read = app::meters::read_template(text, file);
  for (const app::Finding& each : read.findings) {
    base::check(each.text.find('\n') == std::string::npos && each.severity == app::Severity::fatal,
                "a finding is one line");
  }
  if (!read.findings.empty()) return;
  base::check(read.kind.gives.empty() == !read.kind.slots.empty() && read.kind.proofs.size() >= 2, "a whole file gives something and proves it");
  within(read.kind);
  core::meter::Options some;
  for (const auto& each : read.kind.options) {
    if (each.required) some.emplace(each.name, "7");
  }
  const core::meter::Filled filled = core::meter::fill(read.kind, some);
  if (filled.complaints.empty()) within(filled.kind);
  for (const auto& proof : read.kind.proofs) {
    base::check(app::meters::prove(read.kind, proof).line == proof.line, "a proof has its place");
  }
}

}  // namespace fuzz
