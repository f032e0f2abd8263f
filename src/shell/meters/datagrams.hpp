// Datagrams that come to one UDP port: sent to a group, to us, or to everybody (spec/energy-sources §6.1a).
#pragma once

#include <cstdint>
#include <memory>

#include "shell/meters/ear.hpp"

namespace boost::asio {
class io_context;
}

namespace shell {

/// For all who listen at that port, whatever groups and senders they mean.
[[nodiscard]] std::unique_ptr<Ear> make_datagrams(boost::asio::io_context& loop, std::uint16_t port,
                                                  EarPatience patience);

}  // namespace shell
