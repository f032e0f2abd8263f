#include "shell/http/curl.hpp"

#include <dlfcn.h>

#include <optional>

namespace shell::http {
namespace {

template <class Function>
bool look_up(void* library, const char* name, Function& function) {
  function = reinterpret_cast<Function>(::dlsym(library, name));
  return function != nullptr;
}

std::optional<Curl> load() {
  // Never closed: it keeps threads' data of its own.
  void* const library = ::dlopen("libcurl.so.4", RTLD_NOW | RTLD_LOCAL);
  if (library == nullptr) return std::nullopt;
  Curl all{};
  const bool whole =
      look_up(library, "curl_global_init", all.global_init) && look_up(library, "curl_easy_init", all.easy_init) &&
      look_up(library, "curl_easy_setopt", all.easy_setopt) && look_up(library, "curl_easy_perform", all.easy_perform) &&
      look_up(library, "curl_easy_getinfo", all.easy_getinfo) && look_up(library, "curl_easy_cleanup", all.easy_cleanup) &&
      look_up(library, "curl_easy_strerror", all.easy_strerror) && look_up(library, "curl_slist_append", all.slist_append) &&
      look_up(library, "curl_slist_free_all", all.slist_free_all) && look_up(library, "curl_multi_init", all.multi_init) &&
      look_up(library, "curl_multi_cleanup", all.multi_cleanup) &&
      look_up(library, "curl_multi_add_handle", all.multi_add_handle) &&
      look_up(library, "curl_multi_remove_handle", all.multi_remove_handle) &&
      look_up(library, "curl_multi_perform", all.multi_perform) &&
      look_up(library, "curl_multi_info_read", all.multi_info_read) && look_up(library, "curl_multi_poll", all.multi_poll) &&
      look_up(library, "curl_multi_wakeup", all.multi_wakeup);
  if (!whole || all.global_init(CURL_GLOBAL_DEFAULT) != CURLE_OK) return std::nullopt;
  return all;
}

}  // namespace

base::Result<const Curl*> curl() {
  static const std::optional<Curl> loaded = load();
  if (!loaded) return base::fail(base::Culprit::user, "libcurl is missing; install the package libcurl4");
  return &*loaded;
}

}  // namespace shell::http
