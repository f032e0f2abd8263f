#include "shell/meters/inbox.hpp"

#include <algorithm>
#include <boost/asio/post.hpp>
#include <utility>

namespace shell {
namespace {

constexpr std::size_t most_bytes = 4 * longest_word;

std::size_t size_of(const Word& word) { return word.body.size() + word.topic.size(); }

}  // namespace

void Inbox::put(Note note) {
  const std::lock_guard lock(mutex_);
  const bool sleeping = notes_.empty();
  bytes_ += size_of(note.word);
  notes_.push_back(std::move(note));
  while (notes_.size() > most_notes || bytes_ > most_bytes) {
    const auto oldest =
        std::find_if(notes_.begin(), notes_.end(), [](const Note& each) { return each.kind == Note::Kind::word; });
    if (oldest == notes_.end()) break;
    bytes_ -= size_of(oldest->word);
    notes_.erase(oldest);
    ++dropped_;
  }
  if (sleeping) boost::asio::post(loop_, [self = shared_from_this()] { self->empty(); });
}

std::size_t Inbox::dropped() {
  const std::lock_guard lock(mutex_);
  return dropped_;
}

void Inbox::empty() {
  std::deque<Note> notes;
  {
    const std::lock_guard lock(mutex_);
    notes.swap(notes_);
    bytes_ = 0;
  }
  for (const Note& each : notes) {
    if (take_) take_(each);
  }
}

}  // namespace shell
