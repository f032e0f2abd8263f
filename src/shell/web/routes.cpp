#include "shell/web/routes.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <memory>
#include <nlohmann/json.hpp>

#include "shell/web/plain_page.hpp"

namespace shell::web {
namespace {

using http::Answer;
using http::Method;
using http::Request;

constexpr std::string_view page_headers =
    "Content-Security-Policy: default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src "
    "'self'; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'\r\n"
    "Cross-Origin-Opener-Policy: same-origin\r\n"
    "Permissions-Policy: camera=(), geolocation=(), microphone=(), payment=(), usb=()\r\n";

bool is_below(std::string_view path, std::string_view folder) {
  return path.starts_with(folder) && (path.size() == folder.size() || path[folder.size()] == '/');
}

// --- Files of the page ------------------------------------------------------------------------------------------------

Answer serve(const Asset& asset, const Request& request) {
  const bool packed = request.takes_gzip && !asset.gzip.empty();
  const std::string etag = fmt::format("\"{}{}\"", asset.hash, packed ? "-gz" : "");
  Answer answer{.type = asset.type};
  answer.headers =
      fmt::format("ETag: {}\r\nVary: Accept-Encoding\r\nCache-Control: {}\r\n{}", etag,
                  asset.lasts == Lasts::for_ever ? "public, max-age=31536000, immutable" : "no-cache", page_headers);
  if (request.known_etags.find(etag) != std::string_view::npos || request.known_etags == "*") {
    answer.status = 304;
    answer.type = {};
    return answer;
  }
  if (packed) answer.headers += "Content-Encoding: gzip\r\n";
  answer.fixed = packed ? asset.gzip : asset.bytes;
  return answer;
}

Answer plain(const Site& site, const Request&, std::string_view) {
  const Asset* frame = find_asset(site.files.plain, "/plain.html");
  return Answer{.type = "text/html; charset=utf-8",
                .body = plain_page(frame == nullptr ? std::string_view{} : frame->bytes, site.loop.snapshot(), site.program),
                .headers = fmt::format("{}{}", page_headers, never_stored)};
}

Answer home(const Site& site, const Request& request, std::string_view part) {
  const Asset* page = find_asset(site.files.page, "/index.html");
  return page == nullptr ? plain(site, request, part) : serve(*page, request);
}

Answer wrong_method(const Request& request, std::string_view allowed) {
  Answer answer = refusal(request, 405, fmt::format("This address is for {}.", allowed));
  answer.headers += fmt::format("Allow: {}\r\n", allowed);
  return answer;
}

Answer file(const Site& site, const Request& request) {
  const Asset* found = find_asset(site.files.page, request.path);
  if (found == nullptr && request.path != "/plain.html") found = find_asset(site.files.plain, request.path);
  if (found == nullptr)
    return Answer{.status = 404, .type = "text/plain; charset=utf-8", .fixed = "There is nothing here.\n"};
  return request.method == Method::get ? serve(*found, request) : wrong_method(request, http::words(Method::get));
}

constexpr std::array page_table{
    Route{Method::get, "/", {}, home},
    Route{Method::get, "/plain", {}, plain},
};

// --- The tables -------------------------------------------------------------------------------------------------------

/// The part of a path that a route leaves open; nothing: the path is another.
std::optional<std::string_view> part_of(const Route& route, std::string_view path) {
  const bool open = !route.ends.empty() || (route.begins.size() > 1 && route.begins.ends_with('/'));
  if (!open) return path == route.begins ? std::optional{std::string_view{}} : std::nullopt;
  if (path.size() <= route.begins.size() + route.ends.size() || !path.starts_with(route.begins) || !path.ends_with(route.ends))
    return std::nullopt;
  path.remove_prefix(route.begins.size());
  path.remove_suffix(route.ends.size());
  if (route.ends.empty() && path.find('/') != std::string_view::npos) return std::nullopt;
  return path;
}

class Sited {
 public:
  explicit Sited(Site site) : site_(std::make_shared<const Site>(std::move(site))) {
    tables_ = {page_table, legacy_routes(), house_routes()};
    if (site_->desk.settings) tables_.insert(tables_.end(), {plan_routes(), form_routes(), old_page_routes()});
    if (site_->kinds.all) tables_.push_back(kind_routes());
  }

  Answer operator()(const Request& request) const {
    std::string allowed;
    for (const std::span<const Route> table : tables_) {
      for (const Route& route : table) {
        const auto part = part_of(route, request.path);
        if (!part) continue;
        if (route.method == request.method) return answered(route, request, *part);
        allowed += fmt::format("{}{}", allowed.empty() ? "" : ", ", http::words(route.method));
      }
    }
    if (!allowed.empty()) return wrong_method(request, allowed);
    if (is_below(request.path, "/api/v1")) return refusal(request, 404, "There is no such address; api/openapi.yaml lists them.");
    if (is_below(request.path, "/api")) return Answer{.status = 404};
    return file(*site_, request);
  }

 private:
  /// Clients of TWCManager call a body what they like; below our own addresses it is what it is called.
  [[nodiscard]] Answer answered(const Route& route, const Request& request, std::string_view part) const {
    auto wrong = is_below(request.path, "/api/v1") ? http::wrong_type(request) : std::nullopt;
    return wrong ? *std::move(wrong) : route.answer(*site_, request, part);
  }

  std::shared_ptr<const Site> site_;   // answers that come later look at it again
  std::vector<std::span<const Route>> tables_;
};

}  // namespace

// --- What all answers share -------------------------------------------------------------------------------------------

Answer json(std::string body) {
  return Answer{.type = "application/json", .body = std::move(body), .headers = std::string(never_stored)};
}

Answer body(const nlohmann::ordered_json& what) {
  return json(what.dump(-1, ' ', false, nlohmann::ordered_json::error_handler_t::replace));
}

Answer refusal(const Request& request, int status, std::string_view text) {
  return is_below(request.path, "/api/v1") ? http::problem(status, text) : http::refuse(status, text);
}

Answer stored(const Site& site, const Request& request, Answer done) {
  if (!site.desk.when_stored) return done;
  // What the request points to is gone when the answer comes: its form is decided now.
  const bool v1 = is_below(request.path, "/api/v1");
  return Answer{.later = [&desk = site.desk, v1, done = std::move(done)](const http::Respond& respond) {
    desk.when_stored([respond, v1, done](const std::string& trouble) mutable {
      if (trouble.empty()) return respond(std::move(done));
      const std::string text = fmt::format("It is in effect, but cannot be stored ({}): it is lost when the program ends before that is mended.", trouble);
      respond(v1 ? http::problem(507, text) : http::refuse(507, text));
    });
  }};
}

Answer order(const Site& site, const Request& request, const core::Command& command, Answer done) {
  if (const std::string objection = site.loop.command(command); !objection.empty()) return refusal(request, 400, objection);
  return stored(site, request, std::move(done));
}

Answer change(const Site& site, const Request& request, const std::vector<SettingChange>& changes, Answer done) {
  if (const auto changed = site.desk.change(changes); !changed) return refusal(request, 400, changed.error().text);
  return stored(site, request, std::move(done));
}

http::Routes routes(Loop loop, Program program, Files files, Desk desk, Kinds kinds) {
  return Sited({std::move(loop), std::move(desk), std::move(kinds), std::move(program), files});
}

}  // namespace shell::web
