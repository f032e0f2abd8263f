// See stories.hpp.
#include "stories.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  fuzz::stories({data, size});
  return 0;
}
