#include "shell/meters/local_file.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

#include "base/percent.hpp"
#include "shell/http/exchange.hpp"

namespace shell {
namespace {

using core::meter::Reply;

class Opened {
 public:
  /// A pipe or a device would keep whoever opens it waiting.
  explicit Opened(const std::string& path)
      : descriptor_(::open(path.c_str(), O_RDONLY | O_NONBLOCK | O_CLOEXEC | O_NOCTTY)) {}
  ~Opened() {
    if (descriptor_ >= 0) ::close(descriptor_);
  }
  Opened(const Opened&) = delete;
  Opened& operator=(const Opened&) = delete;
  [[nodiscard]] int descriptor() const { return descriptor_; }

 private:
  int descriptor_;
};

Reply trouble(Reply::Outcome outcome, std::string text) {
  Reply reply;
  reply.outcome = outcome;
  reply.status = 0;
  reply.trouble = std::move(text);
  return reply;
}

/// At most one byte more than is allowed.
bool read_all(int descriptor, std::string& body) {
  body.resize(http::longest_reply + 1);
  std::size_t size = 0;
  while (size < body.size()) {
    const ssize_t got = ::read(descriptor, body.data() + size, body.size() - size);
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return false;
    if (got == 0) break;
    size += static_cast<std::size_t>(got);
  }
  body.resize(size);
  return true;
}

}  // namespace

Reply read_local_file(std::string_view url, std::string& body) {
  const std::string path = base::percent_decoded(url.substr(core::meter::file_scheme.size()));
  const auto cannot = [&](int error) {
    return trouble(Reply::Outcome::unreachable, fmt::format("{} cannot be read: {}.", path, std::strerror(error)));
  };
  const Opened file{path};
  if (file.descriptor() < 0 && (errno == ENOENT || errno == ENOTDIR)) {
    Reply reply = trouble(Reply::Outcome::unreachable, fmt::format("There is no file {}.", path));
    reply.status = 404;
    return reply;
  }
  if (file.descriptor() < 0) return cannot(errno);
  struct stat is {};
  if (::fstat(file.descriptor(), &is) != 0) return cannot(errno);
  if (!S_ISREG(is.st_mode)) return trouble(Reply::Outcome::unreachable, fmt::format("{} is no regular file.", path));
  if (!read_all(file.descriptor(), body)) return cannot(errno);
  if (body.size() > http::longest_reply)
    return trouble(Reply::Outcome::too_large,
                   fmt::format("{} has more than {} KiB.", path, http::longest_reply / 1024));
  Reply reply;
  reply.body = body;
  return reply;
}

}  // namespace shell
