#include "shell/web/routes.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "shell/web/bodies.hpp"
#include "shell/web/codes.hpp"
#include "shell/web/legacy.hpp"
#include "shell/web/plain_page.hpp"
#include "wire/json.hpp"

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
constexpr std::string_view connectors_path = "/api/v1/connectors/";
constexpr std::string_view circuits_path = "/api/v1/circuits/";
constexpr std::string_view never_stored = "Cache-Control: no-store\r\n";

class Site {
 public:
  Site(Loop loop, Program program, Files files) : loop_(std::move(loop)), program_(std::move(program)), files_(files) {}

  Answer operator()(const Request& request) const {
    for (const Route& route : table) {
      if (route.path != request.path) continue;
      return route.method == request.method ? (this->*route.answer)(request) : wrong_method(route.method);
    }
    for (const PartRoute& route : part_table) {
      if (!request.path.starts_with(route.begins) || !request.path.ends_with(route.ends)) continue;
      std::string_view part = request.path;
      part.remove_prefix(route.begins.size());
      part.remove_suffix(std::min(part.size(), route.ends.size()));
      return (this->*route.answer)(request, part);
    }
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

  /// Paths with the name of a connector or circuit in them; these look at the method themselves.
  struct PartRoute {
    std::string_view begins;
    std::string_view ends;
    Answer (Site::*answer)(const Request&, std::string_view part) const;
  };
  static const std::array<PartRoute, 4> part_table;

  static Answer json(std::string body) {
    return Answer{.type = "application/json", .body = std::move(body), .headers = std::string(never_stored)};
  }

  static Answer wrong_method(Method right) {
    return allow(right == Method::get ? "GET, HEAD" : right == Method::post ? "POST" : "PUT");
  }
  static Answer allow(std::string_view allowed) {
    Answer answer = http::refuse(405, fmt::format("This address is for {}.", allowed));
    answer.headers = fmt::format("Allow: {}\r\n", allowed);
    return answer;
  }

  Answer status(const Request&) const { return json(get_status(loop_.snapshot())); }
  Answer connectors(const Request&) const { return json(get_slave_twcs(loop_.snapshot())); }
  Answer snapshot(const Request&) const { return json(snapshot_json(loop_.snapshot(), program_)); }

  static Answer no_connector() {
    return http::refuse(404, "There is no connector of this id; /api/v1/snapshot lists those that were heard.");
  }
  static const core::ConnectorView* find(const core::Snapshot& snapshot, std::string_view id) {
    for (const core::ConnectorView& each : snapshot.connectors) {
      if (wire::print(each.id) == id) return &each;
    }
    return nullptr;
  }

  /// Hands the command to the core; what is answered when it does not object.
  Answer order(const core::Command& command, std::string done) const {
    if (const std::string objection = loop_.command(command); !objection.empty()) return http::refuse(400, objection);
    return json(std::move(done));
  }

  /// /api/v1/connectors/{id}/why
  Answer why(const Request& request, std::string_view id) const {
    if (request.method != Method::get) return wrong_method(Method::get);
    const core::Snapshot snapshot = loop_.snapshot();
    const core::ConnectorView* connector = find(snapshot, id);
    return connector == nullptr ? no_connector() : json(why_json(snapshot, *connector));
  }

  /// /api/v1/connectors/{id}/mode
  Answer connector_mode(const Request& request, std::string_view id) const {
    if (request.method != Method::put) return wrong_method(Method::put);
    const core::Snapshot snapshot = loop_.snapshot();
    const core::ConnectorView* connector = find(snapshot, id);
    if (connector == nullptr) return no_connector();
    const auto asked = read_mode(request.body);
    if (!asked) return http::refuse(400, asked.error().text);
    return order(core::SetMode{*asked, connector->id},
                 fmt::format(R"({{"status":"success","connector":"{}","mode":"{}"}})", id, code(*asked)));
  }

  /// /api/v1/connectors/{id}/target
  Answer connector_target(const Request& request, std::string_view id) const {
    if (request.method != Method::put) return wrong_method(Method::put);
    const core::Snapshot snapshot = loop_.snapshot();
    const core::ConnectorView* connector = find(snapshot, id);
    if (connector == nullptr) return no_connector();
    const auto asked = read_target(request.body);
    if (!asked) return http::refuse(400, asked.error().text);
    const std::string kwh = *asked ? fmt::format("{:g}", base::in_kilowatt_hours(**asked)) : "null";
    return order(core::SetTarget{connector->id, *asked},
                 fmt::format(R"({{"status":"success","connector":"{}","kwh":{}}})", id, kwh));
  }

  static std::string limit_json(const core::CircuitView& circuit, const core::LimitCircuit& limit) {
    const auto number = [](const auto& value) { return value ? fmt::format("{:g}", value->number()) : "null"; };
    const std::string seconds =
        limit.lasting > core::Duration{} ? fmt::format("{:g}", base::seconds_of(limit.lasting)) : "null";
    return fmt::format(R"({{"status":"success","circuit":{},"amps":{},"watts":{},"seconds":{}}})",
                       wire::json_text(circuit.name.view()), number(limit.amps), number(limit.watts), seconds);
  }

  /// /api/v1/circuits/{name}/limit
  Answer circuit_limit(const Request& request, std::string_view part) const {
    if (request.method != Method::put && request.method != Method::remove) return allow("PUT, DELETE");
    const core::Snapshot snapshot = loop_.snapshot();
    const std::optional<std::string> name = unescaped(part);
    std::size_t place = 0;
    while (place < snapshot.circuits.size() && (!name || snapshot.circuits[place].name.view() != *name)) ++place;
    if (place == snapshot.circuits.size())
      return http::refuse(404, "There is no circuit of this name; /api/v1/snapshot lists those that are configured.");
    core::LimitCircuit command;
    if (request.method == Method::put) {
      auto asked = read_limit(request.body);
      if (!asked) return http::refuse(400, asked.error().text);
      command = *asked;
    }
    command.circuit = static_cast<std::uint8_t>(place);
    return order(command, limit_json(snapshot.circuits[place], command));
  }

  Answer charge_now(const Request& request) const {
    const auto asked = read_charge_now(request.body, loop_.snapshot().circuit);
    if (!asked) return http::refuse(400, asked.error().text);
    return order(core::ChargeNow{core::Amps::whole(asked->rate), std::chrono::seconds(asked->duration)},
                 fmt::format(R"({{"status":"success","rate":{},"duration":{}}})", asked->rate, asked->duration));
  }

  Answer cancel_charge_now(const Request&) const { return order(core::CancelChargeNow{}, R"({"status":"success"})"); }

  Answer mode(const Request& request) const {
    const auto asked = read_mode(request.body);
    if (!asked) return http::refuse(400, asked.error().text);
    return order(core::SetMode{*asked, std::nullopt},
                 fmt::format(R"({{"status":"success","mode":"{}"}})", code(*asked)));
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

const std::array<Site::PartRoute, 4> Site::part_table{{
    {connectors_path, "/why", &Site::why},
    {connectors_path, "/mode", &Site::connector_mode},
    {connectors_path, "/target", &Site::connector_target},
    {circuits_path, "/limit", &Site::circuit_limit},
}};

}  // namespace

http::Routes routes(Loop loop, Program program, Files files) {
  return Site(std::move(loop), std::move(program), files);
}

}  // namespace shell::web
