// All who listen to one connection, and what each of them was told.
//
// The problem: a connection is tried again for days, and a log in which each attempt has a line is read by nobody. The
// idea: everybody remembers the trouble that was told last; the same is not told twice before something was heard.
#pragma once

#include <boost/asio/io_context.hpp>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "shell/meters/listening.hpp"

namespace shell {

/// Wraps what is run later: nothing happens once this is gone.
class Alive {
 public:
  template <class F>
  auto later(F f) const {
    return [token = std::weak_ptr<int>(token_), f = std::move(f)](auto&&... args) mutable {
      if (!token.expired()) f(std::forward<decltype(args)>(args)...);
    };
  }

 private:
  std::shared_ptr<int> token_ = std::make_shared<int>(0);
};

class Audience {
 public:
  struct Member {
    Listening wants;
    Hear hear;
    std::string told{};  ///< the last trouble; empty: none since something was heard
    bool heard = false;  ///< something, since hush() was asked last
  };

  explicit Audience(boost::asio::io_context& loop) : loop_(loop) {}

  /// Told what trouble there is, if any, a moment later.
  void add(Listening wants, Hear hear);
  /// To a member, or to all for whom `is_meant(const Member&, std::size_t place)` holds.
  void tell(Member& member, const Word& word);
  template <class IsMeant>
  void tell(const Word& word, IsMeant is_meant) {
    for (std::size_t i = 0; i < members_.size(); ++i) {
      if (is_meant(std::as_const(members_[i]), i)) tell(members_[i], word);
    }
  }
  void tell(const Word& word);
  /// Nobody is told anything any more.
  void dismiss();
  /// Nobody hears anything, until `well`.
  void trouble(Word::Outcome outcome, std::string why);
  void well();
  /// Tells those who have heard nothing since they were asked last, in words made for each: `why(const Member&)`.
  template <class Why>
  void hush(Why why) {
    for (Member& each : members_) {
      if (!std::exchange(each.heard, false))
        tell(each, Word{Word::Outcome::timed_out, {}, {}, false, why(std::as_const(each))});
    }
  }
  [[nodiscard]] const std::vector<Member>& members() const { return members_; }

 private:
  boost::asio::io_context& loop_;
  std::vector<Member> members_;
  Word standing_{};  ///< the trouble of all
  Alive alive_;
};

}  // namespace shell
