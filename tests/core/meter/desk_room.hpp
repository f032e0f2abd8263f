// What the tests of the desk share: sources, and a room in which answers are given by hand.
#pragma once

#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <vector>

#include "core/meter/desk.hpp"
#include "core/meter/path.hpp"
#include "core/meter/text_source.hpp"

namespace core::meter::desk_room {

inline constexpr base::Instant start = base::Instant::at(1000s);
inline constexpr WallTime midnight = WallTime::at(20'000 * 24h);

inline Source two_numbers(Duration every = 5s) {
  Source source = text_source("roof", every, 2s);
  add_number(source, Measurand::load, "http://h/load");
  add_number(source, Measurand::solar, "http://h/solar");
  return source;
}

/// A device that answers one question in JSON.
inline Source json_source(std::string_view place) {
  Source source;
  source.name = "box";
  source.every = 10s;
  HttpQuestion question;
  question.url = "http://box/live";
  source.kind.questions.push_back({"live", question});
  Gives gives;
  gives.what = Measurand::grid;
  gives.expression.at = *read_path(place);
  source.kind.gives.push_back(gives);
  return source;
}

/// What a desk asks, as addresses; answers are given by hand.
struct Room {
  explicit Room(std::vector<Source> sources) : desk(std::move(sources), 7) {}

  void wait(Duration span) {
    now = now + span;
    desk.wake(clock(), orders);
  }
  Now clock() const { return {now, wall + (now - start)}; }
  /// Lets time pass until something is asked; the addresses.
  std::vector<std::string> next() {
    orders.clear();
    now = std::max(now, desk.deadline());
    desk.wake(clock(), orders);
    return urls();
  }
  std::vector<std::string> urls() const {
    std::vector<std::string> all;
    for (const Ask& ask : orders.asks) all.push_back(address_of(ask.what));
    return all;
  }
  /// Answers the question that was asked at `place` in the last orders; the orders that follow replace them.
  void answer(std::string_view body, std::size_t place = 0, int status = 200) {
    answer_with({0, 0, 0, Reply::Outcome::answered, status, body}, place);
  }
  void answer_with(Reply reply, std::size_t place = 0) {
    const Ask ask = orders.asks.at(place);
    orders.asks.erase(orders.asks.begin() + static_cast<std::ptrdiff_t>(place));
    reply.source = ask.source;
    reply.question = ask.question;
    reply.round = ask.round;
    orders.reads.clear();
    desk.hear(reply, clock(), orders);
  }
  void time_out(std::size_t place = 0) {
    now = now + 2s;
    answer_with({0, 0, 0, Reply::Outcome::timed_out, 0, {}, {}, {}, "h did not answer within 2 s."}, place);
  }
  /// A round in which nobody answers.
  void silence() {
    (void)next();
    while (!orders.asks.empty()) time_out();
  }
  Duration until_next() const { return desk.deadline() - now; }

  Desk desk;
  Instant now = start;
  WallTime wall = midnight + 12h;
  Orders orders;
};

/// "solar 3100, load 400".
inline std::string words(const Amounts& amounts) {
  std::string text;
  for (const Amount& each : amounts) {
    text += (text.empty() ? "" : ", ") + std::string{word_of(each.what)} + ' ' +
            std::to_string(static_cast<int>(number_of(each)));
  }
  return text;
}
inline std::string words(const std::vector<MeterRead>& reads) {
  std::string text;
  for (const MeterRead& read : reads) {
    text += text.empty() ? "" : "; ";
    if (read.outcome == MeterRead::Outcome::read) text += words(read.amounts);
    else text += read.outcome == MeterRead::Outcome::silent ? "silent" : "absurd";
  }
  return text;
}

/// Log in with a token that goes with every question.
inline Source with_session() {
  Source source = json_source("/p");
  Template& kind = source.kind;
  HttpQuestion login;
  login.verb = HttpQuestion::Verb::post;
  login.url = "http://box/login";
  kind.questions.push_back({"login", login});
  std::get<HttpQuestion>(kind.questions[0].what).headers.emplace_back("Authorization", "Bearer {token}");
  kind.learns.push_back({"token", 1, *read_path("/token"), true});
  kind.access.kind = Access::Kind::session;
  kind.access.questions = {1};
  kind.access.cookies = true;
  kind.access.lasts = 1h;
  return source;
}

}  // namespace core::meter::desk_room
