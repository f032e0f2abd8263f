#include "shell/loop/reactor.hpp"

#include <gtest/gtest.h>

#include <chrono>
#include <csignal>

namespace shell {
namespace {

using namespace std::chrono_literals;

TEST(Reactor, a_rhythm_goes_on_until_it_is_stopped) {
  Reactor reactor;
  int beats = 0;
  reactor.every(1ms, [&] {
    if (++beats == 3) reactor.stop();
  });
  reactor.run();
  EXPECT_EQ(beats, 3);
}

TEST(Reactor, the_first_ending_signal_is_told_on_its_thread) {
  for (const int signal : {SIGINT, SIGTERM}) {
    Reactor reactor;
    int told = 0;
    reactor.on_ending_signal([&] {
      ++told;
      reactor.stop();
    });
    std::raise(signal);
    EXPECT_EQ(told, 0);
    reactor.run();
    EXPECT_EQ(told, 1);
  }
}

}  // namespace
}  // namespace shell
