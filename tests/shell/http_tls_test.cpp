// Certificates: what is made, what is kept, what is refused; and whose turn it is to begin TLS.
#include "shell/http/tls.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <optional>

#include "shell/http/handshakes.hpp"

namespace shell::http {
namespace {

using base::Duration;
using base::WallTime;
using testing::HasSubstr;
using namespace std::chrono_literals;

constexpr Duration day = 24h;
const WallTime now = WallTime::at(day * 20'000);

Identity made(WallTime when = now) {
  const std::vector<std::string> names{"localhost", "charger.local", "192.168.1.7", "fd00::7", "no name", ""};
  auto identity = make_identity(names, when);
  return identity ? *identity : Identity{};
}

/// What the files hold or get; nothing: a fault.
std::optional<Identity> loaded(const TlsFiles& files, WallTime when = now) {
  auto identity = load_identity(files, when);
  return identity ? std::optional(*identity) : std::nullopt;
}

class Certificates : public testing::Test {
 protected:
  Certificates() {
    char name[] = "/tmp/twc-tls-XXXXXX";
    folder = mkdtemp(name);
    ours = {folder + "/tls.crt", folder + "/tls.key", true};
    own = {folder + "/own.crt", folder + "/own.key", false};
  }
  ~Certificates() override { std::filesystem::remove_all(folder); }
  static void write(const std::string& path, const std::string& text) { std::ofstream(path) << text; }
  static std::string read(const std::string& path) {
    std::ifstream in(path);
    return {std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
  }
  void give(const Identity& identity) const {
    write(own.certificate, identity.certificate);
    write(own.key, identity.key);
  }
  [[nodiscard]] std::string trouble(WallTime when = now) const {
    const auto identity = load_identity(own, when);
    return identity ? "" : identity.error().text;
  }
  std::string folder;
  TlsFiles ours;
  TlsFiles own;
};

TEST_F(Certificates, that_are_made_are_valid_for_800_days_from_the_day_before) {
  const auto valid = examine(made());
  ASSERT_TRUE(valid);
  EXPECT_EQ(valid->begins, now - day);
  EXPECT_EQ(valid->ends, now + day * 799);
  EXPECT_EQ(valid->fingerprint.size(), 32U * 3 - 1);
  EXPECT_NE(made(), made()) << "each has a key of its own";
}

TEST_F(Certificates, of_ours_are_kept_until_30_days_before_their_end) {
  const auto first = loaded(ours);
  ASSERT_TRUE(first);
  EXPECT_EQ(read(ours.certificate), first->certificate);
  struct stat file {};
  ASSERT_EQ(::stat(ours.key.c_str(), &file), 0);
  EXPECT_EQ(file.st_mode & 0777U, 0600U);
  EXPECT_EQ(loaded(ours, now + day * 768), first);
  const auto next = loaded(ours, now + day * 770);
  ASSERT_TRUE(next);
  EXPECT_NE(next, first);
  EXPECT_EQ(loaded(ours, now + day * 771), next);
}

TEST_F(Certificates, of_ours_that_are_of_no_use_are_made_anew) {
  const auto first = loaded(ours);
  write(ours.key, made().key);
  const auto second = loaded(ours);
  ASSERT_TRUE(first && second);
  EXPECT_NE(first, second);
  EXPECT_TRUE(examine(*second));
  std::filesystem::remove(ours.certificate);
  EXPECT_NE(loaded(ours), second);
  // Made by a clock that was wrong: it is not valid yet.
  EXPECT_TRUE(loaded(ours, now - day * 3000));
  EXPECT_EQ(examine(*loaded(ours, now - day * 3000))->begins, now - day * 3001);
}

TEST_F(Certificates, of_ours_need_no_file) {
  EXPECT_TRUE(loaded({{}, {}, true}, now));
}

TEST_F(Certificates, of_the_owner_are_used_and_never_replaced) {
  const Identity identity = made();
  give(identity);
  EXPECT_EQ(loaded(own), identity);
  EXPECT_EQ(loaded(own, now + day * 798), identity);
  EXPECT_THAT(trouble(now + day * 800), HasSubstr("the certificate ended on 20"));
  EXPECT_THAT(trouble(now - day * 2), HasSubstr("the certificate is valid from 20"));
  EXPECT_EQ(read(own.certificate), identity.certificate);
}

TEST_F(Certificates, of_the_owner_that_cannot_be_used_are_explained) {
  EXPECT_THAT(trouble(), HasSubstr(own.certificate));
  give(made());
  std::filesystem::remove(own.key);
  EXPECT_THAT(trouble(), HasSubstr(own.key));
  give({made().certificate, made().key});
  EXPECT_THAT(trouble(), HasSubstr("the private key does not belong to the certificate"));
  give({"nonsense", made().key});
  EXPECT_THAT(trouble(), HasSubstr("the certificate is none in PEM form"));
  give({made().certificate, "-----BEGIN ENCRYPTED PRIVATE KEY-----\nMIH=\n-----END ENCRYPTED PRIVATE KEY-----\n"});
  EXPECT_THAT(trouble(), HasSubstr("the private key is none in PEM form, or is locked with a passphrase"));
  own.key.clear();
  EXPECT_THAT(trouble(),
              AllOf(HasSubstr("needed together"), HasSubstr("privateKey is missing"), HasSubstr("remove both keys")));
}

TEST_F(Certificates, are_shown_once_they_can_be_and_what_cannot_be_changes_nothing) {
  Tls tls;
  int ready = 0;
  tls.when_ready([&ready] { ++ready; });
  EXPECT_FALSE(tls.use({"nonsense", "nonsense"}));
  EXPECT_FALSE(tls.ready());
  const Identity first = made();
  EXPECT_TRUE(tls.use(first).value_or(false));
  EXPECT_EQ(ready, 1);
  EXPECT_EQ(tls.fingerprint(), examine(first)->fingerprint);
  EXPECT_FALSE(tls.use(first).value_or(true));
  EXPECT_FALSE(tls.use({first.certificate, made().key}));
  EXPECT_EQ(tls.fingerprint(), examine(first)->fingerprint);
  EXPECT_TRUE(tls.use(made()).value_or(false));
  EXPECT_NE(tls.fingerprint(), examine(first)->fingerprint);
  EXPECT_EQ(ready, 1);
}

TEST(Names, of_this_machine_have_localhost_and_its_addresses) {
  const auto names = names_of_this_machine();
  EXPECT_THAT(names, testing::Contains("localhost"));
  EXPECT_THAT(names, testing::Contains("127.0.0.1"));
}

// --- Turns ----------------------------------------------------------------------------------------------------------

TEST(Turns, come_one_after_the_other_with_a_pause_and_first_to_who_has_fewest_waiting) {
  asio::io_context loop;
  Handshakes turns(loop, 20ms);
  std::string order;
  std::vector<Clock::time_point> times;
  const auto wait = [&](const char* client, char name) {
    turns.await_turn(
        client, [] { return true; },
        [&order, &times, name] {
          order += name;
          times.push_back(Clock::now());
        });
  };
  for (const char name : {'a', 'b', 'c', 'd'}) wait("flood", name);
  wait("other", 'x');
  loop.run();
  EXPECT_EQ(order, "axbcd");
  for (std::size_t i = 1; i < times.size(); ++i) EXPECT_GE(times[i] - times[i - 1], 19ms);
}

TEST(Turns, are_not_spent_on_who_has_gone) {
  asio::io_context loop;
  Handshakes turns(loop, 1ms);
  std::string order;
  turns.await_turn(
      "one", [] { return true; }, [&order] { order += 'a'; });
  turns.await_turn(
      "one", [] { return false; }, [&order] { order += 'b'; });
  turns.await_turn(
      "one", [] { return true; }, [&order] { order += 'c'; });
  loop.run();
  EXPECT_EQ(order, "ac");
  turns.await_turn(
      "one", [] { return true; }, [&order] { order += 'd'; });
  EXPECT_EQ(order, "acd") << "after a rest it is somebody's turn at once";
}

}  // namespace
}  // namespace shell::http
