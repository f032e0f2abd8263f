// The queue of webhooks under scripted outcomes: who is called when, in what order, how often.
#include "shell/hooks/queue.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <algorithm>
#include <map>

namespace shell::hooks {
namespace {

using namespace std::chrono_literals;
using core::rules::Occasion;
using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using Urls = std::vector<std::string>;

core::CallHook hook(std::string url, Occasion occasion = Occasion::enter, std::string_view policy = "New",
                    std::uint16_t unit = 0) {
  return {std::move(url), occasion, policy, std::string_view{"Old"},
          unit == 0 ? std::optional<base::UnitId>{} : base::UnitId{unit}};
}

struct QueueOfHooks : testing::Test {
  struct Attempt {
    core::CallHook hook;
    std::function<void(Outcome)> done;
  };
  struct Pause {
    core::Duration span;
    std::function<void()> work;
  };
  std::vector<Attempt> sent;  // all, in order
  std::vector<Pause> pauses_begun;
  std::vector<std::string> said;
  std::optional<Queue> queue;

  QueueOfHooks() {
    queue.emplace(Queue::Needs{[this](const core::CallHook& call, std::function<void(Outcome)> done) {
                                 sent.push_back({call, std::move(done)});
                               },
                               [this](core::Duration span, std::function<void()> work) {
                                 pauses_begun.push_back({span, std::move(work)});
                               },
                               [this](core::Severity, std::string text) { said.push_back(std::move(text)); }});
  }
  void answer(std::size_t place, int status) {
    const auto done = sent.at(place).done;
    done({status, {}});
  }
  void fail(std::size_t place, std::string trouble = "nobody is there.") {
    const auto done = sent.at(place).done;
    done({0, std::move(trouble)});
  }
  void end_pause(std::size_t place) {
    const auto work = pauses_begun.at(place).work;
    work();
  }
  [[nodiscard]] Urls urls() const {
    Urls all;
    for (const Attempt& each : sent) all.push_back(each.hook.url);
    return all;
  }
};

TEST_F(QueueOfHooks, a_call_goes_out_at_once_and_is_over_when_it_is_answered) {
  queue->add(hook("http://a/x"));
  EXPECT_THAT(urls(), ElementsAre("http://a/x"));
  EXPECT_EQ(queue->under_way(), 1U);
  answer(0, 204);
  EXPECT_EQ(queue->under_way() + queue->waiting(), 0U);
  EXPECT_THAT(said, IsEmpty());
}

TEST_F(QueueOfHooks, one_host_is_told_one_thing_after_the_other_and_other_hosts_do_not_wait) {
  queue->add(hook("http://a/out", Occasion::exit));
  queue->add(hook("http://a/in"));
  queue->add(hook("http://b/in"));
  EXPECT_THAT(urls(), ElementsAre("http://a/out", "http://b/in"));
  answer(0, 200);
  EXPECT_THAT(urls(), ElementsAre("http://a/out", "http://b/in", "http://a/in"));
}

TEST_F(QueueOfHooks, at_most_four_are_under_way) {
  for (const char* url : {"http://a", "http://b", "http://c", "http://d", "http://e", "http://f"})
    queue->add(hook(url));
  EXPECT_EQ(sent.size(), 4U);
  answer(2, 200);
  EXPECT_EQ(urls().back(), "http://e");
  EXPECT_EQ(queue->under_way(), 4U);
}

TEST_F(QueueOfHooks, a_failed_one_is_tried_three_times_with_growing_pauses_and_then_told_once) {
  queue->add(hook("http://user:pw@a/secret?token=1"));
  fail(0);
  fail((end_pause(0), 1));
  fail((end_pause(1), 2));
  EXPECT_EQ(sent.size(), 3U);
  ASSERT_EQ(pauses_begun.size(), 2U);
  EXPECT_LT(pauses_begun[0].span, pauses_begun[1].span);
  EXPECT_THAT(
      said,
      ElementsAre(
          "the webhook enter of the policy New at http://a/… could not be called after 3 attempts: nobody is there."));
  EXPECT_EQ(queue->waiting() + queue->under_way(), 0U);
}

TEST_F(QueueOfHooks, who_is_not_well_is_asked_again_and_who_refuses_is_not) {
  queue->add(hook("http://a"));
  answer(0, 503);
  end_pause(0);
  answer(1, 200);
  EXPECT_THAT(said, IsEmpty());
  for (const auto& [status, words] :
       {std::pair{404, "webhookMethod"}, {401, "password"}, {301, "sends us elsewhere"}, {400, "status 400"}}) {
    said.clear();
    const std::size_t before = sent.size();
    queue->add(hook("http://a"));
    answer(before, status);
    EXPECT_EQ(sent.size(), before + 1) << status;
    EXPECT_THAT(said, ElementsAre(HasSubstr(words)));
  }
}

TEST_F(QueueOfHooks, while_one_rests_only_its_own_address_waits) {
  queue->add(hook("http://a/x", Occasion::exit, "Old"));
  queue->add(hook("http://a/x"));
  queue->add(hook("http://a/y"));
  fail(0);
  EXPECT_THAT(urls(), ElementsAre("http://a/x", "http://a/y"));
  answer(1, 200);
  EXPECT_EQ(sent.size(), 2U);
  end_pause(0);
  EXPECT_EQ(sent.back().hook.occasion, Occasion::exit);
  answer(2, 200);
  EXPECT_EQ(sent.back().hook.occasion, Occasion::enter);
}

TEST_F(QueueOfHooks, hosts_that_do_not_answer_keep_nobody_else_waiting) {
  for (const char* url : {"http://a", "http://b", "http://c", "http://d"}) queue->add(hook(url));
  for (std::size_t i = 0; i < 4; ++i) fail(i);
  for (std::size_t i = 0; i < 3; ++i) end_pause(i);  // three are under way again
  queue->add(hook("http://e"));
  end_pause(3);
  EXPECT_EQ(urls()[7], "http://e");
  fail(4);
  EXPECT_EQ(sent.size(), 9U);
}

TEST_F(QueueOfHooks, of_two_that_say_the_same_to_one_address_the_newer_one_stays_in_its_place) {
  queue->add(hook("http://a/busy"));
  queue->add(hook("http://a/green"));
  queue->add(hook("http://a/night"));
  queue->add(hook("http://a/green"));
  EXPECT_EQ(queue->waiting(), 2U);
  answer(0, 200);
  answer(1, 200);
  answer(2, 200);
  EXPECT_THAT(urls(), ElementsAre("http://a/busy", "http://a/night", "http://a/green"));
}

TEST_F(QueueOfHooks, what_says_something_else_or_is_under_way_is_no_duplicate) {
  queue->add(hook("http://a"));
  queue->add(hook("http://a"));
  queue->add(hook("http://a", Occasion::start, "New", 0x61));
  queue->add(hook("http://a", Occasion::start, "New", 0x62));
  queue->add(hook("http://a", Occasion::start, "Newer", 0x62));
  EXPECT_EQ(queue->waiting(), 4U);
}

TEST_F(QueueOfHooks, a_full_queue_drops_the_oldest_that_waits_and_says_so) {
  queue->add(hook("http://slow/first"));
  for (std::size_t i = 0; i <= most_waiting; ++i) queue->add(hook("http://slow/" + std::to_string(i)));
  EXPECT_EQ(queue->waiting(), most_waiting);
  EXPECT_THAT(said, ElementsAre(AllOf(HasSubstr("is not called, because 64 others wait"), Not(HasSubstr("slow/0")))));
  answer(0, 200);
  EXPECT_EQ(urls().back(), "http://slow/1");
}

TEST_F(QueueOfHooks, when_the_program_ends_what_is_left_is_told_and_nothing_comes_back) {
  queue->add(hook("http://a"));
  queue->add(hook("http://b"));
  fail(0);
  queue.reset();
  EXPECT_THAT(said, ElementsAre("2 webhooks were not called: the program ends"));
  answer(1, 200);
  end_pause(0);
  EXPECT_EQ(sent.size(), 2U);
}

/// Whatever fails and however long it takes: what goes to one address goes in order, never two at once to a host, and
/// all of it is over in the end.
RC_GTEST_FIXTURE_PROP(QueueOfHooks, keeps_the_order_of_each_address_and_ends, ()) {
  const auto steps = *rc::gen::container<std::vector<int>>(60, rc::gen::inRange(0, 100));
  std::map<std::string, int> last;
  std::size_t answered = 0, rested = 0;
  int made = 0;
  const auto settle = [&](int how) {
    if (answered >= sent.size()) return;
    how % 3 == 0 ? fail(answered) : answer(answered, how % 3 == 1 ? 200 : 500);
    ++answered;
  };
  for (const int step : steps) {
    if (step < 40)
      queue->add(hook("http://h" + std::to_string(step % 5) + "/" + std::to_string(step % 2), Occasion::enter,
                      std::to_string(++made)));
    else if (step < 80) settle(step);
    else if (rested < pauses_begun.size()) end_pause(rested++);
    RC_ASSERT(queue->under_way() <= most_under_way);
  }
  while (answered < sent.size() || rested < pauses_begun.size()) {
    settle(0);
    if (rested < pauses_begun.size()) end_pause(rested++);
  }
  RC_ASSERT(queue->waiting() + queue->under_way() == 0U);
  for (const Attempt& each : sent) {
    const int number = std::stoi(std::string{each.hook.policy.view()});
    RC_ASSERT(number >= last[each.hook.url]);
    last[each.hook.url] = number;
  }
}

}  // namespace
}  // namespace shell::hooks
