// What the program says to whoever started it: one line on standard error per statement.
//
// Under systemd a line begins with its priority, which the journal takes off again and adds the time to; on a terminal
// it begins with the time.
#pragma once

#include <string_view>

#include "app/config/finding.hpp"
#include "core/announcement.hpp"

namespace app {

/// For any thread; lines never mix.
void say(core::Severity severity, std::string_view text);

/// Findings from warnings up; with Severity::info notes too, which else are for `check`.
void say(const Findings& findings, core::Severity least = core::Severity::warning);

/// One sentence about why the program ends, without time or priority: "twcmanager: …".
void complain(std::string_view text);

}  // namespace app
