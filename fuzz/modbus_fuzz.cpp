// See modbus.hpp.
#include "modbus.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  fuzz::modbus({data, size});
  return 0;
}
