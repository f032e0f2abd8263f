// See policy.hpp.
#include "policy.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  fuzz::policy({data, size});
  return 0;
}
