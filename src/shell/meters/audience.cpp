#include "shell/meters/audience.hpp"

#include <boost/asio/post.hpp>

namespace shell {

void Audience::add(Listening wants, Hear hear) {
  members_.push_back({std::move(wants), std::move(hear)});
  if (standing_.trouble.empty()) return;
  boost::asio::post(loop_, alive_.later([this, place = members_.size() - 1] {
    if (!standing_.trouble.empty()) tell(members_[place], standing_);
  }));
}

void Audience::tell(Member& member, const Word& word) {
  if (word.trouble.empty()) {
    member.told.clear();
    member.heard = true;
  } else if (member.told == word.trouble) {
    return;
  } else {
    member.told = word.trouble;
  }
  member.hear(word);
}

void Audience::tell(const Word& word) {
  tell(word, [](const Member&, std::size_t) { return true; });
}

void Audience::dismiss() {
  members_.clear();
  standing_ = {};
  alive_ = {};
}

void Audience::trouble(Word::Outcome outcome, std::string why) {
  standing_ = Word{outcome, {}, {}, false, std::move(why)};
  tell(standing_);
}

void Audience::well() {
  standing_ = {};
  for (Member& each : members_) each.told.clear();
}

}  // namespace shell
