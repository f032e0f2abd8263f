#include "shell/hooks/caller.hpp"

#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>

#include "shell/hooks/body.hpp"
#include "shell/http/url.hpp"

namespace shell::hooks {
namespace {

void after(boost::asio::io_context& loop, core::Duration pause, std::function<void()> work) {
  auto timer = std::make_shared<boost::asio::steady_timer>(loop, pause);
  timer->async_wait([timer, work = std::move(work)](boost::system::error_code error) {
    if (!error) work();
  });
}

}  // namespace

Caller::Caller(boost::asio::io_context& loop, Needs needs)
    : loop_(loop),
      needs_(std::move(needs)),
      plain_(loop),
      queue_({[this](const core::CallHook& hook, std::function<void(Outcome)> done) { send(hook, std::move(done)); },
              [this](core::Duration pause, std::function<void()> work) { after(loop_, pause, std::move(work)); },
              needs_.say}) {}

void Caller::send(const core::CallHook& hook, std::function<void(Outcome)> done) {
  std::optional<std::string> json;
  if (needs_.method() == Method::post) json = body_of(hook, needs_.status());
  const auto ended = [done = std::move(done)](http::Reply reply) { done({reply.status, std::move(reply.trouble)}); };
  const auto url = http::parse_url(hook.url);
  if (url && url->secure) {
    if (!secure_) secure_.emplace(loop_);
    secure_->send(hook.url, std::move(json), patience, ended);
  } else if (json) {
    plain_.post(hook.url, std::move(*json), patience, ended);
  } else {
    plain_.get(hook.url, patience, ended);
  }
}

}  // namespace shell::hooks
