#include "shell/hooks/queue.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "shell/http/url.hpp"

namespace shell::hooks {
namespace {

using core::Severity;
using core::rules::Occasion;

bool says_the_same(const core::CallHook& a, const core::CallHook& b) {
  return a.url == b.url && a.occasion == b.occasion && a.policy == b.policy && a.previous == b.previous &&
         a.unit == b.unit;
}

bool is_done(const Outcome& outcome) {
  return outcome.status >= 200 && outcome.status < 300;
}

/// Another attempt may have another end: nobody answered, or who answered is not well now.
bool is_worth_another(const Outcome& outcome) {
  return outcome.status == 0 || outcome.status == 408 || outcome.status == 429 || outcome.status >= 500;
}

std::string explained(const Outcome& outcome) {
  if (outcome.status == 0) return outcome.trouble;
  std::string status = fmt::format("it answered with status {}", outcome.status);
  if (outcome.status >= 300 && outcome.status < 400)
    return status + ", which sends us elsewhere; write the address that it leads to into the configuration";
  if (outcome.status == 401 || outcome.status == 403)
    return status + ", so its address lacks the right password or key";
  if (outcome.status == 404 || outcome.status == 405)
    return status + ", so nothing is there for us; look at the address and at webhookMethod";
  return status;
}

/// Of the policy whose address it is.
std::string_view whose(const core::CallHook& hook) {
  return hook.occasion == Occasion::exit ? hook.previous.view() : hook.policy.view();
}

}  // namespace

std::string words(const core::CallHook& hook) {
  return fmt::format("the webhook {} of the policy {} at {}", core::rules::words(hook.occasion), whose(hook),
                     http::origin_of(hook.url));
}

Queue::Queue(Needs needs) : needs_(std::move(needs)), self_(std::make_shared<Queue*>(this)) {}

Queue::~Queue() {
  *self_ = nullptr;
  const std::size_t left = entries_.size();
  if (left > 0)
    needs_.say(Severity::warning,
               fmt::format("{} {} not called: the program ends", left, left == 1 ? "webhook was" : "webhooks were"));
}

void Queue::add(core::CallHook hook) {
  const auto same = std::find_if(entries_.begin(), entries_.end(), [&](const Entry& each) {
    return each.is != Entry::Is::sent && says_the_same(each.hook, hook);
  });
  if (same != entries_.end()) entries_.erase(same);
  if (waiting() >= most_waiting) drop_oldest();
  const auto address = http::parse_url(hook.url);
  std::string host = address ? address->authority() : std::string{};
  entries_.push_back({++next_, std::move(hook), std::move(host)});
  go_on();
}

void Queue::drop_oldest() {
  const auto oldest =
      std::find_if(entries_.begin(), entries_.end(), [](const Entry& each) { return each.is != Entry::Is::sent; });
  if (oldest == entries_.end()) return;
  tell(*oldest, fmt::format("is not called, because {} others wait, too", most_waiting));
  entries_.erase(oldest);
}

std::size_t Queue::under_way() const {
  return static_cast<std::size_t>(
      std::count_if(entries_.begin(), entries_.end(), [](const Entry& each) { return each.is == Entry::Is::sent; }));
}

std::size_t Queue::waiting() const {
  return entries_.size() - under_way();
}

/// Nobody before it is for the same address, and nobody is being told something at the same host.
bool Queue::may_go(std::size_t place) const {
  const Entry& entry = entries_[place];
  if (entry.is != Entry::Is::waiting) return false;
  for (std::size_t i = 0; i < entries_.size(); ++i) {
    const Entry& other = entries_[i];
    if (other.is == Entry::Is::sent && other.host == entry.host) return false;
    if (i < place && other.hook.url == entry.hook.url) return false;
  }
  return true;
}

/// Those that have not been tried yet come first: who does not answer keeps nobody waiting but himself.
void Queue::go_on() {
  for (const bool again : {false, true}) {
    for (std::size_t i = 0; i < entries_.size(); ++i) {
      if (under_way() >= most_under_way) return;
      if ((entries_[i].attempts > 0) == again && may_go(i)) send(entries_[i]);
    }
  }
}

void Queue::send(Entry& entry) {
  entry.is = Entry::Is::sent;
  ++entry.attempts;
  needs_.send(entry.hook, [self = self_, number = entry.number](const Outcome& outcome) {
    if (Queue* queue = *self) queue->ended(number, outcome);
  });
}

void Queue::ended(std::uint64_t number, const Outcome& outcome) {
  const auto entry =
      std::find_if(entries_.begin(), entries_.end(), [&](const Entry& each) { return each.number == number; });
  if (entry == entries_.end()) return;
  const bool again = !is_done(outcome) && is_worth_another(outcome) && entry->attempts < most_attempts;
  if (again) {
    entry->is = Entry::Is::resting;
    needs_.later(pauses[entry->attempts - 1], [self = self_, number] {
      Queue* queue = *self;
      if (queue == nullptr) return;
      for (Entry& each : queue->entries_) {
        if (each.number == number) each.is = Entry::Is::waiting;
      }
      queue->go_on();
    });
  } else {
    if (!is_done(outcome)) {
      const std::string times =
          entry->attempts > 1 ? fmt::format(" after {} attempts", entry->attempts) : std::string{};
      tell(*entry, fmt::format("could not be called{}: {}", times, explained(outcome)));
    }
    entries_.erase(entry);
  }
  go_on();
}

void Queue::tell(const Entry& entry, const std::string& what) const {
  needs_.say(Severity::warning, fmt::format("{} {}", words(entry.hook), what));
}

}  // namespace shell::hooks
