#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>

#include <csignal>
#include <fstream>

#include "../serial/rig.hpp"
#include "shell/record/config_code.hpp"
#include "shell/record/recorder.hpp"
#include "shell/record/recording.hpp"

namespace {

using base::Duration;
using base::Instant;
using base::Now;
using core::Amps;
using rig::Folder;
using testing::HasSubstr;
using namespace std::chrono_literals;

core::Config unusual_config() {
  core::Config config;
  config.circuit = Amps::grains(3201);
  config.per_unit = Amps::whole(16);
  config.least = Amps::whole(7);
  config.from_grid = Amps::whole(25);
  config.volts = base::Volts::whole(230);
  config.phases = 3;
  config.power_factor_least = 950;
  config.power_factor_most = 990;
  config.flex = Amps::whole(2);
  config.flex_may_start = true;
  config.charger_inside_meter = true;
  config.generation_is_delivery = true;
  config.consumption_offset = base::Watts::whole(-120);
  config.consumption_offset_amps = Amps::grains(-150);
  config.start_stop_delay = 61s;
  config.greatest_age = 17s;
  config.safe_current = Amps::whole(6);
  using enum core::Measurand;
  config.meters = {{"URL", {load}, 5s}, {"second", {grid, current_l1, soc}, 7s, core::MeterRole::circuit, 0xFEDC'BA98'7654'3210}};
  config.sun = {base::Watts::whole(1500), 62s, base::Watts::whole(900), 11min};
  config.battery = {20, 80, 90};
  config.circuits.resize(2);
  config.circuits[0] = {"main fuse", -1, Amps::whole(25), std::nullopt, Amps::whole(20), 1, Amps::whole(6), {}};
  config.circuits[1] = {"garage", 0, std::nullopt, base::Watts::whole(11'000), std::nullopt, -1, {}, {base::UnitId{0x1061}}};
  core::ConnectorConfig& left = config.connectors.emplace_back();
  left.id = base::UnitId{0x1061};
  left.name = "left";
  left.mode = core::Mode::off;
  left.least = Amps::whole(8);
  left.most = Amps::whole(13);
  left.phases = 2;
  left.wiring = {2, 0, 1};
  left.priority = -3;
  left.weight = 4;
  left.sun = core::SunHabits{std::nullopt, 1s, base::Watts::whole(700), 2s};
  left.target = base::kilowatt_hours(30);
  config.mode = core::Mode::min_solar;
  config.fixed_rate = Amps::whole(11);
  core::rules::Wanted wanted;
  core::rules::Rule& rule = wanted.before.emplace_back();
  rule.name = "mine";
  const auto value = [](const char* text) { return *core::rules::Expression::parse(text); };
  const core::rules::Condition condition{value("modules.URL.exportW"), core::rules::Comparison::gte, core::rules::Expression::of(0.1)};
  rule.terms = {{condition, {}}, {{}, {{condition, {}}, {{value("getMaxAmpsToDivideGreenEnergy()"), core::rules::Comparison::ne, value("tm_zone")}, {}}}}};
  rule.charge_amps = value("config.minAmpsPerTWC");
  rule.latch = 30min;
  rule.hooks[1] = "http://h";
  std::vector<std::string> faults;
  config.policies.list = core::rules::assemble(wanted, faults);
  config.policies.settings.set("sunset", 20);
  config.policies.home = core::Position{-33.9, 151.2};
  config.policies.config.set("a", "5");
  config.policies.schedule.windows = {{5, 1350, 375, Amps::whole(16), true}};
  config.policies.zone = {{base::WallTime::at(1'700'000'000s), 1h, false, std::string_view{"CET"}}};
  config.role = wire::Role::slave;
  config.own_id = base::UnitId{0xABCD};
  config.own_sign = base::Sign{0xEF};
  config.stop_by = core::StopBy::order;
  config.silences_per_plug_in = 5;
  config.spike_proactively = true;
  config.spike_reactively = false;
  config.tell_bus_maximum = true;
  config.unit_timeout = 27s;
  config.dwell = 16min;
  config.memory = {Amps::whole(9), base::WallTime::at(1'700'000'000'123ms), {}, core::Mode::fast, {}, std::string_view{"Charge Now"}, base::WallTime::at(1'700'000'100'000ms)};
  config.memory.units.push_back({base::UnitId{0x1061}, true, true, 1, 2, 3, 1204, base::kilowatt_hours(12),
                                 std::string_view{"5YJ3E7EB1LF000000"},
                                 {2, std::string_view{"5YJ3E7EB1LF000001"}}, core::Mode::off, base::kilowatt_hours(20)});
  config.memory.limits.push_back({std::string_view{"main fuse"}, Amps::whole(7), base::Watts::whole(4200),
                                  base::WallTime::at(1'700'000'060'000ms), std::string_view{"dimmed"}});
  config.memory.limits.push_back({std::string_view{"garage"}, {}, base::Watts::whole(1), {}, {}});
  config.memory.units.push_back({});
  return config;
}

std::vector<std::uint8_t> encoded(const core::Config& config) {
  std::vector<std::uint8_t> room(4096);
  shell::Ink ink(room);
  shell::write_config(ink, config);
  room.resize(ink.used());
  return room;
}

TEST(ConfigCode, every_field_comes_back) {
  const auto bytes = encoded(unusual_config());
  shell::Page page(bytes);
  const auto back = shell::read_config(page);
  ASSERT_TRUE(back);
  EXPECT_TRUE(page.at_end());
  EXPECT_EQ(encoded(*back), bytes);
  const core::Config config = unusual_config();
  EXPECT_EQ(back->circuit, config.circuit);
  EXPECT_EQ(back->from_grid, config.from_grid);
  EXPECT_EQ(back->consumption_offset, config.consumption_offset);
  EXPECT_EQ(back->greatest_age, config.greatest_age);
  ASSERT_EQ(back->meters.size(), 2u);
  EXPECT_EQ(back->meters[1].asked, 0xFEDC'BA98'7654'3210);
  EXPECT_EQ(back->meters, config.meters);
  EXPECT_EQ(back->sun, config.sun);
  EXPECT_EQ(back->battery, config.battery);
  EXPECT_EQ(back->circuits, config.circuits);
  EXPECT_EQ(back->connectors, config.connectors);
  EXPECT_EQ(back->mode, core::Mode::min_solar);
  EXPECT_EQ(back->policies, config.policies);
  EXPECT_EQ(back->role, wire::Role::slave);
  EXPECT_EQ(back->own_id, config.own_id);
  EXPECT_EQ(back->stop_by, core::StopBy::order);
  EXPECT_TRUE(back->spike_proactively);
  EXPECT_FALSE(back->spike_reactively);
  EXPECT_EQ(back->dwell, 16min);
  EXPECT_EQ(back->memory, config.memory);
}

TEST(ConfigCode, absent_things_stay_absent_and_a_short_page_is_refused) {
  const auto bytes = encoded(core::Config{});
  shell::Page page(bytes);
  const auto back = shell::read_config(page);
  ASSERT_TRUE(back);
  EXPECT_EQ(back->from_grid, std::nullopt);
  EXPECT_EQ(back->fixed_rate, std::nullopt);
  for (std::size_t size = 0; size < bytes.size(); ++size) {
    shell::Page cut({bytes.data(), size});
    EXPECT_FALSE(shell::read_config(cut)) << size;
  }
}

/// A core's state that grows by one with each event, so a replay can be compared with it.
struct Source {
  core::Config config = unusual_config();
  std::array<std::byte, 24> state{};
  std::uint64_t counted = 0;

  shell::Recorder::Source source() {
    return {config, 0xC0FFEE, [this] {
              std::memcpy(state.data(), &counted, sizeof counted);
              return std::span<const std::byte>(state);
            }};
  }
  static std::uint64_t counter(const shell::SegmentHeader& header) {
    std::uint64_t value = 0;
    std::memcpy(&value, header.state.data(), sizeof value);
    return value;
  }
};

struct Rig {
  explicit Rig(const std::string& folder, std::uint64_t most = 1 << 20, std::size_t buffer = 64 << 10) {
    settings.folder = folder;
    settings.most_bytes = most;
    settings.buffer = buffer;
    settings.version = "1.2.3";
    now = {Instant::at(1'000'000ms), base::WallTime::at(1'700'000'000'000ms)};
    open();
  }
  void open() {
    recorder = std::make_unique<shell::Recorder>(settings, source.source(), clerk,
                                                 [this](std::string text) { told.push_back(std::move(text)); });
  }
  void note(const core::Event& event, Duration after = 100ms) {
    now.at = now.at + after;
    now.wall = now.wall + after + Duration{static_cast<std::int64_t>(source.counted % 3) - 1};
    recorder->note(now, event);
    history.push_back(now);
    ++source.counted;
  }
  void bytes(std::size_t count, Duration after = 100ms) {
    const std::vector<std::uint8_t> data(count, static_cast<std::uint8_t>(source.counted));
    note(core::BusBytes{data}, after);
  }
  shell::Clerk clerk;
  shell::RecorderSettings settings;
  Source source;
  std::vector<std::string> told;
  std::vector<Now> history;   // of every event, by its number
  Now now;
  std::unique_ptr<shell::Recorder> recorder;
};

/// Goes through all segments: each begins with the state as it was, and every event is the one that happened then.
std::uint64_t expect_faithful(const shell::Recording& recording, const Rig& rig) {
  std::uint64_t events = 0;
  for (const shell::Segment& segment : recording.segments) {
    std::uint64_t number = Source::counter(segment.header);
    shell::Events walk(segment);
    Now now;
    core::Event event;
    while (walk.next(now, event)) {
      EXPECT_LT(number, rig.history.size());
      EXPECT_EQ(now.at, rig.history[number].at);
      EXPECT_EQ(now.wall, rig.history[number].wall);
      if (const auto* bytes = std::get_if<core::BusBytes>(&event); bytes != nullptr && !bytes->bytes.empty()) {
        EXPECT_EQ(bytes->bytes[0], static_cast<std::uint8_t>(number));
      }
      ++number;
      ++events;
    }
  }
  return events;
}

TEST(Recorder, every_kind_of_event_comes_back_as_it_was) {
  Folder folder;
  Rig rig(folder.at("rec"));
  rig.note(core::BusOpened{true});
  rig.note(core::BusOpened{false}, 0ms);
  rig.note(core::TimePassed{}, 3h);
  const std::vector<std::uint8_t> data{3, 0xC0, 2};
  rig.note(core::BusBytes{data});
  core::MeterRead read{base::MeterId{3}, 1, core::MeterRead::Outcome::absurd, base::Instant::at(-7s), {}};
  read.amounts.push_back({core::Measurand::online, 1});
  read.amounts.push_back({core::Measurand::grid, -2'365'000});
  rig.note(read);
  rig.note(core::Command{core::ChargeNow{Amps::grains(-5), 90min}});
  rig.note(core::Command{core::CancelChargeNow{}});
  rig.note(core::Command{core::SetMode{core::Mode::fast}});
  rig.note(core::Command{core::Part{}});
  rig.note(core::BusClosed{});
  rig.note(core::Command{core::SetMode{core::Mode::off, base::UnitId{0xFFFF}}});
  rig.note(core::Command{core::SetTarget{base::UnitId{0x1061}, base::kilowatt_hours(12)}});
  rig.note(core::Command{core::SetTarget{base::UnitId{0x1061}, std::nullopt}});
  rig.note(core::Command{core::LimitCircuit{3, Amps::whole(16), base::Watts::whole(4200), 15min, {"dimmed"}}});
  rig.note(core::Command{core::LimitCircuit{0, std::nullopt, std::nullopt, 0s, {}}});
  rig.recorder.reset();
  const auto recording = shell::read_recording(folder.at("rec"));
  ASSERT_TRUE(recording) << recording.error().text;
  EXPECT_TRUE(recording->notes.empty());
  ASSERT_EQ(recording->segments.size(), 1u);
  const shell::Segment& segment = recording->segments[0];
  EXPECT_EQ(segment.header.begin, shell::Begin::start);
  EXPECT_EQ(segment.header.version, "1.2.3");
  EXPECT_EQ(segment.header.layout, 0xC0FFEEu);
  core::Config for_others = unusual_config();
  for (core::MeterConfig& meter : for_others.meters) meter.asked = 0;
  EXPECT_EQ(encoded(segment.header.config), encoded(for_others));
  EXPECT_EQ(segment.records, 15u);
  EXPECT_EQ(expect_faithful(*recording, rig), 15u);
  shell::Events walk(segment);
  Now now;
  core::Event event;
  std::vector<core::Event> events;
  while (walk.next(now, event)) events.push_back(event);
  EXPECT_TRUE(std::get<core::BusOpened>(events[0]).networked);
  EXPECT_FALSE(std::get<core::BusOpened>(events[1]).networked);
  EXPECT_TRUE(std::holds_alternative<core::TimePassed>(events[2]));
  EXPECT_EQ(std::get<core::BusBytes>(events[3]).bytes.size(), 3u);
  const auto& back = std::get<core::MeterRead>(events[4]);
  EXPECT_EQ(back.meter.index, 3);
  EXPECT_EQ(back.question, 1);
  EXPECT_EQ(back.outcome, core::MeterRead::Outcome::absurd);
  EXPECT_EQ(back.at, base::Instant::at(-7s));
  EXPECT_EQ(back.amounts, read.amounts);
  const auto& charge = std::get<core::ChargeNow>(std::get<core::Command>(events[5]));
  EXPECT_EQ(charge.rate, Amps::grains(-5));
  EXPECT_EQ(charge.lasting, 90min);
  EXPECT_EQ(std::get<core::SetMode>(std::get<core::Command>(events[7])).mode, core::Mode::fast);
  EXPECT_TRUE(std::holds_alternative<core::Part>(std::get<core::Command>(events[8])));
  EXPECT_TRUE(std::holds_alternative<core::BusClosed>(events[9]));
  EXPECT_EQ(std::get<core::SetMode>(std::get<core::Command>(events[7])).unit, std::nullopt);
  const auto& of_one = std::get<core::SetMode>(std::get<core::Command>(events[10]));
  EXPECT_EQ(of_one.mode, core::Mode::off);
  EXPECT_EQ(of_one.unit, base::UnitId{0xFFFF});
  EXPECT_EQ(std::get<core::SetTarget>(std::get<core::Command>(events[11])).target, base::kilowatt_hours(12));
  EXPECT_EQ(std::get<core::SetTarget>(std::get<core::Command>(events[12])).target, std::nullopt);
  const auto& limit = std::get<core::LimitCircuit>(std::get<core::Command>(events[13]));
  EXPECT_EQ(limit.circuit, 3);
  EXPECT_EQ(limit.amps, Amps::whole(16));
  EXPECT_EQ(limit.watts, base::Watts::whole(4200));
  EXPECT_EQ(limit.lasting, 15min);
  EXPECT_EQ(limit.reason.view(), "dimmed");
  const auto& lifted = std::get<core::LimitCircuit>(std::get<core::Command>(events[14]));
  EXPECT_EQ(lifted.amps, std::nullopt);
  EXPECT_EQ(lifted.watts, std::nullopt);
}

TEST(Recorder, what_people_ask_for_beside_charging_comes_back_too) {
  Folder folder;
  Rig rig(folder.at("rec"));
  core::SendFrame typed;
  for (const std::uint8_t byte : {0xFB, 0xEB, 0x77, 0x77, 0x10, 0x61}) typed.frame.push_back(byte);
  rig.note(core::Command{core::ForcePolicy{std::string_view{"Charge Now"}, 2h}});
  rig.note(core::Command{core::OrderCars{core::CarOrder::start}});
  rig.note(core::Command{core::OrderCars{core::CarOrder::stop}});
  rig.note(core::Command{typed});
  rig.note(core::Command{core::LookAgain{}});
  rig.note(core::Command{core::ReleaseMode{}});
  rig.note(core::Command{core::ReleaseMode{base::UnitId{0x1061}}});
  rig.recorder.reset();
  const auto recording = shell::read_recording(folder.at("rec"));
  ASSERT_TRUE(recording) << recording.error().text;
  shell::Events walk(recording->segments.at(0));
  Now now;
  std::vector<core::Command> back;
  for (core::Event event; walk.next(now, event);) back.push_back(std::get<core::Command>(event));
  ASSERT_EQ(back.size(), 7U);
  EXPECT_EQ(std::get<core::ReleaseMode>(back[5]).unit, std::nullopt);
  EXPECT_EQ(std::get<core::ReleaseMode>(back[6]).unit, base::UnitId{0x1061});
  EXPECT_EQ(std::get<core::ForcePolicy>(back[0]).policy.view(), "Charge Now");
  EXPECT_EQ(std::get<core::ForcePolicy>(back[0]).lasting, 2h);
  EXPECT_EQ(std::get<core::OrderCars>(back[1]).order, core::CarOrder::start);
  EXPECT_EQ(std::get<core::OrderCars>(back[2]).order, core::CarOrder::stop);
  EXPECT_EQ(std::get<core::SendFrame>(back[3]).frame, typed.frame);
  EXPECT_TRUE(std::holds_alternative<core::LookAgain>(back[4]));
}

TEST(Recorder, another_configuration_begins_another_segment_with_it) {
  Folder folder;
  Rig rig(folder.at("rec"));
  rig.bytes(8);
  rig.bytes(8);
  rig.source.config.circuit = Amps::whole(20);
  rig.note(core::Configured{std::make_shared<const core::Config>(rig.source.config)});
  rig.bytes(8);
  rig.recorder.reset();
  const auto recording = shell::read_recording(folder.at("rec"));
  ASSERT_TRUE(recording) << recording.error().text;
  EXPECT_THAT(recording->notes, testing::IsEmpty());
  EXPECT_THAT(rig.told, testing::IsEmpty());
  ASSERT_EQ(recording->segments.size(), 2U);
  EXPECT_EQ(recording->segments[0].header.config.circuit, unusual_config().circuit);
  EXPECT_EQ(recording->segments[0].records, 2U);
  EXPECT_EQ(recording->segments[1].header.begin, shell::Begin::reconfigured);
  EXPECT_EQ(recording->segments[1].header.config.circuit, Amps::whole(20));
  EXPECT_EQ(Source::counter(recording->segments[1].header), 3U) << "the state after it was taken";
  EXPECT_EQ(recording->segments[1].records, 1U);
}

TEST(Recorder, touches_the_disk_once_a_minute) {
  Folder folder;
  Rig rig(folder.at("rec"));
  const auto size = [&] {
    rig.clerk.settle();
    std::uintmax_t sum = 0;
    for (const auto& file : shell::Recorder::files(folder.at("rec"))) sum += std::filesystem::file_size(file);
    return sum;
  };
  int writes = 0;
  std::uintmax_t before = 0;
  for (int i = 0; i < 3000; ++i) {   // five minutes
    rig.bytes(16);
    if (const std::uintmax_t now = size(); now != before) {
      ++writes;
      before = now;
    }
  }
  EXPECT_EQ(writes, 4);   // after 60, 120, 180 and 240 s
}

TEST(Recorder, the_files_are_a_ring_of_bounded_size_and_each_stands_for_itself) {
  Folder folder;
  Rig rig(folder.at("rec"), 256 << 10, 16 << 10);
  for (int i = 0; i < 30'000; ++i) {
    rig.bytes(20);
    if (i % 100 == 0) rig.clerk.settle();
  }
  rig.recorder.reset();
  std::uintmax_t sum = 0;
  for (const auto& file : shell::Recorder::files(folder.at("rec"))) sum += std::filesystem::file_size(file);
  EXPECT_LE(sum, 256u << 10);
  EXPECT_GE(sum, 128u << 10);
  const auto recording = shell::read_recording(folder.at("rec"));
  ASSERT_TRUE(recording);
  EXPECT_TRUE(recording->notes.empty());
  ASSERT_GE(recording->segments.size(), 3u);
  EXPECT_GT(expect_faithful(*recording, rig), 5000u);
  for (std::size_t i = 1; i < recording->segments.size(); ++i) {
    const auto& before = recording->segments[i - 1];
    const auto& next = recording->segments[i];
    EXPECT_EQ(next.header.begin, shell::Begin::continuation);
    EXPECT_EQ(Source::counter(next.header), Source::counter(before.header) + before.records) << "nothing between two";
    EXPECT_EQ(next.header.run, before.header.run);
  }
}

TEST(Recorder, a_second_run_goes_on_with_new_files_and_leaves_foreign_ones_alone) {
  Folder folder;
  Rig rig(folder.at("rec"));
  rig.bytes(3);
  rig.recorder.reset();
  std::ofstream(folder.at("rec/notes.txt")) << "mine";
  rig.open();
  rig.bytes(3);
  rig.recorder.reset();
  const auto recording = shell::read_recording(folder.at("rec"));
  ASSERT_TRUE(recording);
  ASSERT_EQ(recording->segments.size(), 2u);
  EXPECT_EQ(recording->segments[1].header.begin, shell::Begin::start);
  EXPECT_TRUE(std::filesystem::exists(folder.at("rec/notes.txt")));
}

TEST(Recorder, an_event_larger_than_its_memory_begins_a_new_segment) {
  Folder folder;
  Rig rig(folder.at("rec"), 1 << 20, 8 << 10);
  rig.bytes(10);
  rig.note(core::BusBytes{std::vector<std::uint8_t>(100'000, 7)});
  rig.bytes(10);
  rig.recorder.reset();
  const auto recording = shell::read_recording(folder.at("rec"));
  ASSERT_TRUE(recording);
  ASSERT_FALSE(recording->segments.empty());
  EXPECT_EQ(recording->segments.back().header.begin, shell::Begin::after_loss);
  EXPECT_EQ(Source::counter(recording->segments.back().header), 2u) << "the state after the event that was too large";
  expect_faithful(*recording, rig);
}

TEST(Recorder, zero_bytes_mean_off) {
  Folder folder;
  Rig rig(folder.at("rec"), 0);
  rig.bytes(10);
  rig.recorder.reset();
  EXPECT_FALSE(std::filesystem::exists(folder.at("rec")));
}

TEST(Recorder, a_ring_too_small_for_one_beginning_is_refused_with_a_sentence) {
  Folder folder;
  Rig rig(folder.at("rec"), 600);
  EXPECT_FALSE(rig.recorder->on());
  ASSERT_EQ(rig.told.size(), 1u);
  EXPECT_THAT(rig.told[0], HasSubstr("too small"));
}

TEST(Recorder, a_disk_that_takes_nothing_is_told_once_and_recording_comes_back) {
  Folder folder;
  Rig rig(folder.at("rec"));
  rlimit was{};
  ::getrlimit(RLIMIT_FSIZE, &was);
  std::signal(SIGXFSZ, SIG_IGN);
  rlimit tight = was;
  tight.rlim_cur = 10;
  ::setrlimit(RLIMIT_FSIZE, &tight);
  for (int i = 0; i < 3000; ++i) {
    rig.bytes(16);
    rig.clerk.settle();
  }
  ::setrlimit(RLIMIT_FSIZE, &was);
  EXPECT_EQ(rig.told.size(), 1u);
  EXPECT_TRUE(shell::Recorder::files(folder.at("rec")).empty()) << "nothing half is left behind";
  for (int i = 0; i < 1500; ++i) {
    rig.bytes(16);
    rig.clerk.settle();
  }
  rig.recorder.reset();
  ASSERT_EQ(rig.told.size(), 2u);
  EXPECT_THAT(rig.told[1], HasSubstr("again"));
  const auto recording = shell::read_recording(folder.at("rec"));
  ASSERT_TRUE(recording) << recording.error().text;
  EXPECT_EQ(recording->segments[0].header.begin, shell::Begin::after_loss);
  EXPECT_GT(expect_faithful(*recording, rig), 600u);
}

TEST(Recorder, what_is_in_memory_survives_a_fatal_signal) {
  for (const int signal : {SIGSEGV, SIGABRT, SIGBUS, SIGFPE, SIGILL}) {
    Folder folder;
    const pid_t child = ::fork();
    if (child == 0) {
      Rig rig(folder.at("rec"));
      rig.recorder->write_on_fatal_signals();
      for (int i = 0; i < 700; ++i) rig.bytes(16);   // one write on its way, the rest in memory
      ::raise(signal);
      ::_exit(0);
    }
    int status = 0;
    ::waitpid(child, &status, 0);
    EXPECT_TRUE(WIFSIGNALED(status) && WTERMSIG(status) == signal) << signal;
    const auto recording = shell::read_recording(folder.at("rec"));
    ASSERT_TRUE(recording) << recording.error().text;
    EXPECT_TRUE(recording->notes.empty());
    ASSERT_EQ(recording->segments.size(), 1u);
    EXPECT_EQ(recording->segments[0].records, 700u);
  }
}

// --- Damage -----------------------------------------------------------------------------------------------------------

std::vector<std::uint8_t> sample_file() {
  Folder folder;
  Rig rig(folder.at("rec"));
  for (int i = 0; i < 50; ++i) rig.bytes(i % 7);
  core::MeterRead read;
  read.amounts.push_back({core::Measurand::grid, 123'000});
  rig.note(read);
  rig.recorder.reset();
  std::ifstream file(shell::Recorder::files(folder.at("rec")).at(0), std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

std::size_t walked(const shell::Segment& segment) {
  shell::Events walk(segment);
  Now now;
  core::Event event;
  std::size_t count = 0;
  while (walk.next(now, event)) ++count;
  return count;
}

TEST(Recording, a_cut_at_any_byte_leaves_the_whole_events_before_it) {
  const auto bytes = sample_file();
  const auto whole = shell::read_segment("file", bytes);
  ASSERT_TRUE(whole);
  EXPECT_EQ(whole->records, 51u);
  std::size_t before = 0;
  for (std::size_t size = 0; size < bytes.size(); ++size) {
    const auto cut = shell::read_segment("file", {bytes.begin(), bytes.begin() + static_cast<long>(size)});
    if (!cut) {
      EXPECT_LT(size, whole->first_record);
      continue;
    }
    EXPECT_EQ(walked(*cut), cut->records);
    EXPECT_GE(cut->records, before);
    EXPECT_EQ(cut->cut.empty(), cut->end == size);
    before = cut->records;
  }
}

TEST(Recording, zeros_after_a_power_cut_are_left_out_with_a_sentence) {
  auto bytes = sample_file();
  bytes.resize(bytes.size() + 4096);
  const auto segment = shell::read_segment("file", bytes);
  ASSERT_TRUE(segment);
  EXPECT_EQ(segment->records, 51u);
  EXPECT_THAT(segment->cut, HasSubstr("last 4096 bytes"));
}

TEST(Recording, a_flipped_bit_never_yields_another_event) {
  const auto bytes = sample_file();
  const auto whole = shell::read_segment("file", bytes).value();
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    auto flipped = bytes;
    flipped[i] = static_cast<std::uint8_t>(flipped[i] ^ (1u << (i % 8)));
    const auto segment = shell::read_segment("file", flipped);
    if (!segment) continue;
    EXPECT_LT(segment->records, 51u) << i;
    EXPECT_EQ(walked(*segment), segment->records);
  }
}

RC_GTEST_PROP(Recording, any_bytes_are_read_or_refused, (std::vector<std::uint8_t> noise, bool with_beginning)) {
  static const auto sample = sample_file();
  static const std::size_t first = shell::read_segment("file", sample)->first_record;
  if (with_beginning) noise.insert(noise.begin(), sample.begin(), sample.begin() + static_cast<long>(first));
  const auto segment = shell::read_segment("file", noise);
  if (segment) RC_ASSERT(walked(*segment) == segment->records);
}

TEST(Recording, names_what_it_cannot_use_and_reads_the_rest) {
  Folder folder;
  Rig rig(folder.at("rec"));
  rig.bytes(3);
  rig.recorder.reset();
  std::ofstream(folder.at("rec/flight-0000000007.rec")) << "no recording";
  const auto recording = shell::read_recording(folder.at("rec"));
  ASSERT_TRUE(recording);
  EXPECT_EQ(recording->segments.size(), 1u);
  ASSERT_EQ(recording->notes.size(), 1u);
  EXPECT_THAT(recording->notes[0], HasSubstr("flight-0000000007.rec"));
  EXPECT_FALSE(shell::read_recording(folder.at("nothing")));
  EXPECT_FALSE(shell::read_recording(folder.at("rec/flight-0000000007.rec")));
  EXPECT_FALSE(shell::read_recording(folder.path())) << "a folder without recordings";
}

}  // namespace
