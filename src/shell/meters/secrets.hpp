// What was learned of energy sources and must survive a restart: tokens, ids, the public keys of devices that sign their
// own certificate, and how often those were asked today whose vendor counts it. Secret: one file beside settings.json, mode 0600.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "core/meter/desk.hpp"

namespace shell {

struct SourceSecrets {
  std::map<std::string, std::string, std::less<>> pins;                    ///< by address: "https://192.168.1.7"
  std::map<std::string, core::meter::Options, std::less<>> learned;        ///< by source and what it is asked
  std::map<std::string, core::meter::DaysRequests, std::less<>> spent;     ///< likewise
  bool operator==(const SourceSecrets&) const = default;
};

/// A certificate that is believed because it was the first that was seen at its address.
struct SeenFirst {
  std::string address;                ///< "https://192.168.1.7", "mqtts://192.168.1.5:8883"
  std::string pin;                    ///< shell/http/certificate.hpp, pin_of
  std::vector<std::string> sources;   ///< that are asked there or listen to it, by name; nobody does any more: none
};

[[nodiscard]] std::string text_of(const SourceSecrets& secrets);
/// Fault (user): what makes no sense in it; never a value of it.
[[nodiscard]] base::Result<SourceSecrets> read_source_secrets(std::string_view text);

/// Those at `path`; none when there is no file. One that can be read and makes no sense is set aside, as the fault says.
[[nodiscard]] base::Result<SourceSecrets> load_source_secrets(const std::string& path);

}  // namespace shell
