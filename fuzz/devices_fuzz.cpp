// See devices.hpp.
#include "devices.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  fuzz::devices({data, size});
  return 0;
}
