// A kind of meter with somebody's options in it.
#pragma once

#include <string>
#include <string_view>

#include "core/meter/template.hpp"

namespace core::meter {

/// `{name}` replaced by its value. Names without a value stay as they stand: other braces may have a meaning.
[[nodiscard]] std::string filled(std::string_view text, const Options& values);

/// With the options in all that finds and tests numbers, so that a path may lead to "[name={output}]". Options that are
/// not given have their fallbacks. Questions are left alone: what is learned comes into them later.
[[nodiscard]] Template with_options(const Template& kind, const Options& given);

}  // namespace core::meter
