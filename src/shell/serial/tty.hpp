// Opens a serial device or pty the way the bus wants it (spec/twc-protocol §1.1, §1.9): raw, 8N1, no flow control; or with
// other characters, for meters.
#pragma once

#include <string>
#include <string_view>

#include "base/result.hpp"
#include "shell/serial/descriptor.hpp"
#include "shell/serial/port.hpp"

namespace shell {

/// True for the speeds a serial device can be set to (1200 … 921600 baud).
[[nodiscard]] bool known_speed(int baud);

/// The device, non-blocking, exclusive among programs that ask, and empty. With `listen_only` it is opened for reading
/// alone. Fault: it does not exist, may not be opened, is in use, or is no terminal; the sentence says what to do, and calls
/// the place where the path was written `key`.
[[nodiscard]] base::Result<Descriptor> open_tty(const std::string& path, int baud, Speech speech, const Line& line = {},
                                                std::string_view key = bus_key);

/// Gives what has not left yet up to `patience`, then throws it away, so that closing never waits for a dead line.
void finish_output(const Descriptor& tty, Duration patience);

/// True while `path` still leads to the device that is open: an adapter that was plugged in again is another one.
[[nodiscard]] bool still_there(const Descriptor& tty, const std::string& path);

}  // namespace shell
