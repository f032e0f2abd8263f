// See telegram.hpp.
#include "telegram.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  fuzz::telegram({data, size});
  return 0;
}
