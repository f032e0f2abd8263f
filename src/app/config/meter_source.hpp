// A meter of the file → what is asked of it: single numbers at addresses, or a kind from the catalogue with its options.
//
// What a kind lacks, or its options say wrongly, is a finding at the place where it is written; such a meter stays and is
// silent. No finding holds the value of a secret option.
#pragma once

#include <optional>

#include "app/config/keys.hpp"
#include "app/meters/catalogue.hpp"

namespace app {

/// Whether it is a kind from the catalogue rather than an address with items.
[[nodiscard]] bool is_of_a_kind(const Draft::Meter& meter);

struct KnownMeter {
  core::meter::Source source;
  core::Measurands counts;
};
/// One of a kind; nothing when nothing can be read from it, and `out.findings` say why.
[[nodiscard]] std::optional<KnownMeter> known_meter(const Draft::Meter& meter, const meters::Catalogue& catalogue,
                                                    Configuration& out);

/// As what a meter of this kind can stand in a configuration, of the roles that there are; none of prices and forecasts.
[[nodiscard]] std::vector<std::string_view> roles_of(const core::meter::Template& kind);

/// Why nothing can be read from an address with items; empty: something can.
[[nodiscard]] std::string trouble_of(const Draft::Meter& meter);
/// What is asked of an address with items.
[[nodiscard]] core::meter::Source addressed(Draft::Meter& meter);

/// The folder that a configuration file is in; empty for none.
[[nodiscard]] std::string folder_around(std::string_view file);

/// "grid, solar and soc", in the order of the measurands; empty: "nothing".
[[nodiscard]] std::string in_words(core::Measurands all);

/// Adds the findings of a kind's own file, each once, so that a run goes on without it.
void report_broken(const meters::TemplateFile& file, Configuration& out);

}  // namespace app
