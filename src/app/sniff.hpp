// `twcmanager sniff`: what is said on this bus, and is it wired well?
#pragma once

#include <cstdint>
#include <iosfwd>
#include <map>
#include <span>
#include <string>

#include "base/ids.hpp"
#include "base/time.hpp"
#include "wire/slip.hpp"

namespace app {

struct SniffOptions {
  std::string port;  ///< as interface.RS485.port
  int baud = 9600;
  std::string record;  ///< file for the bytes, a burst a line in hexadecimal, as `decode` reads them; empty: none
};

/// Listens without ever speaking, until SIGINT or SIGTERM; prints each frame on `out` and at the end a judgement of the
/// wiring. Exit status: 0, or 1 when the port or the file cannot be used.
int sniff(const SniffOptions& options, std::ostream& out, std::ostream& err);

/// What was heard, and what it says about the wires (spec/twc-protocol §1.1, §1.5). Pure, for tests.
class Listener {
 public:
  /// Bytes of one burst; each frame in them is one line, appended to `lines`.
  void hear(std::span<const std::uint8_t> bytes, base::Instant at, std::string& lines);
  /// A few sentences; `listened` is how long.
  [[nodiscard]] std::string judgement(base::Duration listened) const;

 private:
  void heard(std::span<const std::uint8_t> frame, base::Instant at, std::string& lines);

  wire::Framer framer_;
  std::uint64_t bytes_ = 0;
  std::uint64_t frames_ = 0;
  std::uint64_t damaged_ = 0;
  std::map<base::UnitId, std::uint64_t> masters_;
  std::map<base::UnitId, std::uint64_t> units_;
};

}  // namespace app
