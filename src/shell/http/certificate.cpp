#include "shell/http/certificate.hpp"

#include <arpa/inet.h>
#include <fmt/format.h>
#include <ifaddrs.h>
#include <net/if.h>
#include <openssl/bio.h>
#include <openssl/ec.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rand.h>
#include <openssl/x509v3.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <ctime>
#include <memory>

#include "shell/http/gate.hpp"
#include "shell/http/url.hpp"

namespace shell::http {
namespace {

using base::Culprit;
using base::Result;
using namespace std::chrono_literals;

template <auto free>
struct Freed {
  template <class T>
  void operator()(T* object) const {
    free(object);
  }
};
using Memory = std::unique_ptr<BIO, Freed<BIO_free_all>>;
using Certificate = std::unique_ptr<X509, Freed<X509_free>>;
using Key = std::unique_ptr<EVP_PKEY, Freed<EVP_PKEY_free>>;

constexpr base::Duration a_day = 24h;
constexpr base::Duration lasts = a_day * 800;

Memory reading(const std::string& text) {
  return Memory{BIO_new_mem_buf(text.data(), static_cast<int>(text.size()))};
}

std::string written(BIO* memory) {
  char* bytes = nullptr;
  const long size = BIO_get_mem_data(memory, &bytes);
  return {bytes, static_cast<std::size_t>(size)};
}

/// Instead of asking for a passphrase on the console.
int no_passphrase(char*, int, int, void*) {
  return -1;
}

base::WallTime time_of(const ASN1_TIME* time) {
  std::tm civil{};
  if (ASN1_TIME_to_tm(time, &civil) != 1) return {};
  return base::WallTime::at(base::Duration{1s} * static_cast<std::int64_t>(timegm(&civil)));
}

std::string fingerprint(const X509* certificate) {
  std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
  unsigned size = 0;
  if (X509_digest(certificate, EVP_sha256(), digest.data(), &size) != 1) return {};
  return fmt::format("{:02X}", fmt::join(digest.begin(), digest.begin() + size, ":"));
}

bool is_name(std::string_view text) {
  return !text.empty() && text.size() <= 253 && std::all_of(text.begin(), text.end(), [](char c) {
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '-' || c == '.';
  });
}

/// As the library wants it: "DNS:charger.local,IP:192.168.1.7".
std::string alternative_names(std::span<const std::string> names) {
  std::string all;
  for (const std::string& each : names) {
    const std::string address = plain_address(each);
    if (address.empty() && !is_name(each)) continue;
    all += fmt::format("{}{}:{}", all.empty() ? "" : ",", address.empty() ? "DNS" : "IP",
                       address.empty() ? each : address);
  }
  return all;
}

bool extend(X509* certificate, int what, const std::string& value) {
  X509V3_CTX context;
  X509V3_set_ctx_nodb(&context);
  X509V3_set_ctx(&context, certificate, certificate, nullptr, nullptr, 0);
  const std::unique_ptr<X509_EXTENSION, Freed<X509_EXTENSION_free>> extension{
      X509V3_EXT_conf_nid(nullptr, &context, what, value.c_str())};
  return extension && X509_add_ext(certificate, extension.get(), -1) == 1;
}

bool fill(X509* certificate, EVP_PKEY* key, std::span<const std::string> names, base::WallTime now) {
  std::array<unsigned char, 16> serial{};
  if (RAND_bytes(serial.data(), serial.size()) != 1) return false;
  serial[0] &= 0x7F;  // a number above zero
  const std::unique_ptr<BIGNUM, Freed<BN_free>> number{BN_bin2bn(serial.data(), serial.size(), nullptr)};
  const auto seconds = [](base::WallTime time) {
    return static_cast<std::time_t>(time.since_epoch() / base::Duration{1s});
  };
  X509_NAME* const subject = X509_get_subject_name(certificate);
  const auto* const called = reinterpret_cast<const unsigned char*>("twcmanager");
  return number && X509_set_version(certificate, X509_VERSION_3) == 1 &&
         BN_to_ASN1_INTEGER(number.get(), X509_get_serialNumber(certificate)) != nullptr &&
         ASN1_TIME_set(X509_getm_notBefore(certificate), seconds(now - a_day)) != nullptr &&
         ASN1_TIME_set(X509_getm_notAfter(certificate), seconds(now - a_day + lasts)) != nullptr &&
         X509_NAME_add_entry_by_txt(subject, "CN", MBSTRING_ASC, called, -1, -1, 0) == 1 &&
         X509_set_issuer_name(certificate, subject) == 1 && X509_set_pubkey(certificate, key) == 1 &&
         extend(certificate, NID_basic_constraints, "critical,CA:FALSE") &&
         extend(certificate, NID_key_usage, "critical,digitalSignature") &&
         extend(certificate, NID_ext_key_usage, "serverAuth") &&
         extend(certificate, NID_subject_alt_name, alternative_names(names)) &&
         X509_sign(certificate, key, EVP_sha256()) > 0;
}

}  // namespace

Result<Validity> examine(const Identity& identity) {
  const Memory certificate_text = reading(identity.certificate);
  const Certificate certificate{PEM_read_bio_X509(certificate_text.get(), nullptr, no_passphrase, nullptr)};
  if (!certificate) return base::fail(Culprit::user, "the certificate is none in PEM form");
  const Memory key_text = reading(identity.key);
  const Key key{PEM_read_bio_PrivateKey(key_text.get(), nullptr, no_passphrase, nullptr)};
  if (!key) return base::fail(Culprit::user, "the private key is none in PEM form, or is locked with a passphrase");
  if (X509_check_private_key(certificate.get(), key.get()) != 1)
    return base::fail(Culprit::user, "the private key does not belong to the certificate");
  return Validity{time_of(X509_get0_notBefore(certificate.get())), time_of(X509_get0_notAfter(certificate.get())),
                  fingerprint(certificate.get())};
}

std::string pin_of(const std::string& certificate) {
  const Memory memory = reading(certificate);
  return pin_of(Certificate{PEM_read_bio_X509(memory.get(), nullptr, no_passphrase, nullptr)}.get());
}

std::string pin_of(const X509* certificate) {
  if (certificate == nullptr) return {};
  unsigned char* key = nullptr;
  const int size = i2d_X509_PUBKEY(X509_get_X509_PUBKEY(certificate), &key);
  if (size <= 0) return {};
  std::array<unsigned char, 32> digest{};
  const bool done = EVP_Digest(key, static_cast<std::size_t>(size), digest.data(), nullptr, EVP_sha256(), nullptr) == 1;
  OPENSSL_free(key);
  if (!done) return {};
  return "sha256//" + base64({reinterpret_cast<const char*>(digest.data()), digest.size()});
}

Result<Identity> make_identity(std::span<const std::string> names, base::WallTime now) {
  const Key key{EVP_EC_gen("P-256")};
  const Certificate certificate{X509_new()};
  const Memory certificate_text{BIO_new(BIO_s_mem())};
  const Memory key_text{BIO_new(BIO_s_mem())};
  const bool made = key && certificate && certificate_text && key_text &&
                    fill(certificate.get(), key.get(), names, now) &&
                    PEM_write_bio_X509(certificate_text.get(), certificate.get()) == 1 &&
                    PEM_write_bio_PrivateKey(key_text.get(), key.get(), nullptr, nullptr, 0, nullptr, nullptr) == 1;
  if (!made) return base::fail(Culprit::program, "the certificate could not be made");
  return Identity{written(certificate_text.get()), written(key_text.get())};
}

std::vector<std::string> names_of_this_machine() {
  std::vector<std::string> names{"localhost"};
  std::array<char, 256> host{};
  if (gethostname(host.data(), host.size() - 1) == 0 && host[0] != '\0') {
    const std::string name = host.data();
    names.push_back(name);
    if (name.find('.') == std::string::npos) names.push_back(name + ".local");
  }
  ifaddrs* all = nullptr;
  if (getifaddrs(&all) != 0) return names;
  for (const ifaddrs* each = all; each != nullptr; each = each->ifa_next) {
    if (each->ifa_addr == nullptr || (each->ifa_flags & IFF_UP) == 0) continue;
    std::array<char, INET6_ADDRSTRLEN> text{};
    if (each->ifa_addr->sa_family == AF_INET) {
      inet_ntop(AF_INET, &reinterpret_cast<const sockaddr_in*>(each->ifa_addr)->sin_addr, text.data(), text.size());
    } else if (each->ifa_addr->sa_family == AF_INET6) {
      const in6_addr& six = reinterpret_cast<const sockaddr_in6*>(each->ifa_addr)->sin6_addr;
      if (IN6_IS_ADDR_LINKLOCAL(&six)) continue;  // nobody can type it without an interface
      inet_ntop(AF_INET6, &six, text.data(), text.size());
    }
    if (text[0] != '\0') names.emplace_back(text.data());
  }
  freeifaddrs(all);
  return names;
}

}  // namespace shell::http
