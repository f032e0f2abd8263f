// A device or a cloud that is asked over HTTP, as one kind's file describes it.
//
// It knows the questions of the kind and answers nothing else. What it teaches (tokens, ids) it hands out anew with
// each log-in, and only the newest is good: with an old one, or a cookie that is none of its own, it answers 401. It
// has three doors: in the clear, with a certificate somebody vouches for, and with one of its own making.
#pragma once

#include <nlohmann/json.hpp>

#include "app/meters/zoo/animals.hpp"
#include "app/meters/zoo/http_talk.hpp"
#include "core/meter/path.hpp"
#include "core/table/market.hpp"

namespace zoo {

/// How it answers, where it would else answer well.
enum class Manner : std::uint8_t {
  plain,
  chunked,
  packed,
  elsewhere,  // all is said
  denied,
  too_often,
  busy,
  broken,  // 401, 429, 503, 500
  cut,
  closed,
  page,
  flood,
  packed_flood,
  astray,
  echo,
  drip  // nothing is said
};
inline constexpr std::array all_manners{Manner::plain,        Manner::chunked,   Manner::packed, Manner::elsewhere,
                                        Manner::denied,       Manner::too_often, Manner::busy,   Manner::broken,
                                        Manner::cut,          Manner::closed,    Manner::page,   Manner::flood,
                                        Manner::packed_flood, Manner::astray,    Manner::echo};
inline const char* name_of(Manner manner) {
  constexpr std::array names{"plain", "chunked", "packed", "elsewhere", "denied",       "too often", "busy", "broken",
                             "cut",   "closed",  "page",   "flood",     "packed flood", "astray",    "echo", "drip"};
  return names[static_cast<std::size_t>(manner)];
}

class HttpDevice {
 public:
  static constexpr Duration often_pause = 95s, busy_pause = 47s;

  /// The addresses of the animal lead here from now on.
  explicit HttpDevice(Animal& animal)
      : kind_(animal.kind),
        pattern_(animal.pattern),
        proofs_(good_proofs(animal.file)),
        plain_([this](Wire& wire) { serve(wire); }),
        secure_([this](Wire& wire) { serve(wire); }, [] { return vouched().context(); }),
        own_([this](Wire& wire) { serve(wire); }, [this] { return unknown(certificate_).context(); }),
        random_(animal.name.size()) {
    (void)vouched();  // before anybody has to believe it
    for (Question& each : animal.kind.questions) {
      auto* http = std::get_if<HttpQuestion>(&each.what);
      if (http == nullptr) continue;
      const bool signs_itself = http->trust == core::meter::Trust::first_seen;
      const Door& door = !http->url.starts_with("https://") ? plain_ : signs_itself ? own_ : secure_;
      http->url = zoo::elsewhere(http->url, here(door.port()));
    }
    kind_ = animal.kind;
    for (const auto& each : kind_.learns) {
      names_.insert(each.name);
      if (!each.first.empty()) taught_[each.name] = each.first;
    }
  }

  /// What it answers from now on.
  void show(const Bodies& bodies, Now now) {
    const std::lock_guard lock(mutex_);
    bodies_ = bodies;
    now_ = now.wall;
    names_moments_ = kind_.measure ? core::table::moments(now.wall) : Options{};
    for (std::size_t i = 0; i < kind_.questions.size(); ++i) {
      const auto body = bodies.find(kind_.questions[i].name);
      if (opens(kind_, i) || body == bodies.end() || core::meter::is_listened_to(kind_.questions[i])) continue;
      const auto content = core::meter::read(kind_, static_cast<std::uint8_t>(i), body->second);
      if (!content) continue;
      for (auto& [name, value] : core::meter::learn(kind_, *content, static_cast<std::uint8_t>(i)))
        taught_[name] = value;
    }
  }
  /// How it answers whoever is in; `entry`: whoever wants to get in.
  void behave(Manner manner, Manner entry = Manner::plain) {
    const std::lock_guard lock(mutex_);
    manner_ = manner;
    entry_ = entry;
  }
  /// Whoever is in has to log in anew.
  void expire() {
    const std::lock_guard lock(mutex_);
    for (const auto& each : kind_.learns) {
      // What opens the next session outlives this one.
      if (opens(kind_, each.question) && each.first.empty()) taught_[each.name] = "expired";
    }
    cookie_ = "zoo=expired";
  }
  /// Another device stands there now; or the first one again.
  void show_certificate(int which) {
    certificate_ = which;
    own_.hang_up();
  }
  /// What it says a WebSocket's address is.
  void set_stream(std::string url) { stream_ = std::move(url); }

  [[nodiscard]] int asked() const { return asked_; }
  [[nodiscard]] int log_ins() const { return log_ins_; }
  [[nodiscard]] int refused() const { return refused_; }
  [[nodiscard]] bool idle() const { return busy_ == 0; }
  /// What nobody should have asked.
  [[nodiscard]] std::vector<std::string> complaints() {
    const std::lock_guard lock(mutex_);
    return complaints_;
  }
  [[nodiscard]] std::vector<std::string> handed_out() {
    const std::lock_guard lock(mutex_);
    return handed_out_;
  }
  [[nodiscard]] std::string taught(const std::string& name) {
    const std::lock_guard lock(mutex_);
    return taught_[name];
  }

 private:
  struct Answer {
    Manner manner = Manner::plain;
    int status = 200;
    std::string headers, body;
  };
  enum class Entry : std::uint8_t { in, unknown, outdated, wrong };

  void serve(Wire& wire) {
    while (const auto request = read_request(wire)) {
      ++busy_;
      const Answer answer = answer_to(*request);
      const bool goes_on = put(wire, *request, answer);
      --busy_;
      if (!goes_on) return;
    }
  }

  Answer answer_to(const Request& asked) {
    const std::lock_guard lock(mutex_);
    const bool moved = asked.target.starts_with("/moved");
    Entry best = Entry::unknown;
    std::string digest;
    for (std::size_t i = 0; i < kind_.questions.size(); ++i) {
      const Entry entry = entry_of(i, asked, moved ? asked.target.substr(6) : asked.target);
      if (entry == Entry::in) return answer_of_question(i, moved);
      if (entry == Entry::outdated || best == Entry::unknown) best = entry == Entry::unknown ? best : entry;
    }
    const bool asks_for_challenge =
        kind_.access.kind == Access::Kind::digest && asked.header("authorization").empty() && best == Entry::wrong;
    if (!asks_for_challenge) ++asked_;
    if (asks_for_challenge) return {Manner::plain, 401, digest_wanted().challenge(), "log in"};
    if (best != Entry::outdated) complaints_.push_back(asked.text());
    ++refused_;
    return {Manner::plain, best == Entry::unknown ? 404 : 401, "", "no"};
  }

  [[nodiscard]] Digest digest_wanted() const {
    return {kind_.access.user, kind_.access.password, kind_.name.size() % 2 == 0};
  }

  /// Whether that is the question, asked by somebody who may.
  Entry entry_of(std::size_t place, const Request& request, const std::string& target) {
    const auto* http = std::get_if<HttpQuestion>(&kind_.questions[place].what);
    constexpr std::array verbs{"GET", "POST", "PUT"};
    if (http == nullptr || request.verb != verbs[static_cast<std::size_t>(http->verb)]) return Entry::unknown;
    std::set<std::string, std::less<>> names = names_;
    for (const auto& each : names_moments_) names.insert(each.first);
    const std::string url = http->url.substr(http->url.find('/', http->url.find("://") + 3));
    const auto in_target = captured(url, target, names);
    const auto in_body = captured(http->body, request.body, names);
    if (!in_target || !in_body) return Entry::unknown;
    bool outdated = false;
    for (const auto& [name, value] : *in_target) outdated |= !is_known(name, base::percent_decoded(value));
    for (const auto& [name, value] : *in_body) outdated |= !is_known(name, out_of_body(http->body, value));
    bool wrong = false;
    for (const auto& [name, pattern] : http->headers) {
      const auto in_header = captured(pattern, request.header(in_small(name)), names);
      wrong |= !in_header;
      for (const auto& [learned, value] : in_header.value_or(Options{})) outdated |= !is_known(learned, value);
    }
    const bool first = !kind_.access.questions.empty() && kind_.access.questions.front() == place;
    if (kind_.access.cookies && has_session(kind_) && !first && !request.has("cookie", cookie_)) outdated = true;
    const bool own = !http->user.empty();  // a log-in of the question itself
    const std::string& user = own ? http->user : kind_.access.user;
    const std::string& password = own ? http->password : kind_.access.password;
    if (own || kind_.access.kind == Access::Kind::basic)
      wrong |= !request.has("authorization", "Basic " + shell::http::base64(user + ":" + password));
    if (kind_.access.kind == Access::Kind::digest) wrong |= !digest_wanted().is_met_by(request);
    return wrong ? Entry::wrong : outdated ? Entry::outdated : Entry::in;
  }
  bool is_known(const std::string& name, const std::string& value) {
    const auto moment = names_moments_.find(name);
    return value == (moment != names_moments_.end() ? moment->second : taught_[name]);
  }
  /// A body in braces is JSON, another one a form.
  static std::string out_of_body(const std::string& pattern, std::string value) {
    if (pattern.starts_with('{') || pattern.starts_with('['))
      return nlohmann::json::parse("\"" + value + "\"", nullptr, false).is_string()
                 ? nlohmann::json::parse("\"" + value + "\"").get<std::string>()
                 : "no JSON: " + value;
    std::replace(value.begin(), value.end(), '+', ' ');
    return base::percent_decoded(value);
  }

  Answer answer_of_question(std::size_t place, bool moved) {
    ++asked_;
    const bool enters = opens(kind_, place);
    Manner manner = enters ? entry_ : manner_;
    if (moved && manner == Manner::elsewhere) manner = Manner::plain;
    Answer answer{manner, 200, "Content-Type: text/plain\r\n", ""};
    const bool is_first = enters && place == kind_.access.questions.front();
    if (is_first) ++log_ins_;
    if (enters && manner != Manner::plain) return answer;  // who is not let in is taught nothing
    if (is_first) {
      cookie_ = fmt::format("zoo=c{}", log_ins_.load());
      if (kind_.access.cookies) answer.headers += "Set-Cookie: " + cookie_ + "; Path=/; HttpOnly\r\n";
      handed_out_.push_back(cookie_);
    }
    const auto body = bodies_.find(kind_.questions[place].name);
    if (enters) answer.body = welcome(place);
    else if (body != bodies_.end()) answer.body = body->second;
    else answer.status = 404;
    return answer;
  }

  /// What it answers to one who enters: as a proof does, with what it teaches anew.
  std::string welcome(std::size_t place) {
    const auto question = static_cast<std::uint8_t>(place);
    const std::string& name = kind_.questions[place].name;
    std::string body;
    for (const Proof& each : proofs_) {
      if (each.answers.contains(name)) body = each.answers.at(name);
    }
    if (pattern_.answers.contains(name)) body = pattern_.answers.at(name);
    nlohmann::json made = nlohmann::json::object();
    const bool is_json = kind_.questions[place].form == core::meter::Form::json;
    const auto content = core::meter::read(kind_, question, body);
    const Options before = content && !body.empty() ? core::meter::learn(kind_, *content, question) : Options{};
    for (const auto& each : kind_.learns) {
      if (each.question != question) continue;
      const auto was = before.find(each.name);
      const std::string anew =
          another(was == before.end() ? std::string{} : was->second, each.name == kind_.access.ends_with);
      taught_[each.name] = anew;
      if (each.secret) handed_out_.push_back(anew);
      if (was == before.end() && each.at.steps.empty()) body = anew;
      else if (was == before.end()) made[nlohmann::json::json_pointer(core::meter::text_of(each.at))] = anew;
      else replace(body, was->second, is_json ? escaped(anew) : anew);
    }
    if (!body.empty()) return body;
    return is_json ? made.dump() : "welcome";
  }
  static std::string escaped(const std::string& text) {
    const std::string quoted = nlohmann::json(text).dump();
    return quoted.substr(1, quoted.size() - 2);
  }
  static void replace(std::string& text, const std::string& before, const std::string& after) {
    for (std::size_t at = 0; (at = text.find(before, at)) != std::string::npos; at += after.size())
      text.replace(at, before.size(), after);
  }
  /// Something of the same sort that was never handed out.
  std::string another(const std::string& before, bool says_its_end) {
    const std::string number = std::to_string(++made_);
    if (before.starts_with("wss://") || before.starts_with("ws://")) return stream_;
    if (!before.empty() && before.find_first_not_of("0123456789") == std::string::npos) return before + number;
    if (says_its_end) {
      const auto end = (now_ + 24h * 365).since_epoch() / 1s;
      return "eyJhbGciOiJFUzI1NiJ9." + shell::http::base64(fmt::format(R"({{"exp":{},"jti":"{}"}})", end, number)) +
             ".c2ln";
    }
    return "t0ken+/=&%41 " + number;
  }

  /// False when that was the last on this connection.
  bool put(Wire& wire, const Request& request, const Answer& answer) {
    const auto all = [&] { return head_of(answer.status, answer.headers, answer.body.size()) + answer.body; };
    switch (answer.manner) {
      case Manner::plain: return wire.put(all());
      case Manner::chunked: {
        const std::lock_guard lock(dice_);
        return put_chunked(wire, answer.headers, answer.body, random_);
      }
      case Manner::packed:
        return wire.put(answer_of(answer.status, answer.headers + "Content-Encoding: gzip\r\n", gzip(answer.body)));
      case Manner::elsewhere: return wire.put(answer_of(302, "Location: /moved" + request.target + "\r\n", ""));
      case Manner::denied: {
        const bool digest = kind_.access.kind == Access::Kind::digest;
        return wire.put(answer_of(401, digest ? digest_wanted().challenge() : "", "no"));
      }
      case Manner::too_often:
        return wire.put(answer_of(429, fmt::format("Retry-After: {}\r\n", often_pause / 1s), "slow down"));
      case Manner::busy: return wire.put(answer_of(503, fmt::format("Retry-After: {}\r\n", busy_pause / 1s), "later"));
      case Manner::broken: return wire.put(answer_of(500, "", answer.body));
      case Manner::cut: {
        const std::string whole = all();
        (void)wire.put(std::string_view{whole}.substr(0, whole.size() - 1 - answer.body.size() / 2));
        return false;
      }
      case Manner::closed: return false;
      case Manner::page:
        return wire.put(answer_of(200, "Content-Type: text/html\r\n",
                                  "<!DOCTYPE html>\n<html><head><title>Log in</title></head><body>7 W</body></html>"));
      case Manner::flood: return wire.put(answer_of(200, answer.headers, std::string(2'000'000, 'x')));
      case Manner::packed_flood:
        return wire.put(answer_of(200, "Content-Encoding: gzip\r\n", gzip(std::string(2'000'000, '0'))));
      case Manner::astray: return wire.put(answer_of(302, "Location: gopher://[zoo" + request.target + "\r\n", ""));
      case Manner::echo: return wire.put(answer_of(200, answer.headers, request.text()));
      case Manner::drip: put_slowly(wire, all(), 8s); return true;
    }
    return false;
  }

  Template kind_;
  const Proof pattern_;
  const std::vector<Proof> proofs_;
  std::set<std::string, std::less<>> names_;  ///< that are learned
  std::mutex mutex_;                          // guards:
  Bodies bodies_;
  WallTime now_;
  Options names_moments_;
  Manner manner_ = Manner::plain, entry_ = Manner::plain;
  Options taught_;
  std::string cookie_ = "zoo=none", stream_;
  std::vector<std::string> complaints_, handed_out_;
  int made_ = 0;

  std::mutex dice_;
  std::atomic<int> asked_ = 0, log_ins_ = 0, refused_ = 0, busy_ = 0, certificate_ = 0;
  Door plain_, secure_, own_;
  Random random_;
};

}  // namespace zoo
