#include "wire/register_walk.hpp"

#include <algorithm>
#include <array>

namespace wire {
namespace {

constexpr std::uint16_t mark_words = 4;  // the mark, and the first header of the chain
constexpr std::uint16_t header_words = 2;
constexpr int rounds_remembered = 500;  // a device may learn to answer what it refused

}  // namespace

RegisterWalk::RegisterWalk(std::vector<Register> wanted) : wanted_(std::move(wanted)) {
  const auto note = [this](const RegisterAt& at) {
    if (at.model && std::find(models_.begin(), models_.end(), *at.model) == models_.end()) models_.push_back(*at.model);
  };
  for (const Register& each : wanted_) {
    note(each.at);
    if (each.factor) note(*each.factor);
    if (each.order) note(*each.order);
  }
}

void RegisterWalk::forget() {
  mark_.reset();
  chain_whole_ = false;
  chain_.clear();
}

void RegisterWalk::begin() {
  // A round that was broken off may have met a restart, after which the models can be others.
  if (begun_ && next()) forget();
  if (begun_ && (!brought_ || ++rounds_ >= rounds_remembered)) {
    forget();
    absent_.clear();
    apart_.clear();
    if (brought_) told_.clear();
    rounds_ = 0;
  }
  begun_ = true;
  brought_ = false;
  lost_ = false;
  walked_again_ = false;
  found_.clear();
  if (models_.empty() || chain_whole_) return to_numbers();
  to_mark();
}

std::optional<RegisterBlock> RegisterWalk::next() const {
  if (!begun_) return std::nullopt;
  if (stage_ == Stage::mark) return RegisterBlock{sunspec_places[place_], mark_words};
  if (stage_ == Stage::chain) return RegisterBlock{static_cast<std::uint16_t>(behind_chain()), header_words};
  if (parts_.empty()) return std::nullopt;
  const std::uint32_t from = spans_[parts_.back().first].first;
  const std::uint32_t behind = spans_[parts_.back().last - 1].second;
  return RegisterBlock{static_cast<std::uint16_t>(from), static_cast<std::uint16_t>(behind - from)};
}

void RegisterWalk::read(std::span<const std::uint16_t> words) {
  const auto block = next();
  if (!block) return;
  if (words.size() != block->count) return refuse();
  switch (stage_) {
    case Stage::mark:
      if (words[0] != sunspec_mark[0] || words[1] != sunspec_mark[1]) return refuse();
      mark_ = block->address;
      chain_.clear();
      return add_header(static_cast<std::uint16_t>(block->address + 2U), words[2], words[3]);
    case Stage::chain: return add_header(block->address, words[0], words[1]);
    case Stage::numbers:
      if (!still_the_chain(*block, words) && !walked_again_) {
        walked_again_ = true;
        forget();
        found_.clear();
        return to_mark();
      }
      put(block->address, words);
      for (std::size_t i = parts_.back().first; i < parts_.back().last; ++i) {
        told_.insert(spans_[i]);
        brought_ |= !read_along_.contains(spans_[i]);
      }
      parts_.pop_back();
  }
}

void RegisterWalk::refuse() {
  if (!next()) return;
  if (stage_ == Stage::mark) {
    if (++place_ == sunspec_places.size()) to_numbers();
    return;
  }
  if (stage_ == Stage::chain) return to_numbers();
  const Part part = parts_.back();
  parts_.pop_back();
  if (part.last - part.first == 1) {
    const Span& span = spans_[part.first];
    lost_ |= told_.contains(span);
    if (!told_.contains(span)) absent_.insert(span);
    return;
  }
  // Most likely a word between the wanted ones is missing: the widest gap is where it is cut, else the middle.
  std::size_t cut = (part.first + part.last) / 2;
  std::uint32_t widest = 0;
  for (std::size_t i = part.first + 1; i < part.last; ++i) {
    const std::uint32_t gap = spans_[i].first - spans_[i - 1].second;
    if (gap > widest) {
      widest = gap;
      cut = i;
    }
  }
  // Where it began and ended stays too: joined with its neighbours in another way it would be refused again.
  apart_.insert(spans_[part.first].first);
  apart_.insert(spans_[cut].first);
  if (part.last < spans_.size()) apart_.insert(spans_[part.last].first);
  parts_.push_back({cut, part.last});
  parts_.push_back({part.first, cut});
}

// --- The chain of models --------------------------------------------------------------------------------------------

void RegisterWalk::to_mark() {
  stage_ = Stage::mark;
  place_ = 0;
  forget();
}

void RegisterWalk::add_header(std::uint16_t at, std::uint16_t id, std::uint16_t length) {
  if (id == sunspec_end) return to_numbers();
  chain_.push_back({at, id, length});
  to_chain();
}

void RegisterWalk::to_chain() {
  stage_ = Stage::chain;
  if (all_models_known() || chain_.size() >= most_models || behind_chain() + header_words > 0x10000) to_numbers();
}

std::uint32_t RegisterWalk::behind_chain() const {
  const Header& last = chain_.back();
  return last.at + 2U + last.length;
}

bool RegisterWalk::all_models_known() const {
  const auto known = [this](const SunspecModel& model) {
    const auto is_one = [&](const Header& each) { return each.id >= model.first && each.id <= model.last; };
    return std::count_if(chain_.begin(), chain_.end(), is_one) >= model.nth;
  };
  return std::all_of(models_.begin(), models_.end(), known);
}

bool RegisterWalk::still_the_chain(const RegisterBlock& block, std::span<const std::uint16_t> words) const {
  return std::all_of(chain_.begin(), chain_.end(), [&](const Header& each) {
    const int offset = each.at - block.address;
    if (offset < 0 || offset + header_words > block.count) return true;
    const auto at = static_cast<std::size_t>(offset);
    return words[at] == each.id && words[at + 1] == each.length;
  });
}

// --- The numbers ----------------------------------------------------------------------------------------------------

void RegisterWalk::put(std::uint16_t address, std::span<const std::uint16_t> words) {
  // What is more than can be held is missing, like what does not exist.
  [[maybe_unused]] const bool held = found_.put(address, words);
}

void RegisterWalk::to_numbers() {
  stage_ = Stage::numbers;
  chain_whole_ = true;
  if (mark_) {
    put(*mark_, sunspec_mark);
    for (const Header& each : chain_) put(each.at, std::array{each.id, each.length});
  }
  lay_out();
}

/// Which words are wanted, and which of them are read together.
void RegisterWalk::lay_out() {
  spans_.clear();
  parts_.clear();
  for (const Register& each : wanted_) {
    add_span(each.at, width_of(each.type));
    if (each.factor) add_span(*each.factor, 1);
    if (each.order) add_span(*each.order, 1);
  }
  merge_spans();
  std::erase_if(spans_, [this](const Span& span) { return absent_.contains(span); });
  // A header that costs nothing is read along: so it is seen when the chain has become another.
  read_along_.clear();
  for (const Header& each : chain_) {
    const Span header{each.at, each.at + header_words};
    const auto near = [&](const Span& span) {
      return span.first >= header.second && span.first <= header.second + widest_gap;
    };
    const auto shares = [&](const Span& span) { return span.first < header.second && span.second > header.first; };
    if (std::any_of(spans_.begin(), spans_.end(), near) && std::none_of(spans_.begin(), spans_.end(), shares) &&
        !absent_.contains(header))
      read_along_.insert(header);
  }
  spans_.insert(spans_.end(), read_along_.begin(), read_along_.end());
  std::sort(spans_.begin(), spans_.end());
  for (std::size_t first = 0, i = 1; i <= spans_.size(); ++i) {
    const bool together = i < spans_.size() && spans_[i].first <= spans_[i - 1].second + widest_gap &&
                          spans_[i].second - spans_[first].first <= most_words_at_once &&
                          !apart_.contains(spans_[i].first);
    if (together) continue;
    parts_.push_back({first, i});
    first = i;
  }
  std::reverse(parts_.begin(), parts_.end());
}

void RegisterWalk::add_span(const RegisterAt& at, int width) {
  const auto place = found_.place_of(at);
  if (place && *place + width <= 0x10000) spans_.emplace_back(*place, static_cast<std::uint32_t>(*place + width));
}

/// Sorted; those that share a word are one.
void RegisterWalk::merge_spans() {
  std::sort(spans_.begin(), spans_.end());
  std::vector<Span> merged;
  for (const Span& each : spans_) {
    if (merged.empty() || each.first >= merged.back().second) merged.push_back(each);
    else merged.back().second = std::max(merged.back().second, each.second);
  }
  spans_ = std::move(merged);
}

}  // namespace wire
