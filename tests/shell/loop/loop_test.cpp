#include "shell/loop/loop.hpp"

#include <csignal>

#include "../serial/rig.hpp"

namespace {

using namespace rig;
using base::Duration;
using base::Instant;
using Bytes = std::vector<std::uint8_t>;

/// A core that follows a script: what it is told is kept, what it answers is given.
class Script : public shell::Door {
 public:
  struct Heard {
    base::Now now;
    std::string what;
    Bytes bytes;
  };
  std::function<void(const core::Event&, base::Now, core::Actions&)> answer;
  Instant next = Instant::never();
  bool has_parted = false;
  std::vector<Heard> heard;

  void step(const core::Event& event, base::Now now, core::Actions& out) override {
    Heard entry{now, name(event), {}};
    if (const auto* bytes = std::get_if<core::BusBytes>(&event)) entry.bytes = {bytes->bytes.begin(), bytes->bytes.end()};
    heard.push_back(std::move(entry));
    if (answer) answer(event, now, out);
  }
  Instant deadline() const override { return next; }
  bool parted() const override { return has_parted; }
  std::string objection(const core::Command& command) const override {
    const auto* now = std::get_if<core::ChargeNow>(&command);
    return now != nullptr && now->rate < core::Amps{} ? "a rate below zero cannot be charged" : "";
  }
  core::Snapshot snapshot(base::Now now) const override {
    core::Snapshot snapshot;
    snapshot.now = now;
    return snapshot;
  }
  int count(const std::string& what) const {
    int n = 0;
    for (const Heard& entry : heard) n += entry.what == what ? 1 : 0;
    return n;
  }
  static std::string name(const core::Event& event) {
    static const char* const names[] = {"time", "opened", "closed", "bytes", "meter", "configured", "command"};
    return names[event.index()];
  }
};

shell::LoopNeeds with_port(const std::string& path) {
  shell::LoopNeeds needs;
  needs.bus = shell::parse_port(path).value();
  needs.bus->first_pause = 20ms;
  return needs;
}

TEST(Loop, tells_the_core_of_the_port_and_its_bytes_in_order) {
  boost::asio::io_context io;
  Folder folder;
  Adapter adapter(folder.at("port"));
  Script script;
  shell::Loop loop(io, script, with_port(folder.at("port")));
  loop.start();
  ASSERT_TRUE(turn_until(io, [&] { return script.count("opened") == 1; }));
  adapter.say({1, 2, 3});
  ASSERT_TRUE(turn_until(io, [&] { return script.count("bytes") == 1; }));
  EXPECT_EQ(script.heard.back().bytes, (Bytes{1, 2, 3}));
  adapter.unplug();
  ASSERT_TRUE(turn_until(io, [&] { return script.count("closed") == 1; }));
  EXPECT_FALSE(loop.bus_open());
}

TEST(Loop, wakes_the_core_at_its_deadline_and_never_before) {
  boost::asio::io_context io;
  Script script;
  std::vector<Duration> late;
  script.next = shell::read_clocks().at + 20ms;
  script.answer = [&](const core::Event&, base::Now now, core::Actions&) {
    late.push_back(now.at - script.next);
    script.next = script.next + 7ms;
  };
  shell::Loop loop(io, script, {});
  loop.start();
  ASSERT_TRUE(turn_until(io, [&] { return late.size() >= 50; }));
  for (const Duration by : late) EXPECT_GE(by, Duration{});
  EXPECT_EQ(script.count("time"), static_cast<int>(script.heard.size()));
}

TEST(Loop, reads_the_port_before_it_speaks) {
  boost::asio::io_context io;
  Folder folder;
  Adapter adapter(folder.at("port"));
  Script script;
  shell::LoopNeeds needs = with_port(folder.at("port"));
  needs.bus->gather = 10s;   // the watch alone would be far too late
  shell::Loop loop(io, script, std::move(needs));
  loop.start();
  ASSERT_TRUE(turn_until(io, [&] { return script.count("opened") == 1; }));
  script.answer = [&](const core::Event& event, base::Now, core::Actions&) {
    if (std::holds_alternative<core::TimePassed>(event)) script.next = Instant::never();
  };
  script.next = shell::read_clocks().at + 50ms;
  loop.feed(core::Command{core::SetMode{}});   // lets the loop look at the deadline
  adapter.say({5, 6});
  ASSERT_TRUE(turn_until(io, [&] { return script.count("time") == 1; }));
  ASSERT_GE(script.heard.size(), 2u);
  EXPECT_EQ(script.heard[script.heard.size() - 2].what, "bytes");
  EXPECT_EQ(script.heard[script.heard.size() - 2].bytes, (Bytes{5, 6}));
}

TEST(Loop, an_answer_is_read_once_and_when_it_is_due) {
  boost::asio::io_context io;
  Folder folder;
  Adapter adapter(folder.at("port"));
  Script script;
  shell::Loop loop(io, script, with_port(folder.at("port")));
  loop.start();
  ASSERT_TRUE(turn_until(io, [&] { return script.count("opened") == 1; }));
  Instant sent;
  script.answer = [&](const core::Event& event, base::Now now, core::Actions& out) {
    if (!std::holds_alternative<core::Command>(event)) return;
    sent = now.at;
    out.push_back(core::Transmit{heartbeat(), 120ms});
  };
  loop.feed(core::Command{core::SetMode{}});
  EXPECT_EQ(adapter.heard(), bytes_of(heartbeat()));
  for (std::uint8_t i = 0; i < 8; ++i) {   // byte by byte, as a slow line brings it
    adapter.say({i});
    turn_for(io, 6ms);
  }
  EXPECT_EQ(script.count("bytes"), 0);
  ASSERT_TRUE(turn_until(io, [&] { return script.count("bytes") == 1; }));
  EXPECT_EQ(script.heard.back().bytes.size(), 8u);
  EXPECT_GE(script.heard.back().now.at - sent, 120ms);
}

TEST(Loop, three_connectors_cost_two_wake_ups_a_heartbeat) {
  boost::asio::io_context io;
  Folder folder;
  Adapter adapter(folder.at("port"));
  Script script;
  shell::Loop loop(io, script, with_port(folder.at("port")));
  int beats = 0;
  script.answer = [&](const core::Event& event, base::Now now, core::Actions& out) {
    if (std::holds_alternative<core::BusOpened>(event)) script.next = now.at + 10ms;
    if (!std::holds_alternative<core::TimePassed>(event)) return;
    ++beats;
    script.next = script.next + 50ms;
    out.push_back(core::Transmit{heartbeat(), 25ms});
    adapter.say({0xC0, 1, 2, 0xC0});   // the unit answers at once
  };
  loop.start();
  ASSERT_TRUE(turn_until(io, [&] { return beats == 20; }));
  EXPECT_LE(loop.pulse().wake_ups, 42u);
  EXPECT_GE(script.count("bytes"), 19);
}

TEST(Loop, an_event_from_within_a_step_waits_for_its_end) {
  boost::asio::io_context io;
  Script script;
  shell::LoopNeeds needs;
  int depth = 0, deepest = 0;
  shell::Loop* the_loop = nullptr;
  needs.remember = [&](const core::Memory&) {
    std::vector<std::uint8_t> bytes{1, 2, 3};
    the_loop->feed(core::BusBytes{bytes});
    bytes.assign(3, 9);   // what the view pointed to is gone
  };
  shell::Loop loop(io, script, std::move(needs));
  the_loop = &loop;
  script.answer = [&](const core::Event& event, base::Now, core::Actions& out) {
    deepest = std::max(deepest, ++depth);
    if (std::holds_alternative<core::Command>(event)) out.push_back(core::Remember{});
    --depth;
  };
  loop.start();
  EXPECT_EQ(loop.command(core::SetMode{}), "");
  ASSERT_EQ(script.heard.size(), 2u);
  EXPECT_EQ(script.heard[1].what, "bytes");
  EXPECT_EQ(script.heard[1].bytes, (Bytes{1, 2, 3}));
  EXPECT_EQ(deepest, 1);
}

TEST(Loop, a_command_that_cannot_be_done_is_answered_and_not_fed) {
  boost::asio::io_context io;
  Script script;
  shell::Loop loop(io, script, {});
  EXPECT_EQ(loop.command(core::ChargeNow{core::Amps::whole(-1), 1h}), "a rate below zero cannot be charged");
  EXPECT_TRUE(script.heard.empty());
  EXPECT_EQ(loop.command(core::ChargeNow{core::Amps::whole(6), 1h}), "");
  EXPECT_EQ(script.count("command"), 1);
}

TEST(Loop, everything_the_core_hears_is_recorded_before_it) {
  boost::asio::io_context io;
  Script script;
  std::vector<std::string> recorded;
  shell::LoopNeeds needs;
  needs.record = [&](base::Now, const core::Event& event) {
    EXPECT_EQ(recorded.size(), script.heard.size());
    recorded.push_back(Script::name(event));
  };
  shell::Loop loop(io, script, std::move(needs));
  loop.feed(core::TimePassed{});
  loop.feed(core::Command{core::CancelChargeNow{}});
  EXPECT_EQ(recorded, (std::vector<std::string>{"time", "command"}));
}

TEST(Loop, remembers_and_announces_through_others) {
  boost::asio::io_context io;
  Script script;
  core::Memory kept;
  int announced = 0;
  shell::LoopNeeds needs;
  needs.remember = [&](const core::Memory& memory) { kept = memory; };
  needs.announce = [&](const core::Announcement&) { ++announced; };
  shell::Loop loop(io, script, std::move(needs));
  script.answer = [&](const core::Event&, base::Now, core::Actions& out) {
    out.push_back(core::Remember{{core::Amps::whole(9), base::WallTime::at(5s)}});
    out.push_back(core::Announce{});
  };
  loop.feed(core::TimePassed{});
  EXPECT_EQ(kept.charge_now_rate, core::Amps::whole(9));
  EXPECT_EQ(announced, 1);
}

TEST(Loop, parting_speaks_its_last_and_then_closes_the_port) {
  boost::asio::io_context io;
  Folder folder;
  Adapter adapter(folder.at("port"));
  Script script;
  shell::Loop loop(io, script, with_port(folder.at("port")));
  loop.start();
  ASSERT_TRUE(turn_until(io, [&] { return script.count("opened") == 1; }));
  script.answer = [&](const core::Event& event, base::Now now, core::Actions& out) {
    if (std::holds_alternative<core::Command>(event)) script.next = now.at + 40ms;
    if (!std::holds_alternative<core::TimePassed>(event)) return;
    out.push_back(core::Transmit{heartbeat(), 0ms});
    script.next = Instant::never();
    script.has_parted = true;
  };
  int done = 0;
  loop.part([&] { ++done; });
  loop.part([&] { ++done; });
  ASSERT_TRUE(turn_until(io, [&] { return done > 0; }));
  EXPECT_EQ(adapter.heard(), bytes_of(heartbeat()));
  turn_for(io, 100ms);
  EXPECT_EQ(done, 1);
}

TEST(Loop, a_core_that_never_parts_is_waited_for_three_seconds_at_most) {
  boost::asio::io_context io;
  Script script;
  shell::Loop loop(io, script, {});
  bool done = false;
  loop.part([&] { done = true; });
  turn_for(io, 300ms);
  EXPECT_FALSE(done);
  ASSERT_TRUE(turn_until(io, [&] { return done; }));
}

TEST(Loop, a_signal_parts_and_a_second_one_does_not_wait) {
  boost::asio::io_context io;
  Script script;
  shell::Loop loop(io, script, {});
  bool done = false;
  loop.part_on_signals([&] { done = true; });
  std::raise(SIGTERM);
  ASSERT_TRUE(turn_until(io, [&] { return script.count("command") == 1; }));
  EXPECT_FALSE(done);
  std::raise(SIGTERM);
  ASSERT_TRUE(turn_until(io, [&] { return done; }));
  EXPECT_EQ(script.count("command"), 1);
}

TEST(Loop, after_a_standstill_the_core_hears_once_of_the_true_time) {
  boost::asio::io_context io;
  Script script;
  script.next = shell::read_clocks().at + 10ms;
  script.answer = [&](const core::Event&, base::Now now, core::Actions&) {
    while (script.next <= now.at) script.next = script.next + 10ms;
    script.next = script.next + 1h;
  };
  shell::Loop loop(io, script, {});
  loop.start();
  ::usleep(300'000);   // the whole process stood still
  turn_for(io, 100ms);
  ASSERT_EQ(script.count("time"), 1);
  EXPECT_GE(loop.pulse().latest, 250ms);
}

TEST(Loop, a_deadline_that_stays_in_the_past_does_not_spin) {
  boost::asio::io_context io;
  Script script;
  script.next = shell::read_clocks().at;
  shell::Loop loop(io, script, {});
  loop.start();
  turn_for(io, 500ms);
  EXPECT_LE(script.heard.size(), 60u);
}

TEST(Loop, a_peer_that_never_stops_talking_does_not_starve_the_deadline) {
  boost::asio::io_context io;
  Converter converter;
  Script script;
  shell::LoopNeeds needs;
  needs.bus = shell::parse_port("socket://127.0.0.1:" + std::to_string(converter.port())).value();
  shell::Loop loop(io, script, std::move(needs));
  loop.start();
  ASSERT_TRUE(turn_until(io, [&] { return converter.answer() && loop.bus_open(); }));
  int beats = 0;
  script.answer = [&](const core::Event& event, base::Now now, core::Actions&) {
    if (!std::holds_alternative<core::TimePassed>(event)) return;
    ++beats;
    script.next = now.at + 20ms;
  };
  script.next = shell::read_clocks().at + 20ms;
  loop.feed(core::Command{core::SetMode{}});
  converter.say(Bytes(60'000, 0x55));
  ASSERT_TRUE(turn_until(io, [&] { return beats >= 10; }));
  std::size_t most = 0;   // chunks heard between two beats
  std::size_t run = 0;
  for (const auto& entry : script.heard) {
    run = entry.what == "bytes" ? run + 1 : 0;
    most = std::max(most, run);
  }
  EXPECT_LE(most, 24u);
}

TEST(Loop, other_threads_may_post) {
  boost::asio::io_context io;
  Script script;
  shell::Loop loop(io, script, {});
  bool ran = false;
  std::thread other([&] { loop.post([&] { ran = true; }); });
  other.join();
  EXPECT_FALSE(ran);
  ASSERT_TRUE(turn_until(io, [&] { return ran; }));
}

}  // namespace
