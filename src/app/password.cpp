#include "app/password.hpp"

#include <fmt/format.h>
#include <termios.h>
#include <unistd.h>

#include <istream>
#include <ostream>

#include "app/load.hpp"
#include "shell/door/keeper.hpp"
#include "shell/door/secrets.hpp"
#include "shell/loop/loop.hpp"

namespace app {
namespace {

/// While it lives, the terminal does not show what is typed.
class Unseen {
 public:
  Unseen() : known_(::tcgetattr(STDIN_FILENO, &before_) == 0) {
    termios quiet = before_;
    quiet.c_lflag &= ~static_cast<tcflag_t>(ECHO);
    if (known_) ::tcsetattr(STDIN_FILENO, TCSAFLUSH, &quiet);
  }
  ~Unseen() {
    if (known_) ::tcsetattr(STDIN_FILENO, TCSAFLUSH, &before_);
  }
  Unseen(const Unseen&) = delete;
  Unseen& operator=(const Unseen&) = delete;

 private:
  termios before_{};
  bool known_;
};

std::string line_of(std::istream& in) {
  std::string line;
  std::getline(in, line);
  if (!line.empty() && line.back() == '\r') line.pop_back();
  return line;
}

/// Nothing when the two differ.
std::string ask_twice(std::istream& in, std::ostream& out, std::ostream& err) {
  const Unseen unseen;
  out << "New password: " << std::flush;
  std::string first = line_of(in);
  out << "\nOnce more: " << std::flush;
  std::string second = line_of(in);
  out << '\n';
  if (first != second) {
    err << "twcmanager: the two are not the same; nothing was changed\n";
    shell::door::forget(first);
  }
  shell::door::forget(second);
  return first;
}

}  // namespace

int password(const PasswordOptions& options, std::istream& in, std::ostream& out, std::ostream& err) {
  const Configuration configuration = load_configuration(options.config, shell::read_clocks().wall);
  if (const Finding* fatal = configuration.fatal()) {
    err << "twcmanager: " << words(*fatal) << '\n';
    return 1;
  }
  const std::string path = door_file(configuration);
  if (path.empty()) {
    err << "twcmanager: there is no settingsPath, so there is no place for a password\n";
    return 1;
  }
  const bool terminal = ::isatty(STDIN_FILENO) == 1;
  std::string chosen = terminal ? ask_twice(in, out, err) : line_of(in);
  if (chosen.empty()) {
    if (!terminal) err << "twcmanager: no password was given; nothing was changed\n";
    return 1;
  }
  std::string note;
  const auto stored = shell::door::set_password(path, chosen, note);
  shell::door::forget(chosen);
  if (!stored) {
    err << "twcmanager: " << stored.error().text << '\n';
    return 1;
  }
  if (!note.empty()) out << note << '\n';
  out << fmt::format("The password of {} is set, and everybody has to log in again. Tokens stay valid.\n",
                     shell::door::first_person);
  return 0;
}

}  // namespace app
