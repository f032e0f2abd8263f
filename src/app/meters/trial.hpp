// `twcmanager meters test`: asks a real device once, and shows what it answered, what that means, and whether it makes sense.
#pragma once

#include <iosfwd>
#include <string>
#include <string_view>
#include <vector>

#include "core/meter/measurand.hpp"
#include "core/meter/template.hpp"

namespace app::meters {

/// "name=value" → options; the second is the first text that is none.
struct Given {
  core::meter::Options options;
  std::string trouble;
};
[[nodiscard]] Given given(const std::vector<std::string>& texts);

/// In which way something is asked, in front of its address: "GET", "unit 1 of", "home/power at".
[[nodiscard]] std::string way_of(const core::meter::What& what);

/// Sentences about readings that a person who wired it would want to hear: what flows where, what is missing, what does not
/// add up (spec/energy-sources §1.1).
[[nodiscard]] std::vector<std::string> judge(const core::Amounts& amounts, const core::meter::Template& kind);

/// Asks one round. Exit status: 0 when all that such a device usually tells was read.
int try_source(const core::meter::Template& kind, const core::meter::Options& options, std::ostream& out, std::ostream& err);

}  // namespace app::meters
