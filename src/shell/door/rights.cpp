#include "shell/door/rights.hpp"

#include <algorithm>
#include <array>

namespace shell::door {
namespace {

using http::Method;

struct Right {
  Method method;
  std::string_view begins;
  std::string_view ends;  ///< with something between; empty: `begins` is the whole path
  Role needed;
};

constexpr std::array table{
    Right{Method::get, "/plain", {}, Role::view},
    Right{Method::get, "/api/v1/me", {}, Role::nobody},
    Right{Method::post, "/api/v1/setup", {}, Role::nobody},
    Right{Method::post, "/api/v1/login", {}, Role::nobody},
    Right{Method::post, "/api/v1/logout", {}, Role::nobody},
    Right{Method::get, "/api/v1/health", {}, Role::nobody},
    Right{Method::get, "/api/v1/ready", {}, Role::nobody},
    Right{Method::get, "/api/v1/snapshot", {}, Role::view},
    Right{Method::get, "/api/v1/site", {}, Role::view},
    Right{Method::get, "/api/v1/meters", {}, Role::view},
    Right{Method::get, "/api/v1/prices", {}, Role::view},
    Right{Method::get, "/api/v1/forecasts", {}, Role::view},
    Right{Method::get, "/api/v1/circuits", {}, Role::view},
    Right{Method::get, "/api/v1/mode", {}, Role::view},
    Right{Method::get, "/api/v1/charge-now", {}, Role::view},
    Right{Method::put, "/api/v1/charge-now", {}, Role::operate},
    Right{Method::remove, "/api/v1/charge-now", {}, Role::operate},
    Right{Method::get, "/api/v1/sessions", {}, Role::view},
    Right{Method::get, "/api/v1/decisions", {}, Role::view},
    Right{Method::get, "/api/v1/policy", {}, Role::view},
    Right{Method::put, "/api/v1/policy/choice", {}, Role::operate},
    Right{Method::remove, "/api/v1/policy/choice", {}, Role::operate},
    Right{Method::get, "/api/v1/schedule", {}, Role::view},
    Right{Method::put, "/api/v1/schedule", {}, Role::operate},
    Right{Method::get, "/api/v1/schedule/preview", {}, Role::view},
    Right{Method::get, "/api/v1/configuration", {}, Role::admin},
    Right{Method::patch, "/api/v1/configuration", {}, Role::admin},
    Right{Method::get, "/api/v1/certificates", {}, Role::admin},
    Right{Method::remove, "/api/v1/certificates/", {}, Role::admin},
    Right{Method::get, "/api/v1/kinds", {}, Role::admin},
    Right{Method::get, "/api/v1/kinds/meters/", {}, Role::admin},
    Right{Method::get, "/api/v1/kinds/prices/", {}, Role::admin},
    Right{Method::get, "/api/v1/kinds/forecasts/", {}, Role::admin},
    Right{Method::post, "/api/v1/kinds/meters/", "/trial", Role::admin},
    Right{Method::post, "/api/v1/kinds/prices/", "/trial", Role::admin},
    Right{Method::post, "/api/v1/kinds/forecasts/", "/trial", Role::admin},
    Right{Method::get, "/api/v1/settings", {}, Role::operate},
    Right{Method::patch, "/api/v1/settings", {}, Role::operate},
    Right{Method::get, "/api/v1/connectors", {}, Role::view},
    Right{Method::get, "/api/v1/connectors/", {}, Role::view},
    Right{Method::patch, "/api/v1/connectors/", {}, Role::operate},
    Right{Method::get, "/api/v1/stream", {}, Role::view},
    Right{Method::get, "/api/v1/connectors/", "/why", Role::view},
    Right{Method::put, "/api/v1/connectors/", "/mode", Role::operate},
    Right{Method::put, "/api/v1/connectors/", "/target", Role::operate},
    Right{Method::put, "/api/v1/circuits/", "/limit", Role::operate},
    Right{Method::remove, "/api/v1/circuits/", "/limit", Role::operate},
    Right{Method::put, "/api/v1/mode", {}, Role::operate},
    Right{Method::remove, "/api/v1/mode", {}, Role::operate},
    Right{Method::remove, "/api/v1/connectors/", "/mode", Role::operate},
    Right{Method::get, "/api/getStatus", {}, Role::view},
    Right{Method::get, "/api/getSlaveTWCs", {}, Role::view},
    Right{Method::get, "/api/getConfig", {}, Role::view},
    Right{Method::get, "/api/getConsumptionOffsets", {}, Role::view},
    Right{Method::get, "/api/getPolicy", {}, Role::view},
    Right{Method::get, "/api/getActivePolicyAction", {}, Role::view},
    Right{Method::get, "/api/getHistory", {}, Role::view},
    Right{Method::get, "/api/getLastTWCResponse", {}, Role::view},
    Right{Method::get, "/api/getUUID", {}, Role::view},
    Right{Method::post, "/api/addConsumptionOffset", {}, Role::operate},
    Right{Method::post, "/api/chargeNow", {}, Role::operate},
    Right{Method::post, "/api/cancelChargeNow", {}, Role::operate},
    Right{Method::post, "/api/checkArrival", {}, Role::operate},
    Right{Method::post, "/api/checkDeparture", {}, Role::operate},
    Right{Method::post, "/api/deleteConsumptionOffset", {}, Role::operate},
    Right{Method::post, "/api/saveSettings", {}, Role::operate},
    Right{Method::post, "/api/sendDebugCommand", {}, Role::admin},
    Right{Method::post, "/api/sendStartCommand", {}, Role::operate},
    Right{Method::post, "/api/sendStopCommand", {}, Role::operate},
    Right{Method::post, "/api/sendTeslaAPICommand", {}, Role::operate},
    Right{Method::post, "/api/setConsumptionOffset", {}, Role::operate},
    Right{Method::post, "/api/setLatLon", {}, Role::operate},
    Right{Method::post, "/api/setPolicy", {}, Role::operate},
    Right{Method::post, "/api/setScheduledChargingSettings", {}, Role::operate},
    Right{Method::post, "/api/setSetting", {}, Role::operate},
    Right{Method::get, "/index.php", {}, Role::view},
    Right{Method::post, "/index.php", {}, Role::operate},
    Right{Method::get, "/graphs/date", {}, Role::view},
    Right{Method::post, "/settings/save", {}, Role::operate},
    Right{Method::post, "/debug/save", {}, Role::operate},
    Right{Method::post, "/debug/saveToggle", {}, Role::operate},
    Right{Method::post, "/schedule/save", {}, Role::operate},
    Right{Method::post, "/settings/homeLocation", {}, Role::operate},
    Right{Method::post, "/graphs/dates", {}, Role::operate},
    Right{Method::post, "/teslaAccount/saveToken", {}, Role::operate},
    Right{Method::post, "/vehicle/localMgmt", {}, Role::operate},
    Right{Method::post, "/vehicle/groupMgmt", {}, Role::operate},
};

bool fits(const Right& right, std::string_view path) {
  const bool one_part = right.ends.empty() && right.begins.ends_with('/');
  if (one_part) return path.size() > right.begins.size() && path.starts_with(right.begins) && path.find('/', right.begins.size()) == std::string_view::npos;
  if (right.ends.empty()) return path == right.begins;
  return path.size() > right.begins.size() + right.ends.size() && path.starts_with(right.begins) &&
         path.ends_with(right.ends);
}

/// Where the forms of the original's pages go.
constexpr std::array<std::string_view, 7> forms{"/index.php", "/settings", "/debug", "/schedule", "/graphs", "/teslaAccount", "/vehicle"};

bool below(std::string_view path, std::string_view folder) {
  return path.starts_with(folder) && (path.size() == folder.size() || path[folder.size()] == '/');
}

}  // namespace

Role needed(http::Method method, std::string_view path) {
  const auto found = std::find_if(table.begin(), table.end(),
                                  [&](const Right& each) { return each.method == method && fits(each, path); });
  if (found != table.end()) return found->needed;
  // A GET of anything else is for a file of the page, or for nothing.
  return method != http::Method::get || below(path, "/api") || path == "/plain" ? Role::admin : Role::nobody;
}

bool is_legacy(std::string_view path) {
  if (below(path, "/api")) return !below(path, "/api/v1");
  return std::any_of(forms.begin(), forms.end(), [&](std::string_view folder) { return below(path, folder); });
}

}  // namespace shell::door
