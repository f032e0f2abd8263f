// Templates run backwards: what a device would answer if the house were like this.
//
// The problem: whoever tests with a hundred kinds of meters would have to write a hundred devices. The idea: a template
// says where each number stands, in what unit and with which sign, and its proofs are answers of the real form; so a
// number can be written where it would be read. What comes out is read again before it is given away: it says what it
// should, or there is a fault.
//
// Not every template can say everything:
//  - a number of a device that writes whole numbers is the nearest it can write;
//  - numbers that follow from each other must agree: a grid that is load less solar cannot be shown beside other two;
//  - an `absolute` number has no sign, so it shows none;
//  - a number that is worked out by a program that cannot be run backwards (kinds/kinds.hpp) shows what the proof does;
//  - what conditions do not describe cannot be made where the proof has it not: "[=b]" of lists in lists, the first of
//  nothing;
//  - a proof must be there to begin with.
// Two signs that hang on one test, and numbers that depend on tests inside sums, are written with a minus where a
// device would write none. Times (Template::stamps) are those of the proof.
#pragma once

#include <map>
#include <string>

#include "base/result.hpp"
#include "core/meter/template.hpp"

namespace core::meter {

/// What a meter shall show, in W, A, V, Hz, %, Wh or truths. What its kind does not tell is left out.
using Shown = std::map<Measurand, double>;

/// The bodies of answers, by question.
using Bodies = std::map<std::string, std::string>;

/// Answers like those of `pattern`, which understand() takes for `shown`; the rest is as the pattern has it.
[[nodiscard]] base::Result<Bodies> render(const Template& kind, const Options& options, const Shown& shown,
                                          const Proof& pattern);

/// Whether such answers can be made to tell it at all: false where a program would have to be run backwards that cannot
/// be.
[[nodiscard]] bool can_show(const Template& kind, Measurand what);

/// … like those of the first proof of the kind that can show it. The fault is that of the first.
[[nodiscard]] base::Result<Bodies> render(const Template& kind, const Options& options, const Shown& shown);

}  // namespace core::meter
