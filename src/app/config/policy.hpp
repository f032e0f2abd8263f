// The section `policy` of config.json, and what settings.json says about policies and schedules.
//
// The problem: in the original a slip of the pen in a policy ends each evaluation, or makes a comparison that is never
// true. The idea: everything is understood here, once; what cannot be meant is a finding with line and column, and its
// policy is left out. A restriction that cannot be understood keeps its policy from ever applying. Spec/policy.md.
#pragma once

#include "app/config/configuration.hpp"
#include "app/config/value.hpp"
#include "core/policy/rules/rule.hpp"

namespace app {

/// The list of policies with what it reads of the section `config`. `wanted` holds what the table of keys has read. The
/// meters are there already: their names are the modules of policies.
void read_policies(const Value& root, core::rules::Wanted wanted, Configuration& out);

/// The settings that policies read, and the schedule. `root` is the content of settings.json.
void apply_policy_settings(const Value& root, std::string_view file, Configuration& out);

/// The keys of settings.json that `apply_policy_settings` looks at for this configuration.
[[nodiscard]] std::vector<std::string> policy_settings(const Configuration& configuration);

}  // namespace app
