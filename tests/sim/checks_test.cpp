// Each check of a run passes where its promise is kept, and speaks up when it is broken.
//
// A violation is planted where the check looks: a frame or an answer it is shown, a world in which something is wrong,
// or a controller that goes on from a state that was tampered with. Tampered runs show a check something else than what
// happened.
#include <gtest/gtest.h>

#include <algorithm>
#include <cstring>
#include <functional>

#include "core/state.hpp"
#include "sim/checks.hpp"
#include "sim/checks_play.hpp"

namespace {

using namespace base::literals;
using namespace std::chrono_literals;
using base::Amps;
using checks::limit;
using checks::Play;
using sim::Duration;
using sim::Instant;
using sim::Spoken;
using sim::World;
using Maker = std::function<std::unique_ptr<sim::Check>()>;

constexpr const char* two_cars = R"(seed 3
circuit 16
mode now
connector 1061 p2_4_5_3 32
connector 2172 p2_4_5_3 32 drift 57 ms
at 30 s plug 1061 needs 20
at 30 s plug 2172 needs 20
)";

constexpr const char* one_car_and_sun = R"(seed 3
circuit 32
mode pv
connector 1061 p2_4_5_3 32
at 0 s load 500
at 0 s sun 6000
at 30 s plug 1061 needs 40
)";

/// Shows an inner check the run as it was, except for what was tampered with.
class Tampered : public sim::Check {
 public:
  explicit Tampered(std::unique_ptr<sim::Check> inner) : inner_(std::move(inner)) {}
  std::string_view name() const override { return inner_->name(); }
  std::string spoken(const World& w, const Spoken& s) override { return inner_->spoken(w, s); }
  std::string uttered(const World& w, std::size_t i, std::span<const std::uint8_t> b) override {
    return inner_->uttered(w, i, b);
  }
  std::string heard(const World& w, const sim::Message& m) override { return inner_->heard(w, m); }
  std::string read(const World& w, const sim::Shown& shown) override { return inner_->read(w, shown); }
  std::string announced(const World& w, const core::Announcement& a) override { return inner_->announced(w, a); }
  std::string after(const World& w) override { return inner_->after(w); }
  std::string second(const World& w) override { return inner_->second(w); }
  std::string end(const World& w) override { return inner_->end(w); }

 protected:
  std::unique_ptr<sim::Check> inner_;
};

/// Limits that are not shown as they were.
class OtherLimits final : public Tampered {
 public:
  using Change = std::function<std::optional<Spoken>(const World&, Spoken)>;
  OtherLimits(std::unique_ptr<sim::Check> inner, Change change)
      : Tampered(std::move(inner)), change_(std::move(change)) {}
  std::string spoken(const World& w, const Spoken& s) override {
    const auto other = change_(w, s);
    return other ? inner_->spoken(w, *other) : std::string{};
  }

 private:
  Change change_;
};

/// Announcements that are not shown.
class Unannounced final : public Tampered {
 public:
  using Tampered::Tampered;
  std::string announced(const World&, const core::Announcement&) override { return {}; }
};

std::string played(const Maker& check, const std::string& text, Duration lasting) {
  Play play{text};
  play.watch(check());
  play.until(lasting);
  return play.violation();
}

sim::Message answer(std::uint16_t id, int state, Amps limit, Amps drawn) {
  sim::Message message;
  message.two(0xFDE0);
  message.two(id);
  message.two(0x7777);
  message.byte(static_cast<std::uint8_t>(state));
  message.two(static_cast<std::uint16_t>(limit.count()));
  message.two(static_cast<std::uint16_t>(drawn.count()));
  message.fill_to(17);
  return message;
}

/// What the controller knows about 1061; connectors stand in the order of their discovery.
core::Unit& unit(core::State& state) {
  return *std::find_if(state.units.begin(), state.units.end(),
                       [](const core::Unit& u) { return u.id == base::UnitId{0x1061}; });
}

// --- every check -----------------------------------------------------------------------------------------------------

TEST(AllChecks, have_names_of_their_own_and_pass_an_hour_without_faults) {
  std::vector<std::string> names;
  for (const auto& check : sim::all_checks()) names.emplace_back(check->name());
  std::sort(names.begin(), names.end());
  EXPECT_EQ(std::adjacent_find(names.begin(), names.end()), names.end());
  EXPECT_EQ(names.size(), 17U);
  const auto scenario = sim::Scenario::parse(std::string{two_cars} + "run 1 h\n");
  EXPECT_EQ(sim::play(*scenario).violation, "");
}

// --- fuse ------------------------------------------------------------------------------------------------------------

TEST(Fuse, a_limit_above_what_the_connector_bears_is_found_though_it_is_no_raise) {
  Play play{R"(seed 1
circuit 80
per-unit 40
mode now
connector 1061 p2_4_5_3 32
at 10 s plug 1061
)"};
  play.until(2min);
  const auto check = sim::fuse();
  EXPECT_EQ(check->spoken(play.world, limit(0x1061, 32_A)), "");
  EXPECT_NE(check->spoken(play.world, limit(0x1061, 40_A)), "") << "its hardware carries 32 A";
  play.world.connector(0).hear(sim::on_the_wire([] {
                                 sim::Message message;
                                 for (const int word : {0xFBE0, 0x7777, 0x1061})
                                   message.two(static_cast<std::uint16_t>(word));
                                 message.byte(0x09);
                                 message.two(5000);
                                 message.fill_to(16);
                                 return message;
                               }())
                                   .view(),
                               play.world.now());
  EXPECT_NE(check->spoken(play.world, limit(0x1061, 45_A)), "")
      << "lower than the 50 A it brought along, but above its own limit";
}

TEST(Fuse, what_flows_too_long_is_found_on_the_phase_where_it_flows) {
  // Without a controller, somebody tells both connectors 16 A each second: 32 A on a circuit of 16 A.
  const auto flows = [](const std::string& where) {
    Play play{"seed 3\ncircuit 16\nper-unit 16\nmode now\nconnector 1061 p2_4_5_3 32\nconnector 2172 p2_4_5_3 32 " +
              where + "\nat 30 s plug 1061 needs 40 bears 9\nat 30 s plug 2172 needs 40 bears 9\n"};
    play.watch(sim::fuse());
    play.until(2min);
    play.world.crash();
    for (int second = 0; second < 150; ++second) {
      for (std::size_t i = 0; i < 2; ++i) {
        sim::Message message;
        message.two(0xFBE0);
        message.two(0x7777);
        message.two(play.world.connectors()[i].id());
        message.byte(0x09);
        message.two(1600);
        message.fill_to(16);
        play.world.connector(i).hear(sim::on_the_wire(message).view(), play.world.now());
      }
      play.world.run_until(play.world.now() + Duration{1s});
    }
    return play.violation();
  };
  EXPECT_NE(flows("from-phase 1").find("flow on L1"), std::string::npos);
  EXPECT_EQ(flows("from-phase 2"), "") << "16 A on each of two phases";
}

TEST(Fuse, of_two_connectors_with_one_id_the_first_is_told_no_more_than_the_circuit_bears) {
  Play play{R"(seed 3
circuit 32
mode now
connector 1061 p2_4_5_3 40
connector 2172 p2_4_5_3 40 drift 57 ms answers-to 1061
)"};
  play.until(10s);
  const auto check = sim::fuse();
  EXPECT_EQ(check->spoken(play.world, limit(0x1061, 32_A)), "");
  EXPECT_NE(check->spoken(play.world, limit(0x1061, 33_A)), "");
}

TEST(Fuse, a_heartbeat_that_gives_back_a_kept_limit_is_a_raise) {
  // 1061 is left alone while 2172 has the whole circuit: its kept limit comes back with the next heartbeat.
  Play play{R"(seed 3
circuit 16
mode now
connector 1061 p2_4_5_3 32
connector 2172 p2_4_5_3 32 drift 57 ms
at 30 s plug 1061 needs 20
at 60 s stop-at-car 1061
at 60 s plug 2172 needs 20
)"};
  play.until(5min);
  const auto check = sim::fuse();
  const Spoken heartbeat{0xFBE0, 0x1061, 0x00, 0_A};
  EXPECT_EQ(check->spoken(play.world, heartbeat), "");
  play.tamper([](core::State& state) { unit(state).link = core::Link::silenced; });
  play.until(6min);
  ASSERT_GT(play.world.connectors()[0].limit_on_return(), 5_A);
  ASSERT_EQ(play.world.connectors()[0].limit_in_force(), 0_A);
  const Amps others = play.world.connectors()[1].limit_in_force();
  const bool fits = others + play.world.connectors()[0].limit_on_return() <= 16_A;
  EXPECT_EQ(check->spoken(play.world, heartbeat).empty(), fits);
  play.world.connector(1).hear(sim::on_the_wire([] {
                                 sim::Message message;
                                 for (const int word : {0xFBE0, 0x7777, 0x2172})
                                   message.two(static_cast<std::uint16_t>(word));
                                 message.byte(0x09);
                                 message.two(1600);
                                 message.fill_to(16);
                                 return message;
                               }())
                                   .view(),
                               play.world.now());
  EXPECT_NE(check->spoken(play.world, heartbeat), "");
}

// --- given back ------------------------------------------------------------------------------------------------------

class GivenBack : public testing::Test {
 protected:
  GivenBack() {
    play.until(20s);
    EXPECT_EQ(check->spoken(play.world, limit(0x1061, 16_A)), "");
    EXPECT_EQ(check->heard(play.world, answer(0x1061, 1, 16_A, 15.6_A)), "");
  }
  std::string told(std::uint16_t id, Amps amps) { return check->spoken(play.world, limit(id, amps)); }
  void hears(const sim::Message& message) { EXPECT_EQ(check->heard(play.world, message), ""); }

  Play play{two_cars};
  std::unique_ptr<sim::Check> check = sim::given_back();
};

TEST_F(GivenBack, a_raise_before_the_other_was_heard_to_have_lowered_is_found) {
  EXPECT_EQ(told(0x1061, 8_A), "");
  EXPECT_NE(told(0x2172, 8_A), "") << "nobody has heard of the lower limit yet";
}

TEST_F(GivenBack, a_raise_after_the_other_was_heard_to_have_lowered_passes) {
  EXPECT_EQ(told(0x1061, 8_A), "");
  hears(answer(0x1061, 9, 8_A, 8.4_A));
  EXPECT_EQ(told(0x2172, 8_A), "");
  EXPECT_NE(told(0x2172, 9_A), "");
}

TEST_F(GivenBack, a_lower_limit_does_not_free_what_still_flows) {
  EXPECT_EQ(told(0x1061, 8_A), "");
  hears(answer(0x1061, 9, 8_A, 14_A));
  EXPECT_NE(told(0x2172, 8_A), "");
}

TEST_F(GivenBack, what_was_told_but_not_yet_mirrored_counts) {
  EXPECT_EQ(told(0x1061, 8_A), "");
  hears(answer(0x1061, 9, 8_A, 7.6_A));
  EXPECT_EQ(told(0x1061, 10_A), "");
  hears(answer(0x1061, 9, 8_A, 7.6_A));
  EXPECT_NE(told(0x2172, 8_A), "") << "it may follow any moment";
}

TEST_F(GivenBack, an_unplugged_connector_has_given_back_what_it_was_told) {
  for (int i = 0; i < 3; ++i) hears(answer(0x1061, 0, 0_A, 0_A));
  EXPECT_EQ(told(0x2172, 16_A), "");
}

// --- energy ----------------------------------------------------------------------------------------------------------

TEST(EnergyAddsUp, a_current_that_is_shown_but_does_not_flow_is_found) {
  Play play{two_cars};
  play.watch(sim::energy_adds_up());
  play.until(5min);
  EXPECT_EQ(play.world.violation(), "");
  play.tamper([](core::State& state) { unit(state).drawn = unit(state).drawn + 3_A; });
  const auto check = sim::energy_adds_up();
  check->after(play.world);
  std::string said;
  for (int i = 0; i < 5; ++i) said += check->second(play.world);
  EXPECT_NE(said.find("1061 is shown with"), std::string::npos) << said;
}

TEST(EnergyAddsUp, energy_that_is_shown_but_was_not_delivered_is_found) {
  Play play{two_cars};
  play.watch(sim::energy_adds_up());
  play.until(15min);
  EXPECT_EQ(play.world.violation(), "");
  play.tamper([](core::State& state) { unit(state).session.energy += base::kilowatt_hours(1); });
  play.until(30min);
  EXPECT_NE(play.violation().find("1061 delivered"), std::string::npos);
}

TEST(EnergyAddsUp, parts_that_do_not_sum_to_their_total_are_no_matter_of_chance) {
  EXPECT_EQ(played(sim::energy_adds_up, std::string{two_cars}, 20min), "");
}

// --- one talker ------------------------------------------------------------------------------------------------------

TEST(OneTalker, frames_of_ours_that_overlap_are_found_by_their_length_on_the_wire) {
  Play play{two_cars};
  play.until(2s);
  const auto check = sim::one_talker();
  const Spoken with_escapes{0xFBE0, 0x1061, 0x00, 0_A, 24};
  EXPECT_EQ(check->spoken(play.world, with_escapes), "");
  play.world.run_until(play.world.now() + Duration{24});
  EXPECT_NE(check->spoken(play.world, with_escapes), "") << "24 bytes take 25 ms";
  play.world.run_until(play.world.now() + Duration{26});
  EXPECT_EQ(check->spoken(play.world, {0xFBE0, 0x1061, 0x00, 0_A, 16}), "");
  play.world.run_until(play.world.now() + Duration{18});
  EXPECT_NE(check->spoken(play.world, {0xFBE0, 0x1061, 0x00, 0_A, 16}), "")
      << "the window is that of a whole longest frame, 18.8 ms";
}

TEST(OneTalker, an_answer_and_a_frame_of_ours_that_overlap_are_found_whoever_came_first) {
  Play play{two_cars};
  play.until(20s);
  const auto said = sim::on_the_wire([] {
    auto message = answer(0x1061, 1, 8_A, 7_A);
    message.size = 15;
    return message;
  }());
  const auto first = sim::one_talker();
  EXPECT_EQ(first->spoken(play.world, {0xFBE0, 0x2172, 0x00, 0_A}), "");
  EXPECT_NE(first->uttered(play.world, 0, said.view()), "");
  const auto second = sim::one_talker();
  EXPECT_EQ(second->uttered(play.world, 0, said.view()), "");
  EXPECT_NE(second->spoken(play.world, {0xFBE0, 0x2172, 0x00, 0_A}), "");
}

TEST(OneTalker, a_controller_that_ignores_another_master_is_found) {
  const std::string text = std::string{two_cars} + "at 2 min stranger controller\n";
  EXPECT_EQ(played(sim::one_talker, text, 5min), "");
  Play play{text};
  play.until(4min);
  const auto check = sim::one_talker();
  EXPECT_EQ(check->spoken(play.world, limit(0x1061, 8_A)), "") << "nobody can know at once";
  play.until(5min);
  EXPECT_NE(check->spoken(play.world, limit(0x1061, 8_A)), "");
}

// --- bounded ---------------------------------------------------------------------------------------------------------

TEST(Bounded, a_linked_connector_that_waits_for_its_heartbeat_is_found) {
  EXPECT_EQ(played(sim::bounded, two_cars, 10min), "");
  // Every heartbeat of one second is hidden.
  const auto late = [](const World& world, Spoken said) -> std::optional<Spoken> {
    const bool hidden = said.receiver == 0x2172 && world.now() > Instant::at(60s) && world.now() <= Instant::at(61s);
    return hidden ? std::nullopt : std::optional{said};
  };
  const auto check = [&] { return std::make_unique<OtherLimits>(sim::bounded(), late); };
  EXPECT_NE(played(check, two_cars, 2min).find("2172 waits for its heartbeat"), std::string::npos);
}

TEST(Bounded, a_heartbeat_that_never_comes_again_is_found_without_another) {
  const auto mute = [](const World& world, Spoken said) {
    return said.receiver == 0x2172 && world.now() > Instant::at(60s) ? std::nullopt : std::optional{said};
  };
  const auto check = [&] { return std::make_unique<OtherLimits>(sim::bounded(), mute); };
  EXPECT_NE(played(check, two_cars, 2min), "");
}

TEST(Bounded, silence_that_was_chosen_is_no_late_heartbeat) {
  EXPECT_EQ(played(sim::bounded, std::string{one_car_and_sun} + "at 5 min sun 0\n", 30min), "");
}

// --- sun gone --------------------------------------------------------------------------------------------------------

const std::string sun_goes = std::string{one_car_and_sun} + "at 10 min sun 0\n";

TEST(SunGone, a_lower_limit_within_a_round_passes) {
  EXPECT_EQ(played(sim::sun_gone, sun_goes, 12min), "");
}

TEST(SunGone, a_limit_that_stays_where_it_was_is_found) {
  const auto stays = [](const World& world, Spoken said) -> std::optional<Spoken> {
    const bool lowered = world.now() > Instant::at(10min) && said.order != 0;
    return lowered ? std::nullopt : std::optional{said};
  };
  const auto check = [&] { return std::make_unique<OtherLimits>(sim::sun_gone(), stays); };
  EXPECT_NE(played(check, sun_goes, 12min).find("a round after the target fell"), std::string::npos);
}

TEST(SunGone, a_sum_that_stays_above_a_smaller_sun_is_found) {
  const std::string less = std::string{one_car_and_sun} + "at 10 min sun 3000\n";
  EXPECT_EQ(played(sim::sun_gone, less, 12min), "");
  const auto stays = [](const World& world, Spoken said) -> std::optional<Spoken> {
    return world.now() > Instant::at(10min) && said.order != 0 ? std::nullopt : std::optional{said};
  };
  const auto check = [&] { return std::make_unique<OtherLimits>(sim::sun_gone(), stays); };
  EXPECT_NE(played(check, less, 12min).find("told together"), std::string::npos);
}

TEST(SunGone, fast_and_charge_now_keep_what_they_have) {
  EXPECT_EQ(played(sim::sun_gone, sun_goes + "at 9 min mode now\n", 12min), "");
  EXPECT_EQ(played(sim::sun_gone, sun_goes + "at 9 min charge-now 20 30 min\n", 12min), "");
}

TEST(SunGone, a_target_above_what_the_roof_gives_is_found) {
  /// Generation is shown as ten watts.
  class SmallRoof final : public Tampered {
   public:
    using Tampered::Tampered;
    std::string read(const World& w, const sim::Shown& shown) override {
      sim::MeterReply other = shown.reply;
      if (shown.what == core::Measurand::solar) other.body = "10 W";
      return inner_->read(w, {shown.meter, shown.what, other});
    }
  };
  const auto check = [] { return std::make_unique<SmallRoof>(sim::sun_gone()); };
  EXPECT_NE(played(check, one_car_and_sun, 5min).find("under a roof that gives"), std::string::npos);
}

// --- nothing blocked -------------------------------------------------------------------------------------------------

TEST(NothingBlocked, one_refused_frame_fails_a_run) {
  Play play{two_cars};
  play.watch(sim::nothing_blocked());
  play.until(2min);
  EXPECT_EQ(play.world.violation(), "");
  EXPECT_EQ(sim::blocked(*play.world.core()), 0U);
  play.tamper([](core::State& state) { state.bus.blocked = 1; });
  play.until(121s);
  EXPECT_NE(play.violation().find("1 frames of its own were refused"), std::string::npos);
}

// --- calm ------------------------------------------------------------------------------------------------------------

constexpr const char* a_stop_by_silence = R"(seed 3
circuit 32
mode pv
connector 1061 p2_4_5_3 32
at 0 s load 500
at 0 s sun 6000
at 30 s plug 1061 needs 40
at 5 min sun 0
)";

TEST(Calm, a_silence_that_was_announced_passes_and_one_by_oversight_is_found) {
  EXPECT_EQ(played(sim::calm, a_stop_by_silence, 30min), "");
  // The heartbeats of the only connector are forgotten: its link says lost, though it answers.
  Play play{one_car_and_sun};
  play.watch(std::make_unique<Unannounced>(sim::calm()));
  play.until(5min);
  play.tamper([](core::State& state) {
    unit(state).link = core::Link::lost;
    unit(state).fell_silent = state.seen;
  });
  play.until(6min);
  EXPECT_NE(play.violation().find("lost its heartbeats"), std::string::npos);
}

/// What the check says when these are announced, each the how many-th by the controller's count.
std::string silenced(core::Severity severity, std::initializer_list<int> counts) {
  Play play{one_car_and_sun};
  play.until(5min);
  const auto check = sim::calm();
  std::string said;
  for (const int n : counts) {
    said += check->announced(play.world, {core::Topic::unit_silenced, severity, base::UnitId{0x1061}, 16_A, {}, n});
  }
  return said;
}

TEST(Calm, more_silences_than_the_budget_are_found_unless_an_alarm_forced_them) {
  EXPECT_EQ(silenced(core::Severity::info, {1, 2}), "");
  EXPECT_NE(silenced(core::Severity::info, {1, 2, 3}).find("silenced 3 times"), std::string::npos);
  EXPECT_EQ(silenced(core::Severity::alarm, {1, 2, 3, 4}), "");
}

/// The third silence of 1061 while it and 2172 hang in this panel and are told 6 A each.
std::string silenced_in_panels(const std::string& panels, const std::string& panel_of_second = "garage") {
  Play play{"seed 3\ncircuit 40\nmode now\ncircuit main 40\n" + panels +
            "connector 1061 p2_4_5_3 32 in garage\nconnector 2172 p2_4_5_3 32 drift 57 ms in " + panel_of_second +
            "\nat 30 s plug 1061 needs 40\nat 30 s plug 2172 needs 40\n"};
  play.until(5min);
  play.tamper([](core::State& state) {
    for (core::Unit& each : state.units) each.account.told = 6_A;
  });
  const auto check = sim::calm();
  std::string said;
  for (const int n : {1, 2, 3}) {
    said += check->announced(play.world, {core::Topic::unit_silenced, core::Severity::info, base::UnitId{0x1061}, 6_A, {}, n});
  }
  return said;
}

TEST(Calm, only_a_fuse_above_the_silenced_connector_excuses_its_silence) {
  EXPECT_EQ(silenced_in_panels("circuit garage 10 below main\n"), "");
  EXPECT_NE(silenced_in_panels("circuit garage 12 below main\n"), "") << "bears both minimums";
  EXPECT_NE(silenced_in_panels("circuit garage 20 below main\ncircuit shed 10 below main\n"), "") << "nothing hangs there";
  EXPECT_NE(silenced_in_panels("circuit garage 10 below main\ncircuit shed 20 below main\n", "shed"), "") << "one hangs there";
  EXPECT_EQ(silenced_in_panels("circuit garage 20 watts 2500 W below main\n"), "");
  EXPECT_NE(silenced_in_panels("circuit garage 20 watts 3000 W below main\n"), "");
}

TEST(Calm, a_controller_that_counts_anew_is_found) {
  EXPECT_NE(silenced(core::Severity::info, {1, 2, 1}).find("silenced 3 times since plug-in"), std::string::npos);
}

TEST(Calm, a_silence_beyond_what_the_controller_itself_has_counted_is_found) {
  EXPECT_NE(silenced(core::Severity::info, {3}).find("the controller has counted 3"), std::string::npos);
}

TEST(Calm, two_stop_orders_within_a_minute_are_found) {
  Play play{one_car_and_sun};
  play.until(60s);
  const auto check = sim::calm();
  EXPECT_EQ(check->spoken(play.world, {0xFCB2, 0x1061, 0, 0_A}), "");
  play.until(100s);
  EXPECT_NE(check->spoken(play.world, {0xFCB2, 0x1061, 0, 0_A}), "");
}

TEST(Calm, a_relay_that_chatters_is_found) {
  Play play{std::string{one_car_and_sun} + "mode now\n"};
  play.watch(sim::calm());
  play.until(5min);
  for (int i = 0; i < 40; ++i) {
    play.world.connector(0).reboot(play.world.now());
    play.world.run_until(play.world.now() + Duration{60s});
  }
  play.until(70min);
  EXPECT_NE(play.violation().find("relay operations within an hour"), std::string::npos);
}

// --- alive after fire ------------------------------------------------------------------------------------------------

/// The controller grants nothing any more, every second anew.
std::string starved(const std::string& text, bool feed) {
  Play play{text};
  play.watch(sim::alive_after_fire());
  play.until(5min);
  for (Duration at = 5min; at < 40min && play.world.violation().empty(); at += 1s) {
    if (!feed) play.tamper([](core::State& state) { unit(state).session.rests_until = Instant::never(); });
    play.until(at);
  }
  return play.world.violation();
}

TEST(AliveAfterFire, a_car_that_waits_although_there_is_current_is_found_in_every_mode) {
  for (const std::string mode : {"now", "pv", "minpv"}) {
    const std::string text = "seed 3\ncircuit 32\nmode " + mode +
                             "\nconnector 1061 p1 32\nat 0 s load 500\nat 0 s sun 6000\nat 6 min plug 1061 needs 40\n";
    EXPECT_EQ(starved(text, true), "") << mode;
    EXPECT_NE(starved(text, false).find("the car at 1061 waits"), std::string::npos) << mode;
  }
}

TEST(AliveAfterFire, nobody_waits_for_a_sun_that_is_not_there) {
  const std::string text =
      "seed 3\nmode pv\nconnector 1061 p1 32\nat 0 s load 500\nat 0 s sun 0\nat 6 min plug 1061 needs 40\n";
  EXPECT_EQ(starved(text, true), "");
}

TEST(AliveAfterFire, a_connector_that_is_not_linked_when_all_is_over_is_found) {
  Play play{one_car_and_sun};
  play.until(40min);
  EXPECT_EQ(sim::alive_after_fire()->end(play.world), "");
  play.tamper([](core::State& state) { unit(state).link = core::Link::gone; });
  EXPECT_NE(sim::alive_after_fire()->end(play.world).find("1061 is not linked"), std::string::npos);
}

}  // namespace
