// The committed inputs of a fuzzer, for the test that repeats them with this compiler.
#pragma once

#include <gtest/gtest.h>

#include <cstdint>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <span>
#include <string>
#include <vector>

namespace corpus {

/// Hands each input of that fuzzer to `repeat(std::span<const std::uint8_t>)`; how many there were.
template <class Repeat>
int repeat_all(const std::string& fuzzer, Repeat&& repeat) {
  int inputs = 0;
  for (const auto& entry : std::filesystem::directory_iterator(TWC_SOURCE_DIR "/fuzz/corpus/" + fuzzer)) {
    SCOPED_TRACE(entry.path());
    std::ifstream file(entry.path(), std::ios::binary);
    const std::vector<char> bytes(std::istreambuf_iterator<char>(file), {});
    repeat(std::span<const std::uint8_t>{reinterpret_cast<const std::uint8_t*>(bytes.data()), bytes.size()});
    ++inputs;
  }
  return inputs;
}

}  // namespace corpus
