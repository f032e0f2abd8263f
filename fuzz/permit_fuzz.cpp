// See permit.hpp.
#include "permit.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  fuzz::permit({data, size});
  return 0;
}
