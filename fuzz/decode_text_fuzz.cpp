// See decode_text.hpp.
#include "decode_text.hpp"

#include <cstdint>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  fuzz::decode_text({reinterpret_cast<const char*>(data), size});
  return 0;
}
