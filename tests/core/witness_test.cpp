// What a meter is seen to answer: in houses made up second by second, with kettles, whatever the lag and the rhythm.
#include "core/site/witness.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <deque>

#include "base/random.hpp"

namespace core {
namespace {

enum class Phases3 : std::uint8_t { told, open };

/// A car on its connector and a meter before them; time passes in seconds.
struct Stand {
  Seen charger = Seen::inside;
  Duration lag{};
  Duration jitters{};
  Duration every = 5s;
  int phases = 1;
  Phases3 reported = Phases3::told;
  int noise = 0;              ///< W, of each reading
  double kettles = 0;         ///< chance for each second that one is switched on or off
  base::Random dice{1};

  CarHistory cars;
  Witness witness;
  Belief<std::uint8_t> seen_phases;
  Scale scale;
  int steps = 0;              ///< that the witness has said something about
  int for_inside = 0;
  int for_outside = 0;

  explicit Stand(Volts one_phase = 230_V) { scale.volts[0] = one_phase; }

  void pass(int seconds, Amps target) {
    for (int i = 0; i < seconds; ++i) second(target);
  }
  /// A start at 6 A, then up and down every `apart` seconds.
  void exercise(int times, int apart = 100) {
    for (int i = 0; i < times; ++i) pass(apart, i % 2 == 0 ? 16_A : 6_A);
  }

 private:
  void second(Amps target) {
    now_ = now_ + 1s;
    const Amps way = target - drawn_;
    const Amps reported_before = drawn_;
    drawn_ += std::clamp(way, -4_A, 3_A);
    if (dice.chance(kettles)) kettle_ = kettle_ == 0 ? 2000 : 0;
    flowed_.push_back(300 + kettle_ + (charger == Seen::outside ? 0 : car_watts()));
    if (flowed_.size() > 130) flowed_.pop_front();
    if (reported == Phases3::open) scale.one_phase[0] = 230_V;
    scale.volts[0] = 230_V * (reported == Phases3::open ? 3 : phases);
    CarHistory::Moment moment;
    moment.at = now_;
    if (target != ordered_) {
      ordered_ = target;
      ordered_at_ = now_ - 1s;
    }
    moment.ordered = ordered_at_;
    moment.heard[0] = true;
    moment.drawn[0] = moment.least[0] = moment.most[0] = static_cast<std::int16_t>(reported_before.count());
    cars.add(moment);
    if (now_ >= next_) read();
  }
  int car_watts() const { return static_cast<int>((drawn_ * (230_V * phases)).count() / 1000); }
  void read() {
    next_ = now_ + every;
    const Duration age = lag + Duration{jitters.count() > 0 ? dice.between(std::int64_t{0}, jitters.count()) : 0};
    const auto back = std::min(flowed_.size() - 1, static_cast<std::size_t>(age / 1s));
    const int value = flowed_[flowed_.size() - 1 - back] + static_cast<int>(dice.between(std::int64_t{-noise}, std::int64_t{noise}));
    const Witness::Said said = witness.hear(Watts::whole(value), now_, cars, scale);
    steps += said.charger != Seen::unknown;
    for_inside += said.charger == Seen::inside;
    for_outside += said.charger == Seen::outside;
    if (said.phases > 0) seen_phases.hear(said.phases);
  }

  Instant now_ = Instant::at(1h);
  Instant next_ = now_;
  Amps drawn_;
  Amps ordered_;
  Instant ordered_at_ = Instant::long_ago();
  int kettle_ = 0;
  std::deque<int> flowed_;
};

TEST(Witness, a_meter_that_follows_every_step_counts_the_charger) {
  Stand stand;
  stand.exercise(2);
  EXPECT_EQ(stand.witness.charger(), Seen::unknown) << "two steps are too few";
  stand.exercise(4);
  EXPECT_EQ(stand.witness.charger(), Seen::inside);
}

TEST(Witness, a_meter_that_answers_no_step_does_not_count_it) {
  Stand stand;
  stand.charger = Seen::outside;
  stand.exercise(2);
  EXPECT_EQ(stand.witness.charger(), Seen::unknown);
  stand.exercise(4);
  EXPECT_EQ(stand.witness.charger(), Seen::outside);
}

TEST(Witness, without_a_step_nothing_is_learnt_from_any_kettle) {
  Stand stand;
  stand.kettles = 0.05;
  stand.noise = 500;
  stand.pass(3600, 0_A);
  EXPECT_EQ(stand.steps, 0);
  EXPECT_EQ(stand.witness.charger(), Seen::unknown);
  EXPECT_EQ(stand.witness.lag().least, 0s);
  EXPECT_EQ(stand.witness.lag().most, 60s);
}

TEST(Witness, the_lag_is_found_to_within_some_seconds) {
  for (int lag = 0; lag <= 60; lag += 5) {
    Stand stand;
    stand.lag = lag * 1s;
    stand.exercise(8, 97);
    const Witness::Lag seen = stand.witness.lag();
    EXPECT_EQ(stand.witness.charger(), Seen::inside) << lag;
    EXPECT_LE(seen.least, stand.lag) << lag;
    EXPECT_GE(seen.most + 1s, stand.lag) << lag;
    EXPECT_LE(seen.most - seen.least, 14s) << lag;
  }
}

TEST(Witness, a_slow_meter_leaves_the_lag_open_but_not_where_the_charger_is) {
  Stand stand;
  stand.every = 6min;
  stand.lag = 30s;
  stand.exercise(6, 720);
  EXPECT_EQ(stand.witness.charger(), Seen::inside);
  EXPECT_LE(stand.witness.lag().least, 30s);
  EXPECT_GE(stand.witness.lag().most, 30s);
}

TEST(Witness, phases_that_the_connector_does_not_tell_are_seen_in_watts) {
  for (const int phases : {1, 2, 3}) {
    Stand stand;
    stand.phases = phases;
    stand.reported = Phases3::open;
    stand.lag = 10s;
    stand.exercise(10);
    EXPECT_TRUE(stand.seen_phases.known()) << phases;
    EXPECT_EQ(stand.seen_phases.leans, phases);
    EXPECT_EQ(stand.witness.charger(), Seen::inside) << "however wrong the phases were assumed";
  }
}

TEST(Witness, what_contradicts_takes_belief_away) {
  Stand stand;
  stand.exercise(8);
  ASSERT_EQ(stand.witness.charger(), Seen::inside);
  stand.charger = Seen::outside;   // somebody rewires the house
  stand.exercise(20);
  EXPECT_EQ(stand.witness.charger(), Seen::outside);
}

TEST(Witness, an_answer_to_a_cloud_is_not_taken_for_silence_of_the_meter) {
  // A net meter under a controller that follows it: each cloud is made good by the car, so before and after are equal.
  Witness witness;
  CarHistory cars;
  Scale scale;
  scale.volts[0] = 230_V;
  int car = 3680;
  Instant ordered = Instant::long_ago();
  int sun = 3680;
  std::deque<int> shown;
  for (int second = 0; second < 3000; ++second) {
    if (second % 200 == 0) sun = sun == 3680 ? 1840 : 3680;
    if (second % 200 == 22) car = sun;   // the meter shows it 15 s later; then the car follows
    if (second % 200 == 21) ordered = Instant::at(1h + second * 1s);
    shown.push_back(car - sun);
    CarHistory::Moment moment;
    moment.at = Instant::at(1h + second * 1s);
    moment.ordered = ordered;
    moment.heard[0] = true;
    moment.drawn[0] = static_cast<std::int16_t>(car * 100 / 230);
    cars.add(moment);
    if (second < 15 || second % 5 != 0) continue;
    (void)witness.hear(Watts::whole(shown[static_cast<std::size_t>(second - 15)]), moment.at, cars, scale);
  }
  EXPECT_EQ(witness.charger(), Seen::inside);
  EXPECT_LE(witness.lag().least, 15s);
  EXPECT_GE(witness.lag().most, 15s);
}

TEST(Witness, a_connector_heard_for_the_first_time_has_made_no_step) {
  CarHistory cars;
  cars.add({Instant::at(1s), {}, {}, {}, {}, {}});
  cars.add({Instant::at(2s), {1600}, {1600}, {1600}, {true}, {}});
  EXPECT_EQ(cars.step().number, 0U);
  std::array<Currents, 1> then{};
  cars.look_back(Instant::at(1s), 1s, then);
  EXPECT_EQ(then[0][0], 1600);
}

TEST(Witness, bounds_cover_all_moments_that_the_lag_leaves_open) {
  CarHistory cars;
  Scale scale;
  scale.volts[0] = 230_V;
  for (int i = 0; i < 60; ++i) {
    const auto amps = static_cast<std::int16_t>(i < 30 ? 600 : 1600);
    cars.add({Instant::at(i * 1s), {amps}, {amps}, {static_cast<std::int16_t>(i == 29 ? 1600 : amps)}, {true}, {}});
  }
  const auto between = [&](int from, int to) { return cars.between(Instant::at(from * 1s), Instant::at(to * 1s), scale); };
  EXPECT_EQ(between(10, 20).most, 1380_W);
  EXPECT_EQ(between(10, 29).most, 3680_W) << "on its way up";
  EXPECT_EQ(between(20, 40).least, 1380_W);
  EXPECT_EQ(between(20, 40).most, 3680_W);
  EXPECT_EQ(between(35, 90).least, 3680_W);
  EXPECT_EQ(CarHistory{}.between(Instant::at(1s), Instant::at(2s), scale).most, 0_W);
}

Stand drawn_world(std::uint64_t seed) {
  base::Random dice{seed};
  Stand stand;
  stand.dice = dice.fork();
  stand.charger = dice.chance(0.5) ? Seen::inside : Seen::outside;
  stand.lag = dice.between(std::int64_t{0}, std::int64_t{60}) * 1s;
  stand.every = std::array<Duration, 5>{1s, 5s, 10s, 30s, 60s}[static_cast<std::size_t>(dice.between(std::int64_t{0}, std::int64_t{4}))];
  stand.noise = static_cast<int>(dice.between(std::int64_t{0}, std::int64_t{150}));
  stand.kettles = dice.chance(0.5) ? 0.002 : 0;
  stand.phases = dice.chance(0.5) ? 1 : 3;
  return stand;
}

RC_GTEST_PROP(WitnessProperty, nothing_is_claimed_before_enough_steps_agree_whatever_the_noise, ()) {
  Stand stand = drawn_world(*rc::gen::arbitrary<std::uint64_t>());
  stand.noise = *rc::gen::inRange(0, 5000);
  stand.kettles = *rc::gen::element(0.0, 0.01, 0.2);
  const int steps = *rc::gen::inRange(1, 30);
  for (int i = 0; i < steps; ++i) {
    stand.pass(*rc::gen::inRange(1, 150), Amps::whole(*rc::gen::inRange(0, 33)));
    const Seen seen = stand.witness.charger();
    if (seen == Seen::inside) RC_ASSERT(stand.for_inside >= Belief<Seen>::needed);
    if (seen == Seen::outside) RC_ASSERT(stand.for_outside >= Belief<Seen>::needed);
    const Witness::Lag lag = stand.witness.lag();
    RC_ASSERT(lag.least >= 0s && lag.least <= lag.most && lag.most <= 60s);
  }
}

RC_GTEST_PROP(WitnessProperty, a_lag_that_is_claimed_is_true_to_within_a_period, ()) {
  Stand stand = drawn_world(*rc::gen::arbitrary<std::uint64_t>());
  stand.charger = Seen::inside;
  stand.exercise(12, static_cast<int>(60 + stand.every / 1s * 2 + 17));
  if (stand.witness.charger() == Seen::unknown) return;
  RC_ASSERT(stand.witness.charger() == Seen::inside);
  const Witness::Lag lag = stand.witness.lag();
  const Duration slack = std::max<Duration>(stand.every, 3s);
  RC_ASSERT(lag.least <= stand.lag + slack);
  RC_ASSERT(lag.most + slack >= stand.lag);
}

RC_GTEST_PROP(WitnessProperty, in_a_house_with_few_kettles_the_side_is_found, ()) {
  Stand stand = drawn_world(*rc::gen::arbitrary<std::uint64_t>());
  stand.kettles = 0;
  stand.exercise(16, static_cast<int>(80 + stand.every / 1s * 2));
  RC_ASSERT(stand.witness.charger() == stand.charger);
}

RC_GTEST_PROP(WitnessProperty, no_reading_and_no_current_is_too_absurd, ()) {
  CarHistory cars;
  Witness witness;
  Scale scale;
  scale.volts = {Volts::whole(*rc::gen::inRange(0, 1000)), 230_V, 690_V};
  scale.one_phase[1] = Volts::whole(*rc::gen::inRange(0, 300));
  Instant now = Instant::at(1s);
  for (int i = 0; i < 200; ++i) {
    now = now + Duration{*rc::gen::element(0, 1, 999, 1000, 5000, 400'000)};
    CarHistory::Moment moment;
    moment.at = now;
    for (std::size_t u = 0; u < most_units; ++u) {
      moment.drawn[u] = *rc::gen::inRange<std::int16_t>(0, 30'000);
      moment.heard[u] = *rc::gen::arbitrary<bool>();
    }
    cars.add(moment);
    (void)witness.hear(Watts::whole(*rc::gen::inRange<std::int64_t>(-1'000'000'000, 1'000'000'000)), now, cars, scale);
    (void)witness.lag();
  }
}

}  // namespace
}  // namespace core
