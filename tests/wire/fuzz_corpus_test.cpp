// The committed inputs of the fuzzers, among them everything they ever found, repeated with this compiler.
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <iterator>

#include "../../fuzz/framer.hpp"
#include "../../fuzz/modbus.hpp"
#include "../../fuzz/permit.hpp"
#include "../../fuzz/registers.hpp"
#include "../../fuzz/telegram.hpp"
#include "../../fuzz/tree.hpp"

namespace {

int repeat(const std::string& fuzzer, void (*property)(std::span<const std::uint8_t>)) {
  int inputs = 0;
  for (const auto& entry :
       std::filesystem::directory_iterator(std::string(TWC_SOURCE_DIR) + "/fuzz/corpus/" + fuzzer)) {
    SCOPED_TRACE(entry.path());
    std::ifstream file(entry.path(), std::ios::binary);
    const std::vector<char> bytes(std::istreambuf_iterator<char>(file), {});
    property({reinterpret_cast<const std::uint8_t*>(bytes.data()), bytes.size()});
    ++inputs;
  }
  return inputs;
}

TEST(FuzzCorpus, the_framer_holds_on_every_input) {
  EXPECT_GE(repeat("framer_fuzz", fuzz::framer), 41);
}

TEST(FuzzCorpus, the_gate_holds_on_every_input) {
  EXPECT_GE(repeat("permit_fuzz", fuzz::permit), 10);
}

TEST(FuzzCorpus, answers_of_devices_are_trees_or_faults_on_every_input) {
  EXPECT_GE(repeat("tree_fuzz", fuzz::tree), 20);
}

TEST(FuzzCorpus, telegrams_and_datagrams_are_read_or_dropped_on_every_input) {
  EXPECT_GE(repeat("telegram_fuzz", fuzz::telegram), 10);
}

TEST(FuzzCorpus, registers_and_their_places_hold_on_every_input) {
  EXPECT_GE(repeat("registers_fuzz", fuzz::registers), 18);
}

TEST(FuzzCorpus, answers_over_modbus_hold_on_every_input) {
  EXPECT_GE(repeat("modbus_fuzz", fuzz::modbus), 14);
}

}  // namespace
