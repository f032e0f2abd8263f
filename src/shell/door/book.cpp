#include "shell/door/book.hpp"

#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "shell/door/passwords.hpp"
#include "shell/store/files.hpp"

namespace shell::door {
namespace {

using Json = nlohmann::ordered_json;
using base::Culprit;
using base::WallTime;

constexpr int version = 1;

WallTime time_of(const Json& value) {
  return WallTime::at(base::Duration{value.get<std::int64_t>()});
}
std::int64_t number(WallTime time) {
  return time.since_epoch().count();
}

Role role_in(const Json& value) {
  const auto role = role_of(value.at("role").get_ref<const std::string&>());
  if (!role) throw std::runtime_error("an unknown role");
  return *role;
}

std::string digest_in(const Json& value) {
  const std::string& text = value.at("sha256").get_ref<const std::string&>();
  if (text.size() != 64 || text.find_first_not_of("0123456789abcdef") != std::string::npos)
    throw std::runtime_error("a digest that is none");
  return text;
}

std::string name_in(const Json& value, const char* member) {
  const std::string& text = value.at(member).get_ref<const std::string&>();
  if (!acceptable_name(text)) throw std::runtime_error("an unusable name");
  return text;
}

Book book_in(const Json& json) {
  if (json.at("version").get<int>() != version) throw std::runtime_error("another version of this file");
  Book book;
  for (const Json& each : json.at("people")) {
    Person person{name_in(each, "name"), role_in(each), each.at("argon2id").get<std::string>()};
    if (!is_hash(person.hash)) throw std::runtime_error("a password's hash that is none");
    if (book.find(person.name) != nullptr) throw std::runtime_error("one name twice");
    book.people.push_back(std::move(person));
  }
  std::vector<Token> tokens;
  for (const Json& each : json.at("tokens")) {
    Token token{each.at("id").get<std::string>(), name_in(each, "name"), role_in(each), digest_in(each),
                time_of(each.at("made")),         std::nullopt};
    if (!each.at("used").is_null()) token.used = time_of(each.at("used"));
    tokens.push_back(std::move(token));
  }
  book.tokens.restore(std::move(tokens));
  std::vector<Session> sessions;
  for (const Json& each : json.at("sessions")) {
    sessions.push_back({digest_in(each), name_in(each, "person"), time_of(each.at("begun")), time_of(each.at("used"))});
  }
  book.sessions.restore(std::move(sessions));
  return book;
}

}  // namespace

const Person* Book::find(std::string_view name) const {
  const auto found =
      std::find_if(people.begin(), people.end(), [name](const Person& each) { return each.name == name; });
  return found == people.end() ? nullptr : &*found;
}

void Book::put(Person person) {
  remove(person.name);
  people.push_back(std::move(person));
}

void Book::remove(std::string_view name) {
  sessions.end_all_of(name);
  std::erase_if(people, [name](const Person& each) { return each.name == name; });
}

bool Book::has_admin() const {
  return std::any_of(people.begin(), people.end(), [](const Person& each) { return each.role == Role::admin; });
}

std::string book_text(const Book& book) {
  Json json{{"version", version}, {"people", Json::array()}, {"tokens", Json::array()}, {"sessions", Json::array()}};
  for (const Person& each : book.people)
    json["people"].push_back({{"name", each.name}, {"role", words(each.role)}, {"argon2id", each.hash}});
  for (const Token& each : book.tokens.all()) {
    json["tokens"].push_back({{"id", each.id},
                              {"name", each.name},
                              {"role", words(each.role)},
                              {"sha256", each.digest},
                              {"made", number(each.made)},
                              {"used", each.used ? Json(number(*each.used)) : Json(nullptr)}});
  }
  for (const Session& each : book.sessions.all()) {
    json["sessions"].push_back(
        {{"sha256", each.digest}, {"person", each.person}, {"begun", number(each.begun)}, {"used", number(each.used)}});
  }
  return json.dump(1, ' ', false, Json::error_handler_t::replace) + "\n";
}

base::Result<Book> read_book(std::string_view text) {
  try {
    return book_in(Json::parse(text));
  } catch (const Json::exception&) {
    return base::fail(Culprit::user, "it is not what this program wrote");  // the library's words may quote the file
  } catch (const std::runtime_error& problem) {
    return base::fail(Culprit::user, fmt::format("it has {}", problem.what()));
  }
}

base::Result<Book> load_book(const std::string& path) {
  if (!exists(path)) return Book{};
  const std::string text = TRY(read_whole(path));
  auto book = read_book(text);
  if (!book) {
    return base::fail(Culprit::user, fmt::format("{} lets nobody in: {}; \"twcmanager password\" begins a new one",
                                                 path, book.error().text));
  }
  return book;
}

base::Result<bool> store_book(const std::string& path, std::string_view text) {
  const bool fresh = !exists(path);
  auto stored = replace_file(path, text, Old::is_gone);
  struct stat folder {};
  if (stored && fresh && ::geteuid() == 0 && ::stat(path.substr(0, path.rfind('/') + 1).c_str(), &folder) == 0)
    static_cast<void>(::chown(path.c_str(), folder.st_uid, folder.st_gid) == 0);
  return stored;
}

}  // namespace shell::door
