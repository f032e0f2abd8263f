// Who holds the keys: knows the people, tokens and sessions, and lets nobody guess quickly.
//
// The problem: checking a password takes a second of a slow processor and storing it takes a disk, and the thread that
// is asked owes every connector a heartbeat each second. The idea: all that is known lives on the loop's thread and is
// looked up there in microseconds; passwords are computed by a worker, files written by the clerk, and what they found
// comes back to the loop. What a caller is told has happened is on the disk; only a session need not be.
#pragma once

#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "base/time.hpp"
#include "core/announcement.hpp"
#include "shell/door/attempts.hpp"
#include "shell/door/book.hpp"
#include "shell/store/clerk.hpp"

namespace shell::door {

/// Why somebody is not let in or something is not done, as HTTP says it.
struct Refusal {
  int status = 403;
  std::string text;       ///< a sentence for people
  base::Duration wait{};  ///< of a 429 or 503: when to try again
};
template <class T>
using Outcome = tl::expected<T, Refusal>;
/// Called once, on the loop's thread, unless the program ends before.
template <class T>
using Done = std::function<void(Outcome<T>)>;

/// Somebody has come in.
struct Entry {
  std::string session;  ///< the secret for the cookie
  std::string name;
  Role role = Role::nobody;
};
struct NewToken {
  Token token;
  std::string secret;  ///< to be shown once
};
struct Nothing {};

class Keeper {
 public:
  struct Needs {
    std::string path;      ///< of door.json; empty: nothing is kept
    bool has_page = true;  ///< false: nobody can enter a set-up code anywhere, so none is said
    std::function<base::Now()> now;
    std::function<void(std::function<void()>)> on_loop;  ///< runs it soon on the loop's thread; called by any thread
    std::function<void(core::Severity, std::string_view)> say;
    Clerk* worker = nullptr;  ///< computes; neither of the two is null, both end before what `on_loop` needs does
    Clerk* clerk = nullptr;   ///< writes
  };

  /// Reads the file. Without an admin in it a set-up code is made and said.
  explicit Keeper(Needs needs);
  Keeper(const Keeper&) = delete;
  Keeper& operator=(const Keeper&) = delete;
  ~Keeper();

  /// Whether there is no password yet, so that only set_up lets somebody in.
  [[nodiscard]] bool wants_set_up() const { return !code_.empty(); }

  /// The person whose session this is, or null.
  [[nodiscard]] const Person* whose_session(std::string_view secret);
  [[nodiscard]] const Token* token(std::string_view secret);
  [[nodiscard]] const Book& book() const { return book_; }

  /// Makes the first admin. `client` is the address that asks.
  void set_up(std::string_view code, std::string password, std::string_view client, const Done<Entry>& done);
  void log_in(std::string name, std::string password, std::string_view client, const Done<Entry>& done);
  void log_out(std::string_view session);

  /// Adds somebody, or gives a new role and password; `name` has been checked.
  void put_person(std::string name, Role role, std::string password, const Done<Nothing>& done);
  void remove_person(std::string_view name, const Done<Nothing>& done);
  void make_token(std::string name, Role role, const Done<NewToken>& done);
  void revoke_token(std::string_view id, const Done<Nothing>& done);

  /// Takes over what another process has written, at most once a second.
  void look_at_file();

 private:
  struct Print;
  using Computed = std::function<void(base::Result<std::string>)>;
  using Stored = std::function<void(const base::Result<bool>&)>;

  [[nodiscard]] std::optional<Refusal> too_many(std::string_view client);
  [[nodiscard]] Refusal busy() const;
  void compute(std::function<base::Result<std::string>()> work, Computed then);
  void store(Stored then);
  void stored(std::uint64_t number, const base::Result<bool>& how, const Print& print);
  void enter(const std::string& name, std::string_view client, const Done<Entry>& done);
  void want_set_up_if_needed();
  void store_if(bool changed);
  void say(core::Severity severity, std::string_view text) const { needs_.say(severity, text); }

  Needs needs_;
  Book book_;
  Attempts attempts_;
  std::string code_;  ///< empty: there is an admin
  std::map<std::uint64_t, Computed> computing_;
  std::map<std::uint64_t, Stored> storing_;
  std::uint64_t numbers_ = 0;
  std::unique_ptr<Print> print_;  ///< of the file as we know it
  base::Instant looked_{};
  bool in_trouble_ = false;
  std::shared_ptr<int> alive_ = std::make_shared<int>();
};

/// What `twcmanager password` does: a new password for the first admin in the file, and nobody stays logged in. Fault:
/// the sentence for the person. A file that makes no sense is replaced, `note` says so then.
[[nodiscard]] base::Result<bool> set_password(const std::string& path, std::string_view password, std::string& note);

}  // namespace shell::door
