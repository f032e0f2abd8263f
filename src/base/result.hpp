// Expected failures are values with a culprit; impossible ones stop the program.
#pragma once

#include <string>
#include <string_view>
#include <tl/expected.hpp>
#include <type_traits>

namespace base {

/// Whose fault a failure is, so that whoever shows it can say what to do.
enum class Culprit { user, device, world, program };

/// Why something could not be done: one plain sentence that names the place and the remedy.
struct Fault {
  Culprit whose = Culprit::world;
  std::string text;
};

template <class T>
using Result = tl::expected<T, Fault>;

inline tl::unexpected<Fault> fail(Culprit whose, std::string text) {
  return tl::unexpected<Fault>(Fault{whose, std::move(text)});
}

/// Ends the program with the place and the broken promise on standard error. Stays on in release.
[[noreturn]] void broken_promise(std::string_view promise, const char* file, int line);

constexpr void check(bool holds, std::string_view promise, const char* file = __builtin_FILE(),
                     int line = __builtin_LINE()) {
  if (!holds) [[unlikely]] broken_promise(promise, file, line);
}

/// The value of a result that has one; nothing for Result<void>.
template <class T>
T unwrap(Result<T>&& result) {
  if constexpr (!std::is_void_v<T>) return *std::move(result);
}

}  // namespace base

/// Evaluates to the value of a Result, or returns its Fault from the enclosing function (a GNU statement expression,
/// known to both of our compilers).
#define TRY(expression)                                                            \
  __extension__({                                                                  \
    auto tried_ = (expression);                                                    \
    if (!tried_) [[unlikely]] return tl::unexpected(std::move(tried_).error());    \
    ::base::unwrap(std::move(tried_));                                             \
  })
