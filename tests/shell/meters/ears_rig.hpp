// What the tests of listening share: ears with little patience, and what they heard.
#pragma once

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <boost/asio/io_context.hpp>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "shell/meters/ears.hpp"
#include "shell/serial/rig.hpp"

namespace ears_test {

using namespace std::chrono_literals;
using shell::Listening;
using shell::Word;

inline shell::EarPatience little() {
  shell::EarPatience patience;
  patience.first_pause = 20ms;
  patience.longest_pause = 80ms;
  patience.first_cloud_pause = 20ms;
  patience.longest_cloud_pause = 80ms;
  patience.answer = 3s;
  patience.silence = 300ms;
  patience.hush = 60s;
  patience.wake = 50ms;
  patience.look = 30ms;
  return patience;
}

/// What one source heard.
struct Heard {
  std::vector<Word> words;  ///< messages
  std::vector<Word> troubles;
  [[nodiscard]] std::vector<std::string> bodies() const {
    std::vector<std::string> all;
    for (const Word& each : words) all.push_back(each.body);
    return all;
  }
  [[nodiscard]] std::vector<std::string> sentences() const {
    std::vector<std::string> all;
    for (const Word& each : troubles) all.push_back(each.trouble);
    return all;
  }
};

class Listeners : public testing::Test {
 protected:
  explicit Listeners(shell::EarPatience patience = little()) {
    ears_.emplace(io_, patience, [this](const std::string& address, const std::string& pin) { seen_.emplace_back(address, pin); });
  }

  /// What that source hears, from now on; goes with the test.
  Heard& listen(Listening what) {
    heard_.push_back(std::make_unique<Heard>());
    Heard& heard = *heard_.back();
    ears_->listen(std::move(what), [&heard](const Word& word) {
      (word.trouble.empty() ? heard.words : heard.troubles).push_back(word);
    });
    return heard;
  }
  template <class F>
  bool until(F holds) {
    return rig::turn_until(io_, holds);
  }

  boost::asio::io_context io_;
  std::vector<std::pair<std::string, std::string>> seen_;   ///< addresses, and the pins of what they showed
  std::vector<std::unique_ptr<Heard>> heard_;
  std::optional<shell::Ears> ears_;
};

inline Listening to(std::string from, Listening::Framing framing = Listening::Framing::messages) {
  Listening what;
  what.from = std::move(from);
  what.framing = framing;
  return what;
}

/// Of a device that made its certificate itself; `pin`: of the one that is known.
inline Listening own(Listening what, std::string pin = {}) {
  what.trust = {shell::http::Trust::By::pin, std::move(pin)};
  return what;
}

inline std::vector<std::uint8_t> bytes_of(std::string_view text) {
  return {text.begin(), text.end()};
}

}  // namespace ears_test
