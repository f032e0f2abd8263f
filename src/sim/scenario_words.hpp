// The words of one line of a scenario, taken one after the other; what does not fit is told with its line.
//
// A word in double quotes may have blanks in it; `#` begins a comment. A unit of measure behind a number may be left
// out, except of times.
#pragma once

#include <fmt/format.h>

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "base/time.hpp"
#include "base/units.hpp"

namespace sim {

class Words {
 public:
  Words(std::string_view line, int number);

  [[nodiscard]] bool done() const { return next_ >= words_.size(); }
  [[nodiscard]] std::size_t left() const { return words_.size() - next_; }
  [[nodiscard]] std::string_view peek() const { return done() ? std::string_view{} : words_[next_]; }
  bool take(std::string_view word);
  [[nodiscard]] tl::unexpected<base::Fault> wrong(std::string_view expected) const;

  base::Result<std::string> word(std::string_view meaning);
  base::Result<double> number(std::string_view meaning);
  base::Result<int> whole(std::string_view meaning, int least, int most);
  base::Result<std::int64_t> whole_joules(std::string_view meaning);
  base::Result<base::Duration> time(std::string_view meaning);
  base::Result<base::Amps> amps();
  base::Result<base::Watts> watts();
  base::Result<std::uint16_t> id();
  /// An id where a number follows it, so that "1500 W" is none.
  base::Result<std::optional<std::uint16_t>> id_before_number();

  template <class Value>
  base::Result<Value> one_of(const std::map<std::string_view, Value>& choices) {
    const auto found = choices.find(peek());
    if (found == choices.end()) {
      std::string list;
      for (const auto& [name, value] : choices) list += fmt::format("{}{}", list.empty() ? "" : ", ", name);
      return wrong(fmt::format("one of {}", list));
    }
    ++next_;
    return found->second;
  }

 private:
  std::vector<std::string_view> words_;
  std::size_t next_ = 0;
  int number_;
  std::string_view line_;
};

inline base::Amps amps_from(double number) {
  return base::Amps::from(number).value_or(base::Amps{});
}
inline base::Watts watts_from(double number) {
  return base::Watts::from(number).value_or(base::Watts{});
}

}  // namespace sim
