// See framer.hpp.
#include "framer.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  fuzz::framer({data, size});
  return 0;
}
