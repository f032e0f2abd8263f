// See meter.hpp.
#include "meter.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  fuzz::meter({data, size});
  return 0;
}
