// Telegrams of a smart meter on a serial line, or the same bytes from a gateway over TCP (spec/energy-sources §5.1).
#pragma once

#include <memory>

#include "shell/meters/ear.hpp"
#include "shell/meters/origin.hpp"

namespace boost::asio {
class io_context;
}

namespace shell {

[[nodiscard]] std::unique_ptr<Ear> make_telegram_line(boost::asio::io_context& loop, const Origin& origin,
                                                      EarPatience patience);

}  // namespace shell
