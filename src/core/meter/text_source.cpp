#include "core/meter/text_source.hpp"

#include <algorithm>

namespace core::meter {

Source text_source(std::string name, Duration every, Duration patience) {
  Source source;
  source.name = std::move(name);
  source.every = every;
  source.kind.name = "text";
  source.kind.patience = std::min(patience, std::max<Duration>(every, std::chrono::seconds{5}));
  return source;
}

std::uint8_t add_number(Source& source, Measurand what, std::string url) {
  HttpQuestion question;
  question.url = std::move(url);
  const auto place = static_cast<std::uint8_t>(source.kind.questions.size());
  source.kind.questions.push_back({std::string{word_of(what)}, std::move(question), Form::text});
  Gives gives;
  gives.what = what;
  gives.expression.question = place;
  gives.expression.at = After{};
  gives.expression.absolute = what == Measurand::solar;   // a source that gives it with a minus means the same (§2.3)
  source.kind.gives.push_back(std::move(gives));
  return place;
}

}  // namespace core::meter
