// The parts of the house that have names: meters, circuits, connectors.
#include "app/config/keys/parts.hpp"

namespace app {
namespace {

using Takes = Key::Takes;
using D = Draft;
using G = Given;

constexpr double most_house_amps = 1000;
constexpr double most_house_watts = 1e6;

// clang-format off
constexpr std::array table{
  Key{"meters.*.type", Takes::text, "url", 0, 0, "",
      "what it is: a name from \"twcmanager meters list\", set up in its options; or url, GET url/item answers a number such as 3055.2 "
      "or \"3055.2 W\"",
      [](D& d, const G& g) { d.meters.back().type = g.text; }}.never_on_page(),
  Key{"meters.*.role", Takes::word, "circuit", 0, 0, "",
      "what of it counts: grid, solar, house (all that it usually tells), battery, charger, from which the sun is computed too; or a "
      "circuit, which it only guards",
      [](D& d, const G& g) { d.meters.back().role = g.text; }, {}, {}, "grid solar house battery charger circuit"}.never_on_page(),
  Key{"meters.*.options", Takes::structure, "", 0, 0, "",
      "what a meter of its type has to know, as \"twcmanager meters show\" names it: host, password, …"}.never_on_page(),
  Key{"meters.*.counts", Takes::list, "", 0, 0, "",
      "of a meter with options what of it counts instead of what its role says, as in grid solar",
      [](D& d, const G& g) { d.meters.back().counts = g.list; }}.never_on_page(),
  Key{"meters.*.url", Takes::text, "", 0, 0, "",
      "beginning of the address, without a slash at its end",
      [](D& d, const G& g) { d.meters.back().url = g.text; }}.never_on_page(),
  Key{"meters.*.powerItem", Takes::text, "", 0, 0, "",
      "rest of the address that answers the power in W: from the grid positive, into it negative",
      [](D& d, const G& g) { d.meters.back().power_item = g.text; }}.never_on_page(),
  Key{"meters.*.currentItems", Takes::list, "", 0, 0, "",
      "the rests of three addresses that answer the currents of L1, L2 and L3 in A",
      [](D& d, const G& g) { d.meters.back().current_items = g.list; }}.never_on_page(),
  Key{"meters.*.consumptionItem", Takes::text, "", 0, 0, "",
      "rest of the address that answers the consumption in W",
      [](D& d, const G& g) { d.meters.back().consumption_item = g.text; }}.never_on_page(),
  Key{"meters.*.generationItem", Takes::text, "", 0, 0, "",
      "rest of the address that answers the generation in W",
      [](D& d, const G& g) { d.meters.back().generation_item = g.text; }}.never_on_page(),
  Key{"meters.*.batteryItem", Takes::text, "", 0, 0, "",
      "rest of the address that answers the home battery's power in W: what it gives positive, what it takes negative; of a meter "
      "of the role grid or house",
      [](D& d, const G& g) { d.meters.back().battery_item = g.text; }}.never_on_page(),
  Key{"meters.*.batteryLevelItem", Takes::text, "", 0, 0, "",
      "rest of the address that answers how full the home battery is, in %; likewise",
      [](D& d, const G& g) { d.meters.back().battery_level_item = g.text; }}.never_on_page(),
  Key{"meters.*.pollInterval", Takes::number, "", 1, 3600, "s",
      "how often to ask; absent: 5 s, with options as its type says, which has a least, too",
      [](D& d, const G& g) { d.meters.back().every = g.seconds(); }}.running(),
  Key{"meters.*.timeout", Takes::number, "", 0.1, 60, "s",
      "how long an answer may take; absent: 2 s, with options as its type says",
      [](D& d, const G& g) { d.meters.back().patience = g.seconds(); }}.running(),
  Key{"circuits.*.maxAmps", Takes::number, "", 0, most_house_amps, "A",
      "limit of each phase",
      [](D& d, const G& g) { d.circuits.back().is.amps = g.amps(); }, {}, "0"}.running().only_lower(),
  Key{"circuits.*.maxWatts", Takes::number, "", 0, most_house_watts, "W",
      "limit of all phases together",
      [](D& d, const G& g) { d.circuits.back().is.watts = g.watts(); }, {}, "0"}.running().only_lower(),
  Key{"circuits.*.maxImbalanceAmps", Takes::number, "", 0, most_house_amps, "A",
      "most that two phases may differ",
      [](D& d, const G& g) { d.circuits.back().is.imbalance = g.amps(); }, {}, "0"}.running().only_lower(),
  Key{"circuits.*.parent", Takes::text, "", 0, 0, "",
      "name of the circuit that feeds this one; absent: none does",
      [](D& d, const G& g) { d.circuits.back().parent = g.text; }}.never_on_page(),
  Key{"circuits.*.meter", Takes::text, "", 0, 0, "",
      "name of the meter that sees all that flows through it; absent: only its connectors count",
      [](D& d, const G& g) { d.circuits.back().meter = g.text; }}.never_on_page(),
  Key{"circuits.*.safeAmps", Takes::number, "0", 0, most_unit_amps, "A",
      "what each connector below gets while its meter cannot be trusted",
      [](D& d, const G& g) { d.circuits.back().is.safe = g.amps(); }}.running().only_lower(),
  Key{"circuits.*.connectors", Takes::list, "", 0, 0, "",
      "ids of the connectors that hang directly below it; one that no circuit names hangs below the first circuit "
      "without a parent",
      [](D& d, const G& g) { d.circuits.back().connectors = g.list; }}.never_on_page(),
  Key{"connectors.*.name", Takes::text, "", 0, 0, "",
      "what people call it",
      [](D& d, const G& g) { d.connectors.back().is.name = g.text; }}.running(),
  Key{"connectors.*.mode", Takes::word, "", 0, 0, "",
      "its own mode; absent: that of all",
      [](D& d, const G& g) { d.connectors.back().is.mode = mode_of(g); }, {}, {}, modes}.running(),
  Key{"connectors.*.minAmps", Takes::number, "", 0, most_unit_amps, "A",
      "below this it is offered nothing; absent: minAmpsPerTWC",
      [](D& d, const G& g) { d.connectors.back().is.least = g.amps(); }}.running(),
  Key{"connectors.*.maxAmps", Takes::number, "", 0, most_unit_amps, "A",
      "most that it may draw; absent: wiringMaxAmpsPerTWC",
      [](D& d, const G& g) { d.connectors.back().is.most = g.amps(); }, {}, "0"}.running().only_lower(),
  Key{"connectors.*.phases", Takes::whole, "", 1, 3, "",
      "phases that its cable has, until it reports its own; absent: numberOfPhases",
      [](D& d, const G& g) { d.connectors.back().is.phases = g.whole(); }}.never_on_page(),
  Key{"connectors.*.wiring", Takes::list, "L1 L2 L3", 0, 0, "",
      "at which phase of the house its terminals L1, L2 and L3 are, as in L2 L3 L1",
      [](D& d, const G& g) { d.connectors.back().wiring = g.list; }}.never_on_page(),
  Key{"connectors.*.priority", Takes::whole, "0", 0, 100, "",
      "the larger is served first",
      [](D& d, const G& g) { d.connectors.back().is.priority = g.whole(); }}.running(),
  Key{"connectors.*.weight", Takes::whole, "1", 1, 100, "",
      "its part of what several of the same priority share",
      [](D& d, const G& g) { d.connectors.back().is.weight = g.whole(); }}.running(),
  Key{"connectors.*.startWatts", Takes::number, "", 0, most_sun_watts, "W",
      "like config.startWatts, for its cars",
      [](D& d, const G& g) { d.connectors.back().sun.start = g.watts(); }}.running(),
  Key{"connectors.*.startDelay", Takes::number, "", 0, 1440, "min",
      "like config.startDelay, for its cars",
      [](D& d, const G& g) { d.connectors.back().sun.start_delay = g.minutes(); }}.running(),
  Key{"connectors.*.stopWatts", Takes::number, "", 0, most_sun_watts, "W",
      "like config.stopWatts, for its cars",
      [](D& d, const G& g) { d.connectors.back().sun.stop = g.watts(); }}.running(),
  Key{"connectors.*.stopDelay", Takes::number, "", 0, 1440, "min",
      "like config.stopDelay, for its cars",
      [](D& d, const G& g) { d.connectors.back().sun.stop_delay = g.minutes(); }}.running(),
  Key{"connectors.*.targetKWh", Takes::number, "", 0.1, 1000, "kWh",
      "what each car gets there during one visit; then it is no longer charged; in kWh alone, because no connector tells how full "
      "a car is; absent: as much as it takes",
      [](D& d, const G& g) { d.connectors.back().is.target = core::Energy::from(g.number * 3.6e6); }}.running(),
};

// The names are shown in core::Snapshot, which has room for so many bytes.
constexpr std::array group_table{
  Group{"meters", "one section for each meter beside sources.URL; * is its name", 16,
        [](D& d) -> D::Named& { return d.meters.emplace_back(); }, "mains"},
  Group{"circuits", "one section for each fuse that feeds connectors; * is its name", 32,
        [](D& d) -> D::Named& { return d.circuits.emplace_back(); }, "main fuse"},
  Group{"connectors", "one section for each connector about which there is something to say; * is its id, as on the page", 32,
        [](D& d) -> D::Named& { return d.connectors.emplace_back(); }, "1061"},
  Group{"prices", "one section for each source of prices; * is its name", 32,
        [](D& d) -> D::Named& { return d.prices.emplace_back(); }, "market"},
  Group{"forecasts", "one section for each forecast of the sun; * is its name", 32,
        [](D& d) -> D::Named& { return d.forecasts.emplace_back(); }, "roof"},
};
// clang-format on

}  // namespace

std::span<const Key> keys_of_house() {
  return table;
}

std::span<const Group> groups() {
  return group_table;
}

}  // namespace app
