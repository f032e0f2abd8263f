// How often somebody may guess.
//
// The problem: a password can be tried by a program, from one address or from many, and every try costs this computer a
// second of its only core. The idea: each address, and all together, have a small stock of tries that fills up again
// slowly. A try is taken before it is judged, so that many at once gain nothing; a right one fills the stock of its
// address. Sessions and tokens do not pass here: whoever is inside stays inside while somebody else guesses.
#pragma once

#include <map>
#include <string>
#include <string_view>

#include "base/time.hpp"

namespace shell::door {

class Attempts {
 public:
  struct Limits {
    double each = 5;                                         ///< tries of one address at once
    base::Duration each_returns = std::chrono::seconds{30};  ///< a further one after so long
    double all = 30;                                         ///< tries of everybody together
    base::Duration all_return = std::chrono::seconds{10};
    std::size_t most_addresses = 256;  ///< remembered at once; the least guilty are forgotten
  };

  Attempts() : Attempts(Limits{}) {}
  explicit Attempts(Limits limits) : limits_(limits), everybody_{limits.all, {}} {}

  /// Takes one try; zero, or how long `address` has to wait until there is one. An IPv6 address counts with its whole
  /// /64, which one machine owns.
  [[nodiscard]] base::Duration take(std::string_view address, base::Instant now);
  /// The try was right: the address has all its tries again.
  void right(std::string_view address);

  [[nodiscard]] std::size_t remembered() const { return addresses_.size(); }

 private:
  struct Stock {
    double left = 0;
    base::Instant at{};
  };
  void make_room(base::Instant now);

  Limits limits_;
  Stock everybody_;
  std::map<std::string, Stock, std::less<>> addresses_;
};

}  // namespace shell::door
