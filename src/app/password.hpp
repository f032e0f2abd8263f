// `password`: a new password for whoever has forgotten theirs, or wants to set one before the first start.
//
// Who may write the program's files may do this, and nobody else; the running program takes it over within a second
// after the next request.
#pragma once

#include <iosfwd>
#include <string>

namespace app {

struct PasswordOptions {
  std::string config;  ///< empty: found as `run` finds it
};

/// Asks twice on a terminal, without showing what is typed; otherwise takes one line of `in`. Exit status 0 when it is
/// stored, else 1 with one sentence on `err`.
int password(const PasswordOptions& options, std::istream& in, std::ostream& out, std::ostream& err);

}  // namespace app
