#include "shell/door/door.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <condition_variable>
#include <cstdlib>
#include <deque>
#include <filesystem>
#include <mutex>
#include <nlohmann/json.hpp>

#include "shell/door/rights.hpp"
#include "shell/door/secrets.hpp"

namespace shell::door {
namespace {

using namespace std::chrono_literals;
using http::Answer;
using http::Asker;
using http::Method;
using http::Request;
using testing::AllOf;
using testing::HasSubstr;
using testing::Not;
using Json = nlohmann::ordered_json;

/// What the worker and the clerk bring back, run by the test's own thread, which plays the loop.
class Post {
 public:
  void put(std::function<void()> work) {
    const std::lock_guard lock(mutex_);
    work_.push_back(std::move(work));
    come_.notify_one();
  }
  bool run_one() {
    std::unique_lock lock(mutex_);
    if (!come_.wait_for(lock, 10s, [this] { return !work_.empty(); })) return false;
    const auto work = std::move(work_.front());
    work_.pop_front();
    lock.unlock();
    work();
    return true;
  }
  void run_all() {
    std::unique_lock lock(mutex_);
    while (!work_.empty()) {
      const auto work = std::move(work_.front());
      work_.pop_front();
      lock.unlock();
      work();
      lock.lock();
    }
  }

 private:
  std::mutex mutex_;
  std::condition_variable come_;
  std::deque<std::function<void()>> work_;
};

struct Asked {
  Method method = Method::get;
  std::string path;
  std::string body{};
  std::string client = "192.168.1.7";
  std::string authorization{};
  std::string cookies{};
  Asker asker = Asker::unsaid;
  bool marked = false;
  bool forwarded = false;
  bool local = false;
  bool secure = false;
  bool upgrade = false;
  std::string type{};
  std::string query{};
};

class DoorTest : public testing::Test {
 protected:
  DoorTest() {
    char name[] = "/tmp/twc-door-XXXXXX";
    folder_ = mkdtemp(name);
    start();
  }
  ~DoorTest() override {
    settle();
    keeper_.reset();
    std::filesystem::remove_all(folder_);
  }

  void start() {
    settle();
    keeper_.reset();
    said_.clear();
    Keeper::Needs needs;
    needs.path = folder_ + "/door.json";
    needs.now = [this] { return now_; };
    needs.on_loop = [this](std::function<void()> work) { post_.put(std::move(work)); };
    needs.say = [this](core::Severity, std::string_view text) { said_ += std::string{text} + "\n"; };
    needs.worker = &worker_;
    needs.clerk = &clerk_;
    keeper_.emplace(std::move(needs));
    routes_ = guarded([](const Request& request) { return Answer{.body = "behind " + std::string{request.path}}; },
                      *keeper_, {"127.0.0.1"});
  }
  void settle() {
    worker_.settle();
    post_.run_all();
    clerk_.settle();
    post_.run_all();
  }

  Answer ask(const Asked& asked) {
    Request request;
    request.method = asked.method;
    request.path = asked.path;
    request.body = asked.body;
    request.client = asked.client;
    request.authorization = asked.authorization;
    request.cookies = asked.cookies;
    request.asker = asked.asker;
    request.marked = asked.marked;
    request.forwarded = asked.forwarded;
    request.local = asked.local;
    request.secure = asked.secure;
    request.upgrade = asked.upgrade;
    request.type = asked.type;
    request.query = asked.query;
    Answer answer = routes_(request);
    if (!answer.later) return answer;
    std::optional<Answer> late;
    answer.later([&late](Answer&& given) { late = std::move(given); });
    while (!late && post_.run_one()) {}
    return late.value_or(Answer{.status = 0});
  }
  Answer post(const std::string& path, const Json& body) { return ask({Method::post, path, body.dump()}); }
  /// As our own page asks, with this session.
  Answer page(Method method, const std::string& path, const std::string& session, const Json& body = Json::object()) {
    return ask({method,
                path,
                body.dump(),
                "192.168.1.7",
                {},
                std::string{session_cookie} + "=" + session,
                Asker::our_page,
                true});
  }
  Answer program(Method method, const std::string& path, const std::string& token, const Json& body = Json::object()) {
    return ask({method, path, body.dump(), "192.168.1.7", "Bearer " + token});
  }

  std::string code() const {
    const auto at = said_.find("the set-up code is ");
    return at == std::string::npos ? std::string{} : said_.substr(at + 19, 9);
  }
  static std::string session_of(const Answer& answer) {
    const std::string begin = "Set-Cookie: " + std::string{session_cookie} + "=";
    const auto at = answer.headers.find(begin);
    if (at == std::string::npos) return {};
    return answer.headers.substr(at + begin.size(), answer.headers.find(';', at) - at - begin.size());
  }
  std::string set_up() { return session_of(post("/api/v1/setup", {{"code", code()}, {"password", password}})); }
  std::string token(const std::string& scope) {
    const Answer made = page(Method::post, "/api/v1/tokens", admin_, {{"name", scope + " one"}, {"scope", scope}});
    return Json::parse(made.body).at("token");
  }

  static constexpr const char* password = "correct horse";
  std::string admin_;  ///< a session, once somebody has set it up
  std::string folder_, said_;
  base::Now now_{base::Instant::at(1h), base::WallTime::at(1'785'000'000s)};
  Post post_;
  Clerk clerk_, worker_;
  std::optional<Keeper> keeper_;
  http::Routes routes_;
};

/// Somebody has set a password up.
class Locked : public DoorTest {
 protected:
  Locked() { admin_ = set_up(); }
};

TEST_F(DoorTest, a_cookie_of_tls_is_one_that_counts_in_tls_alone) {
  const std::string code = said_.substr(said_.rfind(' ') + 1, 9);
  Asked asked{Method::post, "/api/v1/setup", Json{{"code", code}, {"password", "correct horse"}}.dump()};
  asked.secure = true;
  const Answer answer = ask(asked);
  ASSERT_EQ(answer.status, 200) << answer.body;
  EXPECT_THAT(answer.headers, AllOf(HasSubstr("Set-Cookie: __Host-twcmanager_session="), HasSubstr("; Secure\r\n")));
  const auto begin = answer.headers.find("__Host");
  Asked look{Method::get, "/api/v1/tokens"};
  look.cookies = answer.headers.substr(begin, answer.headers.find(';', begin) - begin);
  EXPECT_EQ(ask(look).status, 401);
  look.secure = true;
  EXPECT_EQ(ask(look).status, 200);
}

TEST_F(DoorTest, who_comes_over_the_local_socket_is_an_admin) {
  Asked asked{Method::get, "/api/v1/me"};
  asked.client.clear();
  asked.local = true;
  EXPECT_EQ(Json::parse(ask(asked).body),
            Json({{"door", "set_up"}, {"name", "this machine"}, {"role", "admin"}, {"by", "socket"}}));
  asked.path = "/api/of/admins";
  EXPECT_EQ(ask(asked).body, "behind /api/of/admins");
  asked.method = Method::post;
  EXPECT_EQ(ask(asked).body, "behind /api/of/admins");
  asked.local = false;
  EXPECT_EQ(ask(asked).status, 401);
}

TEST_F(DoorTest, on_first_start_only_the_page_and_setting_up_are_open_and_the_code_is_on_the_console) {
  EXPECT_EQ(code().size(), 9U) << said_;
  EXPECT_EQ(ask({Method::get, "/"}).body, "behind /");
  EXPECT_EQ(ask({Method::get, "/assets/x.js"}).body, "behind /assets/x.js");
  const Answer me = ask({Method::get, "/api/v1/me"});
  EXPECT_EQ(me.body, R"({"door":"set_up","name":null,"role":null,"by":null})");
  const Answer snapshot = ask({Method::get, "/api/v1/snapshot"});
  EXPECT_EQ(snapshot.status, 401);
  EXPECT_EQ(snapshot.type, "application/problem+json");
  EXPECT_THAT(Json::parse(snapshot.body)["detail"].get<std::string>(), HasSubstr("code that the program shows"));
  EXPECT_EQ(post("/api/v1/login", {{"password", ""}}).status, 409);
}

TEST_F(DoorTest, the_code_lets_one_set_a_password_once) {
  const std::string shown = code();
  const Answer done = post("/api/v1/setup", {{"code", shown}, {"password", password}});
  EXPECT_EQ(done.status, 200) << done.body;
  EXPECT_THAT(done.headers, AllOf(HasSubstr("; HttpOnly; SameSite=Strict\r\n"), HasSubstr("Path=/")));
  EXPECT_EQ(page(Method::get, "/api/v1/snapshot", session_of(done)).body, "behind /api/v1/snapshot");
  EXPECT_EQ(post("/api/v1/setup", {{"code", shown}, {"password", "another one"}}).status, 409);
  start();
  EXPECT_EQ(code(), "") << said_;
  EXPECT_EQ(post("/api/v1/login", {{"password", password}}).status, 200);
}

TEST_F(DoorTest, a_code_may_be_typed_in_small_letters_and_without_its_dash) {
  std::string typed = code();
  typed.erase(4, 1);
  for (char& c : typed) c = static_cast<char>(std::tolower(c));
  EXPECT_EQ(post("/api/v1/setup", {{"code", " " + typed}, {"password", password}}).status, 200);
}

TEST_F(DoorTest, a_wrong_code_or_a_bad_password_sets_nothing_up) {
  EXPECT_EQ(post("/api/v1/setup", {{"code", "AAAA-AAAA"}, {"password", password}}).status, 403);
  EXPECT_EQ(post("/api/v1/setup", {{"code", ""}, {"password", password}}).status, 403);
  EXPECT_EQ(post("/api/v1/setup", {{"code", code()}, {"password", "short"}}).status, 400);
  EXPECT_EQ(post("/api/v1/setup", {{"code", 7}, {"password", password}}).status, 400);
  EXPECT_EQ(post("/api/v1/setup", {{"password", password}}).status, 400);
  EXPECT_EQ(post("/api/v1/setup", "text").status, 400);
  EXPECT_TRUE(keeper_->wants_set_up());
}

TEST_F(DoorTest, codes_cannot_be_guessed_quickly) {
  int refused = 0;
  for (int i = 0; i < 8; ++i) {
    const Answer answer = post("/api/v1/setup", {{"code", "AAAA-AAAA"}, {"password", password}});
    if (answer.status != 429) continue;
    ++refused;
    EXPECT_THAT(answer.headers, HasSubstr("Retry-After: "));
    EXPECT_EQ(answer.type, "application/problem+json");
  }
  EXPECT_EQ(refused, 3);
  EXPECT_EQ(post("/api/v1/setup", {{"code", code()}, {"password", password}}).status, 429) << "not even the right one";
}

TEST_F(DoorTest, a_password_that_cannot_be_stored_is_not_set) {
  std::filesystem::remove_all(folder_);
  const Answer answer = post("/api/v1/setup", {{"code", code()}, {"password", password}});
  EXPECT_EQ(answer.status, 503);
  EXPECT_THAT(answer.body, HasSubstr("could not be stored"));
  EXPECT_TRUE(keeper_->wants_set_up());
}

TEST_F(Locked, without_session_or_token_everything_but_the_page_is_401) {
  for (const char* path : {"/api/v1/snapshot", "/api/v1/connectors/1061/why", "/api/getStatus", "/api/getSlaveTWCs",
                           "/api/v1/tokens", "/api/v1/people", "/api/getConfig", "/api/nonsense", "/api", "/plain"}) {
    const Answer answer = ask({Method::get, path});
    EXPECT_EQ(answer.status, 401) << path;
    EXPECT_THAT(answer.body, Not(HasSubstr("behind"))) << path;
    EXPECT_THAT(answer.headers, HasSubstr("WWW-Authenticate: Bearer"));
  }
  EXPECT_THAT(ask({Method::get, "/api/getStatus"}).body, HasSubstr("{\"error\":\"Log in"));
  EXPECT_EQ(ask({Method::get, "/"}).body, "behind /");
}

TEST_F(Locked, a_role_may_what_it_may_and_no_more) {
  const std::string view = token("view"), operate = token("operate"), admin = token("admin");
  struct Case {
    Method method;
    const char* path;
    Role least;
  };
  for (const Case& each :
       std::initializer_list<Case>{{Method::get, "/api/v1/snapshot", Role::view},
                                   {Method::get, "/api/v1/connectors/1061/why", Role::view},
                                   {Method::get, "/api/getStatus", Role::view},
                                   {Method::get, "/plain", Role::view},
                                   {Method::put, "/api/v1/mode", Role::operate},
                                   {Method::put, "/api/v1/connectors/1061/mode", Role::operate},
                                   {Method::put, "/api/v1/connectors/1061/target", Role::operate},
                                   {Method::put, "/api/v1/circuits/main%20fuse/limit", Role::operate},
                                   {Method::remove, "/api/v1/circuits/x/limit", Role::operate},
                                   {Method::post, "/api/chargeNow", Role::operate},
                                   {Method::post, "/api/cancelChargeNow", Role::operate},
                                   {Method::get, "/index.php", Role::view},
                                   {Method::post, "/index.php", Role::operate},
                                   {Method::post, "/api/sendDebugCommand", Role::admin},
                                   {Method::get, "/api/v1/thought/of/by/nobody", Role::admin}}) {
    for (const auto& [secret, role] : {std::pair{view, Role::view}, {operate, Role::operate}, {admin, Role::admin}}) {
      const Answer answer = program(each.method, each.path, secret);
      EXPECT_EQ(answer.status, role >= each.least ? 200 : 403) << each.path << " as " << words(role);
    }
  }
  EXPECT_EQ(program(Method::get, "/api/v1/tokens", operate).status, 403);
  EXPECT_EQ(program(Method::get, "/api/v1/tokens", admin).status, 200);
  EXPECT_EQ(program(Method::post, "/api/v1/people", operate, {{"name", "x"}, {"role", "admin"}, {"password", password}})
                .status,
            403);
}

TEST_F(Locked, a_session_counts_only_where_our_own_page_asks) {
  const std::string cookie = "other=1; " + std::string{session_cookie} + "=" + admin_ + "; more=2";
  const auto answer = [&](Method method, Asker asker, bool marked) {
    return ask({method,
                method == Method::get ? "/api/v1/snapshot" : "/api/v1/mode",
                "{}",
                "192.168.1.7",
                {},
                cookie,
                asker,
                marked})
        .status;
  };
  EXPECT_EQ(answer(Method::get, Asker::unsaid, false), 200);
  EXPECT_EQ(answer(Method::get, Asker::our_page, false), 200);
  EXPECT_EQ(answer(Method::get, Asker::elsewhere, true), 401);
  EXPECT_EQ(answer(Method::put, Asker::our_page, true), 200);
  EXPECT_EQ(answer(Method::put, Asker::our_page, false), 401);
  EXPECT_EQ(answer(Method::put, Asker::unsaid, true), 401);
  EXPECT_EQ(answer(Method::put, Asker::elsewhere, true), 401);
}

TEST_F(Locked, the_old_page_is_changed_by_programs_and_never_by_a_cookie) {
  const std::string cookie = std::string{session_cookie} + "=" + admin_;
  const std::string view = "Bearer " + token("view"), operate = "Bearer " + token("operate");
  const std::string wish = "&nonScheduledAmpsMax=6&submit=Save";
  for (const Asker asker : {Asker::unsaid, Asker::our_page, Asker::elsewhere}) {
    for (const bool marked : {false, true}) {
      for (const char* client : {"192.168.1.7", "127.0.0.1"}) {
        EXPECT_EQ(ask({.method = Method::get, .path = "/index.php", .client = client, .cookies = cookie, .asker = asker, .marked = marked, .query = wish}).status, 401);
        EXPECT_EQ(ask({.method = Method::post, .path = "/index.php", .client = client, .cookies = cookie, .asker = asker, .marked = marked}).status,
                  asker == Asker::our_page && marked ? 200 : 401);
      }
    }
  }
  EXPECT_EQ(ask({.path = "/index.php", .cookies = cookie}).status, 200) << "it may be read";
  EXPECT_EQ(ask({.path = "/index.php", .authorization = operate, .query = wish}).status, 200);
  EXPECT_EQ(ask({.path = "/index.php", .authorization = view, .query = wish}).status, 403);
  EXPECT_EQ(ask({.path = "/index.php", .authorization = view}).status, 200);
  EXPECT_EQ(ask({.path = "/index.php", .client = "127.0.0.1", .query = wish}).status, 200) << "an address of legacyOpen";
  EXPECT_EQ(ask({.path = "/index.php", .client = "127.0.0.1", .forwarded = true, .query = wish}).status, 401);
  EXPECT_EQ(ask({.path = "/index.php", .query = wish}).status, 401);
  EXPECT_EQ(ask({.path = "/index.php"}).status, 401);
}

TEST_F(Locked, logging_in_and_out) {
  EXPECT_EQ(post("/api/v1/login", {{"password", "wrong horse"}}).status, 401);
  EXPECT_EQ(post("/api/v1/login", {{"name", "nobody"}, {"password", password}}).status, 401);
  const Answer in = post("/api/v1/login", {{"name", "admin"}, {"password", password}});
  EXPECT_EQ(in.status, 200);
  const std::string session = session_of(in);
  EXPECT_EQ(page(Method::get, "/api/v1/me", session).body,
            R"({"door":"locked","name":"admin","role":"admin","by":"session"})");
  const Answer out = page(Method::post, "/api/v1/logout", session);
  EXPECT_THAT(out.headers, HasSubstr("Max-Age=0"));
  EXPECT_EQ(page(Method::get, "/api/v1/snapshot", session).status, 401);
  EXPECT_EQ(page(Method::get, "/api/v1/snapshot", admin_).status, 200) << "another browser stays logged in";
}

TEST_F(Locked, a_page_of_somebody_else_cannot_log_one_out) {
  ask({Method::post,
       "/api/v1/logout",
       {},
       "192.168.1.7",
       {},
       std::string{session_cookie} + "=" + admin_,
       Asker::unsaid});
  EXPECT_EQ(page(Method::get, "/api/v1/snapshot", admin_).status, 200);
}

TEST_F(Locked, guessing_is_slow_and_does_not_lock_out_who_is_inside) {
  int wrong = 0;
  for (int i = 0; i < 10; ++i) wrong += post("/api/v1/login", {{"password", "guess"}}).status == 401;
  EXPECT_EQ(wrong, 5);
  EXPECT_EQ(post("/api/v1/login", {{"password", password}}).status, 429);
  EXPECT_EQ(page(Method::get, "/api/v1/snapshot", admin_).status, 200);
  EXPECT_EQ(ask({Method::post, "/api/v1/login", Json{{"password", password}}.dump(), "192.168.1.8"}).status, 200);
  now_.at = now_.at + 31s;
  EXPECT_EQ(post("/api/v1/login", {{"password", password}}).status, 200);
}

TEST_F(Locked, sessions_and_tokens_survive_a_restart) {
  const std::string view = token("view");
  start();
  EXPECT_EQ(page(Method::get, "/api/v1/snapshot", admin_).status, 200);
  EXPECT_EQ(program(Method::get, "/api/v1/snapshot", view).status, 200);
}

TEST_F(Locked, a_token_is_shown_once_and_ends_when_it_is_revoked) {
  const Answer made = page(Method::post, "/api/v1/tokens", admin_, {{"name", "openWB"}, {"scope", "operate"}});
  EXPECT_THAT(made.body, AllOf(HasSubstr(R"("created":"2026-07-25T17:20:00Z")"), HasSubstr(R"("used":null)")));
  ASSERT_EQ(made.status, 200) << made.body;
  const Json token = Json::parse(made.body);
  const std::string secret = token["token"], id = token["id"];
  const Answer list = page(Method::get, "/api/v1/tokens", admin_);
  EXPECT_THAT(list.body, AllOf(HasSubstr("openWB"), Not(HasSubstr(secret)), Not(HasSubstr(digest(secret)))));
  EXPECT_EQ(program(Method::get, "/api/getStatus", secret).status, 200);
  EXPECT_EQ(page(Method::remove, "/api/v1/tokens/" + id, admin_).status, 200);
  EXPECT_EQ(program(Method::get, "/api/getStatus", secret).status, 401);
  EXPECT_EQ(page(Method::remove, "/api/v1/tokens/" + id, admin_).status, 404);
  start();
  EXPECT_EQ(program(Method::get, "/api/getStatus", secret).status, 401);
}

TEST_F(Locked, a_token_asked_for_wrongly_is_not_made) {
  for (const Json& body : {Json{{"name", "x"}}, Json{{"scope", "view"}}, Json{{"name", ""}, {"scope", "view"}},
                           Json{{"name", "x"}, {"scope", "nobody"}}, Json{{"name", 7}, {"scope", "view"}},
                           Json{{"name", "x"}, {"scope", nullptr}}, Json::array(), Json("x"),
                           Json{{"name", std::string(60, 'x')}, {"scope", "view"}}}) {
    const Answer answer = page(Method::post, "/api/v1/tokens", admin_, body);
    EXPECT_EQ(answer.status, 400) << body;
    EXPECT_EQ(answer.type, "application/problem+json");
  }
  EXPECT_EQ(page(Method::get, "/api/v1/tokens", admin_).body, R"({"tokens":[]})");
}

TEST_F(Locked, a_body_that_says_to_be_no_json_is_415_and_changes_nothing) {
  const std::string admin = token("admin");
  const auto state = [&] { return program(Method::get, "/api/v1/tokens", admin).body + program(Method::get, "/api/v1/people", admin).body; };
  const std::string id = Json::parse(program(Method::get, "/api/v1/tokens", admin).body)["tokens"][0]["id"];
  const std::string before = state();
  const std::vector<Asked> asked{{Method::post, "/api/v1/setup", Json{{"code", code()}, {"password", "another one"}}.dump()},
                                 {Method::post, "/api/v1/login", Json{{"password", password}}.dump()},
                                 {Method::post, "/api/v1/logout", "x"},
                                 {Method::post, "/api/v1/tokens", R"({"name":"x","scope":"view"})"},
                                 {Method::remove, "/api/v1/tokens/" + id, "x"},
                                 {Method::post, "/api/v1/people", R"({"name":"Kim","role":"view","password":"correct horse"})"},
                                 {Method::remove, "/api/v1/people/admin", "x"}};
  for (Asked each : asked) {
    each.authorization = "Bearer " + admin;
    for (const char* type : {"application/x-www-form-urlencoded", "text/plain"}) {
      each.type = type;
      const Answer answer = ask(each);
      EXPECT_EQ(answer.status, 415) << each.path;
      EXPECT_EQ(answer.type, "application/problem+json");
      EXPECT_THAT(answer.body, AllOf(HasSubstr(type), HasSubstr("application/json"), Not(HasSubstr(password)))) << each.path;
      EXPECT_EQ(answer.headers.find("Set-Cookie"), std::string::npos);
    }
    EXPECT_EQ(state(), before) << each.path;
  }
  EXPECT_EQ(ask({.method = Method::post, .path = "/api/v1/logout", .authorization = "Bearer " + admin, .type = "application/x-www-form-urlencoded"}).status, 200)
      << "an empty body is of any type";
  EXPECT_EQ(ask({.method = Method::post, .path = "/api/v1/login", .body = Json{{"password", password}}.dump(), .type = "application/json; charset=utf-8"}).status, 200);
  EXPECT_EQ(ask({.method = Method::post, .path = "/api/v1/tokens", .body = "x", .type = "text/plain"}).status, 401) << "who is nobody is told nothing else";
}

TEST_F(Locked, people_have_roles_and_one_stays_admin) {
  EXPECT_EQ(
      page(Method::post, "/api/v1/people", admin_, {{"name", "Zoë"}, {"role", "view"}, {"password", "a long one"}})
          .status,
      200);
  const std::string zoe = session_of(post("/api/v1/login", {{"name", "Zoë"}, {"password", "a long one"}}));
  EXPECT_EQ(page(Method::get, "/api/v1/snapshot", zoe).status, 200);
  EXPECT_EQ(page(Method::put, "/api/v1/mode", zoe).status, 403);
  EXPECT_EQ(
      page(Method::post, "/api/v1/people", admin_, {{"name", "Zoë"}, {"role", "operate"}, {"password", "a long one"}})
          .status,
      200);
  EXPECT_EQ(page(Method::get, "/api/v1/snapshot", zoe).status, 401) << "a new role means logging in again";
  EXPECT_EQ(page(Method::remove, "/api/v1/people/admin", admin_).status, 409);
  EXPECT_EQ(
      page(Method::post, "/api/v1/people", admin_, {{"name", "admin"}, {"role", "view"}, {"password", "a long one"}})
          .status,
      409);
  EXPECT_EQ(page(Method::get, "/api/v1/people", admin_).body,
            R"({"people":[{"name":"admin","role":"admin"},{"name":"Zoë","role":"operate"}]})");
  EXPECT_EQ(page(Method::remove, "/api/v1/people/Zo%C3%AB", admin_).status, 200);
  EXPECT_EQ(page(Method::remove, "/api/v1/people/nobody", admin_).status, 404);
  EXPECT_EQ(post("/api/v1/login", {{"name", "Zoë"}, {"password", "a long one"}}).status, 401);
}

TEST_F(Locked, an_address_of_legacy_open_may_use_the_old_addresses_and_nothing_else) {
  const auto from = [this](Method method, const char* path, bool forwarded = false) {
    return ask({.method = method, .path = path, .client = "127.0.0.1", .forwarded = forwarded}).status;
  };
  EXPECT_EQ(from(Method::get, "/api/getStatus"), 200);
  EXPECT_EQ(from(Method::post, "/api/chargeNow"), 200);
  EXPECT_EQ(from(Method::get, "/api/v1/snapshot"), 401);
  EXPECT_EQ(from(Method::get, "/api/v1"), 401);
  EXPECT_EQ(from(Method::put, "/api/v1/mode"), 401);
  EXPECT_EQ(from(Method::get, "/plain"), 401);
  EXPECT_EQ(from(Method::post, "/api/sendDebugCommand"), 403) << "raw frames need an admin";
  EXPECT_EQ(from(Method::get, "/api/getStatus", true), 401) << "a proxy on this machine speaks for anybody";
  EXPECT_EQ(ask({Method::get, "/api/getStatus"}).status, 401) << "another address";
  EXPECT_EQ(ask({Method::get, "/api/getStatus", {}, "127.0.0.1", "Bearer twc_wrong"}).status, 401)
      << "who shows a token is judged by it";
}

TEST_F(Locked, a_new_password_from_the_console_counts_at_once_and_ends_all_sessions) {
  std::string note;
  settle();
  ASSERT_TRUE(set_password(folder_ + "/door.json", "forgotten no more", note));
  EXPECT_EQ(note, "");
  now_.at = now_.at + 2s;
  EXPECT_EQ(page(Method::get, "/api/v1/snapshot", admin_).status, 401);
  EXPECT_EQ(post("/api/v1/login", {{"password", password}}).status, 401);
  EXPECT_EQ(post("/api/v1/login", {{"password", "forgotten no more"}}).status, 200);
}

TEST_F(Locked, a_file_that_is_spoilt_while_it_runs_changes_nothing_and_is_told) {
  settle();
  ASSERT_TRUE(store_book(folder_ + "/door.json", "nonsense"));
  now_.at = now_.at + 2s;
  EXPECT_EQ(page(Method::get, "/api/v1/snapshot", admin_).status, 200);
  EXPECT_THAT(said_, HasSubstr("lets nobody in"));
}

TEST_F(Locked, a_spoilt_file_at_the_start_opens_nothing_and_the_console_has_a_code) {
  settle();
  ASSERT_TRUE(store_book(folder_ + "/door.json", "nonsense"));
  start();
  EXPECT_EQ(page(Method::get, "/api/v1/snapshot", admin_).status, 401);
  EXPECT_EQ(code().size(), 9U);
  std::string note;
  ASSERT_TRUE(set_password(folder_ + "/door.json", "a new beginning", note));
  EXPECT_THAT(note, HasSubstr("has been replaced"));
}

TEST_F(Locked, what_is_said_and_answered_holds_no_secret) {
  const std::string made = token("admin");
  post("/api/v1/login", {{"name", "CANARY-1"}, {"password", "CANARY-2"}});
  post("/api/v1/login", "CANARY-3");
  page(Method::post, "/api/v1/people", admin_, {{"name", "Zoë"}, {"role", "view"}, {"password", "CANARY-4"}});
  page(Method::post, "/api/v1/people", admin_, {{"name", "Zoë"}, {"role", "view"}, {"password", "CANARY5"}});
  settle();
  std::string all = said_;
  for (const char* path : {"/api/v1/me", "/api/v1/tokens", "/api/v1/people"})
    all += page(Method::get, path, admin_).body;
  EXPECT_THAT(all, Not(HasSubstr("CANARY")));
  EXPECT_THAT(all, Not(HasSubstr(made)));
  EXPECT_THAT(all, Not(HasSubstr(admin_)));
  EXPECT_THAT(all, Not(HasSubstr("argon2id$")));
}

TEST_F(Locked, wrong_methods_of_the_doors_own_addresses_are_405) {
  EXPECT_EQ(program(Method::put, "/api/v1/tokens", token("admin")).status, 405);
  EXPECT_THAT(program(Method::put, "/api/v1/tokens", token("admin")).headers, HasSubstr("Allow: GET, HEAD, POST"));
}

TEST(OpenHouse, a_demo_lets_everybody_in_and_says_so) {
  const auto routes = open_to_all([](const Request& request) { return Answer{.body = std::string{request.path}}; });
  Request request;
  request.path = "/api/v1/me";
  EXPECT_EQ(routes(request).body, R"({"door":"open","name":null,"role":"admin","by":null})");
  request.path = "/api/v1/snapshot";
  EXPECT_EQ(routes(request).body, "/api/v1/snapshot");
}

}  // namespace
}  // namespace shell::door
