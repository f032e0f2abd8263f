#include "shell/http/exchange.hpp"

#include <charconv>

namespace shell::http {

std::string_view words(Verb verb) {
  switch (verb) {
    case Verb::get: return "GET";
    case Verb::post: return "POST";
    case Verb::put: return "PUT";
  }
  return "GET";
}

std::optional<core::Duration> retry_after(std::string_view text) {
  std::int64_t seconds = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), seconds);
  if (error != std::errc{} || end != text.data() + text.size() || seconds < 0 || seconds > 1'000'000) return std::nullopt;
  return std::chrono::seconds{seconds};
}

}  // namespace shell::http
