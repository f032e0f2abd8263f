#include "base/result.hpp"

#include <cstdio>
#include <cstdlib>

namespace base {

void broken_promise(std::string_view promise, const char* file, int line) {
  std::fprintf(stderr, "twcmanager: broken promise: %.*s (%s:%d)\n", static_cast<int>(promise.size()), promise.data(),
               file, line);
  std::abort();
}

}  // namespace base
