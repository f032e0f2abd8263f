#include "shell/http/local_client.hpp"

#include <fmt/format.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <memory>

#include "shell/http/curl.hpp"

namespace shell::http {
namespace {

using base::Culprit;

std::size_t take(char* bytes, std::size_t, std::size_t count, void* into) {
  std::string& body = *static_cast<std::string*>(into);
  if (body.size() + count > longest_local_reply) return 0;
  body.append(bytes, count);
  return count;
}

/// Why nobody can be asked there, before anybody is.
std::string obstacle(const std::string& socket) {
  if (socket.size() >= sizeof(sockaddr_un::sun_path))
    return fmt::format("{} is too long for a socket; use a shorter settingsPath", socket);
  struct stat about {};
  if (::stat(socket.c_str(), &about) != 0) {
    if (errno == EACCES)
      return fmt::format("{} may not be opened; run this as root, or as the user that the daemon runs as", socket);
    return fmt::format(
        "the daemon is not running ({} is not there); start it with `systemctl start twcmanager`, or `twcmanager run`",
        socket);
  }
  if (!S_ISSOCK(about.st_mode)) return fmt::format("{} is no socket; name the daemon's with --socket", socket);
  if (::access(socket.c_str(), R_OK | W_OK) != 0)
    return fmt::format("{} may not be opened; run this as root, or as the user that the daemon runs as", socket);
  return {};
}

std::string in_words(const Curl& curl, CURLcode code, const std::string& socket, core::Duration patience) {
  if (code == CURLE_COULDNT_CONNECT)
    return fmt::format(
        "the daemon is not running (nobody listens at {}); start it with `systemctl start twcmanager`, or `twcmanager "
        "run`",
        socket);
  if (code == CURLE_OPERATION_TIMEDOUT)
    return fmt::format("the daemon at {} did not answer within {:g} s", socket, base::seconds_of(patience));
  return fmt::format("the daemon at {}: {}", socket, curl.easy_strerror(code));
}

}  // namespace

base::Result<LocalReply> ask_locally(const std::string& socket, const std::string& method, const std::string& path,
                                     const std::string& json, core::Duration patience) {
  if (std::string why = obstacle(socket); !why.empty()) return base::fail(Culprit::user, std::move(why));
  const Curl& curl = *TRY(http::curl());
  const std::unique_ptr<CURL, decltype(&curl_easy_cleanup)> easy{curl.easy_init(), curl.easy_cleanup};
  base::check(easy != nullptr, "libcurl gives a handle");
  LocalReply reply;
  const std::string address = "http://localhost" + path;
  curl.easy_setopt(easy.get(), CURLOPT_UNIX_SOCKET_PATH, socket.c_str());
  curl.easy_setopt(easy.get(), CURLOPT_URL, address.c_str());
  curl.easy_setopt(easy.get(), CURLOPT_PROTOCOLS_STR, "http");
  curl.easy_setopt(easy.get(), CURLOPT_CUSTOMREQUEST, method.c_str());
  curl.easy_setopt(easy.get(), CURLOPT_USERAGENT, "twcmanager");
  curl.easy_setopt(easy.get(), CURLOPT_PROXY, "");
  curl.easy_setopt(easy.get(), CURLOPT_NOSIGNAL, 1L);
  curl.easy_setopt(easy.get(), CURLOPT_TIMEOUT_MS, static_cast<long>(patience.count()));
  curl.easy_setopt(easy.get(), CURLOPT_WRITEFUNCTION, &take);
  curl.easy_setopt(easy.get(), CURLOPT_WRITEDATA, &reply.body);
  curl_slist* list = nullptr;
  if (!json.empty()) {
    list = curl.slist_append(list, "Content-Type: application/json");
    list = curl.slist_append(list, "Expect:");
    curl.easy_setopt(easy.get(), CURLOPT_POSTFIELDS, json.c_str());
    curl.easy_setopt(easy.get(), CURLOPT_POSTFIELDSIZE_LARGE, static_cast<curl_off_t>(json.size()));
  }
  const std::unique_ptr<curl_slist, decltype(&curl_slist_free_all)> headers{list, curl.slist_free_all};
  curl.easy_setopt(easy.get(), CURLOPT_HTTPHEADER, headers.get());
  if (const CURLcode code = curl.easy_perform(easy.get()); code != CURLE_OK)
    return base::fail(Culprit::device, in_words(curl, code, socket, patience));
  long status = 0;
  curl.easy_getinfo(easy.get(), CURLINFO_RESPONSE_CODE, &status);
  reply.status = static_cast<int>(status);
  return reply;
}

}  // namespace shell::http
