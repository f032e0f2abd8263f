// Asks a real device once, and shows what it answered, what that means, and whether it makes sense: for `twcmanager meters test`
// and for the page.
#pragma once

#include <iosfwd>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/meter/desk.hpp"
#include "core/meter/fill.hpp"

namespace app::meters {

/// "name=value" → options; the second is the first text that is none.
struct Given {
  core::meter::Options options;
  std::string trouble;
};
[[nodiscard]] Given given(const std::vector<std::string>& texts);

/// In which way something is asked, in front of its address: "GET", "unit 1 of", "home/power at".
[[nodiscard]] std::string way_of(const core::meter::What& what);

/// A question of a trial and what came back, without what is secret.
struct Asked {
  std::string question;                 ///< its name
  std::string way;                      ///< see way_of
  std::string address;
  std::optional<int> status{};          ///< of HTTP
  std::size_t bytes = 0;
  bool is_secret = false;               ///< a log-in: its text is not shown
  std::string text{};                   ///< how the answer begins
  bool is_cut = false;                  ///< there is more of it
  std::string trouble{};                ///< why there is no answer
};

/// A source of that kind; it cannot be asked while there are complaints.
struct ToTry {
  core::meter::Source source;
  std::vector<core::meter::Complaint> complaints;
  std::vector<std::string> secrets;     ///< as typed, and as they may stand in an address, a header or JSON

  /// The text with … for each of them: devices say again what they were told.
  [[nodiscard]] std::string hidden(std::string text) const;
};
[[nodiscard]] Asked asked_in(const ToTry& tried, const core::meter::Ask& ask, const core::meter::Reply& reply);
[[nodiscard]] ToTry to_try(const core::meter::Template& kind, const core::meter::Options& options);

/// Sentences about readings that a person who wired it would want to hear: what flows where, what is missing, what does not
/// add up (spec/energy-sources §1.1).
[[nodiscard]] std::vector<std::string> judge(const core::Amounts& amounts, const core::meter::Template& kind);

/// Asks one round. Exit status: 0 when all that such a device usually tells was read.
int try_source(const core::meter::Template& kind, const core::meter::Options& options, std::ostream& out, std::ostream& err);

}  // namespace app::meters
