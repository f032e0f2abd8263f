#include "shell/http/message.hpp"

#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "shell/http/gate.hpp"

namespace shell::http {

Answer refuse(int status, std::string_view text) {
  nlohmann::ordered_json body{{"error", text}};
  Answer answer;
  answer.status = status;
  answer.type = "application/json";
  answer.body = body.dump(-1, ' ', false, nlohmann::ordered_json::error_handler_t::replace);
  return answer;
}

Answer problem(int status, std::string_view detail) {
  const nlohmann::ordered_json body{
      {"type", "about:blank"}, {"title", reason_phrase(status)}, {"status", status}, {"detail", detail}};
  Answer answer;
  answer.status = status;
  answer.type = "application/problem+json";
  answer.body = body.dump(-1, ' ', false, nlohmann::ordered_json::error_handler_t::replace);
  answer.headers = "Cache-Control: no-store\r\n";
  return answer;
}

std::optional<Answer> wrong_type(const Request& request) {
  constexpr std::string_view json = "application/json";
  constexpr std::string_view merge_patch = "application/merge-patch+json";
  const std::string_view type = trimmed(request.type.substr(0, request.type.find(';')));
  if (request.body.empty() || request.type.empty() || same(type, json) || same(type, merge_patch)) return std::nullopt;
  constexpr std::size_t most_told = 80;
  Answer answer = problem(415, fmt::format("The Content-Type of the body must be {}, not \"{}\"; nothing was changed.", json, request.type.substr(0, most_told)));
  answer.headers += fmt::format("Accept: {}, {}\r\n", json, merge_patch);
  return answer;
}

std::string_view words(Method method) {
  switch (method) {
    case Method::get: return "GET, HEAD";
    case Method::post: return "POST";
    case Method::put: return "PUT";
    case Method::patch: return "PATCH";
    case Method::remove: return "DELETE";
    case Method::other: return "";
  }
  return "";
}

std::string_view reason_phrase(int status) {
  switch (status) {
    case 200: return "OK";
    case 202: return "Accepted";
    case 204: return "No Content";
    case 302: return "Found";
    case 304: return "Not Modified";
    case 307: return "Temporary Redirect";
    case 400: return "Bad Request";
    case 401: return "Unauthorized";
    case 403: return "Forbidden";
    case 404: return "Not Found";
    case 405: return "Method Not Allowed";
    case 408: return "Request Timeout";
    case 409: return "Conflict";
    case 413: return "Content Too Large";
    case 415: return "Unsupported Media Type";
    case 417: return "Expectation Failed";
    case 426: return "Upgrade Required";
    case 429: return "Too Many Requests";
    case 431: return "Request Header Fields Too Large";
    case 500: return "Internal Server Error";
    case 507: return "Insufficient Storage";
    case 503: return "Service Unavailable";
    default: return "Answer";
  }
}

}  // namespace shell::http
