// Keeps the page's certificate current.
//
// A certificate ends while the program runs for years, and owners replace theirs each few weeks. So the files are
// looked at when the page opens and once an hour, by the clerk; what was found is shown to whoever connects from then
// on.
#pragma once

#include <memory>

#include "shell/http/tls.hpp"
#include "shell/loop/reactor.hpp"
#include "shell/store/clerk.hpp"

namespace app {

/// Goes on for as long as somebody else has `tls`. `clerk` may be null: then files are read on the spot. It and
/// `reactor` outlive each other's work: the clerk ends before the reactor.
void keep_current(shell::Reactor& reactor, shell::Clerk* clerk, const std::shared_ptr<shell::http::Tls>& tls,
                  const shell::http::TlsFiles& files);

}  // namespace app
