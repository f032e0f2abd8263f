// Who may come in, as one value that is one file: door.json beside settings.json, mode 0600, never in settings.json,
// which people copy and post.
//
// It holds no secret, only what secrets can be checked with: Argon2id of passwords, SHA-256 of tokens and sessions.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "shell/door/role.hpp"
#include "shell/door/sessions.hpp"
#include "shell/door/tokens.hpp"

namespace shell::door {

inline constexpr std::string_view first_person = "admin";
inline constexpr std::size_t most_people = 32;

struct Person {
  std::string name;
  Role role = Role::view;
  std::string hash;  ///< of the password
};

struct Book {
  std::vector<Person> people;
  Tokens tokens;
  Sessions sessions;

  [[nodiscard]] const Person* find(std::string_view name) const;
  /// Adds a person, or gives one another role and password; their sessions end.
  void put(Person person);
  void remove(std::string_view name);
  /// Whether somebody could still let others in: at least one admin with a password.
  [[nodiscard]] bool has_admin() const;
};

[[nodiscard]] std::string book_text(const Book& book);
/// Fault (user): what makes no sense in it. Nobody is let in by a part of a file.
[[nodiscard]] base::Result<Book> read_book(std::string_view text);

/// The book at `path`; an empty one when there is no file. Fault: it cannot be read, or makes no sense.
[[nodiscard]] base::Result<Book> load_book(const std::string& path);
/// Writes `text` in one step; of what was there nothing is left. A new file made by root belongs to the folder's owner.
[[nodiscard]] base::Result<bool> store_book(const std::string& path, std::string_view text);

}  // namespace shell::door
