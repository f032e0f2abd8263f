// See answers.hpp.
#include "answers.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  fuzz::answers({data, size});
  return 0;
}
