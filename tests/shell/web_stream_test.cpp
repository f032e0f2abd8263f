#include "shell/web/stream.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <nlohmann/json.hpp>
#include <optional>
#include <vector>

#include "shell/http/talk.hpp"
#include "shell/web/snapshot_json.hpp"
#include "shell/web_snapshot.hpp"

namespace shell::web {
namespace {

using http::Answer;
using http::Method;
using http::Request;
using Json = nlohmann::ordered_json;
using namespace std::chrono_literals;

class Listener final : public http::Talk {
 public:
  void say(std::shared_ptr<const std::string> text) override {
    look();
    if (!over_) heard.push_back(std::move(text));
  }
  void look() override {
    ++looks;
    if (may_stay && !may_stay()) over_ = true;
  }
  [[nodiscard]] bool over() const override { return over_; }
  void leave() { over_ = true; }

  /// What the listener knows after all messages.
  [[nodiscard]] Json known() const {
    Json all;
    for (const auto& text : heard) {
      const Json message = Json::parse(*text);
      all = message.contains("snapshot") ? message["snapshot"] : all.patch(message["patch"]);
    }
    return all;
  }
  std::vector<std::shared_ptr<const std::string>> heard;
  int looks = 0;

 private:
  bool over_ = false;
};

class Streamed : public testing::Test {
 protected:
  std::shared_ptr<Listener> join() {
    Request request;
    request.path = "/api/v1/stream";
    auto listener = std::make_shared<Listener>();
    const Answer answer = routes(request);
    EXPECT_TRUE(answer.talk);
    if (answer.talk) answer.talk(listener);
    return listener;
  }
  std::string text() {
    ++asked;
    return snapshot_json(snapshot, {"1.2.3", World::demo});
  }
  /// A second passes.
  void tick() {
    const auto due = std::exchange(waiting, nullptr);
    ASSERT_TRUE(due);
    due();
  }

  core::Snapshot snapshot = shell_test::noon();
  int asked = 0;
  base::Duration pause{};
  std::function<void()> waiting;
  Stream stream{{[this] { return text(); },
                 [this](base::Duration after, std::function<void()> work) {
                   pause = after;
                   EXPECT_FALSE(waiting) << "one timer is enough";
                   waiting = std::move(work);
                 }}};
  http::Routes routes =
      stream.before([](const Request& request) { return Answer{.body = "behind " + std::string(request.path)}; });
};

TEST_F(Streamed, does_nothing_while_nobody_listens) {
  EXPECT_EQ(asked, 0);
  EXPECT_FALSE(waiting);
  const auto only = join();
  only->leave();
  tick();
  EXPECT_EQ(asked, 1);
  EXPECT_FALSE(waiting);
  EXPECT_EQ(stream.listeners(), 0U);
}

TEST_F(Streamed, tells_the_snapshot_and_then_each_second_what_has_changed) {
  const auto one = join();
  ASSERT_EQ(one->heard.size(), 1U);
  EXPECT_EQ(one->known(), Json::parse(text()));
  tick();
  EXPECT_EQ(one->heard.size(), 1U) << "nothing has changed";
  EXPECT_EQ(pause, 1s);
  snapshot.site.generation = core::Watts::whole(7777);
  snapshot.connectors[0].drawn = core::Amps::whole(3);
  tick();
  ASSERT_EQ(one->heard.size(), 2U);
  EXPECT_LT(one->heard[1]->size(), 400U);
  EXPECT_EQ(one->known(), Json::parse(text()));
}

TEST_F(Streamed, works_out_a_change_once_and_tells_all_the_same_bytes) {
  const auto one = join();
  const auto other = join();
  EXPECT_EQ(one->heard[0], other->heard[0]);
  const int before = asked;
  snapshot.version += 1;
  tick();
  EXPECT_EQ(asked, before + 1);
  EXPECT_EQ(one->heard[1], other->heard[1]);
}

TEST_F(Streamed, gives_a_late_one_what_the_next_patch_starts_from) {
  const auto early = join();
  snapshot.version += 1;
  snapshot.connectors.clear();
  const auto late = join();  // before the change was told
  tick();
  snapshot.site.generation = std::nullopt;
  const auto later = join();
  tick();
  for (const auto& each : {early, late, later}) EXPECT_EQ(each->known(), Json::parse(text()));
}

TEST_F(Streamed, begins_afresh_when_somebody_comes_after_a_time_without_listeners) {
  const auto first = join();
  first->leave();
  tick();
  snapshot.site.generation = core::Watts::whole(1);
  const auto second = join();
  EXPECT_EQ(second->known(), Json::parse(text()));
}

TEST_F(Streamed, asks_each_second_whether_a_listener_may_stay_even_when_there_is_nothing_to_say) {
  const auto one = join();
  bool may = true;
  one->may_stay = [&may] { return may; };
  tick();
  EXPECT_FALSE(one->over());
  may = false;
  tick();
  EXPECT_TRUE(one->over());
}

TEST_F(Streamed, leaves_other_addresses_to_others_and_takes_no_other_method) {
  Request request;
  request.path = "/api/v1/snapshot";
  EXPECT_EQ(routes(request).body, "behind /api/v1/snapshot");
  request.path = "/api/v1/stream";
  request.method = Method::post;
  EXPECT_EQ(routes(request).status, 405);
  EXPECT_THAT(routes(request).headers, testing::HasSubstr("Allow: GET\r\n"));
}

RC_GTEST_FIXTURE_PROP(Streamed, whatever_happens_a_listener_knows_the_snapshot,
                      (const std::vector<std::uint8_t>& events)) {
  const core::Snapshot noon = shell_test::noon();
  std::vector<std::shared_ptr<Listener>> all{join()};
  for (const std::uint8_t event : events) {
    switch (event % 6) {
      case 0: all.push_back(join()); break;
      case 1: snapshot.connectors = event / 6 % 2 == 0 ? decltype(snapshot.connectors){} : noon.connectors; break;
      case 2:
        snapshot.site.generation = event / 6 % 2 == 0 ? std::nullopt : std::optional(core::Watts::whole(event));
        break;
      case 3: snapshot.meters = event / 6 % 2 == 0 ? decltype(snapshot.meters){} : noon.meters; break;
      case 4: snapshot.policy = decltype(snapshot.policy){event / 6 % 2 == 0 ? "a/b~c" : ""}; break;
      default: tick();
    }
  }
  tick();
  for (const auto& each : all) RC_ASSERT(each->known() == Json::parse(text()));
}

}  // namespace
}  // namespace shell::web
