#include "app/config/form.hpp"

#include <algorithm>

#include "app/config/dialect.hpp"
#include "app/config/keys.hpp"
#include "app/config/public_config.hpp"
#include "app/config/value.hpp"
#include "wire/json.hpp"

namespace app {
namespace {

/// A scalar as it would be typed; of a list its parts with blanks between them.
std::string typed(const Value& value) {
  if (value.kind != Value::Kind::list) return value.text;
  std::string all;
  for (const Value& each : value.children) all += (all.empty() ? "" : " ") + each.text;
  return all;
}

class Form {
 public:
  Form(const Value& root, const Configuration& configuration) : root_(root), configuration_(configuration) {}

  std::string write() {
    json_.open_object().open_list("keys");
    for (const Key& key : keys()) {
      if (key.use == Key::Use::later || key.takes == Key::Takes::structure) continue;
      const std::size_t star = key.path.find(".*.");
      if (star == std::string_view::npos) row(key, std::string{key.path});
      else rows_of_parts(key, key.path.substr(0, star + 1), key.path.substr(star + 2));
    }
    return json_.close().close().document();
  }

 private:
  void rows_of_parts(const Key& key, std::string_view group, std::string_view rest) {
    for (const std::string& part : configuration_.parts) {
      if (part.starts_with(group)) row(key, part + std::string{rest});
    }
  }

  void row(const Key& key, const std::string& path) {
    json_.open_object();
    describe(json_, key, path);
    const auto over = std::find_if(configuration_.overridden.rbegin(), configuration_.overridden.rend(),
                                   [&](const Overriding& each) { return each.path == path; });
    const Value* written = root_.at(path);
    if (written == nullptr && !key.also.empty()) written = root_.at(key.also);
    const bool there = written != nullptr && (written->is_scalar() || written->kind == Value::Kind::list);
    if (over != configuration_.overridden.rend()) value(key, over->text, over->from_environment ? "environment" : "page");
    else if (there) value(key, typed(*written), "file");
    else json_.nothing("value").text("from", "default");
    const auto bound = std::find_if(configuration_.bounds.begin(), configuration_.bounds.end(),
                                    [&](const Bound& each) { return each.path == path; });
    if (bound != configuration_.bounds.end()) json_.number("bound", bound->most);
    else json_.nothing("bound");
    json_.close();
  }

  void value(const Key& key, const std::string& text, std::string_view from) {
    json_.text("value", key.is_secret ? "…" : tellable(text)).text("from", from);
  }

  const Value& root_;
  const Configuration& configuration_;
  wire::JsonWriter json_;
};

}  // namespace

std::string form_json(std::string_view text, const Configuration& configuration) {
  const auto document = read_dialect(text, {});
  const Value nothing;
  return Form{document ? document->root : nothing, configuration}.write();
}

}  // namespace app
