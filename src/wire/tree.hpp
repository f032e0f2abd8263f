// What devices answer, as one kind of tree: JSON, XML and CSV.
//
// JSON is as it is. An XML element is an object: its attributes are members named "@name", its text is "#", the elements
// inside are members by their names without namespace, a list where one name occurs more than once; the root's own name
// is the only member of the tree. CSV is a list of rows, each a list of cells without blanks around them.
//
// Scalars stay as they were written, so that nothing is lost before somebody says what it means ("-0" of JSON is "0").
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"

namespace wire {

struct Tree {
  enum class Kind : std::uint8_t { nothing, truth, number, text, list, object };
  Kind kind = Kind::nothing;
  std::string name;            ///< as a member of an object
  std::string text;            ///< of a scalar: "true", "-3.5e3", characters
  std::vector<Tree> items;     ///< of a list or an object; of members with one name the last is the one that counts

  [[nodiscard]] bool is_scalar() const { return kind == Kind::truth || kind == Kind::number || kind == Kind::text; }
  /// The member of that name, or null.
  [[nodiscard]] const Tree* find(std::string_view member) const;
  bool operator==(const Tree&) const = default;
};

inline constexpr int deepest_tree = 64;
inline constexpr std::size_t most_tree_items = 100'000;

/// How strictly JSON is read: `lenient` takes an empty place in a list for null ("[1,,2]").
enum class Strictness : std::uint8_t { strict, lenient };

/// The fault says what stands there instead ("a web page instead of JSON", "nothing instead of XML"), or line and column of
/// what was not understood. Of XML neither a document type nor entities of its own are read, so it cannot grow.
[[nodiscard]] base::Result<Tree> read_json(std::string_view text, Strictness strictness = Strictness::strict);
[[nodiscard]] base::Result<Tree> read_xml(std::string_view text);
[[nodiscard]] base::Result<Tree> read_csv(std::string_view text, char separator = ',');

/// Whether a text is the kind of page that a device shows people, a log-in for instance.
[[nodiscard]] bool is_web_page(std::string_view text);

/// Without what is blank around it, and without a byte order mark.
[[nodiscard]] std::string_view trimmed(std::string_view text);

/// To show people: in one line of at most `most` bytes, without control characters.
[[nodiscard]] std::string shortened(std::string_view text, std::size_t most = 40);

}  // namespace wire
