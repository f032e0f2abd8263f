#include "shell/history/history_json.hpp"

#include <cmath>
#include <nlohmann/json.hpp>

#include "base/iso8601.hpp"
#include "shell/web/policy_json.hpp"

namespace shell {

using Json = nlohmann::ordered_json;

std::string history_json(const PowerHistory& history, base::WallTime now, const core::rules::Zone& zone) {
  Json rows = Json::array();
  for (const auto& [begin, watts] : history.charged(now)) {
    const auto at = base::WallTime::at(std::chrono::seconds{begin});
    rows.push_back({web::on_the_wall(at, zone), std::round(watts * 100) / 100});
  }
  return rows.dump();
}

void recall_history(PowerHistory& history, const Settings& settings, base::WallTime now) {
  const std::string text = settings.json({"history"});
  const Json rows = text.empty() ? Json::array() : Json::parse(text);
  if (!rows.is_array()) return;
  for (const Json& row : rows) {
    const bool usable = row.is_array() && row.size() == 2 && row[0].is_string() && row[1].is_number();
    if (!usable) continue;
    const auto begin = base::parse_iso8601(row[0].get_ref<const std::string&>());
    const auto watts = base::Watts::from(row[1].get<double>());
    if (begin && watts && *watts >= base::Watts{}) history.recall(*begin, *watts, now);
  }
}

}  // namespace shell
