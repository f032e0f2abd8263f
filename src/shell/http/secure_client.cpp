#include "shell/http/secure_client.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <cstdlib>
#include <list>
#include <mutex>
#include <thread>
#include <utility>

#include "shell/http/certificate.hpp"
#include "shell/http/curl.hpp"
#include "shell/http/judge.hpp"
#include "shell/http/url.hpp"
#include "shell/loop/thread.hpp"

namespace shell::http {
namespace {


constexpr int wake_at_least = 1000;  // ms
constexpr std::size_t most_cookies = 16;

struct Task {
  const Curl& curl;
  Url url;
  Question question;
  Done done;
  // The worker's own
  CURL* handle = nullptr;
  curl_slist* headers = nullptr;
  Reply reply;

  explicit Task(const Curl& the_curl) : curl(the_curl) {}
  Task(const Task&) = delete;
  Task& operator=(const Task&) = delete;
  ~Task() {
    if (handle != nullptr) curl.easy_cleanup(handle);
    curl.slist_free_all(headers);
  }
};

/// One header line, with its end.
std::size_t take_header(char* bytes, std::size_t, std::size_t count, void* task) {
  Reply& reply = static_cast<Task*>(task)->reply;
  const std::string_view line{bytes, count};
  const std::size_t colon = line.find(':');
  if (line.starts_with("HTTP/")) reply.cookies.clear();   // of an answer that only sent us on
  if (colon == std::string_view::npos) return count;
  std::string_view value = line.substr(colon + 1);
  while (!value.empty() && (value.front() == ' ' || value.front() == '\t')) value.remove_prefix(1);
  while (!value.empty() && (value.back() == '\r' || value.back() == '\n' || value.back() == ' ')) value.remove_suffix(1);
  const auto is = [&](std::string_view name) {
    return std::equal(name.begin(), name.end(), line.begin(), line.begin() + static_cast<std::ptrdiff_t>(colon),
                      [](char a, char b) { return a == (b | 0x20); });
  };
  if (is("set-cookie") && reply.cookies.size() < most_cookies) reply.cookies.emplace_back(value);
  if (is("retry-after")) reply.retry_after = retry_after(value);
  return count;
}

std::size_t take_body(char* bytes, std::size_t, std::size_t count, void* task) {
  Reply& reply = static_cast<Task*>(task)->reply;
  if (reply.body.size() + count > longest_reply) {
    reply.outcome = Outcome::too_large;
    return 0;
  }
  reply.body.append(bytes, count);
  return count;
}

std::string in_words(CURLcode code, const Task& task) {
  const std::string who = task.url.authority();
  switch (code) {
    case CURLE_COULDNT_RESOLVE_HOST: return fmt::format("The name \"{}\" is not known here.", task.url.host);
    case CURLE_COULDNT_CONNECT: return fmt::format("{} cannot be reached.", who);
    case CURLE_OPERATION_TIMEDOUT:
      return fmt::format("{} did not answer within {:g} s.", who, base::seconds_of(task.question.patience));
    case CURLE_PEER_FAILED_VERIFICATION:
      return fmt::format(
          "{} has no certificate that is valid for this name and that this machine trusts; for one of an authority "
          "of your own name its file in the environment variable SSL_CERT_FILE.",
          who);
    case CURLE_SSL_PINNEDPUBKEYNOTMATCH:
      return another_certificate(who) + ".";
    default: return fmt::format("{}: {}.", who, task.curl.easy_strerror(code));
  }
}

void trust(const Task& task) {
  const Curl& curl = task.curl;
  const bool by_pin = task.question.trust.by == Trust::By::pin;
  curl.easy_setopt(task.handle, CURLOPT_SSL_VERIFYPEER, by_pin ? 0L : 1L);
  curl.easy_setopt(task.handle, CURLOPT_SSL_VERIFYHOST, by_pin ? 0L : 2L);
  const std::string& pin = task.question.trust.pin;
  if (by_pin && !pin.empty()) curl.easy_setopt(task.handle, CURLOPT_PINNEDPUBLICKEY, pin.c_str());
  // What is seen is told with the first answer of a connection only, and nobody may be believed who was never told.
  if (by_pin && pin.empty()) curl.easy_setopt(task.handle, CURLOPT_FORBID_REUSE, 1L);
  if (by_pin) curl.easy_setopt(task.handle, CURLOPT_CERTINFO, 1L);
  if (const char* authorities = std::getenv("SSL_CERT_FILE")) curl.easy_setopt(task.handle, CURLOPT_CAINFO, authorities);
}

void identify(Task& task) {
  const Curl& curl = task.curl;
  const Question& question = task.question;
  if (!task.url.credentials.empty()) {
    task.headers =
        curl.slist_append(task.headers, fmt::format("Authorization: Basic {}", task.url.credentials).c_str());
  }
  if (question.access != Access::basic && question.access != Access::digest) return;
  curl.easy_setopt(task.handle, CURLOPT_HTTPAUTH, question.access == Access::digest ? CURLAUTH_DIGEST : CURLAUTH_BASIC);
  curl.easy_setopt(task.handle, CURLOPT_USERNAME, question.user.c_str());
  curl.easy_setopt(task.handle, CURLOPT_PASSWORD, question.password.c_str());
}

void prepare(Task& task) {
  const Curl& curl = task.curl;
  const Question& question = task.question;
  CURL* const easy = task.handle = curl.easy_init();
  base::check(easy != nullptr, "libcurl gives a handle");
  const std::string_view scheme = task.url.secure ? "https" : "http";
  const std::string address = fmt::format("{}://{}{}", scheme, task.url.authority(), task.url.target);
  curl.easy_setopt(easy, CURLOPT_URL, address.c_str());
  curl.easy_setopt(easy, CURLOPT_PROTOCOLS_STR, std::string{scheme}.c_str());
  curl.easy_setopt(easy, CURLOPT_REDIR_PROTOCOLS_STR, std::string{scheme}.c_str());
  curl.easy_setopt(easy, CURLOPT_NOSIGNAL, 1L);
  if (!task.url.secure) curl.easy_setopt(easy, CURLOPT_PROXY, "");   // a device of the house
  curl.easy_setopt(easy, CURLOPT_TIMEOUT_MS, static_cast<long>(question.patience.count()));
  curl.easy_setopt(easy, CURLOPT_USERAGENT, "twcmanager");
  curl.easy_setopt(easy, CURLOPT_ACCEPT_ENCODING, "gzip");
  trust(task);
  curl.easy_setopt(easy, CURLOPT_HEADERFUNCTION, &take_header);
  curl.easy_setopt(easy, CURLOPT_HEADERDATA, &task);
  curl.easy_setopt(easy, CURLOPT_WRITEFUNCTION, &take_body);
  curl.easy_setopt(easy, CURLOPT_WRITEDATA, &task);
  curl.easy_setopt(easy, CURLOPT_PRIVATE, &task);
  identify(task);
  for (const auto& [name, value] : question.headers) {
    task.headers = curl.slist_append(task.headers, fmt::format("{}: {}", name, value).c_str());
  }
  if (question.verb != Verb::get) {
    task.headers = curl.slist_append(task.headers, "Expect:");
    curl.easy_setopt(easy, CURLOPT_POSTFIELDS, question.body.c_str());
    curl.easy_setopt(easy, CURLOPT_POSTFIELDSIZE_LARGE, static_cast<curl_off_t>(question.body.size()));
    if (question.verb == Verb::put) curl.easy_setopt(easy, CURLOPT_CUSTOMREQUEST, "PUT");
  } else if (question.trust.by == Trust::By::authorities && question.headers.empty()) {
    // Elsewhere are other certificates, and nobody who should see a token.
    curl.easy_setopt(easy, CURLOPT_FOLLOWLOCATION, 1L);
    curl.easy_setopt(easy, CURLOPT_MAXREDIRS, static_cast<long>(most_redirects));
  }
  curl.easy_setopt(easy, CURLOPT_HTTPHEADER, task.headers);
}

/// The pin of the certificate that was shown; empty: none was.
std::string pin_shown(const Task& task) {
  curl_certinfo* chain = nullptr;
  if (task.curl.easy_getinfo(task.handle, CURLINFO_CERTINFO, &chain) != CURLE_OK || chain == nullptr || chain->num_of_certs < 1) return {};
  for (const curl_slist* line = chain->certinfo[0]; line != nullptr; line = line->next) {
    const std::string_view text{line->data};
    if (text.starts_with("Cert:")) return pin_of(std::string{text.substr(5)});
  }
  return {};
}

void conclude(Task& task, CURLcode code) {
  long status = 0;
  task.curl.easy_getinfo(task.handle, CURLINFO_RESPONSE_CODE, &status);
  Reply& reply = task.reply;
  reply.status = static_cast<int>(status);
  if (code == CURLE_OK) {
    reply.outcome = Outcome::answered;
    if (task.url.secure && task.question.trust.by == Trust::By::pin) reply.pin = pin_shown(task);
  } else if (reply.outcome == Outcome::too_large) {
    reply.trouble = fmt::format("{} answered with more than {} KiB.", task.url.authority(), longest_reply / 1024);
  } else {
    const bool untrusted = code == CURLE_PEER_FAILED_VERIFICATION || code == CURLE_SSL_PINNEDPUBKEYNOTMATCH;
    reply.outcome = code == CURLE_OPERATION_TIMEDOUT ? Outcome::timed_out : untrusted ? Outcome::untrusted : Outcome::unreachable;
    reply.status = 0;
    reply.trouble = in_words(code, task);
  }
}

}  // namespace

struct SecureClient::Parts {
  explicit Parts(boost::asio::io_context& the_loop) : loop(the_loop), loaded(http::curl()) {
    if (!loaded) return;
    multi = (*loaded)->multi_init();
    base::check(multi != nullptr, "libcurl gives a handle");
  }
  Parts(const Parts&) = delete;
  Parts& operator=(const Parts&) = delete;
  ~Parts() {
    if (multi != nullptr) (*loaded)->multi_cleanup(multi);
  }

  void run(const std::shared_ptr<Parts>& self) {
    const Curl& curl = **loaded;
    std::list<std::unique_ptr<Task>> running;
    while (take_new(running)) {
      int count = 0;
      curl.multi_perform(multi, &count);
      for (int left = 0; const CURLMsg* message = curl.multi_info_read(multi, &left);) {
        if (message->msg == CURLMSG_DONE) finish(self, running, message->easy_handle, message->data.result);
      }
      curl.multi_poll(multi, nullptr, 0, wake_at_least, nullptr);
    }
    for (const auto& task : running) curl.multi_remove_handle(multi, task->handle);
  }

  /// False when it is time to end.
  bool take_new(std::list<std::unique_ptr<Task>>& running) {
    const Curl& curl = **loaded;
    const std::lock_guard lock(mutex);
    for (auto& task : fresh) {
      prepare(*task);
      curl.multi_add_handle(multi, task->handle);
      running.push_back(std::move(task));
    }
    fresh.clear();
    return !ending;
  }

  void finish(const std::shared_ptr<Parts>& self, std::list<std::unique_ptr<Task>>& running, CURL* handle,
              CURLcode code) {
    const Curl& curl = **loaded;
    char* place = nullptr;
    curl.easy_getinfo(handle, CURLINFO_PRIVATE, &place);
    Task& task = *reinterpret_cast<Task*>(place);
    conclude(task, code);
    curl.multi_remove_handle(multi, handle);
    boost::asio::post(loop, [self, done = std::move(task.done), reply = std::move(task.reply)]() mutable {
      if (!self->dropped) done(std::move(reply));
    });
    running.remove_if([&](const auto& each) { return each.get() == &task; });
  }

  boost::asio::io_context& loop;
  base::Result<const Curl*> loaded;
  CURLM* multi = nullptr;  // where it is loaded
  std::mutex mutex;
  std::list<std::unique_ptr<Task>> fresh;  // guarded
  bool ending = false;                     // guarded
  bool dropped = false;                    // the loop's own
  std::thread thread;
};

SecureClient::SecureClient(boost::asio::io_context& loop) : parts_(std::make_shared<Parts>(loop)) {}

SecureClient::~SecureClient() {
  parts_->dropped = true;
  {
    const std::lock_guard lock(parts_->mutex);
    parts_->ending = true;
  }
  if (!parts_->thread.joinable()) return;
  (*parts_->loaded)->multi_wakeup(parts_->multi);
  parts_->thread.join();
}

void SecureClient::send(Question question, Done done) {
  auto address = parse_url(question.url);
  if (!address || !parts_->loaded) {
    Reply reply;
    reply.trouble = !address ? fmt::format("The address is wrong: {}.", address.error().text)
                             : fmt::format("{} cannot be asked: {}.", address->authority(), parts_->loaded.error().text);
    boost::asio::post(parts_->loop, [parts = parts_, done = std::move(done), reply = std::move(reply)]() mutable {
      if (!parts->dropped) done(std::move(reply));
    });
    return;
  }
  auto task = std::make_unique<Task>(**parts_->loaded);
  task->url = std::move(*address);
  task->question = std::move(question);
  task->done = std::move(done);
  {
    const std::lock_guard lock(parts_->mutex);
    parts_->fresh.push_back(std::move(task));
  }
  if (!parts_->thread.joinable()) {
    parts_->thread = thread_beside([parts = parts_.get(), self = std::weak_ptr<Parts>(parts_)] { parts->run(self.lock()); });
  }
  (*parts_->loaded)->multi_wakeup(parts_->multi);
}

}  // namespace shell::http
