// What needs thought: answers to which no path leads, and numbers that are worked out. Each is a file of its own, without
// I/O like everything here.
//
// A file of a source names a number as `by: NAME`, which is a row of a table here. The row says what may stand in `with`, and
// how to run it backwards if that can be done at all: so such a file is checked as completely as any other, and whoever
// shows numbers (render.hpp) knows what it can.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/meter/evaluate.hpp"
#include "core/meter/slots.hpp"

namespace core::meter::kinds {

// --- Slots ----------------------------------------------------------------------------------------------------------

/// A Publication_MarketDocument of ENTSO-E (spec/energy-sources §7.4): curve types A01 and A03, and of several series for the same
/// time the lowest classificationSequence, then the finest resolution. Prices per MWh.
[[nodiscard]] Told entsoe(const wire::Tree& answer);
/// Whether it is an Acknowledgement_MarketDocument that says that there is no such data (999).
[[nodiscard]] bool entsoe_has_nothing(std::string_view body);

/// Irradiance and temperature of Open-Meteo → what panels yield (§8). `with`: kwp, alpha (1/K), ross (K·m²/W), efficiency, and
/// limit (W of the inverter; empty: none).
[[nodiscard]] Told open_meteo(const wire::Tree& answer, const Options& with);

// --- Numbers --------------------------------------------------------------------------------------------------------

/// From what a number is worked out.
struct Task {
  std::span<const Content* const> answers;   ///< to the questions that the file names, in its order; all are there
  const Options& with;
  Dimension dimension{};                     ///< the number is one of its unit
  WallTime now;
};

/// What may stand in `with`.
struct Parameter {
  std::string_view name;
  bool required = false;
  std::string (*objection)(std::string_view value) = nullptr;   ///< why this cannot be it; empty: it can. Null: all can
};

struct Number {
  std::string_view name;
  std::size_t questions = 1;                 ///< so many answers
  std::span<const Parameter> parameters;
  Value (*of)(const Task&) = nullptr;
  /// The places in the first answer that all have to show the number for it to come to it. Null: it cannot be run backwards.
  std::vector<Path> (*places)(const Task&) = nullptr;
};

/// All of them.
[[nodiscard]] std::span<const Number> numbers();
/// Null when there is none of that name.
[[nodiscard]] const Number* number_called(std::string_view name);

/// Of a list of records, the newest first, the mean of what stands at `member` in each, without the tenth at either end. `with`:
/// member, and samples (1 to 10), the records that count.
extern const Number trimmed_mean;
/// Of such records of P1 Monitor what TWCManager took for the consumption: the largest phase times the phases (§5.14). `with`: samples.
extern const Number largest_phase;
/// Weather of OpenWeatherMap → what the sun yields now, an estimate (§5.13). `with`: peak_kw, twelve numbers.
extern const Number openweathermap;
/// A scenario of TWCManager's tests and the step at which it is (§9). `with`: number, as its file calls it.
extern const Number scenario;

/// What stands in `with`; empty: nothing does.
[[nodiscard]] std::string_view text_of(const Options& with, std::string_view name);
/// "1" to "10".
[[nodiscard]] std::string wrong_with_samples(std::string_view value);
/// The mean of what is at `member` in the first `samples` records, without the tenth at either end; nothing where none has it.
[[nodiscard]] Value trimmed(const Content& records, std::string_view member, std::string_view samples, Dimension dimension);

}  // namespace core::meter::kinds
