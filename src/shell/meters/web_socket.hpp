// A WebSocket that is listened to (spec/energy-sources §6.13, and the manners of §6.10).
#pragma once

#include <memory>

#include "shell/meters/ear.hpp"
#include "shell/meters/origin.hpp"

namespace boost::asio {
class io_context;
}

namespace shell {

/// For all who listen to that address with that login, sub-protocol, framing and words to wake it.
[[nodiscard]] std::unique_ptr<Ear> make_web_socket(boost::asio::io_context& loop, const Origin& origin,
                                                   const Listening& what, EarPatience patience, Caution caution);

}  // namespace shell
