// One round with one source, for whoever wants to see what it says before it counts.
//
// The problem: who enters the address of a device wants to know at once whether that is right. The idea: the reader that would ask it
// every few seconds asks it once, of the same loop; the house knows nothing of it.
#pragma once

#include <functional>
#include <memory>
#include <string>

#include "core/meter/desk.hpp"
#include "core/table/table.hpp"

namespace boost::asio {
class io_context;
}

namespace shell {

/// What came of it.
struct Tried {
  core::Amounts amounts;
  core::table::Table table{};               ///< of prices and forecasts
  std::string currency{};
  core::meter::Options learned{};           ///< by its log-in: secret
  bool well = false;                        ///< all that such a device usually tells was read
  std::string trouble{};                    ///< why not, or what else is the matter; empty: nothing
};

class Trial {
 public:
  using Overhear = std::function<void(const core::meter::Ask&, const core::meter::Reply&)>;

  /// Asks as soon as `loop` runs, which outlives the trial. `done` is called once, on the loop's thread, and may end the trial.
  Trial(boost::asio::io_context& loop, core::meter::Source source, Overhear overhear, std::function<void(Tried)> done);
  Trial(const Trial&) = delete;
  Trial& operator=(const Trial&) = delete;
  ~Trial();

 private:
  struct Parts;
  std::unique_ptr<Parts> parts_;
};

}  // namespace shell
