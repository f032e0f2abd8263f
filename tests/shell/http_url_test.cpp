#include "shell/http/url.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

namespace shell::http {
namespace {

Url parsed(std::string_view text) {
  const auto url = parse_url(text);
  EXPECT_TRUE(url.has_value()) << text << ": " << (url ? "" : url.error().text);
  return url.value_or(Url{});
}

TEST(AnUrl, has_host_port_and_target) {
  const Url url = parsed("http://openhab.local:8181/rest/items/Solar/state?x=1#top");
  EXPECT_EQ(url.host, "openhab.local");
  EXPECT_EQ(url.port, 8181);
  EXPECT_EQ(url.target, "/rest/items/Solar/state?x=1");
  EXPECT_EQ(url.authority(), "openhab.local:8181");
  EXPECT_FALSE(url.secure);
}

TEST(AnUrl, without_port_or_path_means_80_and_the_root) {
  const Url url = parsed("HTTP://10.0.0.5");
  EXPECT_EQ(url.port, 80);
  EXPECT_EQ(url.target, "/");
  EXPECT_EQ(url.authority(), "10.0.0.5");
  EXPECT_EQ(parsed("http://10.0.0.5?item=1").target, "/?item=1");
  EXPECT_EQ(parsed("https://10.0.0.5").port, 443);
  EXPECT_EQ(parsed(" http://10.0.0.5/a\r\n").target, "/a");
}

TEST(AnUrl, may_hold_an_ipv6_address) {
  const Url url = parsed("http://[fe80::1]:8080/x");
  EXPECT_EQ(url.host, "fe80::1");
  EXPECT_EQ(url.authority(), "[fe80::1]:8080");
}

TEST(AnUrl, carries_credentials_as_basic_authorization) {
  EXPECT_EQ(parsed("http://Aladdin:open%20sesame@host/").credentials, "QWxhZGRpbjpvcGVuIHNlc2FtZQ==");
  EXPECT_EQ(parsed("http://a:p@ss@host/").credentials, "YTpwQHNz");
  EXPECT_EQ(parsed("http://host/a@b").credentials, "");
}

TEST(AnUrl, cannot_smuggle_a_header) {
  const Url url = parsed("http://host/a b\r\nX: y\xC3\xA4");
  EXPECT_EQ(url.target, "/a%20b%0D%0AX:%20y%C3%A4");
  EXPECT_FALSE(parse_url("http://ho\r\nst/").has_value());
}

TEST(AnUrl, that_is_wrong_is_refused_with_the_part_that_is_wrong) {
  EXPECT_NE(parse_url("ftp://host/").error().text.find("http://"), std::string::npos);
  EXPECT_NE(parse_url("http://host:0/").error().text.find("port"), std::string::npos);
  EXPECT_NE(parse_url("http://host:65536/").error().text.find("65536"), std::string::npos);
  EXPECT_NE(parse_url("http://host:8o/").error().text.find("8o"), std::string::npos);
  EXPECT_NE(parse_url("http:///path").error().text.find("no host"), std::string::npos);
  EXPECT_NE(parse_url("http://[::1/").error().text.find("bracket"), std::string::npos);
  EXPECT_EQ(parse_url("http://user:secret@/").error().text.find("secret"), std::string::npos);
  EXPECT_FALSE(parse_url("").has_value());
}

RC_GTEST_PROP(AnUrl, of_any_bytes_yields_a_target_that_fits_into_one_line, (const std::string& tail)) {
  const auto url = parse_url("http://host/" + tail);
  RC_ASSERT(url.has_value());
  for (const char c : url->target) RC_ASSERT(c > ' ' && c < 0x7F);
}

RC_GTEST_PROP(AnUrl, of_any_bytes_is_parsed_or_refused, (const std::string& text)) {
  const auto url = parse_url("http://" + text);
  RC_ASSERT(url.has_value() || !url.error().text.empty());
  if (url) RC_ASSERT(!url->host.empty() && url->target.starts_with('/'));
}

TEST(ARedirect, may_be_absolute_or_relative) {
  const Url from = parsed("http://u:p@host:81/a/b?c");
  EXPECT_EQ(follow(from, "http://other/x")->authority(), "other");
  EXPECT_EQ(follow(from, "//other:82/x")->authority(), "other:82");
  EXPECT_EQ(follow(from, "/x?y#z")->target, "/x?y");
  EXPECT_EQ(follow(from, "x")->target, "/a/x");
  EXPECT_EQ(follow(from, "?y")->target, "/a/b?y");
  EXPECT_EQ(follow(from, "/x")->authority(), "host:81");
  EXPECT_TRUE(follow(from, "https://host/x")->secure);
  EXPECT_FALSE(follow(from, "#z").has_value());
  for (const char* elsewhere : {"ftp://host/x", "javascript:x", "file:///etc/passwd"}) {
    EXPECT_FALSE(follow(from, elsewhere).has_value()) << elsewhere << " is no path on the same host";
  }
  EXPECT_EQ(follow(from, "x?at=10:30")->target, "/a/x?at=10:30");
}

TEST(ARedirect, to_another_host_does_not_take_the_password_along) {
  const Url from = parsed("http://u:p@host/");
  EXPECT_EQ(follow(from, "http://other/")->credentials, "");
  EXPECT_EQ(follow(from, "http://host/x")->credentials, from.credentials);
  EXPECT_EQ(follow(from, "/x")->credentials, from.credentials);
}

TEST(Harmless, hides_what_opens_a_device_and_nothing_else) {
  EXPECT_EQ(harmless("http://me:CANARY@meter/x"), "http://…@meter/x");
  EXPECT_EQ(harmless("http://CANARY@meter?a=1"), "http://…@meter?a=1");
  EXPECT_EQ(harmless("http://meter/x?id=7&apiKey=CANARY&unit=W"), "http://meter/x?id=7&apiKey=…&unit=W");
  EXPECT_EQ(harmless("http://meter/x?access_token=CANARY"), "http://meter/x?access_token=…");
  EXPECT_EQ(harmless("http://meter/x?password=CANARY@2"), "http://meter/x?password=…");
  EXPECT_EQ(harmless("http://meter/a@b?c"), "http://meter/a@b?c");
  EXPECT_EQ(harmless("no address"), "no address");
  EXPECT_EQ(harmless(""), "");
}

}  // namespace
}  // namespace shell::http
