// The fuzzer of all that is built in, with this compiler: its committed inputs, and a few hundred answers with wrong bytes to each question of each proof.
#include <gtest/gtest.h>

#include "../../../fuzz/devices.hpp"
#include "base/random.hpp"
#include "corpus.hpp"

namespace {

TEST(DevicesCorpus, every_input_means_something_a_house_can_have_or_nothing) {
  EXPECT_GE(corpus::repeat_all("devices_fuzz", [](auto bytes) { fuzz::devices(bytes); }), 5);
}

TEST(DevicesCorpus, every_answer_of_every_device_with_wrong_bytes_is_a_reading_or_a_fault) {
  base::Random dice(20260714);
  const auto any = [&] { return static_cast<std::uint8_t>(dice.between(std::int64_t{0}, std::int64_t{255})); };
  const std::vector<fuzz::Device> all = fuzz::all_devices();
  ASSERT_GT(all.size(), 300U) << "every kind has proofs";
  for (std::size_t device = 0; device < all.size(); ++device) {
    for (std::size_t question = 0; question < all[device].kind.questions.size(); ++question) {
      for (int i = 0; i < 50; ++i) {
        std::vector<std::uint8_t> bytes{static_cast<std::uint8_t>(device >> 8), static_cast<std::uint8_t>(device), static_cast<std::uint8_t>(question), 1};
        for (int edits = 4 * (1 + i % 4); edits > 0; --edits) bytes.push_back(any());
        fuzz::devices(bytes);
      }
    }
  }
}

}  // namespace
