#include "shell/door/keeper.hpp"

#include <fmt/format.h>
#include <sys/stat.h>

#include <algorithm>
#include <cctype>

#include "shell/door/passwords.hpp"
#include "shell/door/secrets.hpp"
#include "shell/store/files.hpp"

namespace shell::door {
namespace {

using base::Duration;
using base::Result;
using core::Severity;
using namespace std::chrono_literals;

constexpr std::size_t most_computing = 4;  // a fifth one would wait for longer than its browser does
constexpr auto look_every = 1s;

/// A code as it was meant: whoever types it may leave out the dash.
std::string plain_code(std::string_view typed) {
  std::string text;
  for (const char c : typed.substr(0, 32)) {
    if (c != '-' && c != ' ') text += static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
  }
  return text;
}

Refusal refused(int status, std::string text) {
  return Refusal{status, std::move(text)};
}

}  // namespace

/// Tells one content of the file from another without reading it.
struct Keeper::Print {
  std::int64_t seconds = 0, nanoseconds = 0;
  std::uint64_t node = 0;
  std::int64_t size = -1;
  bool operator==(const Print&) const = default;

  static Print of(const std::string& path) {
    struct stat about {};
    if (path.empty() || ::stat(path.c_str(), &about) != 0) return {};
    return {about.st_mtim.tv_sec, about.st_mtim.tv_nsec, about.st_ino, about.st_size};
  }
};

Keeper::Keeper(Needs needs) : needs_(std::move(needs)), print_(std::make_unique<Print>(Print::of(needs_.path))) {
  if (!needs_.path.empty()) {
    auto loaded = load_book(needs_.path);
    if (loaded) book_ = std::move(*loaded);
    else say(Severity::alarm, loaded.error().text);
  }
  want_set_up_if_needed();
}

Keeper::~Keeper() = default;

void Keeper::want_set_up_if_needed() {
  if (book_.has_admin()) {
    code_.clear();
  } else if (code_.empty()) {
    code_ = random_code();
    if (!needs_.has_page) return;
    say(Severity::warning,
        fmt::format("There is no password yet. Open the page and choose one; the set-up code is {}", code_));
  }
}

void Keeper::look_at_file() {
  const base::Instant now = needs_.now().at;
  if (needs_.path.empty() || !storing_.empty() || now - looked_ < look_every) return;
  looked_ = now;
  const Print print = Print::of(needs_.path);
  if (print == *print_) return;
  *print_ = print;
  auto loaded = load_book(needs_.path);
  if (!loaded) return say(Severity::alarm, loaded.error().text + "; what was known before stays valid until then");
  book_ = std::move(*loaded);
  say(Severity::info, fmt::format("{} was changed from outside and has been read again", needs_.path));
  want_set_up_if_needed();
}

// --- Who is it ------------------------------------------------------------------------------------------------------

const Person* Keeper::whose_session(std::string_view secret) {
  const Session* const session = book_.sessions.find(secret, needs_.now().wall);
  const Person* const person = session == nullptr ? nullptr : book_.find(session->person);
  store_if(book_.sessions.take_changed());
  return person;
}

const Token* Keeper::token(std::string_view secret) {
  const Token* const found = book_.tokens.find(secret, needs_.now().wall);
  store_if(book_.tokens.take_changed());
  return found;
}

void Keeper::store_if(bool changed) {
  if (changed) store([](const Result<bool>&) {});
}

// --- The worker and the clerk ---------------------------------------------------------------------------------------

Refusal Keeper::busy() const {
  return {503, "The controller is busy with other log-ins; try again in a few seconds.", 5s};
}

void Keeper::compute(std::function<Result<std::string>()> work, Computed then) {
  const std::uint64_t number = ++numbers_;
  computing_.emplace(number, std::move(then));
  // What the worker holds may end with the program; who waits for it is known to the loop alone.
  auto done = [this, number, still = std::weak_ptr<int>(alive_)](const Result<std::string>& found) {
    if (still.expired()) return;
    auto waiting = computing_.extract(number);
    if (!waiting.empty()) waiting.mapped()(found);
  };
  const bool posted = needs_.worker->post([work = std::move(work), done, on_loop = needs_.on_loop] {
    on_loop([done, found = work()] { done(found); });
    return Clerk::Outcome{};
  });
  if (!posted) done(base::fail(base::Culprit::world, busy().text));
}

void Keeper::store(Stored then) {
  if (needs_.path.empty()) return then(true);
  const std::uint64_t number = ++numbers_;
  storing_.emplace(number, std::move(then));
  const auto still = std::weak_ptr<int>(alive_);
  const bool posted =
      needs_.clerk->post([this, number, still, path = needs_.path, text = book_text(book_), on_loop = needs_.on_loop] {
        const Result<bool> how = store_book(path, text);
        on_loop([this, number, still, how, print = Print::of(path)] {
          if (!still.expired()) stored(number, how, print);
        });
        return Clerk::Outcome{};
      });
  if (!posted) stored(number, base::fail(base::Culprit::world, "the disk is too slow"), *print_);
}

void Keeper::stored(std::uint64_t number, const Result<bool>& how, const Print& print) {
  *print_ = print;
  if (!how && !in_trouble_) say(Severity::warning, how.error().text);
  if (how && in_trouble_) say(Severity::info, fmt::format("{} can be written again", needs_.path));
  in_trouble_ = !how;
  auto waiting = storing_.extract(number);
  if (!waiting.empty()) waiting.mapped()(how);
}

// --- Coming in and going out ----------------------------------------------------------------------------------------

std::optional<Refusal> Keeper::too_many(std::string_view client) {
  if (computing_.size() >= most_computing) return busy();
  const Duration wait = attempts_.take(client, needs_.now().at);
  if (wait == Duration{}) return std::nullopt;
  const auto seconds = std::chrono::ceil<std::chrono::seconds>(wait);
  return Refusal{429, fmt::format("Too many attempts; try again in {} s.", seconds.count()), seconds};
}

void Keeper::enter(const std::string& name, std::string_view client, const Done<Entry>& done) {
  const Person* const person = book_.find(name);
  attempts_.right(client);
  Entry entry{book_.sessions.begin(name, needs_.now().wall), name, person->role};
  say(Severity::info, fmt::format("{} logged in from {}", name, client));
  done(std::move(entry));
}

void Keeper::set_up(std::string_view code, std::string password, std::string_view client, const Done<Entry>& done) {
  const auto there_is_one = [] { return tl::unexpected(refused(409, "There is a password already; log in with it.")); };
  if (!wants_set_up()) return done(there_is_one());
  if (const auto good = acceptable(password); !good) return done(tl::unexpected(refused(400, good.error().text)));
  if (auto refusal = too_many(client)) return done(tl::unexpected(std::move(*refusal)));
  if (!same_secret(plain_code(code), plain_code(code_))) {
    say(Severity::warning, fmt::format("a wrong set-up code was given from {}", client));
    return done(tl::unexpected(
        refused(403,
                "This is not the set-up code. The program showed it when it was started, on its console or in its "
                "journal (journalctl -u twcmanager).")));
  }
  compute(
      [password = std::move(password)] { return hash_password(password); },
      [this, there_is_one, client = std::string{client}, done](const Result<std::string>& hash) {
        if (!hash) return done(tl::unexpected(refused(503, hash.error().text)));
        if (book_.has_admin()) return done(there_is_one());
        const std::string name{first_person};
        book_.put({name, Role::admin, *hash});
        store([this, name, client, done](const Result<bool>& how) {
          if (!how) {
            book_.remove(name);
            return done(tl::unexpected(refused(
                503, fmt::format("The password could not be stored, so there is still none: {}.", how.error().text))));
          }
          code_.clear();
          enter(name, client, done);
          store_if(true);
        });
      });
}

void Keeper::log_in(std::string name, std::string password, std::string_view client, const Done<Entry>& done) {
  if (wants_set_up()) return done(tl::unexpected(refused(409, "There is no password yet; set one up first.")));
  if (auto refusal = too_many(client)) return done(tl::unexpected(std::move(*refusal)));
  const Person* const person = book_.find(name);
  const std::string hash = person == nullptr ? std::string{} : person->hash;
  compute(
      [password = std::move(password), hash]() -> Result<std::string> {
        const bool usable = password.size() <= longest_password;
        const bool right = hash.empty() || !usable ? is_nobodys_password("") : is_password(password, hash);
        return std::string{right ? "right" : ""};
      },
      [this, name = std::move(name), hash, client = std::string{client}, done](const Result<std::string>& found) {
        if (!found) return done(tl::unexpected(busy()));
        const Person* const still = book_.find(name);  // may have been removed meanwhile
        if (found->empty() || still == nullptr || still->hash != hash) {
          say(Severity::warning, fmt::format("a log-in from {} failed", client));
          return done(tl::unexpected(refused(
              401, "Name or password is wrong. \"twcmanager password\" on the controller's console sets a new one.")));
        }
        enter(name, client, done);
        store_if(true);
      });
}

void Keeper::log_out(std::string_view session) {
  if (session.empty()) return;
  book_.sessions.end(session);
  store_if(true);
}

// --- Giving and taking rights ---------------------------------------------------------------------------------------

void Keeper::put_person(std::string name, Role role, std::string password, const Done<Nothing>& done) {
  const auto objection = [this](const std::string& of, Role wanted) -> std::optional<Refusal> {
    const Person* const old = book_.find(of);
    if (old == nullptr && book_.people.size() >= most_people)
      return refused(409, fmt::format("There are {} people already; remove one first.", most_people));
    const auto admins = std::count_if(book_.people.begin(), book_.people.end(),
                                      [](const Person& each) { return each.role == Role::admin; });
    if (old != nullptr && old->role == Role::admin && wanted != Role::admin && admins == 1)
      return refused(409, "Somebody has to stay admin; nothing was changed.");
    return std::nullopt;
  };
  if (const auto good = acceptable(password); !good) return done(tl::unexpected(refused(400, good.error().text)));
  if (auto no = objection(name, role)) return done(tl::unexpected(std::move(*no)));
  if (computing_.size() >= most_computing) return done(tl::unexpected(busy()));
  compute([password = std::move(password)] { return hash_password(password); },
          [this, objection, name = std::move(name), role, done](const Result<std::string>& hash) {
            if (!hash) return done(tl::unexpected(refused(503, hash.error().text)));
            if (auto no = objection(name, role)) return done(tl::unexpected(std::move(*no)));
            const Person* const old = book_.find(name);
            const std::optional<Person> before = old == nullptr ? std::nullopt : std::optional(*old);
            book_.put({name, role, *hash});
            store([this, name, before, done](const Result<bool>& how) {
              if (how) return done(Nothing{});
              if (before) book_.put(*before);
              else book_.remove(name);
              done(tl::unexpected(
                  refused(503, fmt::format("Nothing was changed, for it could not be stored: {}.", how.error().text))));
            });
          });
}

void Keeper::remove_person(std::string_view name, const Done<Nothing>& done) {
  const Person* const person = book_.find(name);
  if (person == nullptr) return done(tl::unexpected(refused(404, "There is nobody of this name.")));
  Book without = book_;
  without.remove(name);
  if (!without.has_admin())
    return done(tl::unexpected(refused(409, "Somebody has to stay admin; nothing was changed.")));
  book_ = std::move(without);
  store([done](const Result<bool>& how) {
    if (how) return done(Nothing{});
    done(tl::unexpected(
        refused(503, fmt::format("It holds until the next start, for it could not be stored: {}.", how.error().text))));
  });
}

void Keeper::make_token(std::string name, Role role, const Done<NewToken>& done) {
  auto made = book_.tokens.make(std::move(name), role, needs_.now().wall);
  if (!made) return done(tl::unexpected(refused(409, made.error().text)));
  store([this, made = NewToken{made->token, std::move(made->secret)}, done](const Result<bool>& how) {
    if (how) return done(made);
    book_.tokens.revoke(made.token.id);
    done(tl::unexpected(
        refused(503, fmt::format("There is no new token, for it could not be stored: {}.", how.error().text))));
  });
}

void Keeper::revoke_token(std::string_view id, const Done<Nothing>& done) {
  if (!book_.tokens.revoke(id)) return done(tl::unexpected(refused(404, "There is no token of this id.")));
  store([done](const Result<bool>& how) {
    if (how) return done(Nothing{});
    done(tl::unexpected(
        refused(503, fmt::format("It holds until the next start, for it could not be stored: {}.", how.error().text))));
  });
}

Result<bool> set_password(const std::string& path, std::string_view password, std::string& note) {
  TRY(acceptable(password));
  Book next;
  if (exists(path)) {
    auto book = read_book(TRY(read_whole(path)));
    if (book) next = std::move(*book);
    else note = fmt::format("{} made no sense and has been replaced; tokens have to be made again.", path);
  }
  std::string hash = TRY(hash_password(password));
  next.put({std::string{first_person}, Role::admin, std::move(hash)});
  next.sessions.restore({});
  return store_book(path, book_text(next));
}

}  // namespace shell::door
