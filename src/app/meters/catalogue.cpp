#include "app/meters/catalogue.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <system_error>

#include "app/meters/built_in.hpp"
#include "app/meters/words.hpp"
#include "shell/store/files.hpp"

namespace app::meters {
namespace {

const BuiltIn* built_in_called(std::string_view name) {
  for (const BuiltIn& each : built_in()) {
    if (each.name == name) return &each;
  }
  return nullptr;
}

}  // namespace

Catalogue::Catalogue(std::string_view folder) {
  if (folder.empty()) return;
  folder_ = fmt::format("{}{}meters/", folder, folder.ends_with('/') ? "" : "/");
  std::error_code none;
  for (std::filesystem::directory_iterator at{folder_, none}, end; !none && at != end; at.increment(none)) {
    if (at->path().extension() == ".yaml") own_.push_back(at->path().stem().string());
  }
}

std::vector<std::string> Catalogue::names() const {
  std::vector<std::string> all = own_;
  for (const BuiltIn& each : built_in()) all.emplace_back(each.name);
  std::sort(all.begin(), all.end());
  all.erase(std::unique(all.begin(), all.end()), all.end());
  return all;
}

std::string Catalogue::own_file(std::string_view name) const {
  return std::find(own_.begin(), own_.end(), name) == own_.end() ? std::string{}
                                                                 : fmt::format("{}{}.yaml", folder_, name);
}

std::string Catalogue::file_of(std::string_view name) const {
  if (std::string own = own_file(name); !own.empty()) return own;
  return built_in_called(name) == nullptr ? std::string{} : fmt::format("meters/{}.yaml (built in)", name);
}

TemplateFile Catalogue::read(std::string_view name) const {
  if (const std::string own = own_file(name); !own.empty()) return read_template_file(own);
  if (const BuiltIn* known = built_in_called(name))
    return read_template(known->text, fmt::format("meters/{}.yaml", name));
  const std::vector<std::string> all = names();
  const std::vector<std::string_view> views{all.begin(), all.end()};
  TemplateFile none;
  none.findings.push_back({Severity::fatal,
                           {},
                           0,
                           0,
                           fmt::format("there is no kind of meter called \"{}\"{}", name, suggestion(name, views))});
  return none;
}

TemplateFile read_template_file(const std::string& path) {
  auto text = shell::read_whole(path);
  if (text) return read_template(*text, path);
  TemplateFile none;
  none.findings.push_back({Severity::fatal, {}, 0, 0, text.error().text});
  return none;
}

}  // namespace app::meters
