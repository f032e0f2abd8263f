#include "core/meter/template.hpp"

#include <string_view>

namespace core::meter {

namespace {

void add(base::Digest& digest, std::string_view text) {
  digest.add(text.size());
  for (const char c : text) digest.add(static_cast<unsigned char>(c));
}

}  // namespace

std::uint64_t digest_of(const Template& kind) {
  base::Digest digest;
  add(digest, kind.name);
  for (const Question& question : kind.questions) {
    const auto* http = std::get_if<HttpQuestion>(&question.what);
    if (http == nullptr) continue;
    add(digest, http->url);
    add(digest, http->body);
  }
  digest.add(kind.tells().bits());
  return digest.value();
}

}  // namespace core::meter
