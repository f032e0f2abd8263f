// Answers that need thought: what no path leads to. Each is a file of its own, without I/O like everything here.
#pragma once

#include "core/meter/slots.hpp"

namespace core::meter::kinds {

/// A Publication_MarketDocument of ENTSO-E (spec/energy-sources §7.4): curve types A01 and A03, and of several series for the same
/// time the lowest classificationSequence, then the finest resolution. Prices per MWh.
[[nodiscard]] Told entsoe(const wire::Tree& answer);
/// Whether it is an Acknowledgement_MarketDocument that says that there is no such data (999).
[[nodiscard]] bool entsoe_has_nothing(std::string_view body);

/// Irradiance and temperature of Open-Meteo → what panels yield (§8). `with`: kwp, alpha (1/K), ross (K·m²/W), efficiency, and
/// limit (W of the inverter; empty: none).
[[nodiscard]] Told open_meteo(const wire::Tree& answer, const Options& with);

}  // namespace core::meter::kinds
