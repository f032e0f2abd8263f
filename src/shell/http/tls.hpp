// TLS for the web server: the certificate that is shown, and where it comes from.
//
// The problem: a page in a house has no authority that would sign for it, and a server that falls back to plain HTTP
// when something is wrong with its certificate is worse than one that is not there. The idea: without a certificate of
// the owner's we make one, say its fingerprint, and make the next one before it ends; with a wrong one the page stays
// shut and one sentence says what to do. Files are read and written by whoever calls, never by the loop's thread.
#pragma once

#include <functional>
#include <memory>
#include <string>

#include "base/result.hpp"
#include "base/time.hpp"
#include "shell/http/certificate.hpp"

namespace boost::asio::ssl {
class context;
}

namespace shell::http {

/// Where the certificate is.
struct TlsFiles {
  std::string certificate;  ///< PEM; empty with `ours`: it is kept in memory alone
  std::string key;          ///< PEM
  bool ours = false;        ///< we make it when it is missing, of no use, or ends within 30 days
};

/// Reads the files, and makes and writes them where they are ours. Fault: a sentence with its remedy. Takes as long as
/// a disk takes.
[[nodiscard]] base::Result<Identity> load_identity(const TlsFiles& files, base::WallTime now);

class Tls {
 public:
  Tls();
  Tls(const Tls&) = delete;
  Tls& operator=(const Tls&) = delete;
  ~Tls();

  /// Shows it from now on; what is connected goes on with what it has. True: it is another one than before. Fault: it
  /// cannot be used, and nothing was changed; no full stop.
  [[nodiscard]] base::Result<bool> use(const Identity& identity);
  /// Whether there is anything to show.
  [[nodiscard]] bool ready() const { return context_ != nullptr; }
  /// Called once, by the first use() that succeeds; now when there is one already.
  void when_ready(std::function<void()> call);
  [[nodiscard]] const std::string& fingerprint() const { return fingerprint_; }
  /// Only while ready.
  [[nodiscard]] boost::asio::ssl::context& context() { return *context_; }

 private:
  std::unique_ptr<boost::asio::ssl::context> context_;
  Identity identity_;
  std::string fingerprint_;
  std::function<void()> when_ready_;
};

}  // namespace shell::http
