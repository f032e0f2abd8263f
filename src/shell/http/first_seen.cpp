#include "shell/http/first_seen.hpp"

#include <fmt/format.h>
#include <openssl/x509_vfy.h>

#include "shell/http/certificate.hpp"

namespace shell::http {

bool FirstSeen::believes(X509_STORE_CTX* shown) {
  shown_ = pin_of(X509_STORE_CTX_get0_cert(shown));
  return !shown_.empty() && (pin_.empty() || shown_ == pin_);
}

std::string another_certificate(const std::string& who) {
  return fmt::format(
      "{} shows another certificate than the one that was seen first; if the device was replaced, remove its line from "
      "sources.json, else somebody stands between it and us",
      who);
}

}  // namespace shell::http
