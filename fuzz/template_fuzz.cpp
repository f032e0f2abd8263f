// See template.hpp. The files below meters/ are its corpus, beside what is in corpus/template_fuzz.
#include "template.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  fuzz::meter_template({data, size});
  return 0;
}
