#include "core/meter/desk.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "core/meter/evaluate.hpp"
#include "core/meter/original.hpp"
#include "core/meter/session.hpp"
#include "core/meter/slots.hpp"
#include "core/table/market.hpp"
#include "wire/speedwire.hpp"

namespace core::meter {

namespace {

constexpr std::uint8_t patient = 3;                  // rounds without a reading before a source is asked more rarely
constexpr Duration longest_pause = 1min;
constexpr Duration longest_cloud_pause = 15min;
constexpr Duration first_refused_pause = 30s;        // 401, 403, 429, 503 (§4.1)
constexpr Duration longest_refused_pause = 15min;
constexpr double jitter = 0.1;                       // of a cloud's rhythm
constexpr Duration whole_day = 24h;
constexpr int most_doublings = 10;
constexpr int no_content = 204;
constexpr int not_found = 404;

using Outcome = Reply::Outcome;

Duration doubled(Duration pause, int times, Duration most) {
  return std::min(most, pause * (std::int64_t{1} << std::clamp(times, 0, most_doublings)));
}

bool contains(const std::vector<std::uint8_t>& all, std::uint8_t one) { return std::find(all.begin(), all.end(), one) != all.end(); }

std::string refusal(const Source& source, int status, bool opens) {
  switch (status) {
    case 400:   // as those say it who hand out tokens
      return opens ? "refuses the log-in (400); correct it in the configuration" : "answers with the error 400";
    case 401:
    case 403:
      return source.kind.access.kind == Access::Kind::none
                 ? fmt::format("refuses to answer ({}); it wants a password or a token, or its interface is switched off", status)
                 : fmt::format("refuses the password or token ({}); correct it in the configuration", status);
    case 404: return "has no such page (404); look whether its interface is switched on, and whether this is the right kind of source";
    case 429: return "is asked too often (429); it is left alone for a while";
    case 503: return "is busy (503); it is left alone for a while";
    default: return fmt::format("answers with the error {}", status);
  }
}

/// What is told of one answer, without amounts yet.
MeterRead reading(std::size_t source, std::uint8_t question, MeterRead::Outcome outcome, Instant at) {
  return {MeterId{static_cast<std::uint8_t>(source)}, question, outcome, at, {}};
}

std::string lack(Measurands what) {
  std::string words;
  for (const Measurand each : what) words += fmt::format("{}{}", words.empty() ? "" : ", ", word_of(each));
  return fmt::format("answers, but without a number for {}", words);
}

bool is_well(int status) { return status >= 200 && status <= 299; }
bool is_denied(int status) { return status == 401 || status == 403; }
bool is_there(const Template& kind, const Reply& reply) { return reply.status != not_found || !kind.questions[reply.question].absent; }
bool is_busy(int status) { return status == 429 || status == 503; }

/// Those that follow from a question's answer are not known any more.
void forget_amounts(const Template& kind, std::uint8_t question, Amounts& amounts) {
  Amounts left;
  for (const Amount& each : amounts) {
    const bool gone = std::any_of(kind.gives.begin(), kind.gives.end(), [&](const Gives& gives) { return gives.what == each.what && uses(kind, gives, question); });
    if (!gone) left.push_back(each);
  }
  amounts = left;
}

/// What is listened to is one voice to the core, however many topics it has: any word of it ends its silence.
std::uint8_t told_as(const Template& kind, std::uint8_t question) { return listens(kind) ? 0 : question; }

/// How long what is listened to may say nothing.
Duration silence_of(const Source& source) { return std::max(source.kind.patience, 3 * source.every); }

std::int64_t day_of(WallTime wall) { return wall.since_epoch() / whole_day; }

}  // namespace

Desk::Desk(std::vector<Source> sources, std::uint64_t seed) : random_(seed) { configure(std::move(sources)); }

void Desk::configure(std::vector<Source> sources) {
  std::vector<State> states(sources.size());
  for (std::size_t i = 0; i < sources.size(); ++i) {
    const auto same = std::find_if(sources_.begin(), sources_.end(), [&](const Source& before) {
      return before.name == sources[i].name && before.kind == sources[i].kind && before.original == sources[i].original;
    });
    if (same == sources_.end()) continue;
    states[i] = std::move(states_[static_cast<std::size_t>(same - sources_.begin())]);
    // A round goes on: what is answered may hold once. What is listened to begins anew.
    const bool goes_on = !listens(sources[i].kind);
    if (!goes_on && states[i].round) states[i].next = Instant::long_ago();
    if (!goes_on) states[i].round.reset();
    *same = {};
  }
  sources_ = std::move(sources);
  states_ = std::move(states);
}

void Desk::ask_soon(std::size_t source) {
  if (!states_[source].round && states_[source].refusals == 0) states_[source].next = Instant::long_ago();
}

Instant Desk::deadline() const {
  Instant next = Instant::never();
  for (std::size_t i = 0; i < states_.size(); ++i) {
    if (!states_[i].round || listens(sources_[i].kind)) next = std::min(next, states_[i].next);
  }
  return next;
}

void Desk::wake(Now now, Orders& out) {
  for (std::size_t i = 0; i < sources_.size(); ++i) {
    if (states_[i].next > now.at) continue;
    if (!states_[i].round) begin(i, now, out);
    else if (listens(sources_[i].kind)) fall_silent(i, now, out);
  }
}

// --- A round ------------------------------------------------------------------------------------------------------------

void Desk::begin(std::size_t source, Now now, Orders& out) {
  const Template& kind = sources_[source].kind;
  State& state = states_[source];
  if (kind.questions.empty()) {
    state.next = Instant::never();
    return;
  }
  if (state.day != day_of(now.wall)) state.health.requests_today = 0;
  state.day = day_of(now.wall);
  Round round;
  round.number = ++rounds_;
  round.begun = now.at;
  round.heard.resize(kind.questions.size());
  round.true_at.resize(kind.questions.size());
  const bool in = kind.access.kind != Access::Kind::session || session_holds(kind.access, state.learned, state.session_since, now);
  if (!in) {
    forget_session(kind, state.learned);
    state.cookies.clear();
    state.session_since.reset();
  }
  begin_with(kind, state.learned);
  for (std::uint8_t q = 0; q < kind.questions.size(); ++q) {
    if (contains(kind.access.questions, q) ? !in : is_needed(kind, q, state.learned)) round.to_ask.push_back(q);
  }
  state.round = std::move(round);
  state.health.next_round.reset();
  if (listens(kind)) state.next = kind.measure ? Instant::never() : now.at + silence_of(sources_[source]);
  ask_next(source, now, out);
}

/// Asks what can be asked: questions of a session one by one and before all others, those that need something learned after
/// it was learned.
void Desk::ask_next(std::size_t source, Now now, Orders& out) {
  const Template& kind = sources_[source].kind;
  State& state = states_[source];
  Round& round = *state.round;
  const auto opens = [&](std::uint8_t q) { return contains(kind.access.questions, q); };
  for (auto each = round.to_ask.begin(); each != round.to_ask.end();) {
    const bool waits = !round.asked.empty() && (kind.one_by_one || opens(*each) || opens(round.asked.back()));
    if (waits) return;
    const bool session_first = !opens(*each) && opens(round.to_ask.front());
    if (session_first || !is_ready(kind, *each, state.learned)) {
      ++each;
      continue;
    }
    const std::uint8_t question = *each;
    each = round.to_ask.erase(each);
    ask(source, question, now, out);
  }
  if (!round.asked.empty()) return;
  if (round.to_ask.empty()) return end(source, now, std::nullopt);
  const std::uint8_t stuck = round.to_ask.front();
  state.session_since.reset();   // one that taught nothing is none
  if (!round.troubled)
    fail(source, stuck, MeterRead::Outcome::absurd,
         fmt::format("did not tell what the question \"{}\" needs", kind.questions[stuck].name), now, out);
  end(source, now, std::nullopt);
}

void Desk::ask(std::size_t source, std::uint8_t question, Now now, Orders& out) {
  const Template& kind = sources_[source].kind;
  State& state = states_[source];
  Ask ask;
  ask.source = static_cast<std::uint8_t>(source);
  ask.question = question;
  ask.round = state.round->number;
  ask.what = with_learned(kind.questions[question].what, state.learned);
  if (kind.measure) ask.what = with_learned(std::move(ask.what), table::moments(now.wall));
  ask.form = kind.questions[question].form;
  if (ask.form == Form::registers) ask.registers = registers_of(kind, question);
  auto* http = std::get_if<HttpQuestion>(&ask.what);
  if (http != nullptr && kind.access.cookies && !state.cookies.empty()) {
    http->headers.emplace_back("Cookie", fmt::format("{}", fmt::join(state.cookies, "; ")));
  }
  ask.access = kind.access.kind;
  ask.user = kind.access.user;
  ask.password = kind.access.password;
  if (http != nullptr && !http->user.empty()) {
    ask.access = Access::Kind::basic;
    ask.user = http->user;
    ask.password = http->password;
  }
  ask.patience = kind.patience;
  state.round->asked.push_back(question);
  ++state.health.requests_today;
  out.asks.push_back(std::move(ask));
}

std::optional<std::size_t> Desk::hear(Reply reply, Now now, Orders& out) {
  const auto of_it = std::find_if(states_.begin(), states_.end(),
                                  [&](const State& each) { return each.round && each.round->number == reply.round; });
  if (of_it == states_.end()) return std::nullopt;
  reply.source = static_cast<std::uint8_t>(of_it - states_.begin());
  State& state = *of_it;
  auto& asked = state.round->asked;
  const auto place = std::find(asked.begin(), asked.end(), reply.question);
  if (place == asked.end()) return std::nullopt;
  const Template& kind = sources_[reply.source].kind;
  if (!is_listened_to(kind.questions[reply.question])) asked.erase(place);
  if (is_there(kind, reply)) {
    take(reply, now, out);
  } else {
    Reply instead{reply.source, reply.question, reply.round};
    instead.body = *kind.questions[reply.question].absent;
    take(instead, now, out);
  }
  if (state.round && state.round->number == reply.round) ask_next(reply.source, now, out);
  return reply.source;
}

// --- An answer ------------------------------------------------------------------------------------------------------------

void Desk::take(const Reply& reply, Now now, Orders& out) {
  if (reply.outcome != Outcome::answered || !is_well(reply.status)) {
    if (reply.outcome == Outcome::answered && says_nothing_yet(sources_[reply.source].kind, reply.question, reply.body)) return;
    return refuse(reply, now, out);
  }
  const Template& kind = sources_[reply.source].kind;
  State& state = states_[reply.source];
  const std::uint8_t question = reply.question;
  // SMA's devices say more than readings to the same group.
  if (kind.questions[question].form == Form::speedwire && !wire::is_speedwire_reading(reply.body)) return;
  if (kind.measure && reply.status == no_content) return;   // not published yet
  base::Result<Content> content = read(kind, question, reply.body);
  if (!content) return fail(reply.source, question, MeterRead::Outcome::absurd, std::move(content.error().text), now, out);
  for (const std::string& cookie : reply.cookies) keep_cookie(state.cookies, cookie);
  std::optional<Content> before = std::exchange(state.round->heard[question], std::move(*content));
  const bool opens = contains(kind.access.questions, question);
  std::string objection = opens || is_listened_to(kind.questions[question]) ? objection_to(kind, state.round->heard, question) : std::string{};
  if (!objection.empty() && opens) {
    fail(reply.source, question, MeterRead::Outcome::absurd, std::move(objection), now, out);
    return turn_away(reply.source, now, reply.retry_after);
  }
  if (!objection.empty()) {   // somebody else's, who speaks there too; it only says why nothing else comes
    state.round->heard[question] = std::move(before);
    if (state.health.state != Health::State::well) state.health.trouble = std::move(objection);
    return;
  }
  for (auto& [name, value] : learn(kind, *state.round->heard[question], question)) state.learned.insert_or_assign(name, value);
  if (reply.kept && !kind.measure) {   // nobody knows how old it is; a table says itself when it holds
    state.round->heard[question] = std::move(before);
    return;
  }
  state.round->true_at[question] = listens(kind) ? now.at : std::min(now.at, state.round->begun + reply.waited);
  if (opens) {
    if (question == kind.access.questions.back()) state.session_since = now.at;
    if (!listens(kind)) out.reads.push_back(reading(reply.source, question, MeterRead::Outcome::read, state.round->begun));
    return;
  }
  take_reading(reply.source, question, now, out);
}

void Desk::refuse(const Reply& reply, Now now, Orders& out) {
  const Source& is = sources_[reply.source];
  State& state = states_[reply.source];
  const std::uint8_t question = reply.question;
  const bool answered = reply.outcome == Outcome::answered;
  const auto outcome = reply.outcome == Outcome::too_large ? MeterRead::Outcome::absurd : MeterRead::Outcome::silent;
  const bool opens = contains(is.kind.access.questions, question);
  const auto told = [&] { fail(reply.source, question, outcome, answered ? refusal(is, reply.status, opens) : reply.trouble, now, out); };
  const bool denied = answered && is_denied(reply.status);
  state.round->heard[question].reset();
  // One connection for all topics is one trouble; and a topic that is never said is none while others are.
  if (is_listened_to(is.kind.questions[question])) {
    bool others = false;
    for (std::size_t i = 0; i < state.round->heard.size(); ++i) others |= state.round->heard[i] && is_listened_to(is.kind.questions[i]);
    if (others && tells_only_extras(is.kind, question)) return;
    if (others || question != state.round->asked.back()) {
      state.health.trouble = reply.trouble;
      state.health.state = Health::State::troubled;
      return;
    }
  }
  // What is not for everybody's eyes costs only what many devices lack anyway.
  if (denied && !opens && tells_only_extras(is.kind, question)) return told();
  if (denied && !opens) state.session_since.reset();
  if (denied && is.kind.access.kind == Access::Kind::session && !opens && !state.refused) {
    // Sessions end; once it is tried anew at once.
    state.refused = true;
    state.round.reset();
    return begin(reply.source, now, out);
  }
  told();
  if (!denied && !(answered && (opens || is_busy(reply.status)))) return;
  turn_away(reply.source, now, reply.retry_after);
}

/// Whoever was refused comes again later: accounts get locked.
void Desk::turn_away(std::size_t source, Now now, std::optional<Duration> retry_after) {
  states_[source].round->refused = true;
  const Duration pause = doubled(first_refused_pause, states_[source].refusals, longest_refused_pause);
  end(source, now, retry_after ? std::clamp<Duration>(*retry_after, 1s, whole_day) : pause);
}

/// What was just heard, with what was heard before.
void Desk::take_reading(std::size_t source, std::uint8_t question, Now now, Orders& out) {
  constexpr auto absurd = MeterRead::Outcome::absurd;
  const Template& kind = sources_[source].kind;
  State& state = states_[source];
  Round& round = *state.round;
  const std::optional<Instant> at = moment(source, question, now);
  if (!at) {
    round.heard[question].reset();
    return fail(source, question, absurd, "shows an old reading", now, out);
  }
  round.true_at[question] = *at;
  std::vector<std::uint8_t> mute;
  for (std::uint8_t i = 0; listens(kind) && i < round.heard.size(); ++i) {
    if (now.at - round.true_at[i] > silence_of(sources_[source])) round.heard[i].reset();
    if (!round.heard[i] && round.true_at[i] != Instant{} && is_read(kind, i)) mute.push_back(i);
  }
  if (kind.measure) return take_table(source, question, now, out);
  round.heard.now = now.wall;
  Meaning meaning = understand(kind, round.heard, question);
  if (!meaning.valid) return fail(source, question, absurd, std::move(meaning.trouble), now, out);
  if (meaning.trouble.empty() && !meaning.lacking.empty()) meaning.trouble = lack(meaning.lacking);
  if (meaning.amounts.empty() && !meaning.trouble.empty()) return fail(source, question, absurd, std::move(meaning.trouble), now, out);
  for (const std::uint8_t each : mute) {
    if (meaning.trouble.empty() && !tells_only_extras(kind, each))
      meaning.trouble = fmt::format("has said nothing to \"{}\" for {} s", kind.questions[each].name, base::seconds_of(now.at - round.true_at[each]));
    forget_amounts(kind, each, state.health.amounts);
  }
  for (const Amount& each : meaning.amounts) keep_amount(state.health.amounts, each);
  if (!meaning.amounts.empty()) state.health.read_at = *at;
  ++state.health.readings;
  round.told = true;
  const bool well = meaning.trouble.empty();
  round.troubled = !well || (round.troubled && !listens(kind));
  if (!well || listens(kind)) state.health.trouble = std::move(meaning.trouble);
  if (listens(kind)) {
    state.next = now.at + silence_of(sources_[source]);
    state.health.state = well ? Health::State::well : Health::State::troubled;
  }
  tell(source, question, meaning.amounts, now, out);
}

/// An answer without a slot is none, and no trouble either: tomorrow may not be published yet.
void Desk::take_table(std::size_t source, std::uint8_t question, Now now, Orders& out) {
  State& state = states_[source];
  Told told = slots_told(sources_[source].kind, state.round->heard, question);
  if (!told.trouble.empty() && told.slots.empty())
    return fail(source, question, MeterRead::Outcome::absurd, std::move(told.trouble), now, out);
  if (told.slots.empty()) return;
  for (const table::Slot& each : told.slots) state.known_until = std::max(state.known_until.value_or(each.end), each.end);
  state.health.read_at = now.at;
  ++state.health.readings;
  state.round->told = true;
  const bool well = told.trouble.empty();
  state.round->troubled |= !well;
  if (!well || listens(sources_[source].kind)) state.health.trouble = std::move(told.trouble);
  if (listens(sources_[source].kind)) state.health.state = well ? Health::State::well : Health::State::troubled;
  out.tables.push_back({static_cast<std::uint8_t>(source), std::move(told.slots), std::move(told.currency)});
}

/// Each amount with the moment of its oldest part; those of one moment together.
void Desk::tell(std::size_t source, std::uint8_t question, const Amounts& amounts, Now now, Orders& out) {
  std::vector<Known> known;
  for (const Amount& each : amounts) known.push_back({each, oldest_part(source, each.what)});
  if (sources_[source].original) return tell_original(source, question, known, now, out);
  std::stable_sort(known.begin(), known.end(), [](const Known& a, const Known& b) { return a.at < b.at; });
  MeterRead told = reading(source, told_as(sources_[source].kind, question), MeterRead::Outcome::read, known.empty() ? states_[source].round->true_at[question] : known[0].at);
  for (const Known& each : known) {
    if (each.at != told.at) out.reads.push_back(std::exchange(told, reading(source, told_as(sources_[source].kind, question), MeterRead::Outcome::read, each.at)));
    told.amounts.push_back(each.amount);
  }
  out.reads.push_back(std::move(told));
}

/// The original's pair: at once where an answer is one, with the round's last answer where it is computed from several; of what
/// is listened to with every message, as old as the older of the two.
void Desk::tell_original(std::size_t source, std::uint8_t question, const std::vector<Known>& amounts, Now now, Orders& out) {
  const Template& kind = sources_[source].kind;
  Round& round = *states_[source].round;
  const bool alone = kind.tells().has(Measurand::load) && !listens(kind);
  if (alone) round.known.clear();
  for (const Known& each : amounts) {
    std::erase_if(round.known, [&](const Known& before) { return before.amount.what == each.amount.what; });
    round.known.push_back(each);
  }
  if (listens(kind)) std::erase_if(round.known, [&](const Known& each) { return now.at - each.at > kind.patience; });
  MeterRead told = reading(source, told_as(sources_[source].kind, question), MeterRead::Outcome::read, round.true_at[question]);
  Amounts all;
  for (const Known& each : round.known) {
    all.push_back(each.amount);
    told.at = std::min(told.at, each.at);
  }
  const bool complete = alone || listens(kind) || (round.asked.empty() && round.to_ask.empty());
  if (complete) told.amounts = as_original(all, kind.tells());
  out.reads.push_back(std::move(told));
}

/// When the oldest answer was true that it follows from.
Instant Desk::oldest_part(std::size_t source, Measurand what) const {
  const Template& kind = sources_[source].kind;
  const Round& round = *states_[source].round;
  Instant oldest = Instant::never();
  for (const Gives& gives : kind.gives) {
    if (gives.what != what) continue;
    for (const std::uint8_t each : needed_by(kind, gives)) oldest = std::min(oldest, round.heard[each] ? round.true_at[each] : oldest);
  }
  return oldest;
}

/// What was listened to has said nothing for long; nothing of it counts any more.
void Desk::fall_silent(std::size_t source, Now now, Orders& out) {
  State& state = states_[source];
  Round& round = *state.round;
  for (auto& each : round.heard) each.reset();
  state.health.amounts.clear();
  const bool connected = state.health.trouble.empty();   // else its own trouble says more
  fail(source, round.asked.front(), MeterRead::Outcome::silent,
       connected ? fmt::format("has said nothing for {} s", base::seconds_of(silence_of(sources_[source]))) : state.health.trouble, now, out);
  state.health.state = Health::State::troubled;
  state.next = now.at + silence_of(sources_[source]);
  if (sources_[source].kind.access.kind != Access::Kind::session) return;
  // Perhaps it speaks elsewhere now; whom one has to ask where is asked ever more rarely.
  if (round.told) state.refusals = 0;
  state.session_since.reset();
  turn_away(source, now, std::nullopt);
}

void Desk::fail(std::size_t source, std::uint8_t question, MeterRead::Outcome outcome, std::string trouble, Now now, Orders& out) {
  State& state = states_[source];
  ++state.health.faults;
  state.health.trouble = std::move(trouble);
  if (state.round) state.round->troubled = true;
  if (state.round && outcome == MeterRead::Outcome::absurd) state.round->empty = true;
  if (listens(sources_[source].kind)) state.health.state = Health::State::troubled;
  out.reads.push_back(reading(source, told_as(sources_[source].kind, question), outcome, now.at));
}

void Desk::end(std::size_t source, Now now, std::optional<Duration> pause) {
  const Source& is = sources_[source];
  State& state = states_[source];
  const Round round = *std::exchange(state.round, std::nullopt);
  if (round.told) state.failed = 0;
  else if (state.failed < UINT8_MAX) ++state.failed;
  if (!round.refused) state.refusals = 0;
  else if (state.refusals < UINT8_MAX) ++state.refusals;
  if (round.told && !round.refused) state.refused = false;
  // Some devices answer whoever is no longer logged in, but without a number. A token that says itself when it ends does not
  // become another one by being fetched anew.
  if (!round.told && round.empty && is.kind.access.ends_with.empty()) state.session_since.reset();
  state.health.state = !round.troubled && round.told ? Health::State::well : Health::State::troubled;
  if (state.health.state == Health::State::well) state.health.trouble.clear();
  if (is.kind.measure && !round.told && !round.troubled)
    state.health.trouble = *is.kind.measure == table::Measure::price ? "answers, but without a single price" : "answers, but without a forecast";
  Duration gap = std::max(is.kind.measure ? table_gap(source, now, round.told) : is.every, spread(source, now));
  const bool rests = pause || state.failed >= patient;
  if (state.failed >= patient) {
    const Duration most = is.kind.cloud ? longest_cloud_pause : longest_pause;
    gap = std::max(gap, doubled(gap, state.failed - patient + 1, std::max(most, gap)));
  }
  if (rests) state.health.state = Health::State::resting;
  state.next = std::max(round.begun + gap, now.at + pause.value_or(Duration{}));
  if (is.kind.cloud) state.next = state.next + Duration{random_.between(std::int64_t{0}, static_cast<std::int64_t>(static_cast<double>(gap.count()) * jitter))};
  state.health.next_round = state.next;
}

/// Prices are asked when new ones can be there; a round without any is tried again soon.
Duration Desk::table_gap(std::size_t source, Now now, bool told) const {
  const Source& is = sources_[source];
  const State& state = states_[source];
  const Duration gap = *is.kind.measure == table::Measure::price ? table::until_prices(now.wall, state.known_until, is.every) : is.every;
  const Duration floor = std::min(gap, is.kind.least_every);
  return told ? std::max(gap, floor) : std::min(gap, std::max(floor, doubled(1min, state.failed, 1h)));
}

/// So many thousandths of a round are left of a day's requests.
std::int64_t Desk::rounds_left(std::size_t source) const {
  const Template& kind = sources_[source].kind;
  const auto opening = static_cast<std::int64_t>(kind.access.questions.size());   // asked now and then
  const auto each = std::max<std::int64_t>(1, static_cast<std::int64_t>(kind.questions.size()) - opening);
  return (kind.most_a_day - opening - static_cast<std::int64_t>(states_[source].health.requests_today)) * 1000 / each;
}

/// How far apart rounds must be so that a day's requests last for the day.
Duration Desk::spread(std::size_t source, Now now) const {
  if (sources_[source].kind.most_a_day <= 0) return {};
  const Duration rest = whole_day - now.wall.since_epoch() % whole_day;
  const std::int64_t left = rounds_left(source);
  return left < 1000 ? rest : rest * 1000 / left;
}

/// When what an answer says was true: as its stamp says, whose steps count more than what its clock shows.
std::optional<Instant> Desk::moment(std::size_t source, std::uint8_t question, Now now) {
  const Template& kind = sources_[source].kind;
  State& state = states_[source];
  const Instant heard = state.round->true_at[question];
  std::optional<Instant> at = heard;
  state.stamps.resize(kind.stamps.size());
  state.stamped.resize(kind.stamps.size(), Instant::long_ago());
  for (std::size_t i = 0; i < kind.stamps.size(); ++i) {
    const Stamp& stamp = kind.stamps[i];
    if (stamp.question != question) continue;
    const std::optional<Stamped> seen = stamp_in(stamp, *state.round->heard[question], now.wall);
    if (!seen) continue;
    if (seen->text != state.stamps[i] || seen->is_age) {
      const bool first = state.stamps[i].empty();
      state.stamps[i] = seen->text;
      state.stamped[i] = first || seen->is_age ? heard - std::max(Duration{}, seen->age) : heard;
    }
    at = std::min(*at, state.stamped[i]);
    if (heard - *at > stamp.believed) return std::nullopt;
  }
  return at;
}

// --- What survives ----------------------------------------------------------------------------------------------------------

void Desk::recall(std::size_t source, const Options& learned, Now now) {
  State& state = states_[source];
  state.learned = learned;
  const Template& kind = sources_[source].kind;
  const bool is_session = kind.access.kind == Access::Kind::session && !learned.empty() && knows_session(kind, learned);
  // Cookies are not kept: a session that lives by them is opened anew; so is one that says where to listen.
  if (is_session && !kind.access.cookies && !listens(kind)) state.session_since = now.at;
}

std::optional<DaysRequests> Desk::spent(std::size_t source) const {
  const auto most = static_cast<std::uint32_t>(std::max(0, sources_[source].kind.most_a_day));
  if (most == 0) return std::nullopt;
  const std::uint32_t step = (most + 49) / 50;
  return DaysRequests{states_[source].day, (states_[source].health.requests_today + step - 1) / step * step};
}

void Desk::recall_spent(std::size_t source, DaysRequests before, Now now) {
  State& state = states_[source];
  if (before.day != day_of(now.wall)) return;
  state.day = before.day;
  state.health.requests_today = std::max(state.health.requests_today, before.requests);
  if (sources_[source].kind.most_a_day <= 0 || rounds_left(source) >= 1000) return;
  state.next = now.at + spread(source, now);   // nothing more today
  state.health.next_round = state.next;
  state.health.state = Health::State::resting;
}

void Desk::recall_table(std::size_t source, WallTime known_until, Duration age, Now now) {
  State& state = states_[source];
  state.known_until = known_until;
  state.health.read_at = now.at - age;
  const bool rests = state.health.state == Health::State::resting;   // see recall_spent
  if (listens(sources_[source].kind) || rests) return;
  const Duration gap = table_gap(source, now, true);
  if (age >= gap || known_until <= now.wall) return;
  state.next = now.at + std::min(gap, std::max(gap - age, Duration{}));
  state.health.next_round = state.next;
  state.health.state = Health::State::well;
}

}  // namespace core::meter
