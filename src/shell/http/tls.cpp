#include "shell/http/tls.hpp"

#include <fmt/chrono.h>
#include <fmt/format.h>
#include <openssl/ssl.h>

#include <boost/asio/buffer.hpp>
#include <boost/asio/ssl/context.hpp>
#include <ctime>
#include <utility>

#include "shell/store/files.hpp"

namespace shell::http {
namespace {

namespace ssl = boost::asio::ssl;
using base::Culprit;
using base::Result;
using base::WallTime;
using boost::system::error_code;
using namespace std::chrono_literals;

/// So long before its end a certificate of ours is made anew.
constexpr base::Duration in_time = base::Duration{24h} * 30;

/// TLS 1.2 with keys that nobody can get hold of later; 1.3 has no others.
constexpr const char* ciphers = "ECDHE+AESGCM:ECDHE+CHACHA20";

std::string day(WallTime time) {
  const auto seconds = static_cast<std::time_t>(time.since_epoch() / base::Duration{1s});
  std::tm civil{};
  gmtime_r(&seconds, &civil);
  return fmt::format("{:%Y-%m-%d}", civil);
}

Result<Identity> read(const TlsFiles& files) {
  Identity identity;
  identity.certificate = TRY(read_whole(files.certificate));
  identity.key = TRY(read_whole(files.key));
  return identity;
}

/// What is wrong with it at this time; empty: nothing.
std::string objection(const Identity& identity, WallTime now, base::Duration before_its_end) {
  const Result<Validity> valid = examine(identity);
  if (!valid) return valid.error().text;
  if (now < valid->begins) return fmt::format("the certificate is valid from {} on", day(valid->begins));
  if (now >= valid->ends - before_its_end) return fmt::format("the certificate ended on {}", day(valid->ends));
  return {};
}

std::string_view named(std::string_view path) {
  return path.empty() ? "missing" : path;
}

Result<Identity> make_and_keep(const TlsFiles& files, WallTime now) {
  Identity made = TRY(make_identity(names_of_this_machine(), now));
  if (files.certificate.empty()) return made;
  // The key first: with a new key and an old certificate the pair does not fit, and is made again.
  TRY(replace_file(files.key, made.key, Old::is_gone));
  TRY(replace_file(files.certificate, made.certificate, Old::is_gone));
  return made;
}

}  // namespace

Result<Identity> load_identity(const TlsFiles& files, WallTime now) {
  if (files.ours) {
    if (files.certificate.empty()) return make_and_keep(files, now);
    auto kept = read(files);
    if (kept && objection(*kept, now, in_time).empty()) return kept;
    return make_and_keep(files, now);
  }
  const bool both = !files.certificate.empty() && !files.key.empty();
  Result<Identity> given =
      both ? read(files) : base::fail(Culprit::user, "a certificate and its private key are needed together");
  const std::string trouble = given ? objection(*given, now, {}) : given.error().text;
  if (trouble.empty()) return given;
  return base::fail(
      Culprit::user,
      fmt::format("TLS: {} (control.HTTP.certificate is {}, privateKey is {}). Correct them, or remove both "
                  "keys to have a certificate made",
                  trouble, named(files.certificate), named(files.key)));
}

Tls::Tls() = default;
Tls::~Tls() = default;

Result<bool> Tls::use(const Identity& identity) {
  if (ready() && identity == identity_) return false;
  const Validity valid = TRY(examine(identity));
  error_code ec;
  auto context = std::make_unique<ssl::context>(ssl::context::tls_server);
  SSL_CTX* const native = context->native_handle();
  SSL_CTX_set_min_proto_version(native, TLS1_2_VERSION);
  SSL_CTX_set_options(native, SSL_OP_NO_RENEGOTIATION | SSL_OP_CIPHER_SERVER_PREFERENCE | SSL_OP_NO_COMPRESSION);
  SSL_CTX_set_session_cache_mode(native, SSL_SESS_CACHE_OFF);  // tickets do, and cost us no memory
  SSL_CTX_set_num_tickets(native, 1);
  if (SSL_CTX_set_cipher_list(native, ciphers) != 1)
    return base::fail(Culprit::program, "the library knows none of our ciphers");
  context->use_certificate_chain(boost::asio::buffer(identity.certificate), ec);
  if (!ec) context->use_private_key(boost::asio::buffer(identity.key), ssl::context::pem, ec);
  if (ec) return base::fail(Culprit::user, fmt::format("the certificate cannot be used ({})", ec.message()));
  context_ = std::move(context);
  identity_ = identity;
  fingerprint_ = valid.fingerprint;
  if (const auto call = std::exchange(when_ready_, nullptr)) call();
  return true;
}

void Tls::when_ready(std::function<void()> call) {
  if (ready()) call();
  else when_ready_ = std::move(call);
}

}  // namespace shell::http
