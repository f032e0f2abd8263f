// `twcmanager simulate`: scores the control law on recorded days.
#pragma once

#include <cstdint>
#include <iosfwd>
#include <string>

namespace app {

struct SimulateOptions {
  std::string config;        ///< limits and habits; empty: a circuit of 32 A that follows the sun
  std::string mode;          ///< off, pv, minpv, now; empty: as configured
  std::string trace;         ///< CSV `time,pv_w,load_w`; empty: a week of the demo's recorded day
  std::string sessions;      ///< CSV `arrive,depart,energy_kwh,max_amps[,car]`; empty: a car a day and connector
  int connectors = 3;        ///< 1…3
  double meter_every = 5;    ///< seconds between two questions to the meter
  double meter_delay = 0;    ///< seconds by which the meter shows the past
  std::uint64_t seed = 1;
  bool json = false;
};

/// Exit status 0, or 1 with one sentence when a file cannot be used.
int simulate(const SimulateOptions& options, std::ostream& out, std::ostream& err);

}  // namespace app
