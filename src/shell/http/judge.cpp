#include "shell/http/judge.hpp"

#include <fmt/format.h>
#include <openssl/ssl.h>
#include <openssl/x509_vfy.h>

#include "shell/http/certificate.hpp"

namespace shell::http {

bool FirstSeen::believes(const std::string& pin) const {
  const std::lock_guard lock(mutex_);
  return !pin.empty() && (pin_.empty() || pin_ == pin);
}

bool FirstSeen::keep(const std::string& pin) {
  const std::lock_guard lock(mutex_);
  if (pin_.empty()) pin_ = pin;
  return pin_ == pin;
}

bool Judge::preside(SSL_CTX* over) {
  SSL_CTX_set_min_proto_version(over, TLS1_2_VERSION);
  SSL_CTX_set_verify(over, SSL_VERIFY_PEER, nullptr);
  SSL_CTX_set_cert_verify_callback(
      over, [](X509_STORE_CTX* shown, void* judge) { return static_cast<Judge*>(judge)->believes(shown) ? 1 : 0; }, this);
  if (first_) return true;
  X509_VERIFY_PARAM* const names = SSL_CTX_get0_param(over);
  const bool named = X509_VERIFY_PARAM_set1_ip_asc(names, host_.c_str()) == 1 || X509_VERIFY_PARAM_set1_host(names, host_.c_str(), 0) == 1;
  return named && SSL_CTX_set_default_verify_paths(over) == 1;
}

void Judge::begin() {
  shown_.clear();
  admitted_.clear();
  refused_ = false;
}

bool Judge::believes(X509_STORE_CTX* shown) {
  shown_ = pin_of(X509_STORE_CTX_get0_cert(shown));
  refused_ = first_ ? !first_->believes(shown_) : X509_verify_cert(shown) != 1;
  reason_ = X509_STORE_CTX_get_error(shown);
  return !refused_;
}

bool Judge::admit() {
  if (!first_) return true;
  refused_ = !first_->keep(shown_);
  if (!refused_) admitted_ = shown_;
  return !refused_;
}

std::string Judge::objection(const std::string& who) const {
  if (!refused_) return {};
  if (first_) return another_certificate(who);
  return fmt::format("the certificate of {} is not trusted here ({}); correct it, or add its authority to this system", who,
                     X509_verify_cert_error_string(reason_));
}

std::string another_certificate(const std::string& who) {
  return fmt::format(
      "{} shows another certificate than the one that was seen first; if it was replaced, forget that one on the page (Settings, "
      "Certificates of devices), else somebody stands between it and us",
      who);
}

}  // namespace shell::http
