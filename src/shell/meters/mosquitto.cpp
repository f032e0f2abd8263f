#include "shell/meters/mosquitto.hpp"

#include <dlfcn.h>

#include <optional>

namespace shell {
namespace {

template <class Function>
bool look_up(void* library, const char* name, Function& function) {
  function = reinterpret_cast<Function>(::dlsym(library, name));
  return function != nullptr;
}

std::optional<Mosquitto> load() {
  void* const library = ::dlopen("libmosquitto.so.1", RTLD_NOW | RTLD_LOCAL);  // never closed
  if (library == nullptr) return std::nullopt;
  Mosquitto all{};
  const auto find = [library](const char* name, auto& function) { return look_up(library, name, function); };
  const bool whole =
      find("mosquitto_lib_init", all.lib_init) && find("mosquitto_new", all.make) &&
      find("mosquitto_destroy", all.destroy) && find("mosquitto_int_option", all.int_option) &&
      find("mosquitto_void_option", all.void_option) &&
      find("mosquitto_username_pw_set", all.username_pw_set) && find("mosquitto_connect_async", all.connect_async) &&
      find("mosquitto_disconnect", all.disconnect) && find("mosquitto_subscribe", all.subscribe) &&
      find("mosquitto_publish", all.publish) && find("mosquitto_socket", all.socket) &&
      find("mosquitto_want_write", all.want_write) && find("mosquitto_loop_read", all.loop_read) &&
      find("mosquitto_loop_write", all.loop_write) && find("mosquitto_loop_misc", all.loop_misc) &&
      find("mosquitto_ssl_get", all.ssl_get) && find("mosquitto_connect_callback_set", all.connect_callback_set) &&
      find("mosquitto_subscribe_callback_set", all.subscribe_callback_set) &&
      find("mosquitto_message_callback_set", all.message_callback_set) &&
      find("mosquitto_topic_matches_sub", all.topic_matches_sub);
  if (!whole || all.lib_init() != MOSQ_ERR_SUCCESS) return std::nullopt;
  return all;
}

}  // namespace

base::Result<const Mosquitto*> mosquitto() {
  static const std::optional<Mosquitto> loaded = load();
  if (!loaded) return base::fail(base::Culprit::user, "libmosquitto is missing; install the package libmosquitto1");
  return &*loaded;
}

}  // namespace shell
