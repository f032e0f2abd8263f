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
    Right{Method::get, "/api/v1/snapshot", {}, Role::view},
    Right{Method::get, "/api/v1/stream", {}, Role::view},
    Right{Method::get, "/api/v1/connectors/", "/why", Role::view},
    Right{Method::put, "/api/v1/connectors/", "/mode", Role::operate},
    Right{Method::put, "/api/v1/connectors/", "/target", Role::operate},
    Right{Method::put, "/api/v1/circuits/", "/limit", Role::operate},
    Right{Method::remove, "/api/v1/circuits/", "/limit", Role::operate},
    Right{Method::put, "/api/v1/mode", {}, Role::operate},
    Right{Method::get, "/api/getStatus", {}, Role::view},
    Right{Method::get, "/api/getSlaveTWCs", {}, Role::view},
    Right{Method::post, "/api/chargeNow", {}, Role::operate},
    Right{Method::post, "/api/cancelChargeNow", {}, Role::operate},
};

bool fits(const Right& right, std::string_view path) {
  if (right.ends.empty()) return path == right.begins;
  return path.size() > right.begins.size() + right.ends.size() && path.starts_with(right.begins) &&
         path.ends_with(right.ends);
}

bool below(std::string_view path, std::string_view folder) {
  return path.starts_with(folder) && (path.size() == folder.size() || path[folder.size()] == '/');
}

}  // namespace

Role needed(http::Method method, std::string_view path) {
  const auto found = std::find_if(table.begin(), table.end(),
                                  [&](const Right& each) { return each.method == method && fits(each, path); });
  if (found != table.end()) return found->needed;
  return below(path, "/api") || path == "/plain" ? Role::admin
                                                 : Role::nobody;  // nobody: a file of the page, or nothing
}

bool is_legacy(std::string_view path) {
  return below(path, "/api") && !below(path, "/api/v1");
}

}  // namespace shell::door
