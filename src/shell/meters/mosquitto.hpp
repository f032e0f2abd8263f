// libmosquitto, brought in when the first broker is listened to.
//
// A house without MQTT needs not have it: the program is not linked with it; the functions it uses are looked up when
// they are needed first, as with libcurl (shell/http/curl.hpp).
#pragma once

#include <mosquitto.h>

#include "base/result.hpp"

namespace shell {

/// The functions of libmosquitto by their names without "mosquitto_".
struct Mosquitto {
  decltype(&::mosquitto_lib_init) lib_init;
  decltype(&::mosquitto_new) make;
  decltype(&::mosquitto_destroy) destroy;
  decltype(&::mosquitto_int_option) int_option;
  decltype(&::mosquitto_void_option) void_option;
  decltype(&::mosquitto_username_pw_set) username_pw_set;
  decltype(&::mosquitto_connect_async) connect_async;
  decltype(&::mosquitto_disconnect) disconnect;
  decltype(&::mosquitto_subscribe) subscribe;
  decltype(&::mosquitto_publish) publish;
  decltype(&::mosquitto_socket) socket;
  decltype(&::mosquitto_want_write) want_write;
  decltype(&::mosquitto_loop_read) loop_read;
  decltype(&::mosquitto_loop_write) loop_write;
  decltype(&::mosquitto_loop_misc) loop_misc;
  decltype(&::mosquitto_ssl_get) ssl_get;
  decltype(&::mosquitto_connect_callback_set) connect_callback_set;
  decltype(&::mosquitto_subscribe_callback_set) subscribe_callback_set;
  decltype(&::mosquitto_message_callback_set) message_callback_set;
  decltype(&::mosquitto_topic_matches_sub) topic_matches_sub;
};

/// Loads it, once. The fault says what to install. From any thread.
[[nodiscard]] base::Result<const Mosquitto*> mosquitto();

}  // namespace shell
