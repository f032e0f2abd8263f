// See registers.hpp.
#include "registers.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  fuzz::registers({data, size});
  return 0;
}
