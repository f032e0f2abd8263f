// One round with one source, for whoever wants to see what it says before it counts.
//
// The problem: who enters the address of a device wants to know at once whether that is right; but a name that is looked up, or a broker
// that does not answer, may hold up who asks for seconds. The idea: the reader that would ask it every few seconds asks it once, on a
// loop of the trial's own, in whichever thread can wait.
#pragma once

#include <functional>
#include <memory>
#include <string>

#include "core/meter/desk.hpp"
#include "core/table/table.hpp"
#include "shell/meters/secrets.hpp"

namespace shell {

/// What came of it.
struct Tried {
  core::Amounts amounts{};
  core::table::Table table{};               ///< of prices and forecasts
  std::string currency{};
  core::meter::Options learned{};           ///< by its log-in: secret
  bool well = false;                        ///< all that such a source usually tells was read
  std::string trouble{};                    ///< why not, or what else is the matter; empty: nothing
};

class Trial {
 public:
  using Pins = decltype(SourceSecrets::pins);
  using Overhear = std::function<void(const core::meter::Ask&, const core::meter::Reply&)>;

  /// `overhear` is called in run(). `pins`: of certificates that were seen before, by address (SourceSecrets); others are believed.
  Trial(core::meter::Source source, Overhear overhear, Pins pins = {});
  Trial(const Trial&) = delete;
  Trial& operator=(const Trial&) = delete;
  ~Trial();

  /// Asks, and waits: as long as each question may take and one log-in, two and a half minutes at most; a minute for who speaks by
  /// himself. Once.
  [[nodiscard]] Tried run();
  /// Ends run() soon. Any thread may call it.
  void stop();

 private:
  struct Parts;
  std::unique_ptr<Parts> parts_;
};

}  // namespace shell
