#include "app/meters/told_options.hpp"

#include "shell/http/md5.hpp"

namespace app::meters {

std::string growatt_password(std::string_view password) {
  std::string digits = shell::http::md5(password);
  for (std::size_t i = 0; i < digits.size(); i += 2) {
    if (digits[i] == '0') digits[i] = 'c';
  }
  return digits;
}

core::meter::Options as_told(const core::meter::Template& kind, core::meter::Options typed) {
  for (const core::meter::Option& each : kind.options) {
    const auto found = typed.find(each.name);
    const bool is_password = each.type == core::meter::Option::Type::growatt_password;
    if (is_password && found != typed.end() && !found->second.empty()) found->second = growatt_password(found->second);
  }
  return typed;
}

}  // namespace app::meters
