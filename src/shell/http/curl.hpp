// libcurl, brought in when the first https address, digest or local socket is asked.
//
// The problem: with all that it brings it takes 5 MiB, which a house without such an address has better uses for. The idea:
// the program is not linked with it; the functions it uses are looked up when they are needed first.
#pragma once

#include <curl/curl.h>

#include "base/result.hpp"

namespace shell::http {

/// The functions of libcurl by their names without "curl_".
struct Curl {
  decltype(&::curl_global_init) global_init;
  decltype(&::curl_easy_init) easy_init;
  decltype(&::curl_easy_setopt) easy_setopt;
  decltype(&::curl_easy_perform) easy_perform;
  decltype(&::curl_easy_getinfo) easy_getinfo;
  decltype(&::curl_easy_cleanup) easy_cleanup;
  decltype(&::curl_easy_strerror) easy_strerror;
  decltype(&::curl_slist_append) slist_append;
  decltype(&::curl_slist_free_all) slist_free_all;
  decltype(&::curl_multi_init) multi_init;
  decltype(&::curl_multi_cleanup) multi_cleanup;
  decltype(&::curl_multi_add_handle) multi_add_handle;
  decltype(&::curl_multi_remove_handle) multi_remove_handle;
  decltype(&::curl_multi_perform) multi_perform;
  decltype(&::curl_multi_info_read) multi_info_read;
  decltype(&::curl_multi_poll) multi_poll;
  decltype(&::curl_multi_wakeup) multi_wakeup;
};

/// Loads it, once. The fault says what to install. From any thread.
[[nodiscard]] base::Result<const Curl*> curl();

}  // namespace shell::http
