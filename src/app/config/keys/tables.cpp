// Prices and forecasts: sources of their own kinds.
#include "app/config/keys/parts.hpp"

namespace app {
namespace {

using Takes = Key::Takes;
using D = Draft;
using G = Given;

// clang-format off
constexpr std::array table{
  Key{"prices.*.type", Takes::text, "fixed", 0, 0, "",
      "where the prices are from: a name from \"twcmanager prices list\", set up in its options; or fixed, a tariff that is written in "
      "price",
      [](D& d, const G& g) { d.prices.back().type = g.text; }}.never_on_page(),
  Key{"prices.*.options", Takes::structure, "", 0, 0, "",
      "what a source of its type has to know, as \"twcmanager prices show\" names it: token, area, …"}.never_on_page(),
  Key{"prices.*.tax", Takes::number, "0", 0, 100, "%",
      "what is added to a market's price, negative ones too",
      [](D& d, const G& g) { d.prices.back().tax = g.number / 100; }}.never_on_page(),
  Key{"prices.*.charges", Takes::structure, "", 0, 0, "",
      "what comes on top of it for each kWh, with its taxes: one number, or by the time of day as in { \"06:00\": 0.14, \"22:00\": 0.08 }"}.never_on_page(),
  Key{"prices.*.price", Takes::structure, "", 0, 0, "",
      "of a fixed tariff: what a kWh costs, one number, or by the time of day likewise"}.never_on_page(),
  Key{"prices.*.currency", Takes::text, "EUR", 0, 0, "",
      "of a fixed tariff",
      [](D& d, const G& g) { d.prices.back().currency = g.text; }}.never_on_page(),
  Key{"forecasts.*.type", Takes::text, "", 0, 0, "",
      "where the forecast of the sun is from: a name from \"twcmanager forecasts list\", set up in its options",
      [](D& d, const G& g) { d.forecasts.back().type = g.text; }}.never_on_page(),
  Key{"forecasts.*.options", Takes::structure, "", 0, 0, "",
      "what a source of its type has to know, as \"twcmanager forecasts show\" names it: latitude, kwp, …"}.never_on_page(),
  Key{"pricing.aWATTar.enabled", Takes::yes_no, "false", 0, 0, "",
      "prices of aWATTar in Austria, as a source of the type awattar has them; in Germany write one of your own in prices",
      [](D& d, const G& g) { d.awattar = g.yes; }}.never_on_page(),
};
// clang-format on

}  // namespace

std::span<const Key> keys_of_tables() {
  return table;
}

}  // namespace app
