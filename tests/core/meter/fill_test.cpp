// A template and the options of one source.
#include "core/meter/fill.hpp"
#include "core/meter/braces.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "core/meter/path.hpp"
#include "wire/tree.hpp"

namespace core::meter {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

Option option(std::string name, Option::Type type = Option::Type::text) {
  Option out;
  out.name = std::move(name);
  out.type = type;
  return out;
}

Expression pick(std::uint8_t question, std::string_view path) {
  Expression out;
  out.question = question;
  out.at = read_path(path).value();
  return out;
}

Gives gives(Measurand what, Expression expression) {
  return {what, std::move(expression), false, {}};
}

/// A kind that asks `url` for the sun.
Template kind_of(std::string url, std::vector<Option> options) {
  Template kind;
  kind.name = "sample";
  kind.options = std::move(options);
  HttpQuestion http;
  http.url = std::move(url);
  kind.questions.push_back({"live", http});
  kind.gives.push_back(gives(Measurand::solar, pick(0, "/p")));
  return kind;
}

HttpQuestion& http(Template& kind, std::size_t question = 0) {
  return std::get<HttpQuestion>(kind.questions[question].what);
}

std::string url_of(const Template& kind, const Options& options) {
  Filled filled = fill(kind, options);
  if (!filled.complaints.empty()) return filled.complaints[0].option + " " + filled.complaints[0].text;
  return filled.kind.questions.empty() ? "(not asked)" : http(filled.kind).url;
}

std::string body_of(const Template& kind, std::string password) {
  Filled filled = fill(kind, {{"password", std::move(password)}});
  return http(filled.kind).body;
}

TEST(FillNames, are_small_words_in_braces) {
  EXPECT_THAT(names_in("http://{host}:{port}/{host}?a={b_2}"), ElementsAre("host", "port", "b_2"));
  EXPECT_THAT(names_in(R"({"801":{"170":null}} {} { id } {Big} {2} {a)"), IsEmpty());
  EXPECT_THAT(names_in("{{a}}"), ElementsAre("a"));
  EXPECT_TRUE(is_name("a1_b"));
  EXPECT_FALSE(is_name("1a"));
  EXPECT_FALSE(is_name(""));
}

TEST(FillUrl, takes_hosts_as_they_are_and_gives_ipv6_its_brackets) {
  const Template kind = kind_of("http://{host}/x", {option("host", Option::Type::host)});
  EXPECT_EQ(url_of(kind, {{"host", "solar-log.local"}}), "http://solar-log.local/x");
  EXPECT_EQ(url_of(kind, {{"host", "192.168.1.5:8080"}}), "http://192.168.1.5:8080/x");
  EXPECT_EQ(url_of(kind, {{"host", "fe80::1"}}), "http://[fe80::1]/x");
  EXPECT_EQ(url_of(kind, {{"host", "[fe80::1]"}}), "http://[fe80::1]/x");
  EXPECT_EQ(url_of(kind, {{"host", "[fe80::1]:81"}}), "http://[fe80::1]:81/x");
}

TEST(FillUrl, refuses_what_is_no_host) {
  const Template kind = kind_of("http://{host}/x", {option("host", Option::Type::host)});
  EXPECT_THAT(url_of(kind, {{"host", "http://a"}}), HasSubstr("without http://"));
  EXPECT_THAT(url_of(kind, {{"host", "a b"}}), HasSubstr("no name and no address"));
  EXPECT_THAT(url_of(kind, {{"host", "a:99999"}}), HasSubstr("no port"));
  EXPECT_THAT(url_of(kind, {{"host", "[zz]"}}), HasSubstr("IPv6"));
  EXPECT_THAT(url_of(kind, {{"host", "a@b"}}), HasSubstr("no name"));
  const Template with_port =
      kind_of("http://{host}:{port}/x", {option("host", Option::Type::host), option("port", Option::Type::port)});
  EXPECT_THAT(url_of(with_port, {{"host", "a:80"}, {"port", "81"}}), HasSubstr("the option that is there for it"));
}

TEST(FillUrl, encodes_by_the_part_it_is_in) {
  const Template kind = kind_of("http://h/{a}/x?n={a}", {option("a")});
  EXPECT_EQ(url_of(kind, {{"a", "b c/d&e"}}), "http://h/b%20c/d%26e/x?n=b%20c%2Fd%26e");
  EXPECT_EQ(url_of(kind, {{"a", "ä"}}), "http://h/%C3%A4/x?n=%C3%A4");
}

TEST(FillUrl, keeps_the_slashes_of_an_option_that_begins_the_path) {
  const Template kind = kind_of("http://h:80{path}/x", {option("path")});
  EXPECT_EQ(url_of(kind, {{"path", "/a/b"}}), "http://h:80/a/b/x");
  EXPECT_EQ(url_of(kind, {{"path", "@b/c"}}), "http://h:80%40b%2Fc/x");
}

TEST(FillUrl, may_begin_with_an_option_that_is_a_whole_address) {
  const Template kind = kind_of("{url}/{item}", {option("url"), option("item")});
  EXPECT_EQ(url_of(kind, {{"url", "http://h/a%20b"}, {"item", "solar"}}), "http://h/a%20b/solar");
  EXPECT_EQ(url_of(kind, {{"url", "http://h/a/"}, {"item", "solar"}}), "http://h/a/solar");
  EXPECT_THAT(url_of(kind, {{"url", "h/a"}, {"item", "solar"}}), HasSubstr("begins with none of http://, https://"));
  EXPECT_THAT(url_of(kind, {{"url", "http://h/a b"}, {"item", "solar"}}), HasSubstr("percent-encoded"));
}

TEST(FillUrl, has_the_words_of_a_yes_or_no) {
  Option https = option("https", Option::Type::yes_no);
  https.yes = "https";
  https.no = "http";
  https.fallback = "no";
  const Template kind = kind_of("{https}://h/", {https});
  EXPECT_EQ(url_of(kind, {}), "http://h/");
  EXPECT_EQ(url_of(kind, {{"https", "true"}}), "https://h/");
  EXPECT_THAT(url_of(kind, {{"https", "maybe"}}), HasSubstr("not yes or no"));
}

TEST(FillBody, escapes_json_and_encodes_forms) {
  Template kind = kind_of("http://h/", {option("password")});
  http(kind).verb = HttpQuestion::Verb::post;
  http(kind).body = R"({"password":"{password}","n":{"a":null}})";
  EXPECT_EQ(body_of(kind, R"(a"b\c)"), R"({"password":"a\"b\\c","n":{"a":null}})");
  http(kind).body = "u=user&p={password}";
  EXPECT_EQ(body_of(kind, "a&b=c"), "u=user&p=a%26b%3Dc");
}

RC_GTEST_PROP(FillBody, a_text_comes_out_of_the_json_as_it_went_in, (const std::string& any)) {
  std::string value;
  for (const char c : any) {
    if (c >= ' ' && c != 0x7F && static_cast<unsigned char>(c) < 0x80) value += c;
  }
  RC_PRE(!value.empty());
  Template kind = kind_of("http://h/?v={value}", {option("value")});
  http(kind).body = R"({"v":"{value}"})";
  Filled filled = fill(kind, {{"value", value}});
  RC_ASSERT(filled.complaints.empty());
  const auto tree = wire::read_json(http(filled.kind).body);
  RC_ASSERT(tree.has_value());
  RC_ASSERT(tree->find("v") != nullptr);
  RC_ASSERT(tree->find("v")->text == value);
  const std::string& url = http(filled.kind).url;
  RC_ASSERT(std::count(url.begin(), url.end(), '&') == 0);
  RC_ASSERT(std::all_of(url.begin(), url.end(), [](char c) { return c > ' ' && c < 0x7F; }));
}

TEST(FillTexts, take_no_line_breaks_and_nothing_that_is_learned_later) {
  Template kind = kind_of("http://h/", {option("token")});
  http(kind).headers = {{"Authorization", "Bearer {token}"}};
  EXPECT_THAT(url_of(kind, {{"token", "a\r\nX: y"}}), HasSubstr("line break"));
  kind.learns.push_back({"session", 0, {}, true});
  EXPECT_THAT(url_of(kind, {{"token", "a{session}"}}), HasSubstr("must not contain"));
}

TEST(FillTexts, keep_what_is_learned) {
  Template kind = kind_of("http://h/?s={session}", {});
  kind.questions.push_back({"login", HttpQuestion{HttpQuestion::Verb::get, "http://h/login", {}, ""}});
  kind.learns.push_back({"session", 1, {}, true});
  EXPECT_EQ(url_of(kind, {}), "http://h/?s={session}");
}

TEST(FillOptions, that_are_missing_unknown_or_of_the_wrong_type_are_named) {
  Option host = option("host", Option::Type::host);
  host.required = true;
  host.help = "address of the device";
  Option pin = option("pin", Option::Type::number);
  pin.secret = true;
  const Template kind = kind_of("http://{host}/{pin}", {host, pin});
  const Filled filled = fill(kind, {{"hots", "a"}, {"pin", "12x"}});
  ASSERT_EQ(filled.complaints.size(), 3U);
  EXPECT_EQ(filled.complaints[0], (Complaint{"hots", "a sample has no such option; it has host, pin"}));
  EXPECT_EQ(filled.complaints[1], (Complaint{"host", "is missing: address of the device"}));
  EXPECT_EQ(filled.complaints[2], (Complaint{"pin", "is something else, not a number"}));
}

TEST(FillEmptyOptions, leave_out_headers_questions_and_numbers) {
  Template kind = kind_of("http://h/{a}", {option("a"), option("b"), option("token")});
  http(kind).headers = {{"Accept", "text/plain"}, {"Authorization", "Bearer {token}"}};
  kind.questions.push_back({"other", HttpQuestion{HttpQuestion::Verb::get, "http://h/{b}", {}, ""}});
  kind.gives.push_back(gives(Measurand::load, pick(1, "/p")));
  kind.gives[1].expression.minus_when = core::meter::Test{1, read_path("/s").value(), {"x"}, false};
  kind.valid.push_back({core::meter::Test{0, read_path("/ok").value(), {}, false}, ""});
  kind.stamps.push_back({1, read_path("/t").value(), Stamp::As::iso8601, {}});
  Filled filled = fill(kind, {{"b", "x"}});
  EXPECT_THAT(filled.complaints, IsEmpty());
  ASSERT_EQ(filled.kind.questions.size(), 1U);
  EXPECT_EQ(filled.kind.questions[0].name, "other");
  ASSERT_EQ(filled.kind.gives.size(), 1U);
  EXPECT_EQ(filled.kind.gives[0].what, Measurand::load);
  EXPECT_EQ(filled.kind.gives[0].expression.question, 0);
  EXPECT_EQ(filled.kind.gives[0].expression.minus_when->question, 0);
  EXPECT_THAT(filled.kind.valid, IsEmpty());
  EXPECT_EQ(filled.kind.stamps[0].question, 0);
  filled = fill(kind, {{"a", "x"}});
  EXPECT_THAT(http(filled.kind).headers, ElementsAre(Header{"Accept", "text/plain"}));
}

TEST(FillEmptyOptions, with_nothing_left_to_read_are_a_complaint) {
  const Filled filled = fill(kind_of("http://h/{a}", {option("a"), option("b")}), {});
  ASSERT_EQ(filled.complaints.size(), 1U);
  EXPECT_THAT(filled.complaints[0].text, HasSubstr("at least one more of a, b"));
}

TEST(FillEmptyOptions, that_may_be_empty_are_an_empty_text) {
  Option path = option("path");
  EXPECT_EQ(url_of(kind_of("http://h{path}/x", {path, option("a")}), {{"a", "b"}}),
            " with these options there is nothing to read; give at least one more of path, a");
  path.may_be_empty = true;
  EXPECT_EQ(url_of(kind_of("http://h{path}/x", {path}), {}), "http://h/x");
}

TEST(FillEmptyOptions, take_the_log_in_and_what_needs_it_with_them) {
  Template kind = kind_of("http://h/x", {option("password")});
  http(kind).headers = {{"Cookie", "s={session}"}};
  HttpQuestion login{HttpQuestion::Verb::post, "http://h/login", {}, "p={password}"};
  kind.questions.insert(kind.questions.begin(), {"login", login});
  kind.questions.push_back(
      {"more", HttpQuestion{HttpQuestion::Verb::get, "http://h/more?s={session}", {}, ""}});
  kind.gives[0].expression.question = 1;
  kind.learns.push_back({"session", 0, {}, true});
  kind.access.kind = Access::Kind::session;
  kind.access.questions = {0};
  kind.access.ends_with = "session";
  Filled filled = fill(kind, {{"password", "x"}});
  EXPECT_EQ(filled.kind.questions.size(), 3U);
  EXPECT_EQ(filled.kind.access.ends_with, "session");
  filled = fill(kind, {});
  ASSERT_EQ(filled.kind.questions.size(), 1U);
  EXPECT_THAT(http(filled.kind).headers, IsEmpty());
  EXPECT_EQ(filled.kind.access, Access{});
  EXPECT_THAT(filled.kind.learns, IsEmpty());
}

/// A kind whose session is opened with a token that is replaced each time.
Template with_refresh() {
  Template kind = kind_of("http://h/x", {option("client"), option("secret"), option("refresh_token")});
  HttpQuestion access{HttpQuestion::Verb::post, "http://h/token", {}, "refresh_token={refresh}"};
  access.user = "{client}";
  access.password = "{secret}";
  kind.questions.push_back({"access", access});
  http(kind).headers = {{"Authorization", "Bearer {token}"}};
  kind.learns = {{"token", 1, read_path("/t").value(), true}, {"refresh", 1, read_path("/r").value(), true, "{refresh_token}"}};
  kind.access.kind = Access::Kind::session;
  kind.access.questions = {1};
  return kind;
}

TEST(FillAccess, of_a_question_is_its_own) {
  const Template filled = fill(with_refresh(), {{"client", "c"}, {"secret", "s{1}"}, {"refresh_token", "r"}}).kind;
  ASSERT_EQ(filled.questions.size(), 2U);
  EXPECT_EQ(std::get<HttpQuestion>(filled.questions[1].what).user, "c");
  EXPECT_EQ(std::get<HttpQuestion>(filled.questions[1].what).password, "s{1}");
  EXPECT_EQ(std::get<HttpQuestion>(filled.questions[1].what).body, "refresh_token={refresh}") << "learned";
  EXPECT_EQ(filled.learns[1].first, "r");
  const Template open = fill(with_refresh(), {{"refresh_token", "r"}}).kind;
  EXPECT_EQ(std::get<HttpQuestion>(open.questions[1].what).user, "");
}

TEST(FillAccess, without_what_opens_the_first_session_is_none) {
  const Template filled = fill(with_refresh(), {{"client", "c"}}).kind;
  ASSERT_EQ(filled.questions.size(), 1U);
  EXPECT_THAT(filled.learns, IsEmpty());
  EXPECT_EQ(filled.access, Access{});
}

TEST(FillEmptyOptions, leave_out_a_question_of_which_nothing_is_read_any_more) {
  Template kind = kind_of("http://h/a", {option("load")});
  kind.questions.push_back({"other", HttpQuestion{HttpQuestion::Verb::get, "http://h/b", {}, ""}});
  kind.gives.push_back(gives(Measurand::load, pick(1, "/{load}")));
  EXPECT_EQ(fill(kind, {}).kind.questions.size(), 1U);
  EXPECT_EQ(fill(kind, {{"load", "x"}}).kind.questions.size(), 2U);
  kind.learns.push_back({"name", 1, read_path("/n").value(), false});
  EXPECT_EQ(fill(kind, {}).kind.questions.size(), 2U) << "it teaches something";
}

TEST(FillAccess, is_there_when_one_of_its_options_is) {
  Template kind = kind_of("http://h/", {option("user"), option("password")});
  kind.access.kind = Access::Kind::basic;
  kind.access.user = "{user}";
  kind.access.password = "{password}";
  EXPECT_EQ(fill(kind, {}).kind.access.kind, Access::Kind::none);
  const Access token = fill(kind, {{"user", "tok:en"}}).kind.access;
  EXPECT_EQ(token.kind, Access::Kind::basic);
  EXPECT_EQ(token.user, "tok:en");
  EXPECT_EQ(token.password, "");
  kind.access.user = "admin";
  EXPECT_EQ(fill(kind, {}).kind.access.kind, Access::Kind::none);
  EXPECT_EQ(fill(kind, {{"password", "p"}}).kind.access.password, "p");
}

TEST(FillNumbers, take_their_path_unit_and_scale_from_options) {
  Template kind = kind_of("http://h/", {option("path"), option("unit"), option("scale", Option::Type::number)});
  kind.gives[0].expression = pick(0, "/a/{path}");
  kind.gives[0].expression.unit = "{unit}";
  kind.gives[0].expression.scale = 2;
  kind.gives[0].expression.scale_option = "scale";
  const Filled filled = fill(kind, {{"path", "b/[c=d]/0"}, {"unit", "kW"}, {"scale", "-0.5"}});
  ASSERT_THAT(filled.complaints, IsEmpty());
  const Expression& number = filled.kind.gives[0].expression;
  EXPECT_EQ(std::get<Path>(number.at), read_path("/a/b/[c=d]/0").value());
  EXPECT_EQ(number.unit, "kW");
  EXPECT_EQ(number.scale, -1);
  EXPECT_EQ(number.scale_option, "");
  EXPECT_THAT(url_of(kind, {{"path", "b"}, {"unit", "kWh"}, {"scale", "1"}}), HasSubstr("no unit"));
  EXPECT_THAT(url_of(kind, {{"path", "b/[c"}, {"unit", "kW"}, {"scale", "1"}}), HasSubstr("column"));
  EXPECT_THAT(url_of(kind, {{"path", "b"}, {"unit", "kW"}, {"scale", "0"}}), HasSubstr("not a number by which"));
}

TEST(FillNumbers, of_several_lose_the_terms_that_are_left_out) {
  Template kind = kind_of("http://h/", {option("a"), option("b")});
  Expression all;
  all.of = {pick(0, "/{a}"), pick(0, "/{b}")};
  const auto terms = [&](Expression::Kind of, const Options& options) {
    all.kind = of;
    kind.gives = {gives(Measurand::solar, pick(0, "/p")), gives(Measurand::load, all)};
    const Filled filled = fill(kind, options);
    return filled.kind.gives.size() < 2 ? std::size_t{0} : filled.kind.gives[1].expression.of.size();
  };
  EXPECT_EQ(terms(Expression::Kind::sum, {{"a", "x"}, {"b", "y"}}), 2U);
  EXPECT_EQ(terms(Expression::Kind::sum, {{"a", "x"}}), 1U);
  EXPECT_EQ(terms(Expression::Kind::sum, {{"b", "y"}}), 0U) << "without its first a sum is another number";
  EXPECT_EQ(terms(Expression::Kind::first_of, {{"b", "y"}}), 1U);
  EXPECT_EQ(terms(Expression::Kind::mean, {}), 0U);
}

TEST(FillNumbers, of_several_stay_with_their_question) {
  Template kind = kind_of("http://h/{a}", {option("a")});
  kind.questions.push_back({"other", HttpQuestion{HttpQuestion::Verb::get, "http://h/other", {}, ""}});
  Expression all;
  all.kind = Expression::Kind::sum;
  all.question = 1;
  all.of = {pick(1, "/x"), pick(1, "/y")};
  kind.gives = {gives(Measurand::load, all)};
  const Filled filled = fill(kind, {});
  ASSERT_EQ(filled.kind.questions.size(), 1U);
  EXPECT_EQ(filled.kind.gives[0].expression.question, 0);
  EXPECT_EQ(filled.kind.gives[0].expression.of[1].question, 0);
}

TEST(FillNumbers, whose_sign_is_left_out_are_left_out) {
  Template kind = kind_of("http://h/", {option("a")});
  kind.gives.push_back(gives(Measurand::grid, pick(0, "/{a}")));
  kind.gives.push_back({Measurand::current_l1, pick(0, "/i"), false, Measurand::grid});
  EXPECT_EQ(fill(kind, {}).kind.tells(), Measurands{Measurand::solar});
  EXPECT_EQ(fill(kind, {{"a", "x"}}).kind.tells(),
            (Measurands{Measurand::solar, Measurand::grid, Measurand::current_l1}));
}

}  // namespace
}  // namespace core::meter
