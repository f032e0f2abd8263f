// MD5, which protects nothing any more; some devices and clouds still want a password so.
#pragma once

#include <string>
#include <string_view>

namespace shell::http {

/// 32 small hexadecimal digits; empty where this machine's OpenSSL refuses MD5.
[[nodiscard]] std::string md5(std::string_view text);

}  // namespace shell::http
