// Which requests are meant for us at all, before anybody asks whether their sender may (that is shell/door).
//
// The problem: a web page anywhere can make its visitor's browser talk to a program in the visitor's house: by posting
// a form to it, or by giving its own name our address (DNS rebinding) and then reading our answers as its own
// (spec/http-api §9 #3, #4). The idea: a browser always says which name it believes to talk to (Host) and from which
// page a post comes (Origin, Sec-Fetch-Site). Programs that are not browsers send neither of the latter and keep
// working.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "shell/http/message.hpp"

namespace shell::http {

/// True for an address, a name without dots (no stranger can own one), *.localhost, *.local, `machine` and `names`.
/// `host` is the header's value, with or without port; upper and lower case are the same.
[[nodiscard]] bool host_is_ours(std::string_view host, std::string_view machine, std::span<const std::string> names);

/// True when a browser says that a state-changing request comes from a page that is not ours.
[[nodiscard]] bool comes_from_elsewhere(std::string_view host, std::optional<std::string_view> origin,
                                        std::optional<std::string_view> fetch_site);

/// What a browser says about the page from which a request comes.
[[nodiscard]] Asker asker(std::string_view host, std::optional<std::string_view> origin,
                          std::optional<std::string_view> fetch_site);

/// An IP address as a connection names it: lower case, shortest form, one of IPv4 without an IPv6 prefix. Empty for
/// what is none.
[[nodiscard]] std::string plain_address(std::string_view text);

/// The value of a cookie in a Cookie header; empty when it is not there.
[[nodiscard]] std::string_view cookie(std::string_view cookies, std::string_view name);

/// The path of a request target: absolute form reduced to its path, no query, no fragment, no single trailing slash.
/// Empty for what is not a path ("*", "host:port").
[[nodiscard]] std::string_view path_of(std::string_view target);

/// What stands behind the question mark of a request target, without fragment.
[[nodiscard]] std::string_view query_of(std::string_view target);

/// Equal but for upper and lower case.
[[nodiscard]] bool same(std::string_view a, std::string_view b);

/// Without blanks and tabs around it.
[[nodiscard]] std::string_view trimmed(std::string_view text);

/// True when an Accept-Encoding value takes gzip.
[[nodiscard]] bool takes_gzip(std::string_view accept_encoding);

}  // namespace shell::http
