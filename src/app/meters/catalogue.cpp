#include "app/meters/catalogue.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <system_error>

#include "app/meters/built_in.hpp"
#include "app/meters/words.hpp"
#include "shell/store/files.hpp"
#include "wire/tree.hpp"

namespace app::meters {
namespace {

/// "a kind of meter", for sentences.
std::string_view one_of(Family family) {
  return family == Family::meters ? "kind of meter" : family == Family::prices ? "source of prices" : "source of a forecast";
}

const BuiltIn* built_in_called(Family family, std::string_view name) {
  for (const BuiltIn& each : built_in(family)) {
    if (each.name == name) return &each;
  }
  return nullptr;
}

Family family_of(const core::meter::Template& kind) {
  if (!kind.measure) return Family::meters;
  return *kind.measure == core::table::Measure::price ? Family::prices : Family::forecasts;
}

/// The rest of the line that begins like that.
std::string_view line_of(std::string_view text, std::string_view begins) {
  while (!text.empty()) {
    const std::string_view line = text.substr(0, text.find('\n'));
    if (line.starts_with(begins)) return line.substr(begins.size());
    text.remove_prefix(std::min(text.size(), line.size() + 1));
  }
  return {};
}

}  // namespace

std::string_view name_of(Family family) {
  return family == Family::meters ? "meters" : family == Family::prices ? "prices" : "forecasts";
}

Catalogue::Catalogue(std::string_view folder, Family family) : family_(family) {
  if (folder.empty()) return;
  folder_ = fmt::format("{}{}{}/", folder, folder.ends_with('/') ? "" : "/", name_of(family_));
  std::error_code none;
  for (std::filesystem::directory_iterator at{folder_, none}, end; !none && at != end; at.increment(none)) {
    if (at->path().extension() == ".yaml") own_.push_back(at->path().stem().string());
  }
}

std::vector<std::string> Catalogue::names() const {
  std::vector<std::string> all = own_;
  for (const BuiltIn& each : built_in(family_)) all.emplace_back(each.name);
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
  return built_in_called(family_, name) == nullptr ? std::string{} : fmt::format("{}/{}.yaml (built in)", name_of(family_), name);
}

std::string Catalogue::title_of(std::string_view name) const {
  std::string own;
  if (const std::string file = own_file(name); !file.empty()) own = shell::read_whole(file).value_or("");
  const BuiltIn* known = own.empty() ? built_in_called(family_, name) : nullptr;
  std::string_view title = wire::trimmed(line_of(known != nullptr ? known->text : own, "title:"));
  if (title.size() > 1 && (title.front() == '"' || title.front() == '\'') && title.back() == title.front()) title = title.substr(1, title.size() - 2);
  return std::string{title.empty() ? name : title};
}

TemplateFile Catalogue::read(std::string_view name) const {
  TemplateFile file;
  if (const std::string own = own_file(name); !own.empty()) {
    file = read_template_file(own);
    if (file.findings.empty() && family_of(file.kind) != family_)
      file.findings.push_back({Severity::fatal, own, 1, 0, fmt::format("this is no {}; put it into the folder {}", one_of(family_), name_of(family_of(file.kind)))});
    return file;
  }
  if (const BuiltIn* known = built_in_called(family_, name))
    return read_template(known->text, fmt::format("{}/{}.yaml", name_of(family_), name));
  const std::vector<std::string> all = names();
  const std::vector<std::string_view> views{all.begin(), all.end()};
  TemplateFile none;
  none.findings.push_back({Severity::fatal,
                           {},
                           0,
                           0,
                           fmt::format("there is no {} called \"{}\"{}", one_of(family_), name, suggestion(name, views))});
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
