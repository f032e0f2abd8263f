// A template of a kind of source and the options of one source → the template of that one source.
//
// `{name}` in a text stands for an option, or for what an answer teaches; the latter stays. What a value may do to the
// text around it depends on the place: in a URL it is percent-encoded, in a JSON body escaped, and nowhere is there a
// line break. An option without a value leaves out what needs it: a header, a question and what is picked from its
// answer, the log-in.
#pragma once

#include <string>
#include <vector>

#include "core/meter/option.hpp"
#include "core/meter/template.hpp"

namespace core::meter {

/// What is wrong with an option: one sentence without a full stop. The value of a secret is not in it.
struct Complaint {
  std::string option;
  std::string text;
  bool operator==(const Complaint&) const = default;
};

/// A kind with its options in place. With complaints it is not to be used.
struct Filled {
  Template kind;
  std::vector<Complaint> complaints;
};

/// Puts options into every text:
/// - Of a URL that begins with `{option}` the option is the beginning as it is; otherwise hosts get the brackets an
/// IPv6
///   address needs, and all but letters, digits and -._~ is percent-encoded, before the question mark / stays.
/// - A body that begins with { or [ is JSON, another one a form.
/// - A step of a path that is nothing but `{option}` is the path that the option says.
/// An option is empty when it has neither a value nor a default. What uses an empty one, or what is learned from a
/// question that is not asked, is left out: a header; a question for its URL or body, and everything that is picked
/// from it; a question of which nothing is read any more; a number, but first_of, mean and, behind its first, a sum only lose the terms that are left out; a log-in
/// when all options of its texts are empty. It complains about what is required and missing, unknown, no value of its
/// type, and when no number is left.
[[nodiscard]] Filled fill(const Template& kind, const Options& given);

}  // namespace core::meter
