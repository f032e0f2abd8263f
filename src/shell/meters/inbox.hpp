// What a thread that listens hands to the loop.
//
// The problem: a broker may say more than the loop can take while it is busy. The idea: notes wait in a line with an
// end; when it is full the oldest message goes, because the next one says it anew. The loop is woken once for all that
// wait.
#pragma once

#include <boost/asio/io_context.hpp>
#include <cstddef>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>

#include "shell/meters/listening.hpp"

namespace shell {

struct Note {
  enum class Kind : std::uint8_t {
    word,     ///< for whoever is meant by its topic
    trouble,  ///< of the connection: for all
    well,     ///< the connection has come about
    seen,     ///< the other end has shown a certificate, and is believed by it
  };
  Kind kind = Kind::word;
  Word word{};
  std::string pin{};   ///< of what was seen
};

class Inbox : public std::enable_shared_from_this<Inbox> {
 public:
  using Take = std::function<void(const Note&)>;
  static constexpr std::size_t most_notes = 256;

  /// `take` is called on the loop's thread. Lives in a shared_ptr.
  Inbox(boost::asio::io_context& loop, Take take) : loop_(loop), take_(std::move(take)) {}

  /// From any thread.
  void put(Note note);
  /// On the loop's thread: nothing is taken any more.
  void close() { take_ = nullptr; }
  /// Messages that were dropped because the loop was behind.
  [[nodiscard]] std::size_t dropped();

 private:
  void empty();

  boost::asio::io_context& loop_;
  Take take_;
  std::mutex mutex_;
  std::deque<Note> notes_;
  std::size_t bytes_ = 0;
  std::size_t dropped_ = 0;
};

}  // namespace shell
