// One configured source of prices or of a forecast: what is asked, and what is made of it.
#pragma once

#include <string>

#include "core/meter/desk.hpp"
#include "core/table/daily.hpp"

namespace core::meter {

struct TableSource {
  Source source;               ///< its kind has a measure; without questions it is not asked
  table::Adder adder;          ///< of prices
  table::Daily fixed;          ///< of a tariff that the house knows itself
  std::string currency;        ///< likewise
  bool operator==(const TableSource&) const = default;
};

}  // namespace core::meter
