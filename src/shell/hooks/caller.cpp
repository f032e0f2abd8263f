#include "shell/hooks/caller.hpp"

#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>

#include "shell/hooks/body.hpp"

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
      client_(loop),
      queue_({[this](const core::CallHook& hook, std::function<void(Outcome)> done) { send(hook, std::move(done)); },
              [this](core::Duration pause, std::function<void()> work) { after(loop_, pause, std::move(work)); },
              needs_.say}) {}

void Caller::send(const core::CallHook& hook, std::function<void(Outcome)> done) {
  http::Question question;
  question.url = hook.url;
  question.patience = patience;
  if (needs_.method() == Method::post) {
    question.verb = http::Verb::post;
    question.headers.emplace_back("Content-Type", "application/json");
    question.body = body_of(hook, needs_.status());
  }
  client_.send(std::move(question), [done = std::move(done)](http::Reply reply) { done({reply.status, std::move(reply.trouble)}); });
}

}  // namespace shell::hooks
