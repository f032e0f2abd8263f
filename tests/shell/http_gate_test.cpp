#include "shell/http/gate.hpp"

#include <gtest/gtest.h>

#include <vector>

namespace shell::http {
namespace {

const std::vector<std::string> names{"charger.example.org"};

bool ours(std::string_view host) {
  return host_is_ours(host, "raspberrypi.home.example", names);
}

TEST(Gate, addresses_local_names_and_configured_names_are_ours) {
  for (const auto host :
       {"127.0.0.1", "127.0.0.1:8080", "192.168.1.20:80", "[::1]", "[::1]:8080", "[fe80::1%25eth0]:8080", "localhost",
        "LOCALHOST:8080", "charger.localhost", "raspberrypi", "raspberrypi:8080", "twc.local", "twc.local.:8080",
        "raspberrypi.home.example", "Charger.Example.Org:8080"}) {
    EXPECT_TRUE(ours(host)) << host;
  }
}

TEST(Gate, names_that_a_stranger_can_own_are_not_ours) {
  for (const auto host :
       {"evil.example.com", "evil.example.com:8080", "127.0.0.1.evil.example", "raspberrypi.evil.example", "local",
        "charger.example.org.evil.example", ".local.evil.example", "", " ", ":8080", "[::1", "a.b:x", "[evil.example]",
        "127.0.0.1@evil.example", "user@localhost", "evil.example#.local", "a.b/.local"}) {
    if (std::string_view(host) == "local") continue;  // no dot: nobody else's
    EXPECT_FALSE(ours(host)) << host;
  }
}

TEST(Gate, a_program_without_origin_may_post) {
  EXPECT_FALSE(comes_from_elsewhere("192.168.1.20:8080", std::nullopt, std::nullopt));
}

TEST(Gate, our_own_page_may_post_also_behind_a_proxy_with_tls) {
  EXPECT_FALSE(comes_from_elsewhere("192.168.1.20:8080", "http://192.168.1.20:8080", std::nullopt));
  EXPECT_FALSE(comes_from_elsewhere("charger.local", "https://charger.local", std::nullopt));
  EXPECT_FALSE(comes_from_elsewhere("inner:8080", "https://charger.local", "same-origin"));
  EXPECT_FALSE(comes_from_elsewhere("localhost:8080", std::nullopt, "none"));
}

TEST(Gate, a_page_of_another_site_may_not_post) {
  EXPECT_TRUE(comes_from_elsewhere("192.168.1.20:8080", "http://evil.example", std::nullopt));
  EXPECT_TRUE(comes_from_elsewhere("192.168.1.20:8080", "http://192.168.1.20:9090", std::nullopt));
  EXPECT_TRUE(comes_from_elsewhere("192.168.1.20:8080", "null", std::nullopt));
  EXPECT_TRUE(comes_from_elsewhere("192.168.1.20:8080", "http://192.168.1.20:8080", "cross-site"));
  EXPECT_TRUE(comes_from_elsewhere("charger.local", std::nullopt, "same-site"));
}

TEST(Gate, a_path_is_what_is_left_of_a_target) {
  EXPECT_EQ(path_of("/api/getStatus"), "/api/getStatus");
  EXPECT_EQ(path_of("/api/getStatus/"), "/api/getStatus");
  EXPECT_EQ(path_of("/api/getStatus?x=/y/"), "/api/getStatus");
  EXPECT_EQ(path_of("/?a=http://b/c"), "/");
  EXPECT_EQ(path_of("http://host:8080/plain?x"), "/plain");
  EXPECT_EQ(path_of("http://host"), "/");
  EXPECT_EQ(path_of("/"), "/");
  EXPECT_EQ(path_of("*"), "");
  EXPECT_EQ(path_of("host:443"), "");
  EXPECT_EQ(path_of(""), "");
}

TEST(Gate, a_query_is_what_stands_behind_the_first_question_mark) {
  EXPECT_EQ(query_of("/index.php?&a=1?&b=2#c?d"), "&a=1?&b=2");
  EXPECT_EQ(query_of("http://host/x?y"), "y");
  EXPECT_EQ(query_of("/x#a?b"), "");
  EXPECT_EQ(query_of("/x?"), "");
  EXPECT_EQ(query_of("/x"), "");
}

TEST(Gate, gzip_is_sent_only_to_who_takes_it) {
  EXPECT_TRUE(takes_gzip("gzip, deflate, br"));
  EXPECT_TRUE(takes_gzip("br;q=1.0, GZIP;q=0.8"));
  EXPECT_FALSE(takes_gzip("gzip;q=0"));
  EXPECT_FALSE(takes_gzip("gzip;q=0.000, identity"));
  EXPECT_FALSE(takes_gzip("identity"));
  EXPECT_FALSE(takes_gzip("xgzip"));
  EXPECT_FALSE(takes_gzip(""));
}

TEST(Gate, a_browser_says_which_page_asks_and_a_program_says_nothing) {
  EXPECT_EQ(asker("twc.local", std::nullopt, std::nullopt), Asker::unsaid);
  EXPECT_EQ(asker("twc.local", "http://twc.local", std::nullopt), Asker::our_page);
  EXPECT_EQ(asker("twc.local", std::nullopt, "same-origin"), Asker::our_page);
  EXPECT_EQ(asker("twc.local", std::nullopt, "none"), Asker::unsaid);
  EXPECT_EQ(asker("twc.local", "http://evil.example", std::nullopt), Asker::elsewhere);
  EXPECT_EQ(asker("twc.local", "null", std::nullopt), Asker::elsewhere);
  EXPECT_EQ(asker("twc.local", "http://twc.local", "cross-site"), Asker::elsewhere);
  EXPECT_EQ(asker("twc.local", std::nullopt, "same-site"), Asker::elsewhere);
}

TEST(Gate, a_cookie_is_found_among_others_by_its_whole_name) {
  EXPECT_EQ(cookie("a=1; session=xyz; b=2", "session"), "xyz");
  EXPECT_EQ(cookie("session=xyz", "session"), "xyz");
  EXPECT_EQ(cookie("my_session=no;session=a=b", "session"), "a=b");
  EXPECT_EQ(cookie("sessions=no; Session=no; session", "session"), "");
  EXPECT_EQ(cookie("", "session"), "");
  EXPECT_EQ(cookie(";;;=;", "session"), "");
}

TEST(Gate, an_address_has_one_form) {
  EXPECT_EQ(plain_address("127.0.0.1"), "127.0.0.1");
  EXPECT_EQ(plain_address("::ffff:192.168.1.5"), "192.168.1.5");
  EXPECT_EQ(plain_address("FD00:0:0::1"), "fd00::1");
  for (const auto wrong : {"", "localhost", "192.168.1", "192.168.1.0/24", "1.2.3.4:80", "[::1]", "::g"})
    EXPECT_EQ(plain_address(wrong), "") << wrong;
}

}  // namespace
}  // namespace shell::http
