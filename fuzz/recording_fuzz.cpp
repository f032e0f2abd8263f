// See recording.hpp.
#include "recording.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  fuzz::recording({data, size});
  return 0;
}
