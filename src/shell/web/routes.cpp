#include "shell/web/routes.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "shell/web/codes.hpp"
#include "shell/web/legacy.hpp"
#include "shell/web/plain_page.hpp"

namespace shell::web {
namespace {

using http::Answer;
using http::Method;
using http::Request;

constexpr std::string_view page_headers =
    "Content-Security-Policy: default-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'\r\n"
    "Referrer-Policy: no-referrer\r\n";
constexpr std::string_view connectors_path = "/api/v1/connectors/";
constexpr std::string_view why_path = "/why";
constexpr std::string_view never_stored = "Cache-Control: no-store\r\n";

class Site {
 public:
  Site(Loop loop, Program program, Files files) : loop_(std::move(loop)), program_(std::move(program)), files_(files) {}

  Answer operator()(const Request& request) const {
    for (const Route& route : table) {
      if (route.path != request.path) continue;
      return route.method == request.method ? (this->*route.answer)(request) : wrong_method(route.method);
    }
    if (request.path.starts_with(connectors_path) && request.path.ends_with(why_path)) return why(request);
    if (request.path.starts_with("/api/") || request.path == "/api") return Answer{.status = 404};
    return file(request);
  }

 private:
  struct Route {
    std::string_view path;
    Method method;
    Answer (Site::*answer)(const Request&) const;
  };
  static const std::array<Route, 8> table;

  static Answer json(std::string body) {
    return Answer{.type = "application/json", .body = std::move(body), .headers = std::string(never_stored)};
  }

  static Answer wrong_method(Method right) {
    const std::string_view allowed = right == Method::get ? "GET, HEAD" : right == Method::post ? "POST" : "PUT";
    Answer answer = http::refuse(405, fmt::format("This address is for {}.", allowed));
    answer.headers = fmt::format("Allow: {}\r\n", allowed);
    return answer;
  }

  Answer status(const Request&) const { return json(get_status(loop_.snapshot())); }
  Answer connectors(const Request&) const { return json(get_slave_twcs(loop_.snapshot())); }
  Answer snapshot(const Request&) const { return json(snapshot_json(loop_.snapshot(), program_)); }

  /// /api/v1/connectors/{id}/why
  Answer why(const Request& request) const {
    if (request.method != Method::get) return wrong_method(Method::get);
    std::string_view id = request.path;
    id.remove_prefix(connectors_path.size());
    id.remove_suffix(std::min(id.size(), why_path.size()));
    const core::Snapshot snapshot = loop_.snapshot();
    for (const core::ConnectorView& each : snapshot.connectors) {
      if (wire::print(each.id) == id) return json(why_json(snapshot, each));
    }
    return http::refuse(404, "There is no connector of this id; /api/v1/snapshot lists those that were heard.");
  }

  Answer charge_now(const Request& request) const {
    const auto asked = read_charge_now(request.body, loop_.snapshot().circuit);
    if (!asked) return http::refuse(400, asked.error().text);
    const core::ChargeNow command{core::Amps::whole(asked->rate), std::chrono::seconds(asked->duration)};
    if (const std::string objection = loop_.command(command); !objection.empty()) return http::refuse(400, objection);
    return json(fmt::format(R"({{"status":"success","rate":{},"duration":{}}})", asked->rate, asked->duration));
  }

  Answer cancel_charge_now(const Request&) const {
    if (const std::string objection = loop_.command(core::CancelChargeNow{}); !objection.empty()) {
      return http::refuse(400, objection);
    }
    return json(R"({"status":"success"})");
  }

  Answer mode(const Request& request) const {
    const auto asked = read_mode(request.body);
    if (!asked) return http::refuse(400, asked.error().text);
    if (const std::string objection = loop_.command(core::SetMode{*asked}); !objection.empty()) {
      return http::refuse(400, objection);
    }
    return json(fmt::format(R"({{"status":"success","mode":"{}"}})", code(*asked)));
  }

  Answer home(const Request& request) const {
    const Asset* page = find_asset(files_.page, "/index.html");
    return page == nullptr ? plain(request) : serve(*page, request);
  }

  Answer plain(const Request&) const {
    const Asset* frame = find_asset(files_.plain, "/plain.html");
    return Answer{.type = "text/html; charset=utf-8",
                  .body = plain_page(frame == nullptr ? std::string_view{} : frame->bytes, loop_.snapshot(), program_),
                  .headers = fmt::format("{}{}", page_headers, never_stored)};
  }

  Answer file(const Request& request) const {
    const Asset* found = find_asset(files_.page, request.path);
    if (found == nullptr && request.path != "/plain.html") found = find_asset(files_.plain, request.path);
    if (found == nullptr)
      return Answer{.status = 404, .type = "text/plain; charset=utf-8", .fixed = "There is nothing here.\n"};
    return request.method == Method::get ? serve(*found, request) : wrong_method(Method::get);
  }

  static Answer serve(const Asset& asset, const Request& request) {
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

  Loop loop_;
  Program program_;
  Files files_;
};

const std::array<Site::Route, 8> Site::table{{
    {"/", Method::get, &Site::home},
    {"/plain", Method::get, &Site::plain},
    {"/api/v1/snapshot", Method::get, &Site::snapshot},
    {"/api/v1/mode", Method::put, &Site::mode},
    {"/api/getStatus", Method::get, &Site::status},
    {"/api/getSlaveTWCs", Method::get, &Site::connectors},
    {"/api/chargeNow", Method::post, &Site::charge_now},
    {"/api/cancelChargeNow", Method::post, &Site::cancel_charge_now},
}};

}  // namespace

http::Routes routes(Loop loop, Program program, Files files) {
  return Site(std::move(loop), std::move(program), files);
}

}  // namespace shell::web
