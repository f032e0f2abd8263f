// One MQTT broker, listened to under one login by all sources that have it (spec/energy-sources §4.4).
#pragma once

#include <memory>
#include <string>

#include "shell/meters/ear.hpp"
#include "shell/meters/mosquitto.hpp"
#include "shell/meters/origin.hpp"

namespace boost::asio {
class io_context;
}

namespace shell {

[[nodiscard]] std::unique_ptr<Ear> make_broker(boost::asio::io_context& loop, const Mosquitto& library,
                                               const Origin& origin, const Listening& what, EarPatience patience,
                                               Caution caution);

}  // namespace shell
