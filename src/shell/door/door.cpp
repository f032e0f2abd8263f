#include "shell/door/door.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <nlohmann/json.hpp>

#include "base/iso8601.hpp"
#include "shell/door/rights.hpp"
#include "shell/http/gate.hpp"
#include "shell/http/talk.hpp"
#include "shell/web/bodies.hpp"

namespace shell::door {
namespace {

using Json = nlohmann::ordered_json;
using base::Result;
using http::Answer;
using http::Asker;
using http::Method;
using http::problem;
using http::Request;
using http::Respond;
using Talked = std::function<void(std::shared_ptr<http::Talk>)>;

constexpr std::string_view never_stored = "Cache-Control: no-store\r\n";
constexpr std::string_view tokens_path = "/api/v1/tokens/";
constexpr std::string_view people_path = "/api/v1/people/";
constexpr std::string_view bearer = "bearer ";
/// Who comes over the local socket.
constexpr std::string_view this_machine = "this machine";
constexpr std::string_view log_in_first =
    "<!DOCTYPE html>\n<html lang=\"en\"><head><meta charset=\"utf-8\"><title>twcmanager</title></head>\n"
    "<body><h1>twcmanager</h1><p>This page is for people who have logged in. <a href=\"./\">Log in</a>, which needs "
    "JavaScript, and come back.</p></body></html>\n";

bool is_v1(std::string_view path) {
  return path.starts_with("/api/v1/") || path == "/api/v1";
}

Answer json(const Json& body) {
  return Answer{.type = "application/json",
                .body = body.dump(-1, ' ', false, Json::error_handler_t::replace),
                .headers = std::string(never_stored)};
}

Answer done_answer() {
  return json({{"status", "success"}});
}

Answer refusal(const Refusal& why) {
  Answer answer = problem(why.status, why.text);
  if (why.wait > base::Duration{})
    answer.headers += fmt::format("Retry-After: {}\r\n", std::chrono::ceil<std::chrono::seconds>(why.wait).count());
  return answer;
}

Result<std::string> text_in(const Json& body, const char* name) {
  const auto found = body.find(name);
  if (found != body.end() && found->is_string()) return found->get<std::string>();
  return base::fail(base::Culprit::user, fmt::format("\"{}\" must be a text; nothing was changed.", name));
}

Result<Role> role_in(const Json& body, const char* name) {
  const std::string text = TRY(text_in(body, name));
  if (const auto role = role_of(text)) return *role;
  return base::fail(base::Culprit::user,
                    fmt::format("\"{}\" must be \"view\", \"operate\" or \"admin\"; nothing was changed.", name));
}

Result<std::string> name_in(const Json& body) {
  std::string name = TRY(text_in(body, "name"));
  TRY(acceptable_name(name));
  return name;
}

/// The page of old TWCManagers changes things with GET, too.
bool is_wish(const Request& request) {
  return request.method != Method::get || (request.path == "/index.php" && !request.query.empty());
}

Role needed_by(const Request& request) {
  return needed(request.method == Method::get && is_wish(request) ? Method::post : request.method, request.path);
}

Json told(const std::optional<base::WallTime>& time) {
  return time ? Json(base::to_iso8601(*time)) : Json(nullptr);
}

/// Who asks, and why it is nobody.
struct Visitor {
  Role role = Role::nobody;
  std::string_view by;  ///< socket, session, token, legacy_open; empty for nobody
  std::string name;
  std::string_view objection;  ///< said to somebody who showed something that does not count
};

class Door {
 public:
  Door(http::Routes behind, Keeper& keeper, std::vector<std::string> legacy_open)
      : behind_(std::move(behind)), keeper_(keeper), legacy_open_(std::move(legacy_open)) {}

  Answer operator()(const Request& request) const {
    keeper_.look_at_file();
    const Visitor visitor = who(request);
    if (visitor.role < needed_by(request)) return turned_away(request, visitor);
    for (const Route& route : table) {
      if (route.path != request.path || route.method != request.method) continue;
      auto wrong = http::wrong_type(request);
      return wrong ? *std::move(wrong) : (this->*route.answer)(request, visitor);
    }
    const bool removes = request.method == Method::remove;
    const bool of_token = removes && request.path.starts_with(tokens_path);
    const bool of_person = removes && request.path.starts_with(people_path);
    if (of_token || of_person) {
      if (auto wrong = http::wrong_type(request)) return *std::move(wrong);
      return of_token ? revoke(request.path.substr(tokens_path.size())) : remove(request.path.substr(people_path.size()));
    }
    for (const Route& route : table) {
      if (route.path == request.path) return wrong_method(route.path);
    }
    Answer answer = behind_(request);
    if (answer.talk) answer.talk = watched(std::move(answer.talk), request, visitor);
    return answer;
  }

 private:
  struct Route {
    std::string_view path;
    Method method;
    Answer (Door::*answer)(const Request&, const Visitor&) const;
  };
  static const std::array<Route, 8> table;

  static Answer wrong_method(std::string_view path) {
    std::string allowed;
    for (const Route& each : table) {
      if (each.path != path) continue;
      allowed += allowed.empty() ? "" : ", ";
      allowed += http::words(each.method);
    }
    Answer answer = http::refuse(405, fmt::format("This address is for {}.", allowed));
    answer.headers = fmt::format("Allow: {}\r\n", allowed);
    return answer;
  }

  // --- Who is it ----------------------------------------------------------------------------------------------------

  [[nodiscard]] Visitor who(const Request& request) const {
    if (request.local) return {Role::admin, "socket", std::string{this_machine}, {}};
    if (!request.authorization.empty()) return who_by_token(request.authorization);
    if (const auto secret = shown_session(request); !secret.empty()) {
      Visitor visitor = who_by_session(request, secret);
      if (visitor.role != Role::nobody || !visitor.objection.empty()) return visitor;
    }
    const bool named = std::find(legacy_open_.begin(), legacy_open_.end(), request.client) != legacy_open_.end();
    if (named && !request.forwarded && is_legacy(request.path)) return {legacy_role, "legacy_open", {}, {}};
    return {};
  }

  [[nodiscard]] Visitor who_by_token(std::string_view authorization) const {
    const bool shown = authorization.size() > bearer.size() &&
                       std::equal(bearer.begin(), bearer.end(), authorization.begin(), [](char wanted, char c) {
                         return wanted == (c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c);
                       });
    const Token* const token = shown ? keeper_.token(authorization.substr(bearer.size())) : nullptr;
    if (token != nullptr) return {token->role, "token", token->name, {}};
    return {Role::nobody,
            {},
            {},
            shown ? "This token is not known; it may have been revoked."
                   : "Only a token is understood here, as in \"Authorization: Bearer twc_…\"."};
  }

  [[nodiscard]] Visitor who_by_session(const Request& request, std::string_view secret) const {
    const Person* const person = keeper_.whose_session(secret);
    if (person == nullptr) return {};
    if (request.asker == Asker::elsewhere)
      return {Role::nobody, {}, {}, "A page of another site asked for this; a log-in counts on our own page alone."};
    if (request.upgrade && request.asker != Asker::our_page)
      return {Role::nobody, {}, {}, "A log-in counts for a WebSocket only when our own page opens it; programs use a token."};
    if (request.method == Method::get && is_wish(request))
      return {Role::nobody, {}, {}, "A log-in changes nothing by GET, because any page could ask for that; programs use a token."};
    if (request.method != Method::get && (request.asker != Asker::our_page || !request.marked)) {
      return {Role::nobody, {}, {}, "A log-in counts for changes only when our own page asks; programs use a token."};
    }
    return {person->role, "session", person->name, {}};
  }

  /// Somebody who listens is asked again and again who they are: a token may be revoked, a log-in may end.
  [[nodiscard]] Talked watched(Talked then, const Request& request, const Visitor& visitor) const {
    const Role least = needed_by(request);
    std::function<bool()> may_stay;
    if (visitor.by == "token") {
      may_stay = [&keeper = keeper_, least, secret = std::string{request.authorization.substr(bearer.size())}] {
        keeper.look_at_file();
        const Token* const token = keeper.token(secret);
        return token != nullptr && token->role >= least;
      };
    } else if (visitor.by == "session") {
      may_stay = [&keeper = keeper_, least, secret = std::string{shown_session(request)}] {
        keeper.look_at_file();
        const Person* const person = keeper.whose_session(secret);
        return person != nullptr && person->role >= least;
      };
    }
    return [then = std::move(then), may_stay = std::move(may_stay)](std::shared_ptr<http::Talk> talk) {
      talk->may_stay = may_stay;
      then(std::move(talk));
    };
  }

  [[nodiscard]] Answer turned_away(const Request& request, const Visitor& visitor) const {
    const bool known = visitor.role != Role::nobody;
    const std::string text =
        known ? fmt::format(
                    "This needs the role {}, and {} has the role {}.", words(needed_by(request)),
                    visitor.name.empty() ? std::string{"an address of legacyOpen"} : visitor.name, words(visitor.role))
        : !visitor.objection.empty() ? std::string{visitor.objection}
        : keeper_.wants_set_up()
            ? "No password has been set up yet: open the page and enter the code that the program shows on its console."
            : "Log in on the page, or show a token: Authorization: Bearer twc_…";
    const int status = known ? 403 : 401;
    Answer answer;
    if (request.path == "/plain")
      answer = Answer{.status = status,
                      .type = "text/html; charset=utf-8",
                      .fixed = log_in_first,
                      .headers = std::string(never_stored)};
    else if (is_v1(request.path)) answer = problem(status, text);
    else answer = http::refuse(status, text);
    if (!known) answer.headers += "WWW-Authenticate: Bearer realm=\"twcmanager\"\r\n";
    return answer;
  }

  // --- Coming in and going out --------------------------------------------------------------------------------------

  Answer me(const Request&, const Visitor& visitor) const {
    const bool known = visitor.role != Role::nobody;
    const auto or_null = [known](std::string_view text) { return known && !text.empty() ? Json(text) : Json(nullptr); };
    return json({{"door", keeper_.wants_set_up() ? "set_up" : "locked"},
                 {"name", or_null(visitor.name)},
                 {"role", or_null(words(visitor.role))},
                 {"by", or_null(visitor.by)}});
  }

  /// Answers when the keeper has decided; `then` makes the answer of what it gives.
  template <class T, class Then>
  static Done<T> answers(const Respond& respond, Then then) {
    return [respond, then](const Outcome<T>& outcome) { respond(outcome ? then(*outcome) : refusal(outcome.error())); };
  }

  static std::string_view shown_session(const Request& request) {
    return http::cookie(request.cookies, request.secure ? secure_cookie : session_cookie);
  }
  static std::string set_session(bool secure, std::string_view secret, std::chrono::seconds lasting) {
    return fmt::format("Set-Cookie: {}={}; Path=/; Max-Age={}; HttpOnly; SameSite=Strict{}\r\n",
                       secure ? secure_cookie : session_cookie, secret, lasting.count(), secure ? "; Secure" : "");
  }

  static auto entered(bool secure) {
    return [secure](const Entry& entry) {
      Answer answer = json({{"status", "success"}, {"name", entry.name}, {"role", words(entry.role)}});
      answer.headers += set_session(secure, entry.session, std::chrono::duration_cast<std::chrono::seconds>(longest_session));
      return answer;
    };
  }

  Answer set_up(const Request& request, const Visitor&) const {
    const auto body = web::object_in(request.body);
    if (!body) return problem(400, body.error().text);
    auto code = text_in(*body, "code");
    auto password = text_in(*body, "password");
    if (!code || !password) return problem(400, (code ? password : code).error().text);
    return Answer{.later = [&keeper = keeper_, code = *code, password = *password,
                            client = std::string{request.client}, secure = request.secure](const Respond& respond) {
      keeper.set_up(code, password, client, answers<Entry>(respond, entered(secure)));
    }};
  }

  Answer log_in(const Request& request, const Visitor&) const {
    const auto body = web::object_in(request.body);
    if (!body) return problem(400, body.error().text);
    auto name = body->contains("name") ? text_in(*body, "name") : Result<std::string>{std::string{first_person}};
    auto password = text_in(*body, "password");
    if (!name || !password) return problem(400, (name ? password : name).error().text);
    return Answer{.later = [&keeper = keeper_, name = *name, password = *password,
                            client = std::string{request.client}, secure = request.secure](const Respond& respond) {
      keeper.log_in(name, password, client, answers<Entry>(respond, entered(secure)));
    }};
  }

  Answer log_out(const Request& request, const Visitor& visitor) const {
    if (visitor.by == "session") keeper_.log_out(shown_session(request));
    Answer answer = done_answer();
    answer.headers += set_session(request.secure, {}, {});
    return answer;
  }

  // --- Tokens and people --------------------------------------------------------------------------------------------

  static Json token_json(const Token& token) {
    return {{"id", token.id},
            {"name", token.name},
            {"scope", words(token.role)},
            {"created", told(token.made)},
            {"used", told(token.used)}};
  }

  Answer tokens(const Request&, const Visitor&) const {
    Json list = Json::array();
    for (const Token& each : keeper_.book().tokens.all()) list.push_back(token_json(each));
    return json({{"tokens", std::move(list)}});
  }

  Answer make_token(const Request& request, const Visitor&) const {
    const auto body = web::object_in(request.body);
    if (!body) return problem(400, body.error().text);
    auto name = name_in(*body);
    if (!name) return problem(400, name.error().text);
    const auto role = role_in(*body, "scope");
    if (!role) return problem(400, role.error().text);
    return Answer{.later = [&keeper = keeper_, name = *name, role = *role](const Respond& respond) {
      keeper.make_token(name, role, answers<NewToken>(respond, [](const NewToken& made) {
                          Json all = token_json(made.token);
                          all["token"] = made.secret;
                          return json(all);
                        }));
    }};
  }

  Answer revoke(std::string_view id) const {
    return Answer{.later = [&keeper = keeper_, id = std::string{id}](const Respond& respond) {
      keeper.revoke_token(id, answers<Nothing>(respond, [](const Nothing&) { return done_answer(); }));
    }};
  }

  Answer people(const Request&, const Visitor&) const {
    Json list = Json::array();
    for (const Person& each : keeper_.book().people) list.push_back({{"name", each.name}, {"role", words(each.role)}});
    return json({{"people", std::move(list)}});
  }

  Answer put_person(const Request& request, const Visitor&) const {
    const auto body = web::object_in(request.body);
    if (!body) return problem(400, body.error().text);
    auto name = name_in(*body);
    if (!name) return problem(400, name.error().text);
    const auto role = role_in(*body, "role");
    if (!role) return problem(400, role.error().text);
    auto password = text_in(*body, "password");
    if (!password) return problem(400, password.error().text);
    return Answer{.later = [&keeper = keeper_, name = *name, role = *role,
                            password = *password](const Respond& respond) {
      keeper.put_person(name, role, password, answers<Nothing>(respond, [](const Nothing&) { return done_answer(); }));
    }};
  }

  Answer remove(std::string_view part) const {
    const auto name = web::unescaped(part);
    if (!name) return problem(404, "There is nobody of this name.");
    return Answer{.later = [&keeper = keeper_, name = *name](const Respond& respond) {
      keeper.remove_person(name, answers<Nothing>(respond, [](const Nothing&) { return done_answer(); }));
    }};
  }

  http::Routes behind_;
  Keeper& keeper_;
  std::vector<std::string> legacy_open_;
};

const std::array<Door::Route, 8> Door::table{{
    {"/api/v1/me", Method::get, &Door::me},
    {"/api/v1/setup", Method::post, &Door::set_up},
    {"/api/v1/login", Method::post, &Door::log_in},
    {"/api/v1/logout", Method::post, &Door::log_out},
    {"/api/v1/tokens", Method::get, &Door::tokens},
    {"/api/v1/tokens", Method::post, &Door::make_token},
    {"/api/v1/people", Method::get, &Door::people},
    {"/api/v1/people", Method::post, &Door::put_person},
}};

}  // namespace

http::Routes guarded(http::Routes behind, Keeper& keeper, std::vector<std::string> legacy_open) {
  return Door(std::move(behind), keeper, std::move(legacy_open));
}

http::Routes open_to_all(http::Routes behind) {
  return [behind = std::move(behind)](const Request& request) -> Answer {
    if (request.path == "/api/v1/me" && request.method == Method::get)
      return json({{"door", "open"}, {"name", nullptr}, {"role", words(Role::admin)}, {"by", nullptr}});
    return behind(request);
  };
}

}  // namespace shell::door
