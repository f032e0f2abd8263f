#include "app/say.hpp"

#include <fmt/format.h>

#include <cstdio>
#include <cstdlib>
#include <ctime>

namespace app {
namespace {

std::string_view name(core::Severity severity) {
  switch (severity) {
    case core::Severity::info: return "";
    case core::Severity::warning: return "warning: ";
    case core::Severity::alarm: return "ALARM: ";
  }
  return "";
}

int journal_priority(core::Severity severity) {
  return severity == core::Severity::info ? 6 : severity == core::Severity::warning ? 4 : 2;
}

void write(std::string_view line) {
  std::fwrite(line.data(), 1, line.size(), stderr);
}

}  // namespace

void say(core::Severity severity, std::string_view text) {
  if (std::getenv("JOURNAL_STREAM") != nullptr) {
    write(fmt::format("<{}>{}\n", journal_priority(severity), text));
    return;
  }
  const std::time_t now = std::time(nullptr);
  std::tm local{};
  ::localtime_r(&now, &local);
  write(fmt::format("{:02}:{:02}:{:02} {}{}\n", local.tm_hour, local.tm_min, local.tm_sec, name(severity), text));
}

void say(const Findings& findings, core::Severity least) {
  for (const Finding& finding : findings) {
    const core::Severity severity = finding.severity >= Severity::warning ? core::Severity::warning : core::Severity::info;
    if (severity >= least) say(severity, words(finding));
  }
}

void complain(std::string_view text) {
  write(fmt::format("twcmanager: {}\n", text));
}

}  // namespace app
