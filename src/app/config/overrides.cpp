#include "app/config/overrides.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>

#include "app/config/configuration.hpp"
#include "app/config/dialect.hpp"
#include "app/config/keys.hpp"
#include "app/config/utf8.hpp"

namespace app {
namespace {

constexpr std::string_view circuit_key = "config.wiringMaxAmpsAllTWCs";
constexpr std::string_view grid_key = "config.maxAmpsAllowedFromGrid";
constexpr std::string_view safe_key = "config.safeCurrent";
constexpr std::string_view prefix = "TWCMANAGER_";
constexpr double unlimited = std::numeric_limits<double>::infinity();

bool is_number(const Key& key) {
  return key.takes == Key::Takes::number || key.takes == Key::Takes::whole;
}

std::vector<std::string> split(std::string_view path, char at) {
  std::vector<std::string> parts;
  for (std::size_t end = 0; end != std::string_view::npos;
       path.remove_prefix(end == std::string_view::npos ? 0 : end + 1)) {
    end = path.find(at);
    parts.emplace_back(path.substr(0, end));
  }
  return parts;
}

/// The names on the way to a key. The one that stands for a * may have dots in it.
std::vector<std::string> way_to(const Key& key, std::string_view path) {
  const std::size_t star = key.path.find('*');
  if (star == std::string_view::npos) return split(key.path, '.');
  const std::string_view after = key.path.substr(star + 1);
  std::vector<std::string> way = split(key.path.substr(0, star - 1), '.');
  way.emplace_back(path.substr(star, path.size() - star - after.size()));
  way.emplace_back(after.substr(1));
  return way;
}

const Value* look(const Value& root, const std::vector<std::string>& way) {
  const Value* here = &root;
  for (const std::string& name : way) {
    if (here != nullptr) here = here->find(name);
  }
  return here;
}

/// False: there is something on the way that is no section.
bool put(Value& root, const std::vector<std::string>& way, Value value) {
  Value* here = &root;
  for (const std::string& name : way) {
    if (here->kind == Value::Kind::nothing) here->kind = Value::Kind::object;
    if (here->kind != Value::Kind::object) return false;
    const auto known =
        std::find_if(here->children.begin(), here->children.end(), [&](const Value& v) { return v.key == name; });
    if (known != here->children.end()) {
      here = &*known;
      continue;
    }
    Value section;
    section.kind = Value::Kind::nothing;
    section.key = name;
    section.from = value.from;
    here = &here->children.emplace_back(std::move(section));
  }
  value.key = here->key;
  *here = std::move(value);
  return true;
}

/// A number is one in decimal, even 010; everything else is the text that it is.
Value typed(const Key& key, std::string_view text, std::string_view from) {
  Value value;
  value.kind = Value::Kind::quoted;
  if (auto clean = clean_utf8(text, from)) value.text = std::move(clean->text);
  value.from = on_one_line(std::string{from});
  const auto number = number_of(value);
  if (!is_number(key) || !number) return value;
  value.kind = Value::Kind::word;
  value.text = fmt::format("{}", *number);
  return value;
}

/// Why the page cannot give this value to the key; empty: it can.
std::string trouble_of(const Key& key, std::string_view path, const Value& value) {
  if (key.use == Key::Use::later) return fmt::format("\"{}\" is not used by this version", path);
  if (key.changes == Key::Changes::never_on_page)
    return fmt::format("\"{}\" cannot be changed on the page; change it in the file, or by {}", path,
                       variable_of(path));
  Given given;
  const std::string kind = understand(key, value, given);
  if (!kind.empty()) return fmt::format("\"{}\" {}", path, kind);
  if (is_number(key) && (given.number < key.least || given.number > key.most))
    return fmt::format("\"{}\" is {}, outside {:g}…{:g}{}{}", path, shown(value), key.least, key.most,
                       key.unit.empty() ? "" : " ", key.unit);
  if (key.takes == Key::Takes::whole && std::floor(given.number) != given.number)
    return fmt::format("\"{}\" is {}, not a whole number", path, shown(value));
  return {};
}

std::string unknown(std::string_view path) {
  std::vector<std::string_view> names;
  for (const Key& key : keys()) {
    if (key.changes != Key::Changes::never_on_page) names.push_back(key.path);
  }
  const std::string_view meant = nearest(path, names);
  return fmt::format("there is no key \"{}\"{}", shortened(on_one_line(std::string{path}), 60),
                     meant.empty() ? std::string{} : fmt::format("; did you mean \"{}\"?", meant));
}

/// What a value of a key that guards the wiring lets through.
double lets_through(const Key& key, double number) {
  return key.path == grid_key && number == 0 ? unlimited : number;
}

/// The most that the page may say, by what the tree says now.
double bound_of(const Key& key, const Value* value) {
  Given given;
  const bool absent = value == nullptr || value->kind == Value::Kind::nothing;
  if (!absent && understand(key, *value, given).empty())
    return lets_through(key, std::clamp(given.number, key.least, key.most));
  if (key.path == circuit_key || key.path == safe_key) return 0;
  const std::string_view instead = !absent && !key.when_unusable.empty() ? key.when_unusable : key.fallback;
  Value taken;
  taken.kind = Value::Kind::word;
  taken.text = std::string{instead};
  return number_of(taken).value_or(absent ? unlimited : 0);
}

class Overriders {
 public:
  Overriders(Value& root, const Overrides& overrides) : root_(root), overrides_(overrides) {}

  Overridden put_all() {
    find_bounds();
    for (const Override& each : overrides_.page) put_page(each);
    const auto& all = overrides_.environment;
    const bool any =
        std::any_of(all.begin(), all.end(), [](const auto& each) { return each.first.starts_with(prefix); });
    if (any) find_variables();
    for (const auto& [name, text] : overrides_.environment) put_variable(name, text);
    find_bounds_again();
    return std::move(out_);
  }

 private:
  struct Place {
    const Key* key;
    std::string path;
    std::vector<std::string> way;
    const Value* part = nullptr;  ///< which has the key, if it has a name; only until something is put into the tree
  };

  void warn(std::string_view source, std::string text) {
    out_.findings.push_back({Severity::warning, on_one_line(std::string{source}), 0, 0, on_one_line(std::move(text))});
  }

  /// Each key as the file has it: those with a * once for each part.
  template <class F>
  void for_each_key(F&& f) const {
    for (const Key& key : keys()) {
      const std::size_t star = key.path.find('*');
      if (star == std::string_view::npos) {
        f(Place{&key, std::string{key.path}, split(key.path, '.'), nullptr});
        continue;
      }
      const Value* section = root_.at(key.path.substr(0, star - 1));
      if (section == nullptr || section->kind != Value::Kind::object) continue;
      for (const Value& part : section->children) {
        if (part.kind != Value::Kind::object && part.kind != Value::Kind::nothing) continue;
        const std::string path = fmt::format("{}{}{}", key.path.substr(0, star), part.key, key.path.substr(star + 1));
        f(Place{&key, path, way_to(key, path), &part});
      }
    }
  }

  // --- The page ------------------------------------------------------------------------------------------------------

  void find_bounds() {
    for_each_key([&](const Place& place) {
      if (!place.key->guards_wiring) return;
      const Value* value = place.part != nullptr ? place.part->find(place.way.back()) : look(root_, place.way);
      const double most = bears_nothing(place) ? 0 : bound_of(*place.key, value);
      if (most < unlimited) out_.bounds.push_back({place.path, most});
    });
  }

  /// Below a circuit without any limit nothing is charged, so one from the page would be more.
  [[nodiscard]] bool bears_nothing(const Place& place) const {
    constexpr std::array<std::string_view, 3> limits{"maxAmps", "maxWatts", "maxImbalanceAmps"};
    return place.way[0] == "circuits" && place.way.back() != "safeAmps" &&
           std::none_of(limits.begin(), limits.end(), [&](std::string_view key) {
             const Value* limit = place.part->find(key);
             return limit != nullptr && limit->kind != Value::Kind::nothing;
           });
  }

  /// What a variable says counts as if the file said it.
  void find_bounds_again() {
    for (const Overriding& each : out_.values) {
      const Key* key = key_of(each.path);
      if (!each.from_environment || !key->guards_wiring) continue;
      std::erase_if(out_.bounds, [&](const Bound& bound) { return bound.path == each.path; });
      const double most = bound_of(*key, look(root_, way_to(*key, each.path)));
      if (most < unlimited) out_.bounds.push_back({each.path, most});
    }
  }

  void put_page(const Override& each) {
    const Key* key = key_of(each.path);
    if (key == nullptr) {
      warn(overrides_.page_source, unknown(each.path) + "; what was chosen for it on the page is ignored");
      return;
    }
    const std::string path = key->path.find('*') == std::string_view::npos ? std::string{key->path} : each.path;
    Value value = typed(*key, each.text, overrides_.page_source);
    const std::vector<std::string> way = way_to(*key, path);
    std::string trouble = trouble_of(*key, path, value);
    if (trouble.empty() && way.size() == 3 && key->path.find('*') != std::string_view::npos &&
        look(root_, {way[0], way[1]}) == nullptr)
      trouble = fmt::format("there is no \"{}\" among the {} of the file", way[1], way[0]);
    if (trouble.empty()) trouble = raising(*key, path, value);
    if (trouble.empty() && !put(root_, way, value)) trouble = fmt::format("\"{}\" is not inside a section", path);
    if (trouble.empty()) out_.values.push_back({path, value.text, overrides_.page_source, false});
    else warn(overrides_.page_source, trouble + "; the file's value counts, not the page's");
  }

  [[nodiscard]] std::string raising(const Key& key, const std::string& path, const Value& value) const {
    if (!key.guards_wiring) return {};
    const auto bound =
        std::find_if(out_.bounds.begin(), out_.bounds.end(), [&](const Bound& b) { return b.path == path; });
    const double asked = lets_through(key, number_of(value).value_or(unlimited));
    if (bound == out_.bounds.end() || asked <= bound->most) return {};
    return fmt::format(
        "\"{}\" guards the wiring, and the page can only lower it: {} is more than the {:g} {} of the file", path,
        shown(value), bound->most, key.unit);
  }

  // --- The environment -----------------------------------------------------------------------------------------------

  void find_variables() {
    for_each_key([&](Place place) {
      if (place.key->takes == Key::Takes::structure) return;
      const std::string name = variable_of(place.path);
      const auto [known, is_new] = variables_.try_emplace(name, std::move(place));
      if (!is_new) known->second.key = nullptr;  // two parts whose names are told apart by blanks and dots alone
    });
  }

  void put_variable(const std::string& name, const std::string& text) {
    if (!name.starts_with(prefix) || text.empty()) return;
    const auto known = variables_.find(name);
    if (known == variables_.end()) {
      std::vector<std::string_view> names;
      for (const auto& each : variables_) names.push_back(each.first);
      const std::string_view meant = nearest(name, names);
      warn(name, fmt::format("no key belongs to this variable, so it is ignored{}",
                             meant.empty() ? std::string{} : fmt::format("; did you mean {}?", meant)));
      return;
    }
    const Place& place = known->second;
    if (place.key == nullptr) {
      warn(name,
           "two parts of the file share this variable, so it is ignored; give them names that differ in letters or "
           "digits");
      return;
    }
    Value value = typed(*place.key, text, name);
    const std::string said = place.key->is_secret ? "…" : shortened(on_one_line(value.text), 60);
    if (put(root_, place.way, std::move(value))) {
      std::erase_if(out_.values, [&](const Overriding& each) { return each.path == place.path; });
      out_.values.push_back({place.path, said, name, true});
    } else {
      warn(name, fmt::format("\"{}\" is not inside a section of the file, so this is ignored", place.path));
    }
  }

  Value& root_;
  const Overrides& overrides_;
  Overridden out_;
  std::map<std::string, Place, std::less<>> variables_;
};

}  // namespace

std::string variable_of(std::string_view path) {
  std::string name{prefix};
  for (const char c : path) {
    const auto byte = static_cast<unsigned char>(c);
    const bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
    if (plain) name += static_cast<char>(c >= 'a' && c <= 'z' ? c - 'a' + 'A' : c);
    else if (!is_continuation(static_cast<char>(byte))) name += '_';
  }
  return name;
}

Overridden put_overrides(Value& root, const Overrides& overrides) {
  return Overriders{root, overrides}.put_all();
}

std::vector<Override> page_overrides(std::string_view text, std::string_view file, Findings& findings) {
  std::vector<Override> all;
  const auto document = read_dialect(text, file);
  const Value* chosen = document ? document->root.find("config") : nullptr;
  if (chosen == nullptr || chosen->kind == Value::Kind::nothing) return all;
  if (chosen->kind != Value::Kind::object)
    findings.push_back(
        {Severity::warning, std::string{file}, 0, 0,
         fmt::format("\"config\" is {}, but it is a section; what was chosen on the page is ignored", shown(*chosen))});
  for (const Value& each : chosen->children) {
    if (each.is_scalar()) all.push_back({each.key, each.text});
    else if (each.kind != Value::Kind::nothing)
      findings.push_back({Severity::warning, std::string{file}, 0, 0,
                          fmt::format("\"config\": \"{}\" is {}, not a single value; it is ignored",
                                      shortened(on_one_line(each.key), 60), shown(each))});
  }
  return all;
}

base::Result<std::string> check_override(std::string_view path, std::string_view text) {
  const Key* key = key_of(path);
  if (key == nullptr) return base::fail(base::Culprit::user, unknown(path));
  const std::string canonical{key->path.find('*') == std::string_view::npos ? key->path : path};
  const std::string trouble = trouble_of(*key, canonical, typed(*key, text, {}));
  if (!trouble.empty()) return base::fail(base::Culprit::user, on_one_line(trouble));
  return canonical;
}

base::Result<std::string> check_override(const Configuration& configuration, std::string_view path,
                                         std::string_view text) {
  const std::string canonical = TRY(check_override(path, text));
  const auto refuse = [](std::string why) { return base::fail(base::Culprit::user, on_one_line(std::move(why))); };
  const Key& key = *key_of(canonical);
  if (key.path.find('*') != std::string_view::npos) {
    const std::vector<std::string> way = way_to(key, canonical);
    const auto& parts = configuration.parts;
    if (std::find(parts.begin(), parts.end(), way[0] + '.' + way[1]) == parts.end())
      return refuse(fmt::format("there is no \"{}\" among the {} of the file", way[1], way[0]));
  }
  for (const Overriding& each : configuration.overridden) {
    if (each.from_environment && each.path == canonical)
      return refuse(fmt::format("\"{}\" is set by the variable {}, which beats the page", canonical, each.source));
  }
  const auto bound = std::find_if(configuration.bounds.begin(), configuration.bounds.end(),
                                  [&](const Bound& b) { return b.path == canonical; });
  const double asked = lets_through(key, number_of(typed(key, text, {})).value_or(unlimited));
  if (key.guards_wiring && bound != configuration.bounds.end() && asked > bound->most)
    return refuse(
        fmt::format("\"{}\" guards the wiring, and the page can only lower it: {} is more than the {:g} {} of the file",
                    canonical, text, bound->most, key.unit));
  return canonical;
}

}  // namespace app
