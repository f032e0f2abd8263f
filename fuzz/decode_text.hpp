// Any text before `twcmanager decode`: every line of output is JSON in plain ASCII, in the order of the input, and a
// bad line costs one complaint and the exit status, nothing else.
#pragma once

#include <algorithm>
#include <nlohmann/json.hpp>
#include <sstream>
#include <string>
#include <string_view>

#include "app/decode.hpp"
#include "base/result.hpp"

namespace fuzz {

inline void decode_text(std::string_view text) {
  std::istringstream in{std::string(text)};
  std::ostringstream out, err;
  const int status = app::decode(in, out, err);

  const std::string complaints = err.str();
  base::check(status == (complaints.empty() ? 0 : 1), "the exit status tells of complaints");
  const auto lines = static_cast<std::size_t>(std::count(text.begin(), text.end(), '\n')) + 1;
  const auto complained = static_cast<std::size_t>(std::count(complaints.begin(), complaints.end(), '\n'));
  base::check(complained <= lines, "one complaint a line");

  std::size_t last = 1;
  std::istringstream objects(out.str());
  for (std::string object; std::getline(objects, object);) {
    base::check(std::all_of(object.begin(), object.end(), [](char c) { return c >= 0x20 && c < 0x7F; }),
                "the output is plain ASCII");
    const auto json = nlohmann::json::parse(object, nullptr, false);
    base::check(json.is_object(), "each line of output is an object");
    const auto line = json.at("line").get<std::size_t>();
    base::check(line >= last && line <= lines, "objects come in the order of their lines");
    last = line;
    base::check(json.contains(json.at("accept").get<bool>() ? "type" : "reason"), "an object says what or why not");
  }
}

}  // namespace fuzz
