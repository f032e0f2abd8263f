#include "app/certificates.hpp"

#include <fmt/format.h>

#include "app/say.hpp"
#include "shell/loop/loop.hpp"

namespace app {
namespace {

using core::Severity;
using shell::http::Identity;
using shell::http::Tls;
using shell::http::TlsFiles;
using Loaded = base::Result<Identity>;
using namespace std::chrono_literals;

constexpr base::Duration rhythm = 1h;

struct Watch : std::enable_shared_from_this<Watch> {
  shell::Reactor* reactor = nullptr;
  shell::Clerk* clerk = nullptr;
  std::weak_ptr<Tls> tls;
  TlsFiles files;
  std::string said;

  void look() {
    if (tls.expired()) return;
    const bool left = clerk != nullptr && clerk->post([self = shared_from_this()] {
      auto loaded = std::make_shared<Loaded>(load_identity(self->files, shell::read_clocks().wall));
      self->reactor->soon([self, loaded] { self->found(*loaded); });
      return shell::Clerk::Outcome{};
    });
    if (clerk == nullptr) found(load_identity(files, shell::read_clocks().wall));
    else if (!left) reactor->after(1s, [self = shared_from_this()] { self->look(); });  // its queue is full
  }

  void found(const Loaded& loaded) {
    const auto in_use = tls.lock();
    if (!in_use) return;
    auto used = loaded ? in_use->use(*loaded) : tl::unexpected(loaded.error());
    if (!used) {
      std::string sentence = fmt::format("{}; {}", used.error().text,
                                         in_use->ready() ? "the certificate from before stays in use"
                                                         : "until then there is no page, and charging goes on");
      if (sentence != said) say(Severity::alarm, sentence);
      said = std::move(sentence);
    } else if (*used) {
      say(Severity::info,
          fmt::format("TLS: the SHA-256 fingerprint of the certificate is {}{}", in_use->fingerprint(),
                      files.ours ? "; your browser warns of it once, because nobody but this program has signed it: "
                                   "compare the two before you go on"
                                 : ""));
      said.clear();
    }
    reactor->after(rhythm, [self = shared_from_this()] { self->look(); });
  }
};

}  // namespace

void keep_current(shell::Reactor& reactor, shell::Clerk* clerk, const std::shared_ptr<Tls>& tls,
                  const TlsFiles& files) {
  const auto watch = std::make_shared<Watch>();
  watch->reactor = &reactor;
  watch->clerk = clerk;
  watch->tls = tls;
  watch->files = files;
  watch->look();
}

}  // namespace app
