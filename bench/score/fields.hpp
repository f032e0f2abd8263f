// What is played: the recorded days under four meters, and again in houses that have something peculiar.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "score/days.hpp"

namespace score {

inline constexpr int our_stops = 2;  ///< core::Config::silences_per_plug_in
inline constexpr Duration usual_meter{10s};
inline constexpr std::string_view refusing = "Cars that refuse after three stops";
inline constexpr std::string_view equal_stops = "Two stops for everybody";

/// Fields that share a table.
struct Topic {
  std::string title, about;  ///< `about` without its full stop
  std::vector<Field> fields;
};

/// `all` as `classes` gives them.
[[nodiscard]] std::vector<Topic> topics_of(const std::vector<Class>& all, std::uint64_t seed);

/// Of what else is played than topics.
inline constexpr std::string_view fuse_title = "Main fuse", sessions_title = "Real sessions";

/// The topic with this title, capitals or not; all with none; none for one of the two titles above. The fault names all
/// titles there are.
[[nodiscard]] base::Result<std::vector<Topic>> chosen(std::vector<Topic> topics, const std::string& only);
[[nodiscard]] bool same_word(std::string_view a, std::string_view b);

/// 10 kWh and 5 kW that give back 90 % of what they take, filled to what `level` says in percent.
[[nodiscard]] sim::BatteryTraits home_battery(int level);

}  // namespace score
