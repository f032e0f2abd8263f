// Sources over real sockets: what the desk asks is asked, and what was learned survives.
#include "shell/meters/reader.hpp"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <sys/stat.h>

#include <condition_variable>
#include <filesystem>
#include <fstream>
#include <mutex>
#include <optional>

#include "base/percent.hpp"
#include "core/meter/path.hpp"
#include "shell/http/exchange.hpp"
#include "shell/http_socket.hpp"
#include "shell/loop/loop.hpp"
#include "shell/meters/local_file.hpp"

namespace shell {
namespace {

using namespace core::meter;
using namespace std::chrono_literals;
using shell_test::FakeDevice;
using shell_test::LoopThread;
using shell_test::Socket;
using testing::HasSubstr;
using testing::Not;

Source source(const std::string& url) {
  Source source;
  source.name = "box";
  source.every = 10s;
  source.kind.patience = 3s;
  HttpQuestion live;
  live.url = url;
  source.kind.questions.push_back({"live", live});
  Gives gives;
  gives.what = core::Measurand::grid;
  gives.expression.at = *read_path("/p");
  source.kind.gives.push_back(gives);
  return source;
}

class Reading : public testing::Test {
 protected:
  ~Reading() override {
    loop_.run([&] { reader_.reset(); });
  }
  void begin(std::vector<Source> sources, SourceSecrets secrets = {}) {
    Reader::Needs needs;
    needs.read = [this](const core::MeterRead& read) {
      const std::lock_guard lock(mutex_);
      reads_.push_back(read);
      more_.notify_all();
    };
    needs.say = [this](core::Severity, const std::string& text) {
      const std::lock_guard lock(mutex_);
      said_ += text + '\n';
    };
    needs.now = read_clocks;
    needs.keep = [this](std::string text) {
      const std::lock_guard lock(mutex_);
      kept_ = std::move(text);
      ++writes_;
    };
    loop_.run([&] {
      reader_.emplace(loop_.loop(), std::move(sources), std::move(secrets), std::move(needs));
      reader_->start();
    });
  }
  std::vector<core::MeterRead> wait_for(std::size_t count) {
    std::unique_lock lock(mutex_);
    more_.wait_for(lock, 10s, [&] { return reads_.size() >= count; });
    return reads_;
  }
  std::string said() {
    const std::lock_guard lock(mutex_);
    return said_;
  }
  std::string kept() {
    const std::lock_guard lock(mutex_);
    return kept_;
  }

  LoopThread loop_;
  std::optional<Reader> reader_;
  std::mutex mutex_;
  std::condition_variable more_;
  std::vector<core::MeterRead> reads_;
  std::string said_, kept_;
  int writes_ = 0;  // of what is kept
};

std::string ok(std::string_view body, std::string_view headers = {}) {
  return fmt::format("HTTP/1.1 200 OK\r\n{}Content-Length: {}\r\n\r\n{}", headers, body.size(), body);
}

TEST_F(Reading, a_session_with_a_token_and_cookies_is_opened_and_kept) {
  std::vector<std::string> requests;
  FakeDevice device([&](const Socket& socket, int) {
    requests.push_back(socket.request());
    if (requests.back().starts_with("POST /login")) socket.send(ok(R"({"token":"t0ken"})", "Set-Cookie: AuthCookie=c; Path=/\r\n"));
    else socket.send(ok(R"({"p":-1873.5})"));
    (void)socket.closes();
  });
  Source box = source(fmt::format("http://127.0.0.1:{}/live", device.port()));
  std::get<HttpQuestion>(box.kind.questions[0].what).headers.emplace_back("Authorization", "Bearer {token}");
  HttpQuestion login;
  login.verb = HttpQuestion::Verb::post;
  login.url = fmt::format("http://127.0.0.1:{}/login", device.port());
  login.body = "{}";
  box.kind.questions.push_back({"login", login});
  box.kind.learns.push_back({"token", 1, *read_path("/token"), true});
  box.kind.access.kind = core::meter::Access::Kind::session;
  box.kind.access.questions = {1};
  box.kind.access.cookies = true;
  begin({box});
  const auto reads = wait_for(2);
  ASSERT_EQ(reads.size(), 2U) << "the log-in, and what it was for";
  ASSERT_EQ(reads[1].amounts.size(), 1U);
  EXPECT_EQ(reads[1].amounts[0], (core::Amount{core::Measurand::grid, -1'873'500}));
  ASSERT_EQ(requests.size(), 2U);
  EXPECT_THAT(requests[1], HasSubstr("Authorization: Bearer t0ken\r\n"));
  EXPECT_THAT(requests[1], HasSubstr("Cookie: AuthCookie=c\r\n"));
  EXPECT_EQ(said(), "");
  const auto known = read_source_secrets(kept());
  ASSERT_TRUE(known);
  ASSERT_EQ(known->learned.size(), 1U);
  EXPECT_THAT(known->learned.begin()->first, testing::StartsWith("box "));
  EXPECT_EQ(known->learned.begin()->second, (Options{{"token", "t0ken"}}));
}

/// A folder that is gone afterwards.
class Folder {
 public:
  Folder() {
    std::string pattern = std::filesystem::temp_directory_path() / "twc files-XXXXXX";
    path_ = ::mkdtemp(pattern.data());
  }
  ~Folder() { std::filesystem::remove_all(path_); }
  Folder(const Folder&) = delete;
  Folder& operator=(const Folder&) = delete;
  [[nodiscard]] std::string file(const std::string& name) const { return path_ / name; }
  std::string write(const std::string& name, const std::string& text) const {
    std::ofstream{file(name)} << text;
    return file(name);
  }

 private:
  std::filesystem::path path_;
};

std::string file_url(const std::string& path) { return "file://" + base::percent_encoded(path, "/"); }

TEST_F(Reading, a_file_of_this_computer_is_an_answer) {
  const Folder folder;
  begin({source(file_url(folder.write("a reading.json", R"({"p":640})")))});
  const auto reads = wait_for(1);
  ASSERT_EQ(reads.size(), 1U);
  ASSERT_EQ(reads[0].amounts.size(), 1U);
  EXPECT_EQ(reads[0].amounts[0], (core::Amount{core::Measurand::grid, 640'000}));
  EXPECT_EQ(said(), "");
}

TEST_F(Reading, a_file_that_is_not_there_is_said_and_may_be_an_answer) {
  const Folder folder;
  Source other = source(file_url(folder.file("other")));
  other.name = "other";
  other.kind.questions[0].absent = R"({"p":5})";
  begin({source(file_url(folder.file("none"))), other});
  const auto reads = wait_for(2);
  ASSERT_EQ(reads.size(), 2U);
  EXPECT_EQ(reads[0].outcome, core::MeterRead::Outcome::silent);
  EXPECT_EQ(said(), "box: There is no file " + folder.file("none") + ".\n");
  ASSERT_EQ(reads[1].amounts.size(), 1U);
  EXPECT_EQ(reads[1].amounts[0].grains, 5000);
}

TEST(LocalFile, is_regular_readable_and_no_longer_than_other_answers) {
  const Folder folder;
  std::string body;
  const auto trouble = [&](const std::string& path) { return read_local_file(file_url(path), body).trouble; };
  EXPECT_EQ(read_local_file(file_url(folder.write("empty", "")), body).body, "");
  EXPECT_THAT(trouble(folder.file(".")), HasSubstr("is no regular file."));
  const std::string pipe = folder.file("pipe");
  ASSERT_EQ(::mkfifo(pipe.c_str(), 0600), 0);
  EXPECT_EQ(trouble(pipe), pipe + " is no regular file.") << "and nobody waits for who writes into it";
  EXPECT_THAT(trouble("/dev/zero"), HasSubstr("is no regular file."));
  const std::string most(http::longest_reply, ' ');
  EXPECT_EQ(read_local_file(file_url(folder.write("most", most)), body).body, most);
  const core::meter::Reply more = read_local_file(file_url(folder.write("more", most + ' ')), body);
  EXPECT_EQ(more.outcome, core::meter::Reply::Outcome::too_large);
  EXPECT_THAT(more.trouble, HasSubstr("has more than 256 KiB."));
  EXPECT_EQ(read_local_file(file_url(folder.file("empty/below")), body).status, 404);
}

TEST_F(Reading, a_digest_is_answered) {
  std::mutex mutex;
  std::string requests;
  FakeDevice device([&](const Socket& socket, int) {
    while (true) {
      const std::string request = socket.request();
      if (request.empty()) return;
      {
        const std::lock_guard lock(mutex);
        requests += request;
      }
      const bool answered = request.find("Authorization: Digest ") != std::string::npos;
      if (answered) socket.send(ok(R"({"p":7})"));
      else socket.send("HTTP/1.1 401 Unauthorized\r\nWWW-Authenticate: Digest realm=\"shelly\", nonce=\"n\", qop=\"auth\", algorithm=SHA-256\r\nContent-Length: 0\r\n\r\n");
    }
  });
  Source box = source(fmt::format("http://127.0.0.1:{}/rpc/EM.GetStatus?id=0", device.port()));
  box.kind.access.kind = core::meter::Access::Kind::digest;
  box.kind.access.user = "admin";
  box.kind.access.password = "s3cret";
  begin({box});
  const auto reads = wait_for(1);
  ASSERT_EQ(reads.size(), 1U);
  EXPECT_EQ(reads[0].outcome, core::MeterRead::Outcome::read);
  loop_.run([&] { reader_.reset(); });
  const std::lock_guard lock(mutex);
  EXPECT_THAT(requests, HasSubstr("Authorization: Digest username=\"admin\""));
  EXPECT_THAT(requests, Not(HasSubstr("s3cret")));
}

TEST_F(Reading, what_is_wrong_is_said_once_with_the_sources_name) {
  FakeDevice device([&](const Socket& socket, int) {
    (void)socket.request();
    socket.send(ok("<!doctype html><title>log in</title>"));
    (void)socket.closes();
  });
  begin({source(fmt::format("http://127.0.0.1:{}/", device.port()))});
  const auto reads = wait_for(1);
  ASSERT_EQ(reads.size(), 1U);
  EXPECT_EQ(reads[0].outcome, core::MeterRead::Outcome::absurd);
  EXPECT_THAT(loop_.run([&] { return said(); }), testing::StartsWith("box: a web page instead of JSON"));
}

TEST_F(Reading, what_stands_is_not_said_again_when_other_sources_come) {
  FakeDevice device([&](const Socket& socket, int) {
    (void)socket.request();
    socket.send(ok("<!doctype html><title>log in</title>"));
    (void)socket.closes();
  });
  const Source box = source(fmt::format("http://127.0.0.1:{}/", device.port()));
  Source other = box;
  other.name = "other";
  begin({box});
  ASSERT_EQ(wait_for(1).size(), 1U);
  loop_.run([&] { reader_->configure({other, box}); });
  ASSERT_GE(wait_for(2).size(), 2U);
  const std::string all = loop_.run([&] { return said(); });
  EXPECT_EQ(all.find("box: "), all.rfind("box: ")) << all;
  EXPECT_THAT(all, HasSubstr("other: a web page")) << all;
}

TEST_F(Reading, who_was_asked_as_often_today_as_he_allows_is_left_alone_after_a_restart) {
  int requests = 0;
  FakeDevice device([&](const Socket& socket, int) {
    ++requests;
    (void)socket.request();
    socket.send(ok(R"({"p":1})"));
    (void)socket.closes();
  });
  Source box = source(fmt::format("http://127.0.0.1:{}/", device.port()));
  box.kind.most_a_day = 10;
  Source other = box;
  other.name = "other";
  SourceSecrets known;
  known.spent[fmt::format("box {:016x}", digest_of(box.kind))] = {read_clocks().wall.since_epoch() / 24h, 10};
  begin({box, other}, known);
  ASSERT_EQ(wait_for(1).size(), 1U);
  EXPECT_EQ(loop_.run([&] { return reader_->desk().health(0).readings; }), 0U);
  loop_.run([&] { reader_.reset(); });
  EXPECT_EQ(requests, 1);
  const auto now = read_source_secrets(kept());
  ASSERT_TRUE(now);
  EXPECT_EQ(now->spent.size(), 2U);
}

TEST_F(Reading, a_token_that_is_known_is_used_without_a_log_in) {
  std::string request;
  FakeDevice device([&](const Socket& socket, int) {
    request = socket.request();
    socket.send(ok(R"({"p":1})"));
    (void)socket.closes();
  });
  Source box = source(fmt::format("http://127.0.0.1:{}/live", device.port()));
  std::get<HttpQuestion>(box.kind.questions[0].what).headers.emplace_back("Authorization", "Bearer {token}");
  HttpQuestion login;
  login.url = fmt::format("http://127.0.0.1:{}/login", device.port());
  box.kind.questions.push_back({"login", login});
  box.kind.learns.push_back({"token", 1, *read_path("/token"), true});
  box.kind.access.kind = core::meter::Access::Kind::session;
  box.kind.access.questions = {1};
  SourceSecrets known;
  known.learned[fmt::format("box {:016x}", digest_of(box.kind))] = {{"token", "former"}};
  begin({box}, known);
  ASSERT_EQ(wait_for(1).size(), 1U);
  EXPECT_THAT(request, HasSubstr("Bearer former"));
}

TEST_F(Reading, what_was_learned_is_written_when_it_changes_and_without_what_belongs_to_nobody) {
  FakeDevice device([&](const Socket& socket, int) {
    while (true) {
      const std::string request = socket.request();
      if (request.empty()) return;
      socket.send(ok(request.starts_with("GET /plants") ? R"([{"id":"17"}])" : R"({"p":1})"));
    }
  });
  Source box = source(fmt::format("http://127.0.0.1:{}/plants/{{plant}}/now", device.port()));
  box.every = 20ms;
  HttpQuestion plants;
  plants.url = fmt::format("http://127.0.0.1:{}/plants", device.port());
  box.kind.questions.push_back({"plants", plants});
  box.kind.learns.push_back({"plant", 1, *read_path("/0/id"), true});
  Source other = source(fmt::format("http://127.0.0.1:{}/other", device.port()));
  other.name = "other";
  other.every = 20ms;
  const std::string key = fmt::format("other {:016x}", digest_of(other.kind));
  SourceSecrets known;
  known.learned[key] = {{"id", "1"}};
  known.learned["gone 0"] = {{"id", "2"}};
  begin({box, box, other}, known);
  const std::size_t count = wait_for(12).size();
  loop_.run([&] { reader_.reset(); });
  ASSERT_GE(count, 12U);
  const auto now = read_source_secrets(kept());
  ASSERT_TRUE(now);
  EXPECT_THAT(now->learned, testing::ElementsAre(testing::Pair(fmt::format("box {:016x}", digest_of(box.kind)),
                                                               Options{{"plant", "17"}}),
                                                 testing::Pair(key, Options{{"id", "1"}})));
  EXPECT_LE(writes_, 2) << "who belongs to nobody may be forgotten before the plant is known";
}

/// Each log-in replaces what the next one needs: the first would be refused for ever.
TEST_F(Reading, a_token_that_holds_once_survives_that_its_source_is_changed_and_that_it_was_gone) {
  std::vector<std::string> log_ins;
  FakeDevice device([&](const Socket& socket, int) {
    const std::string request = socket.request();
    const bool is_log_in = request.starts_with("GET /login?");
    if (is_log_in) log_ins.push_back(request.substr(11, request.find(' ', 11) - 11));
    socket.send(ok(is_log_in ? fmt::format(R"({{"token":"t","refresh":"r{}"}})", log_ins.size()) : R"({"p":1})"));
    (void)socket.closes();
  });
  Source box = source(fmt::format("http://127.0.0.1:{}/live", device.port()));
  std::get<HttpQuestion>(box.kind.questions[0].what).headers.emplace_back("Authorization", "Bearer {token}");
  HttpQuestion login;
  login.url = fmt::format("http://127.0.0.1:{}/login?{{refresh}}", device.port());
  box.kind.name = "cloud";
  box.kind.questions.push_back({"login", login});
  box.kind.learns.push_back({"token", 1, *read_path("/token"), true});
  box.kind.learns.push_back({"refresh", 1, *read_path("/refresh"), true, "handed"});
  box.kind.access.kind = core::meter::Access::Kind::session;
  box.kind.access.questions = {1};
  const auto read_once = [&](const Source& as, SourceSecrets known) {
    const std::size_t before = wait_for(0).size();
    begin({as}, std::move(known));
    EXPECT_EQ(wait_for(before + 2).size(), before + 2) << "the log-in, and what it was for";
    loop_.run([&] { reader_.reset(); });
    return *read_source_secrets(kept());
  };
  SourceSecrets known = read_once(box, {});
  begin({source("http://127.0.0.1:9/")}, known);   // it is gone for a while
  loop_.run([&] { reader_.reset(); });
  std::get<HttpQuestion>(box.kind.questions[0].what).url += "?all";
  known = read_once(box, known);
  Source handed_another = box;
  handed_another.kind.learns[1].first = "another";
  read_once(handed_another, known);
  EXPECT_THAT(log_ins, testing::ElementsAre("handed", "r1", "another"));
}

TEST(SourceSecrets, that_somebody_has_broken_are_set_aside_and_those_that_cannot_be_read_stay) {
  const Folder folder;
  EXPECT_TRUE(load_source_secrets(folder.file("none.json"))->learned.empty());
  const std::string broken = folder.write("sources.json", "{\"learned\": {\"box\": s3cret");
  const auto loaded = load_source_secrets(broken);
  ASSERT_FALSE(loaded);
  EXPECT_THAT(loaded.error().text, HasSubstr("It is kept as " + broken + ".broken"));
  EXPECT_FALSE(std::filesystem::exists(broken));
  EXPECT_TRUE(std::filesystem::exists(broken + ".broken"));
  std::filesystem::create_directory(folder.file("folder.json"));
  EXPECT_FALSE(load_source_secrets(folder.file("folder.json")));
  EXPECT_TRUE(std::filesystem::exists(folder.file("folder.json")));
}

TEST(SourceSecrets, come_back_as_they_were_and_nothing_else_is_taken) {
  SourceSecrets secrets;
  secrets.pins["https://192.168.1.7"] = "sha256//abc=";
  secrets.learned["Powerwall2"] = {{"token", "a\"b"}};
  secrets.spent["SolarEdge"] = {20'000, 120};
  EXPECT_EQ(*read_source_secrets(text_of(secrets)), secrets);
  for (const char* count : {"1", "{\"day\":1}", "{\"day\":1,\"requests\":-1}"}) {
    const auto read = read_source_secrets(fmt::format("{{\"pins\":{{\"a\":\"b\"}},\"spent\":{{\"a\":{}}}}}", count));
    ASSERT_TRUE(read) << count;
    EXPECT_TRUE(read->pins.size() == 1 && read->spent.empty()) << "a count that makes no sense costs no pin";
  }
  for (const char* text : {"", "[]", "{\"spent\":1}", "{\"pins\":1}", "{\"pins\":{\"a\":1}}", "{\"learned\":{\"a\":\"s3cret\"}}", "{\"learned\":{\"a\":{\"b\":[\"s3cret\"]}}}"}) {
    const auto read = read_source_secrets(text);
    ASSERT_FALSE(read) << text;
    EXPECT_THAT(read.error().text, Not(HasSubstr("s3cret")));
  }
}

}  // namespace
}  // namespace shell
